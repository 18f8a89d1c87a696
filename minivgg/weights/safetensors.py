"""safetensors, the format of this package: a header in JSON, then plain numbers."""

import errno
import json
from math import prod

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import save_file

from minivgg import backend
from minivgg.utils.files import replacing
from minivgg.weights.memory_map import CorruptFileError, view_at

DTYPES = {
    "F64": "<f8", "F32": "<f4", "F16": "<f2", "I64": "<i8", "I32": "<i4", "I16": "<i2", "I8": "i1", "U64": "<u8", "U32": "<u4",
    "U16": "<u2", "U8": "u1", "BOOL": "?",
}  # fmt: skip

LONGEST_HEADER = 100_000_000  # bytes, the format's own limit


def save(path, tensors, metadata=None):
    """Write {name: array} (from ``layer.state_dict()``, of any device) to a safetensors file, whole or not at all.

    metadata: {str: str} to keep in its header. Raises ``OSError`` when it cannot be written; an older file at ``path`` then survives.
    """
    tensors = {
        name: np.asarray(backend.to_numpy(array), order="C") for name, array in tensors.items()
    }
    with replacing(path) as temporary:
        try:
            save_file(tensors, temporary, metadata)
        except SafetensorError as error:  # how safetensors reports a full disk
            full = "space" in str(error).lower()
            raise OSError(
                errno.ENOSPC if full else errno.EIO,
                "no space left on the disk" if full else str(error),
            ) from error


def is_safetensors(memory):
    """Whether a file begins as they do: with the length of a header, which begins with a brace."""
    return memory[8:9] == b"{" and int.from_bytes(memory[:8], "little") <= LONGEST_HEADER


def read_safetensors(path, memory):
    """({name: array shown from the file}, metadata). Raises ``CorruptFileError``."""
    start = 8 + int.from_bytes(memory[:8], "little")
    if start > len(memory):
        raise CorruptFileError(
            f"it is truncated: its header would end at byte {start:,} of {len(memory):,}"
        )
    try:
        header = json.loads(memory[8:start])
    except (ValueError, RecursionError) as error:
        raise CorruptFileError(
            f"it is truncated or damaged: its header cannot be read ({error})"
        ) from error
    metadata = header.pop("__metadata__", {})
    if not isinstance(metadata, dict):
        raise CorruptFileError("its metadata is no object")
    return {name: _tensor(memory, start, name, entry) for name, entry in header.items()}, metadata


def _tensor(memory, start, name, entry):
    try:
        kind, shape, (first, last) = entry["dtype"], tuple(entry["shape"]), entry["data_offsets"]
    except (TypeError, KeyError, ValueError) as error:
        raise CorruptFileError(f"its entry for {name} cannot be read") from error
    if not isinstance(kind, str) or kind not in DTYPES:
        raise CorruptFileError(
            f"{name} is of type {kind!r}; those read here are {', '.join(DTYPES)}"
        )
    dtype = np.dtype(DTYPES[kind])
    if (
        not all(isinstance(n, int) and n >= 0 for n in (*shape, first, last))
        or last - first != prod(shape) * dtype.itemsize
    ):
        raise CorruptFileError(f"{name} of shape {shape} does not fill its bytes {first} to {last}")
    return view_at(memory, name, start + first, dtype, shape)
