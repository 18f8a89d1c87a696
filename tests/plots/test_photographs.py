"""Many small pictures in one: every picture is shown."""

import numpy as np
import pytest

from minivgg.plots import photographs


@pytest.mark.parametrize("shape", [(5, 3, 3), (5, 3, 4, 3)])
def test_all_small_pictures_are_shown_on_one_scale(shape):
    pictures = np.random.default_rng(0).standard_normal(shape)
    images = photographs.mosaic(pictures, 2).axes[0].images
    assert len(images) == 5
    shown = np.stack([image.get_array() for image in images])
    assert shown.shape == (5, *shape[-2:], 3)
    expected = pictures if len(shape) == 4 else pictures[:, None]
    assert np.allclose(shown.transpose(0, 3, 1, 2), 0.5 + 0.5 * expected / np.abs(pictures).max())


def test_pictures_of_zeros_are_grey():
    (image,) = photographs.mosaic(np.zeros((1, 2, 2)), 1).axes[0].images
    assert np.all(image.get_array() == 0.5)
