"""``minivgg features``: what a layer of a net says about images, as a table for other programs."""

from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from minivgg import data, models
from minivgg.cli.arguments import Commands, command, device_options
from minivgg.cli.feature_files import FEATURE_FORMATS, FeatureTable
from minivgg.cli.feature_nets import Extractor, extractor_of, net_options
from minivgg.cli.image_arguments import Photographs, photographs
from minivgg.cli.image_reading import read_chunks
from minivgg.cli.net_options import check_net_options
from minivgg.cli.similar_images import NEIGHBOURS, draw_similar
from minivgg.cli.table_files import check_output_path, check_picture_path
from minivgg.evaluation.features import features as features_of
from minivgg.evaluation.predictor import images_in
from minivgg.models.net import Net
from minivgg.utils.files import StrPath
from minivgg.utils.notices import notify
from minivgg.utils.printable_text import listed

MAX_CLASSES_LISTED = 6


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
        minivgg features photos/ --similar neighbours.png
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
        help="file to write: .npz for NumPy, or .csv",
    )
    p.add_argument(
        "--similar",
        metavar="FILE",
        help="draw the most similar images beside each image, by the cosines of their features",
    )
    p.add_argument(
        "--neighbours",
        type=int,
        metavar="N",
        help=f"how many of them (default: {NEIGHBOURS})",
    )
    net_options(p)
    _feature_options(p)
    device_options(p)


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
    """Write a table with a row of features for each image, or draw what they have in common."""
    check_output_path("--out", args.out, FEATURE_FORMATS)
    check_picture_path("--similar", args.similar)
    _check_similar(args)
    check_net_options(args)
    found = photographs(args.images)
    extractor = extractor_of(args)
    layer = args.layer or _default_layer(extractor.net)
    scales = args.scales or extractor.scales
    paths, rows = _compute(extractor, found, layer, scales, args.grid)
    _require_several(args, len(paths))
    names = _class_names(found, extractor.net.input_shape[0])
    table = FeatureTable(paths, [names.get(str(path), "") for path in paths], rows)
    print(f"by {extractor.name}, layer {layer}")
    if args.out:
        read = table.write(args.out)
        _print_what_was_written(args.out, table)
        print(f"read it in Python: {read}")
    if args.similar:
        count = min(args.neighbours or NEIGHBOURS, len(paths) - 1)
        draw_similar(table, args.similar, count, extractor.net.input_shape[0])
    return 0


def _check_similar(args: Namespace) -> None:
    if not (args.out or args.similar):
        raise ValueError("say what to write: --out FILE for a table, --similar FILE for a picture")
    if args.neighbours is not None and not args.similar:
        raise ValueError("--neighbours is for the picture of --similar FILE: give it as well")
    if args.neighbours is not None and args.neighbours < 1:
        raise ValueError(f"--neighbours is at least 1, got {args.neighbours}")


def _require_several(args: Namespace, images: int) -> None:
    """Raise ``ValueError`` if there is nothing to compare among the images that could be read."""
    if args.similar and images < 2:
        raise ValueError(
            f"--similar compares images, and there is only {images}: give several, or a folder"
        )


def _print_what_was_written(path: str, table: FeatureTable) -> None:
    count, classes = len(table.files), table.classes()
    told = f", {len(classes)} classes ({listed(classes, MAX_CLASSES_LISTED)})" if classes else ""
    images = f"{count:,} image{'s' * (count != 1)}"
    print(f"wrote {path}: {images} of {table.features.shape[1]:,} features{told}")


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
