"""The kernels of a device: the package ``cpu`` or ``cuda``, with the same functions in both.

The operations call them with checked arguments. Images go in and out as (N, C, H, W); results of
pooling are (N, OH, OW, C). Functions named ``linear_*`` and ``sgd`` fill or change arguments.
"""

from minivgg.backend import cpu, cuda
from minivgg.backend.devices import common_device


def kernels_of(*arrays):
    """The kernels of the one device that these arrays live on; ``None`` among them is skipped.

    Raises ``RuntimeError`` when they are on two devices, and ``TypeError`` for a non-array.
    """
    return cuda if common_device(*arrays) == "gpu" else cpu
