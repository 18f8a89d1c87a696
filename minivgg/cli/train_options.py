"""The command-line options of ``train``."""

import argparse
from collections.abc import Sequence
from typing import Any

from minivgg import data, models
from minivgg.cli.arguments import HIDDEN_HELP, Options, device_options
from minivgg.layers.initializers import INITIALIZERS, canonical_name
from minivgg.models.configurations import ALIASES, CONFIGURATIONS
from minivgg.training import recipes
from minivgg.training.checkpoint import KEEP
from minivgg.training.trainer import SAVE_EVERY

SWITCH: dict[str, Any] = {"action": argparse.BooleanOptionalAction, "default": None}

DEFAULT_SIZE = 64  # pixels that images of several sizes are brought to


class _Size(argparse.Action):
    """One number for a square, or height and width."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: str | Sequence[Any] | None,
        option_string: str | None = None,
    ) -> None:
        sides = list(values or ())
        if len(sides) > 2:
            parser.error(f"--size is one number, or height and width, got {len(sides)} numbers")
        setattr(namespace, self.dest, [sides[0], sides[-1]])


def add_options(p: argparse.ArgumentParser) -> None:
    """Add all options of ``train`` to its parser."""
    _data_options(p)
    _start_options(p)
    settings = p.add_argument_group("settings (default: the recipe for the dataset)")
    _net_options(settings)
    _schedule_options(settings)
    _optimizer_options(settings)
    _loss_options(settings)
    _augmentation_options(settings)
    _split_options(settings)
    _checkpoint_options(p.add_argument_group("checkpoints"))
    machine = device_options(p)
    machine.add_argument(
        "--micro-batch",
        type=int,
        metavar="N",
        help="split each batch into parts of N images and accumulate their gradients: less memory "
        "for the same step (except for batch norm)",
    )
    machine.add_argument(
        "--cuda-graph",
        action="store_true",
        help="on a GPU, launch all kernels of a batch by one call: several times as fast for small "
        "nets, for the memory of a second batch; no effect with --micro-batch or several processes",
    )


def _checkpoint_options(p: Options) -> None:
    p.add_argument(
        "--keep",
        type=int,
        default=KEEP,
        metavar="N",
        help="number of checkpoints to keep in the run folder: if the last is damaged, training is "
        f"resumed from the one before it (default: {KEEP})",
    )
    p.add_argument(
        "--save-every",
        type=float,
        default=SAVE_EVERY,
        metavar="MINUTES",
        help="within an epoch, too, write a checkpoint whenever this many minutes have passed "
        f"(default: {SAVE_EVERY:g})",
    )


def _data_options(p: argparse.ArgumentParser) -> None:
    p.add_argument(
        "--data",
        metavar="NAME",
        help=f"{', '.join(data.NAMES)}, or a folder, zip or tar with a folder of images for each "
        "class, perhaps in folders train, val and test (default: digits)",
    )
    p.add_argument(
        "--size",
        type=int,
        nargs="+",
        action=_Size,
        metavar="PIXELS",
        help="input size of the net, one number or height and width; images of a folder are "
        f"resized and cropped to it (default: their own size, or {DEFAULT_SIZE} if they differ)",
    )
    p.add_argument(
        "--channels",
        type=int,
        choices=(1, 3),
        help="read the images of a folder or zip as grey (1) or RGB (3, default)",
    )


def _start_options(p: argparse.ArgumentParser) -> None:
    p.add_argument("--run", metavar="DIR", help="run folder to create (default: runs/NAME)")
    p.add_argument(
        "--init",
        metavar="START",
        help="start from trained weights: a run folder; a name of a net in the package "
        f"({', '.join(models.PACKAGED)}); a name of torchvision's (vgg16, vgg16_bn, ...), whose "
        "weights are downloaded, or imagenet for those of --net; or a file of weights (.pth, "
        ".safetensors, .h5, .keras, .npz, .onnx). For images in a folder, the net, batch norm and "
        "the input size are the start's unless options name others (convolutions alone, or with "
        "global pooling, get one new layer; a file that does not tell its net needs --net); the "
        "last layer is new if the classes differ. Between runs of different nets, the first four "
        "convolutions and the fully connected layers that fit are taken, as the paper initialised "
        "its deeper nets from A",
    )
    p.add_argument(
        "--pixels",
        choices=("rgb", "bgr"),
        help="order of the channels that the weights in a file of --init expect, where the file "
        "does not say it",
    )
    for name, words in (("mean", "mean"), ("std", "standard deviation")):
        p.add_argument(
            f"--{name}",
            type=float,
            nargs="+",
            metavar=name[0].upper(),
            help=f"{words} of the channels (RGB, for values from 0 to 1) that the weights in a "
            "file of --init expect",
        )
    p.add_argument(
        "--freeze",
        metavar="LAYER",
        nargs="?",
        const="",
        help="freeze the layers up to this one (pool5, fc7, ...); without a name, all but the last",
    )
    p.add_argument(
        "--resume",
        metavar="DIR",
        help="continue the run in this folder (for a file of weights: --init); of its settings, "
        "only --epochs, and the schedule with it, and --early-stopping (0: none) can change",
    )


def _net_options(s: Options) -> None:
    s.add_argument(
        "--recipe",
        metavar="NAME",
        help=f"take the settings from another recipe: {', '.join(recipes.RECIPES)}",
    )
    s.add_argument(
        "--net",
        metavar="NAME",
        help=f"{', '.join([*CONFIGURATIONS, *ALIASES])}, or a list of layers such as "
        "32,32,M,64x1,M (64x1: 64 filters of 1×1)",
    )
    s.add_argument("--hidden", type=int, nargs="*", metavar="N", help=HIDDEN_HELP)
    s.add_argument(
        "--dropout",
        type=float,
        metavar="P",
        help="dropout probability after the hidden fully connected layers (paper: 0.5)",
    )
    s.add_argument("--batch-norm", **SWITCH, help="add batch norm after each convolution")
    s.add_argument(
        "--initializer",
        choices=INITIALIZERS,
        type=canonical_name,
        help="initialisation of the weights (the names he, glorot and gaussian also work)",
    )


def _schedule_options(s: Options) -> None:
    """Add options of how long to train, and with which learning rate in each epoch."""
    s.add_argument(
        "--epochs", type=int, metavar="N", help="number of passes over the training images"
    )
    s.add_argument(
        "--early-stopping",
        type=int,
        metavar="N",
        help="stop training when the validation loss has not improved for N epochs; the weights of "
        "the epoch with the lowest validation loss are in best.safetensors (--best of evaluate, "
        "predict and export)",
    )
    s.add_argument(
        "--schedule",
        choices=recipes.SCHEDULES,
        help="learning rate schedule: divide by 10 after every 40 %% of the epochs (step), divide "
        "by 10 when validation accuracy stops improving, as in the paper (plateau), decay to 0 "
        "(cosine), or constant",
    )
    s.add_argument(
        "--warmup",
        type=int,
        metavar="N",
        help="increase the learning rate linearly from a hundredth of --lr in the first N epochs; "
        "the schedule starts after them",
    )


def _optimizer_options(s: Options) -> None:
    """Add options of one step."""
    s.add_argument("--batch-size", type=int, metavar="N", help="number of images in each step")
    s.add_argument(
        "--optimizer",
        choices=recipes.OPTIMIZERS,
        help="sgd with momentum, as in the paper (default), adam or adamw; without --lr and "
        f"--weight-decay, the last two take a learning rate of {recipes.ADAM_RATE:g} "
        f"({recipes.ADAM_RATE_FROM_START:g} with --init) and a weight decay of "
        f"{recipes.ADAM_DECAY['adam']:g} (adam) or {recipes.ADAM_DECAY['adamw']:g} (adamw)",
    )
    s.add_argument(
        "--lr", type=float, metavar="RATE", help="initial learning rate, after the warm-up"
    )
    s.add_argument("--momentum", type=float, metavar="M", help="momentum of sgd (paper: 0.9)")
    s.add_argument("--weight-decay", type=float, metavar="D", help="weight decay (paper: 5e-4)")
    s.add_argument(
        "--clip-norm",
        type=float,
        metavar="NORM",
        help="scale the gradients of a step down to this norm if the norm of all of them together "
        "is larger",
    )


def _loss_options(s: Options) -> None:
    """Add options of the loss that is minimised."""
    s.add_argument(
        "--label-smoothing",
        type=float,
        metavar="E",
        help="replace the target probability 1 of the label by 1 − E, and divide E evenly among "
        "all classes (0: none; often 0.1)",
    )
    s.add_argument(
        "--class-weights",
        choices=("balanced",),
        help="weight the loss of each image by the inverse of the number of training images of its "
        "class, so that rare classes count as much as frequent ones",
    )


def _augmentation_options(s: Options) -> None:
    s.add_argument(
        "--scale",
        type=int,
        nargs="+",
        metavar="S",
        help="rescale training images to this smaller side before a random crop; two numbers: to "
        "a side drawn from that range for each image (paper: 256, 384, or 256 512)",
    )
    s.add_argument(
        "--crop",
        type=int,
        metavar="PIXELS",
        help="shift training images at random by up to this many pixels",
    )
    s.add_argument("--flip", **SWITCH, help="mirror training images at random")
    s.add_argument(
        "--color",
        type=float,
        metavar="STD",
        help="shift colours at random along their principal components (paper: 0.1)",
    )
    s.add_argument(
        "--mean-only",
        **SWITCH,
        help="subtract the mean colour without dividing by the standard deviation, as in the "
        "paper: inputs are 60 times as large, which suits deep nets with --initializer "
        "xavier_uniform",
    )


def _split_options(s: Options) -> None:
    s.add_argument(
        "--validation",
        type=float,
        metavar="SHARE",
        help="share of the training images kept for validation (default: the folder val if there "
        "is one, else 0.1)",
    )
    s.add_argument(
        "--test",
        type=float,
        metavar="SHARE",
        help="share of the images of each class kept for the test, where they are in no folders "
        "train and test (default: 0.2)",
    )
    s.add_argument(
        "--seed",
        type=int,
        metavar="N",
        help="seed of weights, order, dropout and augmentation (default: 0)",
    )
