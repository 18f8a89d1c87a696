"""``minivgg style``: pictures made by gradient descent on pixels, from what a net's layers hold."""

import sys
from argparse import ArgumentParser, Namespace
from math import isfinite
from pathlib import Path

import numpy as np
from tqdm.auto import tqdm

from minivgg import data
from minivgg.backend import Array
from minivgg.cli.arguments import Commands, command, device_options
from minivgg.cli.feature_nets import extractor_of, net_options
from minivgg.cli.image_arguments import photographs
from minivgg.cli.net_options import check_net_options
from minivgg.cli.table_files import check_output_path
from minivgg.evaluation import synthesis
from minivgg.evaluation.synthesis import Problem
from minivgg.models.net import Net
from minivgg.training.interrupt import Interrupt, deferred_stop_signals
from minivgg.utils.files import StrPath, replacing
from minivgg.utils.stop_signals import StoppedBySignal

SUFFIXES = {".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG"}
JPEG_QUALITY = 95
SIZE, STEPS = 256, 200
# of each kind of picture, the options that only it has
OWN_OPTIONS = {
    "style": ("content_layer", "style_layers", "style_weight"),
    "texture": ("style_layers", "seed"),
    "invert": ("seed",),
}


def add(commands: Commands) -> None:
    """Add the command ``style``."""
    p = command(
        commands,
        "style",
        style,
        "paint a photograph in the style of another, make textures, or show what a layer keeps",
        """
        minivgg style photo.jpg painting.jpg --to out.png
        minivgg style pebbles.jpg --texture --to more-pebbles.png
        minivgg style photo.jpg --invert pool3 --to what-pool3-knows.png
        """,
    )
    p.add_argument(
        "images",
        nargs="+",
        metavar="IMAGE",
        help="the photograph and the one whose style it gets; a single one with --texture or "
        "--invert",
    )
    p.add_argument("--to", metavar="FILE", required=True, help="picture to write: .png or .jpg")
    p.add_argument(
        "--texture",
        action="store_true",
        help="make a new texture with the statistics of the image, starting from noise",
    )
    p.add_argument(
        "--invert",
        metavar="LAYER",
        help="find a picture with the same maps in this layer, such as pool3, starting from noise",
    )
    _picture_options(p)
    net_options(p)
    device_options(p)


def _picture_options(p: ArgumentParser) -> None:
    """Add options of what is computed."""
    p.add_argument(
        "--size",
        type=int,
        default=SIZE,
        metavar="S",
        help=f"smaller side in pixels to which the images are rescaled (default: {SIZE})",
    )
    p.add_argument(
        "--steps",
        type=int,
        default=STEPS,
        metavar="N",
        help=f"steps of gradient descent (default: {STEPS})",
    )
    p.add_argument(
        "--every",
        type=int,
        metavar="N",
        help="also write the picture after every N steps",
    )
    p.add_argument(
        "--optimizer",
        choices=synthesis.OPTIMIZERS,
        default=synthesis.OPTIMIZERS[0],
        help="Adam, or SciPy's L-BFGS-B, which needs minivgg[style] (default: adam)",
    )
    p.add_argument(
        "--content-layer",
        metavar="LAYER",
        help="layer whose maps of the photograph are kept (default: conv4_2, or the last "
        "convolution of a net without it)",
    )
    p.add_argument(
        "--style-layers",
        nargs="+",
        metavar="LAYER",
        help="layers whose Gram matrices are compared (default: the first convolution of each "
        "block)",
    )
    p.add_argument(
        "--style-weight",
        type=float,
        metavar="X",
        help="weight of the style, where that of the content is 1 (default: "
        f"{synthesis.STYLE_WEIGHT:g})",
    )
    p.add_argument(
        "--smoothness",
        type=float,
        default=synthesis.SMOOTHNESS,
        metavar="X",
        help=f"weight of the total variation (default: {synthesis.SMOOTHNESS:g})",
    )
    p.add_argument(
        "--seed", type=int, metavar="N", help="of the noise that a texture or --invert starts from"
    )


def style(args: Namespace) -> int:
    """Write a picture; after a signal, the one that there is."""
    try:
        return _style(args)
    except StoppedBySignal as stop:
        print(f"\n{stop}", file=sys.stderr)
        return stop.exit_status


def _style(args: Namespace) -> int:
    check_output_path("--to", args.to, SUFFIXES)
    check_net_options(args)
    kind = "texture" if args.texture else "invert" if args.invert is not None else "style"
    _check(args, kind)
    paths = photographs(args.images).paths
    _check_number(kind, len(paths))
    extractor = extractor_of(args)
    problem = _problem(args, kind, extractor.net, paths)
    print(f"by {extractor.name}, {problem.start.shape[2]}×{problem.start.shape[3]} pixels")
    with (
        deferred_stop_signals() as interrupt,
        tqdm(
            total=args.steps, desc=kind, unit=" steps", leave=False, disable=not sys.stderr.isatty()
        ) as bar,
    ):
        painter = _Painter(args.to, args.every, bar, interrupt)
        picture = synthesis.solve(problem, args.steps, args.optimizer, painter.after_step)
    _write(args.to, picture)
    loss = f", loss {painter.loss:.4g}" if painter.steps else ""  # L-BFGS may find no better one
    print(f"wrote {args.to} after {painter.steps} steps{loss}")
    return 0


def _check(args: Namespace, kind: str) -> None:
    """Raise ``ValueError`` for numbers that mean nothing, and options of another kind."""
    if args.texture and args.invert is not None:
        raise ValueError("--texture and --invert are two kinds of pictures: give one of them")
    for name, least in (("size", 1), ("steps", 1), ("every", 1), ("seed", 0)):
        value = getattr(args, name)
        if value is not None and value < least:
            raise ValueError(f"--{name} is at least {least}, got {value}")
    for name in ("style_weight", "smoothness"):
        value = getattr(args, name)
        if value is not None and not (isfinite(value) and value >= 0):
            raise ValueError(f"{_option(name)} is a number of at least 0, got {value}")
    for name in {name for names in OWN_OPTIONS.values() for name in names}:
        if getattr(args, name) is not None and name not in OWN_OPTIONS[kind]:
            what = "the style of another picture" if kind == "style" else f"--{kind}"
            raise ValueError(f"{_option(name)} has no meaning for {what}: leave it out")


def _option(name: str) -> str:
    return f"--{name.replace('_', '-')}"


def _check_number(kind: str, count: int) -> None:
    if kind == "style" and count != 2:
        raise ValueError(
            "give two images, the photograph and the one whose style it gets (or --texture, or "
            f"--invert LAYER, for one), got {count}"
        )
    if kind != "style" and count != 1:
        raise ValueError(f"--{kind} is of a single image, got {count}")


def _problem(args: Namespace, kind: str, net: Net, paths: list[StrPath]) -> Problem:
    # more than twice the pixels that are needed would cost memory only
    images = [data.read_image(path, net.input_shape[0], shrink_to=2 * args.size) for path in paths]
    options = {name: getattr(args, name) for name in OWN_OPTIONS[kind]}
    options = {name: value for name, value in options.items() if value is not None}
    options |= {"size": args.size, "smoothness": args.smoothness}
    if kind == "invert":
        return synthesis.inversion(net, images[0], args.invert, **options)
    if kind == "texture":
        layers = options.pop("style_layers", None)
        return synthesis.texture(net, images[0], layers=layers, **options)
    return synthesis.style_transfer(net, *images, **options)


class _Painter:
    """What happens after each step: the bar moves, the picture may be written, a signal is heard.

    Parameters
    ----------
    path : str
        Of the picture.
    every : int or None
        Steps between two pictures.
    bar : tqdm
        Of all steps.
    interrupt : Interrupt
        After a signal, the picture is written and the run ends.
    """

    def __init__(
        self, path: str, every: int | None, bar: "tqdm[None]", interrupt: Interrupt
    ) -> None:
        self.path, self.every, self.bar, self.interrupt = path, every, bar, interrupt
        self.steps, self.loss = 0, float("nan")

    def after_step(self, step: int, loss: float, picture: Array) -> None:
        self.steps, self.loss = step, loss
        self.bar.set_postfix(loss=f"{loss:.4g}", refresh=False)
        self.bar.update()
        stopped = self.interrupt.requested
        if stopped or (self.every and step % self.every == 0):
            _write(self.path, synthesis.to_pixels(picture))
        if stopped:
            where = f"after step {step}: the picture so far is in {self.path}"
            raise self.interrupt.exception(where)


def _write(path: str, image: np.ndarray) -> None:
    """Write an image (C, H, W) in uint8, in the format of the suffix."""
    from PIL import Image

    picture = Image.fromarray(image[0] if len(image) == 1 else image.transpose(1, 2, 0))
    with replacing(path) as temporary:
        picture.save(temporary, SUFFIXES[Path(path).suffix.lower()], quality=JPEG_QUALITY)
