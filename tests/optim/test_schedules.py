"""Schedules at their bounds: when a rate changes, by how much, and what is saved."""

import json

import numpy as np
import pytest

from minivgg.layers import Parameter
from minivgg.optim import SGD, CosineLR, ReduceOnPlateau, StepLR, WarmUp


def sgd(lr=1.0):
    return SGD([Parameter(np.ones(1))], lr)


def rates(schedule, accuracies):
    found = []
    for accuracy in accuracies:
        schedule.step(accuracy)
        found.append(schedule.optimizer.lr)
    return found


@pytest.mark.parametrize(
    ("settings", "accuracies", "expected"),
    [
        # as much as the threshold is no new best, more is one
        ({"patience": 1, "threshold": 0.125}, [0.5, 0.625, 0.5], [1, 0.5, 0.25]),
        ({"patience": 1, "threshold": 0.125}, [0.5, 0.626, 0.7], [1, 1, 0.5]),
        ({"patience": 2}, [0.5, 0.5, 0.6, 0.6, 0.6], [1, 1, 1, 1, 0.5]),
        ({"patience": 1, "drops": 1}, [0.5, 0.5, 0.5, 0.5], [1, 0.5, 0.5, 0.5]),
        ({"patience": 1, "drops": 2}, [0.5, 0.5, 0.6, 0.6, 0.6], [1, 0.5, 0.5, 0.25, 0.25]),
        ({"patience": 3}, [0.0, 0.0, 0.0, 0.0], [1, 1, 1, 0.5]),
    ],
)
def test_a_plateau(settings, accuracies, expected):
    assert rates(ReduceOnPlateau(sgd(), factor=0.5, **settings), accuracies) == expected


def test_the_state_of_a_plateau():
    schedule = ReduceOnPlateau(sgd(), patience=2)
    rates(schedule, [0.5, 0.4, 0.4, 0.4])
    state = schedule.state_dict()
    assert state == {"best": 0.5, "waited": 1, "dropped": 1, "lr": pytest.approx(0.1)}
    other = ReduceOnPlateau(sgd(7.0), patience=2)
    assert other.state_dict() == {"best": None, "waited": 0, "dropped": 0, "lr": 7.0}
    other.load_state_dict(json.loads(json.dumps(state)))
    assert other.state_dict() == state


def test_steps_of_one_epoch_and_their_factor():
    assert rates(StepLR(sgd(), 1, gamma=0.5), [None] * 3) == [0.5, 0.25, 0.125]
    assert rates(StepLR(sgd(), 1), [None] * 2) == pytest.approx([0.1, 0.01])
    schedule = StepLR(sgd(), 2, gamma=0.5)
    rates(schedule, [None] * 3)
    assert schedule.state_dict() == {"epoch": 3, "lr": 0.5, "step_size": 2}
    for step_size, rate in ((2, 0.25), (3, 0.5), (1, 0.125), (4, 1.0)):
        other = StepLR(sgd(), step_size, gamma=0.5)
        other.load_state_dict(schedule.state_dict() | {"lr": 0.25})
        assert other.optimizer.lr == rate


def test_a_cosine_of_one_epoch_ends_at_once_and_its_state_is_an_epoch():
    schedule = CosineLR(sgd(), 1)
    assert rates(schedule, [None, None]) == [0, 0]
    assert schedule.state_dict() == {"epoch": 2}


@pytest.mark.parametrize(
    ("epochs", "factor", "expected"),
    [(1, 0.25, [0.25, 1, 1]), (2, 0.5, [0.5, 0.75, 1, 1]), (2, 1, [1, 1, 1]), (1, 1e-9, [1e-9, 1])],
)
def test_a_warm_up(epochs, factor, expected):
    optimizer = sgd()
    schedule = WarmUp(optimizer, epochs, factor)
    first = optimizer.lr
    assert [first, *rates(schedule, [None] * (len(expected) - 1))] == pytest.approx(expected)
    assert schedule.next_schedule is None
    assert schedule.settings == WarmUp.settings


@pytest.mark.parametrize(("epochs", "factor"), [(0, 0.5), (-1, 0.5), (1, 0), (1, -0.1), (1, 1.01)])
def test_a_warm_up_that_makes_no_sense(epochs, factor):
    with pytest.raises(
        ValueError, match=r"WarmUp: (epochs must be at least 1|start_factor must be)"
    ):
        WarmUp(sgd(), epochs, factor)


def test_states_of_warm_ups_of_earlier_versions_have_no_rate():
    schedule = WarmUp(sgd(), 2, 0.5)
    schedule.load_state_dict({"epoch": 1, "then": None})
    assert schedule.optimizer.lr == 0.75
    schedule.load_state_dict({"epoch": 5, "then": None})
    assert schedule.optimizer.lr == 1


@pytest.mark.parametrize(
    "make", [lambda o: StepLR(o, 1), lambda o: CosineLR(o, 1), ReduceOnPlateau, WarmUp]
)
def test_what_has_no_rate_is_refused(make):
    kind = {ReduceOnPlateau: "ReduceOnPlateau", WarmUp: "WarmUp"}.get(make, "")
    make = (lambda o: WarmUp(o, 1)) if make is WarmUp else make
    for wrong, name in ((3, "int"), (SGD, "SGD"), (None, "NoneType")):
        with pytest.raises(
            TypeError, match=f"must be an optimizer, whose lr it changes, got {name}"
        ) as e:
            make(wrong)
        assert str(e.value).startswith(kind)
        assert ("give it as WarmUp(optimizer, ..., then=...)" in str(e.value)) == (kind == "WarmUp")
