"""Floor 5: the training loop: forward, loss, backward, step; and everything that lets it be interrupted."""

import csv
import io
import math
import operator
import re
import signal
import threading
import time
import traceback
import zlib
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from tqdm.auto import tqdm

from minivgg import backend
from minivgg.backend.sharding import Shard
from minivgg.data.streams import DROPOUT
from minivgg.evaluation.metrics import device_of_net, evaluate
from minivgg.layers import Residual, Sequential
from minivgg.layers.losses import SoftmaxCrossEntropy
from minivgg.training import checkpoint
from minivgg.training.distributed import ALONE
from minivgg.utils import files

COLUMNS = (
    "epoch",
    "loss",
    "train_accuracy",
    "validation_accuracy",
    "learning_rate",
    "images_per_second",
)


class TrainingDiverged(ArithmeticError):
    """The loss is not finite any more, in ``step`` (counted from 1 over all epochs) of ``epoch``; ``layer``: the first to blame."""

    def __init__(self, step, epoch, layer, loss, lr):
        self.step, self.epoch, self.layer = step, epoch, layer
        super().__init__(
            f"training diverged at step {step} (epoch {epoch}): the loss is {loss}, and the first layer with a number that is not "
            f"finite is {layer}; try a smaller learning rate than {lr:g}, or another initializer"
        )


class Trainer:
    """Trains a network: ``Trainer(net, optimizer, folder="runs/mine").fit(train_loader, validation_loader, epochs=10)``.

    loss: an object with ``forward(logits, labels)`` and ``backward()`` (default: ``SoftmaxCrossEntropy``).
    schedule: an object whose ``step(validation_accuracy)`` is called after each epoch, such as ``optim.StepLR``.
    micro_batch: take each batch through the net in parts of so many images and add their gradients up before the step: the memory of a
    small batch, the step of a large one (default: in one part). Batch norm then takes its statistics over a part; all else is the same
    but for rounding. world: the ranks to train together with (``parallel.world()``); each then takes its share of every batch, and the
    loaders are to have the same ``share``. Rank 0 alone writes and shows a bar.
    folder: where checkpoints and history.csv go (none: nothing is written). seed: of dropout; the loader has its own for order and
    augmentation. progress: show a bar. on_epoch: a function called with each row of the history.
    """

    def __init__(
        self,
        net,
        optimizer,
        loss=None,
        schedule=None,
        folder=None,
        seed=0,
        progress=True,
        on_epoch=None,
        micro_batch=None,
        world=ALONE,
    ):
        if micro_batch is not None and micro_batch < 1:
            raise ValueError(f"Trainer: micro_batch is at least 1 image, got {micro_batch}")
        self.micro_batch = micro_batch
        self.net, self.optimizer, self.loss = net, optimizer, loss or SoftmaxCrossEntropy()
        self.schedule, self.folder, self.seed = (
            schedule,
            Path(folder) if folder else None,
            operator.index(seed),
        )
        self.world = world
        self.progress, self.on_epoch = progress and world.rank == 0, on_epoch or (lambda row: None)
        self.history, self.done_before = [], 0
        self._clear()

    def fit(self, train, validation=None, epochs=10, resume=False):
        """Train until ``epochs`` epochs are done in all; returns the history, a list of {column: value}, one row an epoch.

        train, validation: ``data.Loader``. A checkpoint is written after each epoch. resume: go on from the newest checkpoint, if there
        is one, and reach the same bits as a run that was never stopped (on the same machine, with any number of threads).
        Ctrl-C finishes the current step, saves (where there is a folder) and raises ``KeyboardInterrupt``; a second one stops at once.
        Raises ``TrainingDiverged`` when the loss is not finite (on the GPU up to 20 steps later: looking at each loss would wait for it),
        ``MemoryError`` with the largest batch that fits, ``FileExistsError`` when the folder has checkpoints but ``resume`` was
        not asked for, ``ValueError`` when resuming with another network, other data (number, shape, classes, labels), batch size,
        transforms, momentum, weight decay, kind of schedule or seeds, ``OSError`` when a checkpoint cannot be written (the previous one
        survives).
        """
        self._clear()
        self.history = []
        if validation is None and getattr(self.schedule, "needs_accuracy", False):
            raise ValueError(
                f"{type(self.schedule).__name__} needs a validation accuracy: train with a validation set, or use StepLR"
            )
        if resume:
            self._load(train)
        elif (
            self.folder and self.world.rank == 0 and checkpoint.latest(self.folder / "checkpoints")
        ):
            raise FileExistsError(
                f"{self.folder} holds the checkpoints of a training: go on with resume=True, or choose another folder"
            )
        self.done_before = self.epoch  # epochs that a resumed run brought along
        self._agree(train, epochs)
        self.exchange = self.world.exchange(self.optimizer.parameters)
        try:
            with (
                _polite_interrupt() as interrupted,
                np.errstate(over="ignore", invalid="ignore"),
            ):  # the loss is checked each step
                while self.epoch < epochs:
                    self._epoch(train, epochs, interrupted)
                    self._finish_epoch(train, self._validate(validation))
                    if self._anybody(interrupted) and self.epoch < epochs:
                        self._interrupt()
        finally:
            self.exchange.close()
        return self.history

    def _agree(self, train, epochs):
        """All ranks train the same net with the same settings and data, from rank 0's weights."""
        if self.world.size == 1:
            return
        if train.share != (self.world.rank, self.world.size):
            raise ValueError(
                f"Trainer: rank {self.world.rank} of {self.world.size} has a loader of the share {train.share}"
            )
        shapes = {
            name: [str(p.data.dtype), *p.data.shape] for name, p in self.net.parameters().items()
        }
        images = zlib.crc32(
            np.ascontiguousarray(
                train.dataset.batch(np.arange(min(8, len(train.dataset))))
            ).tobytes()
        )
        rest = {
            "net": shapes,
            "images": images,
            "epochs": epochs,
            "lr": self.optimizer.lr,
            "position": [self.epoch, self.batch],
        }
        self.world.require_same(self._settings(train) | rest)
        self.net.load_state_dict(self.world.broadcast(self.net.state_dict()))
        self.optimizer.load_state_dict(self.world.broadcast(self.optimizer.state_dict()))

    def _anybody(self, interrupted):
        """Whether any rank was asked to stop: they end together."""
        return bool(self.world.sum([len(interrupted)])[0])

    def _clear(self):
        self.epoch, self.batch, self.step = 0, 0, 0
        self.seen, self.correct, self.loss_sum, self.seconds = (
            0,
            0,
            0.0,
            0.0,
        )  # of the running epoch
        self.unread = []  # (loss, correct, images) of steps whose results are still on the device
        self.share, self.exchange = (
            None,
            ALONE.exchange(()),
        )  # what is here of a batch: without word from a loader all of it

    def _epoch(self, train, epochs, interrupted):
        """The batches of this epoch that are still to be done."""
        self.net.train()
        device = device_of_net(self.net)
        with tqdm(
            total=len(train.dataset),
            initial=self.seen,
            unit=" images",
            leave=False,
            disable=not self.progress,
        ) as bar:
            bar.set_description(f"epoch {self.epoch + 1}/{epochs}")
            started = time.perf_counter()
            for images, labels in backend.prefetch_to_device(
                train.epoch(self.epoch, start=self.batch), device
            ):
                self.share = train.share_of(self.batch)
                self._step(images, labels)
                stop = self._hear(interrupted)
                if (
                    len(self.unread) >= backend.sync_interval(device)
                    or self.batch == len(train)
                    or stop
                ):
                    self._read(images)
                self.seconds, started = (
                    self.seconds + time.perf_counter() - started,
                    time.perf_counter(),
                )  # waiting for data counts
                bar.update(self.share.total)
                if self.seen:
                    bar.set_postfix(
                        loss=f"{self.loss_sum / self.seen:.3f}",
                        accuracy=f"{self.correct / self.seen:.3f}",
                        refresh=False,
                    )
                if stop:
                    self._save(train)
                    self._interrupt()

    def _step(self, images, labels):
        """Forward, loss, backward, step: one batch changes the weights once."""
        if self.share is None:
            self.share = Shard(0, len(images), len(images))
        self.net.zero_grad()
        parts, results = self._parts(len(images)), []
        if not parts:  # a small last batch, of which there is nothing for this rank
            self.exchange.expect()
        for part in parts:
            if part is parts[-1]:
                self.exchange.expect()
            place = [
                DROPOUT,
                self.seed,
                self.epoch,
                self.batch,
            ]  # random numbers depend on where we are, not on how we came here
            with backend.fixed_seed(place, self.share.part(part.start, part.stop)):
                results.append(self._part(images, labels, part))
        self.exchange.finish()
        self.optimizer.step()
        self.batch += 1
        self.step += 1
        self.unread.append(
            (
                sum(loss for loss, _ in results),
                sum(correct for _, correct in results),
                self.share.total,
            )
        )

    def _hear(self, interrupted):
        """Add what the other ranks found in this step; returns whether any rank was asked to stop: then all do, at the same place."""
        if self.world.size == 1:
            return bool(interrupted)
        loss, correct, total = self.unread.pop()
        loss, correct, asked = self.world.sum([float(loss), float(correct), len(interrupted)])
        self.unread.append((loss, correct, total))
        return bool(asked)

    def _parts(self, n):
        size = self.micro_batch or max(n, 1)
        return [slice(start, min(start + size, n)) for start in range(0, n, size)]

    def _part(self, images, labels, part):
        """Forward, loss and backward of some images of a batch; the batch's mean loss is the parts' losses by their share in it."""
        try:
            logits, share = self.net(images[part]), (part.stop - part.start) / self.share.total
            loss = self.loss.forward(logits, labels[part]) * share
            if (
                self.world.size == 1 and backend.sync_interval(backend.device_of(images)) == 1
            ):  # then it is known already, and a lost net can be spared this step
                self._require_finite(float(loss), images[part], self.step + 1)
            dy = self.loss.backward()
            self.net.backward_parameters(dy if share == 1 else dy * dy.dtype.type(share))
        except MemoryError as error:
            raise MemoryError(self._too_large(images[part], labels[part], error)) from error
        return loss, (logits.argmax(axis=1) == labels[part]).sum()

    def _read(self, images):
        """Add up the results of the steps since the last time; on the GPU this waits for all of them."""
        first = self.step - len(self.unread) + 1
        for number, (loss, correct, n) in enumerate(self.unread):
            loss = float(loss)
            self._require_finite(loss, images[: self.micro_batch], first + number)
            self.seen += n
            self.loss_sum += loss * n
            self.correct += int(correct)
        self.unread.clear()

    def _too_large(self, images, labels, error):
        """What to say when a step does not fit into memory: the error's own words, what is free, and the largest batch that fits."""
        device = backend.device_of(images)
        traceback.clear_frames(error.__traceback__)  # what they hold is in the way
        self._forget()
        free, low, high = backend.free_memory(device), 0, len(images)  # low fits, high does not
        while high - low > 1:
            middle = (low + high) // 2
            try:
                self.loss.forward(self.net(images[:middle]), labels[:middle])
                self.net.backward_parameters(self.loss.backward())
                low = middle
            except MemoryError:
                high = middle
            self._forget()
        room = "" if free is None else f", with {free / 2**30:.1f} GiB free before it"
        smaller = (
            f"the largest batch that does is {low} (micro_batch={low} takes larger ones in parts)"
        )
        advice = smaller if low else "not even one does: use smaller images or a smaller net"
        return f"a training step of {len(images)} images does not fit into the memory of the {device}{room} ({error}); {advice}"

    def _forget(self):
        self.net.clear_saved()
        self.net.zero_grad()
        self.loss.saved = None

    def _validate(self, loader):
        """The validation accuracy; like each step it must be finite, or a checkpoint of a lost net would replace a good one."""
        self._average_statistics()
        if loader is None:
            return None
        loss, right, n = self.world.sum(_counted(self.net, loader))
        if not math.isfinite(loss):
            images = next(loader.epoch(0))[0]
            self._require_finite(
                loss,
                backend.to_device(images[: self.micro_batch], device_of_net(self.net)),
                self.step,
            )
        return float(right / n)

    def _average_statistics(self):
        """Batch norm's running statistics, which each rank took over its own images, become the mean of all ranks'."""
        if self.world.size == 1:
            return
        state, names = self.net.state_dict(), self.net.parameters()
        own = {
            name: value
            for name, value in state.items()
            if name not in names and value.dtype.kind == "f"
        }
        for name, value in own.items():
            mean = self.world.sum(backend.to_numpy(value)) / self.world.size
            state[name] = backend.to_device(mean.astype(value.dtype), backend.device_of(value))
        if own:
            self.net.load_state_dict(state)

    def _require_finite(self, loss, images, step):
        if not math.isfinite(loss):
            raise TrainingDiverged(
                step, self.epoch + 1, first_bad_layer(self.net, images), loss, self.optimizer.lr
            )

    def _finish_epoch(self, train, accuracy):
        row = (
            self.epoch + 1,
            self.loss_sum / self.seen,
            self.correct / self.seen,
            accuracy,
            float(self.optimizer.lr),
        )
        speed = self.seen / self.seconds if self.seconds else None
        self.history.append(dict(zip(COLUMNS, (*row, speed), strict=True)))
        if self.schedule:
            self.schedule.step(accuracy)
        self.epoch, self.batch = self.epoch + 1, 0
        self.seen, self.correct, self.loss_sum, self.seconds = 0, 0, 0.0, 0.0
        self._save(train)
        self.on_epoch(self.history[-1])

    def _interrupt(self):
        where = (
            f"in epoch {self.epoch + 1}, after {self.batch} batches"
            if self.batch
            else f"after epoch {self.epoch}"
        )
        saved = f"; saved in {self.folder}" if self.folder else ""
        raise KeyboardInterrupt(f"interrupted {where}{saved}")

    # ------------------------------------------------------------------------------------------ checkpoints

    _POSITION = ("epoch", "batch", "step", "seen", "correct", "loss_sum", "seconds")

    def _save(self, train):
        if not self.folder or self.world.rank:
            return
        state = {name: getattr(self, name) for name in self._POSITION}
        state |= {
            "lr": float(self.optimizer.lr),
            "schedule": self.schedule.state_dict() if self.schedule else None,
        }
        state |= {"history": self.history, "settings": self._settings(train)}
        checkpoint.save(
            self.folder / "checkpoints", self.net.state_dict(), self.optimizer.state_dict(), state
        )
        self._write_history()

    def _write_history(self):
        files.write_text(self.folder / "history.csv", history_csv(self.history))

    def _load(self, train):
        """Take up the newest checkpoint, its learning rate included, if there is one."""
        if not self.folder:
            raise ValueError("there is nothing to resume: the trainer has no folder")
        place, loaded = self.world.broadcast(self._newest())
        if place is None:
            return
        model, velocity, state = loaded
        now, then = self._settings(train), state["settings"]
        changed = [name for name in now if now[name] != then.get(name)]
        if changed:
            was, is_now = (
                {name: settings.get(name) for name in changed} for settings in (then, now)
            )
            raise ValueError(
                f"{place} was trained with other data or settings: {was}, now {is_now}"
            )
        self.net.load_state_dict(model)
        self.optimizer.load_state_dict(velocity)
        self.optimizer.lr = state["lr"]
        if self.schedule:
            self.schedule.load_state_dict(state["schedule"])
        for name in self._POSITION:
            setattr(self, name, state[name])
        self.history = state["history"]
        if self.world.rank == 0:
            self._write_history()  # a kill may have fallen between the checkpoint and this file

    def _newest(self):
        """(place, contents) of the newest checkpoint, or (None, None); other ranks are told by rank 0."""
        place = checkpoint.latest(self.folder / "checkpoints") if self.world.rank == 0 else None
        needs = (*self._POSITION, "lr", "schedule", "history", "settings")
        return place, checkpoint.load(place, needs=needs) if place else None

    def _settings(self, train):
        """What must be the same for a resumed run to reach the same bits, as far as it can be told."""
        dataset, o = train.dataset, self.optimizer
        labels = zlib.crc32(np.ascontiguousarray(dataset.labels, np.int64))
        data = {
            "images": len(dataset),
            "shape": list(dataset.shape),
            "classes": list(dataset.classes),
            "labels": labels,
        }
        order = {
            "batch_size": train.batch_size,
            "shuffle": train.shuffle,
            "loader_seed": train.seed,
        }
        steps = {
            "momentum": o.momentum,
            "weight_decay": o.weight_decay,
            "nesterov": o.nesterov,
            "schedule": type(self.schedule).__name__,
        }
        transforms = [
            re.sub(r" at 0x[0-9a-fA-F]+", "", repr(t)) for t in train.transforms
        ]  # addresses change from run to run
        return data | order | steps | {"transforms": transforms, "seed": self.seed}


def _counted(net, loader):
    """(sum of the losses, number of right answers, number of images) of the images that are here."""
    loss, right, n = 0.0, 0, 0
    if any(len(loader.share_of(k)) for k in range(len(loader))):
        result = evaluate(net, loader)
        n = len(result.labels)
        loss, right = result.loss * n, n - result.wrong
    return [loss, right, n]


def history_csv(history):
    """The history as CSV text."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(history)
    return out.getvalue()


def first_bad_layer(net, x):
    """Which layer first holds or makes a number that is not finite for the input x: its name and kind; "none" if there is none.

    An innermost layer's own weights are looked at before its output.
    """
    if not _finite(x):
        return "the input itself"
    found = _search(net, x, "")
    return found if isinstance(found, str) else "none in a second forward pass"


def _search(layer, x, name):
    """The name of the first bad layer, or the output if all is well."""
    if isinstance(layer, Sequential):
        for key, child in layer.layers.items():
            x = _search(child, x, f"{name}.{key}".lstrip("."))
            if isinstance(x, str):
                return x
        return x
    if isinstance(layer, Residual):
        ways = [_search(child, x, f"{name}.{key}") for key, child in layer.children().items()]
        return next((way for way in ways if isinstance(way, str)), None) or layer(x)
    bad = [key for key, p in layer.parameters().items() if not _finite(p.data)]
    if bad:
        return f"{name} {layer!r} (its {bad[0]})"
    y = layer(x)
    return y if _finite(y) else f"{name} {layer!r} (its output)"


def _finite(x):
    return bool(backend.namespace(x).isfinite(x).all())


@contextmanager
def _polite_interrupt():
    """Within the block, Ctrl-C fills the list that this yields instead of breaking off in the middle of a step; a second one breaks off."""
    asked = []
    if threading.current_thread() is not threading.main_thread():
        yield asked  # only the main thread may handle signals
        return
    previous = signal.getsignal(signal.SIGINT)

    def handler(number, frame):
        asked.append(number)
        signal.signal(signal.SIGINT, previous)

    signal.signal(signal.SIGINT, handler)
    try:
        yield asked
    finally:
        signal.signal(signal.SIGINT, previous)
