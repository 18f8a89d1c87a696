"""Figures of many small images in rows: filters, and what activates units."""

from collections.abc import Sequence

import numpy as np

from minivgg.backend import Array
from minivgg.plots.figure import Figure, show_image

LABEL_WIDTH, NO_LABEL_WIDTH = 0.9, 0.1  # inches, left of the tiles
CAPTION_HEIGHT = 0.32  # inches, with the gap to the row above
TILE = 0.95  # of the distance between two images
GREY_LEVEL = 127.5  # of zero


def tiles(
    rows: Sequence[tuple[str, Sequence[Array]]],
    size: float = 0.5,
    captions: Sequence[Sequence[str]] = (),
) -> Figure:
    """Rows of small images, with a label at the left of each row.

    Parameters
    ----------
    rows : sequence of (str, sequence of uint8 arrays of shape (C, H, W))
        The label and the images of each row, grey or RGB; rows may have different lengths. A label
        may have two lines.
    size : float
        Inches of an image.
    captions : sequence of sequence of str
        For each row, texts above its first images; a row without captions has an empty sequence.
        Above a row with captions there is a gap: it begins a group of rows.

    Returns
    -------
    figure : Figure
        Shown by a notebook; write it to a file with ``plots.save``.
    """
    columns = max(len(images) for _, images in rows)
    texts_of = [captions[r] if r < len(captions) else () for r in range(len(rows))]
    gaps = [CAPTION_HEIGHT if len(texts) else 0.0 for texts in texts_of]
    label_width = LABEL_WIDTH if any(label for label, _ in rows) else NO_LABEL_WIDTH
    figure = Figure(label_width + size * columns, size * len(rows) + sum(gaps) + 0.1)
    figure.set_layout_engine("none")
    width, height = figure.get_size_inches()
    top = height - 0.05
    for (label, images), texts, gap in zip(rows, texts_of, gaps, strict=True):
        top -= gap + size
        for k, image in enumerate(images):
            left = label_width + k * size
            axes = figure.add_axes((left / width, top / height, TILE * size / width,
                                    TILE * size / height))  # fmt: skip
            show_image(axes, image)
            axes.set_axis_off()
            if k == 0:
                axes.text(-0.1, 0.5, label, transform=axes.transAxes, ha="right", va="center",
                          fontsize=9)  # fmt: skip
            if k < len(texts):
                axes.set_title(texts[k], fontsize=9, pad=2)
    return figure


def weights_as_pixels(weights: Array) -> Array:
    """Filters or input patterns as images: zero is grey, each on its own scale.

    Parameters
    ----------
    weights : array of shape (N, C, H, W)
        Numbers of either sign.

    Returns
    -------
    images : uint8 array of shape (N, C, H, W)
        The largest absolute number of each is black or white.
    """
    largest = np.abs(weights).max(axis=(1, 2, 3), keepdims=True)
    scaled = weights / np.where(largest > 0, largest, 1)
    return np.rint(GREY_LEVEL * (1 + scaled)).clip(0, 255).astype(np.uint8)
