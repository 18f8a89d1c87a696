"""``minivgg train``: train a net, or continue a training run."""

import io
import os
import sys
from argparse import Namespace
from pathlib import Path

from minivgg import backend, models
from minivgg.cli.arguments import Commands, command, quoted
from minivgg.cli.command_parser import program
from minivgg.cli.left_out import report_left_out, report_shared
from minivgg.cli.train_options import add_options
from minivgg.cli.train_report import (
    better_start,
    print_header,
    print_result,
    print_row,
    print_stop,
    write_results,
)
from minivgg.cli.train_setup import DEFAULT_DATA, Dataset, new_run, resumed_run
from minivgg.evaluation.metrics import evaluate
from minivgg.training import distributed
from minivgg.training.divergence import TrainingDiverged
from minivgg.training.run import Run
from minivgg.training.run_folders import free_folder
from minivgg.training.training_plan import TrainingPlan, plan_training
from minivgg.utils.stop_signals import StoppedBySignal, raising_on_stop_signals


def add(commands: Commands) -> None:
    """Add the command ``train``."""
    p = command(
        commands,
        "train",
        train,
        "train a net and write a run folder",
        """
        minivgg train
        minivgg train --data cifar10 --epochs 2
        minivgg train --data photos.zip --size 64 64 --net "32,32,M,64,64,M" --hidden 256
        minivgg train --data photos.zip --recipe paper-256 --micro-batch 32
        minivgg train --data pets.zip --net vgg16 --size 224 224 --init imagenet --freeze
        minivgg train --data photos.zip --optimizer adamw --warmup 3 --early-stopping 10
        minivgg train --resume runs/digits --epochs 40
        """,
    )
    add_options(p)


def train(args: Namespace) -> int:
    """Train a net, on all ranks of an MPI job, and write a run folder."""
    world = distributed.world()
    if world.rank:
        sys.stdout = io.StringIO()  # only rank 0 prints
    if world.size > 1:
        threads = distributed.pin_cpus(world)
        backend.set_num_threads(args.threads or threads)
    distributed.use_gpu_of_rank(world)
    try:
        with raising_on_stop_signals(), distributed.abort_all_on_error(world):
            return _train(args, world, bars=sys.stderr.isatty() and world.rank == 0)
    except StoppedBySignal as stop:
        try:
            print(f"\n{stop}", file=sys.stderr)
        except OSError:  # the terminal has been closed, and nothing can be written any more
            nowhere = os.open(os.devnull, os.O_WRONLY)
            for number in (1, 2):
                os.dup2(nowhere, number)
        return stop.exit_status


def _train(args: Namespace, world: distributed.Ranks, bars: bool) -> int:
    if args.keep < 1:
        raise ValueError(f"--keep must be at least 1, got {args.keep}")
    if not args.save_every > 0:
        raise ValueError(f"--save-every must be greater than 0 minutes, got {args.save_every:g}")
    if not args.resume and args.run is None:
        folder = free_folder(Path(args.data or DEFAULT_DATA).stem)
        args.run = world.broadcast(str(folder))  # before any rank has created it
    run, images = resumed_run(args, bars) if args.resume else new_run(args, bars)
    test_set = run.dataset("test", bars)
    world.require_same(run.config)
    plan = plan_training(
        run,
        images,
        progress=bars,
        on_epoch=print_row,
        world=world,
        keep=args.keep,
        save_every=args.save_every,
        cuda_graph=args.cuda_graph,
    )
    if world.rank == 0:
        report_left_out(images)
        report_left_out(test_set)
        report_shared(images, test_set)
    with plan.trainer.folder_in_use():
        return _train_in_folder(args, run, plan, test_set, world, bars)


def _train_in_folder(
    args: Namespace,
    run: Run,
    plan: TrainingPlan,
    test_set: Dataset,
    world: distributed.Ranks,
    bars: bool,
) -> int:
    """Train, and write the run folder, which no other process is using."""
    trainer, loader, validation = plan.trainer, plan.train_loader, plan.validation_loader
    if world.rank == 0:
        if not args.resume:
            run.create()  # only now, so that wrong settings leave no folder behind
        elif any(o is not None for o in (args.epochs, args.micro_batch, args.early_stopping)):
            run.write_config()  # so that the next --resume continues to the new end
    epochs = run.config["epochs"]
    counts = len(loader.dataset), len(validation.dataset) if validation else 0, len(test_set)
    net = trainer.net
    assert isinstance(net, models.Net), "plan_training makes a net of models"
    print_header(run, net, counts, plan.initialized_layers, world)
    try:
        trainer.fit(loader, validation, epochs, bool(args.resume))
    except TrainingDiverged as error:
        if advice := better_start(run, counts[0]):
            raise RuntimeError(f"{error}; {advice}") from error
        raise
    except KeyboardInterrupt as stop:
        text = f"{stop}; continue with: {program()} train --resume {quoted(run.folder)}"
        if isinstance(stop, StoppedBySignal):
            raise StoppedBySignal(stop.number, text) from None
        raise KeyboardInterrupt(text) from None
    if world.rank:
        return 0
    if trainer.stop_reason:
        print_stop(run, trainer.history, trainer.stop_reason)
    elif trainer.resumed_epochs >= epochs:
        print(
            f"nothing to train: the run has {trainer.resumed_epochs} epochs already, and --epochs "
            f"counts them too: a number above {trainer.resumed_epochs} continues it"
        )
    test_loader = run.loader(test_set, workers=loader.workers)
    result = evaluate(net, test_loader, progress=bars)
    print_result(result)
    write_results(run, net, trainer.history, result, test_set, trained_on=counts[0])
    return 0
