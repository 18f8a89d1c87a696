"""The figure of explanations: what is drawn where, and what is said below it."""

import numpy as np
import pytest
from support.figure_text import words

from minivgg import plots
from minivgg.plots.explanations import NOT_SHOWN


def drawn(rng, height=8, width=12, channels=3, fall=0.25):
    """A figure of random maps, and the maps."""
    image = rng.integers(0, 256, (channels, height, width), np.uint8)
    maps = rng.random((height, width)), rng.random((4, 6)) * fall, rng.random((2, 3))
    figure = plots.explanations(image, ("a $ cat", 0.925), maps[0], maps[1], (2, 2), maps[2])
    return figure, image, maps


def test_each_method_says_what_it_does_not_show(rng):
    figure, _, _ = drawn(rng)
    text = " ".join(words(figure).split())
    assert r"a \$ cat: 92.5 %" in text
    assert "the image as the net sees it, 8×12 pixels" in text
    assert "a square of 2×2 pixels covered" in text
    assert "2×3 feature maps" in text
    for limit in NOT_SHOWN.values():
        assert f"Not shown: {limit}." in text
    assert "a $ cat" in figure.description


@pytest.mark.parametrize("channels", [1, 3])
def test_maps_lie_where_their_numbers_belong(channels, rng):
    figure, image, (saliency, occlusion, cam) = drawn(rng, channels=channels)
    picture, slopes, falls, maps = figure.axes[:4]
    np.testing.assert_array_equal(
        picture.images[0].get_array(), image[0] if channels == 1 else image.transpose(1, 2, 0)
    )
    np.testing.assert_array_equal(slopes.images[-1].get_array(), saliency)
    np.testing.assert_allclose(falls.images[-1].get_array(), 100 * occlusion)
    # squares of 2 pixels, 2 apart: a cell is its square; maps fill the picture
    assert falls.images[-1].get_extent() == [-0.5, 11.5, 7.5, -0.5]
    assert maps.images[-1].get_extent() == [-0.5, 11.5, 7.5, -0.5]
    np.testing.assert_array_equal(maps.images[-1].get_array(), cam)
    # 0 is the middle of the colours, in which rises and falls are equally strong
    low, high = falls.images[-1].get_clim()
    assert low == -high == pytest.approx(-100 * occlusion.max())


def test_a_map_of_zeros_has_colours_too(rng):
    figure, _, _ = drawn(rng, fall=0)
    low, high = figure.axes[2].images[-1].get_clim()
    assert low < 0 < high
