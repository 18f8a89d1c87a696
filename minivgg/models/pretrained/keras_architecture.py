"""Whether a net of Keras' computes what a net here computes, by the configuration in its file.

Weights of the right shapes could be loaded into a net that answers something else: with another
activation, another padding, a stride, or batch norm behind the ReLU. Such files are refused.
"""

from collections.abc import Callable
from itertools import zip_longest
from typing import TypeAlias

from minivgg import layers
from minivgg.models.net import Net
from minivgg.models.pretrained.keras_config import Json, layers_of

Step: TypeAlias = tuple[str, str]  # (what it does, the layer's name)

HEAD = ("Flatten", "Dense", "GlobalAveragePooling2D", "GlobalMaxPooling2D")
POOL_ROUNDED_UP = "max-pool, rounded up"
NO_EFFECT = (
    "InputLayer", "Dropout", "SpatialDropout2D", "GaussianNoise", "GaussianDropout", "Identity",
    "ActivityRegularization",
)  # fmt: skip
HERE = {
    layers.Conv2d: "convolution",
    layers.BatchNorm2d: "batch norm",
    layers.ReLU: "ReLU",
    layers.MaxPool2d: "max-pool",
    layers.Flatten: "flattening",
    layers.Linear: "fully connected layer",
    layers.GlobalAvgPool2d: "global average pooling",
    layers.GlobalMaxPool2d: "global max pooling",
}
ANSWERS = ("softmax", "sigmoid", "log_softmax")  # a net here gives what they are computed of


def check_architecture(config: str, net: Net) -> None:
    """Raise ``ValueError`` where a net of Keras' is known to compute something else than a net.

    Parameters
    ----------
    config : str
        Keras' configuration as JSON, or empty: then nothing is known.
    net : Net
        That takes the weights.

    Raises
    ------
    ValueError
        If a layer does something else. The message names it.
    """
    theirs = steps_of(config, has_head(net))
    if not theirs:
        return
    for (what, name), here in zip_longest(theirs, _steps_here(net), fillvalue=("", "")):
        found = here if isinstance(here, str) else ""
        if what.partition(",")[0] != found:
            told = f"at its layer {name}, its net has a {what}" if what else "its net ends"
            raise ValueError(
                f"{told}, but this net {f'has a {found}' if found else 'ends'}, so it would "
                "compute something else"
            )
    pools = [name for what, name in theirs if what == POOL_ROUNDED_UP]
    if pools and any(side % 2 ** len(pools) for side in net.input_shape[1:]):
        raise ValueError(
            f"its layer {pools[0]} has padding='same', which the max-pools of minivgg do not have, "
            f"so the sides of its images must be multiples of {2 ** len(pools)}"
        )


def has_head(net: Net) -> bool:
    """Whether a net has fully connected layers.

    Parameters
    ----------
    net : Net
        Any.

    Returns
    -------
    bool
        False if they are convolutions.
    """
    part = net.layers.get("classifier")
    return part is not None and any(isinstance(x, layers.Linear) for x in part.children().values())


def steps_of(config: str, head: bool = True) -> list[Step]:
    """What a net of Keras' does with the image, from the first convolution to its logits.

    Parameters
    ----------
    config : str
        The configuration as JSON, or empty.
    head : bool
        Whether to go on where the map is flattened or averaged.

    Returns
    -------
    steps : list of (str, str)
        What each does, such as "max-pool", and the name of the layer; empty if it is not known.

    Raises
    ------
    ValueError
        If a layer does what no net here does.
    """
    steps: list[Step] = []
    for kind, settings in layers_of(config):
        name = str(settings.get("name", kind))
        if kind in NO_EFFECT or kind.startswith("Random"):
            continue
        if not steps and kind not in ("Conv2D", "Convolution2D"):
            continue  # belongs to the preprocessing
        if not head and kind in HEAD:
            break
        rule = RULES.get(kind)
        if rule is None:
            raise ValueError(f"its layer {name} ({kind}) has no counterpart here")
        steps += [(what, name) for what in rule(name, settings)]
    while steps and steps[-1][0] in ANSWERS:
        steps.pop()
    wrong = next((step for step in steps if step[0] in ANSWERS), None)
    if wrong:
        raise _other_activation(wrong[1], wrong[0])
    return steps


def _steps_here(net: Net) -> list[str]:
    found = []
    for name, part in net.children().items():
        if name != "features" and not has_head(net):
            continue
        inside = part.children().values() if isinstance(part, layers.Sequential) else (part,)
        found += [HERE[type(layer)] for layer in inside if type(layer) in HERE]
    return found


def _wants(name: str, settings: Json, wanted: dict[str, tuple[object, ...]]) -> None:
    """Raise ``ValueError`` for a setting with another value than one of those that nets here have.

    A list of equal numbers counts as the number.
    """
    for key, allowed in wanted.items():
        value = settings.get(key)
        if isinstance(value, list | tuple) and len(set(map(str, value))) == 1:
            value = value[0]
        if value is not None and value not in allowed:
            raise ValueError(
                f"its layer {name} has {key}={settings[key]!r}, but in minivgg it is {allowed[0]!r}"
            )


def _activation(name: str, value: object) -> list[str]:
    if isinstance(value, dict):  # an object of its own class
        config = value.get("config")
        text = str(value.get("class_name", "")).lower()
        plain = not isinstance(config, dict) or set(config) <= {"name", "dtype", "trainable"}
        value = text if plain else f"{text} with settings"
    if value in (None, "linear"):
        return []
    if value == "relu":
        return ["ReLU"]
    if value in ANSWERS:
        return [str(value)]
    raise _other_activation(name, value)


def _other_activation(name: str, value: object) -> ValueError:
    return ValueError(f"its layer {name} has the activation {value}; the nets of minivgg have ReLU")


def _convolution(name: str, settings: Json) -> list[str]:
    size = settings.get("kernel_size", [3, 3])
    padding: tuple[object, ...] = ("same", "valid") if size in ([1, 1], 1) else ("same",)
    wanted: dict[str, tuple[object, ...]] = {
        "padding": padding, "strides": (1,), "dilation_rate": (1,), "groups": (1,),
        "data_format": ("channels_last",),
    }  # fmt: skip
    _wants(name, settings, wanted)
    return ["convolution", *_activation(name, settings.get("activation"))]


def _dense(name: str, settings: Json) -> list[str]:
    return ["fully connected layer", *_activation(name, settings.get("activation"))]


def _max_pool(name: str, settings: Json) -> list[str]:
    _wants(name, settings, {"pool_size": (2,), "strides": (2,), "padding": ("valid", "same")})
    return [POOL_ROUNDED_UP if settings.get("padding") == "same" else "max-pool"]


def _batch_norm(name: str, settings: Json) -> list[str]:
    _wants(name, settings, {"axis": (3, -1)})
    return ["batch norm"]


def _relu(name: str, settings: Json) -> list[str]:
    plain = {"max_value": (None,), "negative_slope": (0.0,), "threshold": (0.0,)}
    for key, allowed in plain.items():
        if settings.get(key) not in (None, *allowed):
            raise ValueError(
                f"its layer {name} has {key}={settings[key]!r}, which the ReLU of minivgg does not "
                "have"
            )
    return ["ReLU"]


def _is(*what: str) -> Callable[[str, Json], list[str]]:
    return lambda name, settings: list(what)


RULES: dict[str, Callable[[str, Json], list[str]]] = {
    "Conv2D": _convolution,
    "Convolution2D": _convolution,
    "Dense": _dense,
    "MaxPooling2D": _max_pool,
    "BatchNormalization": _batch_norm,
    "ReLU": _relu,
    "Activation": lambda name, settings: _activation(name, settings.get("activation")),
    "Softmax": _is("softmax"),
    "Flatten": _is("flattening"),
    "GlobalAveragePooling2D": _is("global average pooling"),
    "GlobalMaxPooling2D": _is("global max pooling"),
}
