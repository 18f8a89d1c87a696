"""From photographs to the input of a net: rescaled, cropped and normalised for its weights."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias, cast

import numpy as np

from minivgg.data import CenterCrop, Compose, Normalize, Rescale, read_image
from minivgg.models.pretrained.registry import PREPROCESSING

if TYPE_CHECKING:
    from PIL.Image import Image

    from minivgg.models.net import Net

Photograph: TypeAlias = "np.ndarray | Image | str | Path"

# smaller side, then side of the centre crop: the paper's Q = S = 256 (§4.1), and torchvision's
RESCALED, CROP = 256, 224


def preprocess(
    images: "Photograph | Iterable[Photograph]", weights: "Net | Normalize | str"
) -> np.ndarray:
    """Prepare photographs of any size for a net.

    Each photograph is rescaled until its smaller side has 256 pixels, and its centre of 224×224 is
    cropped; for nets made for another size, both in proportion.

    Parameters
    ----------
    images : photograph or sequence of them
        One or several: uint8 arrays (3, H, W) or (H, W, 3), an array (N, 3, H, W), Pillow's images,
        or paths of image files.
    weights : Net, Normalize or str
        Whose preprocessing to use: a net whose weights were loaded or trained, a
        ``data.Normalize``, or "imagenet", "torchvision", "timm", "keras" or "frossard".

    Returns
    -------
    x : ndarray of shape (N, 3, 224, 224)
        Float32, RGB; of the net's size if there is a net.

    Raises
    ------
    ValueError
        If the preprocessing of the weights is not known, or an image has another shape.
    TypeError
        If an image has another dtype.
    """
    normalize, sides = _preprocessing(weights)
    steps = Compose([Rescale(round(max(sides) * RESCALED / CROP)), CenterCrop(sides)])
    # only one photograph at a time is in memory in its full size
    crops = [steps([image])[0] for image in image_sequence(images)]
    if not crops:
        raise ValueError("preprocess: there are no images")
    return normalize(np.stack(crops))


def _preprocessing(weights: "Net | Normalize | str") -> tuple[Normalize, tuple[int, int]]:
    """(``Normalize``, (height, width) of the net's input)."""
    if isinstance(weights, Normalize):
        return weights, (CROP, CROP)
    if isinstance(weights, str) and weights in PREPROCESSING:
        return PREPROCESSING[weights], (CROP, CROP)
    normalize: Normalize | None = getattr(weights, "preprocessing", None)
    if normalize is not None:
        _, height, width = cast("Net", weights).input_shape
        return normalize, (height, width)
    known = ", ".join(map(repr, PREPROCESSING))
    raise ValueError(
        "preprocess: weights are a net with loaded or trained weights, a Normalize, or one of "
        f"{known}, got {weights!r:.60}"
    )


def image_sequence(
    images: "Photograph | Iterable[Photograph]", channels: int = 3
) -> "ImageSequence":
    """A sequence of uint8 images (C, H, W) from one or several images of any kind.

    Parameters
    ----------
    images : photograph or sequence of them
        Arrays (C, H, W) or (H, W, C), Pillow's images, or paths.
    channels : int
        C.

    Returns
    -------
    sequence : ImageSequence
        Of arrays (C, H, W).
    """
    is_single = (
        isinstance(images, str | Path)
        or hasattr(images, "convert")
        or (isinstance(images, np.ndarray) and images.ndim == 3)
    )
    several = [images] if is_single else images
    return ImageSequence(cast("Iterable[Photograph]", several), channels)


class ImageSequence:
    """Images that are checked, and read from their files, each time when they are asked for.

    Parameters
    ----------
    images : iterable of photographs
        Arrays (C, H, W) or (H, W, C), Pillow's images, or paths.
    channels : int
        C.

    Raises
    ------
    TypeError
        If an item that is asked for has another dtype than uint8.
    ValueError
        If it has another shape.
    """

    def __init__(self, images: Iterable[Photograph], channels: int) -> None:
        self.images = images if isinstance(images, np.ndarray) else list(images)
        self.channels = channels

    def __len__(self) -> int:
        return len(self.images)

    def __iter__(self) -> Iterator[np.ndarray]:
        return map(self.__getitem__, range(len(self)))

    def __getitem__(self, i: int) -> np.ndarray:
        image, c = self.images[i], self.channels
        if isinstance(image, str | Path):
            return read_image(image, c)
        image = np.asarray(image)  # Pillow's images become (H, W, C)
        if image.dtype != np.uint8:
            raise TypeError(f"pictures hold whole numbers from 0 to 255 (uint8), got {image.dtype}")
        if image.ndim == 3 and image.shape[0] != c and image.shape[2] == c:
            image = image.transpose(2, 0, 1)
        if image.ndim != 3 or image.shape[0] != c:
            raise ValueError(
                f"a picture is ({c}, H, W) or (H, W, {c}){', RGB' if c == 3 else ''}, got shape "
                f"{image.shape}"
            )
        return image
