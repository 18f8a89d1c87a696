"""Batches on their way to the GPU: which copy is waited for, and how many are under way."""

import sys

import numpy as np
import pytest
from support import strict_cupy

from minivgg import backend


class Copies:
    """Streams that note, in order: copies that were recorded, waited for and synchronised.

    waited_for_work: how often the stream of the copies has waited for earlier work.
    """

    def __init__(self, cupy, monkeypatch):
        self.recorded, self.waited, self.synchronised = [], [], []
        self.waited_for_work = 0
        copies = self

        class CopyStream(cupy.cuda.Stream):
            def record(self):
                number = len(copies.recorded)
                copies.recorded.append(number)
                return Event(number)

            def wait_event(self, event):
                copies.waited_for_work += event == "work"

        class Event:
            def __init__(self, number):
                self.number = number

            def synchronize(self):
                copies.synchronised.append(self.number)

        class ComputeStream(cupy.cuda.Stream):
            def record(self):
                return "work"

            def wait_event(self, event):
                copies.waited.append(event.number)

        current = ComputeStream()
        monkeypatch.setattr(cupy.cuda, "Stream", CopyStream)
        monkeypatch.setattr(cupy.cuda, "get_current_stream", lambda: current)


@pytest.fixture
def copies(monkeypatch):
    cupy = strict_cupy.make()
    monkeypatch.setitem(sys.modules, "cupy", cupy)
    return Copies(cupy, monkeypatch)


BATCHES = [(np.full(2, k),) for k in range(6)]


def test_work_on_a_batch_waits_for_the_copy_of_that_batch(copies):
    for k, _ in enumerate(backend.prefetch_to_device(BATCHES, "gpu")):
        assert copies.waited == list(range(k + 1))
    assert copies.waited == list(range(len(BATCHES)))


def test_a_copy_waits_for_earlier_work(copies):
    """Which may still use the memory that the copy is given."""
    assert len(list(backend.prefetch_to_device(BATCHES, "gpu"))) == copies.waited_for_work


def test_memory_of_a_few_copies_is_held_until_each_has_ended(copies):
    """The oldest copy is waited for before there are more than three and the one ahead."""
    for k, _ in enumerate(backend.prefetch_to_device(BATCHES, "gpu")):
        assert copies.synchronised == list(range(max(0, k - 2)))
    assert copies.synchronised == copies.recorded == list(range(len(BATCHES)))


def test_copies_are_waited_for_when_no_more_batches_are_wanted(copies):
    moved = backend.prefetch_to_device(BATCHES, "gpu")
    next(moved)
    moved.close()
    assert copies.synchronised == copies.recorded == [0, 1]
