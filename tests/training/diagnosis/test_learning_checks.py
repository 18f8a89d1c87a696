"""Rates, short trainings and levels of the loss: numbers, words and bounds of each finding."""

from math import inf, log, nan
from types import SimpleNamespace

import numpy as np
import pytest

from minivgg.training.diagnosis import learning_checks
from minivgg.training.diagnosis.findings import Severity
from minivgg.training.diagnosis.learning_checks import check_learning, fit_one_batch, loss_at_end
from minivgg.training.diagnosis.loss_levels import Levels, guessing
from minivgg.training.diagnosis.range_test import RangeTest, run_range_test, suggestion

OK, PROBLEM = Severity.OK, Severity.PROBLEM


class _Subject:
    """Its losses are given by the learning rate, and by clipping and weight decay."""

    def __init__(self, losses, max_gradient_norm=None, weight_decay=0.0, classes=10):
        self.losses, self.max_gradient_norm = losses, max_gradient_norm
        self.optimizer = SimpleNamespace(weight_decay=weight_decay, lr=0.5)
        self.loss, self.classes = SimpleNamespace(), classes
        self.has_optimizer, self.steps, self.restarts, self.asked = True, [], 0, []
        self.shown, self.is_large = [], False

    def batches(self, count, images=None):
        self.asked.append((count, images))
        labels = np.arange(16) % self.classes
        return iter([(np.zeros(1), labels)] * count)

    def steps_of(self, name, count):
        self.shown.append((name, count))
        return range(count)

    def steps_within_budget(self, most, fewest):
        return fewest if self.is_large else most

    def restart(self):
        self.restarts += 1

    def new_optimizer(self, lr=None, without_decay=False):
        optimizer = SimpleNamespace(lr=lr)
        optimizer.curve = iter(self.losses(lr, self.max_gradient_norm, without_decay))
        return optimizer

    def train_step(self, optimizer, x, labels):
        self.steps.append(optimizer.lr)
        return next(optimizer.curve)


def learned(losses, current, suggested, **options):
    subject = _Subject(losses, **options)
    test = RangeTest([], [], [], suggested, current)
    found = {finding.name: finding for finding in check_learning(subject, test, 10)}
    assert subject.max_gradient_norm == options.get("max_gradient_norm")
    return found


def curve(start, end, steps=120):
    return np.linspace(start, end, steps).tolist() if end > 0.05 else [start, 1.0, end]


def test_a_short_training_ends_when_the_images_are_learned_or_the_loss_is_lost():
    for losses, floor, count in (
        ([1.0, 0.06, 0.05, 0.049, 0.01], 0.0, 4), ([1.0, 0.26, 0.25, 0.249, 0.01], 0.2, 4),
        ([1.0, inf, 1.0], 0.0, 2), ([1.0, nan, 1.0], 0.0, 2), ([1.0] * 130, 0.0, 120),
    ):  # fmt: skip
        subject = _Subject(lambda *_, losses=losses: losses)
        found = fit_one_batch(subject, 0.25, floor)
        assert len(found) == count
        assert (subject.steps, subject.restarts, subject.asked) == ([0.25] * count, 1, [(1, 16)])
        assert subject.shown == [("one batch, learning rate 0.25", 120)]


def test_a_large_net_has_fewer_steps():
    subject = _Subject(lambda *_: [1.0] * 130)
    subject.is_large = True
    assert len(fit_one_batch(subject, 0.25)) == 40
    assert subject.shown == [("one batch, learning rate 0.25", 40)]
    subject = _Falling([1.0] * 40)
    subject.is_large = True
    found = run_range_test(subject)
    assert found.rates == pytest.approx(np.geomspace(1e-6, 10, 32))
    assert len(run_range_test(_Falling([1.0] * 70)).rates) == 64


@pytest.mark.parametrize(
    ("losses", "floor", "end"),
    [
        ([5.0, 5, 1, 2, 3, 4, 5], 0, 3.0), ([5.0, 0.049], 0, 0.049), ([5.0, 0.05], 0, 2.525),
        ([5.0, 0.25], 0.21, 0.25), ([5.0, 0.25], 0.19, 2.625), ([1.0, inf], 0, inf),
        ([inf, 0.01], 0, inf), ([nan], 0, inf), ([1.0, -inf], 0, inf),
    ],
)  # fmt: skip
def test_the_loss_at_the_end_is_a_mean_of_five_steps_unless_it_is_reached(losses, floor, end):
    assert loss_at_end(losses, floor) == pytest.approx(end)


def test_a_rate_that_learns_as_much_as_the_suggested_one_is_in_order():
    found = learned(lambda lr, *_: curve(2.3, 0.04 if lr == 0.1 else 0.03), 0.1, 0.025)
    assert [f.severity for f in found.values()] == [OK, OK]
    rate, batch = found["learning rate"], found["one batch"]
    assert (rate.value, batch.value) == (0.1, 0.03)
    assert rate.sentence == (
        "on one batch the loss goes from 2.3 to 0.04 in 3 steps at a rate of 0.1, and to 0.03 in 3 "
        "steps at 0.03, which the range test suggests"
    )
    assert batch.sentence == (
        "the net overfits 16 images: at a rate of 0.03 their loss falls from 2.3 to 0.03 in 3 steps"
    )


@pytest.mark.parametrize(
    ("current", "suggested", "end", "kind"),
    [
        (0.5, 0.1, 2.0, "too high: "), (0.4, 0.1, 2.0, ""), (0.02, 0.1, 2.0, "too low: "),
        (0.025, 0.1, 2.0, ""), (0.5, 0.1, 0.5, ""),  # learns nearly as much
        (0.5, 0.1, inf, "too high: "),
    ],
)  # fmt: skip
def test_a_rate_far_from_the_suggested_one_that_learns_less(current, suggested, end, kind):
    found = learned(lambda lr, *_: [2.3, *[end] * 119] if lr == current else curve(2.3, 0.01),
                    current, suggested)["learning rate"]  # fmt: skip
    assert found.severity is (PROBLEM if kind else OK)
    assert found.sentence.startswith(f"{kind}on one batch the loss goes from 2.3 to ")
    assert found.advice == ("use a learning rate of about 0.1" if kind else "")
    shown = "infinity in 2 steps" if end == inf else f"{end:.3g} in 120 steps"
    assert shown in found.sentence


@pytest.mark.parametrize(("end", "is_trouble"), [(1.36, True), (1.345, False)])
def test_two_fifths_of_what_is_learned_are_enough(end, is_trouble):
    """Of a loss of ln 10 for guessing, from which the suggested rate goes to 0."""

    def losses(lr, *_):
        return [9.0, *[end] * 119] if lr == 0.5 else [9.0, 0.0]

    found = learned(losses, 0.5, 0.1)["learning rate"]
    guess = guessing(np.arange(16) % 10)
    assert (guess - end < 0.4 * guess) == is_trouble
    assert found.is_trouble == is_trouble


def test_without_a_current_rate_the_suggestion_is_told():
    found = learned(lambda lr, *_: curve(2.3, 0.01), None, 0.0321)
    assert found["learning rate"].sentence == (
        "the range test suggests a learning rate of about 0.03"
    )
    assert (found["learning rate"].value, found["learning rate"].severity) == (0.0321, OK)


def test_without_a_suggestion():
    found = learned(lambda lr, *_: curve(2.3, 0.01), 0.1, None)["learning rate"]
    assert (found.value, found.severity) == (0.1, OK)
    assert "the loss falls too little in it" in found.sentence
    found = learned(lambda lr, *_: [2.3] * 120, 0.1, None)
    assert found["learning rate"].sentence == "no learning rate from 1e-6 to 10 makes the loss fall"
    assert (found["learning rate"].value, found["learning rate"].severity) == (None, PROBLEM)
    assert found["one batch"].sentence == (
        "the net cannot overfit 16 images: in 120 steps their loss goes from 2.3 to 2.3 at best "
        "(rates: 0.01, 0.1)"
    )
    assert found["one batch"].severity is PROBLEM
    subject = _Subject(lambda lr, *_: [2.3] * 120)
    check_learning(subject, RangeTest([], [], [], None, None), 10)
    assert set(subject.steps) == {0.01}


def test_a_tenth_of_each_rate_is_tried_where_none_learns():
    found = learned(lambda lr, *_: curve(2.3, 0.01) if lr == 0.05 else [2.3, inf], 2.0, 0.5)
    assert found["learning rate"].sentence == (
        "too high: on one batch the loss goes from 2.3 to infinity in 2 steps at a rate of 2, and "
        "to 0.01 in 3 steps at 0.05, which is a tenth of a rate that was tried"
    )
    assert found["learning rate"].advice == "use a learning rate of about 0.05"
    assert found["one batch"].severity is OK


@pytest.mark.parametrize("name", ["gradient clipping", "weight decay"])
def test_a_setting_without_which_the_images_are_learned(name):
    def losses(lr, norm, without_decay):
        good = norm is None if name == "gradient clipping" else without_decay
        return curve(2.3, 0.01) if good else [2.3] * 120

    what = "clipping at 0.001" if name == "gradient clipping" else "a weight decay of 0.25"
    found = learned(losses, 0.1, None, max_gradient_norm=1e-3, weight_decay=0.25)
    assert list(found) == [name, "learning rate", "one batch"]
    assert (found[name].severity, found[name].value) == (
        PROBLEM, 1e-3 if name == "gradient clipping" else 0.25,
    )  # fmt: skip
    assert found[name].sentence == (
        f"with {what} the loss of one batch goes from 2.3 to 2.3 in 120 steps, without it to 0.01 "
        "in 3"
    )
    assert found["one batch"].sentence.startswith(f"the net overfits 16 images without {name}: at")
    without = {"max_gradient_norm": None} if name == "gradient clipping" else {"weight_decay": 0.0}
    settings = {"max_gradient_norm": 1e-3, "weight_decay": 0.25} | without
    asked = learned(lambda lr, norm, without: [2.3] * 120, 0.1, None, **settings)
    assert list(asked) == ["learning rate", "one batch"]


def test_a_setting_is_not_blamed_where_the_images_are_learned_with_it():
    found = learned(lambda *_: curve(2.3, 0.01), 0.1, 0.1, max_gradient_norm=1.0, weight_decay=1.0)
    assert list(found) == ["learning rate", "one batch"]
    assert learning_checks._weight_decay(SimpleNamespace(optimizer=SimpleNamespace())) == 0
    text = SimpleNamespace(optimizer=SimpleNamespace(weight_decay="much"))
    assert learning_checks._weight_decay(text) == 0


def test_the_fastest_of_equally_good_rates_is_the_best():
    def losses(lr, *_):
        return [2.3, 0.01] if lr == 0.2 else [2.3, 1.0, 0.01]

    found = learned(losses, 0.1, 0.2)["one batch"]
    assert "at a rate of 0.2 their loss falls from 2.3 to 0.01 in 2 steps" in found.sentence


@pytest.mark.parametrize(
    ("level", "loss", "fitted"),
    [
        (Levels(2.0), 0.99, True), (Levels(2.0), 1.0, False), (Levels(2.2, 0.2), 1.19, True),
        (Levels(2.2, 0.2), 1.21, False), (Levels(0.0), log(2) / 4 - 1e-6, True),
        (Levels(0.0), log(2) / 4, False), (Levels(0.3, 0.2), 0.2 + log(2) / 4 - 1e-6, True),
    ],
)  # fmt: skip
def test_half_of_what_there_is_to_learn(level, loss, fitted):
    assert level.is_fitted(loss) == fitted


def test_guessing_is_the_entropy_of_the_labels():
    assert guessing(np.array([5, 5, 5])) == 0
    assert guessing(np.array([0, 7, 7, 0])) == pytest.approx(log(2))
    assert guessing(np.array([0, 1, 1, 1])) == pytest.approx(0.25 * log(4) + 0.75 * log(4 / 3))


# -------------------------------------------------------------------------------------- range test


class _Falling(_Subject):
    """The loss of one batch depends on the steps made; the loss of others is of no interest."""

    def __init__(self, reference, step_losses=None):
        super().__init__(None)
        self.reference, self.step_losses = iter(reference), iter(step_losses or [1.0] * 100)
        self.batch = None

    def batches(self, count, images=None):
        self.asked.append((count, images))
        return iter([(k, k) for k in range(count)])

    def new_optimizer(self, lr=None, without_decay=False):
        return SimpleNamespace(lr=None)

    def loss_of(self, x, labels):
        assert x == labels == 0  # always the first batch
        return next(self.reference)

    def train_step(self, optimizer, x, labels):
        assert x == len(self.steps) + 1  # another one each time
        self.steps.append(optimizer.lr)
        return next(self.step_losses)


def test_the_rates_grow_and_the_mean_of_the_losses_is_corrected_for_its_start():
    subject = _Falling([2.0, 1.0, 1.0, 1.0])
    found = run_range_test(subject, 4)
    assert found.rates == subject.steps == pytest.approx(np.geomspace(1e-6, 10, 4))
    assert found.losses == [2.0, 1.0, 1.0, 1.0]
    means = [2.0, (0.6 * 2 + 1) / 1.6, (0.36 * 2 + 0.6 + 1) / 1.96, (0.216 * 2 + 1.96) / 2.176]
    assert found.smoothed == pytest.approx(means)
    assert (found.current, subject.asked, subject.restarts) == (0.5, [(5, None)], 1)
    assert subject.shown == [("learning-rate range test", 4)]
    assert found.suggested == pytest.approx(1.0)
    subject = _Falling([2.0, 1.0])
    subject.has_optimizer = False
    assert run_range_test(subject, 2).current is None


def test_the_range_test_ends_where_the_loss_is_twice_its_minimum_or_not_finite():
    assert len(run_range_test(_Falling([1.0, 1.0, 9.0, 1.0, 1.0]), 5).losses) == 3
    assert len(run_range_test(_Falling([1.0, 2.7, 1.0, 1.0, 1.0]), 5).losses) == 2
    assert len(run_range_test(_Falling([1.0, 2.5, 2.0, 2.0, 2.0]), 5).losses) == 5
    assert len(run_range_test(_Falling([1.0, 1.0, nan, 1.0, 1.0]), 5).losses) == 2
    assert len(run_range_test(_Falling([1.0] * 5, [1.0, inf, 1.0]), 5).losses) == 1
    found = run_range_test(_Falling([nan]), 5)
    assert (found.rates, found.losses, found.suggested) == ([], [], None)


@pytest.mark.parametrize(
    ("losses", "place"),
    [
        ([1.0, 0.969, 5.0], 1), ([1.0, 0.97, 5.0], 1), ([1.0, 0.971, 5.0], None), ([1.0], None),
        # the start is the mean of an eighth of the losses
        ([1.0, 3.0, *[1.9] * 14], 0), ([2.0, 1.0, *[1.4] * 13], 1), ([1.0, 3.0, *[1.9] * 13], None),
    ],
)  # fmt: skip
def test_the_loss_must_fall_by_three_percent(losses, place):
    rates = [10.0**k for k in range(len(losses))]
    found = suggestion(rates, losses)
    assert found == (None if place is None else rates[place] / 10)
