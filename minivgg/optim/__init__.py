"""Optimizers, which alone change weights, and schedules, which alone change the learning rate."""

from minivgg.optim.sgd import SGD, CosineLR, ReduceOnPlateau, StepLR

__all__ = ["SGD", "CosineLR", "ReduceOnPlateau", "StepLR"]
