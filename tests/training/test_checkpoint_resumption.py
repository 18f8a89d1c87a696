"""Run folders: damage is noticed, the checkpoint before it is used, and links are not followed."""

import json
import os
import shutil
import signal
import time
from types import SimpleNamespace

import numpy as np
import pytest
from support import victim

from minivgg.training import checkpoint, trainer
from minivgg.training.checkpointer import Checkpointer
from minivgg.utils.notices import Notice
from minivgg.utils.stop_signals import StoppedBySignal
from minivgg.weights import tensor_checksums as checksums


def fit(folder, epochs, resume=False, **settings):
    run, train, validation = victim.trainer(folder)
    for name, value in settings.items():
        setattr(run, name, value)
    run.fit(train, validation, epochs, resume)
    return run


def bits(folder):
    """All that the next steps depend on in the newest checkpoint."""
    model, optimizer, state = checkpoint.load(checkpoint.latest(folder / "checkpoints"))
    state.pop("seconds")
    for row in state["history"]:
        row.pop("images_per_second")
    arrays = {k: a.tobytes() for part in (model, optimizer) for k, a in part.items()}
    return arrays, json.dumps(state)


def names(folder):
    return sorted(path.name for path in (folder / "checkpoints").iterdir())


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """A run of three epochs; two checkpoints are there."""
    folder = tmp_path_factory.mktemp("runs") / "run"
    fit(folder, 3)
    return folder


@pytest.fixture
def run(trained, tmp_path):
    return shutil.copytree(trained, tmp_path / "run")


def flip(path, bit=1):
    data = bytearray(path.read_bytes())
    data[len(data) * 3 // 4] ^= bit
    path.write_bytes(data)


def edited_state(run, change):
    """Change state.json of the newest checkpoint and leave its checksum out, as a stranger can."""
    path = checkpoint.latest(run / "checkpoints") / "state.json"
    state = json.loads(path.read_text())
    del state["checksum"]
    change(state)
    path.write_text(json.dumps(state))
    shutil.rmtree(run / "checkpoints" / names(run)[0])  # which would be used instead


# ------------------------------------------------------------------------------------------- damage


@pytest.mark.parametrize("part", ["model.safetensors", "optimizer.safetensors", "state.json"])
def test_a_flipped_bit_is_noticed_and_the_checkpoint_before_leads_to_the_same_end(run, part):
    expected = bits(run)
    flip(checkpoint.latest(run / "checkpoints") / part)
    with pytest.warns(Notice, match=rf"epoch-0003.*{part} .*from the .*epoch-0002-batch-000000"):
        fit(run, 3, resume=True)
    assert bits(run) == expected
    assert names(run) == ["epoch-0002-batch-000000", "epoch-0003-batch-000000"]


def test_the_error_names_the_newest_checkpoint_if_all_are_damaged(run):
    for path in checkpoint.complete(run / "checkpoints"):
        flip(path / "model.safetensors")
    with pytest.raises(OSError, match=r"epoch-0003.*checksum is wrong; there is no other"):
        fit(run, 4, resume=True)


def test_a_checkpoint_that_is_only_a_name_is_passed_over(run):
    (run / "checkpoints" / "epoch-0004-batch-000000").mkdir()
    (run / "checkpoints" / "epoch-0005-batch-000000").write_text("")
    assert fit(run, 5, resume=True).resumed_epochs == 3
    assert names(run) == ["epoch-0004-batch-000000", "epoch-0005-batch-000000"]
    assert len(checkpoint.complete(run / "checkpoints")) == 2


def test_a_checkpoint_without_checksums_is_one_of_an_earlier_version(run):
    edited_state(run, lambda state: state.pop("checksums"))
    assert fit(run, 4, resume=True).resumed_epochs == 3


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda s: s["schedule"].pop("best"), "no state of this optimizer and schedule"),
        (lambda s: s.update(settings="x"), "'settings' must be an object"),
        (lambda s: s.update(history=[1]), "a row of its history is 1"),
        (lambda s: s["history"][0].pop("loss"), "lacks 'loss'"),
        (lambda s: s["history"][0].update(loss="low"), "'loss' in its history is 'low'"),
        (lambda s: s.update(batch=-1), "'batch' must be a whole number"),
        (lambda s: s.update(seen=True), "'seen' must be a whole number"),
        (lambda s: s.update(lr=float("nan")), "'lr' must be a number"),
        (lambda s: s.update(schedule=[]), "'schedule' must be an object"),
        (lambda s: s.update(checksums=[]), "checksum is wrong"),
    ],
)
def test_a_state_with_other_values_is_refused_in_one_sentence(run, change, words):
    edited_state(run, change)
    with pytest.raises(OSError, match=rf"epoch-0003.* damaged: .*{words}"):
        fit(run, 4, resume=True)


def test_a_state_nested_without_end_is_refused(run):
    path = checkpoint.latest(run / "checkpoints") / "state.json"
    path.write_text("[" * 200_000)
    shutil.rmtree(run / "checkpoints" / names(run)[0])
    with pytest.raises(OSError, match=r"state\.json"):
        fit(run, 4, resume=True)


def test_checksums_see_names_shapes_and_dtypes_and_not_the_order_in_memory():
    a = np.arange(6, dtype=np.float32).reshape(2, 3)
    same = checksums.checksum_of({"a": a, "b": a})
    assert same == checksums.checksum_of({"b": a, "a": np.asfortranarray(a)})
    assert same == checksums.checksum_of({"a": a.astype(">f4"), "b": a})
    others = [{"a": a}, {"a": a, "c": a}, {"a": a.T, "b": a}, {"a": a, "b": a.view(np.int32)}]
    assert len({same, *map(checksums.checksum_of, others)}) == 5


# ----------------------------------------------------------------------------- how many, and when


def test_so_many_checkpoints_stay_as_are_asked_for(tmp_path):
    run, train, validation = victim.trainer(tmp_path)
    run.checkpoints.keep = 1
    run.fit(train, validation, 2)
    assert names(tmp_path) == ["epoch-0002-batch-000000"]
    for settings in ({"keep": 0}, {"save_every": 0}, {"save_every": float("nan")}):
        with pytest.raises(ValueError, match=f"{next(iter(settings))} must be"):
            trainer.Trainer(run.net, run.optimizer, **settings)


def test_a_checkpoint_within_an_epoch_leads_to_the_same_bits(trained, tmp_path, monkeypatch):
    """Written by the clock; here after each step, and the training breaks off after the 18th."""
    run, train, validation = victim.trainer(tmp_path)
    run.save_every = 1e-9

    class Stop:
        def on_step(self, trainer, result):
            if result.step == 18:
                raise RuntimeError

    run.callbacks = (Stop(),)
    with pytest.raises(RuntimeError):
        run.fit(train, validation, 3)
    assert names(tmp_path) == ["epoch-0001-batch-000004", "epoch-0001-batch-000005"]
    fit(tmp_path, 3, resume=True)
    assert bits(tmp_path) == bits(trained)


def test_no_checkpoint_within_an_epoch_before_it_is_time(tmp_path, monkeypatch):
    saved = []
    monkeypatch.setattr(Checkpointer, "save", lambda *args: saved.append(time.monotonic()))
    fit(tmp_path, 2)
    fit(tmp_path, 2, save_every=None)
    assert len(saved) == 4  # one after each epoch


def test_a_training_that_will_not_fit_on_the_disk_says_so_before_it_starts(tmp_path, monkeypatch):
    free = SimpleNamespace(free=10_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: free)
    with pytest.raises(OSError, match=r"checkpoints of this net need .* MB are free.*--keep 1"):
        fit(tmp_path, 1)
    assert not (tmp_path / "checkpoints").exists()


class Kill:
    """A callback that sends a signal to this process after the 18th step."""

    def __init__(self, number):
        self.number = number

    def on_step(self, trainer, result):
        """Called after each step; the next one is still finished."""
        if result.step == 18:
            os.kill(os.getpid(), self.number)


@pytest.mark.skipif(os.name != "posix", reason="Windows ends a process without asking it")
@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP"])
def test_a_signal_to_end_saves_and_says_so_and_nothing_is_lost(trained, tmp_path, name):
    number = getattr(signal, name)
    before = signal.getsignal(number)
    words = f"^stopped by {name} in epoch 2, after 7 batches; saved in {tmp_path}$"
    with pytest.raises(StoppedBySignal, match=words) as stop:
        fit(tmp_path, 3, callbacks=(Kill(number),))
    assert stop.value.exit_status == 128 + number
    assert signal.getsignal(number) == before
    fit(tmp_path, 3, resume=True)
    assert bits(tmp_path) == bits(trained)


@pytest.mark.skipif(os.name != "posix", reason="Windows has no SIGHUP")
def test_a_signal_that_is_ignored_stays_so_as_under_nohup(tmp_path):
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        assert fit(tmp_path, 3, callbacks=(Kill(signal.SIGHUP),)).epoch == 3
        assert signal.getsignal(signal.SIGHUP) == signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)


# ------------------------------------------------------------------------- leftovers, locks, links


def test_what_killed_trainings_left_is_removed_at_the_start(run):
    for name in (".config.json.tmp", ".tmpAb12Cd", ".minivgg-0123456789abcdef.tmp"):
        (run / name).write_text("half")
    (run / "checkpoints" / ".epoch-0009-batch-000000.tmp").mkdir()
    (run / ".mine").write_text("")
    fit(run, 3, resume=True)
    hidden = [path.name for path in run.rglob(".*")]
    assert hidden == [".mine"]


def test_a_folder_is_locked_while_it_is_trained_in_and_not_afterwards(run):
    first, train, validation = victim.trainer(run)
    second, *_ = victim.trainer(run)
    with first.folder_in_use():
        with pytest.raises(BlockingIOError, match=r"run is in use: process \d+ on .* is training"):
            second.fit(train, validation, 4, resume=True)
        first.fit(train, validation, 4, resume=True)  # its own lock
    assert not (run / ".lock").exists()
    second.fit(train, validation, 5, resume=True)


def test_the_lock_of_a_killed_training_is_taken_over(run):
    (run / ".lock").write_text("damaged")
    fit(run, 3, resume=True)
    (run / ".lock").write_text(json.dumps({"host": "another-computer", "process": 7}))
    with pytest.warns(Notice, match="a lock of process 7 on another-computer"):
        fit(run, 3, resume=True)
    assert not (run / ".lock").exists()


def test_links_out_of_a_run_are_not_followed(run, tmp_path):
    outside = run.joinpath("checkpoints").rename(tmp_path / "outside")
    before = sorted(outside.rglob("*"))
    run.joinpath("checkpoints").symlink_to(outside)
    with pytest.raises(OSError, match=r"checkpoints is a link that leads out of the run folder"):
        fit(run, 4, resume=True)
    assert sorted(outside.rglob("*")) == before
    run.joinpath("checkpoints").unlink()
    run.joinpath(".lock").symlink_to(tmp_path / "victim")
    with pytest.raises(OSError, match=r"\.lock is a link"):
        fit(run, 1)
    assert not (tmp_path / "victim").exists()


def test_a_link_that_looks_like_a_checkpoint_is_neither_read_nor_deleted(run, tmp_path):
    outside = shutil.copytree(run / "checkpoints" / "epoch-0003-batch-000000", tmp_path / "other")
    (run / "checkpoints" / "epoch-0099-batch-000000").symlink_to(outside)
    assert fit(run, 4, resume=True).resumed_epochs == 3
    assert len(list(outside.iterdir())) == 3
