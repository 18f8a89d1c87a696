"""Keras' .h5: HDF5, whose table of contents h5py reads; the numbers are then shown from the file like all others."""

from minivgg.weights.memory_map import CorruptFileError, view_at

SIGNATURE = b"\x89HDF\r\n\x1a\n"


def is_hdf5(memory):
    """Whether a file begins as they do."""
    return memory[:8] == SIGNATURE


def read_hdf5(path, memory):
    """({"group/…/name": array shown from the file}, {}). Raises ``CorruptFileError``, ``RuntimeError`` without h5py."""
    try:
        import h5py
    except ImportError as error:
        raise RuntimeError(
            f"{path} is HDF5, which needs h5py: pip install minivgg[keras]"
        ) from error
    found = {}

    def visit(name, item):
        name = (
            name if isinstance(name, str) else name.decode("utf-8", "replace")
        )  # bytes that are no text come as they are
        if isinstance(item, h5py.Dataset) and item.dtype.kind in "fiu":
            found[name] = _array(memory, name, item)

    try:
        with h5py.File(path, "r") as file:
            file.visititems(visit)
    except CorruptFileError:
        raise
    except Exception as error:  # what damage does to h5py has no bound: OSError, RuntimeError, KeyError, ValueError, UnicodeError
        raise CorruptFileError(
            f"it is truncated or damaged: its table of contents cannot be read ({error})"
        ) from error
    return found, {}


def _array(memory, name, dataset):
    if not dataset.size:
        return view_at(memory, name, 0, dataset.dtype, dataset.shape)
    if (
        dataset.chunks
        or dataset.compression
        or dataset.external
        or dataset.is_virtual
        or dataset.id.get_offset() is None
    ):
        raise CorruptFileError(
            f"{name} does not lie in the file as it is (chunks, compression or another file); Keras saves it plainly"
        )
    return view_at(memory, name, dataset.id.get_offset(), dataset.dtype, dataset.shape)
