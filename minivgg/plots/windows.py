"""Drawings of the windows of convolution and pooling, number by number."""

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from minivgg.backend import Array
from minivgg.ops.shapes import output_size
from minivgg.plots import cells
from minivgg.plots.cells import TINTS, pale, shown, write
from minivgg.plots.figure import BLUE, GREEN, GREY, Figure

PADDING_FILL = "#e8e8e8"
GAP = 1.5  # squares between two grids


def window_sum(
    x: ArrayLike,
    w: ArrayLike,
    b: float = 0,
    row: int = 0,
    column: int = 0,
    stride: int = 1,
    padding: int = 0,
    titles: tuple[str, str, str] = ("image", "filter", "output"),
) -> Figure:
    """One output number of a convolution: window ⊙ filter in each channel, their sum, the bias.

    Parameters
    ----------
    x : array of shape (C, H, W)
        One image; the padding is drawn grey.
    w : array of shape (C, k, k)
        One filter.
    b : float
        Its bias.
    row, column : int
        The number of the output.
    stride, padding : int
        In pixels.
    titles : (str, str, str)
        Of the image, the filter and the output.

    Returns
    -------
    figure : Figure
        Shown by a notebook; write it to a file with ``plots.save``.
    """
    x, w = np.asarray(x, float), np.asarray(w, float)
    (channels, height, width), k = x.shape, w.shape[-1]
    padded = np.pad(x, ((0, 0), (padding, padding), (padding, padding)))
    top, left = row * stride, column * stride
    products = padded[:, top : top + k, left : left + k] * w
    y = _convolution(padded, w, b, stride)
    columns = np.cumsum([0.2, padded.shape[2] + GAP, k + GAP, k])
    step = padded.shape[1] + 1.2
    figure, axes = cells.canvas(columns[3] + 4, channels * step + len(y) + 1.6)
    for c in range(channels):
        y0, name = c * step + 1.2, f", channel {c}" if channels > 1 else ""
        border = [
            (i, j, PADDING_FILL)
            for i, j in np.ndindex(padded.shape[1:])
            if not (padding <= i < padding + height and padding <= j < padding + width)
        ]
        window = [(top + i, left + j, pale(BLUE)) for i, j in np.ndindex(k, k)]
        cells.grid(axes, padded[c], columns[0], y0, f"{titles[0]}{name}", [*border, *window])
        cells.frame(axes, columns[0] + left, y0 + top, k, k, BLUE)
        middle = y0 + (padded.shape[1] - k) / 2
        weights = [(i, j, pale(BLUE)) for i, j in np.ndindex(k, k)]
        cells.grid(axes, w[c], columns[1], middle, titles[1], weights)
        cells.grid(axes, products[c], columns[2], middle, "products")
        for sign, right in zip("×=", columns[1:], strict=False):
            write(axes, right - GAP / 2, middle + k / 2, sign, size=12)
        total = f"sum {shown(products[c].sum())}"
        write(axes, columns[3] + 0.5, middle + k / 2, total, ha="left")
    _draw_output(axes, y, (row, column), columns[1], channels * step + 1.2, products, b, titles[2])
    return figure


def _convolution(padded: Array, w: Array, b: float, stride: int) -> Array:
    k = w.shape[-1]
    rows, columns = (range(0, size - k + 1, stride) for size in padded.shape[1:])
    windows = [[padded[:, i : i + k, j : j + k] for j in columns] for i in rows]
    return np.array([[(window * w).sum() + b for window in line] for line in windows])


def _draw_output(
    axes: Axes,
    y: Array,
    place: tuple[int, int],
    left: float,
    top: float,
    products: Array,
    b: float,
    title: str,
) -> None:
    """The output map below, and the sum that makes one of its numbers."""
    cells.grid(axes, y, left, top, title, [(*place, pale(BLUE))])
    cells.frame(axes, left + place[1], top + place[0], 1, 1, BLUE)
    terms = [shown(total) for total in products.sum(axis=(1, 2))]
    terms += [f"{shown(b)} (bias)"] if b else []
    sentence = " + ".join(terms) + f"\n= {shown(y[place])}"
    sentence = sentence.replace("+ −", "− ")
    if len(terms) > 1:
        write(axes, left + y.shape[1] + 0.5, top + len(y) / 2, sentence, ha="left")


def positions(size: int = 6, kernel: int = 3, stride: int = 1, padding: int = 0) -> Figure:
    """The windows along one axis, one below the other, and how many there are.

    Parameters
    ----------
    size : int
        Pixels of the image along this axis.
    kernel, stride, padding : int
        Of the convolution or pooling.

    Returns
    -------
    figure : Figure
        Shown by a notebook; write it to a file with ``plots.save``.
    """
    whole, count = size + 2 * padding, output_size(size, kernel, stride, padding)
    overhangs = (count * stride + kernel > whole) and (count * stride < whole)
    figure, axes = cells.canvas(max(whole, 9) + kernel + 3, count + 5)
    pixels = np.arange(1.0, size + 1)
    row = np.pad(pixels, padding)[None]
    outside = [(0, j, PADDING_FILL) for j in (*range(padding), *range(whole - padding, whole))]
    cells.grid(axes, row, 0.5, 1.4, fills=outside)
    title = f"{size} pixels, {padding} of padding at each end"
    write(axes, 0.5, 0.8, title, ha="left")
    for i in range(count + overhangs):
        left, top, fits = 0.5 + i * stride, 2.8 + i, i < count
        square = [(0, j, pale(BLUE) if fits else "white") for j in range(kernel)]
        cells.grid(axes, np.full((1, kernel), np.nan), left, top, fills=square)
        cells.frame(axes, left, top, kernel, 1, BLUE if fits else GREY)
        text = f"output {i}" if fits else "does not fit"
        write(axes, left + kernel + 0.3, top + 0.5, text, "black" if fits else GREY, ha="left")
    formula = f"⌊({size} + 2·{padding} − {kernel}) / {stride}⌋ + 1 = {count}"
    write(axes, 0.5, count + 4.5, formula, ha="left", size=11)
    return figure


def im2col_rows(x: ArrayLike, w: ArrayLike) -> Figure:
    """Each window of an image in a colour, the same colours in the rows of im2col's matrix.

    Parameters
    ----------
    x : array of shape (H, W)
        One image of one channel, with at most four windows.
    w : array of shape (k, k)
        One filter.

    Returns
    -------
    figure : Figure
        Shown by a notebook; write it to a file with ``plots.save``.
    """
    x, w = np.asarray(x, float), np.asarray(w, float)
    k, (height, width) = len(w), x.shape
    corners = list(np.ndindex(height - k + 1, width - k + 1))
    rows = np.array([x[i : i + k, j : j + k].ravel() for i, j in corners])
    figure, axes = cells.canvas(
        max(len(corners) * (width + 0.8), k * k + 8) + 0.4, height + k * k + 4.6, 0.22
    )
    top, matrix_left = height + 4, 0.2
    for number, ((i, j), tint) in enumerate(zip(corners, TINTS, strict=True)):
        window = [(i + a, j + b, pale(tint, 0.55)) for a, b in np.ndindex(k, k)]
        left = 0.2 + number * (width + 0.8)
        cells.grid(axes, x, left, 1.2, f"window {number}", window)
    fills = [
        (row, column, pale(TINTS[row], 0.55)) for row, column in np.ndindex(len(corners), k * k)
    ]
    middle = top + (k * k - len(corners)) / 2
    cells.grid(axes, rows, matrix_left, middle, "X = im2col(x)", fills)
    cells.grid(axes, w.reshape(-1, 1), matrix_left + k * k + 1.5, top, "w")
    outputs = [(row, 0, pale(tint, 0.55)) for row, tint in enumerate(TINTS)]
    y_left = matrix_left + k * k + 4
    cells.grid(axes, (rows @ w.ravel())[:, None], y_left, middle, "y", outputs)
    write(axes, matrix_left + k * k + 0.75, top + k * k / 2, "·", size=14)
    write(axes, matrix_left + k * k + 3.25, top + k * k / 2, "=", size=12)
    return figure


def max_pool(x: ArrayLike, size: int = 2) -> Figure:
    """A map in windows of different tints, and the largest number of each.

    Parameters
    ----------
    x : array of shape (H, W)
        A map with at most four windows.
    size : int
        The kernel size and the stride.

    Returns
    -------
    figure : Figure
        Shown by a notebook; write it to a file with ``plots.save``.
    """
    x = np.asarray(x, float)
    height, width = (length // size for length in x.shape)
    figure, axes = cells.canvas(x.shape[1] + width + 4, len(x) + 1.8, 0.3)
    fills, outputs = [], []
    for (i, j), tint in zip(np.ndindex(height, width), TINTS, strict=True):
        window = x[i * size : (i + 1) * size, j * size : (j + 1) * size]
        a, b = np.unravel_index(window.argmax(), window.shape)
        fills += [(i * size + c, j * size + d, pale(tint, 0.55)) for c, d in np.ndindex(size, size)]
        cells.frame(axes, 0.3 + j * size + b, 1.3 + i * size + a, 1, 1, GREEN)
        outputs.append((i, j, pale(tint, 0.55)))
    pooled = x[: height * size, : width * size].reshape(height, size, width, size).max(axis=(1, 3))
    cells.grid(axes, x, 0.3, 1.3, "feature map", fills)
    right, middle = x.shape[1] + 2.6, 1.3 + (len(x) - height) / 2
    cells.arrow(axes, (x.shape[1] + 0.7, 1.3 + len(x) / 2), (right - 0.4, 1.3 + len(x) / 2), GREEN)
    cells.grid(axes, pooled, right, middle, "output", outputs)
    return figure


def matrices(
    named: Mapping[str, ArrayLike], window: tuple[int, int, int, int] | None = None
) -> Figure:
    """Matrices side by side, number by number.

    Parameters
    ----------
    named : dict of str to array of shape (H, W)
        Each matrix by its title.
    window : (int, int, int, int), optional
        Row, column, height and width of a window to mark in the first matrix.

    Returns
    -------
    figure : Figure
        Shown by a notebook; write it to a file with ``plots.save``.
    """
    arrays = [np.asarray(values, float) for values in named.values()]
    spaces = [
        max(a.shape[1], 0.4 * len(title)) + 0.9 for title, a in zip(named, arrays, strict=True)
    ]
    tallest = max(len(a) for a in arrays)
    figure, axes = cells.canvas(sum(spaces), tallest + 1.7, 0.28)
    left = 0.0
    for number, (title, a, space) in enumerate(zip(named, arrays, spaces, strict=True)):
        x, y = left + (space - a.shape[1]) / 2, 1.3 + (tallest - len(a)) / 2
        row, column, height, width = window if window and number == 0 else (0, 0, 0, 0)
        inside = [(row + i, column + j, pale(BLUE)) for i, j in np.ndindex(height, width)]
        cells.grid(axes, a, x, y, title, inside)
        if inside:
            cells.frame(axes, x + column, y + row, width, height, BLUE)
        left += space
    return figure
