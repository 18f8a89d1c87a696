"""``minivgg evaluate``: the accuracy of trained nets on test images."""

import sys
from argparse import Namespace
from collections.abc import Sequence

import numpy as np

from minivgg import data, layers
from minivgg.analysis import trace
from minivgg.cli.arguments import Commands, InputShape, command, device_options, expanded
from minivgg.cli.left_out import report_left_out
from minivgg.cli.table_files import check_table_path, write_table
from minivgg.evaluation import metrics, protocols
from minivgg.evaluation.metrics import Evaluation
from minivgg.evaluation.protocols import PROTOCOLS
from minivgg.training.run import PRETRAINED, Run
from minivgg.training.run_folders import newest_run
from minivgg.utils import tables
from minivgg.utils.files import StrPath

CLASS_HEADERS = ("class", "images", "correct, %", "most often mistaken for")
HEADERS = ("net", "trained at S", "tested at Q", "top-1 error, %", "top-5 error, %")


def add(commands: Commands) -> None:
    """Add the command ``evaluate``."""
    p = command(
        commands,
        "evaluate",
        evaluate,
        "measure the accuracy of trained nets",
        """
        minivgg evaluate runs/digits
        minivgg evaluate runs/cifar10 --protocol dense --scales 32 36 40 --out table.md
        minivgg evaluate runs/vgg-d runs/vgg-e --protocol both --scales paper --fuse
        """,
    )
    p.add_argument(
        "runs",
        nargs="*",
        metavar="RUN",
        help=f"run folders, or {', '.join(PRETRAINED)} (default: the newest in runs/)",
    )
    p.add_argument("--split", default="test", help="images to evaluate on: test (default) or train")
    p.add_argument(
        "--limit", type=int, metavar="N", help="use only N images, evenly spread over the split"
    )
    s = p.add_argument_group(
        "protocol (default: one run is reported class by class, several as a table)"
    )
    s.add_argument(
        "--protocol",
        choices=PROTOCOLS,
        help="how the net sees an image: its centre crop; densely (fully connected layers as "
        "convolutions over the whole image and its mirror image); 5×5 crops and their mirror "
        "images; or both, dense and multi-crop averaged",
    )
    s.add_argument(
        "--scales",
        nargs="+",
        metavar="Q",
        help="rescale test images to each of these smaller sides and average the probabilities; "
        "or the word paper for the scales of §4.2 (default: the training scale, or the middle of "
        "its range)",
    )
    s.add_argument(
        "--fuse", action="store_true", help="add a row for the average of all nets' probabilities"
    )
    s.add_argument("--out", metavar="FILE", help="also write the table to a .csv or .md file")
    device_options(p)


def evaluate(args: Namespace) -> int:
    """Print the accuracy of nets on their data."""
    folders: Sequence[StrPath] = expanded(args.runs) or [newest_run()]
    runs = [Run.open(folder) for folder in folders]
    if args.limit is not None and args.limit < 1:
        raise ValueError(f"--limit must be at least 1, got {args.limit}")
    check_table_path(args.out)
    if len(runs) > 1 or args.protocol or args.scales or args.fuse:
        return _evaluate_by_protocol(args, runs)
    return _evaluate_by_class(args, runs[0])


def _evaluate_by_class(args: Namespace, run: Run) -> int:
    bars = sys.stderr.isatty()
    found = run.dataset(args.split, bars)
    report_left_out(found)
    images = _limited(found, args.limit)
    result = metrics.evaluate(run.net(), run.loader(images), progress=bars)
    print(f"{run.folder}: {len(result.labels):,} {args.split} images of {run.config['data']}")
    top5 = f" top-5 {100 * result.top5:.2f} %," if _has_top5(result) else ""
    print(
        f"accuracy {100 * result.accuracy:.2f} %,{top5} loss {result.loss:.4f}, "
        f"{result.wrong} wrong\n"
    )
    _show_table(
        CLASS_HEADERS, [_class_row(result, k) for k in range(len(result.classes))], args.out
    )
    return 0


def _class_row(result: Evaluation, k: int) -> tuple[str, ...]:
    """The row of class k in the report: its images, how many are right, what the others became."""
    counts = result.confusion[k]
    others = counts.copy()
    others[k] = 0
    taken = f"{result.classes[others.argmax()]} ({others.max()}×)" if others.any() else ""
    share = f"{100 * counts[k] / counts.sum():.1f}" if counts.sum() else "–"
    return result.classes[k], str(counts.sum()), share, taken


def _show_table(headers: Sequence[str], rows: Sequence[tuple[str, ...]], out: str | None) -> None:
    """Print a table, and write it to the file ``out`` if there is one."""
    print(tables.text(headers, rows))
    if out:
        write_table(out, headers, rows)
        print(f"wrote {out}")


def _evaluate_by_protocol(args: Namespace, runs: Sequence[Run]) -> int:
    """A table in the paper's form: training and test scales, top-1 and top-5 error of each net."""
    protocol, bars, first = args.protocol or "centre", sys.stderr.isatty(), runs[0]
    _check_same_data(runs)
    if args.fuse and len(runs) < 2:
        raise ValueError("--fuse averages several nets: name at least two runs")
    scales = [_scales(args.scales, run) for run in runs]
    largest = max(map(max, scales))
    found = first.dataset(args.split, bars, own_sizes=True, largest=largest)
    report_left_out(found)
    images = _limited(found, args.limit)
    rows, results = [], []
    for run, qs in zip(runs, scales, strict=True):
        result = protocols.evaluate(run.model_under_test(), images, protocol, qs, bars)
        results.append(result)
        tested_at = ", ".join(map(str, qs))
        rows.append((run.folder.name, _trained_at(run), tested_at, *_errors(result)))
    if args.fuse:
        mean = np.mean([r.probabilities for r in results], axis=0)
        fused = Evaluation.from_probabilities(mean, results[0].labels, results[0].classes)
        rows.append((f"all {len(runs)}, fused", "", "", *_errors(fused)))
    print(
        f"{len(images):,} {args.split} images of {first.config['data']}, "
        f"{len(first.config['classes'])} classes; protocol: {protocol}\n"
    )
    _show_table(HEADERS, rows, args.out)
    return 0


def _check_same_data(runs: Sequence[Run]) -> None:
    """Raise ``ValueError`` unless all nets are for the same images and classes."""
    first = runs[0]
    for run in runs[1:]:
        mine, theirs = _describe_data(run), _describe_data(first)
        if mine != theirs or run.config["classes"] != first.config["classes"]:
            raise ValueError(
                f"{run.folder} ({mine}) cannot be in one table with {first.folder} ({theirs}): "
                "they are for different images"
            )


def _describe_data(run: Run) -> str:
    colours = "RGB" if run.shape[0] == 3 else "grey"
    return f"{len(run.config['classes'])} classes of {run.config['data']}, {colours}"


def _errors(result: Evaluation) -> tuple[str, str]:
    """Top-1 and top-5 error in %."""
    top5 = f"{100 * (1 - result.top5):.2f}" if _has_top5(result) else "–"
    return f"{100 * (1 - result.accuracy):.2f}", top5


def _has_top5(result: Evaluation) -> bool:
    """Whether the top-5 error can be more than 0: there are more than five classes."""
    return len(result.classes) > 5


def _scales(given: Sequence[str] | None, run: Run) -> tuple[int, ...]:
    """The test scales Q of one run, as a tuple."""
    if not given:
        return (run.test_scale,)
    if given == ["paper"]:
        scale = run.test_scale if run.config["scale"] is None else run.config["scale"]
        step = stride(run.new_net("zeros"), run.shape)
        return protocols.paper_scales(scale, max(run.shape[1:]), step)
    if not all(q.isascii() and q.isdigit() for q in given):
        raise ValueError(
            f"--scales must be numbers of pixels or the word paper, got {' '.join(given)}"
        )
    return tuple(map(int, given))


def _trained_at(run: Run) -> str:
    if run.scale is None:
        return "as they are"
    low, high = run.scale.range
    return str(low) if low == high else f"[{low}; {high}]"


def _limited(images: data.Dataset, limit: int | None) -> data.Dataset:
    """The whole dataset, or ``limit`` images of it, evenly spread."""
    if limit is None or limit >= len(images):
        return images
    return data.Subset(images, np.linspace(0, len(images) - 1, limit).astype(int))


def stride(net: layers.Sequential, shape: InputShape) -> int:
    """The distance in pixels between neighbouring positions of the last map."""
    fields = trace(net["features"], shape)[-1].receptive_field
    assert fields is not None, "the package's own layers all say what they see"
    return fields[0].jump
