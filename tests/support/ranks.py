"""One rank of a test: ``mpiexec -n K python ranks.py WHAT FOLDER``.

Rank 0 writes its results into FOLDER.
"""

import json
import os
import signal
import sys
import time

import numpy as np

from minivgg import backend, data, losses, models, optim
from minivgg.evaluation import metrics
from minivgg.training import distributed
from minivgg.training.trainer import Trainer


def training(world, folder, dtype=np.float32, batch_norm=False, seed=0, **options):
    """(trainer, loader) of a small VGG on digits, with dropout, crops and mirrors."""
    backend.set_num_threads(1)
    backend.seed(seed)
    digits = data.load("digits")
    net = models.vgg([8, "M", 16, "M"], 10, (1, 8, 8), (32,), batch_norm=batch_norm)
    for p in net.parameters().values():
        p.data = p.data.astype(dtype)
    steps = [
        data.RandomCrop((8, 8), 1),
        data.RandomHorizontalFlip(),
        data.Normalize.from_dataset(digits),
        lambda x, rng: x.astype(dtype),
    ]
    loader = data.Loader(
        digits,
        options.pop("batch_size", 64),
        shuffle=True,
        seed=seed,
        transforms=steps,
        share=(world.rank, world.size),
    )
    sgd = optim.SGD(net.parameters(), lr=0.01)
    if "class_weights" in options:
        loss = losses.SoftmaxCrossEntropy(options.pop("class_weights"), ignore_index=3)
        options["loss"] = loss
    return Trainer(
        net, sgd, folder=folder, seed=seed, progress=False, world=world, **options
    ), loader


def save(world, folder, net, **found):
    """Write the weights and results of rank 0."""
    if world.rank == 0:
        np.savez(
            f"{folder}/weights-{world.size}.npz",
            **{name: backend.to_numpy(p) for name, p in net.state_dict().items()},
        )
        with open(f"{folder}/found-{world.size}.json", "w", encoding="utf-8") as file:
            json.dump(found, file)


def same(world, folder, dtype, epochs, options):
    """Train, and write the weights and the test accuracy."""
    trainer, loader = training(world, None, np.dtype(dtype), **json.loads(options))
    history = trainer.fit(loader, epochs=int(epochs))
    test = data.load("digits", "test")
    result = metrics.evaluate(trainer.net, data.Loader(test, 359, transforms=loader.transforms[2:]))
    save(
        world,
        folder,
        trainer.net,
        accuracy=result.accuracy,
        loss=history[-1]["loss"],
        steps=trainer.step,
    )


def killed(world, folder):
    """The last rank is killed in its second epoch."""
    trainer, loader = training(world, folder)
    whole = trainer.train_step

    def step(images, labels, shard):
        if trainer.epoch == 1 and trainer.batch == 5 and world.rank == world.size - 1:
            os.kill(os.getpid(), signal.SIGKILL)
        return whole(images, labels, shard)

    trainer.train_step = step
    trainer.fit(loader, epochs=50)


def resumed(world, folder, epochs):
    """Resume from the checkpoint in the folder."""
    trainer, loader = training(world, folder)
    trainer.fit(loader, epochs=int(epochs), resume=True)
    save(world, folder, trainer.net, before=trainer.resumed_epochs)


def straggler(world, folder):
    """One rank is slow."""
    trainer, loader = training(world, None, batch_size=500)
    whole = trainer.train_step

    def step(images, labels, shard):
        time.sleep(0.05 * world.rank)
        return whole(images, labels, shard)

    trainer.train_step = step
    trainer.fit(loader, epochs=2)
    save(world, folder, trainer.net)


def statistics(world, folder):
    """Batch norm's running statistics are the same everywhere after an epoch."""
    trainer, loader = training(world, None, batch_norm=True)
    trainer.fit(loader, epochs=1)
    own = {
        name: value.tolist()
        for name, value in trainer.net.state_dict().items()
        if "running" in name
    }
    world.require_same(own)
    save(world, folder, trainer.net, compared=len(own))


if __name__ == "__main__":
    ranks = distributed.world()
    distributed.use_gpu_of_rank(ranks)
    with distributed.abort_all_on_error(ranks):
        {f.__name__: f for f in (same, killed, resumed, straggler, statistics)}[sys.argv[1]](
            ranks, *sys.argv[2:]
        )
