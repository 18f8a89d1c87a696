"""Files of a training run: its checkpoints and history.csv, which rank 0 alone reads and writes."""

import errno
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from minivgg.backend.types import Array
from minivgg.training import checkpoint
from minivgg.training.checkpoint_state import METRICS, POSITION, checked_state, require_alike
from minivgg.training.distributed import Ranks
from minivgg.training.fingerprint import require_same
from minivgg.training.history import EpochMetrics, EpochRow, best_epoch, history_csv
from minivgg.training.interfaces import TrainingState
from minivgg.training.own_files import require_inside
from minivgg.training.run_lock import locked
from minivgg.utils import files
from minivgg.utils.files import JsonObject, StrPath
from minivgg.utils.notices import notify

CHECKPOINTS = "checkpoints"  # the folder
BEST = "best.safetensors"  # the weights after the best epoch, beside the checkpoints
# what an optimizer or a schedule can make of a state that is not its own
STATE_ERRORS = (KeyError, IndexError, TypeError, AttributeError, ArithmeticError)


class Checkpointer:
    """Saves the state of a ``Trainer``, and restores it from the newest checkpoint.

    Parameters
    ----------
    folder : path
        For the folder checkpoints/ and history.csv.
    world : World or SingleProcess
        The ranks that train together (``training.distributed``).
    keep : int
        How many checkpoints stay.
    """

    def __init__(self, folder: StrPath, world: Ranks, keep: int = checkpoint.KEEP) -> None:
        self.folder, self.world, self.keep = Path(folder), world, keep
        self._is_locked = False

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other processes from training in the folder within the block, which may be nested.

        At the beginning, rank 0 removes the leftovers of killed processes.

        Yields
        ------
        None
            The block needs nothing.

        Raises
        ------
        BlockingIOError
            If another process is training there.
        OSError
            If the folder cannot be written, or its checkpoints are a link to another folder.
        """
        if self._is_locked or self.world.rank:
            yield
            return
        files.make_folder(self.folder)
        with locked(self.folder):
            self._is_locked = True
            try:
                files.remove_leftovers(self.folder)
                checkpoint.remove_incomplete(require_inside(self.folder, CHECKPOINTS))
                yield
            finally:
                self._is_locked = False

    def require_none(self) -> None:
        """Refuse to overwrite the checkpoints of another training run.

        Raises
        ------
        FileExistsError
            If there is a checkpoint.
        """
        if self.world.rank == 0 and checkpoint.latest(self.folder / CHECKPOINTS):
            raise FileExistsError(
                f"{self.folder} has checkpoints of a training run: resume it with resume=True, "
                "or choose another folder"
            )

    def require_space(self, trainer: TrainingState) -> None:
        """Refuse to start a run whose checkpoints will not fit on the disk.

        Parameters
        ----------
        trainer : Trainer
            With the network and the optimizer.

        Raises
        ------
        OSError
            If there is too little space; the message says how much is needed.
        """
        if self.world.rank:
            return
        model = _bytes_of(trainer.net.state_dict())
        whole = model + max(model, _bytes_of(trainer.optimizer.state_dict()))
        # the next checkpoint before the oldest is removed; best.safetensors twice while it is
        # replaced
        needed = (self.keep + 1) * whole + 2 * model
        used = sum(path.stat().st_size for path in self.folder.glob(f"{CHECKPOINTS}/epoch-*/*"))
        free = shutil.disk_usage(self.folder).free + used
        if needed > free:
            fewer = ", or keep fewer checkpoints (keep=1, --keep 1)" if self.keep > 1 else ""
            raise OSError(
                errno.ENOSPC,
                f"the checkpoints of this net need {needed / 1e6:,.1f} MB in {self.folder}, where "
                f"{free / 1e6:,.1f} MB are free: make room, choose another disk{fewer}",
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
        is_best = (
            trainer.batch == 0 and best_epoch(trainer.history, trainer.monitor) == trainer.epoch
        )
        best = self.folder / BEST if is_best else None
        folder = require_inside(self.folder, CHECKPOINTS)
        checkpoint.save(folder, model, velocity, state, best, self.keep)
        self._write_history(trainer.history)

    def resume(self, trainer: TrainingState, settings: JsonObject) -> None:
        """Restore the trainer from the newest checkpoint, on all ranks, if there is one.

        If it is damaged, the one before it is taken, with a notice.

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
            If all checkpoints are damaged.
        """
        newest = self.world.broadcast(self._load_newest() if self.world.rank == 0 else None)
        if newest is None:
            return
        path, (model, velocity, state) = newest
        with _naming(path, "settings"):
            require_same(path, state["settings"], settings)
        trainer.net.load_state_dict(model)
        with _naming(path, "state of this optimizer and schedule"):
            trainer.optimizer.load_state_dict(velocity)
            trainer.optimizer.lr = state["lr"]
            if trainer.schedule:
                require_alike(trainer.schedule.state_dict(), state["schedule"])
                trainer.schedule.load_state_dict(state["schedule"])
        for name in POSITION:
            setattr(trainer, name, state[name])
        trainer.metrics = EpochMetrics(**{name: state[name] for name in METRICS})
        trainer.history = state["history"]
        if self.world.rank == 0:
            self._write_history(trainer.history)  # a kill may have come before it was written

    def _load_newest(self) -> tuple[Path, checkpoint.Contents] | None:
        """The path and the contents of the newest checkpoint that is not damaged, if there is one.

        Raises ``OSError`` if all are damaged.
        """
        damage: OSError | None = None
        for path in reversed(checkpoint.complete(self.folder / CHECKPOINTS)):
            try:
                model, velocity, state = checkpoint.load(path)
                state = checked_state(path / checkpoint.STATE, state)
            except OSError as error:
                damage = damage or error
                continue
            if damage:
                notify(f"{damage}; training goes on from the checkpoint before it, {path}")
            return path, (model, velocity, state)
        if damage:
            raise OSError(
                f"{damage}; there is no other checkpoint to go on from: restore it from a copy, or "
                "train again in another folder"
            ) from damage
        return None

    def _write_history(self, history: Sequence[EpochRow]) -> None:
        files.write_text(self.folder / "history.csv", history_csv(history))


@contextmanager
def _naming(path: Path, part: str) -> Iterator[None]:
    """Errors that a damaged part of a checkpoint causes have a sentence with its path."""
    try:
        yield
    except STATE_ERRORS as error:
        raise OSError(
            f"{path} is damaged: it has no {part} ({type(error).__name__}: {error})"
        ) from error


def _bytes_of(arrays: Mapping[str, Array]) -> int:
    return sum(array.nbytes for array in arrays.values())
