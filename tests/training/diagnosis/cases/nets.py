"""Faults of a net, its layers and their modes."""

import numpy as np

from minivgg import backend, layers, models

from .parts import Sigmoid, fault, loader, net, training


@fault("size of the signal")
def sigma_of_a_hundredth_in_a_deep_net():
    from minivgg.layers.initializers import normal

    model = net("32,32,32,32,M,32,32,32,32,M,32,32", initializer=normal(0.01))
    return training(model)


@fault("dropout")
def dropout_of_95_percent():
    return training(net(dropout=0.95))


@fault("dead ReLUs")
def dead_relus_by_negative_biases():
    model = net()
    model.parameters()["features.3.bias"].data[...] = -30
    return training(model)


@fault("equal units")
def all_weights_zero():
    return training(net(initializer="zeros"))


@fault("equal units")
def all_weights_equal():
    def equal(shape, stream):
        return np.full(shape, 0.01, np.float32)

    return training(net(initializer=equal))


@fault("frozen layers")
def frozen_layer_in_the_middle():
    model = net()
    model["features"]["3"].freeze()
    return training(model)


@fault("frozen layers")
def frozen_first_layer_that_is_new():
    model = net()
    model["features"]["0"].freeze()
    return training(model)


@fault("mode")
def net_in_eval_mode():
    return training(net(batch_norm=True).eval())


@fault("batch norm")
def batch_norm_of_one_image():
    return training(net(batch_norm=True), loader(batch_size=1))


@fault("missing ReLU")
def missing_relu():
    model = net("16,16,M,32,M")
    model["features"].replace("1", layers.Dropout(0))
    return training(model)


class _Scale(layers.Layer):
    """A custom layer whose backward pass returns zeros."""

    def forward(self, x):
        return self.save_for_backward(2 * x, x)

    def backward(self, dy):
        return np.zeros_like(self.saved_for_backward())


@fault("gradients")
def backward_that_returns_zeros():
    model = net()
    model["features"].replace("6", layers.Sequential(_Scale()))
    return training(model)


class _Negated(layers.Layer):
    """A custom layer with the wrong sign in its backward pass."""

    def forward(self, x):
        return self.save_for_backward(1.5 * x, x)

    def backward(self, dy):
        return -1.5 * dy


@fault("gradients")
def backward_with_the_wrong_sign():
    model = net()
    model["features"].replace("6", layers.Sequential(_Negated()))
    return training(model)


@fault("size of the gradients")
def ten_layers_with_sigmoids():
    backend.seed(0)
    parts = [layers.Flatten()]
    for _ in range(9):
        parts += [layers.Linear(64, 64), Sigmoid()]
    model = models.net.Net(
        {"classifier": layers.Sequential(*parts, layers.Linear(64, 10))}, (1, 8, 8)
    )
    return training(model)


@fault("size of the gradients")
def sixteen_layers_with_glorot_weights():
    """Whose gradients are right, though weak."""
    return training(
        net("16,16,16,16,M,32,32,32,32,M,32,32,32,32,32,M", initializer="xavier_uniform")
    )


class _Doubled(layers.Layer):
    """A custom layer whose gradient is twice what it should be."""

    def forward(self, x):
        return self.save_for_backward(1.0 * x, x)

    def backward(self, dy):
        return 2 * dy


@fault("gradients")
def backward_twice_too_large():
    model = net()
    model["features"].replace("6", layers.Sequential(_Doubled()))
    return training(model)


class _FiveTimes(layers.Linear):
    """A Linear with a gradient of its weights that is five times too large."""

    def backward(self, dy):
        dx = super().backward(dy)
        self.parameters()["weight"].grad[...] *= 5
        return dx


@fault("gradients")
def weight_gradient_five_times_too_large():
    model = net()
    model["classifier"].replace("3", _FiveTimes(64, 10))
    return training(model)
