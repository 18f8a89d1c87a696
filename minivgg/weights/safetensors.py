"""safetensors, the format of this package: a header in JSON, followed by the plain numbers."""

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
    "F64": "<f8", "F32": "<f4", "F16": "<f2", "I64": "<i8", "I32": "<i4", "I16": "<i2", "I8": "i1",
    "U64": "<u8", "U32": "<u4", "U16": "<u2", "U8": "u1", "BOOL": "?",
}  # fmt: skip
MAX_HEADER_BYTES = 100_000_000  # the format's own limit


def save(path, tensors, metadata=None):
    """Write tensors to a safetensors file, completely or not at all.

    tensors: {name: array of any device}, such as ``layer.state_dict()``. metadata: {str: str} for
    the header. Raises ``OSError`` when the file cannot be written; an older file at ``path`` is
    kept.
    """
    tensors = {
        name: np.asarray(backend.to_numpy(array), order="C") for name, array in tensors.items()
    }
    with replacing(path) as temporary:
        try:
            save_file(tensors, temporary, metadata)
        except SafetensorError as error:
            if "space" in str(error).lower():
                raise OSError(errno.ENOSPC, "no space left on the disk") from error
            raise OSError(errno.EIO, str(error)) from error


def is_safetensors(memory):
    """Whether a mapped file begins with the length of a JSON object, and that object."""
    return memory[8:9] == b"{" and int.from_bytes(memory[:8], "little") <= MAX_HEADER_BYTES


def read_safetensors(path, memory):
    """Return ({name: view of the file}, metadata); raises ``CorruptFileError``."""
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
        raise CorruptFileError("its metadata is not a JSON object")
    return {name: _tensor(memory, start, name, entry) for name, entry in header.items()}, metadata


def _tensor(memory, start, name, entry):
    try:
        kind, shape, (first, last) = entry["dtype"], tuple(entry["shape"]), entry["data_offsets"]
    except (TypeError, KeyError, ValueError) as error:
        raise CorruptFileError(f"its entry for {name} cannot be read") from error
    if not isinstance(kind, str) or kind not in DTYPES:
        raise CorruptFileError(
            f"{name} has dtype {kind!r}; the dtypes read here are {', '.join(DTYPES)}"
        )
    dtype = np.dtype(DTYPES[kind])
    are_counts = all(isinstance(n, int) and n >= 0 for n in (*shape, first, last))
    if not are_counts or last - first != prod(shape) * dtype.itemsize:
        raise CorruptFileError(f"{name} of shape {shape} does not fill its bytes {first} to {last}")
    return view_at(memory, name, start + first, dtype, shape)
