"""minivgg: the VGG paper from scratch, in NumPy and CuPy, readable and fast.

    from minivgg import backend, data, layers, losses, models, ops, optim

``training``, ``evaluation``, ``plots`` and ``weights`` are imported by name when needed.
Start reading with ``textbook``: every operation in its plainest form.

Each package imports only from those after it: cli, classroom, training, evaluation, models and
plots, weights, analysis, layers and optim, data, ops, backend, textbook and utils. Only commands
print.
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
