"""Figures of many small images in rows: filters, and what activates units."""

from collections.abc import Sequence

import numpy as np

from minivgg.backend import Array
from minivgg.plots.figure import Figure, blank_panels, show_image

LABEL_WIDTH = 0.9  # inches, left of the tiles
CAPTION_HEIGHT = 0.2  # inches
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
        The label and the images of each row, grey or RGB; rows may have different lengths.
    size : float
        Inches of an image.
    captions : sequence of sequence of str
        For each row, texts above its first images; a row without captions has an empty sequence.

    Returns
    -------
    figure : Figure
        Shown by a notebook; write it to a file with ``plots.save``.
    """
    columns = max(len(images) for _, images in rows)
    captioned = sum(len(texts) > 0 for texts in captions)
    height = size * len(rows) + CAPTION_HEIGHT * captioned + 0.1
    figure = Figure(LABEL_WIDTH + size * columns, height)
    figure.get_layout_engine().set(w_pad=0.015, h_pad=0.015, wspace=0, hspace=0)  # type: ignore[union-attr, call-arg]
    panels = iter(blank_panels(figure, len(rows), columns))
    for r, (label, images) in enumerate(rows):
        texts = captions[r] if r < len(captions) else ()
        row = [next(panels) for _ in range(columns)]
        row[0].text(-0.12, 0.5, label, transform=row[0].transAxes, ha="right", va="center",
                    fontsize=9)  # fmt: skip
        for axes, image in zip(row, images, strict=False):
            show_image(axes, image)
        for axes, text in zip(row, texts, strict=False):
            axes.set_title(text, fontsize=9, pad=2)
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
