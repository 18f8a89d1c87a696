"""Findings: of dead ReLUs, equal units, steps and signals, at their bounds; and all as text."""

import ast
from dataclasses import FrozenInstanceError
from math import inf, nan
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from minivgg import layers
from minivgg.training.diagnosis import finding_names
from minivgg.training.diagnosis.diagnosis import Diagnosis
from minivgg.training.diagnosis.findings import Finding, Severity, percent
from minivgg.training.diagnosis.gradient_checks import Slope
from minivgg.training.diagnosis.layer_sizes import LayerSizes, dead_share, layer_sizes, rms
from minivgg.training.diagnosis.loss_levels import Levels
from minivgg.training.diagnosis.passes import LayerPass
from minivgg.training.diagnosis.probe import Agreement
from minivgg.training.diagnosis.range_test import RangeTest
from minivgg.training.diagnosis.report import findings_as_text
from minivgg.training.diagnosis.signal_checks import check_gradient_sizes, check_signal
from minivgg.training.diagnosis.unit_checks import check_dead_relus, check_symmetry
from minivgg.training.diagnosis.update_checks import Updates, check_updates

OK, NOTE, WARNING, PROBLEM = Severity
NAMES = [value for key, value in vars(finding_names).items() if key.isupper()]
GUIDE = Path(__file__).parents[3] / "docs" / "guides" / "why-does-it-not-learn.md"


def test_each_finding_has_a_name_of_its_own_that_the_guide_explains():
    assert len(set(NAMES)) == len(NAMES)
    text = GUIDE.read_text(encoding="utf-8").lower()
    assert [name for name in NAMES if f"**{name.lower()}**" not in text] == []


@pytest.mark.parametrize(
    "path", sorted(Path(finding_names.__file__).parent.glob("*.py")), ids=lambda path: path.stem
)
def test_names_of_findings_are_written_in_one_file(path):
    """The checks use the constants, so that a name is changed in one place."""
    made = {"Finding", "problem", "warning", "note"}
    calls = [node for node in ast.walk(ast.parse(path.read_bytes())) if isinstance(node, ast.Call)]
    written = [
        call.args[0].value
        for call in calls
        if isinstance(call.func, ast.Name) and call.func.id in made
        if call.args and isinstance(call.args[0], ast.Constant)
    ]
    assert written == []


def sizes(name="a", output=1.0, gradient=None, weight=None, dead=None, kind="Linear"):
    return LayerSizes(name, kind, output, gradient, weight, dead)


@pytest.mark.parametrize(
    ("shares", "name", "severity"),
    [
        ([0.1, 0.75, 0.5], "b", OK), ([0.76, 0.5], "a", WARNING), ([0.95], "a", WARNING),
        ([0.2, 0.96], "b", PROBLEM), ([0.0], "a", OK),
    ],
)  # fmt: skip
def test_the_relu_with_most_dead_units(shares, name, severity):
    rows = [sizes("linear"), *(sizes(n, dead=d) for n, d in zip("abc", shares, strict=False))]
    (found,) = check_dead_relus(rows)
    assert (found.name, found.value, found.severity) == ("dead ReLUs", max(shares), severity)
    assert found.sentence == (
        f"in {name}, the ReLU with most of them, {percent(max(shares))} of the units are 0 for all "
        "images"
    )
    assert bool(found.advice) == (severity > OK)
    assert check_dead_relus(rows[:1]) == []


def test_dead_units_are_never_above_0_and_sizes_are_root_mean_squares():
    assert dead_share(np.array([[0.0, -1.0, 0.5, 0.0]])) == 0.75
    assert dead_share(np.zeros((2, 3, 2, 2))) == 1
    assert (rms(None), rms(np.zeros(0)), rms(np.array([3.0, -4.0]))) == (0, 0, 12.5**0.5)
    assert rms(np.full(10, 300, np.float16)) == 300  # its square is not a float16


def test_the_sizes_of_each_layer():
    linear, relu = layers.Linear(2, 2), layers.ReLU()
    linear.weight.data[...] = 2
    y = np.array([[3.0, 0.0], [4.0, 0.0]], np.float32)
    passes = [LayerPass("a.0", linear, -y, 2 * y, y), LayerPass("a.1", relu, y)]
    first, second = layer_sizes(SimpleNamespace(layers=passes), {"a.0.weight": 0.25})
    assert (first.name, first.kind, first.weight, first.update) == ("a.0", "Linear", 2, 0.25)
    assert (first.output, first.gradient, first.dead) == (2.5, 5.0, None)
    assert second == LayerSizes("a.1", "ReLU", 2.5, None, None, 0.5, None)
    alone = SimpleNamespace(layers=[LayerPass("", linear, y)])
    assert layer_sizes(alone, {"weight": 0.5})[0].update == 0.5


def symmetric(weight, gradient):
    layer = SimpleNamespace(
        parameters=lambda: {"weight": SimpleNamespace(array=weight, grad=gradient)}
    )
    return check_symmetry(SimpleNamespace(layers=[LayerPass("x", layer, weight)]))[0]


def test_units_are_equal_up_to_rounding_in_weights_and_gradients():
    equal, rounded, other = np.ones((3, 2)), np.ones((3, 2)), np.ones((3, 2))
    rounded[2, 1], other[2, 1] = 1 + 0.9e-4, 1 + 1.1e-4
    cube, column = np.ones((2, 2, 2)), np.ones((2, 1))
    for weight, gradient, severity in (
        (equal, rounded, PROBLEM), (rounded * -2, equal, PROBLEM), (equal, np.eye(3, 2), OK),
        (np.eye(3, 2), equal, OK), (equal * [1, 2], equal, PROBLEM), (equal[:1], equal[:1], OK),
        (equal[:, 0], equal[:, 0], OK), (equal, other, OK), (cube, cube, PROBLEM),
        (column, column, PROBLEM),
    ):  # fmt: skip
        assert symmetric(weight, gradient).severity is severity
    assert symmetric(equal, np.eye(3, 2)).sentence == "the units of each layer differ"
    assert symmetric(equal, equal).sentence.startswith("all units of x ")


def test_layers_after_the_first_are_looked_at_for_equal_units():
    own = [layers.ReLU(), layers.Linear(2, 1), layers.Linear(2, 2), layers.Linear(2, 3)]
    for layer in own[1:]:
        layer.weight.grad = np.ones(layer.weight.data.shape, np.float32)
    own[3].weight.data[...] = 1
    passes = [LayerPass(f"l{k}", layer, np.ones(1)) for k, layer in enumerate(own)]
    (found,) = check_symmetry(SimpleNamespace(layers=passes))
    assert "all units of l3 Linear(" in found.sentence


@pytest.mark.parametrize(
    ("ratios", "value", "severity", "words"),
    [
        ([1e-6, 1e-6], 1e-6, OK, "a step changes the weights by 1e-06 of their size (median of 2"),
        ([0.9e-6], 0.9e-6, WARNING, "a step changes the weights by 9e-07 of their size"),
        ([0.2, 0.2, 9.0], 0.2, OK, "a step changes the weights by 0.2 of their size (median of 3"),
        ([0.21], 0.21, WARNING, "a step changes the weights by 0.2 of their size (median of 1"),
        ([nan], nan, WARNING, "a step changes the weights by nan of their size"),
        ([inf], inf, WARNING, "a step changes the weights by inf of their size"),
        ([0.0, 1e-3, 1e-3], 0.0, NOTE, "a has a gradient, but does not change in a step"),
        ([0.0, 0.0], 0.0, WARNING, "a step of the optimizer changes no weight, although there are"),
        ([0.0, 0.5, 0.5], 0.5, WARNING, "a step changes the weights by 0.5 of their size"),
    ],
)  # fmt: skip
def test_the_length_of_a_step(ratios, value, severity, words):
    (found,) = check_updates(Updates(dict(zip("abc", ratios, strict=False))))
    assert (found.name, found.severity) == ("update-to-weight ratio", severity)
    assert found.value == pytest.approx(value, nan_ok=True)
    assert found.sentence.startswith(words)
    assert bool(found.advice) == (severity > OK)
    assert ("higher" in found.advice) == (value == 0.9e-6)
    assert ("lower" in found.advice) == (not value <= 0.2)


def test_the_direction_of_a_step():
    assert [f.name for f in check_updates(Updates({"a": 1e-3}, 0.2))] == ["update-to-weight ratio"]
    first, _ = check_updates(Updates({"a": 1e-3}, 0.21))
    assert (first.name, first.value, first.severity) == ("direction of the step", 0.21, PROBLEM)
    assert check_updates(Updates({}, 1.0)) == []
    assert Updates({}).cosine == -1


@pytest.mark.parametrize(
    ("outputs", "input_size", "value", "words"),
    [
        ([1, 2], 4.0, 0.5, "from the net's input to its output the signal changes its size by 0.5"),
        ([1.1e-4, 9e3], 1.0, 9e3, "from the net's input to its output the signal changes"),
        ([1.0, 1e-4], 1.0, 1e-4, "the output of b Linear has a size of 0.0001, the net's input 1: "
         "the signal is smaller from layer to layer"),
        ([1e4, 1.0], 1.0, 1e4, "the output of a Linear has a size of 1e+04, the net's input 1: the "
         "signal is larger from layer to layer"),
        ([1.0], 0.0, 1e12, "the output of a Linear has a size of 1, the net's input 0: the signal"),
        ([0.5], 1e-13, 0.5e12, "the output of a Linear has a size of 0.5"),
    ],
)  # fmt: skip
def test_the_size_of_the_signal(outputs, input_size, value, words):
    rows = [sizes(n, o, weight=1.0) for n, o in zip("ab", outputs, strict=False)]
    (found,) = check_signal([sizes("x", 1e9), *rows], input_size)
    assert (found.name, found.value) == ("size of the signal", pytest.approx(value))
    assert found.sentence.startswith(words)
    is_fine = "from the net" in words
    assert (found.severity, bool(found.advice)) == (OK if is_fine else PROBLEM, not is_fine)


def test_weights_of_0_are_a_problem_but_in_the_last_layer():
    zero, one = sizes("z", 0.0, weight=0.0), sizes("a", 1.0, weight=1.0)
    (found,) = check_signal([zero, one], 1.0)
    assert found.sentence == "the weights of z Linear are all 0, and so is its output"
    assert check_signal([one, zero], 1.0)[0].severity is OK
    assert check_signal([sizes("x", 1.0)], 1.0) == []


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        (sizes("b", inf, weight=1.0), "the output of b Linear, from a finite input, is not finite"),
        (sizes("b", nan, weight=nan), "some weights of b Linear are not finite"),
        (sizes("b", nan, weight=inf), "some weights of b Linear are not finite"),
        (sizes("b", nan, kind="ReLU"), "the output of b ReLU, from a finite input"),
    ],
)
def test_the_first_layer_that_is_not_finite_is_named(bad, words):
    rows = [sizes("a", 1.0, weight=1.0), bad, sizes("c", nan, weight=1.0)]
    (found,) = check_signal(rows, 1.0)
    assert found.sentence.startswith(words)
    assert found.severity is PROBLEM


@pytest.mark.parametrize(
    ("gradients", "words"),
    [
        ([1.0, 999.0], None), ([999.0, 1.0], None), ([1.0], None), ([], None), ([0.0, 1.0], None),
        ([1.0, nan, 1e4], None), ([inf, 1.0], None),
        ([1.0, 5.0, 1000.0], "vanishes during backpropagation: its size is 1e+03 at c and 1 at a, "
         "1,000 times as small"),
        ([2000.0, 5.0, 1.0], "explodes during backpropagation: its size is 1 at c and 2e+03 at a, "
         "2,000 times as large"),
    ],
)  # fmt: skip
def test_gradients_that_vanish_or_explode(gradients, words):
    rows = [sizes(n, 1.0, g, 1.0) for n, g in zip("abc", gradients, strict=False)]
    found = check_gradient_sizes([sizes("x", 1.0, 1e-9), *rows, sizes("y", 1.0, 1e9)])
    assert [f.sentence for f in found] == ([f"the gradient {words}"] if words else [])
    if found:
        assert found[0].value == gradients[0] / gradients[-1]
        assert (found[0].name, found[0].severity) == ("size of the gradients", PROBLEM)


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0, "0 %"), (0.00049, "<0.1 %"), (0.0005, "0.1 %"), (0.0999, "10.0 %"), (0.1, "10 %"),
        (0.9, "90 %"), (0.901, "90.1 %"), (1, "100 %"), (1.5, "150 %"),
    ],
)  # fmt: skip
def test_percentages_have_a_digit_more_near_their_ends(share, text):
    assert percent(share) == text


def test_findings_as_a_table():
    bad = Finding("one", 1.0, "is bad " * 20, "mend it", PROBLEM)
    found = [bad, Finding("second", 1.0, "is known", "", NOTE), Finding("third", 1.0, "is fine")]
    lines = findings_as_text(found, how_to_show="-v").splitlines()
    assert all(len(line) <= 100 for line in lines)
    assert max(map(len, lines)) > 90
    text = "\n".join(lines)
    assert text.count("is bad") == 20
    assert "→ mend it" in text
    assert "third" not in text
    assert lines[-2:] == ["", "1 other finding is in order (-v)"]
    assert findings_as_text([bad, *found[2:] * 2]).endswith("\n\n2 other findings are in order")
    assert "third" in findings_as_text(found, everything=True)
    assert "in order" not in findings_as_text(found, everything=True)
    signs = [line.split()[:2] for line in findings_as_text(found[1:], True).splitlines()]
    assert ["note", "second"] in signs
    assert ["ok", "third"] in signs
    fine = "nothing found that would keep this net from learning"
    assert findings_as_text(found[2:]) == fine
    assert findings_as_text(found[1:]).splitlines()[-1] == fine


def test_trouble_is_a_warning_or_worse():
    kinds = [Finding("x", None, "", severity=severity).is_trouble for severity in Severity]
    assert kinds == [False, False, True, True]


@pytest.mark.parametrize(
    "found",
    [
        Finding("x", None, ""), LayerSizes("a", "b", 1.0, None), Updates({}), Levels(1.0),
        Slope("a", 1.0, 1.0), RangeTest([], [], [], None, None), Agreement(1.0, 0.5, 0.1),
        Diagnosis([]),
    ],
)  # fmt: skip
def test_what_was_found_cannot_be_changed(found):
    with pytest.raises(FrozenInstanceError):
        setattr(found, next(iter(vars(found))), None)


def test_a_diagnosis_has_no_layers_and_no_range_test_unless_they_are_given():
    fine, bad = Finding("a", None, "a"), Finding("b", None, "b", severity=WARNING)
    found = Diagnosis([bad, fine])
    assert (found.layers, found.range_test, found.troubles) == ([], None, [bad])
    assert (found["a"], found["b"]) == (fine, bad)
    assert found.layers is not Diagnosis([]).layers
    assert str(found).splitlines()[-1] == "1 other finding is in order (findings has them)"
    with pytest.raises(KeyError, match="no finding 'c'; there are: b, a"):
        found["c"]
