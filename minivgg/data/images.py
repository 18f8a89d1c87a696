"""One image file to one array, with an error that names the file."""

from math import inf
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

MODES = {1: "L", 3: "RGB"}


def is_image(name):
    """Whether a file name ends like an image that Pillow reads."""
    suffix = f".{name.rsplit('.', 1)[-1].lower()}"
    return (
        "." in name and Image.registered_extensions().get(suffix) in Image.OPEN
    )  # some kinds Pillow only writes


def read_image(file, channels=3, size=None, name=None, most=None):
    """An image file as uint8 (C, H, W): turned as the camera was held, of an animation the first picture, what is transparent on white.

    file: a path or an open binary file. channels: 1 (grey) or 3 (RGB). size: (height, width) to bring it to: the image is scaled,
    both sides alike, until it just covers that, and the middle is cut out. most: pixels that the smaller side is reduced to where it has
    more, which spares memory and, with JPEGs, time. name: what to call it in an error.
    Raises ``FileNotFoundError`` when there is no such file, ``OSError`` when it is a folder, empty, no image, damaged or of more pixels
    than Pillow's limit, ``ValueError`` for another number of channels.
    """
    name = name or file
    if isinstance(file, str | Path) and Path(file).is_dir():
        raise IsADirectoryError(f"{name} is a folder, not an image")
    if channels not in MODES:
        raise ValueError(f"images have 1 (grey) or 3 (RGB) channels, not {channels}")
    try:
        with Image.open(file) as image:
            if image.width * image.height > (Image.MAX_IMAGE_PIXELS or inf):
                raise Image.DecompressionBombError(_bomb(image))
            if most:
                image.draft(
                    None, (most, most)
                )  # a JPEG can be decoded to a half, quarter or eighth, as long as both sides keep that
            ImageOps.exif_transpose(image, in_place=True)  # turn it as the camera was held
            if image.mode.startswith("I"):  # 16 bits: Pillow would cut off at 255
                image = Image.fromarray((np.asarray(image) >> 8).astype(np.uint8))
            if image.has_transparency_data:
                image = image.convert("RGBA")
                image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
            image = image.convert(MODES[channels])
            if size is not None:
                image = ImageOps.fit(image, (size[1], size[0]), Image.Resampling.BILINEAR)
            elif most and min(image.size) > most:
                image = image.resize(
                    [max(1, round(side * most / min(image.size))) for side in image.size],
                    Image.Resampling.BILINEAR,
                )
            pixels = np.asarray(image)
    except MemoryError:
        raise
    except FileNotFoundError:
        raise FileNotFoundError(f"there is no image {name}") from None
    except Image.DecompressionBombError as error:
        raise OSError(f"the image {name} is refused: {error}") from error
    except UnidentifiedImageError:
        raise OSError(
            f"{name} {'is empty' if _is_empty(file) else 'is not an image that can be read'}"
        ) from None
    except Exception as error:  # what a damaged file does to a decoder has no bound: OSError, SyntaxError, struct.error, TypeError, ...
        raise OSError(f"the image {name} is damaged or cannot be read: {error}") from error
    return pixels[None] if channels == 1 else pixels.transpose(2, 0, 1)


def _is_empty(file):
    return Path(file).stat().st_size == 0 if isinstance(file, str | Path) else not file.seek(0, 2)


def _bomb(image):
    return (
        f"its {image.width:,}×{image.height:,} pixels are more than Pillow's limit of {Image.MAX_IMAGE_PIXELS:,}; "
        "if you trust it, set PIL.Image.MAX_IMAGE_PIXELS higher"
    )


def rescaled(image, smallest):
    """A uint8 image (C, H, W) scaled, both sides alike, until the smaller one has ``smallest`` pixels; bilinear, and averaging where
    it shrinks. The larger one is rounded down, as torchvision does it, so that published nets see the very same pixels.
    """
    height, width = image.shape[1:]
    if min(height, width) == smallest:
        return image
    sides = [max(1, side * smallest // min(height, width)) for side in (width, height)]
    if sides[0] * sides[1] > (Image.MAX_IMAGE_PIXELS or inf):
        raise ValueError(
            f"an image of {height}×{width} pixels, rescaled to {sides[1]}×{sides[0]}, would have more than Pillow's limit"
        )
    if len(image) == 3:
        return np.asarray(
            Image.fromarray(image.transpose(1, 2, 0)).resize(sides, Image.Resampling.BILINEAR)
        ).transpose(2, 0, 1)
    return np.stack(
        [
            np.asarray(Image.fromarray(channel).resize(sides, Image.Resampling.BILINEAR))
            for channel in image
        ]
    )
