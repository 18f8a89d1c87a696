"""Many small pictures in one."""

import numpy as np
from numpy.typing import ArrayLike

from minivgg.plots.figure import Figure

GAP = 0.15  # between two small pictures, as a share of one


def mosaic(pictures: ArrayLike, columns: int, inches: float = 4.6) -> Figure:
    """Many small pictures side by side, all on one scale on which 0 is grey.

    Parameters
    ----------
    pictures : array of shape (N, H, W) or (N, 3, H, W)
        Grey pictures, or coloured ones.
    columns : int
        Pictures in a row.
    inches : float
        The width of the figure.

    Returns
    -------
    figure : Figure
        Shown by a notebook; write it to a file with ``plots.save``.
    """
    values = np.asarray(pictures, float)
    if values.ndim == 3:
        values = np.repeat(values[:, None], 3, axis=1)
    values = 0.5 + 0.5 * values / (np.abs(values).max() or 1)
    rows = -(-len(values) // columns)
    figure = Figure(inches, inches * rows / columns * values.shape[2] / values.shape[3])
    axes = figure.subplots()
    for number, picture in enumerate(values):
        row, column = divmod(number, columns)
        extent = (column, column + 1 - GAP, row + 1 - GAP, row)
        axes.imshow(picture.transpose(1, 2, 0), extent=extent, interpolation="nearest")
    axes.set(xlim=(0, columns - GAP), ylim=(rows - GAP, 0))
    axes.set_axis_off()
    return figure
