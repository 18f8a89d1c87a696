"""Exercise 8.3: a small VGG from a student's own functions learns to read digits.

The functions below are what a student of lessons 1, 2, 5 and 6 writes; the net is put together as
in the worked answer, and trained by the cells of the page.
"""

import re
from pathlib import Path

import numpy as np
import pytest

from minivgg import data
from minivgg.classroom import check
from minivgg.classroom.answers.lesson_08 import ASSEMBLED

PAGE = Path(__file__).parents[2] / "lessons" / "08_training.py"


def windows(x, kh, kw, stride):
    """A view of all windows, (N, C, OH, OW, kh, kw)."""
    view = np.lib.stride_tricks.sliding_window_view(x, (kh, kw), axis=(2, 3))
    return view[:, :, ::stride, ::stride]


def padded(x, padding):
    return np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))


def conv_forward(x, w, b, stride, padding):
    seen = windows(padded(x, padding), *w.shape[2:], stride)
    n, c, oh, ow, kh, kw = seen.shape
    rows = seen.transpose(0, 2, 3, 1, 4, 5).reshape(n * oh * ow, c * kh * kw)
    y = rows @ w.reshape(len(w), -1).T + b
    return y.reshape(n, oh, ow, len(w)).transpose(0, 3, 1, 2)


def conv_backward(dy, x, w, b, stride, padding):
    big = padded(x, padding)
    dx, dw = np.zeros_like(big), np.zeros_like(w)
    oh, ow = dy.shape[2:]
    for i in range(w.shape[2]):
        for j in range(w.shape[3]):
            seen = np.s_[:, :, i : i + stride * oh : stride, j : j + stride * ow : stride]
            dw[:, :, i, j] = np.tensordot(dy, big[seen], axes=([0, 2, 3], [0, 2, 3]))
            dx[seen] += np.tensordot(dy, w[:, :, i, j], axes=(1, 0)).transpose(0, 3, 1, 2)
    height, width = x.shape[2:]
    return (
        dx[:, :, padding : padding + height, padding : padding + width],
        dw,
        dy.sum(axis=(0, 2, 3)),
    )


def maxpool_forward(x, size, stride):
    return windows(x, size, size, stride).max(axis=(4, 5))


def maxpool_backward(dy, x, size, stride):
    n, c, oh, ow = dy.shape
    winners = windows(x, size, size, stride).reshape(n, c, oh, ow, -1).argmax(axis=4)
    dx = np.zeros_like(x)
    rows = np.arange(oh)[:, None] * stride + winners // size
    columns = np.arange(ow) * stride + winners % size
    np.add.at(
        dx, (np.arange(n)[:, None, None, None], np.arange(c)[:, None, None], rows, columns), dy
    )
    return dx


def relu_forward(x):
    return np.maximum(x, 0)


def relu_backward(dy, x):
    return dy * (x > 0)


def softmax_cross_entropy(logits, labels):
    z = logits - logits.max(axis=1, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    n = len(labels)
    dlogits = np.exp(log_p)
    dlogits[np.arange(n), labels] -= 1
    return -log_p[np.arange(n), labels].mean(), dlogits / n


def sgd_step(w, g, v, lr, momentum, weight_decay):
    v = momentum * v - lr * (g + weight_decay * w)
    return w + v, v


OWN = {
    function.__name__: function
    for function in (
        conv_forward, conv_backward, maxpool_forward, maxpool_backward, relu_forward, relu_backward,
        softmax_cross_entropy, sgd_step,
    )
}  # fmt: skip


def given_cells():
    """The cells of exercise 8.3 that the page gives: images, initial weights, loop of training."""
    cells = re.split(r"^# %%.*\n", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    given = [cell for cell in cells if "def new_weights" in cell or "def my_training" in cell]
    assert len(given) == 2
    return given


def test_the_functions_are_right():
    for name, function in OWN.items():
        verdict = check(function, name, quiet=True)
        assert verdict, verdict.message


@pytest.mark.slow
def test_a_students_own_functions_make_a_net_that_reads_97_percent_of_the_digits(capsys):
    page = {"np": np, "train": data.load("digits", "train"), "test": data.load("digits", "test")}
    page |= OWN
    images_and_weights, training = given_cells()
    exec(images_and_weights, page)
    exec(ASSEMBLED, page)
    exec(training, page)
    loss, gradients = page["my_gradients"](
        page["train_x"][:8], page["train"].labels[:8], page["new_weights"]()
    )
    assert 1 < loss < 6
    assert [g.shape for g in gradients] == [w.shape for w in page["new_weights"]()]
    exec(images_and_weights, page)  # the draws above are not part of the exercise
    weights = page["my_training"](sgd_step)
    predictions = page["my_forward"](page["test_x"], weights)[0].argmax(axis=1)
    verdict = check(predictions, "8.3", quiet=True)
    print(verdict.message)
    assert verdict, verdict.message
    assert (predictions == page["test"].labels).mean() >= 0.97


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ([1, 2, 3], "an array of 359 classes"),
        ([[1], [1, 2]], "an array of 359 classes"),
        (["seven"] * 359, "numbers from 0 to 9"),
        ([0] * 359, "% of the test digits are right, and 97 % must be."),
        (None, "an array of 359 classes"),
    ],
)
def test_other_predictions_are_refused_in_a_sentence(answer, words):
    verdict = check(answer, "8.3", quiet=True)
    assert not verdict
    assert words in verdict.message


def test_three_percent_of_mistakes_are_allowed():
    right = data.load("digits", "test").labels.copy()
    right[:10] = (right[:10] + 1) % 10
    assert check(right, "8.3", quiet=True)
    right[10] = (right[10] + 1) % 10
    assert not check(right, "8.3", quiet=True)
