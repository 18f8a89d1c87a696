"""``minivgg export``: write a trained net for other programs."""

import json
from argparse import Namespace
from pathlib import Path

from minivgg import models, weights
from minivgg.cli.arguments import Commands, best_option, command
from minivgg.cli.table_files import check_output_path, listed_or
from minivgg.training.run import PRETRAINED, Run

SUFFIXES = {
    "onnx": (".onnx",),
    "torch": (".safetensors", *weights.TORCH_SUFFIXES),
}  # the first: by default
FORMATS = {suffix: name for name, suffixes in SUFFIXES.items() for suffix in suffixes}


def add(commands: Commands) -> None:
    """Add the command ``export``."""
    p = command(
        commands,
        "export",
        export,
        "write a trained net for other programs",
        """
        minivgg export runs/digits --to onnx
        minivgg export runs/digits --out digits.pth
        """,
    )
    p.add_argument("run", metavar="RUN", help=f"a run folder, or {', '.join(PRETRAINED)}")
    p.add_argument(
        "--to",
        choices=SUFFIXES,
        help="onnx: the net with its weights, for ONNX Runtime and others; torch: the weights "
        "under torchvision's names (default: what the suffix of --out says, else onnx)",
    )
    p.add_argument(
        "--out",
        metavar="FILE",
        help="file to write: .onnx, or for torch .safetensors, .pth or .pt (default: the run's "
        "name, in the current folder, as .onnx or .safetensors)",
    )
    best_option(p)


def export(args: Namespace) -> int:
    """Write a trained net for other programs."""
    to = _format(args.to, args.out)
    run = Run.open(args.run, args.best)
    net, classes = run.net(), run.config["classes"]
    path = Path(args.out or f"{run.folder.name}{SUFFIXES[to][0]}")
    if to == "onnx":
        from minivgg.weights.onnx import to_onnx

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


def _format(to: str | None, out: str | None) -> str:
    """What to write: as ``--to`` and the suffix of ``--out`` say, which must not differ."""
    suffix = None if out is None else Path(out).suffix.lower()
    if to and suffix in FORMATS and FORMATS[suffix] != to:
        raise ValueError(
            f"--to {to} does not write {suffix} files: that is --to {FORMATS[suffix]}; --to {to} "
            f"writes {listed_or(SUFFIXES[to])}"
        )
    check_output_path("--out", out, SUFFIXES[to] if to else tuple(FORMATS))
    return to or (FORMATS[suffix] if suffix else "onnx")
