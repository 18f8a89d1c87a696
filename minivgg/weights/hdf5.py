"""Keras' .h5 files: HDF5, whose table of contents h5py reads; arrays view the mapped file.

Data in chunks, compressed or not, are read into memory. Data that HDF5 would fetch from other files
are refused. Besides the arrays, the names that Keras keeps are read:

keras_config  the architecture (attribute model_config), as JSON
keras_layers  the layers in order (attribute layer_names of .h5), as a JSON list
keras_names   what a layer is called, by its place in .weights.h5 (attribute name of its "vars"), as
              a JSON object: {"layers/conv2d": "block1_conv1"}
"""

import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from math import prod
from mmap import mmap
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from minivgg.utils.installation import how_to_install
from minivgg.weights.hdf5_heaps import check_heaps
from minivgg.weights.memory_map import Budget, Contents, CorruptFileError, view_at
from minivgg.weights.narrow_floats import NARROW, widen
from minivgg.weights.zip_archive import Part, Window

if TYPE_CHECKING:  # h5py is optional
    import h5py

SIGNATURE = b"\x89HDF\r\n\x1a\n"
MAX_ATTRIBUTE_BYTES = 64 << 20  # of all attributes that are read
MAX_ITEMS = 5000  # groups and arrays
MAX_DEPTH = 32  # of groups in groups
STEPS_OF_CHUNK = 8  # how much longer a chunk takes than an entry of a list


def is_hdf5(memory: mmap) -> bool:
    """Whether a mapped file begins with HDF5's signature.

    Parameters
    ----------
    memory : mmap
        The file.

    Returns
    -------
    bool
        True also if the rest of the file is damaged.
    """
    return memory[:8] == SIGNATURE


def read_hdf5(path: Path, memory: mmap, budget: Budget) -> Contents:
    """The arrays of an HDF5 file.

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
        Views of the file, or of what is unpacked, by "group/…/name".
    metadata : dict of str to str
        What Keras says about the model.

    Raises
    ------
    CorruptFileError
        If the file is damaged, keeps data in another file, or needs more memory than is free.
    RuntimeError
        If h5py is not installed.
    """
    return read_hdf5_part(path, Part(memory, 0, len(memory)), budget)


def read_hdf5_part(path: Path, part: Part, budget: Budget) -> Contents:
    """The arrays of an HDF5 file that is, or is part of, another file.

    Parameters
    ----------
    path : path
        Of the whole file.
    part : Part
        Where the HDF5 file is.
    budget : Budget
        The memory that its arrays may take.

    Returns
    -------
    arrays : dict of str to array
        As for ``read_hdf5``.
    metadata : dict of str to str
        As for ``read_hdf5``.

    Raises
    ------
    CorruptFileError
        As for ``read_hdf5``.
    RuntimeError
        If h5py is not installed.
    """
    try:
        import h5py
    except ImportError as error:
        raise RuntimeError(
            f"{path} is HDF5, which needs h5py: {how_to_install('keras')}"
        ) from error
    found: dict[str, np.ndarray] = {}
    names: dict[str, str] = {}

    whole = part.start == 0 and part.size == len(part.buffer) and isinstance(part.buffer, mmap)
    attributes = _Attributes(check_heaps(part))
    with _errors_named():
        source = path if whole else io.BufferedReader(Window(part))
        with h5py.File(source, "r") as file:
            for name, item in _items(file):
                if isinstance(item, h5py.Dataset):
                    array = _array(part, name, item, budget, attributes)
                    if array is not None:
                        found[name] = array
                elif name.endswith("vars") and "name" in item.attrs:
                    layer = name.removesuffix("vars").rstrip("/")
                    names[layer] = _text(attributes.read(item, "name"))
            metadata = _metadata(file, attributes)
    if names:
        metadata["keras_names"] = json.dumps(names)
    return found, metadata


@contextmanager
def _errors_named() -> Iterator[None]:
    try:
        yield
    except CorruptFileError:
        raise
    # A damaged file can make h5py raise anything: OSError, RuntimeError, KeyError, ...
    except Exception as error:
        raise CorruptFileError(
            f"it is truncated or damaged: its table of contents cannot be read ({error})"
        ) from error


def _items(file: "h5py.File") -> Iterator[tuple[str, Any]]:
    """(path, group or dataset) of all that is in a file itself, once, in the order of the names."""
    import h5py

    waiting: list[tuple[str, Any, int]] = [("", file, 0)]
    seen: set[int] = set()
    count = 0
    while waiting:
        path, item, depth = waiting.pop()
        if path:
            yield path, item
        if not isinstance(item, h5py.Group):
            continue
        count += len(item)
        if count > MAX_ITEMS:
            raise CorruptFileError(f"it has more than {MAX_ITEMS:,} groups and arrays")
        if depth > MAX_DEPTH:
            raise CorruptFileError(f"its groups are nested more than {MAX_DEPTH} deep")
        inside = []
        for name in item:
            # what is elsewhere, and what a link makes reachable a second time, is not followed
            if not isinstance(item.get(name, getlink=True), h5py.HardLink):
                continue
            child = item[name]
            address = h5py.h5o.get_info(child.id).addr
            if address not in seen and isinstance(child, h5py.Group | h5py.Dataset):
                seen.add(address)
                inside.append((f"{path}/{name}" if path else name, child, depth + 1))
        waiting += reversed(inside)


def _array(
    part: Part, name: str, dataset: "h5py.Dataset", budget: Budget, attributes: "_Attributes"
) -> np.ndarray | None:
    """The numbers of a dataset; None if it has texts or other things."""
    dtype = dataset.dtype
    stored = _text(attributes.read(dataset, "dtype")) if "dtype" in dataset.attrs else ""
    narrow = "bfloat16" if stored == "bfloat16" else None
    if narrow and dtype.itemsize == 2:
        dtype = NARROW[narrow]
    elif dtype.kind not in "fiu":
        return None
    elif dtype.itemsize not in (1, 2, 4, 8):
        raise CorruptFileError(f"{name} has numbers of type {dtype}, which are not read here")
    if dataset.external or dataset.is_virtual:
        raise CorruptFileError(
            f"{name} is stored in another file (as an external or virtual dataset), which is not "
            "opened: copy the arrays into one file"
        )
    if dataset.shape is None:  # an empty one, without even a shape
        return None
    offset = None if dataset.chunks or dataset.compression else dataset.id.get_offset()
    if not dataset.size:
        found = np.zeros(dataset.shape, dtype)
    elif offset is not None:
        found = view_at(part.buffer, name, part.start + offset, dtype, dataset.shape)
    else:
        found = _unpacked(name, dataset, budget).view(dtype)
    return widen(found, narrow, name, budget) if narrow else found


def _unpacked(name: str, dataset: "h5py.Dataset", budget: Budget) -> np.ndarray:
    """The numbers of a dataset in chunks, or in the table of contents."""
    budget.take(name, dataset.size * dataset.dtype.itemsize)
    if dataset.chunks:  # each of which HDF5 unpacks as a whole
        chunk = int(np.prod(dataset.chunks, dtype=float)) * dataset.dtype.itemsize
        budget.take(f"a chunk of {name}", chunk)
        chunks = prod(-(-n // c) for n, c in zip(dataset.shape, dataset.chunks, strict=True))
        budget.spend(STEPS_OF_CHUNK * chunks)
    try:
        found = dataset[()]
    except OSError as error:
        kind = f", compressed with {dataset.compression or 'a filter that HDF5 lacks here'}"
        what = f"{name} (in chunks{kind if dataset.chunks else ''})"
        raise CorruptFileError(f"{what} cannot be read ({str(error)[:200]})") from error
    found = np.asarray(found)
    found.flags.writeable = False
    return found


def _metadata(file: "h5py.File", attributes: "_Attributes") -> dict[str, str]:
    found = {}
    if "model_config" in file.attrs:
        found["keras_config"] = _text(attributes.read(file, "model_config"))
    groups = [file, file.get("model_weights")]
    for group in groups:
        if group is not None and (layers := _layer_names(group, attributes)):
            found["keras_layers"] = json.dumps(layers)
            break
    return found


def _layer_names(group: "h5py.Group", attributes: "_Attributes") -> list[str]:
    """The attribute layer_names, which Keras cuts into layer_names0, … when it is long."""
    if "layer_names" in group.attrs:
        return [_text(name) for name in np.ravel(attributes.read(group, "layer_names"))]
    found: list[str] = []
    while (key := f"layer_names{len(found)}") in group.attrs and len(found) < 1000:
        found.append(key)
    return [_text(name) for key in found for name in np.ravel(attributes.read(group, key))]


class _Attributes:
    """Reads attributes, up to a limit for all of them.

    Texts are stored as references to a heap, and many can be to one text. So the length of the
    longest text there, ``longest``, says what an attribute may take before it is read.
    """

    def __init__(self, longest: int) -> None:
        self._longest, self._read = longest, 0

    def read(self, item: "h5py.Group | h5py.Dataset", key: str) -> Any:
        import h5py

        attribute = item.attrs.get_id(key)
        size, count = attribute.get_storage_size(), prod(attribute.shape)
        are_references = attribute.dtype.kind == "O"
        if are_references:
            if h5py.check_string_dtype(attribute.dtype) is None:
                raise CorruptFileError(f"its attribute {key} is not text")
            size = max(size, count * self._longest)
        if size > MAX_ATTRIBUTE_BYTES or count > MAX_ITEMS:
            raise CorruptFileError(f"its attribute {key} is too long")
        found = item.attrs[key]
        self._read += sum(map(len, np.ravel(found))) if are_references else size
        if self._read > MAX_ATTRIBUTE_BYTES:
            raise CorruptFileError("its attributes are too long together")
        return found


def _text(found: object) -> str:
    return found.decode("utf-8", "replace") if isinstance(found, bytes) else str(found)
