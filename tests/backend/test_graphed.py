"""Recorded launches compute what ordinary calls compute, from the arguments of each call."""

import numpy as np
import pytest

from minivgg import backend, ops
from minivgg.backend.cuda.cublas import can_be_recorded
from minivgg.backend.graphed import Graphed


class Counted:
    """A function with a product, a convolution and a sum, which counts how often Python runs it."""

    def __init__(self, w):
        self.w, self.calls = w, 0

    def __call__(self, x):
        """Maps of x, products of them with each other, and a text."""
        self.calls += 1
        y = ops.conv2d(x, self.w, padding=1)[0]
        features = y.reshape(len(y), -1)
        return (ops.linear(features, features)[0], y.max(), "text"), (y,)


@pytest.fixture
def weights(rng, device):
    return backend.to_device(rng.standard_normal((4, 3, 3, 3)))


def images(rng, n=2):
    return backend.to_device(rng.standard_normal((n, 3, 6, 5)))


def records(device):
    """Whether there is a card, or one that is pretended."""
    return device == "gpu" and can_be_recorded()


def assert_same(found, expected):
    for a, b in zip(found[:2], expected[:2], strict=True):
        np.testing.assert_array_equal(backend.to_numpy(a), backend.to_numpy(b))
    assert found[2] == expected[2]


def test_every_call_computes_from_its_own_arguments(rng, device, weights):
    function = Counted(weights)
    graphed = Graphed(function)
    for _ in range(4):
        x = images(rng)
        results, (y,) = graphed(x)
        expected, (y_expected,) = Counted(weights)(x)
        assert_same(results, expected)
        np.testing.assert_array_equal(backend.to_numpy(y), backend.to_numpy(y_expected))
    assert function.calls == (2 if records(device) else 4)


def test_each_shape_is_recorded_by_itself(rng, device, weights):
    function = Counted(weights)
    graphed = Graphed(function)
    for n in (2, 3, 2, 3, 2, 3):
        x = images(rng, n)
        assert_same(graphed(x)[0], Counted(weights)(x)[0])
    assert function.calls == (4 if records(device) else 6)


def test_a_result_stays_when_the_function_is_called_again(rng, device, weights):
    graphed, x = Graphed(Counted(weights)), images(rng)
    expected = Counted(weights)(x)[0]
    results = [graphed(x)[0] for _ in range(3)]
    graphed(images(rng))
    for found in results:
        assert_same(found, expected)


def test_what_launches_depend_on_is_recorded_anew(rng, device, weights):
    function = Counted(weights)
    graphed, x = Graphed(function, lambda: [function.w]), images(rng)
    for _ in range(3):
        graphed(x)
    function.w = 2 * function.w
    for _ in range(3):
        assert_same(graphed(x)[0], Counted(function.w)(x)[0])


def test_changes_in_place_are_seen(rng, device, weights):
    """A recording reads the weights where they lie."""
    graphed, x = Graphed(Counted(weights)), images(rng)
    for _ in range(3):
        graphed(x)
    weights[...] = weights[::-1].copy()
    assert_same(graphed(x)[0], Counted(weights)(x)[0])


def test_what_cannot_be_recorded_is_an_error_and_the_device_still_works(rng, device):
    x = backend.to_device(rng.standard_normal(5))

    def read_back(a):
        return (float(a.sum()),), ()

    graphed = Graphed(read_back)
    graphed(x)
    if records(device):
        with pytest.raises(RuntimeError, match=r"be recorded as a CUDA graph .*: perhaps a"):
            graphed(x)
    assert float((2 * x).sum()) == pytest.approx(2 * float(x.sum()))


def test_cleared_recordings_begin_anew(rng, device, weights):
    function, x = Counted(weights), images(rng)
    graphed = Graphed(function)
    graphed(x)
    graphed.clear()
    assert_same(graphed(x)[0], Counted(weights)(x)[0])
    assert function.calls == 2
