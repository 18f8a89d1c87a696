"""The settings that must not change if a resumed run is to be bit-identical."""

import json
import re
import zlib
from pathlib import Path

import numpy as np

OLD_NAMES = {"ColorShift": "PCAColorShift"}  # of transforms, in checkpoints of earlier versions


def fingerprint(loader, optimizer, schedule, seed: int) -> dict:
    """What a checkpoint says about its data, the order of the batches, and the optimizer.

    loader: of the training images. optimizer: what it names in ``settings``. seed: of dropout.
    """
    dataset = loader.dataset
    labels = zlib.crc32(np.ascontiguousarray(dataset.labels, np.int64))
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
    steps = {name: getattr(optimizer, name) for name in getattr(optimizer, "settings", ())}
    steps = json.loads(json.dumps(steps))  # as a checkpoint gives them back: tuples become lists
    steps |= {"optimizer": type(optimizer).__name__, "schedule": type(schedule).__name__}
    # the address in the repr of a function differs between processes
    transforms = [re.sub(r" at 0x[0-9a-fA-F]+", "", repr(t)) for t in loader.transforms]
    return steps | data | order | {"transforms": transforms, "seed": seed}


def require_same(path: Path, then: dict, now: dict) -> None:
    """Raise ``ValueError`` naming what differs between a checkpoint's fingerprint and today's."""
    then, now = _with_present_names(then), _with_present_names(now)
    then.setdefault("optimizer", now.get("optimizer"))  # earlier versions did not write its name
    changed = [name for name in now if now[name] != then.get(name)]
    if changed:
        was, is_now = ({name: values.get(name) for name in changed} for values in (then, now))
        raise ValueError(f"{path} was trained with other data or settings: {was}, now {is_now}")


def _with_present_names(settings):
    transforms = settings.get("transforms", [])
    for old, new in OLD_NAMES.items():
        transforms = [re.sub(rf"^{old}\(", f"{new}(", transform) for transform in transforms]
    return settings | {"transforms": transforms}
