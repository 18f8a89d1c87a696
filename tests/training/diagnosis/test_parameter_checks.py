"""Frozen layers, parameters of the optimizer, and missing ReLUs."""

import pytest

from minivgg import layers, optim
from minivgg.training.diagnosis.findings import Severity
from minivgg.training.diagnosis.nonlinearity_check import check_nonlinearity
from minivgg.training.diagnosis.parameter_checks import check_parameters

from .small import tiny

OK, NOTE, WARNING, PROBLEM = Severity


def parameters_of(change, optimizer=None):
    net = layers.Sequential(
        layers.Conv2d(1, 2, 3, padding=1), layers.BatchNorm2d(2), layers.ReLU(), layers.Flatten(),
        layers.Linear(8, 5), layers.ReLU(), layers.Linear(5, 3),
    )  # fmt: skip
    for layer in (net["0"], net["1"], net["4"], net["6"]):
        layer.bias.data[...] = 0.5
    change(net)
    optimizer = optim.SGD(optimizer(net) if optimizer else net.parameters())
    return check_parameters(tiny(net, optimizer=optimizer))


def frozen(*names):
    def change(net):
        for name in names:
            net[name].freeze()

    return change


def bias_of(name, value, *names):
    def change(net):
        net[name].bias.data[...] = value
        frozen(*names)(net)

    return change


@pytest.mark.parametrize(
    ("change", "value", "severity", "sentence"),
    [
        (frozen(), 0.0, OK, "no layer is frozen"),
        (frozen("0", "1", "4", "6"), 1.0, PROBLEM, "all layers are frozen"),
        (frozen("0"), 0.25, OK, "25 % of the parameters are frozen, the first ones"),
        (frozen("0", "1"), 0.5, OK, "50 % of the parameters are frozen, the first ones"),
        (frozen("1"), 0.25, OK,
         "2 parameters of batch norm are frozen, as is usual in fine-tuning"),
        (frozen("6"), 2, PROBLEM,
         "6.weight, 6.bias are frozen, though 0.weight before them learns"),
        (frozen("1", "6"), 4, PROBLEM,
         "1.weight, 1.bias, 6.weight and 1 more are frozen, though 0.weight before them learns"),
        (frozen("0", "4"), 2, PROBLEM,
         "4.weight, 4.bias are frozen, though 1.weight before them learns"),
        (bias_of("0", 0, "0"), 1, WARNING, "0 is frozen, but the weights look untrained"),
        (bias_of("4", 0, "0", "1", "4"), 1, WARNING,
         "4 is frozen, but the weights look untrained"),
        (bias_of("0", [0, 1], "0"), 0.25, OK, "25 % of the parameters are frozen, the first ones"),
    ],
)  # fmt: skip
def test_frozen_layers(change, value, severity, sentence):
    found = parameters_of(change)[1]
    assert (found.name, found.value, found.severity) == ("frozen layers", value, severity)
    assert (found.sentence, bool(found.advice)) == (sentence, severity > OK)


def test_a_single_frozen_parameter_is_it():
    found = parameters_of(lambda net: setattr(net["6"].bias, "frozen", True))[1]
    assert found.sentence == "6.bias is frozen, though 0.weight before it learns"


@pytest.mark.parametrize(
    ("parameters", "value", "severity", "sentence"),
    [
        (lambda net: net.parameters(), 8, OK, "the optimizer has the net's 8 parameters"),
        (lambda net: list(net.parameters().values())[:7], 1, PROBLEM,
         "the optimizer does not change 6.bias"),
        (lambda net: list(net.parameters().values())[4:], 4, PROBLEM,
         "the optimizer does not change 0.weight, 0.bias, 1.weight and 1 more"),
        (lambda net: [*net.parameters().values(), *layers.Linear(1, 1).parameters().values()], 2,
         PROBLEM, "2 of 10 parameters of the optimizer are not in the net"),
    ],
)  # fmt: skip
def test_the_parameters_of_the_optimizer(parameters, value, severity, sentence):
    found = parameters_of(frozen(), parameters)[0]
    assert (found.name, found.value, found.severity) == ("optimizer's parameters", value, severity)
    assert (found.sentence, bool(found.advice)) == (sentence, severity > OK)


def test_a_frozen_parameter_may_be_left_out_of_the_optimizer():
    found = parameters_of(frozen("0"), lambda net: list(net.parameters().values())[2:])[0]
    assert (found.severity, found.value) == (OK, 6)
    assert found.sentence == "the optimizer has the net's 8 parameters"


@pytest.mark.parametrize(
    ("parts", "pair"),
    [
        ([layers.Linear(2, 2), layers.ReLU(), layers.Linear(2, 2)], None),
        ([layers.Linear(2, 2), layers.Linear(2, 2), layers.Linear(2, 2)], "0 and 1"),
        ([layers.Linear(2, 2), layers.Dropout(), layers.Flatten(), layers.Linear(2, 2)], "0 and 3"),
        ([layers.Conv2d(2, 2, 1), layers.BatchNorm2d(2), layers.Conv2d(2, 2, 1)], "0 and 2"),
        ([layers.Conv2d(2, 2, 1), layers.MaxPool2d(2), layers.Conv2d(2, 2, 1)], "0 and 2"),
        ([layers.Conv2d(1, 2, 1), layers.Conv2d(2, 2, 1, groups=1)], "0 and 1"),
        ([layers.Conv2d(2, 2, 1), layers.Conv2d(2, 2, 3, groups=2), layers.Conv2d(2, 2, 1)], None),
        ([layers.Conv2d(1, 1, 3, groups=1), layers.Conv2d(1, 1, 1)], "0 and 1"),
        ([layers.Sequential(layers.Linear(2, 2)), layers.Linear(2, 2)], "0.0 and 1"),
        ([layers.Linear(2, 2), layers.Residual(layers.Linear(2, 2)), layers.ReLU()], "0 and 1."),
        ([layers.Residual(layers.Linear(2, 2)), layers.Linear(2, 2)], None),
    ],
)  # fmt: skip
def test_layers_with_weights_and_nothing_between_them(parts, pair):
    (found,) = check_nonlinearity(layers.Sequential(*parts))
    assert (found.name, found.severity) == ("missing ReLU", WARNING if pair else OK)
    if pair:
        assert found.sentence.startswith(f"there is no ReLU between {pair}")
    assert check_nonlinearity(layers.Sequential(layers.ReLU())) == []
