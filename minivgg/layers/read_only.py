"""A view of an array that may not be written to, whose error says what to do."""

from typing import Any

import numpy as np


class ReadOnlyView(np.ndarray):
    """What ``Parameter.data`` is in eval mode: results of arithmetic on it are ordinary arrays.

    NumPy refuses writes to such an array anyway; this says how to allow them.

    Parameters
    ----------
    shape, dtype, buffer, offset, strides, order : see numpy.ndarray
        Those of the array whose view it is: ``array.view(ReadOnlyView)`` makes one.
    """

    def __setitem__(self, index: Any, value: Any) -> None:
        _require_writable(self)
        super().__setitem__(index, value)

    def __array_ufunc__(
        self, ufunc: np.ufunc, method: str, *inputs: Any, out: tuple[Any, ...] = (), **options: Any
    ) -> Any:
        for array in out:
            _require_writable(array)
        if out:
            options["out"] = tuple(map(_plain, out))
        return getattr(ufunc, method)(*map(_plain, inputs), **options)


def _plain(array: Any) -> Any:
    return np.asarray(array) if isinstance(array, ReadOnlyView) else array


def _require_writable(array: object) -> None:
    if isinstance(array, ReadOnlyView) and not array.flags.writeable:
        raise ValueError(
            "this parameter is read-only, because its layer is in eval mode: call train() first"
        )
