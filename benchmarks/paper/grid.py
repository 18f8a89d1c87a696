"""The nets and training scales that are compared, as data; and one training of the grid, begun or gone on with."""

from time import time
from typing import NamedTuple

from minivgg.models import CONFIGURATIONS
from minivgg.training.checkpoint import latest
from minivgg.training.recipes import Recipe
from minivgg.training.run import CHECKPOINTS, CONFIG, Run
from minivgg.training.run_setup import configure_run
from minivgg.training.training_plan import plan_training
from minivgg.utils import files

SHAPE, CLASSES, DATA = (3, 32, 32), 10, "cifar10"
SMALLER = 4  # of the paper's filters one in so many
POOLS = 3  # of the paper's five
HIDDEN = (512, 512)

# S: the paper's 256 is its crop of 224 and one stride more, so here 32 + 8. Its 384 and 512 against 224 would be 55 and 73 against 32, but
# CIFAR's objects fill their images: the larger scales are kept nearer, and a crop of 32 from 48 pixels still shows two thirds of a side.
FIXED, LARGER, JITTER = 40, 48, (40, 56)


class Cell(NamedTuple):
    """One row of the tables: a net, and the scale S that it is trained at."""

    net: str
    scale: int | tuple

    @property
    def name(self):
        """Such as "D-36" or "D-36-60", for folders."""
        return "-".join(
            [self.net, *map(str, self.scale if isinstance(self.scale, tuple) else [self.scale])]
        )

    @property
    def test_scale(self):
        """Q of a single scale: S, or the middle of its range (§4.1)."""
        return sum(self.scale) // 2 if isinstance(self.scale, tuple) else self.scale


CELLS = [
    *(Cell(net, FIXED) for net in ("A", "A-LRN", "B", "B-5x5", "C", "D", "E")),
    *(Cell(net, scale) for scale in (JITTER, LARGER) for net in ("D", "E")),
]


def layers(net):
    """The paper's net with fewer filters, and without the last two max-pools, which would leave one pixel of 32: its stride is 8."""
    whole, found = CONFIGURATIONS[net].layers, []
    for item in whole:
        if isinstance(item, tuple):
            found.append((item[0] // SMALLER, item[1]))
        elif item != "M" or found.count("M") < POOLS:
            found.append(item if isinstance(item, str) else item // SMALLER)
    return found


def recipe(cell, epochs):
    """The paper's settings, but for what few epochs ask for: a smaller batch, a rate that falls along a cosine, less dropout, He's
    initial weights, and batch norm. Without batch norm deeper nets are still behind after so few epochs (A 71 %, D 68 %, E 67 % after 8):
    one would see how fast they learn, and not what they can learn. The paper trained for 74 epochs and began its deeper nets from A.
    """
    few = {"batch_size": 64, "lr": 0.02, "dropout": 0.2, "batch_norm": True, "schedule": "cosine"}
    return Recipe(layers(cell.net), epochs, HIDDEN, scale=cell.scale, flip=True, **few)


def train(cell, seed, root, images, epochs, deadline, progress=True):
    """The ``Run`` of a cell, trained to its end; None when time is up before (the next call goes on from the last epoch).

    images: CIFAR-10's training images. deadline: by ``time.time``; it is looked at after each epoch.
    """
    folder = folder_of(root, cell, seed)
    if (folder / CONFIG).exists():
        run, wanted = Run.open(folder), files.plain(recipe(cell, epochs)._asdict())
        changed = {
            name: (run.config[name], value)
            for name, value in wanted.items()
            if run.config[name] != value
        }
        if changed:
            raise ValueError(
                f"{folder} was begun with other settings (then, now): {changed}; choose another --folder"
            )
    else:
        run = configure_run(folder, DATA, images, SHAPE, recipe(cell, epochs), seed=seed)
        run.create()
    if done(run):
        return run

    def look_at_the_clock(row):
        if time() > deadline and row["epoch"] < epochs:
            raise KeyboardInterrupt("time is up")

    plan = plan_training(run, images, progress=progress, on_epoch=look_at_the_clock)
    resume = bool(latest(folder / CHECKPOINTS))
    try:
        plan.trainer.fit(plan.train_loader, plan.validation_loader, epochs, resume=resume)
    except KeyboardInterrupt as stop:
        if str(stop) == "time is up":
            return None
        raise
    return run


def folder_of(root, cell, seed):
    """Where the run of a cell lies."""
    return root / f"{cell.name}-seed-{seed}"


def done(run):
    """Whether a run has come to its end."""
    history = run.folder / "history.csv"
    return (
        history.exists()
        and len(history.read_text(encoding="utf-8").splitlines()) == 1 + run.config["epochs"]
    )
