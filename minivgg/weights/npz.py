"""NumPy's .npz files: zips of arrays, which are viewed in the mapped file."""

import io
import warnings
import zipfile
from mmap import mmap
from pathlib import Path

import numpy as np

from minivgg.backend.types import Shape
from minivgg.weights.memory_map import Contents, CorruptFileError, view_at

MAX_ARRAY_HEADER_BYTES = 1 << 14  # NumPy's own limit is 10,000
LOCAL_HEADER = b"PK\x03\x04"
LOCAL_HEADER_BYTES = 30  # followed by the file name and an extra field


def is_zip(memory: mmap) -> bool:
    """Whether a mapped file is a zip.

    Parameters
    ----------
    memory : mmap
        The file.

    Returns
    -------
    bool
        True also for PyTorch's files, so test for those first.
    """
    return memory[:4] == LOCAL_HEADER


def members(path: Path, memory: mmap) -> dict[str, tuple[int, int]]:
    """Where the files in a zip without compression are.

    Parameters
    ----------
    path : path
        Of the zip.
    memory : mmap
        The same file.

    Returns
    -------
    dict of str to (int, int)
        The offset and the size of each file, in bytes.

    Raises
    ------
    CorruptFileError
        If the zip is damaged or compressed.
    """
    found = {}
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    # A damaged file can make zipfile raise anything: BadZipFile, struct.error, UnicodeError, ...
    except Exception as error:
        raise CorruptFileError(
            f"it is truncated or damaged: its table of contents cannot be read ({error})"
        ) from error
    for entry in entries:
        head = memory[entry.header_offset : entry.header_offset + LOCAL_HEADER_BYTES]
        if len(head) < LOCAL_HEADER_BYTES or head[:4] != LOCAL_HEADER:
            raise CorruptFileError(f"{entry.filename} is not where the table of contents has it")
        if entry.compress_type != zipfile.ZIP_STORED:
            raise CorruptFileError(
                f"{entry.filename} is compressed; only files saved without compression "
                "(numpy.savez, torch.save) are read"
            )
        name_bytes, extra_bytes = (
            int.from_bytes(head[26:28], "little"),
            int.from_bytes(head[28:30], "little"),
        )
        start = entry.header_offset + LOCAL_HEADER_BYTES + name_bytes + extra_bytes
        end = start + entry.file_size
        if end > len(memory):
            raise CorruptFileError(
                f"it is truncated: {entry.filename} would end at byte {end:,} of {len(memory):,}"
            )
        found[entry.filename] = start, entry.file_size
    return found


def read_npz(path: Path, memory: mmap) -> Contents:
    """The arrays of an .npz file.

    Parameters
    ----------
    path : path
        Of the file.
    memory : mmap
        The same file.

    Returns
    -------
    arrays : dict of str to array
        Views of the file, by name.
    metadata : dict of str to str
        Empty.

    Raises
    ------
    CorruptFileError
        If the file is damaged, compressed, or holds no arrays of numbers.
    """
    found = {}
    for name, (start, size) in members(path, memory).items():
        if name.endswith(".npy"):
            found[name.removesuffix(".npy")] = _array(memory, name, start, size)
    if not found:
        raise CorruptFileError("it holds no arrays, and no weights of PyTorch either")
    return found, {}


def _array(memory: mmap, name: str, start: int, size: int) -> np.ndarray:
    file = io.BytesIO(memory[start : start + min(size, MAX_ARRAY_HEADER_BYTES)])
    shape, fortran, dtype = _header(file, name)
    if dtype.kind not in "fiub":
        raise CorruptFileError(f"{name} has entries of type {dtype}, which are not numbers")
    if not all(isinstance(n, int) for n in shape):
        raise CorruptFileError(f"{name} has the impossible shape {shape}")
    found = view_at(memory, name, start + file.tell(), dtype, shape[::-1] if fortran else shape)
    needed = file.tell() + found.nbytes
    if needed > size:
        raise CorruptFileError(f"it is truncated: {name} has {size:,} bytes for {needed:,}")
    return found.T if fortran else found


def _header(file: io.BytesIO, name: str) -> tuple[Shape, bool, np.dtype]:
    """(shape, whether in Fortran order, dtype) of an array."""
    try:
        version = np.lib.format.read_magic(file)
        first = version == (1, 0)
        formats = np.lib.format
        read = formats.read_array_header_1_0 if first else formats.read_array_header_2_0
        with warnings.catch_warnings(action="ignore"):
            return read(file)
    # A damaged header can make its parser raise anything: ValueError, SyntaxError, MemoryError, ...
    except Exception as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise CorruptFileError(f"the header of {name} cannot be read ({reason})") from error
