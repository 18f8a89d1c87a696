"""Reading and resizing image files, with errors that name the file."""

import os
from math import inf
from pathlib import Path
from typing import IO, TypeAlias

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from minivgg.utils.files import StrPath

ImageFile: TypeAlias = StrPath | IO[bytes]

MODES = {1: "L", 3: "RGB"}  # Pillow's modes by number of channels


def is_image(name: str) -> bool:
    """Whether a file name has an extension that Pillow can read.

    Parameters
    ----------
    name : str
        The file is not opened.

    Returns
    -------
    bool
        True for "cat.JPG", False for "notes.txt".
    """
    suffix = f".{name.rsplit('.', 1)[-1].lower()}"
    # some formats Pillow can only write
    return "." in name and Image.registered_extensions().get(suffix) in Image.OPEN


def read_image(
    file: ImageFile,
    channels: int = 3,
    size: tuple[int, int] | None = None,
    name: str | None = None,
    shrink_to: int | None = None,
) -> np.ndarray:
    """Read an image file as a uint8 array (C, H, W).

    The EXIF orientation is applied, transparent pixels are blended with white, and only the first
    frame of an animation is read.

    Parameters
    ----------
    file : path or binary file
        Where the image is; an open file is read from its current position.
    channels : {3, 1}
        3 for RGB, 1 for grey.
    size : (int, int), optional
        (height, width) of the result: the image is scaled, keeping its aspect ratio, until it
        covers that size, and its centre is cropped. By default it keeps its size.
    name : str, optional
        What to call the image in an error (default: the file).
    shrink_to : int, optional
        Reduce a larger image until its smaller side has this many pixels, which saves memory and,
        for JPEGs, time.

    Returns
    -------
    image : array of shape (C, H, W)
        Pixels from 0 to 255 in uint8.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    OSError
        If the file is a folder, empty, not an image, damaged or larger than Pillow's limit.
    ValueError
        If channels is neither 1 nor 3.
    """
    shown = name or file
    if isinstance(file, str | os.PathLike) and Path(file).is_dir():
        raise IsADirectoryError(f"{shown} is a folder, not an image")
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
        raise FileNotFoundError(f"there is no image {shown}") from None
    except Image.DecompressionBombError as error:
        raise OSError(f"the image {shown} is refused: {error}") from error
    except UnidentifiedImageError:
        reason = "is empty" if _is_empty(file) else "is not an image that can be read"
        raise OSError(f"{shown} {reason}") from None
    # A damaged file can make a decoder raise anything: OSError, SyntaxError, struct.error, ...
    except Exception as error:
        raise OSError(f"the image {shown} is damaged or cannot be read: {error}") from error
    return pixels[None] if channels == 1 else pixels.transpose(2, 0, 1)


def _prepare(
    image: Image.Image, channels: int, size: tuple[int, int] | None, shrink_to: int | None
) -> Image.Image:
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


def _is_empty(file: ImageFile) -> bool:
    if isinstance(file, str | os.PathLike):
        return Path(file).stat().st_size == 0
    return not file.seek(0, os.SEEK_END)


def _too_many_pixels(image: Image.Image) -> str:
    return (
        f"its {image.width:,}×{image.height:,} pixels are more than Pillow's limit of "
        f"{Image.MAX_IMAGE_PIXELS:,}; if you trust it, set PIL.Image.MAX_IMAGE_PIXELS higher"
    )


def rescale(image: np.ndarray, smaller_side: int) -> np.ndarray:
    """Scale a uint8 image (C, H, W), keeping its aspect ratio, until its smaller side is this long.

    The interpolation is bilinear, with averaging where the image shrinks. The larger side is
    rounded down as in torchvision, so that published nets see exactly the same pixels.

    Parameters
    ----------
    image : array of shape (C, H, W)
        Pixels from 0 to 255 in uint8.
    smaller_side : int
        In pixels.

    Returns
    -------
    array of shape (C, H', W')
        In uint8; the same array if the image already has this size.

    Raises
    ------
    ValueError
        If the result would have more pixels than Pillow allows.

    Examples
    --------
    >>> rescale(np.zeros((3, 480, 640), np.uint8), 256).shape
    (3, 256, 341)
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


def _resize(pixels: np.ndarray, sides: list[int]) -> np.ndarray:
    """Resize (H, W) or (H, W, 3) to ``sides``, (width, height)."""
    return np.asarray(Image.fromarray(pixels).resize(sides, Image.Resampling.BILINEAR))
