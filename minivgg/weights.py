"""Floor 4: files of weights: safetensors, with torchvision's names, read and written without running any code."""

import errno
from pathlib import Path

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file

from minivgg import backend
from minivgg.files import replacing


def save(path, tensors, metadata=None):
    """Write {name: array} (from ``layer.state_dict()``, of any device) to a safetensors file, whole or not at all.

    metadata: {str: str} to keep in its header. Raises ``OSError`` when it cannot be written; an older file at ``path`` then survives.
    """
    tensors = {name: np.asarray(backend.to_numpy(array), order="C") for name, array in tensors.items()}
    with replacing(path) as temporary:
        try:
            save_file(tensors, temporary, metadata)
        except SafetensorError as error:  # how safetensors reports a full disk
            full = "space" in str(error).lower()
            raise OSError(errno.ENOSPC if full else errno.EIO, "no space left on the disk" if full else str(error)) from error


def load(path):
    """{name: NumPy array} of a safetensors file.

    Raises ``FileNotFoundError`` when there is none and ``OSError`` when it is truncated or something else.
    """
    if not Path(path).is_file():
        raise FileNotFoundError(f"there is no file of weights {path}")
    try:
        return load_file(path)
    except SafetensorError as error:
        raise OSError(f"{path} is truncated or not a safetensors file ({error})") from error
