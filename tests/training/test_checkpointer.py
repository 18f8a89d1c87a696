"""Checkpoints and weights of a run: their space, their order, and what stays."""

import errno
import shutil
from types import SimpleNamespace

import numpy as np
import pytest
from support.checkpoint_states import ALONE, STATE

from minivgg.training import checkpoint, run_weights
from minivgg.training.checkpointer import Checkpointer
from minivgg.utils.notices import Notice


def saved(folder, epoch, batch=0, keep=9, best=None, **arrays):
    model = {"w": np.full(2, epoch + batch / 10, np.float32)} | arrays
    state = STATE | {"epoch": epoch, "batch": batch}
    return checkpoint.save(folder / "checkpoints", model, {}, state, best, keep)


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


def test_a_checkpoint_makes_the_folders_it_is_in(tmp_path):
    assert saved(tmp_path / "new" / "run", 1).is_dir()
