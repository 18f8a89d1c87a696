"""What all tests share: seeded randomness, the devices, and no network."""

import socket
import sys

import numpy as np
import pytest
from hypothesis import HealthCheck, settings
from support import strict_cupy

from minivgg import backend

REAL_GPU = "gpu" in backend.available()

settings.register_profile(
    "repeatable",
    derandomize=True,
    deadline=None,
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # such as the device, which stays the same for all examples

settings.load_profile("repeatable")


@pytest.fixture(autouse=True)
def seeded():
    """Every test starts from the same random streams, on the CPU, and leaves the device as it was."""
    backend.use("cpu")
    with backend.fixed_seed(0):
        yield
    backend.use("cpu")


@pytest.fixture(autouse=True)
def offline(monkeypatch):
    """A test that opens a connection to another machine fails at once instead of waiting for it."""

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
    """Both devices in turn. Without a GPU, "gpu" is the strict stand-in, which refuses what CuPy refuses."""
    if request.param == "gpu" and not REAL_GPU:
        monkeypatch.setitem(sys.modules, "cupy", strict_cupy.make())
    backend.use(request.param)
    yield request.param
    backend.use("cpu")
