"""PyTorch's .pth files, new and old, read without torch and without pickle.

zip:    NAME/data.pkl is a pickled state dict; NAME/data/KEY are the bytes of the storage KEY.
        Written since PyTorch 1.6.
legacy: five pickles in a row (magic number, version, machine, state dict, keys), then for each key
        a count and the bytes of that storage.
"""

import io
import json
from mmap import mmap
from pathlib import Path
from typing import TypeAlias

import numpy as np

from minivgg.utils.notices import notify
from minivgg.weights.checkpoint import ADVICE, State, find_weights
from minivgg.weights.memory_map import Budget, Buffer, Contents, CorruptFileError, view_at
from minivgg.weights.narrow_floats import NARROW, widen
from minivgg.weights.numpy_pickle import PickledArray
from minivgg.weights.torch_pickle import Storage, Tensor, Unreadable, dtype_of, unpickle_torch
from minivgg.weights.torch_zip_writer import METADATA
from minivgg.weights.zip_archive import Archive, Part, lists

MAGIC = b"\x80\x02\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19."  # the pickled number 0x1950a86a20f9469cfc6c
LEGACY_VERSION = 1001
Parts: TypeAlias = dict[str, Part]  # the bytes of a storage, by its key


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
    return lists(memory, b"/data.pkl")


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


def read_torch_zip(path: Path, memory: mmap, budget: Budget) -> Contents:
    """The tensors of a file that PyTorch 1.6 or later has written.

    Parameters
    ----------
    path : path
        Of the file.
    memory : mmap
        The same file.
    budget : Budget
        The memory and the work that the file may take.

    Returns
    -------
    arrays : dict of str to array
        Views of the file, by the names of the state dict.
    metadata : dict of str to str
        Empty, unless this package has written the file.

    Raises
    ------
    CorruptFileError
        If the file is damaged, or holds anything but a state dict.
    """
    archive = Archive(memory, budget)
    names = archive.names()
    program = next((name for name in names if name.endswith("/data.pkl")), None)
    if program is None:
        raise CorruptFileError("it lacks data.pkl")
    root = program.removesuffix("data.pkl")
    if f"{root}constants.pkl" in names:
        raise CorruptFileError(
            "it is a program of TorchScript: load it with torch.jit.load, and save its state_dict()"
        )
    if f"{root}byteorder" in names and archive.checked(f"{root}byteorder") != b"little":
        raise CorruptFileError("its numbers are not little-endian")
    content = archive.checked(program)
    state, _ = unpickle_torch(io.BytesIO(content))
    tensors = _weights(path, state, budget)
    folder = f"{root}data/"
    needed = {each.storage.key for each in tensors.values() if isinstance(each, Tensor)}
    parts = {key: archive.part(folder + key) for key in needed if folder + key in names}
    own = root + METADATA  # of this package's own files
    metadata = json.loads(archive.checked(own)) if own in names else {}
    if not isinstance(metadata, dict) or not all(isinstance(v, str) for v in metadata.values()):
        raise CorruptFileError(f"its {METADATA} is not an object of texts")
    return _arrays(tensors, parts, content, budget), metadata


def read_legacy(path: Path, memory: mmap, budget: Budget) -> Contents:
    """The tensors of a file that PyTorch before 1.6 has written.

    Parameters
    ----------
    path : path
        Of the file.
    memory : mmap
        The same file.
    budget : Budget
        The memory and the work that the file may take.

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
        *(unpickle_torch(memory) for _ in range(5)), strict=True
    )
    little_endian = isinstance(machine, dict) and machine.get("little_endian", True)
    if version != LEGACY_VERSION or not little_endian:
        raise CorruptFileError("it is of an unknown version, or its numbers are not little-endian")
    if not isinstance(keys, list) or not all(isinstance(key, str) for key in keys):
        raise CorruptFileError("its list of storages cannot be read")
    parts = _legacy_parts(memory, keys, storages[3])
    return _arrays(_weights(path, state, budget), parts, memory, budget), {}


def _legacy_parts(memory: mmap, keys: list[str], storages: dict[str, Storage]) -> Parts:
    """The storages, which follow one after the other."""
    parts: Parts = {}
    offset = memory.tell()
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
        size = count * dtype_of(storages[key].kind).itemsize
        parts[key] = Part(memory, offset + 8, size)
        offset += 8 + size
    return parts


def _weights(path: Path, checkpoint: object, budget: Budget) -> State:
    """The tensors of the weights in a checkpoint; the user is told if there are others."""
    taken, left = find_weights(checkpoint, budget)
    if left:
        others = ", ".join(each.path for each in left[:4]) + (", …" if len(left) > 4 else "")
        notify(
            f"{path} holds several dictionaries of tensors: {taken.path} is taken, and not {others}"
        )
    return taken.tensors


def _arrays(tensors: State, parts: Parts, program: Buffer, budget: Budget) -> dict[str, np.ndarray]:
    """{name: view of the file, or numbers that NumPy does not have as float32}."""
    budget.count(len(tensors))
    found = {}
    for name, tensor in tensors.items():
        if isinstance(tensor, Unreadable):
            raise CorruptFileError(f"its tensor {name} {tensor.reason}")
        if isinstance(tensor, PickledArray):
            if tensor.objects() is not None:
                raise CorruptFileError(f"its entry {name} is not a tensor ({ADVICE})")
            found[name] = tensor.array(program, name, budget)
            continue
        array = _view(name, tensor, parts)
        narrow = tensor.kind in NARROW
        found[name] = widen(array, tensor.kind, name, budget) if narrow else array
    return found


def _view(name: str, tensor: Tensor, parts: Parts) -> np.ndarray:
    storage, kind, offset, shape, strides = tensor
    if storage.key not in parts:
        raise CorruptFileError(f"it lacks storage {storage.key!r}, the numbers of {name}")
    buffer, start, size = parts[storage.key]
    dtype = dtype_of(kind)
    item = dtype.itemsize
    array = view_at(
        buffer, name, start + offset * item, dtype, shape, tuple(s * item for s in strides)
    )
    end = offset + sum((n - 1) * s for n, s in zip(shape, strides, strict=True)) + 1
    if array.size and end * item > size:
        raise CorruptFileError(
            f"{name} reaches beyond its storage: number {end:,} of {size // item:,}"
        )
    return array
