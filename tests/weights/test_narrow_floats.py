"""Numbers of 8 and 16 bits as the formats' descriptions give them."""

import math

import numpy as np
import pytest

from minivgg.weights.narrow_floats import as_float32

INF = math.inf


@pytest.mark.parametrize(
    ("kind", "bits", "value"),
    [
        # a sign, 4 bits of exponent with a bias of 7, 3 of mantissa: no infinity, one NaN
        ("float8_e4m3fn", 0x00, 0.0), ("float8_e4m3fn", 0x01, 2**-9),
        ("float8_e4m3fn", 0x07, 7 * 2**-9), ("float8_e4m3fn", 0x08, 2**-6),
        ("float8_e4m3fn", 0x0F, 15 * 2**-9), ("float8_e4m3fn", 0x10, 2**-5),
        ("float8_e4m3fn", 0x38, 1.0), ("float8_e4m3fn", 0x3C, 1.5), ("float8_e4m3fn", 0x78, 256.0),
        ("float8_e4m3fn", 0x7E, 448.0), ("float8_e4m3fn", 0xFE, -448.0),
        ("float8_e4m3fn", 0xB8, -1.0), ("float8_e4m3fn", 0x81, -(2**-9)),
        # 5 bits of exponent with a bias of 15, 2 of mantissa: as float16 cut short
        ("float8_e5m2", 0x00, 0.0), ("float8_e5m2", 0x01, 2**-16), ("float8_e5m2", 0x3C, 1.0),
        ("float8_e5m2", 0x7B, 57344.0), ("float8_e5m2", 0x7C, INF), ("float8_e5m2", 0xFC, -INF),
        ("float8_e5m2", 0xC2, -3.0),
        # the upper half of a float32
        ("bfloat16", 0x3F80, 1.0), ("bfloat16", 0xC040, -3.0), ("bfloat16", 0x7F80, INF),
        ("bfloat16", 0x0001, 2**-133),
    ],
)  # fmt: skip
def test_the_number_of_some_bits(kind, bits, value):
    found = as_float32(np.array([[bits]], np.uint16 if kind == "bfloat16" else np.uint8), kind)
    assert found.tolist() == [[value]]
    assert found.dtype == np.float32
    assert not found.flags.writeable


@pytest.mark.parametrize(
    ("kind", "bits"),
    [
        ("float8_e4m3fn", [0x7F, 0xFF]), ("float8_e5m2", [0x7D, 0x7E, 0x7F, 0xFD, 0xFE, 0xFF]),
    ],
)  # fmt: skip
def test_which_bits_are_no_number(kind, bits):
    found = as_float32(np.arange(256, dtype=np.uint8), kind)
    assert np.flatnonzero(np.isnan(found)).tolist() == bits


@pytest.mark.parametrize("kind", ["float8_e4m3fn", "float8_e5m2"])
def test_larger_bits_are_larger_numbers_and_the_sign_is_the_first_bit(kind):
    found = as_float32(np.arange(256, dtype=np.uint8), kind)
    positive = found[:128][~np.isnan(found[:128])]
    assert (np.diff(positive) > 0).all()
    negative = found[128:][~np.isnan(found[128:])]
    assert (negative == -positive).all()
    assert np.signbit(found[128])
