"""The settings that must not change if a resumed run is to be bit-identical."""

import re
import zlib
from pathlib import Path

import numpy as np

from minivgg.data import Loader
from minivgg.optim import Optimizer, Schedule
from minivgg.training.checks import settings_of
from minivgg.training.interfaces import Loss
from minivgg.training.metric import are_classes
from minivgg.utils.files import JsonObject, plain

OLD_NAMES = {"ColorShift": "PCAColorShift"}  # of transforms, in checkpoints of earlier versions
# what checkpoints of earlier versions do not have
ADDED = ("optimizer", "loss", "schedule_settings", "loss_settings")
# settings of SoftmaxCrossEntropy that earlier versions did not have, with their defaults
LATER_LOSS_SETTINGS = {"class_weights": None, "label_smoothing": 0.0, "ignore_index": None}
DECIMAL = re.compile(r"\d+\.\d+(e[+-]?\d+)?")


def fingerprint(
    loader: Loader,
    optimizer: Optimizer,
    schedule: Schedule | None,
    loss: Loss,
    seed: int,
    max_gradient_norm: float | None = None,
) -> JsonObject:
    """What a checkpoint says about its data, the order of the batches, and the optimizer.

    Parameters
    ----------
    loader : Loader
        Of the training images.
    optimizer : Optimizer
        Its class and what it names in ``settings`` are part of the fingerprint.
    schedule : Schedule or None
        The same.
    loss : Loss
        The same.
    seed : int
        Of dropout.
    max_gradient_norm : float or None
        Of ``Trainer``.

    Returns
    -------
    dict
        Values that JSON can hold, by name.
    """
    dataset = loader.dataset
    exact = np.int64 if are_classes(dataset.labels) else np.float64
    labels = zlib.crc32(np.ascontiguousarray(dataset.labels, exact).data)
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
    steps = plain(settings_of(optimizer))  # as a checkpoint gives them back: tuples become lists
    steps["max_gradient_norm"] = max_gradient_norm
    for role, part in (("optimizer", optimizer), ("schedule", schedule), ("loss", loss)):
        steps[role] = type(part).__name__
    for role, part in (("schedule_settings", schedule), ("loss_settings", loss)):
        steps[role] = plain(settings_of(part))
    # the address in the repr of a function differs between processes
    transforms = [re.sub(r" at 0x[0-9a-fA-F]+", "", repr(t)) for t in loader.transforms]
    return steps | data | order | {"transforms": transforms, "seed": seed}


def require_same(path: Path, then: JsonObject, now: JsonObject) -> None:
    """Refuse to resume training with other data or settings.

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
    for name in ADDED:
        then.setdefault(name, now.get(name))
    then.setdefault("max_gradient_norm", None)
    if "loss_settings" in now:
        then["loss_settings"] = _later(now["loss_settings"]) | then["loss_settings"]
    changed = [name for name in now if now[name] != then.get(name)]
    if changed:
        was, is_now = ({name: values.get(name) for name in changed} for values in (then, now))
        raise ValueError(f"{path} was trained with other data or settings: {was}, now {is_now}")


def _later(now: JsonObject) -> JsonObject:
    """The defaults of the settings that a loss has today and may not have had."""
    return {name: value for name, value in LATER_LOSS_SETTINGS.items() if name in now}


def _with_present_names(settings: JsonObject) -> JsonObject:
    transforms = settings.get("transforms", [])
    for old, new in OLD_NAMES.items():
        transforms = [re.sub(rf"^{old}\(", f"{new}(", transform) for transform in transforms]
    # the last digits of a computed mean depended on the number of threads in earlier versions
    return settings | {"transforms": [DECIMAL.sub(_rounded, text) for text in transforms]}


def _rounded(number: re.Match[str]) -> str:
    return f"{float(number[0]):.12g}"
