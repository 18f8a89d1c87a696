"""A training says before its first step which part lacks what, and resumes parts of any class."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from minivgg import backend, data, layers, losses, models, optim
from minivgg.training import checkpoint
from minivgg.training.trainer import Trainer


def network():
    backend.seed(0)
    return models.vgg([4, "M"], 3, (1, 4, 4), (6,))


def loader(**options):
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (12, 1, 4, 4), np.uint8)
    dataset = data.ArrayDataset(images, np.arange(12) % 3, list("abc"))
    return data.Loader(dataset, 4, transforms=[data.Normalize((0.5,), (0.5,))], **options)


class _Bare:
    """The least that an optimizer needs where nothing is saved; not an ``optim.Optimizer``."""

    def __init__(self, parameters, lr=0.1):
        self.parameters, self.lr = parameters, lr

    def step(self):
        for p in self.parameters.values():
            p.data -= self.lr * p.grad


class _Saved(_Bare):
    """The least that an optimizer needs with a folder, and a setting."""

    settings = ("betas",)

    def __init__(self, parameters, lr=0.1, betas=(0.9, 0.99)):
        super().__init__(parameters, lr)
        self.betas, self.steps = betas, 0

    def step(self):
        super().step()
        self.steps += 1

    def state_dict(self):
        return {"steps": np.array(self.steps)}

    def load_state_dict(self, state):
        self.steps = int(state["steps"])


class _EveryEpoch:
    """The least that a schedule needs where nothing is saved."""

    def step(self, accuracy):
        pass


def trainer(optimizer=None, folder=None, **options):
    net = network()
    optimizer = optim.SGD(net.parameters()) if optimizer is None else optimizer(net.parameters())
    return Trainer(net, optimizer, folder=folder, progress=False, **options)


def test_objects_of_any_class_with_the_methods_train():
    assert len(trainer(_Bare, schedule=_EveryEpoch()).fit(loader(), epochs=2)) == 2


class _NoStep(_Bare):
    step = property()  # reading it raises AttributeError


class _StateOfNumbers(_Saved):
    def state_dict(self):
        return {"steps": self.steps}


class _SettingOfAnArray(_Saved):
    def __init__(self, parameters):
        super().__init__(parameters, betas=np.ones(2))


@pytest.mark.parametrize(
    ("optimizer", "words"),
    [
        (_NoStep, "the optimizer _NoStep lacks step: see help('minivgg.optim.Optimizer')"),
        (_Bare, "the optimizer _Bare lacks state_dict and load_state_dict, which checkpoints need"),
        (lambda _: optim.SGD, "the optimizer is the class SGD: make an object of it"),
        (_StateOfNumbers, "write a number as np.array(number)"),
        (_SettingOfAnArray, "the settings of _SettingOfAnArray must hold plain numbers"),
    ],
)
def test_an_optimizer_that_lacks_something_is_refused_at_once(tmp_path, optimizer, words):
    with pytest.raises(TypeError) as raised:
        trainer(optimizer, tmp_path / "run")
    assert words in str(raised.value)
    assert not (tmp_path / "run").exists()


class _WithoutArgument(_EveryEpoch):
    def step(self):
        pass


class _StateOfArrays(_EveryEpoch):
    def state_dict(self):
        return {"epoch": np.array(1)}

    def load_state_dict(self, state):
        pass


@pytest.mark.parametrize(
    ("schedule", "words"),
    [
        (_EveryEpoch(), "lacks state_dict and load_state_dict, which checkpoints need: see help("),
        (object(), "the schedule object lacks step"),
        (optim.StepLR, "the schedule is the class StepLR"),
        (
            _WithoutArgument(),
            "_WithoutArgument.step must be a function that can be called as step(accuracy)",
        ),
        (_StateOfArrays(), "the schedule's state_dict() must hold plain numbers"),
    ],
)
def test_a_schedule_that_lacks_something_is_refused_at_once(tmp_path, schedule, words):
    folder = None if isinstance(schedule, _WithoutArgument) else tmp_path / "run"
    with pytest.raises(TypeError) as raised:
        trainer(folder=folder, schedule=schedule)
    assert words in str(raised.value)


def test_a_loss_that_is_a_function_is_refused_at_once():
    with pytest.raises(TypeError, match="the loss function lacks forward and backward"):
        trainer(loss=lambda logits, labels: 0.0)


def test_a_loader_or_dataset_that_lacks_something_is_refused_before_the_first_step():
    batches = [(np.zeros((1, 1, 4, 4), np.float32), np.zeros(1, int))]
    with pytest.raises(TypeError, match="the loader list lacks dataset and epoch"):
        trainer().fit(batches, epochs=1)
    bad = loader()
    del bad.dataset.shape
    with pytest.raises(TypeError, match="the dataset ArrayDataset lacks shape"):
        trainer().fit(loader(), bad, epochs=1)


def test_settings_of_an_own_optimizer_must_be_the_same_to_resume(tmp_path):
    """Tuples too, which a file in JSON format gives back as lists."""
    trainer(_Saved, tmp_path).fit(loader(), epochs=1)
    resumed = trainer(_Saved, tmp_path)
    assert len(resumed.fit(loader(), epochs=2, resume=True)) == 2
    assert resumed.optimizer.steps == 6
    other = trainer(lambda parameters: _Saved(parameters, betas=(0.5, 0.99)), tmp_path)
    with pytest.raises(ValueError, match=r"betas \[0.9, 0.99\] \(now \[0.5, 0.99\]\)$"):
        other.fit(loader(), epochs=3, resume=True)


def test_another_optimizer_is_refused_when_resuming(tmp_path):
    trainer(optim.SGD, tmp_path).fit(loader(), epochs=1)
    with pytest.raises(ValueError, match=r"optimizer SGD \(now _Saved\)"):
        trainer(_Saved, tmp_path).fit(loader(), epochs=2, resume=True)


def test_checkpoints_that_do_not_name_their_optimizer_resume(tmp_path):
    """As earlier versions wrote them."""
    whole = trainer(optim.SGD, tmp_path / "whole").fit(loader(), epochs=2)
    trainer(optim.SGD, tmp_path / "old").fit(loader(), epochs=1)
    state = checkpoint.latest(tmp_path / "old" / "checkpoints") / "state.json"
    written = json.loads(state.read_text(encoding="utf-8"))
    del written["checksum"]
    for name in ("optimizer", "loss", "loss_settings", "schedule_settings"):
        del written["settings"][name]
    state.write_text(json.dumps(written), encoding="utf-8")
    shutil.copytree(tmp_path / "old", tmp_path / "again")
    resumed = trainer(optim.SGD, tmp_path / "old").fit(loader(), epochs=2, resume=True)
    assert [row["loss"] for row in resumed] == [row["loss"] for row in whole]
    other = trainer(lambda parameters: optim.SGD(parameters, momentum=0.5), tmp_path / "again")
    with pytest.raises(ValueError, match=r"settings: momentum 0.9 \(now 0.5\)$"):
        other.fit(loader(), epochs=2, resume=True)


def test_a_net_of_own_layers_in_a_list_trains_and_resumes(tmp_path):
    class Parallel(layers.Layer):
        """The sum of several linear layers."""

        def __init__(self):
            self.flatten = layers.Flatten()
            self.branches = [layers.Linear(16, 3) for _ in range(2)]

        def forward(self, x):
            x = self.flatten(x)
            return sum(branch(x) for branch in self.branches)

        def backward(self, dy):
            return self.flatten.backward(sum(branch.backward(dy) for branch in self.branches))

    def run(folder):
        backend.seed(1)
        net = Parallel()
        return Trainer(net, optim.SGD(net.parameters()), folder=folder, progress=False)

    whole = run(tmp_path / "whole")
    whole.fit(loader(), epochs=3)
    run(tmp_path / "parts").fit(loader(), epochs=1)
    resumed = run(tmp_path / "parts")
    resumed.fit(loader(), epochs=3, resume=True)
    assert len(whole.net.parameters()) == 4
    for name, array in whole.net.state_dict().items():
        assert (array == resumed.net.state_dict()[name]).all()
    assert Path(tmp_path / "parts" / "history.csv").is_file()


class _Named(_EveryEpoch):
    """A schedule with a setting, and a state to save."""

    settings = ("warm_up",)

    def __init__(self, warm_up):
        self.warm_up = warm_up

    def state_dict(self):
        return {}

    def load_state_dict(self, state):
        pass


class _HalfLoss(losses.SoftmaxCrossEntropy):
    pass


def test_settings_of_a_schedule_and_the_class_of_a_loss_must_be_the_same_to_resume(tmp_path):
    trainer(folder=tmp_path, schedule=_Named(2)).fit(loader(), epochs=1)
    resume = {"epochs": 2, "resume": True}
    with pytest.raises(ValueError, match=r"warm_up of schedule 2 \(now 3\)$"):
        trainer(folder=tmp_path, schedule=_Named(3)).fit(loader(), **resume)
    with pytest.raises(ValueError, match=r"loss SoftmaxCrossEntropy \(now _HalfLoss"):
        trainer(folder=tmp_path, schedule=_Named(2), loss=_HalfLoss()).fit(loader(), **resume)
    trainer(folder=tmp_path, schedule=_Named(2)).fit(loader(), **resume)


@pytest.mark.parametrize("names", ["betas", ("beta",)])
def test_settings_that_are_no_attributes_are_named(names):
    class Wrong(_Saved):
        settings = names

    with pytest.raises(TypeError, match=f"settings of Wrong must be a tuple of names.*{names[0]}"):
        trainer(Wrong)


def test_an_optimizer_of_another_net_is_refused():
    other = network().parameters()
    with pytest.raises(ValueError, match="6 of the 6 parameters of SGD are not in this net"):
        trainer(lambda _: optim.SGD(other)).fit(loader(), epochs=1)


def test_a_layer_that_was_replaced_after_the_optimizer_was_made_is_noticed():
    run = trainer()
    run.net["features"].replace("0", layers.Conv2d(1, 4, 3, padding=1))
    with pytest.raises(ValueError, match="2 of the 6 parameters of SGD are not in this net"):
        run.fit(loader(), epochs=1)


def test_parameters_that_are_not_learned_and_not_frozen_are_named_in_a_warning():
    run = trainer(lambda parameters: optim.SGD(dict(list(parameters.items())[2:])))
    with pytest.warns(UserWarning, match=r"SGD does not change features\.0\.weight, features"):
        run.fit(loader(), epochs=1)
    run.net["features"].freeze()
    run.fit(loader(), epochs=1)


def test_a_schedule_of_another_optimizer_is_refused():
    schedule = optim.CosineLR(optim.SGD(network().parameters()), 3)
    with pytest.raises(ValueError, match="CosineLR changes the learning rate of another optimizer"):
        trainer(schedule=schedule).fit(loader(), epochs=1)


@pytest.mark.parametrize("lr", [-1.0, float("nan"), float("inf")])
def test_a_schedule_that_sets_an_impossible_rate_is_refused_and_the_last_checkpoint_kept(
    lr, tmp_path
):
    run = trainer(folder=tmp_path, schedule=_Named(0))

    def step(accuracy):
        run.optimizer.lr = lr if run.epoch == 1 else 0.1

    run.schedule.step = step
    with pytest.raises(ValueError, match=f"at least 0, but _Named has set it to {lr}"):
        run.fit(loader(), epochs=5)
    assert checkpoint.latest(tmp_path / "checkpoints").name == "epoch-0001-batch-000000"
