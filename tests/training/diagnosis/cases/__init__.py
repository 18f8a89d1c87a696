"""Trainings with one planted fault each, and healthy ones, for the tests of ``diagnose``.

Each function returns the arguments of ``diagnose``. ``FAULTS`` says which finding must name it.
"""

from . import healthy, images, losses, nets, settings
from .files import WITH_CIFAR, WITH_FILES
from .parts import FAULTS, HEALTHY, digits, loader, net, training

__all__ = [
    "FAULTS",
    "HEALTHY",
    "WITH_CIFAR",
    "WITH_FILES",
    "digits",
    "healthy",
    "images",
    "loader",
    "losses",
    "net",
    "nets",
    "settings",
    "training",
]
