"""The sentences about parts that a training cannot use, each by itself and at its bounds."""

from types import SimpleNamespace

import numpy as np
import pytest

from minivgg import layers, optim
from minivgg.layers import Parameter
from minivgg.training import checks


def said(kind, function, *arguments, **parts):
    """The sentence with which something is refused."""
    with pytest.raises(kind) as refused:
        function(*arguments, **parts)
    assert str(refused.value).startswith("Trainer: ")
    return str(refused.value).removeprefix("Trainer: ")


def part(**methods):
    return type("Mine", (), methods)()


ROLES = {
    "optimizer": {"parameters": {}, "lr": 0.1, "step": lambda self: None},
    "loss": {"forward": lambda self, y, labels: 0.0, "backward": lambda self: None},
    "schedule": {"step": lambda self, accuracy: None},
    "loader": {"dataset": [], "epoch": lambda self, k: None, "share_of": lambda self, b: None},
}


@pytest.mark.parametrize("role", ROLES)
def test_each_part_needs_its_attributes(role):
    checks.require_parts(False, **{role: None})
    checks.require_parts(False, **{role: part(**ROLES[role])})
    for name in ROLES[role]:
        less = part(**{k: v for k, v in ROLES[role].items() if k != name})
        place = {"loss": "minivgg.training.interfaces.Loss", "loader": "minivgg.data.Loader"}.get(
            role, f"minivgg.optim.{role.title()}"
        )
        assert said(TypeError, checks.require_parts, False, **{role: less}) == (
            f"the {role} Mine lacks {name}: see help({place!r}) and the guide 'Your own parts'"
        )
    assert said(TypeError, checks.require_parts, False, **{role: part().__class__}) == (
        f"the {role} is the class Mine: make an object of it"
    )
    assert "lacks forward and backward:" in said(TypeError, checks.require_parts, False, loss=3)


@pytest.mark.parametrize("role", ["optimizer", "schedule"])
def test_states_are_needed_where_they_are_saved(role):
    states = {"state_dict": lambda self: {}, "load_state_dict": lambda self, state: None}
    checks.require_parts(True, **{role: part(**ROLES[role], **states)})
    for name in states:
        less = part(**ROLES[role], **{k: v for k, v in states.items() if k != name})
        checks.require_parts(False, **{role: less})
        words = said(TypeError, checks.require_parts, True, **{role: less})
        assert words.startswith(f"the {role} Mine lacks {name}, which checkpoints need: see help(")
    for loss_or_loader in ("loss", "loader"):
        checks.require_parts(True, **{loss_or_loader: part(**ROLES[loss_or_loader])})


def test_the_schedule_after_a_warm_up_is_looked_at_too():
    inner = part(step=lambda self: None)
    outer = part(**ROLES["schedule"], then=inner)
    words = said(TypeError, checks.require_parts, False, schedule=outer)
    assert words.startswith("Mine.step must be a function that can be called as step(accuracy): ")
    lacks = part(**ROLES["schedule"], then=part(**ROLES["schedule"]), state_dict=lambda self: {},
                 load_state_dict=lambda self, state: None)  # fmt: skip
    checks.require_parts(False, schedule=lacks)
    assert "lacks state_dict and" in said(TypeError, checks.require_parts, True, schedule=lacks)


@pytest.mark.parametrize(
    ("role", "method", "call"),
    [
        ("optimizer", "step", "step()"), ("optimizer", "state_dict", "state_dict()"),
        ("optimizer", "load_state_dict", "load_state_dict(state)"),
        ("loss", "forward", "forward(outputs, labels)"), ("loss", "backward", "backward()"),
        ("loss", "metric", "metric(outputs, labels)"), ("loss", "weight_sum", "weight_sum(labels)"),
        ("schedule", "step", "step(accuracy)"), ("schedule", "state_dict", "state_dict()"),
        ("schedule", "load_state_dict", "load_state_dict(state)"),
        ("loader", "epoch", "epoch(epoch)"), ("loader", "share_of", "share_of(batch)"),
        ("callback", "on_start", "on_start(trainer)"),
        ("callback", "on_step", "on_step(trainer, result)"),
        ("callback", "on_epoch", "on_epoch(trainer, row)"),
    ],
)  # fmt: skip
def test_methods_are_called_with_these_arguments(role, method, call):
    count = len([name for name in call.split("(")[1].rstrip(")").split(", ") if name])
    right, fewer, more = (
        SimpleNamespace(**{method: function})
        for function in (
            {0: lambda: 0, 1: lambda a: 0, 2: lambda a, b: 0}[count],
            {0: lambda: 0, 1: lambda: 0, 2: lambda a: 0}[count],
            lambda a, b, c: 0,
        )
    )
    checks.require_methods(role, right)
    checks.require_methods(role, SimpleNamespace())
    for wrong in (fewer, more) if count else (more,):
        words = said(TypeError, checks.require_methods, role, wrong)
        start = f"SimpleNamespace.{method} must be a function that can be called as {call}: "
        assert words.startswith(start)
    none = SimpleNamespace(**{method: None})
    assert said(TypeError, checks.require_methods, role, none) == (
        f"SimpleNamespace.{method} must be a function, got None"
    )


def test_callbacks_are_objects_with_something_to_call():
    class Mine:
        """A callback."""

        def on_step(self, trainer, result):
            """Nothing."""

    for callbacks in ([], (), [Mine()], (Mine(), Mine())):
        checks.require_callbacks(callbacks, None)
    names = "on_start, on_step or on_epoch"
    assert said(TypeError, checks.require_callbacks, Mine(), None).startswith(
        f"callbacks must be a list of objects with {names}, got <"
    )
    assert said(TypeError, checks.require_callbacks, [Mine(), Mine], None) == (
        "the callback is the class Mine: make an object of it"
    )
    assert said(TypeError, checks.require_callbacks, [3], None) == (
        f"the callback int has none of {names}"
    )

    def log(row):
        """A function."""

    assert said(TypeError, checks.require_callbacks, [log], None) == (
        f"the callback log has none of {names}; a function of the row alone is given as on_epoch="
    )
    checks.require_callbacks([], log)
    for wrong, words in ((lambda: 0, "can be called as on_epoch(row)"), (3, ", got 3")):
        found = said(TypeError, checks.require_callbacks, [], wrong)
        assert found.startswith("on_epoch must be a function")
        assert words in found


@pytest.mark.parametrize(
    ("settings", "kind", "words"),
    [
        ((1, 0.5, 1, 0.01), None, ""), ((None, None, 1, None), None, ""),
        ((np.int64(3), np.float32(2), 5, 1), None, ""), ((None, 1, 2, 1.0), None, ""),
        ((None, None, 0, None), ValueError, "keep must be at least 1 checkpoint, got 0"),
        ((None, None, 1, 0), ValueError, "save_every must be positive minutes, got 0"),
        ((None, None, 1, float("nan")), ValueError, "save_every must be positive minutes, got nan"),
        ((1.0, None, 1, None), TypeError, "micro_batch must be an integer or None, got 1.0"),
        ((0, None, 1, None), ValueError, "micro_batch must be at least 1 image, got 0"),
        ((None, "1", 1, None), TypeError, "max_gradient_norm must be a number or None, got '1'"),
        ((None, 0, 1, None), ValueError, "max_gradient_norm must be positive, got 0"),
        ((None, float("nan"), 1, None), ValueError, "max_gradient_norm must be positive, got nan"),
        ((None, float("inf"), 1, None), ValueError,
         "max_gradient_norm must be finite: leave it out to train without a bound"),
    ],
)  # fmt: skip
def test_numbers_at_their_bounds(settings, kind, words):
    if kind is None:
        checks.require_numbers(*settings)
    else:
        assert said(kind, checks.require_numbers, *settings) == words


def test_a_net_is_a_layer():
    checks.require_net(layers.ReLU())
    start = "the net must be a Layer, such as layers.Sequential or models.vgg(...), got "
    assert said(TypeError, checks.require_net, layers.ReLU) == f"{start}the class ReLU"
    assert said(TypeError, checks.require_net, [1]) == f"{start}a list"


def test_a_metric_with_a_name_of_its_own_has_a_method():
    for more in ({"metric_name": "accuracy"}, {"metric_name": None},
                 {"metric_name": "error", "metric": lambda self, y, labels: 0.0}):  # fmt: skip
        checks.require_parts(False, loss=part(**ROLES["loss"], **more))
    named = part(**ROLES["loss"], metric_name="error")
    assert said(TypeError, checks.require_parts, False, loss=named) == (
        "the loss Mine has the metric_name 'error', but no method metric(outputs, targets) that "
        "computes it"
    )


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"parameters": [Parameter(np.zeros(1))]},
         "the parameters of Mine must be a dict of names to Parameters, as net.parameters() "
         "returns it, got list"),
        ({"parameters": {"a": Parameter(np.zeros(1)), "b": np.zeros(1)}},
         "the parameters of Mine must be a dict of names to Parameters, as net.parameters() "
         "returns it, got dict"),
        ({"lr": "0.1"}, "the lr of Mine must be a number, got '0.1'"),
        ({"lr": None}, "the lr of Mine must be a number, got None"),
    ],
)  # fmt: skip
def test_an_optimizer_has_parameters_and_a_rate(change, words):
    optimizer = part(**ROLES["optimizer"] | change)
    assert said(TypeError, checks.require_parts, False, optimizer=optimizer) == words


def test_a_number_in_the_place_of_a_loader_is_told_where_it_belongs():
    for number in (3, 0.5):
        assert said(TypeError, checks.require_parts, False, loader=number) == (
            f"fit takes a validation loader after the training loader, got {number}: write "
            f"epochs={number}"
        )
    assert said(TypeError, checks.require_parts, False, loss=3).startswith("the loss int lacks for")


def test_states_of_arrays_and_plain_values():
    for state in ({}, {"a": np.zeros(2), "b": np.array(3)}):
        checks.require_arrays(state)
    for state in ([], None, {"a": 1}, {1: np.zeros(2)}, {"a": np.array([None])},
                  {"a": np.zeros(2), "b": [1]}):  # fmt: skip
        assert said(TypeError, checks.require_arrays, state) == (
            "the optimizer's state_dict() must be {name: array}, for a file of arrays: write a "
            "number as np.array(number)"
        )
    checks.require_json("x", {"a": [1, 2.5, "b", None, (3,)]})
    circle = []
    circle.append(circle)
    for value in (np.zeros(2), circle, {"a": {1, 2}}):
        assert said(TypeError, checks.require_json, "what", value).startswith(
            "what must hold plain numbers, text and lists of them, for a file in JSON format: "
        )


def test_settings_are_the_attributes_that_are_named():
    mine = part(settings=("a", "b"), a=1, b=(2, 3), c=4)
    assert checks.settings_of(mine) == {"a": 1, "b": (2, 3)}
    assert checks.settings_of(part()) == {}


@pytest.fixture
def net():
    return layers.Sequential(*(layers.Linear(2, 2) for _ in range(3)))


def test_an_optimizer_and_a_schedule_of_others_are_refused(net):
    own = optim.SGD(net.parameters())
    checks.require_own_parameters(net, own, None)
    checks.require_own_parameters(net, own, part())
    checks.require_own_parameters(net, own, part(optimizer=own))
    assert said(ValueError, checks.require_own_parameters, net, own, part(optimizer=3)) == (
        "the schedule Mine changes the learning rate of another optimizer: make it of this one, "
        "Mine(optimizer, ...)"
    )
    mixed = dict(net.parameters()) | {"x": Parameter(np.zeros(1))}
    advice = "make the optimizer after the last change of the net, of net.parameters()"
    assert said(ValueError, checks.require_own_parameters, net, optim.SGD(mixed), None) == (
        f"1 of the 7 parameters of SGD are not in this net, and would never change it: {advice}"
    )


@pytest.mark.parametrize(
    ("count", "named"),
    [
        (5, "0.weight"),
        (3, "0.weight, 0.bias, 1.weight"),
        (2, "0.weight, 0.bias, 1.weight and others"),
    ],
)
def test_what_is_neither_learned_nor_frozen_is_named(net, count, named):
    some = dict(list(net.parameters().items())[-count:])
    with pytest.warns(UserWarning, match="SGD does not change") as found:
        checks.require_own_parameters(net, optim.SGD(some), None)
    assert str(found[0].message) == (
        f"Trainer: SGD does not change {named}: make the optimizer after the last change of the "
        "net, of net.parameters(), or freeze what is not learned"
    )
    net.freeze()
    checks.require_own_parameters(net, optim.SGD(some), None)


@pytest.mark.parametrize("lr", [-1e-9, float("nan"), float("inf")])
def test_a_rate_is_a_finite_number_from_0_on(lr):
    start = "the learning rate must be a finite number of at least 0, but"
    for schedule, by in ((None, "its user"), (part(), "Mine")):
        found = said(ValueError, checks.require_learning_rate, SimpleNamespace(lr=lr), schedule)
        assert found == f"{start} {by} has set it to {lr}"
    for fine in (0, 0.0, 1e9, np.float32(0.1)):
        checks.require_learning_rate(SimpleNamespace(lr=fine), None)
    for schedule, by in ((None, "SimpleNamespace"), (part(), "Mine")):
        found = said(TypeError, checks.require_learning_rate, SimpleNamespace(lr="x"), schedule)
        assert found == f"the lr of {by} must be a number, got 'x'"
