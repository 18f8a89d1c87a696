"""The nets whose maps are asked for: what ``features`` and ``style`` have in common."""

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from minivgg import models
from minivgg.models.net import Net
from minivgg.training.run import PRETRAINED, Run
from minivgg.utils.files import StrPath
from minivgg.utils.suggest import suggest, which_there_are

SIMILAR = 0.6  # "cifar-10" and "cifar10" are


class Extractor(NamedTuple):
    """A net whose layer is asked, and how.

    Parameters
    ----------
    name : str
        Of the net, for people.
    net : Net
        With its preprocessing.
    scales : sequence of int or None
        By default; None for 8/7 of the net's input.
    mirror : bool
        Whether mirror images mean the same to the net.
    """

    name: str
    net: Net
    scales: Sequence[int] | None
    mirror: bool


def net_options(p: ArgumentParser) -> None:
    """Add options of the net that computes the maps."""
    p.add_argument(
        "--run",
        metavar="RUN",
        help=f"a run folder, or {' or '.join(models.PACKAGED)} for a net that comes with the "
        f"package (default: {models.PACKAGED[-1]})",
    )
    p.add_argument(
        "--model",
        metavar="NAME",
        help=f"a net of the paper instead of a run: {', '.join(models.IMAGENET)} (default with "
        "--weights: vgg16)",
    )
    p.add_argument(
        "--weights",
        metavar="FILE",
        help="weights of --model: imagenet (default), which are downloaded once, or a file",
    )


def extractor_of(args: Namespace) -> Extractor:
    """The net that the options name; by default the authors' first blocks in the package."""
    if args.model or args.weights:
        model, weights = args.model or "vgg16", args.weights or "imagenet"
        return Extractor(model, _published(model, weights), None, True)
    name = args.run or models.PACKAGED[-1]
    if name in models.PACKAGED and name not in PRETRAINED and not Path(name).exists():
        return Extractor(name, models.packaged_net(name), None, True)
    if not Path(name).exists() and (similar := suggest(name, models.PACKAGED, SIMILAR)) not in (
        "",
        name,
    ):
        raise FileNotFoundError(f"there is no folder {name}: did you mean {similar}?")
    run = Run.open(name)
    return Extractor(str(name), run.net(), (run.test_scale,), bool(run.config["flip"]))


def _published(model: str, weights: StrPath) -> Net:
    """A net of the paper with weights that may be without fully connected layers."""
    if model in models.PUBLISHED and model not in models.IMAGENET:
        raise ValueError(
            f"features are computed with VGG nets, which {model} is not: use one of "
            f"{', '.join(models.IMAGENET)}"
        )
    if model not in models.IMAGENET:
        raise ValueError(f"unknown model {model!r}: {which_there_are(model, models.IMAGENET)}")
    bars = sys.stderr.isatty()
    path = models.imagenet_file(model, bars) if weights == "imagenet" else weights
    build, count = getattr(models, model), models.classes_in(path, model)
    net: Net = build(path, classes=count) if count else build(path, include_top=False)
    return net.eval()
