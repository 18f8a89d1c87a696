"""Gradient clipping: a bound on the length of the gradient of all parameters together."""

from collections.abc import Mapping
from math import isfinite

from minivgg import backend
from minivgg.backend import Array
from minivgg.backend.kernels import kernels_of
from minivgg.optim.optimizer import Parameters

EPSILON = 1e-6  # PyTorch's: a gradient of length 0 is not divided by 0


def clip_gradients(parameters: Parameters, max_norm: float) -> Array:
    """Shorten the gradient if it is longer than ``max_norm``, in place.

    The gradients of all parameters count as one vector, whose direction stays:
    g ← g · min(1, max_norm / (‖g‖ + 10⁻⁶)) with ‖g‖ = √Σ g². To be called between the backward
    pass and the step. As ``torch.nn.utils.clip_grad_norm_``.

    Parameters
    ----------
    parameters : mapping of str to Parameter, or iterable of Parameter
        Those without a gradient are left out.
    max_norm : float
        The largest length allowed.

    Returns
    -------
    norm : scalar array
        ‖g‖ before clipping, on the device of the gradients: ``float(norm)`` waits for a GPU.

    Raises
    ------
    ValueError
        If max_norm is not a finite number above 0, or no parameter has a gradient.

    References
    ----------
    Pascanu, Mikolov & Bengio (2013), On the difficulty of training recurrent neural networks,
    algorithm 1.

    Examples
    --------
    >>> import numpy as np
    >>> from minivgg.layers import Parameter
    >>> w, b = Parameter(np.zeros(1)), Parameter(np.zeros(1))
    >>> w.grad, b.grad = np.array([30.0]), np.array([40.0])
    >>> float(clip_gradients([w, b], max_norm=1.0))
    50.0
    >>> w.grad.round(4), b.grad.round(4)
    (array([0.6]), array([0.8]))
    """
    if not (isfinite(max_norm) and max_norm > 0):
        raise ValueError(
            f"clip_gradients: max_norm must be a finite number above 0, got {max_norm}"
        )
    every = parameters.values() if isinstance(parameters, Mapping) else parameters
    gradients = [p.grad for p in every if p.has_grad]
    if not gradients:
        raise ValueError("clip_gradients: no parameter has a gradient: call it after backward")
    xp = backend.namespace(*gradients)
    norm = xp.sqrt(sum(kernels_of(g).sum_of_squares(g) for g in gradients))
    factor = xp.minimum(max_norm / (norm + EPSILON), 1)
    for g in gradients:
        g *= factor.astype(g.dtype)
    return norm
