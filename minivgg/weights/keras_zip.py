"""Keras 3's .keras files: zips of config.json, metadata.json and model.weights.h5."""

from mmap import mmap
from pathlib import Path

import numpy as np

from minivgg.weights.hdf5 import read_hdf5_part
from minivgg.weights.memory_map import Budget, Contents, CorruptFileError
from minivgg.weights.zip_archive import Archive, lists

WEIGHTS = ".weights.h5"  # model.weights.h5, or several where Keras has cut it
CONFIG = "config.json"
MAX_CONFIG_BYTES = 64 << 20


def is_keras_zip(memory: mmap) -> bool:
    """Whether a mapped file is a zip with Keras' weights.

    Parameters
    ----------
    memory : mmap
        The file.

    Returns
    -------
    bool
        False for other zips.
    """
    return lists(memory, WEIGHTS.encode()) and lists(memory, CONFIG.encode())


def read_keras_zip(path: Path, memory: mmap, budget: Budget) -> Contents:
    """The arrays of a .keras file.

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
        Views of the file, by their names in model.weights.h5: "layers/conv2d/vars/0".
    metadata : dict of str to str
        keras_config, the architecture as JSON, and what ``read_hdf5`` finds.

    Raises
    ------
    CorruptFileError
        If the file is damaged, or needs more memory than is free.
    RuntimeError
        If h5py is not installed.
    """
    archive = Archive(memory, budget)
    arrays: dict[str, np.ndarray] = {}
    metadata: dict[str, str] = {}
    names = [name for name in archive.names() if name.endswith(WEIGHTS)]
    if not names:
        raise CorruptFileError("it lacks model.weights.h5")
    for name in names:
        found, more = read_hdf5_part(path, archive.part(name), budget)
        arrays |= found
        metadata |= more
    if CONFIG in archive.names():
        if archive.size(CONFIG) > MAX_CONFIG_BYTES:
            raise CorruptFileError(f"its {CONFIG} is too long")
        metadata["keras_config"] = archive.checked(CONFIG).decode("utf-8", "replace")
    return arrays, metadata
