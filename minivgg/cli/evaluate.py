"""``python -m minivgg evaluate``: how good trained nets are on images that they have not seen."""

import sys
from pathlib import Path

import numpy as np

from minivgg import data
from minivgg.analysis import trace
from minivgg.cli.arguments import command, device_options
from minivgg.evaluation import protocols
from minivgg.evaluation.metrics import Evaluation
from minivgg.evaluation.protocols import PROTOCOLS
from minivgg.training.run import PRETRAINED, Run, newest_run
from minivgg.utils import tables
from minivgg.utils.files import write_text

HEADERS = ("net", "trained at S", "tested at Q", "top-1 error, %", "top-5 error, %")


def add(commands):
    """The arguments of ``evaluate``."""
    p = command(commands, "evaluate", evaluate, "measure the accuracy of trained nets", """
        python -m minivgg evaluate runs/digits
        python -m minivgg evaluate runs/cifar10 --protocol dense --scales 32 36 40
        python -m minivgg evaluate runs/vgg-d runs/vgg-e --protocol both --scales paper --fuse --out table.md""")  # fmt: skip
    p.add_argument(
        "runs",
        nargs="*",
        metavar="RUN",
        help=f"run folders, or {', '.join(PRETRAINED)} (default: the newest in runs/)",
    )
    p.add_argument("--split", default="test", help="which images: test (default) or train")
    s = p.add_argument_group(
        "protocol (default: one run is reported class by class, several as a table)"
    )
    s.add_argument("--protocol", choices=PROTOCOLS, help="how images are shown: their centre, the whole image densely (fully connected "
                   "layers as convolutions, mirrored too), 5×5 crops and their mirrors, or dense and crops averaged")  # fmt: skip
    s.add_argument("--scales", nargs="+", metavar="Q", help="smaller sides to rescale test images to, averaged; the word paper: those of "
                   "§4.2 for the scale of the training (default: that scale, or the middle of its range)")  # fmt: skip
    s.add_argument(
        "--fuse", action="store_true", help="one more row: the average of all nets' probabilities"
    )
    s.add_argument(
        "--limit", type=int, metavar="N", help="only N images, evenly spread over the split"
    )
    s.add_argument("--out", metavar="FILE", help="also write the table: .csv or .md")
    device_options(p)


def evaluate(args):
    """The accuracy of nets on their data."""
    runs = [Run.open(folder) for folder in args.runs or [newest_run()]]
    if args.limit is not None and args.limit < 1:
        raise ValueError(f"--limit is at least 1, got {args.limit}")
    wanted = args.protocol or args.scales or args.fuse or args.out
    return (
        _evaluate_by_protocol(args, runs)
        if wanted or len(runs) > 1
        else _evaluate_by_class(args, runs[0])
    )


def _evaluate_by_class(args, run):
    from minivgg.evaluation import metrics

    images = _limited(run.dataset(args.split, sys.stderr.isatty()), args.limit)
    result = metrics.evaluate(run.net(), run.loader(images), progress=sys.stderr.isatty())
    print(f"{run.folder}: {len(result.labels):,} {args.split} images of {run.config['data']}")
    print(
        f"accuracy {100 * result.accuracy:.2f} %, top-5 {100 * result.top5:.2f} %, loss {result.loss:.4f}, {result.wrong} wrong\n"
    )
    width = max(5, *map(len, result.classes))
    print(f"{'class':{width}}  images  right  most often taken for")
    for k, counts in enumerate(result.confusion):
        others = counts.copy()
        others[k] = 0
        taken = f"{result.classes[others.argmax()]} ({others.max()}×)" if others.any() else ""
        share = f"{100 * counts[k] / counts.sum():.1f} %" if counts.sum() else "–"
        print(f"{result.classes[k]:{width}}  {counts.sum():6,}  {share:>7}  {taken}".rstrip())
    return 0


def _evaluate_by_protocol(args, runs):
    """A table in the paper's form: what a net was trained at, what it is tested at, top-1 and top-5 error."""
    protocol, bars = args.protocol or "centre", sys.stderr.isatty()
    if args.out and Path(args.out).suffix not in (".csv", ".md"):
        raise ValueError(f"--out writes .csv or .md, not {args.out!r}")
    first = runs[0].config
    for run in runs[1:]:
        mine, theirs = (_what_it_is_for(r) for r in (run, runs[0]))
        if mine != theirs or run.config["classes"] != first["classes"]:
            raise ValueError(
                f"{run.folder} ({mine}) cannot be in one table with {runs[0].folder} ({theirs}): these are other images"
            )
    if args.fuse and len(runs) < 2:
        raise ValueError("--fuse averages several nets: name at least two runs")
    scales = [_scales(args.scales, run) for run in runs]
    images = _limited(
        runs[0].dataset(args.split, bars, own_sizes=True, largest=max(map(max, scales))), args.limit
    )
    rows, results = [], []
    for run, qs in zip(runs, scales, strict=True):
        results.append(protocols.evaluate(run.examinee(), images, protocol, qs, bars))
        rows.append(
            (run.folder.name, _trained_at(run), ", ".join(map(str, qs)), *_errors(results[-1]))
        )
    if args.fuse:
        fused = Evaluation.of(
            np.mean([r.posteriors for r in results], axis=0), results[0].labels, results[0].classes
        )
        rows.append((f"all {len(runs)}, fused", "", "", *_errors(fused)))
    print(
        f"{len(images):,} {args.split} images of {first['data']}, {len(first['classes'])} classes; protocol: {protocol}\n"
    )
    print(tables.text(HEADERS, rows))
    if args.out:
        write_text(
            args.out,
            tables.csv(HEADERS, rows)
            if args.out.endswith(".csv")
            else tables.markdown(HEADERS, rows),
        )
        print(f"wrote {args.out}")
    return 0


def _what_it_is_for(run):
    return f"{len(run.config['classes'])} classes of {run.config['data']}, {'RGB' if run.shape[0] == 3 else 'grey'}"


def _errors(result):
    """Top-1 and top-5 error in %; where there are five classes or fewer, the second says nothing."""
    return f"{100 * (1 - result.accuracy):.2f}", f"{100 * (1 - result.top5):.2f}" if len(
        result.classes
    ) > 5 else "–"


def _scales(given, run):
    """The Qs of one run, a tuple."""
    if not given:
        return (run.test_scale,)
    if given == ["paper"]:
        scale = run.config["scale"]
        return protocols.paper_scales(
            run.test_scale if scale is None else scale,
            max(run.shape[1:]),
            stride(run.new_net("zeros"), run.shape),
        )
    if not all(q.isascii() and q.isdigit() for q in given):
        raise ValueError(
            f"--scales are numbers of pixels, or the word paper, got {' '.join(given)}"
        )
    return tuple(map(int, given))


def _trained_at(run):
    if run.scale is None:
        return "as they are"
    low, high = run.scale.range
    return str(low) if low == high else f"[{low}; {high}]"


def _limited(images, limit):
    """The whole dataset, or ``limit`` images of it, evenly spread."""
    if limit is None or limit >= len(images):
        return images
    return data.Subset(images, np.linspace(0, len(images) - 1, limit).astype(int))


def stride(net, shape):
    """How many pixels neighbouring places of the last map of a net are apart, for images of ``shape``."""
    return trace(net["features"], shape)[-1].receptive_field[0].jump
