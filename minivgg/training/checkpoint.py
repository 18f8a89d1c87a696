"""Floor 5: checkpoints: everything that training needs to go on as if it had never stopped.

A checkpoint is a folder ``epoch-0003-batch-000012`` (that many are done) with model.safetensors, optimizer.safetensors and state.json.
It is written beside its place under another name and renamed when complete, so whatever carries the name is whole; the one before is
removed only after that.
"""

import json
import re
import shutil
from pathlib import Path

from minivgg import weights
from minivgg.utils import files


def save(folder, model, velocity, state):
    """Write a checkpoint into ``folder`` and remove the older ones; returns its path.

    model, velocity: {name: array}. state: what json can hold (its floats come back bit for bit), with "epoch" and "batch".
    Raises ``OSError`` when it cannot be written; the previous checkpoint then survives.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    place = folder / f"epoch-{state['epoch']:04d}-batch-{state['batch']:06d}"
    older = _complete(folder)
    _remove_remains(folder)
    temporary = folder / f".{place.name}.tmp"
    try:
        temporary.mkdir()
        weights.save(temporary / "model.safetensors", model, {"format": "minivgg"})
        weights.save(temporary / "optimizer.safetensors", velocity)
        files.write_text(temporary / "state.json", json.dumps(state, indent=1))
        files.flush_to_disk(temporary)
        temporary.rename(place)
        files.flush_to_disk(folder)
    except OSError as error:
        kept = f"; the checkpoint {older[-1]} is intact" if older else ""
        raise OSError(
            error.errno, f"cannot save the checkpoint {place}: {error.strerror or error}{kept}"
        ) from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    for old in older:
        shutil.rmtree(old, ignore_errors=True)
    return place


def latest(folder):
    """The newest complete checkpoint in ``folder``, or None."""
    found = _complete(Path(folder))
    return found[-1] if found else None


def load(path, needs=()):
    """(model, velocity, state) of one checkpoint; the state must have the keys ``needs``.

    Raises ``OSError`` naming the file that is damaged or missing.
    """
    path = Path(path)
    model, velocity = (
        weights.load(path / f"{part}.safetensors") for part in ("model", "optimizer")
    )
    return model, velocity, files.read_json(path / "state.json", needs)


def _complete(folder):
    """The checkpoints in ``folder``, oldest first; nothing else that somebody may keep there."""
    found = [
        (re.fullmatch(r"epoch-(\d+)-batch-(\d+)", path.name), path)
        for path in folder.glob("epoch-*")
    ]
    return [path for _, path in sorted(((int(m[1]), int(m[2])), path) for m, path in found if m)]


def _remove_remains(folder):
    """What a killed process left half-written."""
    for remains in folder.glob(".epoch-*.tmp"):
        shutil.rmtree(remains, ignore_errors=True)
