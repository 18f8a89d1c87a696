"""Drawings of gradients: what they show is what the operations compute."""

import numpy as np
import pytest
from support.figure_text import smallest_text, texts_off_the_page

from minivgg import ops
from minivgg.plots import cells, gradients

X = np.array([[1, -2, 0, 3], [4, 1, -1, 2], [0, 5, 2, -3], [-1, 1, 1, 6]], float)
W = np.array([[1, 2, 0], [0, 1, -1], [2, 0, 1]], float)
DY = np.array([[1, -2], [3, 1]], float)
DX, DW = (array[0, 0] for array in ops.conv2d_backward(DY[None, None],
          ops.conv2d(X[None, None], W[None, None])[1])[:2])  # fmt: skip
DRAWN = {
    "arrays": lambda: gradients.below_their_arrays(X, W, DY, DX, DW, 3),
    "pixel": lambda: gradients.pixel_gradient(DY, W, 1, 1),
    "ReLU": lambda: gradients.relu_back(X, -X),
    "max-pool": lambda: gradients.max_pool_back(X, DY),
    "copies": lambda: gradients.copies([5, 1, 4, 2], [1, 2, -1, 3, 1, 2]),
}


def written(figure):
    return [text.get_text() for text in figure.axes[0].texts]


@pytest.mark.parametrize("name", DRAWN)
def test_texts_are_on_the_page_and_large_enough(name):
    figure = DRAWN[name]()
    assert texts_off_the_page(figure) == []
    assert smallest_text(figure) >= 9
    assert figure.get_figwidth() <= 4.6


@pytest.mark.parametrize(("row", "column"), [(0, 0), (1, 1), (2, 3), (3, 0)])
def test_the_sum_of_the_arrows_is_the_gradient_of_the_pixel(row, column):
    _, saved = ops.conv2d(X[None, None], W[None, None])
    dx = ops.conv2d_backward(DY[None, None], saved)[0][0, 0]
    texts = written(gradients.pixel_gradient(DY, W, row, column))
    assert texts[-1].startswith(f"dx[{row}, {column}] = ")
    assert texts[-1].endswith(cells.shown(dx[row, column]))
    windows_of_pixel = (1, 2, 2, 1)[row] * (1, 2, 2, 1)[column]
    assert texts.count("not used") == 4 - windows_of_pixel
    figure = gradients.pixel_gradient(DY, W, row, column)
    frames = [p for p in figure.axes[0].patches if not p.get_fill() and p.get_width() > 2]
    assert len(frames) == windows_of_pixel


def numbers_after(figure, title, count):
    """The numbers of a matrix, which are written before its title."""
    texts = written(figure)
    end = texts.index(title)
    return texts[end - count : end]


def test_gradients_are_written_below_the_arrays_that_they_belong_to():
    figure = DRAWN["arrays"]()
    arrays = {"image x": X, "filter w": W, "dy": DY, "dx": DX, "dw": DW, "dβ": np.array([3])}
    for title, values in arrays.items():
        found = numbers_after(figure, title, values.size)
        written_ones = [text.replace("–", "−") for text in found]  # narrow before two digits
        assert written_ones == [cells.shown(v) for v in values.ravel()]
    x, w, _, dx, dw = (text for text in figure.axes[0].texts if text.get_text()[-1] in "xwy")
    for above, below in ((x, dx), (w, dw)):
        assert above.get_position()[0] == below.get_position()[0]
        assert above.get_position()[1] < below.get_position()[1]


def test_relu_lets_through_where_its_input_is_positive():
    dx = ops.relu_backward(-X, ops.relu(X)[1])
    assert numbers_after(DRAWN["ReLU"](), "dx", 16) == [cells.shown(v) for v in dx.ravel()]


def test_a_max_pool_gives_each_gradient_to_one_pixel():
    y, saved = ops.max_pool2d(X[None, None], 2)
    dx = ops.max_pool2d_backward(DY[None, None], saved)
    figure = DRAWN["max-pool"]()
    assert numbers_after(figure, "dx", 16) == [cells.shown(v) for v in dx.ravel()]
    assert numbers_after(figure, "output y", 4) == [cells.shown(v) for v in y.ravel()]


def test_copying_is_a_product_and_adding_up_its_transpose():
    matrix, d = gradients.copy_matrix(4, 3), np.arange(6.0)
    row = np.array([[[[5.0, 1, 4, 2]]]])
    assert np.array_equal(matrix @ row.ravel(), ops.im2col(row, (1, 3)).ravel())
    expected = ops.col2im(d.reshape(2, 3), (1, 1, 1, 4), (1, 3)).ravel()
    assert np.array_equal(matrix.T @ d, expected)
    assert numbers_after(DRAWN["copies"](), "dx", 4) == ["1", "5", "0", "2"]
