"""Reading pictures, from files or from Pillow, with errors that name the file."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import IO, TypeAlias

import numpy as np
from PIL import Image

from minivgg.data.centre_view import CentreView
from minivgg.data.claimed_size import BoundedReader, check_claimed_size
from minivgg.data.image_formats import NoPictureError, open_picture
from minivgg.data.pixel_limit import max_pixels as pixels_allowed
from minivgg.data.pixel_limit import pillow_allows
from minivgg.data.reduced_decoding import decode_reduced, is_large
from minivgg.data.rescaling import LONGEST, middle
from minivgg.data.sample_values import UnknownRangeError
from minivgg.data.upright_picture import MODES, Box, UprightPicture
from minivgg.utils.files import StrPath

ImageFile: TypeAlias = StrPath | IO[bytes]


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
    the file declares, floats from 0 to 1 to 0 to 255. Files that are not images (PDF, PostScript,
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
        89 megapixels, or a progressive JPEG of more than 12.5, may then come reduced by a power
        of 2, to at least twice that; so it may if there is a ``size``. Smaller images are the same
        with and without it.

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
    side = max(size) if size is not None else needed

    def pixels(image: Image.Image) -> np.ndarray:
        if shrink_to:
            decode_reduced(image, shrink_to)
        elif side and is_large(image):
            decode_reduced(image, 2 * side)
        return _in_size(UprightPicture(image, channels), size, shrink_to)

    _check_channels(channels)
    return _read(file, pixels, name or file, max_pixels)


def read_view(file: StrPath, channels: int, view: CentreView) -> np.ndarray:
    """What a net sees of an image file, without the whole image in its mode and as an array.

    Parameters
    ----------
    file : path
        Where the image is.
    channels : {3, 1}
        3 for RGB, 1 for grey.
    view : CentreView
        How it is rescaled and cropped.

    Returns
    -------
    image : array of shape (C, height, width)
        The same as ``view.of_array`` of what ``read_image`` returns, given
        ``needed=view.smaller_side``; above 25 megapixels, some values may differ by 1.

    Raises
    ------
    OSError
        If ``read_image`` cannot read the file.
    """

    def pixels(image: Image.Image) -> np.ndarray:
        if is_large(image):
            decode_reduced(image, 2 * view.smaller_side)
        return view.of_picture(UprightPicture(image, channels))

    return _read(file, pixels, file)


def from_pillow(
    image: Image.Image, channels: int = 3, name: str = "", view: CentreView | None = None
) -> np.ndarray:
    """The pixels of Pillow's image, as ``read_image`` reads them from its file.

    Parameters
    ----------
    image : PIL.Image.Image
        Of any mode, open or loaded. It is not changed.
    channels : {3, 1}
        3 for RGB, 1 for grey.
    name : str, optional
        What to call the image in an error (default: its file, if it has one).
    view : CentreView, optional
        What of the image is wanted (default: all).

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

    def pixels() -> np.ndarray:
        picture = UprightPicture(image, channels)
        return picture.array() if view is None else view.of_picture(picture)

    return _named_errors(pixels, shown)


def _check_channels(channels: int) -> None:
    if channels not in MODES:
        raise ValueError(f"images have 1 (grey) or 3 (RGB) channels, not {channels}")


def _read(
    file: ImageFile,
    pixels: Callable[[Image.Image], np.ndarray],
    shown: object,
    max_pixels: int | None = None,
) -> np.ndarray:
    """What ``pixels`` makes of the image in a file, which is opened and not loaded."""
    limit = pixels_allowed() if max_pixels is None else max_pixels

    def read(opened: IO[bytes], path: str = "") -> np.ndarray:
        with pillow_allows(limit), open_picture(opened, path) as image:
            if image.width * image.height > limit:
                raise _TooLargeError(_too_many_pixels(image, limit))
            check_claimed_size(image, opened)
            return pixels(image)

    def read_path(path: Path) -> np.ndarray:
        with BoundedReader(path) as opened:
            return read(opened, str(path))

    if not isinstance(file, str | os.PathLike):
        return _named_errors(lambda: read(file), shown)
    path = Path(file)
    if not path.is_file():
        if path.is_dir():
            raise IsADirectoryError(f"{shown} is a folder, not an image")
        if path.exists():  # it could have no end
            raise OSError(f"{shown} is a device or a pipe, not an image")
    return _named_errors(lambda: read_path(path), shown)


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


def _in_size(
    picture: UprightPicture, size: tuple[int, int] | None = None, shrink_to: int | None = None
) -> np.ndarray:
    """The pixels, (C, H, W), in the size that ``read_image`` promises."""
    width, height = picture.size
    smaller = min(width, height)
    if size is not None:
        picture.cut(middle(width, height, LONGEST * max(size) / min(size)))
        return picture.resized((size[1], size[0]), _covering(picture.size, size))
    if shrink_to and smaller > shrink_to:
        sides = [max(1, round(side * shrink_to / smaller)) for side in (width, height)]
        return picture.resized((sides[0], sides[1]))
    return picture.array()


def _covering(picture: tuple[int, int], size: tuple[int, int]) -> Box:
    """The largest box at the centre with the proportions of ``size``, (height, width).

    The same as in Pillow's ``ImageOps.fit``.
    """
    (width, height), ratio = picture, size[1] / size[0]
    if width / height == ratio:
        return 0, 0, width, height
    if width / height > ratio:
        left = (width - ratio * height) * 0.5
        return left, 0, left + ratio * height, height
    top = (height - width / ratio) * 0.5
    return 0, top, width, top + width / ratio


def _too_many_pixels(image: Image.Image, limit: float) -> str:
    return (
        f"its {image.width:,}×{image.height:,} pixels are more than the limit of {limit:,}; if you "
        "trust it, raise the limit: --max-pixels N on the command line, data.set_max_pixels(N) in "
        "Python"
    )
