"""Receptive fields: how many pixels of the input a unit sees, and how far neighbours are apart."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ReceptiveField:
    """How the units of a layer see the input along one axis.

    size: the pixels that one unit sees, r. jump: the distance in pixels between the centres of
    neighbouring units, j.
    """

    size: int = 1
    jump: int = 1

    def through(self, kernel, stride):
        """One window further: r ← r + (k − 1)·j, then j ← j·s."""
        return ReceptiveField(self.size + (kernel - 1) * self.jump, self.jump * stride)


def receptive_field(layers):
    """(size, jump) in pixels after (kernel, stride) pairs: [(3, 1), (3, 1), (2, 2)] -> (6, 2)."""
    field = ReceptiveField()
    for kernel, stride in layers:
        field = field.through(kernel, stride)
    return field.size, field.jump
