"""The gradient with respect to the input of a net: how a number changes with each pixel.

Training asks for the gradients of the weights. Here the weights are fixed, and the backward pass
goes on to the image: which pixels a class score depends on, or how an image has to change so that
its feature maps come nearer to others. The number can depend on the outputs of several layers at
once; in the backward pass, the gradient with respect to the output of such a layer is the sum of
what comes from the layers above and of its own.

The net computes as in eval mode (no dropout, running statistics in batch norm). The passes run
through a copy of the layers that shares the weights, so the net itself keeps its mode, its
gradients and what it saved, also while another thread trains it.
"""

import copy
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypeAlias

from minivgg import backend
from minivgg.backend.types import Array
from minivgg.layers import Dropout, Layer, Sequential
from minivgg.layers.containers import innermost_layers
from minivgg.utils.suggest import which_there_are

# the outputs of the layers -> a number, and its gradient with respect to each of the outputs
Objective: TypeAlias = Callable[[Sequence[Array]], tuple[float, Sequence[Array]]]


class InputGradient(NamedTuple):
    """The value of an objective, and its gradients.

    Parameters
    ----------
    value : float
        The objective's.
    gradient : array of the shape of x
        With respect to the input.
    outputs : tuple of array
        Of each layer that was asked for.
    output_gradients : tuple of array
        With respect to each of these outputs, all paths through later layers included.
    """

    value: float
    gradient: Array
    outputs: tuple[Array, ...]
    output_gradients: tuple[Array, ...]


class InputDifferentiator:
    """``input_gradient`` of one net for many inputs: the net is taken apart once.

    Parameters
    ----------
    net : Layer
        Its weights must stay as they are while this object is used.
    layers : sequence of str
        The paths of the layers whose outputs the objective gets; by default the output of the net.

    Raises
    ------
    ValueError
        If there is no layer at a path (it suggests the nearest one), one is given twice, or a layer
        of one's own is random.

    Examples
    --------
    >>> import numpy as np
    >>> from minivgg.layers import Linear
    >>> gradient_of = InputDifferentiator(Linear(2, 2, initializer="ones"))
    >>> for x in ([[1.0, 2.0]], [[3.0, 4.0]]):
    ...     print(gradient_of(np.array(x, np.float32), class_score(0)).value)
    3.0
    7.0
    """

    def __init__(self, net: Layer, layers: Sequence[str] = ()) -> None:
        self._segments, self._order = _segments(_with_fixed_weights(net), layers)

    def __call__(self, x: Array, objective: Objective) -> InputGradient:
        """The objective for x and its gradients; see ``input_gradient``.

        Parameters
        ----------
        x : array of shape (N, C, H, W) or (N, D)
            Float32 or float64, as the net's weights, and on their device.
        objective : function
            As for ``input_gradient``.

        Returns
        -------
        result : InputGradient
            The value and the gradients.
        """
        try:
            return self._run(x, objective)
        finally:
            for segment in self._segments:
                segment.clear_saved()

    def _run(self, x: Array, objective: Objective) -> InputGradient:
        outputs, y = [], x
        for segment in self._segments:
            y = segment(y)
            outputs.append(y)
        asked = tuple(outputs[k] for k in self._order)
        value, gradients = objective(asked)
        own = _by_segment(self._order, asked, gradients)
        totals: dict[int, Array] = {}
        dy = None  # the gradient with respect to the output of the last segment not yet passed
        for k in reversed(range(len(self._segments))):
            totals[k] = own[k] if dy is None else dy + own[k]
            dy = self._segments[k].backward(totals[k])
            self._segments[k].clear_saved()
        return InputGradient(float(value), dy, asked, tuple(totals[k] for k in self._order))


def input_gradient(
    net: Layer, x: Array, objective: Objective, layers: Sequence[str] = ()
) -> InputGradient:
    """The gradient of a number, computed from outputs of a net, with respect to its input.

    Parameters
    ----------
    net : Layer
        A net or a part of one, in any mode. It is not changed: neither its mode, nor the gradients
        of its parameters, nor what its last forward pass saved.
    x : array of shape (N, C, H, W) or (N, D)
        Float32 or float64, as the net's weights, and on their device.
    objective : function
        Takes the outputs of the layers, in the order of ``layers``, and returns a number and its
        gradient with respect to each of them; ``class_score(k)``, for example.
    layers : sequence of str
        Paths such as "features.3" (``models.layer_paths`` has them by the paper's names); by
        default the output of the net. What comes after the last one is not computed.

    Returns
    -------
    result : InputGradient
        The value, the gradient with respect to x, and the outputs with their gradients.

    Raises
    ------
    ValueError
        If there is no layer at a path, one is given twice, a layer of one's own is random, or the
        objective returns another number of gradients, or one of another shape.

    References
    ----------
    Simonyan, Vedaldi & Zisserman 2013, Deep inside convolutional networks, §3.1, for the gradient
    of a class score.

    Examples
    --------
    >>> import numpy as np
    >>> from minivgg.layers import Linear, ReLU, Sequential
    >>> net = Sequential(Linear(2, 2, initializer="ones"), ReLU())
    >>> x = np.array([[1.0, 2.0]], np.float32)

    Half the sum of squares of the output of the first layer, whose gradient is that output:

    >>> def half_square(outputs):
    ...     (y,) = outputs
    ...     return 0.5 * (y * y).sum(), [y]

    >>> result = input_gradient(net, x, half_square, layers=["0"])
    >>> result.value, result.gradient
    (9.0, array([[6., 6.]], dtype=float32))
    """
    return InputDifferentiator(net, layers)(x, objective)


def class_score(label: int) -> Objective:
    """The objective for the score of a class: Σ_n y[n, label], over all positions of maps too.

    In eval mode images do not influence each other, so that the gradient with respect to each image
    is that of its own score.

    Parameters
    ----------
    label : int
        The number of the class, on axis 1 of the output.

    Returns
    -------
    objective : function
        For ``input_gradient``; it raises ``ValueError`` where the output has no such class.
    """

    def objective(outputs: Sequence[Array]) -> tuple[float, Sequence[Array]]:
        (y,) = outputs
        if y.ndim < 2 or not 0 <= label < y.shape[1]:
            raise ValueError(f"class_score: there is no class {label} in an output of {y.shape}")
        dy = backend.namespace(y).zeros_like(y)
        dy[:, label] = 1
        return float(y[:, label].sum()), [dy]

    return objective


def _with_fixed_weights(net: Layer) -> Layer:
    """A copy that shares the arrays, computes as in eval mode, and saves what backward needs.

    In training mode every layer saves; frozen batch norm takes the running statistics, and a frozen
    layer computes no gradient of its weights. Dropout is left out.
    """
    # deepcopy takes from the memo what is to be shared (arrays), dropped, or replaced (dropout)
    memo: dict[int, Any] = {id(array): array for array in net.arrays().values()}
    for p in net.parameters().values():
        memo[id(p.post_accumulate_grad_hook)] = None
        if p.has_grad:
            memo[id(p.grad)] = None
    for layer in net.descendants():
        memo[id(layer.saved)] = None
        if isinstance(layer, Dropout):
            memo[id(layer)] = Sequential()
        elif layer.random:
            raise ValueError(f"the input's gradient is not defined: {layer!r} is random")
    fixed = copy.deepcopy(net, memo).freeze()
    for layer in fixed.descendants():
        layer.training = True
    return fixed


def _segments(net: Layer, layers: Sequence[str]) -> tuple[list[Layer], list[int]]:
    """(the net cut after each of these layers, the number of each layer's segment)."""
    if not layers:
        return [net], [0]
    if not isinstance(net, Sequential):
        raise ValueError(f"only a Sequential has layers to choose from, got {type(net).__name__}")
    if len(set(layers)) < len(layers):
        raise ValueError(f"a layer is given twice: {', '.join(layers)}")
    within = innermost_layers(net)
    paths = [path for path, _ in within]
    for path in layers:
        if path not in paths:
            raise ValueError(f"the net has no layer {path!r}: {which_there_are(path, paths)}")
    ends = sorted(paths.index(path) + 1 for path in layers)
    segments: list[Layer] = [
        Sequential(dict(within[start:stop])) for start, stop in zip([0, *ends], ends, strict=False)
    ]
    return segments, [ends.index(paths.index(path) + 1) for path in layers]


def _by_segment(
    order: Sequence[int], outputs: Sequence[Array], gradients: Sequence[Array]
) -> dict[int, Array]:
    """{number of the segment: the objective's gradient with respect to its output}, checked."""
    if len(gradients) != len(outputs):
        raise ValueError(
            f"the objective returned {len(gradients)} gradients for {len(outputs)} layers"
        )
    for y, dy in zip(outputs, gradients, strict=True):
        if dy.shape != y.shape:
            raise ValueError(
                f"the objective returned a gradient of shape {dy.shape} for an output of {y.shape}"
            )
    return dict(zip(order, gradients, strict=True))
