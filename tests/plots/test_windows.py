"""Drawings of windows: the numbers that they show are those of the operations."""

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from support.figure_text import smallest_text, texts_off_the_page

from minivgg import ops
from minivgg.plots import cells, windows

RNG = np.random.default_rng(0)
X = RNG.integers(0, 3, (3, 4, 5)).astype(float)
W = RNG.integers(-1, 2, (3, 3, 3)).astype(float)
SMALL, FILTER = X[0, :, :4], W[0]
DRAWN = {
    "a sum over three channels": lambda: windows.window_sum(X, W, 2, 1, 1, 2, 1),
    "a sum over one channel": lambda: windows.window_sum(SMALL[None], FILTER[None]),
    "positions": lambda: windows.positions(6, 3, 2, 1),
    "many positions": lambda: windows.positions(6, 1, 1, 2),
    "im2col": lambda: windows.im2col_rows(SMALL, FILTER),
    "max-pooling": lambda: windows.max_pool(SMALL),
    "matrices": lambda: windows.matrices({"image": SMALL, "a long title": FILTER}, (0, 0, 2, 2)),
}


def written(figure):
    return [text.get_text() for text in figure.axes[0].texts]


@pytest.mark.parametrize("name", DRAWN)
def test_texts_are_on_the_page_and_large_enough(name):
    figure = DRAWN[name]()
    assert texts_off_the_page(figure) == []
    assert smallest_text(figure) >= 9
    assert figure.get_figwidth() <= 5.2


def test_the_marked_number_is_the_sum_of_the_convolution():
    y = ops.conv2d(X[None], W[None], np.array([2.0]), stride=2, padding=1)[0][0, 0]
    texts = written(DRAWN["a sum over three channels"]())
    assert any(text.endswith(f"\n= {cells.shown(y[1, 1])}") for text in texts)
    start = texts.index("output") - y.size
    assert texts[start : start + y.size] == [cells.shown(value) for value in y.ravel()]


@pytest.mark.parametrize(
    ("arguments", "count", "overhangs"),
    [((6, 3, 2, 1), 3, True), ((6, 3, 1, 0), 4, True), ((7, 3, 2, 0), 3, True),
     ((6, 1, 3, 0), 2, False)],
)  # fmt: skip
def test_each_window_that_fits_has_an_output(arguments, count, overhangs):
    texts = written(windows.positions(*arguments))
    assert sum(text.startswith("output ") for text in texts) == count
    assert ("does not fit" in texts) == overhangs
    assert texts[-1].endswith(f"+ 1 = {count}")


def test_a_window_and_its_row_have_the_same_numbers_and_the_same_tint():
    axes = DRAWN["im2col"]().axes[0]
    squares = {(round(p.get_x(), 2), round(p.get_y(), 2)): p.get_facecolor() for p in axes.patches}
    texts = written(axes.figure)
    start = texts.index("X = im2col(x)") - 36
    rows = ops.im2col(SMALL[None, None], 3)
    assert texts[start : start + 36] == [cells.shown(v) for v in rows.ravel()]
    tints = set(squares.values()) - {(1.0, 1.0, 1.0, 1.0)}
    assert len(tints) == 4
    assert all(list(squares.values()).count(tint) == 9 + 9 + 1 for tint in tints)


def test_a_max_pool_shows_its_output_and_frames_its_maxima():
    figure = DRAWN["max-pooling"]()
    y = ops.max_pool2d(SMALL[None, None], 2)[0][0, 0]
    assert written(figure)[-5:-1] == [cells.shown(value) for value in y.ravel()]
    assert sum(not patch.get_fill() for patch in figure.axes[0].patches) == 4


def test_numbers_are_short_and_have_a_minus_sign():
    assert [cells.shown(v) for v in (-0.0, -1.0, 0.12345, 12.0)] == ["0", "−1", "0.123", "12"]
    assert cells.pale("#0072B2", 0) == (1, 1, 1)


def test_no_number_is_wider_than_its_square():
    figure, axes = cells.canvas(18, 8)
    cells.grid(axes, [[-13, -88, -1, 88]], 0.5, 1)
    FigureCanvasAgg(figure).draw()
    for text, square in zip(axes.texts, axes.patches, strict=True):
        assert text.get_window_extent().width < square.get_window_extent().width
