"""PyTorch's zip format, written without torch: a .pth that ``torch.load`` reads as a state dict.

The zip holds data.pkl, a pickle of an ordered dictionary of tensors, and for each tensor the plain
bytes of its numbers, data/0, data/1, ... The program in data.pkl names the functions that rebuild
the tensors. They are torch's own, so it is written here instruction by instruction.
"""

import json
import pickle
import struct
import zipfile
from collections.abc import Mapping
from typing import IO

import numpy as np

from minivgg import backend
from minivgg.backend.types import Array
from minivgg.utils.files import StrPath, replacing

TORCH_SUFFIXES = (".pth", ".pt")  # of files in this format
ROOT = "archive/"  # the folder in the zip, which torch.save gives this name where there is no other
METADATA = "minivgg.json"  # in that folder; torch reads past it
ALIGNMENT = 64  # bytes: each storage begins at a multiple, so that it can be mapped into memory
HEADER_BYTES, PADDING_TAG = 30, 0x4246  # of a zip's local header; of its extra field ("FB")
STORAGES = {
    "float64": "DoubleStorage", "float32": "FloatStorage", "float16": "HalfStorage",
    "int64": "LongStorage", "int32": "IntStorage", "int16": "ShortStorage", "int8": "CharStorage",
    "uint8": "ByteStorage", "bool": "BoolStorage",
}  # fmt: skip
# the instructions of pickle, https://github.com/python/cpython/blob/main/Lib/pickletools.py
PROTO, STOP, MARK, TUPLE, REDUCE = b"\x80\x02", b".", b"(", b"t", b"R"
GLOBAL, EMPTY_TUPLE, SETITEMS, BINPERSID = b"c%s\n%s\n", b")", b"u", b"Q"
ORDERED_DICT = GLOBAL % (b"collections", b"OrderedDict") + EMPTY_TUPLE + REDUCE
REBUILD = GLOBAL % (b"torch._utils", b"_rebuild_tensor_v2")


def save_torch(
    path: StrPath, tensors: Mapping[str, Array], metadata: Mapping[str, str] | None = None
) -> None:
    """Write tensors to a .pth, completely or not at all.

    Parameters
    ----------
    path : path
        Of the file; it replaces an older one.
    tensors : mapping of str to array
        Arrays of any device, such as ``layer.state_dict()``.
    metadata : mapping of str to str, optional
        Text that this package reads again, and PyTorch does not see.

    Raises
    ------
    ValueError
        If PyTorch has no storage for the dtype of an array.
    OSError
        If the file cannot be written; an older file at ``path`` is kept.

    Examples
    --------
    >>> from minivgg import layers, weights
    >>> net = layers.Linear(3, 2)
    >>> save_torch("net.pth", net.state_dict())
    >>> weights.read("net.pth").kind
    'PyTorch zip'
    """
    arrays = {
        name: np.asarray(backend.to_numpy(array), order="C") for name, array in tensors.items()
    }
    program = _program(arrays)
    with (
        replacing(path) as temporary,
        temporary.open("wb") as file,
        zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive,
    ):
        _add(archive, file, "data.pkl", program)
        _add(archive, file, "byteorder", b"little")
        for key, array in enumerate(arrays.values()):
            little_endian = array.astype(array.dtype.newbyteorder("<"), copy=False)
            _add(archive, file, f"data/{key}", little_endian.tobytes())
        if metadata:
            _add(archive, file, METADATA, json.dumps(dict(metadata)).encode())
        _add(archive, file, "version", b"3\n")


def _program(arrays: Mapping[str, np.ndarray]) -> bytes:
    """The pickle of {name: tensor}."""
    items = (
        _plain(name) + _tensor(str(key), name, array)
        for key, (name, array) in enumerate(arrays.items())
    )
    return PROTO + ORDERED_DICT + MARK + b"".join(items) + SETITEMS + STOP


def _tensor(key: str, name: str, array: np.ndarray) -> bytes:
    """_rebuild_tensor_v2(storage, offset, shape, strides, requires_grad, backward hooks)."""
    if array.dtype.name not in STORAGES:
        raise ValueError(f"PyTorch has no tensors of dtype {array.dtype}: {name} cannot be written")
    kind = GLOBAL % (b"torch", STORAGES[array.dtype.name].encode())
    storage = (
        MARK + _plain("storage") + kind + _plain(key) + _plain("cpu") + _plain(array.size) + TUPLE
    )
    strides = tuple(step // array.itemsize for step in array.strides)
    return (
        REBUILD + MARK + storage + BINPERSID + _plain(0) + _plain(array.shape) + _plain(strides)
        + _plain(False) + ORDERED_DICT + TUPLE + REDUCE
    )  # fmt: skip


def _plain(value: str | int | tuple[int, ...]) -> bytes:
    """The instructions for a value of Python, without those that begin and end a program."""
    return pickle.dumps(value, protocol=2)[len(PROTO) : -len(STOP)]


def _add(archive: zipfile.ZipFile, file: IO[bytes], name: str, content: bytes) -> None:
    """Write a file into the zip, so that its content begins at a multiple of ALIGNMENT."""
    entry = zipfile.ZipInfo(ROOT + name)  # of a fixed date: equal weights are equal files
    start = file.tell() + HEADER_BYTES + len(entry.filename) + 4
    padding = -start % ALIGNMENT
    entry.extra = struct.pack("<HH", PADDING_TAG, padding) + b"Z" * padding
    archive.writestr(entry, content)
