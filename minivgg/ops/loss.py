"""Softmax cross-entropy: the paper's multinomial logistic regression objective (§3.1)."""

from minivgg import backend
from minivgg.backend import Array, Saved, memory_pool
from minivgg.backend.kernels import kernels_of
from minivgg.ops.shapes import check_float


def softmax(logits: Array) -> Array:
    """p[n,k] = exp(z[n,k]) / Σ_j exp(z[n,j]), so that rows sum to 1.

    The maximum of each row is subtracted first, which changes nothing but keeps exp from
    overflowing.

    Parameters
    ----------
    logits : array of shape (N, K) or (N, K, H, W)
        z, with the classes on axis 1.

    Returns
    -------
    p : array of the shape of the logits
        Probabilities.

    Raises
    ------
    ValueError
        If there is no axis of classes, or no class.

    Examples
    --------
    >>> import numpy as np
    >>> from minivgg import ops
    >>> ops.softmax(np.array([[0.0, np.log(3.0)]]))
    array([[0.25, 0.75]])
    """
    check_float("softmax", logits=logits)
    if logits.ndim < 2 or not logits.shape[1]:
        raise ValueError(
            f"softmax: expected logits (N, K) with K at least 1, got shape {logits.shape}"
        )
    p = _minus_maximum(logits)
    backend.namespace(p).exp(p, out=p)
    p /= p.sum(axis=1, keepdims=True)
    return p


def softmax_cross_entropy(logits: Array, labels: Array) -> tuple[Array, Saved]:
    """loss = (1/N) Σ_n −log p[n, labels[n]], with p = softmax(logits), in nats.

    −log p is computed as log Σ exp(z − max z) − (z_y − max z), so that logits of ±1e4 are as good
    as any.

    Parameters
    ----------
    logits : array of shape (N, K)
        Float32 or float64.
    labels : array of shape (N,)
        Integers in 0..K−1.

    Returns
    -------
    loss : scalar
        The mean over the batch, of the dtype of the logits.
    saved : tuple
        What ``softmax_cross_entropy_backward`` needs.

    Raises
    ------
    ValueError
        If a label is out of range (on the GPU the loss is NaN instead, since reading labels would
        wait for the GPU), the numbers of rows and labels differ, or the batch is empty.
    TypeError
        If the labels are not integers.

    References
    ----------
    Simonyan & Zisserman 2014, §3.1: the multinomial logistic regression objective.

    Examples
    --------
    >>> import numpy as np
    >>> from minivgg import ops
    >>> logits = np.log(np.array([[1.0, 3.0], [1.0, 1.0]]))  # probabilities 1/4, 3/4 and 1/2, 1/2
    >>> loss, saved = ops.softmax_cross_entropy(logits, np.array([1, 0]))
    >>> round(float(loss), 4)  # the mean of −log(3/4) and −log(1/2)
    0.4904
    >>> ops.softmax_cross_entropy_backward(saved)
    array([[ 0.125, -0.125],
           [-0.25 ,  0.25 ]])
    """
    _check(logits, labels)
    xp = backend.namespace(logits)
    z = _minus_maximum(logits)
    valid = (labels >= 0) & (labels < logits.shape[1])  # on the CPU they were checked
    z_of_labels = xp.where(valid, z[xp.arange(len(z)), labels], xp.nan)
    e = xp.exp(z, out=z)
    sums = e.sum(axis=1)
    return (xp.log(sums) - z_of_labels).mean(), (e, sums, labels)


def softmax_cross_entropy_backward(saved: Saved) -> Array:
    """The gradient of the mean loss: (softmax(logits) − onehot(labels)) / N.

    Parameters
    ----------
    saved : tuple
        From ``softmax_cross_entropy``.

    Returns
    -------
    dlogits : array of shape (N, K)
        The gradient with respect to the logits; each row sums to 0.
    """
    e, sums, labels = saved
    xp, n = backend.namespace(e), len(e)
    dlogits = xp.divide(e, n * sums[:, None], out=memory_pool.empty_like(e))
    dlogits[xp.arange(n), labels] -= 1 / n
    return dlogits


def _minus_maximum(logits: Array) -> Array:
    """z − max z, the maximum over the classes, in new memory."""
    largest = logits.max(axis=1, keepdims=True)
    return backend.namespace(logits).subtract(logits, largest, out=memory_pool.empty_like(logits))


def _check(logits: Array, labels: Array) -> None:
    kernels = kernels_of(logits, labels)
    check_float("softmax_cross_entropy", logits=logits)
    if logits.ndim != 2 or 0 in logits.shape:
        raise ValueError(
            "softmax_cross_entropy: expected logits (N, K) with N and K at least 1, "
            f"got shape {logits.shape}"
        )
    if labels.dtype.kind not in "iu":
        raise TypeError(
            f"softmax_cross_entropy: labels must be integer class indices, got {labels.dtype.name}"
        )
    n, k = logits.shape
    if labels.shape != (n,):
        raise ValueError(
            f"softmax_cross_entropy: {n} rows of logits need labels of shape ({n},), "
            f"got {labels.shape}"
        )
    invalid = kernels.find_invalid_label(labels, k)
    if invalid is not None:
        raise ValueError(
            f"softmax_cross_entropy: labels must lie in 0..{k - 1} for {k} classes, got {invalid}"
        )
