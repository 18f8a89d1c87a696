"""``minivgg export``: write a trained net for other programs."""

import json
from argparse import Namespace
from pathlib import Path

from minivgg import models
from minivgg.cli.arguments import Commands, command
from minivgg.training.run import PRETRAINED, Run

SUFFIXES = {"onnx": ".onnx", "torch": ".safetensors"}


def add(commands: Commands) -> None:
    """Add the command ``export``."""
    p = command(
        commands,
        "export",
        export,
        "write a trained net for other programs",
        """
        minivgg export runs/digits --to onnx
        minivgg export runs/digits --to torch --out digits.safetensors
        """,
    )
    p.add_argument("run", metavar="RUN", help=f"a run folder, or {', '.join(PRETRAINED)}")
    p.add_argument(
        "--to",
        choices=SUFFIXES,
        default="onnx",
        help="onnx (default): the net with its weights, for ONNX Runtime and others; "
        "torch: the weights under torchvision's names, as safetensors",
    )
    p.add_argument(
        "--out",
        metavar="FILE",
        help="file to write (default: the run's name, in the current folder)",
    )


def export(args: Namespace) -> int:
    """Write a trained net for other programs."""
    from minivgg.weights.onnx import to_onnx

    run = Run.open(args.run)
    net, classes = run.net(), run.config["classes"]
    path = Path(args.out or f"{run.folder.name}{SUFFIXES[args.to]}")
    if args.to == "onnx":
        to_onnx(net, path, classes=classes)
    else:
        models.save_weights(net, path, {"classes": json.dumps(classes)})
    shape = "×".join(map(str, run.shape))
    mean, std = (
        ", ".join(f"{v:.4f}" for v in values) for values in (run.normalize.mean, run.normalize.std)
    )
    size = path.stat().st_size / 1e6
    print(f"wrote {path}, {size:.1f} MB: {len(classes)} classes, images N×{shape}")
    print(f"expects (x/255 − mean)/std with mean {mean} and std {std}")
    return 0
