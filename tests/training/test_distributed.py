"""Several ranks train as one: with ``mpiexec`` and 2 or 3 ranks; skipped without mpi4py."""

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from support import strict_cupy

from minivgg import backend, data, models, optim
from minivgg.training import checkpoint, distributed, replicas
from minivgg.training.trainer import Trainer

SCRIPT = Path(__file__).parents[1] / "support" / "ranks.py"
BESIDE = Path(sys.executable).parent / "mpiexec"  # of the wheel in this environment


def mpiexec(ranks, *arguments, seconds=120, check=True):
    """Run so many ranks; returns the finished process."""
    pytest.importorskip("mpi4py")
    launcher = str(BESIDE) if BESIDE.exists() else shutil.which("mpiexec")
    if not launcher:
        pytest.skip("there is no mpiexec")
    command = [launcher, *(("-n", str(ranks)) if ranks else ()), *map(str, arguments)]
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        timeout=seconds,
        env=os.environ | {"OPENBLAS_NUM_THREADS": "1"},
    )
    assert not check or done.returncode == 0, done.stdout + done.stderr
    return done


def script(ranks, *arguments, **options):
    return mpiexec(ranks, sys.executable, SCRIPT, *arguments, **options)


def on_gpus(monkeypatch, count):
    """Let the ranks train on GPUs; skip where there are fewer."""
    if "gpu" not in backend.available() or backend.gpu_count() < count:
        pytest.skip(f"there are no {count} GPUs")
    monkeypatch.setenv("MINIVGG_DEVICE", "gpu")


def difference(folder, size):
    """The largest difference of weights from those of one rank.

    It is relative to the largest weight of each array.
    """
    one, several = (np.load(folder / f"weights-{k}.npz") for k in (1, size))
    return max(
        float(np.abs(one[name] - several[name]).max() / np.abs(one[name]).max()) for name in one
    )


@pytest.mark.slow
@pytest.mark.parametrize(("dtype", "tolerance"), [("float64", 1e-12), ("float32", 1e-6)])
def test_weights_after_fifty_steps_are_those_of_one_rank(dtype, tolerance, tmp_path):
    """With dropout, crops and mirrors.

    In float32 the sign of a ReLU's input near 0 can change; with this seed none does.
    """
    for size in (1, 2, 3):
        script(size, "same", tmp_path, dtype, 3, json.dumps({"seed": 5}))
    found = [json.loads((tmp_path / f"found-{size}.json").read_text()) for size in (1, 2, 3)]
    assert found[0]["steps"] >= 50
    assert difference(tmp_path, 2) < tolerance
    assert difference(tmp_path, 3) < tolerance
    assert found[0]["accuracy"] == found[1]["accuracy"] == found[2]["accuracy"]


@pytest.mark.slow
@pytest.mark.parametrize(("ranks", "shared"), [(2, False), (3, True)])
def test_ranks_on_gpus_train_as_one(ranks, shared, tmp_path, monkeypatch):
    """Gradients are summed by NCCL, or through the host's memory where two ranks share a GPU."""
    on_gpus(monkeypatch, 2)
    if shared and backend.gpu_count() >= ranks:
        pytest.skip("there is a GPU for each rank")
    script(1, "same", tmp_path, "float64", 1, "{}")
    done = script(ranks, "same", tmp_path, "float64", 1, "{}")
    assert ("gradients go through the host's memory" in done.stderr) == shared
    assert difference(tmp_path, ranks) < 1e-12


@pytest.mark.parametrize(("local_rank", "card"), [(0, 0), (1, 1), (2, 0)])
def test_ranks_share_the_gpus_of_their_machine(local_rank, card, monkeypatch):
    cupy = strict_cupy.make(devices=2)
    monkeypatch.setitem(sys.modules, "cupy", cupy)
    backend.use("gpu")
    distributed.use_gpu_of_rank(SimpleNamespace(size=3, local_rank=local_rank))
    assert cupy.cuda.runtime.getDevice() == card


@pytest.mark.slow
def test_micro_batches_draw_the_same_dropout_on_any_number_of_ranks(tmp_path):
    script(1, "same", tmp_path, "float64", 1, "{}")
    script(2, "same", tmp_path, "float64", 1, json.dumps({"micro_batch": 10}))
    assert difference(tmp_path, 2) < 1e-12


@pytest.mark.slow
def test_class_weights_and_ignored_labels_count_as_on_one_rank(tmp_path):
    """The shards of a batch have other sums of weights; the gradients are clipped as well."""
    options = {"class_weights": [1, 9, 1, 1, 4, 1, 1, 0.5, 1, 1], "max_gradient_norm": 0.5}
    script(1, "same", tmp_path, "float64", 1, json.dumps(options))
    script(2, "same", tmp_path, "float64", 1, json.dumps(options | {"micro_batch": 10}))
    assert difference(tmp_path, 2) < 1e-12


@pytest.mark.slow
def test_a_batch_of_fewer_images_than_ranks(tmp_path):
    """1,438 images in batches of 479: the last batch has one image, and two of three ranks none."""
    for size in (1, 3):
        script(size, "same", tmp_path, "float64", 1, json.dumps({"batch_size": 479}))
    assert difference(tmp_path, 3) < 1e-12


@pytest.mark.slow
def test_a_killed_rank_ends_the_run_within_seconds_and_other_ranks_resume_it(tmp_path):
    started = time.monotonic()
    done = script(2, "killed", tmp_path, check=False, seconds=60)
    assert done.returncode != 0
    assert time.monotonic() - started < 40
    assert checkpoint.latest(tmp_path / "checkpoints").name == "epoch-0001-batch-000000"
    script(3, "resumed", tmp_path, 2)
    assert json.loads((tmp_path / "found-3.json").read_text())["before"] == 1
    assert checkpoint.latest(tmp_path / "checkpoints").name == "epoch-0002-batch-000000"


@pytest.mark.slow
def test_a_slow_rank_slows_all_and_breaks_nothing(tmp_path):
    script(3, "straggler", tmp_path)


@pytest.mark.slow
def test_running_statistics_are_averaged(tmp_path):
    script(2, "statistics", tmp_path)
    assert json.loads((tmp_path / "found-2.json").read_text())["compared"] == 4


def train(*arguments):
    return [sys.executable, "-m", "minivgg", "train", "--epochs", "1", *arguments]


def train_on_two_ranks(run, first, second):
    """Two ranks of one run, each with options of its own."""
    commands = [("-n", "1", *train("--run", str(run), *options)) for options in (first, second)]
    return mpiexec(0, *commands[0], ":", *commands[1], check=False)


@pytest.mark.slow
def test_the_command_knows_its_ranks_and_one_speaks_for_all(tmp_path):
    done = mpiexec(2, *train("--run", str(tmp_path / "r")))
    assert "2 ranks" in done.stdout
    assert done.stdout.count("test accuracy") == 1
    assert (tmp_path / "r" / "weights.safetensors").exists()


@pytest.mark.slow
def test_ranks_with_other_settings_are_refused_before_anything_is_made(tmp_path):
    done = train_on_two_ranks(tmp_path / "r", ["--lr", "0.1"], ["--lr", "0.2"])
    assert done.returncode != 0
    assert "ranks 0 and 1 differ in lr: 0.1 and 0.2" in done.stderr
    assert not (tmp_path / "r").exists()


@pytest.mark.slow
def test_an_error_of_one_rank_ends_all_with_its_sentence(tmp_path):
    done = train_on_two_ranks(tmp_path / "r", [], ["--data", "nowhere"])
    assert done.returncode != 0
    assert "rank 1: 'nowhere' is neither a dataset nor an existing path" in done.stderr


def test_alone_nothing_is_asked_of_mpi(monkeypatch):
    for name in distributed.LAUNCHER_VARIABLES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(distributed, "_world", None)
    assert distributed.world() is distributed.SINGLE_PROCESS
    assert distributed.SINGLE_PROCESS.broadcast(5) == 5
    assert distributed.pin_cpus(distributed.SINGLE_PROCESS) >= 1


def test_the_ranks_are_found_once(monkeypatch):
    """Each World makes communicators of MPI, all ranks together."""
    made = []

    class Ranks:
        size = 2

        def __init__(self):
            made.append(self)

    monkeypatch.setattr(distributed, "_world", None)
    monkeypatch.setattr(distributed, "World", Ranks)
    monkeypatch.setenv(next(iter(distributed.LAUNCHER_VARIABLES)), "2")
    assert distributed.world() is distributed.world()
    assert len(made) == 1


def test_started_by_mpiexec_without_mpi4py_says_what_to_install(monkeypatch):
    monkeypatch.setenv("PMI_SIZE", "2")
    monkeypatch.setattr(distributed, "_world", None)
    monkeypatch.setitem(sys.modules, "mpi4py", None)
    with pytest.raises(RuntimeError, match=r'pip install .*"\.\[mpi\]"'):
        distributed.world()


class OtherRank:
    """MPI's communicator between this rank and one with other settings."""

    def __init__(self, **changes):
        self.changes = {name: json.dumps(value) for name, value in changes.items()}

    def allgather(self, own):
        """What this rank and the other have."""
        return [own, own | self.changes]

    def bcast(self, value):
        """The value of this rank."""
        return value


def two_ranks(**changes):
    world = object.__new__(distributed.World)
    world.rank, world.size, world.comm = 0, 2, OtherRank(**changes)
    return world


def eight_images(rng):
    pixels = rng.integers(0, 256, (8, 1, 4, 4), np.uint8)
    return data.ArrayDataset(pixels, np.arange(8) % 2, ["a", "b"])


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"lr": 0.5}, "ranks 0 and 1 differ in lr: 0.1 and 0.5"),
        ({"seed": 9}, "ranks 0 and 1 differ in seed: 3 and 9"),
        ({"pixels": 1}, "ranks 0 and 1 differ in pixels"),
        ({"net": {}}, "ranks 0 and 1 differ in net"),
    ],
)
def test_the_trainer_refuses_ranks_that_differ_before_the_first_step(rng, tmp_path, changes, words):
    images = eight_images(rng)
    net = models.vgg([2], 2, (1, 4, 4), hidden=())
    before = {name: p.data.copy() for name, p in net.parameters().items()}
    trainer = Trainer(
        net, optim.SGD(net.parameters(), 0.1), seed=3, world=two_ranks(**changes), progress=False,
        folder=tmp_path / "run",
    )  # fmt: skip
    with pytest.raises(ValueError, match=words):
        trainer.fit(data.Loader(images, 4, share=(0, 2)), epochs=1)
    assert all((p.data == before[name]).all() for name, p in net.parameters().items())


def test_a_loader_of_another_share_is_refused(rng):
    images = eight_images(rng)
    net = models.vgg([2], 2, (1, 4, 4), hidden=())
    loader = data.Loader(images, 4, share=(1, 2))
    with pytest.raises(ValueError, match="rank 0 of 2 has a loader of the share"):
        replicas.synchronize(two_ranks(), net, optim.SGD(net.parameters(), 0.1), loader, {})


@pytest.mark.parametrize(
    ("available", "ranks", "others", "own", "threads"),
    [
        (range(8), 2, True, ([0, 1, 2, 3], [4, 5, 6, 7]), 4),
        ([1, 3, 5, 7, 9], 2, True, ([1, 3], [5, 7]), 2), (range(3), 3, True, ([0], [1], [2]), 1),
        (range(2), 3, True, (None, None, None), 1), (range(8), 2, False, (None, None), 8),
    ],
)  # fmt: skip
def test_each_rank_has_cpus_of_its_own(monkeypatch, available, ranks, others, own, threads):
    """Unless there are fewer CPUs than ranks, or the launcher has given the ranks other CPUs."""
    pinned = {}
    monkeypatch.setattr(os, "sched_getaffinity", lambda task: set(available), raising=False)
    monkeypatch.setattr(
        os, "sched_setaffinity", lambda task, cpus: pinned.setdefault("cpus", cpus), raising=False
    )
    monkeypatch.setattr(distributed, "cpus", lambda: len(available))
    for rank in range(ranks):
        pinned.clear()
        local = SimpleNamespace(allgather=lambda mine: [mine, mine if others else [99]])
        world = SimpleNamespace(local_rank=rank, local_size=ranks, local=local)
        assert distributed.pin_cpus(world) == threads
        if Path("/proc/self/task").is_dir():
            assert pinned.get("cpus") == own[rank]


@pytest.mark.parametrize(
    ("rank", "error", "said"),
    [(0, ValueError("no"), "minivgg: no\n"), (2, KeyError(), "minivgg: rank 2: KeyError\n")],
)
def test_an_error_of_a_rank_ends_all_ranks_in_one_line(monkeypatch, capsys, rank, error, said):
    aborted, slept = [], []
    monkeypatch.setattr(distributed.time, "sleep", slept.append)
    world = SimpleNamespace(rank=rank, comm=SimpleNamespace(Abort=aborted.append))
    with distributed.abort_all_on_error(world):
        raise error
    assert (aborted, capsys.readouterr().err) == ([2], said)
    assert slept == [1] * (rank > 0)


def test_interrupted_ranks_end_and_the_first_says_where():
    for rank, kind in ((0, KeyboardInterrupt), (1, SystemExit)):
        with (
            pytest.raises(kind) as stop,
            distributed.abort_all_on_error(SimpleNamespace(rank=rank)),
        ):
            raise KeyboardInterrupt
        assert getattr(stop.value, "code", 130) == 130
    with (
        pytest.raises(ValueError, match="no"),
        distributed.abort_all_on_error(distributed.SINGLE_PROCESS),
    ):
        raise ValueError("no")


def test_fewer_images_than_are_compared_are_compared(rng):
    """The ranks compare their first eight images; here there are five, and other pixels."""
    pixels = rng.integers(0, 256, (5, 1, 4, 4), np.uint8)
    images = data.ArrayDataset(pixels, np.arange(5) % 2, ["a", "b"])
    net = models.vgg([2], 2, (1, 4, 4), hidden=())
    loader = data.Loader(images, 2, share=(0, 2))
    with pytest.raises(ValueError, match="ranks 0 and 1 differ in pixels"):
        replicas.synchronize(two_ranks(pixels=1), net, optim.SGD(net.parameters(), 0.1), loader, {})
