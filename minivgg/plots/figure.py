"""What all figures have in common: the class, the colours, saving, and small helpers.

The colours can be told apart by colour-blind readers (Okabe & Ito) and in print without colour.
"""

import io
import unicodedata
from pathlib import Path
from typing import Self

from matplotlib import figure as matplotlib_figure
from matplotlib.axes import Axes
from matplotlib.backend_bases import RendererBase
from matplotlib.patches import Rectangle

from minivgg.backend import Array
from minivgg.plots.fonts import boxes_without_warnings, make_legible
from minivgg.utils.files import StrPath, replacing
from minivgg.utils.printable_text import without_control_characters

BLUE, ORANGE, GREEN, GREY = "#0072B2", "#D55E00", "#009E73", "#666666"
LIGHT_BLUE = "#56B4E9"
SAVED_DPI, NOTEBOOK_DPI = 120, 100
PICTURE_FORMATS = {  # by suffix, as matplotlib calls them
    ".png": "png", ".jpg": "jpg", ".jpeg": "jpg", ".svg": "svg", ".pdf": "pdf",
}  # fmt: skip
MAX_LABEL_LENGTH = 20  # characters of a class name


class Figure(matplotlib_figure.Figure):
    """A figure that a notebook shows when it is the last value of a cell, without any setup.

    Parameters
    ----------
    width, height : float
        In inches.
    """

    def __init__(self, width: float, height: float) -> None:
        super().__init__(figsize=(width, height), layout="constrained")
        self.description = ""

    def draw(self, renderer: RendererBase) -> None:
        """Draw the figure, in fonts that have the characters of its texts.

        Parameters
        ----------
        renderer : matplotlib.backend_bases.RendererBase
            Given by matplotlib.
        """
        make_legible(self)
        with boxes_without_warnings():
            super().draw(renderer)

    def describe(self, text: str) -> Self:
        """Give the figure a description for those who cannot see it.

        Parameters
        ----------
        text : str
            What the figure shows and what follows from it, in one or two sentences.

        Returns
        -------
        figure : Figure
            The figure itself.
        """
        self.description = text
        return self

    def _repr_mimebundle_(
        self, include: object = None, exclude: object = None
    ) -> tuple[dict[str, object], dict[str, dict[str, str]]]:
        """What a notebook shows, and the alternative text of the image."""
        text = self.description or repr(self)
        metadata = {"image/png": {"alt": self.description}} if self.description else {}
        return {"image/png": png(self), "text/plain": text}, metadata


def png(figure: matplotlib_figure.Figure) -> bytes:
    """A figure as a PNG.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        Any figure of matplotlib.

    Returns
    -------
    content : bytes
        Of a file.
    """
    file = io.BytesIO()
    make_legible(figure)
    with boxes_without_warnings():
        figure.savefig(file, format="png", dpi=NOTEBOOK_DPI)
    return file.getvalue()


def save(figure: matplotlib_figure.Figure, path: StrPath) -> None:
    """Write a figure to a file, completely or not at all.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        Any figure of matplotlib.
    path : path
        The file; one that exists is replaced. Its suffix, in any case, is the format: one of
        PICTURE_FORMATS, or PNG for a name without suffix.

    Raises
    ------
    ValueError
        If the suffix is another one.
    OSError
        If the file cannot be written.
    """
    suffix = Path(path).suffix.lower() or ".png"
    if suffix not in PICTURE_FORMATS:
        raise ValueError(
            f"figures are written as {', '.join(PICTURE_FORMATS)}, not as {Path(path).name}"
        )
    make_legible(figure)
    with replacing(path) as temporary, boxes_without_warnings():
        figure.savefig(temporary, format=PICTURE_FORMATS[suffix], dpi=SAVED_DPI)


def frame(
    top: float,
    left: float,
    size: tuple[float, float],
    colour: str,
    linewidth: float = 2.5,
    linestyle: str = "-",
) -> Rectangle:
    """A rectangle around pixels of an image, or around entries of a matrix.

    Parameters
    ----------
    top, left : float
        Row and column of the first pixel.
    size : (float, float)
        Height and width in pixels.
    colour, linewidth, linestyle : str, float, str
        Of the edge, as for matplotlib.

    Returns
    -------
    frame : Rectangle
        To be added to a panel.
    """
    return Rectangle((left - 0.5, top - 0.5), size[1], size[0], fill=False, edgecolor=colour,
                     linewidth=linewidth, linestyle=linestyle)  # fmt: skip


def blank_panels(figure: Figure, rows: int, columns: int) -> list[Axes]:
    """A grid of panels without axes, row by row.

    Parameters
    ----------
    figure : Figure
        Where the panels are made.
    rows, columns : int
        The size of the grid.

    Returns
    -------
    panels : list of Axes
        ``rows`` × ``columns`` of them.
    """
    panels = list(figure.subplots(rows, columns, squeeze=False).ravel())
    for axes in panels:
        axes.set_axis_off()
    return panels


def remove_box(axes: Axes, *others: str) -> None:
    """Remove the top and right border of a panel, and other borders by name.

    Parameters
    ----------
    axes : Axes
        The panel.
    *others : {"left", "bottom"}
        More borders to remove.
    """
    axes.spines[["top", "right", *others]].set_visible(False)


def show_image(axes: Axes, image: Array) -> None:
    """Show an image, pixel by pixel.

    Parameters
    ----------
    axes : Axes
        The panel.
    image : uint8 array of shape (C, H, W)
        Grey (C = 1) or RGB (C = 3).
    """
    pixels = image[0] if len(image) == 1 else image.transpose(1, 2, 0)
    axes.imshow(pixels, cmap="gray", vmin=0, vmax=255, interpolation="nearest")


def shorten(name: str) -> str:
    """A class name as a label: not too long, and without formulas between dollar signs.

    Parameters
    ----------
    name : str
        The name of a class.

    Returns
    -------
    label : str
        One line of at most 20 characters, the last of which is "…" where some were left out. Bytes
        of a name that is not UTF-8 are �.
    """
    name = " ".join(without_control_characters(unicodedata.normalize("NFC", name)).split())
    short = name if len(name) <= MAX_LABEL_LENGTH else name[: MAX_LABEL_LENGTH - 1] + "…"
    return short.replace("$", r"\$")


def write_value(axes: Axes, row: int, column: int, text: str, colour: str, size: float = 9) -> None:
    """Write a value into a cell of a map.

    Parameters
    ----------
    axes : Axes
        The panel.
    row, column : int
        The cell.
    text : str
        The value.
    colour : str
        Of the text.
    size : float
        Of the text, in points.
    """
    axes.text(column, row, text, ha="center", va="center", fontsize=size, color=colour)
