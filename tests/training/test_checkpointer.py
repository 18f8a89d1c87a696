"""Files of a training run: the space they need, who writes them, and what is read back."""

import errno
import shutil
from types import SimpleNamespace

import numpy as np
import pytest
from support.checkpoint_states import ALONE, ROW, STATE, saved

from minivgg import weights
from minivgg.training import checkpoint
from minivgg.training.checkpointer import Checkpointer
from minivgg.training.history import EpochMetrics
from minivgg.utils.notices import Notice

SECOND = SimpleNamespace(rank=1, broadcast=lambda value: value)  # a rank that writes nothing


class Part:
    """A net, an optimizer or a schedule, whose state is a dict."""

    def __init__(self, lr=0.0, **state):
        self.lr, self.state = lr, state

    def state_dict(self):
        """A copy."""
        return dict(self.state)

    def load_state_dict(self, state):
        """Another one."""
        self.state = dict(state)


def training(epoch=0, batch=0, history=(), schedule=None):
    number = np.array([10 * epoch + batch], np.float32)
    return SimpleNamespace(
        epoch=epoch, batch=batch, step=7 * epoch + batch, history=list(history), monitor=None,
        metrics=EpochMetrics(seen=batch, seconds=1.5), net=Part(w=number), schedule=schedule,
        optimizer=Part(0.25, v=-number),
    )  # fmt: skip


def rows(*accuracies):
    return [ROW | {"epoch": k, "validation_accuracy": a} for k, a in enumerate(accuracies, 1)]


@pytest.mark.parametrize(
    ("optimizer", "keep", "needed"),
    [
        (0, 1, 2 * 2000 + 2000), (0, 2, 3 * 2000 + 2000), (1000, 1, 2 * 2000 + 2000),
        (3000, 2, 3 * 4000 + 2000), (500, 3, 4 * 2000 + 2000),
    ],
)  # fmt: skip
def test_the_space_that_checkpoints_need(tmp_path, monkeypatch, optimizer, keep, needed):
    """One more than are kept, each of model and optimizer, and the best weights twice."""
    parts = [
        SimpleNamespace(state_dict=lambda n=n: {"a": SimpleNamespace(nbytes=n * 10**5)})
        for n in (1000, optimizer)
    ]
    trainer = SimpleNamespace(net=parts[0], optimizer=parts[1])
    (tmp_path / "checkpoints" / "epoch-0001").mkdir(parents=True)
    (tmp_path / "checkpoints" / "epoch-0001" / "x").write_bytes(bytes(100))
    checkpoints = Checkpointer(tmp_path, ALONE, keep)
    needed *= 10**5
    free = SimpleNamespace(free=needed - 100)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: free)
    checkpoints.require_space(trainer)
    free.free -= 1
    with pytest.raises(
        OSError, match=rf"need {needed / 1e6:,.1f} MB in .*where {needed / 1e6:,.1f} MB are free: "
    ) as found:
        checkpoints.require_space(trainer)
    assert found.value.errno == errno.ENOSPC
    assert ("or keep fewer checkpoints (keep=1, --keep 1)" in str(found.value)) == (keep > 1)
    Checkpointer(tmp_path, SimpleNamespace(rank=1), keep).require_space(trainer)


def test_what_is_saved_is_restored(tmp_path):
    """And history.csv is written anew, because a kill may have come before it was."""
    before = training(2, 3, rows(0.5, 0.25), Part(best=0.5))
    Checkpointer(tmp_path, ALONE).save(before, {"seed": 1})
    text = (tmp_path / "history.csv").read_text()
    assert len(text.splitlines()) == 3
    (tmp_path / "history.csv").unlink()
    for world, is_written in ((SECOND, False), (ALONE, True)):
        loaded = Checkpointer(tmp_path, ALONE)._load_newest()
        world = SimpleNamespace(rank=world.rank, broadcast=lambda value, loaded=loaded: loaded)
        after = training(schedule=Part(best=0))
        Checkpointer(tmp_path, world).resume(after, {"seed": 1})
        for name in ("epoch", "batch", "step", "history", "metrics"):
            assert getattr(after, name) == getattr(before, name)
        assert after.optimizer.lr == 0.25
        assert (after.net.state["w"], after.optimizer.state["v"]) == (23, -23)
        assert after.schedule.state == {"best": 0.5}
        assert (tmp_path / "history.csv").exists() == is_written
    assert (tmp_path / "history.csv").read_text() == text
    without = training()
    Checkpointer(tmp_path, ALONE).resume(without, {"seed": 1})
    assert (without.epoch, without.schedule) == (2, None)


def test_another_rank_than_the_first_writes_and_refuses_nothing(tmp_path):
    folder = tmp_path / "r"
    other = Checkpointer(folder, SECOND)
    with other.locked():
        other.save(training(1), {})
    assert not folder.exists()
    saved(folder, 1)
    other.require_none()
    with pytest.raises(FileExistsError, match="has checkpoints of a training run: resume it"):
        Checkpointer(folder, ALONE).require_none()
    shutil.rmtree(folder / "checkpoints")
    Checkpointer(folder, ALONE).require_none()
    fresh = training()
    Checkpointer(folder, ALONE).resume(fresh, {})
    assert fresh.history == []
    assert not (folder / "history.csv").exists()


@pytest.mark.parametrize(
    ("epoch", "batch", "accuracies", "is_best"),
    [(1, 0, [0.5], True), (2, 0, [0.5, 0.25], False), (1, 3, [0.5], False), (0, 3, [], False)],
)
def test_the_best_weights_are_those_after_the_best_epoch(
    tmp_path, epoch, batch, accuracies, is_best
):
    """Within the next epoch the weights are others already."""
    Checkpointer(tmp_path, ALONE).save(training(epoch, batch, rows(*accuracies)), {})
    assert (tmp_path / "best.safetensors").exists() == is_best
    if is_best:
        assert weights.load(tmp_path / "best.safetensors")["w"] == 10 * epoch


def test_of_which_column_the_best_epoch_is_the_trainer_says(tmp_path):
    found = training(2, 0, rows(0.5, 0.25))
    found.history[1]["loss"], found.monitor = 0.5, "loss"
    Checkpointer(tmp_path, ALONE).save(found, {})
    assert weights.load(tmp_path / "best.safetensors")["w"] == 20


def test_a_lock_may_be_nested_and_each_new_one_removes_leftovers(tmp_path):
    found = Checkpointer(tmp_path / "r", ALONE)
    for _ in range(2):
        with found.locked():
            with found.locked():
                assert (tmp_path / "r" / ".lock").exists()
            assert (tmp_path / "r" / ".lock").exists()
            assert not list((tmp_path / "r").glob("checkpoints/.epoch*"))
        assert not (tmp_path / "r" / ".lock").exists()
        (tmp_path / "r" / "checkpoints" / ".epoch-0001-batch-000000.tmp").mkdir(parents=True)
    with pytest.raises(ZeroDivisionError), found.locked():
        raise ZeroDivisionError
    with found.locked():
        assert (tmp_path / "r" / ".lock").exists()


def test_damage_is_told_with_the_file_and_what_is_used_instead(tmp_path):
    paths = [saved(tmp_path, epoch) for epoch in (1, 2, 3)]
    (paths[2] / "state.json").unlink()
    (paths[1] / "model.safetensors").write_bytes(b"")
    after = training()
    words = (
        rf"epoch-0003.*state\.json is missing.*; training goes on from .* before it, {paths[0]}$"
    )
    with pytest.warns(Notice, match=words):
        Checkpointer(tmp_path, ALONE).resume(after, {})
    assert after.epoch == 1
    (paths[0] / "state.json").write_text("{}")
    with pytest.raises(OSError, match=r"epoch-0003.*state\.json is missing.*; there is no other"):
        Checkpointer(tmp_path, ALONE).resume(after, {})


def test_a_state_that_an_optimizer_cannot_use_is_damage(tmp_path):
    checkpoint.save(tmp_path / "checkpoints", {}, {}, STATE | {"settings": {"loss_settings": 1}})
    settings = {"loss_settings": {"label_smoothing": 0.0}}
    with pytest.raises(OSError, match=r"is damaged: it has no settings \(TypeError: "):
        Checkpointer(tmp_path, ALONE).resume(training(), settings)
    after = training(schedule=Part(best=0))
    words = "is damaged: it has no state of this optimizer and schedule"
    with pytest.raises(OSError, match=rf"{words} \(TypeError: 'schedule' is None\)"):
        Checkpointer(tmp_path, ALONE).resume(after, {})
