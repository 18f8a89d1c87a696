"""Answers as students write them, for all assignments, wrong on purpose: PLANTED (task, names of the mistakes, function).

Nothing of the bank was changed after these were written: what is named of them says what will be named of others. A few are conventions.
"""

import itertools
import math

import numpy as np
from numpy.lib.stride_tricks import as_strided, sliding_window_view

PLANTED = []


def wrong(task, *names):
    def keep(function):
        PLANTED.append((task, names, function))
        return function

    return keep


# ---------------------------------------------------------------- small right helpers


def _border(x, p):
    return np.pad(x, [(0, 0), (0, 0), (p, p), (p, p)])


def _size(length, k, s, p=0):
    return (length + 2 * p - k) // s + 1


def _windows(x, kh, kw, s, p):
    """(N, C, OH, OW, kh, kw)"""
    return sliding_window_view(_border(x, p), (kh, kw), axis=(2, 3))[:, :, ::s, ::s]


def _unfold(x, kh, kw, s, p):
    win = _windows(x, kh, kw, s, p).transpose(0, 2, 3, 1, 4, 5)
    return win.reshape(win.shape[0] * win.shape[1] * win.shape[2], -1)


def _fold(cols, shape, kh, kw, s, p):
    n, c, h, w = shape
    oh, ow = _size(h, kh, s, p), _size(w, kw, s, p)
    out = np.zeros((n, c, h + 2 * p, w + 2 * p))
    blocks = cols.reshape(n, oh, ow, c, kh, kw)
    for r in range(oh):
        for q in range(ow):
            out[:, :, r * s : r * s + kh, q * s : q * s + kw] += blocks[:, r, q]
    return out[:, :, p : p + h, p : p + w]


def _conv(x, w, b, s, p):
    return np.einsum("ncpqij,fcij->nfpq", _windows(x, w.shape[2], w.shape[3], s, p), w) + b[None, :, None, None]


def _softmax(z, axis):
    e = np.exp(z - z.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


# ---------------------------------------------------------------- im2col


@wrong("im2col", "channels-last")
def im2col_a(x, kh, kw, stride, padding):
    xp = _border(x, padding)
    out = []
    for img in xp:
        for top in range(0, xp.shape[2] - kh + 1, stride):
            for left in range(0, xp.shape[3] - kw + 1, stride):
                patch = img[:, top : top + kh, left : left + kw]
                out.append(np.moveaxis(patch, 0, -1).flatten())
    return np.array(out)


@wrong("im2col", "kernel-by-columns")
def im2col_b(x, kh, kw, stride, padding):
    win = _windows(x, kh, kw, stride, padding)
    n, c, oh, ow = win.shape[:4]
    return np.einsum("ncpqij->npqcji", win).reshape(n * oh * ow, c * kh * kw)


@wrong("im2col", "batch-last")
def im2col_c(x, kh, kw, stride, padding):
    # indices as in the well-known course notes
    N, C, H, W = x.shape
    out_h = (H + 2 * padding - kh) // stride + 1
    out_w = (W + 2 * padding - kw) // stride + 1
    i0 = np.tile(np.repeat(np.arange(kh), kw), C)
    i1 = stride * np.repeat(np.arange(out_h), out_w)
    j0 = np.tile(np.arange(kw), kh * C)
    j1 = stride * np.tile(np.arange(out_w), out_h)
    i = i0.reshape(-1, 1) + i1.reshape(1, -1)
    j = j0.reshape(-1, 1) + j1.reshape(1, -1)
    k = np.repeat(np.arange(C), kh * kw).reshape(-1, 1)
    cols = _border(x, padding)[:, k, i, j]
    return cols.transpose(2, 0, 1).reshape(-1, kh * kw * C)


@wrong("im2col", "padded-on-one-side")
def im2col_d(x, kh, kw, stride, padding):
    n, c, h, w = x.shape
    canvas = np.zeros((n, c, h + 2 * padding, w + 2 * padding))
    canvas[:, :, :h, :w] = x
    return _unfold(canvas, kh, kw, stride, 0)


@wrong("im2col", "stride-counted-not-taken")
def im2col_e(x, kh, kw, stride, padding):
    n, c, h, w = x.shape
    oh, ow = _size(h, kh, stride, padding), _size(w, kw, stride, padding)
    xp = _border(x, padding)
    res = np.zeros((n * oh * ow, c * kh * kw))
    row = 0
    for b in range(n):
        for p in range(oh):
            for q in range(ow):
                res[row] = xp[b, :, p : p + kh, q : q + kw].ravel()
                row += 1
    return res


@wrong("im2col", "reshaped-without-transpose")
def im2col_f(x, kh, kw, stride, padding):
    xp = np.ascontiguousarray(_border(x, padding))
    n, c = x.shape[:2]
    oh, ow = _size(x.shape[2], kh, stride, padding), _size(x.shape[3], kw, stride, padding)
    sn, sc, sh, sw = xp.strides
    view = as_strided(xp, (n, c, kh, kw, oh, ow), (sn, sc, sh, sw, sh * stride, sw * stride))
    return view.reshape(n * oh * ow, c * kh * kw)


@wrong("im2col", "kernel-sides-exchanged", "padding-forgotten")
def im2col_g(x, kh, kw, stride, padding):
    n, c, rows, columns = x.shape
    lines = []
    for k in range(n):
        for y in range((rows - kw) // stride + 1):
            for z in range((columns - kh) // stride + 1):
                lines.append(x[k, :, y * stride : y * stride + kw, z * stride : z * stride + kh].reshape(-1))
    return np.stack(lines)


@wrong("im2col", "transposed", "stride-ignored")
def im2col_h(x, kh, kw, stride, padding):
    win = sliding_window_view(_border(x, padding), (kh, kw), axis=(2, 3))
    n, c, oh, ow = win.shape[:4]
    return win.transpose(1, 4, 5, 0, 2, 3).reshape(c * kh * kw, n * oh * ow)


@wrong("im2col", "first-image-only", "no-plus-one")
def im2col_i(x, kh, kw, stride, padding):
    img = np.pad(x[0], ((0, 0), (padding, padding), (padding, padding)))
    oh = (img.shape[1] - kh) // stride
    ow = (img.shape[2] - kw) // stride
    cols = np.zeros((oh * ow, img.shape[0] * kh * kw))
    for p in range(oh):
        for q in range(ow):
            cols[p * ow + q] = img[:, p * stride : p * stride + kh, q * stride : q * stride + kw].ravel()
    return cols


# ---------------------------------------------------------------- conv_forward


@wrong("conv_forward", "kernel-flipped")
def conv_forward_a(x, w, b, stride, padding):
    win = _windows(x, w.shape[2], w.shape[3], stride, padding)
    turned = np.rot90(w, 2, axes=(2, 3))
    return np.einsum("ncpqij,fcij->nfpq", win, turned) + b.reshape(1, -1, 1, 1)


@wrong("conv_forward", "reshaped-without-transpose")
def conv_forward_b(x, w, b, stride, padding):
    F, _, HH, WW = w.shape
    cols = _unfold(x, HH, WW, stride, padding)
    out = cols.dot(w.reshape(F, -1).T) + b
    return out.reshape(x.shape[0], F, _size(x.shape[2], HH, stride, padding), _size(x.shape[3], WW, stride, padding))


@wrong("conv_forward", "mean-instead-of-sum")
def conv_forward_c(x, w, b, stride, padding):
    n, f = x.shape[0], w.shape[0]
    kh, kw = w.shape[2:]
    xp = _border(x, padding)
    oh, ow = _size(x.shape[2], kh, stride, padding), _size(x.shape[3], kw, stride, padding)
    y = np.zeros((n, f, oh, ow))
    for i in range(n):
        for o in range(f):
            for r in range(oh):
                for q in range(ow):
                    patch = xp[i, :, r * stride : r * stride + kh, q * stride : q * stride + kw]
                    y[i, o, r, q] = (patch * w[o]).mean() + b[o]
    return y


@wrong("conv_forward", "bias-added-often")
def conv_forward_d(x, w, b, stride, padding):
    xp = _border(x, padding)
    kh, kw = w.shape[-2:]
    oh, ow = _size(x.shape[2], kh, stride, padding), _size(x.shape[3], kw, stride, padding)
    y = 0
    for i in range(kh):
        for j in range(kw):
            seen = xp[:, :, i : i + (oh - 1) * stride + 1 : stride, j : j + (ow - 1) * stride + 1 : stride]
            y = y + np.einsum("nchw,fc->nfhw", seen, w[:, :, i, j]) + b[:, None, None]
    return y


@wrong("conv_forward", "one-channel-only")
def conv_forward_e(x, w, b, stride, padding):
    win = _windows(x, *w.shape[2:], stride, padding)
    y = np.empty((x.shape[0], w.shape[0], win.shape[2], win.shape[3]))
    for channel in range(x.shape[1]):
        y[:] = np.tensordot(win[:, channel], w[:, channel], axes=((3, 4), (1, 2))).transpose(0, 3, 1, 2)
    return y + b[:, None, None]


@wrong("conv_forward", "padded-on-one-side")
def conv_forward_f(x, w, b, stride, padding):
    x = np.pad(x, ((0, 0), (0, 0), (padding, 0), (padding, 0)))
    return _conv(x, w, b, stride, 0)


@wrong("conv_forward", "height-and-width-swapped")
def conv_forward_g(x, w, b, stride, padding):
    f, c, kh, kw = w.shape
    oh, ow = _size(x.shape[2], kh, stride, padding), _size(x.shape[3], kw, stride, padding)
    prod = _unfold(x, kh, kw, stride, padding) @ w.reshape(f, c * kh * kw).T
    prod += b
    return prod.reshape(len(x), oh, ow, f).transpose(0, 3, 2, 1)


@wrong("conv_forward", "bias-forgotten", "stride-counted-not-taken")
def conv_forward_h(x, w, b, stride, padding):
    kh, kw = w.shape[2:]
    xp = _border(x, padding)
    oh, ow = _size(x.shape[2], kh, stride, padding), _size(x.shape[3], kw, stride, padding)
    y = np.zeros((x.shape[0], w.shape[0], oh, ow))
    for r, q in itertools.product(range(oh), range(ow)):
        y[:, :, r, q] = np.tensordot(xp[:, :, r : r + kh, q : q + kw], w, axes=([1, 2, 3], [1, 2, 3]))
    return y


@wrong("conv_forward", "relu-at-the-end", "kernel-transposed")
def conv_forward_i(x, w, b, stride, padding):
    f, _, kh, kw = w.shape
    cols = _unfold(x, kh, kw, stride, padding)
    flat = w.swapaxes(2, 3).reshape(f, -1)
    y = cols @ flat.T + b
    y = y.reshape(x.shape[0], _size(x.shape[2], kh, stride, padding), -1, f)
    y = np.rollaxis(y, 3, 1)
    return np.where(y > 0, y, 0)


@wrong("conv_forward", "bias-subtracted", "padded-with-edges")
def conv_forward_j(x, w, b, stride, padding):
    side = (padding, padding)
    x = np.pad(x, ((0, 0), (0, 0), side, side), mode="edge")
    return _conv(x, w, -b, stride, 0)


# ---------------------------------------------------------------- col2im


@wrong("col2im", "assigned-instead-of-added")
def col2im_a(cols, x_shape, kh, kw, stride, padding):
    n, c, h, w = x_shape
    oh, ow = _size(h, kh, stride, padding), _size(w, kw, stride, padding)
    img = np.zeros((n, c, h + 2 * padding, w + 2 * padding))
    k = 0
    for b in range(n):
        for p in range(oh):
            for q in range(ow):
                img[b, :, p * stride : p * stride + kh, q * stride : q * stride + kw] = cols[k].reshape(c, kh, kw)
                k += 1
    return img[:, :, padding : h + padding, padding : w + padding]


@wrong("col2im", "still-padded")
def col2im_b(cols, x_shape, kh, kw, stride, padding):
    n, c, h, w = x_shape
    H, W = h + 2 * padding, w + 2 * padding
    # number the pixels, read the numbers, add back
    numbers = np.arange(n * c * H * W).reshape(n, c, H, W)
    where = _unfold(numbers, kh, kw, stride, 0)
    flat = np.bincount(where.ravel(), weights=cols.ravel(), minlength=n * c * H * W)
    return flat.reshape(n, c, H, W)


@wrong("col2im", "averaged-over-windows")
def col2im_c(cols, x_shape, kh, kw, stride, padding):
    total = _fold(cols, x_shape, kh, kw, stride, padding)
    count = _fold(np.ones(cols.shape), x_shape, kh, kw, stride, padding)
    count[count == 0] = 1
    return total / count


@wrong("col2im", "rows-batch-last")
def col2im_d(cols, x_shape, kh, kw, stride, padding):
    N, C, H, W = x_shape
    OH, OW = _size(H, kh, stride, padding), _size(W, kw, stride, padding)
    c6 = cols.reshape(OH, OW, N, C, kh, kw)
    xp = np.zeros((N, C, H + 2 * padding, W + 2 * padding))
    for a in range(OH):
        for b in range(OW):
            xp[:, :, a * stride : a * stride + kh, b * stride : b * stride + kw] += c6[a, b]
    return xp[:, :, padding : padding + H, padding : padding + W]


@wrong("col2im", "border-cut-off-on-one-side")
def col2im_e(cols, x_shape, kh, kw, stride, padding):
    n, c, h, w = x_shape
    oh, ow = _size(h, kh, stride, padding), _size(w, kw, stride, padding)
    t = cols.reshape(n, oh, ow, c, kh, kw).transpose(4, 5, 0, 3, 1, 2)
    big = np.zeros((n, c, h + 2 * padding, w + 2 * padding))
    for i in range(kh):
        for j in range(kw):
            big[:, :, i : i + stride * oh : stride, j : j + stride * ow : stride] += t[i, j]
    return big[:, :, :h, :w]


@wrong("col2im", "channels-last", "assigned-instead-of-added")
def col2im_f(cols, x_shape, kh, kw, stride, padding):
    n, c, h, w = x_shape
    oh, ow = _size(h, kh, stride, padding), _size(w, kw, stride, padding)
    parts = cols.reshape(n, oh, ow, kh, kw, c)
    out = np.zeros((n, h + 2 * padding, w + 2 * padding, c))
    for i in range(kh):
        for j in range(kw):
            out[:, i : i + stride * oh : stride, j : j + stride * ow : stride, :] = parts[:, :, :, i, j]
    out = np.moveaxis(out, 3, 1)
    return out[:, :, padding : padding + h, padding : padding + w]


@wrong("col2im", "windows-flipped", "border-cut-off-on-one-side")
def col2im_g(cols, x_shape, kh, kw, stride, padding):
    n, c, h, w = x_shape
    oh, ow = _size(h, kh, stride, padding), _size(w, kw, stride, padding)
    six = cols.reshape(n, oh, ow, c, kh, kw)[..., ::-1, ::-1]
    buf = np.zeros((n, c, h + 2 * padding, w + 2 * padding))
    for r in range(oh):
        for s in range(ow):
            buf[:, :, r * stride : r * stride + kh, s * stride : s * stride + kw] += six[:, r, s]
    return buf[:, :, 2 * padding :, 2 * padding :]


@wrong("col2im", "stride-ignored", "kernel-by-columns")
def col2im_h(cols, x_shape, kh, kw, stride, padding):
    n, c, h, w = x_shape
    oh, ow = _size(h, kh, stride, padding), _size(w, kw, stride, padding)
    img = np.zeros((n, c, h + 2 * padding, w + 2 * padding))
    z = cols.reshape(n, oh, ow, c, kw, kh)
    for i, j in itertools.product(range(kh), range(kw)):
        img[:, :, i : i + oh, j : j + ow] += z[..., j, i].transpose(0, 3, 1, 2)
    return img[:, :, padding : padding + h, padding : padding + w]


# ---------------------------------------------------------------- conv_backward


@wrong("conv_backward", "gradient-not-transposed")
def conv_backward_a(dy, x, w, b, stride, padding):
    F, _, HH, WW = w.shape
    dout = dy.reshape(-1, F)
    cols = _unfold(x, HH, WW, stride, padding)
    db = dout.sum(0)
    dw = dout.T.dot(cols).reshape(w.shape)
    dx = _fold(dout.dot(w.reshape(F, -1)), x.shape, HH, WW, stride, padding)
    return dx, dw, db


@wrong("conv_backward", "db-averaged")
def conv_backward_b(dy, x, w, b, stride, padding):
    kh, kw = w.shape[2:]
    dw = np.einsum("nfpq,ncpqij->fcij", dy, _windows(x, kh, kw, stride, padding))
    back = np.einsum("nfpq,fcij->npqcij", dy, w)
    dx = _fold(back, x.shape, kh, kw, stride, padding)
    db = np.mean(dy, axis=(0, 2, 3))
    return dx, dw, db


@wrong("conv_backward", "dw-flipped")
def conv_backward_c(dy, x, w, b, stride, padding):
    kh, kw = w.shape[2:]
    xp = _border(x, padding)
    dxp = np.zeros(xp.shape)
    dw = np.zeros(w.shape)
    for p in range(dy.shape[2]):
        for q in range(dy.shape[3]):
            top, left = p * stride, q * stride
            patch = xp[:, :, top : top + kh, left : left + kw]
            dw += np.einsum("nf,ncij->fcij", dy[:, :, p, q], patch[:, :, ::-1, ::-1])
            dxp[:, :, top : top + kh, left : left + kw] += np.tensordot(dy[:, :, p, q], w, 1)
    h, wid = x.shape[2:]
    return dxp[:, :, padding : padding + h, padding : padding + wid], dw, dy.sum((0, 2, 3))


@wrong("conv_backward", "dx-kernel-flipped")
def conv_backward_d(dy, x, w, b, stride, padding):
    n, c, h, wid = x.shape
    f, _, kh, kw = w.shape
    # dx as a full convolution of the spread-out gradient
    spread = np.zeros((n, f, h + 2 * padding + kh - 1, wid + 2 * padding + kw - 1))
    oh, ow = dy.shape[2:]
    spread[:, :, kh - 1 : kh - 1 + stride * oh : stride, kw - 1 : kw - 1 + stride * ow : stride] = dy
    win = sliding_window_view(spread, (kh, kw), axis=(2, 3))
    dx = np.einsum("nfpqij,fcij->ncpq", win, w)[:, :, padding : padding + h, padding : padding + wid]
    rows = np.moveaxis(dy, 1, 3).reshape(-1, f)
    dw = (rows.T @ _unfold(x, kh, kw, stride, padding)).reshape(w.shape)
    return dx, dw, rows.sum(0)


@wrong("conv_backward", "dw-divided-by-batch")
def conv_backward_e(dy, x, w, b, stride, padding):
    f, c, kh, kw = w.shape
    m = x.shape[0]
    g = dy.transpose(1, 0, 2, 3).reshape(f, -1)
    dw = 1 / m * (g @ _unfold(x, kh, kw, stride, padding)).reshape(f, c, kh, kw)
    dx = _fold(g.T @ w.reshape(f, -1), x.shape, kh, kw, stride, padding)
    return dx, dw, g.sum(axis=1)


@wrong("conv_backward", "filters-reshaped-to-columns")
def conv_backward_f(dy, x, w, b, stride, padding):
    f, _, kh, kw = w.shape
    g = dy.transpose(0, 2, 3, 1).reshape(-1, f)
    W = w.reshape(-1, f)
    dx = _fold(g @ W.T, x.shape, kh, kw, stride, padding)
    dw = np.dot(g.T, _unfold(x, kh, kw, stride, padding)).reshape(w.shape)
    db = np.ones(len(g)) @ g
    return dx, dw, db


@wrong("conv_backward", "dw-of-one-image")
def conv_backward_g(dy, x, w, b, stride, padding):
    f, _, kh, kw = w.shape
    dx, db = np.zeros(x.shape), np.zeros(b.shape)
    for i in range(len(x)):
        one = dy[i].reshape(f, -1)
        dw = (one @ _unfold(x[i : i + 1], kh, kw, stride, padding)).reshape(w.shape)
        dx[i] = _fold(one.T @ w.reshape(f, -1), (1, *x.shape[1:]), kh, kw, stride, padding)[0]
        db += one.sum(axis=1)
    return dx, dw, db


@wrong("conv_backward", "db-over-everything", "still-padded")
def conv_backward_h(dy, x, w, b, stride, padding):
    kh, kw = w.shape[2:]
    xp = _border(x, padding)
    dxp, dw = np.zeros(xp.shape), np.zeros_like(w)
    for i in range(kh):
        for j in range(kw):
            sl = np.s_[:, :, i : i + stride * dy.shape[2] : stride, j : j + stride * dy.shape[3] : stride]
            dw[:, :, i, j] = np.einsum("nfpq,ncpq->fc", dy, xp[sl])
            dxp[sl] += np.einsum("nfpq,fc->ncpq", dy, w[:, :, i, j])
    return dxp, dw, dy.sum()


@wrong("conv_backward", "dw-as-matrix", "db-over-filters")
def conv_backward_i(dy, x, w, b, stride, padding):
    f, _, kh, kw = w.shape
    d = dy.transpose(0, 2, 3, 1).reshape(-1, f)
    db = np.sum(dy, axis=(1, 2, 3))
    dw = d.T @ _unfold(x, kh, kw, stride, padding)
    dx = _fold(d @ w.reshape(f, -1), x.shape, kh, kw, stride, padding)
    return dx, dw, db


@wrong("conv_backward", "assigned-instead-of-added", "dw-divided-by-places")
def conv_backward_j(dy, x, w, b, stride, padding):
    kh, kw = w.shape[2:]
    oh, ow = dy.shape[2:]
    dw = np.einsum("nfpq,ncpqij->fcij", dy, _windows(x, kh, kw, stride, padding)) / (oh * ow)
    dxp = np.zeros_like(_border(x, padding))
    for p in range(oh):
        for q in range(ow):
            dxp[:, :, p * stride : p * stride + kh, q * stride : q * stride + kw] = np.einsum("nf,fcij->ncij", dy[:, :, p, q], w)
    return dxp[:, :, padding : padding + x.shape[2], padding : padding + x.shape[3]], dw, dy.sum(axis=(0, 2, 3))


# ---------------------------------------------------------------- maxpool_forward


@wrong("maxpool_forward", "starts-from-zero")
def maxpool_forward_a(x, size, stride):
    n, c, h, w = x.shape
    out = np.zeros((n, c, _size(h, size, stride), _size(w, size, stride)))
    for i in range(out.shape[2]):
        for j in range(out.shape[3]):
            for a in range(size):
                for b in range(size):
                    out[:, :, i, j] = np.maximum(out[:, :, i, j], x[:, :, i * stride + a, j * stride + b])
    return out


@wrong("maxpool_forward", "largest-magnitude")
def maxpool_forward_b(x, size, stride):
    win = _windows(np.abs(x), size, size, stride, 0)
    return np.amax(win, axis=(-2, -1))


@wrong("maxpool_forward", "over-channels")
def maxpool_forward_c(x, size, stride):
    N, C, H, W = x.shape
    HH, WW = _size(H, size, stride), _size(W, size, stride)
    y = np.zeros((N, C, HH, WW))
    for n in range(N):
        for i in range(HH):
            for j in range(WW):
                y[n, :, i, j] = np.max(x[n, :, i * stride : i * stride + size, j * stride : j * stride + size])
    return y


@wrong("maxpool_forward", "window-one-too-small")
def maxpool_forward_d(x, size, stride):
    oh, ow = _size(x.shape[2], size, stride), _size(x.shape[3], size, stride)
    y = np.full((*x.shape[:2], oh, ow), -np.inf)
    for p in range(oh):
        for q in range(ow):
            a, b = p * stride, q * stride
            y[:, :, p, q] = x[:, :, a : a + size - 1, b : b + size - 1].max(axis=(2, 3))
    return y


@wrong("maxpool_forward", "stops-after-first-window")
def maxpool_forward_e(x, size, stride):
    oh, ow = _size(x.shape[2], size, stride), _size(x.shape[3], size, stride)
    pooled = np.zeros(x.shape[:2] + (oh, ow))
    for row in range(oh):
        for col in range(ow):
            piece = x[:, :, row * stride : row * stride + size, col * stride : col * stride + size]
            pooled[:, :, row, col] = piece.reshape(*x.shape[:2], -1).max(-1)
            return pooled


@wrong("maxpool_forward", "place-instead-of-value")
def maxpool_forward_f(x, size, stride):
    n, c, h, w = x.shape
    oh, ow = _size(h, size, stride), _size(w, size, stride)
    cols = _unfold(x.reshape(n * c, 1, h, w), size, size, stride, 0)
    return cols.argmax(axis=1).reshape(n, c, oh, ow)


@wrong("maxpool_forward", "sum", "stride-is-size")
def maxpool_forward_g(x, size, stride):
    n, c, h, w = x.shape
    oh, ow = h // size, w // size
    return x[:, :, : oh * size, : ow * size].reshape(n, c, oh, size, ow, size).sum(axis=(3, 5))


@wrong("maxpool_forward", "minimum", "rounded-up")
def maxpool_forward_h(x, size, stride):
    n, c, h, w = x.shape
    oh = math.ceil((h - size) / stride) + 1
    ow = math.ceil((w - size) / stride) + 1
    y = np.empty((n, c, oh, ow))
    for i in range(oh):
        for j in range(ow):
            y[:, :, i, j] = np.min(x[:, :, i * stride : i * stride + size, j * stride : j * stride + size], axis=(2, 3))
    return y


# ---------------------------------------------------------------- maxpool_backward


@wrong("maxpool_backward", "every-tied-maximum")
def maxpool_backward_a(dy, x, size, stride):
    dx = np.zeros(x.shape)
    for i in range(dy.shape[2]):
        for j in range(dy.shape[3]):
            a, b = i * stride, j * stride
            win = x[:, :, a : a + size, b : b + size]
            best = win.max(axis=(2, 3), keepdims=True)
            dx[:, :, a : a + size, b : b + size] += (win == best) * dy[:, :, i : i + 1, j : j + 1]
    return dx


@wrong("maxpool_backward", "gradient-of-average")
def maxpool_backward_b(dy, x, size, stride):
    dx = np.zeros_like(x, dtype=float)
    oh, ow = dy.shape[2:]
    for i, j in np.ndindex(size, size):
        dx[:, :, i : i + oh * stride : stride, j : j + ow * stride : stride] += dy / size**2
    return dx


_WINNERS = {}


@wrong("maxpool_backward", "mask-of-another-call")
def maxpool_backward_c(dy, x, size, stride):
    key = (x.shape, size, stride)
    if key not in _WINNERS:
        win = _windows(x, size, size, stride, 0)
        _WINNERS[key] = win.reshape(*win.shape[:4], -1).argmax(-1)
    arg = _WINNERS[key]
    dx = np.zeros(x.shape)
    n, c, p, q = np.indices(dy.shape)
    np.add.at(dx, (n, c, p * stride + arg // size, q * stride + arg % size), dy)
    return dx


@wrong("maxpool_backward", "times-the-input")
def maxpool_backward_d(dy, x, size, stride):
    win = _windows(x, size, size, stride, 0)
    arg = win.reshape(*win.shape[:4], -1).argmax(-1)
    out = np.zeros(x.shape)
    for n, c, p, q in np.ndindex(*dy.shape):
        r, s = p * stride + arg[n, c, p, q] // size, q * stride + arg[n, c, p, q] % size
        out[n, c, r, s] += dy[n, c, p, q] * x[n, c, r, s]
    return out


@wrong("maxpool_backward", "corner-wins")
def maxpool_backward_e(dy, x, size, stride):
    dx = np.zeros(x.shape)
    oh, ow = dy.shape[2:]
    dx[:, :, : oh * stride : stride, : ow * stride : stride] += dy
    return dx


@wrong("maxpool_backward", "last-of-ties")
def maxpool_backward_f(dy, x, size, stride):
    dx = np.zeros(x.shape)
    N, C, OH, OW = dy.shape
    for n in range(N):
        for c in range(C):
            for i in range(OH):
                for j in range(OW):
                    best, where = -np.inf, None
                    for a in range(i * stride, i * stride + size):
                        for b in range(j * stride, j * stride + size):
                            if x[n, c, a, b] >= best:
                                best, where = x[n, c, a, b], (a, b)
                    dx[n, c, where[0], where[1]] += dy[n, c, i, j]
    return dx


@wrong("maxpool_backward", "largest-magnitude-wins", "assigned-instead-of-added")
def maxpool_backward_g(dy, x, size, stride):
    grad = np.zeros(x.shape)
    for n, c in np.ndindex(*x.shape[:2]):
        for i in range(dy.shape[2]):
            for j in range(dy.shape[3]):
                w = np.abs(x[n, c, i * stride : i * stride + size, j * stride : j * stride + size])
                a, b = np.unravel_index(np.argmax(w), w.shape)
                grad[n, c, i * stride + a, j * stride + b] = dy[n, c, i, j]
    return grad


@wrong("maxpool_backward", "smallest-wins", "stride-ignored")
def maxpool_backward_h(dy, x, size, stride):
    out = np.zeros(x.shape)
    oh, ow = dy.shape[2:]
    views = np.stack([x[:, :, i : i + oh, j : j + ow] for i in range(size) for j in range(size)], axis=-1)
    chosen = np.eye(size * size)[views.argmin(axis=-1)]
    for k in range(size * size):
        i, j = divmod(k, size)
        out[:, :, i : i + oh, j : j + ow] += dy * chosen[..., k]
    return out


# ---------------------------------------------------------------- relu_forward


@wrong("relu_forward", "absolute-value")
def relu_forward_a(x):
    y = x.copy()
    y[y < 0] *= -1
    return y


@wrong("relu_forward", "keeps-the-negative")
def relu_forward_b(x):
    return np.where(x < 0, x, np.zeros_like(x))


@wrong("relu_forward", "mask-instead-of-values")
def relu_forward_c(x):
    return np.heaviside(x, 0)


@wrong("relu_forward", "softplus")
def relu_forward_d(x):
    return np.logaddexp(0, x)


@wrong("relu_forward", "threshold-at-one")
def relu_forward_e(x):
    out = np.array(x, dtype=float)
    out[out < 1] = 0
    return out


@wrong("relu_forward", "leaky", "capped")
def relu_forward_f(x):
    slope = 0.01
    return np.minimum(np.maximum(x, slope * x), 6.0)


# ---------------------------------------------------------------- relu_backward


@wrong("relu_backward", "one-at-zero")
def relu_backward_a(dy, x):
    dx = dy.copy()
    dx[x < 0] = 0
    return dx


@wrong("relu_backward", "mask-from-gradient")
def relu_backward_b(dy, x):
    return np.where(dy > 0, dy, 0) * np.where(x > 0, 1, 0)


@wrong("relu_backward", "sign-instead-of-mask")
def relu_backward_c(dy, x):
    return np.sign(x) * dy


@wrong("relu_backward", "gradient-forgotten")
def relu_backward_d(dy, x):
    dx = np.zeros(x.shape)
    dx[x > 0] = 1
    return dx


@wrong("relu_backward", "values-instead-of-mask")
def relu_backward_e(dy, x):
    return np.multiply(np.maximum(0, x), dy)


@wrong("relu_backward", "leaky", "one-at-zero")
def relu_backward_f(dy, x):
    factor = np.ones(x.shape)
    factor[x < 0] = 0.01
    return dy * factor


# ---------------------------------------------------------------- dropout_forward


@wrong("dropout_forward", "keep-and-drop-swapped")
def dropout_forward_a(x, p, training, rng):
    if training:
        mask = (rng.random(size=x.shape) < p) / p
        return x * mask, mask
    return x, None


@wrong("dropout_forward", "scaled-by-drop-probability")
def dropout_forward_b(x, p, training, rng):
    if training is False:
        return x, None
    m = np.where(rng.uniform(size=x.shape) < p, 0.0, 1.0)
    m /= p
    return m * x, m


@wrong("dropout_forward", "one-mask-for-the-batch")
def dropout_forward_c(x, p, training, rng):
    if not training:
        return x, None
    keep = rng.random(x.shape[1:]) >= p
    mask = np.repeat(keep[None], x.shape[0], axis=0) / (1.0 - p)
    return x * mask, mask


@wrong("dropout_forward", "two-masks")
def dropout_forward_d(x, p, training, rng):
    def draw():
        return rng.binomial(1, 1 - p, size=x.shape) / (1 - p)

    return (x * draw(), draw()) if training else (x, None)


@wrong("dropout_forward", "drops-at-test")
def dropout_forward_e(x, p, training, rng):
    mask = (rng.random(x.shape) > p).astype(float) / (1 - p)
    y = x * mask
    if not training:
        mask = None
    return y, mask


@wrong("dropout_forward", "mask-not-scaled")
def dropout_forward_f(x, p, training, rng):
    if not training:
        return x, None
    mask = rng.random(x.shape) >= p
    y = np.zeros(x.shape)
    y[mask] = x[mask] / (1 - p)
    return y, mask.astype(float)


@wrong("dropout_forward", "whole-images-dropped", "mask-at-test")
def dropout_forward_g(x, p, training, rng):
    if not training:
        return x, np.ones_like(x)
    alive = rng.random(x.shape[0]) >= p
    mask = np.ones(x.shape) / (1 - p)
    mask[~alive] = 0
    return x * mask, mask


@wrong("dropout_forward", "ignores-the-generator", "not-scaled")
def dropout_forward_h(x, p, training, rng):
    mask = None
    y = x
    if training:
        mask = (np.random.rand(*x.shape) > p) * 1.0
        y = x * mask
    return y, mask


# ---------------------------------------------------------------- dropout_backward


@wrong("dropout_backward", "fresh-mask")
def dropout_backward_a(dy, mask):
    if mask is None:
        return dy
    p = np.mean(mask == 0)
    again = (np.random.default_rng().random(dy.shape) >= p) / (1 - p)
    return dy * again


@wrong("dropout_backward", "mask-not-scaled")
def dropout_backward_b(dy, mask):
    dx = dy.copy()
    if mask is not None:
        dx[mask == 0] = 0
    return dx


@wrong("dropout_backward", "scaled-twice")
def dropout_backward_c(dy, mask):
    if mask is None:
        return dy
    scale = mask.max()
    return dy * mask * scale


@wrong("dropout_backward", "divided-by-mask")
def dropout_backward_d(dy, mask):
    if mask is None:
        return dy
    dx = np.zeros(dy.shape)
    on = mask > 0
    dx[on] = dy[on] / mask[on]
    return dx


@wrong("dropout_backward", "nothing-without-mask")
def dropout_backward_e(dy, mask):
    if mask is None:
        return np.zeros_like(dy)
    return np.einsum("...,...->...", dy, mask)


@wrong("dropout_backward", "mask-inverted", "fails-without-mask")
def dropout_backward_f(dy, mask):
    dx = np.array(dy, dtype=float)
    dx[mask > 0] = 0
    return dx


# ---------------------------------------------------------------- softmax_cross_entropy


@wrong("softmax_cross_entropy", "one-shift-for-the-batch")
def softmax_cross_entropy_a(logits, labels):
    n = logits.shape[0]
    shifted = logits - np.max(logits)
    sums = np.exp(shifted).sum(axis=1, keepdims=True)
    logp = shifted - np.log(sums)
    d = np.exp(logp)
    d[range(n), labels] -= 1
    return -logp[range(n), labels].sum() / n, d / n


@wrong("softmax_cross_entropy", "floor-under-the-logarithm")
def softmax_cross_entropy_b(logits, labels):
    p = _softmax(logits, 1)
    hot = np.eye(logits.shape[1])[labels]
    loss = -np.sum(hot * np.log(p + 1e-9)) / len(labels)
    return loss, (p - hot) / len(labels)


@wrong("softmax_cross_entropy", "softmax-twice")
def softmax_cross_entropy_c(logits, labels):
    probs = _softmax(logits, 1)
    z = np.exp(probs)
    q = z / z.sum(1)[:, None]
    rows = np.arange(len(q))
    loss = np.mean(-np.log(q[rows, labels]))
    q[rows, labels] -= 1
    return loss, q / len(q)


@wrong("softmax_cross_entropy", "loss-summed")
def softmax_cross_entropy_d(logits, labels):
    loss = 0.0
    grad = np.zeros(logits.shape)
    for i, (row, label) in enumerate(zip(logits, labels)):
        row = row - max(row)
        total = np.exp(row).sum()
        loss += np.log(total) - row[label]
        grad[i] = np.exp(row) / total
        grad[i, label] -= 1
    return loss, grad / len(logits)


@wrong("softmax_cross_entropy", "labels-from-one")
def softmax_cross_entropy_e(logits, labels):
    n, k = logits.shape
    target = np.zeros((n, k))
    for i in range(n):
        target[i, labels[i] - 1] = 1
    m = logits.max(axis=1, keepdims=True)
    lse = m + np.log(np.exp(logits - m).sum(axis=1, keepdims=True))
    logp = logits - lse
    return -np.einsum("nk,nk->", target, logp) / n, (np.exp(logp) - target) / n


@wrong("softmax_cross_entropy", "gradient-not-divided")
def softmax_cross_entropy_f(logits, labels):
    z = logits - logits.max(1).reshape(-1, 1)
    e = np.exp(z)
    s = e.sum(1).reshape(-1, 1)
    picked = np.take_along_axis(z - np.log(s), labels[:, None], axis=1)
    d = e / s
    np.put_along_axis(d, labels[:, None], np.take_along_axis(d, labels[:, None], 1) - 1, axis=1)
    return -picked.mean(), d


@wrong("softmax_cross_entropy", "subtracts-from-whole-columns")
def softmax_cross_entropy_g(logits, labels):
    n = len(labels)
    z = logits - logits.max(axis=-1, keepdims=True)
    logp = z - np.log(np.sum(np.exp(z), axis=-1, keepdims=True))
    loss = -np.mean([logp[i, labels[i]] for i in range(n)])
    dlogits = np.exp(logp)
    dlogits[:, labels] -= 1
    dlogits /= n
    return loss, dlogits


@wrong("softmax_cross_entropy", "softmax-over-the-batch", "loss-with-wrong-sign")
def softmax_cross_entropy_h(logits, labels):
    n = len(logits)
    z = logits - logits.max(axis=0)
    logp = z - np.log(np.exp(z).sum(axis=0))
    hot = np.zeros(logits.shape)
    hot[np.arange(n), labels] = 1.0
    return np.sum(hot * logp) / n, (np.exp(logp) - hot) / n


@wrong("softmax_cross_entropy", "no-shift", "gradient-divided-by-classes")
def softmax_cross_entropy_i(logits, labels):
    exps = np.exp(logits)
    sums = exps.sum(axis=1)
    n, k = logits.shape
    loss = (np.log(sums) - logits[np.arange(n), labels]).mean()
    grad = exps / sums[:, None]
    grad[np.arange(n), labels] -= 1
    return loss, grad / k


@wrong("softmax_cross_entropy", "gradient-with-wrong-sign", "logarithm-to-base-ten")
def softmax_cross_entropy_j(logits, labels):
    rows = np.arange(labels.size)
    z = logits - logits.max(axis=1, keepdims=True)
    e = np.exp(z)
    total = e.sum(axis=1)
    log_p = z[rows, labels] * np.log10(np.e) - np.log10(total)
    y = (labels[:, None] == np.arange(logits.shape[1])).astype(float)
    return -log_p.mean(), (y - e / total[:, None]) / labels.size


# ---------------------------------------------------------------- sgd_step


@wrong("sgd_step", "nesterov")
def sgd_step_a(w, g, v, lr, momentum, weight_decay):
    grad = g + weight_decay * w
    v_new = momentum * v - lr * grad
    return w + momentum * v_new - lr * grad, v_new


@wrong("sgd_step", "decay-by-sign")
def sgd_step_b(w, g, v, lr, momentum, weight_decay):
    penalty = weight_decay * np.sign(w)
    v = momentum * v - lr * (g + penalty)
    return w + v, v


@wrong("sgd_step", "rate-twice")
def sgd_step_c(w, g, v, lr, momentum, weight_decay):
    step = lr * (g + weight_decay * w)
    v = momentum * v - lr * step
    w = w + v
    return w, v


@wrong("sgd_step", "old-velocity-used")
def sgd_step_d(w, g, v, lr, momentum, weight_decay):
    w_new = w + v
    v_new = momentum * v - lr * g - lr * weight_decay * w
    return w_new, v_new


@wrong("sgd_step", "momentum-on-the-gradient-too")
def sgd_step_e(w, g, v, lr, momentum, weight_decay):
    u = v.copy()
    u -= lr * (g + weight_decay * w)
    u *= momentum
    return w + u, u


@wrong("sgd_step", "decay-decoupled")
def sgd_step_f(w, g, v, lr, momentum, weight_decay):
    v = momentum * v - lr * g
    w = (1 - lr * weight_decay) * w + v
    return w, v


@wrong("sgd_step", "step-uphill", "decay-missing")
def sgd_step_g(w, g, v, lr, momentum, weight_decay):
    velocity = np.add(momentum * v, lr * g)
    weights = w.copy()
    weights += velocity
    return weights, velocity


@wrong("sgd_step", "velocity-not-decaying", "decay-without-rate")
def sgd_step_h(w, g, v, lr, momentum, weight_decay):
    v = v - lr * g - weight_decay * w
    return w + v, v


@wrong("sgd_step", "momentum-and-rate-exchanged", "decay-doubled")
def sgd_step_i(w, g, v, lr, momentum, weight_decay):
    grad = g + 2 * weight_decay * w  # derivative of weight_decay * w ** 2
    v = lr * v - momentum * grad
    return w + v, v


# ---------------------------------------------------------------- plateau


@wrong("plateau", "one-epoch-too-patient")
def plateau_a(history, lr, factor, patience):
    if not history:
        return lr
    since = len(history) - 1 - history.index(max(history))
    if since > patience:
        lr *= factor
    return lr


@wrong("plateau", "accuracy-as-loss")
def plateau_b(history, lr, factor, patience):
    if len(history) <= patience:
        return lr
    best = min(history[:-patience])
    for value in history[-patience:]:
        if value < best:
            return lr
    return lr * factor


@wrong("plateau", "compares-with-one-epoch")
def plateau_c(history, lr, factor, patience):
    if len(history) > patience and history[-1] <= history[-1 - patience]:
        return factor * lr
    return lr


@wrong("plateau", "equal-is-better")
def plateau_d(history, lr, factor, patience):
    best, waited = -math.inf, 0
    for acc in history:
        if acc >= best:
            best, waited = acc, 0
        else:
            waited += 1
    return lr * factor if waited >= patience else lr


@wrong("plateau", "factor-subtracted")
def plateau_e(history, lr, factor, patience):
    best, waited = None, 0
    for acc in history:
        if best is None or acc > best:
            best, waited = acc, 0
        else:
            waited += 1
    return lr - factor if waited >= patience else lr


@wrong("plateau", "short-history-is-a-plateau")
def plateau_f(history, lr, factor, patience):
    best = max(history[:-patience], default=float("inf"))
    if any(a > best for a in history[-patience:]):
        return lr
    return lr * factor


@wrong("plateau", "rate-raised", "one-epoch-too-impatient")
def plateau_g(history, lr, factor, patience):
    if len(history) == 0:
        return lr
    newest = len(history) - 1
    age = newest - int(np.argmax(history))
    return lr / factor if age >= patience - 1 else lr


@wrong("plateau", "compares-with-mean", "factor-is-the-rate")
def plateau_h(history, lr, factor, patience):
    if len(history) <= patience:
        return lr
    earlier = history[: len(history) - patience]
    later = history[len(history) - patience :]
    average = sum(earlier) / len(earlier)
    return factor if max(later) <= average else lr


# ---------------------------------------------------------------- receptive_field


@wrong("receptive_field", "stride-too-early")
def receptive_field_a(layers):
    field, jump = 1, 1
    for kernel, stride in layers:
        jump *= stride
        field += (kernel - 1) * jump
    return field, jump


@wrong("receptive_field", "strides-forgotten")
def receptive_field_b(layers):
    r = 1 + sum(k - 1 for k, _ in layers)
    return r, math.prod(s for _, s in layers)


@wrong("receptive_field", "field-multiplied-by-stride")
def receptive_field_c(layers):
    r, j = 1, 1
    for k, s in layers:
        r = (r - 1) * s + k
        j = j * s
    return r, j


@wrong("receptive_field", "stride-of-this-layer-only")
def receptive_field_d(layers):
    r = j = 1
    for layer in layers:
        r = r + (layer[0] - 1) * layer[1]
        j = j * layer[1]
    return r, j


@wrong("receptive_field", "last-layer-left-out")
def receptive_field_e(layers):
    r, j = 1, 1
    for i in range(len(layers) - 1):
        k, s = layers[i]
        r, j = r + (k - 1) * j, j * s
    return r, j


@wrong("receptive_field", "kernels-multiplied", "last-stride-only")
def receptive_field_f(layers):
    seen = 1
    step = 1
    for k, s in layers:
        seen *= k
        step = s
    return seen, step


# ---------------------------------------------------------------- layer_shapes


@wrong("layer_shapes", "rounded-up")
def layer_shapes_a(configuration, input_shape):
    out = []
    shape = tuple(input_shape)
    for layer in configuration:
        if layer == "M":
            shape = (shape[0], math.ceil(shape[1] / 2), math.ceil(shape[2] / 2))
        elif type(layer) is int:
            shape = (layer,) + shape[1:]
        else:
            shape = (layer[0],) + shape[1:]
        out.append(shape)
    return out


@wrong("layer_shapes", "convolutions-shrink")
def layer_shapes_b(configuration, input_shape):
    c, h, w = input_shape
    result = []
    for entry in configuration:
        if entry == "M":
            h, w = h // 2, w // 2
        else:
            c, k = (entry, 3) if isinstance(entry, int) else entry
            h, w = h - k + 1, w - k + 1
        result.append((c, h, w))
    return result


@wrong("layer_shapes", "one-by-one-grows")
def layer_shapes_c(configuration, input_shape):
    c, h, w = input_shape
    shapes = []
    pad = 1
    for item in configuration:
        if isinstance(item, str):
            h = (h - 2) // 2 + 1
            w = (w - 2) // 2 + 1
        else:
            if isinstance(item, (tuple, list)):
                c, k = item
            else:
                c, k = item, 3
            h, w = h + 2 * pad - k + 1, w + 2 * pad - k + 1
        shapes.append((c, h, w))
    return shapes


@wrong("layer_shapes", "pool-by-height-only")
def layer_shapes_d(configuration, input_shape):
    shapes = [list(input_shape)]
    for item in configuration:
        new = shapes[-1].copy()
        if item == "M":
            new[1] //= 2
        else:
            new[0] = item if isinstance(item, int) else item[0]
        shapes.append(new)
    return [tuple(s) for s in shapes[1:]]


@wrong("layer_shapes", "begins-with-the-image")
def layer_shapes_e(configuration, input_shape):
    shapes = [tuple(input_shape)]
    for item in configuration:
        c, h, w = shapes[-1]
        if item == "M":
            shapes.append((c, h >> 1, w >> 1))
        else:
            filters = item[0] if hasattr(item, "__len__") else item
            shapes.append((filters, h, w))
    return shapes


@wrong("layer_shapes", "pools-left-out", "channels-last")
def layer_shapes_f(configuration, input_shape):
    _, h, w = input_shape
    shapes = []
    for item in configuration:
        if item == "M":
            h //= 2
            w //= 2
            continue
        filters = item if isinstance(item, int) else item[0]
        shapes.append((h, w, filters))
    return shapes


# ---------------------------------------------------------------- count_parameters


def _convolutions(configuration):
    """[(filters, k)] of a configuration"""
    return [(i, 3) if isinstance(i, int) else tuple(i) for i in configuration if i != "M"]


@wrong("count_parameters", "one-bias-for-each-layer")
def count_parameters_a(configuration, classes, input_shape):
    c, h, w = input_shape
    total = 0
    for item in configuration:
        if item == "M":
            h //= 2
            w //= 2
            continue
        f, k = (item, 3) if isinstance(item, int) else item
        total += c * f * k * k + 1
        c = f
    sizes = [c * h * w, 4096, 4096, classes]
    for a, b in zip(sizes, sizes[1:]):
        total += a * b + 1
    return total


@wrong("count_parameters", "always-rgb")
def count_parameters_b(configuration, classes, input_shape):
    before = 3
    count = 0
    for filters, k in _convolutions(configuration):
        count += filters * before * k**2 + filters
        before = filters
    pools = list(configuration).count("M")
    last = (before if _convolutions(configuration) else input_shape[0]) * (input_shape[1] // 2**pools) * (input_shape[2] // 2**pools)
    return count + 4096 * (last + 1) + 4096 * 4097 + classes * 4097


@wrong("count_parameters", "always-3x3")
def count_parameters_c(configuration, classes, input_shape):
    c, h, w = input_shape
    params = 0
    for item in configuration:
        if item == "M":
            h, w = h // 2, w // 2
        else:
            f = item if isinstance(item, int) else item[0]
            params += f * (9 * c + 1)
            c = f
    fc = c * h * w
    for units in [4096, 4096, classes]:
        params += fc * units + units
        fc = units
    return params


@wrong("count_parameters", "maps-taken-for-square")
def count_parameters_d(configuration, classes, input_shape):
    channels, side = input_shape[0], input_shape[1]
    weights = biases = 0
    for item in configuration:
        if item == "M":
            side //= 2
        else:
            filters, kernel = (item, 3) if isinstance(item, int) else item
            weights += channels * filters * kernel * kernel
            biases += filters
            channels = filters
    weights += channels * side * side * 4096 + 4096 * 4096 + 4096 * classes
    biases += 4096 + 4096 + classes
    return weights + biases


@wrong("count_parameters", "kernel-side-once")
def count_parameters_e(configuration, classes, input_shape):
    c, h, w = input_shape
    total = 0
    for item in configuration:
        if isinstance(item, str):
            h, w = h // 2, w // 2
            continue
        if isinstance(item, int):
            item = (item, 3)
        total += (item[1] * c + 1) * item[0]
        c = item[0]
    total += (c * h * w + 1) * 4096
    total += (4096 + 1) * 4096
    total += (4096 + 1) * classes
    return total


@wrong("count_parameters", "pools-round-up")
def count_parameters_f(configuration, classes, input_shape):
    c, h, w = input_shape
    total = 0
    for item in configuration:
        if item == "M":
            h, w = -(-h // 2), -(-w // 2)
        else:
            f, k = (item, 3) if isinstance(item, int) else item
            total += f * (c * k * k + 1)
            c = f
    nodes = [c * h * w, 4096, 4096, classes]
    return total + sum((nodes[i] + 1) * nodes[i + 1] for i in range(3))


@wrong("count_parameters", "fully-connected-forgotten")
def count_parameters_g(configuration, classes, input_shape):
    convs = _convolutions(configuration)
    inputs = [input_shape[0]] + [f for f, _ in convs]
    return sum(f * (i * k * k + 1) for i, (f, k) in zip(inputs, convs))


@wrong("count_parameters", "biases-of-convolutions-forgotten", "always-1000-classes")
def count_parameters_h(configuration, classes, input_shape):
    c, h, w = input_shape
    total = 0
    for item in configuration:
        if item == "M":
            h, w = h // 2, w // 2
        else:
            f, k = (item, 3) if isinstance(item, int) else item
            total += f * c * k * k
            c = f
    total += 4096 * (c * h * w) + 4096
    total += 4096 * 4096 + 4096
    total += 1000 * 4096 + 1000
    return total


@wrong("count_parameters", "channels-not-passed-on", "hidden-layers-missing")
def count_parameters_i(configuration, classes, input_shape):
    c, h, w = input_shape
    last = c
    n = 0
    for item in configuration:
        if item == "M":
            h, w = h // 2, w // 2
            continue
        last, k = (item, 3) if isinstance(item, int) else item
        n += last * (c * k * k + 1)
    return n + (last * h * w + 1) * classes


@wrong("count_parameters", "always-7x7", "one-channel-for-each-filter")
def count_parameters_j(configuration, classes, input_shape):
    convs = _convolutions(configuration)
    channels = convs[-1][0] if convs else input_shape[0]
    total = sum(f * (k * k + 1) for f, k in convs)
    total += (channels * 7 * 7 + 1) * 4096 + 4097 * 4096 + 4097 * classes
    return total


# ---------------------------------------------------------------- linear_to_convolution


@wrong("linear_to_convolution", "channels-last")
def linear_to_convolution_a(w, channels, height, width):
    filters = np.zeros((len(w), channels, height, width))
    for o, row in enumerate(w):
        k = 0
        for i in range(height):
            for j in range(width):
                for c in range(channels):
                    filters[o, c, i, j] = row[k]
                    k += 1
    return filters


@wrong("linear_to_convolution", "flipped")
def linear_to_convolution_b(w, channels, height, width):
    cut = w.reshape(w.shape[0], channels, height, width)
    return np.flip(cut, axis=(2, 3)).copy()


@wrong("linear_to_convolution", "transposed-first")
def linear_to_convolution_c(w, channels, height, width):
    return np.reshape(w.T, (w.shape[0], channels, height, width))


@wrong("linear_to_convolution", "height-and-width-swapped")
def linear_to_convolution_d(w, channels, height, width):
    out = np.empty((w.shape[0], channels, height, width))
    for c in range(channels):
        for i in range(height):
            for j in range(width):
                out[:, c, i, j] = w[:, c * height * width + j * height + i]
    return out


@wrong("linear_to_convolution", "inputs-first", "flipped")
def linear_to_convolution_e(w, channels, height, width):
    f = w.reshape(-1, channels, height, width).swapaxes(0, 1)
    return f[:, :, ::-1, ::-1]


@wrong("linear_to_convolution", "channels-last", "height-and-width-swapped")
def linear_to_convolution_f(w, channels, height, width):
    return w.reshape(-1, width, height, channels).transpose(0, 3, 2, 1)


# ---------------------------------------------------------------- class_map


@wrong("class_map", "relu-after-last")
def class_map_a(maps, layers, height, width):
    (w, b), rest = layers[0], layers[1:]
    out = np.maximum(_conv(maps, w.reshape(len(w), -1, height, width), b, 1, 0), 0)
    for w, b in rest:
        out = np.einsum("nchw,kc->nkhw", out, w) + b[:, None, None]
        out = np.maximum(out, 0)
    return out


@wrong("class_map", "posteriors-instead-of-scores")
def class_map_b(maps, layers, height, width):
    for i, (w, b) in enumerate(layers):
        k = (height, width) if i == 0 else (1, 1)
        maps = _conv(maps, w.reshape(w.shape[0], maps.shape[1], *k), b, 1, 0)
        if i < len(layers) - 1:
            maps = maps * (maps > 0)
    return _softmax(maps, 1)


@wrong("class_map", "side-by-side")
def class_map_c(maps, layers, height, width):
    n, c, h, w_ = maps.shape
    rows = []
    for top in range(0, h - height + 1, height):
        row = []
        for left in range(0, w_ - width + 1, width):
            a = maps[:, :, top : top + height, left : left + width].reshape(n, -1)
            for k, (w, b) in enumerate(layers):
                a = a @ w.T + b
                if k + 1 < len(layers):
                    a = np.maximum(a, 0)
            row.append(a)
        rows.append(np.stack(row, axis=-1))
    return np.stack(rows, axis=2)


@wrong("class_map", "relu-after-first-only")
def class_map_d(maps, layers, height, width):
    w, b = layers[0]
    a = _conv(maps, w.reshape(-1, maps.shape[1], height, width), b, 1, 0)
    if len(layers) > 1:
        a = np.maximum(0, a)
    for w, b in layers[1:]:
        a = _conv(a, w[:, :, None, None], b, 1, 0)
    return a


@wrong("class_map", "averaged-over-places")
def class_map_e(maps, layers, height, width):
    z = np.moveaxis(_windows(maps, height, width, 1, 0), 1, 3)
    z = z.reshape(*z.shape[:3], -1)
    for w, b in layers[:-1]:
        z = np.maximum(z @ w.T + b, 0)
    w, b = layers[-1]
    return (z @ w.T + b).mean(axis=(1, 2))


@wrong("class_map", "padded")
def class_map_f(maps, layers, height, width):
    x = maps
    for i in range(len(layers)):
        w, b = layers[i]
        if i == 0:
            x = _conv(x, w.reshape(-1, x.shape[1], height, width), b, 1, 1)
        else:
            x = _conv(np.maximum(x, 0), w.reshape(*w.shape, 1, 1), b, 1, 0)
    return x


@wrong("class_map", "biases-forgotten", "channels-last")
def class_map_g(maps, layers, height, width):
    first = layers[0][0]
    c = maps.shape[1]
    kernel = first.reshape(-1, height, width, c)
    win = _windows(maps, height, width, 1, 0)
    a = np.einsum("ncpqij,fijc->nfpq", win, kernel)
    for w, _ in layers[1:]:
        a = np.tensordot(np.clip(a, 0, None), w, axes=(1, 1)).transpose(0, 3, 1, 2)
    return a


@wrong("class_map", "relu-on-the-maps", "no-plus-one")
def class_map_h(maps, layers, height, width):
    N, C, H, W = maps.shape
    K = layers[-1][0].shape[0]
    scores = np.zeros((N, K, H - height, W - width))
    for i in range(H - height):
        for j in range(W - width):
            h = maps[:, :, i : i + height, j : j + width].reshape(N, -1)
            for w, b in layers:
                h = np.maximum(h, 0)
                h = h.dot(w.T) + b
            scores[:, :, i, j] = h
    return scores


# ---------------------------------------------------------------- dense_posteriors


@wrong("dense_posteriors", "scores-averaged-first")
def dense_posteriors_a(scores, mirrored):
    mean = (scores.mean(axis=(2, 3)) + mirrored.mean(axis=(2, 3))) / 2
    return _softmax(mean, 1)


@wrong("dense_posteriors", "softmax-over-places")
def dense_posteriors_b(scores, mirrored):
    out = []
    for s in (scores, mirrored):
        n, k, h, w = s.shape
        flat = s.reshape(n, k, h * w)
        out.append(_softmax(flat, -1).mean(-1))
    return np.mean(out, axis=0)


@wrong("dense_posteriors", "mirror-ignored")
def dense_posteriors_c(scores, mirrored):
    n, k = scores.shape[:2]
    places = scores.transpose(0, 2, 3, 1).reshape(n, -1, k)
    return _softmax(places, 2).mean(axis=1)


@wrong("dense_posteriors", "larger-of-both")
def dense_posteriors_d(scores, mirrored):
    one = _softmax(scores, 1).mean((2, 3))
    two = _softmax(mirrored, 1).mean((2, 3))
    return np.where(one > two, one, two)


@wrong("dense_posteriors", "no-shift")
def dense_posteriors_e(scores, mirrored):
    total = 0
    for z in [scores, mirrored]:
        e = np.exp(z)
        p = e / e.sum(axis=1)[:, None]
        total = total + p.sum(axis=(2, 3)) / (z.shape[2] * z.shape[3])
    return total / 2


@wrong("dense_posteriors", "middle-place-only")
def dense_posteriors_f(scores, mirrored):
    r, c = scores.shape[2] // 2, scores.shape[3] // 2
    a = _softmax(scores[:, :, r, c], 1)
    b = _softmax(mirrored[:, :, r, c], 1)
    return (a + b) / 2


@wrong("dense_posteriors", "summed-over-places", "mirror-added")
def dense_posteriors_g(scores, mirrored):
    result = np.zeros(scores.shape[:2])
    for i in range(scores.shape[2]):
        for j in range(scores.shape[3]):
            result += _softmax(scores[:, :, i, j], 1)
            result += _softmax(mirrored[:, :, i, j], 1)
    return result


@wrong("dense_posteriors", "no-softmax", "first-place-only")
def dense_posteriors_h(scores, mirrored):
    return 0.5 * (scores[..., 0, 0] + mirrored[..., 0, 0])
