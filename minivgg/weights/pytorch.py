"""PyTorch's .pth files, new and old, read without torch and without pickle.

zip:    NAME/data.pkl is a pickled state dict; NAME/data/KEY are the bytes of the storage KEY.
        Written since PyTorch 1.6.
legacy: five pickles in a row (magic number, version, machine, state dict, keys), then for each key
        a count and the bytes of that storage.
"""

import io
from mmap import mmap
from pathlib import Path
from typing import TypeAlias

import numpy as np

from minivgg.weights.memory_map import Contents, CorruptFileError, view_at
from minivgg.weights.npz import is_zip, members
from minivgg.weights.torch_pickle import Tensor, unpickle

MAGIC = b"\x80\x02\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19."  # the pickled number 0x1950a86a20f9469cfc6c
LEGACY_VERSION = 1001
STATE_KEYS = ("state_dict", "model_state_dict", "model")  # of the weights in training checkpoints
MAX_DIRECTORY_BYTES = 1 << 20  # at the end of a zip, where its table of contents is
Positions: TypeAlias = dict[str, tuple[int, int]]  # offset and size in bytes, by a storage's key


def is_torch_zip(memory: mmap) -> bool:
    """Whether a mapped file is a zip with a data.pkl in its table of contents.

    Parameters
    ----------
    memory : mmap
        The file.

    Returns
    -------
    bool
        False for other zips, such as .npz.
    """
    return (
        is_zip(memory) and memory.rfind(b"/data.pkl", max(0, len(memory) - MAX_DIRECTORY_BYTES)) > 0
    )


def is_legacy(memory: mmap) -> bool:
    """Whether a mapped file begins with the magic number of the legacy format.

    Parameters
    ----------
    memory : mmap
        The file.

    Returns
    -------
    bool
        True also if the rest of the file is damaged.
    """
    return memory[: len(MAGIC)] == MAGIC


def read_torch_zip(path: Path, memory: mmap) -> Contents:
    """The tensors of a file that PyTorch 1.6 or later has written.

    Parameters
    ----------
    path : path
        Of the file.
    memory : mmap
        The same file.

    Returns
    -------
    arrays : dict of str to array
        Views of the file, by the names of the state dict.
    metadata : dict of str to str
        Empty.

    Raises
    ------
    CorruptFileError
        If the file is damaged, or holds anything but a state dict.
    """
    found = members(path, memory)
    program = next((name for name in found if name.endswith("/data.pkl")), None)
    if program is None:
        raise CorruptFileError("it lacks data.pkl")
    root = program.removesuffix("data.pkl")
    if root + "byteorder" in found:
        start, size = found[root + "byteorder"]
        if memory[start : start + size] != b"little":
            raise CorruptFileError("its numbers are not little-endian")
    start, size = found[program]
    state, _ = unpickle(io.BytesIO(memory[start : start + size]))
    folder = f"{root}data/"
    positions = {
        name.removeprefix(folder): position
        for name, position in found.items()
        if name.startswith(folder)
    }
    return _arrays(memory, _state_dict(state), positions), {}


def read_legacy(path: Path, memory: mmap) -> Contents:
    """The tensors of a file that PyTorch before 1.6 has written.

    Parameters
    ----------
    path : path
        Of the file.
    memory : mmap
        The same file.

    Returns
    -------
    arrays : dict of str to array
        Views of the file, by the names of the state dict.
    metadata : dict of str to str
        Empty.

    Raises
    ------
    CorruptFileError
        If the file is damaged, or holds anything but a state dict.
    """
    memory.seek(0)
    (_, version, machine, state, keys), storages = zip(
        *(unpickle(memory) for _ in range(5)), strict=True
    )
    little_endian = isinstance(machine, dict) and machine.get("little_endian", True)
    if version != LEGACY_VERSION or not little_endian:
        raise CorruptFileError("it is of an unknown version, or its numbers are not little-endian")
    positions: Positions = {}
    state, storages, offset = _state_dict(state), storages[3], memory.tell()
    if not isinstance(keys, list) or not all(isinstance(key, str) for key in keys):
        raise CorruptFileError("its list of storages cannot be read")
    for key in keys:
        if offset + 8 > len(memory):
            raise CorruptFileError(
                f"it is truncated: storage {key!r} would begin at byte {offset:,} of "
                f"{len(memory):,}"
            )
        count = int.from_bytes(memory[offset : offset + 8], "little")
        if key not in storages:
            raise CorruptFileError(f"storage {key!r} is not in its table")
        if count != storages[key].numel:
            raise CorruptFileError(
                f"storage {key!r} has {count:,} numbers, but the table says {storages[key].numel:,}"
            )
        size = count * storages[key].dtype.itemsize
        positions[key] = offset + 8, size
        offset += 8 + size
    return _arrays(memory, state, positions), {}


def _state_dict(found: object) -> dict[str, Tensor]:
    """{name: Tensor} of what a pickle holds: a state dict, or a checkpoint that contains one."""
    for key in STATE_KEYS:
        if isinstance(found, dict) and isinstance(found.get(key), dict):
            found = found[key]
    if not isinstance(found, dict) or not found:
        raise CorruptFileError(
            "it holds no dictionary of tensors (save model.state_dict(), not the model)"
        )
    for name, tensor in found.items():
        if not isinstance(name, str) or not isinstance(tensor, Tensor):
            raise CorruptFileError(
                f"its entry {name!r} is not a tensor (save model.state_dict(), not the model)"
            )
    return found


def _arrays(memory: mmap, state: dict[str, Tensor], positions: Positions) -> dict[str, np.ndarray]:
    """{name: view of the file}."""
    found = {}
    for name, (storage, offset, shape, strides) in state.items():
        if storage.key not in positions:
            raise CorruptFileError(f"it lacks storage {storage.key!r}, the numbers of {name}")
        start, size = positions[storage.key]
        item = storage.dtype.itemsize
        byte_strides = tuple(s * item for s in strides)
        array = view_at(memory, name, start + offset * item, storage.dtype, shape, byte_strides)
        end = offset + sum((n - 1) * s for n, s in zip(shape, strides, strict=True)) + 1
        if array.size and end * item > size:
            raise CorruptFileError(
                f"{name} reaches beyond its storage: number {end:,} of {size // item:,}"
            )
        found[name] = array
    return found
