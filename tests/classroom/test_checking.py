"""``check`` of functions: right answers pass, wrong ones get a name, a hint and a picture."""

import sys
from types import ModuleType, SimpleNamespace

import numpy as np
import pytest

from minivgg.classroom import check
from minivgg.classroom.bank import TASKS
from minivgg.classroom.reference_solutions import (
    conv_forward,
    im2col,
    maxpool_backward,
    softmax_cross_entropy,
)

FORMS = {
    "float32": lambda value: value.astype(np.float32),
    "Fortran order": lambda value: np.asfortranarray(value),
    "nested lists": lambda value: value.tolist(),
    "nested tuples": lambda value: tuple(map(tuple, value.tolist())) if value.ndim == 2 else value,
    "a view with negative strides": lambda value: value[::-1].copy()[::-1],
    "a matrix of objects is not needed": lambda value: np.array(value, dtype=np.longdouble),
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    "name", ["im2col", "conv_forward", "maxpool_forward", "relu_forward", "linear_to_convolution"]
)
def test_right_results_in_any_form_get_full_marks(name, form):
    answer = TASKS[name].implementation()
    verdict = check(
        lambda *arguments: FORMS[form](np.asarray(answer(*arguments))), name, quiet=True
    )
    assert verdict.passed
    assert verdict.score == 1
    assert verdict.mistakes == ()


@pytest.mark.parametrize(
    "several", [tuple, list, lambda values: [float(values[0]), values[1].astype(np.float32)]]
)
def test_several_results_may_come_as_tuple_or_list(several):
    assert check(
        lambda z, y: several(softmax_cross_entropy(z, y)), "softmax_cross_entropy", quiet=True
    )


def test_a_wrong_result_is_named_explained_and_drawn(capsys):
    verdict = check(
        lambda x, w, b, s, p: conv_forward(x, w[:, :, ::-1, ::-1], b, s, p), "conv_forward"
    )
    assert not verdict
    assert verdict.mistakes == ("kernel-flipped",)
    assert 0 <= verdict.score < 1
    printed = capsys.readouterr().out
    assert printed.strip() == verdict.message
    assert "Reread lesson 1" in printed
    assert verdict.picture()._repr_mimebundle_()[0]["image/png"].startswith(b"\x89PNG")


def test_quiet_prints_nothing(capsys):
    check(lambda *a: None, "conv_forward", quiet=True)
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("function", "words", "mistakes"),
    [
        (5, "check takes the function itself", ()),
        (lambda *a: None, "returns None in every case", ("returns-nothing",)),
        (lambda x: x, "takes 1 positional argument", ()),
        (lambda *a: "text", "returns str where numbers are expected", ()),
        (lambda *a: {"y": 1}, "returns dict where numbers are expected", ()),
        (lambda *a: [[1], [1, 2]], "parts have different lengths", ()),
        (lambda *a: np.array([1, None]), "returns an array of objects where numbers are", ()),
        (lambda *a: np.array([1, "2"], object), "returns an array of objects where numbers", ()),
        (lambda *a: [None], "returns NoneTypes where numbers are expected", ()),
        (lambda x, *a: x, "should have shape (1, 4), but has shape (1, 1, 2, 2)", ()),
        (lambda *a: im2col(*a) * 1.001, "[", ()),
        (lambda *a: im2col(*a) + 0j, "returns an array of complex128 where numbers are", ()),
    ],
)
def test_any_other_result_gets_a_sentence(function, words, mistakes):
    verdict = check(function, "im2col", quiet=True)
    assert not verdict.passed
    assert words in verdict.message
    assert verdict.mistakes == mistakes


def test_what_is_not_written_yet():
    def stub(*arguments):
        raise NotImplementedError("im2col is not written yet")

    message = check(stub, "im2col", quiet=True).message
    assert message == "im2col: not written yet.\nhint('im2col') gives a hint."


def test_writing_into_an_argument_is_a_mistake_though_the_result_is_right():
    def in_place(x):
        x[x < 0] = 0
        return x

    verdict = check(in_place, "relu_forward", quiet=True)
    assert verdict.mistakes == ("writes-into-arguments",)
    assert 0.5 < verdict.score < 1


def test_sgd_may_write_into_weights_and_velocity_and_nothing_else():
    def step(w, g, v, lr, momentum, weight_decay):
        v *= momentum
        v -= lr * (g + weight_decay * w)
        w += v
        return w, v

    def careless(w, g, v, lr, momentum, weight_decay):
        g += weight_decay * w
        return w + momentum * v - lr * g, momentum * v - lr * g

    assert check(step, "sgd_step", quiet=True).passed
    assert check(careless, "sgd_step", quiet=True).mistakes == ("writes-into-arguments",)


def test_a_result_kept_from_the_call_before_is_found():
    kept = {}

    def forgetful(dy, x, size, stride):
        return kept.setdefault(x.shape, maxpool_backward(dy, x, size, stride))

    assert not check(forgetful, "maxpool_backward", quiet=True).passed


def test_results_in_another_order_are_recognised():
    verdict = check(
        lambda z, y: softmax_cross_entropy(z, y)[::-1], "softmax_cross_entropy", quiet=True
    )
    assert verdict.mistakes == ("results-in-another-order",)


def test_part_of_several_results_counts_in_part():
    def backward(dy, x, w, b, stride, padding):
        dx, dw, db = TASKS["conv_backward"].implementation()(dy, x, w, b, stride, padding)
        return dx, dw, db * 0

    verdict = check(backward, "conv_backward", quiet=True)
    assert verdict.score == pytest.approx(2 / 3)
    assert verdict.mistakes == ("db-missing",)


@pytest.mark.slow
def test_two_mistakes_in_two_results_are_both_named():
    def backward(dy, x, w, b, stride, padding):
        dx, dw, db = TASKS["conv_backward"].implementation()(dy, x, w, b, stride, padding)
        return dx / len(x), dw[:, :, ::-1, ::-1], db.reshape(1, -1)

    assert set(check(backward, "conv_backward", quiet=True).mistakes) == {
        "dx-divided-by-batch",
        "dw-flipped",
        "db-keeps-axes",
    }


def test_a_convention_passes_and_is_named():
    verdict = check(lambda dy, x: dy * (x >= 0), "relu_backward", quiet=True)
    assert verdict.passed
    assert verdict.score == 1
    assert verdict.mistakes == ()
    assert verdict.conventions == ("one-at-zero",)
    assert "A convention, not a mistake" in verdict.message


def test_a_mistake_next_to_a_convention():
    def step(w, g, v, lr, momentum, weight_decay):
        v = momentum * v + g  # PyTorch's form, without decay
        return w - lr * v, v

    verdict = check(step, "sgd_step", quiet=True)
    assert not verdict.passed
    assert verdict.mistakes == ("decay-missing",)
    assert verdict.conventions == ("velocity-without-rate",)


def test_an_unknown_name():
    with pytest.raises(ValueError, match="did you mean 'conv_forward'"):
        check(im2col, "conv_foward")


def test_a_convention_beside_errors_gets_no_full_marks():
    by_average = TASKS["sgd_step"].implementation(("exponential-average",))

    def without_decay(w, g, v, lr, momentum, weight_decay):
        if weight_decay:
            raise ValueError("no decay")
        return by_average(w, g, v, lr, momentum, weight_decay)

    verdict = check(without_decay, "sgd_step", quiet=True)
    assert not verdict.passed
    assert verdict.score < 1
    assert "ValueError" in verdict.message


def test_a_convention_in_one_output_does_not_hide_another_wrong_one():
    by_average = TASKS["sgd_step"].implementation(("exponential-average",))

    def wrong_weights(*arguments):
        w, v = by_average(*arguments)
        return w * 0 + 7, v

    assert not check(wrong_weights, "sgd_step", quiet=True).passed


def test_the_reference_solution_is_not_checked():
    for function in (im2col, TASKS["im2col"].answer):
        verdict = check(function, "im2col", quiet=True)
        assert not verdict.passed
        assert verdict.score == 0
        assert "this is the reference solution" in verdict.message


@pytest.mark.parametrize(
    ("shell", "expected"), [(None, False), (object(), False), (SimpleNamespace(kernel=1), True)]
)
def test_pictures_are_shown_in_notebooks_only(monkeypatch, capsys, shell, expected):
    """Without IPython, in its terminal, and in a notebook's kernel."""
    monkeypatch.delitem(sys.modules, "IPython", raising=False)
    shown = []
    if shell is not None:
        ipython, display = ModuleType("IPython"), ModuleType("IPython.display")
        ipython.get_ipython, display.display = (lambda: shell), shown.append
        ipython.version_info = (9, 0)  # which matplotlib looks at
        monkeypatch.setitem(sys.modules, "IPython", ipython)
        monkeypatch.setitem(sys.modules, "IPython.display", display)
    check(lambda x, w, b, s, p: conv_forward(x, w[:, :, ::-1, ::-1], b, s, p), "conv_forward")
    assert bool(shown) is expected
