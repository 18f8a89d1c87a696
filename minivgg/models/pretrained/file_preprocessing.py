"""What the weights in a file expect of pixels: what the file says, what is known, or a guess."""

import json
from collections.abc import Sequence
from math import inf, isfinite
from typing import Literal, NamedTuple, TypeAlias

from minivgg import data, weights
from minivgg.models.pretrained.file_layers import FileLayers
from minivgg.models.pretrained.keras_names import normalization
from minivgg.models.pretrained.keras_preprocessing import Channel, input_of
from minivgg.models.pretrained.registry import (
    GOOGLENET_PIXELS,
    IMAGENET,
    PREPROCESSING,
    PREPROCESSING_BY_CHECKSUM,
)
from minivgg.models.vgg import resolve
from minivgg.utils.notices import notify

Pixels: TypeAlias = Literal["rgb", "bgr"] | None

# what files in run folders have as "format", where config.json holds the preprocessing
FORMAT_WITHOUT_PREPROCESSING = "minivgg"
PLAIN = "values from 0 to 1"
HOW_TO_SAY = (
    "otherwise say so: pixels='rgb' or 'bgr', mean=…, std=… (predict: --pixels, --mean, --std)"
)


class Expected(NamedTuple):
    """What the weights in a file expect.

    Parameters
    ----------
    normalize : Normalize
        Of RGB.
    bgr : bool
        Whether the first filters in the file take BGR.
    assumed : str
        What was assumed, or empty where it is known.
    """

    normalize: data.Normalize
    bgr: bool
    assumed: str = ""


def expected_pixels(
    file: weights.File,
    layers: FileLayers,
    pixels: Pixels = None,
    mean: Sequence[float] | None = None,
    std: Sequence[float] | None = None,
    *,
    quiet: bool = False,
) -> Expected:
    """What the weights in a file expect of images; an assumption is told to the user.

    Parameters
    ----------
    file : File
        With its metadata.
    layers : FileLayers
        What it holds.
    pixels : {"rgb", "bgr"}, optional
        The order of channels that the first filters expect, if the user says it.
    mean, std : sequence of float, optional
        Of the channels, RGB, for values from 0 to 1, if the user says it.
    quiet : bool
        Tell nothing.

    Returns
    -------
    expected : Expected
        What the user says goes before what the file says.

    Raises
    ------
    ValueError
        If pixels, mean or std are malformed, or the file leaves it to its run folder.
    OSError
        If the preprocessing that is stored in the file is damaged.
    """
    if pixels not in (None, "rgb", "bgr"):
        raise ValueError(f"pixels must be 'rgb' or 'bgr', got {pixels!r}")
    channels = layers.convolutions[0].inputs if layers.convolutions else 3
    given = mean is not None or std is not None
    found = _known(file, layers, channels, given)
    normalize, bgr, assumed = found
    if given:
        normalize = data.Normalize(
            _channels("mean", (0.0,) if mean is None else mean, channels),
            _channels("std", (1.0,) if std is None else std, channels),
        )
    bgr = bgr if pixels is None else pixels == "bgr"
    if assumed and not quiet and not given:
        order = ("BGR, " if bgr else "RGB, ") if pixels is None and channels == 3 else ""
        notify(
            f"{file.path} does not say what its net expects of pixels; assumed: {order}{assumed}; "
            f"{HOW_TO_SAY}"
        )
    return Expected(normalize, bgr, assumed)


def _channels(name: str, values: Sequence[float] | float, channels: int) -> tuple[float, ...]:
    try:
        given = [values] if isinstance(values, int | float) else values
        numbers = tuple(float(v) for v in given)
    except (TypeError, ValueError):
        raise ValueError(f"{name} must be numbers, got {values!r:.60}") from None
    numbers = numbers * channels if len(numbers) == 1 else numbers
    if len(numbers) != channels:
        raise ValueError(
            f"{name} must have {channels} numbers, one for each channel, got {values!r}"
        )
    if not all(isfinite(v) for v in numbers) or (name == "std" and min(numbers) <= 0):
        raise ValueError(
            f"{name} must be finite{' and positive' * (name == 'std')}, got {values!r}"
        )
    return numbers


def _known(file: weights.File, layers: FileLayers, channels: int, given: bool) -> Expected:
    """What the file says, or what is known of files like it, or what is assumed."""
    if stored := _stored(file, given):
        return Expected(stored, False)
    for checksum, (normalize, bgr) in PREPROCESSING_BY_CHECKSUM.items():
        if checksum in file.path.name:
            return Expected(normalize, bgr)
    classes = layers.head[-1].outputs if layers.head else 0
    published = classes in (0, 1000) and configuration_of(layers) is not None
    source = layers.source
    if source == "keras":
        return _keras(file, layers, channels, published)
    if source == "frossard":
        return Expected(PREPROCESSING[source], file.metadata.get("layout") == "vgg16.npy")
    if channels != 3:
        ones = data.Normalize((0.0,) * channels, (1.0,) * channels)
        return Expected(ones, False, PLAIN)
    if layers.net == "googlenet":
        assumed = "mean 0.5 and std 0.5, as torchvision's transform_input makes them"
        return Expected(GOOGLENET_PIXELS, False, assumed)
    assumed = "torchvision's normalisation (mean 0.485, 0.456, 0.406, std 0.229, 0.224, 0.225)"
    return Expected(PREPROCESSING[source], False, "" if published else assumed)


def _keras(file: weights.File, layers: FileLayers, channels: int, published: bool) -> Expected:
    learned = normalization(file)
    config = file.metadata.get("keras_config", "")
    found = input_of(config, learned, channels)
    plain = [Channel(c, 1.0, 0.0) for c in range(channels)]
    if found and found.channels != plain:
        known = _from_channels(found.channels)
        if known:
            return known
    applications = configuration_of(layers) in ("vgg16", "vgg19") and all(
        layer.path for layer in layers.convolutions
    )
    unknown = (
        f" (its layer {found.not_understood} is not understood)"
        if found and found.not_understood
        else ""
    )
    if applications:
        assumed = f"values from 0 to 255 less ImageNet's mean, as in keras.applications{unknown}"
        return Expected(PREPROCESSING["keras"], True, "" if published and not unknown else assumed)
    ones = data.Normalize((0.0,) * channels, (1.0,) * channels)
    if not config and len(learned) == 1:  # .weights.h5 with a layer Normalization
        mean, variance = next(iter(learned.values()))
        if mean.size == channels:
            std = [max(float(v) ** 0.5, 1e-7) for v in variance]
            steps = [
                Channel(c, 1 / s, -float(m) / s)
                for c, (m, s) in enumerate(zip(mean, std, strict=True))
            ]
            return _from_channels(steps) or Expected(ones, False, PLAIN)
    return Expected(ones, False, PLAIN + unknown)


def _from_channels(channels: list[Channel]) -> Expected | None:
    """From slopes and shifts of the values that a net is given, 0 to 255 or 0 to 1."""
    order = [c.source for c in channels]
    if sorted(order) != list(range(len(order))) or min(c.slope for c in channels) <= 0:
        return None
    if order != sorted(order) and order != sorted(order, reverse=True):
        return None
    # a larger slope would be for pixels from 0 to 1; for 0 to 255, Keras' is 1/255 and Caffe's 1
    largest = 255 if max(c.slope for c in channels) <= 1.0001 else 1
    by_source = sorted(channels)
    std = tuple(1 / (c.slope * largest) for c in by_source)
    mean = tuple(-c.shift / (c.slope * largest) for c in by_source)
    if not all(map(isfinite, (*mean, *std))):
        return None
    return Expected(data.Normalize(mean, std), order != sorted(order))


def configuration_of(layers: FileLayers) -> str | None:
    """The net of the paper whose convolutions a file has.

    Parameters
    ----------
    layers : FileLayers
        Of the file.

    Returns
    -------
    name : str or None
        "vgg11" to "vgg19" or their _bn, or None.
    """
    widths = [(layer.outputs, layer.kernel) for layer in layers.convolutions]
    for name in IMAGENET:
        chosen, with_norm = resolve(name)
        wanted = [(item, 3) for item in chosen.layers if isinstance(item, int)]
        if wanted == widths and with_norm == bool(layers.norms):
            return name
    return None


def _stored(file: weights.File, given: bool) -> data.Normalize | None:
    """The preprocessing in the metadata of a file of this package, or None.

    Raises ``ValueError`` for a file that leaves it to its run folder, unless it is given.
    """
    if "preprocessing" not in file.metadata:
        if file.metadata.get("format") == FORMAT_WITHOUT_PREPROCESSING and not given:
            raise ValueError(
                f"{file.path}: it does not say how pixels are normalised: name the run folder that "
                "contains it"
            )
        return None
    try:
        found = json.loads(file.metadata["preprocessing"])
        mean, std = ([float(v) for v in found[name]] for name in ("mean", "std"))
        finite = all(map(isfinite, mean)) and all(0 < v < inf for v in std)
        if not (len(mean) == len(std) > 0 and finite):
            raise ValueError("no mean and standard deviation")
        return data.Normalize(tuple(mean), tuple(std))
    except (ValueError, TypeError, KeyError, RecursionError, OverflowError) as error:
        raise OSError(f"{file.path} is damaged: its preprocessing cannot be read") from error
