"""minivgg: the VGG paper from scratch, in NumPy and CuPy, to be read and to be trained with.

    from minivgg import backend, data, layers, losses, models, ops, optim

``training``, ``evaluation``, ``plots`` and ``weights`` are imported by name when needed.
Begin to read at ``textbook``: every operation in its plainest form.
"""

from minivgg import analysis, backend, data, layers, models, ops, optim
from minivgg.analysis import gradcheck
from minivgg.layers import initializers, losses

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
]
