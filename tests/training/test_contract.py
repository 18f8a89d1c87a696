"""What a training needs of its parts is checked before the first step, in one sentence."""

import signal
from types import SimpleNamespace

import numpy as np
import pytest

from minivgg import backend, data, layers, losses, models, optim
from minivgg.evaluation.metrics import evaluate
from minivgg.training.callbacks import EarlyStopping
from minivgg.training.trainer import Trainer
from minivgg.training.trial import FEW, try_validation

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


def trainer(loss=None, schedule=None, optimizer=None, folder=None, outputs=3, **options):
    backend.seed(0)
    net = models.vgg([4, "M"], outputs, (1, 4, 4), (6,))
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


@pytest.mark.parametrize(("kind", "classes"), [(int, ["a", "b"]), (np.float32, [])])
def test_a_loss_with_an_accuracy_of_its_own_is_measured_by_it(kind, classes):
    """As that of a net with a single output, of which the largest is always the first."""

    def metric(outputs, labels):
        return ((outputs[:, 0] > 0) == labels).mean()

    labels = (np.arange(12) % 2).astype(kind)
    batches = data.Loader(data.ArrayDataset(images(), labels, classes), 4, transforms=TRANSFORMS)
    run = trainer(_Loss(metric_name="accuracy", metric=metric), outputs=1)
    [row] = run.fit(batches, batches, 1)
    pixels = np.concatenate([batch for batch, _ in batches.epoch(0)])
    with layers.eval_mode(run.net):
        expected = metric(run.net(pixels), labels)
    assert row["validation_accuracy"] == pytest.approx(expected)
    assert row["train_accuracy"] is not None
    assert "metric" not in row


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
            "_Loss.weight_sum of the training labels fails: AttributeError: ",
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


class _NoArguments(_Best):
    def step(self):
        pass


class _WithoutState:
    def step(self, accuracy):
        pass


def test_a_schedule_after_a_warm_up_is_tried_before_the_first_step(tmp_path):
    def warm_up(then):
        return lambda optimizer: optim.WarmUp(optimizer, 1, then=then(optimizer))

    refused("_NoArguments.step must be a function", schedule=warm_up(_NoArguments))
    refused("_Best.step(None), as training without", schedule=warm_up(_Best))
    words = (
        "the schedule _WithoutState lacks state_dict and load_state_dict, which checkpoints need"
    )
    refused(words, schedule=warm_up(lambda optimizer: _WithoutState()), folder=tmp_path)


@pytest.mark.parametrize(
    ("settings", "kind", "words"),
    [
        ({"micro_batch": 2.5}, TypeError, "micro_batch must be an integer or None, got 2.5"),
        ({"max_gradient_norm": "1"}, TypeError, "max_gradient_norm must be a number or None, got"),
        ({"max_gradient_norm": float("inf")}, ValueError, "max_gradient_norm must be finite"),
    ],
)
def test_settings_of_another_type_are_refused(settings, kind, words):
    refused(words, kind=kind, **settings)


def test_epochs_in_the_place_of_the_validation_are_named():
    refused("takes a validation loader after the training loader, got 2: write epochs=2", 2)


def test_early_stopping_names_its_columns():
    with pytest.raises(ValueError, match="got 'val_loss': use 'validation_loss'"):
        EarlyStopping(2, "val_loss")
    with pytest.raises(TypeError, match="min_delta must be a number, got 'a'"):
        EarlyStopping(2, min_delta="a")


def test_images_of_which_none_counts_are_refused():
    loss, ignored = losses.SoftmaxCrossEntropy(ignore_index=2), loader(np.full(12, 2))
    refused("none of the 12 validation labels counts", ignored, ValueError, loss=loss)
    refused("none of the 12 training labels counts", None, ValueError, ignored, loss=loss)


def test_labels_to_ignore_need_no_class_and_no_output():
    """255 is no class of the dataset: its images change neither the weights nor the accuracy."""
    counted = np.arange(12) % 4 != 1
    labels = np.where(counted, np.arange(12) % 3, 255)
    dataset = data.ArrayDataset(images(), labels, list("abc"), ignore_index=255)
    whole = data.Loader(dataset, 12, transforms=TRANSFORMS)
    rest = data.Loader(data.Subset(dataset, counted), 12, transforms=TRANSFORMS)
    rows, weights = [], []
    for images_of in (whole, rest):
        run = trainer(losses.SoftmaxCrossEntropy(ignore_index=255), seed=1)
        for layer in run.net["classifier"].children().values():
            if isinstance(layer, layers.Dropout):
                layer.p = 0.0
        rows.append(run.fit(images_of, images_of, 2)[1])
        weights.append(run.net.state_dict())
    for name in ("loss", "validation_loss", "train_accuracy", "validation_accuracy"):
        assert rows[0][name] == pytest.approx(rows[1][name], rel=1e-4)
    for name, array in weights[0].items():
        assert array == pytest.approx(weights[1][name], rel=1e-4, abs=1e-6)


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
    refused(words, optimizer=lambda p: _Optimizer({**p, "features.0.weight": 1.0}))
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


def test_numbers_of_a_trainer_at_their_bounds():
    for name, right, wrong in (
        ("keep", (1, 5), (0, -1)), ("save_every", (None, 0.01), (0, -1.0)),
        ("micro_batch", (None, 1, np.int64(2)), (0, -1)),
        ("max_gradient_norm", (None, 1e-9, 5), (0, -1, float("inf"), float("nan"))),
    ):  # fmt: skip
        for value in right:
            trainer(**{name: value})
        for value in wrong:
            with pytest.raises(ValueError, match=f"{name} must be"):
                trainer(**{name: value})


def test_a_validation_is_tried_with_a_few_images_alone():
    class Counted(data.ArrayDataset):
        """Its images are counted when they are read."""

        read = 0

        def batch(self, indices):
            """As of all datasets."""
            self.read += len(indices)
            return super().batch(indices)

    held_out = Counted(images(12), np.arange(12) % 3, list("abc"))
    batches = data.Loader(held_out, 12, transforms=TRANSFORMS)
    try_validation(trainer().net, batches, losses.SoftmaxCrossEntropy())
    assert held_out.read == FEW < 12
    small = Counted(images(1), [0], list("abc"))
    try_validation(
        trainer().net, data.Loader(small, 12, transforms=TRANSFORMS), losses.SoftmaxCrossEntropy()
    )
    assert small.read == 1


@pytest.mark.parametrize(("count", "words"), [(0, "in epoch 1, after 1 batch$"),
                                              (1, "in epoch 1, after 2 batches$"),
                                              (3, "after epoch 1$")])  # fmt: skip
def test_where_a_training_was_interrupted(count, words):
    class Interrupts:
        """Ctrl-C after some steps; the next one is still finished."""

        def on_start(self, trainer):
            """Before the first step."""
            if count == 0:
                signal.raise_signal(signal.SIGINT)

        def on_step(self, trainer, result):
            """After each step."""
            if result.step == count:
                signal.raise_signal(signal.SIGINT)

    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt, match=f"interrupted {words}"):
            trainer(callbacks=[Interrupts()]).fit(loader(), None, 3)
        if count == 3:  # in the last step of all: the training is finished
            assert len(trainer(callbacks=[Interrupts()]).fit(loader(), None, 1)) == 1
    finally:
        signal.signal(signal.SIGINT, before)


@pytest.mark.parametrize(
    ("minutes", "now", "is_time"), [(5, 299.9, False), (5, 300, True), (None, 9e9, False)]
)
def test_it_is_time_to_save_after_so_many_minutes(tmp_path, monkeypatch, minutes, now, is_time):
    run = trainer(folder=tmp_path, save_every=minutes)
    run.saved_at = 0
    monkeypatch.setattr("minivgg.training.trainer.time.monotonic", lambda: now)
    assert run._is_time_to_save() == is_time
    without = trainer(save_every=minutes)
    without.saved_at = 0
    assert not without._is_time_to_save()


def test_one_of_several_ranks_shows_its_progress():
    for rank in (0, 1):
        world = SimpleNamespace(rank=rank, size=2)
        net = models.vgg([4, "M"], 3, (1, 4, 4), (6,))
        run = Trainer(net, optim.SGD(net.parameters()), world=world)
        assert run.progress == (rank == 0)
    assert not trainer().progress
