"""How far apart are two arrays, and the memory layouts in which an operation may meet one."""

import numpy as np

from minivgg import backend


def error(found, expected):
    """Largest absolute difference, relative to the largest expected number."""
    found, expected = backend.to_numpy(np.asarray(found)), np.asarray(expected)
    assert found.shape == expected.shape, f"shape {found.shape}, expected {expected.shape}"
    if not expected.size:
        return 0.0
    return float(np.abs(found - expected).max() / max(np.abs(expected).max(), 1e-30))


def in_layout(x, layout):
    """The same numbers in another place in memory: "contiguous", "channels last" or "every second" of a larger array."""
    if layout == "channels last":
        return np.ascontiguousarray(x.transpose(0, 2, 3, 1)).transpose(0, 3, 1, 2)
    if layout == "every second":
        larger = np.full((*x.shape[:-1], 2 * x.shape[-1]), np.nan, x.dtype)
        larger[..., ::2] = x
        return larger[..., ::2]
    return np.ascontiguousarray(x)


LAYOUTS = ("contiguous", "channels last", "every second")


def assert_same_as_reference(fast, slow, backward, slow_backward, arguments, dy_seed=0, tolerance=1e-12, **options):
    """Forward and backward of an operation agree with the loops of reference.py, for a random upstream gradient."""
    y, saved = fast(*arguments, **options)
    expected, slow_saved = slow(*arguments, **options)
    assert error(y, expected) < tolerance
    dy = np.random.default_rng([dy_seed, 7]).standard_normal(y.shape)
    gradients, slow_gradients = backward(dy, saved), slow_backward(dy, slow_saved)
    if not isinstance(gradients, tuple):
        gradients, slow_gradients = (gradients,), (slow_gradients,)
    for found, wanted in zip(gradients, slow_gradients, strict=True):
        assert (found is None) == (wanted is None)
        if found is not None:
            assert error(found, wanted) < tolerance
