"""Photographs as users have them, as uint8 images (C, H, W): paths, Pillow's images and arrays."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias, cast

import numpy as np

from minivgg.data import read_image
from minivgg.data.images import from_pillow

if TYPE_CHECKING:
    from PIL.Image import Image

Photograph: TypeAlias = "np.ndarray | Image | str | Path"

MODES = {1: "L", 3: "RGB", 4: "RGBA"}  # Pillow's modes by the number of channels of an array


def image_sequence(
    images: "Photograph | Iterable[Photograph]", channels: int = 3, needed: int | None = None
) -> "ImageSequence":
    """A sequence of uint8 images (C, H, W) from one or several images of any kind.

    Parameters
    ----------
    images : photograph or sequence of them
        Paths, Pillow's images, or arrays (C, H, W), (H, W, C), (H, W); several may be one array.
    channels : int
        C.
    needed : int, optional
        How many pixels of the smaller side are needed, as for ``data.read_image``.

    Returns
    -------
    sequence : ImageSequence
        Of arrays (C, H, W).
    """
    is_single = (
        isinstance(images, str | Path)
        or hasattr(images, "convert")
        or (hasattr(images, "dtype") and getattr(images, "ndim", 0) in (2, 3))
    )
    several = [images] if is_single else images
    return ImageSequence(cast("Iterable[Photograph]", several), channels, needed)


class ImageSequence:
    """Images that are checked, and read from their files, each time when they are asked for.

    Parameters
    ----------
    images : iterable of photographs
        Paths, Pillow's images, or arrays (C, H, W), (H, W, C), (H, W).
    channels : int
        C.
    needed : int, optional
        How many pixels of the smaller side are needed, as for ``data.read_image``.

    Raises
    ------
    TypeError
        If an item that is asked for has another dtype than uint8.
    ValueError
        If it has another shape.
    OSError
        If it is in a file that is damaged or no picture.
    """

    def __init__(
        self, images: Iterable[Photograph], channels: int, needed: int | None = None
    ) -> None:
        self.images = images if isinstance(images, np.ndarray) else list(images)
        self.channels, self.needed = channels, needed

    def __len__(self) -> int:
        return len(self.images)

    def __iter__(self) -> Iterator[np.ndarray]:
        return map(self.__getitem__, range(len(self)))

    def __getitem__(self, i: int) -> np.ndarray:
        image = self.images[i]
        if isinstance(image, str | Path):
            return read_image(image, self.channels, needed=self.needed)
        if hasattr(image, "convert"):
            return from_pillow(cast("Image", image), self.channels)
        return _from_array(np.asarray(image), self.channels)


def _from_array(image: np.ndarray, channels: int) -> np.ndarray:
    """uint8 (C, H, W), (H, W, C) or (H, W) -> (C, H, W) with so many channels."""
    if image.dtype != np.uint8:
        raise TypeError(
            f"pictures hold whole numbers from 0 to 255 (uint8), got {image.dtype}"
            f"{_remedy(image.dtype)}"
        )
    if image.ndim == 3 and len(image) == channels:
        return image
    if image.ndim == 3 and image.shape[2] == channels:
        return image.transpose(2, 0, 1)
    # what remains is converted as Pillow's images are
    if image.ndim == 3 and image.shape[2] not in MODES and len(image) in MODES:
        image = image.transpose(1, 2, 0)
    if image.ndim == 3 and image.shape[2] == 1:
        image = image[..., 0]
    if image.size and (image.ndim == 2 or (image.ndim == 3 and image.shape[2] in MODES)):
        from PIL import Image

        return from_pillow(Image.fromarray(np.ascontiguousarray(image)), channels)
    raise ValueError(
        f"a picture is ({channels}, H, W) or (H, W, {channels}){', RGB' if channels == 3 else ''}, "
        f"or grey (H, W), got shape {image.shape}"
    )


def _remedy(dtype: np.dtype) -> str:
    """How to make uint8 of it, as the end of a sentence."""
    if dtype.kind == "f":
        return ": bring floats from 0 to 1 there by (255 * image).round().astype(np.uint8)"
    if dtype == np.uint16:
        return ": bring 16 bits there by (image >> 8).astype(np.uint8)"
    if dtype.kind == "b":
        return ": bring True and False there by 255 * image.astype(np.uint8)"
    return (
        ": if all values are from 0 to 255, use image.astype(np.uint8)"
        if dtype.kind in "iu"
        else ""
    )
