"""Forward and backward passes of training that a GPU repeats as one launch."""

from collections.abc import Callable, Iterator
from typing import cast

from minivgg import backend
from minivgg.backend.graphed import Graphed, Results
from minivgg.backend.random import ReusedGenerators
from minivgg.backend.types import Array
from minivgg.layers import Layer, Parameter

# What a pass returns beside the gradients: loss, sum of the metric, and of how many numbers.
PassSums = tuple[Array | float, Array | float, Array | float]


class GraphedPass:
    """The forward and backward pass of a net and its loss; on a GPU as a CUDA graph.

    Steps of the optimizer stay outside, so that the learning rate can change.

    Parameters
    ----------
    net : Layer
        In training mode.
    compute : callable
        From images and labels to (loss, metric, count); the gradients are left in the parameters.

    Attributes
    ----------
    generators : ReusedGenerators
        For ``backend.fixed_seed``: dropout draws from their memory.
    """

    def __init__(self, net: Layer, compute: Callable[[Array, Array], PassSums]) -> None:
        self.generators = ReusedGenerators()
        self._compute = compute
        self._parameters = list(net.parameters().values())
        self._buffers = [(layer, name) for layer in net.descendants() for name in layer.buffers]
        self._layers = list(net.descendants())
        self._is_random = any(layer.random for layer in self._layers)
        self._learning: list[Parameter] = []
        self._graphed = Graphed(self._pass, self._memory)

    def __call__(self, images: Array, labels: Array) -> PassSums:
        """Compute gradients, which replace those that the parameters had.

        Parameters
        ----------
        images : array of shape (N, C, H, W)
            A batch.
        labels : array of shape (N, ...)
            What the loss takes.

        Returns
        -------
        loss, metric, count : scalar array or float
            As ``compute`` returns them.
        """
        if self._is_random:
            backend.rng(backend.device_of(images))  # starts it: a graph draws from its memory
        sums, gradients = self._graphed(images, labels)
        for p, gradient in zip(self._learning, gradients, strict=True):
            p.grad = gradient
        return cast(PassSums, sums)

    def _pass(self, images: Array, labels: Array) -> Results:
        for p in self._parameters:
            p.zero_grad()
        sums = self._compute(images, labels)
        self._learning = [p for p in self._parameters if p.has_grad]
        return sums, tuple(p.grad for p in self._learning)

    def _memory(self) -> Iterator[object]:
        """What launches use beside the batch, and what decides which of them there are."""
        for p in self._parameters:
            yield p.array
            yield p.frozen
        for layer in self._layers:
            yield layer.training
        for layer, name in self._buffers:
            yield getattr(layer, name)
