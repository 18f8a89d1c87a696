"""``python -m minivgg export``: a trained net for other programs."""

from pathlib import Path

from minivgg import models
from minivgg.cli.arguments import command
from minivgg.training.run import PRETRAINED, Run

SUFFIXES = {"onnx": ".onnx", "torch": ".safetensors"}


def add(commands):
    """The arguments of ``export``."""
    p = command(commands, "export", export, "write a trained net for other programs", """
        python -m minivgg export runs/digits --to onnx
        python -m minivgg export runs/digits --to torch --out digits.safetensors""")  # fmt: skip
    p.add_argument("run", metavar="RUN", help=f"a run folder, or {', '.join(PRETRAINED)}")
    p.add_argument("--to", choices=SUFFIXES, default="onnx", help="onnx (default): net and weights, for ONNX Runtime and others; torch: "
                   "weights in torchvision's names, as safetensors")  # fmt: skip
    p.add_argument("--out", metavar="FILE", help="where to (default: the run's name, here)")


def export(args):
    """Write a trained net for other programs."""
    from minivgg.weights.onnx import to_onnx

    run = Run.open(args.run)
    net, classes = run.net(), run.config["classes"]
    path = Path(args.out or f"{run.folder.name}{SUFFIXES[args.to]}")
    if args.to == "onnx":
        to_onnx(net, path, classes=classes)
    else:
        models.save_weights(net, path)
    mean, std = (
        (f"{v:.4f}" for v in values) for values in (net.preprocessing.mean, net.preprocessing.std)
    )
    print(
        f"wrote {path}, {path.stat().st_size / 1e6:.1f} MB: {len(classes)} classes, images N×{'×'.join(map(str, run.shape))}"
    )
    print(f"expects (x/255 − mean)/std with mean {', '.join(mean)} and std {', '.join(std)}")
    return 0
