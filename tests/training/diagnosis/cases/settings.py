"""Faults of the optimizer and of the plan of a training."""

from minivgg import layers, optim

from .parts import fault, loader, net, training


class _MyAdamW(optim.AdamW):
    """A custom optimizer that inherits from AdamW."""


@fault("learning rate")
def rate_too_high():
    return training(lr=5.0)


@fault("learning rate")
def rate_somewhat_too_high():
    return training(lr=0.5)


@fault("learning rate")
def rate_too_low():
    return training(lr=1e-6)


@fault("learning rate")
def rate_too_low_for_adam():
    return training(lr=1e-8, make=optim.Adam)


@fault("optimizer's parameters")
def optimizer_of_another_net():
    model, other = net(), net(seed=1)
    return training(model) | {"optimizer": optim.SGD(other.parameters(), 0.02)}


@fault("optimizer's parameters")
def optimizer_made_before_a_new_head():
    model = net()
    arguments = training(model)
    model["classifier"].replace("3", layers.Linear(64, 10))
    return arguments


@fault("momentum")
def momentum_too_high():
    return training(settings={"momentum": 0.999})


@fault("weight decay")
def weight_decay_too_high():
    return training(settings={"weight_decay": 0.5})


@fault("weight decay")
def weight_decay_of_adamw_too_high():
    return training(lr=0.1, make=_MyAdamW, settings={"weight_decay": 0.5})


@fault("weight decay")
def weight_decay_of_adam_of_one():
    return training(lr=1e-3, make=optim.Adam, settings={"weight_decay": 1.0})


@fault("weight decay")
def weight_decay_of_sgd_of_one():
    return training(settings={"weight_decay": 1.0})


@fault("gradient clipping")
def clipping_at_a_tiny_norm():
    return training(max_gradient_norm=1e-4)


@fault("number of steps")
def five_steps_in_all():
    return training(images=loader(batch_size=1000), epochs=2, lr=0.05)


@fault("warm-up")
def warm_up_of_nearly_all_epochs():
    return training(epochs=30, warmup=29)


class _Ascending(optim.SGD):
    """SGD with the wrong sign."""

    def step(self):
        for p in self.parameters.values():
            p.data += self.lr * p.grad


@fault("direction of the step")
def optimizer_that_ascends():
    return training(make=_Ascending)
