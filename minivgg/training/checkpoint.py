"""Checkpoints on disk: everything that training needs to continue as if it had never stopped.

A checkpoint is a folder ``epoch-0003-batch-000012``, named after how many of each are done, with
model.safetensors, optimizer.safetensors and state.json. It is written under a temporary name and
renamed when it is complete, so a folder with that name is always whole. Only then is the previous
checkpoint removed.
"""

import json
import re
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TypeAlias

import numpy as np

from minivgg import weights
from minivgg.backend.types import Array
from minivgg.utils import files
from minivgg.utils.files import JsonObject, StrPath

# the weights, the state of the optimizer, and all else
Contents: TypeAlias = tuple[dict[str, np.ndarray], dict[str, np.ndarray], JsonObject]


def save(
    folder: StrPath,
    model: Mapping[str, Array],
    velocity: Mapping[str, Array],
    state: JsonObject,
    best: Path | None = None,
) -> Path:
    """Write a checkpoint and remove the older ones.

    Parameters
    ----------
    folder : path
        Of all checkpoints of a training run; it is made if there is none.
    model : dict of str to array
        The weights and buffers of the network.
    velocity : dict of str to array
        The state of the optimizer.
    state : dict
        Values that JSON can hold (floats keep every bit), with "epoch" and "batch".
    best : Path, optional
        Write the weights to this file as well, because they are the best so far.

    Returns
    -------
    Path
        Of the checkpoint.

    Raises
    ------
    OSError
        If it cannot be written; the previous checkpoint then survives.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"epoch-{state['epoch']:04d}-batch-{state['batch']:06d}"
    older = _complete(folder)
    _remove_incomplete(folder)
    temporary = folder / f".{path.name}.tmp"
    try:
        temporary.mkdir()
        weights.save(temporary / "model.safetensors", model, {"format": "minivgg"})
        weights.save(temporary / "optimizer.safetensors", velocity)
        files.write_text(temporary / "state.json", json.dumps(state, indent=1))
        files.flush_to_disk(temporary)
        if best:  # before the checkpoint is there: after a kill in between, the epoch is repeated
            weights.save(best, model, {"format": "minivgg", "epoch": str(state["epoch"])})
        temporary.rename(path)
        files.flush_to_disk(folder)
    except OSError as error:
        intact = f"; the checkpoint {older[-1]} is intact" if older else ""
        raise OSError(
            error.errno, f"cannot save the checkpoint {path}: {error.strerror or error}{intact}"
        ) from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    for old in older:
        shutil.rmtree(old, ignore_errors=True)
    return path


def latest(folder: StrPath) -> Path | None:
    """The newest complete checkpoint.

    Parameters
    ----------
    folder : path
        Of all checkpoints of a training run.

    Returns
    -------
    Path or None
        None if there is no checkpoint, or no such folder.
    """
    found = _complete(Path(folder))
    return found[-1] if found else None


def load(path: StrPath, needs: Iterable[str] = ()) -> Contents:
    """Read a checkpoint.

    Parameters
    ----------
    path : path
        Of one checkpoint.
    needs : sequence of str
        Keys that the state must have.

    Returns
    -------
    model, velocity : dict of str to array
        As for ``save``.
    state : dict
        As for ``save``.

    Raises
    ------
    OSError
        If a file is damaged or missing; the message names it.
    """
    path = Path(path)
    model, velocity = (
        weights.load(path / f"{part}.safetensors") for part in ("model", "optimizer")
    )
    return model, velocity, files.read_json(path / "state.json", needs)


def _complete(folder: Path) -> list[Path]:
    """The checkpoints in ``folder``, oldest first; other files there are ignored."""
    found = [
        (re.fullmatch(r"epoch-(\d+)-batch-(\d+)", path.name), path)
        for path in folder.glob("epoch-*")
    ]
    return [path for _, path in sorted(((int(m[1]), int(m[2])), path) for m, path in found if m)]


def _remove_incomplete(folder: Path) -> None:
    """Remove checkpoints that a killed process did not finish."""
    for incomplete in folder.glob(".epoch-*.tmp"):
        shutil.rmtree(incomplete, ignore_errors=True)
