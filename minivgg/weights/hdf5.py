"""Keras' .h5 files: HDF5, whose table of contents h5py reads; arrays view the mapped file."""

from mmap import mmap
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from minivgg.utils.installation import how_to_install
from minivgg.weights.memory_map import Contents, CorruptFileError, view_at

if TYPE_CHECKING:  # h5py is optional
    import h5py

SIGNATURE = b"\x89HDF\r\n\x1a\n"


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


def read_hdf5(path: Path, memory: mmap) -> Contents:
    """The arrays of an HDF5 file.

    Parameters
    ----------
    path : path
        Of the file.
    memory : mmap
        The same file.

    Returns
    -------
    arrays : dict of str to array
        Views of the file, by "group/…/name".
    metadata : dict of str to str
        Empty.

    Raises
    ------
    CorruptFileError
        If the file is damaged or stores data in chunks, compressed or in another file.
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

    def visit(name: str | bytes, item: object) -> None:
        name = name if isinstance(name, str) else name.decode("utf-8", "replace")
        if isinstance(item, h5py.Dataset) and item.dtype.kind in "fiu":
            found[name] = _array(memory, name, item)

    try:
        with h5py.File(path, "r") as file:
            file.visititems(visit)
    except CorruptFileError:
        raise
    # A damaged file can make h5py raise anything: OSError, RuntimeError, KeyError, ...
    except Exception as error:
        raise CorruptFileError(
            f"it is truncated or damaged: its table of contents cannot be read ({error})"
        ) from error
    return found, {}


def _array(memory: mmap, name: str, dataset: "h5py.Dataset") -> np.ndarray:
    if not dataset.size:
        return view_at(memory, name, 0, dataset.dtype, dataset.shape)
    elsewhere = dataset.chunks or dataset.compression or dataset.external or dataset.is_virtual
    if elsewhere or dataset.id.get_offset() is None:
        raise CorruptFileError(
            f"{name} is stored in chunks, compressed or in another file; only contiguous data, as "
            "Keras writes it, is read"
        )
    return view_at(memory, name, dataset.id.get_offset(), dataset.dtype, dataset.shape)
