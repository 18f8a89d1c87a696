"""Reading pictures, from files or from Pillow, with errors that name the file."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import IO, TypeAlias

import numpy as np
from PIL import ExifTags, Image, ImageOps

from minivgg.data.claimed_size import check_claimed_size
from minivgg.data.image_formats import NoPictureError, open_picture
from minivgg.data.pixel_limit import max_pixels as pixels_allowed
from minivgg.data.pixel_limit import pillow_allows
from minivgg.data.reduced_decoding import LARGE, decode_reduced
from minivgg.data.sample_values import UnknownRangeError, eight_bits
from minivgg.utils.files import StrPath

ImageFile: TypeAlias = StrPath | IO[bytes]

MODES = {1: "L", 3: "RGB"}  # Pillow's modes by number of channels
MODES_THROUGH_RGB = ("LAB", "HSV", "CMYK", "YCbCr")  # that become grey as their colours do
UPRIGHT = {  # by EXIF's orientation
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


class _TooLargeError(ValueError):
    """An image has more pixels than it may."""


def read_image(
    file: ImageFile,
    channels: int = 3,
    size: tuple[int, int] | None = None,
    name: str | None = None,
    shrink_to: int | None = None,
    max_pixels: int | None = None,
    needed: int | None = None,
) -> np.ndarray:
    """Read an image file as a uint8 array (C, H, W).

    The EXIF orientation is applied, transparent pixels are blended with white, and only the first
    frame of an animation is read. Images of 9 to 16 bits are scaled to 8 bits over the range that
    the file declares, floats from 0 to 1 to 0 to 255. Files that are no pictures (PDF, PostScript,
    video, raw files of cameras, ...) are refused whatever their name.

    Parameters
    ----------
    file : path or binary file
        Where the image is; an open file is read from its beginning.
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
    max_pixels : int, optional
        How many pixels the image may have (default: what ``set_max_pixels`` was given, else
        Pillow's hard limit, 178,956,970).
    needed : int, optional
        How many pixels of the smaller side are needed afterwards. A JPEG or JPEG 2000 of more than
        89 megapixels may then come reduced by a power of 2, to at least twice that; so it may if
        there is a ``size``. Smaller images are the same with and without it.

    Returns
    -------
    image : array of shape (C, H, W)
        Pixels from 0 to 255 in uint8.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    OSError
        If the file is a folder, empty, not an image, damaged or has too many pixels, or if what is
        black and what is white in it is not known (32-bit whole numbers, floats outside 0 to 1).
    ValueError
        If channels is neither 1 nor 3.
    """
    shown = name or file
    if isinstance(file, str | os.PathLike) and Path(file).is_dir():
        raise IsADirectoryError(f"{shown} is a folder, not an image")
    _check_channels(channels)
    limit = pixels_allowed() if max_pixels is None else max_pixels
    side = 2 * max(size) if size is not None else 2 * needed if needed else None

    def pixels(opened: IO[bytes], path: str = "") -> np.ndarray:
        with pillow_allows(limit), open_picture(opened, path) as image:
            if image.width * image.height > limit:
                raise _TooLargeError(_too_many_pixels(image, limit))
            check_claimed_size(image, opened)
            if shrink_to:
                decode_reduced(image, shrink_to)
            elif side and image.width * image.height > LARGE:
                decode_reduced(image, side)
            return np.asarray(_prepare(image, channels, size, shrink_to))

    if isinstance(file, str | os.PathLike):
        found = _named_errors(lambda: _read_path(file, pixels), shown)
    else:
        found = _named_errors(lambda: pixels(file), shown)
    return _channels_first(found)


def from_pillow(image: Image.Image, channels: int = 3, name: str = "") -> np.ndarray:
    """The pixels of Pillow's image, as ``read_image`` reads them from its file.

    Parameters
    ----------
    image : PIL.Image.Image
        Of any mode, open or loaded. It is not changed.
    channels : {3, 1}
        3 for RGB, 1 for grey.
    name : str, optional
        What to call the image in an error (default: its file, if it has one).

    Returns
    -------
    image : array of shape (C, H, W)
        Pixels from 0 to 255 in uint8.

    Raises
    ------
    OSError
        If its file is damaged, or what is black and what is white in it is not known.
    ValueError
        If channels is neither 1 nor 3.
    """
    _check_channels(channels)
    shown = name or str(getattr(image, "filename", "")) or f"of mode {image.mode!r}"
    return _channels_first(_named_errors(lambda: np.asarray(_prepare(image, channels)), shown))


def _check_channels(channels: int) -> None:
    if channels not in MODES:
        raise ValueError(f"images have 1 (grey) or 3 (RGB) channels, not {channels}")


def _read_path(path: StrPath, pixels: Callable[[IO[bytes], str], np.ndarray]) -> np.ndarray:
    with Path(path).open("rb") as opened:
        return pixels(opened, os.fspath(path))


def _named_errors(read: Callable[[], np.ndarray], shown: object) -> np.ndarray:
    """What ``read`` returns; its errors become ``OSError``s with the name of the image."""
    try:
        return read()
    except MemoryError:
        raise
    except FileNotFoundError:
        raise FileNotFoundError(f"there is no image {shown}") from None
    except NoPictureError as error:
        raise OSError(f"{shown} {error}") from None
    except (UnknownRangeError, _TooLargeError) as error:
        raise OSError(f"the image {shown} is refused: {error}") from None
    # A damaged file can make a decoder raise anything: OSError, SyntaxError, struct.error, ...
    except Exception as error:
        raise OSError(f"the image {shown} is damaged or cannot be read: {error}") from error


def _prepare(
    image: Image.Image,
    channels: int,
    size: tuple[int, int] | None = None,
    shrink_to: int | None = None,
) -> Image.Image:
    """Pillow's image, upright, opaque, in the mode and size that ``read_image`` promises."""
    image.load()
    orientation = _orientation(image)
    image = eight_bits(image)
    if orientation is not None:
        image = image.transpose(orientation)
    if image.has_transparency_data:
        image = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
    if image.mode in MODES_THROUGH_RGB:
        image = image.convert("RGB")
    if image.mode != MODES[channels]:  # a copy of a large image takes much memory
        image = image.convert(MODES[channels])
    smaller = min(image.size)
    if size is not None:
        image = ImageOps.fit(image, (size[1], size[0]), Image.Resampling.BILINEAR)
    elif shrink_to and smaller > shrink_to:
        sides = [max(1, round(side * shrink_to / smaller)) for side in image.size]
        image = image.resize(sides, Image.Resampling.BILINEAR)
    return image


def _orientation(image: Image.Image) -> Image.Transpose | None:
    """How to turn an image upright, by its EXIF data; damaged EXIF data are as good as none."""
    try:
        return UPRIGHT.get(image.getexif().get(ExifTags.Base.Orientation, 1))
    except Exception:
        return None


def _channels_first(pixels: np.ndarray) -> np.ndarray:
    return pixels[None] if pixels.ndim == 2 else pixels.transpose(2, 0, 1)


def _too_many_pixels(image: Image.Image, limit: float) -> str:
    return (
        f"its {image.width:,}×{image.height:,} pixels are more than the limit of {limit:,}; if you "
        "trust it, raise the limit: --max-pixels N on the command line, data.set_max_pixels(N) in "
        "Python"
    )
