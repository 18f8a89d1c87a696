"""The files of run folders in JSON format, without checksums, as a stranger can write them."""

import atexit
import functools
import json
import shutil
import tempfile
from pathlib import Path

from minivgg import data, models, optim
from minivgg.layers import Layer
from minivgg.plots import curves
from minivgg.training import checkpoint
from minivgg.training.divergence import TrainingDiverged
from minivgg.training.run import Run
from minivgg.training.trainer import Trainer

SETTINGS = {
    "data": "digits", "classes": ["a", "b"], "input_shape": [1, 8, 8], "mean": [0.5],
    "std": [0.3], "validation": 0.1, "seed": 0, "step_size": 2, "net": [4, "M"], "epochs": 3,
    "hidden": [8], "scale": [8, 9], "crop": 1, "color": 0.1, "colors": [[1.0], [[1.0]]],
}  # fmt: skip


def _trainer(folder: Path) -> tuple[Trainer, data.Loader]:
    images = data.Subset(data.load("digits"), range(20))
    net: Layer = models.vgg([4, "M"], 10, (1, 8, 8), (8,))
    optimizer = optim.SGD(net.parameters(), 0.01)
    trainer = Trainer(
        net, optimizer, schedule=optim.StepLR(optimizer, 2), folder=folder, progress=False
    )
    return trainer, data.Loader(images, 10, transforms=[data.Normalize((0.5,), (0.3,))])


@functools.cache
def trained_run() -> Path:
    """A run of one epoch."""
    folder = Path(tempfile.mkdtemp(prefix="trained-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    trainer, loader = _trainer(folder)
    trainer.fit(loader, epochs=1)
    return folder


def states() -> tuple[bytes, ...]:
    """The state of training after an epoch."""
    path = checkpoint.latest(trained_run() / "checkpoints") / "state.json"
    state = json.loads(path.read_text())
    del state["checksum"]
    return (json.dumps(state, indent=1).encode(),)


def resume(content: bytes, folder: Path) -> None:
    """Go on with a state, if it is one, and draw its history."""
    run = folder / "run"
    shutil.rmtree(run, ignore_errors=True)
    shutil.copytree(trained_run(), run)
    (checkpoint.latest(run / "checkpoints") / "state.json").write_bytes(content)
    trainer, loader = _trainer(run)
    try:
        history = trainer.fit(loader, epochs=2, resume=True)
    except TrainingDiverged:
        return  # at a learning rate that is too high
    curves(history)


def configs() -> tuple[bytes, ...]:
    """The settings of a run."""
    return (json.dumps(SETTINGS, indent=1).encode(),)


def use(content: bytes, folder: Path) -> None:
    """Take the net of a run, and all that it says about images."""
    run = folder / "run"
    shutil.rmtree(run, ignore_errors=True)
    run.mkdir()
    (run / "config.json").write_bytes(content)
    opened = Run.open(run)
    assert opened.test_scale
    assert opened.max_smaller_side
    opened.normalize, opened.augmentations(), opened.centre()
    opened.new_net("zeros")
