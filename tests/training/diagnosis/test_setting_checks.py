"""Momentum, weight decay, dropout and batch norm: numbers, words and bounds of each finding."""

from math import inf, log
from types import SimpleNamespace

import pytest

from minivgg import layers
from minivgg.training.diagnosis.findings import Severity
from minivgg.training.diagnosis.setting_checks import check_modes, check_optimizer

OK, WARNING, PROBLEM = Severity.OK, Severity.WARNING, Severity.PROBLEM


def of_optimizer(suggested=None, **settings):
    optimizer = SimpleNamespace(**{"lr": 0.01} | settings)
    return check_optimizer(SimpleNamespace(optimizer=optimizer), suggested)


@pytest.mark.parametrize(
    ("settings", "value", "severity", "sentence", "advice"),
    [
        ({"momentum": 0.9}, 0.9, OK, "a momentum of 0.9 adds up the last 10 gradients", ""),
        ({"momentum": 0}, 0, OK, "a momentum of 0 adds up the last 1 gradients", ""),
        ({"momentum": 0.98}, 0.98, OK, "a momentum of 0.98 adds up the last 50 gradients", ""),
        ({"momentum": 0.99}, 0.99, WARNING, "a momentum of 0.99 adds up the last 100 gradients: "
         "steps are 100 times as long as without it, and change direction as slowly",
         "use a momentum of 0.9; for a larger one divide the learning rate by as much"),
        ({"betas": (0.9, 0.999)}, 0.9, OK, "a beta1 of 0.9 averages the last 10 gradients", ""),
        ({"betas": (0.995, 0.999)}, 0.995, WARNING, "a beta1 of 0.995 averages the last 200 "
         "gradients: the steps follow a change of the gradient only slowly",
         "use betas=(0.9, 0.999)"),
    ],
)  # fmt: skip
def test_momentum(settings, value, severity, sentence, advice):
    (found,) = of_optimizer(**settings)
    assert (found.name, found.value, found.severity) == ("momentum", value, severity)
    assert (found.sentence, found.advice) == (sentence, advice)


def test_what_is_no_number_or_makes_no_sense_is_not_judged():
    assert of_optimizer() == []
    assert of_optimizer(momentum="0.9", weight_decay=None) == []
    assert of_optimizer(momentum=1.0) == []


@pytest.mark.parametrize(
    ("settings", "half_life", "severity", "advice"),
    [
        ({"weight_decay": 5e-4}, log(2) / 5e-6, OK, ""),
        ({"weight_decay": 5e-4, "momentum": 0.9}, log(2) / 5e-5, OK, ""),
        ({"weight_decay": 0.69, "momentum": 0.0}, log(2) / 0.0069, OK, ""),
        ({"weight_decay": 0.7, "momentum": 0.0}, log(2) / 0.007, PROBLEM, "5e-4"),
        ({"weight_decay": 0.06, "momentum": 0.9}, log(2) / 0.006, OK, ""),
        ({"weight_decay": 0.08, "momentum": 0.9}, log(2) / 0.008, PROBLEM, "5e-4"),
        ({"weight_decay": 0.5, "momentum": 1.0}, log(2) / 0.5, PROBLEM, "5e-4"),
        ({"weight_decay": 0.8, "betas": (0.9, 0.9), "decoupled": True}, log(2) / 0.008, PROBLEM,
         "0.01 to 0.1"),
        ({"weight_decay": 0.8, "betas": (0.9, 0.9), "decoupled": True, "suggested": 0.001},
         log(2) / 0.0008, OK, ""),
        ({"weight_decay": 0.8, "suggested": 0.1}, log(2) / 0.008, PROBLEM, "5e-4"),
        ({"weight_decay": 0.0}, inf, OK, ""), ({"weight_decay": 0.5, "lr": 0}, inf, OK, ""),
    ],
)  # fmt: skip
def test_weight_decay_by_the_half_life_of_the_weights(settings, half_life, severity, advice):
    found = of_optimizer(**settings)[-1]
    assert (found.name, found.severity) == ("weight decay", severity)
    assert found.value == pytest.approx(half_life)
    assert found.advice == (advice and f"use a weight decay of {advice}")
    decay = settings["weight_decay"]
    assert found.sentence == (
        f"a weight decay of {decay:g} alone halves the weights in {half_life:,.0f} steps"
        if half_life < inf
        else f"the weight decay is {decay:g}"
    )


def test_the_weight_decay_of_plain_adam_is_left_to_an_experiment():
    found = of_optimizer(weight_decay=100.0, betas=(0.9, 0.999))[-1]
    assert (found.value, found.severity) == (100.0, OK)
    assert found.sentence == "the weight decay is 100"


def of_modes(net, was_training=True, batch=16):
    loader = SimpleNamespace(batch_size=batch)
    return check_modes(SimpleNamespace(was_training=was_training, loader=loader), net)


def test_the_mode():
    (found,) = of_modes(layers.ReLU())
    assert (found.name, found.value, found.severity) == ("mode", None, OK)
    assert found.sentence == "the net is in training mode"
    (found,) = of_modes(layers.ReLU(), was_training=False)
    assert found.severity is WARNING
    assert found.sentence.startswith("the net is in eval mode")


@pytest.mark.parametrize(
    ("shares", "value", "severity", "words"),
    [
        ([0.5], 0.5, OK, ""), ([0.8, 0.2], 0.8, OK, ""),
        ([0.2, 0.9], 0.9, PROBLEM, ": the other units are multiplied by 10"),
        ([0.875], 0.875, PROBLEM, ": the other units are multiplied by 8"),
    ],
)  # fmt: skip
def test_the_largest_dropout(shares, value, severity, words):
    net = layers.Sequential(*(layers.Dropout(share) for share in shares))
    _, found = of_modes(net)
    assert (found.name, found.value, found.severity) == ("dropout", value, severity)
    percent = {0.875: "88 %"}.get(value, f"{100 * value:.0f} %")
    assert found.sentence == f"dropout removes {percent} of the units in each step{words}"
    assert bool(found.advice) == (severity is PROBLEM)


@pytest.mark.parametrize(("batch", "severity"), [(4, OK), (3, WARNING), (2, WARNING), (1, PROBLEM)])
def test_batch_norm_of_small_batches(batch, severity):
    _, found = of_modes(layers.Sequential(layers.BatchNorm2d(2)), batch=batch)
    assert (found.name, found.value, found.severity) == ("batch norm", batch, severity)
    more = ": they are mostly noise, and differ from those of eval mode" * (severity is not OK)
    assert found.sentence == f"batch norm takes its statistics over batches of {batch}{more}"
    assert bool(found.advice) == bool(more)
