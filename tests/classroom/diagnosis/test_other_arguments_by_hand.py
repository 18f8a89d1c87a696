"""Each changed argument, worked out by hand, and sums of the right result and an argument."""

import dataclasses

import numpy as np
import pytest

from minivgg.classroom.bank import TASKS
from minivgg.classroom.diagnosis.other_arguments import (
    CHANGES,
    describe_other_arguments,
    describe_other_shape,
    describe_sum,
)
from minivgg.classroom.results import Comparison, Results
from minivgg.classroom.tasks import Case, Task

RNG = np.random.default_rng(0)
X = RNG.normal(0, 5, (3, 2, 2, 4))  # three images of two channels and 2×4 pixels
W = RNG.normal(0, 1, (3, 2, 5, 3))  # three filters of 5×3
DY = RNG.normal(0, 1, (3, 3, 2, 4))
B = np.array([2.0, 3.0, 4.0])


def only(a, *index):
    """The entries at this place; the others are 0."""
    kept = np.zeros_like(a)
    kept[index] = a[index]
    return kept


ALL = slice(None)
EXPECTED = {  # of the changed argument
    "padding 0, whatever the padding is": ("padding", 0),
    "padding 1, whatever the padding is": ("padding", 1),
    "twice the padding": ("padding", 6),
    "half the kernel as padding": ("padding", 2),
    "stride 1, whatever the stride is": ("stride", 1),
    "a stride of the kernel's height": ("stride", 5),
    "a window of the stride's size": ("size", 7),
    "a kernel of kh×kh": ("kw", 9),
    "a kernel of kw×kw": ("kh", 8),
    "the square part of x": ("x", X[:, :, :, :2]),
    "x with rows and columns swapped": ("x", np.transpose(X, (0, 1, 3, 2))),
    "the first image instead of every image": ("x", np.stack([X[0], X[0], X[0]])),
    "the last image instead of every image": ("x", np.stack([X[2], X[2], X[2]])),
    "only the first image, the others being 0": ("x", only(X, 0)),
    "only the last image, the others being 0": ("x", only(X, 2)),
    "only the first channel of x, the others being 0": ("x", only(X, ALL, 0)),
    "only the last channel of x, the others being 0": ("x", only(X, ALL, 1)),
    "the first filter instead of every filter": ("w", np.stack([W[0], W[0], W[0]])),
    "the last filter instead of every filter": ("w", np.stack([W[2], W[2], W[2]])),
    "the first channel of each filter instead of every channel": ("w", W[:, [0, 0]]),
    "the last channel of each filter instead of every channel": ("w", W[:, [1, 1]]),
    "the kernels with rows and columns swapped": ("w", np.transpose(W, (0, 1, 3, 2))),
    "the kernels turned by 180 degrees": ("w", np.flip(W, (2, 3))),
    "a bias of 0": ("b", np.array([0, 0, 0])),
    "the first bias instead of every bias": ("b", np.array([2, 2, 2])),
    "only the first image of dy, the others being 0": ("dy", only(DY, 0)),
    "only the last image of dy, the others being 0": ("dy", only(DY, 2)),
    "only the first filter of dy, the others being 0": ("dy", only(DY, ALL, 0)),
    "only the last filter of dy, the others being 0": ("dy", only(DY, ALL, 2)),
    "only the first row of dy, the others being 0": ("dy", only(DY, ALL, ALL, 0)),
    "only the last row of dy, the others being 0": ("dy", only(DY, ALL, ALL, 1)),
    "only the first column of dy, the others being 0": ("dy", only(DY, ..., 0)),
    "only the last column of dy, the others being 0": ("dy", only(DY, ..., 3)),
    "a dy of ones": ("dy", np.ones((3, 3, 2, 4))),
    "the absolute values of x": ("x", np.where(X < 0, -X, X)),
    "−x": ("x", 0 - X),
    "x rounded down to integers": ("x", X // 1),
    "labels that are larger by one": ("labels", np.array([3, 1, 2])),
    "labels that are smaller by one": ("labels", np.array([1, -1, 0])),
    "the first label for every row": ("labels", np.array([2, 2, 2])),
    "logits with the wrong sign": ("logits", np.array([[-1.0, 2.0]])),
    "1 − p instead of p": ("p", 0.75),
}
GIVEN = {
    "x": X, "w": W, "b": B, "dy": DY, "labels": np.array([2, 0, 1]), "p": 0.25,
    "logits": np.array([[1.0, -2.0]]), "stride": 7, "padding": 3, "size": 4, "kh": 9, "kw": 8,
}  # fmt: skip


def test_all_changes_are_in_the_table():
    assert list(EXPECTED) == [words for words, _ in CHANGES]


@pytest.mark.parametrize(("words", "change"), CHANGES, ids=[words for words, _ in CHANGES])
def test_a_changed_argument_is_as_worked_out_by_hand(words, change):
    name, expected = EXPECTED[words]
    changed = change(GIVEN)
    assert list(changed) == list(GIVEN)
    np.testing.assert_array_equal(changed[name], expected)
    with pytest.raises(KeyError):  # a task without this argument
        change({n: value for n, value in GIVEN.items() if n != name})


def test_the_square_part_of_a_high_image():
    high = X.swapaxes(2, 3)
    changed = dict(CHANGES)["the square part of x"]({"x": high})
    np.testing.assert_array_equal(changed["x"], high[:, :, :2])


@pytest.mark.parametrize(
    ("given", "height"),
    [({"w": W, "kh": 9}, 5), ({"size": 4, "kh": 9}, 4), ({"kh": 9}, 9)],
)
def test_the_height_of_the_kernel_is_that_of_w_or_the_size_or_kh(given, height):
    change = dict(CHANGES)["a stride of the kernel's height"]
    assert change(given | {"stride": 1})["stride"] == height


def plus(x, padding, mistakes=()):
    return x + padding


def plus_or_minus(x, padding, mistakes=()):
    return x + padding, x - padding


def remembering(x, padding, mistakes=(), memory=None):
    return x + padding


def one_task(answer=plus, returns=("y",), calls=(([1.0, 2.0], 3), ([4.0, 5.0, 6.0], 2)), **more):
    """f(x, padding), each call of which is a case of its own."""
    cases = tuple(Case(f"case {i}", ([{"array": x}, *rest],)) for i, (x, *rest) in enumerate(calls))
    return Task("f(x, padding)", returns, "", answer, cases, (), **more)


def described(task, *actual, name="y", describe=describe_other_arguments, is_right=False):
    """Of what a student's function returns in each case."""
    comparisons = [
        Comparison(i, 0, name, None if a is None else np.array(a), np.zeros(np.shape(a)), is_right)
        for i, a in enumerate(actual)
    ]
    return describe(task, Results(task, task.cases, []), comparisons)


def test_a_result_for_other_arguments_has_to_be_one_in_all_cases():
    task = one_task()
    assert described(task, [1.0, 2.0], [4.0, 5.0, 6.0]).startswith("padding 0")
    assert described(task, [2.0, 3.0], [5.0, 6.0, 7.0]).startswith("padding 1")
    assert described(task, [1.0, 2.0], [5.0, 6.0, 7.0]) == ""
    assert described(task, [1.0, 2.0], None) == ""
    assert described(task) == ""
    assert described(task, [1.0, 2.0], [4.0, 5.0, 6.0], name="something else") == ""
    assert described(one_task(calls=([[1.0, 2.0]],)), [1.0, 2.0]) == ""  # without a padding
    assert described(one_task(calls=([[1.0, 2.0], {"rng": 3}],)), [1.0, 2.0]) == ""


def test_each_of_several_outputs_is_compared_with_its_own():
    task = one_task(plus_or_minus, ("sum", "difference"))
    ones = [[2.0, 3.0], [5.0, 6.0, 7.0]]
    assert described(task, *ones, name="sum").startswith("padding 1")
    assert described(task, *ones, name="difference") == ""
    less = [[0.0, 1.0], [3.0, 4.0, 5.0]]
    assert described(task, *less, name="difference").startswith("padding 1")


def test_observed_tasks_and_answers_with_a_memory_have_no_other_arguments():
    right_without_padding = [[1.0, 2.0], [4.0, 5.0, 6.0]]
    assert described(one_task(observe=dict), *right_without_padding) == ""
    assert described(one_task(remembering), *right_without_padding) == ""


def ones(x, padding, mistakes=()):
    return np.ones(len(x) + padding)


def test_a_shape_belongs_to_other_arguments_in_all_cases():
    task = one_task(ones)

    def shape_of(*sizes):
        """Of arrays of so many numbers, where 5 are right."""
        comparisons = [
            Comparison(i, 0, "y", None if n is None else np.zeros(n), np.ones(5), False)
            for i, n in enumerate(sizes)
        ]
        return describe_other_shape(task, Results(task, task.cases, []), comparisons)

    assert shape_of(2, 3) == "padding 0, whatever the padding is"
    assert shape_of(3, 4) == "padding 1, whatever the padding is"
    assert shape_of(8, 7) == "twice the padding"
    assert shape_of(5, 7) == ""
    assert shape_of(5, 5) == ""
    assert shape_of(None, 3) == ""
    assert shape_of(2, None) == ""


SUM = TASKS["softmax_cross_entropy"]
LOGITS = [[[1.0, -2.0, 4.0]], [[3.0, 5.0, -6.0], [1.0, 1.0, 2.0]]]


@pytest.mark.parametrize(
    ("factors", "words"),
    [
        ((2.0, 2.0), "is the right result plus 2 times logits"),
        ((-0.25, -0.25), "is the right result minus 0.25 times logits"),
        ((1.23456, 1.23456), "is the right result plus 1.235 times logits"),
        ((2.0, 2.001), "is the right result plus 2 times logits"),
        ((2.0, 2.003), ""),
        ((2.0, 3.0), ""),
        ((2.0,), ""),
    ],
)
def test_a_multiple_of_an_argument_that_was_added(factors, words):
    assert added(SUM, LOGITS, factors) == words


def added(task, logits, factors, nudge=0.0):
    """What is said of 7 + a multiple of the logits, where 7 is right."""
    cases = tuple(
        Case(f"case {i}", ([{"array": z}, {"array": [0]}],)) for i, z in enumerate(logits)
    )
    wrong = []
    for i, factor in enumerate(factors):
        z = np.array(logits[i])
        actual = 7 + factor * z
        actual.flat[0] += nudge
        wrong.append(Comparison(i, 0, "dlogits", actual, np.full(z.shape, 7.0), False))
    with np.errstate(all="ignore"):  # as for all diagnoses
        return describe_sum(Results(task, cases, []), wrong)


def test_nothing_is_said_of_other_sums():
    assert added(SUM, LOGITS, (2.0, 2.0), nudge=0.5) == ""
    assert added(SUM, [LOGITS[0], [[0.0, 0.0, 0.0]]], (2.0, 2.0), nudge=0.5) == ""
    assert added(dataclasses.replace(SUM, observe=dict), LOGITS, (2.0, 2.0)) == ""


def test_the_argument_that_was_added_is_named_and_others_are_passed_over():
    """w has another shape, b too, and the third is a number; the last call has no fourth."""
    task = TASKS["sgd_step"]
    g, v = np.array([1.0, -2.0]), np.array([3.0, 5.0])
    calls = [[{"array": [1.0]}, {"array": g}, {"array": v}, 0.5], [{"array": [1.0]}, {"array": -g}]]
    results = Results(task, [Case(f"case {i}", (call,)) for i, call in enumerate(calls)], [])
    right = np.array([1.0, 1.0])

    def wrong(*actual):
        comparisons = [Comparison(i, 0, "w", a, right, False) for i, a in enumerate(actual)]
        return describe_sum(results, comparisons)

    assert wrong(right + 3 * g, right - 3 * g) == "is the right result plus 3 times g"
    assert wrong(right + 3 * v, right - 3 * v) == ""
