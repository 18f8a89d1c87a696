"""Slopes of the loss and lost gradients: numbers, words and bounds of each finding."""

from types import SimpleNamespace

import numpy as np
import pytest

from minivgg import layers, optim
from minivgg.training.diagnosis import gradient_checks
from minivgg.training.diagnosis.findings import Severity
from minivgg.training.diagnosis.gradient_checks import Slope, check_gradients
from minivgg.training.diagnosis.layer_sizes import record
from minivgg.training.diagnosis.passes import LayerPass
from minivgg.training.diagnosis.update_checks import first_step

from .small import CrossEntropy, linear_net, tiny

OK, NOTE, WARNING, PROBLEM = Severity


@pytest.mark.parametrize(
    ("expected", "found", "wrong"),
    [
        (1e-3, 1e-3, False), (1e-3, 0.701e-3, False), (1e-3, 0.7e-3, True), (1e-3, 1.399e-3, False),
        (1e-3, 1.4e-3, True), (5e-5, 1.0, False), (5.1e-5, 1.0, True), (1e-3, -1e-3, True),
        (1e-3, 0.0, True), (0.0, 1.0, False),
    ],
)  # fmt: skip
def test_a_slope_is_wrong_beyond_its_bounds(expected, found, wrong):
    slope = Slope("x", expected, found)
    assert slope.is_wrong == wrong
    assert slope.ratio == (found / expected if expected else 0)
    unclear = slope.as_unclear()
    assert unclear == (Slope("x", expected, expected) if wrong and found > 0 else slope)


def test_two_slopes_agree_within_fifteen_percent():
    agree = gradient_checks._agree
    assert agree(Slope("", 1, 1.14), Slope("", 1, 1))
    assert agree(Slope("", 1, 0.86), Slope("", 1, 1))
    assert not agree(Slope("", 1, 1.16), Slope("", 1, 1))
    assert agree(Slope("", 1, -1.14), Slope("", 1, -1))


def test_what_is_said_of_a_wrong_slope():
    said = gradient_checks._wrong
    assert said(Slope("a", 1, 1), []) is None
    found = said(Slope("a", 1, 2.5), [Slope("b", 1, 1), Slope("c", 1, 1)])
    assert (found.name, found.value, found.severity) == ("gradients", 2.5, PROBLEM)
    assert found.sentence == (
        "along the gradient of a the loss changes by 2.5 times what the gradient says"
    )
    assert "backward of a, or of a layer between it and b, is wrong" in found.advice
    found = said(Slope("a", 1, -1), [])
    assert found.sentence == "against the gradient of a the loss rises: it has the wrong sign"
    assert "backward of a, or of the loss, is wrong" in found.advice


def test_a_gradient_that_is_lost():
    one, zero = np.ones(2), np.zeros(2)
    passes = [
        LayerPass(name, layers.ReLU(), one, output, given)
        for name, output, given in (
            ("a", zero, zero), ("b", one, zero), ("c", one, None), ("d", one, one),
        )
    ]  # fmt: skip
    recorded = SimpleNamespace(layers=passes)
    for expected, found, is_lost in (
        (0, 1.1e-5, True),
        (0, -1.1e-5, True),
        (0, 1e-5, False),
        (1, 9, False),
    ):
        finding = gradient_checks._lost(Slope("a", expected, found), recorded)
        assert bool(finding) == is_lost
        if finding:
            assert (finding.severity, finding.value) == (PROBLEM, 0)
            assert finding.sentence == (
                "the loss depends on a, but its gradient is 0: b ReLU() returns zeros in the "
                "backward pass"
            )
    # c and d lose nothing; a gets nothing that it could lose
    for recorded.layers in (passes[2:], passes[:1]):
        assert ": it is lost in" in gradient_checks._lost(Slope("a", 0, 1), recorded).sentence


@pytest.mark.parametrize("frozen", [None, "1", "2", "both"])
def test_right_gradients_of_each_layer_that_learns(frozen):
    net = linear_net()
    for layer in (net["1"], net["2"]):
        if frozen in ("both", "1" if layer is net["1"] else "2"):
            layer.freeze()
    examined = tiny(net)
    found = check_gradients(examined, record(examined))
    count = {None: 2, "both": 0}.get(frozen, 1)
    if count:
        assert found[0].value == count
        assert (
            found[0].sentence == f"the loss changes as the gradient says in each of {count} layers"
        )
    for name, array in examined.net.state_dict().items():
        assert (array == examined.start[name]).all()


def test_a_recorded_pass_begins_with_the_weights_of_the_start():
    """Whatever an experiment before it has left."""
    examined = tiny(linear_net())
    expected = record(examined)
    for p in examined.net.parameters().values():
        p.data[...] = 7
        p.add_grad(np.ones_like(p.data))
    found = record(examined)
    for before, after in zip(expected.layers, found.layers, strict=True):
        assert (before.output == after.output).all()
        assert (before.output_gradient == after.output_gradient).all()


def test_a_loss_without_a_gradient_or_that_is_not_finite_is_left_to_other_checks():
    for loss in (CrossEntropy(1, 0), CrossEntropy(np.inf, 1)):
        examined = tiny(linear_net(), loss)
        assert check_gradients(examined, record(examined)) == []


def test_the_first_step_is_measured_against_the_weights():
    """SGD with momentum: the first step is lr times the gradient, and its decay."""
    net = linear_net()
    for parameters in (net.parameters(), list(net.parameters().values())):
        optimizer = optim.SGD(parameters, 0.5, momentum=0.9, weight_decay=0.0)
        examined = tiny(net, optimizer=optimizer)
        next(examined.batches(1))
        for p in examined.net.parameters().values():
            p.data[...] = 7  # by an experiment before, which does not matter
        found = first_step(examined)
        assert found.cosine == pytest.approx(-1)
        assert list(found.ratios) == ["1.weight", "2.weight"]
        x, labels = next(examined.batches(1))
        examined.net.zero_grad()
        examined.loss_of(x, labels)
        examined.net.backward_parameters(examined.loss.backward())
        for name, ratio in found.ratios.items():
            p = examined.net.parameters()[name]
            expected = 0.5 * np.linalg.norm(p.grad) / np.linalg.norm(p.array)
            assert ratio == pytest.approx(expected, rel=1e-5)
        assert all((a == examined.start[n]).all() for n, a in examined.net.state_dict().items())
    net["2"].freeze()
    assert list(first_step(tiny(net)).ratios) == ["1.weight"]


def slope_of(monkeypatch, gradient, changes, weights=(3.0, 4.0)):
    """The slope of one layer, where the loss changes as given: up and down, for each step."""
    parameter = SimpleNamespace(array=np.array(weights), grad=np.array(gradient))
    given = iter(changes)
    monkeypatch.setattr(gradient_checks, "_change", lambda *step: next(given))
    found = gradient_checks._slope(SimpleNamespace(seed=0), "a", [parameter], None, 2.0)
    return found, len(list(given))


def test_a_layer_without_a_gradient_has_a_slope_where_the_loss_is_not_just_bent(monkeypatch):
    """On one side a dead ReLU may become active, which has nothing to do with the gradient."""
    for changes, slope in (((1, -0.5), 0.75), ((1, 0.5), 0.0), ((-1, -1), 0.0), ((1, 0), 0.5)):
        found, left = slope_of(monkeypatch, [0, 0], changes)
        assert (found, left) == (Slope("a", 0.0, slope), 0)
    found, _ = slope_of(monkeypatch, [0.6, 0.8], (7.5e-3, -7.5e-3))
    assert found.expected == pytest.approx(3e-3 * 5 / 2)  # step · |weights| · |gradient| / loss


@pytest.mark.parametrize(
    ("factors", "found", "left"),
    [
        ((1.0,), 1.0, 3),  # right at once
        ((3.0, 1.0), 1.0, 2),  # the first step was too long
        ((3.0, 2.7), 2.7, 2),  # the same wrong factor twice in a row
        ((3.0, 9.0, 3.0, 3.1), 3.1, 0),
        ((3.0, 9.0, 30.0, 90.0), 1.0, 0),  # curvature: no factor agrees with the one before
        ((-3.0, 9.0, 30.0, 90.0), -3.0, 0),  # but the sign is wrong
    ],
)
def test_steps_become_shorter_until_two_agree(monkeypatch, factors, found, left):
    changes = []
    for step, factor in zip(gradient_checks.STEPS, factors, strict=False):
        expected = step * 5 / 2
        changes += [factor * expected, -factor * expected]
    padding = 2 * (4 - len(factors))
    slope, rest = slope_of(monkeypatch, [0.6, 0.8], [*changes, *[0.0] * padding])
    assert slope.ratio == pytest.approx(found)
    assert rest == 2 * left


def test_moves_have_the_length_of_a_share_of_the_weights(monkeypatch):
    """Also those at random; weights of 0 count as 1."""
    for gradient, weights, size in (([0.6, 0.8], (3, 4), 5), ([0, 0], (6, 8), 10),
                                    ([3, 4], (0, 0), 1)):  # fmt: skip
        moved = []

        def change(subject, parameters, moves, unit, batch, loss, moved=moved):
            moved.append((unit * np.linalg.norm(moves[0]), np.sign(unit)))
            return 0.0

        monkeypatch.setattr(gradient_checks, "_change", change)
        parameter = SimpleNamespace(array=np.array(weights, float), grad=np.array(gradient, float))
        gradient_checks._slope(SimpleNamespace(seed=0), "a", [parameter], None, 1.0)
        assert [sign for _, sign in moved[:2]] == [1, -1]
        assert [length for length, _ in moved[:2]] == pytest.approx([3e-3 * size, -3e-3 * size])
