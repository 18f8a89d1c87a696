"""Scaling an image in memory, keeping its aspect ratio."""

import numpy as np
from PIL import Image

from minivgg.data.pixel_limit import max_pixels

LONGEST = 20  # times as long as wide: of longer images, a crop of the centre needs the middle only


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
        If the result would have more pixels than an image may have (``set_max_pixels``).

    Examples
    --------
    >>> rescale(np.zeros((3, 480, 640), np.uint8), 256).shape
    (3, 256, 341)
    """
    height, width = image.shape[1:]
    if min(height, width) == smaller_side:
        return image
    sides = rescaled_sides(width, height, smaller_side)
    if sides[0] * sides[1] > max_pixels():
        raise ValueError(
            f"an image of {height}×{width} pixels, rescaled to {sides[1]}×{sides[0]}, would exceed "
            f"the limit of {max_pixels():,} pixels"
        )
    if len(image) == 3:
        return _resize(image.transpose(1, 2, 0), sides).transpose(2, 0, 1)
    return np.stack([_resize(channel, sides) for channel in image])


def rescaled_sides(width: int, height: int, smaller_side: int) -> tuple[int, int]:
    """The sides of a rescaled image; the larger one is rounded down, as in torchvision.

    Parameters
    ----------
    width, height : int
        Of the image.
    smaller_side : int
        Of the rescaled image.

    Returns
    -------
    width, height : int
        Of the rescaled image.
    """
    smaller = min(width, height)
    return max(1, width * smaller_side // smaller), max(1, height * smaller_side // smaller)


def middle(width: int, height: int, longest: float = LONGEST) -> tuple[int, int, int, int]:
    """The middle of a very long image, for a crop of the centre.

    Rescaled whole for a net, an image of 60,000×1 pixels would have 15 million columns.

    Parameters
    ----------
    width, height : int
        Of the image.
    longest : float
        How many times as long as wide the middle may be.

    Returns
    -------
    left, top, right, bottom : int
        All of the image, if it is not longer.
    """
    most = round(longest * min(width, height))
    left, top = max(0, width - most) // 2, max(0, height - most) // 2
    return left, top, width - left, height - top  # the centre stays where it is


def _resize(pixels: np.ndarray, sides: tuple[int, int]) -> np.ndarray:
    """Resize (H, W) or (H, W, 3) to ``sides``, (width, height)."""
    return np.asarray(Image.fromarray(pixels).resize(sides, Image.Resampling.BILINEAR))
