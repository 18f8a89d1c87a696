"""Files of a training run: its checkpoints and history.csv, which rank 0 alone reads and writes."""

from collections.abc import Sequence
from dataclasses import asdict, fields
from pathlib import Path

from minivgg.training import checkpoint
from minivgg.training.distributed import Ranks
from minivgg.training.fingerprint import require_same
from minivgg.training.history import EpochMetrics, EpochRow, best_epoch, history_csv
from minivgg.training.interfaces import TrainingState
from minivgg.utils import files
from minivgg.utils.files import JsonObject, StrPath

BEST = "best.safetensors"  # the weights after the best epoch, beside the checkpoints
POSITION = ("epoch", "batch", "step")  # attributes of a Trainer
METRICS = tuple(field.name for field in fields(EpochMetrics))
OLD_METRICS = {"metric_sum": "correct"}  # their names in checkpoints of earlier versions
STATE = (*POSITION, *METRICS, "lr", "schedule", "history", "settings")  # keys of state.json


class Checkpointer:
    """Saves the state of a ``Trainer``, and restores it from the newest checkpoint.

    Parameters
    ----------
    folder : path
        For the folder checkpoints/ and history.csv.
    world : World or SingleProcess
        The ranks that train together (``training.distributed``).
    """

    def __init__(self, folder: StrPath, world: Ranks) -> None:
        self.folder, self.world = Path(folder), world

    def require_none(self) -> None:
        """Refuse to overwrite the checkpoints of another training run.

        Raises
        ------
        FileExistsError
            If there is a checkpoint.
        """
        if self.world.rank == 0 and self._newest():
            raise FileExistsError(
                f"{self.folder} has checkpoints of a training run: resume it with resume=True, "
                "or choose another folder"
            )

    def save(self, trainer: TrainingState, settings: JsonObject) -> None:
        """Write a checkpoint and history.csv; after the best epoch so far, its weights as well.

        Parameters
        ----------
        trainer : Trainer
            Between two steps.
        settings : dict
            The ``fingerprint`` of the training run.

        Raises
        ------
        OSError
            If a file cannot be written; the previous checkpoint then survives.
        """
        if self.world.rank:
            return
        schedule = trainer.schedule.state_dict() if trainer.schedule else None
        state: JsonObject = {name: getattr(trainer, name) for name in POSITION}
        state |= asdict(trainer.metrics)
        state |= {"lr": float(trainer.optimizer.lr), "schedule": schedule}
        state |= {"history": trainer.history, "settings": settings}
        model, velocity = trainer.net.state_dict(), trainer.optimizer.state_dict()
        is_best = trainer.batch == 0 and best_epoch(trainer.history) == trainer.epoch
        best = self.folder / BEST if is_best else None
        checkpoint.save(self.folder / "checkpoints", model, velocity, state, best)
        self._write_history(trainer.history)

    def resume(self, trainer: TrainingState, settings: JsonObject) -> None:
        """Restore the trainer from the newest checkpoint, on all ranks, if there is one.

        Parameters
        ----------
        trainer : Trainer
            Its network, optimizer, schedule, metrics and history are changed.
        settings : dict
            The ``fingerprint`` of the training run.

        Raises
        ------
        ValueError
            If the settings of the checkpoint are others.
        OSError
            If the checkpoint is damaged.
        """
        newest = self.world.broadcast(self._load_newest() if self.world.rank == 0 else None)
        if newest is None:
            return
        path, (model, velocity, state) = newest
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

    def _newest(self) -> Path | None:
        return checkpoint.latest(self.folder / "checkpoints")

    def _load_newest(self) -> tuple[Path, checkpoint.Contents] | None:
        """The path and the contents of the newest checkpoint, if there is one."""
        path = self._newest()
        if not path:
            return None
        model, velocity, state = checkpoint.load(path)
        for name, old in OLD_METRICS.items():
            if old in state:
                state[name] = state.pop(old)
        lacking = next((name for name in STATE if name not in state), None)
        if lacking:
            raise OSError(f"{path / 'state.json'} is damaged: it lacks {lacking!r}")
        for row in state["history"]:
            row.setdefault("validation_loss", None)
        return path, (model, velocity, state)

    def _write_history(self, history: Sequence[EpochRow]) -> None:
        files.write_text(self.folder / "history.csv", history_csv(history))
