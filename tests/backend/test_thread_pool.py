"""Threads: every block is done once, results are the same to the bit for any number of them, errors
are raised, and no setting of BLAS is lost.
"""

import os
import subprocess
import sys
import threading
import time
import weakref
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import numpy as np
import pytest
from threadpoolctl import threadpool_info

from minivgg import backend, layers, losses, ops, optim
from minivgg.backend import thread_pool, tuning

NUMBERS = (1, 2, 3, 5)


@pytest.fixture(autouse=True)
def as_before():
    """The number of threads is left as it was."""
    before = thread_pool.get_num_threads()
    yield
    thread_pool.set_num_threads(before)


def blas_threads():
    """Of NumPy's BLAS: another test may have loaded SciPy, which brings one of its own."""
    return [
        library["num_threads"]
        for library in threadpool_info()
        if library["user_api"] == "blas" and "scipy.libs" not in library["filepath"]
    ]


needs_blas = pytest.mark.skipif(
    not blas_threads(), reason="this NumPy's BLAS has no threads to set"
)


@pytest.mark.parametrize("number", NUMBERS)
def test_every_block_is_done_once(number):
    thread_pool.set_num_threads(number)
    done = []
    thread_pool.for_each(done.append, range(100))
    assert sorted(done) == list(range(100))


def test_each_thread_starts_once_and_keeps_what_it_started_with():
    thread_pool.set_num_threads(3)
    started = []

    def start():
        mine = threading.get_ident()
        started.append(mine)

        def block(_):
            assert threading.get_ident() == mine
            time.sleep(0.001)

        return block

    thread_pool.run(start, range(30))
    assert len(started) == len(set(started)) <= 3


def test_more_threads_than_one_really_work():
    thread_pool.set_num_threads(2)
    both = threading.Barrier(2, timeout=20)
    thread_pool.for_each(
        lambda _: both.wait(), range(2)
    )  # each block waits for the other: one thread would wait for ever


@pytest.mark.parametrize(("cpus", "most"), [(2, 64), (100, 400), (None, 64)])
def test_a_few_threads_for_each_cpu_are_allowed(monkeypatch, cpus, most):
    monkeypatch.setattr(thread_pool.os, "cpu_count", lambda: cpus)
    with pytest.raises(ValueError, match=f"must be from 1 to {most} here, got {most + 1}"):
        backend.set_num_threads(most + 1)


def test_without_blocks_nothing_is_started():
    thread_pool.run(lambda: pytest.fail("there is nothing to do"), [])


@pytest.mark.parametrize("number", [1, 3])
def test_an_error_of_a_block_comes_out_and_the_rest_is_left(number):
    thread_pool.set_num_threads(number)
    done = []

    def block(i):
        if i == 5:
            raise ZeroDivisionError("block 5")
        time.sleep(0.0005)
        done.append(i)

    with pytest.raises(ZeroDivisionError, match="block 5"):
        thread_pool.for_each(block, range(500))
    assert len(done) < 400
    thread_pool.for_each(done.append, range(10))  # and everything goes on working


def test_an_error_in_a_helper_comes_out():
    thread_pool.set_num_threads(2)
    both, main = threading.Barrier(2, timeout=20), threading.get_ident()

    def block(_):
        both.wait()
        if threading.get_ident() != main:
            raise KeyError("in the helper")

    with pytest.raises(KeyError, match="in the helper"):
        thread_pool.for_each(block, range(2))


def test_a_block_may_ask_for_blocks():
    thread_pool.set_num_threads(3)
    done = []
    thread_pool.for_each(
        lambda i: thread_pool.for_each(lambda j: done.append((i, j)), range(4)), range(6)
    )
    assert sorted(done) == [(i, j) for i in range(6) for j in range(4)]


def test_a_block_that_asks_for_blocks_does_them_itself():
    thread_pool.set_num_threads(3)
    here = []

    def block(_):
        for _ in range(2):  # the second time as the first
            mine = threading.get_ident()
            thread_pool.for_each(
                lambda _, mine=mine: here.append(threading.get_ident() == mine), range(5)
            )

    thread_pool.for_each(block, range(6))
    assert len(here) == 60
    assert all(here)


@pytest.mark.parametrize("blocks", [2, 9])
def test_what_a_block_worked_on_is_let_go_at_once(blocks):
    """The arrays of a run are free when it returns.

    Also when the helper was too late to begin, or has only just finished.
    """
    thread_pool.set_num_threads(2)
    for _ in range(300):
        a = np.zeros(10)
        alive = weakref.ref(a)
        thread_pool.for_each(lambda _, a=a: a.sum(), range(blocks))
        del a
        assert alive() is None


def test_callers_from_several_threads_get_right_answers_and_blas_back(rng):
    thread_pool.set_num_threads(2)
    before = blas_threads()
    x, w = (
        rng.standard_normal((2, 8, 12, 12), np.float32),
        rng.standard_normal((8, 8, 3, 3), np.float32),
    )
    expected = ops.conv2d(x, w, padding=1)[0]
    wrong = []

    def caller():
        for _ in range(20):
            if not (ops.conv2d(x, w, padding=1)[0] == expected).all():
                wrong.append(threading.get_ident())

    callers = [threading.Thread(target=caller) for _ in range(4)]
    for thread in callers:
        thread.start()
    for thread in callers:
        thread.join()
    assert not wrong
    assert blas_threads() == before


def test_callers_at_once_share_the_helpers():
    """Never more threads at work than callers and helpers together."""
    thread_pool.set_num_threads(3)
    active, peaks, lock = [0], [], threading.Lock()

    def block(_):
        with lock:
            active[0] += 1
            peaks.append(active[0])
        time.sleep(0.001)
        with lock:
            active[0] -= 1

    callers = [
        threading.Thread(target=thread_pool.for_each, args=(block, range(20))) for _ in range(4)
    ]
    for thread in callers:
        thread.start()
    for thread in callers:
        thread.join()
    assert len(peaks) == 80
    assert max(peaks) <= 4 + 2


@needs_blas
def test_blas_works_on_one_thread_inside_and_gets_its_threads_back():
    thread_pool.set_num_threads(2)
    inside = []
    thread_pool.for_each(lambda _: inside.append(blas_threads()), range(2))
    assert inside == [[1]] * 2
    assert blas_threads() == [2]


@needs_blas
def test_blas_gets_its_threads_back_after_an_error():
    thread_pool.set_num_threads(2)
    with pytest.raises(ValueError, match="no"):
        thread_pool.for_each(lambda _: (_ for _ in ()).throw(ValueError("no")), [1])
    assert blas_threads() == [2]


def test_warnings_of_numpy_are_treated_as_the_caller_wants():
    """np.errstate of the caller also holds in the helpers."""
    thread_pool.set_num_threads(2)
    both = threading.Barrier(2, timeout=20)

    def block(_):
        both.wait()
        assert np.isinf(np.float32(1) / np.zeros(1, np.float32)).all()

    with np.errstate(divide="ignore"):
        thread_pool.for_each(block, range(2))  # a warning would be an error in these tests


def step(dtype):
    """Everything that a training step computes, as bytes."""
    with backend.fixed_seed(3):
        net = layers.Sequential(
            layers.Conv2d(3, 16, 3, padding=1), layers.ReLU(),
            layers.Conv2d(16, 16, 3, padding=1), layers.BatchNorm2d(16), layers.ReLU(),
            layers.MaxPool2d(2),
            layers.Conv2d(16, 256, 3, padding=1), layers.ReLU(),
            layers.Conv2d(256, 256, 3, padding=1), layers.ReLU(),
            layers.Conv2d(256, 32, 1), layers.LocalResponseNorm(), layers.MaxPool2d(3, 2),
            layers.Conv2d(32, 32, 3, stride=2, groups=4), layers.Flatten(),
            layers.Linear(32, 600), layers.ReLU(), layers.Dropout(0.5), layers.Linear(600, 10),
        ).to(dtype=dtype)  # fmt: skip
        x = np.random.default_rng(0).standard_normal((9, 3, 14, 14)).astype(dtype)
        loss, optimizer = losses.SoftmaxCrossEntropy(), optim.SGD(net.parameters(), 0.1)
        for _ in range(2):
            net.zero_grad()
            value = loss.forward(net(x), np.arange(9))
            dx = net.backward(loss.backward())
            optimizer.step()
    return [value.tobytes(), dx.tobytes()] + [
        array.tobytes() for p in net.parameters().values() for array in (p.data, p.grad)
    ]


@pytest.mark.slow
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_same_bits_for_any_number_of_threads(dtype):
    with tuning.tuned(block_bytes=1 << 14):  # many small blocks, so that threads share them
        thread_pool.set_num_threads(1)
        expected = step(dtype)
        for number in NUMBERS[1:]:
            thread_pool.set_num_threads(number)
            assert step(dtype) == expected


def test_a_blas_library_that_cannot_be_limited_is_reported(monkeypatch, caplog):
    """As with Accelerate on macOS, which threadpoolctl does not know."""
    none = SimpleNamespace(select=lambda user_api: SimpleNamespace(lib_controllers=[]))
    monkeypatch.setattr(thread_pool, "ThreadpoolController", lambda: none)
    assert thread_pool._blas_libraries.__wrapped__() == []
    assert "VECLIB_MAXIMUM_THREADS=1" in caplog.text
    caplog.clear()
    monkeypatch.setenv("VECLIB_MAXIMUM_THREADS", "1")
    assert thread_pool._blas_libraries.__wrapped__() == []
    assert not caplog.text


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_after_a_fork_the_child_can_compute():
    code = """
import os, numpy as np
from minivgg import ops
from minivgg.backend import thread_pool
thread_pool.set_num_threads(2)
x, w = np.ones((4, 64, 32, 32), "f"), np.ones((64, 64, 3, 3), "f")
expected = ops.conv2d(x, w, padding=1)[0]
child = os.fork()
same = bool((ops.conv2d(x, w, padding=1)[0] == expected).all())
if child == 0:
    os._exit(0 if same else 1)
assert same and os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
"""
    subprocess.run([sys.executable, "-W", "ignore", "-c", code], check=True, timeout=100)


@pytest.mark.slow
def test_a_thread_that_outlives_the_main_one_goes_on_alone():
    """When the interpreter ends, nothing can be submitted, but blocks must still be done."""
    code = """
import threading
from minivgg.backend import thread_pool
thread_pool.set_num_threads(2)
thread_pool.for_each(lambda i: None, range(4))
def late():
    threading.main_thread().join()
    done = []
    thread_pool.for_each(done.append, range(50))
    print(done == list(range(50)), flush=True)
threading.Thread(target=late).start()
"""
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, check=True, timeout=100, capture_output=True, text=True)
    assert done.stdout == "True\n", done.stderr


def test_an_executor_that_is_shut_down_in_between_loses_no_block(monkeypatch):
    """A helper that has begun is waited for, though no other can be started."""
    thread_pool.set_num_threads(3)
    begun, submitted, done = threading.Event(), [], []
    submit = ThreadPoolExecutor.submit

    def once(executor, *arguments):
        if submitted:
            raise RuntimeError("cannot schedule new futures after shutdown")
        submitted.append(submit(executor, *arguments))
        assert begun.wait(10)
        return submitted[0]

    def block(index):
        if index == 0:
            begun.set()
            time.sleep(0.2)
        done.append(index)

    monkeypatch.setattr(ThreadPoolExecutor, "submit", once)
    thread_pool.for_each(block, range(5))
    assert sorted(done) == list(range(5))


@needs_blas
def test_blas_is_limited_for_callers_in_any_thread():
    """Also where another thread was the first to set the number of BLAS's threads."""
    thread_pool.set_num_threads(2)
    inside, after = [], []

    def caller():
        thread_pool.for_each(lambda _: inside.append(blas_threads()), range(2))
        after.append(blas_threads())

    for _ in range(2):
        thread = threading.Thread(target=caller)
        thread.start()
        thread.join()
    assert {tuple(numbers) for numbers in inside} == {(1,) * len(inside[0])}
    assert {tuple(numbers) for numbers in after} == {(2,) * len(after[0])}


def test_the_number_of_threads_can_be_set_while_others_compute():
    thread_pool.set_num_threads(2)
    stop, wrong = threading.Event(), []

    def caller():
        while not stop.is_set():
            done = []
            thread_pool.for_each(done.append, range(20))
            if sorted(done) != list(range(20)):
                wrong.append(done)

    callers = [threading.Thread(target=caller) for _ in range(2)]
    for thread in callers:
        thread.start()
    for number in (1, 3, 2) * 20:
        thread_pool.set_num_threads(number)
    stop.set()
    for thread in callers:
        thread.join()
    assert not wrong
    assert blas_threads() == [2] * len(blas_threads())
