"""Reading and resizing image files, with errors that name the file."""

from math import inf
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

MODES = {1: "L", 3: "RGB"}  # Pillow's modes by number of channels


def is_image(name):
    """Whether a file name has an extension that Pillow can read."""
    suffix = f".{name.rsplit('.', 1)[-1].lower()}"
    # some formats Pillow can only write
    return "." in name and Image.registered_extensions().get(suffix) in Image.OPEN


def read_image(file, channels=3, size=None, name=None, shrink_to=None):
    """Read an image file as a uint8 array (C, H, W).

    The EXIF orientation is applied, transparent pixels are blended with white, and only the first
    frame of an animation is read.
    file: a path or an open binary file. channels: 1 (grey) or 3 (RGB). size: (height, width) of the
    result: the image is scaled, keeping its aspect ratio, until it covers that size, and its centre
    is cropped. shrink_to: reduce a larger image until its smaller side has this many pixels, which
    saves memory and, for JPEGs, time. name: what to call the image in an error.
    Raises ``FileNotFoundError`` when there is no such file; ``OSError`` when it is a folder, empty,
    not an image, damaged or larger than Pillow's limit; ``ValueError`` for another number of
    channels.
    """
    name = name or file
    if isinstance(file, str | Path) and Path(file).is_dir():
        raise IsADirectoryError(f"{name} is a folder, not an image")
    if channels not in MODES:
        raise ValueError(f"images have 1 (grey) or 3 (RGB) channels, not {channels}")
    try:
        with Image.open(file) as image:
            if image.width * image.height > (Image.MAX_IMAGE_PIXELS or inf):
                raise Image.DecompressionBombError(_too_many_pixels(image))
            pixels = np.asarray(_prepare(image, channels, size, shrink_to))
    except MemoryError:
        raise
    except FileNotFoundError:
        raise FileNotFoundError(f"there is no image {name}") from None
    except Image.DecompressionBombError as error:
        raise OSError(f"the image {name} is refused: {error}") from error
    except UnidentifiedImageError:
        reason = "is empty" if _is_empty(file) else "is not an image that can be read"
        raise OSError(f"{name} {reason}") from None
    # A damaged file can make a decoder raise anything: OSError, SyntaxError, struct.error, ...
    except Exception as error:
        raise OSError(f"the image {name} is damaged or cannot be read: {error}") from error
    return pixels[None] if channels == 1 else pixels.transpose(2, 0, 1)


def _prepare(image, channels, size, shrink_to):
    """The open Pillow image, upright, opaque, in the mode and size that ``read_image`` promises."""
    if shrink_to:
        # a JPEG can be decoded at 1/2, 1/4 or 1/8 of its size, as long as both sides stay as large
        image.draft(None, (shrink_to, shrink_to))
    ImageOps.exif_transpose(image, in_place=True)
    if image.mode.startswith("I"):  # 16 bits, which Pillow would clip to 255
        image = Image.fromarray((np.asarray(image) >> 8).astype(np.uint8))
    if image.has_transparency_data:
        image = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
    image = image.convert(MODES[channels])
    smaller = min(image.size)
    if size is not None:
        image = ImageOps.fit(image, (size[1], size[0]), Image.Resampling.BILINEAR)
    elif shrink_to and smaller > shrink_to:
        sides = [max(1, round(side * shrink_to / smaller)) for side in image.size]
        image = image.resize(sides, Image.Resampling.BILINEAR)
    return image


def _is_empty(file):
    return Path(file).stat().st_size == 0 if isinstance(file, str | Path) else not file.seek(0, 2)


def _too_many_pixels(image):
    return (
        f"its {image.width:,}×{image.height:,} pixels are more than Pillow's limit of "
        f"{Image.MAX_IMAGE_PIXELS:,}; if you trust it, set PIL.Image.MAX_IMAGE_PIXELS higher"
    )


def rescale(image, smaller_side):
    """Scale a uint8 image (C, H, W), keeping its aspect ratio, until its smaller side is this long.

    The interpolation is bilinear, with averaging where the image shrinks. The larger side is
    rounded down as in torchvision, so that published nets see exactly the same pixels.
    """
    height, width = image.shape[1:]
    if min(height, width) == smaller_side:
        return image
    sides = [max(1, side * smaller_side // min(height, width)) for side in (width, height)]
    if sides[0] * sides[1] > (Image.MAX_IMAGE_PIXELS or inf):
        raise ValueError(
            f"an image of {height}×{width} pixels, rescaled to {sides[1]}×{sides[0]}, would exceed "
            "Pillow's limit on the number of pixels"
        )
    if len(image) == 3:
        return _resize(image.transpose(1, 2, 0), sides).transpose(2, 0, 1)
    return np.stack([_resize(channel, sides) for channel in image])


def _resize(pixels, sides):
    """Resize (H, W) or (H, W, 3) to ``sides``, (width, height)."""
    return np.asarray(Image.fromarray(pixels).resize(sides, Image.Resampling.BILINEAR))
