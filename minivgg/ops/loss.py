"""Training objectives: softmax cross-entropy, the paper's (§3.1), and the mean squared error."""

from typing import NamedTuple

from minivgg import backend
from minivgg.backend import Array, Saved, memory_pool
from minivgg.backend.kernels import kernels_of
from minivgg.ops.shapes import check_float, check_present, check_shape, native


class _WeightedSaved(NamedTuple):
    """``saved`` of a cross-entropy with class weights, smoothed or ignored labels."""

    p: Array  # softmax(logits)
    labels: Array  # 0 where they are ignored
    counted: Array  # (N,), False where the label is ignored
    row_weights: Array  # (N,), those of the labels' classes; 0 where ignored
    class_weights: Array  # (K,)
    total: Array  # the sum of row_weights
    smoothing: float


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
    p = _minus_maximum(native(logits))
    backend.namespace(p).exp(p, out=p)
    p /= p.sum(axis=1, keepdims=True)
    return p


def softmax_cross_entropy(
    logits: Array,
    labels: Array,
    class_weights: Array | None = None,
    label_smoothing: float = 0.0,
    ignore_index: int | None = None,
) -> tuple[Array, Saved]:
    """loss = (1/N) Σ_n −log p[n, labels[n]], with p = softmax(logits), in nats.

    −log p is computed as log Σ exp(z − max z) − (z_y − max z), so that logits of ±1e4 are as good
    as any. With class weights w and label smoothing ε, as in PyTorch's ``cross_entropy``::

        loss = Σ_n Σ_k −w[k] · t[n,k] · log p[n,k] / Σ_n w[labels[n]]
        t[n,k] = ε/K + (1 − ε if k is labels[n], else 0)

    Parameters
    ----------
    logits : array of shape (N, K)
        Float32 or float64.
    labels : array of shape (N,)
        Integers in 0..K−1, or ``ignore_index``.
    class_weights : array of shape (K,), optional
        w, of the dtype of the logits and at least 0 (default: 1 for each class).
    label_smoothing : float, default 0.0
        ε, from 0 to 1.
    ignore_index : int, optional
        The label of rows that count in no sum, whatever their logits are. Without any other row,
        or where all class weights of the labels are 0, the loss is 0 (PyTorch's is NaN).

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
        wait for the GPU), the numbers of rows and labels differ, or the batch is empty; if there
        are not K class weights, or the smoothing is not from 0 to 1.
    TypeError
        If the labels are not integers.

    References
    ----------
    Simonyan & Zisserman 2014, §3.1: the multinomial logistic regression objective. Szegedy et al.
    2016, Rethinking the Inception architecture, §7, for label smoothing.

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
    if class_weights is not None or label_smoothing or ignore_index is not None:
        return _weighted(logits, labels, class_weights, label_smoothing, ignore_index)
    _check_shapes(logits, labels)
    _check_range(labels, logits.shape[1])
    logits = native(logits)
    xp = backend.namespace(logits)
    z = _minus_maximum(logits)
    z_of_labels = kernels_of(z).scores_of_labels(z, labels)
    e = xp.exp(z, out=z)
    sums = e.sum(axis=1)
    return (xp.log(sums) - z_of_labels).mean(), (e, sums, labels)


def softmax_cross_entropy_backward(saved: Saved) -> Array:
    """The gradient of the mean loss: (softmax(logits) − onehot(labels)) / N.

    With class weights and label smoothing (p[n,k] · Σ_j w[j] · t[n,j] − w[k] · t[n,k]) over the sum
    of weights.

    Parameters
    ----------
    saved : tuple
        From ``softmax_cross_entropy``.

    Returns
    -------
    dlogits : array of shape (N, K)
        The gradient with respect to the logits; each row sums to 0.
    """
    if isinstance(saved, _WeightedSaved):
        return _weighted_backward(saved)
    e, sums, labels = saved
    return kernels_of(e).softmax_cross_entropy_grad(e, sums, labels)


def mse_loss(outputs: Array, targets: Array) -> tuple[Array, Saved]:
    """loss = (1/M) Σ (outputs − targets)², over all M numbers.

    Parameters
    ----------
    outputs : array
        Of any shape, float32 or float64.
    targets : array of the shape of the outputs
        Numbers, which are converted to the dtype of the outputs.

    Returns
    -------
    loss : scalar
        The mean over all numbers, of the dtype of the outputs.
    saved : array
        What ``mse_loss_backward`` needs.

    Raises
    ------
    ValueError
        If the shapes differ, also where one could be repeated to fit, or there are no numbers.
    TypeError
        If the targets are not numbers.

    Examples
    --------
    >>> import numpy as np
    >>> from minivgg import ops
    >>> loss, saved = ops.mse_loss(np.array([[1.0, 5.0]]), np.array([[2.0, 2.0]]))
    >>> float(loss)
    5.0
    >>> ops.mse_loss_backward(saved)
    array([[-1.,  3.]])
    """
    check_present("mse_loss", outputs=outputs, targets=targets)
    kernels_of(outputs, targets)
    check_float("mse_loss", outputs=outputs)
    if targets.dtype.kind not in "biuf":
        raise TypeError(f"mse_loss: targets must be real numbers, got {targets.dtype.name}")
    outputs = native(outputs)
    check_shape("mse_loss", "targets", targets, outputs.shape)
    if not outputs.size:
        raise ValueError(f"mse_loss: there are no numbers to compare, the shape is {outputs.shape}")
    difference = outputs - targets.astype(outputs.dtype)
    return (difference * difference).mean(), difference


def mse_loss_backward(saved: Saved) -> Array:
    """The gradient of the mean squared error: 2 · (outputs − targets) / M.

    Parameters
    ----------
    saved : array
        From ``mse_loss``.

    Returns
    -------
    doutputs : array
        The gradient with respect to the outputs.
    """
    difference: Array = saved
    return difference * (2 / difference.size)


def _weighted(
    logits: Array,
    labels: Array,
    class_weights: Array | None,
    smoothing: float,
    ignore_index: int | None,
) -> tuple[Array, Saved]:
    """Cross-entropy with class weights, label smoothing and ignored labels."""
    if not 0 <= smoothing <= 1:
        raise ValueError(
            f"softmax_cross_entropy: label_smoothing must be from 0 to 1, got {smoothing}"
        )
    _check_shapes(logits, labels)
    logits = native(logits)
    xp, (n, k) = backend.namespace(logits), logits.shape
    counted = xp.ones(n, bool) if ignore_index is None else labels != ignore_index
    labels = xp.where(counted, labels, 0)
    if ignore_index is not None:  # 0 · inf is not a number
        logits = xp.where(counted[:, None], logits, 0)
    _check_range(labels, k)
    w = xp.ones(k, logits.dtype) if class_weights is None else class_weights
    check_float("softmax_cross_entropy", logits=logits, class_weights=w)
    w = native(w)
    check_shape("softmax_cross_entropy", "class_weights", w, (k,))
    log_p = _minus_maximum(logits)
    log_p -= xp.log(xp.exp(log_p).sum(axis=1, keepdims=True))
    valid = (labels >= 0) & (labels < k)  # on the CPU all are
    labels = xp.where(valid, labels, 0)
    log_p_of_labels = xp.where(valid, log_p[xp.arange(n), labels], xp.nan)
    row_weights = w[labels] * counted
    total = row_weights.sum()
    counted &= total != 0
    total = total + (total == 0)  # without any weight 0 is divided by 1
    loss = 0 - (1 - smoothing) * (row_weights * log_p_of_labels).sum()
    if smoothing:
        loss = loss - smoothing / k * ((log_p * w).sum(axis=1) * counted).sum()
    p = xp.exp(log_p, out=log_p)
    return loss / total, _WeightedSaved(p, labels, counted, row_weights, w, total, smoothing)


def _weighted_backward(saved: _WeightedSaved) -> Array:
    p, labels, counted, row_weights, w, total, smoothing = saved
    xp, (n, k) = backend.namespace(p), p.shape
    # w[k] · t[n,k], in two parts
    of_label, of_all = (1 - smoothing) * row_weights, smoothing / k * w
    dlogits = p * (of_label + of_all.sum())[:, None] - of_all
    dlogits[xp.arange(n), labels] -= of_label
    dlogits *= (counted / total)[:, None]
    return dlogits


def _minus_maximum(logits: Array) -> Array:
    """z − max z, the maximum over the classes, in new memory."""
    largest = logits.max(axis=1, keepdims=True)
    return backend.namespace(logits).subtract(logits, largest, out=memory_pool.empty_like(logits))


def _check_shapes(logits: Array, labels: Array) -> None:
    check_present("softmax_cross_entropy", logits=logits, labels=labels)
    kernels_of(logits, labels)
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
    n = len(logits)
    if labels.shape != (n,):
        raise ValueError(
            f"softmax_cross_entropy: {n} rows of logits need labels of shape ({n},), "
            f"got {labels.shape}"
        )


def _check_range(labels: Array, k: int) -> None:
    invalid = kernels_of(labels).find_invalid_label(labels, k)
    if invalid is not None:
        raise ValueError(
            f"softmax_cross_entropy: labels must lie in 0..{k - 1} for {k} classes, got {invalid}"
        )
