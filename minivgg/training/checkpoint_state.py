"""What state.json of a checkpoint must hold, so that nothing else fails later."""

from dataclasses import fields
from pathlib import Path

from minivgg.training.history import COLUMNS, METRIC_COLUMNS, EpochMetrics
from minivgg.training.run_json import is_number
from minivgg.utils.files import JsonObject

POSITION = ("epoch", "batch", "step")  # attributes of a Trainer
METRICS = tuple(field.name for field in fields(EpochMetrics))
OLD_METRICS = {"metric_sum": "correct"}  # their names in checkpoints of earlier versions
STATE = (*POSITION, *METRICS, "lr", "schedule", "history", "settings")  # keys of state.json
KEYS = (*STATE, *OLD_METRICS.values())  # of this version and of earlier ones
COUNTS = (*POSITION, "seen")
MAX_COUNT = 10**15
NUMBERS_OF_ROW = ("loss", "learning_rate")  # the other columns can be empty


def checked_state(path: Path, state: JsonObject) -> JsonObject:
    """The state of a checkpoint, in the form of this version.

    Parameters
    ----------
    path : Path
        Of state.json, for the message.
    state : dict
        As it was read.

    Returns
    -------
    dict
        With the names and columns that this version has.

    Raises
    ------
    OSError
        If a key is missing, or has a value that training cannot have written.
    """
    state = _in_this_form(state)
    lacking = next((name for name in STATE if name not in state), None)
    if lacking:
        raise OSError(f"{path} is damaged: it lacks {lacking!r}")
    for name in COUNTS:
        _require(_is_count(state[name]), path, name, "a whole number of at least 0", state[name])
    for name in ("lr", *METRICS):
        _require(is_number(state[name]), path, name, "a number", state[name])
    if state["batch"] and not state["seen"]:
        raise OSError(f"{path} is damaged: it has seen no images in {state['batch']} batches")
    schedule = state["schedule"]
    _require(isinstance(schedule, dict | None), path, "schedule", "an object", schedule)
    _require(isinstance(state["settings"], dict), path, "settings", "an object", state["settings"])
    history = state["history"]
    _require(isinstance(history, list), path, "history", "a list", history)
    state["history"] = [_checked_row(path, row) for row in history]
    return state


def _in_this_form(state: JsonObject) -> JsonObject:
    """A copy of a state, perhaps of an earlier version, in which each image counted 1."""
    state = dict.fromkeys(("loss_weight", "metric_weight"), state.get("seen", 0)) | state
    for name, old in OLD_METRICS.items():
        if old in state:
            state[name] = state.pop(old)
    return state


def require_alike(own: object, found: object, name: str = "schedule") -> None:
    """Refuse a state with values of other types than those that it will replace.

    Parameters
    ----------
    own : dict
        Such as the ``state_dict`` of a schedule.
    found : dict
        What was read.
    name : str
        Of the value, for the message.

    Raises
    ------
    TypeError
        If one is a number and the other is not, and so on. Where its own is None, the other can
        be anything.
    """
    for kind in (int | float, str, list | tuple, dict):
        if isinstance(own, kind) and not isinstance(found, kind):
            raise TypeError(f"{name!r} is {found!r:.60}")
    if isinstance(own, dict) and isinstance(found, dict):
        for key in own.keys() & found.keys():
            require_alike(own[key], found[key], key)


def _checked_row(path: Path, row: object) -> JsonObject:
    if not isinstance(row, dict):
        raise OSError(f"{path} is damaged: a row of its history is {row!r:.60}")
    row = {"validation_loss": None} | row  # which earlier versions did not have
    for name in COLUMNS:
        if name not in row:
            raise OSError(f"{path} is damaged: a row of its history lacks {name!r}")
    for name, value in row.items():
        if name == "epoch":
            right = _is_count(value)
        elif name == METRIC_COLUMNS[0]:
            right = isinstance(value, str)
        elif name in NUMBERS_OF_ROW:
            right = is_number(value)
        else:
            right = name in (*COLUMNS, *METRIC_COLUMNS) and (value is None or is_number(value))
        if not right:
            raise OSError(f"{path} is damaged: {name!r} in its history is {value!r:.60}")
    return {name: row[name] for name in (*COLUMNS, *METRIC_COLUMNS) if name in row}


def _require(is_right: bool, path: Path, name: str, kind: str, value: object) -> None:
    if not is_right:
        raise OSError(f"{path} is damaged: {name!r} must be {kind}, got {value!r:.60}")


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MAX_COUNT
