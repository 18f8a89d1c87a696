"""The guide "Your own parts": its code runs, and its parts do what it says of them."""

import os
import shutil
import subprocess
import sys

import numpy as np
import pytest
from support import pages

from minivgg import backend, data, layers, models
from minivgg.backend.sharding import Shard, ShardedGenerator
from minivgg.training import checkpoint
from minivgg.training.history import read_history_csv

PAGE = "docs/guides/your-own-parts.md"


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    """What the page's code leaves behind: {name: value}, and the folder that it ran in."""
    folder = tmp_path_factory.mktemp("page")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        return pages.run(PAGE) | {"folder": folder}


def test_the_layer_is_checked_learned_and_part_of_the_net(page):
    assert page["result"]
    assert {entry.name for entry in page["result"].entries} == {"dx", "dbeta"}
    assert "features.1.beta" in page["net"].parameters()
    trained = page["run"].net.state_dict()["features.1.beta"]
    assert trained.dtype == np.float32
    assert trained != 1


def test_the_output_on_the_page_is_that_of_the_code(page):
    shown = pages.blocks(PAGE, "text")[0].splitlines()
    printed = str(page["result"]).splitlines()
    assert [line.split("error")[0] for line in shown] == [
        line.split("error")[0] for line in printed
    ]


def test_layers_in_a_list_are_summed_up_and_learned(page):
    names = list(page["parallel"].parameters())
    assert names[:3] == ["branches.0.weight", "branches.0.bias", "branches.1.weight"]
    assert page["parallel"].output_shape((2, 6, 5)) == (3, 6, 5)


def test_the_summary_knows_what_the_layers_of_the_page_see_and_cost(page):
    [row] = models.summary(page["parallel"], (2, 6, 5)).rows
    assert [field.size for field in row.receptive_field] == [5, 5]
    assert row.macs == 6 * 5 * 2 * 3 * (1 + 9 + 25)
    net = layers.Sequential(layers.Conv2d(2, 2, 3), page["Swish"]())
    assert models.summary(net, (2, 6, 5)).rows[1].receptive_field[0].size == 3


def test_forgetting_beta_in_backward_is_found_as_the_page_says(page):
    class Forgetful(page["Swish"]):
        def backward(self, dy):
            super().backward(dy)
            x, s = self.saved_for_backward()
            return dy * (s + x * s * (1 - s))

    assert not page["gradcheck"](Forgetful(), page["x"])
    assert page["gradcheck"](Forgetful(), page["x"], keep_parameters=True)


def test_the_loss_without_smoothing_is_softmax_cross_entropy(page):
    logits, labels = page["logits"], page["labels"]
    ours, theirs = page["SmoothedCrossEntropy"](0.0), page["losses"].SoftmaxCrossEntropy()
    assert ours.forward(logits, labels) == pytest.approx(theirs.forward(logits, labels), rel=1e-12)
    assert ours.backward() == pytest.approx(theirs.backward(), abs=1e-12)
    assert page["SmoothedCrossEntropy"](0.1).forward(logits, labels) != ours.forward(logits, labels)


def test_the_first_step_of_adam_has_the_size_of_the_rate(page):
    """Whatever the scale of the gradient."""
    p = page["layers"].Parameter(np.zeros(3))
    p.grad = np.array([1e-3, 1.0, -1e3])
    page["Adam"]([p], lr=0.1).step()
    assert p.data == pytest.approx([-0.1, -0.1, 0.1], rel=1e-4)


def test_the_rate_rises_to_the_full_rate_and_stays(page):
    adam = page["Adam"]([page["layers"].Parameter(np.zeros(1))], lr=0.3)
    schedule = page["WarmUp"](adam, 3)
    rates = [adam.lr]
    for _ in range(4):
        schedule.step()
        rates.append(adam.lr)
    assert rates == pytest.approx([0.1, 0.2, 0.3, 0.3, 0.3])


def test_the_scans_are_the_digits_from_0_to_1(page):
    images = page["scans"].batch(np.arange(4))
    assert images.dtype == np.float32
    assert images == pytest.approx(page["digits"].images[:4] / 255, abs=1e-6)
    image, label = page["validation"][0]
    assert (image.shape, label) == ((1, 8, 8), page["validation"].labels[0])
    assert len(page["train"]) + len(page["validation"]) == len(page["scans"]) == 1438


def test_a_batch_has_squares_of_zeros_and_is_the_same_each_time(page):
    ones = np.ones((3, 1, 6, 5), np.float32)
    cut = page["Cutout"](2)(ones, np.random.default_rng(0))
    assert (ones == 1).all()
    assert [int((image == 0).sum()) for image in cut] == [4, 4, 4]
    again, _ = next(iter(data.Loader(page["train"], 64, True, 0, [page["Cutout"](2)])))
    assert (again == page["images"]).all()


def test_a_resumed_training_learns_and_equals_one_that_was_never_stopped(page):
    history = page["history"]
    assert [row["epoch"] for row in history] == [1, 2, 3, 4, 5, 6]
    assert history[-1]["loss"] < history[0]["loss"] - 0.8
    assert history[-1]["validation_accuracy"] > 0.9
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(page["folder"])
        page["trainer"]("runs/whole").fit(page["batches"], page["validation_batches"], epochs=6)
        parts, whole = (
            checkpoint.load(checkpoint.latest(f"runs/{name}/checkpoints"))
            for name in ("own", "whole")
        )
    for kind in (0, 1):  # weights, and the state of the optimizer
        assert list(parts[kind]) == list(whole[kind])
        assert all((parts[kind][name] == array).all() for name, array in whole[kind].items())
    assert parts[2]["settings"] == whole[2]["settings"]
    assert parts[2]["settings"]["betas"] == [0.9, 0.999]


def test_layer_loss_and_optimizer_work_on_every_device(page, device, rng):
    """A step, and one after its state was saved to files and loaded."""
    layers, optim = page["layers"], page["Adam"]
    net = layers.Sequential(layers.Linear(4, 3), page["Swish"]()).to(device)
    arrays = rng.random((5, 4), np.float32), np.arange(5) % 3
    x, labels = (backend.to_device(array, device) for array in arrays)
    loss, adam, losses = page["SmoothedCrossEntropy"](), optim(net.parameters(), lr=0.1), []
    for _ in range(2):
        losses.append(float(loss.forward(net(x), labels)))
        net.zero_grad()
        net.backward(loss.backward())
        adam.step()
        state = {name: backend.to_numpy(array) for name, array in adam.state_dict().items()}
        adam = optim(net.parameters(), lr=0.1)
        adam.load_state_dict(state)
    assert losses[1] < losses[0]
    assert adam.steps == 2
    assert backend.device_of(adam.m["0.weight"]) == backend.device_of(
        net.parameters()["0.weight"].data
    )


def test_a_training_that_was_stopped_early_has_its_last_checkpoint(page):
    run = page["run"]
    assert run.history[-1]["validation_accuracy"] > 0.9
    newest = checkpoint.latest(page["folder"] / "runs/early/checkpoints")
    assert newest.name == f"epoch-{run.epoch:04d}-batch-000000"


def test_the_regression_of_the_page_learns_and_early_stopping_ends_a_training(page):
    first, last = page["errors"][0], page["errors"][-1]
    assert last["metric"] == "mean_absolute_error"
    assert last["validation_metric"] < first["validation_metric"] / 2
    folder = page["folder"] / "runs/stopped"
    rows = read_history_csv(folder / "history.csv")
    assert page["stopping"].epochs_without_improvement(rows) == 1
    assert 2 <= len(rows) < 30
    assert (folder / "best.safetensors").is_file()


def test_the_tensorboard_callback_writes_steps_and_epochs(page, tmp_path):
    pytest.importorskip("tensorboardX")
    logs = tmp_path / "logs"
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path)
        run = page["trainer"]("runs/logged")
        run.callbacks = (page["TensorBoard"](logs),)
        run.fit(page["batches"], page["validation_batches"], epochs=1)
        run.callbacks[0].writer.close()
    [file] = logs.glob("events*")
    content = file.read_bytes()
    names = ("step/loss", "epoch/loss", "epoch/validation_loss", "epoch/validation_accuracy")
    assert all(name.encode() in content for name in names)
    assert content.count(b"step/loss") == run.step


def test_the_refusal_on_the_page_is_the_trainers(page):
    class Momentum:
        parameters, lr = page["net"].parameters(), 0.1

        def step(self):
            pass

    with pytest.raises(TypeError) as raised:
        page["Trainer"](page["net"], Momentum(), folder="runs/refused")
    shown = " ".join(pages.blocks(PAGE, "text")[1].split())
    assert shown == f"TypeError: {raised.value}"


TYPED = """
import numpy as np

from minivgg import data, layers, losses, models, optim
from minivgg.training.callbacks import EarlyStopping
from minivgg.training.history import EpochRow, StepResult
from minivgg.training.trainer import Trainer


class Grey:
    classes, shape, labels = ("a", "b"), (1, 4, 4), np.arange(6) % 2

    def __len__(self) -> int:
        return 6

    def batch(self, indices: np.ndarray) -> np.ndarray:
        return np.zeros((len(indices), 1, 4, 4), np.uint8)


class Plain:
    def __init__(self, parameters: dict[str, layers.Parameter]) -> None:
        self.parameters, self.lr = parameters, 0.1

    def step(self) -> None:
        pass


class EachEpoch:
    def step(self, accuracy: float | None) -> None:
        pass


class Log:
    def on_step(self, trainer: Trainer, result: StepResult) -> None:
        print(float(result.loss), result.metric)

    def on_epoch(self, trainer: Trainer, row: EpochRow) -> None:
        trainer.stop(str(row["validation_loss"]))


net = models.vgg([4, "M"], 2, input_shape=(1, 4, 4), hidden=(6,))
net["features"][0].freeze()
loader = data.Loader(Grey(), 2, transforms=[data.Normalize([0.5], [0.2])])
callbacks = [Log(), EarlyStopping(2)]
loss = losses.SoftmaxCrossEntropy()
trainer = Trainer(net, Plain(net.parameters()), loss, EachEpoch(), callbacks=callbacks)
pixels: np.ndarray = data.load("digits", "test").images
"""


@pytest.mark.slow
def test_mypy_accepts_the_code_on_the_page_and_typed_parts_of_any_class(tmp_path):
    """Also inside of functions without annotations."""
    (tmp_path / "page.py").write_text("\n".join(pages.blocks(PAGE)), encoding="utf-8")
    (tmp_path / "typed.py").write_text(TYPED, encoding="utf-8")
    options = ["--check-untyped-defs", "--ignore-missing-imports", "--follow-imports=silent"]
    command = [sys.executable, "-m", "mypy", "--config-file=", f"--cache-dir={os.devnull}"]
    files = [str(tmp_path / "page.py"), str(tmp_path / "typed.py")]
    found = subprocess.run(
        [*command, *options, *files], cwd=pages.ROOT, capture_output=True, text=True, check=False
    )
    assert found.returncode == 0, found.stdout + found.stderr


def test_the_noise_is_the_same_however_a_batch_is_divided(page):
    images = np.zeros((5, 1, 2, 3), np.float32)
    whole = page["noise"](images, np.random.default_rng(1))
    rows = ShardedGenerator(np.random.default_rng(1), Shard(2, 4, 5))
    assert whole.dtype == np.float32
    assert (page["noise"](images[2:4], rows) == whole[2:4]).all()


def test_resuming_with_another_loss_or_setting_of_the_optimizer_is_refused(page):
    """As the page says of classes and settings, and of the rate that is taken from the file."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(page["folder"])
        shutil.copytree("runs/own", "runs/again")
        run = page["trainer"]("runs/again")
        run.optimizer.lr = 5.0
        run.fit(page["batches"], page["validation_batches"], epochs=6, resume=True)
        assert run.optimizer.lr == 1e-2
        run.loss = page["losses"].SoftmaxCrossEntropy()
        with pytest.raises(ValueError, match=r"loss SmoothedCrossEntropy \(now "):
            run.fit(page["batches"], page["validation_batches"], epochs=7, resume=True)
