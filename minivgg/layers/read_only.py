"""A view of an array that may not be written to, whose error says what to do."""

import numpy as np


class ReadOnlyView(np.ndarray):
    """What ``Parameter.data`` is in eval mode: results of arithmetic on it are ordinary arrays.

    NumPy refuses writes to such an array anyway; this says how to allow them.
    """

    def __setitem__(self, index, value):
        _require_writable(self)
        super().__setitem__(index, value)

    def __array_ufunc__(self, ufunc, method, *inputs, out=(), **options):
        for array in out:
            _require_writable(array)
        if out:
            options["out"] = tuple(map(_plain, out))
        return getattr(ufunc, method)(*map(_plain, inputs), **options)


def _plain(array):
    return np.asarray(array) if isinstance(array, ReadOnlyView) else array


def _require_writable(array):
    if isinstance(array, ReadOnlyView) and not array.flags.writeable:
        raise ValueError(
            "this parameter is read-only, because its layer is in eval mode: call train() first"
        )
