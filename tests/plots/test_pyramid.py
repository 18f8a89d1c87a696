"""Pyramids have as many dots, squares and pixels as the receptive field says."""

import numpy as np
import pytest

from minivgg.analysis import receptive_field
from minivgg.plots import pyramid
from minivgg.plots.figure import BLUE, png

STACKS = [[(3, 1)] * 3, [(3, 1), (2, 2), (3, 1)], [(11, 4), (3, 2)], [(1, 1)], [(5, 2)] * 3]


def texts(figure):
    return [text.get_text() for text in figure.axes[0].texts]


@pytest.mark.parametrize("layers", STACKS)
def test_a_side_view_shows_the_units_that_are_seen_and_those_of_the_neighbour(layers):
    figure = pyramid.side_view(layers)
    r, j = receptive_field(layers)
    dots = [line for line in figure.axes[0].lines if line.get_marker() == "o"]
    seen = [line for line in dots if line.get_color() == BLUE]
    assert len(seen[0].get_xdata()) == r
    assert len(seen[-1].get_xdata()) == 1
    assert len(dots[0].get_xdata()) + len(dots[1].get_xdata()) == r + j
    assert f"sees r = {r}" in texts(figure)
    assert f"its neighbour: j = {j} further right" in texts(figure)


def test_each_unit_lies_above_the_middle_of_what_it_is_computed_from():
    rows = pyramid._rows([(3, 1), (2, 2), (3, 1)])
    assert [row[0] for row in rows] == [0, 1, 1.5, 3.5]  # the middle of the field of the first unit
    assert [row[1] for row in rows] == [1, 1, 2, 2]
    assert [row[3] - row[2] + 1 for row in rows] == [8, 6, 3, 1]


def test_squares_name_every_map_from_the_unit_to_the_image():
    assert texts(pyramid.squares((1, 3, 5, 7))) == [
        "layer 3:\n1 unit",
        "layer 2:\n3×3 units",
        "layer 1:\n5×5 units",
        "image:\n7×7 pixels",
    ]


def test_the_lowest_map_can_show_pixels_with_the_first_row_at_the_back():
    pixels = np.zeros((3, 5, 5), np.uint8)
    pixels[0, 0, 1] = 255
    patches = pyramid.squares((1, 3), pixels).axes[0].patches
    shown = [patch for patch in patches if patch.get_zorder() == 2.5]
    assert len(shown) == 25
    (red,) = (patch for patch in shown if patch.get_facecolor()[0] == 1)
    x, y = red.get_path().vertices[0]
    assert (x, y) == pytest.approx((1 + 0.45 * 4, 0.42 * 4))


@pytest.mark.parametrize(("r", "j", "kernel"), [(6, 2, 3), (1, 1, 5), (7, 1, 2)])
def test_staggered_fields_cover_as_many_pixels_as_the_rule_says(r, j, kernel):
    figure = pyramid.staggered(r, j, kernel)
    total = r + (kernel - 1) * j
    assert f"together: r + (k − 1)·j = {r} + {kernel - 1}·{j} = {total}" in texts(figure)
    assert len(figure.axes[0].patches) == total + kernel
    right = max(patch.get_path().vertices[:, 0].max() for patch in figure.axes[0].patches)
    assert right == total


@pytest.mark.filterwarnings("error")
def test_pyramids_can_be_drawn():
    for figure in (pyramid.side_view([(3, 1)]), pyramid.squares((1, 5, 9))):
        assert png(figure).startswith(b"\x89PNG")
    assert np.allclose(pyramid._project(np.array([0, 0]), 2.0).ravel(), [0, 2])
