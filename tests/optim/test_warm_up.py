"""Warm-up: PyTorch's rates, with each schedule after it, and in resumed trainings."""

import json

import numpy as np
import pytest

from minivgg.layers import Parameter
from minivgg.optim import SGD, CosineLR, ReduceOnPlateau, StepLR, WarmUp
from minivgg.training.checks import settings_of


def sgd(lr=1.0):
    return SGD([Parameter(np.ones(1))], lr)


def rates_of(schedule, accuracies):
    rates = []
    for accuracy in accuracies:
        rates.append(schedule.optimizer.lr)
        schedule.step(accuracy)
    return rates


def test_warm_up_and_cosine_have_pytorchs_rates():
    """SequentialLR of LinearLR(0.1, total_iters=3) and CosineAnnealingLR(T_max=4)."""
    optimizer = sgd()
    schedule = WarmUp(optimizer, 3, start_factor=0.1, then=CosineLR(optimizer, 4))
    expected = [0.1, 0.4, 0.7, 1.0, 0.8535533905932737, 0.5, 0.14644660940672627, 0.0]
    assert rates_of(schedule, [None] * 8) == pytest.approx(expected, abs=1e-15)


def test_without_another_schedule_the_rate_stays():
    assert rates_of(WarmUp(sgd(2.0), 2), [None] * 4) == pytest.approx([0.02, 1.01, 2.0, 2.0])


def test_the_accuracies_of_the_warm_up_do_not_count_for_a_plateau():
    optimizer = sgd()
    schedule = WarmUp(optimizer, 2, then=ReduceOnPlateau(optimizer, patience=2))
    assert schedule.needs_accuracy
    rates = rates_of(schedule, [0.9, 0.9, 0.5, 0.4, 0.4, 0.4])
    assert rates == pytest.approx([0.01, 0.505, 1.0, 1.0, 1.0, 0.1])


@pytest.mark.parametrize("saved_after", range(6))
@pytest.mark.parametrize(
    "kind",
    [
        lambda o: WarmUp(o, 2),
        lambda o: WarmUp(o, 2, then=StepLR(o, 2)),
        lambda o: WarmUp(o, 2, then=CosineLR(o, 4)),
        lambda o: WarmUp(o, 2, then=ReduceOnPlateau(o, patience=1)),
    ],
)
def test_a_resumed_training_has_the_same_rates(kind, saved_after):
    accuracies = [0.5, 0.6, 0.5, 0.4, 0.4, 0.6]
    expected = rates_of(kind(sgd()), accuracies)
    schedule = kind(sgd())
    rates_of(schedule, accuracies[:saved_after])
    resumed = kind(sgd())
    resumed.load_state_dict(json.loads(json.dumps(schedule.state_dict())))
    assert rates_of(resumed, accuracies[saved_after:]) == expected[saved_after:]


def test_what_cannot_be_is_refused():
    with pytest.raises(ValueError, match="epochs must be at least 1, got 0"):
        WarmUp(sgd(), 0)
    with pytest.raises(ValueError, match="start_factor must be above 0 and at most 1, got 0"):
        WarmUp(sgd(), 1, start_factor=0)
    with pytest.raises(ValueError, match="StepLR changes the learning rate of another optimizer"):
        WarmUp(sgd(), 1, then=StepLR(sgd(), 1))


def test_what_is_no_optimizer_or_schedule_is_refused():
    cosine = CosineLR(sgd(), 4)
    with pytest.raises(
        TypeError, match=r"got CosineLR: give it as WarmUp\(optimizer, \.\.\., then="
    ):
        WarmUp(cosine, 2)
    with pytest.raises(
        TypeError, match=r"StepLR: the first argument must be an optimizer, .* SGD$"
    ):
        StepLR(SGD, 2)
    with pytest.raises(TypeError, match="then must be a schedule or None, got 3"):
        WarmUp(sgd(), 2, then=3)


def test_a_rate_that_someone_has_set_after_the_warm_up_is_that_of_the_resumed_training():
    optimizer = sgd()
    schedule = WarmUp(optimizer, 1)
    for _ in range(3):
        schedule.step()
    optimizer.lr = 1e-4
    other = sgd()
    WarmUp(other, 1).load_state_dict(schedule.state_dict())
    assert other.lr == 1e-4


def test_the_settings_of_a_schedule_after_the_warm_up_must_stay():
    """They are part of the fingerprint of a training, as they are without a warm-up."""

    def settings(*of_then):
        optimizer = sgd()
        return settings_of(WarmUp(optimizer, 1, then=WarmUp(optimizer, *of_then)))

    assert settings(4, 0.1) == settings(4, 0.1)
    assert settings(4, 0.1) != settings(2, 0.1)
    assert settings(4, 0.1) != settings(4, 0.9)
    json.dumps(settings(4, 0.1))
    assert settings_of(WarmUp(sgd(), 2)).keys() == {"epochs", "start_factor", "next_schedule"}
