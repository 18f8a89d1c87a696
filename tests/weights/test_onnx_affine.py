"""Arithmetic with constants: by channel, joined, as a normalisation and as a batch norm."""

import numpy as np
import pytest

from minivgg.layers.normalization import DEFAULT_EPS
from minivgg.weights.onnx_affine import (
    NOTHING,
    Affine,
    as_batch_norm,
    as_normalisation,
    by_channel,
    then,
    with_our_epsilon,
)


@pytest.mark.parametrize(
    ("shape", "axis", "axes", "size"),
    [
        ((1, 3, 1, 1), 1, 4, 3),
        ((3, 1, 1), 1, 4, 3),
        ((3,), 3, 4, 3),
        ((), 1, 4, 1),
        ((1, 1, 1, 1), 1, 4, 1),
        ((1, 3), 1, 2, 3),
        ((3,), 1, 2, 3),
        ((3,), 1, 4, None),  # along the rows
        ((2, 3, 1, 1), 1, 4, None),  # differs between images
        ((1, 3, 2, 2), 1, 4, None),
        ((1, 1, 3, 1, 1), 2, 4, None),  # one axis too many
        ((1, 1, 3), 2, 2, None),
    ],
)
def test_a_constant_has_one_number_for_each_channel(shape, axis, axes, size):
    constant = np.arange(np.prod(shape, dtype=int), dtype=np.float32).reshape(shape)
    found = by_channel(constant, axis, axes)
    if size is None:
        assert found is None
    else:
        assert found.shape == (size,)
        assert (found == constant.reshape(-1)).all()


def test_an_image_has_four_axes_by_default():
    assert by_channel(np.ones((1, 3, 1, 1)), 1).shape == (3,)
    assert by_channel(np.ones((1, 1, 3, 1, 1)), 2) is None


@pytest.mark.parametrize(
    ("stored", "read"),
    [("int64", "float64"), ("uint8", "float64"), ("float16", "float16"), ("float32", "float32")],
)
def test_whole_numbers_become_float64_and_others_keep_their_dtype(stored, read):
    assert by_channel(np.ones(3, stored), 3).dtype == read


@pytest.mark.parametrize(
    ("operation", "scale", "shift"),
    [
        ("Add", [2, 4], [5, 9]),
        ("Sub", [2, 4], [-3, -7]),
        ("Mul", [8, 32], [4, 8]),
        ("Div", [0.5, 0.5], [0.25, 0.125]),
    ],
)
def test_arithmetic_follows_in_float64(operation, scale, shift):
    found = then(Affine(np.array([2.0, 4.0]), np.ones(2)), operation, np.array([4, 8], np.float32))
    assert (found.scale.tolist(), found.shift.tolist()) == (scale, shift)
    assert {found.scale.dtype, found.shift.dtype} == {np.dtype(np.float64)}


def test_division_by_zero_is_infinite_without_a_warning():
    found = then(Affine(np.ones(1), np.zeros(1)), "Div", np.zeros(1, np.float32))
    assert np.isinf(found.scale).all()
    assert np.isnan(found.shift).all()


@pytest.mark.parametrize(
    ("scale", "shift", "mean", "std"),
    [
        ([1, 1], [0, 0], [0, 0], [1, 1]),
        ([2, 4], [-1, -2], [0.5, 0.5], [0.5, 0.25]),
        ([1, 1], [-1, -1.5], [1, 1.5], [1, 1]),  # still of pixels from 0 to 1
        ([1, 1], [-1, -2], [1 / 255, 2 / 255], [1 / 255, 1 / 255]),
        ([0.05, 0.01], [0, 0], [0, 0], [20, 100]),  # still of pixels from 0 to 1
        ([0.07, 0.07], [0, 0], [0, 0], [1 / 0.07] * 2),
        ([0.04, 0.02], [0, 0], [0, 0], [25 / 255, 50 / 255]),
        ([1 / 255], [0], [0, 0], [1, 1]),  # one number for all channels
    ],
)
def test_large_means_and_small_factors_are_of_pixels_up_to_255(scale, shift, mean, std):
    found = as_normalisation(Affine(np.array(scale, float), np.array(shift, float)), 2)
    assert found["mean"] == pytest.approx(mean)
    assert found["std"] == pytest.approx(std)


@pytest.mark.parametrize(
    ("scale", "shift"),
    [
        ([1, 0], [0, 0]),
        ([1, -1], [0, 0]),
        ([1, np.nan], [0, 0]),
        ([1, np.inf], [0, 0]),
        ([1, 1], [0, np.nan]),
        ([1, 1], [0, -np.inf]),
    ],
)
def test_other_arithmetic_is_not_a_normalisation(scale, shift):
    with np.errstate(all="ignore"):
        assert as_normalisation(Affine(np.array(scale, float), np.array(shift, float)), 2) is None


def test_a_batch_norm_computes_the_function():
    found = as_batch_norm(Affine(np.array([2.0, 3.0]), np.array([5.0])), 2)
    assert {name: (a.dtype, a.tolist()) for name, a in found.items()} == {
        "weight": (np.float32, [2, 3]),
        "bias": (np.float32, [5, 5]),
        "running_mean": (np.float32, [0, 0]),
        "running_var": (np.float32, [np.float32(1) - np.float32(DEFAULT_EPS)] * 2),
    }


def test_nothing_changes_nothing():
    assert (NOTHING.scale.tolist(), NOTHING.shift.tolist()) == ([1], [0])


def test_the_variance_makes_up_for_another_epsilon():
    variance = np.array([0.5, 2.0], np.float32)
    assert with_our_epsilon(variance, DEFAULT_EPS) is variance
    assert with_our_epsilon(variance, float(np.float32(DEFAULT_EPS))) is variance
    found = with_our_epsilon(variance, 1e-3)
    assert found.dtype == np.float32
    assert found == pytest.approx([0.5 + 1e-3 - DEFAULT_EPS, 2.0 + 1e-3 - DEFAULT_EPS], rel=1e-7)
    assert with_our_epsilon(np.zeros(1, np.float32), 0.0) < 0
