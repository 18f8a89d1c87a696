"""One function to read all formats: recognised by content, mapped into memory, copied in blocks."""

import mmap
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

import numpy as np

from minivgg import backend
from minivgg.backend.types import Array
from minivgg.utils.files import StrPath
from minivgg.utils.printable_text import visible
from minivgg.weights.checksums import Checksums, wrong_checksum
from minivgg.weights.hdf5 import is_hdf5, read_hdf5
from minivgg.weights.keras_zip import is_keras_zip, read_keras_zip
from minivgg.weights.memory_map import Budget, Contents, CorruptFileError
from minivgg.weights.npz import is_npy, is_pickle, read_npy, read_npz, read_pickle
from minivgg.weights.onnx_file import is_onnx
from minivgg.weights.onnx_reader import read_onnx
from minivgg.weights.other_formats import advice_for_folder, what_it_is
from minivgg.weights.pytorch import is_legacy, is_torch_zip, read_legacy, read_torch_zip
from minivgg.weights.safetensors import is_safetensors, read_safetensors
from minivgg.weights.shards import Shards, index_in, is_index, read_index
from minivgg.weights.tensor_checksums import require_checksum
from minivgg.weights.zip_archive import is_zip

COPY_BLOCK_BYTES = 16 << 20
MAX_REASON = 600  # characters of what is wrong with a file
Format: TypeAlias = tuple[
    str, Callable[[mmap.mmap], bool], Callable[[Path, mmap.mmap, Budget], Contents]
]
FORMATS: tuple[Format, ...] = (  # (name, whether a mapped file has this format, how it is read)
    ("HDF5", is_hdf5, read_hdf5),
    ("PyTorch zip", is_torch_zip, read_torch_zip),
    ("PyTorch pickle", is_legacy, read_legacy),
    ("Keras zip", is_keras_zip, read_keras_zip),
    ("npz", is_zip, read_npz),
    ("npy", is_npy, read_npy),
    ("pickle", is_pickle, read_pickle),
    ("safetensors", is_safetensors, read_safetensors),
    ("ONNX", is_onnx, read_onnx),
)
# What a damaged file can make a reader raise, besides CorruptFileError.
READER_ERRORS = (
    ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError, EOFError,
    MemoryError,
)  # fmt: skip


class File(Mapping[str, np.ndarray]):
    """{name: array} of a file of weights, in the file's own names and order.

    Parameters
    ----------
    path : Path
        Of the file, or of the index of several.
    kind : str
        Its format: "safetensors", "PyTorch zip", "PyTorch pickle", "HDF5", "Keras zip", "npz",
        "npy", "pickle" or "ONNX". Of an index, that of the files that it names.
    arrays : dict of str to array
        Read-only: views of the mapped file, or unpacked.
    metadata : dict of str to str
        What a safetensors file says about itself; of Keras' files, keras_config, keras_layers and
        keras_names (see ``weights.hdf5``); "layout" of a pickled dictionary of NumPy's.
    memories : sequence of mmap
        The mapped file, or files.
    checksums : sequence of Checksums, optional
        What ``check`` compares, for each of the memories.
    """

    def __init__(
        self,
        path: Path,
        kind: str,
        arrays: dict[str, np.ndarray],
        metadata: dict[str, str],
        memories: Sequence[mmap.mmap],
        checksums: Sequence[Checksums] = (),
    ) -> None:
        self.path, self.kind, self.metadata = path, kind, metadata
        self._arrays, self._memories = arrays, memories
        self._checksums, self._is_checked = checksums, False

    def __getitem__(self, name: str) -> np.ndarray:
        return self._arrays[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._arrays)

    def __len__(self) -> int:
        return len(self._arrays)

    def check(self) -> None:
        """Compare the checksums of zips (.pth, .npz, .keras) with what is in the file.

        ``load`` and ``copy_into`` do it. Other formats have no checksums, apart from the files that
        a training run of this package writes.

        Raises
        ------
        OSError
            If one is wrong. The message names the file, and the file in it.
        """
        if self._is_checked:
            return
        for memory, checksums in zip(self._memories, self._checksums, strict=False):
            if wrong := checksums.wrong(memory):
                reason = _printable(wrong_checksum(wrong))
                raise OSError(f"{self.path} ({self.kind}) cannot be used: {reason}")
        require_checksum(self.path, self.metadata, self)
        self._is_checked = True

    def release_pages(self) -> None:
        """Free the memory of everything read so far; what is used again is read again."""
        for memory in self._memories:
            if hasattr(memory, "madvise"):  # not on Windows, which frees it when memory is short
                memory.madvise(mmap.MADV_DONTNEED)


def read(path: StrPath, net_bytes: int | None = None) -> File:
    """Open a file of weights, of which mostly only the table of contents is read yet.

    Compressed arrays, and numbers of bfloat16 and float8, which become float32, are read at once.
    Of a checkpoint, the dictionary of tensors is taken that holds the weights.

    Parameters
    ----------
    path : path
        A file in safetensors, .pth, .h5, .keras, .npz, .npy or .onnx format, which is recognised by
        its content. It must not be truncated while it is in use. Of weights in several files, as
        Hugging Face writes them, the index (such as model.safetensors.index.json), or the folder
        that holds it.
    net_bytes : int, optional
        The size of the net that the weights are for. Arrays that have to be unpacked may then take
        100 MB more, or four times the size of the file; otherwise, 20 times its size.

    Returns
    -------
    File
        The arrays by name; each is read when it is used. Checksums are compared by ``load``,
        ``models.load_weights`` and ``File.check``.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    OSError
        If the file is damaged, has another format, asks for code to be run, or needs more memory
        than is free.
    """
    path = Path(path)
    if path.is_dir():
        index = index_in(path)
        if index is None:
            raise IsADirectoryError(
                f"{path} is a folder, not a file of weights{advice_for_folder(path)}"
            )
        path = index
    memory = _mapped(path)
    if is_index(memory):
        try:
            shards = read_index(path, memory)
        except CorruptFileError as error:
            raise OSError(f"{path} (index) cannot be used: {_printable(str(error))}") from error
        return _read_shards(path, shards, net_bytes)
    return _read_one(path, memory, Budget(len(memory), net_bytes))


def _mapped(path: Path) -> mmap.mmap:
    if not path.is_file():
        if path.exists():  # a device can be read without an end, and a pipe waited for
            raise OSError(f"{path} is not an ordinary file, as weights are")
        raise FileNotFoundError(f"there is no weights file {path}")
    if not path.stat().st_size:
        raise OSError(f"{path} is empty: not a weights file")
    with path.open("rb") as file:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


def _read_shards(path: Path, shards: Shards, net_bytes: int | None) -> File:
    """The tensors that an index names, from its files; what else these hold is left out."""
    kinds, memories = [], []
    budget = Budget(sum(shard.stat().st_size for shard in shards), net_bytes)
    checksums = []
    arrays: dict[str, np.ndarray] = {}
    metadata: dict[str, str] = {}
    for shard, names in shards.items():
        memory = _mapped(shard)
        budget.checksums = Checksums()  # of this file alone
        file = _read_one(shard, memory, budget)
        missing = next((name for name in names if name not in file), None)
        if missing is not None:
            raise OSError(
                f"{path} (index) cannot be used: {_printable(missing)} is not in {shard.name}, "
                "which is of another model or version"
            )
        arrays |= {name: file[name] for name in names}
        metadata |= file.metadata
        kinds.append(file.kind)
        memories.append(memory)
        checksums.append(budget.checksums)
    return File(path, kinds[0], arrays, metadata, memories, checksums)


def _read_one(path: Path, memory: mmap.mmap, budget: Budget) -> File:
    try:
        for kind, recognises, reader in FORMATS:
            if recognises(memory):
                arrays, metadata = reader(path, memory, budget)
                budget.check_total(arrays)
                return File(path, kind, arrays, metadata, [memory], [budget.checksums])
    except CorruptFileError as error:
        raise OSError(f"{path} ({kind}) cannot be used: {_printable(str(error))}") from error
    except READER_ERRORS as error:
        # only the error's type is shown: its text may hold numbers of a million digits
        reason = f"it is damaged ({type(error).__name__})"
        raise OSError(f"{path} ({kind}) cannot be used: {reason}") from error
    if known := what_it_is(path, memory):
        raise OSError(f"{path} is not a weights file: it is {known}")
    raise OSError(
        f"{path} is not a weights file: it is not in safetensors, .pth, .h5, .keras, .npz, .npy "
        "or .onnx format, or it is truncated"
    )


def _printable(text: str) -> str:
    """The text with control characters escaped, which a terminal would obey, and not too long."""
    if len(text) > MAX_REASON:  # a damaged file can have names of any length
        text = f"{text[: MAX_REASON // 2]} … {text[-MAX_REASON // 2 :]}"
    return visible(text)


def load(path: StrPath) -> dict[str, np.ndarray]:
    """Read a file of weights into memory.

    Parameters
    ----------
    path : path
        As for ``read``, whose errors it raises.

    Returns
    -------
    dict of str to array
        NumPy arrays, in the file's own names and order.

    Examples
    --------
    >>> from minivgg import layers, weights
    >>> net = layers.Linear(3, 2)
    >>> weights.save("net.safetensors", net.state_dict())
    >>> tensors = weights.load("net.safetensors")
    >>> {name: array.shape for name, array in tensors.items()}
    {'bias': (2,), 'weight': (2, 3)}
    >>> net.load_state_dict(tensors)
    """
    file = read(path)
    file.check()
    return {name: np.array(array, order="C") for name, array in file.items()}


def copy_into(target: Array, source: np.ndarray, file: File) -> None:
    """Copy an array of a file into another array.

    The copy goes through the file in its own order, block by block, and releases each block, so
    that no second copy builds up in memory.

    Parameters
    ----------
    target : array
        The array to overwrite, of any device. It may have fewer axes than source, with as many
        numbers.
    source : array
        A view of an array of the file.
    file : File
        Where source is from.
    """
    file.check()  # once
    target, device = target.reshape(source.shape), backend.device_of(target)
    if not source.ndim:
        target[()] = backend.to_device(source[()].astype(target.dtype), device)
        return
    axis = int(np.argmax(np.abs(source.strides)))  # the slowest axis in the file
    rows = max(1, COPY_BLOCK_BYTES * source.shape[axis] // max(1, source.nbytes))
    for start in range(0, source.shape[axis], rows):
        block = (slice(None),) * axis + (slice(start, start + rows),)
        # in the target's type already: a card would need a kernel for each type of file
        target[block] = backend.to_device(source[block].astype(target.dtype, copy=False), device)
        file.release_pages()
