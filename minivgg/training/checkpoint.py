"""Checkpoints on disk: everything that training needs to continue as if it had never stopped.

A checkpoint is a folder ``epoch-0003-batch-000012``, named after how many of each are done, with
model.safetensors, optimizer.safetensors and state.json, which has the checksums of all three. It is
written under a temporary name and renamed when it is complete, so a folder with that name is always
whole. Only then are checkpoints removed, all but the last two.
"""

import os
import re
import shutil
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import TypeAlias

import numpy as np

from minivgg import weights
from minivgg.backend.types import Array
from minivgg.training import run_json
from minivgg.training.checkpoint_state import KEYS
from minivgg.utils import files
from minivgg.utils.files import JsonObject, StrPath
from minivgg.weights.tensor_checksums import checksum_of, require_same, with_checksum

KEEP = 2  # checkpoints, so that there is another one if the last is damaged
MODEL, STATE = "model.safetensors", "state.json"
NAME = re.compile(r"epoch-(\d{1,12})-batch-(\d{1,12})")
CHECKSUMS = "checksums"  # of the weights and the state of the optimizer, in state.json

# the weights, the state of the optimizer, and all else
Contents: TypeAlias = tuple[dict[str, np.ndarray], dict[str, np.ndarray], JsonObject]


def save(
    folder: StrPath,
    model: Mapping[str, Array],
    velocity: Mapping[str, Array],
    state: JsonObject,
    best: Path | None = None,
    keep: int = KEEP,
) -> Path:
    """Write a checkpoint and remove older ones.

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
    keep : int
        How many checkpoints stay, this one included. Those of later epochs, behind which training
        has gone back, do not.

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
    older = complete(folder)
    remove_incomplete(folder)
    temporary = folder / f".{path.name}.tmp"
    checksums = {"model": checksum_of(model), "optimizer": checksum_of(velocity)}
    try:
        temporary.mkdir()
        weights.save(temporary / MODEL, model, {"format": "minivgg"})
        weights.save(temporary / "optimizer.safetensors", velocity)
        run_json.write(temporary / STATE, state | {CHECKSUMS: checksums})
        files.flush_to_disk(temporary)
        if best:  # before the checkpoint is there: after a kill in between, the epoch is repeated
            about = {"format": "minivgg", "epoch": str(state["epoch"])}
            weights.save(best, model, with_checksum(about, checksums["model"]))
        _put_in_place(temporary, path)
        files.flush_to_disk(folder)
    except OSError as error:
        intact = f"; the checkpoint {older[-1]} is intact" if older else ""
        raise OSError(
            error.errno, f"cannot save the checkpoint {path}: {error.strerror or error}{intact}"
        ) from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    position = position_of(path)
    kept = [each for each in complete(folder) if position_of(each) <= position][-keep:]
    for each in complete(folder):
        if each not in kept:
            shutil.rmtree(each, ignore_errors=True)
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
    found = complete(folder)
    return found[-1] if found else None


def load(path: StrPath) -> Contents:
    """Read a checkpoint.

    Parameters
    ----------
    path : path
        Of one checkpoint.

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
    state = _read_state(path)
    _require_checksums(path, state, {"model": model, "optimizer": velocity})
    state.pop(CHECKSUMS, None)
    return model, velocity, state


def read_model(path: StrPath) -> Mapping[str, np.ndarray]:
    """Read the weights of a checkpoint alone.

    Parameters
    ----------
    path : path
        Of one checkpoint.

    Returns
    -------
    mapping of str to array
        The weights and buffers, each read from the file when it is used.

    Raises
    ------
    OSError
        If they or the file with their checksum are damaged.
    """
    path = Path(path)
    model = weights.read(path / MODEL)
    _require_checksums(path, _read_state(path), {"model": model})
    return model


def _read_state(path: Path) -> JsonObject:
    return run_json.read(path / STATE, known=(*KEYS, CHECKSUMS))


def _require_checksums(
    path: Path, state: JsonObject, parts: Mapping[str, Mapping[str, np.ndarray]]
) -> None:
    if CHECKSUMS not in state:
        return  # of an earlier version
    written = state[CHECKSUMS]
    for name, arrays in parts.items():
        expected = written.get(name) if isinstance(written, dict) else None
        require_same(path / f"{name}.safetensors", expected, checksum_of(arrays))


def complete(folder: StrPath) -> list[Path]:
    """The checkpoints in a folder.

    Parameters
    ----------
    folder : path
        Of all checkpoints of a training run.

    Returns
    -------
    list of Path
        The oldest first. Other files there are ignored, and so are empty folders and links.
    """
    found = [path for path in Path(folder).glob("epoch-*") if NAME.fullmatch(path.name)]
    return sorted(filter(_is_filled, found), key=position_of)


def position_of(path: Path) -> tuple[int, int]:
    """How many epochs, and batches of the next epoch, are done in a checkpoint.

    Parameters
    ----------
    path : Path
        Of the checkpoint.

    Returns
    -------
    epoch, batch : int
        From its name.
    """
    _, epoch, _, batch = path.name.split("-")
    return int(epoch), int(batch)


def remove_incomplete(folder: StrPath) -> None:
    """Remove checkpoints that a killed process did not finish writing or removing.

    Parameters
    ----------
    folder : path
        Of all checkpoints of a training run. No other process may be writing there.
    """
    for incomplete in Path(folder).glob(".epoch-*.tmp"):
        _remove(incomplete)


def _is_filled(path: Path) -> bool:
    try:
        return path.is_dir() and not path.is_symlink() and any(path.iterdir())
    except OSError:  # a folder of another user
        return False


def _put_in_place(temporary: Path, path: Path) -> None:
    """Give a checkpoint its name, which a damaged one of the same epoch may have."""
    aside = path.with_name(f".{path.name}-replaced.tmp")
    if os.path.lexists(path):
        path.rename(aside)
    temporary.rename(path)
    _remove(aside)


def _remove(path: Path) -> None:
    """Remove a folder with all that is in it, or a file, or a link, but not what it leads to."""
    shutil.rmtree(path, ignore_errors=True)  # which leaves links and files alone
    with suppress(OSError):
        path.unlink()
