"""The training loop: forward, loss, backward, step."""

import math
import operator
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import NoReturn, cast

import numpy as np

from minivgg import backend
from minivgg.backend.graphed import can_be_graphed
from minivgg.backend.sharding import Shard
from minivgg.backend.types import Array
from minivgg.data import Loader
from minivgg.data.streams import DROPOUT
from minivgg.evaluation.inference import device_of_net
from minivgg.layers import Layer
from minivgg.layers.losses import SoftmaxCrossEntropy
from minivgg.optim import Optimizer, Schedule, clip_gradients
from minivgg.training import checkpoint, replicas
from minivgg.training.callbacks import EarlyStopping
from minivgg.training.checkpointer import Checkpointer
from minivgg.training.checks import (
    require_arrays,
    require_callbacks,
    require_learning_rate,
    require_net,
    require_numbers,
    require_own_parameters,
    require_parts,
)
from minivgg.training.contract import require_fitting
from minivgg.training.distributed import SINGLE_PROCESS, Ranks
from minivgg.training.divergence import require_finite
from minivgg.training.fingerprint import fingerprint
from minivgg.training.gradient_reducer import GradientReducer, NullReducer
from minivgg.training.graphed_pass import GraphedPass, PassSums
from minivgg.training.history import EpochMetrics, EpochRow, StepResult, Validation
from minivgg.training.interfaces import Loss, OptimizerLike, ScheduleLike
from minivgg.training.interrupt import Interrupt, deferred_stop_signals
from minivgg.training.metric import loss_weight, metric_name, metric_sums, weighted
from minivgg.training.micro_batches import micro_batches, part_weights
from minivgg.training.out_of_memory import out_of_memory_advice
from minivgg.training.progress import ProgressBar
from minivgg.training.trial import require_gradient, require_scalar, try_parts
from minivgg.training.validation import validation_sums
from minivgg.utils.files import JsonObject, StrPath

SAVE_EVERY = 10.0  # minutes between two checkpoints within a long epoch


class Trainer:
    """Trains a network, with checkpoints, a history and a progress bar.

    As in ``Trainer(net, optimizer, folder="runs/mine").fit(train_loader, validation_loader)``. What
    the parts must have is written in ``training/interfaces.py`` and the guide "Your own parts", and
    is checked before the first step.

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
        Such as ``optim.StepLR``; its ``step(validation_accuracy)`` is called after each epoch (with
        None without an accuracy).
    folder : path, optional
        For checkpoints, history.csv and best.safetensors, the weights after the epoch with the
        highest validation accuracy and, among equal ones or without an accuracy, with the lowest
        validation loss; with ``EarlyStopping``, after the best epoch by what it monitors (default:
        nothing is written).
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
    callbacks : sequence of object
        Such as ``training.callbacks.EarlyStopping``: objects with one of these methods, or several.
        ``on_start(trainer)`` is called before the first step, ``on_step(trainer, result)`` with the
        ``StepResult`` after each step, and ``on_epoch(trainer, row)`` with the row of the history
        after each epoch, when the checkpoint has been written: what a callback then changes, such
        as the learning rate, is not in it. Each of them can end the training by ``trainer.stop()``.
        Every rank calls its own callbacks.
    max_gradient_norm : float, optional
        Scale the gradients of a step down to this norm where theirs is larger
        (``optim.clip_gradients``); by default they are taken as they are.
    keep : int
        How many checkpoints stay in the folder. If the last one turns out to be damaged, training
        is resumed from the one before it.
    save_every : float, optional
        Minutes after which a checkpoint is written within an epoch; None: only after each epoch.
    cuda_graph : bool
        On a GPU, launch forward and backward pass of a batch by one call, from the third batch on
        (``training.graphed_pass``). It is for small nets, where Python takes longer to launch
        kernels than the GPU to run them, and takes the memory of a second batch. The layers and the
        loss must launch the same kernels in every step, as those of this package do; what a
        callback changes in layers, apart from weights and ``frozen``, is not noticed. It has no
        effect on the CPU, with several ranks, or on batches in parts.

    Raises
    ------
    TypeError
        If the optimizer, loss, schedule or a callback lacks what training needs.
    ValueError
        If micro_batch or keep is below 1, or max_gradient_norm or save_every is not positive.

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
        callbacks: Sequence[object] = (),
        max_gradient_norm: float | None = None,
        keep: int = checkpoint.KEEP,
        save_every: float | None = SAVE_EVERY,
        cuda_graph: bool = False,
    ) -> None:
        require_numbers(micro_batch, max_gradient_norm, keep, save_every)
        require_net(net)
        require_callbacks(callbacks, on_epoch)
        saves = folder is not None or world.size > 1
        require_parts(saves, optimizer=optimizer, loss=loss, schedule=schedule)
        # what these two lack of the base classes is used with a folder or several ranks alone
        self.net, self.optimizer = net, cast(Optimizer, optimizer)
        self.schedule = cast(Schedule | None, schedule)
        self.loss: Loss = loss or SoftmaxCrossEntropy()
        self.seed, self.micro_batch = operator.index(seed), micro_batch
        self.folder = Path(folder) if folder else None
        self.checkpoints = Checkpointer(self.folder, world, keep) if self.folder else None
        self.world, self.progress, self.on_epoch = world, progress and world.rank == 0, on_epoch
        self.callbacks, self.max_gradient_norm = tuple(callbacks), max_gradient_norm
        self.save_every, self.cuda_graph = save_every, cuda_graph
        self._reset()

    def _reset(self) -> None:
        self.epoch = self.batch = self.step = 0  # how many are done: the batches of this epoch
        self.resumed_epochs = 0  # how many a resumed training had done before
        self.saved_at = time.monotonic()  # when the last checkpoint was written
        self.stop_reason: str | None = None  # once a callback has ended the training
        self.is_tried = False  # whether a step of this training has been checked
        self.metrics = EpochMetrics()
        self.history: list[EpochRow] = []
        self.reducer: GradientReducer | NullReducer = NullReducer()
        self.graphed_pass: GraphedPass | None = None

    def fit(
        self,
        train: Loader,
        validation: Loader | None = None,
        epochs: int = 10,
        resume: bool = False,
    ) -> list[EpochRow]:
        """Train until some number of epochs is done in total.

        A checkpoint is written after each epoch, and every ``save_every`` minutes within one.
        Ctrl-C finishes the current step, saves (where there is a folder) and raises
        ``KeyboardInterrupt``; a second one stops at once. The signals TERM and HUP do the same,
        with its subclass ``utils.stop_signals.StoppedBySignal``.

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
            never been stopped (on the same machine, with any number of threads). If it is damaged,
            the one before it is taken, with a notice.

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
            schedule or a callback needs a validation that there is not, the loss ignores all
            labels, or the schedule sets a negative learning rate; or if the optimizer or the
            schedule belongs to another net or optimizer.
        TypeError
            If a loader or its dataset lacks what training needs, or the loss or the schedule
            fails when it is tried on two validation images and on a copy.
        OSError
            If a checkpoint cannot be written (the previous one survives), there is too little
            space for all, the checkpoints are damaged, or another process trains in the folder.
        """
        self._reset()
        require_fitting(self.loss, self.schedule, self.callbacks, train, validation, epochs)
        with self.folder_in_use():
            return self._fit(train, validation, epochs, resume)

    def folder_in_use(self) -> AbstractContextManager[None]:
        """Within the block, no other process can train in the folder; ``fit`` does it by itself.

        Returns
        -------
        context manager
            It raises ``OSError`` if another process trains there. It does nothing without a folder.
        """
        return self.checkpoints.locked() if self.checkpoints else nullcontext()

    def _fit(
        self, train: Loader, validation: Loader | None, epochs: int, resume: bool
    ) -> list[EpochRow]:
        if resume:
            self._resume(train)
        elif self.checkpoints:
            self.checkpoints.require_none()
        if self.checkpoints:
            self.checkpoints.require_space(self)
        require_own_parameters(self.net, self.optimizer, self.schedule)
        require_learning_rate(self.optimizer, self.schedule)
        position = {"epochs": epochs, "position": [self.epoch, self.batch]}
        settings = self._fingerprint(train) | position
        replicas.synchronize(self.world, self.net, self.optimizer, train, settings)
        self.reducer = self.world.gradient_reducer(self.optimizer.parameters)
        try:
            with (
                deferred_stop_signals() as interrupt,
                np.errstate(over="ignore", invalid="ignore"),  # each loss is checked instead
            ):
                parts = self.net, self.loss, self.optimizer, self.schedule
                try_parts(*parts, train, validation, saves=self.checkpoints is not None)
                self._call("on_start")
                while self.epoch < epochs and not self._any_rank(self.stop_reason is not None):
                    self._train_epoch(train, epochs, interrupt)
                    self._finish_epoch(train, self._validate(validation))
                    if self._any_rank(interrupt.requested) and self.epoch < epochs:
                        self._raise_interrupt(interrupt)
        finally:
            self.reducer.close()
            self.graphed_pass = None  # its memory
        return self.history

    @property
    def monitor(self) -> str | None:
        """The column of the history that says which epoch is the best: that of early stopping."""
        return next((c.monitor for c in self.callbacks if isinstance(c, EarlyStopping)), None)

    def stop(self, reason: str = "a callback has ended it") -> None:
        """End the training after the present epoch, from a callback.

        Parameters
        ----------
        reason : str
            Kept as ``stop_reason``.
        """
        self.stop_reason = reason

    def _call(self, method: str, *arguments: object) -> None:
        """Call a method of the callbacks that have it."""
        for callback in self.callbacks:
            if (function := getattr(callback, method, None)) is not None:
                function(self, *arguments)

    def _train_epoch(self, train: Loader, epochs: int, interrupt: Interrupt) -> None:
        """Train on the batches of this epoch that are not done yet."""
        self.net.train()
        device = device_of_net(self.net)
        results: list[StepResult] = []
        batches = train.epoch(self.epoch, start=self.batch)
        progress_bar = ProgressBar(
            title=f"epoch {self.epoch + 1}/{epochs}",
            images=len(train.dataset),
            done=self.metrics.seen,
            shown=self.progress,
            validation_loss=self.history[-1]["validation_loss"] if self.history else None,
            metric=metric_name(self.loss, train.dataset.labels),
        )
        with progress_bar as bar:
            started = time.perf_counter()
            for images, labels in backend.prefetch_to_device(batches, device):
                result = self.train_step(images, labels, train.share_of(self.batch))
                result, stop = self._all_reduce_metrics(result, interrupt)
                results.append(result)
                save = stop or self._is_time_to_save()
                due = len(results) >= backend.sync_interval(device)
                if due or save or self.batch == len(train):
                    self._flush_metrics(results, images)
                if self.callbacks:
                    self._call("on_step", result)
                now = time.perf_counter()  # waiting for data counts
                self.metrics.seconds, started = self.metrics.seconds + now - started, now
                bar.advance(result.images, self.metrics)
                if save:
                    self._save(train)
                    started = time.perf_counter()
                if stop:
                    self._raise_interrupt(interrupt)

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
        weights = part_weights(self.loss, parts, labels, self.world)
        loss_sum: Array | float = 0
        metric: Array | float = 0
        counted: Array | float = 0
        self.net.zero_grad()
        self.reducer.prepare(len(parts))
        graphed = self._graphed_for(images, parts)
        for (rows, part), weight in zip(parts, weights, strict=True):
            x, y = images[rows], labels[rows]
            with out_of_memory_advice(self.net, self.loss, x, y), self._random_numbers(part):
                done = graphed(x, y) if graphed else self._forward_backward(x, y, weight)
            loss, part_metric, part_count = done
            loss_sum += loss
            metric, counted = metric + part_metric, counted + part_count
        self.reducer.finish()
        if self.max_gradient_norm is not None:
            clip_gradients(self.optimizer.parameters, self.max_gradient_norm)
        self.optimizer.step()
        if not self.is_tried and self.checkpoints:
            require_arrays(self.optimizer.state_dict())  # which may be others after a step
        self.is_tried = True
        self.batch += 1
        self.step += 1
        sums = loss_sum, metric, shard.total, loss_weight(self.loss, labels), counted
        return StepResult(self.step, *sums)

    def _forward_backward(self, x: Array, y: Array, weight: Array | float = 1.0) -> PassSums:
        """Loss and metric of a part of a batch; its gradients are added to the parameters."""
        outputs = self.net(x)
        loss = weighted(self._checked_loss(outputs, y), weight)
        self._stop_if_diverged(loss, x)
        self.net.backward_parameters(weighted(self._checked_gradient(outputs), weight))
        return (loss, *metric_sums(self.loss, outputs, y))

    def _graphed_for(self, images: Array, parts: Sequence[object]) -> GraphedPass | None:
        """The pass for a batch, if it is to be a CUDA graph and can be one."""
        can_be = self.world.size == 1 and len(parts) == 1 and self.is_tried
        if not (self.cuda_graph and can_be and can_be_graphed(images)):
            return None
        if self.graphed_pass is None:
            self.graphed_pass = GraphedPass(self.net, self._forward_backward)
        return self.graphed_pass

    def _checked_loss(self, outputs: Array, labels: Array) -> Array | float:
        loss = self.loss.forward(outputs, labels)
        if not self.is_tried:
            require_scalar(f"{type(self.loss).__name__}.forward", loss)
        return loss

    def _checked_gradient(self, outputs: Array) -> Array:
        gradient = self.loss.backward()
        if not self.is_tried:
            require_gradient(self.loss, gradient, outputs)
        return gradient

    def _random_numbers(self, part: Shard) -> AbstractContextManager[None]:
        """Dropout's numbers depend on the position in the training, not on how it got there."""
        reused = self.graphed_pass.generators if self.graphed_pass else None
        return backend.fixed_seed([DROPOUT, self.seed, self.epoch, self.batch], part, reused)

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
        names = ("loss", "metric_sum", "loss_weight", "metric_weight")
        sums = [float(getattr(result, name)) for name in names]
        *values, requested = self.world.sum([*sums, interrupt.requested])
        return result._replace(**dict(zip(names, values, strict=True))), bool(requested)

    def _flush_metrics(self, results: list[StepResult], images: Array) -> None:
        """Move results to the metrics; on the GPU this waits for all of them.

        images: the last batch, to find the layer that is to blame if a loss is not finite.
        """
        for result in results:
            self._require_finite(float(result.loss), images[: self.micro_batch], result.step)
            self.metrics.add(result)
        results.clear()

    def _require_finite(self, loss: float, images: Array, step: int) -> None:
        require_finite(loss, step, self.epoch + 1, self.net, images, self.optimizer.lr)

    def _validate(self, loader: Loader | None) -> Validation | None:
        """Loss and metric of the validation images.

        Like every loss, that of the validation must be finite: the checkpoint of a diverged
        network must not replace a good one.
        """
        replicas.average_buffers(self.world, self.net)
        if loader is None:
            return None
        sums = self.world.sum(validation_sums(self.net, loader, self.loss))
        loss_sum, weight, metric, counted = map(float, sums)
        loss = loss_sum / weight if weight else math.nan
        if not math.isfinite(loss):
            images, _ = next(loader.epoch(0))
            x = backend.to_device(images[: self.micro_batch], device_of_net(self.net))
            self._require_finite(loss, x, self.step)
        return Validation(loss, metric / counted if counted else None)  # 0 without a metric

    def _finish_epoch(self, train: Loader, validation: Validation | None) -> None:
        """Write the history, change the learning rate, and save."""
        name = metric_name(self.loss, train.dataset.labels)
        rate = float(self.optimizer.lr)
        row = self.metrics.row(self.epoch + 1, validation, rate, name)
        self.history.append(row)
        if self.schedule:
            self.schedule.step(row["validation_accuracy"])
            require_learning_rate(self.optimizer, self.schedule)
        self.epoch, self.batch, self.metrics = self.epoch + 1, 0, EpochMetrics()
        self._save(train)
        self._call("on_epoch", row)
        if self.on_epoch:
            self.on_epoch(row)

    def _any_rank(self, requested: bool) -> bool:
        """Whether any rank was asked to stop: all ranks stop together."""
        return bool(self.world.sum([requested])[0])

    def _is_time_to_save(self) -> bool:
        if self.checkpoints is None or self.save_every is None:
            return False
        return time.monotonic() - self.saved_at >= 60 * self.save_every

    def _raise_interrupt(self, interrupt: Interrupt) -> NoReturn:
        epoch = f"in epoch {self.epoch + 1}, after {self.batch} batch{'es' * (self.batch != 1)}"
        where = epoch if self.batch else f"after epoch {self.epoch}"
        saved = f"; saved in {self.folder}" if self.folder else ""
        raise interrupt.exception(f"{where}{saved}")

    def _fingerprint(self, train: Loader) -> JsonObject:
        parts = self.optimizer, self.schedule, self.loss
        return fingerprint(train, *parts, self.seed, self.max_gradient_norm)

    def _save(self, train: Loader) -> None:
        if self.checkpoints:
            self.checkpoints.save(self, self._fingerprint(train))
            self.saved_at = time.monotonic()

    def _resume(self, train: Loader) -> None:
        if not self.checkpoints:
            raise ValueError("there is nothing to resume: the trainer has no folder")
        self.checkpoints.resume(self, self._fingerprint(train))
        self.resumed_epochs = self.epoch
