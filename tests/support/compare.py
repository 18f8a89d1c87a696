"""How far two arrays differ, and the memory layouts in which an operation may meet an array.

pytest rewrites the asserts of this folder (see conftest.py), so a comparison that fails shows the
numbers that were compared.
"""

import numpy as np

from minivgg import backend
from minivgg.backend.cuda.launch import is_dense

LAYOUTS = ("contiguous", "channels last", "every second")


class Difference(float):
    """A relative error that shows, when a test prints it, where it is and which numbers differ."""

    def __new__(cls, value, place=""):
        """value: the error. place: in words, where it was found."""
        made = super().__new__(cls, value)
        made.place = place
        return made

    def __repr__(self):
        return f"{float(self):.3g} {self.place}".strip()


def error(found, expected, scale=None):
    """The largest absolute difference over the largest number of ``scale``, as a ``Difference``.

    scale: an array; ``expected`` when it is None. Arrays of different shapes fail at once.
    """
    found = backend.to_numpy(found) if hasattr(found, "shape") else np.asarray(found)
    expected = np.asarray(expected)
    assert found.shape == expected.shape, f"shape {found.shape}, expected {expected.shape}"
    if not expected.size:
        return Difference(0.0)
    differences = np.abs(found - expected)
    largest = np.abs(expected if scale is None else scale).max()
    where = tuple(map(int, np.unravel_index(differences.argmax(), differences.shape)))
    place = f"at {where} of shape {found.shape}: {found[where]!s}, expected {expected[where]!s}"
    return Difference(differences.max() / max(largest, 1e-30), f"({place})")


def in_layout(x, layout):
    """The same numbers on the same device in another memory layout.

    layout: "contiguous", "channels last", or "every second" number of a larger array.
    """
    xp = backend.namespace(x)
    if layout == "channels last":
        return xp.ascontiguousarray(x.transpose(0, 2, 3, 1)).transpose(0, 3, 1, 2)
    if layout == "every second":
        larger = xp.full((*x.shape[:-1], 2 * x.shape[-1]), np.nan, x.dtype)
        larger[..., ::2] = x
        return larger[..., ::2]
    return xp.ascontiguousarray(x)


def on_device(value, device=None):
    """An array on a device, by default the default one, in the same memory layout, gaps included.

    Anything else is returned unchanged.
    """
    if not isinstance(value, np.ndarray):
        return value
    moved = backend.to_device(value, device or backend.device())
    return moved if is_dense(value) else in_layout(moved, "every second")  # a copy has no gaps


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
    """Forward and backward of an operation agree with ``textbook.loops``, for a random dy.

    Arrays go to the default device first, so a test with the fixture ``device`` compares on each.
    cancelling: errors are relative to what the sums would be if no terms cancelled, for an
    algorithm that adds in another order than the reference.
    """

    def by_the_loops(arguments, dy):
        y, saved = slow(*arguments, **options)
        return (y, *_as_tuple(slow_backward(dy, saved)))

    y, saved = fast(
        *map(on_device, arguments), **{name: on_device(value) for name, value in options.items()}
    )
    dy = np.random.default_rng([dy_seed, 7]).standard_normal(y.shape)
    found = (y, *_as_tuple(backward(on_device(dy), saved)))
    expected = by_the_loops(arguments, dy)
    scales = expected
    if cancelling:
        scales = by_the_loops([a if a is None else np.abs(a) for a in arguments], np.abs(dy))
    names = ("y", *(f"gradient {number}" for number in range(1, len(found))))
    for name, ours, reference, scale in zip(names, found, expected, scales, strict=True):
        assert (ours is None) == (reference is None), f"{name}: {ours}, expected {reference}"
        if ours is not None:
            difference = error(ours, reference, scale)
            assert difference < tolerance, f"{name} is not the reference's"


def _as_tuple(value):
    return value if isinstance(value, tuple) else (value,)
