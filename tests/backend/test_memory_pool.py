"""Pooled memory is bounded, and never used again while anything still refers to it."""

import gc
import threading

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minivgg import ops
from minivgg.backend import memory_pool, resources, tuning

LARGE = (300, 100)  # floats: above memory_pool.MIN_POOLED_BYTES


def address(a):
    return a.__array_interface__["data"][0]


@pytest.fixture(autouse=True)
def empty_cache():
    """Each test begins and ends with nothing kept."""
    gc.collect()
    memory_pool.empty_cache()
    yield
    gc.collect()
    memory_pool.empty_cache()


def test_memory_comes_back_when_nobody_holds_it():
    a = memory_pool.empty(LARGE)
    where = address(a)
    del a
    assert memory_pool.cached_bytes() > 0
    assert address(memory_pool.empty(LARGE)) == where


HOLDERS = {
    "the array": lambda a: a,
    "a slice": lambda a: a[5:7],
    "a view turned round": lambda a: a.T[::-1],
    "a slice of a slice of a view": lambda a: a.reshape(-1)[1:].view(np.int32)[3:][::2],
    "a memoryview": lambda a: memoryview(a),
    "a NumPy array of a memoryview": lambda a: np.asarray(memoryview(a)),
    "a subclass of array": lambda a: a.view(np.matrix),
    "a view of the class of the buffers": lambda a: a.view(memory_pool._PooledBuffer)[2:],
    "a flat iterator": lambda a: a.flat,
    "a tuple in a list": lambda a: [(a[0],)],
    "an as_strided view": lambda a: np.lib.stride_tricks.as_strided(a, (4,), (4,)),
}


@pytest.mark.slow
@pytest.mark.parametrize("holder", HOLDERS.values(), ids=HOLDERS)
@pytest.mark.filterwarnings("ignore::PendingDeprecationWarning")
def test_memory_that_somebody_holds_is_not_handed_out(holder):
    a = memory_pool.empty(LARGE)
    where = address(a)
    held = holder(a)
    del a
    gc.collect()
    others = [memory_pool.empty(LARGE) for _ in range(5)]
    assert where not in map(address, others)
    del held, others
    gc.collect()
    assert where in [address(b) for b in [memory_pool.empty(LARGE) for _ in range(6)]]


@pytest.mark.slow
@given(
    st.lists(
        st.tuples(st.integers(0, 9), st.integers(0, 40000), st.booleans()), min_size=20, max_size=60
    )
)
def test_nothing_is_ever_overwritten(actions):
    """Arrays of many sizes come and go, some kept only through a view: each keeps its number."""
    held = {}
    for number, (place, size, as_view) in enumerate(actions):
        held.pop(place, None)
        a = memory_pool.empty((17000 + size,))
        a[:] = number
        held[place] = number, a[::3] if as_view else a
        for expected, other in held.values():
            assert (other == expected).all()


@pytest.mark.slow
def test_threads_do_not_get_each_others_memory():
    wrong = []

    def worker(number):
        for _ in range(200):
            a = memory_pool.empty(LARGE)
            a[:] = number
            b = memory_pool.empty((200, 200))
            b[:] = -number
            if not ((a == number).all() and (b == -number).all()):
                wrong.append(number)

    workers = [threading.Thread(target=worker, args=(i + 1,)) for i in range(4)]
    for thread in workers:
        thread.start()
    for thread in workers:
        thread.join()
    assert not wrong


def test_results_of_operations_stay_what_they_were(rng):
    """A result that is kept is not touched by later calls that use memory again."""
    x, w = (
        rng.standard_normal((2, 16, 30, 30), np.float32),
        rng.standard_normal((16, 16, 3, 3), np.float32),
    )
    kept = [ops.conv2d(x, w, padding=1)[0], ops.relu(x)[0], ops.max_pool2d(x, 2)[0]]
    copies = [y.copy() for y in kept]
    for _ in range(3):
        for y in (
            ops.conv2d(x + 1, w, padding=1)[0],
            ops.relu(x + 1)[0],
            ops.max_pool2d(x + 1, 2)[0],
        ):
            del y
    assert all((a == b).all() for a, b in zip(kept, copies, strict=True))


@pytest.mark.slow
@pytest.mark.parametrize("shape", [(), (0,), (3,), (0, 5, 5), LARGE, (3, 100001)])
@pytest.mark.parametrize("dtype", [np.float32, np.float64, bool])
def test_arrays_are_ordinary(shape, dtype):
    a = memory_pool.empty(shape, dtype)
    assert type(a) is np.ndarray
    assert (a.shape, a.dtype) == (shape, dtype)
    assert a.flags.c_contiguous
    assert a.flags.writeable
    assert a.nbytes < memory_pool.MIN_POOLED_BYTES or address(a) % 64 == 0


@pytest.mark.slow
def test_the_order_in_memory_is_that_of_the_model(rng):
    x = rng.standard_normal((2, 3, 4, 5))
    last = np.ascontiguousarray(x.transpose(0, 2, 3, 1)).transpose(0, 3, 1, 2)
    assert memory_pool.empty_like(last).strides == last.strides
    assert memory_pool.empty_like(x).strides == x.strides
    assert memory_pool.empty_like(x[:, :, ::2], np.float32).flags.c_contiguous


@pytest.mark.slow
def test_a_small_request_does_not_take_a_far_too_large_buffer():
    del_me = memory_pool.empty((100 << 20,), np.uint8)
    del del_me
    before = memory_pool.cached_bytes()
    small = memory_pool.empty(LARGE)
    assert memory_pool.cached_bytes() == before
    del small


@pytest.mark.parametrize(("free", "wanted"), [(40, 1), (200, 60)])
def test_a_request_takes_a_buffer_that_is_not_far_too_large(free, wanted):
    """In MB: up to 48 MB larger, or up to 4 times as large."""
    large = memory_pool.empty((free << 20,), np.uint8)
    where = address(large)
    del large
    assert address(memory_pool.empty((wanted << 20,), np.uint8)) == where


@pytest.mark.slow
def test_what_nobody_needs_any_more_is_given_up():
    a = memory_pool.empty((1 << 25,))  # too large for what is asked for next
    del a
    with tuning.tuned(max_idle_requests=10):
        for _ in range(40):
            memory_pool.empty(LARGE)
    assert memory_pool.cached_bytes() < 1 << 20


@pytest.mark.slow
def test_emptying_the_cache_gives_everything_back():
    a = memory_pool.empty(LARGE)
    del a
    memory_pool.empty_cache()
    assert memory_pool.cached_bytes() == 0


def test_an_array_that_cannot_fit_is_refused_with_what_it_needs(monkeypatch):
    monkeypatch.setattr(resources, "memory", lambda: 3 << 30)
    x, w = np.zeros((1, 1, 1024, 1024), np.float32), np.zeros((2048, 1, 1, 1), np.float32)
    with pytest.raises(
        MemoryError,
        match=r"shape \(1, 1024, 1024, 2048\) needs 8.0 GiB of memory, "
        "and 3.0 GiB are left: use a smaller",
    ):
        ops.conv2d(x, w)
