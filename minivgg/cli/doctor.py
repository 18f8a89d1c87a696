"""``minivgg doctor``: why does a net not learn?"""

import sys
import textwrap
import time
from argparse import Namespace
from pathlib import Path

from minivgg.cli.arguments import Commands, command
from minivgg.cli.json_output import Json, json_option, print_json
from minivgg.cli.train_options import add_options
from minivgg.cli.train_setup import FIXED_OPTIONS, new_run
from minivgg.data import Dataset
from minivgg.training import recipes
from minivgg.training.diagnosis import Diagnosis, Finding, Severity, diagnose
from minivgg.training.run import PACKAGED_RUNS, Run
from minivgg.training.run_folders import free_folder
from minivgg.training.training_plan import TrainingPlan, plan_training
from minivgg.utils import tables
from minivgg.utils.files import make_folder

SIGNS = {Severity.PROBLEM: "problem", Severity.WARNING: "warning", Severity.NOTE: "note"}
FOLDER = "doctor"  # in the run folder
WIDTH = 100  # columns of the text
# with which a run can be examined instead of its own settings
CHANGEABLE = ("lr", "momentum", "weight_decay", "dropout", "batch_size")


def add(commands: Commands) -> None:
    """Add the command ``doctor``."""
    p = command(
        commands,
        "doctor",
        doctor,
        "find out, in seconds, why a net does not learn: put doctor in the place of train",
        """
        minivgg doctor runs/digits
        minivgg doctor --data photos.zip --size 64 64 --lr 0.5
        minivgg doctor --data digits --lr 1e-6 --to pictures
        minivgg doctor runs/digits --lr 0.001
        """,
    )
    p.add_argument(
        "folder",
        nargs="?",
        metavar="RUN",
        help="a run folder, whose training is examined from its start (default: the training that "
        "the options of train describe; nothing is trained, and --run has no effect)",
    )
    p.add_argument(
        "--to",
        metavar="DIR",
        help=f"folder for two pictures, layers.png and learning_rate.png (default: {FOLDER} in "
        "RUN, or none)",
    )
    p.add_argument("--all", action="store_true", help="also print the findings that are in order")
    p.add_argument(
        "--strict", action="store_true", help="exit with status 1 if there is anything to mend"
    )
    json_option(p)
    add_options(p)


def doctor(args: Namespace) -> int:
    """Examine a training: print the findings, worst first, and write pictures."""
    started, bars = time.perf_counter(), sys.stderr.isatty()
    run, images = _run(args, bars)
    plan, pictures_folder = _plan(run, images), _pictures_folder(args, run)
    if pictures_folder is not None:
        make_folder(pictures_folder)  # before the work: it may not be possible
    validation, test = plan.validation_loader, run.dataset("test", bars)
    reading, started = time.perf_counter() - started, time.perf_counter()
    found = diagnose(
        plan.trainer.net,
        plan.train_loader,
        loss=plan.trainer.loss,
        optimizer=plan.trainer.optimizer,
        validation=None if validation is None else validation.dataset,
        test=test,
        seed=run.config["seed"],
    )
    pictures = _draw(found, pictures_folder)
    seconds = time.perf_counter() - started
    if args.json:
        print_json(_document(found, pictures, seconds))
    else:
        _print(found, args.all)
        for path in pictures:
            print(f"wrote {path}")
        print(
            f"{len(found.findings)} checks in {seconds:.1f} s, after {reading:.1f} s for reading "
            "the images and building the net"
        )
    return 1 if args.strict and found.troubles else 0


def _run(args: Namespace, bars: bool) -> tuple[Run, Dataset]:
    """The run in a folder, or the one that ``train`` would make, and its training images."""
    folder = args.folder or args.resume
    if not folder:
        args.run = str(free_folder("doctor"))  # nothing is written to it
        return new_run(args, bars)
    run = Run.open(folder)
    names = (*recipes.Recipe._fields, *FIXED_OPTIONS)
    given = {name: getattr(args, name, None) for name in names}
    given = {name: value for name, value in given.items() if value is not None}
    for name, value in given.items():
        if name not in CHANGEABLE:
            raise ValueError(
                f"--{name.replace('_', '-')} is a setting of the run {folder}; it can be examined "
                f"with another {', '.join(CHANGEABLE).replace('_', '-')} only"
            )
        run.config[name] = value
    return run, run.dataset("train", bars)


def _plan(run: Run, images: Dataset) -> TrainingPlan:
    """The training from its start: with the weights that it begins with, not those it has now."""
    at_start = Run(free_folder("doctor"), run.config)  # a folder that does not exist
    plan = plan_training(at_start, images, progress=False)
    plan.trainer.optimizer.lr = run.config["lr"]  # a warm-up begins with a small part of it
    return plan


def _pictures_folder(args: Namespace, run: Run) -> Path | None:
    if args.to is not None:
        return Path(args.to)
    is_own = (args.folder or args.resume) and PACKAGED_RUNS not in run.folder.parents
    return run.folder / FOLDER if is_own else None


def _draw(found: Diagnosis, folder: Path | None) -> list[Path]:
    """Write the pictures; returns their paths."""
    if folder is None:
        return []
    from minivgg import plots  # takes time to import

    figures = {}
    if found.layers:
        figures["layers.png"] = plots.layer_sizes(found.layers)
    if found.range_test and found.range_test.losses:
        figures["learning_rate.png"] = plots.learning_rate_range(found.range_test)
    for name, figure in figures.items():
        plots.save(figure, folder / name)
    return [folder / name for name in figures]


def _print(found: Diagnosis, everything: bool) -> None:
    """A table of the findings, and below it what to do."""
    shown = [f for f in found.findings if everything or f.severity > Severity.OK]
    if shown:
        width = max(len(f.name) for f in shown)
        rows = [row for finding in shown for row in _rows(finding, WIDTH - width - 11)]
        print(tables.text(("", "", "found"), rows))
    fine = len(found.findings) - sum(f.severity > Severity.OK for f in found.findings)
    if not found.troubles:
        print("nothing found that would keep this net from learning")
    elif not everything:
        print(f"\n{fine} other findings are in order (--all shows them)")


def _rows(finding: Finding, width: int) -> list[tuple[str, str, str]]:
    """A finding as rows of a table: its sentence and its advice, in lines that fit."""
    lines = textwrap.wrap(finding.sentence, width)
    lines += textwrap.wrap(f"→ {finding.advice}", width) if finding.advice else []
    first = (SIGNS.get(finding.severity, "ok"), finding.name, lines[0])
    return [first, *(("", "", line) for line in lines[1:])]


def _document(found: Diagnosis, pictures: list[Path], seconds: float) -> Json:
    findings: list[Json] = [
        {
            "name": f.name,
            "severity": f.severity.name.lower(),
            "value": None if f.value is None else float(f.value),
            "sentence": f.sentence,
            "advice": f.advice,
        }
        for f in found.findings
    ]
    layers: list[Json] = [
        {
            "name": row.name,
            "kind": row.kind,
            "output": row.output,
            "gradient": row.gradient,
            "weight": row.weight,
            "dead": row.dead,
            "update": row.update,
        }
        for row in found.layers
    ]
    test = found.range_test
    range_test: Json = None
    if test:
        range_test = {
            "rates": list(test.rates),
            "losses": list(test.losses),
            "suggested": test.suggested,
            "current": test.current,
        }
    return {
        "findings": findings,
        "layers": layers,
        "range_test": range_test,
        "pictures": [str(path) for path in pictures],
        "seconds": seconds,
    }
