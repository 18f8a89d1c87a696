"""What a checkpoint needs, holds and refuses, step by step: space, names, fingerprints, locks."""

import errno
import json
import os
import shutil
import socket
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from minivgg import data, losses, optim
from minivgg.layers import Parameter
from minivgg.training import checkpoint, run_weights
from minivgg.training.checkpoint_state import MAX_COUNT, checked_state, require_alike
from minivgg.training.checkpointer import Checkpointer
from minivgg.training.fingerprint import fingerprint, require_same
from minivgg.training.run_lock import locked
from minivgg.utils.notices import Notice

ALONE = SimpleNamespace(rank=0, broadcast=lambda value: value)
STATE = {
    "epoch": 1, "batch": 0, "step": 5, "seen": 0, "metric_sum": 0.0, "loss_sum": 0.0,
    "seconds": 0.0, "loss_weight": 0, "metric_weight": 0, "lr": 0.1, "schedule": None,
    "settings": {}, "history": [],
}  # fmt: skip
ROW = {
    "epoch": 1, "loss": 2.0, "validation_loss": None, "train_accuracy": 0.5,
    "validation_accuracy": None, "learning_rate": 0.1, "images_per_second": 9.0,
}  # fmt: skip


def saved(folder, epoch, batch=0, keep=9, best=None, **arrays):
    model = {"w": np.full(2, epoch + batch / 10, np.float32)} | arrays
    state = STATE | {"epoch": epoch, "batch": batch}
    return checkpoint.save(folder / "checkpoints", model, {}, state, best, keep)


# ------------------------------------------------------------------------------------------- space


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
        SimpleNamespace(state_dict=lambda n=n: {"a": np.zeros(n, np.uint8)})
        for n in (1000, optimizer)
    ]
    trainer = SimpleNamespace(net=parts[0], optimizer=parts[1])
    (tmp_path / "checkpoints" / "epoch-0001").mkdir(parents=True)
    (tmp_path / "checkpoints" / "epoch-0001" / "x").write_bytes(bytes(100))
    checkpoints = Checkpointer(tmp_path, ALONE, keep)
    free = SimpleNamespace(free=needed - 100)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: free)
    checkpoints.require_space(trainer)
    free.free -= 1
    with pytest.raises(
        OSError, match=rf"need {needed / 1e6:,.1f} MB in .*where 0.0 MB are"
    ) as found:
        checkpoints.require_space(trainer)
    assert found.value.errno == errno.ENOSPC
    assert ("or keep fewer checkpoints (keep=1, --keep 1)" in str(found.value)) == (keep > 1)
    Checkpointer(tmp_path, SimpleNamespace(rank=1), keep).require_space(trainer)


# ------------------------------------------------------------------------------------- checkpoints


def test_checkpoints_are_in_the_order_of_epochs_and_batches(tmp_path):
    paths = [saved(tmp_path, *where) for where in ((2, 3), (2, 12), (10, 0))]
    assert [path.name for path in paths] == [
        "epoch-0002-batch-000003", "epoch-0002-batch-000012", "epoch-0010-batch-000000",
    ]  # fmt: skip
    folder = tmp_path / "checkpoints"
    (folder / "epoch-0011-batch-000000").mkdir()  # empty
    (folder / "epoch-0012-batch-000000").symlink_to(paths[0])
    (folder / "epoch-x-batch-000000").mkdir()
    (folder / "epoch-0013-batch-000000").write_text("")
    assert checkpoint.complete(folder) == paths
    assert checkpoint.latest(folder) == paths[-1]
    assert checkpoint.latest(tmp_path / "none") is None
    assert checkpoint.position_of(paths[1]) == (2, 12)
    assert run_weights.files_of_weights(tmp_path) == [p / "model.safetensors" for p in paths[::-1]]


@pytest.mark.parametrize("keep", [1, 2, 3])
def test_the_last_ones_are_kept_and_newer_ones_of_an_abandoned_end_removed(tmp_path, keep):
    for epoch in (1, 2, 3, 4, 9):
        saved(tmp_path, epoch)
    again = saved(tmp_path, 4, keep=keep, w=np.full(2, 7, np.float32))
    found = [
        checkpoint.position_of(path)[0] for path in checkpoint.complete(tmp_path / "checkpoints")
    ]
    assert found == [1, 2, 3, 4][-keep:]
    assert checkpoint.load(again)[0]["w"].tolist() == [7, 7]
    assert not list((tmp_path / "checkpoints").glob(".*"))


def test_a_checkpoint_that_cannot_be_written_leaves_nothing_and_names_the_one_before(
    tmp_path, monkeypatch
):
    monkeypatch.setattr(checkpoint.files, "flush_to_disk", lambda path: None)
    with monkeypatch.context() as patch:
        patch.setattr(checkpoint.weights, "save", _full_disk)
        with pytest.raises(OSError, match=r"cannot save the checkpoint .*0001.*No space left$"):
            saved(tmp_path, 1)
    before = saved(tmp_path, 1)
    monkeypatch.setattr(checkpoint.weights, "save", _full_disk)
    with pytest.raises(OSError, match=r"0002.*: No space left; the checkpoint .*0001.* is intact"):
        saved(tmp_path, 2)
    assert [path.name for path in (tmp_path / "checkpoints").iterdir()] == [before.name]


def _full_disk(path, *arrays):
    path.write_bytes(b"half")
    raise OSError(errno.ENOSPC, "No space left")


def test_all_is_on_disk_before_a_checkpoint_has_its_name(tmp_path, monkeypatch):
    flushed = []
    monkeypatch.setattr(
        checkpoint.files, "flush_to_disk", lambda p: flushed.append((p.name, p.exists()))
    )
    saved(tmp_path, 1)
    names = [name for name, _ in flushed]
    assert names[-2:] == [".epoch-0001-batch-000000.tmp", "checkpoints"]
    assert all(exists for _, exists in flushed)


def test_the_newest_weights_are_those_of_the_latest_epoch(tmp_path):
    """A finished training comes after its own checkpoint, and before one of a later epoch."""
    finished = tmp_path / run_weights.WEIGHTS
    three, four = saved(tmp_path, 3), saved(tmp_path, 4)
    for about, order in (
        ({"epoch": "3"}, [four, None, three]), ({"epoch": "4"}, [None, four, three]),
        ({}, [four, three, None]), ({"epoch": "x"}, [four, three, None]),
        ({"epoch": "-1"}, [four, three, None]), ({"epoch": "9" * 12}, [four, three, None]),
        ({"epoch": "9" * 11}, [None, four, three]),
    ):  # fmt: skip
        checkpoint.weights.save(finished, {"w": np.ones(2, np.float32)}, about)
        expected = [finished if path is None else path / "model.safetensors" for path in order]
        assert run_weights.files_of_weights(tmp_path) == expected
    finished.write_bytes(b"damaged")
    assert run_weights.files_of_weights(tmp_path)[-1] == finished


def test_damaged_weights_are_passed_over_with_a_notice(tmp_path):
    paths = [saved(tmp_path, epoch) / "model.safetensors" for epoch in (1, 2, 3)][::-1]
    assert run_weights.read_newest(paths)[0] == paths[0]
    for path in paths[:2]:
        path.write_bytes(b"damaged")
    with pytest.warns(Notice, match=rf"0003.*; the weights in {paths[2]} are used instead"):
        found, arrays = run_weights.read_newest(paths)
    assert (found, arrays["w"].tolist()) == (paths[2], [1, 1])
    paths[2].write_bytes(b"damaged")
    with pytest.raises(OSError, match="0003"):
        run_weights.read_newest(paths)


# --------------------------------------------------------------------------------------- the state


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"epoch": -1}, "'epoch' must be a whole number of at least 0, got -1"),
        ({"epoch": True}, "'epoch' must be"), ({"batch": 1.0}, "'batch' must be a whole number"),
        ({"step": MAX_COUNT + 1}, "'step' must be"),
        ({"lr": "x"}, "'lr' must be a number, got 'x'"),
        ({"loss_sum": None}, "'loss_sum' must be a number"),
        ({"seconds": float("inf")}, "'seconds' must be a number"),
        ({"batch": 3}, "it has seen no images in 3 batches"),
        ({"schedule": 1}, "'schedule' must be an object"),
        ({"settings": None}, "'settings' must be an object"),
        ({"history": {}}, "'history' must be a list"),
        ({"history": [1]}, "a row of its history is 1"),
        ({"history": [{"epoch": 1}]}, "a row of its history lacks 'loss'"),
        ({"history": [ROW | {"epoch": "1"}]}, "'epoch' in its history is '1'"),
        ({"history": [ROW | {"loss": None}]}, "'loss' in its history is None"),
        ({"history": [ROW | {"train_accuracy": "x"}]}, "'train_accuracy' in its history is 'x'"),
        ({"history": [ROW | {"metric": 1}]}, "'metric' in its history is 1"),
        ({"history": [ROW | {"unheard_of": 1}]}, "'unheard_of' in its history is 1"),
    ],
)  # fmt: skip
def test_what_training_cannot_have_written(change, words):
    with pytest.raises(OSError, match=f"^s is damaged: {words}"):
        checked_state("s", STATE | change)


def test_what_it_can_have_written_is_read_back():
    history = [ROW, ROW | {"metric": "mae", "train_metric": 0.5, "validation_metric": None}]
    state = STATE | {"history": history, "batch": 2, "seen": 64, "schedule": {}, "step": MAX_COUNT}
    assert checked_state("s", state) == state
    older = {name: value for name, value in state.items() if not name.endswith("_weight")}
    older["history"] = [{k: v for k, v in ROW.items() if k != "validation_loss"}]
    found = checked_state("s", older)
    assert (found["loss_weight"], found["metric_weight"], found["history"]) == (64, 64, [ROW])
    for name in STATE:
        if not name.endswith("_weight"):
            with pytest.raises(OSError, match=f"it lacks '{name}'"):
                checked_state("s", {k: v for k, v in STATE.items() if k != name})


@pytest.mark.parametrize(
    ("own", "found", "fits"),
    [
        ({"a": 1}, {"a": 2.5}, True), ({"a": 1}, {"a": "x"}, False), ({"a": "x"}, {"a": 1}, False),
        ({"a": None}, {"a": "x"}, True), ({"a": [1]}, {"a": (2,)}, True),
        ({"a": (1,)}, {"a": 1}, False),
        ({"a": {"b": 1}}, {"a": {"b": None}}, False), ({"a": {"b": 1}}, {"a": {"b": 2}}, True),
        ({"a": {}}, {"a": 1}, False), ({"a": 1}, {"b": "x"}, True), ({}, None, False),
    ],
)  # fmt: skip
def test_the_state_of_a_schedule_has_values_of_the_same_kinds(own, found, fits):
    if fits:
        require_alike(own, found)
    else:
        with pytest.raises(TypeError, match=r"'(schedule|a|b)' is "):
            require_alike(own, found)


# --------------------------------------------------------------------------------- the fingerprint


def marks(**changed):
    images = np.zeros((6, 1, 2, 2), np.uint8)
    labels = changed.pop("labels", [0, 1] * 3)
    classes = () if isinstance(labels[0], float) else ["a", "b"]
    loader = data.Loader(
        data.ArrayDataset(images, labels, classes), changed.pop("batch_size", 2),
        shuffle=changed.pop("shuffle", False), seed=changed.pop("loader_seed", 0),
        transforms=changed.pop("transforms", ()),
    )  # fmt: skip
    optimizer = changed.pop("optimizer", optim.SGD([Parameter(np.ones(1))], 0.1))
    loss = changed.pop("loss", losses.SoftmaxCrossEntropy())
    schedule = changed.pop("schedule", None)
    return json.loads(
        json.dumps(
            fingerprint(loader, optimizer, schedule, loss, changed.pop("seed", 3), **changed)
        )
    )


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"seed": 4}, "seed 3 (now 4)"), ({"batch_size": 3}, "batch_size 2 (now 3)"),
        ({"shuffle": True}, "shuffle False (now True)"),
        ({"loader_seed": 1}, "loader_seed 0 (now 1)"),
        ({"max_gradient_norm": 2.0}, "max_gradient_norm none (now 2.0)"),
        ({"labels": [0, 1, 0, 1, 1, 0]}, "labels 2"),
        ({"optimizer": optim.SGD([Parameter(np.ones(1))], 0.1, 0.5)}, "momentum 0.9 (now 0.5)"),
        ({"loss": losses.SoftmaxCrossEntropy(label_smoothing=0.1)},
         "label_smoothing of loss 0.0 (now 0.1)"),
        ({"transforms": [data.RandomHorizontalFlip(0.25)]}, "transforms [] (now ['RandomHor"),
    ],
)  # fmt: skip
def test_what_must_stay_the_same_is_named_with_both_values(changed, words):
    then, now = marks(), marks(**changed)
    require_same("c", then, marks())
    with pytest.raises(
        ValueError, match=r"^c was trained with other data or settings: "
    ) as refused:
        require_same("c", then, now)
    assert words in str(refused.value)
    assert str(refused.value).count("(now") == 1


def test_what_earlier_versions_did_not_write_is_taken_for_the_defaults():
    then, now = marks(), marks()
    for name in ("optimizer", "loss", "schedule_settings", "loss_settings", "max_gradient_norm"):
        then.pop(name)
    require_same("c", then, now)
    then = marks()
    then["loss_settings"] = {}
    require_same("c", then, now)
    with pytest.raises(ValueError, match=r"label_smoothing of loss 0.0 \(now 0.1\)"):
        require_same("c", then, marks(loss=losses.SoftmaxCrossEntropy(label_smoothing=0.1)))
    then.pop("max_gradient_norm")
    with pytest.raises(ValueError, match=r"max_gradient_norm none \(now 1.0\)"):
        require_same("c", then, marks(max_gradient_norm=1.0))


def test_labels_and_targets_have_a_number_that_depends_on_each():
    assert marks()["labels"] == marks(labels=[0, 1] * 3)["labels"]
    assert marks(labels=[0.5, 1.0] * 3)["labels"] != marks(labels=[0.25, 1.0] * 3)["labels"]

    def flip(images, rng):
        return images

    (shown,) = marks(transforms=[flip])["transforms"]
    assert "flip" in shown
    assert " at 0x" not in shown


# -------------------------------------------------------------------------------------------- locks


def test_a_lock_names_its_owner_while_it_is_held(tmp_path):
    with locked(tmp_path):
        owner = json.loads((tmp_path / ".lock").read_text())
        assert owner == {"host": socket.gethostname(), "process": os.getpid()}
        words = f"is in use: process {os.getpid()} on "
        with pytest.raises(BlockingIOError, match=words), locked(tmp_path):
            pass
    assert not (tmp_path / ".lock").exists()


@pytest.mark.parametrize(
    ("text", "is_known"),
    [
        ('{"host": "elsewhere", "process": 7, "more": 1}' + " " * 40, True),
        ('{"host": "else\\nwhere", "process": 7}', False), ('{"host": 1, "process": 7}', False),
        ('{"host": "elsewhere", "process": "7"}', False), ('{"host": "elsewhere"}', False),
        ("[1]", False), ("", False), ("no text", False),
    ],
)  # fmt: skip
def test_the_lock_of_another_computer_is_told_of_and_replaced(tmp_path, recwarn, text, is_known):
    (tmp_path / ".lock").write_text(text)
    if is_known:
        words = r"\.lock is a lock of process 7 on elsewhere, which has"
        with pytest.warns(Notice, match=words), locked(tmp_path):
            pass
    else:
        with locked(tmp_path):
            owner = json.loads((tmp_path / ".lock").read_text())
            assert owner["process"] == os.getpid()
        assert not [w for w in recwarn if issubclass(w.category, Notice)]


def test_no_descriptor_is_left_open_by_a_refused_lock(tmp_path):
    descriptors = Path("/proc/self/fd")
    before = len(list(descriptors.iterdir())) if descriptors.is_dir() else 0
    with locked(tmp_path):
        for _ in range(3):
            with pytest.raises(BlockingIOError), locked(tmp_path):
                pass
    (tmp_path / ".lock").mkdir()
    with pytest.raises(OSError, match=r"cannot write .*\.lock"), locked(tmp_path):
        pass
    (tmp_path / ".lock").rmdir()
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / ".lock")
        with pytest.raises(OSError, match="is not an ordinary file: remove it"), locked(tmp_path):
            pass
    if before:
        assert len(list(descriptors.iterdir())) == before


@pytest.mark.parametrize(
    ("number", "outcome"),
    [
        (errno.ENOLCK, "no locks"), (errno.EOPNOTSUPP, "no locks"), (errno.EAGAIN, "in use"),
        (errno.EACCES, "in use"), (errno.EDEADLK, "in use"), (errno.EIO, "input/output"),
    ],
)  # fmt: skip
def test_what_the_system_says_of_a_lock(tmp_path, monkeypatch, number, outcome):
    fcntl = pytest.importorskip("fcntl")

    def refuse(*arguments):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(fcntl, "flock", refuse)
    if outcome == "no locks":
        with pytest.warns(Notice, match="this file system has no locks"), locked(tmp_path):
            pass
    else:
        with pytest.raises(OSError, match=f"(?i){outcome}") as refused, locked(tmp_path):
            pass
        assert isinstance(refused.value, BlockingIOError) == (outcome == "in use")
