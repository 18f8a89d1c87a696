"""The kernels of the device that an array lives on: ``cpu`` or ``cuda``, the same functions in both."""

from minivgg.backend import cpu, cuda, devices


def kernels_of(x):
    """The package with the kernels for the device that ``x`` lives on."""
    return cuda if devices.device_of(x) == "gpu" else cpu
