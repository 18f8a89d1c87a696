"""Decoding an image at a half, a quarter, ... of its size, where its format allows it.

That takes a fraction of the memory. JPEG and JPEG 2000 allow it; PNG, TIFF and WebP do not.
"""

from PIL import Image

LARGE = 89_478_485  # pixels, a quarter of a gigabyte in RGB, where Pillow begins to warn
# The decoder keeps the coefficients of all pixels, up to 8 bytes for each, beside their 4 bytes.
LARGE_PROGRESSIVE = 12_500_000
CODESTREAM, CODING_STYLE = b"\xff\x4f\xff\x51", b"\xff\x52"  # markers of JPEG 2000
LEVELS_AT = 9  # bytes behind the marker of the coding style
HEADER = 1 << 16  # bytes of a JPEG 2000 file in which they are looked for


def is_large(image: Image.Image) -> bool:
    """Whether an image should not be decoded in full where a smaller one is enough.

    Parameters
    ----------
    image : PIL.Image.Image
        Open and not loaded.

    Returns
    -------
    bool
        True above 89 megapixels; for progressive JPEGs, whose decoder takes up to 12 bytes a pixel,
        above 12.5.
    """
    limit = LARGE_PROGRESSIVE if image.info.get("progressive") else LARGE
    return image.width * image.height > limit


def decode_reduced(image: Image.Image, side: int) -> None:
    """Let an image be decoded smaller: both of its sides keep at least ``side`` pixels.

    Parameters
    ----------
    image : PIL.Image.Image
        Open and not loaded; in other formats than JPEG and JPEG 2000 nothing happens.
    side : int
        In pixels.
    """
    if image.format == "JPEG2000":
        times = 0
        while min(image.size) >> (times + 1) >= side and times < _levels(image):
            times += 1
        image.reduce = times  # type: ignore[method-assign,assignment]
    else:
        image.draft(None, (side, side))


def _levels(image: Image.Image) -> int:
    """How many times a JPEG 2000 can be halved."""
    file = getattr(image, "fp", None)
    if file is None:
        return 0
    position = file.tell()
    file.seek(0)
    start = file.read(HEADER)
    file.seek(position)
    start = start[max(0, start.find(CODESTREAM)) :]
    found = start.find(CODING_STYLE)
    return start[found + LEVELS_AT] if 0 <= found < len(start) - LEVELS_AT else 0
