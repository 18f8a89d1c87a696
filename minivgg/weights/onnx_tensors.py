"""Tensors of ONNX files, and what is computed from them alone: reshaped, transposed, added."""

import mmap
from math import prod
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import TYPE_CHECKING

import numpy as np

from minivgg.weights.memory_map import (
    MAX_AXES,
    MAX_FILE_BYTES,
    Budget,
    CorruptFileError,
    view_at,
)
from minivgg.weights.narrow_floats import as_float32

if TYPE_CHECKING:  # onnx is optional
    from onnx import AttributeProto, NodeProto, TensorProto

FLOAT, INT32, INT64, FLOAT16, DOUBLE, BFLOAT16 = 1, 6, 7, 10, 11, 16  # numbers of data types
STORED = {  # how each is stored, and which field has it if it is not stored as bytes
    FLOAT: ("<f4", "float_data"), DOUBLE: ("<f8", "double_data"), INT64: ("<i8", "int64_data"),
    INT32: ("<i4", "int32_data"), FLOAT16: ("<f2", "int32_data"), BFLOAT16: ("<u2", "int32_data"),
}  # fmt: skip
EXTERNAL = 1  # TensorProto.data_location
MAX_COMPUTED = 1 << 24  # numbers that are computed, altogether

ARITHMETIC = {
    "Add": np.add, "Sub": np.subtract, "Mul": np.multiply, "Div": np.divide, "Sqrt": np.sqrt,
    "Neg": np.negative, "Reciprocal": np.reciprocal, "Pow": np.power,
}  # fmt: skip


class Constants:
    """The arrays of an ONNX graph that do not depend on its input, by name.

    Parameters
    ----------
    path : path
        Of the file; other files with its weights lie in the same folder.
    budget : Budget
        Of this file, which those files are added to.
    """

    def __init__(self, path: Path, budget: Budget) -> None:
        self._budget = budget
        self.folder = path.parent
        self.arrays: dict[str, np.ndarray] = {}
        self.unknown: dict[str, str] = {}  # computed by an operation that is not read: {name: how}
        self._mapped: dict[str, mmap.mmap] = {}
        self._computed = 0

    def __contains__(self, name: str) -> bool:
        return name in self.arrays or name in self.unknown

    def __getitem__(self, name: str) -> np.ndarray:
        if name in self.unknown:
            raise CorruptFileError(f"{name} is computed by {self.unknown[name]}, not stored")
        return self.arrays[name]

    def add_tensor(self, tensor: "TensorProto") -> None:
        """Add a stored tensor.

        Parameters
        ----------
        tensor : TensorProto
            Of the graph's initializers.
        """
        self.arrays[tensor.name] = self.array(tensor, tensor.name)

    def array(self, tensor: "TensorProto", name: str) -> np.ndarray:
        """The numbers of a tensor.

        Parameters
        ----------
        tensor : TensorProto
            Stored in the file or beside it.
        name : str
            For the errors.

        Returns
        -------
        array
            Bfloat16 becomes float32.

        Raises
        ------
        CorruptFileError
            If its size does not fit its bytes, or its type or its place is not read.
        """
        shape = tuple(tensor.dims)
        if tensor.data_type not in STORED:
            raise CorruptFileError(
                f"{name} has the data type {tensor.data_type} of ONNX; floating point, int32 and "
                "int64 are read"
            )
        dtype, field = STORED[tensor.data_type]
        if len(shape) > MAX_AXES or any(not 0 <= n <= MAX_FILE_BYTES for n in shape):
            raise CorruptFileError(f"{name} has an impossible shape")
        if tensor.data_location == EXTERNAL:
            flat = self._external(tensor, name, np.dtype(dtype), prod(shape))
        elif tensor.HasField("raw_data"):
            raw = tensor.raw_data
            if len(raw) != prod(shape) * np.dtype(dtype).itemsize:
                raise CorruptFileError(f"{name} of shape {shape} has {len(raw):,} bytes")
            flat = np.frombuffer(raw, dtype)
        else:
            numbers = getattr(tensor, field)
            if len(numbers) != prod(shape):
                raise CorruptFileError(f"{name} of shape {shape} has {len(numbers):,} numbers")
            half = tensor.data_type in (FLOAT16, BFLOAT16)  # their bits, in whole numbers
            bits = np.array(numbers, np.int64) & 0xFFFF if half else numbers
            flat = np.array(bits, "<u2").view(dtype) if half else np.array(bits, dtype)
        if tensor.data_type == BFLOAT16:
            flat = as_float32(flat, "bfloat16")
        return flat.reshape(shape)

    def _external(
        self, tensor: "TensorProto", name: str, dtype: np.dtype, count: int
    ) -> np.ndarray:
        """The numbers of a tensor in a file beside this one."""
        entries = {entry.key: entry.value for entry in tensor.external_data}
        location, offset = entries.get("location", ""), entries.get("offset", "0")
        path = self.folder / location
        is_inside = (
            location
            and "\0" not in location
            and not PureWindowsPath(location).anchor
            and ".." not in (*PurePosixPath(location).parts, *PureWindowsPath(location).parts)
            and path.resolve().is_relative_to(self.folder.resolve())
        )
        if not is_inside:
            raise CorruptFileError(
                f"{name} is in the file {location!r:.200}, which is not in the folder of this file"
            )
        if not (offset.isdecimal() and len(offset) < 16):
            raise CorruptFileError(f"{name} begins at byte {offset!r:.20}, which is not a number")
        if location not in self._mapped:
            if not _has_content(path):
                raise CorruptFileError(
                    f"its weights are in a second file, {location!r:.200}, which is not in the "
                    "folder of this file"
                )
            with path.open("rb") as file:
                self._budget.add_file(path.stat().st_size)
                self._mapped[location] = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        return view_at(self._mapped[location], name, int(offset), dtype, (count,))

    def add_node(self, node: "NodeProto") -> None:
        """Add what a node computes from constants.

        Parameters
        ----------
        node : NodeProto
            All of its inputs are constants. What an operation that is not read here computes is
            an error only when it is used.
        """
        name = node.output[0]
        try:
            self.arrays[name] = self._compute(node, {a.name: a for a in node.attribute})
        except NotImplementedError:
            self.unknown[name] = f"the node {node.name or name} ({node.op_type})"

    def _compute(self, node: "NodeProto", attributes: "dict[str, AttributeProto]") -> np.ndarray:
        operation = node.op_type
        if operation == "Constant":
            return self._stored_in_node(node.output[0], attributes)
        x, *others = [self[name] for name in node.input]
        if operation in ("Identity", "Cast"):  # numbers are read in their stored type
            return x
        if operation == "Transpose":
            return x.transpose(attributes["perm"].ints if "perm" in attributes else None)
        if operation == "Reshape":
            shape = [x.shape[i] if n == 0 else n for i, n in enumerate(others[0].tolist())]
            return x.reshape(shape)
        if operation in ("Squeeze", "Unsqueeze"):
            axes = attributes["axes"].ints if "axes" in attributes else others[0].tolist()
            if len(axes) > MAX_AXES:
                raise CorruptFileError(f"the node {node.name} has {len(axes)} axes")
            return (np.squeeze if operation == "Squeeze" else np.expand_dims)(x, tuple(axes))
        if operation == "Concat" and all(a.ndim == 1 for a in (x, *others)):
            return self._counted(np.concatenate, x, *others)
        if operation in ARITHMETIC:
            return self._counted(ARITHMETIC[operation], x, *others)
        raise NotImplementedError

    def _stored_in_node(self, name: str, attributes: "dict[str, AttributeProto]") -> np.ndarray:
        if "value" in attributes:
            return self.array(attributes["value"].t, name)
        for kind in ("float", "int"):
            if f"value_{kind}s" in attributes:
                return np.array(getattr(attributes[f"value_{kind}s"], f"{kind}s"))
            if f"value_{kind}" in attributes:
                return np.array(getattr(attributes[f"value_{kind}"], kind[0]))
        raise NotImplementedError

    def _counted(self, function: "np.ufunc | object", *arrays: np.ndarray) -> np.ndarray:
        """A result, unless the numbers computed so far would be too many."""
        joined = function is np.concatenate
        size = (
            sum(a.size for a in arrays)
            if joined
            else prod(np.broadcast_shapes(*(a.shape for a in arrays)))
        )
        self._computed += size
        if self._computed > MAX_COMPUTED:
            raise NotImplementedError
        with np.errstate(all="ignore"):
            return function(arrays) if joined else function(*arrays)  # type: ignore[operator]


def _has_content(path: Path) -> bool:
    try:
        return path.is_file() and path.stat().st_size > 0
    except OSError:  # a name that no file can have
        return False
