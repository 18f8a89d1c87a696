"""config.json of a run: what it must hold, so that a file from a stranger is a run or an error."""

from collections.abc import Callable
from pathlib import Path

from minivgg.layers.initializers import canonical_name
from minivgg.models.limits import MAX_LAYERS
from minivgg.training import run_json
from minivgg.training.recipes import OPTIMIZERS, SCHEDULES, Recipe
from minivgg.training.run_json import is_number
from minivgg.utils.files import JsonObject

# settings in config.json beside those of the recipe
RUN_SETTINGS = ("data", "classes", "input_shape", "mean", "std", "validation", "seed", "step_size")
# settings that runs of earlier versions lack, and what they mean there
LATER_SETTINGS = dict.fromkeys(("colors", "init", "init_pixels", "micro_batch", "freeze", "test"))
EDITABLE = ("data",)  # where the images are, which can move

MAX_WIDTH = 1 << 20  # filters or units of a layer
MAX_SIDE = 1 << 14  # pixels
MAX_CHANNELS = 1 << 12
MAX_CLASSES = 1 << 20
MAX_COUNT = 10**12


def read_config(path: Path) -> JsonObject:
    """The settings of a run.

    Parameters
    ----------
    path : Path
        Of config.json.

    Returns
    -------
    dict
        With defaults for what earlier versions did not have.

    Raises
    ------
    OSError
        If the file is damaged, or has settings that no run has.
    """
    defaults = Recipe._field_defaults
    needs = [*RUN_SETTINGS, *(name for name in Recipe._fields if name not in defaults)]
    config = defaults | LATER_SETTINGS | run_json.read(path, needs, EDITABLE, RULES)
    for name, (is_right, kind) in RULES.items():
        if name in config and not is_right(config[name]):
            raise OSError(f"{path} is damaged: {name!r} must be {kind}, got {config[name]!r:.60}")
    channels = config["input_shape"][0]
    for name in ("mean", "std"):
        if len(config[name]) != channels:
            raise OSError(f"{path} is damaged: {name!r} must be {channels} numbers")
    if config["color"] and not config["colors"]:
        raise OSError(f"{path} is damaged: it lacks the 'colors' that are shifted")
    config["initializer"] = canonical_name(config["initializer"])
    return config


def write_config(path: Path, config: JsonObject) -> None:
    """Write the settings of a run.

    Parameters
    ----------
    path : Path
        Of config.json.
    config : dict
        The settings.

    Raises
    ------
    OSError
        If the file cannot be written.
    """
    run_json.write(path, config, EDITABLE)


def _is_from(lowest: float, most: float) -> Callable[[object], bool]:
    return lambda value: is_number(value) and lowest <= value <= most  # type: ignore[operator]


def _is_count(lowest: int, most: int = MAX_COUNT) -> Callable[[object], bool]:
    return lambda value: isinstance(value, int) and _is_from(lowest, most)(value)


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_list_of(is_right: Callable[[object], bool], most: int) -> Callable[[object], bool]:
    return lambda value: (
        isinstance(value, list) and len(value) <= most and all(map(is_right, value))
    )


def _is_shape(value: object) -> bool:
    return (
        isinstance(value, list)
        and len(value) == 3
        and _is_count(1, MAX_CHANNELS)(value[0])
        and all(map(_is_count(1, MAX_SIDE), value[1:]))
    )


def _is_layer(value: object) -> bool:
    """A number of filters, or a name such as "M" or "64x1"; or both in a list."""
    if isinstance(value, list):
        return (
            len(value) <= 4
            and not any(isinstance(v, list) for v in value)
            and all(map(_is_layer, value))
        )
    return _is_count(1, MAX_WIDTH)(value) or (isinstance(value, str) and len(value) < 20)


def _are_colors(value: object) -> bool:
    """Values, and a vector of the channels for each of them."""
    return (
        isinstance(value, list)
        and len(value) == 2
        and _is_list_of(is_number, MAX_CHANNELS)(value[0])
        and _is_list_of(_is_list_of(is_number, MAX_CHANNELS), MAX_CHANNELS)(value[1])
    )


def _is_net(value: object) -> bool:
    return _is_text(value) or _is_list_of(_is_layer, MAX_LAYERS)(value)


def _optional(is_right: Callable[[object], bool]) -> Callable[[object], bool]:
    return lambda value: value is None or is_right(value)


def _either(*rules: Callable[[object], bool]) -> Callable[[object], bool]:
    return lambda value: any(is_right(value) for is_right in rules)


def _is_one_of(values: tuple[str | None, ...]) -> Callable[[object], bool]:
    return lambda value: value in values


def _is_switch(value: object) -> bool:
    return isinstance(value, bool)


_SIDE = _is_count(1, MAX_SIDE)
_is_scale = _either(_SIDE, lambda value: _is_list_of(_SIDE, 2)(value) and len(value) == 2)  # type: ignore[arg-type]
_SHARE = _either(_is_text, _is_from(0, 1))

# of each setting: whether a value is right, and what it must be
RULES: dict[str, tuple[Callable[[object], bool], str]] = {
    "minivgg": (_is_text, "a version"),
    "data": (_is_text, "a name or a path"),
    "classes": (_is_list_of(_is_text, MAX_CLASSES), "a list of names"),
    "input_shape": (_is_shape, "channels, height and width of images"),
    "mean": (_is_list_of(is_number, MAX_CHANNELS), "a list of numbers"),
    "std": (_is_list_of(_is_from(1e-30, 1e30), MAX_CHANNELS), "a list of positive numbers"),
    "validation": (_SHARE, "a share or the name of a folder"),
    "test": (_optional(_SHARE), "a share or the name of a folder"),
    "seed": (_is_count(0, 1 << 64), "a whole number"),
    "step_size": (_is_count(1), "a number of epochs"),
    "micro_batch": (_optional(_is_count(1)), "a number of images"),
    "colors": (_optional(_are_colors), "values and vectors"),
    "init_pixels": (_optional(lambda value: isinstance(value, dict)), "an object"),
    "freeze": (_optional(_is_text), "the name of a layer"),
    "init": (_optional(_is_text), "a name or a path"),
    "net": (_is_net, f"the name of a net, or a list of at most {MAX_LAYERS:,} layers"),
    "hidden": (_optional(_is_list_of(_is_count(1, MAX_WIDTH), 100)), "a list of sizes"),
    "epochs": (_is_count(1), "a whole number of at least 1"),
    "batch_size": (_is_count(1), "a whole number of at least 1"),
    "lr": (_is_from(0, 1e30), "a number of at least 0"),
    "momentum": (_is_from(0, 1), "a number from 0 to 1"),
    "weight_decay": (is_number, "a number"),
    "dropout": (_is_from(0, 1), "a number from 0 to 1"),
    "batch_norm": (_is_switch, "true or false"),
    "schedule": (_is_one_of(SCHEDULES), f"one of {', '.join(SCHEDULES)}"),
    "scale": (_optional(_is_scale), "a number of pixels, or two"),
    "crop": (_is_count(0, MAX_SIDE), "a number of pixels"),
    "flip": (_is_switch, "true or false"),
    "color": (_is_from(0, 1e6), "a number of at least 0"),
    "mean_only": (_is_switch, "true or false"),
    "initializer": (_is_text, "a name"),
    "optimizer": (_is_one_of(tuple(OPTIMIZERS)), f"one of {', '.join(OPTIMIZERS)}"),
    "warmup": (_is_count(0), "a number of epochs"),
    "clip_norm": (_optional(_is_from(0, 1e30)), "a positive number"),
    "label_smoothing": (_is_from(0, 1), "a number from 0 to 1"),
    "class_weights": (_is_one_of((None, "balanced")), "balanced or null"),
    "early_stopping": (_optional(_is_count(1)), "a number of epochs"),
}
