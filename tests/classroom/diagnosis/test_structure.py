"""Diagnoses where the bank has no mistake: where results are wrong, and how."""

import numpy as np
import pytest

from minivgg.classroom import check, reference_solutions


def wrong_without_padding(dy, x, w, b, stride, padding):
    dx, dw, db = reference_solutions.conv_backward(dy, x, w, b, stride, padding)
    return (dx if padding else dx[..., :-1] * 2), dw, db


def square_images_only(x, w, b, stride, padding):
    y = reference_solutions.conv_forward(x, w, b, stride, padding)
    return y if x.shape[2] == x.shape[3] else y[::-1, ::-1] * 3


def fails_with_padding(x, kh, kw, stride, padding):
    if padding:
        raise ValueError("no padding")
    return reference_solutions.im2col(x, kh, kw, stride, padding)


@pytest.mark.parametrize(
    ("function", "name", "words"),
    [
        (wrong_without_padding, "conv_backward", "dx is wrong in all"),
        (wrong_without_padding, "conv_backward", "with padding 0"),
        (square_images_only, "conv_forward", "where the image is not square"),
        (fails_with_padding, "im2col", "Your function ends in an error in all"),
        (fails_with_padding, "im2col", "checks with padding; no error in all"),
    ],
)
def test_the_cases_are_described(function, name, words):
    verdict = check(function, name, quiet=True)
    assert verdict.mistakes == ()
    assert words in " ".join(verdict.diagnoses)
    assert all(sentence in verdict.message for sentence in verdict.diagnoses)


def test_a_shape_of_other_arguments_is_named_after_how_the_values_differ():
    def padded_by_one(x, w, b, stride, padding):
        return reference_solutions.conv_forward(x, w, b, stride, 1)[::-1] * 3

    (sentence,) = check(padded_by_one, "conv_forward", quiet=True).diagnoses
    assert sentence.endswith(" Its shape is that for padding 1, whatever the padding is.")


def test_observed_numbers_have_a_place_and_a_value():
    def too_few(x, p, training, rng):
        return reference_solutions.dropout_forward(x, 0.9 * p, training, rng)

    verdict = check(too_few, "dropout_forward", quiet=True)
    assert "share of zeros in y is wrong" in " ".join(verdict.diagnoses)
    assert "instead of" in " ".join(verdict.diagnoses)


def test_a_right_function_has_no_diagnoses():
    assert check(np.maximum, "relu_forward", quiet=True).passed is False  # it needs two arguments
    assert check(lambda x: np.maximum(x, 0), "relu_forward", quiet=True).diagnoses == ()
