"""Training learns, resumes to the same bits, survives kills and full disks, and explains errors."""

import csv
import errno
import json
import os
import random
import re
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from support import strict_cupy, victim
from support.compare import error

from minivgg import backend, data, layers, models, optim
from minivgg.training import checkpoint
from minivgg.training.divergence import TrainingDiverged, first_bad_layer
from minivgg.training.trainer import Trainer
from minivgg.utils.files import replacing

VICTIM = Path(victim.__file__)


def bits(folder):
    """Everything in the newest checkpoint that the next steps depend on, byte for byte."""
    model, velocity, state = checkpoint.load(checkpoint.latest(Path(folder) / "checkpoints"))
    state.pop("seconds")
    for row in state["history"]:
        row.pop("images_per_second")  # the only thing that may differ
    arrays = {
        f"{kind} {k}": a.tobytes()
        for kind, part in (("w", model), ("v", velocity))
        for k, a in part.items()
    }
    return arrays, json.dumps(state)


@pytest.fixture(autouse=True)
def interruptible():
    """Ctrl-C works as usual, even if the shell that runs the tests in the background ignores it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def fit(folder, epochs, resume=False):
    run, train, validation = victim.trainer(folder)
    run.fit(train, validation, epochs, resume)
    return run


# ----------------------------------------------------------------------------------------- learning


@pytest.mark.slow
@pytest.mark.parametrize("seed", [0, 1])
def test_a_small_vgg_learns_real_digits(seed):
    """Real data, seconds: above 95 % of images never seen."""
    train, test = data.load("digits"), data.load("digits", "test")
    normalize = data.Normalize.from_dataset(train)
    backend.seed(seed)
    net = models.vgg([16, "M", 32, "M"], 10, (1, 8, 8), (64,))
    trainer = Trainer(net, optim.SGD(net.parameters(), 0.02), seed=seed, progress=False)
    history = trainer.fit(
        data.Loader(train, 32, shuffle=True, seed=seed, transforms=[normalize]),
        data.Loader(test, 256, transforms=[normalize]),
        epochs=12,
    )
    assert history[-1]["validation_accuracy"] > 0.95
    assert history[-1]["loss"] < history[0]["loss"] / 4


def test_one_step_is_forward_loss_backward_step():
    """The trainer's first step equals the four lines of a lesson."""

    def parts():
        backend.seed(0)
        net = models.vgg([4, "M"], 3, (1, 4, 4), (6,), dropout=0.0)
        rng = np.random.default_rng(0)
        images = data.ArrayDataset(
            rng.integers(0, 256, (5, 1, 4, 4), np.uint8), [0, 1, 2, 0, 1], list("abc")
        )
        return (
            net,
            optim.SGD(net.parameters(), 0.1),
            data.Loader(images, 5, transforms=[data.Normalize((0.5,), (0.5,))]),
        )

    net, optimizer, loader = parts()
    Trainer(net, optimizer, progress=False).fit(loader, epochs=1)
    by_hand, optimizer, loader = parts()
    from minivgg.layers.losses import SoftmaxCrossEntropy

    loss = SoftmaxCrossEntropy()
    for x, y in loader:
        loss.forward(by_hand(x), y)
        by_hand.backward(loss.backward())
        optimizer.step()
    for name, p in net.parameters().items():
        assert (p.data == by_hand.parameters()[name].data).all()


def test_history_is_returned_reported_and_written(tmp_path):
    rows = []
    run, train, validation = victim.trainer(tmp_path)
    run.on_epoch = rows.append
    history = run.fit(train, validation, 3)
    assert rows == history
    with (tmp_path / "history.csv").open() as file:
        written = list(csv.DictReader(file))
    assert [int(row["epoch"]) for row in written] == [1, 2, 3]
    assert [float(row["loss"]) for row in written] == [row["loss"] for row in history]
    assert all(0 <= row["train_accuracy"] <= 1 and row["images_per_second"] > 0 for row in history)


def test_without_validation_and_without_a_folder():
    run, train, _ = victim.trainer(None)
    run.schedule = None
    assert run.fit(train, None, 1)[0]["validation_accuracy"] is None


def test_training_on_every_device(device):
    """Forward, loss, backward, step and evaluation never mix devices."""
    run, train, validation = victim.trainer(None)
    run.net.to(device)
    assert len(run.fit(train, validation, 1)) == 1


@pytest.mark.slow
def test_a_checkpoint_of_one_device_goes_on_on_another(tmp_path, device):
    fit(tmp_path, 1)
    run, train, validation = victim.trainer(tmp_path)
    run.net.to(device)
    run.fit(train, validation, 2, resume=True)
    assert len(run.history) == 2


# ---------------------------------------------------------------------------- stopping and resuming


def test_resuming_reaches_the_same_bits(tmp_path):
    fit(tmp_path / "whole", 4)
    fit(tmp_path / "parts", 1)
    fit(tmp_path / "parts", 3, resume=True)
    fit(tmp_path / "parts", 4, resume=True)
    assert bits(tmp_path / "parts") == bits(tmp_path / "whole")


@pytest.mark.slow
@pytest.mark.parametrize("batch", [1, 7, 12])
def test_ctrl_c_saves_in_the_middle_of_an_epoch_and_loses_nothing(tmp_path, batch):
    """12 is the last batch of the epoch; the signal is a real one."""
    fit(tmp_path / "whole", 3)
    run, train, validation = victim.trainer(tmp_path / "stopped")
    step, handler = run.train_step, signal.getsignal(signal.SIGINT)

    def step_and_signal(images, labels, shard):
        result = step(images, labels, shard)
        if (run.epoch, run.batch) == (1, batch):
            signal.raise_signal(signal.SIGINT)
        return result

    run.train_step = step_and_signal
    with pytest.raises(
        KeyboardInterrupt,
        match=f"interrupted in epoch 2, after {batch} batch{'es' * (batch > 1)}; saved in",
    ):
        run.fit(train, validation, 3)
    assert signal.getsignal(signal.SIGINT) is handler
    fit(tmp_path / "stopped", 3, resume=True)
    assert bits(tmp_path / "stopped") == bits(tmp_path / "whole")


@pytest.mark.slow
def test_ctrl_c_during_validation_stops_after_the_epoch(tmp_path):
    run, train, validation = victim.trainer(tmp_path)
    validate = run._validate
    run._validate = lambda loader: signal.raise_signal(signal.SIGINT) or validate(loader)
    with pytest.raises(KeyboardInterrupt, match="interrupted after epoch 1; saved in"):
        run.fit(train, validation, 3)
    fit(tmp_path, 3, resume=True)
    fit(tmp_path / "whole", 3)
    assert bits(tmp_path) == bits(tmp_path / "whole")


def test_a_second_ctrl_c_stops_at_once():
    run, train, validation = victim.trainer(None)

    def press_twice(images, labels, shard):
        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGINT)
        pytest.fail("the second signal should have broken off")

    run.train_step = press_twice
    with pytest.raises(KeyboardInterrupt) as stop:
        run.fit(train, validation, 1)
    assert not str(stop.value)


def half_written(folder):
    """The incomplete checkpoints in a run folder; the inode tells those of earlier kills apart."""
    return {
        (path.name, path.stat().st_ino, path.stat().st_ctime_ns)
        for path in folder.glob("checkpoints/.epoch-*.tmp")
    }


def wait_for_a_new_checkpoint(folder, before, seconds=20):
    """Wait until a new checkpoint is being written."""
    end = time.monotonic() + seconds
    while True:
        try:
            if half_written(folder) - before:
                return
        except FileNotFoundError:  # it was renamed or removed while we looked
            pass
        assert time.monotonic() < end, "no checkpoint was begun"


@pytest.mark.slow
@pytest.mark.parametrize("slow", [(), ("slow",)], ids=["in an epoch", "in a checkpoint"])
def test_sigkill_at_any_moment_loses_nothing(tmp_path, slow):
    """After ten kills at random moments, the run ends in the bits of the undisturbed run."""
    epochs, kills, rng, hits = 16, 10, random.Random(len(slow)), 0
    fit(tmp_path / "whole", epochs)
    command = [sys.executable, VICTIM, tmp_path / "killed", str(epochs), *slow]
    environment = os.environ | {"PYTHONPATH": str(VICTIM.parent.parent.parent)}

    def start():
        process = subprocess.Popen(command, stdout=subprocess.PIPE, env=environment)
        assert process.stdout.readline() == b"ready\n"
        return process

    for _ in range(kills):
        before = half_written(tmp_path / "killed")
        process = start()
        if slow:
            wait_for_a_new_checkpoint(tmp_path / "killed", before)
        time.sleep(
            rng.uniform(0, 0.08 if slow else 0.06)
        )  # from the first write to the removal of the checkpoint before
        process.kill()
        assert process.wait() == -signal.SIGKILL, (
            "the run ended before it could be killed: give it more epochs"
        )
        process.stdout.close()
        hits += bool(half_written(tmp_path / "killed") - before)
    assert hits >= 3 or not slow  # kills did leave half-written checkpoints behind
    with start() as last:
        assert last.wait() == 0
    assert bits(tmp_path / "killed") == bits(tmp_path / "whole")
    left = sorted(path.name for path in (tmp_path / "killed" / "checkpoints").iterdir())
    assert left == ["epoch-0015-batch-000000", "epoch-0016-batch-000000"]  # no remains


@pytest.mark.slow
def test_a_full_disk_while_saving_leaves_the_previous_checkpoint(tmp_path, monkeypatch):
    fit(tmp_path, 1)
    before = bits(tmp_path)
    written = []

    @contextmanager
    def full(path):
        with replacing(path) as temporary:
            temporary.write_bytes(b"half")
            written.append(path)
            raise OSError(errno.ENOSPC, "No space left on device")
            yield

    with monkeypatch.context() as patch:
        patch.setattr("minivgg.weights.safetensors.replacing", full)
        with pytest.raises(
            OSError,
            match=r"cannot save the checkpoint .*: cannot write .*No space left"
            r".*epoch-0001-batch-000000 is intact",
        ) as stop:
            fit(tmp_path, 2, resume=True)
    assert stop.value.errno == errno.ENOSPC
    assert written
    assert bits(tmp_path) == before
    fit(tmp_path, 2, resume=True)
    fit(tmp_path / "whole", 2)
    assert bits(tmp_path) == bits(tmp_path / "whole")


@pytest.mark.slow
@pytest.mark.parametrize("part", ["model.safetensors", "optimizer.safetensors", "state.json"])
def test_a_truncated_checkpoint_is_named(tmp_path, part):
    fit(tmp_path, 1)
    path = checkpoint.latest(tmp_path / "checkpoints") / part
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(OSError, match=f"{part} .*(truncated|missing or damaged)"):
        fit(tmp_path, 2, resume=True)


@pytest.mark.slow
@pytest.mark.parametrize("content", ["{}", "[]", "null", "", '{"epoch": 1}'])
def test_a_state_that_is_json_but_no_state_is_named(tmp_path, content):
    fit(tmp_path, 1)
    (checkpoint.latest(tmp_path / "checkpoints") / "state.json").write_text(content)
    with pytest.raises(OSError, match=r"state\.json is (missing or )?damaged"):
        fit(tmp_path, 2, resume=True)


def test_a_second_training_in_the_same_folder_is_refused(tmp_path):
    """It would mix with the first one's checkpoints."""
    fit(tmp_path, 1)
    with pytest.raises(
        FileExistsError, match="resume it with resume=True, or choose another folder"
    ):
        fit(tmp_path, 1)


def test_resuming_without_a_folder_is_refused():
    with pytest.raises(ValueError, match="the trainer has no folder"):
        fit(None, 1, resume=True)


def test_what_somebody_else_keeps_beside_the_checkpoints_stays(tmp_path):
    fit(tmp_path, 1)
    (tmp_path / "checkpoints" / "epoch-0001-my-backup").mkdir()
    fit(tmp_path, 2, resume=True)
    assert sorted(p.name for p in (tmp_path / "checkpoints").iterdir()) == [
        "epoch-0001-batch-000000",
        "epoch-0001-my-backup",
        "epoch-0002-batch-000000",
    ]


def test_a_kill_between_checkpoint_and_history_loses_no_row(tmp_path):
    fit(tmp_path, 2)
    (tmp_path / "history.csv").write_text("")
    fit(tmp_path, 2, resume=True)
    assert len((tmp_path / "history.csv").read_text().splitlines()) == 3


def test_numpy_numbers_are_numbers(tmp_path):
    """As settings they reach the checkpoint's JSON, which knows only Python's."""
    run, train, validation = victim.trainer(tmp_path)
    run = Trainer(run.net, run.optimizer, folder=tmp_path, seed=np.int64(1), progress=False)
    run.optimizer.lr = np.float32(0.01)
    run.fit(
        data.Loader(train.dataset, np.int64(32), seed=np.int64(1), transforms=train.transforms),
        validation,
        1,
    )
    assert checkpoint.latest(tmp_path / "checkpoints")


def test_a_transform_that_is_a_plain_function_can_be_resumed(tmp_path):
    """Its repr holds an address, which is another one in the next process."""

    def run(function, epochs, resume):
        trainer, train, validation = victim.trainer(tmp_path)
        train.transforms = (function, *train.transforms)
        trainer.fit(train, validation, epochs, resume)

    run(lambda images, rng: images, 1, False)
    run(lambda images, rng: images, 2, True)


def test_the_plateau_rule_without_validation_is_refused_before_training():
    run, train, _ = victim.trainer(None)
    with pytest.raises(ValueError, match="ReduceOnPlateau needs a validation accuracy"):
        run.fit(train, None, 1)
    assert not run.step


def other_labels(run, train):
    train.dataset = data.ArrayDataset(
        train.dataset.batch(np.arange(len(train.dataset))),
        train.dataset.labels[::-1],
        train.dataset.classes,
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda run, train: setattr(train, "batch_size", 16), "batch_size 32 .now 16."),
        (lambda run, train: setattr(train, "shuffle", False), "shuffle True .now False."),
        (lambda run, train: setattr(train, "transforms", train.transforms[1:]), "RandomCrop"),
        (lambda run, train: setattr(run.optimizer, "momentum", 0.5), "momentum 0.9 .now 0.5."),
        (
            lambda run, train: setattr(run, "schedule", optim.StepLR(run.optimizer, 2)),
            "schedule ReduceOnPlateau .now StepLR.",
        ),
        (other_labels, "labels "),
    ],
)
def test_a_checkpoint_of_other_data_or_settings_is_refused(tmp_path, change, words):
    fit(tmp_path, 1)
    run, train, validation = victim.trainer(tmp_path)
    change(run, train)
    with pytest.raises(ValueError, match=f"other data or settings: .*{words}"):
        run.fit(train, validation, 2, resume=True)


def test_a_checkpoint_of_another_net_is_refused(tmp_path):
    fit(tmp_path, 1)
    run, train, validation = victim.trainer(tmp_path)
    run.net = models.vgg([4, "M"], 10, (1, 8, 8), (32,))
    with pytest.raises(ValueError, match="another network"):
        run.fit(train, validation, 2, resume=True)


def test_training_leaves_the_callers_random_stream_alone():
    backend.seed(9)
    expected = backend.rng().random()
    run, train, validation = victim.trainer(None)
    backend.seed(9)
    run.fit(train, validation, 1)
    assert backend.rng().random() == expected


# ------------------------------------------------------------------------------------------- memory


@pytest.mark.parametrize(
    ("fits", "advice"),
    [
        (5, "the largest batch that does is 5 .micro_batch=5 takes"),
        (1, "does is 1 .micro_batch=1"),
        (0, "not even one does: use smaller"),
    ],
)
def test_a_batch_that_does_not_fit_is_refused_with_one_that_does(fits, advice, device):
    """Dropout draws its numbers for batches of other sizes, too."""

    class Hungry(layers.Layer):
        def forward(self, x):
            if len(x) > fits:
                raise MemoryError("out of memory allocating 12,345 bytes")
            return x

        def backward(self, dy):
            return dy

    dataset = data.ArrayDataset(np.zeros((24, 1, 2, 2), np.uint8), [0, 1] * 12, "ab")
    loader = data.Loader(dataset, 12, transforms=[data.Normalize([0.5], [0.5])])
    net = layers.Sequential(layers.Dropout(), Hungry(), layers.Flatten(), layers.Linear(4, 2))
    trainer = Trainer(net, optim.SGD(net.parameters(), 0.1), progress=False)
    refused = rf"step of 12 images does not fit into the memory of the {device}"
    with pytest.raises(
        MemoryError, match=rf"{refused}.*\(out of memory.*12,345 bytes\); .*{advice}"
    ):
        trainer.fit(loader, epochs=1)
    assert trainer.step == 0


# --------------------------------------------------------------------- the device is not waited for


def few_images(rng, number=40):
    dataset = data.ArrayDataset(
        rng.integers(0, 256, (number, 3, 8, 8), np.uint8), rng.integers(0, 4, number), "abcd"
    )
    return data.Loader(dataset, 8, shuffle=True, transforms=[data.Normalize.from_dataset(dataset)])


def every_kind_of_layer():
    return layers.Sequential(
        layers.Conv2d(3, 4, 3, padding=1),
        layers.ReLU(),
        layers.LocalResponseNorm(),
        layers.MaxPool2d(2),
        layers.Conv2d(4, 6, 3, stride=2, groups=2),
        layers.BatchNorm2d(6),
        layers.ReLU(),
        layers.GlobalAvgPool2d(),
        layers.Dropout(0.2),
        layers.Linear(6, 4),
    )


@pytest.mark.slow
def test_results_read_back_now_and_then_are_those_of_each_step(rng, device, monkeypatch):
    loader, histories = few_images(rng), []
    for interval in (1, 3, 100):
        monkeypatch.setattr(backend, "sync_interval", lambda device, steps=interval: steps)
        backend.seed(0)
        net = every_kind_of_layer()
        rows = Trainer(net, optim.SGD(net.parameters(), 0.01), progress=False).fit(
            loader, loader, epochs=2
        )
        histories.append(
            [
                {key: value for key, value in row.items() if key != "images_per_second"}
                for row in rows
            ]
        )
    assert histories[0] == histories[1] == histories[2]


def test_a_step_on_the_gpu_never_reads_a_number(rng, monkeypatch):
    """A truth value, a conversion or a copy to the CPU would wait for the device."""
    cupy = strict_cupy.make()
    monkeypatch.setitem(sys.modules, "cupy", cupy)
    backend.use("gpu")
    net, loader = every_kind_of_layer(), few_images(rng)
    trainer = Trainer(net, optim.SGD(net.parameters(), 0.01), progress=False)

    def refuse(*args):
        raise AssertionError("a number was read")

    results = []
    net.train()
    for images, labels in backend.prefetch_to_device(loader.epoch(0), "gpu"):
        with monkeypatch.context() as patch:
            for name in ("__bool__", "__int__", "__float__"):
                patch.setattr(strict_cupy.ndarray, name, refuse)
            patch.setattr(cupy, "asnumpy", refuse)
            results.append(trainer.train_step(images, labels))
        if trainer.batch == 2:
            break
    trainer._flush_metrics(results, images)
    assert trainer.metrics.seen == 16
    assert np.isfinite(trainer.metrics.loss_sum)


def test_divergence_on_the_gpu_names_its_step(rng, monkeypatch):
    monkeypatch.setitem(sys.modules, "cupy", strict_cupy.make())
    backend.use("gpu")
    net = every_kind_of_layer()
    trainer = Trainer(net, optim.SGD(net.parameters(), 1e30), progress=False)
    with pytest.raises(TrainingDiverged) as stop:
        trainer.fit(few_images(rng), epochs=1)
    assert 2 <= stop.value.step <= 3


# --------------------------------------------------------------------------------------- divergence


def test_divergence_stops_with_step_and_layer():
    run, train, validation = victim.trainer(None)
    run.optimizer.lr = 1e30
    with pytest.raises(
        TrainingDiverged,
        match=r"diverged at step \d+ \(epoch 1\): the loss is nan"
        r".*smaller learning rate than 1e\+30",
    ) as stop:
        run.fit(train, validation, 1)
    assert 1 < stop.value.step <= 12
    assert re.match(
        r"features\.\d (Conv2d|BatchNorm2d)\(.*\) \(its (weight|output)\)", stop.value.layer
    )


def test_divergence_never_overwrites_a_good_checkpoint(tmp_path):
    fit(tmp_path, 1)
    before = bits(tmp_path)
    run, train, validation = victim.trainer(tmp_path)
    resume = run._resume

    def resume_and_spoil(loader):
        resume(loader)
        run.net.parameters()["classifier.0.bias"].data[3] = np.inf

    run._resume = resume_and_spoil
    with pytest.raises(TrainingDiverged) as stop:
        run.fit(train, validation, 2, resume=True)
    assert stop.value.layer == "classifier.0 Linear(64, 32) (its bias)"
    assert bits(tmp_path) == before


def test_divergence_in_the_last_step_of_an_epoch_is_not_saved(tmp_path):
    """Its loss was finite; that of the validation is not."""
    fit(tmp_path, 1)
    before = bits(tmp_path)
    run, train, validation = victim.trainer(tmp_path)
    step = run.train_step

    def step_and_explode(images, labels, shard):
        result = step(images, labels, shard)
        if run.batch == len(train):
            for p in run.net.parameters().values():
                p.data += 1e37
        return result

    run.train_step = step_and_explode
    with pytest.raises(TrainingDiverged, match="at step 24 "):
        run.fit(train, validation, 2, resume=True)
    assert bits(tmp_path) == before


def test_the_first_bad_layer_is_found_inside_blocks(rng):
    x = rng.standard_normal((1, 2, 4, 4)).astype(np.float32)
    huge = layers.Conv2d(2, 2, 1)
    huge.weight.data[:] = 3e38
    net = layers.Sequential(layers.Residual(layers.Sequential(layers.ReLU(), huge)), layers.ReLU())
    with np.errstate(over="ignore", invalid="ignore"):
        assert first_bad_layer(net, x) == "0.body.1 Conv2d(2, 2, 1) (its output)"
        beside = layers.Sequential(layers.Concat(layers.ReLU(), huge))
        assert first_bad_layer(beside, x) == "0.1 Conv2d(2, 2, 1) (its output)"
    x[0, 0, 0, 0] = np.nan
    assert first_bad_layer(net, x) == "the input itself"


def test_a_residual_net_trains():
    run, train, validation = victim.trainer(None)
    backend.seed(0)
    run.net = layers.Sequential(
        layers.Conv2d(1, 8, 3, padding=1),
        layers.Residual(
            layers.Sequential(
                layers.BatchNorm2d(8), layers.ReLU(), layers.Conv2d(8, 8, 3, padding=1)
            )
        ),
        layers.GlobalAvgPool2d(),
        layers.Linear(8, 10),
    )
    run.optimizer = optim.SGD(run.net.parameters(), 0.05)
    run.schedule = None
    history = run.fit(train, validation, 3)
    assert history[-1]["loss"] < history[0]["loss"]
    assert (
        error(
            np.array([row["loss"] for row in history]),
            np.array([row["loss"] for row in run.history]),
        )
        == 0
    )


# ---------------------------------------------------------------------------- gradient accumulation


def two_steps(micro_batch, dtype):
    """The weights and the row of the history after two steps, with batches of 256 in parts."""
    rng = np.random.default_rng(5)
    images, labels = rng.integers(0, 256, (512, 3, 8, 8), np.uint8), rng.integers(0, 4, 512)
    dataset = data.ArrayDataset(images, labels, list("abcd"))
    backend.seed(1)
    net = models.vgg([8, "M", 8, "M"], 4, (3, 8, 8), (16,), dropout=0.0).to(dtype=dtype)
    loader = data.Loader(
        dataset,
        256,
        transforms=[data.Normalize.from_dataset(dataset), lambda x, rng: x.astype(dtype)],
    )
    trainer = Trainer(
        net, optim.SGD(net.parameters(), 0.05), progress=False, micro_batch=micro_batch
    )
    row = trainer.fit(loader, epochs=1)[0]
    return net.state_dict(), row


@pytest.mark.slow
@pytest.mark.parametrize("micro_batch", [32, 100, 256, 1000])
def test_parts_of_a_batch_make_the_step_of_the_whole(micro_batch):
    """8 × 32 and 100 + 100 + 56 are 256: equal to rounding in float64, to 1e-6 in float32."""
    for dtype, tolerance in ((np.float64, 1e-12), (np.float32, 1e-6)):
        (whole, row), (parts, other) = two_steps(None, dtype), two_steps(micro_batch, dtype)
        assert all(
            np.abs(whole[name] - parts[name]).max() < tolerance * max(1, np.abs(whole[name]).max())
            for name in whole
        )
        assert other["loss"] == pytest.approx(row["loss"], rel=1e-5)
        assert other["train_accuracy"] == row["train_accuracy"]


def test_parts_need_the_memory_of_a_part(monkeypatch):
    seen = []
    forward = models.vgg([4, "M"], 4, (3, 8, 8), ()).forward.__func__
    monkeypatch.setattr(
        layers.Sequential, "forward", lambda self, x: seen.append(len(x)) or forward(self, x)
    )
    two_steps(32, np.float32)
    assert set(seen) == {32}


def test_a_part_has_at_least_one_image():
    net = models.vgg([4, "M"], 4, (3, 8, 8), ())
    with pytest.raises(ValueError, match="micro_batch must be at least 1 image, got 0"):
        Trainer(net, optim.SGD(net.parameters(), 0.05), micro_batch=0)
