"""``minivgg evaluate``: the accuracy of trained nets on test images."""

import sys
from argparse import Namespace
from collections.abc import Sequence

import numpy as np

from minivgg import layers
from minivgg.analysis import trace
from minivgg.cli.arguments import (
    Commands,
    InputShape,
    best_option,
    command,
    device_options,
    expanded,
)
from minivgg.cli.evaluation_images import (
    accuracy_document,
    check_limit,
    described,
    has_top5,
    image_options,
    interval_text,
    limited,
    split_read,
)
from minivgg.cli.json_output import Json, json_option, print_json
from minivgg.cli.left_out import report_left_out
from minivgg.cli.table_files import check_table_path, write_table
from minivgg.evaluation import metrics, protocols
from minivgg.evaluation.metrics import Evaluation
from minivgg.evaluation.protocols import PROTOCOLS
from minivgg.training.run import PRETRAINED, Run
from minivgg.training.run_folders import newest_run
from minivgg.utils import tables
from minivgg.utils.files import StrPath
from minivgg.utils.printable_text import visible
from minivgg.utils.suggest import suggest

CLASS_HEADERS = (
    "class",
    "images",
    "precision, %",
    "recall, %",
    "F1, %",
    "most often mistaken for",
)
MACRO = "macro average"  # over the classes, each counting the same
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
        minivgg evaluate runs/photos --data more-photos --json
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
    best_option(p)
    image_options(p)
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
    json_option(p)
    device_options(p)


def evaluate(args: Namespace) -> int:
    """Print the accuracy of nets on their data."""
    folders: Sequence[StrPath] = expanded(args.runs) or [newest_run()]
    runs = [Run.open(folder, args.best) for folder in folders]
    check_limit(args)
    check_table_path(args.out)
    if len(runs) > 1 or args.protocol or args.scales or args.fuse:
        return _evaluate_by_protocol(args, runs)
    return _evaluate_by_class(args, runs[0])


def _evaluate_by_class(args: Namespace, run: Run) -> int:
    bars = sys.stderr.isatty()
    found = run.dataset(args.split, bars, data=args.data)
    report_left_out(found)
    images, split = limited(found, args.limit), split_read(found, args.split)
    result = metrics.evaluate(run.net(), run.loader(images), progress=bars)
    rows = [_class_row(result, k) for k in range(len(result.classes))]
    rows.append(_macro_row(result))
    if args.json:
        print_json(
            {
                "run": run.name,
                "data": args.data or run.config["data"],
                "split": split,
                **_document(result),
            }
        )
    else:
        name = args.data or run.config["data"]
        print(visible(f"{run.name}: {described(len(result.labels), split, name)}"))
        top5 = f", top-5 {100 * result.top5:.2f} %" if has_top5(result) else ""
        print(
            f"accuracy {interval_text(result)}{top5}, loss {result.loss:.4f}, "
            f"{result.wrong} wrong\n\n{tables.text(CLASS_HEADERS, rows)}"
        )
    _write(args, CLASS_HEADERS, rows)
    return 0


def _class_row(result: Evaluation, k: int) -> tuple[str, ...]:
    """The row of class k in the report: its images, how many are right, what the others became."""
    images = str(result.confusion[k].sum())
    shares = (_percent(values[k]) for values in (result.precision, result.recall, result.f1))
    mistaken = _mistaken_for(result, k)
    taken = f"{mistaken[0]} ({mistaken[1]}×)" if mistaken else ""
    return result.classes[k], images, *shares, taken


def _macro_row(result: Evaluation) -> tuple[str, ...]:
    shares = (_percent(result.macro(name)) for name in ("precision", "recall", "f1"))
    return MACRO, str(len(result.labels)), *shares, ""


def _percent(share: float) -> str:
    return "–" if np.isnan(share) else f"{100 * share:.1f}"


def _mistaken_for(result: Evaluation, k: int) -> tuple[str, int] | None:
    """(class, number of images) that images of class k are most often mistaken for."""
    others = result.confusion[k].copy()
    others[k] = 0
    return (result.classes[others.argmax()], int(others.max())) if others.any() else None


def _document(result: Evaluation) -> dict[str, Json]:
    """The report class by class as JSON; precision is null for a class never predicted."""
    classes: list[Json] = []
    for k, name in enumerate(result.classes):
        mistaken = _mistaken_for(result, k)
        classes.append(
            {
                "class": name,
                "images": int(result.confusion[k].sum()),
                "precision": float(result.precision[k]),
                "recall": float(result.recall[k]),
                "f1": float(result.f1[k]),
                "most_often_mistaken_for": mistaken[0] if mistaken else None,
            }
        )
    return {
        **accuracy_document(result),
        "macro": {name: result.macro(name) for name in ("precision", "recall", "f1")},
        "classes": classes,
        "confusion": result.confusion.tolist(),
    }


def _write(args: Namespace, headers: Sequence[str], rows: Sequence[tuple[str, ...]]) -> None:
    """Write a table to the file of --out, if there is one."""
    if args.out:
        write_table(args.out, headers, rows)
        print(f"wrote {args.out}", file=sys.stderr if args.json else sys.stdout)


def _evaluate_by_protocol(args: Namespace, runs: Sequence[Run]) -> int:
    """A table in the paper's form: training and test scales, top-1 and top-5 error of each net."""
    protocol, bars, first = args.protocol or "centre", sys.stderr.isatty(), runs[0]
    check_same_data(runs, args.data)
    if args.fuse and len(runs) < 2:
        raise ValueError("--fuse averages several nets: name at least two runs")
    scales = [_scales(args.scales, run) for run in runs]
    largest = max(map(max, scales))
    found = first.dataset(args.split, bars, own_sizes=True, largest=largest, data=args.data)
    report_left_out(found)
    images, split = limited(found, args.limit), split_read(found, args.split)
    rows, results = [], []
    documents: list[Json] = []
    for run, qs in zip(runs, scales, strict=True):
        result = protocols.evaluate(run.model_under_test(), images, protocol, qs, bars)
        results.append(result)
        tested_at = ", ".join(map(str, qs))
        rows.append((run.folder.name, _trained_at(run), tested_at, *_errors(result)))
        documents.append({"run": run.name, "scales": list(qs), **accuracy_document(result)})
    if args.fuse:
        mean = np.mean([r.probabilities for r in results], axis=0)
        fused = Evaluation.from_probabilities(mean, results[0].labels, results[0].classes)
        rows.append((f"all {len(runs)}, fused", "", "", *_errors(fused)))
        names: list[Json] = [run.name for run in runs]
        documents.append({"fused": names, **accuracy_document(fused)})
    name = args.data or first.config["data"]
    if args.json:
        print_json({"data": name, "split": split, "protocol": protocol, "nets": documents})
    else:
        classes = len(first.config["classes"])
        print(
            f"{visible(described(len(images), split, name))}, {classes} classes; "
            f"protocol: {protocol}\n\n{tables.text(HEADERS, rows)}"
        )
    _write(args, HEADERS, rows)
    return 0


def check_same_data(runs: Sequence[Run], other: StrPath | None = None) -> None:
    """Raise ``ValueError`` unless all nets are for the same images and classes.

    other: images that they are all tested on instead of their own.
    """
    first = runs[0]
    for run in runs[1:]:
        mine, theirs = _describe_data(run, other), _describe_data(first, other)
        if mine != theirs or run.config["classes"] != first.config["classes"]:
            raise ValueError(
                f"{run.name} ({mine}) cannot be in one table with {first.name} ({theirs}): "
                "they are for different images"
            )


def _describe_data(run: Run, other: StrPath | None) -> str:
    colours = "RGB" if run.shape[0] == 3 else "grey"
    return f"{len(run.config['classes'])} classes of {other or run.config['data']}, {colours}"


def _errors(result: Evaluation) -> tuple[str, str]:
    """Top-1 and top-5 error in %."""
    top5 = f"{100 * (1 - result.top5):.2f}" if has_top5(result) else "–"
    return f"{100 * (1 - result.accuracy):.2f}", top5


def _scales(given: Sequence[str] | None, run: Run) -> tuple[int, ...]:
    """The test scales Q of one run, as a tuple."""
    if not given:
        return (run.test_scale,)
    if given == ["paper"]:
        scale = run.test_scale if run.config["scale"] is None else run.config["scale"]
        step = stride(run.new_net("zeros"), run.shape)
        return protocols.paper_scales(scale, max(run.shape[1:]), step)
    sides = [q for word in given for q in word.split(",") if q]  # "32 40", "32,40" or "32, 40"
    if not sides or not all(q.isascii() and q.isdigit() for q in sides):
        meant = suggest(" ".join(given), ["paper"], cutoff=0.6)
        raise ValueError(
            f"--scales must be numbers of pixels or the word paper, got {' '.join(given)}"
            + (f": did you mean {meant}?" if meant else "")
        )
    return tuple(map(int, sides))


def _trained_at(run: Run) -> str:
    if run.scale is None:
        return "as they are"
    low, high = run.scale.range
    return str(low) if low == high else f"[{low}; {high}]"


def stride(net: layers.Sequential, shape: InputShape) -> int:
    """The distance in pixels between neighbouring positions of the last map."""
    fields = trace(net["features"], shape)[-1].receptive_field
    assert fields is not None, "the package's own layers all say what they see"
    return fields[0].jump
