"""Which file has the newest weights of a run: the one of the latest epoch, whatever its time."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from minivgg import weights
from minivgg.training import checkpoint
from minivgg.training.checkpointer import CHECKPOINTS
from minivgg.utils.notices import notify

WEIGHTS = "weights.safetensors"  # of a finished training, with the number of its epochs


def files_of_weights(folder: Path) -> list[Path]:
    """All files with weights of a run: that of the finished training, and of its checkpoints.

    Parameters
    ----------
    folder : Path
        The run folder.

    Returns
    -------
    list of Path
        The newest first.
    """
    found = {
        (*checkpoint.position_of(path), 0): path / checkpoint.MODEL
        for path in checkpoint.complete(folder / CHECKPOINTS)
    }
    finished = folder / WEIGHTS
    if finished.is_file():
        found[(_epoch_of(finished), 0, 1)] = finished
    return [found[position] for position in sorted(found, reverse=True)]


def read_weights(path: Path) -> Mapping[str, np.ndarray]:
    """The weights in a file of a run, with a look at its checksum.

    Parameters
    ----------
    path : Path
        One of ``files_of_weights``, or best.safetensors.

    Returns
    -------
    mapping of str to array
        Read from the file when they are used.

    Raises
    ------
    OSError
        If the file is damaged.
    """
    if path.name == checkpoint.MODEL:
        return checkpoint.read_model(path.parent)
    found = weights.read(path)
    found.check()
    return found


def read_newest(paths: list[Path]) -> tuple[Path, Mapping[str, np.ndarray]]:
    """The first file of weights that is not damaged; if it is not the first of all, with a notice.

    Parameters
    ----------
    paths : list of Path
        At least one file, the newest first.

    Returns
    -------
    path : Path
        The file.
    weights : mapping of str to array
        What is in it.

    Raises
    ------
    OSError
        If all are damaged: the error of the newest.
    """
    damage: OSError | None = None
    for path in paths:
        try:
            found = read_weights(path)
        except OSError as error:
            damage = damage or error
            continue
        if damage:
            notify(f"{damage}; the weights in {path} are used instead")
        return path, found
    assert damage, "no files"
    raise damage


def _epoch_of(path: Path) -> int:
    """How many epochs a finished training had.

    Earlier versions did not write it: then any checkpoint is at least as new.
    """
    try:
        epoch = weights.read(path).metadata.get("epoch", "")
    except OSError:  # which is found again when it is read
        return -1
    return int(epoch) if isinstance(epoch, str) and epoch.isdecimal() and len(epoch) < 12 else -1
