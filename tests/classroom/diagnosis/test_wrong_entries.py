"""Which entries are wrong: the smallest pattern that contains all of them."""

import numpy as np
import pytest

from minivgg.classroom.bank import TASKS
from minivgg.classroom.diagnosis.wrong_entries import describe_entries
from minivgg.classroom.results import Results, bank_results, compare_arrays


def described(name, change, output):
    task = TASKS[name]

    def function(*arguments):
        outputs = task.answer(*arguments)
        several = outputs if isinstance(outputs, tuple) else (outputs,)
        changed = [np.array(o, float) for o in several]
        change(changed[task.returns.index(output)], *arguments)
        return tuple(changed) if len(changed) > 1 else changed[0]

    results = Results.from_function(function, task, task.cases)
    comparisons = compare_arrays(results, bank_results(task, task.cases))
    return describe_entries(
        results, [c for c in comparisons if c.name == output and not c.is_right]
    )


def set_to(value, *index):
    def change(a, *arguments):
        a[index] = value

    return change


def set_where(value, holds):
    def change(a, *arguments):
        a[holds(a)] = value

    return change


def scale_shared_pixels(dx, dy, x, w, b, stride, padding):
    ones = np.ones((len(x), np.prod(w.shape[1:]), dy.shape[2] * dy.shape[3]))
    counts = TASKS["col2im"].answer(
        ones.transpose(0, 2, 1).reshape(-1, ones.shape[1]), x.shape, *w.shape[2:], stride, padding
    )
    dx[counts > 1] += 3.25


@pytest.mark.parametrize(
    ("name", "output", "change", "words"),
    [
        (
            "conv_forward",
            "y",
            set_to(0.5, slice(1, None)),
            "in the images after the first, where it is 0.5",
        ),
        (
            "conv_forward",
            "y",
            set_to(np.nan, slice(None), -1),
            "in the last filter, where it is nan",
        ),
        ("conv_backward", "dx", set_to(9, ..., -1), "in the last column, where it is 9"),
        ("conv_backward", "db", set_to(9, 0), "in the first filter, where it is 9"),
        ("conv_backward", "dx", scale_shared_pixels, "at pixels that several windows share"),
        ("softmax_cross_entropy", "dlogits", set_to(9, slice(None), 0), "in the first class"),
        (
            "softmax_cross_entropy",
            "dlogits",
            lambda dz, z, labels: dz.__setitem__((range(len(dz)), labels), 9),
            "at the label of each row, where it is 9",
        ),
        ("maxpool_backward", "dx", set_where(9, lambda dx: dx == 0), "the result should be 0"),
        ("conv_forward", "y", set_where(9, lambda y: y < 0), "the result should be negative"),
    ],
)
def test_a_pattern_is_found(name, output, change, words):
    assert words in described(name, change, output)


def test_signs_of_arguments_are_patterns():
    def lose(dx, dy, x):
        dx[x > 0] = 0

    task = TASKS["relu_forward"]
    results = Results.from_function(lambda x: np.where(x < 0, x, task.answer(x)), task, task.cases)
    comparisons = compare_arrays(results, bank_results(task, task.cases))
    wrong = [c for c in comparisons if not c.is_right]
    assert describe_entries(results, wrong) == "is wrong only where x is negative"


def test_nothing_is_said_where_everything_is_wrong():
    def change(y, *arguments):
        y += 1

    assert described("conv_forward", change, "y") == ""
