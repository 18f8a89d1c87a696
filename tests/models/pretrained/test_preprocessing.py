"""Photographs become what the weights expect."""

import numpy as np
import pytest
from PIL import Image, ImageOps

from minivgg import models
from minivgg.data import Normalize


@pytest.mark.slow
def test_the_pixels_are_torchvisions_recipe(rng, tmp_path):
    """Smaller side 256, bilinear, centre crop 224, (x/255 − mean)/std.

    The larger side is rounded down: 451·256/300 = 384.9.
    """
    pixels = rng.integers(0, 256, (300, 451, 3), np.uint8)
    found = models.preprocess(pixels, "torchvision")
    whole = Image.fromarray(pixels).resize((384, 256), Image.Resampling.BILINEAR)
    expected = np.asarray(whole.crop((80, 16, 304, 240))).transpose(2, 0, 1) / np.float32(255)
    mean, std = (
        np.array(v, np.float32)[:, None, None]
        for v in ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))
    )
    assert found.shape == (1, 3, 224, 224)
    assert found.dtype == np.float32
    assert found[0] == pytest.approx((expected - mean) / std, abs=1e-6)
    Image.fromarray(pixels).save(tmp_path / "x.png")
    for same in (
        pixels.transpose(2, 0, 1),
        [pixels],
        Image.fromarray(pixels),
        tmp_path / "x.png",
        str(tmp_path / "x.png"),
    ):
        assert (
            models.preprocess([same] if isinstance(same, Image.Image) else same, "imagenet")
            == found
        ).all()


def test_each_source_has_its_own(rng):
    pixels = rng.integers(0, 256, (224, 224, 3), np.uint8)
    caffe = models.preprocess(pixels, "keras")
    assert caffe.shape == (1, 3, 224, 224)
    flat = np.full((256, 256, 3), 100, np.uint8)
    assert models.preprocess(flat, "keras")[0, :, 0, 0] == pytest.approx(
        [100 - 123.68, 100 - 116.779, 100 - 103.939], abs=1e-4
    )
    assert (models.preprocess(flat, "frossard") == models.preprocess(flat, "keras")).all()
    net = models.vgg("A", 2, (3, 32, 32), hidden=(4,))
    net.preprocessing = Normalize((0.5,) * 3, (0.25,) * 3)
    assert models.preprocess([flat, flat], net).shape == (2, 3, 32, 32)
    assert models.preprocess(flat, Normalize((0, 0, 0), (1, 1, 1)))[0, 0, 0, 0] == pytest.approx(
        100 / 255
    )


@pytest.mark.parametrize("sides", [(32, 64), (64, 32)])
def test_a_net_that_is_not_square_sees_the_middle_in_proportion(sides, rng):
    net = models.vgg([2, "M"], 2, (3, *sides), hidden=(), initializer="zeros")
    net.preprocessing = Normalize((0.0,) * 3, (1 / 255,) * 3)
    pixels = rng.integers(0, 256, (100, 100, 3), np.uint8)
    found = models.preprocess(pixels, net)[0]
    whole = Image.fromarray(pixels).resize((73, 73), Image.Resampling.BILINEAR)  # 64 · 256/224
    top, left = (round((73 - side) / 2) for side in sides)
    expected = np.asarray(whole)[top : top + sides[0], left : left + sides[1]].transpose(2, 0, 1)
    assert found == pytest.approx(expected, abs=1e-3)


def test_what_is_no_picture_or_no_weights_is_refused(rng):
    pixels = rng.integers(0, 256, (30, 40, 3), np.uint8)
    with pytest.raises(TypeError, match="whole numbers from 0 to 255"):
        models.preprocess(pixels / 255, "imagenet")
    with pytest.raises(
        ValueError, match=r"an image is \(3, H, W\) or \(H, W, 3\), RGB,.* got shape \(30, 40, 2\)"
    ):
        models.preprocess([pixels[..., :2]], "imagenet")
    with pytest.raises(
        ValueError, match=r"weights are a net with loaded or trained weights, .* got 'imagnet'"
    ):
        models.preprocess(pixels, "imagnet")
    with pytest.raises(ValueError, match="preprocess: weights are"):
        models.preprocess(pixels, models.vgg("A", 2, (3, 32, 32), hidden=(4,)))


def test_pillows_images_arrays_and_files_of_every_mode_are_the_same(rng, tmp_path):
    pixels = rng.integers(0, 256, (40, 50, 3), np.uint8)
    whole = Image.fromarray(pixels)
    clear = Image.fromarray(rng.integers(0, 256, (40, 50, 4), np.uint8), "RGBA")
    cases = {f"{mode}.tif": whole.convert(mode) for mode in ("1", "L", "P", "CMYK", "YCbCr")}
    cases |= {"la.png": clear.convert("LA"), "rgba.png": clear, "rgb.png": whole}
    cases["lab.tif"] = Image.frombytes("LAB", (50, 40), pixels.tobytes())
    cases["f.tif"] = Image.fromarray(pixels[..., 0].astype(np.float32) / 255)
    cases["i16.png"] = Image.fromarray(pixels[..., 0].astype(np.uint16) << 8)
    cases["i.tif"] = Image.fromarray(pixels[..., 0].astype(np.int32) << 8)
    for name, image in cases.items():
        image.save(tmp_path / name)
        found = models.preprocess(tmp_path / name, "imagenet")
        assert (models.preprocess(image, "imagenet") == found).all(), name
        with Image.open(tmp_path / name) as opened:
            assert (models.preprocess(opened, "imagenet") == found).all(), name
    grey = models.preprocess(cases["L.tif"], "imagenet")
    for array in (np.asarray(cases["L.tif"]), np.asarray(cases["L.tif"])[..., None]):
        assert (models.preprocess(array, "imagenet") == grey).all()
    rgba = models.preprocess(clear, "imagenet")
    assert (models.preprocess(np.asarray(clear), "imagenet") == rgba).all()
    batch = np.stack([pixels, pixels])
    assert (models.preprocess(batch, "imagenet")[1:] == models.preprocess(whole, "imagenet")).all()


@pytest.mark.parametrize("turn", range(1, 9))
def test_an_image_is_upright_whether_from_pillow_or_a_file(rng, tmp_path, turn):
    exif = Image.Exif()
    exif[0x0112] = turn
    Image.fromarray(rng.integers(0, 256, (20, 30, 3), np.uint8)).save(tmp_path / "x.png", exif=exif)
    with Image.open(tmp_path / "x.png") as image:
        upright = ImageOps.exif_transpose(image)
        found = models.preprocess(image, "imagenet")
    assert (found == models.preprocess(tmp_path / "x.png", "imagenet")).all()
    assert (found == models.preprocess(np.asarray(upright), "imagenet")).all()


def test_the_batch_is_in_memory_as_nets_read_it(rng, tmp_path):
    """Not with the channels of a pixel side by side, as Pillow's images are."""
    pixels = rng.integers(0, 256, (30, 40, 3), np.uint8)
    Image.fromarray(pixels).save(tmp_path / "x.png")
    for image in (tmp_path / "x.png", Image.fromarray(pixels), pixels, pixels.transpose(2, 0, 1)):
        assert models.preprocess([image, image], "imagenet").flags.c_contiguous


@pytest.mark.parametrize("shape", [(3, 65500, 3), (2000, 1, 3)])
def test_of_a_very_long_picture_the_middle_is_seen(rng, tmp_path, shape):
    """Rescaled whole, the first would have 5.6 million columns of 256 pixels."""
    pixels = rng.integers(0, 256, shape, np.uint8)
    Image.fromarray(pixels).save(tmp_path / "x.png")
    found = models.preprocess(tmp_path / "x.png", "imagenet")
    assert (found == models.preprocess(Image.fromarray(pixels), "imagenet")).all()
    assert (found == models.preprocess(pixels.transpose(2, 0, 1), "imagenet")).all()
    top, left = ((side - 20 * min(shape[:2])) // 2 if side > 20 else 0 for side in shape[:2])
    middle = pixels[top : shape[0] - top, left : shape[1] - left]
    assert (found == models.preprocess(middle.transpose(2, 0, 1), "imagenet")).all()


def test_no_images_are_refused():
    with pytest.raises(ValueError, match=r"^preprocess: there are no images$"):
        models.preprocess([], "keras")
