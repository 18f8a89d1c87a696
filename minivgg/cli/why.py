"""``minivgg predict --why``: three pictures of why a net gives a class to an image."""

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence

import numpy as np

from minivgg import backend
from minivgg.cli.table_files import check_picture_path
from minivgg.evaluation.inference import device_of_net
from minivgg.evaluation.predictor import Predictor
from minivgg.utils.files import StrPath


def why_options(p: ArgumentParser) -> None:
    """Add ``--why`` and ``--why-class``."""
    p.add_argument(
        "--why",
        metavar="FILE",
        help="also draw what in the one image matters for its class, by three methods: saliency, "
        "occlusion and Grad-CAM, each with what it does not show",
    )
    p.add_argument(
        "--why-class",
        metavar="NAME",
        help="class that --why explains (default: the most probable one)",
    )


def check_why_options(args: Namespace, paths: Sequence[StrPath]) -> None:
    """Raise errors about the explanation before anything is computed or written."""
    check_picture_path("--why", args.why)
    if not args.why:
        if args.why_class is not None:
            raise ValueError(
                "--why-class belongs to an explanation: say where to draw it with --why FILE"
            )
    elif len(paths) > 1:
        raise ValueError("--why explains the class of a single image: give only one")


def draw_why(args: Namespace, predictor: Predictor, image: np.ndarray, best: str) -> None:
    """Draw the explanations of an image as the net sees it, uint8 of shape (C, H, W)."""
    from minivgg import plots
    from minivgg.analysis.explanations import default_square, grad_cam, occlusion, saliency

    net, name = predictor.model.net, args.why_class or best
    label = predictor.classes.index(name)
    x = backend.to_device(predictor.model.normalize(image[None]), device_of_net(net))
    probability = dict(predictor.predict(image[None], len(predictor.classes))[0])[name]
    maps = grad_cam(net, x, label)  # first: it needs a net with feature maps
    covered = occlusion(net, x, label, progress=sys.stderr.isatty())
    figure = plots.explanations(
        image,
        (name, probability),
        saliency(net, x, label),
        covered,
        default_square(*image.shape[1:]),
        maps,
    )
    plots.save(figure, args.why)
