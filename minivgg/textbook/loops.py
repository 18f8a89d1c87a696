"""Chapter 1: every operation as plain loops over single numbers. Easy to verify, and slow.

This is the specification: each function takes and returns what its namesake in ``minivgg.ops``
does, and the tests demand that the two agree; ``saved`` is whatever its own backward needs.
(im2col and col2im, which only make convolution fast, are the next chapter.) NumPy only.
"""

from itertools import product
from math import ceil, exp, floor, log, sqrt

import numpy as np


def _pair(value):
    return tuple(value) if isinstance(value, tuple | list) else (value, value)


# ------------------------------------------------------------------------------------- convolution


def conv2d(x, w, b=None, stride=1, padding=0, groups=1):
    """y[n,o,p,q] = b[o] + Σ_c Σ_i Σ_j w[o,c,i,j] · x[n, c, p·sh + i − ph, q·sw + j − pw].

    The stride is (sh, sw), the padding (ph, pw).
    """
    (n_images, _, height, width), (filters, channels, kh, kw) = x.shape, w.shape
    (sh, sw), (ph, pw) = _pair(stride), _pair(padding)
    oh, ow = floor((height + 2 * ph - kh) / sh) + 1, floor((width + 2 * pw - kw) / sw) + 1
    y = np.zeros((n_images, filters, oh, ow), x.dtype)
    for n, o, p, q in product(range(n_images), range(filters), range(oh), range(ow)):
        first = (o // (filters // groups)) * channels  # the first input channel of o's group
        for c, i, j in product(range(channels), range(kh), range(kw)):
            row, column = p * sh + i - ph, q * sw + j - pw
            if 0 <= row < height and 0 <= column < width:  # outside the image is zero
                y[n, o, p, q] += w[o, c, i, j] * x[n, first + c, row, column]
        if b is not None:
            y[n, o, p, q] += b[o]
    return y, (x, w, b, stride, padding, groups)


def conv2d_backward(dy, saved):
    """Each product w·x of the forward sum gives dy·x to its w and dy·w to its x; b gets dy."""
    x, w, b, stride, padding, groups = saved
    (_, _, height, width), (filters, channels, kh, kw) = x.shape, w.shape
    (sh, sw), (ph, pw) = _pair(stride), _pair(padding)
    dx, dw, db = np.zeros_like(x), np.zeros_like(w), None if b is None else np.zeros_like(b)
    for n, o, p, q in product(*map(range, dy.shape)):
        first = (o // (filters // groups)) * channels
        for c, i, j in product(range(channels), range(kh), range(kw)):
            row, column = p * sh + i - ph, q * sw + j - pw
            if 0 <= row < height and 0 <= column < width:
                dw[o, c, i, j] += dy[n, o, p, q] * x[n, first + c, row, column]
                dx[n, first + c, row, column] += dy[n, o, p, q] * w[o, c, i, j]
        if b is not None:
            db[o] += dy[n, o, p, q]
    return dx, dw, db


# ----------------------------------------------------------------------------------------- pooling


def _windows(shape, kernel_size, stride, padding, ceil_mode):
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


def max_pool2d(x, kernel_size, stride=None, padding=0, ceil_mode=False):
    """y[n,c,p,q] = the largest pixel of the window; the border does not take part."""
    n_images, channels, height, width = x.shape
    rows, columns = _windows(x.shape, kernel_size, stride, padding, ceil_mode)
    y = np.zeros((n_images, channels, len(rows), len(columns)), x.dtype)
    winners = {}
    for n, c, p, q in product(*map(range, y.shape)):
        inside = [(i, j) for i in rows[p] for j in columns[q] if 0 <= i < height and 0 <= j < width]
        winners[n, c, p, q] = max(
            inside, key=lambda place, n=n, c=c: x[n, c, *place]
        )  # max keeps the first of a tie
        y[n, c, p, q] = x[n, c, *winners[n, c, p, q]]
    return y, (x, winners)


def max_pool2d_backward(dy, saved):
    """Each dy goes to the one pixel that won its window."""
    x, winners = saved
    dx = np.zeros_like(x)
    for n, c, p, q in product(*map(range, dy.shape)):
        dx[n, c, *winners[n, c, p, q]] += dy[n, c, p, q]
    return dx


def _averaged(shape, rows, columns, padding, count_include_pad):
    """The pixels (i, j) that a window averages over, and the number it divides by."""
    (ph, pw), (height, width) = _pair(padding), shape[2:]
    inside = [(i, j) for i in rows for j in columns if 0 <= i < height and 0 <= j < width]
    # the padding counts where it is wanted, but not what ceil_mode adds after it
    padded = [(i, j) for i in rows for j in columns if i < height + ph and j < width + pw]
    return inside, len(padded if count_include_pad else inside)


def avg_pool2d(x, kernel_size, stride=None, padding=0, ceil_mode=False, count_include_pad=True):
    """y[n,c,p,q] = the sum of the window's pixels, divided by its area with or without border."""
    n_images, channels = x.shape[:2]
    rows, columns = _windows(x.shape, kernel_size, stride, padding, ceil_mode)
    y = np.zeros((n_images, channels, len(rows), len(columns)), x.dtype)
    for n, c, p, q in product(*map(range, y.shape)):
        inside, area = _averaged(x.shape, rows[p], columns[q], padding, count_include_pad)
        for i, j in inside:
            y[n, c, p, q] += x[n, c, i, j] / area
    return y, (x, rows, columns, padding, count_include_pad)


def avg_pool2d_backward(dy, saved):
    """Each pixel of a window had weight 1/area, so each gets dy/area."""
    x, rows, columns, padding, count_include_pad = saved
    dx = np.zeros_like(x)
    for n, c, p, q in product(*map(range, dy.shape)):
        inside, area = _averaged(x.shape, rows[p], columns[q], padding, count_include_pad)
        for i, j in inside:
            dx[n, c, i, j] += dy[n, c, p, q] / area
    return dx


# ------------------------------------------------------------------------------ element by element


def relu(x):
    """y = x where x > 0, else 0."""
    y = np.zeros_like(x)
    for place in np.ndindex(x.shape):
        if x[place] > 0:
            y[place] = x[place]
    return y, x


def relu_backward(dy, saved):
    """The slope is 1 where x > 0, else 0."""
    x = saved
    dx = np.zeros_like(x)
    for place in np.ndindex(x.shape):
        if x[place] > 0:
            dx[place] = dy[place]
    return dx


def dropout(x, p, rng):
    """Each element is dropped with probability p, else multiplied by 1 / (1 − p).

    rng: the random generator to draw from.
    """
    drawn = rng.random(x.shape, dtype=x.dtype)
    factor = np.zeros_like(x)
    for place in np.ndindex(x.shape):
        if drawn[place] >= p:
            factor[place] = 1 / (1 - p)
    return x * factor, factor


def dropout_backward(dy, saved):
    """The factor of the forward pass is the slope."""
    return dy * saved


# ------------------------------------------------------------------------------------ linear, loss


def linear(x, w, b=None):
    """y[n,o] = b[o] + Σ_d w[o,d] · x[n,d]."""
    y = np.zeros((x.shape[0], w.shape[0]), x.dtype)
    for n, o in np.ndindex(y.shape):
        for d in range(x.shape[1]):
            y[n, o] += w[o, d] * x[n, d]
        if b is not None:
            y[n, o] += b[o]
    return y, (x, w, b)


def linear_backward(dy, saved):
    """Each product w·x sends dy·x to its w and dy·w to its x."""
    x, w, b = saved
    dx, dw, db = np.zeros_like(x), np.zeros_like(w), None if b is None else np.zeros_like(b)
    for n, o in np.ndindex(dy.shape):
        for d in range(x.shape[1]):
            dw[o, d] += dy[n, o] * x[n, d]
            dx[n, d] += dy[n, o] * w[o, d]
        if b is not None:
            db[o] += dy[n, o]
    return dx, dw, db


def softmax(logits):
    """p[n,k] = exp(z[n,k] − m) / Σ_j exp(z[n,j] − m), m the row's largest."""
    p = np.zeros_like(logits)
    for n, row in enumerate(logits):
        m = max(row)
        total = sum(exp(z - m) for z in row)
        for k, z in enumerate(row):
            p[n, k] = exp(z - m) / total
    return p


def softmax_cross_entropy(logits, labels):
    """The mean over the batch of −log p[n, labels[n]]."""
    loss = 0.0
    for row, label in zip(logits, labels, strict=True):
        m = max(row)
        loss += log(sum(exp(z - m) for z in row)) - (row[label] - m)
    return logits.dtype.type(loss / len(labels)), (logits, labels)


def softmax_cross_entropy_backward(saved):
    """(p − onehot) / N."""
    logits, labels = saved
    dlogits = softmax(logits)
    for n, label in enumerate(labels):
        dlogits[n, label] -= 1
    return dlogits / len(labels)


# ----------------------------------------------------------------------------------- normalisation


def _neighbours(i, size, channels):
    return range(max(0, i - size // 2), min(channels, i + (size - 1) // 2 + 1))


def local_response_norm(x, size=5, alpha=1e-4, beta=0.75, k=2.0):
    """b_i = a_i / (k + α Σ_j a_j²)^β, j over the neighbouring channels."""
    y = np.zeros_like(x)
    for n, i, p, q in product(*map(range, x.shape)):
        s = k + alpha * sum(x[n, j, p, q] ** 2 for j in _neighbours(i, size, x.shape[1]))
        y[n, i, p, q] = x[n, i, p, q] / s**beta
    return y, (x, size, alpha, beta, k)


def local_response_norm_backward(dy, saved):
    """∂b_i/∂a_j = [i = j] · s_i^−β − 2αβ · a_i a_j s_i^−(β+1), j a neighbour of i."""
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


def batch_norm2d(x, weight, bias, eps=1e-5, mean=None, var=None):
    """y = weight · (x − mean) / √(var + eps) + bias, channel by channel.

    mean and var are those of the batch unless they are given.
    """
    y = np.zeros_like(x)
    from_batch = mean is None
    if from_batch:
        mean, var = np.zeros_like(weight), np.zeros_like(weight)
        for c in range(x.shape[1]):
            mean[c] = sum(x[:, c].flat) / x[:, c].size
            var[c] = sum((v - mean[c]) ** 2 for v in x[:, c].flat) / x[:, c].size
    for n, c, p, q in product(*map(range, x.shape)):
        y[n, c, p, q] = weight[c] * (x[n, c, p, q] - mean[c]) / sqrt(var[c] + eps) + bias[c]
    return y, (mean, var, x, weight, eps, from_batch)


def batch_norm2d_backward(dy, saved):
    """The chain rule through x̂ = (x − mean)/σ, and through var and mean if they are the batch's."""
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
