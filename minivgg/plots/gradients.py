"""Drawings of the backward pass: gradients through a convolution, ReLU, a max-pool and copies."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from minivgg.backend import Array
from minivgg.plots import cells
from minivgg.plots.cells import TINTS, pale, shown, write
from minivgg.plots.figure import BLUE, GREEN, ORANGE, Figure

STRONG = 0.55  # of a tint


def pixel_gradient(dy: ArrayLike, w: ArrayLike, row: int, column: int) -> Figure:
    """The gradient of one pixel: arrows from the outputs that it contributed to, which add up.

    In the image, the windows of these outputs are framed, each in the colour of its output.

    Parameters
    ----------
    dy : array of shape (2, 2)
        The gradient of the outputs of a convolution with stride 1.
    w : array of shape (k, k)
        The filter.
    row, column : int
        The pixel.

    Returns
    -------
    figure : Figure
        Shown by a notebook; write it to a file with ``plots.save``.
    """
    dy, w = np.asarray(dy, float), np.asarray(w, float)
    k, size = len(w), len(w) + len(dy) - 1
    figure, axes = cells.canvas(17.6, 12.6, 0.26)
    image_top, filter_top, right = 1.4, size + 3.6, 9.6
    pixel = [(row, column, pale(BLUE, STRONG))]
    cells.grid(axes, np.full((size, size), np.nan), 0.3, image_top, "image x", pixel)
    cells.frame(axes, 0.3 + column, image_top + row, 1, 1, BLUE)
    write(axes, right + 0.5, 0.9, "dy")
    used, terms = [], []
    for number, ((i, j), value) in enumerate(np.ndenumerate(dy)):
        top, (a, b) = 1.6 + 2.2 * number, (row - i, column - j)
        contributes = 0 <= a < k and 0 <= b < k
        tint = pale(TINTS[number], STRONG) if contributes else "white"
        cells.grid(axes, [[value]], right, top, fills=[(0, 0, tint)])
        if not contributes:
            write(axes, right + 1.4, top + 0.5, "not used", "#888888", ha="left")
            continue
        inset = 0.09 * (number + 1)  # so that frames do not cover each other
        cells.frame(axes, 0.3 + j + inset, image_top + i + inset, k - 2 * inset, k - 2 * inset,
                    TINTS[number], 1.5)  # fmt: skip
        end = 0.3 + column + 1.05, image_top + row + 0.5
        cells.arrow(axes, (right - 0.15, top + 0.5), end, TINTS[number])
        used.append((a, b, tint))
        terms.append(value * w[a, b])
        text = f"w[{a}, {b}] · dy[{i}, {j}]\n= {shown(w[a, b])} · {shown(value)}"
        write(axes, right + 1.4, top + 0.5, f"{text} = {shown(terms[-1])}", ha="left")
    cells.grid(axes, w, 0.8, filter_top, "filter w", used)
    total = " + ".join(shown(term) for term in terms).replace("+ −", "− ")
    equation = total if len(terms) == 1 else f"{total} = {shown(sum(terms))}"
    write(axes, 6, 11.6, f"dx[{row}, {column}] = {equation}", ha="left", size=11)
    return figure


def below_their_arrays(
    x: ArrayLike, w: ArrayLike, dy: ArrayLike, dx: ArrayLike, dw: ArrayLike, db: float
) -> Figure:
    """The numbers of a convolution, the gradients of image and filter each below its array.

    The gradient of the bias is below dy, whose sum it is.

    Parameters
    ----------
    x, w, dy : array of shape (H, W)
        The image, the filter, and the gradient of the output.
    dx, dw : array of shape (H, W)
        The gradients, in the shapes of x and w.
    db : float
        The gradient of the bias.

    Returns
    -------
    figure : Figure
        Shown by a notebook; write it to a file with ``plots.save``.
    """
    above = [np.asarray(array, float) for array in (x, w, dy)]
    height, widths = len(above[0]), [array.shape[1] for array in above]
    lefts = np.cumsum([0.3, widths[0] + 1.2, widths[1] + 1.2])
    figure, axes = cells.canvas(lefts[2] + widths[2] + 0.3, 2 * height + 3.2, 0.3)
    for array, left, name in zip(above, lefts, ("image x", "filter w", "dy"), strict=True):
        cells.grid(axes, array, left, 1.2, name)
    fills = [(i, j, pale(ORANGE)) for i, j in np.ndindex(height, max(widths))]
    for gradient, left, name in zip((dx, dw, [[db]]), lefts, ("dx", "dw", "dβ"), strict=True):
        cells.grid(axes, gradient, left, height + 2.8, name, fills)
    return figure


def relu_back(x: ArrayLike, dy: ArrayLike) -> Figure:
    """Numbers forward and gradients backward through a ReLU.

    Parameters
    ----------
    x : array of shape (H, W)
        The input; what is positive passes.
    dy : array of shape (H, W)
        The gradient of the output.

    Returns
    -------
    figure : Figure
        Shown by a notebook; write it to a file with ``plots.save``.
    """
    x, dy = np.asarray(x, float), np.asarray(dy, float)
    fills = [(int(i), int(j), pale(BLUE)) for i, j in np.argwhere(x > 0)]
    return _there_and_back(x, np.maximum(x, 0), dy, dy * (x > 0), fills, fills, "ReLU")


def max_pool_back(x: ArrayLike, dy: ArrayLike) -> Figure:
    """Numbers forward and gradients backward through a max-pool of 2×2.

    Parameters
    ----------
    x : array of shape (4, 4)
        The input; the largest number of each window passes.
    dy : array of shape (2, 2)
        The gradient of the output.

    Returns
    -------
    figure : Figure
        Shown by a notebook; write it to a file with ``plots.save``.
    """
    x, dy = np.asarray(x, float), np.asarray(dy, float)
    y, dx, winners, outputs = np.zeros((2, 2)), np.zeros((4, 4)), [], []
    for ((i, j), value), tint in zip(np.ndenumerate(dy), TINTS, strict=True):
        window = x[2 * i : 2 * i + 2, 2 * j : 2 * j + 2]
        a, b = np.unravel_index(window.argmax(), window.shape)
        y[i, j], dx[2 * i + a, 2 * j + b] = window.max(), value
        winners.append((2 * i + int(a), 2 * j + int(b), pale(tint, STRONG)))
        outputs.append((i, j, pale(tint, STRONG)))
    return _there_and_back(x, y, dy, dx, winners, outputs, "max-pool")


def _there_and_back(
    x: Array,
    y: Array,
    dy: Array,
    dx: Array,
    inputs: Sequence[tuple[int, int, object]],
    outputs: Sequence[tuple[int, int, object]],
    name: str,
) -> Figure:
    """Input and output above, their gradients below, with the marked numbers of each."""
    height, width = x.shape
    figure, axes = cells.canvas(width + y.shape[1] + 5.4, 2 * height + 4, 0.28)
    right = width + 4.6
    rows = ((1.4, x, y, ("input x", "output y")), (height + 3.2, dx, dy, ("dx", "dy")))
    for top, first, second, titles in rows:
        middle, centre = top + (height - len(y)) / 2, top + height / 2
        cells.grid(axes, first, 0.5, top, titles[0], inputs)
        cells.grid(axes, second, right, middle, titles[1], outputs)
        ends = (width + 1, centre), (right - 0.5, centre)
        forward = first is x
        colour = ORANGE if not forward else GREEN if len(y) < height else BLUE
        cells.arrow(axes, *(ends if forward else ends[::-1]), colour)
        label = name if forward else "backward"
        write(axes, (width + 0.5 + right) / 2, centre - 0.55, label, colour)
    return figure


def copies(x: ArrayLike, d: ArrayLike, kernel: int = 3) -> Figure:
    """Im2col as a matrix of zeros and ones, and col2im as its transpose, along one axis.

    Parameters
    ----------
    x : array of shape (n,)
        The pixels of a row.
    d : array of shape ((n − kernel + 1) · kernel,)
        The gradients of the copies.
    kernel : int
        The width of a window; there are at most four windows.

    Returns
    -------
    figure : Figure
        Shown by a notebook; write it to a file with ``plots.save``.
    """
    x, d = np.asarray(x, float)[:, None], np.asarray(d, float)[:, None]
    matrix, rows = copy_matrix(len(x), kernel), len(d)
    figure, axes = cells.canvas(max(len(x), rows) + 8.4, 2 * rows + 4.2, 0.27)
    tints = [pale(TINTS[row // kernel], STRONG) for row in range(rows)]
    ones = [(int(i), int(j), tints[i]) for i, j in np.argwhere(matrix)]
    copied = [(i, 0, tint) for i, tint in enumerate(tints)]
    _product(axes, matrix, x, matrix @ x, 1.4, ("M: copy", "x", "X"), (ones, [], copied))
    turned = [(j, i, tint) for i, j, tint in ones]
    top, titles = rows + 3.6, ("Mᵀ: add up", "dX", "dx")
    _product(axes, matrix.T, d, matrix.T @ d, top, titles, (turned, copied, []), rows)
    return figure


def copy_matrix(size: int, kernel: int) -> Array:
    """The matrix of zeros and ones that copies the windows of a row of pixels.

    Parameters
    ----------
    size, kernel : int
        Pixels of the row and of a window.

    Returns
    -------
    matrix : array of shape ((size − kernel + 1) · kernel, size)
        With one 1 in each row.
    """
    return np.vstack([np.eye(size)[start : start + kernel] for start in range(size - kernel + 1)])


def _product(
    axes: Axes,
    matrix: Array,
    vector: Array,
    result: Array,
    top: float,
    titles: tuple[str, str, str],
    fills: tuple[Sequence[tuple[int, int, object]], ...],
    rows: int = 0,
) -> None:
    """A matrix times a column, with the middle of all three at one height."""
    tallest = max(len(matrix), rows)
    left = 0.4
    for values, title, marked, sign in zip(
        (matrix, vector, result), titles, fills, ("·", "=", ""), strict=True
    ):
        y = top + (tallest - len(values)) / 2
        cells.grid(axes, values, left, y, title, marked)
        left += values.shape[1] + 1.6
        write(axes, left - 0.8, top + tallest / 2, sign, size=12)
