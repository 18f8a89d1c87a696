"""Initial weights have the spread that their formula says."""

import numpy as np
import pytest

from minivgg import initializers


@pytest.mark.parametrize(
    ("name", "std"),
    [("gaussian", 0.1), ("he", np.sqrt(2 / (64 * 9))), ("glorot", np.sqrt(2 / (64 * 9 + 128 * 9)))],
)
def test_spread(name, std):
    w = initializers.get(name)((128, 64, 3, 3), np.random.default_rng(0))
    assert w.dtype == np.float32
    assert w.shape == (128, 64, 3, 3)
    assert w.std() == pytest.approx(std, rel=0.01)
    assert w.mean() == pytest.approx(0, abs=std / 100)


def test_glorot_is_uniform():
    w = initializers.glorot((100, 200), np.random.default_rng(0))
    assert np.abs(w).max() <= np.sqrt(6 / 300)
    assert np.abs(w).max() > 0.99 * np.sqrt(6 / 300)


def test_fans_of_filters_and_matrices():
    assert initializers.fans((64, 3, 3, 3)) == (27, 576)
    assert initializers.fans((10, 20)) == (20, 10)


def test_a_function_is_an_initializer():
    assert initializers.get(initializers.ones)((2, 2)).tolist() == [[1, 1], [1, 1]]
    with pytest.raises(ValueError, match="unknown initializer 'hee': did you mean 'he'"):
        initializers.get("hee")
