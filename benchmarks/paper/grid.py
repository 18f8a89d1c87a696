"""The nets and training scales that are compared, as data; and one training of the grid."""

from time import time
from typing import NamedTuple

from minivgg.models import CONFIGURATIONS
from minivgg.training.checkpoint import latest
from minivgg.training.checkpointer import CHECKPOINTS
from minivgg.training.recipes import Recipe
from minivgg.training.run import CONFIG, Run
from minivgg.training.run_setup import configure_run
from minivgg.training.training_plan import plan_training
from minivgg.utils import files

SHAPE, CLASSES, DATA = (3, 32, 32), 10, "cifar10"
FILTER_DIVISOR = 4  # how many times fewer filters than the paper's
POOLS = 3  # of the paper's five
HIDDEN = (512, 512)

# S: the paper's 256 is its crop of 224 and one stride more, so here 32 + 8. Its 384 and 512 against
# 224 would be 55 and 73 against 32. But the objects of CIFAR fill their images, so the larger
# scales are smaller here: a crop of 32 from 48 pixels still shows two thirds of each side.
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
    """The paper's net with fewer filters, and without the last two max-pools: its stride is 8.

    All five would leave one pixel of an image of 32.
    """
    found = []
    for item in CONFIGURATIONS[net].layers:
        if isinstance(item, tuple):
            found.append((item[0] // FILTER_DIVISOR, item[1]))
        elif item != "M" or found.count("M") < POOLS:
            found.append(item if isinstance(item, str) else item // FILTER_DIVISOR)
    return found


def recipe(cell, epochs):
    """The paper's settings, changed for few epochs.

    The batch is smaller, the learning rate falls along a cosine, dropout is lower, the initial
    weights are He's, and there is batch norm. Without it the deeper nets are behind after so few
    epochs (A 71 %, D 68 %, E 67 % after 8), so the table would show how fast nets learn and not
    what they can learn. The paper trained for 74 epochs and initialised its deeper nets from A.
    """
    few = {"batch_size": 64, "lr": 0.02, "dropout": 0.2, "batch_norm": True, "schedule": "cosine"}
    return Recipe(layers(cell.net), epochs, HIDDEN, scale=cell.scale, flip=True, **few)


def train(cell, seed, root, images, epochs, deadline, progress=True):
    """The ``Run`` of a cell, trained to its end, or None when the time is up before that.

    The next call resumes a training from its last epoch. images: CIFAR-10's training images.
    deadline: by ``time.time``; it is checked after each epoch.
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
                f"{folder} was begun with other settings (then, now): {changed}; "
                "choose another --folder"
            )
    else:
        run = configure_run(folder, DATA, images, SHAPE, recipe(cell, epochs), seed=seed)
        run.create()
    if done(run):
        return run

    def check_deadline(row):
        if time() > deadline and row["epoch"] < epochs:
            raise KeyboardInterrupt("time is up")

    plan = plan_training(run, images, progress=progress, on_epoch=check_deadline)
    resume = bool(latest(folder / CHECKPOINTS))
    try:
        plan.trainer.fit(plan.train_loader, plan.validation_loader, epochs, resume=resume)
    except KeyboardInterrupt as stop:
        if str(stop) == "time is up":
            return None
        raise
    return run


def folder_of(root, cell, seed):
    """The folder of the run of a cell."""
    return root / f"{cell.name}-seed-{seed}"


def done(run):
    """Whether a run has all its epochs."""
    history = run.folder / "history.csv"
    return (
        history.exists()
        and len(history.read_text(encoding="utf-8").splitlines()) == 1 + run.config["epochs"]
    )
