"""Pictures made by gradient descent on pixels: style transfer, textures, inverted layers.

A net that is trained and fixed says how a picture has to change. What is asked of its feature maps
makes the three problems here::

    style_transfer   the maps of one picture, the Gram matrices of another
    texture          Gram matrices alone: what repeats, wherever it lies
    inversion        the maps of one layer alone: what does it still know of the picture?

``solve`` begins with a picture or with noise, and changes it step by step.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias

import numpy as np

from minivgg import backend, models
from minivgg.backend import Array
from minivgg.data import Rescale
from minivgg.evaluation.inference import device_of_net
from minivgg.evaluation.picture_loss import PictureLoss, content_target, style_targets
from minivgg.layers import Parameter
from minivgg.models.net import Net
from minivgg.models.pretrained.photographs import image_sequence
from minivgg.optim import Adam
from minivgg.utils.installation import how_to_install

if TYPE_CHECKING:
    from minivgg.models.pretrained.photographs import Photograph

OPTIMIZERS = ("adam", "lbfgs")
OptimizerName: TypeAlias = Literal["adam", "lbfgs"]
OnStep: TypeAlias = Callable[[int, float, Array], object]  # step, loss, picture

STYLE_LAYERS = ("conv1_1", "conv2_1", "conv3_1", "conv4_1", "conv5_1")  # Gatys et al. 2016, §2
CONTENT_LAYER = "conv4_2"  # the same
ADAM_LR = 0.02  # of a range from 0 to 1
STYLE_WEIGHT, SMOOTHNESS = 100.0, 1.0  # where the weight of the content is 1
NOISE = 0.1  # the standard deviation of the start, around grey


class Problem(NamedTuple):
    """What is minimised, and where to start.

    Parameters
    ----------
    loss : PictureLoss
        Of a picture.
    start : array of shape (1, C, H, W)
        Numbers from 0 to 1 in float32, on the net's device.
    """

    loss: PictureLoss
    start: Array


def style_transfer(
    net: Net,
    content: "Photograph",
    style: "Photograph",
    *,
    size: int | None = None,
    content_layer: str | None = None,
    style_layers: Sequence[str] | None = None,
    content_weight: float = 1.0,
    style_weight: float = STYLE_WEIGHT,
    smoothness: float = SMOOTHNESS,
) -> Problem:
    """A picture of what is on one photograph in the style of another; it starts as the first one.

    Parameters
    ----------
    net : Net
        With its preprocessing, such as ``models.packaged_net("vgg16-pool3")``.
    content, style : path, Pillow's image or uint8 array
        The photographs.
    size : int, optional
        The smaller side, in pixels, to which both are rescaled (default: as they are).
    content_layer : str, optional
        Whose maps are to stay (default: conv4_2, or the last convolution of a net without it).
    style_layers : sequence of str, optional
        Whose Gram matrices are to become those of the style (default: the first convolution of each
        block).
    content_weight, style_weight : float
        Of both losses.
    smoothness : float
        The weight of the total variation.

    Returns
    -------
    problem : Problem
        For ``solve``.

    References
    ----------
    Gatys, Ecker & Bethge 2016, Image style transfer using convolutional neural networks.
    """
    picture, model = (_picture(net, image, size) for image in (content, style))
    targets = [
        content_target(net, picture, content_layer or default_content_layer(net), content_weight),
        *style_targets(net, model, style_layers or default_style_layers(net), style_weight),
    ]
    return Problem(PictureLoss(net, targets, smoothness), picture)


def texture(
    net: Net,
    image: "Photograph",
    *,
    size: int | None = None,
    layers: Sequence[str] | None = None,
    smoothness: float = SMOOTHNESS,
    seed: int = 0,
) -> Problem:
    """A new texture with the Gram matrices of a picture; it starts as noise.

    Parameters
    ----------
    net : Net
        With its preprocessing.
    image : path, Pillow's image or uint8 array
        The texture that is wanted.
    size : int, optional
        The smaller side, in pixels, to which the picture is rescaled; the new one is as large.
    layers : sequence of str, optional
        As ``style_layers`` of ``style_transfer``.
    smoothness : float
        The weight of the total variation.
    seed : int
        Of the noise.

    Returns
    -------
    problem : Problem
        For ``solve``.

    References
    ----------
    Gatys, Ecker & Bethge 2015, Texture synthesis using convolutional neural networks.
    """
    model = _picture(net, image, size)
    targets = style_targets(net, model, layers or default_style_layers(net))
    return Problem(PictureLoss(net, targets, smoothness), _noise(model, seed))


def inversion(
    net: Net,
    image: "Photograph",
    layer: str,
    *,
    size: int | None = None,
    smoothness: float = SMOOTHNESS,
    seed: int = 0,
) -> Problem:
    """A picture with the same maps in one layer; it starts as noise.

    Parameters
    ----------
    net : Net
        With its preprocessing.
    image : path, Pillow's image or uint8 array
        Of which nothing but the maps is used.
    layer : str
        Such as "pool3".
    size : int, optional
        The smaller side, in pixels, to which the picture is rescaled.
    smoothness : float
        The weight of the total variation: of all pictures with these maps, smooth ones look like
        photographs.
    seed : int
        Of the noise.

    Returns
    -------
    problem : Problem
        For ``solve``.

    References
    ----------
    Mahendran & Vedaldi 2015, Understanding deep image representations by inverting them.
    """
    model = _picture(net, image, size)
    target = content_target(net, model, layer)
    return Problem(PictureLoss(net, [target], smoothness), _noise(model, seed))


def solve(
    problem: Problem,
    steps: int = 200,
    optimizer: OptimizerName = "adam",
    on_step: OnStep | None = None,
) -> np.ndarray:
    """The picture after some steps of gradient descent, its pixels kept from black to white.

    Parameters
    ----------
    problem : Problem
        From ``style_transfer``, ``texture`` or ``inversion``.
    steps : int
        How many; with "lbfgs" it can stop before, where no step improves the loss.
    optimizer : {"adam", "lbfgs"}
        ``optim.Adam``, or SciPy's L-BFGS-B, which Gatys et al. used: fewer, longer steps.
    on_step : function, optional
        Called after each step with its number from 1, the loss before it ("lbfgs": after it) and
        the picture (1, C, H, W), from 0 to 1, in memory that the next step may change.

    Returns
    -------
    picture : array of shape (C, H, W)
        In uint8.

    Raises
    ------
    ValueError
        If there is no such optimizer, or steps is below 1.
    RuntimeError
        If SciPy is not installed, for "lbfgs".
    """
    if steps < 1:
        raise ValueError(f"solve: steps must be at least 1, got {steps}")
    if optimizer not in OPTIMIZERS:
        raise ValueError(f"solve: the optimizers are {', '.join(OPTIMIZERS)}, got {optimizer!r}")
    run = _adam if optimizer == "adam" else _lbfgs
    return to_pixels(run(problem, steps, on_step or (lambda step, loss, picture: None)))


def adam_steps(problem: Problem) -> Iterator[tuple[float, Array]]:
    """Steps of Adam without end; after each, the pixels are clipped to the range from 0 to 1.

    Parameters
    ----------
    problem : Problem
        Its start is not changed.

    Yields
    ------
    loss : float
        Before the step.
    picture : array of shape (1, C, H, W)
        After it; the same memory each time.
    """
    pixels = Parameter(problem.start.copy())
    optimizer, picture = Adam([pixels], lr=ADAM_LR), pixels.data
    while True:
        loss, pixels.grad = problem.loss(picture)
        optimizer.step()
        picture.clip(0, 1, out=picture)
        yield loss, picture


def to_pixels(picture: Array) -> np.ndarray:
    """A picture as an image.

    Parameters
    ----------
    picture : array of shape (1, C, H, W)
        Numbers from 0 to 1, on any device.

    Returns
    -------
    image : array of shape (C, H, W)
        In uint8.
    """
    return (backend.to_numpy(picture)[0] * 255).round().clip(0, 255).astype(np.uint8)


def default_style_layers(net: Net) -> list[str]:
    """The layers of Gatys et al. that a net has, else all its convolutions.

    Parameters
    ----------
    net : Net
        Of convolutions.

    Returns
    -------
    names : list of str
        For ``style_transfer`` and ``texture``.
    """
    names = models.layer_names(net)
    return [name for name in STYLE_LAYERS if name in names] or _convolutions(net)


def default_content_layer(net: Net) -> str:
    """The layer of Gatys et al., or the last convolution of a net without it.

    Parameters
    ----------
    net : Net
        Of convolutions.

    Returns
    -------
    name : str
        For ``style_transfer``.
    """
    return CONTENT_LAYER if CONTENT_LAYER in models.layer_names(net) else _convolutions(net)[-1]


def _convolutions(net: Net) -> list[str]:
    names = [name for name in models.layer_names(net) if name.startswith("conv")]
    if not names:
        raise ValueError("this net has no convolutions whose maps could be compared")
    return names


def _picture(net: Net, image: "Photograph", size: int | None) -> Array:
    """A photograph as (1, C, H, W) from 0 to 1 in float32, on the net's device."""
    pixels = image_sequence(image, net.input_shape[0])[0]
    if size is not None:
        pixels = Rescale(size)([pixels])[0]
    picture = np.ascontiguousarray(pixels[None], np.float32) / np.float32(255)
    return backend.to_device(picture, device_of_net(net))


def _noise(like: Array, seed: int) -> Array:
    """Grey with normally distributed noise; the same on every device."""
    drawn = np.random.default_rng(seed).standard_normal(like.shape, np.float32)
    noise = (np.float32(0.5) + np.float32(NOISE) * drawn).clip(0, 1)
    return backend.to_device(noise, backend.device_of(like))


def _adam(problem: Problem, steps: int, on_step: OnStep) -> Array:
    for step, (loss, picture) in enumerate(islice(adam_steps(problem), steps), 1):
        on_step(step, loss, picture)
    return picture


def _lbfgs(problem: Problem, steps: int, on_step: OnStep) -> Array:
    try:
        from scipy.optimize import Bounds, minimize
    except ImportError as error:
        raise RuntimeError(f"L-BFGS needs SciPy, unlike Adam: {how_to_install('style')}") from error
    shape, device, done = problem.start.shape, backend.device_of(problem.start), 0

    def picture_of(x: np.ndarray) -> Array:
        return backend.to_device(x.astype(np.float32).reshape(shape), device)

    def loss_and_gradient(x: np.ndarray) -> tuple[float, np.ndarray]:
        loss, gradient = problem.loss(picture_of(x))
        return loss, backend.to_numpy(gradient).ravel().astype(np.float64)

    def after_step(intermediate_result: Any) -> None:  # SciPy looks at this name
        nonlocal done
        done += 1
        x, loss = intermediate_result.x, intermediate_result.fun
        on_step(done, float(loss), picture_of(x))

    found = minimize(
        loss_and_gradient,
        backend.to_numpy(problem.start).ravel().astype(np.float64),
        jac=True,
        method="L-BFGS-B",
        bounds=Bounds(0, 1),
        callback=after_step,
        options={"maxiter": steps, "maxfun": 100 * steps, "ftol": 0, "gtol": 0},
    )
    return picture_of(found.x)
