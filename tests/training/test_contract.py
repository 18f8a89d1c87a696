"""What a training needs of its parts is checked before the first step, in one sentence."""

import numpy as np
import pytest

from minivgg import backend, data, layers, losses, models, optim
from minivgg.evaluation.metrics import evaluate
from minivgg.training.callbacks import EarlyStopping
from minivgg.training.trainer import Trainer

TRANSFORMS = [data.Normalize((0.5,), (0.5,))]


def images(count=12):
    return np.random.default_rng(0).integers(0, 256, (count, 1, 4, 4), np.uint8)


def loader(labels=None, classes="abc"):
    labels = np.arange(12) % len(classes) if labels is None else labels
    return data.Loader(data.ArrayDataset(images(), labels, list(classes)), 4, transforms=TRANSFORMS)


class _Loss:
    """The mean square of the outputs, and whatever a test puts in the place of its methods."""

    def __init__(self, **methods):
        for name, method in methods.items():
            setattr(self, name, method)

    def forward(self, outputs, labels):
        self.outputs = outputs
        return float((outputs**2).mean())

    def backward(self):
        return 2 * self.outputs / self.outputs.size


def trainer(loss=None, schedule=None, optimizer=None, folder=None, **options):
    backend.seed(0)
    net = models.vgg([4, "M"], 3, (1, 4, 4), (6,))
    optimizer = optim.SGD(net.parameters()) if optimizer is None else optimizer(net.parameters())
    schedule = schedule and schedule(optimizer)
    return Trainer(net, optimizer, loss, schedule, folder, progress=False, **options)


def refused(words, validation=None, kind=TypeError, train=None, epochs=1, **parts):
    """A training says these words before its weights change."""
    nets = []

    def train_once():
        run = trainer(**parts)
        nets.append((run.net, run.net.state_dict()))
        run.fit(train or loader(), validation, epochs)

    with pytest.raises(kind) as raised:
        train_once()
    assert words in str(raised.value)
    assert "\n" not in str(raised.value)
    for net, before in nets:
        assert all((array == before[name]).all() for name, array in net.state_dict().items())


def test_a_loss_with_the_least_methods_trains_and_validates():
    [row] = trainer(_Loss()).fit(loader(), loader(), 1)
    assert row["validation_loss"] < row["loss"]
    assert row["validation_accuracy"] is not None


@pytest.mark.parametrize(
    ("loss", "words"),
    [
        (
            {"forward": lambda x, y: (x**2).mean(axis=1)},
            "_Loss.forward must return one number, the mean over the batch, got an array of shap",
        ),
        ({"forward": lambda x, y: None}, "_Loss.forward must return one number"),
        (
            {"forward": lambda x: 1.0},
            "_Loss.forward must be a function that can be called as forwa",
        ),
        ({"metric_name": "size"}, "has the metric_name 'size', but no method metric("),
        (
            {"metric_name": "size", "metric": lambda x, y: x},
            "_Loss.metric must return one number, the mean over the batch, got an array of shap",
        ),
        (
            {"metric_name": "size", "metric": lambda x, y: y.size_of},
            "_Loss.metric on the validation images fails: AttributeError: ",
        ),
        (
            {"weight_sum": lambda y: y.weights},
            "_Loss.weight_sum on the validation images fails: AttributeError: ",
        ),
    ],
)
def test_a_loss_that_cannot_be_used_is_refused(loss, words):
    refused(words, loader(), loss=_Loss(**loss))


@pytest.mark.parametrize(
    ("gradient", "found"),
    [
        (None, "got None"),
        (1.0, "got a float"),
        (np.ones(4, np.float32), "got float32 of shape (4,)"),
        (np.ones((4, 3)), "got float64 of shape (4, 3)"),
    ],
)
def test_a_gradient_of_another_shape_or_dtype_is_refused_in_the_first_step(gradient, found):
    words = "_Loss.backward must return the gradient with respect to the net's outputs, float32 of "
    refused(f"{words}shape (4, 3), {found}", loss=_Loss(backward=lambda: gradient))


class _Best:
    """A schedule that compares accuracies."""

    def __init__(self, optimizer):
        self.optimizer, self.best = optimizer, 0.0

    def step(self, accuracy):
        self.best = max(self.best, accuracy)

    def state_dict(self):
        return {"best": self.best}

    def load_state_dict(self, state):
        self.best = state["best"]


class _OtherKeys(_Best):
    def load_state_dict(self, state):
        self.best = state["greatest"]


class _LateArrays(_Best):
    """Its state can be saved before the first step, not after it."""

    def step(self, accuracy):
        self.best = np.array(accuracy)


def test_a_schedule_that_fails_later_is_refused_at_once(tmp_path):
    without = "_Best.step(None), as training without validation accuracy calls it, fails: TypeErr"
    refused(without, schedule=_Best)
    regression = loader(np.ones((12, 3)), classes="")
    refused(without, regression, train=regression, loss=losses.MSELoss(), schedule=_Best)
    words = "_OtherKeys.load_state_dict(...) of what its state_dict() returned fails: KeyError"
    refused(words, loader(), schedule=_OtherKeys, folder=tmp_path / "a")
    words = "the state_dict() of _LateArrays after a step must hold plain numbers"
    refused(words, loader(), schedule=_LateArrays, folder=tmp_path / "b")


def test_trying_a_schedule_changes_neither_it_nor_the_rate():
    run = trainer(schedule=lambda sgd: optim.StepLR(sgd, 1))
    run.fit(loader(), epochs=2)
    assert run.schedule.epoch == 2
    assert run.optimizer.lr == pytest.approx(1e-4)


def test_a_method_that_is_put_onto_a_schedule_does_not_change_the_first_rate():
    """It cannot be copied with the schedule: the trial changes the rate of the true optimizer."""
    run, rates = trainer(schedule=_Best), []

    def step(accuracy):
        run.optimizer.lr = run.optimizer.lr / 2

    run.schedule.step = step
    run.callbacks = (_Typo(),)
    run.callbacks[0].on_step = lambda trainer, result: rates.append(trainer.optimizer.lr)
    run.fit(loader(), epochs=2)
    assert rates == [0.01] * 3 + [0.005] * 3


class _Optimizer:
    def __init__(self, parameters, lr=0.1):
        self.parameters, self.lr = parameters, lr

    def step(self):
        self.count = 1


class _LateState(_Optimizer):
    def state_dict(self):
        return {"count": self.count} if hasattr(self, "count") else {}

    def load_state_dict(self, state):
        pass


def test_an_optimizer_that_cannot_be_used_is_refused(tmp_path):
    words = "the parameters of _Optimizer must be a dict of names to Parameters"
    refused(words, optimizer=lambda p: _Optimizer(list(p.values())))
    refused(words, optimizer=lambda p: _Optimizer({name: q.data for name, q in p.items()}))
    words = "the lr of _Optimizer must be a number, got None"
    refused(words, optimizer=lambda p: _Optimizer(p, None))
    refused("write a number as np.array(number)", optimizer=_LateState, folder=tmp_path)


class _Typo:
    def on_epoch_end(self, trainer, row):
        pass


class _OneArgument:
    def on_step(self, result):
        pass


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (
            {"callbacks": EarlyStopping(2)},
            "callbacks must be a list of objects with on_start, on_st",
        ),
        ({"callbacks": [EarlyStopping]}, "the callback is the class EarlyStopping"),
        ({"callbacks": [_Typo()]}, "the callback _Typo has none of on_start, on_step or on_epoch"),
        ({"callbacks": [_OneArgument()]}, "can be called as on_step(trainer, result)"),
        ({"callbacks": [print]}, "a function of the row alone is given as on_epoch="),
        (
            {"on_epoch": lambda: None},
            "on_epoch must be a function that can be called as on_epoch(r",
        ),
    ],
)
def test_a_callback_that_cannot_be_called_is_refused(options, words):
    refused(words, **options)


def test_early_stopping_needs_what_it_watches():
    needs = "EarlyStopping needs validation images"
    refused(needs, kind=ValueError, callbacks=[EarlyStopping(2)])
    other = EarlyStopping(2, "validation_metric")
    words = "this training has no validation_metric (its metric is accuracy)"
    refused(words, loader(), kind=ValueError, callbacks=[other])


def test_nets_loaders_and_epochs_that_cannot_be_used_are_refused():
    for net in (layers.ReLU, lambda x: x):
        with pytest.raises(TypeError, match="the net must be a Layer, such as"):
            Trainer(net, _Optimizer({}))
    refused("epochs must be an integer, got 2.5", epochs=2.5)
    words = "outputs of shape (3,) for an image, but the validation images have 4 classes"
    refused(words, loader(classes="abcd"), kind=ValueError)
    with pytest.raises(ValueError, match="max_gradient_norm must be positive, got 0"):
        trainer(max_gradient_norm=0)


def test_what_makes_no_sense_for_a_regression_is_refused():
    targets = loader(np.ones((12, 3)), classes="")
    words = "SoftmaxCrossEntropy needs class numbers, but the targets are float32: for a regression"
    refused(words, train=targets)
    words = "needs a validation accuracy, which training with MSELoss does not have"
    parts = {"train": targets, "loss": losses.MSELoss(), "schedule": optim.ReduceOnPlateau}
    refused(words, targets, kind=ValueError, **parts)
    column = loader(np.ones(12), classes="")  # (N,) for outputs (N, 3)
    words = "MSELoss.forward on the validation images fails: ValueError: mse_loss: targets must hav"
    refused(words, column, train=column, loss=losses.MSELoss())
    with pytest.raises(TypeError, match="evaluate counts right and wrong classes"):
        evaluate(trainer().net, targets)
    with pytest.raises(TypeError, match="needs float targets, got int64: name the classes"):
        data.ArrayDataset(images(), np.arange(12))
