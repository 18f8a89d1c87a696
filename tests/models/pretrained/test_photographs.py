"""Pictures of any kind, as a net takes them: files, Pillow's images and arrays are one."""

import numpy as np
import pytest
from PIL import Image

from minivgg.data.centre_view import CentreView
from minivgg.models.pretrained.photographs import ImageSequence

VIEW = CentreView(8, (6, 4))


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("view", [None, VIEW])
def test_all_kinds_of_pictures_give_the_same_pixels(tmp_path, rng, channels, view):
    """Also what is seen of them, and also of a grey picture where colours are asked for."""
    pixels = rng.integers(0, 256, (12, 20, 3), np.uint8)
    grey = pixels[..., 0]
    for array, mode in ((pixels, "RGB"), (grey, "L")):
        image = Image.fromarray(array)
        assert image.mode == mode
        image.save(tmp_path / "x.png")
        given = [tmp_path / "x.png", str(tmp_path / "x.png"), image, array]
        if array.ndim == 3:
            given.append(array.transpose(2, 0, 1))
        else:
            given += [array[None], array[..., None]]
        found = list(ImageSequence(given, channels, view))
        whole = np.asarray(image.convert("L" if channels == 1 else "RGB"))
        whole = whole[None] if channels == 1 else whole.transpose(2, 0, 1)
        expected = whole if view is None else view.of_array(whole)
        assert all((picture == expected).all() for picture in found)
        assert {picture.shape for picture in found} == {expected.shape}


@pytest.mark.parametrize(("shape", "channels"), [((12, 1, 3), 1), ((12, 3, 1), 3), ((12, 3, 3), 3)])
def test_a_width_is_not_taken_for_the_channels(rng, shape, channels):
    """Of pictures of 1 and 3 columns."""
    pixels = rng.integers(0, 256, shape, np.uint8)
    image = Image.fromarray(pixels[..., 0] if shape[2] == 1 else pixels)
    first, second = ImageSequence([pixels, image], channels)
    assert first.shape == (channels, *shape[:2])
    assert (first == second).all()
