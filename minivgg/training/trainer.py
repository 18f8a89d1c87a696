"""The training loop: forward, loss, backward, step."""

import math
import operator
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import NoReturn, cast

import numpy as np

from minivgg import backend
from minivgg.backend.sharding import Shard
from minivgg.backend.types import Array
from minivgg.data import Loader
from minivgg.data.checks import require_dataset
from minivgg.data.streams import DROPOUT
from minivgg.evaluation.inference import device_of_net
from minivgg.layers import Layer
from minivgg.layers.losses import SoftmaxCrossEntropy
from minivgg.optim import Optimizer, Schedule
from minivgg.training import replicas
from minivgg.training.checkpointer import Checkpointer
from minivgg.training.checks import (
    require_learning_rate,
    require_own_parameters,
    require_parts,
)
from minivgg.training.distributed import SINGLE_PROCESS, Ranks
from minivgg.training.divergence import require_finite
from minivgg.training.fingerprint import fingerprint
from minivgg.training.gradient_reducer import GradientReducer, NullReducer
from minivgg.training.history import EpochMetrics, EpochRow, StepResult
from minivgg.training.interfaces import Loss, OptimizerLike, ScheduleLike
from minivgg.training.interrupt import Interrupt, deferred_sigint
from minivgg.training.micro_batches import micro_batches
from minivgg.training.out_of_memory import out_of_memory_advice
from minivgg.training.progress import ProgressBar
from minivgg.utils.files import JsonObject, StrPath


class Trainer:
    """Trains a network, with checkpoints, a history and a progress bar.

    As in ``Trainer(net, optimizer, folder="runs/mine").fit(train_loader, validation_loader)``.

    Parameters
    ----------
    net : Layer
        From images to logits.
    optimizer : Optimizer
        Of the network's parameters, such as ``optim.SGD``, or an object with the same methods.
    loss : Loss, optional
        An object with ``forward(logits, labels)`` and ``backward()`` (default:
        ``SoftmaxCrossEntropy``).
    schedule : Schedule, optional
        Such as ``optim.StepLR``; its ``step(validation_accuracy)`` is called after each epoch.
    folder : path, optional
        For checkpoints and history.csv (default: nothing is written).
    seed : int
        Of dropout; the loader has its own for order and augmentation.
    progress : bool
        Show a progress bar.
    on_epoch : function, optional
        Called with each row of the history.
    micro_batch : int, optional
        Process each batch in parts of this many images, and accumulate their gradients before the
        step: the memory of a small batch, the step of a large one (default: one part). Batch norm
        takes its statistics over a part; all else is the same but for rounding.
    world : World or SingleProcess
        The ranks that train together (``distributed.world()``). Each processes its shard of every
        batch, and the loaders must have the same ``share``. Rank 0 alone writes and shows a bar.

    Raises
    ------
    TypeError
        If the optimizer, loss or schedule lacks what a training needs.
    ValueError
        If micro_batch is below 1.

    References
    ----------
    Simonyan & Zisserman 2014, §3.1.

    Examples
    --------
    >>> from minivgg import data, models, optim
    >>> train, validation = data.train_val_split(data.load("digits"), 0.1)
    >>> transforms = [data.Normalize.from_dataset(train)]
    >>> train_loader = data.Loader(train, 64, shuffle=True, transforms=transforms)
    >>> validation_loader = data.Loader(validation, 64, transforms=transforms)
    >>> net = models.vgg([8, "M"], classes=10, input_shape=(1, 8, 8), hidden=(32,))
    >>> trainer = Trainer(net, optim.SGD(net.parameters(), lr=0.05), progress=False)
    >>> history = trainer.fit(train_loader, validation_loader, epochs=2)
    >>> [row["epoch"] for row in history]
    [1, 2]
    >>> history[1]["loss"] < history[0]["loss"]
    True
    """

    def __init__(
        self,
        net: Layer,
        optimizer: OptimizerLike,
        loss: Loss | None = None,
        schedule: ScheduleLike | None = None,
        folder: StrPath | None = None,
        seed: int = 0,
        progress: bool = True,
        on_epoch: Callable[[EpochRow], object] | None = None,
        micro_batch: int | None = None,
        world: Ranks = SINGLE_PROCESS,
    ) -> None:
        if micro_batch is not None and micro_batch < 1:
            raise ValueError(f"Trainer: micro_batch must be at least 1 image, got {micro_batch}")
        saves = folder is not None or world.size > 1
        require_parts(saves, optimizer=optimizer, loss=loss, schedule=schedule)
        # what these two lack of the base classes is used with a folder or several ranks alone
        self.net, self.optimizer = net, cast(Optimizer, optimizer)
        self.schedule = cast(Schedule | None, schedule)
        self.loss: Loss = loss or SoftmaxCrossEntropy()
        self.seed, self.micro_batch = operator.index(seed), micro_batch
        self.folder = Path(folder) if folder else None
        self.checkpoints = Checkpointer(self.folder, world) if self.folder else None
        self.world, self.progress, self.on_epoch = world, progress and world.rank == 0, on_epoch
        self._reset()

    def _reset(self) -> None:
        self.epoch = self.batch = self.step = 0  # how many are done: the batches of this epoch
        self.resumed_epochs = 0  # how many a resumed training had done before
        self.metrics = EpochMetrics()
        self.history: list[EpochRow] = []
        self.reducer: GradientReducer | NullReducer = NullReducer()

    def fit(
        self,
        train: Loader,
        validation: Loader | None = None,
        epochs: int = 10,
        resume: bool = False,
    ) -> list[EpochRow]:
        """Train until some number of epochs is done in total.

        A checkpoint is written after each epoch. Ctrl-C finishes the current step, saves (where
        there is a folder) and raises ``KeyboardInterrupt``; a second one stops at once.

        Parameters
        ----------
        train : Loader
            Of the training images.
        validation : Loader, optional
            Of the validation images, which are evaluated after each epoch.
        epochs : int
            How many there are in total, those before a resumption included.
        resume : bool
            Continue from the newest checkpoint, if there is one, bit for bit as if training had
            never been stopped (on the same machine, with any number of threads).

        Returns
        -------
        list of EpochRow
            The history, one row per epoch.

        Raises
        ------
        TrainingDiverged
            If the loss is not finite (on the GPU up to 20 steps later, because reading each loss
            would wait for the device).
        MemoryError
            If a step does not fit into memory; the message has the largest batch that does.
        FileExistsError
            If the folder has checkpoints but resume is False.
        ValueError
            If resuming with another network, other data (number, shape, classes, labels), batch
            size, transforms, settings of the optimizer, kind of schedule or loss, or seeds; if the
            schedule needs a validation accuracy and there is none, or sets a negative learning
            rate; or if the optimizer or the schedule belongs to another net or optimizer.
        TypeError
            If a loader or its dataset lacks what a training needs.
        OSError
            If a checkpoint cannot be written (the previous one survives).
        """
        self._reset()
        for loader in (train, validation):
            require_parts(False, loader=loader)
            if loader is not None:
                require_dataset("Trainer", loader.dataset)
        if validation is None and getattr(self.schedule, "needs_accuracy", False):
            raise ValueError(
                f"{type(self.schedule).__name__} needs a validation accuracy: train with a "
                "validation set, or use StepLR"
            )
        if resume:
            self._resume(train)
        elif self.checkpoints:
            self.checkpoints.require_none()
        require_own_parameters(self.net, self.optimizer, self.schedule)
        require_learning_rate(self.optimizer, self.schedule)
        position = {"epochs": epochs, "position": [self.epoch, self.batch]}
        settings = self._fingerprint(train) | position
        replicas.synchronize(self.world, self.net, self.optimizer, train, settings)
        self.reducer = self.world.gradient_reducer(self.optimizer.parameters)
        try:
            with (
                deferred_sigint() as interrupt,
                np.errstate(over="ignore", invalid="ignore"),  # each loss is checked instead
            ):
                while self.epoch < epochs:
                    self._train_epoch(train, epochs, interrupt)
                    self._finish_epoch(train, self._validate(validation))
                    if self._any_rank(interrupt.requested) and self.epoch < epochs:
                        self._raise_interrupt()
        finally:
            self.reducer.close()
        return self.history

    def _train_epoch(self, train: Loader, epochs: int, interrupt: Interrupt) -> None:
        """Train on the batches of this epoch that are not done yet."""
        self.net.train()
        device = device_of_net(self.net)
        results: list[StepResult] = []
        batches = train.epoch(self.epoch, start=self.batch)
        title = f"epoch {self.epoch + 1}/{epochs}"
        with ProgressBar(title, len(train.dataset), self.metrics.seen, self.progress) as bar:
            started = time.perf_counter()
            for images, labels in backend.prefetch_to_device(batches, device):
                result = self.train_step(images, labels, train.share_of(self.batch))
                result, stop = self._all_reduce_metrics(result, interrupt)
                results.append(result)
                due = len(results) >= backend.sync_interval(device)
                if due or stop or self.batch == len(train):
                    self._flush_metrics(results, images)
                now = time.perf_counter()  # waiting for data counts
                self.metrics.seconds, started = self.metrics.seconds + now - started, now
                bar.advance(result.images, self.metrics)
                if stop:
                    self._save(train)
                    self._raise_interrupt()

    def train_step(self, images: Array, labels: Array, shard: Shard | None = None) -> StepResult:
        """Change the weights once: forward, loss, backward, step.

        Parameters
        ----------
        images : array of shape (N, C, H, W)
            Normalised, on the network's device.
        labels : array of shape (N,)
            Class numbers, on the network's device.
        shard : Shard, optional
            Which images of the batch these are (default: all).

        Returns
        -------
        StepResult
            Loss and accuracy before the step.
        """
        shard = Shard(0, len(images), len(images)) if shard is None else shard
        parts = micro_batches(shard, self.micro_batch)
        loss_sum: Array | float = 0
        correct: Array | int = 0
        self.net.zero_grad()
        self.reducer.prepare(len(parts))
        for rows, part in parts:
            x, y, weight = images[rows], labels[rows], len(part) / part.total
            with out_of_memory_advice(self.net, self.loss, x, y), self._random_numbers(part):
                logits = self.net(x)
                loss = self.loss.forward(logits, y) * weight
                self._stop_if_diverged(loss, x)
                self.net.backward_parameters(self.loss.backward() * weight)
            loss_sum += loss
            correct += (logits.argmax(axis=1) == y).sum()
        self.reducer.finish()
        self.optimizer.step()
        self.batch += 1
        self.step += 1
        return StepResult(self.step, loss_sum, correct, shard.total)

    def _random_numbers(self, part: Shard) -> AbstractContextManager[None]:
        """Dropout's numbers depend on the position in the training, not on how it got there."""
        return backend.fixed_seed([DROPOUT, self.seed, self.epoch, self.batch], part)

    def _stop_if_diverged(self, loss: Array | float, images: Array) -> None:
        """Check a loss before backward where it is known: on the CPU, in a single process."""
        if self.world.size == 1 and backend.sync_interval(backend.device_of(images)) == 1:
            self._require_finite(float(loss), images, self.step + 1)

    def _all_reduce_metrics(
        self, result: StepResult, interrupt: Interrupt
    ) -> tuple[StepResult, bool]:
        """The result summed over the ranks, and whether any rank was asked to stop.

        If one was, all ranks stop after the same step.
        """
        if self.world.size == 1:
            return result, interrupt.requested
        sums = [float(result.loss), float(result.correct), interrupt.requested]
        loss, correct, requested = self.world.sum(sums)
        return result._replace(loss=loss, correct=correct), bool(requested)

    def _flush_metrics(self, results: list[StepResult], images: Array) -> None:
        """Move results to the metrics; on the GPU this waits for all of them.

        images: the last batch, to find the layer that is to blame if a loss is not finite.
        """
        for step, loss, correct, n in results:
            self._require_finite(float(loss), images[: self.micro_batch], step)
            self.metrics.add(float(loss), int(correct), n)
        results.clear()

    def _require_finite(self, loss: float, images: Array, step: int) -> None:
        require_finite(loss, step, self.epoch + 1, self.net, images, self.optimizer.lr)

    def _validate(self, loader: Loader | None) -> float | None:
        """The validation accuracy.

        Like every loss, that of the validation must be finite: the checkpoint of a diverged
        network must not replace a good one.
        """
        replicas.average_buffers(self.world, self.net)
        if loader is None:
            return None
        loss, correct, n = self.world.sum(replicas.evaluation_sums(self.net, loader))
        if not math.isfinite(loss):
            images, _ = next(loader.epoch(0))
            x = backend.to_device(images[: self.micro_batch], device_of_net(self.net))
            self._require_finite(loss, x, self.step)
        return float(correct / n)

    def _finish_epoch(self, train: Loader, accuracy: float | None) -> None:
        """Write the history, change the learning rate, and save."""
        row = self.metrics.row(self.epoch + 1, accuracy, float(self.optimizer.lr))
        self.history.append(row)
        if self.schedule:
            self.schedule.step(accuracy)
            require_learning_rate(self.optimizer, self.schedule)
        self.epoch, self.batch, self.metrics = self.epoch + 1, 0, EpochMetrics()
        self._save(train)
        if self.on_epoch:
            self.on_epoch(row)

    def _any_rank(self, requested: bool) -> bool:
        """Whether any rank was asked to stop: all ranks stop together."""
        return bool(self.world.sum([requested])[0])

    def _raise_interrupt(self) -> NoReturn:
        epoch = f"in epoch {self.epoch + 1}, after {self.batch} batch{'es' * (self.batch != 1)}"
        where = epoch if self.batch else f"after epoch {self.epoch}"
        saved = f"; saved in {self.folder}" if self.folder else ""
        raise KeyboardInterrupt(f"interrupted {where}{saved}")

    def _fingerprint(self, train: Loader) -> JsonObject:
        return fingerprint(train, self.optimizer, self.schedule, self.loss, self.seed)

    def _save(self, train: Loader) -> None:
        if self.checkpoints:
            self.checkpoints.save(self, self._fingerprint(train))

    def _resume(self, train: Loader) -> None:
        if not self.checkpoints:
            raise ValueError("there is nothing to resume: the trainer has no folder")
        self.checkpoints.resume(self, self._fingerprint(train))
        self.resumed_epochs = self.epoch
