"""What is tried before training begins: on which images, in which modes, and what is said."""

from types import SimpleNamespace

import numpy as np
import pytest

from minivgg import data, layers, optim
from minivgg.training import trial

IMAGES = np.arange(12 * 4, dtype=np.uint8).reshape(12, 1, 2, 2)
OUTPUTS = np.ones((2, 3), np.float32)


def loader(labels=(0, 1, 2) * 4, classes="abc", kind=data.Loader, **options):
    dataset = data.ArrayDataset(IMAGES, np.array(labels), list(classes))
    return kind(dataset, 12, transforms=[data.Normalize([0.5], [0.5])], **options)


def net(outputs=3):
    return layers.Sequential(layers.BatchNorm2d(1), layers.Flatten(), layers.Linear(4, outputs))


class Loss:
    """It notes what it is called with, and returns what it is told to."""

    def __init__(self, value=1.0, **more):
        self.value, self.calls = value, []
        vars(self).update(more)

    def forward(self, outputs, labels):
        """The value."""
        self.calls.append((outputs.copy(), labels))
        return self.value


class Own(data.Loader):
    """A loader of a user, which shows the images of the epoch in its own way."""

    asked = ()

    def epoch(self, epoch, start=0):
        """All images at once, three times as bright."""
        self.asked += (epoch,)
        for images, labels in super().epoch(epoch, start):
            yield 3 * images, labels


def test_a_validation_is_tried_on_two_images_as_it_shows_them():
    seen, tried = Loss(), net()
    trial.try_validation(tried, loader(), seen)
    with layers.eval_mode(tried):
        expected = tried(data.Normalize([0.5], [0.5])(IMAGES[:2]))
    [(outputs, labels)] = seen.calls
    assert np.array_equal(outputs, expected)
    assert labels.tolist() == [0, 1]
    assert tried.training
    own = loader(kind=Own)
    trial.try_validation(tried, own, seen)
    outputs, labels = seen.calls[-1]
    assert (len(outputs), own.asked) == (12, (0,))
    with layers.eval_mode(tried):
        assert np.array_equal(outputs, tried(3 * data.Normalize([0.5], [0.5])(IMAGES)))


@pytest.mark.parametrize(
    ("outputs", "shape"), [(2, "(2,)"), (3, None), (4, None), ((3, 1), "(3, 1)")]
)
def test_there_is_an_output_for_each_class(outputs, shape):
    tried = net(outputs if isinstance(outputs, int) else 3)
    if isinstance(outputs, tuple):
        tried = layers.Sequential(tried, SimpleLayer(lambda x: x[:, :, None]))
    if shape is None:
        trial.try_validation(tried, loader(), Loss())
        return
    with pytest.raises(ValueError, match=r"^Trainer: the net has outputs") as refused:
        trial.try_validation(tried, loader(), Loss())
    assert str(refused.value) == (
        f"Trainer: the net has outputs of shape {shape} for an image, but the validation images "
        "have 3 classes"
    )


class SimpleLayer(layers.Layer):
    """A function as a layer."""

    def __init__(self, function):
        super().__init__()
        self.function = function

    def forward(self, x):
        """Its value."""
        return self.function(x)


def test_first_images_that_do_not_count_are_not_given_to_the_loss():
    """Its mean over nothing could be anything."""
    loss = Loss(None, weight_sum=lambda labels: (labels != 0).sum(), ignore_index=0)
    trial.try_validation(net(), loader([0, 0, 1, 2] * 3), loss)
    assert not loss.calls
    with pytest.raises(TypeError, match=r"Loss\.forward must return one number"):
        trial.try_validation(net(), loader([0, 1, 1, 2] * 3), loss)


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (1.0, None), (1, None), (np.float32(1), None), (np.array(1.0), None), (None, "None"),
        ([1.0], "[1.0]"), ("x" * 99, "'" + "x" * 59), (np.ones(1), "an array of shape (1,)"),
        (np.ones((2, 3)), "an array of shape (2, 3)"),
    ],
)  # fmt: skip
def test_a_loss_is_one_number(value, found):
    if found is None:
        trial.require_scalar("L.forward", value)
        return
    with pytest.raises(TypeError, match=r"^Trainer: ") as refused:
        trial.require_scalar("L.forward", value)
    assert str(refused.value) == (
        f"Trainer: L.forward must return one number, the mean over the batch, got {found}"
    )


@pytest.mark.parametrize(
    ("gradient", "found"),
    [
        (OUTPUTS, None), (None, "None"), (1.0, "a float"),
        (OUTPUTS[0], "float32 of shape (3,)"), (OUTPUTS.T, "float32 of shape (3, 2)"),
        (OUTPUTS.astype(float), "float64 of shape (2, 3)"),
        (SimpleNamespace(shape=(2, 3)), "a SimpleNamespace"),
    ],
)  # fmt: skip
def test_a_gradient_is_one_of_the_outputs(gradient, found):
    if found is None:
        trial.require_gradient(Loss(), gradient, OUTPUTS)
        return
    with pytest.raises(TypeError, match=r"^Trainer: ") as refused:
        trial.require_gradient(Loss(), gradient, OUTPUTS)
    assert str(refused.value) == (
        "Trainer: Loss.backward must return the gradient with respect to the net's outputs, "
        f"float32 of shape (2, 3), got {found}"
    )


@pytest.mark.parametrize(("count", "shown"), [(12, "12"), (1200, "1,200")])
def test_images_of_which_none_counts(count, shown):
    def check(weights, labels, role="training"):
        loss = Loss(weight_sum=lambda y: weights[y].sum(), is_weighted=True)
        loss.__class__ = type("Loss", (Loss,), {"__repr__": lambda self: "L" * 99})
        images = SimpleNamespace(dataset=SimpleNamespace(labels=labels))
        trial.require_counted(role, images, loss, "cpu")

    labels = np.zeros(count, int)
    check(np.array([0.1, 0]), labels)
    check(np.array([0, 1.0]), np.append(labels, 1))
    for role in ("training", "validation"):
        with pytest.raises(ValueError, match=r"^Trainer: none") as refused:
            check(np.array([0, 1.0]), labels, role)
        assert str(refused.value) == (
            f"Trainer: none of the {shown} {role} labels counts for {'L' * 80}: they are all "
            "ignored, or of classes of weight 0"
        )


class Schedule:
    """It notes the accuracies, and has a state."""

    def __init__(self, optimizer, net=None):
        self.optimizer, self.net, self.state = optimizer, net, {"best": 1}

    def step(self, accuracy):
        """Change the rate of what it belongs to."""
        if accuracy is None:
            raise KeyError("no accuracy")
        self.optimizer.lr = self.state["best"] = self.optimizer.lr * accuracy

    def state_dict(self):
        """What checkpoints have."""
        return self.state

    def load_state_dict(self, state):
        """It is the one of a step."""
        if state != {"best": 0.5}:
            raise ValueError(f"another state: {state}")


def test_a_schedule_is_tried_with_an_accuracy_of_a_half_and_a_copy_of_the_optimizer():
    sgd, tried = optim.SGD(net().parameters(), lr=1.0), net()
    schedule = Schedule(sgd, tried)
    for saves in (True, False):
        trial.try_schedule(schedule, sgd, tried, True, saves)
        assert (sgd.lr, schedule.state) == (1.0, {"best": 1})
    words = "Trainer: Schedule.step(None), as training without validation accuracy calls it, fails"
    with pytest.raises(TypeError, match=r"^Trainer: ") as refused:
        trial.try_schedule(schedule, sgd, tried, False, True)
    assert str(refused.value) == f"{words}: KeyError: 'no accuracy'"
    schedule.state["best"] = None
    schedule.step = lambda accuracy: 1 / 0
    with pytest.raises(TypeError, match=r"^Trainer: Schedule.step\(0.5\) fails: ZeroDivisionErr"):
        trial.try_schedule(schedule, sgd, tried, True, True)


def test_what_a_schedule_writes_is_tried_only_where_checkpoints_are_written():
    sgd, tried = optim.SGD(net().parameters(), lr=2.0), net()
    schedule = Schedule(sgd)
    trial.try_schedule(schedule, sgd, tried, True, False)
    words = r"Schedule.load_state_dict\(...\) of what its state_dict\(\) returned fails: ValueError"
    with pytest.raises(TypeError, match=f"^Trainer: {words}: another state"):
        trial.try_schedule(schedule, sgd, tried, True, True)
    del schedule.state["best"]
    sgd.lr, schedule.state["rates"] = 1.0, {1}
    with pytest.raises(TypeError, match=r"the state_dict\(\) of Schedule after a step must hold"):
        trial.try_schedule(schedule, sgd, tried, True, True)


def test_the_net_of_a_schedule_is_not_copied_and_what_cannot_be_copied_is_not_tried():
    class Uncopied:
        """A net, or a file."""

        def __deepcopy__(self, memo):
            raise RecursionError("a copy")

    sgd, tried = optim.SGD(net().parameters(), lr=2.0), Uncopied()
    schedule = Schedule(sgd, tried)
    with pytest.raises(TypeError, match="another state"):  # it was copied and tried
        trial.try_schedule(schedule, sgd, tried, True, True)
    schedule.file = Uncopied()
    trial.try_schedule(schedule, sgd, tried, True, True)


def test_all_parts_are_tried_and_the_validation_may_be_missing():
    tried = net()
    sgd = optim.SGD(tried.parameters(), lr=1.0)
    schedule = Schedule(sgd)
    for validation, is_refused in ((loader(), False), (None, True)):
        parts = tried, Loss(), sgd, schedule, loader(), validation
        if is_refused:
            with pytest.raises(TypeError, match=r"step\(None\), as training without validation"):
                trial.try_parts(*parts, saves=True)
        else:
            trial.try_parts(*parts, saves=True)
    for train, held_out, role in (
        ([0] * 12, [1] * 12, "training"), ([1] * 12, [0] * 12, "validation"),
    ):  # fmt: skip
        loss = Loss(weight_sum=np.sum, ignore_index=0)
        parts = tried, loss, sgd, None, loader(train), loader(held_out)
        with pytest.raises(ValueError, match=f"none of the 12 {role} labels counts"):
            trial.try_parts(*parts, saves=False)


def test_the_validation_and_the_schedule_after_a_warm_up_are_among_them():
    tried = net()
    sgd = optim.SGD(tried.parameters(), lr=1.0)
    with pytest.raises(TypeError, match=r"Loss.forward must return one number"):
        trial.try_parts(tried, Loss("x"), sgd, None, loader(), loader(), saves=False)
    failing = Schedule(sgd)
    failing.then = SimpleNamespace(step=lambda accuracy: 1 / 0)
    for saves in (True, False):
        with pytest.raises(TypeError, match=r"SimpleNamespace.step\(0.5\) fails: ZeroDivisionErr"):
            trial.try_schedule(failing, sgd, tried, True, saves)
    failing.then = SimpleNamespace(step=lambda accuracy: accuracy + 1)
    with pytest.raises(TypeError, match=r"SimpleNamespace.step\(None\), as .* fails: TypeError"):
        trial.try_schedule(failing, sgd, tried, False, True)
    failing.then.step = lambda accuracy: None
    trial.try_schedule(failing, sgd, tried, True, False)
