"""The picture of a wrong result: what it shows, and that it can be drawn for any wrong result."""

import numpy as np
import pytest
from matplotlib.text import Text

from minivgg.classroom import reference_solutions
from minivgg.classroom.bank import TASKS
from minivgg.classroom.diagnosis.picture import picture_of_difference, wrong_mask
from minivgg.classroom.results import Results, bank_results
from minivgg.plots.figure import png


def picture(name, change):
    """Of a function whose outputs, a list, are changed."""
    task, right = TASKS[name], getattr(reference_solutions, name)

    def function(*arguments):
        outputs = right(*arguments)
        several = isinstance(outputs, tuple)
        changed = change(list(outputs) if several else [outputs])
        return tuple(changed) if several else changed[0]

    results = Results.from_function(function, task, task.cases)
    return picture_of_difference(results, bank_results(task, task.cases))


def one_wrong(outputs):
    last = np.array(outputs[-1], float)
    last.flat[-1] += 1
    return [*outputs[:-1], last]


@pytest.mark.parametrize(
    ("name", "change", "axes", "title"),
    [
        ("conv_forward", one_wrong, {"row", "column"}, "y: 1 of "),
        ("im2col", one_wrong, {"row", "column"}, "cols: 1 of "),
        ("conv_backward", lambda o: [o[0], o[1], 2 * o[2]], {"filter"}, "db: 4 of 4 numbers are"),
        ("conv_backward", lambda o: [o[0], 2 * o[1], o[2]], {"kernel row", "kernel column"}, "dw"),
        ("relu_forward", lambda o: [o[0] - 1], {"row", "column"}, "y: 12 of 12 numbers are wrong"),
        ("relu_backward", lambda o: [-o[0]], {"row", "column"}, "dx"),
        ("softmax_cross_entropy", lambda o: [o[0], 2 * o[1]], {"row", "class"}, "dlogits"),
    ],
)
def test_it_says_in_words_what_is_wrong_and_names_axes_and_scale(name, change, axes, title):
    figure = picture(name, change)()
    found = [text.get_text() for text in figure.findobj(Text)]
    assert {"should be", "is (wrong entries framed)", "value"} | axes <= set(found)
    assert any(title in word and "in the check: " in word for word in found)


def test_one_wrong_number_is_framed():
    figure = picture("im2col", one_wrong)()
    frames = [patch for axes in figure.axes[:2] for patch in axes.patches]
    assert len({patch.get_xy() for patch in frames}) == 1


@pytest.mark.parametrize(
    "change",
    [
        lambda o: [np.full_like(a, np.nan, dtype=float) for a in o],
        lambda o: [np.full_like(a, np.inf, dtype=float) for a in o],
        lambda o: [np.full_like(a, 1e300, dtype=float) for a in o],
        lambda o: [np.zeros(np.shape(a), bool) for a in o],
        lambda o: [np.zeros_like(a) for a in o],
    ],
)
def test_any_wrong_numbers_can_be_drawn(change):
    with np.errstate(all="raise"):
        assert png(picture("conv_forward", change)()).startswith(b"\x89PNG")


@pytest.mark.parametrize("change", [lambda o: o, lambda o: [None], lambda o: [o[0][..., :0]]])
def test_there_is_none_without_wrong_numbers_beside_right_ones(change):
    assert picture("conv_forward", change) is None


def test_numbers_are_wrong_beyond_rounding_and_if_only_one_of_both_is_nan():
    right = np.array([1.0, 100.0, np.nan, np.nan, np.inf, 0.0])
    actual = np.array([1.005, 100.1, np.nan, 0.0, np.inf, np.inf])
    assert wrong_mask(right, actual).tolist() == [False, True, False, True, False, True]
