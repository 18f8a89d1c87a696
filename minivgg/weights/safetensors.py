"""safetensors, the format of this package: a header in JSON, followed by the plain numbers."""

import json
from collections import Counter
from collections.abc import Mapping
from math import prod
from mmap import mmap
from pathlib import Path
from typing import Any

import numpy as np

from minivgg import backend
from minivgg.backend.types import Array
from minivgg.utils.files import StrPath, replacing
from minivgg.weights.memory_map import (
    MAX_AXES,
    MAX_FILE_BYTES,
    Budget,
    Contents,
    CorruptFileError,
    view_at,
)
from minivgg.weights.narrow_floats import NARROW, widen

DTYPES = {
    "F64": "<f8", "F32": "<f4", "F16": "<f2", "I64": "<i8", "I32": "<i4", "I16": "<i2", "I8": "i1",
    "U64": "<u8", "U32": "<u4", "U16": "<u2", "U8": "u1", "BOOL": "?",
}  # fmt: skip
NARROW_DTYPES = {"BF16": "bfloat16", "F8_E4M3": "float8_e4m3fn", "F8_E5M2": "float8_e5m2"}
NAMES = {np.dtype(numpy): name for name, numpy in DTYPES.items()}
FORMAT_HEADER_BYTES = 100_000_000  # the format's own limit
MAX_HEADER_BYTES = 4 << 20  # what is read: a VGG net needs 5 kB, a net of 10,000 tensors 1 MB
METADATA = "__metadata__"


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
        entries[METADATA] = dict(metadata)
    start = 0
    for name, array in arrays.items():
        if name == METADATA:
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
    return memory[8:9] == b"{" and int.from_bytes(memory[:8], "little") <= FORMAT_HEADER_BYTES


def read_safetensors(path: Path, memory: mmap, budget: Budget) -> Contents:
    """The tensors of a safetensors file.

    Parameters
    ----------
    path : path
        Of the file.
    memory : mmap
        The same file.
    budget : Budget
        The memory that its numbers of bfloat16 and float8 may take.

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
    if start - 8 > MAX_HEADER_BYTES:
        raise CorruptFileError(
            f"its header has {start - 8:,} bytes; at most {MAX_HEADER_BYTES:,} are read"
        )
    try:
        header = json.loads(memory[8:start], object_pairs_hook=_unique)
    except (ValueError, RecursionError) as error:
        raise CorruptFileError(
            f"it is truncated or damaged: its header cannot be read ({error})"
        ) from error
    metadata = header.pop(METADATA, {})
    if not isinstance(metadata, dict):
        raise CorruptFileError("its metadata is not a JSON object")
    budget.count(len(header))
    spans = {name: _span(name, entry) for name, entry in header.items()}
    _check_apart(spans)
    found = {
        name: _tensor(memory, start + spans[name][0], name, entry, budget)
        for name, entry in header.items()
    }
    return found, metadata


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object, which a program could read in two ways if it had a name twice."""
    found = dict(pairs)
    if len(found) < len(pairs):
        names = Counter(name for name, _ in pairs)
        raise CorruptFileError(f"its header has the name {names.most_common(1)[0][0]!r:.100} twice")
    return found


def _span(name: str, entry: Any) -> tuple[int, int]:
    """Where a tensor begins and ends, counted from the end of the header."""
    try:
        first, last = entry["data_offsets"]
    except (TypeError, KeyError, ValueError) as error:
        raise CorruptFileError(f"its entry for {name} cannot be read") from error
    if not (isinstance(first, int) and isinstance(last, int) and 0 <= first <= last):
        raise CorruptFileError(f"{name} does not lie between two bytes of the file")
    return first, last


def _check_apart(spans: Mapping[str, tuple[int, int]]) -> None:
    """Raise an error where two tensors have bytes in common, which the format forbids."""
    end, before = 0, ""
    for name, (first, last) in sorted(spans.items(), key=lambda item: item[1]):
        if first < end and first < last:
            raise CorruptFileError(f"its tensors {before} and {name} have bytes in common")
        if last > end:
            end, before = last, name


def _tensor(memory: mmap, start: int, name: str, entry: Any, budget: Budget) -> np.ndarray:
    """The array of an entry whose ``data_offsets`` are known to be right."""
    try:
        kind, shape, (first, last) = entry["dtype"], entry["shape"], entry["data_offsets"]
    except (TypeError, KeyError, ValueError) as error:
        raise CorruptFileError(f"its entry for {name} cannot be read") from error
    narrow = NARROW_DTYPES.get(kind) if isinstance(kind, str) else None
    if not isinstance(kind, str) or (narrow is None and kind not in DTYPES):
        raise CorruptFileError(
            f"{name} has dtype {kind!r:.100}; the dtypes read here are "
            f"{', '.join((*DTYPES, *NARROW_DTYPES))}"
        )
    if not isinstance(shape, list) or len(shape) > MAX_AXES:
        axes = f"of {len(shape):,} axes" if isinstance(shape, list) else "that is no list"
        raise CorruptFileError(f"{name} has a shape {axes}; arrays of at most {MAX_AXES} are read")
    dtype = NARROW[narrow] if narrow else np.dtype(DTYPES[kind])
    are_counts = all(isinstance(n, int) and 0 <= n <= MAX_FILE_BYTES for n in shape)
    if not are_counts or last - first != prod(shape) * dtype.itemsize:
        raise CorruptFileError(
            f"{name} of shape {str(tuple(shape))[:100]} does not fill its {last - first:,} bytes"
        )
    found = view_at(memory, name, start, dtype, tuple(shape))
    return widen(found, narrow, name, budget) if narrow else found
