"""What a training needs of its parts, checked before the first step rather than after an epoch."""

import inspect
import json
import math
import warnings
from collections.abc import Mapping, Sequence
from typing import Any

from minivgg.layers import Layer
from minivgg.training.interfaces import OptimizerLike
from minivgg.utils.files import JsonObject

_NEEDS = {
    "optimizer": ("parameters", "lr", "step"),
    "loss": ("forward", "backward"),
    "schedule": ("step",),
    "loader": ("dataset", "epoch", "share_of"),
}
_CHECKPOINT_NEEDS = {
    "optimizer": ("state_dict", "load_state_dict"),
    "schedule": ("state_dict", "load_state_dict"),
}
_DESCRIBED_IN = {
    "optimizer": "minivgg.optim.Optimizer",
    "loss": "minivgg.training.interfaces.Loss",
    "schedule": "minivgg.optim.Schedule",
    "loader": "minivgg.data.Loader",
}


def require_parts(saves: bool, **parts: object) -> None:
    """Refuse, in one sentence, a part that a training cannot use.

    Parameters
    ----------
    saves : bool
        Whether checkpoints are written, or states are sent to other ranks.
    **parts : object
        "optimizer", "loss", "schedule" or "loader"; None for a part that is not there.

    Raises
    ------
    TypeError
        If a part is a class, lacks an attribute or a method, or has a state or settings that cannot
        be saved.
    """
    for role, part in parts.items():
        if part is None:
            continue
        _require_attributes(role, part, _NEEDS[role], "")
        if saves and role in _CHECKPOINT_NEEDS:
            _require_attributes(role, part, _CHECKPOINT_NEEDS[role], ", which checkpoints need")
            _require_savable(role, part)
        if role != "loader":
            _require_settings(part)
        if role == "schedule":
            _require_argument(part)


def _require_attributes(role: str, part: object, names: Sequence[str], purpose: str) -> None:
    if isinstance(part, type):
        raise TypeError(f"Trainer: the {role} is the class {part.__name__}: make an object of it")
    missing = [name for name in names if not hasattr(part, name)]
    if missing:
        raise TypeError(
            f"Trainer: the {role} {_name(part)} lacks {' and '.join(missing)}{purpose}: see "
            f"help({_DESCRIBED_IN[role]!r}) and the guide 'Your own parts'"
        )


def _require_savable(role: str, part: Any) -> None:
    state = part.state_dict()
    if role == "schedule":
        _require_json("the schedule's state_dict()", state)
        return
    arrays = isinstance(state, Mapping) and all(
        isinstance(name, str) and getattr(array, "dtype", "O") != "O"
        for name, array in state.items()
    )
    if not arrays:
        raise TypeError(
            "Trainer: the optimizer's state_dict() must be {name: array}, for a file of arrays: "
            "write a number as np.array(number)"
        )


def settings_of(part: object) -> JsonObject:
    """The settings that must be the same when a training is resumed.

    Parameters
    ----------
    part : object
        An optimizer, a loss or a schedule. Its ``settings`` name these attributes, if it has any.

    Returns
    -------
    dict
        The values by name.
    """
    return {name: getattr(part, name) for name in getattr(part, "settings", ())}


def _require_settings(part: object) -> None:
    names = getattr(part, "settings", ())
    for name in (names,) if isinstance(names, str) else names:
        if isinstance(names, str) or not hasattr(part, name):
            raise TypeError(
                f"Trainer: settings of {_name(part)} must be a tuple of names of its attributes, "
                f'as in settings = ("momentum",), got {names!r}'
            )
    _require_json(f"the settings of {_name(part)}", settings_of(part))


def require_own_parameters(net: Layer, optimizer: OptimizerLike, schedule: object) -> None:
    """Refuse an optimizer of another net, and a schedule of another optimizer.

    Parameters
    ----------
    net : Layer
        What is trained.
    optimizer : Optimizer
        It must have parameters of this net alone. If it lacks some that are not frozen, a warning
        names them.
    schedule : Schedule or None
        Its ``optimizer``, if it has one, must be this one.

    Raises
    ------
    ValueError
        If the optimizer or the schedule belongs to others.
    """
    if getattr(schedule, "optimizer", optimizer) is not optimizer:
        raise ValueError(
            f"Trainer: the schedule {_name(schedule)} changes the learning rate of another "
            f"optimizer: make it of this one, {_name(schedule)}(optimizer, ...)"
        )
    own, learned = net.parameters(), set(map(id, optimizer.parameters.values()))
    foreign = learned - set(map(id, own.values()))
    advice = "make the optimizer after the last change of the net, of net.parameters()"
    if foreign:
        raise ValueError(
            f"Trainer: {len(foreign)} of the {len(learned)} parameters of {_name(optimizer)} are "
            f"not in this net, and would never change it: {advice}"
        )
    left_out = [name for name, p in own.items() if not p.frozen and id(p) not in learned]
    if left_out:
        warnings.warn(
            f"Trainer: {_name(optimizer)} does not change {', '.join(left_out[:3])}"
            f"{' and others' if left_out[3:] else ''}: {advice}, or freeze what is not learned",
            stacklevel=3,
        )


def require_learning_rate(optimizer: OptimizerLike, schedule: object) -> None:
    """Refuse a rate that no optimizer would take.

    Parameters
    ----------
    optimizer : Optimizer
        Its ``lr`` is checked.
    schedule : Schedule or None
        What has set it, for the message.

    Raises
    ------
    ValueError
        If it is negative or not finite.
    """
    if not 0 <= optimizer.lr < math.inf:
        by = _name(schedule) if schedule else "its user"
        raise ValueError(
            f"Trainer: the learning rate must be a finite number of at least 0, but {by} has set "
            f"it to {optimizer.lr}"
        )


def _require_json(what: str, value: object) -> None:
    try:
        json.dumps(value)
    except (TypeError, ValueError) as error:
        raise TypeError(
            f"Trainer: {what} must hold plain numbers, text and lists of them, for a file in JSON "
            f"format: {error}"
        ) from error


def _require_argument(schedule: Any) -> None:
    """``step`` must take the validation accuracy, as the one argument it is called with."""
    try:
        inspect.signature(schedule.step).bind(None)
    except TypeError as error:
        raise TypeError(
            f"Trainer: {_name(schedule)}.step must take one argument, the validation accuracy "
            f"(None without a validation set): {error}"
        ) from error


def _name(part: object) -> str:
    return type(part).__name__
