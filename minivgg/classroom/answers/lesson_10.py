"""Exercises of lesson 10."""

import numpy as np

from minivgg.backend import Array
from minivgg.classroom.answers.entry import Entry


def _cells(maps: Array, grid: int, blocks: bool = True) -> Array:
    """(N, C, grid, grid): the mean of each block of pixels, or of every grid-th pixel."""
    n, c, height, width = maps.shape
    h, w = height // grid, width // grid
    if blocks:
        return maps.reshape(n, c, grid, h, grid, w).mean(axis=(3, 5))
    return maps.reshape(n, c, h, grid, w, grid).mean(axis=(2, 4))


def _grid_means(maps: Array, grid: int) -> Array:
    return _cells(maps, grid).reshape(len(maps), -1)


def _grid_cases() -> list[tuple[object, ...]]:
    """A map that is easy to read first; then several images, and height and width differ."""
    rng = np.random.default_rng(0)
    counted = np.arange(16.0).reshape(1, 1, 4, 4)
    return [(counted, 2), (rng.normal(size=(2, 3, 4, 8)), 2), (rng.normal(size=(3, 2, 9, 6)), 3)]


ANSWERS: tuple[Entry, ...] = (
    {
        "name": "10.1",
        "task": "A photograph of 400×600 pixels (height, width) is rescaled to a smaller side of "
        "256. What is its new shape, (height, width)?",
        "answer": lambda: (256, 600 * 256 // 400),
        "hints": (
            "Both sides are scaled by the same factor, so that nothing is distorted.",
            "The smaller side is the height. It becomes 256, so the factor is 256 / 400.",
            "The height is 256, and the width is 600 · 256 / 400 = 600 · 0.64.",
        ),
        "mistakes": (
            (
                "squeezed",
                lambda: (256, 256),
                "This distorts the photograph: both sides are scaled by the same factor.",
            ),
            ("larger-side", lambda: (400 * 256 // 600, 256), "The smaller side becomes 256."),
        ),
        "worked": "The smaller side is the height, 400 pixels, and it becomes 256. So the factor "
        "is 256 / 400 = 0.64. The width is scaled by the same factor, so that nothing is "
        "distorted: 600 · 0.64 = 384. The new shape is **(256, 384)**.",
    },
    {
        "name": "10.2",
        "task": "How many weights and biases does the new last layer of VGG-16 have for 37 "
        "classes?",
        "answer": lambda: 4096 * 37 + 37,
        "hints": (
            "The last layer is fully connected: its input is the output of fc7, and it has one "
            "output for each class.",
            "fc7 has 4096 outputs, so each class has 4096 weights and one bias.",
            "Compute 37 · (4096 + 1).",
        ),
        "mistakes": (
            ("no-biases", lambda: 4096 * 37, "The biases are missing: one for each class."),
        ),
        "worked": "The last layer receives the 4096 outputs of fc7. Each of the 37 classes has a "
        "weight for each of them and one bias, which are 4097 numbers. Together they are "
        "37 · 4097 = **151,589**.",
    },
    {
        "name": "10.3",
        "task": "Write a function that averages feature maps (N, C, H, W) over the cells of a "
        "grid, and returns an array of shape (N, C · grid · grid), in the order channel, row, "
        "column. H and W are multiples of `grid`.",
        "answer": lambda: _grid_means,
        "cases": _grid_cases,
        "hints": (
            "How many rows and how many columns does one cell have? Begin with a single map and a "
            "grid of 2×2.",
            "A cell has H // grid rows and W // grid columns. Loop over the rows and columns of "
            "the grid, cut out the cell from all maps at once, and average over its axes 2 and 3.",
            "Collect the means in a new array of shape (N, C, grid, grid), and reshape it to "
            "(N, C · grid · grid) at the end: so the channel changes slowest, the column fastest.",
        ),
        "mistakes": (
            (
                "strided",
                lambda: lambda maps, grid: _cells(maps, grid, blocks=False).reshape(len(maps), -1),
                "You average every grid-th pixel. The pixels of a cell lie side by side: cell 0 "
                "has the rows 0 to H // grid − 1.",
            ),
            (
                "cell-first",
                lambda: (
                    lambda maps, grid: (
                        _cells(maps, grid).transpose(0, 2, 3, 1).reshape(len(maps), -1)
                    )
                ),
                "The means are right, but their order is not: the channel comes first, then the "
                "row and the column of the cell.",
            ),
            (
                "all-positions",
                lambda: lambda maps, grid: maps.mean(axis=(2, 3)),
                "This is the mean over all positions. There is one mean for each cell of the grid.",
            ),
            (
                "rows-and-columns-exchanged",
                lambda: (
                    lambda maps, grid: (
                        _cells(maps, grid).transpose(0, 1, 3, 2).reshape(len(maps), -1)
                    )
                ),
                "The means are right, but rows and columns of the grid are exchanged.",
            ),
        ),
        "worked": "A cell has h = H // grid rows and w = W // grid columns. Its part of all maps "
        "is `maps[:, :, i * h : (i + 1) * h, j * w : (j + 1) * w]` for row i and column j of the "
        "grid, and the mean over axes 2 and 3 gives one number for each image and channel. The "
        "means are written into an array (N, C, grid, grid). Reshaping it keeps the order of the "
        "axes: channel, row, column.\n\n"
        "```python\n"
        "def my_grid_means(maps, grid):\n"
        "    n, c, height, width = maps.shape\n"
        "    h, w = height // grid, width // grid\n"
        "    means = np.zeros((n, c, grid, grid))\n"
        "    for i in range(grid):\n"
        "        for j in range(grid):\n"
        "            cell = maps[:, :, i * h : (i + 1) * h, j * w : (j + 1) * w]\n"
        "            means[:, :, i, j] = cell.mean(axis=(2, 3))\n"
        "    return means.reshape(n, -1)\n"
        "```",
    },
)
