"""``minivgg predict``: classify photographs by a trained net or by published weights."""

import sys
from argparse import ArgumentParser, Namespace
from collections import Counter
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import TextIO, TypeAlias

import numpy as np
from tqdm.auto import tqdm

from minivgg import data, models
from minivgg.cli.arguments import Commands, command, device_options, quoted
from minivgg.cli.command_parser import program
from minivgg.cli.evaluate import stride
from minivgg.cli.json_output import Json, json_option, print_json
from minivgg.cli.photographs import photographs, run_around
from minivgg.cli.table_files import check_picture_path, check_table_path, write_table
from minivgg.evaluation import protocols
from minivgg.evaluation.predictor import Predictor
from minivgg.training.run import CONFIG, PRETRAINED, Run
from minivgg.training.run_folders import newest_run
from minivgg.utils.files import StrPath
from minivgg.utils.printable_text import listed
from minivgg.utils.tables import display_width, padded

Prediction: TypeAlias = tuple[StrPath, list[tuple[str, float]]]  # file, classes, probabilities

TOP = 5
CHUNK_IMAGES = 64  # that are read before the net sees them
MAX_GRID_IMAGES = 60
MAX_BAR_IMAGES = 12  # beside bars of their classes
MAX_CLASSES_LISTED = 12  # in an error


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
    p.add_argument(
        "--run",
        metavar="RUN",
        help=f"a run folder, or {', '.join(PRETRAINED)} for the net that comes with the package "
        "(default: the run in whose folder the images are, else the newest run in runs/, else that "
        "net)",
    )
    p.add_argument(
        "--model",
        metavar="NAME",
        help=f"a net of the paper instead of a run: {', '.join(models.IMAGENET)} (default: "
        "the net that the file of --weights is for)",
    )
    p.add_argument(
        "--weights",
        metavar="FILE",
        help="weights of a net: imagenet (default), which are downloaded once, or a .pth, "
        ".safetensors, .h5, .keras, .npz or .onnx file",
    )
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
    _output_options(p)
    device_options(p)


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


def predict(args: Namespace) -> int:
    """Print the most probable classes of images."""
    check_table_path(args.out)
    for option in ("plot", "grid", "map"):
        check_picture_path(f"--{option}", getattr(args, option))
    if "" in (args.run, args.model, args.weights):
        raise ValueError("--run, --model and --weights need a name")
    if args.run and (args.model or args.weights):
        raise ValueError(
            "--run selects one net, --model and --weights another: use --run or the other two"
        )
    if args.run in models.PACKAGED and args.run not in PRETRAINED and not Path(args.run).exists():
        raise ValueError(
            f"{args.run} has no classes to predict: its features are computed by {program()} "
            "features"
        )
    paths, named, folders = photographs(args.images)
    if not (args.run or args.model or args.weights) and (around := run_around(paths)):
        args.run = str(around)
        print(f"by {around}, in whose folder the images are", file=_text_stream(args))
    _check_map_options(args, paths)
    predictor = _predictor(args)
    if args.map_class is not None and args.map_class not in predictor.classes:
        raise ValueError(
            f"there is no class {args.map_class!r}: the net knows {_listed(predictor.classes)}"
        )
    predictions, shown = _predict_all(predictor, paths, args.invert, named=named)
    if args.plot or args.grid:
        _draw(args, predictions, shown)
    if args.map:
        _draw_map(args, paths[0], predictor, predictions[0][1][0][0])
    if not args.run:
        net = "" if args.model or args.weights else "the net of "
        print(f"by {net}{predictor.name}", file=_text_stream(args))
    if args.json:
        _print_json(predictor.name, predictions)
    else:
        _print(predictions, short=bool(folders))
    if args.out:
        _write_table(args.out, predictions)
    for path in filter(None, (args.out, args.plot, args.grid, args.map)):
        print(f"wrote {path}", file=_text_stream(args))
    return 0


def _text_stream(args: Namespace) -> TextIO:
    """Where text goes: with ``--json``, stdout is for the document alone."""
    return sys.stderr if args.json else sys.stdout


def _print_json(net: str, predictions: Sequence[Prediction]) -> None:
    images: list[Json] = [
        {
            "image": str(path),
            "predictions": [{"class": name, "probability": p} for name, p in guesses],
        }
        for path, guesses in predictions
    ]
    print_json({"net": net, "images": images})


def _write_table(path: str, predictions: Sequence[Prediction]) -> None:
    """A row for each image: its file, and class and probability of the most probable classes."""
    count = len(predictions[0][1])
    columns = [f"{what}_{k}" for k in range(1, count + 1) for what in ("class", "probability")]
    rows = [
        (str(file), *(value for guess in guesses for value in guess))
        for file, guesses in predictions
    ]
    write_table(path, ("image", *columns), rows)


def _predictor(args: Namespace) -> Predictor:
    expected = {name: getattr(args, name) for name in ("pixels", "mean", "std")}
    if not (args.model or args.weights):
        if any(value is not None for value in expected.values()):
            raise ValueError(
                "--pixels, --mean and --std are for --weights: a run knows what its net expects"
            )
        return Predictor.from_run(Run.open(args.run or _newest_or_packaged()))
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
    return next((folder for folder in nearest if (folder / CONFIG).is_file()), None)


def _newest_or_packaged() -> StrPath:
    try:
        return newest_run()
    except FileNotFoundError:
        return PRETRAINED[0]


def _predict_all(
    predictor: Predictor, paths: Sequence[StrPath], invert: bool, named: Collection[StrPath]
) -> tuple[list[Prediction], list[np.ndarray]]:
    """([(path, [(class, probability)])], the first images as the net sees them).

    A file that cannot be read is skipped with a message. If it is among those ``named`` on the
    command line, its ``OSError`` is raised where there is no such file, or no other image.
    """
    predictions: list[Prediction] = []
    shown: list[np.ndarray] = []
    with tqdm(
        total=len(paths),
        desc="classifying",
        unit=" images",
        leave=False,
        disable=len(paths) < 2 or not sys.stderr.isatty(),
    ) as bar:
        for start in range(0, len(paths), CHUNK_IMAGES):
            chunk = []
            for path in paths[start : start + CHUNK_IMAGES]:
                try:
                    image = predictor.read(path)
                    chunk.append((path, 255 - image if invert else image))
                except OSError as error:
                    if path in named and (len(paths) == 1 or isinstance(error, FileNotFoundError)):
                        raise
                    tqdm.write(f"minivgg: left out: {error}", file=sys.stderr)
                bar.update()
            images = [image for _, image in chunk]
            guesses = predictor.predict(images, TOP)
            predictions += zip([path for path, _ in chunk], guesses, strict=True)
            shown += images[: MAX_GRID_IMAGES - len(shown)]
    if not predictions:
        raise OSError("none of these images can be read")
    return predictions, shown


def _print(predictions: Sequence[Prediction], short: bool) -> None:
    """The top classes of each image, or with ``short`` one line for each."""
    if short:
        _print_lines([(str(path), *guesses[0]) for path, guesses in predictions])
        return
    width = max(display_width(name) for _, guesses in predictions for name, _ in guesses)
    for path, guesses in predictions:
        print(f"{path}: {guesses[0][0]}")
        for name, p in guesses:
            print(f"    {padded(name, width)}  {100 * p:5.1f} %")


def _print_lines(answers: Sequence[tuple[str, str, float]]) -> None:
    """A line for each (image, class, probability), and how often each class was predicted."""
    longest = max(display_width(path) for path, _, _ in answers)
    width = max(display_width(name) for _, name, _ in answers)
    for path, name, p in answers:
        print(f"{padded(path, longest)}  {padded(name, width)}  {100 * p:5.1f} %")
    counts = Counter(name for _, name, _ in answers).most_common()
    listed = _listed([f"{count} {name}" for name, count in counts])
    print(f"{len(answers)} image{'s' * (len(answers) != 1)}: {listed}")


def _draw(args: Namespace, predictions: Sequence[Prediction], shown: Sequence[np.ndarray]) -> None:
    from minivgg import plots

    guesses = [guesses for _, guesses in predictions]
    if args.plot:
        figure = plots.predictions(shown[:MAX_BAR_IMAGES], guesses[:MAX_BAR_IMAGES])
        plots.save(figure, args.plot)
    if args.grid:
        figure = plots.grid(shown[:MAX_GRID_IMAGES], guesses[:MAX_GRID_IMAGES])
        plots.save(figure, args.grid)


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


def _listed(names: Sequence[str]) -> str:
    return listed(names, MAX_CLASSES_LISTED)
