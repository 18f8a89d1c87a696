"""What all figures have in common: the class, the colours, saving, and small helpers.

The colours can be told apart by colour-blind readers (Okabe & Ito) and in print without colour.
"""

import io
import warnings

import numpy as np
from matplotlib import figure as matplotlib_figure
from matplotlib.axes import Axes

from minivgg.utils.files import replacing

BLUE, ORANGE, GREEN, GREY = "#0072B2", "#D55E00", "#009E73", "#666666"
SAVED_DPI, NOTEBOOK_DPI = 120, 100
MAX_LABEL_LENGTH = 20  # characters of a class name


class Figure(matplotlib_figure.Figure):
    """A figure that a notebook shows when it is the last value of a cell, without any setup."""

    def __init__(self, width: float, height: float):
        """Width and height in inches."""
        super().__init__(figsize=(width, height), layout="constrained")

    def _repr_png_(self):
        file = io.BytesIO()
        self.savefig(file, format="png", dpi=NOTEBOOK_DPI)
        return file.getvalue()


def save(figure, path):
    """Write a figure to a PNG file, completely or not at all."""
    with replacing(path) as temporary, warnings.catch_warnings():
        # a glyph that the font lacks is drawn as a box, which users need no warning about
        warnings.simplefilter("ignore", UserWarning)
        figure.savefig(temporary, format="png", dpi=SAVED_DPI)


def blank_panels(figure: Figure, rows: int, columns: int) -> np.ndarray:
    """A grid of panels without axes, as a flat array."""
    panels = figure.subplots(rows, columns, squeeze=False).ravel()
    for axes in panels:
        axes.set_axis_off()
    return panels


def remove_box(axes: Axes, *others: str) -> None:
    """Remove the top and right border of a panel, and other borders by name."""
    axes.spines[["top", "right", *others]].set_visible(False)


def show_image(axes: Axes, image: np.ndarray) -> None:
    """Show a uint8 image (C, H, W), grey or RGB, pixel by pixel."""
    pixels = image[0] if len(image) == 1 else image.transpose(1, 2, 0)
    axes.imshow(pixels, cmap="gray", vmin=0, vmax=255, interpolation="nearest")


def shorten(name: str) -> str:
    """A class name as a label: not too long, and without formulas between dollar signs."""
    short = name if len(name) <= MAX_LABEL_LENGTH else name[: MAX_LABEL_LENGTH - 1] + "…"
    return short.replace("$", r"\$")
