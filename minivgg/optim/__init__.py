"""Optimizers, which alone change weights, and schedules, which alone change the learning rate."""

from minivgg.optim.schedules import CosineLR, ReduceOnPlateau, StepLR
from minivgg.optim.sgd import SGD

__all__ = ["SGD", "CosineLR", "ReduceOnPlateau", "StepLR"]
