"""Folders of checkpoints: their order, what stays, and what is left after an error."""

import errno
import shutil
from pathlib import Path

import numpy as np
import pytest
from support.checkpoint_states import STATE, saved

from minivgg.training import checkpoint, run_weights


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


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OSError(errno.ENOSPC, "No space left"), "No space left"),
        (OSError("only words"), "only words"),
    ],
)
def test_a_checkpoint_that_cannot_be_written_leaves_nothing_and_names_the_one_before(
    tmp_path, monkeypatch, error, words
):
    def fail(path, *arrays):
        path.write_bytes(b"half")
        raise error

    folder = tmp_path / "checkpoints"
    for before, intact in (
        ([], ""), ([1, 2], f"; the checkpoint {folder / 'epoch-0002-batch-000000'} is intact"),
    ):  # fmt: skip
        for epoch in before:
            saved(tmp_path, epoch)
        with monkeypatch.context() as patch:
            patch.setattr(checkpoint.weights, "save", fail)
            with pytest.raises(OSError, match="cannot save the checkpoint") as refused:
                saved(tmp_path, 3)
        assert refused.value.errno == error.errno
        assert (refused.value.strerror or str(refused.value)).endswith(
            f"cannot save the checkpoint {folder / 'epoch-0003-batch-000000'}: {words}{intact}"
        )
        names = sorted(path.name for path in folder.iterdir())
        assert names == [f"epoch-{epoch:04}-batch-000000" for epoch in before]


def test_all_is_on_disk_before_a_checkpoint_has_its_name(tmp_path, monkeypatch):
    flushed = []
    monkeypatch.setattr(
        checkpoint.files, "flush_to_disk", lambda p: flushed.append((p.name, p.exists()))
    )
    saved(tmp_path, 1)
    names = [name for name, _ in flushed]
    assert names[-2:] == [".epoch-0001-batch-000000.tmp", "checkpoints"]
    assert all(exists for _, exists in flushed)


def test_a_checkpoint_makes_the_folders_it_is_in(tmp_path):
    assert saved(tmp_path / "new" / "run", 1).is_dir()


def test_a_checkpoint_is_read_back_as_it_was_written(tmp_path):
    model, velocity = ({name: np.arange(3, dtype=np.float32)} for name in "wv")
    path = checkpoint.save(tmp_path, model, velocity, STATE | {"lr": 0.1 + 0.2})
    found = checkpoint.load(path)
    assert [{k: a.tolist() for k, a in part.items()} for part in found[:2]] == [
        {"w": [0, 1, 2]}, {"v": [0, 1, 2]},
    ]  # fmt: skip
    assert found[2] == STATE | {"lr": 0.1 + 0.2}
    assert {k: a.tolist() for k, a in checkpoint.read_model(path).items()} == {"w": [0, 1, 2]}
    assert checkpoint.weights.read(path / "model.safetensors").metadata["format"] == "minivgg"


def test_two_checkpoints_stay_unless_another_number_is_asked_for(tmp_path):
    for epoch in (1, 2, 3):
        checkpoint.save(tmp_path, {}, {}, STATE | {"epoch": epoch})
    assert [path.name for path in checkpoint.complete(tmp_path)] == [
        "epoch-0002-batch-000000", "epoch-0003-batch-000000",
    ]  # fmt: skip


def test_the_best_weights_tell_their_epoch(tmp_path):
    best = tmp_path / "best.safetensors"
    saved(tmp_path, 7, best=best)
    found = checkpoint.weights.read(best)
    found.check()
    assert (found.metadata["format"], found.metadata["epoch"]) == ("minivgg", "7")
    assert found["w"].tolist() == [7, 7]


def test_what_a_kill_left_makes_room_whatever_it_is(tmp_path):
    """A folder, a file, and a link to a folder, whose files stay."""
    folder, outside = tmp_path / "checkpoints", tmp_path / "outside"
    for path in (folder / ".epoch-0001-batch-000000.tmp", outside):
        path.mkdir(parents=True)
        (path / "x").write_text("")
    (folder / ".epoch-0002-batch-000000.tmp").write_text("")
    (folder / ".epoch-0003-batch-000000.tmp").symlink_to(outside)
    saved(tmp_path, 1)
    assert [path.name for path in folder.iterdir()] == ["epoch-0001-batch-000000"]
    assert [path.name for path in outside.iterdir()] == ["x"]


def test_an_old_checkpoint_that_cannot_be_removed_does_not_stop_training(tmp_path, monkeypatch):
    """As on Windows, where another program has a file open."""
    saved(tmp_path, 1)
    remove = shutil.rmtree

    def rmtree(path, ignore_errors=False):
        if Path(path).name == "epoch-0001-batch-000000":
            if ignore_errors:
                return
            raise PermissionError(path)
        remove(path, ignore_errors)

    monkeypatch.setattr(checkpoint.shutil, "rmtree", rmtree)
    for epoch in (2, 3):
        saved(tmp_path, epoch, keep=1)
    found = [checkpoint.position_of(p)[0] for p in checkpoint.complete(tmp_path / "checkpoints")]
    assert found == [1, 3]


def test_a_folder_of_another_user_is_no_checkpoint(tmp_path, monkeypatch):
    paths = [saved(tmp_path, epoch) for epoch in (1, 2)]
    entries = Path.iterdir

    def iterdir(path):
        if path == paths[1]:
            raise PermissionError(path)
        return entries(path)

    monkeypatch.setattr(Path, "iterdir", iterdir)
    assert checkpoint.complete(tmp_path / "checkpoints") == paths[:1]
