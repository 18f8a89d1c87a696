"""Pillow's pictures as rows of grey or RGB pixels in 8 bits, upright and opaque.

A copy of a large picture in another mode or turned upright would take as much memory as the
picture itself, so a strip of rows at a time is converted, and resized before the next one if the
picture is large.
"""

from collections.abc import Iterator

import numpy as np
from PIL import ExifTags, Image

from minivgg.data.sample_values import eight_bits

Box = tuple[float, float, float, float]  # left, top, right, bottom
Window = tuple[int, int, int, int]  # the same in whole pixels

STRIP = 1 << 18  # pixels that are converted at a time
COPIED = 25_000_000  # pixels of which there may be a copy, 100 MB
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
MIRRORED_COLUMNS, MIRRORED_ROWS = (2, 3, 6, 7), (3, 4, 7, 8)  # orientations: upright to stored
SWAPPED = (5, 6, 7, 8)  # rows are columns in the file


class UprightPicture:
    """A picture of Pillow's, upright, opaque, and in 8 bits for each channel.

    Parameters
    ----------
    image : PIL.Image.Image
        Of any mode. It is loaded, and not changed otherwise.
    channels : {3, 1}
        3 for RGB, 1 for grey.

    Raises
    ------
    UnknownRangeError
        If what is black and what is white in it is not known.
    """

    def __init__(self, image: Image.Image, channels: int) -> None:
        image.load()
        self.image, self.mode = image, MODES[channels]
        self._orientation = _orientation(image)
        self._eight_bits = eight_bits(image)
        width, height = image.size
        if self._orientation in SWAPPED:
            width, height = height, width
        self._whole = self._window = (0, 0, width, height)

    @property
    def size(self) -> tuple[int, int]:
        """(width, height), upright."""
        left, top, right, bottom = self._window
        return right - left, bottom - top

    def cut(self, window: Window) -> None:
        """Keep a part of the picture, without copying it.

        Parameters
        ----------
        window : (int, int, int, int)
            Left, top, right, bottom in the upright picture.
        """
        self._window = window

    def array(self) -> np.ndarray:
        """All pixels.

        Returns
        -------
        array of shape (C, H, W)
            In uint8.
        """
        width, height = self.size
        shape = (height, width) if self.mode == "L" else (height, width, 3)
        pixels = np.empty(shape, np.uint8)
        for top, strip in self._strips():
            pixels[top : top + strip.height] = np.asarray(strip)
        return _channels_first(pixels)

    def resized(
        self, size: tuple[int, int], box: Box | None = None, crop: Window | None = None
    ) -> np.ndarray:
        """The picture in another size, bilinear, as Pillow makes it.

        A picture of more than 25 megapixels that must be converted, turned or cut is resized along
        its rows strip by strip, and then along its columns. Newer versions of Pillow take the
        cheaper order; where that is the other one, some values differ by 1 from theirs.

        Parameters
        ----------
        size : (int, int)
            Width and height of the result, before it is cropped.
        box : (float, float, float, float), optional
            The part of the picture that is resized: left, top, right, bottom (default: all).
        crop : (int, int, int, int), optional
            The part of the result that is needed (default: all).

        Returns
        -------
        array of shape (C, H, W)
            In uint8.
        """
        width, height = self.size
        from_left, from_top, from_right, from_bottom = box or (0, 0, width, height)
        left, top, right, bottom = crop or (0, 0, *size)
        whole = self._whole_image()
        if whole is not None:
            found = whole.resize(size, Image.Resampling.BILINEAR, box)
            return _channels_first(np.asarray(found.crop((left, top, right, bottom))))
        narrow = Image.new(self.mode, (right - left, height))
        for start, strip in self._strips():
            across = (from_left, 0, from_right, strip.height)
            wide = strip.resize((size[0], strip.height), Image.Resampling.BILINEAR, across)
            narrow.paste(wide.crop((left, 0, right, strip.height)), (0, start))
        down = (0, from_top, narrow.width, from_bottom)
        found = narrow.resize((narrow.width, size[1]), Image.Resampling.BILINEAR, down)
        return _channels_first(np.asarray(found.crop((0, top, narrow.width, bottom))))

    def _whole_image(self) -> Image.Image | None:
        """All of it as one image, unless that would be a copy of a large picture."""
        is_ready = self.image.mode == self.mode and not self.image.has_transparency_data
        if is_ready and self._orientation == 1 and self._window == self._whole:
            return self.image
        width, height = self.size
        if width * height > COPIED:
            return None
        found = Image.new(self.mode, (width, height))
        for top, strip in self._strips():
            found.paste(strip, (0, top))
        return found

    def _strips(self) -> Iterator[tuple[int, Image.Image]]:
        """(first row, these rows of the picture), from the top to the bottom."""
        width, height = self.size
        left, top, *_ = self._window
        rows = max(1, STRIP // width)
        for start in range(0, height, rows):
            stop = min(start + rows, height)
            yield start, self._converted((left, top + start, left + width, top + stop))

    def _converted(self, box: Window) -> Image.Image:
        """A part of the upright picture, in the mode in which it is wanted."""
        # a part that is all of it is not copied
        part = self.image if box == self._whole else self.image.crop(self._stored(box))
        part = self._eight_bits(part)
        if self._orientation in UPRIGHT:
            part = part.transpose(UPRIGHT[self._orientation])
        if part.has_transparency_data:
            part = part.convert("RGBA")
            part = Image.alpha_composite(Image.new("RGBA", part.size, "white"), part)
        if part.mode in MODES_THROUGH_RGB:
            part = part.convert("RGB")
        return part if part.mode == self.mode else part.convert(self.mode)

    def _stored(self, box: Window) -> Window:
        """Where a part of the upright picture is in the picture as it is stored."""
        left, top, right, bottom = box
        _, _, width, height = self._whole
        if self._orientation in MIRRORED_COLUMNS:
            left, right = width - right, width - left
        if self._orientation in MIRRORED_ROWS:
            top, bottom = height - bottom, height - top
        if self._orientation in SWAPPED:
            return top, left, bottom, right
        return left, top, right, bottom


def _orientation(image: Image.Image) -> int:
    """How an image is to be turned, by its EXIF data; damaged EXIF data are as good as none."""
    try:
        found = image.getexif().get(ExifTags.Base.Orientation, 1)
        return found if found in UPRIGHT else 1
    except Exception:
        return 1


def _channels_first(pixels: np.ndarray) -> np.ndarray:
    return pixels[None] if pixels.ndim == 2 else pixels.transpose(2, 0, 1)
