"""``minivgg doctor``: why does a net not learn?"""

import sys
import time
from argparse import Namespace
from pathlib import Path

from minivgg.cli.arguments import Commands, command
from minivgg.cli.json_output import Json, json_option, print_json
from minivgg.cli.train_options import add_options
from minivgg.cli.train_setup import FIXED_OPTIONS, new_run
from minivgg.data import Dataset
from minivgg.training import recipes
from minivgg.training.diagnosis import Diagnosis, diagnose
from minivgg.training.diagnosis.report import findings_as_text
from minivgg.training.history import EpochRow, read_history_csv
from minivgg.training.run import PACKAGED_RUNS, Run
from minivgg.training.run_folders import free_folder
from minivgg.training.training_plan import TrainingPlan, plan_training
from minivgg.utils.files import make_folder

FOLDER = "doctor"  # in the run folder
# with which a run can be examined instead of its own settings
CHANGEABLE = ("lr", "momentum", "weight_decay", "dropout", "batch_size")


def add(commands: Commands) -> None:
    """Add the command ``doctor``."""
    p = command(
        commands,
        "doctor",
        doctor,
        "find out why a net does not learn, in seconds (a VGG-16 on 224×224 pixels: in minutes); "
        "doctor takes the options of train",
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
        "the options of train describe). Nothing is trained, and --run has no effect. Judged are "
        "the images, the labels, the net, --lr, --momentum, --weight-decay, --clip-norm, "
        "--dropout, --batch-size, --label-smoothing, --class-weights, --initializer, and the "
        "lengths --epochs and --warmup; of a run also its history. The schedule, "
        "--early-stopping, --micro-batch and --cuda-graph are not",
    )
    p.add_argument(
        "--to",
        metavar="DIR",
        help=f"folder for two pictures, layers.png and learning_rate.png (default: {FOLDER} in "
        "RUN, or none)",
    )
    p.add_argument("--all", action="store_true", help="also print what is in order")
    p.add_argument(
        "--strict", action="store_true", help="exit with status 1 if there are problems or warnings"
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
        max_gradient_norm=run.config["clip_norm"],
        epochs=run.config["epochs"],
        warmup=run.config["warmup"],
        history=_history(args, run),
        progress=bars,
    )
    pictures = _draw(found, pictures_folder)
    seconds = time.perf_counter() - started
    if args.json:
        print_json(_document(found, pictures, seconds))
    else:
        print(findings_as_text(found.findings, args.all, "--all shows them"))
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


def _history(args: Namespace, run: Run) -> list[EpochRow]:
    """What a run has recorded; nothing where it is examined with other settings than its own."""
    path = run.folder / "history.csv"
    changed = any(getattr(args, name, None) is not None for name in CHANGEABLE)
    if not (args.folder or args.resume) or changed or not path.exists():
        return []
    return read_history_csv(path)


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
