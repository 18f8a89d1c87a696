"""What training needs of its parts, checked before the first step rather than after an epoch."""

import inspect
import json
import math
import operator
import warnings
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from minivgg.layers import Layer, Parameter
from minivgg.training.interfaces import OptimizerLike
from minivgg.utils.files import JsonObject

_NEEDS = {
    "optimizer": ("parameters", "lr", "step"),
    "loss": ("forward", "backward"),
    "schedule": ("step",),
    "loader": ("dataset", "epoch", "share_of"),
}
_CALLED_WITH: dict[str, dict[str, tuple[str, ...]]] = {  # the arguments of each method
    "optimizer": {"step": (), "state_dict": (), "load_state_dict": ("state",)},
    "loss": {
        "forward": ("outputs", "labels"),
        "backward": (),
        "metric": ("outputs", "labels"),
        "weight_sum": ("labels",),
    },
    "schedule": {"step": ("accuracy",), "state_dict": (), "load_state_dict": ("state",)},
    "loader": {"epoch": ("epoch",), "share_of": ("batch",)},
    "callback": {
        "on_start": ("trainer",),
        "on_step": ("trainer", "result"),
        "on_epoch": ("trainer", "row"),
    },
}
CALLBACKS = tuple(_CALLED_WITH["callback"])
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
    """Refuse, in one sentence, a part that training cannot use.

    Parameters
    ----------
    saves : bool
        Whether checkpoints are written, or states are sent to other ranks.
    **parts : object
        "optimizer", "loss", "schedule" or "loader"; None for a part that is not there.

    Raises
    ------
    TypeError
        If a part is a class, lacks an attribute or a method, has a method that cannot be called
        with the trainer's arguments, or a state or settings that cannot be saved.
    """
    for role, part in parts.items():
        if part is None:
            continue
        if role == "schedule":
            require_parts(saves, schedule=getattr(part, "then", None))
        _require_attributes(role, part, _NEEDS[role], "")
        require_methods(role, part)
        if role == "optimizer":
            _require_parameters(part)
        if role == "loss":
            _require_metric(part)
        if saves and role in _CHECKPOINT_NEEDS:
            _require_attributes(role, part, _CHECKPOINT_NEEDS[role], ", which checkpoints need")
            _require_savable(role, part)
        if role != "loader":
            _require_settings(part)


def require_methods(role: str, part: object) -> None:
    """Refuse a method that is not callable, or not with the trainer's arguments.

    Parameters
    ----------
    role : str
        "optimizer", "loss", "schedule", "loader" or "callback".
    part : object
        The methods that it lacks are not looked at.

    Raises
    ------
    TypeError
        If there is such a method.
    """
    for name, arguments in _CALLED_WITH[role].items():
        method = getattr(part, name, None)
        if method is not None or hasattr(part, name):
            require_call(f"{_name(part)}.{name}", method, arguments)


def require_call(what: str, function: object, arguments: Sequence[str]) -> None:
    """Refuse what cannot be called with so many arguments.

    Parameters
    ----------
    what : str
        Its name, for the message.
    function : object
        Of any class.
    arguments : sequence of str
        The names of the arguments, for the message.

    Raises
    ------
    TypeError
        If it is no function, or takes other arguments.
    """
    if not callable(function):
        raise TypeError(f"Trainer: {what} must be a function, got {function!r:.60}")
    try:
        inspect.signature(function).bind(*arguments)
    except ValueError:
        return  # some functions of C have no signature
    except TypeError as error:
        raise TypeError(
            f"Trainer: {what} must be a function that can be called as "
            f"{what.rpartition('.')[2]}({', '.join(arguments)}): {error}"
        ) from error


def require_callbacks(callbacks: object, on_epoch: object) -> None:
    """Refuse callbacks that have nothing to call, or take other arguments.

    Parameters
    ----------
    callbacks : sequence of object
        Each has one of ``on_start``, ``on_step`` and ``on_epoch``, or several.
    on_epoch : function or None
        The function of one argument that ``Trainer`` takes besides.

    Raises
    ------
    TypeError
        If one of them cannot be used.
    """
    names = f"{', '.join(CALLBACKS[:-1])} or {CALLBACKS[-1]}"
    if not isinstance(callbacks, list | tuple):
        raise TypeError(
            f"Trainer: callbacks must be a list of objects with {names}, got {callbacks!r:.60}"
        )
    for callback in callbacks:
        if isinstance(callback, type):
            raise TypeError(
                f"Trainer: the callback is the class {callback.__name__}: make an object of it"
            )
        if not any(hasattr(callback, name) for name in CALLBACKS):
            is_function = inspect.isroutine(callback)
            kind = callback.__name__ if is_function else _name(callback)
            more = "; a function of the row alone is given as on_epoch=" if is_function else ""
            raise TypeError(f"Trainer: the callback {kind} has none of {names}{more}")
        require_methods("callback", callback)
    if on_epoch is not None:
        require_call("on_epoch", on_epoch, ("row",))


def require_numbers(
    micro_batch: object, max_gradient_norm: object, keep: int, save_every: float | None
) -> None:
    """Refuse settings of ``Trainer`` that are no numbers, or out of range.

    Parameters
    ----------
    micro_batch : int or None
        How many images.
    max_gradient_norm : float or None
        A bound.
    keep : int
        How many checkpoints.
    save_every : float or None
        Minutes.

    Raises
    ------
    TypeError
        If one is something else.
    ValueError
        If there is not one image or checkpoint, the bound is not positive and finite, or the
        minutes are not positive.
    """
    if keep < 1:
        raise ValueError(f"Trainer: keep must be at least 1 checkpoint, got {keep}")
    if save_every is not None and not save_every > 0:
        raise ValueError(f"Trainer: save_every must be positive minutes, got {save_every}")
    if micro_batch is not None and not hasattr(micro_batch, "__index__"):
        raise TypeError(f"Trainer: micro_batch must be an integer or None, got {micro_batch!r:.60}")
    if micro_batch is not None and operator.index(micro_batch) < 1:
        raise ValueError(f"Trainer: micro_batch must be at least 1 image, got {micro_batch}")
    norm = max_gradient_norm
    if norm is None:
        return
    if not isinstance(norm, int | float | np.number):
        raise TypeError(f"Trainer: max_gradient_norm must be a number or None, got {norm!r:.60}")
    if not norm > 0:
        raise ValueError(f"Trainer: max_gradient_norm must be positive, got {norm}")
    if norm == math.inf:
        raise ValueError(
            "Trainer: max_gradient_norm must be finite: leave it out to train without a bound"
        )


def require_net(net: object) -> None:
    """Refuse what is no layer, and a net without parameters.

    Parameters
    ----------
    net : Layer
        What is to be trained.

    Raises
    ------
    TypeError
        If it is something else.
    """
    if not isinstance(net, Layer):
        kind = f"the class {net.__name__}" if isinstance(net, type) else f"a {_name(net)}"
        raise TypeError(
            f"Trainer: the net must be a Layer, such as layers.Sequential or models.vgg(...), got "
            f"{kind}"
        )


def _require_metric(loss: object) -> None:
    name = getattr(loss, "metric_name", None)
    if name not in (None, "accuracy") and not hasattr(loss, "metric"):
        raise TypeError(
            f"Trainer: the loss {_name(loss)} has the metric_name {name!r}, but no method "
            "metric(outputs, targets) that computes it"
        )


def _require_parameters(optimizer: Any) -> None:
    parameters, kind = optimizer.parameters, _name(optimizer)
    if not isinstance(parameters, Mapping) or not all(
        isinstance(p, Parameter) for p in parameters.values()
    ):
        raise TypeError(
            f"Trainer: the parameters of {kind} must be a dict of names to Parameters, as "
            f"net.parameters() returns it, got {type(parameters).__name__}"
        )
    require_rate(kind, optimizer.lr)


def require_rate(whose: str, lr: object) -> None:
    """Refuse a learning rate that is not a number.

    Parameters
    ----------
    whose : str
        The name of the optimizer or schedule that has set it.
    lr : object
        Of any class.

    Raises
    ------
    TypeError
        If it is no number.
    """
    try:
        math.isfinite(lr)  # type: ignore[arg-type]
    except TypeError as error:
        raise TypeError(f"Trainer: the lr of {whose} must be a number, got {lr!r:.60}") from error


def _require_attributes(role: str, part: object, names: Sequence[str], purpose: str) -> None:
    if isinstance(part, type):
        raise TypeError(f"Trainer: the {role} is the class {part.__name__}: make an object of it")
    if role == "loader" and isinstance(part, int | float):
        raise TypeError(
            f"Trainer: fit takes a validation loader after the training loader, got {part!r}: "
            f"write epochs={part!r}"
        )
    missing = [name for name in names if not hasattr(part, name)]
    if missing:
        raise TypeError(
            f"Trainer: the {role} {_name(part)} lacks {' and '.join(missing)}{purpose}: see "
            f"help({_DESCRIBED_IN[role]!r}) and the guide 'Your own parts'"
        )


def _require_savable(role: str, part: Any) -> None:
    state = part.state_dict()
    if role == "schedule":
        require_json("the schedule's state_dict()", state)
        return
    require_arrays(state)


def require_arrays(state: object) -> None:
    """Refuse a state of an optimizer that a file of arrays cannot hold.

    Parameters
    ----------
    state : dict of str to array
        What its ``state_dict`` returned.

    Raises
    ------
    TypeError
        If it is something else.
    """
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
    """The settings that must be the same when training is resumed.

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
    require_json(f"the settings of {_name(part)}", settings_of(part))


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
    by = _name(schedule) if schedule else "its user"
    require_rate(_name(optimizer) if schedule is None else by, optimizer.lr)
    if not 0 <= optimizer.lr < math.inf:
        raise ValueError(
            f"Trainer: the learning rate must be a finite number of at least 0, but {by} has set "
            f"it to {optimizer.lr}"
        )


def require_json(what: str, value: object) -> None:
    """Refuse what a file in JSON format cannot hold.

    Parameters
    ----------
    what : str
        Its name, for the message.
    value : object
        Numbers, text, and lists and dicts of them.

    Raises
    ------
    TypeError
        If there is something else in it.
    """
    try:
        json.dumps(value)
    except (TypeError, ValueError) as error:
        raise TypeError(
            f"Trainer: {what} must hold plain numbers, text and lists of them, for a file in JSON "
            f"format: {error}"
        ) from error


def _name(part: object) -> str:
    return type(part).__name__
