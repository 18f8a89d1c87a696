"""Chapter 1: every operation as plain loops over single numbers. Easy to verify, and slow.

This is the specification: each function takes and returns what its namesake in ``minivgg.ops``
does, and the tests demand that the two agree; ``saved`` is whatever its own backward needs.
(im2col and col2im, which only make convolution fast, are the next chapter.) NumPy only.
"""

from itertools import product
from math import ceil, exp, floor, log, sqrt
from typing import Any, TypeAlias

import numpy as np

Array: TypeAlias = np.ndarray
Size: TypeAlias = int | tuple[int, int]  # in pixels; a pair is (height, width)
Saved: TypeAlias = tuple[Any, ...]


def _pair(value: Size) -> tuple[int, int]:
    height, width = value if isinstance(value, tuple | list) else (value, value)
    return height, width


# ------------------------------------------------------------------------------------- convolution


def conv2d(
    x: Array,
    w: Array,
    b: Array | None = None,
    stride: Size = 1,
    padding: Size = 0,
    groups: int = 1,
    dilation: Size = 1,
) -> tuple[Array, Saved]:
    """y[n,o,p,q] = b[o] + Σ_c Σ_i Σ_j w[o,c,i,j] · x[n, c, p·sh + i·rh − ph, q·sw + j·rw − pw].

    Parameters
    ----------
    x : ndarray of shape (N, C, H, W)
        Images.
    w : ndarray of shape (O, C/groups, kh, kw)
        Filters.
    b : ndarray of shape (O,), optional
        Biases.
    stride, padding : int or (int, int)
        (sh, sw) and (ph, pw), in pixels. The border is zeros.
    groups : int
        Into how many independent convolutions the channels are split.
    dilation : int or (int, int)
        (rh, rw), the distance in pixels between neighbouring places of a filter.

    Returns
    -------
    y : ndarray of shape (N, O, OH, OW)
        OH = ⌊(H + 2·ph − rh·(kh − 1) − 1) / sh⌋ + 1, OW likewise.
    saved : tuple
        What ``conv2d_backward`` needs.
    """
    (n_images, _, height, width), (filters, channels, kh, kw) = x.shape, w.shape
    (sh, sw), (ph, pw), (rh, rw) = _pair(stride), _pair(padding), _pair(dilation)
    oh = floor((height + 2 * ph - rh * (kh - 1) - 1) / sh) + 1
    ow = floor((width + 2 * pw - rw * (kw - 1) - 1) / sw) + 1
    y = np.zeros((n_images, filters, oh, ow), x.dtype)
    for n, o, p, q in product(range(n_images), range(filters), range(oh), range(ow)):
        first = (o // (filters // groups)) * channels  # the first input channel of o's group
        for c, i, j in product(range(channels), range(kh), range(kw)):
            row, column = p * sh + i * rh - ph, q * sw + j * rw - pw
            if 0 <= row < height and 0 <= column < width:  # outside the image is zero
                y[n, o, p, q] += w[o, c, i, j] * x[n, first + c, row, column]
        if b is not None:
            y[n, o, p, q] += b[o]
    return y, (x, w, b, stride, padding, groups, dilation)


def conv2d_backward(dy: Array, saved: Saved) -> tuple[Array, Array, Array | None]:
    """Each product w·x of the forward sum gives dy·x to its w and dy·w to its x; b gets dy.

    Parameters
    ----------
    dy : ndarray of shape (N, O, OH, OW)
        The gradient of the loss with respect to y.
    saved : tuple
        From ``conv2d``.

    Returns
    -------
    dx, dw, db : ndarray
        Of the shapes of x, w and b; db is None if there was no b.
    """
    x, w, b, stride, padding, groups, dilation = saved
    (_, _, height, width), (filters, channels, kh, kw) = x.shape, w.shape
    (sh, sw), (ph, pw), (rh, rw) = _pair(stride), _pair(padding), _pair(dilation)
    dx, dw, db = np.zeros_like(x), np.zeros_like(w), None if b is None else np.zeros_like(b)
    for n, o, p, q in product(*map(range, dy.shape)):
        first = (o // (filters // groups)) * channels
        for c, i, j in product(range(channels), range(kh), range(kw)):
            row, column = p * sh + i * rh - ph, q * sw + j * rw - pw
            if 0 <= row < height and 0 <= column < width:
                dw[o, c, i, j] += dy[n, o, p, q] * x[n, first + c, row, column]
                dx[n, first + c, row, column] += dy[n, o, p, q] * w[o, c, i, j]
        if db is not None:
            db[o] += dy[n, o, p, q]
    return dx, dw, db


# ----------------------------------------------------------------------------------------- pooling


def _windows(
    shape: tuple[int, ...],
    kernel_size: Size,
    stride: Size | None,
    padding: Size,
    ceil_mode: bool,
) -> list[list[range]]:
    """For each output place (p, q): the rows and columns of its window, border included."""
    (kh, kw), (sh, sw), (ph, pw) = (
        _pair(kernel_size),
        _pair(kernel_size if stride is None else stride),
        _pair(padding),
    )
    rounding = ceil if ceil_mode else floor
    sides = []
    for size, k, s, p in ((shape[2], kh, sh, ph), (shape[3], kw, sw, pw)):
        count = rounding((size + 2 * p - k) / s) + 1
        if ceil_mode and (count - 1) * s >= size + p:
            count -= 1  # a window may not start in the border after the image
        sides.append([range(i * s - p, i * s - p + k) for i in range(count)])
    return sides


def max_pool2d(
    x: Array,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Size = 0,
    ceil_mode: bool = False,
) -> tuple[Array, Saved]:
    """y[n,c,p,q] = the largest pixel of the window; the border does not take part.

    Parameters
    ----------
    x : ndarray of shape (N, C, H, W)
        Images.
    kernel_size : int or (int, int)
        In pixels; a pair is (height, width).
    stride : int or (int, int), optional
        The kernel size by default: windows lie side by side.
    padding : int or (int, int)
        The border, in pixels.
    ceil_mode : bool
        Whether to keep a last window that reaches beyond the end.

    Returns
    -------
    y : ndarray of shape (N, C, OH, OW)
        The maxima.
    saved : tuple
        What ``max_pool2d_backward`` needs.
    """
    n_images, channels, height, width = x.shape
    rows, columns = _windows(x.shape, kernel_size, stride, padding, ceil_mode)
    y = np.zeros((n_images, channels, len(rows), len(columns)), x.dtype)
    winners: dict[tuple[int, ...], tuple[int, int]] = {}
    for n, c, p, q in product(*map(range, y.shape)):
        inside = [(i, j) for i in rows[p] for j in columns[q] if 0 <= i < height and 0 <= j < width]
        winners[n, c, p, q] = max(inside, key=x[n, c].__getitem__)  # of a tie, the first
        y[n, c, p, q] = x[n, c, *winners[n, c, p, q]]
    return y, (x, winners)


def max_pool2d_backward(dy: Array, saved: Saved) -> Array:
    """Each dy goes to the one pixel that won its window.

    Parameters
    ----------
    dy : ndarray of shape (N, C, OH, OW)
        The gradient of the loss with respect to y.
    saved : tuple
        From ``max_pool2d``.

    Returns
    -------
    dx : ndarray of shape (N, C, H, W)
        The gradient of the loss with respect to x.
    """
    x, winners = saved
    dx = np.zeros_like(x)
    for n, c, p, q in product(*map(range, dy.shape)):
        dx[n, c, *winners[n, c, p, q]] += dy[n, c, p, q]
    return dx


def _averaged(
    shape: tuple[int, ...], rows: range, columns: range, padding: Size, count_include_pad: bool
) -> tuple[list[tuple[int, int]], int]:
    """The pixels (i, j) that a window averages over, and the number it divides by."""
    (ph, pw), (height, width) = _pair(padding), shape[2:]
    inside = [(i, j) for i in rows for j in columns if 0 <= i < height and 0 <= j < width]
    # the padding counts where it is wanted, but not what ceil_mode adds after it
    padded = [(i, j) for i in rows for j in columns if i < height + ph and j < width + pw]
    return inside, len(padded if count_include_pad else inside)


def avg_pool2d(
    x: Array,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Size = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
) -> tuple[Array, Saved]:
    """y[n,c,p,q] = the sum of the window's pixels, divided by its area with or without border.

    Parameters
    ----------
    x : ndarray of shape (N, C, H, W)
        Images.
    kernel_size : int or (int, int)
        In pixels; a pair is (height, width).
    stride : int or (int, int), optional
        The kernel size by default: windows lie side by side.
    padding : int or (int, int)
        The border, in pixels.
    ceil_mode : bool
        Whether to keep a last window that reaches beyond the end.
    count_include_pad : bool
        Whether the border counts for the area.

    Returns
    -------
    y : ndarray of shape (N, C, OH, OW)
        The means.
    saved : tuple
        What ``avg_pool2d_backward`` needs.
    """
    n_images, channels = x.shape[:2]
    rows, columns = _windows(x.shape, kernel_size, stride, padding, ceil_mode)
    y = np.zeros((n_images, channels, len(rows), len(columns)), x.dtype)
    for n, c, p, q in product(*map(range, y.shape)):
        inside, area = _averaged(x.shape, rows[p], columns[q], padding, count_include_pad)
        for i, j in inside:
            y[n, c, p, q] += x[n, c, i, j] / area
    return y, (x, rows, columns, padding, count_include_pad)


def avg_pool2d_backward(dy: Array, saved: Saved) -> Array:
    """Each pixel of a window had weight 1/area, so each gets dy/area.

    Parameters
    ----------
    dy : ndarray of shape (N, C, OH, OW)
        The gradient of the loss with respect to y.
    saved : tuple
        From ``avg_pool2d``.

    Returns
    -------
    dx : ndarray of shape (N, C, H, W)
        The gradient of the loss with respect to x.
    """
    x, rows, columns, padding, count_include_pad = saved
    dx = np.zeros_like(x)
    for n, c, p, q in product(*map(range, dy.shape)):
        inside, area = _averaged(x.shape, rows[p], columns[q], padding, count_include_pad)
        for i, j in inside:
            dx[n, c, i, j] += dy[n, c, p, q] / area
    return dx


# ------------------------------------------------------------------------------ element by element


def relu(x: Array) -> tuple[Array, Array]:
    """y = x where x > 0, else 0.

    Parameters
    ----------
    x : ndarray of any shape
        The input.

    Returns
    -------
    y : ndarray of the shape of x
        The output.
    saved : ndarray
        What ``relu_backward`` needs.
    """
    y = np.zeros_like(x)
    for place in np.ndindex(x.shape):
        if x[place] > 0:
            y[place] = x[place]
    return y, x


def relu_backward(dy: Array, saved: Array) -> Array:
    """The slope is 1 where x > 0, else 0.

    Parameters
    ----------
    dy : ndarray of the shape of y
        The gradient of the loss with respect to y.
    saved : ndarray
        From ``relu``.

    Returns
    -------
    dx : ndarray of the shape of x
        The gradient of the loss with respect to x.
    """
    x = saved
    dx = np.zeros_like(x)
    for place in np.ndindex(x.shape):
        if x[place] > 0:
            dx[place] = dy[place]
    return dx


def dropout(x: Array, p: float, rng: np.random.Generator) -> tuple[Array, Array]:
    """Each element is dropped with probability p, else multiplied by 1 / (1 − p).

    Parameters
    ----------
    x : ndarray of any shape
        The input.
    p : float
        The probability of dropping.
    rng : Generator
        Where random numbers are drawn from.

    Returns
    -------
    y : ndarray of the shape of x
        The output.
    saved : ndarray
        What ``dropout_backward`` needs.
    """
    drawn = rng.random(x.shape, dtype=x.dtype)
    factor = np.zeros_like(x)
    for place in np.ndindex(x.shape):
        if drawn[place] >= p:
            factor[place] = 1 / (1 - p)
    return x * factor, factor


def dropout_backward(dy: Array, saved: Array) -> Array:
    """The factor of the forward pass is the slope.

    Parameters
    ----------
    dy : ndarray of the shape of y
        The gradient of the loss with respect to y.
    saved : ndarray
        From ``dropout``.

    Returns
    -------
    dx : ndarray of the shape of x
        The gradient of the loss with respect to x.
    """
    return dy * saved


# ------------------------------------------------------------------------------------ linear, loss


def linear(x: Array, w: Array, b: Array | None = None) -> tuple[Array, Saved]:
    """y[n,o] = b[o] + Σ_d w[o,d] · x[n,d].

    Parameters
    ----------
    x : ndarray of shape (N, D)
        Rows of features.
    w : ndarray of shape (O, D)
        Weights.
    b : ndarray of shape (O,), optional
        Biases.

    Returns
    -------
    y : ndarray of shape (N, O)
        The output.
    saved : tuple
        What ``linear_backward`` needs.
    """
    y = np.zeros((x.shape[0], w.shape[0]), x.dtype)
    for n, o in np.ndindex(y.shape):
        for d in range(x.shape[1]):
            y[n, o] += w[o, d] * x[n, d]
        if b is not None:
            y[n, o] += b[o]
    return y, (x, w, b)


def linear_backward(dy: Array, saved: Saved) -> tuple[Array, Array, Array | None]:
    """Each product w·x sends dy·x to its w and dy·w to its x.

    Parameters
    ----------
    dy : ndarray of shape (N, O)
        The gradient of the loss with respect to y.
    saved : tuple
        From ``linear``.

    Returns
    -------
    dx, dw, db : ndarray
        Of the shapes of x, w and b; db is None if there was no b.
    """
    x, w, b = saved
    dx, dw, db = np.zeros_like(x), np.zeros_like(w), None if b is None else np.zeros_like(b)
    for n, o in np.ndindex(dy.shape):
        for d in range(x.shape[1]):
            dw[o, d] += dy[n, o] * x[n, d]
            dx[n, d] += dy[n, o] * w[o, d]
        if db is not None:
            db[o] += dy[n, o]
    return dx, dw, db


def softmax(logits: Array) -> Array:
    """p[n,k] = exp(z[n,k] − m) / Σ_j exp(z[n,j] − m), m the row's largest.

    Parameters
    ----------
    logits : ndarray of shape (N, K)
        z.

    Returns
    -------
    p : ndarray of shape (N, K)
        Probabilities.
    """
    p = np.zeros_like(logits)
    for n, row in enumerate(logits):
        m = max(row)
        total = sum(exp(z - m) for z in row)
        for k, z in enumerate(row):
            p[n, k] = exp(z - m) / total
    return p


def softmax_cross_entropy(
    logits: Array,
    labels: Array,
    class_weights: Array | None = None,
    label_smoothing: float = 0.0,
    ignore_index: int | None = None,
) -> tuple[np.floating, Saved]:
    """The mean over the batch of −log p[n, labels[n]].

    In general Σ_n Σ_k −w[k] · t[n,k] · log p[n,k] / Σ_n w[labels[n]], where t[n,k] = ε/K, and
    1 − ε + ε/K for the label.

    Parameters
    ----------
    logits : ndarray of shape (N, K)
        z.
    labels : ndarray of shape (N,)
        Integers in 0..K−1, or ``ignore_index``.
    class_weights : ndarray of shape (K,), optional
        w, by default 1 for each class.
    label_smoothing : float
        ε.
    ignore_index : int, optional
        The label of rows that are left out.

    Returns
    -------
    loss : scalar
        In nats.
    saved : tuple
        What ``softmax_cross_entropy_backward`` needs.
    """
    targets, total = _weighted_targets(
        logits.shape[1], labels, class_weights, label_smoothing, ignore_index
    )
    loss = 0.0
    for n, row in enumerate(logits):
        m = max(row)
        log_sum = log(sum(exp(z - m) for z in row))
        for k, z in enumerate(row):
            loss += targets[n][k] * (log_sum - (z - m))
    return logits.dtype.type(loss / total), (logits, targets, total)


def _weighted_targets(
    classes: int,
    labels: Array,
    class_weights: Array | None,
    label_smoothing: float,
    ignore_index: int | None,
) -> tuple[list[list[float]], float]:
    """w[k] · t[n,k] for each row and class, 0 in rows that are left out; and Σ_n w[labels[n]]."""
    weights = [1.0] * classes if class_weights is None else [float(w) for w in class_weights]
    targets, total = [], 0.0
    for label in labels:
        row = [0.0] * classes
        if label != ignore_index:
            total += weights[label]
            for k in range(classes):
                row[k] = weights[k] * (
                    label_smoothing / classes + (1 - label_smoothing) * (k == label)
                )
        targets.append(row)
    return targets, total or 1.0


def softmax_cross_entropy_backward(saved: Saved) -> Array:
    """(p − onehot) / N; in general (p[n,k] · Σ_j w[j] · t[n,j] − w[k] · t[n,k]) / Σ_n w[labels[n]].

    Parameters
    ----------
    saved : tuple
        From ``softmax_cross_entropy``.

    Returns
    -------
    dlogits : ndarray of shape (N, K)
        The gradient of the loss with respect to the logits.
    """
    logits, targets, total = saved
    dlogits = softmax(logits)
    for n, row in enumerate(targets):
        for k, target in enumerate(row):
            dlogits[n, k] = (dlogits[n, k] * sum(row) - target) / total
    return dlogits


def mse_loss(outputs: Array, targets: Array) -> tuple[np.floating, Saved]:
    """The mean over all numbers of (output − target)².

    Parameters
    ----------
    outputs, targets : ndarray
        Of one shape.

    Returns
    -------
    loss : scalar
        The mean.
    saved : tuple
        What ``mse_loss_backward`` needs.
    """
    loss = 0.0
    for place in np.ndindex(outputs.shape):
        loss += (outputs[place] - targets[place]) ** 2
    return outputs.dtype.type(loss / outputs.size), (outputs, targets)


def mse_loss_backward(saved: Saved) -> Array:
    """2 · (output − target) / M, for M numbers.

    Parameters
    ----------
    saved : tuple
        From ``mse_loss``.

    Returns
    -------
    doutputs : ndarray
        The gradient of the loss with respect to the outputs.
    """
    outputs, targets = saved
    doutputs = np.zeros_like(outputs)
    for place in np.ndindex(outputs.shape):
        doutputs[place] = 2 * (outputs[place] - targets[place]) / outputs.size
    return doutputs


# ----------------------------------------------------------------------------------- normalisation


def _neighbours(i: int, size: int, channels: int) -> range:
    return range(max(0, i - size // 2), min(channels, i + (size - 1) // 2 + 1))


def local_response_norm(
    x: Array, size: int = 5, alpha: float = 1e-4, beta: float = 0.75, k: float = 2.0
) -> tuple[Array, Saved]:
    """b_i = a_i / (k + α Σ_j a_j²)^β, j over the neighbouring channels.

    Parameters
    ----------
    x : ndarray of shape (N, C, H, W)
        a.
    size : int
        How many channels a sum is over.
    alpha, beta, k : float
        α, β and k.

    Returns
    -------
    y : ndarray of shape (N, C, H, W)
        b.
    saved : tuple
        What ``local_response_norm_backward`` needs.
    """
    y = np.zeros_like(x)
    for n, i, p, q in product(*map(range, x.shape)):
        s = k + alpha * sum(x[n, j, p, q] ** 2 for j in _neighbours(i, size, x.shape[1]))
        y[n, i, p, q] = x[n, i, p, q] / s**beta
    return y, (x, size, alpha, beta, k)


def local_response_norm_backward(dy: Array, saved: Saved) -> Array:
    """∂b_i/∂a_j = [i = j] · s_i^−β − 2αβ · a_i a_j s_i^−(β+1), j a neighbour of i.

    Parameters
    ----------
    dy : ndarray of shape (N, C, H, W)
        The gradient of the loss with respect to y.
    saved : tuple
        From ``local_response_norm``.

    Returns
    -------
    dx : ndarray of shape (N, C, H, W)
        The gradient of the loss with respect to x.
    """
    x, size, alpha, beta, k = saved
    dx = np.zeros_like(x)
    for n, i, p, q in product(*map(range, x.shape)):
        s = k + alpha * sum(x[n, j, p, q] ** 2 for j in _neighbours(i, size, x.shape[1]))
        dx[n, i, p, q] += dy[n, i, p, q] / s**beta
        for j in _neighbours(i, size, x.shape[1]):
            dx[n, j, p, q] -= (
                dy[n, i, p, q] * 2 * alpha * beta * x[n, i, p, q] * x[n, j, p, q] / s ** (beta + 1)
            )
    return dx


def batch_norm2d(
    x: Array,
    weight: Array,
    bias: Array,
    eps: float = 1e-5,
    mean: Array | None = None,
    var: Array | None = None,
) -> tuple[Array, Saved]:
    """y = weight · (x − mean) / √(var + eps) + bias, channel by channel.

    Parameters
    ----------
    x : ndarray of shape (N, C, H, W)
        Images.
    weight, bias : ndarray of shape (C,)
        Scale and shift.
    eps : float
        Keeps the root from being 0.
    mean, var : ndarray of shape (C,), optional
        Those of the batch by default.

    Returns
    -------
    y : ndarray of shape (N, C, H, W)
        The output.
    saved : tuple
        What ``batch_norm2d_backward`` needs.
    """
    y = np.zeros_like(x)
    from_batch = mean is None
    if mean is None or var is None:
        mean, var = np.zeros_like(weight), np.zeros_like(weight)
        for c in range(x.shape[1]):
            mean[c] = sum(x[:, c].flat) / x[:, c].size
            var[c] = sum((v - mean[c]) ** 2 for v in x[:, c].flat) / x[:, c].size
    for n, c, p, q in product(*map(range, x.shape)):
        y[n, c, p, q] = weight[c] * (x[n, c, p, q] - mean[c]) / sqrt(var[c] + eps) + bias[c]
    return y, (mean, var, x, weight, eps, from_batch)


def batch_norm2d_backward(dy: Array, saved: Saved) -> tuple[Array, Array, Array]:
    """The chain rule through x̂ = (x − mean)/σ, and through var and mean if they are the batch's.

    Parameters
    ----------
    dy : ndarray of shape (N, C, H, W)
        The gradient of the loss with respect to y.
    saved : tuple
        From ``batch_norm2d``.

    Returns
    -------
    dx, dweight, dbias : ndarray
        Of the shapes of x, weight and bias.
    """
    mean, var, x, weight, eps, from_batch = saved
    dx, dweight, dbias = np.zeros_like(x), np.zeros_like(weight), np.zeros_like(weight)
    for c in range(x.shape[1]):
        sigma, m = sqrt(var[c] + eps), x[:, c].size
        centred = [v - mean[c] for v in x[:, c].flat]
        upstream = list(dy[:, c].flat)
        dweight[c] = sum(g * v / sigma for g, v in zip(upstream, centred, strict=True))
        dbias[c] = sum(upstream)
        dnormal = [g * weight[c] for g in upstream]
        dmean = dvar = 0
        if from_batch:
            dvar = sum(-g * v / (2 * sigma**3) for g, v in zip(dnormal, centred, strict=True))
            dmean = sum(-g / sigma for g in dnormal)  # var's share of it is 0: Σ centred = 0
        slopes = zip(dnormal, centred, strict=True)
        column = [g / sigma + dvar * 2 * v / m + dmean / m for g, v in slopes]
        dx[:, c] = np.reshape(column, x[:, c].shape)
    return dx, dweight, dbias
