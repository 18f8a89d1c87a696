"""One door for all kinds of files: recognised by content, mapped into memory, copied from in blocks."""

import mmap
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from minivgg import backend
from minivgg.weights.hdf5 import is_hdf5, read_hdf5
from minivgg.weights.memory_map import CorruptFileError
from minivgg.weights.npz import is_zip, read_npz
from minivgg.weights.safetensors import is_safetensors, read_safetensors
from minivgg.weights.torch_pickle import is_legacy, is_torch_zip, read_legacy, read_torch_zip

BLOCK = 16 << 20  # bytes that are copied at once
KINDS = (  # name, whether a mapped file is one, what reads it
    ("HDF5", is_hdf5, read_hdf5),
    ("PyTorch zip", is_torch_zip, read_torch_zip),
    ("PyTorch pickle", is_legacy, read_legacy),
    ("npz", is_zip, read_npz),
    ("safetensors", is_safetensors, read_safetensors),
)


class File(Mapping):
    """{name: array} of a file of weights, in the file's own names and order. Arrays are read-only and show the mapped file.

    path, kind ("safetensors", "PyTorch zip", "PyTorch pickle", "HDF5", "npz"), metadata: {str: str} of a safetensors file, else empty.
    """

    def __init__(self, path, kind, arrays, metadata, memory):
        self.path, self.kind, self.metadata = path, kind, metadata
        self._arrays, self._memory = arrays, memory

    def __getitem__(self, name):
        return self._arrays[name]

    def __iter__(self):
        return iter(self._arrays)

    def __len__(self):
        return len(self._arrays)

    def release_pages(self):
        """Free the memory of what was read so far; it is read again when it is asked for."""
        if hasattr(
            self._memory, "madvise"
        ):  # not on Windows, which frees it when something else needs memory
            self._memory.madvise(mmap.MADV_DONTNEED)


def read(path):
    """The ``File`` of weights at ``path``: nothing but its table of contents is read yet, so let nobody cut it off while it is in use.

    Raises ``FileNotFoundError`` without one, ``OSError`` for a file that is damaged, of another kind, or asks for code to be run.
    """
    path = Path(path)
    if path.is_dir():
        raise IsADirectoryError(f"{path} is a folder, not a file of weights")
    if not path.is_file():
        raise FileNotFoundError(f"there is no file of weights {path}")
    if not path.stat().st_size:
        raise OSError(f"{path} is empty: no file of weights")
    with path.open("rb") as file:
        memory = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    try:
        for kind, recognises, reader in KINDS:
            if recognises(memory):
                return File(path, kind, *reader(path, memory), memory)
    except (
        CorruptFileError,
        ValueError,
        TypeError,
        LookupError,
        AttributeError,
        ArithmeticError,
        RecursionError,
    ) as error:
        known = isinstance(
            error, CorruptFileError
        )  # damage can lead a reader anywhere; numbers of a million digits are not written out
        reason = _printable(str(error)) if known else f"it is damaged ({type(error).__name__})"
        raise OSError(f"{path} ({kind}) cannot be used: {reason}") from error
    raise OSError(
        f"{path} is no file of weights: it begins neither as safetensors nor as a .pth, .h5 or .npz, or is truncated"
    )


def _printable(text):
    """Names in a file may hold anything, such as what a terminal obeys."""
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)


def load(path):
    """{name: NumPy array} of a file of weights, in memory; raises as ``read``."""
    return {name: np.array(array, order="C") for name, array in read(path).items()}


def copy_into(target, source, file):
    """Fill ``target``, an array of any device, with the numbers of ``source``, a view of an array of ``file``, of as many axes or fewer.

    Goes through the file in its own order, block by block, and lets go of each, so that no second copy builds up in memory.
    """
    target = target.reshape(source.shape)
    axis = int(np.argmax(np.abs(source.strides))) if source.ndim else None
    rows = max(1, BLOCK * source.shape[axis] // max(1, source.nbytes)) if source.ndim else 1
    for start in range(0, source.shape[axis] if source.ndim else 1, rows):
        some = (slice(None),) * (axis or 0) + (slice(start, start + rows),) if source.ndim else ()
        target[some] = backend.to_device(source[some], backend.device_of(target))
        file.release_pages()
