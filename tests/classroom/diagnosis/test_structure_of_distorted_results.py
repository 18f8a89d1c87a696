"""What is said of answers that are wrong in a way of their own: the right result, distorted."""

import numpy as np
import pytest

from minivgg.classroom import check
from minivgg.classroom.bank import TASKS


def last(out, changed):
    """The output with another last column."""
    return np.concatenate([out[..., :-1], changed], axis=-1)


def is_square(x):
    return np.ndim(x) < 4 or np.shape(x)[2] == np.shape(x)[3]


def count(x):
    """Of the images; something else for an argument without any."""
    return np.shape(x)[0] if np.ndim(x) else 3


DISTORTED = {  # from the right output and the first argument
    "doubled": lambda out, x: 2 * out,
    "negated": lambda out, x: -out,
    "plus one": lambda out, x: out + 1,
    "halved": lambda out, x: out / 2,
    "times N": lambda out, x: out * count(x),
    "over N": lambda out, x: out / count(x),
    "reversed rows": lambda out, x: out[::-1],
    "reversed last": lambda out, x: out[..., ::-1],
    "transposed": lambda out, x: np.swapaxes(out, -1, -2) if out.ndim > 1 else out,
    "swapped first": lambda out, x: np.swapaxes(out, 0, 1) if out.ndim > 1 else out,
    "rolled": lambda out, x: np.roll(out, 1, -1),
    "rolled down": lambda out, x: np.roll(out, 1, -2) if out.ndim > 1 else out,
    "shifted": lambda out, x: np.concatenate([0 * out[..., :1], out[..., :-1]], axis=-1),
    "first image only": lambda out, x: np.concatenate([out[:1], 0 * out[1:]]),
    "last row wrong": lambda out, x: last(out, out[..., -1:] + 3),
    "absolute": lambda out, x: np.abs(out),
    "squared": lambda out, x: out * out,
    "clipped": lambda out, x: np.minimum(out, 1),
    "rounded": lambda out, x: np.round(out, 1),
    "reshaped": lambda out, x: np.ravel(out),
    "kept axis": lambda out, x: out[None],
    "cut": lambda out, x: out[..., :-1],
    "nan": lambda out, x: np.where(out == np.max(out) if out.size else out, np.nan, out),
    "square images": lambda out, x: out if is_square(x) else out + 1,
}


def distorted(task, kind):
    """A function whose first output is the right one, distorted."""
    right = task.implementation()

    def function(*arguments):
        found = right(*arguments)
        outputs = list(found) if len(task.returns) > 1 else [found]
        outputs[0] = DISTORTED[kind](np.asarray(outputs[0], float), arguments[0])
        return tuple(outputs) if len(task.returns) > 1 else outputs[0]

    return function


SENTENCES = {
    "relu_backward": {
        "doubled": [
            "dx is wrong in all 9 checks. It is the right result times 2.",
        ],
        "negated": [
            "dx is wrong in all 9 checks. It has the wrong sign.",
        ],
        "plus one": [
            "dx is wrong in all 9 checks.",
        ],
        "halved": [
            "dx is wrong in all 9 checks. It is the right result times 0.5.",
        ],
        "times N": [
            "dx is wrong in all 9 checks. It is the right result times a number that "
            "differs from case to case.",
        ],
        "over N": [
            "dx is wrong in all 9 checks. It is the right result times a number that "
            "differs from case to case.",
        ],
        "reversed rows": [
            "dx is wrong in 7 of 9 checks.",
        ],
        "reversed last": [
            "dx is wrong in 7 of 9 checks.",
        ],
        "transposed": [
            "dx is wrong in all 4 checks with more than one axis, and right in all 5 with a"
            " vector.",
        ],
        "swapped first": [
            "dx is wrong in all 4 checks with more than one axis, and right in all 5 with a"
            " vector. In 1 of the wrong ones it has its axes in another order: it is the "
            "right array transposed by (1, 0, 2, 3).",
        ],
        "rolled": [
            "dx is wrong in 8 of 9 checks.",
        ],
        "rolled down": [
            "dx is wrong in all 4 checks with more than one axis, and right in all 5 with a"
            " vector. There it has the right numbers, but moved cyclically: a negative "
            "index counts from the end of an axis.",
        ],
        "shifted": [
            "dx is wrong in all 9 checks.",
        ],
        "first image only": [
            "dx is wrong in all 9 checks.",
        ],
        "last row wrong": [
            "dx is wrong in all 9 checks.",
        ],
        "absolute": [
            "dx is wrong in all 4 checks with more than one axis, and in 1 of the 5 with a "
            "vector. There it is the absolute value of the right result.",
        ],
        "squared": [
            "dx is wrong in 7 of 9 checks. There it is the square of the right result.",
        ],
        "clipped": [
            "dx is wrong in 7 of 9 checks.",
        ],
        "rounded": [
            "dx is wrong in 2 of 9 checks. There it is wrong only where x is positive.",
        ],
        "reshaped": [
            "dx is wrong in all 4 checks with more than one axis, and right in all 5 with a"
            " vector. There it has the right numbers, but the shape (120,) instead of (2, "
            "3, 4, 5).",
        ],
        "kept axis": [
            "dx is wrong in all 9 checks. It has the right numbers, but the shape (1, 2, 3,"
            " 4, 5) instead of (2, 3, 4, 5): axes of length 1 are too many or missing.",
        ],
        "cut": [
            "dx is wrong in all 9 checks. It is right, but rows or columns are missing at the end.",
        ],
        "nan": [
            "dx is wrong in all 9 checks. It contains nan.",
        ],
        "square images": [
            "dx is wrong in both checks with more than two axes, and right in all 7 with at"
            " most two axes. There it differs from the right result by the same number "
            "everywhere.",
        ],
    },
    "layer_shapes": {
        "doubled": [
            "shapes is wrong in all 13 checks. It is the right result times 2.",
        ],
        "negated": [
            "shapes is wrong in all 13 checks. It has the wrong sign.",
        ],
        "plus one": [
            "shapes is wrong in all 13 checks. It differs from the right result by the same"
            " number everywhere.",
        ],
        "halved": [
            "shapes is wrong in all 13 checks. It is the right result times 0.5.",
        ],
        "times N": [
            "Your function ends in an error in 1 of 13 checks.",
            "shapes is wrong in 7 of 12 checks. There it is the right result times a number"
            " that differs from case to case.",
        ],
        "reversed rows": [
            "shapes is wrong in 7 of 13 checks. There it is reversed along its second last axis.",
        ],
        "reversed last": [
            "shapes is wrong in all 13 checks. It is reversed along its last axis.",
        ],
        "transposed": [
            "shapes is wrong in all 13 checks. It has its axes in another order: it is the "
            "right array transposed by (1, 0).",
        ],
        "rolled": [
            "shapes is wrong in all 13 checks. It has the right numbers, but moved "
            "cyclically: a negative index counts from the end of an axis.",
        ],
        "rolled down": [
            "shapes is wrong in 7 of 13 checks. There it has the right numbers, but moved "
            "cyclically: a negative index counts from the end of an axis.",
        ],
        "shifted": [
            "shapes is wrong in all 13 checks.",
        ],
        "last row wrong": [
            "shapes is wrong in all 13 checks. It is wrong only in the last index 1.",
        ],
        "squared": [
            "shapes is wrong in all 13 checks. It is the square of the right result.",
        ],
        "clipped": [
            "shapes is wrong in all 13 checks. It is 1 everywhere.",
        ],
        "reshaped": [
            "shapes is wrong in all 13 checks. It has the right numbers, but the shape (3,)"
            " instead of (1, 3).",
        ],
        "kept axis": [
            "shapes is wrong in all 13 checks. It has the right numbers, but the shape (1, "
            "1, 3) instead of (1, 3): axes of length 1 are too many or missing.",
        ],
        "cut": [
            "shapes is wrong in all 13 checks. It is right, but rows or columns are missing"
            " at the end.",
        ],
        "nan": [
            "shapes is wrong in all 13 checks. It contains nan.",
        ],
    },
    "class_map": {
        "times N": [
            "scores is wrong in 6 of 10 checks. There it is the right result times 2.",
        ],
        "reversed rows": [
            "scores is wrong in 6 of 10 checks. There it is reversed along axis -4.",
        ],
        "first image only": [
            "scores is wrong in 6 of 10 checks. There it is wrong only in the last index 0,"
            " where it is 0.",
        ],
        "rounded": [
            "scores is wrong in 4 of 10 checks. There it is nearly right: the largest "
            "difference is 0.59 %.",
        ],
        "cut": [
            "scores is wrong in all 10 checks. In 2 of the wrong ones it is an empty array."
            " In 8 of the wrong ones it is right, but rows or columns are missing at the "
            "end.",
        ],
        "absolute": [
            "scores is wrong in 8 of 10 checks. There it is the absolute value of the right"
            " result.",
        ],
        "nan": [
            "scores is wrong in all 10 checks. It contains nan.",
        ],
    },
    "im2col": {
        "negated": [
            "cols is wrong in all 30 checks. It is what the right function gives for −x.",
        ],
        "times N": [
            "cols is wrong in all 11 checks with several images, and right in all 19 with "
            "one image. There it is the right result times 2.",
        ],
        "rolled down": [
            "cols is wrong in all 28 checks with several windows an image, and right in "
            "both with one window an image. There it has the right numbers, but moved "
            "cyclically: a negative index counts from the end of an axis.",
        ],
        "absolute": [
            "cols is wrong in 29 of 30 checks. It is what the right function gives for the "
            "absolute values of x.",
        ],
        "reversed rows": [
            "cols is wrong in 27 of 30 checks. There it is reversed along its second last axis.",
        ],
        "last row wrong": [
            "cols is wrong in all 30 checks. It is wrong only in the last column.",
        ],
        "cut": [
            "cols is wrong in all 30 checks. In 29 of the wrong ones it is right, but rows "
            "or columns are missing at the end. In 1 of the wrong ones it is an empty "
            "array.",
        ],
        "square images": [
            "cols is wrong in all 9 checks where the image is not square, and right in all "
            "21 with a square image. There it differs from the right result by the same "
            "number everywhere.",
        ],
        "first image only": [
            "cols is wrong in all 28 checks with several windows an image, and right in "
            "both with one window an image. There it is wrong only in the rows after the "
            "first, where it is 0.",
        ],
    },
    "maxpool_backward": {
        "doubled": [
            "dx is wrong in all 23 checks. It is the right result times 2.",
            'dx of call 1 is wrong in the check "two calls of one shape".',
            'dx of call 2 is wrong in the check "two calls of one shape".',
            "gradient of each window is wrong in both checks. It is the right result times 2.",
        ],
        "over N": [
            "dx is wrong in all 8 checks with several images, and right in all 15 with one "
            "image. There it is the right result times 0.5.",
            "gradient of each window is wrong in 1 of 2 checks. There it is the right "
            "result times 0.5.",
        ],
        "clipped": [
            "dx is wrong in 19 of the 20 checks with several windows an image, and right in"
            " all 3 with one window an image.",
            'dx of call 1 is wrong in the check "two calls of one shape".',
            "gradient of each window is wrong in both checks.",
        ],
        "square images": [
            "dx is wrong in all 7 checks where the output is not square, and right in all "
            "16 where the output is square. There it differs from the right result by the "
            "same number everywhere.",
        ],
    },
    "relu_forward": {
        "plus one": [
            "y is wrong in all 9 checks. It differs from the right result by the same "
            "number everywhere.",
        ],
        "negated": [
            "y is wrong in 8 of 9 checks. There it has the wrong sign.",
        ],
        "nan": [
            "y is wrong in all 9 checks. It contains nan.",
        ],
        "cut": [
            "y is wrong in all 9 checks. It is right, but rows or columns are missing at the end.",
        ],
    },
    "dropout_forward": {
        "doubled": [
            "y / x where y is not 0 is wrong in all 9 checks, for example 2.5 instead of 1.25.",
            'call 1: y / x where y is not 0 is wrong in the check "equal seeds, and another one".',
            'call 2: y / x where y is not 0 is wrong in the check "equal seeds, and another one".',
            'call 3: y / x where y is not 0 is wrong in the check "equal seeds, and another one".',
        ],
        "negated": [
            "y / x where y is not 0 is wrong in all 9 checks, for example −1.25 instead of 1.25.",
            'call 1: y / x where y is not 0 is wrong in the check "equal seeds, and another one".',
            'call 2: y / x where y is not 0 is wrong in the check "equal seeds, and another one".',
            'call 3: y / x where y is not 0 is wrong in the check "equal seeds, and another one".',
        ],
        "first image only": [
            "share of positions where y and mask agree about 0 is wrong in all 7 checks in "
            "training, and right in both at test time, for example 0.208 instead of 1.",
            "share of zeros in y is wrong in 4 of 6 checks, for example 0.8 instead of 0.2.",
            "share of rows dropped or kept as a whole is wrong in 3 of 4 checks, for "
            "example 1 instead of 0.",
            "call 1: share of positions where y and mask agree about 0 is wrong in the "
            'check "equal seeds, and another one".',
        ],
    },
    "sgd_step": {
        "doubled": [
            "w is wrong in all 16 checks.",
            "v is wrong in both checks of several calls, and right in all 14 of one call.",
        ],
        "negated": [
            "w is wrong in all 16 checks.",
            "v is wrong in both checks of several calls, and right in all 14 of one call.",
        ],
        "plus one": [
            "w is wrong in all 16 checks. It differs from the right result by the same "
            "number everywhere.",
            "v is wrong in both checks of several calls, and right in all 14 of one call. "
            "There it differs from the right result by the same number everywhere.",
        ],
    },
    "softmax_cross_entropy": {
        "doubled": [
            "loss is wrong in all 17 checks. It is the right result times 2.",
        ],
    },
}


SLOW = {"maxpool_backward", "dropout_forward", "sgd_step", "softmax_cross_entropy"}


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        pytest.param(name, kind, marks=[pytest.mark.slow] * (name in SLOW))
        for name, kinds in SENTENCES.items()
        for kind in kinds
    ],
)
def test_what_is_said_of_a_distorted_result(name, kind):
    """All sentences, or the names of mistakes that give the same results."""
    verdict = check(distorted(TASKS[name], kind), name, quiet=True)
    mistakes = [f"mistake: {mistake}" for mistake in verdict.mistakes]
    assert [*mistakes, *verdict.diagnoses] == SENTENCES[name][kind]
