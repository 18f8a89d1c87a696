"""Exercises of lesson 13."""

import numpy as np

from minivgg.backend import Array
from minivgg.classroom.answers.entry import Entry


def _similarities(rows: Array) -> Array:
    lengths = np.linalg.norm(rows, axis=1)
    return rows @ rows.T / np.outer(lengths, lengths)


def _most_similar(similarities: Array) -> Array:
    found = similarities.astype(float)
    np.fill_diagonal(found, -np.inf)
    return found.argmax(axis=1)


def _nearest(rows: Array) -> Array:
    return _most_similar(_similarities(rows))


def _nearest_cases() -> list[tuple[Array]]:
    """Rows of different lengths in three directions; then random features."""
    rng = np.random.default_rng(0)
    directions = np.array([[1.0, 0.0], [4.0, 1.0], [1.0, 4.0], [0.0, 2.0], [9.0, 9.5]])
    scales = rng.uniform(0.5, 20, (12, 1))
    return [(directions,), (rng.random((8, 20)),), (scales * rng.random((12, 5)),)]


def _variation_gradient(x: Array) -> Array:
    return 2 * (_differences(x, 1) + _differences(x, 2))


def _differences(x: Array, axis: int) -> Array:
    """Of each pixel, its value minus each of its neighbours' along an axis, summed."""
    difference = np.diff(x, axis=axis)
    padding = [(0, 0)] * x.ndim
    padding[axis] = (1, 1)
    return -np.diff(np.pad(difference, padding), axis=axis)


def _first_of_pair(x: Array) -> Array:
    """Only what a pixel gets from its right and lower neighbours."""
    dx = np.zeros_like(x)
    dx[:, :, :-1] -= 2 * np.diff(x, axis=2)
    dx[:, :-1] -= 2 * np.diff(x, axis=1)
    return dx


def _variation_around(x: Array) -> Array:
    """As if the last column were beside the first."""
    neighbours = sum(np.roll(x, step, axis) for axis in (1, 2) for step in (1, -1))
    return 2 * (4 * x - neighbours)


def _variation_cases() -> list[tuple[Array]]:
    """A row that is easy to read, one bright pixel, and a picture in three colours."""
    rng = np.random.default_rng(1)
    spot = np.zeros((1, 3, 4))
    spot[0, 1, 1] = 1
    row = np.array([[[0.0, 1.0, 3.0]]])
    return [(row,), (spot,), (rng.normal(size=(3, 5, 4)),)]


def _gram(f: Array) -> Array:
    return f.T @ f / f.size


def _style_gradient(f: Array, wanted: Array) -> Array:
    return f @ (_gram(f) - wanted) / f.size


def _style_cases() -> list[tuple[Array, Array]]:
    """One channel by hand, then two, then more positions than channels."""
    rng = np.random.default_rng(2)
    other = rng.random((9, 4))
    return [
        (np.array([[1.0], [3.0]]), np.array([[1.0]])),
        (np.array([[1.0, 0.0], [0.0, 2.0], [1.0, 1.0]]), np.array([[1.0, 0.5], [0.5, 1.0]])),
        (rng.random((7, 4)), _gram(other)),
    ]


ANSWERS: tuple[Entry, ...] = (
    {
        "name": "13.1",
        "task": "Write the search of nearest neighbours. The function gets features, an array of "
        "shape (N, D) with one row for each picture, of any length. It returns an array of N "
        "numbers: for each picture, that of the other picture that is most similar. The "
        "similarity of two rows a and b is the cosine of the angle between them, a·b / (|a| |b|).",
        "answer": lambda: _nearest,
        "cases": _nearest_cases,
        "hints": (
            "Divide each row by its length first. What is the product of two such rows?",
            "With rows of length 1, the matrix product of the array with its transpose holds the "
            "similarities of all pairs.",
            "Each picture is most similar to itself: write −∞ on the diagonal of that matrix, and "
            "take the argmax of each row.",
        ),
        "mistakes": (
            (
                "itself",
                lambda: lambda rows: _similarities(rows).argmax(axis=1),
                "Each picture found itself: leave out the diagonal.",
            ),
            (
                "no-lengths",
                lambda: lambda rows: _most_similar(rows @ rows.T),
                "Long rows are preferred: divide each row by its length before the products.",
            ),
            (
                "farthest",
                lambda: lambda rows: _similarities(rows).argmin(axis=1),
                "This is the least similar picture: a large cosine means a small angle.",
            ),
            (
                "euclidean",
                lambda: lambda rows: _most_similar(-((rows[:, None] - rows) ** 2).sum(axis=2)),
                "This is the nearest by Euclidean distance, which depends on the lengths of the "
                "rows. The cosine does not.",
            ),
        ),
        "worked": "Divide each row by its length; then a·b is the cosine of the angle between two "
        "rows. One matrix product of the (N, D) array with its transpose gives all N² of them. "
        "On the diagonal is each picture's similarity to itself, which is 1 and would always win, "
        "so it is replaced with −∞. The argmax of each row is the answer.\n\n"
        "```python\n"
        "def my_nearest(rows):\n"
        "    rows = rows / np.linalg.norm(rows, axis=1, keepdims=True)\n"
        "    similar = rows @ rows.T\n"
        "    np.fill_diagonal(similar, -np.inf)\n"
        "    return similar.argmax(axis=1)\n"
        "```",
    },
    {
        "name": "13.2",
        "task": "Write the backward pass of the total variation. The function gets a picture x of "
        "shape (C, H, W). V is the sum of (x[c, i, j+1] − x[c, i, j])² and of "
        "(x[c, i+1, j] − x[c, i, j])² over all pairs of neighbours within the picture. The "
        "function returns the gradient of V with respect to x, an array of the shape of x.",
        "answer": lambda: _variation_gradient,
        "cases": _variation_cases,
        "hints": (
            "Begin with a row of three pixels a, b, c: V = (b − a)² + (c − b)². What are the three "
            "derivatives?",
            "The derivative of (b − a)² is 2(b − a) with respect to b, and −2(b − a) with respect "
            "to a. A pixel that is in two differences gets the sum of both.",
            "Begin with zeros. Compute all differences along one axis at once, with slices; add "
            "twice each difference at its second pixel, and subtract it at its first. Then do the "
            "same along the other axis.",
        ),
        "mistakes": (
            (
                "one-of-two",
                lambda: _first_of_pair,
                "Each difference has two pixels. You have its derivative with respect to the first "
                "one only; the second gets the same number with the opposite sign.",
            ),
            (
                "sign",
                lambda: lambda x: -_variation_gradient(x),
                "The sign is wrong: V grows if a pixel that is brighter than its neighbours "
                "becomes brighter still.",
            ),
            (
                "no-two",
                lambda: lambda x: _variation_gradient(x) / 2,
                "The derivative of a square has a factor of 2.",
            ),
            (
                "around",
                lambda: _variation_around,
                "At the borders you take the opposite border as a neighbour, as `np.roll` does. "
                "Pixels there have fewer neighbours.",
            ),
            (
                "one-axis",
                lambda: lambda x: 2 * _differences(x, 2),
                "The pairs one above the other are missing.",
            ),
        ),
        "worked": "Take one difference d = b − a of two neighbours. Its square has the derivative "
        "2d with respect to b and −2d with respect to a. V is the sum of all such squares, so the "
        "gradient is the sum of these contributions, and a pixel in the middle gets four of them. "
        "With slices, all differences along an axis are computed at once, and added at the second "
        "pixels and subtracted at the first ones.\n\n"
        "```python\n"
        "def my_variation_gradient(x):\n"
        "    dx = np.zeros_like(x)\n"
        "    across = x[:, :, 1:] - x[:, :, :-1]\n"
        "    dx[:, :, 1:] += 2 * across\n"
        "    dx[:, :, :-1] -= 2 * across\n"
        "    down = x[:, 1:] - x[:, :-1]\n"
        "    dx[:, 1:] += 2 * down\n"
        "    dx[:, :-1] -= 2 * down\n"
        "    return dx\n"
        "```",
    },
    {
        "name": "13.3",
        "task": "Write the backward pass of the style loss of one layer. The function gets f, the "
        "maps as an array of shape (P, C) with one row for each position, and wanted, the Gram "
        "matrix A of the sample, a symmetric array of shape (C, C). With G = fᵀf / (C·P), the loss "
        "is a quarter of the sum of all (G − A)². The function returns the gradient of the loss "
        "with respect to f, an array of shape (P, C).",
        "answer": lambda: _style_gradient,
        "cases": _style_cases,
        "hints": (
            "Go back in two steps, as in lesson 2: from the loss to G, then from G to f.",
            "The gradient of the loss with respect to G is (G − A) / 2, for each entry of G.",
            "This page has the second step, from dG to df. Here dG is symmetric, so dG and its "
            "transpose are equal.",
        ),
        "mistakes": (
            (
                "one-of-two",
                lambda: lambda f, wanted: _style_gradient(f, wanted) / 2,
                "The result is half of what it should be: each entry of f is in a row and in a "
                "column of G, and both contribute.",
            ),
            (
                "no-quarter",
                lambda: lambda f, wanted: 4 * _style_gradient(f, wanted),
                "The loss is a quarter of the sum of squares.",
            ),
            (
                "twice",
                lambda: lambda f, wanted: 2 * _style_gradient(f, wanted),
                "The result is twice what it should be: the gradient with respect to G is "
                "(G − A) / 2.",
            ),
            (
                "not-divided",
                lambda: lambda f, wanted: f @ (_gram(f) - wanted),
                "G is divided by C·P, so its backward pass divides by C·P, too.",
            ),
            (
                "positions-only",
                lambda: lambda f, wanted: f @ (f.T @ f / len(f) - wanted) / len(f),
                "G is divided by C·P, the number of entries of f, and not by P alone.",
            ),
            (
                "no-target",
                lambda: lambda f, wanted: f @ _gram(f) / f.size,
                "The Gram matrix of the sample, A, is missing.",
            ),
        ),
        "worked": "The loss is E = ¼ Σ (G − A)². Its derivative with respect to an entry of G is "
        "¼ · 2 · (G − A), so dG = (G − A) / 2. The backward pass of the Gram matrix is "
        "df = f (dG + dGᵀ) / (C·P). G and A are symmetric, so dG is symmetric as well, and "
        "dG + dGᵀ = 2 dG = G − A. That leaves df = f (G − A) / (C·P).\n\n"
        "```python\n"
        "def my_style_gradient(f, wanted):\n"
        "    G = f.T @ f / f.size\n"
        "    return f @ (G - wanted) / f.size\n"
        "```",
    },
)
