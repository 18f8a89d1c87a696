"""Images of more than 8 bits: which of their values is black and which is white.

Unsigned whole numbers of a declared number of bits, up to 16, run from black to white over their
whole range. Floats run from 0 to 1. In all other images, such as measurements in 32 bits, the file
does not say what is black and what is white, and a guess by the values of one image would give the
same thing another brightness in the next one: they are refused.
"""

import numpy as np
from PIL import Image

BITS, SAMPLE_FORMAT, PHOTOMETRIC, WHITE_IS_ZERO, UNSIGNED = 258, 339, 262, 0, 1  # of TIFF
FORMATS_OF_16_BITS = ("PNG", "PPM", "JPEG2000")  # whose decoders scale to 16 bits
ROUNDING = 1e-3  # that floats may lie beyond 0 and 1
MAX_16_BITS = 0xFFFF


class UnknownRangeError(ValueError):
    """What is black and what is white in an image is not known."""


def eight_bits(image: Image.Image) -> Image.Image:
    """An image with 8 bits for each channel.

    Parameters
    ----------
    image : PIL.Image.Image
        Of any mode.

    Returns
    -------
    image : PIL.Image.Image
        The same one, unless its mode is "F", "I" or "I;16" and the like.

    Raises
    ------
    UnknownRangeError
        If the values are not known to run from black to white: floats outside 0 to 1 or NaN, 32-bit
        or signed whole numbers that do not fit 16 bits.
    """
    if image.mode == "F":
        grey = _from_floats(np.asarray(image))
    elif image.mode.startswith("I"):
        grey = _from_whole_numbers(image)
    else:
        return image
    if _tag(image, PHOTOMETRIC) == WHITE_IS_ZERO:
        grey = 255 - grey
    transparent = image.info.get("transparency")
    if isinstance(transparent, int):  # the value of all pixels that show the background, white
        grey = np.where(np.asarray(image) == transparent, np.uint8(255), grey)
    return Image.fromarray(grey)


def _from_floats(values: np.ndarray) -> np.ndarray:
    if not np.isfinite(values).all():
        raise UnknownRangeError(
            "some of its values are not numbers (NaN or infinite): replace them, and save it with "
            "values from 0 to 1, or with 8 or 16 bits"
        )
    low, high = float(values.min()), float(values.max())
    if low < -ROUNDING or high > 1 + ROUNDING:
        raise UnknownRangeError(_unknown(low, high, "floats", "they are not from 0 to 1"))
    return np.rint(255 * values.clip(0, 1)).astype(np.uint8)


def _from_whole_numbers(image: Image.Image) -> np.ndarray:
    values, bits = np.asarray(image), _declared_bits(image)
    if bits is None:
        low, high = int(values.min()), int(values.max())
        # 16 bits in 32 are common; smaller values could be of 8 bits or of a dark image of 16
        if low < 0 or not 255 < high <= MAX_16_BITS:
            raise UnknownRangeError(
                _unknown(low, high, "signed or 32-bit whole numbers", "the file does not say")
            )
        bits = 16
    return (values >> max(0, bits - 8)).clip(0, 255).astype(np.uint8)


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
