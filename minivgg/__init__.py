"""minivgg: the VGG paper from scratch, in NumPy and CuPy, readable enough to teach from and fast enough to train with.

    from minivgg import backend, data, layers, losses, models, ops, optim

``training``, ``evaluation``, ``run``, ``plots``, ``weights`` and ``checkpoint`` are imported by name when needed.
The README's section on the architecture shows how the modules stand on each other.
"""

from minivgg import analysis, backend, data, gradcheck, initializers, layers, losses, models, ops, optim, reference

__version__ = "0.1.0"

__all__ = [
    "analysis",
    "backend",
    "data",
    "gradcheck",
    "initializers",
    "layers",
    "losses",
    "models",
    "ops",
    "optim",
    "reference",
]
