"""Rows of small images: their labels, their order, and numbers of either sign as pixels."""

import numpy as np
import pytest
from support.figure_text import smallest_text, texts_off_the_page

from minivgg.plots.tiles import tiles, weights_as_pixels


def test_rows_have_their_labels_and_images_and_shorter_rows_end_earlier():
    images = np.arange(5, dtype=np.uint8).reshape(5, 1, 1, 1) * np.ones((1, 3, 4, 4), np.uint8)
    figure = tiles([("first", images[:3]), ("second", images[3:])])
    assert [text.get_text() for axes in figure.axes for text in axes.texts] == ["first", "second"]
    shown = [[int(image.get_array()[0, 0, 0]) for image in axes.images] for axes in figure.axes]
    assert shown == [[0], [1], [2], [3], [4]]


def test_zero_is_grey_and_each_filter_has_its_own_scale():
    weights = np.zeros((3, 1, 1, 3))
    weights[0, 0, 0] = [-2, 0, 1]
    weights[1, 0, 0] = [0, 0, 0.001]
    pixels = weights_as_pixels(weights)
    assert pixels.dtype == np.uint8
    assert pixels[:, 0, 0].tolist() == [[0, 128, 191], [128, 128, 255], [128, 128, 128]]


@pytest.mark.parametrize("columns", [1, 16])
def test_the_figure_is_as_wide_as_its_longest_row(columns):
    image = np.zeros((1, 3, 3), np.uint8)
    width = tiles([("a", [image] * columns), ("b", [image])], size=0.25).get_size_inches()[0]
    assert width == pytest.approx(0.9 + 0.25 * columns)


def test_captions_stand_above_the_images_of_their_row_and_make_the_figure_higher():
    image = np.zeros((1, 3, 3), np.uint8)
    rows = [("a", [image, image]), ("b", [image, image])]
    figure = tiles(rows, captions=[["unit 3", "unit 5"], []])
    assert [axes.get_title() for axes in figure.axes] == ["unit 3", "unit 5", "", ""]
    assert texts_off_the_page(figure) == []
    assert smallest_text(figure) >= 9
    assert figure.get_size_inches()[1] > tiles(rows).get_size_inches()[1]


def test_a_row_with_captions_begins_a_group_below_a_gap():
    image = np.zeros((1, 3, 3), np.uint8)
    rows = [("a", [image]), ("b", [image]), ("c", [image])]
    first, second, third = tiles(rows, captions=[["x"], [], ["y"]]).axes
    within = first.get_position().y0 - second.get_position().y1
    between = second.get_position().y0 - third.get_position().y1
    assert 0 < 3 * within < between
