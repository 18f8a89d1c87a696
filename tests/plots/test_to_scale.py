"""Images drawn to scale: equally large pixels, frames, and where a part was cut out."""

import numpy as np
import pytest
from support.figure_text import smallest_text, texts_off_the_page

from minivgg.plots.to_scale import part_of, to_scale

LARGE, SMALL = np.zeros((3, 60, 50), np.uint8), np.zeros((1, 20, 30), np.uint8)


def test_a_pixel_is_equally_large_in_every_image_and_all_are_within_the_figure():
    figure = to_scale([[("large", LARGE), ("small", SMALL)], [("again", SMALL)]])
    inches = figure.get_size_inches()
    boxes = [axes.get_position() for axes in figure.axes]
    heights = [box.height * inches[1] for box in boxes]
    widths = [box.width * inches[0] for box in boxes]
    np.testing.assert_allclose(np.divide(heights, [60, 20, 20]), heights[0] / 60)
    np.testing.assert_allclose(np.divide(widths, [50, 30, 30]), heights[0] / 60)
    assert all(0 <= box.x0 < box.x1 <= 1 and 0 <= box.y0 < box.y1 <= 1 for box in boxes)
    assert [axes.get_title() for axes in figure.axes] == ["large", "small", "again"]
    assert texts_off_the_page(figure) == []
    assert smallest_text(figure) >= 9


def test_the_second_row_is_below_the_first_and_its_title():
    first, second = to_scale([[("a", LARGE)], [("b", SMALL)]]).axes
    assert second.get_position().y1 < first.get_position().y0


def test_a_frame_stands_around_the_pixels_of_its_image():
    one, other = to_scale([[("a", LARGE), ("b", SMALL)]], {"a": (10, 5, 20, 30)}).axes
    (patch,) = one.patches
    assert (patch.get_xy(), patch.get_height(), patch.get_width()) == ((4.5, 9.5), 20, 30)
    assert not other.patches


def test_a_part_is_found_where_it_was_cut_out():
    image = np.random.default_rng(0).integers(0, 256, (3, 40, 50), np.uint8)
    image[:, :8, :8] = image[:, 12:20, 7:15]  # begins like the part, but goes on differently
    assert part_of(image, image[:, 12:32, 7:37]) == (12, 7, 20, 30)
    with pytest.raises(ValueError, match="does not occur"):
        part_of(image, 255 - image[:, 12:32, 7:37])
