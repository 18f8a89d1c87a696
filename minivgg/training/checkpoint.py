"""Checkpoints on disk: everything that a training needs to continue as if it had never stopped.

A checkpoint is a folder ``epoch-0003-batch-000012``, named after how many of each are done, with
model.safetensors, optimizer.safetensors and state.json. It is written under a temporary name and
renamed when it is complete, so a folder with that name is always whole. Only then is the previous
checkpoint removed.
"""

import json
import re
import shutil
from collections.abc import Iterable
from pathlib import Path

from minivgg import weights
from minivgg.utils import files


def save(folder: str | Path, model: dict, velocity: dict, state: dict) -> Path:
    """Write a checkpoint into ``folder`` and remove the older ones; returns its path.

    model, velocity: {name: array}. state: values that JSON can hold (floats keep every bit), with
    "epoch" and "batch". Raises ``OSError`` when it cannot be written; the previous checkpoint then
    survives.
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


def latest(folder: str | Path) -> Path | None:
    """The newest complete checkpoint in ``folder``, or None."""
    found = _complete(Path(folder))
    return found[-1] if found else None


def load(path: str | Path, needs: Iterable[str] = ()) -> tuple[dict, dict, dict]:
    """(model, velocity, state) of one checkpoint; the state must have the keys ``needs``.

    Raises ``OSError`` naming the file that is damaged or missing.
    """
    path = Path(path)
    model, velocity = (
        weights.load(path / f"{part}.safetensors") for part in ("model", "optimizer")
    )
    return model, velocity, files.read_json(path / "state.json", needs)


def _complete(folder):
    """The checkpoints in ``folder``, oldest first; other files there are ignored."""
    found = [
        (re.fullmatch(r"epoch-(\d+)-batch-(\d+)", path.name), path)
        for path in folder.glob("epoch-*")
    ]
    return [path for _, path in sorted(((int(m[1]), int(m[2])), path) for m, path in found if m)]


def _remove_incomplete(folder):
    """Remove checkpoints that a killed process did not finish."""
    for incomplete in folder.glob(".epoch-*.tmp"):
        shutil.rmtree(incomplete, ignore_errors=True)
