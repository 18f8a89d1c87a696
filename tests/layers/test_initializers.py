"""Initial weights have the spread that their formula says."""

import numpy as np
import pytest

from minivgg import initializers


@pytest.mark.parametrize(
    ("name", "std"),
    [
        ("normal", 0.1),
        ("kaiming_normal", np.sqrt(2 / (64 * 9))),
        ("xavier_uniform", np.sqrt(2 / (64 * 9 + 128 * 9))),
    ],
)
def test_spread(name, std):
    w = initializers.get(name)((128, 64, 3, 3), np.random.default_rng(0))
    assert w.dtype == np.float32
    assert w.shape == (128, 64, 3, 3)
    assert w.std() == pytest.approx(std, rel=0.01)
    assert w.mean() == pytest.approx(0, abs=std / 100)


@pytest.mark.parametrize(
    ("alias", "name"),
    [("gaussian", "normal"), ("he", "kaiming_normal"), ("glorot", "xavier_uniform")],
)
def test_older_names_give_the_same_weights(alias, name):
    a, b = (initializers.get(n)((8, 4, 3, 3), np.random.default_rng(0)) for n in (alias, name))
    assert (a == b).all()


def test_xavier_uniform_is_uniform():
    w = initializers.xavier_uniform((100, 200), np.random.default_rng(0))
    assert np.abs(w).max() <= np.sqrt(6 / 300)
    assert np.abs(w).max() > 0.99 * np.sqrt(6 / 300)


def test_fans_of_filters_and_matrices():
    assert initializers.fans((64, 3, 3, 3)) == (27, 576)
    assert initializers.fans((10, 20)) == (20, 10)


def test_a_function_is_an_initializer():
    assert initializers.get(initializers.ones)((2, 2)).tolist() == [[1, 1], [1, 1]]
    with pytest.raises(ValueError, match="unknown initializer 'hee': did you mean 'he'"):
        initializers.get("hee")
