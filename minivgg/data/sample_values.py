"""Images of more than 8 bits: which of their values is black and which is white.

Unsigned whole numbers of a declared number of bits, up to 16, run from black to white over their
whole range. Floats run from 0 to 1. In all other images, such as measurements in 32 bits, the file
does not say what is black and what is white, and a guess by the values of one image would give the
same thing another brightness in the next one: they are refused.
"""

from collections.abc import Callable
from functools import partial

import numpy as np
from PIL import Image

BITS, SAMPLE_FORMAT, PHOTOMETRIC, WHITE_IS_ZERO, UNSIGNED = 258, 339, 262, 0, 1  # of TIFF
FORMATS_OF_16_BITS = ("PNG", "PPM", "JPEG2000")  # whose decoders scale to 16 bits
ROUNDING = 1e-3  # that floats may lie beyond 0 and 1
MAX_16_BITS = 0xFFFF
STRIP = 1 << 20  # pixels that are looked at at a time


class UnknownRangeError(ValueError):
    """What is black and what is white in an image is not known."""


def eight_bits(image: Image.Image) -> Callable[[Image.Image], Image.Image]:
    """How an image, or any part of it, becomes one with 8 bits for each channel.

    Parameters
    ----------
    image : PIL.Image.Image
        Of any mode.

    Returns
    -------
    convert : function of an image
        For this image or what is cropped from it. It returns the same one, unless its mode is "F",
        "I" or "I;16" and the like.

    Raises
    ------
    UnknownRangeError
        If the values are not known to run from black to white: floats outside 0 to 1 or NaN, 32-bit
        or signed whole numbers that do not fit 16 bits.
    """
    if image.mode == "F":
        _check_floats(image)
        scaled = _from_floats
    elif image.mode.startswith("I"):
        scaled = partial(_from_whole_numbers, bits=_bits(image))
    else:
        return lambda part: part
    white_is_zero = _tag(image, PHOTOMETRIC) == WHITE_IS_ZERO
    transparent = image.info.get("transparency")

    def convert(part: Image.Image) -> Image.Image:
        values = np.asarray(part)
        grey = scaled(values)
        if white_is_zero:
            grey = 255 - grey
        if isinstance(transparent, int):  # the value of the pixels that show the background, white
            grey = np.where(values == transparent, np.uint8(255), grey)
        return Image.fromarray(grey)

    return convert


def _check_floats(image: Image.Image) -> None:
    low, high = _extremes(image)
    if not np.isfinite([low, high]).all():
        raise UnknownRangeError(
            "some of its values are not numbers (NaN or infinite): replace them, and save it with "
            "values from 0 to 1, or with 8 or 16 bits"
        )
    if low < -ROUNDING or high > 1 + ROUNDING:
        raise UnknownRangeError(_unknown(low, high, "floats", "they are not from 0 to 1"))


def _from_floats(values: np.ndarray) -> np.ndarray:
    return np.rint(255 * values.clip(0, 1)).astype(np.uint8)


def _bits(image: Image.Image) -> int:
    """How many bits whole numbers have."""
    bits = _declared_bits(image)
    if bits is not None:
        return bits
    low, high = _extremes(image)
    # 16 bits in 32 are common; smaller values could be of 8 bits or of a dark image of 16
    if low < 0 or not 255 < high <= MAX_16_BITS:
        raise UnknownRangeError(
            _unknown(low, high, "signed or 32-bit whole numbers", "the file does not say")
        )
    return 16


def _from_whole_numbers(values: np.ndarray, bits: int) -> np.ndarray:
    return (values >> max(0, bits - 8)).clip(0, 255).astype(np.uint8)


def _extremes(image: Image.Image) -> tuple[float, float]:
    """The smallest and the largest value, or NaN; without a copy of the whole image."""
    rows = max(1, STRIP // image.width)
    strips = (
        np.asarray(image.crop((0, top, image.width, min(top + rows, image.height))))
        for top in range(0, image.height, rows)
    )
    lows, highs = zip(*((strip.min(), strip.max()) for strip in strips), strict=True)
    return float(np.min(lows)), float(np.max(highs))


def _declared_bits(image: Image.Image) -> int | None:
    """How many bits the values have for certain, from the file's format or the mode."""
    if image.format in FORMATS_OF_16_BITS:
        return 16
    bits, kind = _tag(image, BITS), _tag(image, SAMPLE_FORMAT)
    if bits is not None:
        return bits if bits <= 16 and kind in (UNSIGNED, None) else None
    return None if image.mode == "I" else 16


def _tag(image: Image.Image, number: int) -> int | None:
    """The whole number of a TIFF's tag; None where there is none."""
    if image.format != "TIFF":
        return None
    value = getattr(image, "tag_v2", {}).get(number)
    value = value[0] if isinstance(value, tuple) else value
    return value if isinstance(value, int) else None


def _unknown(low: float, high: float, kind: str, why: str) -> str:
    return (
        f"its values run from {low:g} to {high:g} ({kind}), and what is black and what is white "
        f"is not known, as {why}: save it with floats from 0 to 1, or with 8 or 16 bits"
    )
