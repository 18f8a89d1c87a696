"""Frames on photographs are where the fields are, with their names."""

import numpy as np
import pytest
from support.figure_text import smallest_text, texts_off_the_page

from minivgg.plots import fields
from minivgg.plots.figure import BLUE, GREEN, png

IMAGE = np.zeros((3, 40, 50), np.uint8)


def frames_of(axes):
    return [(p.get_x(), p.get_y(), p.get_width(), p.get_height()) for p in axes.patches]


def texts(axes):
    return [text.get_text() for text in axes.texts]


FRAMES = [("a: 3", 4, 5, 3, BLUE), ("b: 9", 1, 2, 9, GREEN), ("c: 60", -10, -9, 60, BLUE)]


def test_a_frame_goes_around_its_pixels_and_has_its_name_beside_the_image():
    figure = fields.frames(IMAGE, FRAMES)
    (axes,) = figure.axes
    assert frames_of(axes) == [(4.5, 3.5, 3, 3), (1.5, 0.5, 9, 9), (-9.5, -10.5, 60, 60)]
    assert texts(axes) == ["a: 3", "b: 9", "c: 60"]
    assert all(text.get_position()[0] > IMAGE.shape[2] for text in axes.texts)
    assert texts_off_the_page(figure) == []
    assert smallest_text(figure) >= 9


def test_a_line_leads_from_each_name_to_the_right_edge_of_its_frame():
    axes = fields.frames(IMAGE, FRAMES[:2]).axes[0]
    ends = [(*line.get_xdata(), *line.get_ydata()) for line in axes.lines]
    for (x, y), (left, top, width, height) in zip(ends, frames_of(axes), strict=True):
        assert x == left + width
        assert top + height / 2 <= y <= top + height
    assert [text.xy for text in axes.texts] == ends


def test_a_window_shows_a_square_of_the_image_and_moves_the_frames():
    image = np.arange(3 * 40 * 50, dtype=np.uint8).reshape(3, 40, 50)
    axes = fields.frames(image, [("a", 12, 23, 4, BLUE)], window=(10, 20, 8)).axes[0]
    shown = axes.images[0].get_array()
    assert np.array_equal(shown, image[:, 10:18, 20:28].transpose(1, 2, 0))
    assert frames_of(axes) == [(2.5, 1.5, 4, 4)]


def test_an_enlarged_part_has_frames_around_one_pixel():
    whole, part = fields.enlarged(IMAGE, 20, 30, (3, 7), margin=2).axes
    assert frames_of(whole) == [(24.5, 14.5, 11, 11)]
    assert part.images[0].get_array().shape[:2] == (11, 11)
    assert frames_of(part) == [(3.5, 3.5, 3, 3), (1.5, 1.5, 7, 7)]
    assert texts(part) == ["3×3", "7×7"]


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


def test_the_scale_of_influence_says_that_it_is_not_linear():
    figure = fields.influence([np.eye(4)], ["one"])
    assert "square roots" in figure.axes[-1].get_ylabel()


def test_a_profile_marks_the_field_and_two_standard_deviations():
    figure = fields.profile(np.array([1, 2, 3, 2, 1]) / 9, sigma=1.2)
    axes = figure.axes[0]
    assert [bar.get_height() for bar in axes.containers[0]] == [1 / 9, 2 / 9, 3 / 9, 2 / 9, 1 / 9]
    assert np.isclose(axes.lines[0].get_ydata().max(), 1 / (1.2 * np.sqrt(2 * np.pi)))
    assert {"4σ = 4.8 pixels", "receptive field: 5 pixels"} <= set(texts(axes))
    arrows = [(text.xyann[0], text.xy[0]) for text in axes.texts if hasattr(text, "xyann")]
    assert arrows == [(2.4, -2.4), (2.5, -2.5)]
    assert texts_off_the_page(figure) == []
