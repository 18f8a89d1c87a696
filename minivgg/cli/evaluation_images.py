"""The images that trained nets are tested on: options and words of ``evaluate`` and ``compare``."""

from argparse import ArgumentParser, Namespace

import numpy as np

from minivgg import data
from minivgg.cli.json_output import Json
from minivgg.data.split_images import ALL
from minivgg.evaluation.metrics import Evaluation


def image_options(parser: ArgumentParser) -> None:
    """Add the options --data, --split and --limit."""
    parser.add_argument(
        "--data",
        metavar="OTHER",
        help="other images than the run's own, of the same classes: a dataset's name, or a folder "
        "or archive of class folders; without splits, all of it",
    )
    parser.add_argument(
        "--split", default="test", help="images to evaluate on: test (default) or train"
    )
    parser.add_argument(
        "--limit", type=int, metavar="N", help="use only N images, evenly spread over the split"
    )


def check_limit(args: Namespace) -> None:
    """Raise ``ValueError`` for a --limit below 1."""
    if args.limit is not None and args.limit < 1:
        raise ValueError(f"--limit must be at least 1, got {args.limit}")


def limited(images: data.Dataset, limit: int | None) -> data.Dataset:
    """The whole dataset, or ``limit`` images of it, evenly spread."""
    if limit is None or limit >= len(images):
        return images
    return data.Subset(images, np.linspace(0, len(images) - 1, limit).astype(int))


def split_read(found: data.Dataset, split: str) -> str:
    """The split that was read: "all" where other images have no splits."""
    return ALL if isinstance(found, data.ImageFolder) and found.split == ALL else split


def described(count: int, split: str, name: str) -> str:
    """Such as "359 test images of digits"."""
    return f"{count:,} {'' if split == ALL else f'{split} '}images of {name}"


def interval_text(result: Evaluation) -> str:
    """The accuracy with its interval, such as "98.61 % (95 % interval 96.8 to 99.4 %)"."""
    low, high = result.interval
    return f"{100 * result.accuracy:.2f} % (95 % interval {100 * low:.1f} to {100 * high:.1f} %)"


def has_top5(result: Evaluation) -> bool:
    """Whether the top-5 error can be more than 0: there are more than five classes."""
    return len(result.classes) > 5


def accuracy_document(result: Evaluation) -> dict[str, Json]:
    """The figures of all images together, as JSON."""
    return {
        "images": len(result.labels),
        "wrong": result.wrong,
        "accuracy": result.accuracy,
        "accuracy_interval": list(result.interval),
        "top5_accuracy": result.top5 if has_top5(result) else None,
        "loss": result.loss,
    }
