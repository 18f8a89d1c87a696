"""minivgg: the VGG paper from scratch, in NumPy and CuPy, readable and fast.

    from minivgg import backend, data, layers, losses, models, ops, optim

``training``, ``evaluation``, ``plots`` and ``weights`` are imported by name when needed.
Start reading with ``textbook``: every operation in its plainest form.

Each package imports only from those after it: cli, classroom, training, evaluation, models and
plots, weights, analysis, layers and optim, data, ops, backend, textbook and utils. Only commands
print.
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 (a checkout can be used without installing it)
    _error = SystemExit if sys.argv[0] == "-m" else ImportError  # "python -m minivgg" shows a line
    raise _error(
        "minivgg needs Python 3.11 or newer, and this is Python {}.{}: make a virtual environment "
        "with a newer one: python3.12 -m venv --clear .venv".format(*sys.version_info)
    )

from minivgg.utils.early_interrupt import end_on_ctrl_c, is_program

if is_program():
    end_on_ctrl_c()  # before the imports that take time

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
