"""From photographs to the input of a net: rescaled, cropped and normalised for its weights."""

from pathlib import Path

import numpy as np

from minivgg.data import CenterCrop, Compose, Normalize, Rescale, read_image
from minivgg.models.pretrained.registry import PREPROCESSING

# smaller side, then side of the centre crop: the paper's Q = S = 256 (§4.1), and torchvision's
RESCALED, CROP = 256, 224


def preprocess(images, weights):
    """Prepare photographs of any size for a net: float32 (N, 3, 224, 224), RGB.

    Each photograph is rescaled until its smaller side has 256 pixels, and its centre of 224×224 is
    cropped; for nets made for another size, both in proportion.
    images: one or several: uint8 arrays (3, H, W) or (H, W, 3), an array (N, 3, H, W), or paths of
        image files.
    weights: whose preprocessing to use: a net whose weights were loaded or trained, "imagenet",
        "torchvision", "timm", "keras" or "frossard", or a ``data.Normalize``.
    Raises ``ValueError`` for weights whose preprocessing is not known or images of another shape,
    ``TypeError`` for images of another dtype.
    """
    normalize, sides = _preprocessing(weights)
    steps = Compose([Rescale(round(max(sides) * RESCALED / CROP)), CenterCrop(sides)])
    # only one photograph at a time is in memory in its full size
    crops = [steps([image])[0] for image in image_sequence(images)]
    if not crops:
        raise ValueError("preprocess: there are no images")
    return normalize(np.stack(crops))


def _preprocessing(weights):
    """(``Normalize``, (height, width) of the net's input)."""
    if isinstance(weights, Normalize):
        return weights, (CROP, CROP)
    if isinstance(weights, str) and weights in PREPROCESSING:
        return PREPROCESSING[weights], (CROP, CROP)
    if getattr(weights, "preprocessing", None) is not None:
        return weights.preprocessing, weights.input_shape[1:]
    known = ", ".join(map(repr, PREPROCESSING))
    raise ValueError(
        "preprocess: weights are a net with loaded or trained weights, a Normalize, or one of "
        f"{known}, got {weights!r:.60}"
    )


def image_sequence(images, channels=3):
    """A sequence of uint8 images (C, H, W) from one or several images of any kind.

    images: arrays (C, H, W) or (H, W, C), Pillow's images, or paths; a file is read each time when
    it is asked for. Items raise ``TypeError`` for another dtype, ``ValueError`` for another shape.
    """
    is_single = (
        isinstance(images, str | Path)
        or hasattr(images, "convert")
        or (isinstance(images, np.ndarray) and images.ndim == 3)
    )
    return _ImageSequence([images] if is_single else images, channels)


class _ImageSequence:
    def __init__(self, images, channels):
        self.images = images if isinstance(images, np.ndarray) else list(images)
        self.channels = channels

    def __len__(self):
        return len(self.images)

    def __getitem__(self, i):
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
