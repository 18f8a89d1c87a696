"""``minivgg predict``: classify photographs by a trained net or by published weights."""

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

import numpy as np

from minivgg import data, models
from minivgg.cli.arguments import Commands, best_option, command, device_options, quoted
from minivgg.cli.command_parser import program
from minivgg.cli.evaluate import stride
from minivgg.cli.image_arguments import Photographs, is_run, photographs, run_around
from minivgg.cli.image_reading import read_chunks
from minivgg.cli.json_output import json_option
from minivgg.cli.net_options import check_net_options
from minivgg.cli.predictions import (
    MAX_CLASSES_LISTED,
    MAX_GRID_IMAGES,
    Prediction,
    draw_predictions,
    print_predictions,
    print_predictions_as_json,
    write_predictions,
)
from minivgg.cli.table_files import check_picture_path, check_table_path
from minivgg.cli.why import check_why_options, draw_why, why_options
from minivgg.evaluation import protocols
from minivgg.evaluation.predictor import Predictor
from minivgg.training.run import PRETRAINED, Run
from minivgg.training.run_folders import newest_run
from minivgg.utils.files import StrPath
from minivgg.utils.printable_text import listed

TOP = 5


def add(commands: Commands) -> None:
    """Add the command ``predict``."""
    p = command(
        commands,
        "predict",
        predict,
        "classify images",
        """
        minivgg predict runs/digits/samples --run runs/digits
        minivgg predict photo.jpg --run cifar10 --plot answer.png
        minivgg predict photo.jpg --run cifar10 --why why.png
        minivgg predict photo.jpg --model vgg16 --weights imagenet
        minivgg predict holidays/ --model vgg16 --out names.csv --grid names.png
        """,
    )
    p.add_argument(
        "images",
        nargs="+",
        metavar="IMAGE",
        help='image files, folders of them, or patterns such as "*.jpg"; each image is rescaled '
        "and cropped for the net",
    )
    _net_options(p)
    _pixel_options(p)
    _output_options(p)
    device_options(p)


def _net_options(p: ArgumentParser) -> None:
    """Add options of the net that classifies."""
    p.add_argument(
        "--run",
        metavar="RUN",
        help=f"a run folder, or {', '.join(PRETRAINED)} for the net that comes with the package "
        "(default: the run in whose folder the images are, else the newest run in runs/, else that "
        "net)",
    )
    best_option(p)
    p.add_argument(
        "--model",
        metavar="NAME",
        help=f"a published net instead of a run: {', '.join(models.PUBLISHED)} (default: "
        "the net that the file of --weights is for)",
    )
    p.add_argument(
        "--weights",
        metavar="FILE",
        help="weights of a net: imagenet (default), which are downloaded once, or a .pth, "
        ".safetensors, .h5, .keras, .npz or .onnx file, or the index of several files",
    )


def _pixel_options(p: ArgumentParser) -> None:
    """Add options of what the net expects of pixels."""
    p.add_argument(
        "--pixels",
        choices=("rgb", "bgr"),
        help="order of the channels that the net in --weights was trained with (default: what the "
        "file says, or a guess that is reported)",
    )
    for name, what in (("mean", "mean"), ("std", "standard deviation")):
        p.add_argument(
            f"--{name}",
            nargs="+",
            type=float,
            metavar="X",
            help=f"{what} of red, green and blue, from 0 to 1, or one number for all: what the net "
            "in --weights was trained with",
        )
    p.add_argument(
        "--invert",
        action="store_true",
        help="invert the images: for dark ink on white paper, if the net was trained on light "
        "digits on black",
    )


def _output_options(p: ArgumentParser) -> None:
    """Add options of what is written; a picture has the format of its suffix."""
    json_option(p)
    p.add_argument(
        "--out",
        metavar="FILE",
        help=f"also write the {TOP} most probable classes of each image as a table, with "
        "probabilities from 0 to 1: .csv or .md",
    )
    p.add_argument(
        "--plot",
        metavar="FILE",
        help=f"also draw the images with bars of their {TOP} most probable classes",
    )
    p.add_argument(
        "--grid",
        metavar="FILE",
        help="also draw the images side by side, each under its predicted class",
    )
    p.add_argument(
        "--map",
        metavar="FILE",
        help="also draw the dense class map: where in the one image the net sees its class",
    )
    p.add_argument(
        "--map-class", metavar="NAME", help="class of the map (default: the most probable one)"
    )
    p.add_argument(
        "--map-scale",
        type=int,
        metavar="Q",
        help="smaller side to which the image is rescaled for the map (default: twice the net's "
        "input size, or the test scale if that is larger)",
    )
    why_options(p)


def predict(args: Namespace) -> int:
    """Print the most probable classes of images."""
    check_table_path(args.out)
    for option in ("plot", "grid", "map"):
        check_picture_path(f"--{option}", getattr(args, option))
    check_net_options(args)
    if args.run in models.PACKAGED and args.run not in PRETRAINED and not Path(args.run).exists():
        raise ValueError(
            f"{args.run} has no classes to predict: its features are computed by {program()} "
            "features"
        )
    found = photographs(args.images)
    if not (args.run or args.model or args.weights) and (around := run_around(found.paths)):
        args.run = str(around)
        print(f"by {around}, in whose folder the images are", file=_text_stream(args))
    _check_map_options(args, found.paths)
    check_why_options(args, found.paths)
    predictor = _predictor(args)
    if args.map and "features" not in predictor.model.net.layers:
        raise ValueError(f"--map draws class maps of VGG nets, which {predictor.name} is not")
    for name in (args.map_class, args.why_class):
        if name is not None and name not in predictor.classes:
            known = listed(predictor.classes, MAX_CLASSES_LISTED)
            raise ValueError(f"there is no class {name!r}: the net knows {known}")
    predictions, shown = _predict_all(predictor, found, args.invert)
    if args.plot or args.grid:
        draw_predictions(predictions, shown, args.plot, args.grid)
    if args.map:
        _draw_map(args, found.paths[0], predictor, predictions[0][1][0][0])
    if args.why:
        draw_why(args, predictor, shown[0], predictions[0][1][0][0])
    if not args.run:
        net = "" if args.model or args.weights else "the net of "
        print(f"by {net}{predictor.name}", file=_text_stream(args))
    if args.json:
        print_predictions_as_json(predictor.name, predictions)
    else:
        print_predictions(predictions, short=bool(found.folders))
    if args.out:
        write_predictions(args.out, predictions)
    for path in filter(None, (args.out, args.plot, args.grid, args.map, args.why)):
        print(f"wrote {path}", file=_text_stream(args))
    return 0


def _text_stream(args: Namespace) -> TextIO:
    """Where text goes: with ``--json``, stdout is for the document alone."""
    return sys.stderr if args.json else sys.stdout


def _predictor(args: Namespace) -> Predictor:
    expected = {name: getattr(args, name) for name in ("pixels", "mean", "std")}
    if not (args.model or args.weights):
        if any(value is not None for value in expected.values()):
            raise ValueError(
                "--pixels, --mean and --std are for --weights: a run knows what its net expects"
            )
        return Predictor.from_run(Run.open(args.run or _newest_or_packaged(), args.best))
    if args.best:
        raise ValueError(
            "--best chooses among the weights of a run: leave out --model and --weights"
        )
    weights = args.weights or "imagenet"
    if not args.model and (run := _run_of(weights)):
        raise ValueError(f"{weights}: these are the weights of a run: use --run {quoted(run)}")
    predictor = Predictor.from_weights(
        args.model, weights, sys.stderr.isatty(), pixels=args.pixels, mean=args.mean, std=args.std
    )
    if predictor.classes[0] == "class 0":
        print(
            "minivgg: the names of these classes are not available, so they are numbered",
            file=sys.stderr,
        )
    return predictor


def _run_of(weights: StrPath) -> Path | None:
    """The run folder that a file of weights, a checkpoint's too, is in, or that it is itself."""
    path = Path(weights)
    nearest = [path, *path.parents][:4]
    return next(filter(is_run, nearest), None)


def _newest_or_packaged() -> StrPath:
    try:
        return newest_run()
    except FileNotFoundError:
        return PRETRAINED[0]


def _predict_all(
    predictor: Predictor, found: Photographs, invert: bool
) -> tuple[list[Prediction], list[np.ndarray]]:
    """([(path, [(class, probability)])], the first images as the net sees them)."""

    def read(path: StrPath) -> np.ndarray:
        image = predictor.read(path)
        return 255 - image if invert else image

    predictions: list[Prediction] = []
    shown: list[np.ndarray] = []
    for paths, images in read_chunks(found, read, "classifying"):
        predictions += zip(paths, predictor.predict(images, TOP), strict=True)
        shown += images[: MAX_GRID_IMAGES - len(shown)]
    return predictions, shown


def _check_map_options(args: Namespace, paths: Sequence[StrPath]) -> None:
    """Raise errors about the class map before anything is computed or written."""
    if not args.map:
        if args.map_class is not None or args.map_scale is not None:
            raise ValueError(
                "--map-class and --map-scale belong to a class map: say where to draw it with "
                "--map FILE"
            )
    elif len(paths) > 1:
        raise ValueError("--map draws the class map of a single image: give only one")


def _draw_map(args: Namespace, path: StrPath, predictor: Predictor, best: str) -> None:
    from minivgg import plots

    name, model = args.map_class or best, predictor.model
    side = max(model.shape[1:])
    scale = max(predictor.scale, 2 * side) if args.map_scale is None else args.map_scale
    image = data.read_image(path, model.shape[0], shrink_to=max(1, scale))
    image = 255 - image if args.invert else image
    probabilities = protocols.class_map(model, image, scale)[predictor.classes.index(name)]
    image = data.Rescale(scale)(image[None])[0]
    step = stride(model.net, model.shape)
    figure = plots.class_map(image, probabilities, name, model.shape[1:], step)
    plots.save(figure, args.map)
