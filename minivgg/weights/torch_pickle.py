"""Tensors in the pickles of PyTorch: which bytes of which storage they are. Nothing is called."""

import re
from io import BytesIO
from mmap import mmap
from typing import Any, NamedTuple

import numpy as np

from minivgg.backend.types import Shape
from minivgg.weights.memory_map import MAX_AXES, CorruptFileError
from minivgg.weights.narrow_floats import NARROW
from minivgg.weights.numpy_pickle import build_numpy
from minivgg.weights.pickle_machine import Name, Opaque, unpickle

# the dtypes of PyTorch, as NumPy reads them or as bits of ``narrow_floats``
DTYPES: dict[str, str | np.dtype] = {
    "float64": "<f8", "float32": "<f4", "float16": "<f2", "int64": "<i8", "int32": "<i4",
    "int16": "<i2", "int8": "i1", "uint8": "u1", "bool": "?", "uint16": "<u2", "uint32": "<u4",
    "uint64": "<u8", "double": "<f8", "float": "<f4", "half": "<f2", "long": "<i8", "int": "<i4",
    "short": "<i2", **NARROW,
}  # fmt: skip
STORAGES = {
    "DoubleStorage": "float64", "FloatStorage": "float32", "HalfStorage": "float16",
    "LongStorage": "int64", "IntStorage": "int32", "ShortStorage": "int16", "CharStorage": "int8",
    "ByteStorage": "uint8", "BoolStorage": "bool", "BFloat16Storage": "bfloat16",
    "UntypedStorage": "uint8",
}  # fmt: skip
STORAGE = re.compile(r"torch(\.storage|\.cuda)? \w+Storage")
PARAMETERS = ("_rebuild_parameter", "_rebuild_parameter_with_state")
UNREADABLE = {  # what a tensor is that torch._utils has another function for
    "_rebuild_sparse_tensor": "is sparse: save tensor.to_dense()",
    "_rebuild_sparse_csr_tensor": "is sparse: save tensor.to_dense()",
    "_rebuild_nested_tensor": "is a nested tensor",
    "_rebuild_qtensor": "is quantised: save tensor.dequantize()",
    "_rebuild_meta_tensor_no_storage": "has no numbers: it was on the device 'meta'",
}


class Storage(NamedTuple):
    """A block of bytes in the file.

    Parameters
    ----------
    key : str
        Its name in the file.
    kind : str
        The dtype of its numbers, as PyTorch calls it.
    numel : int
        How many numbers there are.
    """

    key: str
    kind: str
    numel: int


class Tensor(NamedTuple):
    """The numbers of a storage that a tensor views.

    Parameters
    ----------
    storage : Storage
        Where the numbers are.
    kind : str
        Their dtype, a key of ``DTYPES``.
    offset : int
        Where the tensor begins, in numbers.
    shape : tuple of int
        Of the tensor.
    strides : tuple of int
        In numbers.
    """

    storage: Storage
    kind: str
    offset: int
    shape: Shape
    strides: tuple[int, ...]


class Unreadable(NamedTuple):
    """A tensor that cannot be read.

    Parameters
    ----------
    reason : str
        To follow its name.
    """

    reason: str


def unpickle_torch(file: BytesIO | mmap) -> tuple[object, dict[str, Storage]]:
    """Run the program at the current position of a file.

    Parameters
    ----------
    file : BytesIO or mmap
        Afterwards it is at the end of the program.

    Returns
    -------
    found : object
        What the program builds: strings, numbers, tuples, lists, dictionaries, ``Tensor``s,
        ``PickledArray``s and ``Opaque``s.
    storages : dict of str to Storage
        All storages that it mentions, by key.

    Raises
    ------
    CorruptFileError
        If the program cannot be read, or names a function that no file of weights needs.
    """
    storages: dict[str, Storage] = {}

    def persistent(found: Any) -> object:
        # the class of a module that was saved whole in the legacy format, with its source
        if isinstance(found, tuple) and found[:1] == ("module",) and isinstance(found[1], Name):
            return found[1]
        storage = _storage(found)
        storages[storage.key] = storage
        return storage

    return unpickle(file, _build, persistent), storages


def _storage(found: Any) -> Storage:
    expected = isinstance(found, tuple) and len(found) in (5, 6) and found[0] == "storage"
    if not expected or not isinstance(found[1], Name) or not STORAGE.fullmatch(found[1].name):
        raise ValueError("a storage is expected")
    _, kind, key, _, count = found[:5]
    if not isinstance(key, str) or not isinstance(count, int):
        raise ValueError("a storage is expected")
    if found[5:] not in ((), (None,)):
        raise CorruptFileError(
            "it uses part of a storage as a storage of its own, as PyTorch before 0.4 could: "
            "save it again"
        )
    return Storage(key, STORAGES.get(kind.name.rpartition(" ")[2], kind.name), count)


def _build(function: str, arguments: Any) -> object:
    """What a call would make of these arguments; None if the function is not known here."""
    module, _, name = function.rpartition(" ")
    if module == "torch._tensor" and name == "_rebuild_from_type_v2":
        inner, _, of_inner = arguments[:3]
        if not isinstance(inner, Name) or not inner.name.startswith("torch._utils _rebuild"):
            return None
        return _build(inner.name, of_inner)
    if module != "torch._utils" or not name.startswith("_rebuild"):
        return build_numpy(function, arguments)
    if name in PARAMETERS or name == "_rebuild_device_tensor_from_cpu_tensor":
        return arguments[0] if isinstance(arguments[0], Tensor | Unreadable) else Opaque(function)
    if name not in ("_rebuild_tensor", "_rebuild_tensor_v2", "_rebuild_tensor_v3"):
        return Unreadable(UNREADABLE.get(name, f"is a tensor of another kind ({name})"))
    if not isinstance(arguments[0], Storage):
        raise ValueError(f"{function} is not called like this")
    storage, offset, shape, strides = arguments[:4]
    metadata = arguments[7:] if name.endswith("v3") else arguments[6:]
    kind = storage.kind
    if name.endswith("v3"):
        kind = arguments[6].name.removeprefix("torch ")
    if not all(
        isinstance(sizes, tuple)
        and len(sizes) <= MAX_AXES
        and all(isinstance(n, int) for n in sizes)
        for sizes in ((offset,), shape, strides)
    ):
        raise ValueError("a tensor's sizes are numbers")
    if len(shape) != len(strides) or min((offset, *shape)) < 0:
        raise ValueError("a tensor's sizes do not fit")
    if kind not in DTYPES:
        return Unreadable(f"has dtype {kind.removeprefix('torch ')}, which is not read here")
    if metadata and isinstance(metadata[0], dict) and metadata[0].get("neg"):
        return Unreadable("is stored with the opposite sign: save tensor.resolve_neg()")
    return Tensor(storage, kind, offset, shape, strides)


def dtype_of(kind: str) -> np.dtype:
    """How the numbers of a dtype of PyTorch are stored.

    Parameters
    ----------
    kind : str
        Its name there.

    Returns
    -------
    dtype
        For bfloat16 and float8, of their bits.

    Raises
    ------
    CorruptFileError
        If it is not read here.
    """
    if kind not in DTYPES:
        raise CorruptFileError(f"its numbers have dtype {kind}, which is not read here")
    return np.dtype(DTYPES[kind])
