"""NumPy's .npz: a zip of arrays, read where they lie."""

import io
import warnings
import zipfile

import numpy as np

from minivgg.weights.memory_map import CorruptFileError, view_at

HEADER = 1 << 14  # bytes within which an array's header must end; NumPy's own limit is 10,000


def is_zip(memory):
    """Whether a file is a zip, which those of PyTorch are, too: ask for these first."""
    return memory[:4] == b"PK\x03\x04"


def members(path, memory):
    """{name: (where its bytes begin, how many)} of a zip whose members are not compressed; raises ``CorruptFileError``."""
    found = {}
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except Exception as error:  # what damage does to zipfile has no bound: BadZipFile, struct.error, NotImplementedError, UnicodeError
        raise CorruptFileError(
            f"it is truncated or damaged: its table of contents cannot be read ({error})"
        ) from error
    for entry in entries:
        head = memory[entry.header_offset : entry.header_offset + 30]
        if len(head) < 30 or head[:4] != b"PK\x03\x04":
            raise CorruptFileError(f"{entry.filename} is not where the table of contents has it")
        if entry.compress_type != zipfile.ZIP_STORED:
            raise CorruptFileError(
                f"{entry.filename} is compressed; only files saved without compression (numpy.savez, torch.save) are read"
            )
        start = (
            entry.header_offset
            + 30
            + int.from_bytes(head[26:28], "little")
            + int.from_bytes(head[28:30], "little")
        )
        if start + entry.file_size > len(memory):
            raise CorruptFileError(
                f"it is truncated: {entry.filename} would end at byte {start + entry.file_size:,} of {len(memory):,}"
            )
        found[entry.filename] = start, entry.file_size
    return found


def read_npz(path, memory):
    """({name: array shown from the file}, {}). Raises ``CorruptFileError``."""
    found = {}
    for name, (start, size) in members(path, memory).items():
        if name.endswith(".npy"):
            found[name.removesuffix(".npy")] = _array(memory, name, start, size)
    if not found:
        raise CorruptFileError("it holds no arrays, and no weights of PyTorch either")
    return found, {}


def _array(memory, name, start, size):
    file = io.BytesIO(memory[start : start + min(size, HEADER)])
    try:
        version = np.lib.format.read_magic(file)
        reader = (
            np.lib.format.read_array_header_1_0
            if version == (1, 0)
            else np.lib.format.read_array_header_2_0
        )
        with warnings.catch_warnings(action="ignore"):
            shape, fortran, dtype = reader(file)
    except Exception as error:  # what damage does to the header's parser has no bound: ValueError, SyntaxError, MemoryError, TypeError
        raise CorruptFileError(
            f"the header of {name} cannot be read ({str(error).splitlines()[0] if str(error) else type(error).__name__})"
        ) from error
    if dtype.kind not in "fiub":
        raise CorruptFileError(f"{name} has entries of type {dtype}, which are no numbers")
    if not all(isinstance(n, int) for n in shape):
        raise CorruptFileError(f"{name} has the impossible shape {shape}")
    found = view_at(memory, name, start + file.tell(), dtype, shape[::-1] if fortran else shape)
    if file.tell() + found.nbytes > size:
        raise CorruptFileError(
            f"it is truncated: {name} has {size:,} bytes for {file.tell() + found.nbytes:,}"
        )
    return found.T if fortran else found
