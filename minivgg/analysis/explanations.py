"""Three pictures of why a net gives a class to an image: saliency, occlusion and Grad-CAM.

Each of them is large where something about the image matters for the score of one class. None of
them says what the net has learned, whether its answer is right, or what a person would look at; the
docstrings say what else each one does not show. Adebayo et al. 2018 ("Sanity Checks for Saliency
Maps") found methods whose pictures stay the same when the weights are replaced by random ones: such
pictures show the image and not the net. ``tests/analysis/test_explanations.py`` makes that check.
"""

from collections.abc import Sequence

import numpy as np

from minivgg import backend, ops
from minivgg.analysis.input_gradient import class_score, input_gradient
from minivgg.backend import Array
from minivgg.layers import BatchNorm2d, Concat, Conv2d, Layer, ReLU, Residual, Sequential, eval_mode
from minivgg.layers.containers import innermost_layers
from minivgg.utils.progress import progress_bar


def saliency(net: Layer, x: Array, label: int) -> np.ndarray:
    """How strongly the score of a class depends on each pixel.

    It is the size of the gradient of the class score, before softmax, with respect to the image;
    the largest of the channels is taken.

    It does not show whether a brighter pixel raises or lowers the score, nor what happens when a
    pixel changes by much: the gradient is the slope at this one image. Pixels whose effect is used
    up (the score is flat there) are dark however much the net relies on them.

    Parameters
    ----------
    net : Layer
        From images (1, C, H, W) to scores (1, K). It computes as in eval mode, and is not changed.
    x : array of shape (1, C, H, W)
        A normalised image.
    label : int
        Which of the K classes.

    Returns
    -------
    array of shape (H, W)
        Not negative.

    Raises
    ------
    ValueError
        If the net returns no scores (1, K), or there is no such class.

    References
    ----------
    Simonyan, Vedaldi & Zisserman 2013, "Deep Inside Convolutional Networks", §3.
    """
    dx = input_gradient(net, x, class_score(label)).gradient
    return backend.to_numpy(abs(dx[0]).max(axis=0))


def occlusion(
    net: Layer,
    x: Array,
    label: int,
    size: int | None = None,
    stride: int | None = None,
    progress: bool = False,
) -> np.ndarray:
    """How much the probability of a class falls when a square of the image is covered.

    The square has the value 0 of a normalised image, which is the mean colour of the images that
    the net was trained on.

    It does not show what two places together do: an object whose parts are each enough for the
    class has small numbers everywhere, and so has an image of which the net is very sure. It
    depends on the size and the colour of the square, whose edges the net may take for something as
    well.

    Parameters
    ----------
    net : Layer
        From images (N, C, H, W) to scores (N, K). It computes as in eval mode.
    x : array of shape (1, C, H, W)
        A normalised image.
    label : int
        Which of the K classes.
    size : int, optional
        The side of the square in pixels; by default a quarter of the smaller side of the image.
    stride : int, optional
        The distance between neighbouring squares; by default half the side of the square.
    progress : bool
        Show a progress bar.

    Returns
    -------
    array of shape (rows, columns)
        The fall of the probability, in float64, for each square that lies on the image: the first
        one begins in its upper left corner. Negative where covering raises it.

    Raises
    ------
    ValueError
        If the net returns no scores (N, K), there is no such class, or the square does not fit.

    References
    ----------
    Zeiler & Fergus 2014, "Visualizing and Understanding Convolutional Networks", §4.2.
    """
    height, width = x.shape[2:]
    size = default_square(height, width)[0] if size is None else size
    stride = max(1, size // 2) if stride is None else stride
    if not (1 <= size <= min(height, width) and stride >= 1):
        raise ValueError(
            f"occlusion: a square of {size} pixels, moved by {stride}, does not fit an image of "
            f"{height}×{width}"
        )
    tops, lefts = range(0, height - size + 1, stride), range(0, width - size + 1, stride)
    with eval_mode(net):
        whole = _probabilities(net, x, label)[0]
        rows = []
        for top in progress_bar(tops, desc="covering squares", leave=False, disable=not progress):
            covered = x.repeat(len(lefts), axis=0)
            for image, left in zip(covered, lefts, strict=True):
                image[:, top : top + size, left : left + size] = 0
            rows.append(whole - _probabilities(net, covered, label))
    return np.stack(rows)


def default_square(height: int, width: int) -> tuple[int, int]:
    """The side of the square that ``occlusion`` covers, and the distance between two of them.

    Parameters
    ----------
    height, width : int
        Of the image in pixels.

    Returns
    -------
    size, stride : int
        In pixels.

    Examples
    --------
    >>> default_square(224, 224), default_square(8, 8)
    ((56, 28), (2, 1))
    """
    size = max(1, min(height, width) // 4)
    return size, max(1, size // 2)


def grad_cam(net: Sequential, x: Array, label: int, layer: str | None = None) -> np.ndarray:
    """Where the last feature maps speak for a class: max(0, Σ α_c·A_c) over the maps A_c.

    α_c is the mean over the map of the gradient of the class score with respect to A_c: how much
    the score rises with this feature.

    It does not show single pixels: the map is as coarse as the feature maps are, and each of its
    units sees a large part of the image. What speaks against the class is cut off. A weight α_c is
    an average over all places, so a feature that helps here and harms there may count as nothing.

    Parameters
    ----------
    net : Sequential
        From images (1, C, H, W) to scores (1, K). It computes as in eval mode, and is not changed.
    x : array of shape (1, C, H, W)
        A normalised image.
    label : int
        Which of the K classes.
    layer : str, optional
        The path of a layer that returns maps, such as "features.29"; by default the last
        convolution or block, with the batch norm and the ReLU after it.

    Returns
    -------
    array of shape (H', W')
        Not negative; of the size of the feature maps.

    Raises
    ------
    ValueError
        If the net returns no scores (1, K), there is no such class or layer, or the net has no
        feature maps.

    References
    ----------
    Selvaraju et al. 2017, "Grad-CAM: Visual Explanations from Deep Networks via Gradient-based
    Localization", equations 1 and 2.
    """
    steps = innermost_layers(net)
    path = _last_maps(steps) if layer is None else layer

    def objective(outputs: Sequence[Array]) -> tuple[float, Sequence[Array]]:
        maps, scores = outputs
        score, (dy,) = class_score(label)([scores])
        return score, [backend.namespace(maps).zeros_like(maps), dy]

    found = input_gradient(net, x, objective, [path, steps[-1][0]])
    maps, slopes = found.outputs[0], found.output_gradients[0]
    if maps.ndim != 4:
        raise ValueError(f"grad_cam: {path} returns no feature maps, but the shape {maps.shape}")
    alpha = slopes.mean(axis=(2, 3), keepdims=True)
    return backend.to_numpy((alpha * maps).sum(axis=1)[0].clip(0))


def _probabilities(net: Layer, x: Array, label: int) -> np.ndarray:
    """The probability of a class for each image, in float64."""
    scores = net(x)
    if scores.ndim != 2 or not 0 <= label < scores.shape[1]:
        raise ValueError(f"occlusion: there is no class {label} in an output of {scores.shape}")
    return backend.to_numpy(ops.softmax(scores)[:, label]).astype(np.float64)


def _last_maps(steps: Sequence[tuple[str, Layer]]) -> str:
    """The path of the layer that returns the last feature maps before pooling."""
    ends = [
        i for i, (_, layer) in enumerate(steps) if isinstance(layer, Conv2d | Concat | Residual)
    ]
    if not ends:
        raise ValueError("grad_cam: the net has no convolutions, so there are no feature maps")
    end = ends[-1]
    while end + 1 < len(steps) and isinstance(steps[end + 1][1], BatchNorm2d | ReLU):
        end += 1
    return steps[end][0]
