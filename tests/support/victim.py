"""A training to be killed: ``python victim.py FOLDER EPOCHS [slow]`` trains, or resumes, and exits.

It prints "ready" when training begins. "slow" stretches the moments around the writing of a
checkpoint, so that a kill often comes during one.
"""

import sys
import time
from pathlib import Path

from minivgg import backend, data, models, optim, weights
from minivgg.training import checkpoint
from minivgg.training.trainer import Trainer


def stretched(function, seconds):
    """The function, with a pause before and after it."""

    def call(*args, **kwargs):
        time.sleep(seconds)
        result = function(*args, **kwargs)
        time.sleep(seconds)
        return result

    return call


def trainer(folder):
    """A small training with everything that has a state.

    Dropout, momentum, shuffling, augmentation, batch norm and a schedule.
    """
    digits = data.load("digits")
    rest, held = data.train_val_split(data.Subset(digits, range(400)), 0.1)
    normalize = data.Normalize.from_dataset(digits)
    train = data.Loader(
        rest, 32, shuffle=True, seed=1, transforms=[data.RandomCrop(8, padding=1), normalize]
    )
    validation = data.Loader(held, 64, transforms=[normalize])
    with backend.fixed_seed(1):
        net = models.vgg([8, "M", 16, "M"], 10, (1, 8, 8), (32,), batch_norm=True)
    optimizer = optim.SGD(net.parameters(), 0.02)
    schedule = optim.ReduceOnPlateau(optimizer, patience=2)
    return (
        Trainer(net, optimizer, schedule=schedule, folder=folder, seed=1, progress=False),
        train,
        validation,
    )


if __name__ == "__main__":
    folder, epochs = sys.argv[1], int(sys.argv[2])
    if "slow" in sys.argv:
        weights.save = stretched(weights.save, 0.01)
        checkpoint.shutil.rmtree = stretched(checkpoint.shutil.rmtree, 0.01)
        Path.rename = stretched(Path.rename, 0.01)
    run, train, validation = trainer(folder)
    print("ready", flush=True)
    run.fit(train, validation, epochs, resume=True)
