"""How far the feature maps of a picture are from wanted ones, and the gradient for its pixels.

The picture is an array (1, C, H, W) of numbers from 0 to 1. Its loss is a weighted sum::

    Σ_targets  weight · |found − wanted|² / |wanted|²   +   smoothness · total variation

What is compared is either maps, position by position (content), or their Gram matrices (style).
Each target is relative to what is wanted: maps of different layers differ by orders of magnitude,
and the weights need not know that.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple, TypeAlias

import numpy as np

from minivgg import backend, models, ops
from minivgg.analysis.feature_losses import (
    gram_matrix,
    style_loss,
    style_loss_backward,
    total_variation,
    total_variation_backward,
)
from minivgg.analysis.input_gradient import InputDifferentiator
from minivgg.backend import Array, Saved
from minivgg.evaluation.inference import device_of_net
from minivgg.layers import eval_mode
from minivgg.models.net import Net

Loss: TypeAlias = Callable[[Array, Array], tuple[Array, Saved]]  # (maps, wanted) -> (loss, saved)


class Target(NamedTuple):
    """What the output of a layer should be like.

    Parameters
    ----------
    path : str
        Of the layer.
    weight : float
        Of the loss.
    loss : function
        (maps, wanted) -> (loss, saved).
    backward : function
        saved -> the gradient of the loss with respect to the maps.
    wanted : array
        Maps (1, C, H, W), or a Gram matrix (1, C, C).
    """

    path: str
    weight: float
    loss: Loss
    backward: Callable[[Saved], Array]
    wanted: Array


def content_target(net: Net, picture: Array, layer: str, weight: float = 1.0) -> Target:
    """The maps of a picture: weight · Σ (F − P)² / Σ P².

    Parameters
    ----------
    net : Net
        With its preprocessing.
    picture : array of shape (1, C, H, W)
        Whose content is wanted, from 0 to 1.
    layer : str
        A name such as "conv3_3"; the maps are those after its ReLU.
    weight : float
        Of the loss, which is 1 for maps of zeros.

    Returns
    -------
    target : Target
        For ``PictureLoss``.

    References
    ----------
    Gatys et al. 2016, eq. 1, and Johnson et al. 2016, eq. 2, divided by Σ P² as by Mahendran &
    Vedaldi 2015, eq. 2.
    """
    maps = _maps(net, picture, layer)
    path, scale = models.output_path(net, layer), float((maps * maps).mean()) or 1.0
    return Target(path, weight / scale, ops.mse_loss, ops.mse_loss_backward, maps)


def style_targets(
    net: Net, picture: Array, layers: Sequence[str], weight: float = 1.0
) -> list[Target]:
    """The Gram matrices of a picture: weight/L · Σ (G − A)² / Σ A², for each of L layers.

    Parameters
    ----------
    net : Net
        With its preprocessing.
    picture : array of shape (1, C, H, W)
        Whose style is wanted, from 0 to 1.
    layers : sequence of str
        Names such as "conv1_1".
    weight : float
        Of all layers together.

    Returns
    -------
    targets : list of Target
        For ``PictureLoss``.

    References
    ----------
    Gatys et al. 2016, eq. 4 and 5, divided by Σ A².
    """
    targets = []
    for layer in layers:
        gram, _ = gram_matrix(_maps(net, picture, layer))
        path, scale = models.output_path(net, layer), float((gram * gram).sum()) / 4 or 1.0
        share = weight / len(layers) / scale
        targets.append(Target(path, share, style_loss, style_loss_backward, gram))
    return targets


class PictureLoss:
    """The loss of a picture and its gradient with respect to the pixels.

    Parameters
    ----------
    net : Net
        With its preprocessing; its weights must not change meanwhile.
    targets : sequence of Target
        At least one.
    smoothness : float
        The weight of the total variation.

    Raises
    ------
    ValueError
        If there is no target, or the net's preprocessing is not known.
    """

    def __init__(self, net: Net, targets: Sequence[Target], smoothness: float = 0.0) -> None:
        if not targets:
            raise ValueError("PictureLoss: there is nothing that the picture should be like")
        self.net, self.targets, self.smoothness = net, list(targets), smoothness
        self.paths = list(dict.fromkeys(target.path for target in targets))
        self._gradient_of = InputDifferentiator(net, self.paths)
        self._std = _preprocessing(net)[1]

    def __call__(self, picture: Array) -> tuple[float, Array]:
        """The loss and its gradient.

        Parameters
        ----------
        picture : array of shape (1, C, H, W)
            Numbers from 0 to 1 in float32, on the net's device.

        Returns
        -------
        loss : float
            The weighted sum.
        gradient : array of shape (1, C, H, W)
            With respect to the picture.
        """
        found = self._gradient_of(network_input(self.net, picture), self._objective)
        variation, saved = total_variation(picture)
        loss = found.value + self.smoothness * float(variation)
        # x = (picture − mean) / std
        return loss, found.gradient / self._std + self.smoothness * total_variation_backward(saved)

    def _objective(self, outputs: Sequence[Array]) -> tuple[float, list[Array]]:
        total = 0.0
        gradients: dict[str, Array] = {}
        for target in self.targets:
            maps = outputs[self.paths.index(target.path)]
            loss, saved = target.loss(maps, target.wanted)
            total += target.weight * float(loss)
            gradient = target.backward(saved)
            gradient *= target.weight
            before = gradients.get(target.path)
            gradients[target.path] = gradient if before is None else before + gradient
        return total, [gradients[path] for path in self.paths]


def network_input(net: Net, picture: Array) -> Array:
    """What a net gets for a picture of numbers from 0 to 1: (picture − mean) / std.

    Parameters
    ----------
    net : Net
        With its preprocessing.
    picture : array of shape (N, C, H, W)
        On the net's device.

    Returns
    -------
    x : array of shape (N, C, H, W)
        Normalised.
    """
    mean, std = _preprocessing(net)
    return (picture - mean) / std


def _preprocessing(net: Net) -> tuple[Array, Array]:
    """The mean and the standard deviation of each channel, (C, 1, 1), on the net's device."""
    if net.preprocessing is None:
        raise ValueError(
            "this net's preprocessing is not known: load its weights, or set net.preprocessing to "
            "a data.Normalize"
        )
    to_device = partial(backend.to_device, device=device_of_net(net))
    values = net.preprocessing.mean, net.preprocessing.std
    mean, std = (to_device(np.asarray(v, np.float32)[:, None, None]) for v in values)
    return mean, std


def _maps(net: Net, picture: Array, layer: str) -> Array:
    with eval_mode(models.truncate(net, layer)) as part:
        return part(network_input(net, picture))
