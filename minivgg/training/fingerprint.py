"""The settings that must not change if a resumed run is to be bit-identical."""

import re
import zlib
from pathlib import Path

import numpy as np

from minivgg.data import Loader
from minivgg.optim import Optimizer, Schedule
from minivgg.utils.files import JsonObject, plain

OLD_NAMES = {"ColorShift": "PCAColorShift"}  # of transforms, in checkpoints of earlier versions
DECIMAL = re.compile(r"\d+\.\d+(e[+-]?\d+)?")


def fingerprint(
    loader: Loader, optimizer: Optimizer, schedule: Schedule | None, seed: int
) -> JsonObject:
    """What a checkpoint says about its data, the order of the batches, and the optimizer.

    Parameters
    ----------
    loader : Loader
        Of the training images.
    optimizer : Optimizer
        What it names in ``settings`` is part of the fingerprint.
    schedule : Schedule or None
        Its class is.
    seed : int
        Of dropout.

    Returns
    -------
    dict
        Values that JSON can hold, by name.
    """
    dataset = loader.dataset
    labels = zlib.crc32(np.ascontiguousarray(dataset.labels, np.int64).data)
    data = {
        "images": len(dataset),
        "shape": list(dataset.shape),
        "classes": list(dataset.classes),
        "labels": labels,
    }
    order = {
        "batch_size": loader.batch_size,
        "shuffle": loader.shuffle,
        "loader_seed": loader.seed,
    }
    settings = {name: getattr(optimizer, name) for name in getattr(optimizer, "settings", ())}
    steps = plain(settings)  # as a checkpoint gives them back: tuples become lists
    steps |= {"optimizer": type(optimizer).__name__, "schedule": type(schedule).__name__}
    # the address in the repr of a function differs between processes
    transforms = [re.sub(r" at 0x[0-9a-fA-F]+", "", repr(t)) for t in loader.transforms]
    return steps | data | order | {"transforms": transforms, "seed": seed}


def require_same(path: Path, then: JsonObject, now: JsonObject) -> None:
    """Refuse to resume a training with other data or settings.

    Parameters
    ----------
    path : Path
        Of the checkpoint, for the message.
    then, now : dict
        The fingerprint in the checkpoint, and today's.

    Raises
    ------
    ValueError
        If they differ; the message says in what.
    """
    then, now = _with_present_names(then), _with_present_names(now)
    then.setdefault("optimizer", now.get("optimizer"))  # earlier versions did not write its name
    changed = [name for name in now if now[name] != then.get(name)]
    if changed:
        was, is_now = ({name: values.get(name) for name in changed} for values in (then, now))
        raise ValueError(f"{path} was trained with other data or settings: {was}, now {is_now}")


def _with_present_names(settings: JsonObject) -> JsonObject:
    transforms = settings.get("transforms", [])
    for old, new in OLD_NAMES.items():
        transforms = [re.sub(rf"^{old}\(", f"{new}(", transform) for transform in transforms]
    # the last digits of a computed mean depended on the number of threads in earlier versions
    return settings | {"transforms": [DECIMAL.sub(_rounded, text) for text in transforms]}


def _rounded(number: re.Match[str]) -> str:
    return f"{float(number[0]):.12g}"
