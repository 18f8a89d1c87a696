"""Arguments and results as JSON and arrays, exchanged by the grader and the child process."""

import numpy as np


def pack(value, arrays):
    """A value as JSON; its arrays are put into the dictionary ``arrays`` under numbered names."""
    if isinstance(value, np.ndarray):
        name = f"a{len(arrays)}"
        arrays[name] = value
        return {"array": name}
    if isinstance(value, tuple | list):
        return [pack(item, arrays) for item in value]
    if isinstance(value, dict) and "array" not in value:
        return {key: pack(item, arrays) for key, item in value.items()}
    return value.item() if isinstance(value, np.generic) else value


def unpack(value, arrays):
    """The inverse of ``pack``."""
    if isinstance(value, dict) and set(value) == {"array"}:
        return arrays[value["array"]]
    if isinstance(value, dict):
        return {key: unpack(item, arrays) for key, item in value.items()}
    return [unpack(item, arrays) for item in value] if isinstance(value, list) else value
