"""What the explorer shows for a name or a path: nets with weights, or a stack to build."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from minivgg import models
from minivgg.evaluation.predictor import Predictor
from minivgg.explorer.document import net_document
from minivgg.models.configurations import ALIASES, CONFIGURATIONS, net_name
from minivgg.models.net import Net
from minivgg.models.pretrained.packaged import VGG16_POOL3
from minivgg.training.run import CONFIG, PRETRAINED, Run
from minivgg.utils.files import JsonObject
from minivgg.utils.suggest import SIMILAR, suggest, which_there_are

DIGITS = "digits"
DIGITS_FOLDER = Path(__file__).with_name(DIGITS)
SHIPPED = (DIGITS, *PRETRAINED, VGG16_POOL3)
DEFAULT = (DIGITS, *PRETRAINED)
PRESETS = ("A", "A-LRN", "B", "B-5x5", "C", "D", "E", "AlexNet")
PUBLISHED_STACK = "vgg16"  # shown with the blocks whose weights there are

ITEM = re.compile(  # as parseStack of web/state.js reads it
    r"(?:\d{1,6}(?:x\d{1,2})?|M\d{0,2})(?:s\d{1,2})?(?:p\d{1,2})?(?:g\d{1,6})?(?:b0)?|LRN|F\d{1,6}",
    re.IGNORECASE,
)
MOST_ITEMS = 64
MOST_SIDE, MOST_CHANNELS = 4096, 65536
MOST_NAME = 60  # letters of a name in an address
MOST_MAPS = 100_000_000  # numbers in all feature maps of one picture, which a browser can hold


class Content(NamedTuple):
    """What a page is made of.

    Parameters
    ----------
    nets : list of dict
        Documents of nets with weights.
    stack : dict or None
        The net to build first, see ``page``.
    """

    nets: list[JsonObject]
    stack: JsonObject | None


def content_of(
    names: Sequence[str],
    layers: int | None = None,
    input_shape: tuple[int, int, int] | None = None,
) -> Content:
    """What a page shows.

    Parameters
    ----------
    names : sequence of str
        Nets with weights: SHIPPED, run folders, files of weights; stacks to build: the paper's nets
        and lists such as "64,64,M,128".
    layers : int, optional
        How many layers with weights of each net to take; all by default.
    input_shape : (int, int, int), optional
        (C, H, W) of the pictures of a stack.

    Returns
    -------
    content : Content
        At most one stack.

    Raises
    ------
    ValueError, OSError
        If there is no such net, or it cannot be shown; one sentence says why.
    """
    nets: list[JsonObject] = []
    stacks: list[JsonObject] = []
    for name in names:
        if name.lower() == PUBLISHED_STACK and not Path(name).exists():
            nets.append(_document(VGG16_POOL3, layers))
            stacks.append({"preset": ALIASES[PUBLISHED_STACK]})
        elif (stack := _stack(name, input_shape)) is not None:
            stacks.append(stack)
        else:
            nets.append(_document(name, layers))
    if len(stacks) > 1:
        raise ValueError("a page begins with one stack to build, and more are named")
    if input_shape and not (stacks and "text" in stacks[0]):
        raise ValueError(
            "--input is for a list of layers such as 64,64,M,128: others have their own"
        )
    if layers is not None and not nets:
        raise ValueError("--layers is for nets with weights, and a stack to build has none")
    for number, net in enumerate(nets):
        before = [other["name"] for other in nets[:number]]
        if net["name"] in before:
            net["name"] = f"{net['name']}-{number + 1}"
    return Content(nets, stacks[0] if stacks else None)


# ------------------------------------------------------------------------------------------ stacks


def _stack(name: str, input_shape: tuple[int, int, int] | None) -> JsonObject | None:
    """The stack of a name or a list of layers; None for anything else."""
    if Path(name).exists():
        return None
    presets = {preset.lower(): preset for preset in PRESETS} | ALIASES
    if name.lower() in presets:
        return {"preset": presets[name.lower()]}
    if name in CONFIGURATIONS:
        chosen = CONFIGURATIONS[name]
        hidden = "".join(f",F{units}" for units in chosen.hidden)
        return _with_input(f"{net_name(chosen.layers)}{hidden},F10", chosen.input_shape)
    items = [item.strip() for item in name.split(",") if item.strip()]
    if "," not in name and not ITEM.fullmatch(name.strip()):
        return None
    for item in items:
        if not ITEM.fullmatch(item):
            raise ValueError(
                f"{item!r} is not a layer: a stack is a list such as 64,64x5,M,LRN,F10, which is a "
                "3×3 and a 5×5 convolution, a max-pool, local response normalisation and a fully "
                "connected layer"
            )
    if len(items) > MOST_ITEMS:
        raise ValueError(f"a stack has at most {MOST_ITEMS} layers, got {len(items)}")
    return _with_input(",".join(items), input_shape or (3, 224, 224))


def _with_input(text: str, input_shape: tuple[int, int, int]) -> JsonObject:
    """A stack with the shape of its pictures."""
    channels, height, width = input_shape
    if not (1 <= channels <= MOST_CHANNELS and all(1 <= s <= MOST_SIDE for s in (height, width))):
        raise ValueError(
            "--input is channels, height and width: 1 to "
            f"{MOST_CHANNELS:,}, and 1 to {MOST_SIDE:,} pixels, got {channels} {height} {width}"
        )
    return {"text": text, "input": {"channels": channels, "height": height, "width": width}}


# ------------------------------------------------------------------------------- nets with weights


def _document(name: str, layers: int | None) -> JsonObject:
    """The document of a net with weights, from a name or a path."""
    path = Path(name)
    if name in SHIPPED and not (path / CONFIG).is_file():
        if name == VGG16_POOL3:
            return _checked(models.packaged_net(name), name, None, layers)
        return _run_document(Run.open(DIGITS_FOLDER if name == DIGITS else name), layers)
    if path.is_file():
        return _file_document(path, layers)
    if not path.exists() and len(path.parts) == 1:
        known = list(dict.fromkeys([*SHIPPED, *PRESETS, *ALIASES, *CONFIGURATIONS]))
        if not Path("runs", name).exists() and suggest(name, known, SIMILAR):
            raise ValueError(f"there is no net {name!r}: {which_there_are(name, known)}")
    return _run_document(Run.open(name), layers)


def _run_document(run: Run, layers: int | None) -> JsonObject:
    return _checked(run.net(), run.folder.resolve().name, run.config["classes"], layers)


def _file_document(path: Path, layers: int | None) -> JsonObject:
    """The document of a file of weights."""
    found = Predictor.from_weights(weights=path)
    assert isinstance(found.model.net, Net)  # as all nets from files are
    return _checked(found.model.net, path.name, found.classes, layers)


def _checked(net: Net, title: str, classes: Sequence[str] | None, layers: int | None) -> JsonObject:
    """The document of a net whose pictures and feature maps a page can show."""
    channels, height, width = net.input_shape
    if channels not in (1, 3):
        raise ValueError(f"{title} takes pictures of {channels} channels, and the page has 1 or 3")
    maps = models.summary(net, net.input_shape).activations
    if maps > MOST_MAPS:
        raise ValueError(
            f"{title} computes {maps:,} numbers for a picture of {width}×{height} pixels, and a "
            f"page can hold {MOST_MAPS:,}"
        )
    name = re.sub(r"[^\w.+-]+", "-", title, flags=re.ASCII)[:MOST_NAME].strip("-")
    return net_document(net, name or "net", title, classes, layers)
