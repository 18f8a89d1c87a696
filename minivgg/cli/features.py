"""``minivgg features``: what a layer of a net says about images, as a table for other programs."""

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from minivgg import data, models
from minivgg.cli.arguments import Commands, command, device_options
from minivgg.cli.feature_files import FEATURE_FORMATS, FeatureTable
from minivgg.cli.image_arguments import Photographs, photographs
from minivgg.cli.image_reading import read_chunks
from minivgg.cli.net_options import check_net_options
from minivgg.cli.table_files import check_output_path
from minivgg.evaluation.features import features as features_of
from minivgg.evaluation.predictor import images_in
from minivgg.models.net import Net
from minivgg.training.run import PRETRAINED, Run
from minivgg.utils.files import StrPath
from minivgg.utils.notices import notify
from minivgg.utils.printable_text import listed
from minivgg.utils.suggest import suggest, which_there_are

MAX_CLASSES_LISTED = 6
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


def add(commands: Commands) -> None:
    """Add the command ``features``."""
    p = command(
        commands,
        "features",
        features,
        "compute features of images with a trained net",
        """
        minivgg features photos/ --out features.npz
        minivgg features photos/ --out features.npz --grid 4
        minivgg features photos/ --out features.csv --run runs/pets --layer pool3
        """,
    )
    p.add_argument(
        "images",
        nargs="+",
        metavar="IMAGE",
        help='image files, folders of them, or patterns such as "*.jpg"; the names of class '
        "folders are stored as well",
    )
    p.add_argument(
        "--out",
        metavar="FILE",
        required=True,
        help="file to write: .npz for NumPy, or .csv",
    )
    _net_options(p)
    _feature_options(p)
    device_options(p)


def _net_options(p: ArgumentParser) -> None:
    """Add options of the net that computes the features."""
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


def _feature_options(p: ArgumentParser) -> None:
    """Add options of what is computed."""
    p.add_argument(
        "--layer",
        metavar="NAME",
        help="layer whose output is taken, such as fc7, pool5 or conv4_2 (default: the last but "
        "one of the fully connected layers, else the last max-pool)",
    )
    p.add_argument(
        "--scales",
        nargs="+",
        type=int,
        metavar="Q",
        help="rescale images to each of these smaller sides and average (default: the test scale "
        "of a run; of other nets 8/7 of their input, 256 for 224)",
    )
    p.add_argument(
        "--grid",
        type=int,
        default=1,
        metavar="N",
        help="average over each cell of a grid of N×N, not over the whole image",
    )


def features(args: Namespace) -> int:
    """Write a table with a row of features for each image."""
    check_output_path("--out", args.out, FEATURE_FORMATS)
    check_net_options(args)
    found = photographs(args.images)
    extractor = _extractor(args)
    layer = args.layer or _default_layer(extractor.net)
    scales = args.scales or extractor.scales
    paths, rows = _compute(extractor, found, layer, scales, args.grid)
    names = _class_names(found, extractor.net.input_shape[0])
    table = FeatureTable(paths, [names.get(str(path), "") for path in paths], rows)
    print(f"by {extractor.name}, layer {layer}")
    read = table.write(args.out)
    _print_what_was_written(args.out, table)
    print(f"read it in Python: {read}")
    return 0


def _print_what_was_written(path: str, table: FeatureTable) -> None:
    count, classes = len(table.files), table.classes()
    told = f", {len(classes)} classes ({listed(classes, MAX_CLASSES_LISTED)})" if classes else ""
    images = f"{count:,} image{'s' * (count != 1)}"
    print(f"wrote {path}: {images} of {table.features.shape[1]:,} features{told}")


def _extractor(args: Namespace) -> Extractor:
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


def _default_layer(net: Net) -> str:
    """The features that a classifier would get: the layer before the last one."""
    names = list(models.layer_paths(net))
    connected = [name for name in names if name.startswith("fc")]
    pools = [name for name in names if name.startswith("pool")]
    return [*names[-1:], *pools, *connected[:-1]][-1]


def _compute(
    extractor: Extractor,
    found: Photographs,
    layer: str,
    scales: Sequence[int] | None,
    grid: int,
) -> tuple[list[StrPath], np.ndarray]:
    """(the images that could be read, a row of features for each)."""
    net = extractor.net
    # reduced, for memory: no scale needs more than twice its pixels
    side = 2 * max(scales or net.input_shape[1:])

    def read(path: StrPath) -> np.ndarray:
        return data.read_image(path, net.input_shape[0], shrink_to=side)

    paths: list[StrPath] = []
    parts = []
    for chunk, images in read_chunks(found, read, layer):
        paths += chunk
        parts.append(features_of(net, images, layer, scales, mirror=extractor.mirror, grid=grid))
    return paths, np.concatenate(parts)


def _class_names(found: Photographs, channels: int) -> dict[str, str]:
    """{path: the name of its class folder} of the images in folders of classes.

    Several folders without class folders are themselves those of classes, as in ``photos/*``.
    """
    names: dict[str, str] = {}
    for folder in found.folders:
        try:
            images = data.ImageFolder(folder, "all", "own", channels)
        except (ValueError, OSError) as error:
            if any(path.is_dir() for path in Path(folder).iterdir()):
                notify(f"no class names for the images in {folder}: {error}")
            elif len(found.folders) > 1:
                names |= {str(file): Path(folder).resolve().name for file in images_in(folder)}
            continue
        for file, label in zip(images.files, images.labels, strict=True):
            names[str(Path(folder) / file)] = images.classes[label]
    return names
