"""The formats of pictures that are read, by file name and by content, and what other files are.

Pillow opens more than these: documents that need another program (PostScript runs Ghostscript),
and scientific formats of which it knows the first bytes alone. They are not images here.
"""

import struct
from importlib.util import find_spec
from io import SEEK_END
from typing import IO

from PIL import Image

from minivgg.data.file_kinds import RAW, START, is_avif, is_heic, is_text, kind_of
from minivgg.utils.installation import how_to_install

# Pillow's names, in the order in which they are tried: TGA, which has no signature, is the last
FORMATS = (
    "JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "JPEG2000", "AVIF", "HEIF", "PPM", "ICO", "PCX",
    "QOI", "SGI", "TGA",
)  # fmt: skip
SUFFIXES = frozenset((
    "jpg", "jpeg", "jpe", "jfif", "jif", "mpo", "png", "apng", "webp", "gif", "bmp", "dib", "tif",
    "tiff", "jp2", "j2k", "j2c", "jpc", "jpf", "jpx", "avif", "avifs", "ppm", "pgm", "pbm", "pnm",
    "pfm", "ico", "pcx", "qoi", "sgi", "tga", "icb", "vda", "vst",
))  # fmt: skip
HEIC_SUFFIXES = frozenset(("heic", "heics", "heif", "heifs", "hif"))
# what an opening plugin raises for a file of another format
OTHER_FORMAT = (SyntaxError, IndexError, TypeError, struct.error)
REDUCED, DNG_VERSION, SUBFILE_TYPE = 1, 50706, 254  # of TIFF


class NoPictureError(OSError):
    """A file is not a picture of a format that is read; the message ends a sentence about it."""


def is_image(name: str) -> bool:
    """Whether a file name has the extension of a picture.

    Parameters
    ----------
    name : str
        The file is not opened.

    Returns
    -------
    bool
        True for "cat.JPG", False for "notes.txt", and for what is not an image: "page.pdf",
        "drawing.svg", "raw.nef". "photo.heic" is one where pillow-heif is installed.
    """
    suffix = name.rsplit(".", 1)[-1].lower() if "." in name else ""
    return suffix in SUFFIXES or (suffix in HEIC_SUFFIXES and _reads_heic())


def open_picture(file: IO[bytes], path: str = "") -> Image.Image:
    """Open a picture with Pillow, without reading its pixels and without regard to its size.

    Parameters
    ----------
    file : binary file
        Read from its beginning.
    path : str
        Its path, if it has one: some formats are then mapped into memory.

    Returns
    -------
    image : PIL.Image.Image
        Not loaded.

    Raises
    ------
    NoPictureError
        If it is something else; the message says what, as far as it can be told.
    """
    file.seek(0)
    start = file.read(START)
    if kind := kind_of(start):
        raise NoPictureError(f"is not an image that can be read: it is {kind}")
    if is_heic(start):
        _register_heic()
    Image.init()
    for name in FORMATS:
        if name not in Image.OPEN:
            continue
        factory, accept = Image.OPEN[name]
        if accept and accept(start[:16]) is not True:
            continue
        file.seek(0)
        try:
            image = factory(file, path)
        except OTHER_FORMAT:
            continue
        if _is_preview(image):
            raise NoPictureError(f"is not an image that can be read: it is {RAW}")
        return image
    raise NoPictureError(_reason(file, start))


def _reads_heic() -> bool:
    return find_spec("pillow_heif") is not None


def _register_heic() -> None:
    """Let Pillow read HEIC by the package pillow-heif, if it is installed."""
    if not _reads_heic():
        raise NoPictureError(
            f"is a HEIC picture, which needs the package pillow-heif: {how_to_install('heic')}"
        )
    if "HEIF" not in Image.OPEN:
        from pillow_heif import register_heif_opener

        register_heif_opener()


def _is_preview(image: Image.Image) -> bool:
    """Whether a TIFF is a camera's raw file, of which Pillow reads a small preview."""
    tags = getattr(image, "tag_v2", {}) if image.format == "TIFF" else {}
    return DNG_VERSION in tags or bool(int(tags.get(SUBFILE_TYPE) or 0) & REDUCED)


def _reason(file: IO[bytes], start: bytes) -> str:
    """Why a file is not an image, as the end of a sentence that begins with its name."""
    if not file.seek(0, SEEK_END):
        return "is empty"
    if is_avif(start) and "AVIF" not in Image.OPEN:
        return "is an AVIF picture, which needs Pillow 11.3 or later: pip install -U Pillow"
    if start[:4] in (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"):
        return (
            "is a TIFF of a kind that cannot be read, such as several channels of more than 8 "
            "bits or of floats: save it with 8 bits for each channel"
        )
    if not start.strip(b"\0"):
        return "is not an image that can be read: it begins with zeros, as when a copy is cut short"
    what = ": it is text" if is_text(start) else ""
    return f"is not an image that can be read{what}"
