"""What a World asks of MPI, with a module in its place; and how errors of a rank end all ranks."""

import os
import sys
from types import SimpleNamespace

import numpy as np
import pytest

from minivgg import layers
from minivgg.training import distributed
from minivgg.training.distributed import World


class Communicator:
    """Rank 1 of 3 with the same numbers on each; ranks 0 and 1 are on this machine."""

    def __init__(self, rank=1, size=3):
        self.rank, self.size, self.asked = rank, size, []

    def Get_rank(self):  # noqa: N802
        """Which one this is."""
        return self.rank

    def Get_size(self):  # noqa: N802
        """How many there are."""
        return self.size

    def Dup(self):  # noqa: N802
        """The same ranks again."""
        return Communicator(self.rank, self.size)

    def Split_type(self, kind):  # noqa: N802
        """Those on this machine."""
        assert kind == "shared"
        return Communicator(0, 2)

    def Allreduce(self, place, array):  # noqa: N802
        """The sum over the ranks."""
        assert place == "in place"
        array *= self.size

    def Iallreduce(self, place, array):  # noqa: N802
        """The same, once it has been asked for three times."""
        self.Allreduce(place, array)
        left = [False, False, True]
        return SimpleNamespace(Test=lambda: self.asked.append(left[0]) or left.pop(0))

    def bcast(self, value):
        """What rank 0 has."""
        return ["of rank 0", value]


def pretended_mpi(threads=3, rank=1, size=3):
    return SimpleNamespace(
        MPI=SimpleNamespace(
            Query_thread=lambda: threads, THREAD_MULTIPLE=3, COMM_TYPE_SHARED="shared",
            IN_PLACE="in place", COMM_WORLD=Communicator(rank, size),
        )
    )  # fmt: skip


@pytest.fixture
def world(monkeypatch):
    monkeypatch.setitem(sys.modules, "mpi4py", pretended_mpi())
    return World()


def test_a_world_knows_its_ranks_here_and_everywhere(world):
    assert (world.rank, world.size, world.local_rank, world.local_size) == (1, 3, 0, 2)
    assert world.background is not world.comm


def test_sums_and_the_value_of_the_first_rank(world):
    mine = [1, 0.5]
    assert world.sum(mine).tolist() == [3, 1.5]
    assert world.sum(np.float32([2])).dtype == np.float64
    assert mine == [1, 0.5]
    assert world.broadcast(4) == ["of rank 0", 4]


def test_a_sum_in_the_background_sleeps_until_it_is_done(world, monkeypatch):
    slept = []
    monkeypatch.setattr(distributed.time, "sleep", slept.append)
    array = np.ones(2, np.float32)
    world.sum_in_background(array)
    assert array.tolist() == [3, 3]
    assert world.background.asked == [False, False, True]
    assert slept == [distributed.POLL_SECONDS] * 2
    assert world.comm.asked == []  # the training sums its losses there at the same time


def test_gradients_of_frozen_parameters_are_not_summed(world, monkeypatch):
    net = layers.Sequential(layers.Linear(2, 2), layers.Linear(2, 2))
    net["0"].freeze()
    asked = []
    monkeypatch.setattr(distributed, "GradientReducer", lambda *given: asked.append(given))
    world.gradient_reducer(net.parameters())
    ((ranks, parameters),) = asked
    assert ranks is world
    assert parameters == list(net["1"].parameters().values())


@pytest.mark.parametrize(("threads", "possible"), [(2, False), (3, True), (4, True)])
def test_an_mpi_for_one_thread_is_refused(monkeypatch, threads, possible):
    monkeypatch.setitem(sys.modules, "mpi4py", pretended_mpi(threads))
    if possible:
        assert World().size == 3
    else:
        with pytest.raises(RuntimeError, match=r"two threads at once \(MPI_THREAD_MULTIPLE\): "):
            World()


@pytest.mark.parametrize(
    ("variable", "value", "asks"),
    [
        ("PMI_SIZE", "2", True), ("OMPI_COMM_WORLD_SIZE", "3", True),
        ("MPI_LOCALNRANKS", "4", True),
        ("SLURM_STEP_NUM_TASKS", "2", True), ("PMIX_RANK", "0", True), ("PMIX_RANK", "1", True),
        ("PMI_SIZE", "1", False), ("PMI_SIZE", "0", False), ("PMI_SIZE", "", False),
    ],
)  # fmt: skip
def test_mpi_is_asked_where_a_launcher_has_started_several(monkeypatch, variable, value, asks):
    for name in distributed.LAUNCHER_VARIABLES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(distributed, "_world", None)
    monkeypatch.setitem(sys.modules, "mpi4py", pretended_mpi())
    monkeypatch.setenv(variable, value)
    assert isinstance(distributed.world(), World) == asks


def test_one_rank_that_a_launcher_has_started_is_a_single_process(monkeypatch):
    monkeypatch.setattr(distributed, "_world", None)
    monkeypatch.setitem(sys.modules, "mpi4py", pretended_mpi(rank=0, size=1))
    monkeypatch.setenv("PMIX_RANK", "0")
    assert distributed.world() is distributed.SINGLE_PROCESS
    assert distributed._world is distributed.SINGLE_PROCESS


class Three:
    """MPI's communicator with the settings of three ranks."""

    def __init__(self, *others):
        self.others = others

    def allgather(self, own):
        """The settings of all ranks."""
        return [own, *self.others]


@pytest.mark.parametrize(
    ("others", "message"),
    [
        (({"a": "1", "b": "2"},) * 2, None),
        (({"a": "1", "b": "2"}, {"a": "1", "b": "3"}), "ranks 0 and 2 differ in b: 2 and 3; "),
        (({"a": "5", "b": "3"}, {"a": "4", "b": "3"}), "ranks 0 and 1 differ in a: 1 and 5; "),
        (({"b": "2"},) * 2, "ranks 0 and 1 differ in a: 1 and None; "),
    ],
)
def test_the_first_setting_and_the_first_rank_that_differ_are_named(others, message):
    world = object.__new__(World)
    world.comm = Three(*others)
    if message is None:
        world.require_same({"a": 1, "b": 2})
    else:
        with pytest.raises(ValueError, match=f"^{message}start all of them with the same"):
            world.require_same({"a": 1, "b": 2})


def test_settings_are_the_same_in_any_order_and_need_not_be_json():
    world = object.__new__(World)
    world.comm = Three({"a": '{"x": 1, "y": "1j"}'})
    world.require_same({"a": {"y": 1j, "x": 1}})


def test_a_program_that_ends_on_one_rank_aborts_none():
    """With a code of its own, whether it is the first rank or another."""
    for rank in (0, 1):
        with (
            pytest.raises(SystemExit) as stop,
            distributed.abort_all_on_error(SimpleNamespace(rank=rank)),
        ):
            raise SystemExit(3)
        assert stop.value.code == 3


@pytest.mark.parametrize("debug", ["1", ""])
def test_a_traceback_is_shown_on_demand(monkeypatch, capsys, debug):
    monkeypatch.setenv("MINIVGG_DEBUG", debug)
    world = SimpleNamespace(rank=0, comm=SimpleNamespace(Abort=lambda code: None))
    with distributed.abort_all_on_error(world):
        raise ValueError("no")
    shown = capsys.readouterr().err
    assert ("Traceback" in shown) == bool(debug)
    assert shown.endswith("minivgg: no\n")


def test_without_affinities_the_ranks_of_a_machine_share_its_cpus(monkeypatch):
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    monkeypatch.setattr(distributed, "cpus", lambda: 7)
    for ranks, threads in ((1, 7), (2, 3), (7, 1), (8, 1)):
        assert distributed.pin_cpus(SimpleNamespace(local_size=ranks)) == threads
    assert distributed.pin_cpus(distributed.SINGLE_PROCESS) == 7


def test_a_single_process_gives_back_what_it_is_given():
    alone, numbers = distributed.SINGLE_PROCESS, [1.0, 2.0]
    assert (alone.rank, alone.size, alone.local_rank, alone.local_size) == (0, 1, 0, 1)
    assert alone.sum(numbers) is numbers
    reducer = alone.gradient_reducer({})
    reducer.prepare(2)
    reducer.finish()
    reducer.close()
    assert reducer.waited == 0
