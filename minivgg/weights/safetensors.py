"""safetensors, the format of this package: a header in JSON, followed by the plain numbers."""

import json
from collections.abc import Mapping
from math import prod
from mmap import mmap
from pathlib import Path
from typing import Any

import numpy as np

from minivgg import backend
from minivgg.backend.types import Array
from minivgg.utils.files import StrPath, replacing
from minivgg.weights.memory_map import Budget, Contents, CorruptFileError, view_at
from minivgg.weights.narrow_floats import NARROW, widen

DTYPES = {
    "F64": "<f8", "F32": "<f4", "F16": "<f2", "I64": "<i8", "I32": "<i4", "I16": "<i2", "I8": "i1",
    "U64": "<u8", "U32": "<u4", "U16": "<u2", "U8": "u1", "BOOL": "?",
}  # fmt: skip
NARROW_DTYPES = {"BF16": "bfloat16", "F8_E4M3": "float8_e4m3fn", "F8_E5M2": "float8_e5m2"}
NAMES = {np.dtype(numpy): name for name, numpy in DTYPES.items()}
MAX_HEADER_BYTES = 100_000_000  # the format's own limit


def save(
    path: StrPath, tensors: Mapping[str, Array], metadata: dict[str, str] | None = None
) -> None:
    """Write tensors to a safetensors file, completely or not at all.

    Parameters
    ----------
    path : path
        Of the file; it replaces an older one.
    tensors : dict of str to array
        Arrays of any device, such as ``layer.state_dict()``.
    metadata : dict of str to str, optional
        Text for the file's header.

    Raises
    ------
    TypeError
        For a dtype that the format lacks, such as complex numbers, and metadata that is not text.
    OSError
        If the file cannot be written; an older file at ``path`` is kept.

    Notes
    -----
    The same tensors and metadata give the same bytes. (The library safetensors writes metadata in a
    random order.)

    Examples
    --------
    >>> from minivgg import layers, weights
    >>> net = layers.Linear(3, 2)
    >>> weights.save("net.safetensors", net.state_dict(), {"trained on": "nothing yet"})
    >>> weights.read("net.safetensors").metadata
    {'trained on': 'nothing yet'}
    """
    arrays = {name: _plain(name, backend.to_numpy(array)) for name, array in tensors.items()}
    # the widest numbers first, which aligns all, then by name
    arrays = dict(sorted(arrays.items(), key=lambda item: (-item[1].itemsize, item[0])))
    header = _header(arrays, metadata)
    with replacing(path) as temporary, temporary.open("wb") as file:
        file.write(len(header).to_bytes(8, "little") + header)
        for array in arrays.values():
            file.write(array.reshape(-1).view(np.uint8).data)


def _plain(name: str, array: np.ndarray) -> np.ndarray:
    """The numbers in the order and with the bytes in which they are written."""
    little_endian = array.dtype.newbyteorder("<")
    if little_endian not in NAMES:
        raise TypeError(f"{name} has dtype {array.dtype}: safetensors has {', '.join(DTYPES)}")
    return np.asarray(array, little_endian, order="C")


def _header(arrays: Mapping[str, np.ndarray], metadata: Mapping[str, str] | None) -> bytes:
    """The description of all tensors as JSON, with spaces up to a multiple of eight bytes."""
    entries: dict[str, object] = {}
    if metadata is not None:
        if not all(isinstance(text, str) for item in metadata.items() for text in item):
            raise TypeError("metadata of weights is text: {str: str}")
        entries["__metadata__"] = dict(metadata)
    start = 0
    for name, array in arrays.items():
        if name == "__metadata__":
            raise ValueError("no tensor can have the name __metadata__ in safetensors")
        end = start + array.nbytes
        entries[name] = {
            "dtype": NAMES[array.dtype],
            "shape": array.shape,
            "data_offsets": (start, end),
        }
        start = end
    header = json.dumps(entries, separators=(",", ":"), ensure_ascii=False).encode("utf-8")
    return header + b" " * (-len(header) % 8)


def is_safetensors(memory: mmap) -> bool:
    """Whether a mapped file begins with the length of a JSON object, and that object.

    Parameters
    ----------
    memory : mmap
        The file.

    Returns
    -------
    bool
        True also if the rest of the file is damaged.
    """
    return memory[8:9] == b"{" and int.from_bytes(memory[:8], "little") <= MAX_HEADER_BYTES


def read_safetensors(path: Path, memory: mmap) -> Contents:
    """The tensors of a safetensors file.

    Parameters
    ----------
    path : path
        Of the file.
    memory : mmap
        The same file.

    Returns
    -------
    arrays : dict of str to array
        Views of the file, by name; bfloat16 and float8 as float32.
    metadata : dict of str to str
        What the file's header says about it.

    Raises
    ------
    CorruptFileError
        If the file is damaged, or has a dtype that is not read here.
    """
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
    budget = Budget(len(memory))
    found = {name: _tensor(memory, start, name, entry, budget) for name, entry in header.items()}
    return found, metadata


def _tensor(memory: mmap, start: int, name: str, entry: Any, budget: Budget) -> np.ndarray:
    try:
        kind, shape, (first, last) = entry["dtype"], tuple(entry["shape"]), entry["data_offsets"]
    except (TypeError, KeyError, ValueError) as error:
        raise CorruptFileError(f"its entry for {name} cannot be read") from error
    narrow = NARROW_DTYPES.get(kind) if isinstance(kind, str) else None
    if not isinstance(kind, str) or (narrow is None and kind not in DTYPES):
        raise CorruptFileError(
            f"{name} has dtype {kind!r}; the dtypes read here are "
            f"{', '.join((*DTYPES, *NARROW_DTYPES))}"
        )
    dtype = NARROW[narrow] if narrow else np.dtype(DTYPES[kind])
    are_counts = all(isinstance(n, int) and n >= 0 for n in (*shape, first, last))
    if not are_counts or last - first != prod(shape) * dtype.itemsize:
        raise CorruptFileError(f"{name} of shape {shape} does not fill its bytes {first} to {last}")
    found = view_at(memory, name, start + first, dtype, shape)
    return widen(found, narrow, name, budget) if narrow else found
