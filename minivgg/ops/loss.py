"""Softmax cross-entropy: the paper's multinomial logistic regression objective (§3.1)."""

from minivgg import backend
from minivgg.backend import memory_pool
from minivgg.backend.kernels import kernels_of
from minivgg.ops.shapes import check_float


def softmax(logits):
    """p[n,k] = exp(z[n,k]) / Σ_j exp(z[n,j]). Rows sum to 1.

    logits: z (N, K), or (N, K, H, W) with classes on axis 1. The maximum of each row is subtracted
    first, which changes nothing but keeps exp from overflowing.
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


def softmax_cross_entropy(logits, labels):
    """loss = (1/N) Σ_n −log p[n, labels[n]], with p = softmax(logits), in nats.

    logits: (N, K). labels: (N,) integers in 0..K−1. Returns the mean loss (a scalar of the logits'
    dtype) and ``saved``. −log p is computed as log Σ exp(z − max z) − (z_y − max z), so logits of
    ±1e4 are as good as any.
    Raises ``ValueError`` for labels out of range (on the GPU the loss is NaN instead, since reading
    labels would wait for the GPU), counts that differ or an empty batch, ``TypeError`` for labels
    that are not integers.
    """
    _check(logits, labels)
    xp = backend.namespace(logits)
    z = _minus_maximum(logits)
    valid = (labels >= 0) & (labels < logits.shape[1])  # on the CPU they were checked
    z_of_labels = xp.where(valid, z[xp.arange(len(z)), labels], xp.nan)
    e = xp.exp(z, out=z)
    sums = e.sum(axis=1)
    return (xp.log(sums) - z_of_labels).mean(), (e, sums, labels)


def softmax_cross_entropy_backward(saved):
    """The gradient of the mean loss: (softmax(logits) − onehot(labels)) / N, shape (N, K)."""
    e, sums, labels = saved
    xp, n = backend.namespace(e), len(e)
    dlogits = xp.divide(e, n * sums[:, None], out=memory_pool.empty_like(e))
    dlogits[xp.arange(n), labels] -= 1 / n
    return dlogits


def _minus_maximum(logits):
    """z − max z, the maximum over the classes, in new memory."""
    largest = logits.max(axis=1, keepdims=True)
    return backend.namespace(logits).subtract(logits, largest, out=memory_pool.empty_like(logits))


def _check(logits, labels):
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
