"""Why a net gives a class to an image: three pictures beside the image, and their limits."""

from collections.abc import Sequence
from textwrap import fill

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap

from minivgg.backend import Array
from minivgg.plots.figure import BLUE, ORANGE, Figure, shorten, show_image

PALE = 0.4  # of the image's contrast is left below a map
OPAQUE = 0.75  # how much a map covers the image below it
LETTERS = 44  # in a line of a caption
SIGNED = LinearSegmentedColormap.from_list("signed", [ORANGE, "#f3f5f8", BLUE])
NOT_SHOWN = {
    "saliency": "whether a brighter pixel helps or harms, and what larger changes do: it is the "
    "slope at this one image",
    "occlusion": "what two covered places do together; another size or colour of the square gives "
    "other numbers",
    "grad_cam": "single pixels: each number stands for a large part of the image. What speaks "
    "against the class is cut off",
}


def explanations(
    image: Array,
    label: tuple[str, float],
    saliency: Array,
    occlusion: Array,
    square: tuple[int, int],
    grad_cam: Array,
) -> Figure:
    """An image, and its saliency, occlusion and Grad-CAM for a class.

    Below each map stands what it does not show.

    Parameters
    ----------
    image : uint8 array of shape (C, H, W)
        Grey or RGB, as the net sees it.
    label : (str, float)
        The class that is explained, and its probability.
    saliency : array of shape (H, W)
        See ``analysis.saliency``.
    occlusion : array of shape (rows, columns)
        See ``analysis.occlusion``.
    square : (int, int)
        The side of its square, and the distance between two of them, in pixels.
    grad_cam : array of shape (H', W')
        See ``analysis.grad_cam``.

    Returns
    -------
    figure : Figure
        Shown by a notebook; write it to a file with ``plots.save``.
    """
    height, width = image.shape[1:]
    name, probability = shorten(label[0]), 100 * label[1]
    figure = Figure(12.4, 2.9 * max(0.6, min(1.6, height / width)) + 1.6)
    panels: Sequence[Axes] = figure.subplots(1, 4)
    grey = 255 - PALE * (255 - image.mean(axis=0, keepdims=True))  # colours are the maps'
    for axes, shown in zip(panels, (image, grey, grey, grey), strict=True):
        show_image(axes, shown)
        axes.set(xticks=[], yticks=[])
        axes.spines[:].set_visible(False)
    picture, slopes, falls, maps = panels
    picture.set_title(f"{name}: {probability:.1f} %", fontsize=10)
    pixels = f"the image as the net sees it, {height}×{width} pixels"
    picture.set_xlabel(fill(pixels, LETTERS), fontsize=8)
    slopes.imshow(saliency, cmap="gray", vmin=0, interpolation="nearest")
    _caption(slopes, "saliency", f"size of the gradient of the score of {name}: bright pixels "
             "change it most")  # fmt: skip
    most = max(np.abs(occlusion).max(), 0.005)
    side, stride = square
    start = (side - stride) / 2 - 0.5  # a cell lies around the centre of its square
    extent = (start, start + occlusion.shape[1] * stride, start + occlusion.shape[0] * stride,
              start)  # fmt: skip
    covered = falls.imshow(100 * occlusion, cmap=SIGNED, vmin=-100 * most, vmax=100 * most,
                           alpha=OPAQUE, extent=extent, interpolation="nearest")  # fmt: skip
    falls.set(xlim=(-0.5, width - 0.5), ylim=(height - 0.5, -0.5))
    figure.colorbar(covered, ax=falls, shrink=0.7, format="%+.0f", pad=0.02)
    _caption(falls, "occlusion", f"fall of the probability, in percentage points, with a square of "
             f"{side}×{side} pixels covered there")  # fmt: skip
    rows, columns = grad_cam.shape
    top = grad_cam.max() or 1
    maps.imshow(grad_cam, cmap=SIGNED, vmin=-top, vmax=top, alpha=OPAQUE, interpolation="nearest",
                extent=(-0.5, width - 0.5, height - 0.5, -0.5))  # fmt: skip
    _caption(
        maps,
        "grad_cam",
        f"the darker, the more the {rows}×{columns} feature maps speak for {name} there",
    )
    return figure.describe(
        f"An image, and beside it three maps of what matters for the class {label[0]} "
        f"({probability:.1f} %): saliency, occlusion and Grad-CAM."
    )


def _caption(axes: Axes, method: str, shown: str) -> None:
    title = {"saliency": "saliency", "occlusion": "occlusion", "grad_cam": "Grad-CAM"}[method]
    axes.set_title(title, fontsize=10)
    text = f"{fill(shown, LETTERS)}\n{fill(f'Not shown: {NOT_SHOWN[method]}.', LETTERS)}"
    axes.set_xlabel(text, fontsize=8)
