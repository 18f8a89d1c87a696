"""A training's files: its checkpoints and history.csv, which rank 0 alone reads and writes."""

from dataclasses import asdict, fields
from pathlib import Path

from minivgg.training import checkpoint
from minivgg.training.fingerprint import require_same
from minivgg.training.history import EpochMetrics, history_csv
from minivgg.utils import files

POSITION = ("epoch", "batch", "step")  # attributes of a Trainer
METRICS = tuple(field.name for field in fields(EpochMetrics))
STATE = (*POSITION, *METRICS, "lr", "schedule", "history", "settings")  # keys of state.json


class Checkpointer:
    """Saves the state of a ``Trainer`` to ``folder``, and restores it from the newest checkpoint.

    world: the ranks that train together (``training.distributed``).
    """

    def __init__(self, folder: str | Path, world):
        self.folder, self.world = Path(folder), world

    def require_none(self) -> None:
        """Raise ``FileExistsError`` when there is a checkpoint."""
        if self.world.rank == 0 and self._newest():
            raise FileExistsError(
                f"{self.folder} has checkpoints of a training run: resume it with resume=True, "
                "or choose another folder"
            )

    def save(self, trainer, settings: dict) -> None:
        """Write a checkpoint and history.csv. settings: the ``fingerprint`` of the training."""
        if self.world.rank:
            return
        schedule = trainer.schedule.state_dict() if trainer.schedule else None
        state = {name: getattr(trainer, name) for name in POSITION}
        state |= asdict(trainer.metrics)
        state |= {"lr": float(trainer.optimizer.lr), "schedule": schedule}
        state |= {"history": trainer.history, "settings": settings}
        model, velocity = trainer.net.state_dict(), trainer.optimizer.state_dict()
        checkpoint.save(self.folder / "checkpoints", model, velocity, state)
        self._write_history(trainer.history)

    def resume(self, trainer, settings: dict) -> None:
        """Restore the trainer from the newest checkpoint, on all ranks, if there is one.

        Raises ``ValueError`` when the checkpoint's ``settings`` are others, ``OSError`` when it is
        damaged.
        """
        path, loaded = self.world.broadcast(self._load_newest() if self.world.rank == 0 else None)
        if path is None:
            return
        model, velocity, state = loaded
        require_same(path, state["settings"], settings)
        trainer.net.load_state_dict(model)
        trainer.optimizer.load_state_dict(velocity)
        trainer.optimizer.lr = state["lr"]
        if trainer.schedule:
            trainer.schedule.load_state_dict(state["schedule"])
        for name in POSITION:
            setattr(trainer, name, state[name])
        trainer.metrics = EpochMetrics(**{name: state[name] for name in METRICS})
        trainer.history = state["history"]
        if self.world.rank == 0:
            self._write_history(trainer.history)  # a kill may have come before it was written

    def _newest(self):
        return checkpoint.latest(self.folder / "checkpoints")

    def _load_newest(self):
        """(path, contents) of the newest checkpoint, or (None, None)."""
        path = self._newest()
        return path, checkpoint.load(path, needs=STATE) if path else None

    def _write_history(self, history):
        files.write_text(self.folder / "history.csv", history_csv(history))
