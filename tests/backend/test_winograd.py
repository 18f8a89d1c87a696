"""Winograd's matrices convolve; transformed filters that are cached are computed once."""

import numpy as np
import pytest
from support.compare import error

from minivgg.backend import winograd


@pytest.mark.parametrize("m", winograd.POINTS)
def test_the_matrices_convolve(rng, m):
    """Aᵀ[(G w) ⊙ (Bᵀ d)] are the m outputs of a filter of 3 sliding over m + 2 numbers."""
    a_t, b_t, g = winograd.matrices(m, np.dtype(float))
    d, w = rng.standard_normal(m + 2), rng.standard_normal(3)
    assert error(a_t @ ((g @ w) * (b_t @ d)), np.correlate(d, w, "valid")) < 1e-14


@pytest.mark.parametrize("m", winograd.POINTS)
def test_the_position_of_the_bias_adds_to_every_output(m):
    a_t, _, _ = winograd.matrices(m, np.dtype(float))
    products = np.zeros((m + 2) ** 2)
    products[winograd.bias_position(m)] = 1
    assert (a_t @ products.reshape(m + 2, m + 2) @ a_t.T == 1).all()


def test_what_is_cached_is_computed_once():
    computed, cache = [], {}
    for _ in range(2):
        assert winograd.get_or_compute(cache, (4, 0), lambda: computed.append("u") or "u") == "u"
    assert computed == ["u"]
    winograd.get_or_compute(None, (4, 0), lambda: computed.append("again"))
    assert computed == ["u", "again"]
