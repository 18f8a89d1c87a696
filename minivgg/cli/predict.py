"""``python -m minivgg predict``: what is on photographs, by a net of one's own, the package's, or one with published weights."""

import sys
from pathlib import Path

from tqdm.auto import tqdm

from minivgg import data, models
from minivgg.cli.arguments import command, device_options
from minivgg.cli.evaluate import stride
from minivgg.evaluation import protocols
from minivgg.evaluation.predictor import Predictor, images_in
from minivgg.training.run import PRETRAINED, Run
from minivgg.training.run_folders import newest_run
from minivgg.utils import tables
from minivgg.utils.files import write_text

TOP = 5
CHUNK = 64  # images that are read before the net sees them
SHOWN = 60  # images on a grid, at most
BARS = 12  # images with bars, at most


def add(commands):
    """The arguments of ``predict``."""
    p = command(commands, "predict", predict, "name what is on images", """
        python -m minivgg predict runs/digits/samples/*.png
        python -m minivgg predict photo.jpg --run cifar10 --plot answer.png
        python -m minivgg predict photo.jpg --model vgg16 --weights imagenet
        python -m minivgg predict holidays/ --model vgg16 --out names.csv --grid names.png""")  # fmt: skip
    p.add_argument(
        "images",
        nargs="+",
        metavar="IMAGE",
        help="image files, or folders of them; each is scaled and cut to what the net sees",
    )
    p.add_argument("--run", metavar="RUN", help=f"the run folder of the net, or {', '.join(PRETRAINED)} for the one that comes with "
                   "the package (default: the newest in runs/, else that one)")  # fmt: skip
    p.add_argument("--model", metavar="NAME", help=f"instead of a run a net of the paper: {', '.join(models.IMAGENET)} (default with "
                   "--weights: vgg16)")  # fmt: skip
    p.add_argument("--weights", metavar="FILE", help="its weights: imagenet (default), which is downloaded once, or a file: .pth, "
                   ".safetensors, .h5 or .npz")  # fmt: skip
    p.add_argument(
        "--invert",
        action="store_true",
        help="swap dark and light: for dark ink on white paper, where the net learned light on dark",
    )
    p.add_argument(
        "--out",
        metavar="FILE",
        help="also write the names as a table, one row an image: .csv or .md",
    )
    p.add_argument(
        "--plot",
        metavar="FILE",
        help=f"also draw the images with bars of their {TOP} most probable classes, as PNG",
    )
    p.add_argument(
        "--grid",
        metavar="FILE",
        help="also draw the images side by side, each under its name, as PNG",
    )
    p.add_argument(
        "--map",
        metavar="FILE",
        help="also draw where on the (one) image the net sees its class: the dense class map, as PNG",
    )
    p.add_argument(
        "--map-class", metavar="NAME", help="of another class than the most probable one"
    )
    p.add_argument(
        "--map-scale",
        type=int,
        metavar="Q",
        help="rescale that image to this smaller side (default: twice the net's, or S)",
    )
    device_options(p)


def predict(args):
    """Name what is on images."""
    if args.out and Path(args.out).suffix not in (".csv", ".md"):
        raise ValueError(f"--out writes .csv or .md, not {args.out!r}")
    if "" in (args.run, args.model, args.weights):
        raise ValueError("--run, --model and --weights need a name")
    if args.run and (args.model or args.weights):
        raise ValueError(
            "--run names a trained net, --model and --weights another: give the one or the others"
        )
    whole = any(Path(path).is_dir() for path in args.images)
    found = [(path, images_in(path) if Path(path).is_dir() else [path]) for path in args.images]
    paths, wanted = (
        [file for _, some in found for file in some],
        {path for path, some in found if some == [path]},
    )
    _check_map(args, paths)
    predictor = _predictor(args)
    if args.map_class is not None and args.map_class not in predictor.classes:
        raise ValueError(
            f"there is no class {args.map_class!r}: the net knows {_some(predictor.classes)}"
        )
    named, shown = _name(predictor, paths, args.invert, wanted)
    if args.plot or args.grid:
        from minivgg import plots

        pictures = (args.plot, plots.predictions, BARS), (args.grid, plots.grid, SHOWN)
        for file, draw, most in pictures:
            if file:
                plots.save(draw(shown[:most], [guesses for _, guesses in named[:most]]), file)
    if args.map:
        _draw_map(args, paths[0], predictor, named[0][1][0][0])
    if not args.run:
        print(f"by {'the net of ' if not (args.model or args.weights) else ''}{predictor.name}")
    _print(named, whole)
    if args.out:
        header = ("image", *(text for k in range(1, TOP + 1) for text in (f"class {k}", f"% {k}")))[
            : 1 + 2 * len(named[0][1])
        ]
        rows = [
            (str(path), *(text for name, p in guesses for text in (name, f"{100 * p:.1f}")))
            for path, guesses in named
        ]
        write_text(
            args.out,
            tables.csv(header, rows)
            if args.out.endswith(".csv")
            else tables.markdown(header, rows),
        )
    for path in filter(None, (args.out, args.plot, args.grid, args.map)):
        print(f"wrote {path}")
    return 0


def _predictor(args):
    if not (args.model or args.weights):
        return Predictor.from_run(Run.open(args.run or _newest_or_own()))
    found = Predictor.from_weights(
        args.model or "vgg16", args.weights or "imagenet", sys.stderr.isatty()
    )
    if found.classes[0] == "class 0":
        print(
            "minivgg: the names of these classes are not at hand, so they are numbered",
            file=sys.stderr,
        )
    return found


def _name(predictor, paths, invert, wanted):
    """([(path, guesses)], the first images as the net saw them). Of folders, files that cannot be read are left out, with a word about
    each; those in ``wanted`` were named, and are missed.
    """
    named, shown = [], []
    with tqdm(
        total=len(paths),
        desc="naming",
        unit=" images",
        leave=False,
        disable=len(paths) < 2 or not sys.stderr.isatty(),
    ) as bar:
        for start in range(0, len(paths), CHUNK):
            found = []
            for path in paths[start : start + CHUNK]:
                try:
                    image = predictor.read(path)
                    found.append((path, 255 - image if invert else image))
                except OSError as error:
                    if path in wanted:
                        raise
                    tqdm.write(f"minivgg: left out: {error}", file=sys.stderr)
                bar.update()
            images = [image for _, image in found]
            named += zip([path for path, _ in found], predictor.predict(images, TOP), strict=True)
            shown += images[: SHOWN - len(shown)]
    if not named:
        raise OSError("none of these images can be read")
    return named, shown


def _print(named, short):
    """Five names an image; of folders one line an image."""
    width = max(len(name) for _, guesses in named for name, _ in guesses)
    longest = max(len(str(path)) for path, _ in named)
    for path, guesses in named:
        if short:
            print(f"{path!s:{longest}}  {guesses[0][0]:{width}}  {100 * guesses[0][1]:5.1f} %")
            continue
        print(f"{path}: {guesses[0][0]}")
        for name, p in guesses:
            print(f"    {name:{width}}  {100 * p:5.1f} %")


def _newest_or_own():
    try:
        return newest_run()
    except FileNotFoundError:
        return PRETRAINED[0]


def _check_map(args, paths):
    """What is wrong with --map is said before anything is computed or written."""
    if not args.map:
        if args.map_class is not None or args.map_scale is not None:
            raise ValueError(
                "--map-class and --map-scale are of a class map: say where to draw it with --map FILE"
            )
    elif len(paths) > 1:
        raise ValueError("--map is of one image: name only one")


def _draw_map(args, path, predictor, best):
    from minivgg import plots

    name, model, side = (
        args.map_class or best,
        predictor.model,
        max(predictor.model.shape[1:]),
    )
    scale = max(predictor.scale, 2 * side) if args.map_scale is None else args.map_scale
    image = data.read_image(path, model.shape[0], most=max(1, scale))
    image = 255 - image if args.invert else image
    found = protocols.class_map(model, image, scale)[predictor.classes.index(name)]
    image = data.Rescale(scale)(image[None])[0]
    plots.save(
        plots.class_map(image, found, name, model.shape[1:], stride(model.net, model.shape)),
        args.map,
    )


def _some(names, most=12):
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")
