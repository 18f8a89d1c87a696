"""Figures of views: the numbers, frames, crops and answers are those that were given."""

import numpy as np
from matplotlib.colors import to_rgb
from support.figure_text import texts_off_the_page

from minivgg.evaluation.protocols import crop_corners
from minivgg.plots import views


def test_matrices_show_their_numbers_and_a_frame():
    a, b = np.arange(9).reshape(3, 3), np.array([[-1, 2]])
    first, second = views.numbers([a, b], ["a", "b"], marked=[(1, 0, 2)]).axes
    assert [text.get_text() for text in first.texts] == [str(n) for n in range(9)]
    assert [text.get_text() for text in second.texts] == ["-1", "2"]
    (frame,) = first.patches
    assert (frame.get_x(), frame.get_y(), frame.get_width()) == (-0.5, 0.5, 2)
    assert not second.patches


def test_three_of_the_crops_are_shown_to_scale_and_framed_in_the_image():
    image = np.arange(12 * 14, dtype=np.uint8).reshape(1, 12, 14)
    corners = crop_corners(image.shape, (8, 8))
    figure = views.three_crops(image, corners, (8, 8))
    whole, *crops = figure.axes
    assert len(whole.lines[0].get_xdata()) == 25
    np.testing.assert_allclose(whole.lines[0].get_xdata()[0], 3.5)
    first_pixels = [int(axes.images[0].get_array()[0, 0]) for axes in crops]
    assert first_pixels == [image[0, i, j] for i, j in ((0, 0), (2, 3), (4, 6))]
    assert [frame.get_xy() for frame in whole.patches] == [(-0.5, -0.5), (2.5, 1.5), (5.5, 3.5)]
    assert [axes.get_title() for axes in crops] == list(views.CROP_NAMES)
    same = [to_rgb(axes.title.get_color()) == frame.get_edgecolor()[:3]
            for axes, frame in zip(crops, whole.patches, strict=True)]  # fmt: skip
    assert all(same)
    assert texts_off_the_page(figure) == []


def test_each_position_shows_the_most_probable_class_in_percent():
    p = np.zeros((3, 1, 2))
    p[:, 0, 0], p[:, 0, 1] = [0.2, 0.7, 0.1], [0.5, 0.1, 0.4]
    image = np.zeros((1, 8, 12), np.uint8)
    figure = views.answers_on_map(image, p, ["a", "b", "c"], window=8, jump=4)
    below = figure.axes[1]
    assert [text.get_text() for text in below.texts] == ["b\n70 %", "a\n50 %"]
    assert [round(patch.get_alpha(), 2) for patch in below.patches] == [0.7, 0.5]
