"""NumPy's files: .npy with one array or a pickled dictionary of arrays, and .npz, zips of those.

An array of numbers is viewed in the mapped file. An array of objects is a pickle, of which only
arrays, numbers, texts and containers are read. The best known one is vgg16.npy (machrisaa's
tensorflow-vgg): {"conv1_1": [filters, biases], …}. Its arrays are named conv1_1_W and conv1_1_b, as
in Frossard's .npz, and the metadata has layout = "vgg16.npy".
"""

import io
import re
import warnings
from collections.abc import Iterator
from mmap import mmap
from pathlib import Path
from typing import Any

import numpy as np

from minivgg.backend.types import Shape
from minivgg.weights.memory_map import (
    MAX_AXES,
    Budget,
    Buffer,
    Contents,
    CorruptFileError,
    view_at,
)
from minivgg.weights.numpy_pickle import PickledArray, build_numpy
from minivgg.weights.pickle_machine import Opaque, unpickle
from minivgg.weights.zip_archive import Archive, Part

NPY = b"\x93NUMPY"
MAX_ARRAY_HEADER_BYTES = 1 << 14  # NumPy's own limit is 10,000
MAX_DEPTH = 4  # of a pickled dictionary
PROTOCOLS = tuple(b"\x80%c" % version for version in (2, 3, 4, 5))
CAFFE_LAYER = re.compile(r"(conv|fc)\d\w*")
CAFFE_PARTS = {"weights": "W", "biases": "b", "W": "W", "b": "b", 0: "W", 1: "b"}
PADDLE = "StructuredToParameterName@@"


def is_npy(memory: mmap) -> bool:
    """Whether a mapped file is an array of NumPy.

    Parameters
    ----------
    memory : mmap
        The file.

    Returns
    -------
    bool
        True also if the rest of the file is damaged.
    """
    return memory[: len(NPY)] == NPY


def is_pickle(memory: mmap) -> bool:
    """Whether a mapped file begins and ends as a pickle of protocol 2 or later.

    Parameters
    ----------
    memory : mmap
        The file.

    Returns
    -------
    bool
        True also for PyTorch's legacy format, so test for that first.
    """
    return memory[:2] in PROTOCOLS and memory[-1:] == b"."


def read_npz(path: Path, memory: mmap, budget: Budget) -> Contents:
    """The arrays of an .npz file.

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
        Views of the file, or of what is unpacked, by name.
    metadata : dict of str to str
        The layout of a pickled dictionary, if there is one and it is known.

    Raises
    ------
    CorruptFileError
        If the file is damaged, holds no arrays of numbers, or needs more memory than is free.
    """
    archive = Archive(memory, budget)
    names = [name for name in archive.names() if name.endswith(".npy")]
    if not names:
        inside = ", ".join(archive.names()[:3]) or "nothing"
        raise CorruptFileError(
            f"it is a zip of other files ({inside}), and no .npz, .pth or .keras: if the weights "
            "are in it, unpack it and name their file"
        )
    budget.count(len(names))
    found: dict[str, np.ndarray] = {}
    metadata: dict[str, str] = {}
    for name in names:
        alone = len(names) == 1
        arrays, more = _arrays(archive.part(name), name.removesuffix(".npy"), alone, budget)
        found |= arrays
        metadata |= more
    return found, metadata


def read_npy(path: Path, memory: mmap, budget: Budget) -> Contents:
    """The arrays of an .npy file that holds a dictionary of arrays.

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
        Views of the file; an array that is alone has the name of the file.
    metadata : dict of str to str
        The layout, if it is known.

    Raises
    ------
    CorruptFileError
        If the file is damaged or holds no arrays of numbers.
    """
    return _arrays(Part(memory, 0, len(memory)), path.stem, True, budget)


def read_pickle(path: Path, memory: mmap, budget: Budget) -> Contents:
    """The arrays of a pickled dictionary of arrays.

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
        Views of the file.
    metadata : dict of str to str
        The layout, if it is known.

    Raises
    ------
    CorruptFileError
        If the file is damaged or holds no arrays of numbers.
    """
    memory.seek(0)
    return _pickled(unpickle(memory, build_numpy), memory, "", budget)


def _arrays(part: Part, name: str, alone: bool, budget: Budget) -> Contents:
    """The array of this name, or those of a pickled dictionary."""
    head = part.buffer[part.start : part.start + min(part.size, MAX_ARRAY_HEADER_BYTES)]
    file = io.BytesIO(head)
    shape, fortran, dtype = _header(file, name)
    start = part.start + file.tell()
    if dtype.kind == "O":
        buffer = part.buffer
        program = buffer if isinstance(buffer, mmap) else io.BytesIO(buffer)
        program.seek(start)
        prefix = "" if alone else f"{name}/"
        return _pickled(unpickle(program, build_numpy), buffer, prefix, budget)
    if dtype.kind not in "fiub":
        raise CorruptFileError(f"{name} has entries of type {dtype}, which are not numbers")
    if len(shape) > MAX_AXES or not all(isinstance(n, int) for n in shape):
        raise CorruptFileError(f"{name} has the impossible shape {str(shape)[:100]}")
    found = view_at(part.buffer, name, start, dtype, shape[::-1] if fortran else shape)
    needed = file.tell() + found.nbytes
    if needed > part.size:
        raise CorruptFileError(f"it is truncated: {name} has {part.size:,} bytes for {needed:,}")
    return {name: found.T if fortran else found}, {}


def _pickled(found: object, buffer: Buffer, prefix: str, budget: Budget) -> Contents:
    """The arrays in what a pickle holds."""
    for _ in range(MAX_DEPTH):  # an object array around a dictionary; one can contain itself
        if isinstance(found, PickledArray) and (objects := found.objects()) is not None:
            found = objects[0] if len(objects) == 1 else objects
    if isinstance(found, dict) and PADDLE in found:
        raise CorruptFileError(
            "it is a file of PaddlePaddle, whose fully connected layers are transposed: save its "
            "arrays as .npz under the names of another library"
        )
    arrays: dict[str, np.ndarray] = {}
    for keys, array in _leaves(found, budget):
        budget.count(len(arrays))
        name = prefix + _name(keys)
        arrays[name] = array.array(buffer, name, budget)
    if not arrays:
        name = found.name.replace(" ", ".") if isinstance(found, Opaque) else type(found).__name__
        torch = isinstance(found, Opaque | dict) and "torch" in str(_first_name(found))
        advice = ": save it with torch.save" if torch else ""
        raise CorruptFileError(f"it is a pickle, and holds no arrays of NumPy but a {name}{advice}")
    caffe = all(re.fullmatch(r"(conv|fc)\d\w*_[Wb]", name) for name in arrays)
    return arrays, {"layout": "vgg16.npy"} if caffe and not prefix else {}


def _first_name(found: object) -> str:
    """What would make the first object in a dictionary, or the object."""
    for value in found.values() if isinstance(found, dict) else (found,):
        if isinstance(value, Opaque):
            return value.name
    return ""


def _leaves(found: Any, budget: Budget) -> Iterator[tuple[tuple[str | int, ...], PickledArray]]:
    """(keys, array) of all arrays of numbers in dictionaries and lists."""
    waiting: list[tuple[tuple[str | int, ...], Any]] = [((), found)]
    while waiting:
        keys, found = waiting.pop()
        if isinstance(found, PickledArray):
            objects = found.objects()
            if objects is None:
                yield keys, found
                continue
            found = objects
        pairs: list[tuple[Any, Any]] = []
        if len(keys) < MAX_DEPTH and isinstance(found, dict | list | tuple):
            budget.spend(len(found))
            pairs = list(found.items() if isinstance(found, dict) else enumerate(found))
        for key, value in reversed(pairs):
            key = key.decode("latin-1") if isinstance(key, bytes) else key
            if isinstance(key, str | int) and isinstance(value, dict | list | tuple | PickledArray):
                waiting.append(((*keys, key), value))


def _name(keys: tuple[str | int, ...]) -> str:
    """conv1_1_W for ("conv1_1", 0) or ("conv1_1", "weights"); "a/b" for others."""
    if len(keys) == 2 and CAFFE_LAYER.fullmatch(str(keys[0])) and keys[1] in CAFFE_PARTS:
        return f"{keys[0]}_{CAFFE_PARTS[keys[1]]}"
    return "/".join(map(str, keys)) or "array"


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
