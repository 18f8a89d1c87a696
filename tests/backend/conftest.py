"""The library of the GPU's arrays, for tests that call kernels directly."""

import sys

import numpy as np
import pytest
from support import strict_cupy

from minivgg import backend


@pytest.fixture
def xp(monkeypatch):
    """CuPy where there is a GPU; else the stand-in, which runs the CUDA sources on the CPU."""
    if "gpu" in backend.available():
        return backend.namespace(backend.to_device(np.zeros(1), "gpu"))
    monkeypatch.setitem(sys.modules, "cupy", strict_cupy.make())
    return sys.modules["cupy"]
