"""Images of different sizes, drawn with equally large pixels."""

from collections.abc import Mapping, Sequence

import numpy as np

from minivgg.backend import Array
from minivgg.plots.figure import ORANGE, Figure, frame, show_image

TITLE_HEIGHT = 0.22  # inches
GAP = 0.1  # inches between two images
PROBE = 8  # pixels in each direction by which a part is recognised


def to_scale(
    rows: Sequence[Sequence[tuple[str, Array]]],
    frames: Mapping[str, tuple[int, int, int, int]] | None = None,
    width: float = 4.6,
) -> Figure:
    """Rows of images under their titles, all on one scale of inches per pixel.

    Parameters
    ----------
    rows : sequence of sequences of (str, uint8 array of shape (C, H, W))
        The title and the pixels of each image, grey or RGB.
    frames : dict of str to (row, column, height, width), optional
        By title, the part of an image to frame.
    width : float
        Of the figure, in inches.

    Returns
    -------
    figure : Figure
        Shown by a notebook; write it to a file with ``plots.save``.
    """
    scale = min((width - GAP * (len(row) + 1)) / sum(a.shape[2] for _, a in row) for row in rows)
    tallest = [scale * max(a.shape[1] for _, a in row) for row in rows]
    height = sum(tallest) + (TITLE_HEIGHT + GAP) * len(rows)
    figure = Figure(width, height)
    figure.set_layout_engine("none")
    top = height
    for row, row_height in zip(rows, tallest, strict=True):
        top -= TITLE_HEIGHT
        left = GAP
        for title, image in row:
            h, w = scale * image.shape[1], scale * image.shape[2]
            axes = figure.add_axes((left / width, (top - h) / height, w / width, h / height))
            show_image(axes, image)
            axes.set_axis_off()
            axes.set_title(title, fontsize=9, pad=2)
            if frames and title in frames:
                first_row, first_column, *size = frames[title]
                axes.add_patch(frame(first_row, first_column, (size[0], size[1]), ORANGE))
            left += w + GAP
        top -= row_height + GAP
    return figure


def part_of(image: Array, part: Array) -> tuple[int, int, int, int]:
    """Where a part was cut out of an image, as in ``frames``.

    Parameters
    ----------
    image : array of shape (C, H, W)
        The whole.
    part : array of shape (C, h, w)
        Pixels of it, unchanged; at least 8×8.

    Returns
    -------
    place : (row, column, height, width)
        The first position at which the pixels are the same.

    Raises
    ------
    ValueError
        If the part does not occur in the image.
    """
    probe = part[:, :PROBE, :PROBE]
    windows = np.lib.stride_tricks.sliding_window_view(image, probe.shape)[0]
    height, width = part.shape[1:]
    for row, column in np.argwhere((windows == probe).all(axis=(2, 3, 4))).tolist():
        if np.array_equal(image[:, row : row + height, column : column + width], part):
            return row, column, height, width
    raise ValueError("the part does not occur in the image")
