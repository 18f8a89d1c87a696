"""A wrong result beside the right one, as maps whose wrong entries are marked."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator
from numpy.typing import ArrayLike

from minivgg.backend import Array
from minivgg.plots.figure import Figure, write_value

MAX_CELLS_WITH_FRAMES = 400  # of a map
MAX_COLUMNS_WITH_VALUES, MAX_ROWS_WITH_VALUES = 12, 16  # of a map, into which they are written
MAX_COLUMNS_BESIDE = 6  # of maps that are side by side
MAX_TIMES_LARGER = 2.0  # than the largest right value: what has a colour of its own
SMALL = 7  # points, of the values: a cell can be narrow


def wrong_entries(
    want: ArrayLike,
    have: ArrayLike,
    title: str,
    wrong: ArrayLike | None = None,
    axes: tuple[str, str] = ("row", "column"),
) -> Figure:
    """The right map beside another one, whose wrong entries are framed.

    Values are written into small maps. In large ones a third panel shows which entries are wrong.

    Parameters
    ----------
    want, have : array of shape (H, W)
        The right map and the other one.
    title : str
        The title of the figure.
    wrong : bool array of shape (H, W), optional
        Which entries are wrong; by default those that differ by more than rounding.
    axes : (str, str)
        What rows and columns are.

    Returns
    -------
    figure : Figure
        Shown by a notebook; write it to a file with ``plots.save``.
    """
    want, have = np.asarray(want, float), np.asarray(have, float)
    if wrong is None:
        with np.errstate(invalid="ignore"):
            largest = np.abs(want).max(initial=1e-12, where=np.isfinite(want))
            wrong = ~(np.abs(have - want) <= 1e-4 * largest)
    wrong = np.asarray(wrong, bool)
    height, width = want.shape
    limit, extend = _colour_limit(want, have)
    has_values = width <= MAX_COLUMNS_WITH_VALUES and height <= MAX_ROWS_WITH_VALUES
    has_frames = want.size <= MAX_CELLS_WITH_FRAMES
    is_wide = width > MAX_COLUMNS_BESIDE  # then one panel is below the other
    headings = ["should be", "is (wrong entries framed)"] if has_frames else ["should be", "is"]
    count = 2 if has_frames else 3
    across = np.clip((0.54 if has_values else 0.2) * width, 1.7, 6.4 if is_wide else 3.2)
    down = np.clip((0.32 if has_values else 0.2) * height, 0.35, 2.2 if is_wide else 3.2)
    rows, columns = (count, 1) if is_wide else (1, count)
    figure = Figure(columns * (across + 0.4) + 0.9, rows * (down + 0.6) + 0.7)
    panels = figure.subplots(rows, columns, squeeze=False).ravel()
    pictures_of_values = []
    for panel, a, heading in zip(panels, (want, have), headings, strict=False):
        shown = np.ma.masked_invalid(a)
        scale: dict[str, Any] = {"vmin": -limit, "vmax": limit, "aspect": "auto"}
        pictures_of_values.append(panel.imshow(shown, cmap="PuOr", **scale))
        panel.set_facecolor("#d0d0d0")  # not a number, or infinite
        _label_panel(panel, heading, axes)
        for (row, column), value in np.ndenumerate(a) if has_values else ():
            colour = "white" if 0.65 * limit < abs(value) < np.inf else "black"
            write_value(panel, row, column, _short(value), colour, SMALL)
    for row, column in np.argwhere(wrong) if has_frames else ():
        for colour, line in (("white", 3.4), ("black", 1.7)):  # seen on pale and on dark cells
            style: dict[str, Any] = {"fill": False, "edgecolor": colour, "linewidth": line}
            panels[1].add_patch(Rectangle((column - 0.45, row - 0.45), 0.9, 0.9, **style))
    if not has_frames:
        panels[2].imshow(wrong, cmap="Greys", vmin=0, vmax=1.25, aspect="auto")
        _label_panel(panels[2], "wrong entries (black)", axes)
    bar = figure.colorbar(
        pictures_of_values[0], ax=panels[:2], extend=extend, aspect=12, shrink=0.95
    )
    bar.ax.tick_params(labelsize=7)
    bar.set_label("value", fontsize=8)
    figure.suptitle(title, fontsize=9, parse_math=False)
    return figure


def _colour_limit(want: Array, have: Array) -> tuple[float, str]:
    """The largest value with a colour of its own, and at which ends of the scale there are more.

    A few values that are far too large do not make all others pale.
    """
    largest, other = (np.abs(a).max(initial=0, where=np.isfinite(a)) for a in (want, have))
    limit = min(max(largest, other), MAX_TIMES_LARGER * largest) if largest else other
    finite = have[np.isfinite(have)]
    above, below = bool((finite > limit).any()), bool((finite < -limit).any())
    return float(limit) or 1.0, {(1, 1): "both", (1, 0): "max", (0, 1): "min"}.get(
        (above, below), "neither"
    )


def _label_panel(panel: Axes, heading: str, axes: tuple[str, str]) -> None:
    """The heading, the names of the axes, and a tick for each index if there is room."""
    panel.set_title(heading, fontsize=8.5)
    panel.set_ylabel(axes[0], fontsize=8)
    panel.set_xlabel(axes[1], fontsize=8)
    panel.tick_params(labelsize=7, length=2)
    panel.xaxis.set_major_locator(MaxNLocator(12, integer=True, min_n_ticks=1))
    panel.yaxis.set_major_locator(MaxNLocator(8, integer=True, min_n_ticks=1))
    if not axes[0]:
        panel.set_yticks([])


def _short(value: float) -> str:
    """A number of at most about six characters, with a minus sign."""
    if np.isfinite(value) and value == int(value) and abs(value) < 1e5:
        return f"{int(value)}".replace("-", "−")
    return f"{value:.3g}".replace("e+0", "e").replace("e-0", "e-").replace("-", "−")
