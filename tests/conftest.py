"""Fixtures of all tests: seeded random numbers, the devices, and no network."""

import gc
import os
import signal
import socket
import sys

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from minivgg import backend
from minivgg.backend.resources import cpus

pytest.register_assert_rewrite("support")  # before its first import: failing asserts show numbers
from support import strict_cupy  # noqa: E402

if os.environ.get("MINIVGG_REQUIRE_GPU", "0").strip() not in ("", "0"):
    backend.use("gpu")  # fails where there is none, and says why
    backend.use("cpu")
REAL_GPU = "gpu" in backend.available()
MOST_PROCESSES = 4  # each takes about 1 GB
PRETENDED_CARD = "pretended card"  # the name of that of tests/support/pretend_device

settings.register_profile(
    "repeatable",
    derandomize=True,
    deadline=None,
    max_examples=60,
    # a fixture such as the device is the same for all examples
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
settings.load_profile("repeatable")


def card_name():
    """The name of the GPU."""
    return backend.devices.cupy().cuda.runtime.getDeviceProperties(0)["name"].decode()


def pytest_configure(config):
    """Processes that share the CPUs use a thread each, and signals do what they do by default.

    On the pretended card each array is a block of its own: bounds are checked to the byte.
    """
    if hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) == signal.SIG_IGN:
        signal.signal(signal.SIGHUP, signal.SIG_DFL)  # nohup ignores it, and children do, too
    if hasattr(config, "workerinput"):
        backend.set_num_threads(1)
    if REAL_GPU and card_name() == PRETENDED_CARD:
        backend.devices.cupy().cuda.set_allocator(None)


def pytest_report_header():
    """Which devices the tests use."""
    if not REAL_GPU:
        return "devices: cpu, and a stand-in for CuPy without a GPU"
    cupy = backend.devices.cupy()
    return f"devices: cpu, and {backend.gpu_count()} × {card_name()} by CuPy {cupy.__version__}"


def pytest_addoption(parser):
    """How many damaged files, kills and attacks are tried; by default few."""
    parser.addoption("--mutants", type=int, default=40, help="damaged files of each format")
    parser.addoption("--downloads", type=int, default=40, help="downloads from hostile servers")
    parser.addoption("--kills", type=int, default=5, help="killed processes that train")
    parser.addoption("--on-devices", action="store_true", help="only tests of each device and GPUs")
    parser.addoption("--every-attack", action="store_true", help="all of tests/classroom/hostile")


@pytest.hookimpl(tryfirst=True)  # before pytest-xdist reads its options
def pytest_cmdline_main(config):
    """The whole suite is divided among processes, file by file; a file or a folder is not.

    It stays in one process with ``-n 0``, where output is not captured, and on a GPU.
    """
    option = config.option
    is_free = getattr(option, "numprocesses", 0) is None and option.dist == "no"
    is_whole = config.args_source is config.ArgsSource.TESTPATHS
    in_one = option.usepdb or option.capture == "no" or option.collectonly or REAL_GPU
    if is_free and is_whole and not in_one and not hasattr(config, "workerinput"):
        count = min(MOST_PROCESSES, cpus())
        if count > 1:
            option.numprocesses, option.dist = count, "loadfile"


def pytest_collection_modifyitems(config, items):
    """With ``--on-devices`` leave out the tests that no GPU takes part in."""
    if config.getoption("--on-devices"):
        on_gpu = [bool({"device", "xp"} & {*t.fixturenames}) or "gpu" in t.nodeid for t in items]
        config.hook.pytest_deselected(
            items=[t for t, on in zip(items, on_gpu, strict=True) if not on]
        )
        items[:] = [t for t, on in zip(items, on_gpu, strict=True) if on]


@given(st.none())
def first_example(_):
    """At its first example Hypothesis takes charge of NumPy's global generator."""


def pytest_collection_finish():
    """The collected tests live to the end, so no garbage collection need visit them."""
    first_example()  # before: Hypothesis asks the garbage collector who refers to the generator
    gc.freeze()


@pytest.fixture(autouse=True, scope="module")
def quick_garbage_collection():
    """What is alive between two modules stays, so a collection visits only what came after.

    Otherwise each takes a quarter of a second at the end of the suite.
    """
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def seeded():
    """Every test starts from the same random numbers, on the CPU, and ends there."""
    backend.use("cpu")
    with backend.fixed_seed(0):
        yield
    backend.use("cpu")


@pytest.fixture(autouse=True)
def offline(monkeypatch):
    """A connection to another machine fails at once instead of waiting for an answer."""

    def guarded(connect):
        def only_here(address, *args, **kwargs):
            if (address[0] if isinstance(address, tuple) else address) != "127.0.0.1":
                raise OSError("tests run without a network")
            return connect(address, *args, **kwargs)

        return only_here

    for name in ("create_connection", "getaddrinfo"):
        monkeypatch.setattr(socket, name, guarded(getattr(socket, name)))


@pytest.fixture
def rng():
    """A seeded NumPy generator."""
    return np.random.default_rng(0)


@pytest.fixture(params=["cpu", "gpu"])
def device(request, monkeypatch):
    """Each device in turn. Without a GPU, "gpu" is a stand-in that refuses what CuPy refuses."""
    if request.param == "gpu" and not REAL_GPU:
        monkeypatch.setitem(sys.modules, "cupy", strict_cupy.make())
    backend.use(request.param)
    yield request.param
    backend.use("cpu")
