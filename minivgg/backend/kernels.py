"""Floor 1: the few hot loops, one module for each device, with the same functions in both."""

from minivgg import backend
from minivgg.kernels import cpu, gpu


def kernels_of(x):
    """The module with the hot loops for the device that ``x`` lives on."""
    return gpu if backend.device_of(x) == "gpu" else cpu
