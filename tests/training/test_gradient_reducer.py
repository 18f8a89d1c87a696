"""Gradients of several ranks are summed in buckets that are sent as soon as they are complete."""

import sys
from types import SimpleNamespace

import numpy as np
import pytest
from support import strict_cupy

from minivgg import backend
from minivgg.backend.cuda import nccl
from minivgg.layers import Conv2d, Linear, Parameter, Sequential
from minivgg.training import gradient_reducer
from minivgg.training.distributed import World
from minivgg.training.gradient_reducer import GradientReducer, make_buckets


class TwoEqualRanks:
    """Stands for two ranks with the same gradients: sums are twice what this rank has."""

    def __init__(self):
        self.sums = 0

    def nccl(self, device):
        """None, as on the CPU."""
        return

    def sum_in_background(self, array):
        """The sum over both ranks, in place."""
        array *= 2
        self.sums += 1


@pytest.fixture
def parameters(monkeypatch):
    """Three parameters of 4 numbers, with a bucket for each."""
    monkeypatch.setattr(gradient_reducer, "BUCKET_BYTES", 16)
    return [Parameter(np.zeros((2, 2), np.float32)) for _ in range(3)]


def backward(parameters, value):
    for p in reversed(parameters):
        p.add_grad(np.full((2, 2), value, np.float32))


@pytest.mark.parametrize("overlap", [True, False])
@pytest.mark.parametrize("passes", [1, 3])
def test_gradients_of_all_backward_passes_are_summed_once(parameters, overlap, passes):
    world = TwoEqualRanks()
    reducer = GradientReducer(world, parameters, overlap)
    for step in (1, 2):
        for p in parameters:
            p.zero_grad()
        reducer.prepare(passes)
        for k in range(passes):
            assert reducer.sent == 0
            backward(parameters, step + k)
        assert reducer.sent == (3 if overlap else 0)
        reducer.finish()
        expected = 2 * sum(step + k for k in range(passes))
        assert all((p.grad == expected).all() for p in parameters)
    assert world.sums == 2 * len(parameters)
    reducer.close()


def test_a_bucket_is_sent_as_soon_as_it_and_all_before_it_are_complete(parameters):
    reducer = GradientReducer(TwoEqualRanks(), parameters)
    reducer.prepare()
    for i, sent in ((2, 1), (0, 1), (1, 3)):
        backward(parameters[i : i + 1], 1)
        assert reducer.sent == sent
    reducer.finish()
    reducer.close()


def test_a_rank_without_images_adds_zeros(parameters):
    reducer = GradientReducer(TwoEqualRanks(), parameters)
    reducer.prepare(0)
    reducer.finish()
    assert all(not p.grad.any() for p in parameters)
    reducer.close()


def test_an_error_of_the_connection_reaches_the_training(parameters):
    world = TwoEqualRanks()
    world.sum_in_background = lambda array: 1 / 0
    reducer = GradientReducer(world, parameters)
    reducer.prepare()
    backward(parameters, 1)
    with pytest.raises(RuntimeError, match="connection between the ranks is lost: division by"):
        reducer.finish()
    reducer.close()


def test_a_reducer_that_was_not_closed_does_not_keep_the_process_alive(parameters):
    reducer = GradientReducer(TwoEqualRanks(), parameters)
    assert reducer.thread.daemon
    reducer.close()


def test_buckets_hold_every_parameter_once_last_first_in_its_own_order_in_memory():
    net = Sequential(Conv2d(3, 8, 3), Conv2d(8, 4, 3), Linear(4, 2))
    parameters = list(net.parameters().values())
    buckets = make_buckets(parameters)
    assert [p for bucket in buckets for p in bucket.parameters] == parameters[::-1]
    for bucket in buckets:
        for p, view in zip(bucket.parameters, bucket.views, strict=True):
            assert view.shape == p.data.shape
            assert view.strides == p.data.strides
            assert np.shares_memory(view, bucket.buffer)


def test_a_bucket_is_filled_up_to_its_size_with_parameters_of_one_dtype(monkeypatch):
    made = [Parameter(np.zeros(2, dtype)) for dtype in ("f4", "f4", "f4", "f8", "f8", "f4")]
    for size, expected in ((16, [1, 1, 1, 2, 1]), (15, [1] * 6), (24, [1, 1, 1, 3])):
        monkeypatch.setattr(gradient_reducer, "BUCKET_BYTES", size)
        buckets = make_buckets(made)
        assert [p for bucket in buckets for p in bucket.parameters] == made[::-1]
        nbytes = [sum(p.data.nbytes for p in bucket.parameters) for bucket in buckets]
        assert all(n <= max(size, 16) for n in nbytes)
        assert sum(nbytes) == sum(p.data.nbytes for p in made)
        counts = [len(bucket.parameters) for bucket in buckets]
        assert counts == expected


@pytest.mark.parametrize("has", [(True, False), (False, True), (True, True)])
def test_nccl_is_used_if_all_ranks_have_it(monkeypatch, capsys, has):
    monkeypatch.setitem(sys.modules, "cupy", strict_cupy.make(devices=2))
    monkeypatch.setattr(nccl, "Nccl", lambda *rank: "sums on the cards")
    local = SimpleNamespace(allgather=lambda own: list(enumerate(has)))
    comm = SimpleNamespace(allgather=lambda own: [own, own])
    world = SimpleNamespace(rank=0, size=2, local=local, comm=comm, broadcast=0)
    assert (World.nccl(world, "gpu:0") is not None) == all(has)
    assert ("without NCCL" in capsys.readouterr().err) == (not all(has))
    local.allgather = lambda own: [(0, True), (1, True)]
    comm.allgather = lambda own: [True, False]  # on another machine
    assert World.nccl(world, "gpu:0") is None


def test_gpus_without_nccl_send_gradients_through_the_hosts_memory(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "cupy", strict_cupy.make())
    ranks = SimpleNamespace(allgather=lambda own: [own, own])
    world = SimpleNamespace(rank=0, size=2, local=ranks, comm=ranks)
    assert World.nccl(world, "gpu:0") is None
    assert "gradients go through the host's memory" in capsys.readouterr().err
    assert World.nccl(world, "cpu") is None
    assert not capsys.readouterr().err


@pytest.mark.parametrize("cards", [(0, 0), (0, 1)])
def test_ranks_use_nccl_if_each_has_a_card_of_its_own(monkeypatch, cards):
    monkeypatch.setitem(sys.modules, "cupy", strict_cupy.make(devices=2))
    monkeypatch.setattr(nccl, "has_nccl", lambda: True)
    monkeypatch.setattr(nccl, "Nccl", lambda *rank: "sums on the cards")
    addresses = [nccl.card_address(f"gpu:{card}") for card in cards]
    local = SimpleNamespace(allgather=lambda own: [(card, True) for card in addresses])
    world = SimpleNamespace(
        rank=1, size=2, local=local, comm=SimpleNamespace(allgather=lambda own: [own]), broadcast=0
    )
    assert (World.nccl(world, f"gpu:{cards[1]}") is not None) == (cards == (0, 1))


def test_the_thread_of_gradients_works_on_the_card_of_the_parameters(monkeypatch):
    cupy = strict_cupy.make(devices=2)
    monkeypatch.setitem(sys.modules, "cupy", cupy)
    backend.use("gpu:1")
    cupy.used.append(1)
    parameters = [Parameter(backend.to_device(np.ones((2, 2), np.float32), "gpu"))]
    before = len(cupy.used)
    reducer = GradientReducer(TwoEqualRanks(), parameters)
    reducer.close()
    assert reducer.device == "gpu:1"
    assert cupy.used[before:] == [1]


@pytest.mark.parametrize("has_nccl", [True, False])
def test_gradients_on_a_card_are_summed_there_or_through_the_hosts_memory(monkeypatch, has_nccl):
    monkeypatch.setitem(sys.modules, "cupy", strict_cupy.make())
    backend.use("gpu")
    summed = []

    def on_the_card(buffer):
        buffer *= 2
        summed.append(backend.device_of(buffer))

    world = TwoEqualRanks()
    world.nccl = lambda device: SimpleNamespace(sum=on_the_card) if has_nccl else None
    made = [Parameter(backend.to_device(np.ones(n, np.float32), "gpu")) for n in (3, 2)]
    reducer = GradientReducer(world, made)
    reducer.prepare()
    for p in made:
        p.add_grad(backend.to_device(np.arange(p.data.size, dtype=np.float32), "gpu"))
    reducer.finish()
    reducer.close()
    assert [backend.to_numpy(p.grad).tolist() for p in made] == [[0, 2, 4], [0, 2]]
    assert (summed, world.sums) == ((["gpu"], 0) if has_nccl else ([], 1))


def test_the_time_in_finish_is_added_up_and_other_gradients_are_not_counted(
    parameters, monkeypatch
):
    times = iter([10.0, 11.5, 20.0, 20.25])
    clock = SimpleNamespace(perf_counter=lambda: next(times))
    monkeypatch.setattr(gradient_reducer, "time", clock)
    reducer = GradientReducer(TwoEqualRanks(), parameters)
    for waited in (1.5, 1.75):
        reducer.prepare()
        reducer.finish()
        assert reducer.waited == waited
    backward(parameters, 1)  # no step has begun
    assert reducer.sent == len(parameters)
    reducer.close()
    assert not reducer.thread.is_alive()
