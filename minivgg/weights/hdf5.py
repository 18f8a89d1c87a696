"""Keras' .h5 files: HDF5, whose table of contents h5py reads; arrays view the mapped file."""

from minivgg.utils.installation import how_to_install
from minivgg.weights.memory_map import CorruptFileError, view_at

SIGNATURE = b"\x89HDF\r\n\x1a\n"


def is_hdf5(memory):
    """Whether a mapped file begins with HDF5's signature."""
    return memory[:8] == SIGNATURE


def read_hdf5(path, memory):
    """Return ({"group/…/name": view of the file}, {}).

    Raises ``CorruptFileError``, or ``RuntimeError`` without h5py.
    """
    try:
        import h5py
    except ImportError as error:
        raise RuntimeError(
            f"{path} is HDF5, which needs h5py: {how_to_install('keras')}"
        ) from error
    found = {}

    def visit(name, item):
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


def _array(memory, name, dataset):
    if not dataset.size:
        return view_at(memory, name, 0, dataset.dtype, dataset.shape)
    elsewhere = dataset.chunks or dataset.compression or dataset.external or dataset.is_virtual
    if elsewhere or dataset.id.get_offset() is None:
        raise CorruptFileError(
            f"{name} is stored in chunks, compressed or in another file; only contiguous data, as "
            "Keras writes it, is read"
        )
    return view_at(memory, name, dataset.id.get_offset(), dataset.dtype, dataset.shape)
