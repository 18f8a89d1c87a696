"""Values with arrays as bytes, which is how arguments and results travel between the processes.

A file has a mark, the length of a header, the header as JSON, and the numbers of all arrays. The
header is {"value": ..., "arrays": [[type, shape], ...]}; in the value, {"array": 0} stands for the
first array. There is nothing to unpack and nothing to execute in it.
"""

import json
import math
from typing import Any, TypeAlias

import numpy as np

Json: TypeAlias = Any  # null, bool, int, float, str, and lists and dictionaries of them

MARK = b"minivgg1"
STARTED = b"minivgg loads the submission\n"  # is printed just before
LENGTH_BYTES = 8  # of the length of the header


def to_bytes(value: object) -> bytes:
    """A value as the contents of a file.

    Parameters
    ----------
    value : object
        Arrays, numbers and texts, in lists and dictionaries.

    Returns
    -------
    contents : bytes
        For ``from_bytes``.

    Raises
    ------
    TypeError
        For arrays of objects.
    """
    arrays: list[np.ndarray] = []
    packed = pack(value, arrays)
    ordered = [_as_stored(array) for array in arrays]
    kinds = [[array.dtype.str, list(array.shape)] for array in ordered]
    header = json.dumps({"value": packed, "arrays": kinds}).encode()
    length = len(header).to_bytes(LENGTH_BYTES, "little")
    return b"".join([MARK, length, header, *(array.tobytes() for array in ordered)])


def from_bytes(contents: bytes) -> Json:
    """The inverse of ``to_bytes``, for contents that can be trusted.

    Parameters
    ----------
    contents : bytes
        Of a file.

    Returns
    -------
    value : object
        With lists for tuples.
    """
    header, numbers = split(contents)
    arrays, start = [], 0
    for kind, shape in header["arrays"]:
        dtype, count = np.dtype(kind), math.prod(shape)
        flat = np.frombuffer(numbers, dtype, count, start) if count else np.empty(0, dtype)
        arrays.append(flat.reshape(shape).copy())
        start += count * dtype.itemsize
    return unpack(header["value"], arrays)


def split(contents: bytes) -> tuple[Json, memoryview]:
    """The header, and the bytes of the arrays.

    Parameters
    ----------
    contents : bytes
        Of a file.

    Returns
    -------
    header : object
        From JSON.
    numbers : memoryview
        All that follows.

    Raises
    ------
    ValueError
        For a file of another form.
    """
    start = len(MARK) + LENGTH_BYTES
    if not contents.startswith(MARK) or len(contents) < start:
        raise ValueError("no file of results")
    end = start + int.from_bytes(contents[len(MARK) : start], "little")
    return json.loads(contents[start:end]), memoryview(contents)[end:]


def pack(value: object, arrays: list[np.ndarray]) -> Json:
    """A value as JSON, without its arrays.

    Parameters
    ----------
    value : object
        Arrays, numbers and texts, in lists and dictionaries.
    arrays : list
        Gets the arrays.

    Returns
    -------
    packed : object
        {"array": index} stands for each array.
    """
    if isinstance(value, np.ndarray):
        arrays.append(value)
        return {"array": len(arrays) - 1}
    if isinstance(value, tuple | list):
        return [pack(item, arrays) for item in value]
    if isinstance(value, dict):
        return {key: pack(item, arrays) for key, item in value.items()}
    return value.item() if isinstance(value, np.generic) else value


def unpack(value: Json, arrays: list[np.ndarray]) -> Json:
    """The inverse of ``pack``.

    Parameters
    ----------
    value : object
        From ``pack``.
    arrays : list
        The arrays.

    Returns
    -------
    unpacked : object
        The value, with lists for tuples.
    """
    if isinstance(value, dict) and set(value) == {"array"}:
        return arrays[value["array"]]
    if isinstance(value, dict):
        return {key: unpack(item, arrays) for key, item in value.items()}
    return [unpack(item, arrays) for item in value] if isinstance(value, list) else value


def _as_stored(array: np.ndarray) -> np.ndarray:
    """An array with little-endian numbers; long doubles differ between systems."""
    if array.dtype == object:
        raise TypeError("an array of objects is not stored")
    dtype = np.dtype(float) if array.dtype == np.longdouble else array.dtype
    return array.astype(dtype.newbyteorder("<"), copy=False)
