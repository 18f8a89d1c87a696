"""Photographs as users have them, as uint8 images (C, H, W): paths, Pillow's images and arrays."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias, cast

import numpy as np

from minivgg.data import read_image
from minivgg.data.centre_view import CentreView
from minivgg.data.images import from_pillow, read_view

if TYPE_CHECKING:
    from PIL.Image import Image

Photograph: TypeAlias = "np.ndarray | Image | str | Path"

MODES = {1: "L", 3: "RGB", 4: "RGBA"}  # Pillow's modes by the number of channels of an array


def image_sequence(
    images: "Photograph | Iterable[Photograph]", channels: int = 3, view: CentreView | None = None
) -> "ImageSequence":
    """A sequence of uint8 images (C, H, W) from one or several images of any kind.

    Parameters
    ----------
    images : photograph or sequence of them
        Paths, Pillow's images, or arrays (C, H, W), (H, W, C), (H, W); several may be one array.
    channels : int
        C.
    view : CentreView, optional
        What is wanted of each image (default: all of it).

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
    return ImageSequence(cast("Iterable[Photograph]", several), channels, view)


class ImageSequence:
    """Images that are checked, and read from their files, each time when they are asked for.

    Parameters
    ----------
    images : iterable of photographs
        Paths, Pillow's images, or arrays (C, H, W), (H, W, C), (H, W).
    channels : int
        C.
    view : CentreView, optional
        What is wanted of each image (default: all of it).

    Raises
    ------
    TypeError
        If an item that is asked for has another dtype than uint8.
    ValueError
        If it has another shape.
    OSError
        If it is in a file that is damaged or not an image.
    """

    def __init__(
        self, images: Iterable[Photograph], channels: int, view: CentreView | None = None
    ) -> None:
        self.images = images if isinstance(images, np.ndarray) else list(images)
        self.channels, self.view = channels, view

    def __len__(self) -> int:
        return len(self.images)

    def __iter__(self) -> Iterator[np.ndarray]:
        return map(self.__getitem__, range(len(self)))

    def __getitem__(self, i: int) -> np.ndarray:
        image = self.images[i]
        if isinstance(image, str | Path):
            if self.view is None:
                return read_image(image, self.channels)
            return read_view(image, self.channels, self.view)
        if hasattr(image, "convert"):
            return from_pillow(cast("Image", image), self.channels, view=self.view)
        found = _from_array(np.asarray(image), self.channels)
        return found if self.view is None else self.view.of_array(found)


def _from_array(image: np.ndarray, channels: int) -> np.ndarray:
    """uint8 (C, H, W), (H, W, C) or (H, W) -> (C, H, W) with so many channels."""
    if image.dtype != np.uint8:
        raise TypeError(
            f"images hold whole numbers from 0 to 255 (uint8), got {image.dtype}"
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
        f"an image is ({channels}, H, W) or (H, W, {channels}){', RGB' if channels == 3 else ''}, "
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
