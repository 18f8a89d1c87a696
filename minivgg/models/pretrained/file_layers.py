"""The layers that a file of weights holds, whichever library has named them."""

import re
from collections.abc import Sequence
from itertools import pairwise, permutations
from typing import Literal, NamedTuple, TypeAlias

import numpy as np

from minivgg.layers.normalization import DEFAULT_EPS

Source: TypeAlias = Literal["torchvision", "timm", "keras", "frossard"]

MAX_LAYERS_REORDERED = 6  # of a head; more are taken in the order of the file


class FileLayer(NamedTuple):
    """A convolution, a batch norm or a fully connected layer in a file.

    Parameters
    ----------
    name : str
        The file's own name of it.
    path : str
        Where the name itself says it, the layer's path in a net ("features.0") or the paper's name
        ("conv1_1"); otherwise empty.
    arrays : dict of str to str
        {our name within the layer, such as "weight": name of the array in the file}.
    inputs, outputs : int
        Channels, or numbers.
    kernel : int
        Side of the filters, 1 for a fully connected layer.
    epsilon : float
        Of a batch norm: what is added to the variance.
    """

    name: str
    path: str
    arrays: dict[str, str]
    inputs: int
    outputs: int
    kernel: int = 1
    epsilon: float = DEFAULT_EPS


class FileLayers(NamedTuple):
    """All layers of a file, each kind in the order of the net.

    Parameters
    ----------
    source : {"torchvision", "timm", "keras", "frossard"}
        Whose names they have.
    convolutions, norms, head : list of FileLayer
        The head has the fully connected layers.
    others : list of str
        The names of arrays that belong to none of them.
    net : {"googlenet", ""}
        Where the names tell the net: each layer then has its path there. Else it is of the VGG
        family.
    """

    source: Source
    convolutions: list[FileLayer]
    norms: list[FileLayer]
    head: list[FileLayer]
    others: list[str]
    net: Literal["googlenet", ""] = ""

    def body(self) -> str:
        """What PyTorch's names of the convolutions begin with.

        Returns
        -------
        prefix : str
            Such as "encoder.features."; there must be a convolution.
        """
        return re.sub(r"\d+(\.conv)?$", "", self.convolutions[0].name)

    def head_text(self) -> str:
        """The head in words.

        Returns
        -------
        text : str
            Such as "2 layers, 25088→512→10".
        """
        sizes = [layer.inputs for layer in self.head[:1]] + [layer.outputs for layer in self.head]
        count = len(self.head)
        return f"{count} layer{'s' * (count != 1)}, {'→'.join(map(str, sizes))}"


def in_order(layers: Sequence[FileLayer]) -> list[FileLayer]:
    """Fully connected layers in the order in which their sizes fit.

    Parameters
    ----------
    layers : sequence of FileLayer
        In the order of the file, which is kept where it fits, or where none does.

    Returns
    -------
    ordered : list of FileLayer
        Each takes as many numbers as the one before it gives.
    """
    if len(layers) > MAX_LAYERS_REORDERED:
        return list(layers)
    return next((list(order) for order in permutations(layers) if fits(order)), list(layers))


def fits(layers: Sequence[FileLayer]) -> bool:
    """Whether each layer takes as many channels or numbers as the one before it gives.

    Parameters
    ----------
    layers : sequence of FileLayer
        In order.

    Returns
    -------
    bool
        True for fewer than two layers.
    """
    return all(a.outputs == b.inputs for a, b in pairwise(layers))


def shape_text(array: np.ndarray) -> str:
    """A shape in words.

    Parameters
    ----------
    array : ndarray
        Any.

    Returns
    -------
    text : str
        Such as "64×3×3×3".
    """
    return "×".join(map(str, array.shape)) or "a single number"
