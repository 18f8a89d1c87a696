"""Scaling an image in memory, keeping its aspect ratio."""

import numpy as np
from PIL import Image

from minivgg.data.pixel_limit import max_pixels


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
    sides = [max(1, side * smaller_side // min(height, width)) for side in (width, height)]
    if sides[0] * sides[1] > max_pixels():
        raise ValueError(
            f"an image of {height}×{width} pixels, rescaled to {sides[1]}×{sides[0]}, would exceed "
            f"the limit of {max_pixels():,} pixels"
        )
    if len(image) == 3:
        return _resize(image.transpose(1, 2, 0), sides).transpose(2, 0, 1)
    return np.stack([_resize(channel, sides) for channel in image])


def _resize(pixels: np.ndarray, sides: list[int]) -> np.ndarray:
    """Resize (H, W) or (H, W, 3) to ``sides``, (width, height)."""
    return np.asarray(Image.fromarray(pixels).resize(sides, Image.Resampling.BILINEAR))
