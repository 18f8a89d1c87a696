"""Optimizers, which alone change weights, and schedules, which alone change the learning rate.

Between the backward pass and the step, ``clip_gradients`` can shorten the gradient.
"""

from minivgg.optim.adam import Adam, AdamW
from minivgg.optim.clipping import clip_gradients
from minivgg.optim.optimizer import Optimizer
from minivgg.optim.schedules import CosineLR, ReduceOnPlateau, Schedule, StepLR, WarmUp
from minivgg.optim.sgd import SGD

__all__ = [
    "SGD",
    "Adam",
    "AdamW",
    "CosineLR",
    "Optimizer",
    "ReduceOnPlateau",
    "Schedule",
    "StepLR",
    "WarmUp",
    "clip_gradients",
]
