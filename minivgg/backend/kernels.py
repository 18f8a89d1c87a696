"""The kernels of a device: the package ``cpu`` or ``cuda``, with the same functions in both."""

from minivgg.backend import cpu, cuda
from minivgg.backend.devices import common_device


def kernels_of(*arrays):
    """The kernels of the one device that these arrays live on; ``None`` among them is skipped.

    Raises ``RuntimeError`` when they are on two devices, and ``TypeError`` for what is no array.
    """
    return cuda if common_device(*arrays) == "gpu" else cpu
