"""Whether a file can hold the pixels that its header claims, before memory and time go to them.

Only for codings with a bound that no encoder passes: a uniform picture of 100 megapixels is a small
file too. WebP, JPEG 2000, AVIF, HEIC, GIF and arithmetic JPEGs have no useful bound; for them the
limit of pixels is the only one.
"""

import os
from io import SEEK_END, BufferedReader, FileIO
from math import inf
from pathlib import Path
from typing import IO

from PIL import Image, ImageFile

CHECKED = 4_000_000  # pixels; smaller pictures take little memory whatever they claim
DEFLATE, LZW, PACKBITS = 1032, 2600, 64  # bytes for one byte, at the most
OF_TIFF = {
    "tiff_adobe_deflate": DEFLATE,
    "tiff_deflate": DEFLATE,
    "tiff_lzw": LZW,
    "packbits": PACKBITS,
}
# A block of 8×8 pixels takes a bit at least: a Huffman code of its mean, in progressive JPEGs.
JPEG_PIXELS = 512
OTHER_JPEG = tuple(bytes((0xFF, marker)) for marker in range(0xC9, 0xD0))  # arithmetic coding
SCAN, MOST_SCANS = b"\xff\xda", 500  # encoders write some ten; each is a pass over all pixels
BITS = {"1": 1, "P": 1, "L": 1, "LA": 16, "I;16": 16, "I;16B": 16, "RGB": 24, "RGBA": 32}


class BoundedReader(BufferedReader):
    """A file of which at most the rest is read, and so memory is asked for no more than that.

    Python reserves as many bytes as are asked for, and Pillow asks for as many as a part of a PNG
    claims to have.

    Parameters
    ----------
    path : Path
        An ordinary file.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(FileIO(path))
        self._length = os.fstat(self.fileno()).st_size

    def read(self, size: int | None = -1, /) -> bytes:
        """Read from the position on.

        Parameters
        ----------
        size : int or None
            How many bytes at most; all that follow for None or a negative number.

        Returns
        -------
        bytes
            Empty at the end.
        """
        if size is not None and size > 0:
            size = min(size, max(0, self._length - self.tell()))
        return super().read(size)


def check_claimed_size(image: Image.Image, file: IO[bytes]) -> None:
    """Refuse a picture that claims far more pixels than its file can hold, or hundreds of scans.

    Parameters
    ----------
    image : PIL.Image.Image
        Opened, not loaded.
    file : binary file
        The picture's; its position is kept.

    Raises
    ------
    OSError
        If no file of that length can hold so many pixels, or a progressive JPEG has more than 500
        scans, which would take minutes. Nothing is refused while Pillow is told to fill truncated
        images, ``ImageFile.LOAD_TRUNCATED_IMAGES``.
    """
    pixels = image.width * image.height
    if pixels <= CHECKED or ImageFile.LOAD_TRUNCATED_IMAGES:
        return
    position = file.tell()
    length = file.seek(0, SEEK_END)
    if pixels > length * _most_pixels(image) and not _is_other_jpeg(image, file):
        raise OSError(
            f"its {image.width:,}×{image.height:,} pixels cannot be in a file of {length:,} bytes"
        )
    if image.info.get("progressive") and _content(file).count(SCAN) > MOST_SCANS:
        raise OSError(f"it is a JPEG of more than {MOST_SCANS} scans")
    file.seek(position)


def _most_pixels(image: Image.Image) -> float:
    """How many pixels a byte of the file can stand for."""
    if image.format in ("JPEG", "MPO"):
        return JPEG_PIXELS
    codecs = {tile[0] for tile in getattr(image, "tile", ())}
    if codecs == {"raw"}:
        expansion = 1
    elif codecs == {"zip"}:
        expansion = DEFLATE
    elif codecs == {"libtiff"}:
        expansion = OF_TIFF.get(str(image.info.get("compression")), 0)
    else:
        expansion = 0
    return expansion * 8 / BITS.get(image.mode, 1) if expansion else inf


def _is_other_jpeg(image: Image.Image, file: IO[bytes]) -> bool:
    """Whether it may be a JPEG with a coding that has no such bound; the file is small here."""
    if image.format not in ("JPEG", "MPO"):
        return False
    data = _content(file)
    return any(marker in data for marker in OTHER_JPEG)


def _content(file: IO[bytes]) -> bytes:
    file.seek(0)
    return file.read()
