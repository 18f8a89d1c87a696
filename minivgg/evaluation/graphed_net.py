"""Inference that a GPU repeats as one launch: for single images and small nets."""

from collections.abc import Iterator
from typing import cast

from minivgg.backend.graphed import Graphed, Results
from minivgg.backend.types import Array
from minivgg.layers import Layer, eval_mode


class GraphedNet:
    """The outputs of a net in eval mode; on a GPU as a CUDA graph.

    Python needs longer to launch the kernels of VGG-16 for one image than the GPU to run them.
    From the third image of a shape on they are launched by one call. On the CPU this is
    ``net(x)`` in eval mode.

    Parameters
    ----------
    net : Layer
        Its layers must be those of this package, or launch the same kernels for every image.
        Weights may change, and be exchanged; layers may not.

    Notes
    -----
    A recording takes the memory of the maps of all layers, for each shape of x.

    Examples
    --------
    >>> import numpy as np
    >>> from minivgg import layers
    >>> from minivgg.evaluation.graphed_net import GraphedNet
    >>> net = layers.Sequential(layers.Linear(3, 2, initializer="ones"))
    >>> predict = GraphedNet(net)
    >>> predict(np.ones((1, 3), np.float32))
    array([[3., 3.]], dtype=float32)
    """

    def __init__(self, net: Layer) -> None:
        self.net = net
        self._parameters = list(net.parameters().values())
        self._buffers = [(layer, name) for layer in net.descendants() for name in layer.buffers]
        self._graphed = Graphed(self._outputs, self._memory)

    def __call__(self, x: Array) -> Array:
        """The net's outputs.

        Parameters
        ----------
        x : array
            Images on the net's device.

        Returns
        -------
        y : array
            As ``net(x)`` in eval mode.
        """
        (y,), _ = self._graphed(x)
        return cast(Array, y)

    def _outputs(self, x: Array) -> Results:
        with eval_mode(self.net):
            return (self.net(x),), ()

    def _memory(self) -> Iterator[object]:
        """What launches read beside x: weights, their transformed filters, running statistics."""
        for p in self._parameters:
            yield p.array
            yield p.cache
        for layer, name in self._buffers:
            yield getattr(layer, name)
