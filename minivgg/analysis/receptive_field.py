"""Receptive fields: how many pixels of the input a unit sees, and how far neighbours are apart."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class ReceptiveField:
    """How the units of a layer see the input along one axis.

    Parameters
    ----------
    size : int
        r, the pixels that one unit sees.
    jump : int
        j, the distance in pixels between the centres of neighbouring units.
    """

    size: int = 1
    jump: int = 1

    def through(self, kernel: int, stride: int) -> "ReceptiveField":
        """The field of the next layer: r ← r + (k − 1)·j, then j ← j·s.

        Parameters
        ----------
        kernel, stride : int
            k and s of the next layer, along this axis. A kernel with dilation d counts as one of
            d·(k − 1) + 1 pixels.

        Returns
        -------
        ReceptiveField
            How its units see the input.
        """
        return ReceptiveField(self.size + (kernel - 1) * self.jump, self.jump * stride)


def receptive_field(layers: Iterable[tuple[int, int]]) -> tuple[int, int]:
    """How many pixels a unit sees after several layers, and how far neighbours are apart.

    Parameters
    ----------
    layers : list of (int, int)
        (kernel, stride) of each layer, in order. A kernel with dilation d counts as one of
        d·(kernel − 1) + 1 pixels.

    Returns
    -------
    size, jump : int
        Both in pixels along one axis: r and j of ``ReceptiveField``.

    References
    ----------
    Simonyan & Zisserman 2014, §2.3: three 3×3 convolutions see as much as one of 7×7.

    Examples
    --------
    >>> receptive_field([(3, 1), (3, 1), (3, 1)])
    (7, 1)
    >>> receptive_field([(3, 1), (3, 1), (2, 2)])  # two convolutions and a max-pool
    (6, 2)
    """
    field = ReceptiveField()
    for kernel, stride in layers:
        field = field.through(kernel, stride)
    return field.size, field.jump
