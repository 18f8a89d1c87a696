"""Arguments and results as JSON and arrays, exchanged by the grader and the child process."""

from typing import Any, TypeAlias

import numpy as np

Json: TypeAlias = Any  # what json.dumps writes and json.loads reads


def pack(value: object, arrays: dict[str, np.ndarray]) -> Json:
    """A value as JSON, without its arrays.

    Parameters
    ----------
    value : object
        Arrays, numbers and texts, in lists and dictionaries.
    arrays : dict
        Gets the arrays, under numbered names.

    Returns
    -------
    packed : object
        {"array": name} stands for each array.
    """
    if isinstance(value, np.ndarray):
        name = f"a{len(arrays)}"
        arrays[name] = value
        return {"array": name}
    if isinstance(value, tuple | list):
        return [pack(item, arrays) for item in value]
    if isinstance(value, dict) and "array" not in value:
        return {key: pack(item, arrays) for key, item in value.items()}
    return value.item() if isinstance(value, np.generic) else value


def unpack(value: Json, arrays: dict[str, np.ndarray]) -> Json:
    """The inverse of ``pack``.

    Parameters
    ----------
    value : object
        From ``pack``.
    arrays : dict
        The arrays by name.

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
