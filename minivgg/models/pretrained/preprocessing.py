"""From photographs to the input of a net: rescaled, cropped and normalised for its weights."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, cast

import numpy as np

from minivgg.data import Normalize
from minivgg.data.centre_view import CentreView
from minivgg.models.pretrained.photographs import image_sequence
from minivgg.models.pretrained.registry import PREPROCESSING

if TYPE_CHECKING:
    from minivgg.models.net import Net
    from minivgg.models.pretrained.photographs import Photograph

# smaller side, then side of the centre crop: the paper's Q = S = 256 (§4.1), and torchvision's
RESCALED, CROP = 256, 224


def preprocess(
    images: "Photograph | Iterable[Photograph]", weights: "Net | Normalize | str"
) -> np.ndarray:
    """Prepare photographs of any size for a net.

    Each photograph is rescaled until its smaller side has 256 pixels, and its centre of 224×224 is
    cropped; for nets made for another size, both in proportion. Of a photograph more than 20 times
    as long as it is wide, the ends are left out first.

    Parameters
    ----------
    images : photograph or sequence of them
        One or several: paths of image files, Pillow's images, or uint8 arrays in RGB, (3, H, W) or
        (H, W, 3); grey ones (H, W), (1, H, W) or (H, W, 1); with transparency (4, H, W) or
        (H, W, 4), which is blended with white. Several in one array are (N, 3, H, W) or
        (N, H, W, 3). Where both orders of the axes fit, the channels come first.
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
    OSError
        If a file is damaged or not an image.
    """
    normalize, sides = _preprocessing(weights)
    view = CentreView(round(max(sides) * RESCALED / CROP), sides)
    # only one photograph at a time is in memory in its full size
    crops = list(image_sequence(images, view=view))
    if not crops:
        raise ValueError("preprocess: there are no images")
    # channel by channel, as nets read them: Pillow's pixels lie side by side
    batch = np.empty((len(crops), *crops[0].shape), np.uint8)
    return normalize(np.stack(crops, out=batch))


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
