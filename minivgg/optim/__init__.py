"""Optimizers, which alone change weights, and schedules, which alone change the learning rate."""

from minivgg.optim.optimizer import Optimizer
from minivgg.optim.schedules import CosineLR, ReduceOnPlateau, Schedule, StepLR
from minivgg.optim.sgd import SGD

__all__ = ["SGD", "CosineLR", "Optimizer", "ReduceOnPlateau", "Schedule", "StepLR"]
