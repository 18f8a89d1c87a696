"""Drawings that count have as many squares as there are weights, and the right areas."""

import numpy as np
import pytest
from matplotlib.patches import Rectangle
from support.figure_text import texts_off_the_page

from minivgg.plots import counts
from minivgg.plots.figure import BLUE, ORANGE, png


def texts(figure):
    return [text.get_text() for text in figure.axes[0].texts]


@pytest.mark.parametrize(("small", "count", "large"), [(3, 3, 7), (3, 2, 5), (3, 5, 11)])
def test_every_weight_is_a_square_with_its_number(small, count, large):
    figure = counts.weights_as_squares(small, count)
    assert len(figure.axes[0].patches) == count * small**2 + large**2
    numbers = [int(text) for text in texts(figure) if text.isdigit()]
    of_stack, of_large = range(1, count * small**2 + 1), range(1, large**2 + 1)
    assert numbers == [*of_stack, *of_large]
    assert f"{count} · {small}² = {count * small**2}" in texts(figure)
    assert f"{large}² = {large**2}" in texts(figure)


def test_filters_are_drawn_with_all_their_weights():
    figure = counts.filters_as_blocks(kernel=3, inputs=4, filters=2)
    cells = [patch for patch in figure.axes[0].patches if patch.get_fill()]
    squares = [patch for patch in cells if isinstance(patch, Rectangle)]
    frames = [p for p in figure.axes[0].patches if isinstance(p, Rectangle) and not p.get_fill()]
    assert [(p.get_width(), p.get_height()) for p in frames] == [(3, 3)] * 4
    assert len(squares) == 4 * 5**2 + 2 * 4 * 3**2 + 2 * 3**2  # input, filters and output
    assert "N = 2 filters,\n3·3·4 = 36\nweights each" in texts(figure)
    assert "all filters: 2 · 36 = 72 weights" in texts(figure)
    assert texts_off_the_page(counts.filters_as_blocks(kernel=3, inputs=4, filters=3)) == []


def test_areas_are_shares():
    shares = {"weights": [0.25, 0.75], "work": [0.9998, 0.0002]}
    figure = counts.net_by_area(["block", "fc"], [BLUE, ORANGE], shares)
    areas = [patch.get_width() * patch.get_height() for patch in figure.axes[0].patches]
    assert np.allclose(areas, [0.25, 0.75, 0.9998, 0.0002])
    assert texts(figure) == ["block", "fc", "weights", "25", "75", "work", "100", "<0.1"]


def test_costs_cross_where_the_stack_has_as_many_weights():
    figure = counts.crossing({"five": (9, 36, 121), "three": (9, 18, 49)})
    dots = [line for line in figure.axes[0].lines if line.get_marker() == "o"]
    assert np.allclose([dot.get_xdata()[0] for dot in dots], [112 / 36, 40 / 18])
    assert [dot.get_ydata()[0] for dot in dots] == [1, 1]
    assert {"3.11", "2.22"} <= set(texts(figure))
    five, three = (line for line in figure.axes[0].lines if line.get_marker() == "None")
    assert np.allclose(five.get_ydata(), (9 + 36 * five.get_xdata()) / 121)
    assert np.allclose(three.get_ydata(), (9 + 18 * three.get_xdata()) / 49)


def test_a_layer_is_marked_where_its_costs_are():
    figure = counts.crossing({"five": (9, 36, 121)}, [(32, 9.6, "AlexNet")])
    (diamond,) = (line for line in figure.axes[0].lines if line.get_marker() == "D")
    assert (*diamond.get_xdata(), *diamond.get_ydata()) == (32, 9.6)
    assert "AlexNet" in texts(figure)
    assert figure.axes[0].get_xlim()[1] > 32


def test_channels_have_the_letters_of_the_lesson():
    written = texts(counts.filters_as_blocks(3, inputs=3, filters=4, letters=("C", "O")))
    assert "input:\nC = 3\nchannels" in written
    assert "output:\nO = 4\nchannels" in written


@pytest.mark.filterwarnings("error")
def test_counts_can_be_drawn():
    assert png(counts.weights_as_squares()).startswith(b"\x89PNG")
    assert png(counts.net_by_area(["a"], [BLUE], {"x": [1.0]})).startswith(b"\x89PNG")
