"""Frames on photographs are where the fields are, with their names."""

import numpy as np
import pytest

from minivgg.plots import fields
from minivgg.plots.figure import BLUE, GREEN, png

IMAGE = np.zeros((3, 40, 50), np.uint8)


def frames_of(axes):
    return [(p.get_x(), p.get_y(), p.get_width(), p.get_height()) for p in axes.patches]


def texts(axes):
    return [text.get_text() for text in axes.texts]


def test_a_frame_goes_around_its_pixels_and_small_ones_have_no_name():
    figure = fields.frames(
        IMAGE, [("a: 3", 4, 5, 3, BLUE), ("b: 9", 1, 2, 9, GREEN)], smallest_label=5
    )
    assert frames_of(figure.axes[0]) == [(4.5, 3.5, 3, 3), (1.5, 0.5, 9, 9)]
    assert texts(figure.axes[0]) == ["b: 9"]


def test_a_window_shows_a_square_of_the_image():
    axes = fields.frames(IMAGE, [], window=(10, 20, 8)).axes[0]
    assert (axes.get_xlim(), axes.get_ylim()) == ((19.5, 27.5), (17.5, 9.5))


def test_an_enlarged_part_has_frames_around_one_pixel():
    whole, part = fields.enlarged(IMAGE, 20, 30, (3, 7), margin=2).axes
    assert frames_of(whole) == [(24.5, 14.5, 11, 11)]
    assert frames_of(part) == [(28.5, 18.5, 3, 3), (26.5, 16.5, 7, 7)]
    assert texts(part) == ["3×3", "7×7"]
    assert part.get_xlim() == (24.5, 35.5)


def test_fields_over_the_border_are_in_view_with_the_zeros_behind_the_image():
    figure = fields.over_the_border(IMAGE, [("corner", -30, -20, 45, BLUE)])
    axes = figure.axes[0]
    border = axes.patches[0]
    assert border.get_zorder() < axes.images[0].get_zorder()
    assert frames_of(axes)[1] == (-20.5, -30.5, 45, 45)
    assert axes.get_xlim()[0] < -20
    assert axes.get_ylim()[1] < -30
    assert {"corner", "zeros\n(padding)"} == set(texts(axes))


@pytest.mark.parametrize("count", [3, 5, 6])
def test_each_filter_has_the_nearest_one_below_it(count):
    filters = [np.eye(7) * n for n in range(1, count + 1)]
    figure = fields.factored(
        [f"filter {n}" for n in range(count)], filters, filters, [99.95] * count
    )
    titles = [axes.get_title() for axes in figure.axes if axes.get_title()]
    assert titles == [f"filter {n}" for n in range(count)]
    assert [axes.get_xlabel() for axes in figure.axes].count("100.0 %") == count
    shown = [axes.images[0].get_array() for axes in figure.axes if axes.images]
    assert len(shown) == 2 * count
    assert png(figure).startswith(b"\x89PNG")


def test_maps_of_influence_are_shares_on_one_scale():
    flat, sharp = np.ones((4, 4)), np.eye(4)
    figure = fields.influence([flat, sharp], ["flat", "sharp"])
    pictures = [axes.images[0] for axes in figure.axes if axes.images]
    assert [axes.get_title() for axes in figure.axes[:2]] == ["flat", "sharp"]
    assert all(np.isclose(picture.get_array().sum(), 1000) for picture in pictures)
    assert {picture.get_clim() for picture in pictures} == {(0, 250)}
    assert png(figure).startswith(b"\x89PNG")
