"""``minivgg compare``: which of several trained nets is better, and whether that may be chance."""

import sys
from argparse import Namespace
from collections.abc import Sequence
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

from minivgg.cli.arguments import Commands, command, device_options, expanded
from minivgg.cli.evaluation_images import (
    accuracy_document,
    check_limit,
    described,
    image_options,
    limited,
    split_read,
)
from minivgg.cli.json_output import Json, json_option, print_json
from minivgg.cli.left_out import report_left_out
from minivgg.cli.table_files import check_picture_path, check_table_path, write_table
from minivgg.data import Dataset
from minivgg.evaluation import metrics
from minivgg.evaluation.metrics import Evaluation
from minivgg.evaluation.significance import disagreements, mcnemar, two_proportions
from minivgg.models.configurations import net_name
from minivgg.training.history import EpochRow, read_history_csv
from minivgg.training.run import Run, display_name
from minivgg.utils import tables
from minivgg.utils.files import JsonObject
from minivgg.utils.notices import notify
from minivgg.utils.printable_text import listed, visible

HEADERS = ("net", "images", "accuracy, %", "95 % interval", "loss")
CHANCE = 0.05  # p below which a difference is called significant, divided by the comparisons
# what follows from the images, or says nothing about the training
NOT_SETTINGS = ("classes", "mean", "std", "colors", "minivgg")
HISTORY = "history.csv"
MAX_CLASSES_LISTED = 4


class Tested(NamedTuple):
    """A run, and how it does on its test images."""

    name: str
    run: Run
    split: str
    result: Evaluation


class Comparison(NamedTuple):
    """Two nets on test images, of which the first is at least as accurate."""

    better: Tested
    other: Tested
    only_better: int | None  # images that only this one has right; None for different images
    only_other: int | None
    p: float


def add(commands: Commands) -> None:
    """Add the command ``compare``."""
    p = command(
        commands,
        "compare",
        compare,
        "compare trained nets: accuracies, settings that differ, and whether it may be chance",
        """
        minivgg compare runs/digits runs/digits-2
        minivgg compare runs/a runs/b runs/c --plot curves.png --out table.md
        """,
    )
    p.add_argument("runs", nargs="+", metavar="RUN", help="run folders, at least two")
    image_options(p)
    p.add_argument("--plot", metavar="FILE", help="also draw the learning curves of all runs")
    p.add_argument("--out", metavar="FILE", help="also write the table to a .csv or .md file")
    json_option(p)
    device_options(p)


def compare(args: Namespace) -> int:
    """Print the accuracies of nets, the settings that differ, and what can be concluded."""
    runs = [Run.open(folder) for folder in expanded(args.runs)]
    if len(runs) < 2:
        raise ValueError(f"compare takes at least two runs; for one: evaluate {runs[0].name}")
    _refuse_repeated(runs)
    if not args.data:
        _refuse_other_classes(runs)
    check_limit(args)
    check_table_path(args.out)
    check_picture_path("--plot", args.plot)
    names = _names(runs)
    histories = _histories(runs, names) if args.plot else {}
    tested = [_test(args, run, name) for run, name in zip(runs, names, strict=True)]
    ranked = sorted(tested, key=lambda t: -t.result.accuracy)
    pairs = [_compared(args, better, other) for better, other in combinations(ranked, 2)]
    settings = _different_settings(runs)
    rows = [_row(t) for t in tested]
    if args.json:
        print_json(_document(args, tested, settings, pairs))
    else:
        _print(args, tested, rows, settings, pairs)
    log = sys.stderr if args.json else sys.stdout
    if args.out:
        write_table(args.out, HEADERS, rows)
        print(f"wrote {args.out}", file=log)
    if args.plot:
        from minivgg import plots

        plots.save(plots.compared_curves(histories), args.plot)
        print(f"wrote {args.plot}", file=log)
    return 0


def _names(runs: Sequence[Run]) -> list[str]:
    """The folders' names, or their paths where two have the same name."""
    names = [run.folder.name for run in runs]
    return names if len(set(names)) == len(names) else [run.name for run in runs]


def _refuse_repeated(runs: Sequence[Run]) -> None:
    """Raise ``ValueError`` for a run that is named twice, perhaps by two paths."""
    seen: dict[Path, str] = {}
    for run in runs:
        folder = run.folder.resolve()
        if folder in seen:
            raise ValueError(f"{run.name} is named twice: compare takes runs that differ")
        seen[folder] = run.name


def _refuse_other_classes(runs: Sequence[Run]) -> None:
    """Raise ``ValueError`` unless the nets tell the same classes apart, in any order."""
    first = runs[0]
    for run in runs[1:]:
        if set(run.config["classes"]) != set(first.config["classes"]):
            mine, theirs = (listed(r.config["classes"], MAX_CLASSES_LISTED) for r in (run, first))
            raise ValueError(
                f"{run.name} has other classes ({mine}) than {first.name} ({theirs}): compare them "
                "on images of classes that both know (--data)"
            )


def _histories(runs: Sequence[Run], names: Sequence[str]) -> dict[str, list[EpochRow]]:
    """The histories of the runs that have one."""
    paths = {name: run.folder / HISTORY for name, run in zip(names, runs, strict=True)}
    without = [name for name, path in paths.items() if not path.is_file()]
    if len(without) == len(paths):
        raise FileNotFoundError(f"none of these runs has a {HISTORY}: there are no curves to draw")
    if without:
        notify(f"no {HISTORY} in {', '.join(without)}: their curves are left out")
    return {name: read_history_csv(path) for name, path in paths.items() if name not in without}


def _test(args: Namespace, run: Run, name: str) -> Tested:
    bars = sys.stderr.isatty()
    found = run.dataset(args.split, bars, data=args.data)
    report_left_out(found)
    images: Dataset = limited(found, args.limit)
    result = metrics.evaluate(run.net(), run.loader(images), progress=bars)
    return Tested(name, run, split_read(found, args.split), result)


def _compared(args: Namespace, better: Tested, other: Tested) -> Comparison:
    right = [t.result.predicted == t.result.labels for t in (better, other)]
    if _same_images(args, better, other):
        only_better, only_other = disagreements(*right)
        p = mcnemar(only_better, only_other)
        return Comparison(better, other, only_better, only_other, p)
    counts = int(right[0].sum()), int(right[1].sum())
    p = two_proportions(counts, (len(right[0]), len(right[1])))
    return Comparison(better, other, None, None, p)


def _same_images(args: Namespace, first: Tested, second: Tested) -> bool:
    """Whether two nets were tested on the same images, in the same order."""
    if not args.data and _source(first.run) != _source(second.run):
        return False
    labels = [[t.result.classes[k] for k in t.result.labels] for t in (first, second)]
    return labels[0] == labels[1]


def _source(run: Run) -> tuple[str, object, object]:
    """What decides which images are a run's test images."""
    data, test = run.config["data"], run.config["test"]
    path = Path(data)
    return (
        str(path.resolve()) if path.exists() else data,
        test,
        run.config["seed"] if isinstance(test, float) else None,  # a share is chosen by the seed
    )


def _different_settings(runs: Sequence[Run]) -> dict[str, list[Json]]:
    """The settings in which the runs differ, and each run's value."""
    configs = [_settings(run.config) for run in runs]
    keys = dict.fromkeys(key for config in configs for key in config)
    values = {key: [config.get(key) for config in configs] for key in keys}
    return {key: found for key, found in values.items() if any(v != found[0] for v in found)}


def _settings(config: JsonObject) -> JsonObject:
    kept = {key: value for key, value in config.items() if key not in NOT_SETTINGS}
    init = config["init"] and display_name(config["init"])
    classes = len(config["classes"])
    return kept | {"net": net_name(config["net"]), "init": init, "number of classes": classes}


def _row(tested: Tested) -> tuple[str, ...]:
    result = tested.result
    low, high = result.interval
    return (
        tested.name,
        str(len(result.labels)),
        f"{100 * result.accuracy:.2f}",
        f"{100 * low:.1f} to {100 * high:.1f}",
        f"{result.loss:.4f}",
    )


def _print(
    args: Namespace,
    tested: Sequence[Tested],
    rows: Sequence[tuple[str, ...]],
    settings: dict[str, list[Json]],
    pairs: Sequence[Comparison],
) -> None:
    images = {
        described(len(t.result.labels), t.split, args.data or t.run.config["data"]) for t in tested
    }
    print(f"{visible(' and '.join(sorted(images)))}\n\n{tables.text(HEADERS, rows)}\n")
    if settings:
        headers = ("setting", *(t.name for t in tested))
        lines = [(key, *map(_shown, values)) for key, values in settings.items()]
        print(f"{tables.text(headers, lines)}\n")
    else:
        print("no setting differs\n")
    print(*(visible(_sentence(pair, len(pairs))) for pair in pairs), sep="\n")
    if len(pairs) > 1:
        print(
            f"({len(pairs)} comparisons: each counts as noise unless p < {_limit(len(pairs)):.2g})"
        )


def _shown(value: Json) -> str:
    if value is None:
        return "–"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _limit(comparisons: int) -> float:
    """p below which a difference is significant (Bonferroni's rule for several comparisons)."""
    return CHANCE / comparisons


def _sentence(pair: Comparison, comparisons: int) -> str:
    """What can be said of two nets, in words."""
    better, other = pair.better, pair.other
    points = 100 * (better.result.accuracy - other.result.accuracy)
    if points == 0:
        begin = f"{better.name} and {other.name} are equally accurate"
    else:
        begin = f"{better.name} is {points:.2f} percentage points more accurate than {other.name}"
    if pair.p < _limit(comparisons):
        verdict = "the difference is statistically significant"
    elif pair.only_better == pair.only_other == 0:
        verdict = "they are right on the same images"
    else:
        verdict = "this may be chance: these images cannot tell which net is better"
    if pair.only_better is None:
        test = "on different images; test of two proportions"
    else:
        test = (
            f"{pair.only_better} images only the first has right, {pair.only_other} only the "
            "second; McNemar's exact test"
        )
    return f"{begin}; {verdict} ({test}, p = {_probability(pair.p)})"


def _probability(p: float) -> str:
    if p < 1e-300:
        return "0"
    return f"{p:.2g}" if p >= 1e-4 else f"{p:.0e}"


def _document(
    args: Namespace,
    tested: Sequence[Tested],
    settings: dict[str, list[Json]],
    pairs: Sequence[Comparison],
) -> Json:
    runs: list[Json] = [
        {
            "run": t.run.name,
            "data": args.data or t.run.config["data"],
            "split": t.split,
            **accuracy_document(t.result),
        }
        for t in tested
    ]
    comparisons: list[Json] = [
        {
            "better": pair.better.run.name,
            "other": pair.other.run.name,
            "difference": pair.better.result.accuracy - pair.other.result.accuracy,
            "same_images": pair.only_better is not None,
            "only_better_right": pair.only_better,
            "only_other_right": pair.only_other,
            "p": pair.p,
            "more_than_noise": pair.p < _limit(len(pairs)),
        }
        for pair in pairs
    ]
    different: dict[str, Json] = {key: list(values) for key, values in settings.items()}
    return {"runs": runs, "different_settings": different, "comparisons": comparisons}
