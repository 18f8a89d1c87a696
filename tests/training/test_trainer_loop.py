"""What happens when in an epoch: bars, clocks, late reading, checkpoints, ranks and graphs."""

import itertools
from types import SimpleNamespace

import numpy as np
import pytest

from minivgg import backend, data, models, optim
from minivgg.training import trainer as module
from minivgg.training.checkpointer import Checkpointer
from minivgg.training.distributed import SINGLE_PROCESS
from minivgg.training.divergence import TrainingDiverged
from minivgg.training.history import StepResult
from minivgg.training.interrupt import Interrupt
from minivgg.training.trainer import Trainer

PIXELS = np.random.default_rng(0).integers(0, 256, (10, 1, 4, 4), np.uint8)
IMAGES = data.ArrayDataset(PIXELS, np.arange(10) % 3, ["a", "b", "c"])


def loader(size=4, **options):
    """Of three batches, the last one smaller."""
    return data.Loader(IMAGES, size, transforms=[data.Normalize([0.5], [0.5])], **options)


def trainer(loss=None, lr=0.01, **options):
    backend.seed(0)
    net = models.vgg([4, "M"], 3, (1, 4, 4), (6,))
    return Trainer(net, optim.SGD(net.parameters(), lr), loss, **({"progress": False} | options))


class Loss:
    """The mean square of the outputs, or what it is told at some step."""

    def __init__(self, **at):
        self.at, self.calls = {int(name[1:]): value for name, value in at.items()}, 0

    def forward(self, outputs, labels):
        """A number."""
        self.calls += 1
        self.outputs = outputs
        return self.at.get(self.calls, float((outputs**2).mean()))

    def backward(self):
        """Of the mean square."""
        return 2 * self.outputs / self.outputs.size


class World:
    """One of two ranks, of which the other one has the same numbers."""

    rank, size = 0, 2

    def __init__(self):
        self.sums = []

    def sum(self, values):
        """Those of both."""
        self.sums.append(list(map(float, values)))
        return [2 * v for v in values]


# ----------------------------------------------------------------------------------- bars and rates


@pytest.fixture
def bars(monkeypatch):
    """What bars were asked for, and what they were told."""
    made = []

    class Bar:
        def __init__(self, **options):
            made.append(options | {"advanced": []})

        def __enter__(self):
            return self

        def __exit__(self, *error):
            made[-1]["is_closed"] = True

        def advance(self, images, metrics):
            made[-1]["advanced"].append((images, metrics.seen))

    monkeypatch.setattr(module, "ProgressBar", Bar)
    return made


def test_a_bar_for_each_epoch_with_the_validation_loss_of_the_one_before(bars):
    run = trainer()
    history = run.fit(loader(), loader(5), epochs=3)
    losses = [None, history[0]["validation_loss"], history[1]["validation_loss"]]
    assert len(set(losses)) == 3
    for number, (bar, loss) in enumerate(zip(bars, losses, strict=True), 1):
        assert bar == {
            "title": f"epoch {number}/3", "images": 10, "done": 0, "shown": False,
            "validation_loss": loss, "metric": "accuracy", "is_closed": True,
            "advanced": [(4, 4), (4, 8), (2, 10)],
        }  # fmt: skip
    trainer(progress=True).fit(loader(), epochs=1)
    assert (bars[-1]["shown"], bars[-1]["validation_loss"]) == (True, None)


def test_a_bar_of_a_resumed_epoch_starts_where_it_was(tmp_path, bars):
    class Stop:
        """After the second step."""

        def on_step(self, trainer, result):
            """It comes before the checkpoint of this step."""
            if result.step == 2:
                raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        trainer(folder=tmp_path, save_every=1e-9, callbacks=[Stop()]).fit(loader(), epochs=2)
    assert trainer(folder=tmp_path).fit(loader(), epochs=2, resume=True)[0]["epoch"] == 1
    assert [(b["title"], b["done"], b["advanced"]) for b in bars[1:]] == [
        ("epoch 1/2", 4, [(4, 8), (2, 10)]), ("epoch 2/2", 0, [(4, 4), (4, 8), (2, 10)]),
    ]  # fmt: skip


@pytest.mark.parametrize("save_every", [None, 1e-9])
def test_the_rate_counts_the_time_of_steps_and_not_that_of_saving(
    tmp_path, monkeypatch, save_every
):
    """Here a clock whose every look takes a second: one from step to step."""
    clock = itertools.count()
    run = trainer(folder=tmp_path, save_every=save_every)
    monkeypatch.setattr(module.time, "perf_counter", lambda: float(next(clock)))
    assert [row["images_per_second"] for row in run.fit(loader(), epochs=2)] == [10 / 3] * 2


# --------------------------------------------------------------------- when numbers are read, saved


@pytest.mark.parametrize(
    ("interval", "flushed"), [(1, [1] * 5), (2, [2, 2, 1]), (5, [5]), (9, [5]), (3, [3, 2])]
)
def test_steps_are_read_every_so_often_and_at_the_end_of_an_epoch(monkeypatch, interval, flushed):
    monkeypatch.setattr(backend, "sync_interval", lambda device: interval)
    run, counts = trainer(), []
    flush = run._flush_metrics
    run._flush_metrics = lambda results, images: (
        counts.append(len(results)) or flush(results, images)
    )
    row = run.fit(loader(2), epochs=1)[0]
    assert counts == flushed
    expected = trainer().fit(loader(2), epochs=1)[0]
    assert [row[k] for k in ("loss", "train_accuracy")] == [
        expected[k] for k in ("loss", "train_accuracy")
    ]


def test_steps_are_read_before_a_checkpoint(tmp_path, monkeypatch):
    monkeypatch.setattr(backend, "sync_interval", lambda device: 9)
    seen = []
    monkeypatch.setattr(
        Checkpointer, "save", lambda self, run, settings: seen.append(run.metrics.seen)
    )
    trainer(folder=tmp_path, save_every=1e-9).fit(loader(), epochs=1)
    assert seen == [4, 8, 10, 0]


def test_the_clock_of_checkpoints_starts_anew_with_each(tmp_path, monkeypatch):
    """Every 5 minutes, with 2 minutes for what comes between two steps."""
    now, saved = [0.0], []
    monkeypatch.setattr(module.time, "monotonic", lambda: now[0])
    monkeypatch.setattr(Checkpointer, "save", lambda self, run, settings: saved.append(run.step))
    run = trainer(folder=tmp_path, save_every=5)

    class Slow:
        """It takes 2 minutes after each step."""

        def on_step(self, trainer, result):
            """Before the checkpoint."""
            now[0] += 120

    run.callbacks = (Slow(),)
    now[0] = 1e9  # a long time since the trainer was made
    run.fit(loader(1), epochs=1)
    assert saved == [4, 8, 10]


def test_ten_epochs_are_usual_and_a_second_training_starts_anew():
    run = trainer()
    assert [row["epoch"] for row in run.fit(loader())] == list(range(1, 11))
    assert (run.step, run.epoch, run.batch) == (30, 10, 0)
    assert [row["epoch"] for row in run.fit(loader(), epochs=1)] == [1]
    assert (run.step, run.epoch, run.batch, run.resumed_epochs) == (3, 1, 0, 0)


def test_what_ended_one_training_does_not_end_the_next():
    class Ends:
        """The training, in its first step."""

        def on_step(self, trainer, result):
            """Only the first time."""
            if not words:
                words.append(1)
                trainer.stop("enough")

    words = []
    run = trainer(callbacks=[Ends()])
    assert len(run.fit(loader(), epochs=3)) == 1
    assert run.stop_reason == "enough"
    assert len(run.fit(loader(), epochs=3)) == 3
    assert run.stop_reason is None
    run.stop()
    assert run.stop_reason == "a callback has ended it"


# ------------------------------------------------------------------------------ the order of things


def test_callbacks_are_called_in_their_order_after_the_checkpoint(tmp_path, monkeypatch):
    calls = []
    save = Checkpointer.save
    monkeypatch.setattr(Checkpointer, "save", lambda *given: calls.append("save") or save(*given))

    class Noted:
        def __init__(self, name):
            self.name = name

        def on_start(self, trainer):
            calls.append(f"{self.name} start {trainer.step}")

        def on_step(self, trainer, result):
            calls.append(f"{self.name} step {result.step} {trainer.batch} {trainer.metrics.seen}")

        def on_epoch(self, trainer, row):
            calls.append(f"{self.name} epoch {row['epoch']} {trainer.epoch} {trainer.batch}")

    class Starts:
        def on_start(self, trainer):
            calls.append("only the start")

    run = trainer(
        folder=tmp_path, callbacks=[Noted("a"), Starts(), Noted("b")],
        on_epoch=lambda row: calls.append(f"row {row['epoch']}"),
    )  # fmt: skip
    run.fit(loader(5), epochs=1)
    assert calls == [
        "a start 0", "only the start", "b start 0", "a step 1 1 5", "b step 1 1 5", "a step 2 2 10",
        "b step 2 2 10", "save", "a epoch 1 1 0", "b epoch 1 1 0", "row 1",
    ]  # fmt: skip


@pytest.mark.parametrize(("at", "step", "epoch"), [("_2", 2, 1), ("_3", 3, 1), ("_5", 5, 2)])
def test_the_step_and_the_epoch_of_a_loss_that_is_not_finite(at, step, epoch):
    with pytest.raises(TrainingDiverged, match=rf"at step {step} \(epoch {epoch}\)") as stop:
        trainer(Loss(**{at: float("inf")})).fit(loader(), epochs=2)
    assert stop.value.step == step


def test_a_checkpoint_is_of_the_rate_and_the_row_is_of_the_epoch_before_it():
    run = trainer(lr=1.0)
    run.schedule = optim.StepLR(run.optimizer, 1)
    assert [row["learning_rate"] for row in run.fit(loader(), epochs=2)] == [1.0, 0.1]


# --------------------------------------------------------------------------------- ranks and graphs


def test_sums_of_a_step_over_all_ranks():
    run = trainer(world=World())
    result = StepResult(7, 0.5, 3, 10, 4.0, 5)
    assert run._all_reduce_metrics(result, Interrupt()) == (
        StepResult(7, 1.0, 6, 10, 8.0, 10),
        False,
    )
    assert run._all_reduce_metrics(result, Interrupt(True))[1] is True
    assert run.world.sums == [[0.5, 3, 4, 5, 0], [0.5, 3, 4, 5, 1]]
    alone = trainer()
    assert alone._all_reduce_metrics(result, Interrupt(True)) == (result, True)
    assert alone._all_reduce_metrics(result, Interrupt()) == (result, False)
    for requested in (True, False):
        assert run._any_rank(requested) is requested


def test_gradients_are_reduced_once_a_step_after_all_parts():
    calls = []
    reducer = SimpleNamespace(
        prepare=lambda parts: calls.append(("prepare", parts)),
        finish=lambda: calls.append("finish"), close=lambda: calls.append("close"),
    )  # fmt: skip
    world = SimpleNamespace(
        **{name: getattr(SINGLE_PROCESS, name) for name in ("rank", "size", "sum")},
        gradient_reducer=lambda parameters: calls.append(len(parameters)) or reducer,
    )
    run = trainer(world=world, micro_batch=2)
    step = run.optimizer.step
    run.optimizer.step = lambda: calls.append("step") or step()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module.replicas, "synchronize", lambda *given: None)
        patch.setattr(module.replicas, "average_buffers", lambda *given: None)
        run.fit(loader(), epochs=1)
    steps = [[("prepare", parts), "finish", "step"] for parts in (2, 2, 1)]
    assert calls == [len(run.net.parameters()), *itertools.chain(*steps), "close"]


@pytest.mark.parametrize(
    ("options", "graphed"),
    [
        ({}, [4, 2, 4, 4, 2]), ({"cuda_graph": False}, []), ({"micro_batch": 2}, [2, 2]),
        ({"micro_batch": 4}, [4, 2, 4, 4, 2]),
    ],
)  # fmt: skip
def test_a_graph_takes_over_after_the_first_step_where_a_batch_is_one_part(
    monkeypatch, options, graphed
):
    """Of a batch of two parts there is none; the last batch of an epoch has one part of two."""
    made, calls = [], []

    class Graphed:
        generators = None

        def __init__(self, *given):
            made.append(given)

        def __call__(self, x, y):
            calls.append(len(x))
            return run._forward_backward(x, y)

    monkeypatch.setattr(module, "GraphedPass", Graphed)
    monkeypatch.setattr(module, "can_be_graphed", lambda images: True)
    run = trainer(**({"cuda_graph": True} | options))
    rows = run.fit(loader(), epochs=2)
    monkeypatch.undo()
    expected = trainer(**(options | {"cuda_graph": False})).fit(loader(), epochs=2)
    assert [row["loss"] for row in rows] == [row["loss"] for row in expected]
    assert run.graphed_pass is None
    assert calls == graphed
    assert made == [(run.net, run._forward_backward)] * bool(graphed)


def test_with_several_ranks_there_is_no_graph(monkeypatch):
    monkeypatch.setattr(module, "can_be_graphed", lambda images: True)
    for world, is_graphed in ((World(), False), (SINGLE_PROCESS, True)):
        run = trainer(world=world, cuda_graph=True)
        run.is_tried = True
        assert (run._graphed_for(PIXELS, [0]) is not None) == is_graphed
        assert run._graphed_for(PIXELS, [0]) is run.graphed_pass


def test_what_only_checkpoints_and_ranks_need_may_be_missing_without_them(tmp_path):
    class Least:
        """An optimizer of a user."""

        def __init__(self, parameters):
            self.parameters, self.lr = parameters, 0.01

        def step(self):
            """Down the gradients."""
            for p in self.parameters.values():
                p.data -= self.lr * p.grad

    net = models.vgg([4, "M"], 3, (1, 4, 4), (6,))
    run = Trainer(net, Least(net.parameters()), progress=False)
    assert len(run.fit(loader(), epochs=1)) == 1
    for options in ({"folder": tmp_path}, {"world": World()}):
        with pytest.raises(TypeError, match="the optimizer Least lacks state_dict"):
            Trainer(net, Least(net.parameters()), **options)


def test_a_regression_without_a_metric_has_losses_alone():
    targets = data.ArrayDataset(PIXELS, np.ones((10, 3)))
    batches = data.Loader(targets, 4, transforms=[data.Normalize([0.5], [0.5])])
    row = trainer(Loss()).fit(batches, batches, epochs=1)[0]
    assert row["validation_loss"] > 0
    assert row["train_accuracy"] is row["validation_accuracy"] is None
    assert "metric" not in row
