"""How far apart are two arrays, and the memory layouts in which an operation may meet one."""

import numpy as np

from minivgg import backend


def error(found, expected, scale=None):
    """Largest absolute difference, relative to the largest number of ``scale`` (default: of ``expected``)."""
    found, expected = (
        backend.to_numpy(found) if hasattr(found, "shape") else np.asarray(found),
        np.asarray(expected),
    )
    assert found.shape == expected.shape, f"shape {found.shape}, expected {expected.shape}"
    if not expected.size:
        return 0.0
    return float(
        np.abs(found - expected).max()
        / max(np.abs(expected if scale is None else scale).max(), 1e-30)
    )


def in_layout(x, layout):
    """The same numbers in another place in memory: "contiguous", "channels last" or "every second" of a larger array."""
    if layout == "channels last":
        return np.ascontiguousarray(x.transpose(0, 2, 3, 1)).transpose(0, 3, 1, 2)
    if layout == "every second":
        larger = np.full((*x.shape[:-1], 2 * x.shape[-1]), np.nan, x.dtype)
        larger[..., ::2] = x
        return larger[..., ::2]
    return np.ascontiguousarray(x)


def on_device(value):
    """An array on the default device, in the same order in memory; anything else as it is."""
    return backend.to_device(value, backend.device()) if isinstance(value, np.ndarray) else value


LAYOUTS = ("contiguous", "channels last", "every second")


def assert_same_as_reference(
    fast,
    slow,
    backward,
    slow_backward,
    arguments,
    dy_seed=0,
    tolerance=1e-12,
    cancelling=False,
    **options,
):
    """Forward and backward of an operation agree with the loops of reference.py, for a random upstream gradient.

    Arrays go to the default device first, so a test with the fixture ``device`` compares on each. cancelling: errors are relative to
    what the sums would be if nothing in them cancelled, for an algorithm that adds in another order than the reference.
    """

    def by_the_loops(arguments, dy):
        y, saved = slow(*arguments, **options)
        gradients = slow_backward(dy, saved)
        return (y, *(gradients if isinstance(gradients, tuple) else (gradients,)))

    y, saved = fast(
        *map(on_device, arguments), **{name: on_device(value) for name, value in options.items()}
    )
    dy = np.random.default_rng([dy_seed, 7]).standard_normal(y.shape)
    gradients = backward(on_device(dy), saved)
    found = y, *(gradients if isinstance(gradients, tuple) else (gradients,))
    expected = by_the_loops(arguments, dy)
    scales = (
        by_the_loops([a if a is None else np.abs(a) for a in arguments], np.abs(dy))
        if cancelling
        else expected
    )
    for mine, wanted, scale in zip(found, expected, scales, strict=True):
        assert (mine is None) == (wanted is None)
        if mine is not None:
            assert error(mine, wanted, scale) < tolerance
