"""Computed textures: what makes each of them one, and shapes cut out of them."""

import numpy as np
import pytest

from minivgg.plots import patterns

TEXTURES = pytest.mark.parametrize("texture", [patterns.bricks, patterns.stones, patterns.waves])


@TEXTURES
def test_a_texture_has_the_size_and_the_seed_that_are_asked_for(texture):
    image = texture(40, seed=1)
    assert image.shape == (3, 40, 40)
    assert image.dtype == np.uint8
    assert np.array_equal(image, texture(40, seed=1))
    assert not np.array_equal(image, texture(40, seed=2))


def test_rows_of_mortar_repeat_with_the_height_of_a_brick():
    rows = patterns.bricks(96, height=16, width=32).mean(axis=(0, 2))
    light = np.flatnonzero(rows > 170)
    assert len(light) == 12, "two rows of pixels for each of six joints"
    assert set(np.diff(light)) == {1, 15}


@pytest.mark.parametrize("texture", [patterns.stones, patterns.waves])
def test_opposite_borders_fit_together(texture):
    image = texture(96).astype(float)
    within = np.abs(np.diff(image, axis=2)).mean()
    across = np.abs(image[:, :, 0] - image[:, :, -1]).mean()
    assert across < 2 * within


def test_joints_between_stones_are_dark():
    image = patterns.stones(96).mean(axis=0)
    assert 0.05 < (image < 20).mean() < 0.5
    assert image.max() > 120


@pytest.mark.parametrize(
    ("shape", "area"), [("circle", np.pi * 0.36**2), ("square", 0.64**2), ("triangle", 0.68**2 / 2)]
)
def test_a_shape_keeps_its_area_and_the_rest_is_grey(shape, area):
    image = patterns.cut_out(np.zeros((3, 100, 100), np.uint8), shape)
    assert set(np.unique(image)) == {0, 200}
    assert (image[0] == 0).mean() == pytest.approx(area, abs=0.01)
    assert image[0, 50, 50] == 0


def test_an_unknown_shape_is_refused():
    with pytest.raises(ValueError, match="shape is one of circle, square, triangle, got 'star'"):
        patterns.cut_out(patterns.bricks(), "star")
