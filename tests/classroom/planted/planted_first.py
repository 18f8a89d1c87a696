"""Answers as students write them, for the assignments convolution to relu_dropout: specimens, most of them wrong on purpose.

In loops, einsum, strides, one-hot matrices, in place, with names of their own; none shares code with the bank. The lists are at the end:
PLANTED (task, names of the mistakes, function), RIGHT (task, function), CONVENTION (task, its name, function), and UNLISTED (task, what is
wrong, function), mistakes that the bank did not know when they were written.
"""

import itertools
import math
import random

import numpy as np
from numpy.lib.stride_tricks import as_strided, sliding_window_view


# Parts that several students share (right ones).

def _size(n, k, s, p):
    return (n + 2 * p - k) // s + 1


def _pad(x, p):
    return np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))


def _im2col(x, kh, kw, stride, padding):
    v = sliding_window_view(_pad(x, padding), (kh, kw), axis=(2, 3))[:, :, ::stride, ::stride]
    n, c, oh, ow = v.shape[:4]
    return v.transpose(0, 2, 3, 1, 4, 5).reshape(n * oh * ow, c * kh * kw)


def _col2im(cols, x_shape, kh, kw, stride, padding):
    n, c, h, w = x_shape
    oh, ow = _size(h, kh, stride, padding), _size(w, kw, stride, padding)
    six = cols.reshape(n, oh, ow, c, kh, kw)
    out = np.zeros((n, c, h + 2 * padding, w + 2 * padding))
    for a in range(kh):
        for b in range(kw):
            out[:, :, a:a + stride * oh:stride, b:b + stride * ow:stride] += six[..., a, b].transpose(0, 3, 1, 2)
    return out[:, :, padding:padding + h, padding:padding + w]


def _get_im2col_indices(x_shape, field_height, field_width, padding=1, stride=1):
    # as in CS231n
    N, C, H, W = x_shape
    out_height = (H + 2 * padding - field_height) // stride + 1
    out_width = (W + 2 * padding - field_width) // stride + 1
    i0 = np.repeat(np.arange(field_height), field_width)
    i0 = np.tile(i0, C)
    i1 = stride * np.repeat(np.arange(out_height), out_width)
    j0 = np.tile(np.arange(field_width), field_height * C)
    j1 = stride * np.tile(np.arange(out_width), out_height)
    i = i0.reshape(-1, 1) + i1.reshape(1, -1)
    j = j0.reshape(-1, 1) + j1.reshape(1, -1)
    k = np.repeat(np.arange(C), field_height * field_width).reshape(-1, 1)
    return k, i, j


def _conv_single(image, kernel, stride):
    kh, kw = kernel.shape
    oh = (image.shape[0] - kh) // stride + 1
    ow = (image.shape[1] - kw) // stride + 1
    out = np.empty((oh, ow))
    for r in range(oh):
        for s in range(ow):
            out[r, s] = (image[r * stride:r * stride + kh, s * stride:s * stride + kw] * kernel).sum()
    return out


# ---------------------------------------------------------------- 01: im2col



def im2col__transposed_1(x, kh, kw, stride, padding):
    x_padded = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)), mode='constant')
    k, i, j = _get_im2col_indices(x.shape, kh, kw, padding, stride)
    cols = x_padded[:, k, i, j]
    C = x.shape[1]
    cols = cols.transpose(1, 0, 2).reshape(kh * kw * C, -1)
    return cols


def im2col__transposed_2(x, kh, kw, stride, padding):
    xp = _pad(x, padding)
    columns = []
    for img in xp:
        for top in range(0, xp.shape[2] - kh + 1, stride):
            for left in range(0, xp.shape[3] - kw + 1, stride):
                columns.append(img[:, top:top + kh, left:left + kw].ravel())
    return np.stack(columns, axis=1)


def im2col__reshaped_without_transpose_1(x, kh, kw, stride, padding):
    # the book "Deep learning from scratch", but the transpose is missing
    N, C, H, W = x.shape
    out_h = (H + 2 * padding - kh) // stride + 1
    out_w = (W + 2 * padding - kw) // stride + 1
    img = np.pad(x, [(0, 0), (0, 0), (padding, padding), (padding, padding)], 'constant')
    col = np.zeros((N, C, kh, kw, out_h, out_w))
    for y in range(kh):
        y_max = y + stride * out_h
        for xx in range(kw):
            x_max = xx + stride * out_w
            col[:, :, y, xx, :, :] = img[:, :, y:y_max:stride, xx:x_max:stride]
    return col.reshape(N * out_h * out_w, -1)


def im2col__reshaped_without_transpose_2(x, kh, kw, stride, padding):
    p = padding
    x = np.pad(x, ((0,) * 2, (0,) * 2, (p,) * 2, (p,) * 2))
    windows = sliding_window_view(x, (kh, kw), axis=(-2, -1))[..., ::stride, ::stride, :, :]
    N, C, oh, ow, _, _ = windows.shape
    return windows.reshape((N * oh * ow, C * kh * kw))


def im2col__reshaped_without_transpose_3(x, kh, kw, stride, padding):
    xp = _pad(x, padding)
    n, c = x.shape[:2]
    oh, ow = [(m - k) // stride + 1 for m, k in zip(xp.shape[2:], (kh, kw))]
    # one line for each place of the kernel, then "turn it" by reshape
    lines = [xp[:, ch, a:a + oh * stride:stride, b:b + ow * stride:stride].ravel()
             for ch in range(c) for a in range(kh) for b in range(kw)]
    return np.array(lines).reshape(n * oh * ow, c * kh * kw)


def im2col__batch_last_1(x, kh, kw, stride, padding):
    x_padded = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)), mode='constant')
    k, i, j = _get_im2col_indices(x.shape, kh, kw, padding, stride)
    cols = x_padded[:, k, i, j]
    return cols.transpose(2, 0, 1).reshape(-1, kh * kw * x.shape[1])


def im2col__batch_last_2(x, kh, kw, stride, padding):
    n, c, h, w = x.shape
    xp = np.zeros((n, c, h + 2 * padding, w + 2 * padding))
    xp[:, :, padding:h + padding, padding:w + padding] = x
    rows = []
    for i in range(0, xp.shape[2] - kh + 1, stride):
        for j in range(0, xp.shape[3] - kw + 1, stride):
            rows.append(xp[:, :, i:i + kh, j:j + kw].reshape(n, -1))
    return np.concatenate(rows)


def im2col__places_by_columns_1(x, kh, kw, stride, padding):
    xp = _pad(x, padding)
    N, C, H, W = xp.shape
    ys = np.arange(0, H - kh + 1, stride)
    xs = np.arange(0, W - kw + 1, stride)
    Y, X = np.meshgrid(ys, xs)                 # (len(xs), len(ys))!
    return np.array([xp[n, :, y:y + kh, z:z + kw].flatten()
                     for n in range(N) for y, z in zip(Y.flat, X.flat)])


def im2col__places_by_columns_2(x, kh, kw, stride, padding):
    N, C, H, W = x.shape
    OH = (H - kh + 2 * padding) // stride + 1
    OW = (W - kw + 2 * padding) // stride + 1
    out = np.zeros((N * OH * OW, C * kh * kw))
    r = 0
    for n in range(N):
        for ox in range(OW):
            for oy in range(OH):
                q = 0
                for c in range(C):
                    for a in range(kh):
                        for b in range(kw):
                            yy = oy * stride + a - padding
                            xx = ox * stride + b - padding
                            if 0 <= yy < H and 0 <= xx < W:
                                out[r, q] = x[n, c, yy, xx]
                            q += 1
                r += 1
    return out


def im2col__channels_last_1(x, kh, kw, stride, padding):
    nhwc = np.moveaxis(x, 1, -1)
    nhwc = np.pad(nhwc, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    N, H, W, C = nhwc.shape
    rows = []
    for n in range(N):
        for i in range(0, H - kh + 1, stride):
            for j in range(0, W - kw + 1, stride):
                rows += [nhwc[n, i:i + kh, j:j + kw].ravel()]
    return np.vstack(rows)


def im2col__channels_last_2(x, kh, kw, stride, padding):
    xp = _pad(x, padding)
    N, C, H, W = xp.shape
    oh, ow = (H - kh) // stride + 1, (W - kw) // stride + 1
    sn, sc, sh, sw = xp.strides
    view = as_strided(xp, shape=(N, oh, ow, kh, kw, C), strides=(sn, sh * stride, sw * stride, sh, sw, sc))
    return view.reshape(N * oh * ow, -1).copy()


def im2col__kernel_by_columns_1(x, kh, kw, stride, padding):
    xp = _pad(x, padding)
    N, C, H, W = xp.shape
    oh, ow = (H - kh) // stride + 1, (W - kw) // stride + 1
    sn, sc, sh, sw = xp.strides
    view = as_strided(xp, (N, oh, ow, C, kw, kh), (sn, sh * stride, sw * stride, sc, sw, sh))
    return np.reshape(view, (N * oh * ow, C * kh * kw))


def im2col__kernel_by_columns_2(x, kh, kw, stride, padding):
    N, C, H, W = x.shape
    OH = (H + 2 * padding - kh) // stride + 1
    OW = (W + 2 * padding - kw) // stride + 1
    xp = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    pieces = []
    for c in range(C):
        for dx in range(kw):
            for dy in range(kh):
                piece = xp[:, c, dy:dy + (OH - 1) * stride + 1:stride, dx:dx + (OW - 1) * stride + 1:stride]
                pieces.append(piece.reshape(-1, 1))
    return np.hstack(pieces)


def im2col__windows_flipped_1(x, kh, kw, stride, padding):
    xp = _pad(x, padding)
    out = []
    for n in range(len(xp)):
        for i in range(0, xp.shape[2] - kh + 1, stride):
            for j in range(0, xp.shape[3] - kw + 1, stride):
                patch = xp[n, :, i:i + kh, j:j + kw]
                out.append(np.flip(patch, (1, 2)).reshape(-1))
    return np.asarray(out)


def im2col__windows_flipped_2(x, kh, kw, stride, padding):
    # the whole row backwards: the channels, too
    xp = _pad(x, padding)
    return np.array([im[:, i:i + kh, j:j + kw].ravel()[::-1]
                     for im in xp
                     for i in range(0, xp.shape[2] - kh + 1, stride)
                     for j in range(0, xp.shape[3] - kw + 1, stride)])


def im2col__windows_flipped_3(x, kh, kw, stride, padding):
    N, C, H, W = x.shape
    OH, OW = _size(H, kh, stride, padding), _size(W, kw, stride, padding)
    xp = _pad(x, padding)
    cols = np.empty((N, OH, OW, C, kh, kw))
    for u in range(kh):
        for v in range(kw):
            cols[..., kh - 1 - u, kw - 1 - v] = xp[:, :, u:u + stride * OH:stride, v:v + stride * OW:stride].transpose(0, 2, 3, 1)
    return cols.reshape(N * OH * OW, C * kh * kw)


def im2col__first_image_only_1(x, kh, kw, stride, padding):
    img = np.pad(x[0], ((0, 0), (padding, padding), (padding, padding)))
    C, H, W = img.shape
    return np.array([img[:, i:i + kh, j:j + kw].ravel()
                     for i in range(0, H - kh + 1, stride)
                     for j in range(0, W - kw + 1, stride)])


def im2col__first_image_only_2(x, kh, kw, stride, padding):
    xp = _pad(x, padding)
    rows = []
    for n in range(xp.shape[0]):
        for i in range(0, xp.shape[2] - kh + 1, stride):
            for j in range(0, xp.shape[3] - kw + 1, stride):
                rows.append(xp[n, :, i:i + kh, j:j + kw].reshape(-1))
        return np.array(rows)


def im2col__padding_forgotten_1(x, kh, kw, stride, padding):
    np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    N, C, H, W = x.shape
    rows = []
    for n, i, j in itertools.product(range(N), range(0, H - kh + 1, stride), range(0, W - kw + 1, stride)):
        rows.append(x[n, :, i:i + kh, j:j + kw].ravel())
    return np.array(rows)


def im2col__padding_forgotten_2(x, kh, kw, stride, padding):
    k, i, j = _get_im2col_indices(x.shape, kh, kw, 0, stride)
    return x[:, k, i, j].transpose(0, 2, 1).reshape(-1, kh * kw * x.shape[1])


def im2col__padded_on_one_side_1(x, kh, kw, stride, padding):
    x = np.pad(x, ((0, 0), (0, 0), (padding, 0), (padding, 0)))
    v = sliding_window_view(x, (kh, kw), axis=(2, 3))[:, :, ::stride, ::stride]
    v = np.moveaxis(v, 1, 3)
    return v.reshape(-1, v.shape[3] * kh * kw)


def im2col__padded_on_one_side_2(x, kh, kw, stride, padding):
    N, C, H, W = x.shape
    big = np.zeros((N, C, H + padding, W + padding))
    big[:, :, :H, :W] = x
    rows = []
    for n in range(N):
        for i in range(0, H + padding - kh + 1, stride):
            for j in range(0, W + padding - kw + 1, stride):
                rows.append(big[n, :, i:i + kh, j:j + kw].ravel())
    return np.array(rows)


def im2col__padded_on_one_side_3(x, kh, kw, stride, padding):
    # as large as it should be, but the image sits in the corner
    N, C, H, W = x.shape
    big = np.zeros((N, C, H + 2 * padding, W + 2 * padding))
    big[..., :H, :W] = x
    return _im2col(big, kh, kw, stride, 0)


def im2col__padded_with_edges_1(x, kh, kw, stride, padding):
    N, C, H, W = x.shape
    OH, OW = _size(H, kh, stride, padding), _size(W, kw, stride, padding)
    rows = (np.arange(OH) * stride - padding)[:, None] + np.arange(kh)
    cols = (np.arange(OW) * stride - padding)[:, None] + np.arange(kw)
    rows = np.clip(rows, 0, H - 1)                    # stay inside
    cols = np.clip(cols, 0, W - 1)
    v = x[:, :, rows[:, None, :, None], cols[None, :, None, :]]
    return v.transpose(0, 2, 3, 1, 4, 5).reshape(N * OH * OW, -1)


def im2col__padded_with_edges_2(x, kh, kw, stride, padding):
    xp = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)), mode="edge")
    return np.array([xp[n, :, i:i + kh, j:j + kw].ravel()
                     for n in range(xp.shape[0])
                     for i in range(0, xp.shape[2] - kh + 1, stride)
                     for j in range(0, xp.shape[3] - kw + 1, stride)])


def im2col__stride_ignored_1(x, kh, kw, stride, padding):
    xp = _pad(x, padding)
    rows = []
    for n in range(xp.shape[0]):
        i = 0
        while i + kh <= xp.shape[2]:
            j = 0
            while j + kw <= xp.shape[3]:
                rows.append(xp[n, :, i:i + kh, j:j + kw].ravel())
                j += 1
            i += 1
    return np.array(rows)


def im2col__stride_ignored_2(x, kh, kw, stride, padding):
    k, i, j = _get_im2col_indices(x.shape, kh, kw, padding)
    cols = _pad(x, padding)[:, k, i, j]
    return np.swapaxes(cols, 1, 2).reshape(-1, cols.shape[1])


def im2col__stride_counted_not_taken_1(x, kh, kw, stride, padding):
    N, C, H, W = x.shape
    OH = int((H + 2 * padding - kh) / stride + 1)
    OW = int((W + 2 * padding - kw) / stride + 1)
    xp = _pad(x, padding)
    col = np.zeros((N * OH * OW, C * kh * kw))
    idx = 0
    for n in range(N):
        for i in range(OH):
            for j in range(OW):
                col[idx, :] = xp[n, :, i:i + kh, j:j + kw].reshape(1, -1)
                idx += 1
    return col


def im2col__stride_counted_not_taken_2(x, kh, kw, stride, padding):
    xp = _pad(x, padding)
    n, c, h, w = xp.shape
    oh, ow = (h - kh) // stride + 1, (w - kw) // stride + 1
    s = xp.strides
    v = as_strided(xp, (n, oh, ow, c, kh, kw), (s[0], s[2], s[3], s[1], s[2], s[3]))
    return v.reshape(n * oh * ow, c * kh * kw)


def im2col__rounded_up_1(x, kh, kw, stride, padding):
    N, C, H, W = x.shape
    OH = math.ceil((H + 2 * padding - kh) / stride) + 1
    OW = math.ceil((W + 2 * padding - kw) / stride) + 1
    need_h = (OH - 1) * stride + kh
    need_w = (OW - 1) * stride + kw
    big = np.zeros((N, C, need_h, need_w))
    big[:, :, padding:padding + H, padding:padding + W] = x
    rows = []
    for n in range(N):
        for i in range(OH):
            for j in range(OW):
                rows.append(big[n, :, i * stride:i * stride + kh, j * stride:j * stride + kw].ravel())
    return np.array(rows)


def im2col__rounded_up_2(x, kh, kw, stride, padding):
    # pixel by pixel; what is outside of the image is 0
    N, C, H, W = x.shape
    tops = list(range(-padding, H + padding - kh + stride, stride))
    lefts = list(range(-padding, W + padding - kw + stride, stride))

    def pixel(n, c, i, j):
        return x[n, c, i, j] if 0 <= i < H and 0 <= j < W else 0.0

    return np.array([[pixel(n, c, t + a, l + b) for c in range(C) for a in range(kh) for b in range(kw)]
                     for n in range(N) for t in tops for l in lefts])


def im2col__no_plus_one_1(x, kh, kw, stride, padding):
    N, C, H, W = x.shape
    out_h = (H + 2 * padding - kh) // stride
    out_w = (W + 2 * padding - kw) // stride
    xp = _pad(x, padding)
    col = np.zeros((N, C, kh, kw, out_h, out_w))
    for a in range(kh):
        for b in range(kw):
            col[:, :, a, b] = xp[:, :, a:a + stride * out_h:stride, b:b + stride * out_w:stride]
    return col.transpose(0, 4, 5, 1, 2, 3).reshape(N * out_h * out_w, C * kh * kw)


def im2col__no_plus_one_2(x, kh, kw, stride, padding):
    # range() without the last place; same count as (H - kh) // stride where the stride divides
    xp = _pad(x, padding)
    N, C, H, W = xp.shape
    rows = [xp[n, :, stride * i:stride * i + kh, stride * j:stride * j + kw].flatten()
            for n in range(N) for i in range(int((H - kh) / stride)) for j in range(int((W - kw) / stride))]
    return np.array(rows).reshape(-1, C * kh * kw)


# two at once

def im2col__transposed_batch_last_1(x, kh, kw, stride, padding):
    # CS231n's, word for word
    x_padded = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)), mode='constant')
    k, i, j = _get_im2col_indices(x.shape, kh, kw, padding, stride)
    cols = x_padded[:, k, i, j]
    C = x.shape[1]
    cols = cols.transpose(1, 2, 0).reshape(kh * kw * C, -1)
    return cols


def im2col__channels_last_kernel_by_columns_1(x, kh, kw, stride, padding):
    xp = _pad(x, padding)
    return np.array([im[:, i:i + kh, j:j + kw].flatten('F')
                     for im in xp
                     for i in range(0, xp.shape[2] - kh + 1, stride)
                     for j in range(0, xp.shape[3] - kw + 1, stride)])


def im2col__padding_forgotten_no_plus_one_1(x, kh, kw, stride, padding):
    N, C, H, W = x.shape
    rows = []
    for n in range(N):
        for i in range((H - kh) // stride):
            for j in range((W - kw) // stride):
                rows.append(x[n, :, i * stride:i * stride + kh, j * stride:j * stride + kw].ravel())
    return np.array(rows).reshape(len(rows), C * kh * kw)


def im2col__padded_on_one_side_stride_counted_not_taken_1(x, kh, kw, stride, padding):
    x = np.pad(x, ((0, 0), (0, 0), (0, padding), (0, padding)))
    N, C, H, W = x.shape
    OH, OW = (H - kh) // stride + 1, (W - kw) // stride + 1
    return np.array([x[n, :, i:i + kh, j:j + kw].ravel()
                     for n in range(N) for i in range(OH) for j in range(OW)])


def im2col__places_by_columns_kernel_by_columns_1(x, kh, kw, stride, padding):
    v = sliding_window_view(_pad(x, padding), (kh, kw), axis=(2, 3))[:, :, ::stride, ::stride]
    v = v.transpose(0, 3, 2, 1, 5, 4)
    return v.reshape(v.shape[0] * v.shape[1] * v.shape[2], -1)


def im2col__transposed_padded_with_edges_1(x, kh, kw, stride, padding):
    xp = np.pad(x, ((0, 0), (0, 0), (padding,) * 2, (padding,) * 2), 'edge')
    w = sliding_window_view(xp, (kh, kw), (2, 3))[:, :, ::stride, ::stride]
    return np.einsum('nchwij->cijnhw', w).reshape(x.shape[1] * kh * kw, -1)


def im2col__stride_ignored_first_image_only_1(x, kh, kw, stride, padding):
    im = _pad(x, padding)[0]
    return np.array([im[:, i:i + kh, j:j + kw].ravel()
                     for i in range(im.shape[1] - kh + 1) for j in range(im.shape[2] - kw + 1)])


def im2col__right_1(x, kh, kw, stride, padding):
    x = x.tolist()
    N, C, H, W = len(x), len(x[0]), len(x[0][0]), len(x[0][0][0])
    rows = []
    for n in range(N):
        for top in range(-padding, H + padding - kh + 1, stride):
            for left in range(-padding, W + padding - kw + 1, stride):
                row = []
                for c in range(C):
                    for i in range(top, top + kh):
                        for j in range(left, left + kw):
                            row.append(x[n][c][i][j] if 0 <= i < H and 0 <= j < W else 0.0)
                rows.append(row)
    return rows


def im2col__right_2(x, kh, kw, stride, padding):
    x_padded = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)), mode='constant')
    k, i, j = _get_im2col_indices(x.shape, kh, kw, padding, stride)
    cols = x_padded[:, k, i, j].transpose(1, 0, 2).reshape(kh * kw * x.shape[1], -1)
    return cols.T


def im2col__right_3(x, kh, kw, stride, padding):
    return np.asfortranarray(_im2col(x.astype(np.float32), kh, kw, stride, padding))


def im2col__right_4(x, kh, kw, stride, padding):
    xp = np.ascontiguousarray(_pad(x, padding))
    N, C, H, W = xp.shape
    oh, ow = 1 + (H - kh) // stride, 1 + (W - kw) // stride
    a, b, c, d = xp.strides
    return as_strided(xp, (N, oh, ow, C, kh, kw), (a, c * stride, d * stride, b, c, d)).reshape(N * oh * ow, -1)


def im2col__right_5(x, kh, kw, stride, padding):
    # flat indices into an image that has one extra zero at its end
    N, C, H, W = x.shape
    oh, ow = _size(H, kh, stride, padding), _size(W, kw, stride, padding)
    c, a, b = np.indices((C, kh, kw)).reshape(3, 1, -1)
    i, j = np.indices((oh, ow)).reshape(2, -1, 1)
    r, s = i * stride + a - padding, j * stride + b - padding
    flat = np.where((r >= 0) & (r < H) & (s >= 0) & (s < W), (c * H + r) * W + s, C * H * W)
    longer = np.concatenate([x.reshape(N, -1), np.zeros((N, 1))], axis=1)
    return longer[:, flat].reshape(N * oh * ow, C * kh * kw)


def im2col__right_6(x, kh, kw, stride, padding):
    cols = []
    xp = _pad(x, padding)
    for c, a, b in itertools.product(range(x.shape[1]), range(kh), range(kw)):
        cols.append(xp[:, c, a:xp.shape[2] - kh + a + 1:stride, b:xp.shape[3] - kw + b + 1:stride].ravel())
    return np.column_stack(cols)


# ---------------------------------------------------------------- 01: conv_forward

def conv_forward__kernel_flipped_1(x, w, b, stride, padding):
    # by Fourier transform: the theorem is about the mathematicians' convolution
    N, C, H, W = x.shape
    F, _, kh, kw = w.shape
    xp = _pad(x, padding)
    s = (xp.shape[2] + kh - 1, xp.shape[3] + kw - 1)
    X = np.fft.rfft2(xp, s)
    K = np.fft.rfft2(w, s)
    full = np.fft.irfft2(np.einsum('nchw,fchw->nfhw', X, K), s)
    y = full[:, :, kh - 1:xp.shape[2]:stride, kw - 1:xp.shape[3]:stride]
    return y + b.reshape(1, -1, 1, 1)


def conv_forward__kernel_flipped_2(x, w, b, stride, padding):
    N, C, H, W = x.shape
    F, C, kh, kw = w.shape
    OH, OW = _size(H, kh, stride, padding), _size(W, kw, stride, padding)
    xp = _pad(x, padding)
    y = np.zeros((N, F, OH, OW))
    for n in range(N):
        for f in range(F):
            for i in range(OH):
                for j in range(OW):
                    s = b[f]
                    for c in range(C):
                        for k in range(kh):
                            for l in range(kw):
                                s += xp[n, c, i * stride + kh - 1 - k, j * stride + kw - 1 - l] * w[f, c, k, l]
                    y[n, f, i, j] = s
    return y


def conv_forward__kernel_flipped_3(x, w, b, stride, padding):
    # turns the flattened filter round, and the channels with it
    F, C, kh, kw = w.shape
    cols = _im2col(x, kh, kw, stride, padding)
    y = cols @ np.fliplr(w.reshape(F, -1)).T + b
    oh = _size(x.shape[2], kh, stride, padding)
    return y.reshape(len(x), oh, -1, F).transpose(0, 3, 1, 2)


def conv_forward__reshaped_without_transpose_1(x, w, b, stride, padding):
    N, C, H, W = x.shape
    FN, C, FH, FW = w.shape
    out_h = 1 + (H + 2 * padding - FH) // stride
    out_w = 1 + (W + 2 * padding - FW) // stride
    col = _im2col(x, FH, FW, stride, padding)
    col_W = w.reshape(FN, -1).T
    out = np.dot(col, col_W) + b
    return out.reshape(N, -1, out_h, out_w)


def conv_forward__reshaped_without_transpose_2(x, w, b, stride, padding):
    # filters first: (F, N*OH*OW) cut as if the images came first
    F, C, kh, kw = w.shape
    N, _, H, W = x.shape
    res = w.reshape(F, -1) @ _im2col(x, kh, kw, stride, padding).T + b[:, np.newaxis]
    return res.reshape(N, F, _size(H, kh, stride, padding), _size(W, kw, stride, padding))


def conv_forward__reshaped_without_transpose_3(x, w, b, stride, padding):
    v = sliding_window_view(_pad(x, padding), w.shape[2:], axis=(2, 3))[:, :, ::stride, ::stride]
    out = np.tensordot(v, w, axes=([1, 4, 5], [1, 2, 3])) + b       # (N, OH, OW, F)
    N, OH, OW, F = out.shape
    return np.reshape(out, (N, F, OH, OW))


def conv_forward__height_and_width_swapped_1(x, w, b, stride, padding):
    v = sliding_window_view(_pad(x, padding), w.shape[2:], axis=(2, 3))[:, :, ::stride, ::stride]
    out = np.tensordot(v, w, axes=([1, 4, 5], [1, 2, 3])) + b       # (N, OH, OW, F)
    return out.T.transpose(3, 0, 1, 2)


def conv_forward__height_and_width_swapped_2(x, w, b, stride, padding):
    N, C, H, W = x.shape
    F, C, kh, kw = w.shape
    OH, OW = _size(H, kh, stride, padding), _size(W, kw, stride, padding)
    xp = _pad(x, padding)
    y = np.zeros((N, F, OW, OH))
    for i in range(OW):
        for j in range(OH):
            piece = xp[:, :, j * stride:j * stride + kh, i * stride:i * stride + kw]
            for f in range(F):
                y[:, f, i, j] = (piece * w[f]).sum(axis=(1, 2, 3)) + b[f]
    return y


def conv_forward__height_and_width_swapped_3(x, w, b, stride, padding):
    # only the two sizes are mixed up in the reshape
    F, C, kh, kw = w.shape
    OW, OH = [1 + (s + 2 * padding - k) // stride for s, k in zip(x.shape[2:], w.shape[2:])]
    rows = _im2col(x, kh, kw, stride, padding)
    return (rows @ w.reshape(F, -1).T + b).reshape(len(x), OH, OW, F).transpose(0, 3, 1, 2)


def conv_forward__batch_last_1(x, w, b, stride, padding):
    N, C, H, W = x.shape
    F, C, kh, kw = w.shape
    OH, OW = _size(H, kh, stride, padding), _size(W, kw, stride, padding)
    k, i, j = _get_im2col_indices(x.shape, kh, kw, padding, stride)
    x_cols = _pad(x, padding)[:, k, i, j].transpose(1, 2, 0).reshape(C * kh * kw, -1)
    res = w.reshape(F, -1).dot(x_cols) + b.reshape(-1, 1)
    out = res.reshape(F, N, OH, OW)
    return out.transpose(1, 0, 2, 3)


def conv_forward__batch_last_2(x, w, b, stride, padding):
    F, C, kh, kw = w.shape
    xp = _pad(x, padding)
    N = len(x)
    rows = []
    ii = range(0, xp.shape[2] - kh + 1, stride)
    jj = range(0, xp.shape[3] - kw + 1, stride)
    for i in ii:
        for j in jj:
            for n in range(N):
                rows.append(xp[n, :, i:i + kh, j:j + kw].ravel())
    y = np.array(rows) @ w.reshape(F, -1).T + b
    return y.reshape(N, len(ii), len(jj), F).transpose(0, 3, 1, 2)


def conv_forward__channels_last_1(x, w, b, stride, padding):
    win = sliding_window_view(_pad(x, padding), w.shape[2:], axis=(2, 3))[:, :, ::stride, ::stride]
    return np.einsum('nchwij,fcij->nhwf', win, w, optimize=True) + b


def conv_forward__channels_last_2(x, w, b, stride, padding):
    F, C, kh, kw = w.shape
    xp = _pad(x, padding)
    OH = (xp.shape[2] - kh) // stride + 1
    OW = (xp.shape[3] - kw) // stride + 1
    Z = np.zeros((len(x), OH, OW, F))
    for n in range(len(x)):
        for h in range(OH):
            for v in range(OW):
                for c in range(F):
                    a_slice = xp[n, :, h * stride:h * stride + kh, v * stride:v * stride + kw]
                    Z[n, h, v, c] = np.sum(np.multiply(a_slice, w[c])) + float(b[c])
    return Z


def conv_forward__filters_reshaped_to_columns_1(x, w, b, stride, padding):
    F, C, kh, kw = w.shape
    cols = _im2col(x, kh, kw, stride, padding)
    out = cols @ w.reshape(-1, F) + b
    OH = _size(x.shape[2], kh, stride, padding)
    return np.moveaxis(out.reshape(x.shape[0], OH, -1, F), -1, 1)


def conv_forward__filters_reshaped_to_columns_2(x, w, b, stride, padding):
    # TensorFlow's order of axes, made by reshape
    F, C, kh, kw = w.shape
    hwio = w.reshape(kh, kw, C, F)
    v = sliding_window_view(_pad(x, padding), (kh, kw), axis=(2, 3))[:, :, ::stride, ::stride]
    return np.einsum('nchwij,ijcf->nfhw', v, hwio) + b[:, None, None]


def conv_forward__kernel_transposed_1(x, w, b, stride, padding):
    F, C, kh, kw = w.shape
    N, _, H, W = x.shape
    cols = _im2col(x, kh, kw, stride, padding)
    kernels = np.array([np.concatenate([w[f, c].T.ravel() for c in range(C)]) for f in range(F)])
    y = (kernels @ cols.T).T + b
    return y.reshape(N, _size(H, kh, stride, padding), _size(W, kw, stride, padding), F).transpose(0, 3, 1, 2)


def conv_forward__kernel_transposed_2(x, w, b, stride, padding):
    # letters mixed up; raises unless the kernel is square
    v = sliding_window_view(_pad(x, padding), w.shape[2:], axis=(2, 3))[:, :, ::stride, ::stride]
    return np.einsum('nchwij,fcji->nfhw', v, w) + b[None, :, None, None]


def conv_forward__first_channel_only_1(x, w, b, stride, padding):
    xp = _pad(x, padding)
    return np.array([[_conv_single(xp[n, 0], w[f, 0], stride) + b[f] for f in range(len(w))]
                     for n in range(len(x))])


def conv_forward__first_channel_only_2(x, w, b, stride, padding):
    N, C, H, W = x.shape
    F, _, kh, kw = w.shape
    xp = _pad(x, padding)
    OH, OW = _size(H, kh, stride, padding), _size(W, kw, stride, padding)
    y = np.zeros((N, F, OH, OW)) + b.reshape(F, 1, 1)

    def add_up(n, f):
        for c in range(C):
            y[n, f] += _conv_single(xp[n, c], w[f, c], stride)
            return

    for n in range(N):
        for f in range(F):
            add_up(n, f)
    return y


def conv_forward__mean_instead_of_sum_1(x, w, b, stride, padding):
    xp = _pad(x, padding)
    F, C, kh, kw = w.shape
    y = []
    for im in xp:
        maps = []
        for filt, bias in zip(w, b):
            maps.append([[np.mean(im[:, i:i + kh, j:j + kw] * filt) + bias
                          for j in range(0, im.shape[2] - kw + 1, stride)]
                         for i in range(0, im.shape[1] - kh + 1, stride)])
        y.append(maps)
    return np.array(y)


def conv_forward__mean_instead_of_sum_2(x, w, b, stride, padding):
    # the bias is made smaller, too
    v = sliding_window_view(_pad(x, padding), w.shape[2:], axis=(2, 3))[:, :, ::stride, ::stride]
    y = np.einsum('nchwij,fcij->nfhw', v, w)
    y += b[:, None, None]
    y /= w[0].size
    return y


def conv_forward__first_image_only_1(x, w, b, stride, padding):
    F, C, kh, kw = w.shape
    OH, OW = _size(x.shape[2], kh, stride, padding), _size(x.shape[3], kw, stride, padding)
    y = np.zeros((x.shape[0], F, OH, OW))
    img = _pad(x, padding)[0]
    for f in range(F):
        for i in range(OH):
            for j in range(OW):
                y[0, f, i, j] = np.vdot(img[:, i * stride:i * stride + kh, j * stride:j * stride + kw], w[f])
    y += b[None, :, None, None]
    return y


def conv_forward__first_image_only_2(x, w, b, stride, padding):
    # returns inside of the loop over the images: not even the bias afterwards
    F, C, kh, kw = w.shape
    xp = _pad(x, padding)
    OH, OW = _size(x.shape[2], kh, stride, padding), _size(x.shape[3], kw, stride, padding)
    y = np.zeros((x.shape[0], F, OH, OW))
    for n, img in enumerate(xp):
        for f in range(F):
            y[n, f] = sum(_conv_single(img[c], w[f, c], stride) for c in range(C)) + b[f]
        return y


def conv_forward__first_image_only_3(x, w, b, stride, padding):
    F, C, kh, kw = w.shape
    cols = _im2col(x[0:1], kh, kw, stride, padding)
    OH, OW = _size(x.shape[2], kh, stride, padding), _size(x.shape[3], kw, stride, padding)
    y = np.zeros((x.shape[0], F, OH * OW))
    y[0] = w.reshape(F, -1) @ cols.T
    y = y + b.reshape(1, F, 1)
    return y.reshape(-1, F, OH, OW)


def conv_forward__bias_forgotten_1(x, w, b, stride, padding):
    y = 0
    F, C, kh, kw = w.shape
    xp = _pad(x, padding)
    OH, OW = _size(x.shape[2], kh, stride, padding), _size(x.shape[3], kw, stride, padding)
    for r in range(kh):
        for s in range(kw):
            y = y + np.einsum('nchw,fc->nfhw',
                              xp[:, :, r:r + OH * stride:stride, s:s + OW * stride:stride], w[:, :, r, s])
    return y


def conv_forward__bias_forgotten_2(x, w, b, stride, padding):
    F, C, kh, kw = w.shape
    cols = _im2col(x, kh, kw, stride, padding)
    y = cols.dot(w.reshape(F, -1).T)
    y + b
    return y.reshape(len(x), _size(x.shape[2], kh, stride, padding), -1, F).transpose(0, 3, 1, 2)


def conv_forward__bias_added_often_1(x, w, b, stride, padding):
    # once for each channel
    xp = _pad(x, padding)
    y = None
    for n in range(x.shape[0]):
        for f in range(w.shape[0]):
            for c in range(x.shape[1]):
                m = _conv_single(xp[n, c], w[f, c], stride) + b[f]
                if y is None:
                    y = np.zeros((x.shape[0], w.shape[0]) + m.shape)
                y[n, f] += m
    return y


def conv_forward__bias_added_often_2(x, w, b, stride, padding):
    # once for each weight
    xp = _pad(x, padding)
    F, C, kh, kw = w.shape
    OH, OW = _size(x.shape[2], kh, stride, padding), _size(x.shape[3], kw, stride, padding)
    y = np.zeros((len(x), F, OH, OW))
    for i, j, f in itertools.product(range(OH), range(OW), range(F)):
        field = xp[:, :, i * stride:i * stride + kh, j * stride:j * stride + kw]
        y[:, f, i, j] = np.sum(field * w[f] + b[f], axis=(1, 2, 3))
    return y


def conv_forward__bias_added_often_3(x, w, b, stride, padding):
    # once for each place of the kernel
    xp = _pad(x, padding)
    F, C, kh, kw = w.shape
    OH, OW = _size(x.shape[2], kh, stride, padding), _size(x.shape[3], kw, stride, padding)
    y = np.zeros((len(x), F, OH, OW))
    for r in range(kh):
        for s in range(kw):
            part = xp[:, :, r:r + OH * stride:stride, s:s + OW * stride:stride]
            y += np.tensordot(part, w[:, :, r, s], axes=(1, 1)).transpose(0, 3, 1, 2)
            y += b.reshape(1, F, 1, 1)
    return y


def conv_forward__padding_forgotten_1(x, w, b, stride, padding):
    F, C, kh, kw = w.shape
    N, C, H, W = x.shape
    H_out = (H - kh) // stride + 1
    W_out = (W - kw) // stride + 1
    out = np.zeros((N, F, H_out, W_out))
    for n in range(N):
        for f in range(F):
            for i in range(H_out):
                for j in range(W_out):
                    out[n, f, i, j] = np.sum(x[n, :, i * stride:i * stride + kh, j * stride:j * stride + kw] * w[f]) + b[f]
    return out


def conv_forward__padding_forgotten_2(x, w, b, stride, padding=0):
    padding = 0        # left over from my first try
    v = sliding_window_view(_pad(x, padding), w.shape[2:], axis=(2, 3))[:, :, ::stride, ::stride]
    return np.tensordot(w, v, axes=((1, 2, 3), (1, 4, 5))).swapaxes(0, 1) + b.reshape(-1, 1, 1)


def conv_forward__padded_on_one_side_1(x, w, b, stride, padding):
    x = np.concatenate([np.zeros(x.shape[:2] + (padding, x.shape[3])), x], axis=2)
    x = np.concatenate([np.zeros(x.shape[:3] + (padding,)), x], axis=3)
    v = sliding_window_view(x, w.shape[2:], axis=(2, 3))[:, :, ::stride, ::stride]
    return np.einsum('nchwij,fcij->nfhw', v, w) + b[:, None, None]


def conv_forward__padded_on_one_side_2(x, w, b, stride, padding):
    # right size, wrong place: the image at the bottom right
    N, C, H, W = x.shape
    F, C, kh, kw = w.shape
    xp = np.zeros((N, C, H + 2 * padding, W + 2 * padding))
    xp[:, :, 2 * padding:, 2 * padding:] = x
    return np.array([[sum(_conv_single(xp[n, c], w[f, c], stride) for c in range(C)) + b[f] for f in range(F)]
                     for n in range(N)])


def conv_forward__padded_with_edges_1(x, w, b, stride, padding):
    F, C, kh, kw = w.shape
    N, C, H, W = x.shape
    OH, OW = _size(H, kh, stride, padding), _size(W, kw, stride, padding)
    y = np.zeros((N, F, OH, OW))
    for i in range(OH):
        for j in range(OW):
            acc = 0
            for u in range(kh):
                for v in range(kw):
                    yy = min(max(i * stride + u - padding, 0), H - 1)
                    xx = min(max(j * stride + v - padding, 0), W - 1)
                    acc = acc + x[:, :, yy, xx] @ w[:, :, u, v].T
            y[:, :, i, j] = acc + b
    return y


def conv_forward__stride_ignored_1(x, w, b, stride, padding):
    F, C, kh, kw = w.shape
    cols = _im2col(x, kh, kw, 1, padding)
    y = cols @ w.reshape(F, -1).T + b
    return y.reshape(len(x), x.shape[2] + 2 * padding - kh + 1, -1, F).transpose(0, 3, 1, 2)


def conv_forward__stride_ignored_2(x, w, b, stride, padding):
    xp = _pad(x, padding)
    F, C, kh, kw = w.shape
    return np.array([[[[(im[:, i:i + kh, j:j + kw] * k).sum() + bb
                        for j in range(im.shape[2] - kw + 1)] for i in range(im.shape[1] - kh + 1)]
                      for k, bb in zip(w, b)] for im in xp])


def conv_forward__stride_counted_not_taken_1(x, w, b, stride, padding):
    F, C, kh, kw = w.shape
    xp = _pad(x, padding)
    OH = (xp.shape[2] - kh + stride) // stride
    OW = (xp.shape[3] - kw + stride) // stride
    y = np.tile(b[None, :, None, None], (len(x), 1, OH, OW)).astype(float)
    for r in range(kh):
        for s in range(kw):
            y += np.einsum('nchw,fc->nfhw', xp[:, :, r:r + OH, s:s + OW], w[:, :, r, s])
    return y


def conv_forward__rounded_up_1(x, w, b, stride, padding):
    # windows are cut off at the end of the image, and the kernel with them
    F, C, kh, kw = w.shape
    xp = _pad(x, padding)
    OH = int(np.ceil((xp.shape[2] - kh) / stride)) + 1
    OW = int(np.ceil((xp.shape[3] - kw) / stride)) + 1
    y = np.empty((len(x), F, OH, OW))
    for i in range(OH):
        for j in range(OW):
            piece = xp[:, :, i * stride:i * stride + kh, j * stride:j * stride + kw]
            kernel = w[:, :, :piece.shape[2], :piece.shape[3]]
            y[:, :, i, j] = np.einsum('ncij,fcij->nf', piece, kernel) + b
    return y


def conv_forward__rounded_up_2(x, w, b, stride, padding):
    # -(-a // b) and the image made longer by repeating its end
    F, C, kh, kw = w.shape
    xp = _pad(x, padding)
    OH = -(-(xp.shape[2] - kh) // stride) + 1
    OW = -(-(xp.shape[3] - kw) // stride) + 1
    rows = np.minimum(np.arange(OH)[:, None] * stride + np.arange(kh), xp.shape[2] - 1)
    cols = np.minimum(np.arange(OW)[:, None] * stride + np.arange(kw), xp.shape[3] - 1)
    v = xp[:, :, rows[:, :, None, None], cols]          # n c oh kh ow kw
    return np.einsum('nchiwj,fcij->nfhw', v, w) + b.reshape(-1, 1, 1)


def conv_forward__no_plus_one_1(x, w, b, stride, padding):
    F, C, kh, kw = w.shape
    xp = _pad(x, padding)
    OH = (xp.shape[2] - kh) // stride
    OW = (xp.shape[3] - kw) // stride
    y = np.zeros((len(x), F, OH, OW))
    for n in range(len(x)):
        for f in range(F):
            for i in range(OH):
                for j in range(OW):
                    y[n, f, i, j] = (w[f] * xp[n, :, i * stride:i * stride + kh, j * stride:j * stride + kw]).sum() + b[f]
    return y


def conv_forward__no_plus_one_2(x, w, b, stride, padding):
    # range() stops too early: wrong only where the stride divides
    F, C, kh, kw = w.shape
    xp = _pad(x, padding)
    cols, oh = [], len(range(0, xp.shape[2] - kh, stride))
    for i in range(0, xp.shape[2] - kh, stride):
        for j in range(0, xp.shape[3] - kw, stride):
            cols.append(np.tensordot(xp[:, :, i:i + kh, j:j + kw], w, ((1, 2, 3), (1, 2, 3))) + b)
    ow = len(range(0, xp.shape[3] - kw, stride))
    return np.array(cols).reshape(oh, ow, len(x), F).transpose(2, 3, 0, 1)


# two at once

def conv_forward__kernel_flipped_bias_forgotten_1(x, w, b, stride, padding):
    v = sliding_window_view(_pad(x, padding), w.shape[2:], axis=(2, 3))[:, :, ::stride, ::stride]
    return np.einsum('nchwij,fcij->nfhw', v, np.rot90(w, 2, axes=(2, 3)))


def conv_forward__channels_last_bias_forgotten_1(x, w, b, stride, padding):
    F, C, kh, kw = w.shape
    cols = _im2col(x, kh, kw, stride, padding)
    return (cols @ w.reshape(F, -1).T).reshape(len(x), _size(x.shape[2], kh, stride, padding), -1, F)


def conv_forward__padding_forgotten_stride_ignored_1(x, w, b, stride, padding):
    F, C, kh, kw = w.shape
    y = b.reshape(1, F, 1, 1)
    oh, ow = x.shape[2] - kh + 1, x.shape[3] - kw + 1
    for r in range(kh):
        for s in range(kw):
            y = y + np.einsum('nchw,fc->nfhw', x[:, :, r:r + oh, s:s + ow], w[:, :, r, s])
    return y


def conv_forward__kernel_transposed_reshaped_without_transpose_1(x, w, b, stride, padding):
    F, C, kh, kw = w.shape
    cols = _im2col(x, kh, kw, stride, padding)
    y = cols @ w.transpose(0, 1, 3, 2).reshape(F, -1).T + b
    return y.reshape(len(x), F, _size(x.shape[2], kh, stride, padding), -1)


def conv_forward__no_plus_one_bias_added_often_1(x, w, b, stride, padding):
    N, C, H, W = x.shape
    F, C, kh, kw = w.shape
    xp = _pad(x, padding)
    y = np.zeros((N, F, (H + 2 * padding - kh) // stride, (W + 2 * padding - kw) // stride))
    for n, f, i, j in np.ndindex(*y.shape):
        for c in range(C):
            y[n, f, i, j] += (xp[n, c, i * stride:i * stride + kh, j * stride:j * stride + kw] * w[f, c]).sum()
            y[n, f, i, j] += b[f]
    return y


def conv_forward__mean_instead_of_sum_padded_on_one_side_1(x, w, b, stride, padding):
    F, C, kh, kw = w.shape
    xp = np.pad(x, ((0, 0), (0, 0), (0, padding), (0, padding)))
    v = sliding_window_view(xp, (kh, kw), axis=(2, 3))[:, :, ::stride, ::stride]
    return (v[:, None] * w[None, :, :, None, None]).mean(axis=(2, 5, 6)) + b[:, None, None]


def conv_forward__filters_reshaped_to_columns_batch_last_1(x, w, b, stride, padding):
    N, C, H, W = x.shape
    F, C, kh, kw = w.shape
    k, i, j = _get_im2col_indices(x.shape, kh, kw, padding, stride)
    rows = _pad(x, padding)[:, k, i, j].transpose(2, 0, 1).reshape(-1, C * kh * kw)
    y = rows @ w.reshape(-1, F) + b
    return y.reshape(N, _size(H, kh, stride, padding), -1, F).transpose(0, 3, 1, 2)


def conv_forward__first_channel_only_kernel_flipped_1(x, w, b, stride, padding):
    xp = _pad(x, padding)
    return np.array([[_conv_single(im[0], np.flipud(np.fliplr(k[0])), stride) + bb for k, bb in zip(w, b)]
                     for im in xp])


def conv_forward__right_1(x, w, b, stride, padding):
    x, w, b = x.tolist(), w.tolist(), b.tolist()
    C, H, W = len(x[0]), len(x[0][0]), len(x[0][0][0])
    kh, kw = len(w[0][0]), len(w[0][0][0])
    result = []
    for image in x:
        maps = []
        for f in range(len(w)):
            rows = []
            for i in range(-padding, H + padding - kh + 1, stride):
                row = []
                for j in range(-padding, W + padding - kw + 1, stride):
                    total = b[f]
                    for c in range(C):
                        for u in range(kh):
                            for v in range(kw):
                                if 0 <= i + u < H and 0 <= j + v < W:
                                    total += image[c][i + u][j + v] * w[f][c][u][v]
                    row.append(total)
                rows.append(row)
            maps.append(rows)
        result.append(maps)
    return result


def conv_forward__right_2(x, w, b, stride, padding):
    # all convolutions of stride 1 by Fourier transform, then every stride-th
    kh, kw = w.shape[2:]
    xp = _pad(x, padding)
    size = (xp.shape[2] + kh - 1, xp.shape[3] + kw - 1)
    prod = np.einsum('nchw,fchw->nfhw', np.fft.fft2(xp, size), np.fft.fft2(w[:, :, ::-1, ::-1], size))
    full = np.fft.ifft2(prod).real
    return full[:, :, kh - 1:xp.shape[2]:stride, kw - 1:xp.shape[3]:stride] + b[None, :, None, None]


def conv_forward__right_3(x, w, b, stride, padding):
    x, w, b = (a.astype('float32') for a in (x, w, b))
    F, C, kh, kw = w.shape
    y = _im2col(x, kh, kw, stride, padding) @ w.reshape(F, -1).T
    y += b
    return y.reshape(len(x), _size(x.shape[2], kh, stride, padding), -1, F).transpose(0, 3, 1, 2)


def conv_forward__right_4(x, w, b, stride, padding):
    N, C, H, W = x.shape
    F, C, kh, kw = w.shape
    k, i, j = _get_im2col_indices(x.shape, kh, kw, padding, stride)
    x_cols = _pad(x, padding)[:, k, i, j].transpose(1, 2, 0).reshape(C * kh * kw, -1)
    out = w.reshape(F, -1).dot(x_cols) + b.reshape(-1, 1)
    return np.asfortranarray(out.reshape(F, _size(H, kh, stride, padding), -1, N).transpose(3, 0, 1, 2))


def conv_forward__right_5(x, w, b, stride, padding):
    xp = _pad(x, padding)
    F, C, kh, kw = w.shape
    OH, OW = _size(x.shape[2], kh, stride, padding), _size(x.shape[3], kw, stride, padding)
    y = np.broadcast_to(b.reshape(1, F, 1, 1), (len(x), F, OH, OW)).copy()
    for c, r, s in np.ndindex(C, kh, kw):
        y += xp[:, None, c, r:r + OH * stride:stride, s:s + OW * stride:stride] * w[None, :, c, r, s, None, None]
    return y




# ---------------------------------------------------------------- 02: col2im

def col2im__assigned_instead_of_added_1(cols, x_shape, kh, kw, stride, padding):
    # fancy indexing with +=, which adds only once for each pixel
    N, C, H, W = x_shape
    x_padded = np.zeros((N, C, H + 2 * padding, W + 2 * padding), dtype=cols.dtype)
    k, i, j = _get_im2col_indices(x_shape, kh, kw, padding, stride)
    cols_reshaped = cols.reshape(N, -1, C * kh * kw).transpose(0, 2, 1)
    x_padded[:, k, i, j] += cols_reshaped
    return x_padded[:, :, padding:padding + H, padding:padding + W]


def col2im__assigned_instead_of_added_2(cols, x_shape, kh, kw, stride, padding):
    # window by window: the last window counts
    N, C, H, W = x_shape
    out = np.zeros((N, C, H + 2 * padding, W + 2 * padding))
    it = iter(cols)
    for n in range(N):
        for i in range(0, out.shape[2] - kh + 1, stride):
            for j in range(0, out.shape[3] - kw + 1, stride):
                out[n, :, i:i + kh, j:j + kw] = next(it).reshape(C, kh, kw)
    return out[:, :, padding:padding + H, padding:padding + W]


def col2im__assigned_instead_of_added_3(cols, x_shape, kh, kw, stride, padding):
    # place of the kernel by place of the kernel: the first window counts
    N, C, H, W = x_shape
    oh = (H + 2 * padding - kh) // stride + 1
    ow = (W + 2 * padding - kw) // stride + 1
    col = cols.reshape(N, oh, ow, C, kh, kw).transpose(0, 3, 4, 5, 1, 2)
    img = np.zeros((N, C, H + 2 * padding + stride - 1, W + 2 * padding + stride - 1))
    for y in range(kh):
        for x in range(kw):
            img[:, :, y:y + stride * oh:stride, x:x + stride * ow:stride] = col[:, :, y, x, :, :]
    return img[:, :, padding:H + padding, padding:W + padding]


def col2im__still_padded_1(cols, x_shape, kh, kw, stride, padding):
    N, C, H, W = x_shape
    Hp, Wp = H + 2 * padding, W + 2 * padding
    out = np.zeros((N, C, Hp, Wp))
    r = 0
    for n in range(N):
        for i in range(0, Hp - kh + 1, stride):
            for j in range(0, Wp - kw + 1, stride):
                out[n, :, i:i + kh, j:j + kw] += cols[r].reshape(C, kh, kw)
                r += 1
    return out


def col2im__still_padded_2(cols, x_shape, kh, kw, stride, padding):
    # cut off, but the result of the cut is thrown away
    N, C, H, W = x_shape
    k, i, j = _get_im2col_indices(x_shape, kh, kw, padding, stride)
    dx = np.zeros((N, C, H + 2 * padding, W + 2 * padding))
    np.add.at(dx, (slice(None), k, i, j), cols.reshape(N, -1, C * kh * kw).swapaxes(1, 2))
    if padding > 0:
        dx[:, :, padding:-padding, padding:-padding]
    return dx


def col2im__border_cut_off_on_one_side_1(cols, x_shape, kh, kw, stride, padding):
    n, c, h, w = x_shape
    xp = np.zeros((n, c, h + 2 * padding, w + 2 * padding))
    k, i, j = _get_im2col_indices(x_shape, kh, kw, padding, stride)
    np.add.at(xp, (slice(None), k, i, j), cols.reshape(n, -1, c * kh * kw).transpose(0, 2, 1))
    return xp[:, :, :h, :w]


def col2im__border_cut_off_on_one_side_2(cols, x_shape, kh, kw, stride, padding):
    n, c, h, w = x_shape
    xp = np.zeros((n, c, h + 2 * padding, w + 2 * padding))
    row = 0
    for m in range(n):
        for i in range(_size(h, kh, stride, padding)):
            for j in range(_size(w, kw, stride, padding)):
                xp[m, :, i * stride:i * stride + kh, j * stride:j * stride + kw] += cols[row].reshape(c, kh, kw)
                row += 1
    return xp[:, :, 2 * padding:, 2 * padding:]


def col2im__averaged_over_windows_1(cols, x_shape, kh, kw, stride, padding):
    N, C, H, W = x_shape
    total = np.zeros((N, C, H + 2 * padding, W + 2 * padding))
    times = np.zeros_like(total)
    k, i, j = _get_im2col_indices(x_shape, kh, kw, padding, stride)
    where = (slice(None), k, i, j)
    np.add.at(total, where, cols.reshape(N, -1, C * kh * kw).transpose(0, 2, 1))
    np.add.at(times, where, 1)
    out = total / np.maximum(times, 1)
    return out[:, :, padding:padding + H, padding:padding + W]


def col2im__averaged_over_windows_2(cols, x_shape, kh, kw, stride, padding):
    # pure Python: lists of what comes back to each pixel
    N, C, H, W = x_shape
    came = {}
    r = 0
    for n in range(N):
        for i in range(-padding, H + padding - kh + 1, stride):
            for j in range(-padding, W + padding - kw + 1, stride):
                q = 0
                for c in range(C):
                    for a in range(kh):
                        for b in range(kw):
                            came.setdefault((n, c, i + a, j + b), []).append(cols[r, q])
                            q += 1
                r += 1
    out = np.zeros((N, C, H, W))
    for (n, c, i, j), numbers in came.items():
        if 0 <= i < H and 0 <= j < W:
            out[n, c, i, j] = np.mean(numbers)
    return out


def col2im__rows_batch_last_1(cols, x_shape, kh, kw, stride, padding):
    # CS231n's, with its order of rows
    N, C, H, W = x_shape
    x_padded = np.zeros((N, C, H + 2 * padding, W + 2 * padding), dtype=cols.dtype)
    k, i, j = _get_im2col_indices(x_shape, kh, kw, padding, stride)
    cols_reshaped = cols.T.reshape(C * kh * kw, -1, N)
    cols_reshaped = cols_reshaped.transpose(2, 0, 1)
    np.add.at(x_padded, (slice(None), k, i, j), cols_reshaped)
    if padding == 0:
        return x_padded
    return x_padded[:, :, padding:-padding, padding:-padding]


def col2im__rows_batch_last_2(cols, x_shape, kh, kw, stride, padding):
    N, C, H, W = x_shape
    xp = np.zeros((N, C, H + 2 * padding, W + 2 * padding))
    r = 0
    for i in range(_size(H, kh, stride, padding)):
        for j in range(_size(W, kw, stride, padding)):
            for n in range(N):
                xp[n, :, i * stride:i * stride + kh, j * stride:j * stride + kw] += cols[r].reshape(C, kh, kw)
                r += 1
    return xp[:, :, padding:padding + H, padding:padding + W]


def col2im__reshaped_without_transpose_1(cols, x_shape, kh, kw, stride, padding):
    N, C, H, W = x_shape
    out_h = (H + 2 * padding - kh) // stride + 1
    out_w = (W + 2 * padding - kw) // stride + 1
    col = cols.reshape(N, C, kh, kw, out_h, out_w)
    img = np.zeros((N, C, H + 2 * padding + stride - 1, W + 2 * padding + stride - 1))
    for y in range(kh):
        for x in range(kw):
            img[:, :, y:y + stride * out_h:stride, x:x + stride * out_w:stride] += col[:, :, y, x]
    return img[:, :, padding:H + padding, padding:W + padding]


def col2im__reshaped_without_transpose_2(cols, x_shape, kh, kw, stride, padding):
    # turned round first, and then cut as if the image came first
    N, C, H, W = x_shape
    k, i, j = _get_im2col_indices(x_shape, kh, kw, padding, stride)
    xp = np.zeros((N, C, H + 2 * padding, W + 2 * padding))
    np.add.at(xp, (slice(None), k, i, j), cols.T.reshape(N, C * kh * kw, -1))
    return xp[:, :, padding:H + padding, padding:W + padding]


def col2im__reshaped_without_transpose_3(cols, x_shape, kh, kw, stride, padding):
    # axes of sliding_window_view: (N, C, OH, OW, kh, kw)
    N, C, H, W = x_shape
    OH, OW = _size(H, kh, stride, padding), _size(W, kw, stride, padding)
    g = np.reshape(cols, (N, C, OH, OW, kh, kw))
    xp = np.zeros((N, C, H + 2 * padding, W + 2 * padding))
    for i in range(OH):
        for j in range(OW):
            xp[:, :, i * stride:i * stride + kh, j * stride:j * stride + kw] += g[:, :, i, j]
    return xp[:, :, padding:H + padding, padding:W + padding]


def col2im__channels_last_1(cols, x_shape, kh, kw, stride, padding):
    n, c, h, w = x_shape
    out = np.zeros((n, h + 2 * padding, w + 2 * padding, c))
    rows = list(cols)
    for m in range(n):
        for top in range(0, h + 2 * padding - kh + 1, stride):
            for left in range(0, w + 2 * padding - kw + 1, stride):
                out[m, top:top + kh, left:left + kw] += rows.pop(0).reshape(kh, kw, c)
    out = out[:, padding:padding + h, padding:padding + w]
    return out.transpose(0, 3, 1, 2)


def col2im__kernel_by_columns_1(cols, x_shape, kh, kw, stride, padding):
    n, c, h, w = x_shape
    oh, ow = _size(h, kh, stride, padding), _size(w, kw, stride, padding)
    back = cols.reshape(n, oh, ow, c, kw, kh)
    out = np.zeros((n, c, h + 2 * padding, w + 2 * padding))
    for b in range(kw):
        for a in range(kh):
            out[:, :, a:a + stride * oh:stride, b:b + stride * ow:stride] += np.moveaxis(back[..., b, a], 3, 1)
    return out[:, :, padding:padding + h, padding:padding + w]


def col2im__kernel_by_columns_2(cols, x_shape, kh, kw, stride, padding):
    N, C, H, W = x_shape
    out = np.zeros((N, C, H, W))
    r = -1
    for n in range(N):
        for i in range(-padding, H + padding - kh + 1, stride):
            for j in range(-padding, W + padding - kw + 1, stride):
                r += 1
                q = -1
                for c in range(C):
                    for v in range(kw):
                        for u in range(kh):
                            q += 1
                            if i + u < 0 or j + v < 0 or i + u >= H or j + v >= W:
                                continue
                            out[n, c, i + u, j + v] += cols[r, q]
    return out


def col2im__windows_flipped_1(cols, x_shape, kh, kw, stride, padding):
    N, C, H, W = x_shape
    xp = np.zeros((N, C, H + 2 * padding, W + 2 * padding))
    places = itertools.product(range(N), range(0, H + 2 * padding - kh + 1, stride),
                               range(0, W + 2 * padding - kw + 1, stride))
    for line, (n, i, j) in zip(cols, places):
        xp[n, :, i:i + kh, j:j + kw] += line.reshape(C, kh, kw)[:, ::-1, ::-1]
    return xp[:, :, padding:padding + H, padding:padding + W]


def col2im__windows_flipped_2(cols, x_shape, kh, kw, stride, padding):
    # the whole line backwards, channels as well
    return _col2im(np.fliplr(cols), x_shape, kh, kw, stride, padding)


def col2im__stride_ignored_1(cols, x_shape, kh, kw, stride, padding):
    N, C, H, W = x_shape
    OH, OW = _size(H, kh, stride, padding), _size(W, kw, stride, padding)
    xp = np.zeros((N, C, H + 2 * padding, W + 2 * padding))
    for n in range(N):
        for i in range(OH):
            for j in range(OW):
                xp[n, :, i:i + kh, j:j + kw] += cols[(n * OH + i) * OW + j].reshape(C, kh, kw)
    return xp[:, :, padding:padding + H, padding:padding + W]


def col2im__stride_ignored_2(cols, x_shape, kh, kw, stride, padding):
    N, C, H, W = x_shape
    OH, OW = _size(H, kh, stride, padding), _size(W, kw, stride, padding)
    d = cols.reshape(N, OH, OW, C, kh, kw).transpose(0, 3, 4, 5, 1, 2)
    xp = np.zeros((N, C, H + 2 * padding, W + 2 * padding))
    for a in range(kh):
        for b in range(kw):
            xp[:, :, a:a + OH, b:b + OW] += d[:, :, a, b]
    return xp[:, :, padding:padding + H, padding:padding + W]


# two at once

def col2im__assigned_instead_of_added_still_padded_1(cols, x_shape, kh, kw, stride, padding):
    N, C, H, W = x_shape
    out = np.zeros((N, C, H + 2 * padding, W + 2 * padding))
    k, i, j = _get_im2col_indices(x_shape, kh, kw, padding, stride)
    out[:, k, i, j] = cols.reshape(N, -1, C * kh * kw).transpose(0, 2, 1)
    return out


def col2im__channels_last_border_cut_off_on_one_side_1(cols, x_shape, kh, kw, stride, padding):
    n, c, h, w = x_shape
    oh, ow = _size(h, kh, stride, padding), _size(w, kw, stride, padding)
    t = cols.reshape(n, oh, ow, kh, kw, c)
    out = np.zeros((n, c, h + 2 * padding, w + 2 * padding))
    for i in range(oh):
        for j in range(ow):
            out[:, :, i * stride:i * stride + kh, j * stride:j * stride + kw] += t[:, i, j].transpose(0, 3, 1, 2)
    return out[:, :, :h, :w]


def col2im__windows_flipped_averaged_over_windows_1(cols, x_shape, kh, kw, stride, padding):
    n, c, h, w = x_shape
    out = np.zeros((n, c, h + 2 * padding, w + 2 * padding))
    cnt = np.zeros(out.shape[2:])
    oh, ow = _size(h, kh, stride, padding), _size(w, kw, stride, padding)
    t = cols.reshape(n, oh, ow, c, kh, kw)[..., ::-1, ::-1]
    for i in range(oh):
        for j in range(ow):
            sl = np.s_[i * stride:i * stride + kh, j * stride:j * stride + kw]
            out[(...,) + sl] += t[:, i, j]
            cnt[sl] += 1
    cnt[cnt == 0] = 1
    out /= cnt
    return out[:, :, padding:padding + h, padding:padding + w]


def col2im__rows_batch_last_stride_ignored_1(cols, x_shape, kh, kw, stride, padding):
    n, c, h, w = x_shape
    oh, ow = _size(h, kh, stride, padding), _size(w, kw, stride, padding)
    t = cols.reshape(oh, ow, n, c, kh, kw)
    out = np.zeros((n, c, h + 2 * padding, w + 2 * padding))
    for i in range(oh):
        for j in range(ow):
            out[:, :, i:i + kh, j:j + kw] += t[i, j]
    return out[:, :, padding:padding + h, padding:padding + w]


def col2im__right_1(cols, x_shape, kh, kw, stride, padding):
    N, C, H, W = x_shape
    out = [[[[0.0] * W for _ in range(H)] for _ in range(C)] for _ in range(N)]
    rows = iter(cols.tolist())
    for n in range(N):
        for i in range(-padding, H + padding - kh + 1, stride):
            for j in range(-padding, W + padding - kw + 1, stride):
                numbers = iter(next(rows))
                for c in range(C):
                    for u in range(i, i + kh):
                        for v in range(j, j + kw):
                            z = next(numbers)
                            if 0 <= u < H and 0 <= v < W:
                                out[n][c][u][v] += z
    return out


def col2im__right_2(cols, x_shape, kh, kw, stride, padding):
    N, C, H, W = x_shape
    x_padded = np.zeros((N, C, H + 2 * padding, W + 2 * padding), order='F')
    k, i, j = _get_im2col_indices(x_shape, kh, kw, padding, stride)
    np.add.at(x_padded, (slice(None), k, i, j), cols.reshape(N, -1, C * kh * kw).transpose(0, 2, 1))
    return x_padded[:, :, padding:H + padding, padding:W + padding]


def col2im__right_3(cols, x_shape, kh, kw, stride, padding):
    # ask im2col where each number came from, then count with bincount
    N, C, H, W = x_shape
    size = N * C * H * W
    names = _im2col(np.arange(1, size + 1).reshape(N, C, H, W), kh, kw, stride, padding)
    return np.bincount(names.ravel(), weights=cols.ravel(), minlength=size + 1)[1:].reshape(N, C, H, W)


def col2im__right_4(cols, x_shape, kh, kw, stride, padding):
    n, c, h, w = x_shape
    oh, ow = _size(h, kh, stride, padding), _size(w, kw, stride, padding)
    img = np.zeros((n, c, h + 2 * padding + stride - 1, w + 2 * padding + stride - 1), dtype=np.float32)
    col = cols.reshape(n, oh, ow, c, kh, kw).transpose(0, 3, 4, 5, 1, 2)
    for y in range(kh):
        for x in range(kw):
            img[:, :, y:y + stride * oh:stride, x:x + stride * ow:stride] += col[:, :, y, x]
    return img[:, :, padding:h + padding, padding:w + padding]


# ---------------------------------------------------------------- 02: conv_backward

def conv_backward__gradient_not_transposed_1(dy, x, w, b, stride, padding):
    F, C, kh, kw = w.shape
    col = _im2col(x, kh, kw, stride, padding)
    dout = dy.reshape(-1, F)
    db = np.sum(dout, axis=0)
    dW = np.dot(col.T, dout)
    dW = dW.transpose(1, 0).reshape(F, C, kh, kw)
    dcol = np.dot(dout, w.reshape(F, -1))
    return _col2im(dcol, x.shape, kh, kw, stride, padding), dW, db


def conv_backward__gradient_not_transposed_2(dy, x, w, b, stride, padding):
    # db is right, for it was made of dy itself; and the filters come first
    F, C, kh, kw = w.shape
    db = dy.sum(axis=(0, 2, 3))
    flat = dy.reshape(F, -1)
    dw = (flat @ _im2col(x, kh, kw, stride, padding)).reshape(w.shape)
    dx = _col2im((w.reshape(F, -1).T @ flat).T, x.shape, kh, kw, stride, padding)
    return dx, dw, db


def conv_backward__gradient_not_transposed_3(dy, x, w, b, stride, padding):
    F, C, kh, kw = w.shape
    db = np.einsum('nfhw->f', dy)
    d = dy.reshape(-1, F)
    dw = np.einsum('rf,rk->fk', d, _im2col(x, kh, kw, stride, padding)).reshape(w.shape)
    dx = _col2im(np.einsum('rf,fk->rk', d, w.reshape(F, -1)), list(x.shape), kh, kw, stride, padding)
    return dx, dw, db


def conv_backward__divided_by_batch_1(dy, x, w, b, stride, padding):
    N, C, H, W = x.shape
    F, _, kh, kw = w.shape
    OH, OW = dy.shape[2:]
    xp = _pad(x, padding)
    dxp = np.zeros(xp.shape)
    dw = np.zeros(w.shape)
    db = np.zeros(b.shape)
    for n in range(N):
        for f in range(F):
            for i in range(OH):
                for j in range(OW):
                    g = dy[n, f, i, j] / N
                    t, l = i * stride, j * stride
                    dxp[n, :, t:t + kh, l:l + kw] += g * w[f]
                    dw[f] += g * xp[n, :, t:t + kh, l:l + kw]
                    db[f] += g
    return dxp[:, :, padding:padding + H, padding:padding + W], dw, db


def conv_backward__dx_divided_by_batch_1(dy, x, w, b, stride, padding):
    N, F, OH, OW = dy.shape
    _, C, kh, kw = w.shape
    rows = dy.transpose(0, 2, 3, 1).reshape(-1, F)
    dw = (rows.T @ _im2col(x, kh, kw, stride, padding)).reshape(w.shape)
    dx = 1 / N * _col2im(rows @ w.reshape(F, -1), x.shape, kh, kw, stride, padding)
    return dx, dw, rows.sum(0)


def conv_backward__dw_divided_by_batch_1(dy, x, w, b, stride, padding):
    N, C, H, W = x.shape
    F, C, kh, kw = w.shape
    xp = _pad(x, padding)
    dxp = np.zeros_like(xp)
    dws = []
    for n in range(N):
        one = np.zeros_like(w)
        for i in range(dy.shape[2]):
            for j in range(dy.shape[3]):
                sl = (n, slice(None), slice(i * stride, i * stride + kh), slice(j * stride, j * stride + kw))
                one += dy[n, :, i, j][:, None, None, None] * xp[sl]
                dxp[sl] += np.tensordot(dy[n, :, i, j], w, axes=1)
        dws.append(one)
    return dxp[:, :, padding:H + padding, padding:W + padding], np.mean(dws, axis=0), dy.sum((0, 2, 3))


def conv_backward__dw_divided_by_places_1(dy, x, w, b, stride, padding):
    F, C, kh, kw = w.shape
    N, _, H, W = x.shape
    OH, OW = dy.shape[2:]
    xp = _pad(x, padding)
    dw = np.zeros_like(w)
    dxp = np.zeros_like(xp)
    for r in range(kh):
        for s in range(kw):
            part = xp[:, :, r:r + OH * stride:stride, s:s + OW * stride:stride]
            dw[:, :, r, s] = (dy[:, :, None] * part[:, None]).mean(axis=(3, 4)).sum(axis=0)
            dxp[:, :, r:r + OH * stride:stride, s:s + OW * stride:stride] += np.einsum('nfhw,fc->nchw', dy, w[:, :, r, s])
    return dxp[:, :, padding:padding + H, padding:padding + W], dw, dy.sum(axis=(0, 2, 3))


def conv_backward__dw_of_first_image_1(dy, x, w, b, stride, padding):
    F, C, kh, kw = w.shape
    v = sliding_window_view(_pad(x, padding), (kh, kw), axis=(2, 3))[:, :, ::stride, ::stride]
    dw = np.einsum('fhw,chwij->fcij', dy[0], v[0])
    dcols = np.einsum('nfhw,fcij->nhwcij', dy, w)
    dx = _col2im(dcols.reshape(-1, C * kh * kw), x.shape, kh, kw, stride, padding)
    return dx, dw, dy.sum((0, 2, 3))


def conv_backward__dw_of_first_image_2(dy, x, w, b, stride, padding):
    # takes the rows of the first image only: forgets that there are N of them
    N, F, OH, OW = dy.shape
    C, kh, kw = w.shape[1:]
    cols = _im2col(x, kh, kw, stride, padding)
    d = np.rollaxis(dy, 1, 4).reshape(-1, F)
    dw = np.zeros((F, C * kh * kw))
    for r in range(OH * OW):
        dw += np.outer(d[r], cols[r])
    return _col2im(d.dot(w.reshape(F, -1)), x.shape, kh, kw, stride, padding), dw.reshape(w.shape), d.sum(axis=0)


def conv_backward__dx_of_first_image_1(dy, x, w, b, stride, padding):
    N, C, H, W = x.shape
    F, C, kh, kw = w.shape
    d = dy.transpose(0, 2, 3, 1).reshape(-1, F)
    dw = d.T.dot(_im2col(x, kh, kw, stride, padding)).reshape(w.shape)
    dxp = np.zeros((N, C, H + 2 * padding, W + 2 * padding))
    for f in range(F):
        for i in range(dy.shape[2]):
            for j in range(dy.shape[3]):
                dxp[0, :, i * stride:i * stride + kh, j * stride:j * stride + kw] += w[f] * dy[0, f, i, j]
    return dxp[:, :, padding:padding + H, padding:padding + W], dw, d.sum(axis=0)


def conv_backward__dw_flipped_1(dy, x, w, b, stride, padding):
    N, C, H, W = x.shape
    F, C, kh, kw = w.shape
    OH, OW = dy.shape[2:]
    xp = _pad(x, padding)
    dw = np.zeros(w.shape)
    for a in range(kh):
        for c in range(kw):
            part = xp[:, :, a:a + OH * stride:stride, c:c + OW * stride:stride]
            dw[:, :, kh - 1 - a, kw - 1 - c] = np.tensordot(dy, part, axes=([0, 2, 3], [0, 2, 3]))
    d = dy.transpose(0, 2, 3, 1).reshape(-1, F)
    return _col2im(d @ w.reshape(F, -1), x.shape, kh, kw, stride, padding), dw, d.sum(0)


def conv_backward__dw_flipped_2(dy, x, w, b, stride, padding):
    # the whole filter backwards, channels too
    F, C, kh, kw = w.shape
    d = dy.transpose(0, 2, 3, 1).reshape(-1, F)
    dw = (d.T @ _im2col(x, kh, kw, stride, padding))[:, ::-1].reshape(w.shape)
    return _col2im(d @ w.reshape(F, -1), x.shape, kh, kw, stride, padding), dw, d.sum(0)


def conv_backward__dw_as_matrix_1(dy, x, w, b, stride, padding):
    F, C, kh, kw = w.shape
    d = np.moveaxis(dy, 1, 3).reshape(-1, F)
    W2 = w.reshape(F, -1)
    return (_col2im(d @ W2, x.shape, kh, kw, stride, padding),
            d.T @ _im2col(x, kh, kw, stride, padding),
            d.sum(axis=0))


def conv_backward__dw_as_matrix_2(dy, x, w, b, stride, padding):
    # inputs first
    F = len(w)
    d = np.moveaxis(dy, 1, 3).reshape(-1, F)
    cols = _im2col(x, *w.shape[2:], stride, padding)
    dw = cols.T @ d
    dx = _col2im(d @ w.reshape(F, -1), x.shape, *w.shape[2:], stride, padding)
    return dx, dw, np.ones(len(d)) @ d


def conv_backward__dw_reshaped_without_transpose_1(dy, x, w, b, stride, padding):
    F, C, kh, kw = w.shape
    col = _im2col(x, kh, kw, stride, padding)
    dout = dy.transpose(0, 2, 3, 1).reshape(-1, F)
    db = np.sum(dout, axis=0)
    dW = np.dot(col.T, dout).reshape(F, C, kh, kw)
    dx = _col2im(np.dot(dout, w.reshape(F, -1)), x.shape, kh, kw, stride, padding)
    return dx, dW, db


def conv_backward__dw_reshaped_without_transpose_2(dy, x, w, b, stride, padding):
    # einsum with the output's letters in another order, then reshape
    F, C, kh, kw = w.shape
    v = sliding_window_view(_pad(x, padding), (kh, kw), axis=(2, 3))[:, :, ::stride, ::stride]
    dw = np.einsum('nfhw,nchwij->cijf', dy, v).reshape(F, C, kh, kw)
    dcols = np.einsum('nfhw,fcij->nhwcij', dy, w).reshape(-1, C * kh * kw)
    return _col2im(dcols, x.shape, kh, kw, stride, padding), dw, dy.sum(axis=(0, 2, 3))


def _dx_dw(dy, x, w, stride, padding):
    F, C, kh, kw = w.shape
    d = dy.transpose(0, 2, 3, 1).reshape(-1, F)
    dw = (d.T @ _im2col(x, kh, kw, stride, padding)).reshape(w.shape)
    return _col2im(d @ w.reshape(F, -1), x.shape, kh, kw, stride, padding), dw


def conv_backward__db_averaged_1(dy, x, w, b, stride, padding):
    dx, dw = _dx_dw(dy, x, w, stride, padding)
    db = np.array([dy[:, f].mean() for f in range(len(b))])
    return dx, dw, db


def conv_backward__db_averaged_2(dy, x, w, b, stride, padding):
    # the mean over the images only
    dx, dw = _dx_dw(dy, x, w, stride, padding)
    return dx, dw, dy.sum(axis=3).sum(axis=2).mean(axis=0)


def conv_backward__db_averaged_3(dy, x, w, b, stride, padding):
    # the mean over the places only
    dx, dw = _dx_dw(dy, x, w, stride, padding)
    return dx, dw, np.average(dy, axis=(2, 3)).sum(axis=0)


def conv_backward__db_keeps_axes_1(dy, x, w, b, stride, padding):
    dx, dw = _dx_dw(dy, x, w, stride, padding)
    return dx, dw, np.sum(dy, axis=(0, 2, 3), keepdims=True)


def conv_backward__db_keeps_axes_2(dy, x, w, b, stride, padding):
    dx, dw = _dx_dw(dy, x, w, stride, padding)
    db = np.zeros((len(b), 1))
    for n in range(dy.shape[0]):
        for f in range(dy.shape[1]):
            db[f] += np.sum(dy[n, f])
    return dx, dw, db


def conv_backward__db_keeps_axes_3(dy, x, w, b, stride, padding):
    dx, dw = _dx_dw(dy, x, w, stride, padding)
    flat = dy.transpose(0, 2, 3, 1).reshape(-1, dy.shape[1])
    return dx, dw, np.ones((1, flat.shape[0])) @ flat


def conv_backward__db_keeps_images_1(dy, x, w, b, stride, padding):
    dx, dw = _dx_dw(dy, x, w, stride, padding)
    return dx, dw, [[m.sum() for m in image] for image in dy]


def conv_backward__db_keeps_places_1(dy, x, w, b, stride, padding):
    dx, dw = _dx_dw(dy, x, w, stride, padding)
    db = 0
    for g in dy:
        db = db + g
    return dx, dw, db


def conv_backward__db_keeps_places_2(dy, x, w, b, stride, padding):
    dx, dw = _dx_dw(dy, x, w, stride, padding)
    return dx, dw, dy.reshape(*dy.shape[:2], -1).sum(axis=0)


def conv_backward__db_over_filters_1(dy, x, w, b, stride, padding):
    dx, dw = _dx_dw(dy, x, w, stride, padding)
    db = dy.reshape(dy.shape[0], -1).sum(axis=1)
    return dx, dw, db


def conv_backward__db_over_everything_1(dy, x, w, b, stride, padding):
    dx, dw = _dx_dw(dy, x, w, stride, padding)
    return dx, dw, dy.sum()


def conv_backward__db_over_everything_2(dy, x, w, b, stride, padding):
    # the sum is written to all filters: shape (F,)
    dx, dw = _dx_dw(dy, x, w, stride, padding)
    db = np.zeros_like(b)
    db += np.sum(dy)
    return dx, dw, db


def conv_backward__db_missing_1(dy, x, w, b, stride, padding):
    N, C, H, W = x.shape
    F, C, kh, kw = w.shape
    dx, dw, db = np.zeros_like(_pad(x, padding)), np.zeros_like(w), np.zeros_like(b)
    xp = _pad(x, padding)
    for (n, f, i, j), g in np.ndenumerate(dy):
        here = np.index_exp[n, :, i * stride:i * stride + kh, j * stride:j * stride + kw]
        dx[here] += g * w[f]
        dw[f] += g * xp[here]
    return dx[:, :, padding:padding + H, padding:padding + W], dw, db


def conv_backward__dx_kernel_flipped_1(dy, x, w, b, stride, padding):
    F, C, kh, kw = w.shape
    turned = w[:, :, ::-1, ::-1]
    d = dy.transpose(0, 2, 3, 1).reshape(-1, F)
    dx = _col2im(d @ turned.reshape(F, -1), x.shape, kh, kw, stride, padding)
    return dx, _dx_dw(dy, x, w, stride, padding)[1], d.sum(0)


def conv_backward__dx_kernel_flipped_2(dy, x, w, b, stride, padding):
    # full convolution of the spread-out dy, where the kernel should be turned and is not
    N, C, H, W = x.shape
    F, C, kh, kw = w.shape
    OH, OW = dy.shape[2:]
    spread = np.zeros((N, F, H + 2 * padding + kh - 1, W + 2 * padding + kw - 1))
    spread[:, :, kh - 1:kh - 1 + OH * stride:stride, kw - 1:kw - 1 + OW * stride:stride] = dy
    v = sliding_window_view(spread, (kh, kw), axis=(2, 3))
    dx = np.einsum('nfhwij,fcij->nchw', v, w)[:, :, padding:padding + H, padding:padding + W]
    u = sliding_window_view(_pad(x, padding), (kh, kw), axis=(2, 3))[:, :, ::stride, ::stride]
    return dx, np.einsum('nfhw,nchwij->fcij', dy, u), dy.sum((0, 2, 3))


def conv_backward__filters_reshaped_to_columns_1(dy, x, w, b, stride, padding):
    F, C, kh, kw = w.shape
    col_W = w.reshape(-1, F)
    dout = dy.transpose(0, 2, 3, 1).reshape(-1, F)
    dx = _col2im(np.dot(dout, col_W.T), x.shape, kh, kw, stride, padding)
    return dx, _dx_dw(dy, x, w, stride, padding)[1], np.sum(dout, axis=0)


def conv_backward__assigned_instead_of_added_1(dy, x, w, b, stride, padding):
    N, C, H, W = x.shape
    F, C, kh, kw = w.shape
    xp = _pad(x, padding)
    dxp, dw, db = np.zeros_like(xp), np.zeros_like(w), dy.sum(axis=(0, 2, 3))
    for n in range(N):
        for i in range(dy.shape[2]):
            for j in range(dy.shape[3]):
                t, l = stride * i, stride * j
                dxp[n, :, t:t + kh, l:l + kw] = (w * dy[n, :, i, j].reshape(F, 1, 1, 1)).sum(axis=0)
                dw += dy[n, :, i, j].reshape(F, 1, 1, 1) * xp[n, :, t:t + kh, l:l + kw]
    return dxp[:, :, padding:padding + H, padding:padding + W], dw, db


def conv_backward__assigned_instead_of_added_2(dy, x, w, b, stride, padding):
    # one filter inside: of the filters, too, only the last counts
    N, C, H, W = x.shape
    F, C, kh, kw = w.shape
    xp = _pad(x, padding)
    dxp, dw, db = np.zeros_like(xp), np.zeros_like(w), np.zeros(F)
    for n in range(N):
        for f in range(F):
            for i in range(dy.shape[2]):
                for j in range(dy.shape[3]):
                    a, c = stride * i, stride * j
                    db[f] += dy[n, f, i, j]
                    dw[f] += dy[n, f, i, j] * xp[n, :, a:a + kh, c:c + kw]
                    dxp[n, :, a:a + kh, c:c + kw] = dy[n, f, i, j] * w[f]
    return dxp[:, :, padding:padding + H, padding:padding + W], dw, db


def conv_backward__assigned_instead_of_added_3(dy, x, w, b, stride, padding):
    N, C, H, W = x.shape
    F, C, kh, kw = w.shape
    k, i, j = _get_im2col_indices(x.shape, kh, kw, padding, stride)
    cols = _pad(x, padding)[:, k, i, j]                       # N, CKK, L
    d = dy.reshape(N, F, -1)
    dw = np.einsum('nfl,nkl->fk', d, cols).reshape(w.shape)
    dcols = w.reshape(F, -1).T @ d
    dxp = np.zeros((N, C, H + 2 * padding, W + 2 * padding))
    dxp[:, k, i, j] += dcols
    return dxp[:, :, padding:padding + H, padding:padding + W], dw, d.sum(axis=(0, 2))


def conv_backward__still_padded_1(dy, x, w, b, stride, padding):
    x = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    F, C, kh, kw = w.shape
    dx, dw, db = [np.zeros(a.shape) for a in (x, w, b)]
    for i in range(dy.shape[2]):
        for j in range(dy.shape[3]):
            ys, xs = slice(i * stride, i * stride + kh), slice(j * stride, j * stride + kw)
            dx[:, :, ys, xs] += np.tensordot(dy[:, :, i, j], w, axes=1)
            dw += np.tensordot(dy[:, :, i, j].T, x[:, :, ys, xs], axes=1)
            db += dy[:, :, i, j].sum(0)
    return dx, dw, db


def conv_backward__border_cut_off_on_one_side_1(dy, x, w, b, stride, padding):
    N, C, H, W = x.shape
    F, C, kh, kw = w.shape
    OH, OW = dy.shape[2:]
    xp = _pad(x, padding)
    dxp, dw = np.zeros_like(xp), np.zeros_like(w)
    for r in range(kh):
        for s in range(kw):
            part = np.index_exp[:, :, r:r + OH * stride:stride, s:s + OW * stride:stride]
            dw[:, :, r, s] = np.einsum('nfhw,nchw->fc', dy, xp[part])
            dxp[part] += np.einsum('nfhw,fc->nchw', dy, w[:, :, r, s])
    return dxp[:, :, :H, :W], dw, dy.sum((0, 2, 3))


def conv_backward__border_cut_off_on_one_side_2(dy, x, w, b, stride, padding):
    F, C, kh, kw = w.shape
    shape = (x.shape[0], C, x.shape[2] + 2 * padding, x.shape[3] + 2 * padding)
    d = dy.transpose(0, 2, 3, 1).reshape(-1, F)
    dxp = _col2im(d @ w.reshape(F, -1), shape, kh, kw, stride, 0)
    return dxp[..., 2 * padding:, 2 * padding:], _dx_dw(dy, x, w, stride, padding)[1], d.sum(0)


def conv_backward__stride_ignored_1(dy, x, w, b, stride, padding):
    N, C, H, W = x.shape
    F, C, kh, kw = w.shape
    xp = _pad(x, padding)
    dxp, dw = np.zeros_like(xp), np.zeros_like(w)
    for n in range(N):
        for f in range(F):
            for i in range(dy.shape[2]):
                for j in range(dy.shape[3]):
                    dxp[n, :, i:i + kh, j:j + kw] += w[f] * dy[n, f, i, j]
                    dw[f] += xp[n, :, i:i + kh, j:j + kw] * dy[n, f, i, j]
    return dxp[:, :, padding:padding + H, padding:padding + W], dw, dy.sum(axis=(0, 2, 3))


def conv_backward__stride_ignored_2(dy, x, w, b, stride, padding):
    # dx only: as a full convolution of dy with the turned kernel, which is right for stride 1
    N, C, H, W = x.shape
    F, C, kh, kw = w.shape
    full = np.pad(dy, ((0, 0), (0, 0), (kh - 1, H + 2 * padding - dy.shape[2]), (kw - 1, W + 2 * padding - dy.shape[3])))
    v = sliding_window_view(full, (kh, kw), axis=(2, 3))[:, :, :H + 2 * padding, :W + 2 * padding]
    dxp = np.einsum('nfhwij,fcij->nchw', v, w[:, :, ::-1, ::-1])
    dw = _dx_dw(dy, x, w, stride, padding)[1]
    return dxp[:, :, padding:padding + H, padding:padding + W], dw, dy.sum((0, 2, 3))


def conv_backward__stride_ignored_3(dy, x, w, b, stride, padding):
    # dw only
    F, C, kh, kw = w.shape
    OH, OW = dy.shape[2:]
    v = sliding_window_view(_pad(x, padding), (kh, kw), axis=(2, 3))[:, :, :OH, :OW]
    dw = np.tensordot(dy, v, axes=([0, 2, 3], [0, 2, 3]))
    return _dx_dw(dy, x, w, stride, padding)[0], dw, dy.sum((0, 2, 3))


# two at once

def conv_backward__db_averaged_dw_divided_by_batch_1(dy, x, w, b, stride, padding):
    F, C, kh, kw = w.shape
    d = dy.transpose(0, 2, 3, 1).reshape(-1, F)
    dx = _col2im(d @ w.reshape(F, -1), x.shape, kh, kw, stride, padding)
    dw = (d.T @ _im2col(x, kh, kw, stride, padding)).reshape(w.shape) / x.shape[0]
    db = d.mean(axis=0)
    return dx, dw, db


def conv_backward__dw_divided_by_batch_dw_divided_by_places_1(dy, x, w, b, stride, padding):
    F, C, kh, kw = w.shape
    d = dy.transpose(0, 2, 3, 1).reshape(-1, F)
    cols = _im2col(x, kh, kw, stride, padding)
    dw = (d[:, :, None] * cols[:, None, :]).mean(axis=0).reshape(w.shape)
    return _dx_dw(dy, x, w, stride, padding)[0], dw, d.sum(0)


def conv_backward__dw_as_matrix_db_keeps_axes_1(dy, x, w, b, stride, padding):
    F, C, kh, kw = w.shape
    d = dy.transpose(1, 0, 2, 3).reshape(F, -1)
    dw = d @ _im2col(x, kh, kw, stride, padding)
    db = d.sum(axis=1, keepdims=True)
    return _col2im(d.T @ w.reshape(F, -1), x.shape, kh, kw, stride, padding), dw, db


def conv_backward__still_padded_db_missing_1(dy, x, w, b, stride, padding):
    F, C, kh, kw = w.shape
    shape = (x.shape[0], C, x.shape[2] + 2 * padding, x.shape[3] + 2 * padding)
    d = dy.transpose(0, 2, 3, 1).reshape(-1, F)
    dx = _col2im(d @ w.reshape(F, -1), shape, kh, kw, stride, 0)
    return dx, _dx_dw(dy, x, w, stride, padding)[1], np.zeros(F)


def conv_backward__dx_kernel_flipped_dw_flipped_1(dy, x, w, b, stride, padding):
    # the backward pass of a flipped convolution
    F, C, kh, kw = w.shape
    d = dy.transpose(0, 2, 3, 1).reshape(-1, F)
    dx = _col2im(d @ np.flip(w, (2, 3)).reshape(F, -1), x.shape, kh, kw, stride, padding)
    dw = np.flip((d.T @ _im2col(x, kh, kw, stride, padding)).reshape(w.shape), (2, 3))
    return dx, dw, d.sum(0)


def conv_backward__assigned_instead_of_added_dw_of_first_image_1(dy, x, w, b, stride, padding):
    N, C, H, W = x.shape
    F, C, kh, kw = w.shape
    xp = _pad(x, padding)
    dxp, dw = np.zeros_like(xp), np.zeros_like(w)
    for i, j in np.ndindex(*dy.shape[2:]):
        s = np.index_exp[:, i * stride:i * stride + kh, j * stride:j * stride + kw]
        dxp[(slice(None),) + s] = np.einsum('nf,fcij->ncij', dy[:, :, i, j], w)
        dw += dy[0, :, i, j][:, None, None, None] * xp[0][s]
    return dxp[:, :, padding:padding + H, padding:padding + W], dw, dy.sum((0, 2, 3))


def conv_backward__db_keeps_images_dx_divided_by_batch_1(dy, x, w, b, stride, padding):
    dx, dw = _dx_dw(dy, x, w, stride, padding)
    dx /= len(x)
    return dx, dw, dy.sum(axis=(2, 3))


def conv_backward__filters_reshaped_to_columns_dw_reshaped_without_transpose_1(dy, x, w, b, stride, padding):
    F, C, kh, kw = w.shape
    d = dy.transpose(0, 2, 3, 1).reshape(-1, F)
    Wc = w.reshape(-1, F)
    dWc = _im2col(x, kh, kw, stride, padding).T @ d
    return _col2im(d @ Wc.T, x.shape, kh, kw, stride, padding), dWc.reshape(w.shape), d.sum(0)


def conv_backward__stride_ignored_db_over_everything_1(dy, x, w, b, stride, padding):
    N, C, H, W = x.shape
    F, C, kh, kw = w.shape
    xp = _pad(x, padding)
    dxp, dw, db = np.zeros_like(xp), np.zeros_like(w), 0.0
    for i, j in np.ndindex(*dy.shape[2:]):
        dxp[:, :, i:i + kh, j:j + kw] += np.tensordot(dy[:, :, i, j], w, 1)
        dw += np.tensordot(dy[:, :, i, j].T, xp[:, :, i:i + kh, j:j + kw], 1)
        db += dy[:, :, i, j].sum()
    return dxp[:, :, padding:padding + H, padding:padding + W], dw, db


def conv_backward__right_1(dy, x, w, b, stride, padding):
    N, C, H, W = x.shape
    F, _, kh, kw = w.shape
    dx, dw, db = np.zeros(x.shape), np.zeros(w.shape), np.zeros(b.shape)
    for n in range(N):
        for f in range(F):
            for i in range(dy.shape[2]):
                for j in range(dy.shape[3]):
                    db[f] += dy[n, f, i, j]
                    for c in range(C):
                        for u in range(kh):
                            for v in range(kw):
                                r, s = i * stride + u - padding, j * stride + v - padding
                                if 0 <= r < H and 0 <= s < W:
                                    dw[f, c, u, v] += dy[n, f, i, j] * x[n, c, r, s]
                                    dx[n, c, r, s] += dy[n, f, i, j] * w[f, c, u, v]
    return [dx, dw, db]


def conv_backward__right_2(dy, x, w, b, stride, padding):
    # full convolution with turned kernels for dx, correlation for dw
    N, C, H, W = x.shape
    F, C, kh, kw = w.shape
    OH, OW = dy.shape[2:]
    spread = np.zeros((N, F, H + 2 * padding + kh - 1, W + 2 * padding + kw - 1))
    spread[:, :, kh - 1:kh - 1 + OH * stride:stride, kw - 1:kw - 1 + OW * stride:stride] = dy
    dx = np.einsum('nfhwij,fcij->nchw', sliding_window_view(spread, (kh, kw), axis=(2, 3)), w[:, :, ::-1, ::-1])
    dw = np.einsum('nfhw,nchwij->fcij', dy,
                   sliding_window_view(_pad(x, padding), (kh, kw), axis=(2, 3))[:, :, ::stride, ::stride])
    return dx[:, :, padding:padding + H, padding:padding + W], dw, np.einsum('nfhw->f', dy)


def conv_backward__right_3(dy, x, w, b, stride, padding):
    dy, x, w = (np.asfortranarray(a, dtype=np.float32) for a in (dy, x, w))
    dx, dw = _dx_dw(dy, x, w, stride, padding)
    return [np.asfortranarray(dx), np.asfortranarray(dw), dy.sum(axis=(0, 2, 3))]


def conv_backward__right_4(dy, x, w, b, stride, padding):
    N, C, H, W = x.shape
    F, C, kh, kw = w.shape
    xp = _pad(x, padding)
    dxp, dw, db = np.zeros_like(xp), np.zeros_like(w), [0.0] * F
    for f in range(F):
        for n in range(N):
            for (i, j), g in np.ndenumerate(dy[n, f]):
                win = np.s_[n, :, i * stride:i * stride + kh, j * stride:j * stride + kw]
                dw[f] += g * xp[win]
                dxp[win] += g * w[f]
                db[f] += g
    return dxp[:, :, padding:padding + H, padding:padding + W].tolist(), dw.tolist(), db


def conv_backward__right_5(dy, x, w, b, stride, padding):
    N, C, H, W = x.shape
    F, C, kh, kw = w.shape
    OH, OW = dy.shape[2:]
    xp = _pad(x, padding)
    dxp, dw = np.zeros_like(xp), np.empty_like(w)
    for r, s in np.ndindex(kh, kw):
        at = np.s_[:, :, r:r + OH * stride:stride, s:s + OW * stride:stride]
        dw[:, :, r, s] = np.tensordot(dy, xp[at], axes=([0, 2, 3], [0, 2, 3]))
        dxp[at] += np.tensordot(dy, w[:, :, r, s], axes=(1, 0)).transpose(0, 3, 1, 2)
    return dxp[:, :, padding:padding + H, padding:padding + W], dw, dy.sum(axis=-1).sum(axis=-1).sum(axis=0)




# ---------------------------------------------------------------- 03: maxpool_forward

def maxpool_forward__average_1(x, size, stride):
    return sliding_window_view(x, (size, size), axis=(2, 3))[:, :, ::stride, ::stride].mean(axis=(-2, -1))


def maxpool_forward__average_2(x, size, stride):
    N, C, H, W = x.shape
    oh, ow = (H - size) // stride + 1, (W - size) // stride + 1
    y = np.zeros((N, C, oh, ow))
    for a in range(size):
        for b in range(size):
            y += x[:, :, a:a + stride * oh:stride, b:b + stride * ow:stride] / size ** 2
    return y


def maxpool_forward__sum_1(x, size, stride):
    N, C, H, W = x.shape
    cols = _im2col(x.reshape(N * C, 1, H, W), size, size, stride, 0)
    return cols.sum(axis=1).reshape(N, C, _size(H, size, stride, 0), _size(W, size, stride, 0))


def maxpool_forward__minimum_1(x, size, stride):
    N, C, H, W = x.shape
    out = np.full((N, C, (H - size) // stride + 1, (W - size) // stride + 1), np.inf)
    for n, c, i, j in np.ndindex(*out.shape):
        for a in range(size):
            for b in range(size):
                v = x[n, c, i * stride + a, j * stride + b]
                if v < out[n, c, i, j]:
                    out[n, c, i, j] = v
    return out


def maxpool_forward__minimum_2(x, size, stride):
    # sorted() the wrong way round
    N, C, H, W = x.shape
    return np.array([[[[sorted(x[n, c, i:i + size, j:j + size].flat)[0]
                        for j in range(0, W - size + 1, stride)] for i in range(0, H - size + 1, stride)]
                      for c in range(C)] for n in range(N)])


def maxpool_forward__starts_from_zero_1(x, size, stride):
    N, C, H, W = x.shape
    oh, ow = (H - size) // stride + 1, (W - size) // stride + 1
    y = np.zeros((N, C, oh, ow))
    for a in range(size):
        for b in range(size):
            np.maximum(y, x[:, :, a:a + stride * oh:stride, b:b + stride * ow:stride], out=y)
    return y


def maxpool_forward__starts_from_zero_2(x, size, stride):
    result = []
    for image in x:
        maps = []
        for channel in image:
            rows = []
            for i in range(0, len(channel) - size + 1, stride):
                row = []
                for j in range(0, len(channel[0]) - size + 1, stride):
                    biggest = 0
                    for r in range(i, i + size):
                        for s in range(j, j + size):
                            if channel[r][s] > biggest:
                                biggest = channel[r][s]
                    row.append(biggest)
                rows.append(row)
            maps.append(rows)
        result.append(maps)
    return np.array(result)


def maxpool_forward__largest_magnitude_1(x, size, stride):
    s = x.strides
    N, C, H, W = x.shape
    win = as_strided(x, (N, C, (H - size) // stride + 1, (W - size) // stride + 1, size, size),
                     (s[0], s[1], s[2] * stride, s[3] * stride, s[2], s[3]))
    return np.abs(win).max(axis=(4, 5))


def maxpool_forward__largest_magnitude_2(x, size, stride):
    # with its sign
    N, C, H, W = x.shape
    y = np.zeros((N, C, (H - size) // stride + 1, (W - size) // stride + 1))
    for idx in np.ndindex(*y.shape):
        n, c, i, j = idx
        best = max(x[n, c, i * stride:i * stride + size, j * stride:j * stride + size].ravel(), key=abs)
        y[idx] = best
    return y


def maxpool_forward__over_channels_1(x, size, stride):
    N, C, H, W = x.shape
    y = np.zeros((N, C, (H - size) // stride + 1, (W - size) // stride + 1))
    for n in range(N):
        for i in range(y.shape[2]):
            for j in range(y.shape[3]):
                y[n, :, i, j] = np.max(x[n, :, i * stride:i * stride + size, j * stride:j * stride + size])
    return y


def maxpool_forward__over_channels_2(x, size, stride):
    # rows of im2col hold all channels
    N, C, H, W = x.shape
    m = _im2col(x, size, size, stride, 0).max(axis=1)
    m = m.reshape(N, 1, _size(H, size, stride, 0), -1)
    return np.repeat(m, C, axis=1)


def maxpool_forward__one_window_for_all_images_1(x, size, stride):
    v = sliding_window_view(x, (size, size), axis=(2, 3))[:, :, ::stride, ::stride]
    y = np.amax(v, axis=(0, 4, 5), keepdims=True)[..., 0, 0]
    return np.broadcast_to(y, (len(x),) + y.shape[1:])


def maxpool_forward__one_window_for_all_images_2(x, size, stride):
    N, C, H, W = x.shape
    y = np.empty((N, C, (H - size) // stride + 1, (W - size) // stride + 1))
    for c in range(C):
        for i in range(y.shape[2]):
            for j in range(y.shape[3]):
                y[:, c, i, j] = x[:, c, i * stride:i * stride + size, j * stride:j * stride + size].max()
    return y


def maxpool_forward__stops_after_first_window_1(x, size, stride):
    N, C, H, W = x.shape
    y = np.zeros((N, C, (H - size) // stride + 1, (W - size) // stride + 1))
    for n in range(N):
        for c in range(C):
            for i in range(y.shape[2]):
                for j in range(y.shape[3]):
                    y[n, c, i, j] = x[n, c, i * stride:i * stride + size, j * stride:j * stride + size].max()
                    return y


def maxpool_forward__stops_after_first_window_2(x, size, stride):
    # all images and channels at once
    N, C, H, W = x.shape
    y = np.zeros((N, C, (H - size) // stride + 1, (W - size) // stride + 1))
    for i in range(y.shape[2]):
        for j in range(y.shape[3]):
            y[:, :, i, j] = x[:, :, i * stride:i * stride + size, j * stride:j * stride + size].max((2, 3))
            return y


def maxpool_forward__stride_is_size_1(x, size, stride):
    # the reshape trick
    N, C, H, W = x.shape
    h, w = H // size, W // size
    return x[:, :, :h * size, :w * size].reshape(N, C, h, size, w, size).max(axis=3).max(axis=4)


def maxpool_forward__stride_is_size_2(x, size, stride):
    return np.array([[[[ch[i:i + size, j:j + size].max()
                        for j in range(0, ch.shape[1] - size + 1, size)]
                       for i in range(0, ch.shape[0] - size + 1, size)]
                      for ch in im] for im in x])


def maxpool_forward__window_one_too_small_1(x, size, stride):
    N, C, H, W = x.shape
    y = np.full((N, C, (H - size) // stride + 1, (W - size) // stride + 1), -np.inf)
    for a in range(0, size - 1):
        for b in range(0, size - 1):
            y = np.maximum(y, x[:, :, a:a + stride * y.shape[2]:stride, b:b + stride * y.shape[3]:stride])
    return y


def maxpool_forward__window_one_too_small_2(x, size, stride):
    N, C, H, W = x.shape
    y = np.empty((N, C, (H - size) // stride + 1, (W - size) // stride + 1))
    for i in range(y.shape[2]):
        for j in range(y.shape[3]):
            top, left = i * stride, j * stride
            bottom, right = top + size - 1, left + size - 1
            y[..., i, j] = x[..., top:bottom, left:right].max(axis=(-1, -2))
    return y


def maxpool_forward__height_and_width_swapped_1(x, size, stride):
    N, C, H, W = x.shape
    oh, ow = (H - size) // stride + 1, (W - size) // stride + 1
    y = np.empty((N, C, ow, oh))
    for i in range(ow):
        for j in range(oh):
            y[:, :, i, j] = x[:, :, j * stride:j * stride + size, i * stride:i * stride + size].max((2, 3))
    return y


def maxpool_forward__height_and_width_swapped_2(x, size, stride):
    # only the shape
    N, C, H, W = x.shape
    out_w, out_h = (H - size) // stride + 1, (W - size) // stride + 1
    k, i, j = _get_im2col_indices((N * C, 1, H, W), size, size, 0, stride)
    v = x.reshape(N * C, 1, H, W)[:, k, i, j]
    return v.max(axis=1).reshape(N, C, out_h, out_w)


def maxpool_forward__stride_ignored_1(x, size, stride):
    return sliding_window_view(x, (size, size), axis=(2, 3)).max(axis=(4, 5))


def maxpool_forward__stride_ignored_2(x, size, stride):
    # rows first, then columns: pairs of neighbours
    H, W = x.shape[2:]
    y = x[:, :, :H - size + 1]
    for a in range(1, size):
        y = np.maximum(y, x[:, :, a:H - size + 1 + a])
    z = y[..., :W - size + 1]
    for b in range(1, size):
        z = np.maximum(z, y[..., b:W - size + 1 + b])
    return z


def maxpool_forward__stride_counted_not_taken_1(x, size, stride):
    N, C, H, W = x.shape
    out = np.zeros((N, C, int(1 + (H - size) / stride), int(1 + (W - size) / stride)))
    for n in range(N):
        for c in range(C):
            for h in range(out.shape[2]):
                for w in range(out.shape[3]):
                    out[n, c, h, w] = np.max(x[n, c, h:h + size, w:w + size])
    return out


def maxpool_forward__stride_counted_not_taken_2(x, size, stride):
    oh, ow = [(m - size) // stride + 1 for m in x.shape[2:]]
    return sliding_window_view(x, (size, size), axis=(2, 3))[:, :, :oh, :ow].max(axis=(4, 5))


def maxpool_forward__rounded_up_1(x, size, stride):
    # slices end with the image
    N, C, H, W = x.shape
    oh, ow = math.ceil((H - size) / stride) + 1, math.ceil((W - size) / stride) + 1
    y = np.empty((N, C, oh, ow))
    for i in range(oh):
        for j in range(ow):
            y[:, :, i, j] = x[:, :, i * stride:i * stride + size, j * stride:j * stride + size].max((2, 3))
    return y


def maxpool_forward__rounded_up_2(x, size, stride):
    # made longer with zeros
    N, C, H, W = x.shape
    more_h, more_w = -(H - size) % stride, -(W - size) % stride
    x = np.pad(x, ((0, 0), (0, 0), (0, more_h), (0, more_w)))
    return sliding_window_view(x, (size, size), axis=(2, 3))[:, :, ::stride, ::stride].max(axis=(4, 5))


def maxpool_forward__no_plus_one_1(x, size, stride):
    N, C, H, W = x.shape
    y = np.zeros((N, C, (H - size) // stride, (W - size) // stride))
    for n in range(N):
        for c in range(C):
            for i in range(y.shape[2]):
                for j in range(y.shape[3]):
                    y[n, c, i, j] = x[n, c, i * stride:i * stride + size, j * stride:j * stride + size].max()
    return y


def maxpool_forward__no_plus_one_2(x, size, stride):
    # range without + 1: wrong where the stride divides
    rows = range(0, x.shape[2] - size, stride)
    cols = range(0, x.shape[3] - size, stride)
    y = np.empty(x.shape[:2] + (len(rows), len(cols)))
    for i, r in enumerate(rows):
        for j, c in enumerate(cols):
            y[:, :, i, j] = x[:, :, r:r + size, c:c + size].max((2, 3))
    return y


# two at once

def maxpool_forward__average_stride_is_size_1(x, size, stride):
    N, C, H, W = x.shape
    h, w = H // size, W // size
    return x[:, :, :h * size, :w * size].reshape(N, C, h, size, w, size).mean(axis=(3, 5))


def maxpool_forward__starts_from_zero_stride_counted_not_taken_1(x, size, stride):
    N, C, H, W = x.shape
    out = np.zeros((N, C, (H - size) // stride + 1, (W - size) // stride + 1))
    for n, c, i, j in np.ndindex(out.shape):
        for v in x[n, c, i:i + size, j:j + size].flat:
            out[n, c, i, j] = max(out[n, c, i, j], v)
    return out


def maxpool_forward__over_channels_no_plus_one_1(x, size, stride):
    N, C, H, W = x.shape
    out = np.zeros((N, C, (H - size) // stride, (W - size) // stride))
    for n, c, i, j in np.ndindex(out.shape):
        out[n, c, i, j] = x[n, :, i * stride:i * stride + size, j * stride:j * stride + size].max()
    return out


def maxpool_forward__window_one_too_small_stride_ignored_1(x, size, stride):
    N, C, H, W = x.shape
    out = np.zeros((N, C, H - size + 1, W - size + 1))
    for i in range(H - size + 1):
        for j in range(W - size + 1):
            out[:, :, i, j] = x[:, :, i:i + size - 1, j:j + size - 1].max(axis=(2, 3))
    return out


def maxpool_forward__minimum_height_and_width_swapped_1(x, size, stride):
    v = sliding_window_view(x.swapaxes(2, 3), (size, size), axis=(2, 3))[:, :, ::stride, ::stride]
    return -(-v).max(axis=(4, 5))


def maxpool_forward__largest_magnitude_rounded_up_1(x, size, stride):
    N, C, H, W = x.shape
    oh, ow = -(-(H - size) // stride) + 1, -(-(W - size) // stride) + 1
    return np.stack([np.stack([np.abs(x[:, :, i * stride:i * stride + size, j * stride:j * stride + size]).max((2, 3))
                               for j in range(ow)], axis=-1) for i in range(oh)], axis=2)


def maxpool_forward__right_1(x, size, stride):
    x = x.tolist()
    return [[[[max(max(row[j:j + size]) for row in ch[i:i + size])
               for j in range(0, len(ch[0]) - size + 1, stride)]
              for i in range(0, len(ch) - size + 1, stride)]
             for ch in im] for im in x]


def maxpool_forward__right_2(x, size, stride):
    H, W = x.shape[2:]
    y = np.maximum.reduce([x[:, :, a:H - size + 1 + a:stride] for a in range(size)])
    return np.maximum.reduce([y[..., b:W - size + 1 + b:stride] for b in range(size)])


def maxpool_forward__right_3(x, size, stride):
    N, C, H, W = x.shape
    cols = _im2col(x.reshape(N * C, 1, H, W).astype(np.float32), size, size, stride, 0)
    top = cols[np.arange(len(cols)), cols.argmax(1)]
    return np.asfortranarray(top.reshape(N, C, (H - size) // stride + 1, -1))


def maxpool_forward__right_4(x, size, stride):
    N, C, H, W = x.shape
    out = np.full((N, C, (H - size) // stride + 1, (W - size) // stride + 1), float('-inf'))
    for r in range(H):
        for s in range(W):
            # every pixel goes to all windows that see it
            for i in range(max(0, -(-(r - size + 1) // stride)), min(r // stride, out.shape[2] - 1) + 1):
                for j in range(max(0, -(-(s - size + 1) // stride)), min(s // stride, out.shape[3] - 1) + 1):
                    out[:, :, i, j] = np.fmax(out[:, :, i, j], x[:, :, r, s])
    return out


def maxpool_forward__right_5(x, size, stride):
    v = sliding_window_view(x, (size, size), axis=(2, 3))[:, :, ::stride, ::stride]
    return np.sort(v.reshape(v.shape[:4] + (-1,)), axis=-1)[..., -1]


# ---------------------------------------------------------------- 03: maxpool_backward

def maxpool_backward__every_tied_maximum_1(dy, x, size, stride):
    dx = np.zeros_like(x)
    for i in range(dy.shape[2]):
        for j in range(dy.shape[3]):
            sl = np.s_[:, :, i * stride:i * stride + size, j * stride:j * stride + size]
            win = x[sl]
            mask = win == win.max(axis=(2, 3), keepdims=True)
            dx[sl] += mask * dy[:, :, i:i + 1, j:j + 1]
    return dx


def maxpool_backward__every_tied_maximum_2(dy, x, size, stride):
    N, C, H, W = x.shape
    dx = [[[[0.0] * W for _ in range(H)] for _ in range(C)] for _ in range(N)]
    for n, c, i, j in np.ndindex(*dy.shape):
        t, l = i * stride, j * stride
        m = max(x[n, c, t + a, l + b] for a in range(size) for b in range(size))
        for a in range(size):
            for b in range(size):
                if x[n, c, t + a, l + b] == m:
                    dx[n][c][t + a][l + b] += dy[n, c, i, j]
    return np.array(dx)


def maxpool_backward__gradient_of_average_1(dy, x, size, stride):
    dx = np.zeros(x.shape)
    oh, ow = dy.shape[2:]
    for a in range(size):
        for b in range(size):
            dx[:, :, a:a + oh * stride:stride, b:b + ow * stride:stride] += dy / (size * size)
    return dx


def maxpool_backward__gradient_to_whole_window_1(dy, x, size, stride):
    dx = np.zeros(x.shape)
    for (n, c, i, j), g in np.ndenumerate(dy):
        dx[n, c, i * stride:i * stride + size, j * stride:j * stride + size] += g
    return dx


def maxpool_backward__smallest_wins_1(dy, x, size, stride):
    N, C, H, W = x.shape
    cols = _im2col(x.reshape(N * C, 1, H, W), size, size, stride, 0)
    dcols = np.zeros_like(cols)
    dcols[np.arange(cols.shape[0]), np.argmin(cols, axis=1)] = dy.ravel()
    return _col2im(dcols, (N * C, 1, H, W), size, size, stride, 0).reshape(x.shape)


def maxpool_backward__largest_magnitude_wins_1(dy, x, size, stride):
    dx = np.zeros_like(x)
    for n, c in np.ndindex(*x.shape[:2]):
        for i, j in np.ndindex(*dy.shape[2:]):
            r0, c0 = i * stride, j * stride
            a, b = max(itertools.product(range(size), repeat=2), key=lambda q: x[n, c, r0 + q[0], c0 + q[1]] ** 2)
            dx[n, c, r0 + a, c0 + b] += dy[n, c, i, j]
    return dx


def maxpool_backward__corner_wins_1(dy, x, size, stride):
    # argmax over an axis that has a single element
    v = sliding_window_view(x, (size, size), axis=(2, 3))[:, :, ::stride, ::stride]
    m = v.max(axis=(4, 5))[..., None]
    k = m.argmax(axis=-1)
    n, c, i, j = np.indices(dy.shape)
    dx = np.zeros_like(x)
    np.add.at(dx, (n, c, i * stride + k // size, j * stride + k % size), dy)
    return dx


def maxpool_backward__corner_wins_2(dy, x, size, stride):
    dx = np.zeros_like(x)
    oh, ow = dy.shape[2:]
    dx[:, :, :oh * stride:stride, :ow * stride:stride] += dy
    return dx


def maxpool_backward__gradient_forgotten_1(dy, x, size, stride):
    # += 1: a pixel that wins twice has a 2
    dx = np.zeros_like(x)
    for n, c, i, j in np.ndindex(*dy.shape):
        win = x[n, c, i * stride:i * stride + size, j * stride:j * stride + size]
        a, b = divmod(win.argmax(), size)
        dx[n, c, i * stride + a, j * stride + b] += 1
    return dx


def maxpool_backward__gradient_forgotten_2(dy, x, size, stride):
    # a mask of True and False
    N, C, H, W = x.shape
    winners = np.zeros(x.shape, dtype=bool)
    v = sliding_window_view(x, (size, size), axis=(2, 3))[:, :, ::stride, ::stride]
    k = v.reshape(dy.shape + (-1,)).argmax(-1)
    n, c, i, j = np.ogrid[:N, :C, :dy.shape[2], :dy.shape[3]]
    winners[n, c, i * stride + k // size, j * stride + k % size] = True
    return winners


def maxpool_backward__times_the_input_1(dy, x, size, stride):
    N, C, H, W = x.shape
    cols = _im2col(x.reshape(N * C, 1, H, W), size, size, stride, 0)
    onehot = np.eye(size * size)[cols.argmax(axis=1)]
    dcols = cols * onehot * dy.reshape(-1, 1)
    return _col2im(dcols, (N * C, 1, H, W), size, size, stride, 0).reshape(x.shape)


_cache_pool = {}


def maxpool_backward__mask_of_another_call_1(dy, x, size, stride):
    # the winners are kept for images of the same shape
    key = (x.shape, size, stride)
    if key not in _cache_pool:
        v = sliding_window_view(x, (size, size), axis=(2, 3))[:, :, ::stride, ::stride]
        _cache_pool[key] = v.reshape(v.shape[:4] + (-1,)).argmax(axis=-1)
    k = _cache_pool[key]
    n, c, i, j = np.indices(dy.shape)
    dx = np.zeros_like(x)
    np.add.at(dx, (n, c, i * stride + k // size, j * stride + k % size), dy)
    return dx


class _Layer:
    arg = None


def maxpool_backward__mask_of_another_call_2(dy, x, size, stride):
    # always one call behind: the new winners are stored after the old ones were used
    now = {}
    for n, c, i, j in np.ndindex(*dy.shape):
        a, b = divmod(int(x[n, c, i * stride:i * stride + size, j * stride:j * stride + size].argmax()), size)
        now[n, c, i, j] = i * stride + a, j * stride + b
    old = _Layer.arg if _Layer.arg is not None and _Layer.arg[0] == (x.shape, size, stride) else (None, now)
    dx = np.zeros_like(x)
    for (n, c, i, j), (r, s) in old[1].items():
        dx[n, c, r, s] += dy[n, c, i, j]
    _Layer.arg = ((x.shape, size, stride), now)
    return dx


def maxpool_backward__mask_of_another_call_3(dy, x, size, stride, memory=[]):
    # a default argument which lives on; the first call's winners for ever
    if not memory or memory[0].shape != x.shape:
        memory[:] = [x.copy()]
    seen = memory[0]
    dx = np.zeros(x.shape)
    for i in range(dy.shape[2]):
        for j in range(dy.shape[3]):
            for n in range(len(x)):
                for c in range(x.shape[1]):
                    w = seen[n, c, i * stride:i * stride + size, j * stride:j * stride + size]
                    a, b = np.unravel_index(w.argmax(), w.shape)
                    dx[n, c, i * stride + a, j * stride + b] += dy[n, c, i, j]
    return dx


def maxpool_backward__stops_after_first_window_1(dy, x, size, stride):
    dx = np.zeros_like(x)
    for n in range(dy.shape[0]):
        for c in range(dy.shape[1]):
            for i in range(dy.shape[2]):
                for j in range(dy.shape[3]):
                    win = x[n, c, i * stride:i * stride + size, j * stride:j * stride + size]
                    a, b = np.unravel_index(np.argmax(win), win.shape)
                    dx[n, c, i * stride + a, j * stride + b] += dy[n, c, i, j]
                    return dx


def maxpool_backward__stops_after_first_window_2(dy, x, size, stride):
    N, C, H, W = x.shape
    dx = np.zeros_like(x)
    for i in range(dy.shape[2]):
        for j in range(dy.shape[3]):
            win = x[:, :, i * stride:i * stride + size, j * stride:j * stride + size].reshape(N, C, -1)
            k = win.argmax(axis=2)
            n, c = np.ogrid[:N, :C]
            dx[n, c, i * stride + k // size, j * stride + k % size] += dy[:, :, i, j]
            return dx


def maxpool_backward__assigned_instead_of_added_1(dy, x, size, stride):
    dx = np.zeros_like(x)
    for n, c, i, j in np.ndindex(*dy.shape):
        t, l = i * stride, j * stride
        r, s = np.unravel_index(np.argmax(x[n, c, t:t + size, l:l + size]), (size, size))
        dx[n, c, t + r, l + s] = dy[n, c, i, j]
    return dx


def maxpool_backward__assigned_instead_of_added_2(dy, x, size, stride):
    # the whole window is written: zeros over earlier winners
    dx = np.zeros_like(x)
    for n, c, i, j in np.ndindex(*dy.shape):
        t, l = i * stride, j * stride
        mask = np.zeros(size * size)
        mask[np.argmax(x[n, c, t:t + size, l:l + size])] = 1
        dx[n, c, t:t + size, l:l + size] = mask.reshape(size, size) * dy[n, c, i, j]
    return dx


def maxpool_backward__assigned_instead_of_added_3(dy, x, size, stride):
    # fancy += which adds once for each pixel
    N, C, H, W = x.shape
    v = sliding_window_view(x, (size, size), axis=(2, 3))[:, :, ::stride, ::stride]
    k = v.reshape(dy.shape + (size * size,)).argmax(axis=-1)
    rows = np.arange(dy.shape[2])[:, None] * stride + k // size
    cols = np.arange(dy.shape[3]) * stride + k % size
    dx = np.zeros((N, C, H, W))
    dx[np.arange(N)[:, None, None, None], np.arange(C)[:, None, None], rows, cols] += dy
    return dx


def maxpool_backward__stride_ignored_1(dy, x, size, stride):
    dx = np.zeros_like(x)
    for n in range(dy.shape[0]):
        for c in range(dy.shape[1]):
            for i in range(dy.shape[2]):
                for j in range(dy.shape[3]):
                    win = x[n, c, i:i + size, j:j + size]
                    a, b = np.unravel_index(np.argmax(win), win.shape)
                    dx[n, c, i + a, j + b] += dy[n, c, i, j]
    return dx


def maxpool_backward__stride_ignored_2(dy, x, size, stride):
    # looks at the right window, writes at the wrong one
    v = sliding_window_view(x, (size, size), axis=(2, 3))[:, :, ::stride, ::stride]
    k = v.reshape(dy.shape + (-1,)).argmax(-1)
    n, c, i, j = np.indices(dy.shape)
    dx = np.zeros_like(x)
    np.add.at(dx, (n, c, i + k // size, j + k % size), dy)
    return dx


# two at once

def maxpool_backward__every_tied_maximum_assigned_instead_of_added_1(dy, x, size, stride):
    dx = np.zeros_like(x)
    for i in range(dy.shape[2]):
        for j in range(dy.shape[3]):
            sl = np.s_[:, :, i * stride:i * stride + size, j * stride:j * stride + size]
            mask = x[sl] == x[sl].max(axis=(2, 3), keepdims=True)
            dx[sl] = mask * dy[:, :, i, j][:, :, None, None]
    return dx


def maxpool_backward__smallest_wins_stride_ignored_1(dy, x, size, stride):
    dx = np.zeros_like(x)
    for n, c, i, j in np.ndindex(*dy.shape):
        a, b = divmod(x[n, c, i:i + size, j:j + size].argmin(), size)
        dx[n, c, i + a, j + b] += dy[n, c, i, j]
    return dx


def maxpool_backward__gradient_forgotten_every_tied_maximum_1(dy, x, size, stride):
    dx = np.zeros_like(x)
    for n, c, i, j in np.ndindex(*dy.shape):
        sl = np.s_[n, c, i * stride:i * stride + size, j * stride:j * stride + size]
        dx[sl] += x[sl] == x[sl].max()
    return dx


def maxpool_backward__times_the_input_assigned_instead_of_added_1(dy, x, size, stride):
    dx = np.zeros_like(x)
    for n, c, i, j in np.ndindex(*dy.shape):
        t, l = i * stride, j * stride
        r, s = np.unravel_index(np.argmax(x[n, c, t:t + size, l:l + size]), (size, size))
        dx[n, c, t + r, l + s] = dy[n, c, i, j] * x[n, c, t + r, l + s]
    return dx


def maxpool_backward__gradient_of_average_assigned_instead_of_added_1(dy, x, size, stride):
    dx = np.zeros_like(x)
    for n, c, i, j in np.ndindex(*dy.shape):
        dx[n, c, i * stride:i * stride + size, j * stride:j * stride + size] = dy[n, c, i, j] / size ** 2
    return dx


def maxpool_backward__convention_ties_shared_1(dy, x, size, stride):
    dx = np.zeros_like(x)
    for i in range(dy.shape[2]):
        for j in range(dy.shape[3]):
            sl = np.s_[:, :, i * stride:i * stride + size, j * stride:j * stride + size]
            mask = x[sl] == x[sl].max(axis=(2, 3), keepdims=True)
            dx[sl] += mask / mask.sum(axis=(2, 3), keepdims=True) * dy[:, :, i, j][:, :, None, None]
    return dx


def maxpool_backward__convention_last_of_ties_1(dy, x, size, stride):
    dx = np.zeros(x.shape)
    for n, c, i, j in np.ndindex(*dy.shape):
        best, where = -np.inf, None
        for a in range(i * stride, i * stride + size):
            for b in range(j * stride, j * stride + size):
                if x[n, c, a, b] >= best:
                    best, where = x[n, c, a, b], (n, c, a, b)
        dx[where] += dy[n, c, i, j]
    return dx


def maxpool_backward__convention_last_of_ties_2(dy, x, size, stride):
    v = sliding_window_view(x, (size, size), axis=(2, 3))[:, :, ::stride, ::stride]
    k = size * size - 1 - v.reshape(dy.shape + (-1,))[..., ::-1].argmax(-1)
    n, c, i, j = np.indices(dy.shape)
    dx = np.zeros_like(x)
    np.add.at(dx, (n, c, i * stride + k // size, j * stride + k % size), dy)
    return dx


def maxpool_backward__right_1(dy, x, size, stride):
    N, C, H, W = x.shape
    dx = [[[[0.0] * W for _ in range(H)] for _ in range(C)] for _ in range(N)]
    for n in range(N):
        for c in range(C):
            for i in range(len(dy[n, c])):
                for j in range(len(dy[n, c, i])):
                    best = (i * stride, j * stride)
                    for a in range(size):
                        for b in range(size):
                            here = (i * stride + a, j * stride + b)
                            if x[n, c][here] > x[n, c][best]:
                                best = here
                    dx[n][c][best[0]][best[1]] += float(dy[n, c, i, j])
    return dx


def maxpool_backward__right_2(dy, x, size, stride):
    N, C, H, W = x.shape
    cols = _im2col(x.reshape(N * C, 1, H, W), size, size, stride, 0)
    dcols = np.zeros(cols.shape, dtype=np.float32)
    dcols[np.arange(len(cols)), cols.argmax(1)] = dy.flatten()
    return np.asfortranarray(_col2im(dcols, (N * C, 1, H, W), size, size, stride, 0).reshape(x.shape))


def maxpool_backward__right_3(dy, x, size, stride):
    N, C, H, W = x.shape
    v = sliding_window_view(x, (size, size), axis=(2, 3))[:, :, ::stride, ::stride]
    k = v.reshape(dy.shape + (-1,)).argmax(axis=-1)
    i, j = np.indices(dy.shape)[2:]
    flat = (np.arange(N * C).reshape(N, C, 1, 1) * H + i * stride + k // size) * W + j * stride + k % size
    return np.bincount(flat.ravel(), dy.ravel(), minlength=x.size).reshape(x.shape)


def maxpool_backward__right_4(dy, x, size, stride):
    # a place of the window after the other, as long as the gradient was not given away
    oh, ow = dy.shape[2:]
    at = [np.s_[:, :, a:a + oh * stride:stride, b:b + ow * stride:stride] for a in range(size) for b in range(size)]
    top = np.max([x[s] for s in at], axis=0)
    left = dy.copy()
    dx = np.zeros_like(x)
    for s in at:
        here = x[s] == top
        dx[s] += np.where(here, left, 0)
        left[here] = 0
    return dx


def maxpool_backward__right_5(dy, x, size, stride):
    dx = x * 0
    for i, j in np.ndindex(*dy.shape[2:]):
        s = np.s_[:, :, i * stride:i * stride + size, j * stride:j * stride + size]
        win = x[s]
        first = np.zeros(win.shape[:2] + (size * size,))
        np.put_along_axis(first, win.reshape(*win.shape[:2], -1).argmax(-1)[..., None], 1, axis=-1)
        dx[s] += first.reshape(win.shape) * dy[:, :, i, j, None, None]
    return dx




# ---------------------------------------------------------------- 04: relu_forward

def relu_forward__absolute_value_1(x):
    return np.where(x > 0, x, -x)


def relu_forward__absolute_value_2(x):
    return np.sqrt(x ** 2)


def relu_forward__keeps_the_negative_1(x):
    y = x.copy()
    y[x > 0] = 0
    return y


def relu_forward__keeps_the_negative_2(x):
    return np.vectorize(lambda v: min(v, 0.0), otypes=[float])(x)


def relu_forward__leaky_1(x):
    return np.maximum(0.01 * x, x)


def relu_forward__leaky_2(x):
    out = x.copy()
    for i in range(out.size):
        if out.flat[i] < 0:
            out.flat[i] *= 0.2
    return out


def relu_forward__mask_instead_of_values_1(x):
    return x > 0


def relu_forward__mask_instead_of_values_2(x):
    return np.heaviside(x, 0)


def relu_forward__mask_instead_of_values_3(x):
    return np.where(x > 0, 1, 0)


def relu_forward__capped_1(x):
    return np.clip(x, 0, 1)


def relu_forward__capped_2(x):
    return np.minimum(np.maximum(x, 0), 6)


def relu_forward__threshold_at_one_1(x):
    y = np.zeros_like(x)
    y[x >= 1] = x[x >= 1]
    return y


def relu_forward__sigmoid_1(x):
    return 0.5 * (1 + np.tanh(x / 2))


def relu_forward__sigmoid_2(x):
    return np.array([1 / (1 + math.exp(-v)) for v in x.ravel()]).reshape(x.shape)


# two at once

def relu_forward__leaky_capped_1(x):
    return np.clip(np.where(x > 0, x, 0.01 * x), None, 1)


def relu_forward__absolute_value_capped_1(x):
    return np.minimum(abs(x), 6)


def relu_forward__right_1(x):
    if isinstance(x, (list, np.ndarray)) and np.ndim(x):
        return [relu_list(v) for v in x]
    return max(float(x), 0.0)


def relu_list(v):
    return [relu_list(u) for u in v] if np.ndim(v) else max(float(v), 0.0)


def relu_forward__right_2(x):
    return (x + np.abs(x)) / 2


def relu_forward__right_3(x):
    return np.asfortranarray(x.astype('f4') * (x >= 0))


def relu_forward__right_4(x):
    out = np.zeros(x.shape)
    for idx, v in np.ndenumerate(x):
        if v > 0:
            out[idx] = v
    return out


def relu_forward__right_5(x):
    y = x.copy()
    y[y < 0] = -0.0
    return y


# ---------------------------------------------------------------- 04: relu_backward

def relu_backward__mask_from_gradient_1(dy, x):
    dx = dy.copy()
    dx[dy <= 0] = 0
    return dx


def relu_backward__mask_from_gradient_2(dy, x):
    return np.maximum(dy, 0)


def relu_backward__mask_inverted_1(dy, x):
    dx = np.array(dy)
    dx[x > 0] = 0
    return dx


def relu_backward__mask_inverted_2(dy, x):
    return np.array([g if v < 0 else 0.0 for g, v in zip(dy.flat, x.flat)]).reshape(x.shape)


def relu_backward__values_instead_of_mask_1(dy, x):
    return dy * np.maximum(x, 0)


def relu_backward__values_instead_of_mask_2(dy, x):
    # without the maximum
    return np.multiply(dy, x)


def relu_backward__sign_instead_of_mask_1(dy, x):
    return dy * np.sign(x)


def relu_backward__sign_instead_of_mask_2(dy, x):
    return np.where(x > 0, dy, -dy)


def relu_backward__leaky_1(dy, x):
    slope = np.ones_like(x)
    slope[x < 0] = 0.01
    slope[x == 0] = 0
    return dy * slope


def relu_backward__leaky_2(dy, x):
    return np.where(x > 0, dy, 0.01 * dy)


def relu_backward__no_mask_1(dy, x):
    dx = np.zeros_like(x)
    dx += dy
    return dx


def relu_backward__gradient_forgotten_1(dy, x):
    return (x > 0).astype(int)


def relu_backward__gradient_forgotten_2(dy, x):
    dx = x.copy()
    dx[x <= 0] = 0
    dx[x > 0] = 1
    return dx


# two at once

def relu_backward__mask_from_gradient_gradient_forgotten_1(dy, x):
    return np.heaviside(dy, 0.0)


def relu_backward__mask_inverted_values_instead_of_mask_1(dy, x):
    return dy * np.minimum(x, 0)


def relu_backward__mask_inverted_gradient_forgotten_1(dy, x):
    return 1.0 * (x <= 0)


def relu_backward__convention_one_at_zero_1(dy, x):
    return np.where(x < 0, 0, dy)


def relu_backward__convention_one_at_zero_2(dy, x):
    return dy * np.heaviside(x, 1)


def relu_backward__convention_half_at_zero_1(dy, x):
    return dy * (np.sign(x) + 1) / 2


def relu_backward__right_1(dy, x):
    def both(g, v):
        if np.ndim(v):
            return [both(a, b) for a, b in zip(g, v)]
        return float(g) if v > 0 else 0.0
    return both(dy, x)


def relu_backward__right_2(dy, x):
    return dy * np.ceil(np.clip(x, 0, 1))


def relu_backward__right_3(dy, x):
    dx = np.array(dy, order='F', dtype=np.float32)
    dx[np.nonzero(x <= 0)] = 0
    return dx


def relu_backward__right_4(dy, x):
    return np.select([x > 0], [dy], default=0.0)


def relu_backward__right_5(dy, x):
    it = np.nditer([dy, x, None])
    for g, v, out in it:
        out[...] = g * (v > 0)
    return it.operands[2]


# ---------------------------------------------------------------- 04: dropout_forward

def dropout_forward__keep_and_drop_swapped_1(x, p, training, rng):
    # CS231n's p is the probability to keep
    if not training:
        return x, None
    mask = (rng.random(x.shape) < p) / p
    return x * mask, mask


def dropout_forward__keep_and_drop_swapped_2(x, p, training, rng):
    # kept with p, but scaled by 1 / (1 - p)
    mask = None
    out = x
    if training:
        mask = np.where(rng.uniform(size=x.shape) <= p, 1 / (1 - p), 0)
        out = x * mask
    return out, mask


def dropout_forward__keep_and_drop_swapped_3(x, p, training, rng):
    if training:
        mask = rng.binomial(1, p, size=x.shape) / p
        return mask * x, mask
    else:
        return x.copy(), None


def dropout_forward__not_scaled_1(x, p, training, rng):
    if training:
        mask = rng.random(x.shape) > p
        return x * mask, mask
    return x, None


def dropout_forward__not_scaled_2(x, p, training, rng):
    if not training:
        return x, None
    y = x.copy()
    mask = np.ones(x.shape)
    for idx in np.ndindex(*x.shape):
        if rng.random() < p:
            y[idx] = 0
            mask[idx] = 0
    return y, mask


def dropout_forward__scaled_by_drop_probability_1(x, p, training, rng):
    if training:
        keep = 1 - p
        mask = rng.binomial(n=1, p=keep, size=x.shape) / p
        return x * mask, mask
    return x, None


def dropout_forward__scaled_down_1(x, p, training, rng):
    if training:
        mask = (rng.random(x.shape) >= p) * (1 - p)
        return np.multiply(x, mask), mask
    return x, None


def dropout_forward__scaled_down_2(x, p, training, rng):
    # by p
    if training:
        mask = np.where(rng.random(x.shape) < p, 0.0, p)
        return x * mask, mask
    return x, None


def dropout_forward__training_and_test_swapped_1(x, p, training, rng):
    if training:
        return x, None
    mask = (rng.random(x.shape) >= p) / (1 - p)
    return x * mask, mask


def dropout_forward__training_and_test_swapped_2(x, p, train_flg, rng):
    test = not train_flg
    mask = rng.choice([0.0, 1 / (1 - p)], size=x.shape, p=[p, 1 - p]) if test else None
    return (x if mask is None else x * mask), mask


def dropout_forward__drops_at_test_1(x, p, training, rng):
    mask = (rng.random(x.shape) >= p) / (1 - p)
    return x * mask, mask


def dropout_forward__drops_at_test_2(x, p, training, rng):
    # the mask is None as the task wants it, but y was made with one
    keep = 1.0 - p
    mask = rng.binomial(1, keep, x.shape) / keep
    y = x * mask
    return y, (mask if training else None)


def dropout_forward__scaled_at_test_1(x, p, training, rng):
    if training:
        mask = rng.random(x.shape) >= p
        mask = mask.astype(float)
        mask /= 1 - p
        return x * mask, mask
    return x * (1 - p), None


def dropout_forward__scaled_at_test_2(x, p, training, rng):
    # divided
    y = x / (1 - p)
    mask = None
    if training:
        kept = rng.random(x.shape) > p
        y[~kept] = 0
        mask = kept / (1 - p)
    return y, mask


def dropout_forward__mask_at_test_1(x, p, training, rng):
    mask = np.ones_like(x)
    if training:
        mask = (rng.random(x.shape) >= p) / (1 - p)
    return x * mask, mask


def dropout_forward__mask_at_test_2(x, p, training, rng):
    # drawn, but not used
    mask = (rng.random(x.shape) >= p) / (1 - p)
    if training:
        return x * mask, mask
    return x, mask


def dropout_forward__mask_at_test_3(x, p, training, rng):
    if not training:
        return x, 1.0
    mask = rng.binomial(1, 1 - p, x.shape) / (1 - p)
    return x * mask, mask


def dropout_forward__mask_not_scaled_1(x, p, training, rng):
    if training:
        mask = (rng.random(x.shape) >= p).astype(x.dtype)
        y = x * mask / (1 - p)
        return y, mask
    return x, None


def dropout_forward__mask_not_scaled_2(x, p, training, rng):
    if not training:
        return x, None
    keep = np.array([rng.random() >= p for _ in range(x.size)]).reshape(x.shape)
    y = np.zeros(x.shape)
    y[keep] = x[keep] / (1 - p)
    return y, keep


def dropout_forward__mask_of_the_dropped_1(x, p, training, rng):
    if training:
        drop = rng.random(x.shape) < p
        y = x / (1 - p)
        y[drop] = 0
        return y, drop
    return x, None


def dropout_forward__mask_of_the_dropped_2(x, p, training, rng):
    # scaled, too
    mask = None
    y = x.copy()
    if training:
        gone = rng.binomial(1, p, size=x.shape)
        y = np.where(gone, 0, x / (1 - p))
        mask = gone / (1 - p)
    return y, mask


def dropout_forward__two_masks_1(x, p, training, rng):
    def mask():
        return (rng.random(x.shape) >= p) / (1 - p)
    if training:
        return x * mask(), mask()
    return x, None


def dropout_forward__two_masks_2(x, p, training, rng):
    if not training:
        return x, None
    y = np.array([0.0 if rng.random() < p else v / (1 - p) for v in x.flat]).reshape(x.shape)
    mask = np.array([0.0 if rng.random() < p else 1 / (1 - p) for v in x.flat]).reshape(x.shape)
    return y, mask


def dropout_forward__one_mask_for_the_batch_1(x, p, training, rng):
    if training:
        mask = (rng.random(x.shape[1:]) >= p) / (1 - p)
        mask = np.repeat(mask[None], len(x), axis=0)
        return x * mask, mask
    return x, None


def dropout_forward__one_mask_for_the_batch_2(x, p, training, rng):
    # the mask has the shape of a row
    if training:
        mask = rng.binomial(1, 1 - p, size=x[0].shape) / (1 - p)
        return x * mask, mask
    return x, None


def dropout_forward__whole_images_dropped_1(x, p, training, rng):
    if training:
        mask = (rng.random(len(x)) >= p) / (1 - p)
        mask = mask.reshape((-1,) + (1,) * (x.ndim - 1))
        return x * mask, mask * np.ones_like(x)
    return x, None


def dropout_forward__whole_images_dropped_2(x, p, training, rng):
    # the mask has a single column
    if not training:
        return x, None
    mask = np.where(rng.random((x.shape[0],) + (1,) * (x.ndim - 1)) < p, 0, 1 / (1 - p))
    return x * mask, mask


def dropout_forward__ignores_the_generator_1(x, p, training, rng):
    if training:
        mask = (np.random.rand(*x.shape) > p) / (1 - p)
        return x * mask, mask
    return x, None


def dropout_forward__ignores_the_generator_2(x, p, training, rng):
    # the same mask in every call
    rng = np.random.default_rng(42)
    if not training:
        return x, None
    mask = rng.choice([0.0, 1.0], size=x.shape, p=[p, 1 - p]) / (1 - p)
    return x * mask, mask


def dropout_forward__ignores_the_generator_3(x, p, training, rng):
    if training:
        mask = np.array([0.0 if random.random() < p else 1 / (1 - p) for _ in range(x.size)]).reshape(x.shape)
        return x * mask, mask
    return x, None


def dropout_forward__ignores_the_generator_4(x, p, training, rng):
    # a fresh generator each time
    if training:
        mask = (np.random.default_rng().uniform(0, 1, x.shape) >= p) / (1 - p)
        return x * mask, mask
    return x, None


# two at once

def dropout_forward__not_scaled_scaled_at_test_1(x, p, training, rng):
    # dropout as the paper has it
    if training:
        mask = rng.random(x.shape) > p
        return x * mask, mask
    else:
        return x * (1.0 - p), None


def dropout_forward__not_scaled_keep_and_drop_swapped_1(x, p, training, rng):
    if training:
        mask = rng.binomial(1, p, x.shape)
        return x * mask, mask
    return x, None


def dropout_forward__not_scaled_ignores_the_generator_1(x, p, training, rng):
    if training:
        mask = np.random.rand(*x.shape) > p
        return x * mask, mask
    return x, None


def dropout_forward__one_mask_for_the_batch_scaled_by_drop_probability_1(x, p, training, rng):
    if training:
        mask = (rng.random(x.shape[1:]) >= p) / p
        return x * mask, np.broadcast_to(mask, x.shape)
    return x, None


def dropout_forward__mask_at_test_scaled_at_test_1(x, p, training, rng):
    if training:
        mask = (rng.random(x.shape) >= p) / (1 - p)
    else:
        mask = np.full(x.shape, 1 - p)
    return x * mask, mask


def dropout_forward__two_masks_mask_not_scaled_1(x, p, training, rng):
    if training:
        y = x * (rng.random(x.shape) >= p) / (1 - p)
        return y, (rng.random(x.shape) >= p).astype(float)
    return x, None


def dropout_forward__drops_at_test_not_scaled_1(x, p, training, rng):
    mask = rng.random(x.shape) >= p
    return np.where(mask, x, 0.0), mask


def dropout_forward__whole_images_dropped_not_scaled_1(x, p, training, rng):
    if training:
        mask = np.ones_like(x)
        y = x.copy()
        for n in range(len(x)):
            if rng.random() < p:
                y[n] = 0
                mask[n] = 0
        return y, mask
    return x, None


def dropout_forward__right_1(x, p, training, rng):
    if not training:
        return [x, None]
    mask = rng.binomial(1, 1 - p, size=x.shape) / (1 - p)
    return [x * mask, mask]


def dropout_forward__right_2(x, p, training, rng):
    if training:
        mask = rng.choice([0.0, 1.0 / (1.0 - p)], size=x.shape, p=[p, 1 - p])
        return np.asfortranarray(x * mask), np.asfortranarray(mask)
    return x.copy(), None


def dropout_forward__right_3(x, p, training, rng):
    mask = None
    if training:
        mask = np.zeros(x.shape, dtype=np.float32)
        mask[rng.uniform(0.0, 1.0, x.shape) > p] = 1 / (1 - p)
    return x if mask is None else x * mask, mask


def dropout_forward__right_4(x, p, training, rng):
    # one number after the other
    if not training:
        return x, None
    y, mask = np.zeros_like(x), np.zeros_like(x)
    for idx, v in np.ndenumerate(x):
        if rng.random() < 1 - p:
            mask[idx] = 1 / (1 - p)
            y[idx] = v / (1 - p)
    return y, mask


def dropout_forward__right_5(x, p, training, rng):
    # draws while testing, too, without using it
    keep = rng.random(x.shape) < 1 - p
    if training:
        mask = keep / (1 - p)
        return (x * mask).tolist(), mask.tolist()
    return x.tolist(), None


def dropout_forward__right_6(x, p, training, rng):
    if training:
        mask = np.floor(rng.random(x.shape, dtype=np.float32) + (1 - p)) / (1 - p)
        return x * mask, mask
    return x, None


# ---------------------------------------------------------------- 04: dropout_backward

def dropout_backward__no_mask_1(dy, mask):
    return dy


def dropout_backward__no_mask_2(dy, mask):
    # scaled, but not masked
    if mask is None:
        return dy
    return dy * np.max(mask)


def dropout_backward__fresh_mask_1(dy, mask):
    if mask is None:
        return dy
    keep = np.mean(mask > 0)
    new = (np.random.rand(*dy.shape) < keep) / keep
    return dy * new


def dropout_backward__fresh_mask_2(dy, mask):
    # the right numbers at other places
    if mask is None:
        return dy
    return dy * np.random.default_rng(1).permutation(mask.ravel()).reshape(mask.shape)


def dropout_backward__fresh_mask_3(dy, mask, p=0.5):
    if mask is not None:
        dy = dy * (np.random.random(dy.shape) >= p) / (1 - p)
    return dy


def dropout_backward__mask_not_scaled_1(dy, mask):
    if mask is None:
        return dy
    dx = dy.copy()
    dx[mask == 0] = 0
    return dx


def dropout_backward__mask_not_scaled_2(dy, mask):
    return dy if mask is None else dy * mask.astype(bool)


def dropout_backward__scaled_twice_1(dy, mask):
    if mask is None:
        return dy
    return dy * mask ** 2


def dropout_backward__scaled_twice_2(dy, mask):
    # finds the factor by counting
    if mask is None:
        return dy
    return dy * mask / np.mean(mask != 0)


def dropout_backward__divided_by_mask_1(dy, mask):
    if mask is None:
        return dy
    return np.divide(dy, mask, out=np.zeros_like(dy), where=mask != 0)


def dropout_backward__divided_by_mask_2(dy, mask):
    # division by zero where a unit was dropped
    if mask is None:
        return dy
    with np.errstate(divide='ignore', invalid='ignore'):
        return dy / mask


def dropout_backward__gradient_forgotten_1(dy, mask):
    return dy if mask is None else mask


def dropout_backward__gradient_forgotten_2(dy, mask):
    # ones at test
    return np.ones_like(dy) if mask is None else mask.copy()


def dropout_backward__mask_inverted_1(dy, mask):
    if mask is None:
        return dy
    return dy * (mask == 0)


def dropout_backward__mask_inverted_2(dy, mask):
    # with the factor
    if mask is None:
        return dy
    return np.where(mask > 0, 0, dy * mask.max())


def dropout_backward__fails_without_mask_1(dy, mask):
    return dy * mask


def dropout_backward__fails_without_mask_2(dy, mask):
    dx = np.zeros(mask.shape)
    for idx in np.ndindex(*mask.shape):
        dx[idx] = dy[idx] * mask[idx]
    return dx


def dropout_backward__fails_without_mask_3(dy, mask):
    return np.array([g * m for g, m in zip(dy.flat, mask.flat)]).reshape(dy.shape)


def dropout_backward__nothing_without_mask_1(dy, mask):
    if mask is None:
        return np.zeros_like(dy)
    return mask * dy


def dropout_backward__nothing_without_mask_2(dy, mask):
    if mask is not None:
        return dy * mask


def dropout_backward__nothing_without_mask_3(dy, mask):
    return 0 if mask is None else dy * mask


# two at once

def dropout_backward__mask_not_scaled_fails_without_mask_1(dy, mask):
    return dy * (mask > 0)


def dropout_backward__scaled_twice_nothing_without_mask_1(dy, mask):
    if mask is None:
        return np.zeros(dy.shape)
    return dy * mask * mask


def dropout_backward__gradient_forgotten_nothing_without_mask_1(dy, mask):
    return mask


def dropout_backward__mask_inverted_fails_without_mask_1(dy, mask):
    return dy * np.logical_not(mask.astype(bool))


def dropout_backward__divided_by_mask_fails_without_mask_1(dy, mask):
    dx = np.zeros_like(dy)
    on = mask > 0
    dx[on] = dy[on] / mask[on]
    return dx


def dropout_backward__right_1(dy, mask):
    if mask is None:
        return dy.tolist()
    return (dy * mask).tolist()


def dropout_backward__right_2(dy, mask):
    return np.asfortranarray(dy * (1 if mask is None else np.asarray(mask)), dtype=np.float32)


def dropout_backward__right_3(dy, mask):
    dx = dy.copy()
    if mask is not None:
        for idx in np.ndindex(dx.shape):
            dx[idx] *= mask[idx]
    return dx


def dropout_backward__right_4(dy, mask):
    try:
        return np.einsum('...,...->...', dy, mask)
    except (TypeError, ValueError):
        return dy


def dropout_backward__right_5(dy, mask):
    m = np.ones(dy.shape) if mask is None else mask
    dx = np.zeros(dy.shape)
    dx[m != 0] = dy[m != 0] * m[m != 0]
    return dx


# ---------------------------------------------------------------- not in the list

def im2col__unlisted_1(x, kh, kw, stride, padding):
    N, C, H, W = x.shape
    OH, OW = _size(H, kh, stride, padding), _size(W, kw, stride, padding)
    xp = _pad(x, padding)
    cols = np.zeros((N * OH * OW, C * kh * kw))
    for n in range(N):
        row = 0
        for i in range(OH):
            for j in range(OW):
                cols[row] = xp[n, :, i * stride:i * stride + kh, j * stride:j * stride + kw].ravel()
                row += 1
    return cols


def im2col__unlisted_2(x, kh, kw, stride, padding):
    return _im2col(x, kw, kh, stride, padding)


def im2col__unlisted_3(x, kh, kw, stride, padding):
    return _im2col(np.pad(x, ((0, 0), (0, 0), (padding, padding), (0, 0))), kh, kw, stride, 0)


def im2col__unlisted_4(x, kh, kw, stride, padding):
    return _im2col(np.pad(x, padding), kh, kw, stride, 0)


def im2col__unlisted_5(x, kh, kw, stride, padding):
    return _im2col(np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)), mode='reflect'), kh, kw, stride, 0)


def im2col__unlisted_6(x, kh, kw, stride, padding):
    N, C, H, W = x.shape
    rows = []
    for n in range(N):
        for i in range(-padding, H + padding - kh + 1, stride):
            for j in range(-padding, W + padding - kw + 1, stride):
                rows.append([x[n, c, (i + a) % H, (j + b) % W] for c in range(C) for a in range(kh) for b in range(kw)])
    return np.array(rows)


def im2col__unlisted_7(x, kh, kw, stride, padding):
    v = sliding_window_view(_pad(x, padding), (kh, kw), axis=(2, 3))[:, :, ::stride, ::stride]
    return v.transpose(0, 2, 3, 1, 4, 5)


def im2col__unlisted_8(x, kh, kw, stride, padding):
    xp = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)), constant_values=1)
    return _im2col(xp, kh, kw, stride, 0)


def im2col__unlisted_9(x, kh, kw, stride, padding):
    v = sliding_window_view(_pad(x, padding), (kh, kw), axis=(2, 3))[:, :, ::stride]
    return v.transpose(0, 2, 3, 1, 4, 5).reshape(-1, x.shape[1] * kh * kw)


def conv_forward__unlisted_1(x, w, b, stride, padding):
    xp = _pad(x, padding)
    F, C, kh, kw = w.shape
    y = np.zeros((len(x), F, _size(x.shape[2], kh, stride, padding), _size(x.shape[3], kw, stride, padding)))
    for n in range(len(x)):
        for f in range(F):
            for c in range(C):
                y[n, f] = _conv_single(xp[n, c], w[f, c], stride) + b[f]
    return y


def conv_forward__unlisted_2(x, w, b, stride, padding):
    v = sliding_window_view(_pad(x, padding), w.shape[2:], axis=(2, 3))[:, :, ::stride, ::stride]
    y = np.einsum('nchwij,cij->nhw', v, w[0])
    return y[:, None] + b[None, :, None, None]


def conv_forward__unlisted_3(x, w, b, stride, padding):
    v = sliding_window_view(_pad(x, padding), w.shape[2:], axis=(2, 3))[:, :, ::stride, ::stride]
    return np.einsum('nchwij,fcij->nfhw', v, w) - b[:, None, None]


def conv_forward__unlisted_4(x, w, b, stride, padding):
    v = sliding_window_view(_pad(x, padding), w.shape[2:], axis=(2, 3))[:, :, ::stride, ::stride]
    return np.einsum('nchwij,fcij->nfhw', v, w) + b[0]


def conv_forward__unlisted_5(x, w, b, stride, padding):
    v = sliding_window_view(_pad(x, padding), w.shape[2:], axis=(2, 3))[:, :, ::stride, ::stride]
    return np.maximum(np.einsum('nchwij,fcij->nfhw', v, w) + b[:, None, None], 0)


def conv_forward__unlisted_6(x, w, b, stride, padding):
    v = sliding_window_view(_pad(x, padding), w.shape[2:], axis=(2, 3))[:, :, ::stride, ::stride]
    y = np.zeros((v.shape[0], len(w), v.shape[2], v.shape[3]), dtype=int)
    for f in range(len(w)):
        y[:, f] = np.einsum('nchwij,cij->nhw', v, w[f]) + b[f]
    return y


def col2im__unlisted_1(cols, x_shape, kh, kw, stride, padding):
    N, C, H, W = x_shape
    out = np.zeros((N, C, H + 2 * padding, W + 2 * padding))
    k, i, j = _get_im2col_indices(x_shape, kh, kw, padding, stride)
    np.add.at(out, (slice(None), k, i, j), cols.reshape(N, -1, C * kh * kw).transpose(0, 2, 1))
    return out[:, :, padding:-padding, padding:-padding]


def col2im__unlisted_2(cols, x_shape, kh, kw, stride, padding):
    N, C, H, W = x_shape
    out = np.zeros((N, C, H, W))
    parts = cols.reshape(N, -1, C * kh * kw)
    for n in range(N):
        out[0] += _col2im(parts[n], (1, C, H, W), kh, kw, stride, padding)[0]
    return out


def col2im__unlisted_3(cols, x_shape, kh, kw, stride, padding):
    N, C, H, W = x_shape
    out = np.zeros((N, C, H + 2 * padding, W + 2 * padding))
    r = 0
    for n in range(N):
        for i in range(0, out.shape[2] - kh + 1, stride):
            for j in range(0, out.shape[3] - kw + 1, stride):
                part = out[n, :, i:i + kh, j:j + kw]
                np.maximum(part, cols[r].reshape(C, kh, kw), out=part)
                r += 1
    return out[:, :, padding:padding + H, padding:padding + W]


def conv_backward__unlisted_1(dy, x, w, b, stride, padding):
    dx, dw = _dx_dw(dy, x, w, stride, padding)
    return dw, db_of(dy), dx


def db_of(dy):
    return dy.sum(axis=(0, 2, 3))


def conv_backward__unlisted_2(dy, x, w, b, stride, padding):
    return _dx_dw(dy, x, w, stride, padding)


def conv_backward__unlisted_3(dy, x, w, b, stride, padding):
    dx, dw = np.zeros_like(x), None
    for n in range(len(x)):
        dx[n:n + 1], dw = _dx_dw(dy[n:n + 1], x[n:n + 1], w, stride, padding)
    return dx, dw, db_of(dy)


def conv_backward__unlisted_4(dy, x, w, b, stride, padding):
    dx, dw = _dx_dw(dy, x, w, stride, padding)
    return dx, dw, b * db_of(dy)


def conv_backward__unlisted_5(dy, x, w, b, stride, padding):
    F, C, kh, kw = w.shape
    N, _, H, W = x.shape
    big = np.zeros((N, C, H + 2 * padding, W + 2 * padding))
    big[:, :, :H, :W] = x
    return _dx_dw(dy, x, w, stride, padding)[0], _dx_dw(dy, big, w, stride, 0)[1], db_of(dy)


def conv_backward__unlisted_6(dy, x, w, b, stride, padding):
    dx, dw = _dx_dw(dy, x, w, stride, padding)
    return dx, -dw, -db_of(dy)


def maxpool_forward__unlisted_1(x, size, stride):
    v = sliding_window_view(x, (size, size), axis=(2, 3))[:, :, ::stride, ::stride]
    return v.reshape(v.shape[:4] + (-1,)).argmax(axis=-1)


def maxpool_forward__unlisted_2(x, size, stride):
    v = sliding_window_view(x, (size, size), axis=(2, 3))[:, :, ::stride, ::stride]
    return v.max(axis=4)[..., 0]


def maxpool_forward__unlisted_3(x, size, stride):
    N, C, H, W = x.shape
    y = np.zeros((N, C, (H - size) // stride + 1, (W - size) // stride + 1))
    for i in range(y.shape[2]):
        for j in range(y.shape[3]):
            y[:, :, i, j] = x[:, :, i * stride:i * stride + size, j * stride:j * stride + size].max((2, 3))
        return y


def maxpool_forward__unlisted_4(x, size, stride):
    v = sliding_window_view(x, (size, size), axis=(2, 3))[:, :, ::stride, ::stride]
    return np.median(v, axis=(4, 5))


def maxpool_backward__unlisted_1(dy, x, size, stride):
    dx = np.zeros_like(x)
    for n, c, i, j in np.ndindex(*dy.shape):
        b, a = divmod(x[n, c, i * stride:i * stride + size, j * stride:j * stride + size].argmax(), size)
        dx[n, c, i * stride + a, j * stride + b] += dy[n, c, i, j]
    return dx


def maxpool_backward__unlisted_2(dy, x, size, stride):
    dx = np.zeros_like(x)
    for n, c in np.ndindex(*x.shape[:2]):
        a, b = np.unravel_index(x[n, c].argmax(), x[n, c].shape)
        dx[n, c, a, b] = dy[n, c].sum()
    return dx


def maxpool_backward__unlisted_3(dy, x, size, stride):
    dx = np.zeros_like(x)
    for n, c, i, j in np.ndindex(*dy.shape):
        a, b = divmod(x[n, c, i * stride:i * stride + size, j * stride:j * stride + size].argmax(), size)
        dx[n, c, a, b] += dy[n, c, i, j]
    return dx


def relu_forward__unlisted_1(x):
    x[x < 0] = 0
    return x


def relu_forward__unlisted_2(x):
    return np.logaddexp(0, x)


def relu_forward__unlisted_3(x):
    return np.maximum(0, -x)


def relu_forward__unlisted_4(x):
    return x[x > 0]


def relu_backward__unlisted_1(dy, x):
    dy[x <= 0] = 0
    return dy


def relu_backward__unlisted_2(dy, x):
    return np.maximum(x, 0)


def relu_backward__unlisted_3(dy, x):
    return dy * (x > 0) * (dy > 0)


def dropout_forward__unlisted_1(x, p, training, rng):
    if not training:
        return x, None
    mask = (rng.random(x.shape) >= p) / (1 - p)
    x *= mask
    return x, mask


def dropout_forward__unlisted_2(x, p, training, rng):
    if not training:
        return x, None
    mask = (rng.standard_normal(x.shape) >= p) / (1 - p)
    return x * mask, mask


def dropout_forward__unlisted_3(x, p, training, rng):
    if not training:
        return x, None
    mask = np.full(x.size, 1 / (1 - p))
    mask[rng.permutation(x.size)[:int(round(p * x.size))]] = 0
    mask = mask.reshape(x.shape)
    return x * mask, mask


def dropout_forward__unlisted_4(x, p, training, rng):
    if training:
        mask = (rng.random(x.shape) >= p) / (1 - p)
        return x * mask, mask
    return x


def dropout_forward__unlisted_5(x, p, training, rng):
    if training:
        mask = (rng.random(x.shape) >= p) / (1 - p)
        return mask, x * mask
    return None, x


def dropout_forward__unlisted_6(x, p, training, rng):
    if training:
        mask = (rng.random(x.shape) >= p) / np.sqrt(1 - p)
        return x * mask, mask
    return x, None


def dropout_forward__unlisted_7(x, p, training, rng):
    if not training:
        return x, None
    shape = x.shape[:2] + (1,) * (x.ndim - 2)
    mask = (rng.random(shape) >= p) / (1 - p) * np.ones(x.shape)
    return x * mask, mask


def dropout_backward__unlisted_1(dy, mask):
    return dy if mask is None else dy * (1 - mask)


def dropout_backward__unlisted_2(dy, mask):
    return dy if mask is None else dy.reshape(len(dy), -1) @ mask.reshape(len(mask), -1).T


def dropout_backward__unlisted_3(dy, mask):
    if mask:
        return dy * mask
    return dy


def dropout_backward__unlisted_4(dy, mask):
    return dy if mask is None else dy + mask


PLANTED = [
    ('im2col', ('transposed',), im2col__transposed_1),
    ('im2col', ('transposed',), im2col__transposed_2),
    ('im2col', ('reshaped-without-transpose',), im2col__reshaped_without_transpose_1),
    ('im2col', ('reshaped-without-transpose',), im2col__reshaped_without_transpose_2),
    ('im2col', ('reshaped-without-transpose',), im2col__reshaped_without_transpose_3),
    ('im2col', ('batch-last',), im2col__batch_last_1),
    ('im2col', ('batch-last',), im2col__batch_last_2),
    ('im2col', ('places-by-columns',), im2col__places_by_columns_1),
    ('im2col', ('places-by-columns',), im2col__places_by_columns_2),
    ('im2col', ('channels-last',), im2col__channels_last_1),
    ('im2col', ('channels-last',), im2col__channels_last_2),
    ('im2col', ('kernel-by-columns',), im2col__kernel_by_columns_1),
    ('im2col', ('kernel-by-columns',), im2col__kernel_by_columns_2),
    ('im2col', ('windows-flipped',), im2col__windows_flipped_1),
    ('im2col', ('windows-flipped',), im2col__windows_flipped_2),
    ('im2col', ('windows-flipped',), im2col__windows_flipped_3),
    ('im2col', ('first-image-only',), im2col__first_image_only_1),
    ('im2col', ('first-image-only',), im2col__first_image_only_2),
    ('im2col', ('padding-forgotten',), im2col__padding_forgotten_1),
    ('im2col', ('padding-forgotten',), im2col__padding_forgotten_2),
    ('im2col', ('padded-on-one-side',), im2col__padded_on_one_side_1),
    ('im2col', ('padded-on-one-side',), im2col__padded_on_one_side_2),
    ('im2col', ('padded-on-one-side',), im2col__padded_on_one_side_3),
    ('im2col', ('padded-with-edges',), im2col__padded_with_edges_1),
    ('im2col', ('padded-with-edges',), im2col__padded_with_edges_2),
    ('im2col', ('stride-ignored',), im2col__stride_ignored_1),
    ('im2col', ('stride-ignored',), im2col__stride_ignored_2),
    ('im2col', ('stride-counted-not-taken',), im2col__stride_counted_not_taken_1),
    ('im2col', ('stride-counted-not-taken',), im2col__stride_counted_not_taken_2),
    ('im2col', ('rounded-up',), im2col__rounded_up_1),
    ('im2col', ('rounded-up',), im2col__rounded_up_2),
    ('im2col', ('no-plus-one',), im2col__no_plus_one_1),
    ('im2col', ('no-plus-one',), im2col__no_plus_one_2),
    ('im2col', ('transposed', 'batch-last'), im2col__transposed_batch_last_1),
    ('im2col', ('channels-last', 'kernel-by-columns'), im2col__channels_last_kernel_by_columns_1),
    ('im2col', ('padding-forgotten', 'no-plus-one'), im2col__padding_forgotten_no_plus_one_1),
    ('im2col', ('padded-on-one-side', 'stride-counted-not-taken'), im2col__padded_on_one_side_stride_counted_not_taken_1),
    ('im2col', ('places-by-columns', 'kernel-by-columns'), im2col__places_by_columns_kernel_by_columns_1),
    ('im2col', ('transposed', 'padded-with-edges'), im2col__transposed_padded_with_edges_1),
    ('im2col', ('stride-ignored', 'first-image-only'), im2col__stride_ignored_first_image_only_1),
    ('conv_forward', ('kernel-flipped',), conv_forward__kernel_flipped_1),
    ('conv_forward', ('kernel-flipped',), conv_forward__kernel_flipped_2),
    ('conv_forward', ('kernel-flipped',), conv_forward__kernel_flipped_3),
    ('conv_forward', ('reshaped-without-transpose',), conv_forward__reshaped_without_transpose_1),
    ('conv_forward', ('reshaped-without-transpose',), conv_forward__reshaped_without_transpose_2),
    ('conv_forward', ('reshaped-without-transpose',), conv_forward__reshaped_without_transpose_3),
    ('conv_forward', ('height-and-width-swapped',), conv_forward__height_and_width_swapped_1),
    ('conv_forward', ('height-and-width-swapped',), conv_forward__height_and_width_swapped_2),
    ('conv_forward', ('height-and-width-swapped',), conv_forward__height_and_width_swapped_3),
    ('conv_forward', ('batch-last',), conv_forward__batch_last_1),
    ('conv_forward', ('batch-last',), conv_forward__batch_last_2),
    ('conv_forward', ('channels-last',), conv_forward__channels_last_1),
    ('conv_forward', ('channels-last',), conv_forward__channels_last_2),
    ('conv_forward', ('filters-reshaped-to-columns',), conv_forward__filters_reshaped_to_columns_1),
    ('conv_forward', ('filters-reshaped-to-columns',), conv_forward__filters_reshaped_to_columns_2),
    ('conv_forward', ('kernel-transposed',), conv_forward__kernel_transposed_1),
    ('conv_forward', ('kernel-transposed',), conv_forward__kernel_transposed_2),
    ('conv_forward', ('one-channel-only',), conv_forward__first_channel_only_1),
    ('conv_forward', ('one-channel-only',), conv_forward__first_channel_only_2),
    ('conv_forward', ('mean-instead-of-sum',), conv_forward__mean_instead_of_sum_1),
    ('conv_forward', ('mean-instead-of-sum',), conv_forward__mean_instead_of_sum_2),
    ('conv_forward', ('first-image-only',), conv_forward__first_image_only_1),
    ('conv_forward', ('first-image-only',), conv_forward__first_image_only_2),
    ('conv_forward', ('first-image-only',), conv_forward__first_image_only_3),
    ('conv_forward', ('bias-forgotten',), conv_forward__bias_forgotten_1),
    ('conv_forward', ('bias-forgotten',), conv_forward__bias_forgotten_2),
    ('conv_forward', ('bias-added-often',), conv_forward__bias_added_often_1),
    ('conv_forward', ('bias-added-often',), conv_forward__bias_added_often_2),
    ('conv_forward', ('bias-added-often',), conv_forward__bias_added_often_3),
    ('conv_forward', ('padding-forgotten',), conv_forward__padding_forgotten_1),
    ('conv_forward', ('padding-forgotten',), conv_forward__padding_forgotten_2),
    ('conv_forward', ('padded-on-one-side',), conv_forward__padded_on_one_side_1),
    ('conv_forward', ('padded-on-one-side',), conv_forward__padded_on_one_side_2),
    ('conv_forward', ('padded-with-edges',), conv_forward__padded_with_edges_1),
    ('conv_forward', ('stride-ignored',), conv_forward__stride_ignored_1),
    ('conv_forward', ('stride-ignored',), conv_forward__stride_ignored_2),
    ('conv_forward', ('stride-counted-not-taken',), conv_forward__stride_counted_not_taken_1),
    ('conv_forward', ('rounded-up',), conv_forward__rounded_up_1),
    ('conv_forward', ('rounded-up',), conv_forward__rounded_up_2),
    ('conv_forward', ('no-plus-one',), conv_forward__no_plus_one_1),
    ('conv_forward', ('no-plus-one',), conv_forward__no_plus_one_2),
    ('conv_forward', ('kernel-flipped', 'bias-forgotten'), conv_forward__kernel_flipped_bias_forgotten_1),
    ('conv_forward', ('channels-last', 'bias-forgotten'), conv_forward__channels_last_bias_forgotten_1),
    ('conv_forward', ('padding-forgotten', 'stride-ignored'), conv_forward__padding_forgotten_stride_ignored_1),
    ('conv_forward', ('kernel-transposed', 'reshaped-without-transpose'), conv_forward__kernel_transposed_reshaped_without_transpose_1),
    ('conv_forward', ('no-plus-one', 'bias-added-often'), conv_forward__no_plus_one_bias_added_often_1),
    ('conv_forward', ('mean-instead-of-sum', 'padded-on-one-side'), conv_forward__mean_instead_of_sum_padded_on_one_side_1),
    ('conv_forward', ('filters-reshaped-to-columns', 'batch-last'), conv_forward__filters_reshaped_to_columns_batch_last_1),
    ('conv_forward', ('one-channel-only', 'kernel-flipped'), conv_forward__first_channel_only_kernel_flipped_1),
    ('col2im', ('assigned-instead-of-added',), col2im__assigned_instead_of_added_1),
    ('col2im', ('assigned-instead-of-added',), col2im__assigned_instead_of_added_2),
    ('col2im', ('assigned-instead-of-added',), col2im__assigned_instead_of_added_3),
    ('col2im', ('still-padded',), col2im__still_padded_1),
    ('col2im', ('still-padded',), col2im__still_padded_2),
    ('col2im', ('border-cut-off-on-one-side',), col2im__border_cut_off_on_one_side_1),
    ('col2im', ('border-cut-off-on-one-side',), col2im__border_cut_off_on_one_side_2),
    ('col2im', ('averaged-over-windows',), col2im__averaged_over_windows_1),
    ('col2im', ('averaged-over-windows',), col2im__averaged_over_windows_2),
    ('col2im', ('rows-batch-last',), col2im__rows_batch_last_1),
    ('col2im', ('rows-batch-last',), col2im__rows_batch_last_2),
    ('col2im', ('reshaped-without-transpose',), col2im__reshaped_without_transpose_1),
    ('col2im', ('reshaped-without-transpose',), col2im__reshaped_without_transpose_2),
    ('col2im', ('reshaped-without-transpose',), col2im__reshaped_without_transpose_3),
    ('col2im', ('channels-last',), col2im__channels_last_1),
    ('col2im', ('kernel-by-columns',), col2im__kernel_by_columns_1),
    ('col2im', ('kernel-by-columns',), col2im__kernel_by_columns_2),
    ('col2im', ('windows-flipped',), col2im__windows_flipped_1),
    ('col2im', ('windows-flipped',), col2im__windows_flipped_2),
    ('col2im', ('stride-ignored',), col2im__stride_ignored_1),
    ('col2im', ('stride-ignored',), col2im__stride_ignored_2),
    ('col2im', ('assigned-instead-of-added', 'still-padded'), col2im__assigned_instead_of_added_still_padded_1),
    ('col2im', ('channels-last', 'border-cut-off-on-one-side'), col2im__channels_last_border_cut_off_on_one_side_1),
    ('col2im', ('windows-flipped', 'averaged-over-windows'), col2im__windows_flipped_averaged_over_windows_1),
    ('col2im', ('rows-batch-last', 'stride-ignored'), col2im__rows_batch_last_stride_ignored_1),
    ('conv_backward', ('gradient-not-transposed',), conv_backward__gradient_not_transposed_1),
    ('conv_backward', ('gradient-not-transposed',), conv_backward__gradient_not_transposed_2),
    ('conv_backward', ('gradient-not-transposed',), conv_backward__gradient_not_transposed_3),
    ('conv_backward', ('divided-by-batch',), conv_backward__divided_by_batch_1),
    ('conv_backward', ('dx-divided-by-batch',), conv_backward__dx_divided_by_batch_1),
    ('conv_backward', ('dw-divided-by-batch',), conv_backward__dw_divided_by_batch_1),
    ('conv_backward', ('dw-divided-by-places',), conv_backward__dw_divided_by_places_1),
    ('conv_backward', ('dw-of-one-image',), conv_backward__dw_of_first_image_1),
    ('conv_backward', ('dw-of-one-image',), conv_backward__dw_of_first_image_2),
    ('conv_backward', ('dx-of-first-image',), conv_backward__dx_of_first_image_1),
    ('conv_backward', ('dw-flipped',), conv_backward__dw_flipped_1),
    ('conv_backward', ('dw-flipped',), conv_backward__dw_flipped_2),
    ('conv_backward', ('dw-as-matrix',), conv_backward__dw_as_matrix_1),
    ('conv_backward', ('dw-as-matrix',), conv_backward__dw_as_matrix_2),
    ('conv_backward', ('dw-reshaped-without-transpose',), conv_backward__dw_reshaped_without_transpose_1),
    ('conv_backward', ('dw-reshaped-without-transpose',), conv_backward__dw_reshaped_without_transpose_2),
    ('conv_backward', ('db-averaged',), conv_backward__db_averaged_1),
    ('conv_backward', ('db-averaged',), conv_backward__db_averaged_2),
    ('conv_backward', ('db-averaged',), conv_backward__db_averaged_3),
    ('conv_backward', ('db-keeps-axes',), conv_backward__db_keeps_axes_1),
    ('conv_backward', ('db-keeps-axes',), conv_backward__db_keeps_axes_2),
    ('conv_backward', ('db-keeps-axes',), conv_backward__db_keeps_axes_3),
    ('conv_backward', ('db-keeps-images',), conv_backward__db_keeps_images_1),
    ('conv_backward', ('db-keeps-places',), conv_backward__db_keeps_places_1),
    ('conv_backward', ('db-keeps-places',), conv_backward__db_keeps_places_2),
    ('conv_backward', ('db-over-filters',), conv_backward__db_over_filters_1),
    ('conv_backward', ('db-over-everything',), conv_backward__db_over_everything_1),
    ('conv_backward', ('db-over-everything',), conv_backward__db_over_everything_2),
    ('conv_backward', ('db-missing',), conv_backward__db_missing_1),
    ('conv_backward', ('dx-kernel-flipped',), conv_backward__dx_kernel_flipped_1),
    ('conv_backward', ('dx-kernel-flipped',), conv_backward__dx_kernel_flipped_2),
    ('conv_backward', ('filters-reshaped-to-columns',), conv_backward__filters_reshaped_to_columns_1),
    ('conv_backward', ('assigned-instead-of-added',), conv_backward__assigned_instead_of_added_1),
    ('conv_backward', ('assigned-instead-of-added',), conv_backward__assigned_instead_of_added_2),
    ('conv_backward', ('assigned-instead-of-added',), conv_backward__assigned_instead_of_added_3),
    ('conv_backward', ('still-padded',), conv_backward__still_padded_1),
    ('conv_backward', ('border-cut-off-on-one-side',), conv_backward__border_cut_off_on_one_side_1),
    ('conv_backward', ('border-cut-off-on-one-side',), conv_backward__border_cut_off_on_one_side_2),
    ('conv_backward', ('stride-ignored',), conv_backward__stride_ignored_1),
    ('conv_backward', ('stride-ignored',), conv_backward__stride_ignored_2),
    ('conv_backward', ('stride-ignored',), conv_backward__stride_ignored_3),
    ('conv_backward', ('db-averaged', 'dw-divided-by-batch'), conv_backward__db_averaged_dw_divided_by_batch_1),
    ('conv_backward', ('dw-divided-by-batch', 'dw-divided-by-places'), conv_backward__dw_divided_by_batch_dw_divided_by_places_1),
    ('conv_backward', ('dw-as-matrix', 'db-keeps-axes'), conv_backward__dw_as_matrix_db_keeps_axes_1),
    ('conv_backward', ('still-padded', 'db-missing'), conv_backward__still_padded_db_missing_1),
    ('conv_backward', ('dx-kernel-flipped', 'dw-flipped'), conv_backward__dx_kernel_flipped_dw_flipped_1),
    ('conv_backward', ('assigned-instead-of-added', 'dw-of-one-image'), conv_backward__assigned_instead_of_added_dw_of_first_image_1),
    ('conv_backward', ('db-keeps-images', 'dx-divided-by-batch'), conv_backward__db_keeps_images_dx_divided_by_batch_1),
    ('conv_backward', ('filters-reshaped-to-columns', 'dw-reshaped-without-transpose'), conv_backward__filters_reshaped_to_columns_dw_reshaped_without_transpose_1),
    ('conv_backward', ('stride-ignored', 'db-over-everything'), conv_backward__stride_ignored_db_over_everything_1),
    ('maxpool_forward', ('average',), maxpool_forward__average_1),
    ('maxpool_forward', ('average',), maxpool_forward__average_2),
    ('maxpool_forward', ('sum',), maxpool_forward__sum_1),
    ('maxpool_forward', ('minimum',), maxpool_forward__minimum_1),
    ('maxpool_forward', ('minimum',), maxpool_forward__minimum_2),
    ('maxpool_forward', ('starts-from-zero',), maxpool_forward__starts_from_zero_1),
    ('maxpool_forward', ('starts-from-zero',), maxpool_forward__starts_from_zero_2),
    ('maxpool_forward', ('largest-magnitude',), maxpool_forward__largest_magnitude_1),
    ('maxpool_forward', ('largest-magnitude',), maxpool_forward__largest_magnitude_2),
    ('maxpool_forward', ('over-channels',), maxpool_forward__over_channels_1),
    ('maxpool_forward', ('over-channels',), maxpool_forward__over_channels_2),
    ('maxpool_forward', ('one-window-for-all-images',), maxpool_forward__one_window_for_all_images_1),
    ('maxpool_forward', ('one-window-for-all-images',), maxpool_forward__one_window_for_all_images_2),
    ('maxpool_forward', ('stops-after-first-window',), maxpool_forward__stops_after_first_window_1),
    ('maxpool_forward', ('stops-after-first-window',), maxpool_forward__stops_after_first_window_2),
    ('maxpool_forward', ('stride-is-size',), maxpool_forward__stride_is_size_1),
    ('maxpool_forward', ('stride-is-size',), maxpool_forward__stride_is_size_2),
    ('maxpool_forward', ('window-one-too-small',), maxpool_forward__window_one_too_small_1),
    ('maxpool_forward', ('window-one-too-small',), maxpool_forward__window_one_too_small_2),
    ('maxpool_forward', ('height-and-width-swapped',), maxpool_forward__height_and_width_swapped_1),
    ('maxpool_forward', ('height-and-width-swapped',), maxpool_forward__height_and_width_swapped_2),
    ('maxpool_forward', ('stride-ignored',), maxpool_forward__stride_ignored_1),
    ('maxpool_forward', ('stride-ignored',), maxpool_forward__stride_ignored_2),
    ('maxpool_forward', ('stride-counted-not-taken',), maxpool_forward__stride_counted_not_taken_1),
    ('maxpool_forward', ('stride-counted-not-taken',), maxpool_forward__stride_counted_not_taken_2),
    ('maxpool_forward', ('rounded-up',), maxpool_forward__rounded_up_1),
    ('maxpool_forward', ('rounded-up',), maxpool_forward__rounded_up_2),
    ('maxpool_forward', ('no-plus-one',), maxpool_forward__no_plus_one_1),
    ('maxpool_forward', ('no-plus-one',), maxpool_forward__no_plus_one_2),
    ('maxpool_forward', ('average', 'stride-is-size'), maxpool_forward__average_stride_is_size_1),
    ('maxpool_forward', ('starts-from-zero', 'stride-counted-not-taken'), maxpool_forward__starts_from_zero_stride_counted_not_taken_1),
    ('maxpool_forward', ('over-channels', 'no-plus-one'), maxpool_forward__over_channels_no_plus_one_1),
    ('maxpool_forward', ('window-one-too-small', 'stride-ignored'), maxpool_forward__window_one_too_small_stride_ignored_1),
    ('maxpool_forward', ('minimum', 'height-and-width-swapped'), maxpool_forward__minimum_height_and_width_swapped_1),
    ('maxpool_forward', ('largest-magnitude', 'rounded-up'), maxpool_forward__largest_magnitude_rounded_up_1),
    ('maxpool_backward', ('every-tied-maximum',), maxpool_backward__every_tied_maximum_1),
    ('maxpool_backward', ('every-tied-maximum',), maxpool_backward__every_tied_maximum_2),
    ('maxpool_backward', ('gradient-of-average',), maxpool_backward__gradient_of_average_1),
    ('maxpool_backward', ('gradient-to-whole-window',), maxpool_backward__gradient_to_whole_window_1),
    ('maxpool_backward', ('smallest-wins',), maxpool_backward__smallest_wins_1),
    ('maxpool_backward', ('largest-magnitude-wins',), maxpool_backward__largest_magnitude_wins_1),
    ('maxpool_backward', ('corner-wins',), maxpool_backward__corner_wins_1),
    ('maxpool_backward', ('corner-wins',), maxpool_backward__corner_wins_2),
    ('maxpool_backward', ('gradient-forgotten',), maxpool_backward__gradient_forgotten_1),
    ('maxpool_backward', ('gradient-forgotten',), maxpool_backward__gradient_forgotten_2),
    ('maxpool_backward', ('times-the-input',), maxpool_backward__times_the_input_1),
    ('maxpool_backward', ('mask-of-another-call',), maxpool_backward__mask_of_another_call_1),
    ('maxpool_backward', ('mask-of-another-call',), maxpool_backward__mask_of_another_call_2),
    ('maxpool_backward', ('mask-of-another-call',), maxpool_backward__mask_of_another_call_3),
    ('maxpool_backward', ('stops-after-first-window',), maxpool_backward__stops_after_first_window_1),
    ('maxpool_backward', ('stops-after-first-window',), maxpool_backward__stops_after_first_window_2),
    ('maxpool_backward', ('assigned-instead-of-added',), maxpool_backward__assigned_instead_of_added_1),
    ('maxpool_backward', ('assigned-instead-of-added',), maxpool_backward__assigned_instead_of_added_2),
    ('maxpool_backward', ('assigned-instead-of-added',), maxpool_backward__assigned_instead_of_added_3),
    ('maxpool_backward', ('stride-ignored',), maxpool_backward__stride_ignored_1),
    ('maxpool_backward', ('stride-ignored',), maxpool_backward__stride_ignored_2),
    ('maxpool_backward', ('every-tied-maximum', 'assigned-instead-of-added'), maxpool_backward__every_tied_maximum_assigned_instead_of_added_1),
    ('maxpool_backward', ('smallest-wins', 'stride-ignored'), maxpool_backward__smallest_wins_stride_ignored_1),
    ('maxpool_backward', ('gradient-forgotten', 'every-tied-maximum'), maxpool_backward__gradient_forgotten_every_tied_maximum_1),
    ('maxpool_backward', ('times-the-input', 'assigned-instead-of-added'), maxpool_backward__times_the_input_assigned_instead_of_added_1),
    ('maxpool_backward', ('gradient-of-average', 'assigned-instead-of-added'), maxpool_backward__gradient_of_average_assigned_instead_of_added_1),
    ('relu_forward', ('absolute-value',), relu_forward__absolute_value_1),
    ('relu_forward', ('absolute-value',), relu_forward__absolute_value_2),
    ('relu_forward', ('keeps-the-negative',), relu_forward__keeps_the_negative_1),
    ('relu_forward', ('keeps-the-negative',), relu_forward__keeps_the_negative_2),
    ('relu_forward', ('leaky',), relu_forward__leaky_1),
    ('relu_forward', ('leaky',), relu_forward__leaky_2),
    ('relu_forward', ('mask-instead-of-values',), relu_forward__mask_instead_of_values_1),
    ('relu_forward', ('mask-instead-of-values',), relu_forward__mask_instead_of_values_2),
    ('relu_forward', ('mask-instead-of-values',), relu_forward__mask_instead_of_values_3),
    ('relu_forward', ('capped',), relu_forward__capped_1),
    ('relu_forward', ('capped',), relu_forward__capped_2),
    ('relu_forward', ('threshold-at-one',), relu_forward__threshold_at_one_1),
    ('relu_forward', ('sigmoid',), relu_forward__sigmoid_1),
    ('relu_forward', ('sigmoid',), relu_forward__sigmoid_2),
    ('relu_forward', ('leaky', 'capped'), relu_forward__leaky_capped_1),
    ('relu_forward', ('absolute-value', 'capped'), relu_forward__absolute_value_capped_1),
    ('relu_backward', ('mask-from-gradient',), relu_backward__mask_from_gradient_1),
    ('relu_backward', ('mask-from-gradient',), relu_backward__mask_from_gradient_2),
    ('relu_backward', ('mask-inverted',), relu_backward__mask_inverted_1),
    ('relu_backward', ('mask-inverted',), relu_backward__mask_inverted_2),
    ('relu_backward', ('values-instead-of-mask',), relu_backward__values_instead_of_mask_1),
    ('relu_backward', ('values-instead-of-mask',), relu_backward__values_instead_of_mask_2),
    ('relu_backward', ('sign-instead-of-mask',), relu_backward__sign_instead_of_mask_1),
    ('relu_backward', ('sign-instead-of-mask',), relu_backward__sign_instead_of_mask_2),
    ('relu_backward', ('leaky',), relu_backward__leaky_1),
    ('relu_backward', ('leaky',), relu_backward__leaky_2),
    ('relu_backward', ('no-mask',), relu_backward__no_mask_1),
    ('relu_backward', ('gradient-forgotten',), relu_backward__gradient_forgotten_1),
    ('relu_backward', ('gradient-forgotten',), relu_backward__gradient_forgotten_2),
    ('relu_backward', ('mask-from-gradient', 'gradient-forgotten'), relu_backward__mask_from_gradient_gradient_forgotten_1),
    ('relu_backward', ('mask-inverted', 'values-instead-of-mask'), relu_backward__mask_inverted_values_instead_of_mask_1),
    ('relu_backward', ('mask-inverted', 'gradient-forgotten'), relu_backward__mask_inverted_gradient_forgotten_1),
    ('dropout_forward', ('keep-and-drop-swapped',), dropout_forward__keep_and_drop_swapped_1),
    ('dropout_forward', ('keep-and-drop-swapped',), dropout_forward__keep_and_drop_swapped_2),
    ('dropout_forward', ('keep-and-drop-swapped',), dropout_forward__keep_and_drop_swapped_3),
    ('dropout_forward', ('not-scaled',), dropout_forward__not_scaled_1),
    ('dropout_forward', ('not-scaled',), dropout_forward__not_scaled_2),
    ('dropout_forward', ('scaled-by-drop-probability',), dropout_forward__scaled_by_drop_probability_1),
    ('dropout_forward', ('scaled-down',), dropout_forward__scaled_down_1),
    ('dropout_forward', ('scaled-down',), dropout_forward__scaled_down_2),
    ('dropout_forward', ('training-and-test-swapped',), dropout_forward__training_and_test_swapped_1),
    ('dropout_forward', ('training-and-test-swapped',), dropout_forward__training_and_test_swapped_2),
    ('dropout_forward', ('drops-at-test',), dropout_forward__drops_at_test_1),
    ('dropout_forward', ('drops-at-test',), dropout_forward__drops_at_test_2),
    ('dropout_forward', ('scaled-at-test',), dropout_forward__scaled_at_test_1),
    ('dropout_forward', ('scaled-at-test',), dropout_forward__scaled_at_test_2),
    ('dropout_forward', ('mask-at-test',), dropout_forward__mask_at_test_1),
    ('dropout_forward', ('mask-at-test',), dropout_forward__mask_at_test_2),
    ('dropout_forward', ('mask-at-test',), dropout_forward__mask_at_test_3),
    ('dropout_forward', ('mask-not-scaled',), dropout_forward__mask_not_scaled_1),
    ('dropout_forward', ('mask-not-scaled',), dropout_forward__mask_not_scaled_2),
    ('dropout_forward', ('mask-of-the-dropped',), dropout_forward__mask_of_the_dropped_1),
    ('dropout_forward', ('mask-of-the-dropped',), dropout_forward__mask_of_the_dropped_2),
    ('dropout_forward', ('two-masks',), dropout_forward__two_masks_1),
    ('dropout_forward', ('two-masks',), dropout_forward__two_masks_2),
    ('dropout_forward', ('one-mask-for-the-batch',), dropout_forward__one_mask_for_the_batch_1),
    ('dropout_forward', ('one-mask-for-the-batch',), dropout_forward__one_mask_for_the_batch_2),
    ('dropout_forward', ('whole-images-dropped',), dropout_forward__whole_images_dropped_1),
    ('dropout_forward', ('whole-images-dropped',), dropout_forward__whole_images_dropped_2),
    ('dropout_forward', ('ignores-the-generator',), dropout_forward__ignores_the_generator_1),
    ('dropout_forward', ('ignores-the-generator',), dropout_forward__ignores_the_generator_2),
    ('dropout_forward', ('ignores-the-generator',), dropout_forward__ignores_the_generator_3),
    ('dropout_forward', ('ignores-the-generator',), dropout_forward__ignores_the_generator_4),
    ('dropout_forward', ('not-scaled', 'scaled-at-test'), dropout_forward__not_scaled_scaled_at_test_1),
    ('dropout_forward', ('not-scaled', 'keep-and-drop-swapped'), dropout_forward__not_scaled_keep_and_drop_swapped_1),
    ('dropout_forward', ('not-scaled', 'ignores-the-generator'), dropout_forward__not_scaled_ignores_the_generator_1),
    ('dropout_forward', ('one-mask-for-the-batch', 'scaled-by-drop-probability'), dropout_forward__one_mask_for_the_batch_scaled_by_drop_probability_1),
    ('dropout_forward', ('mask-at-test', 'scaled-at-test'), dropout_forward__mask_at_test_scaled_at_test_1),
    ('dropout_forward', ('two-masks', 'mask-not-scaled'), dropout_forward__two_masks_mask_not_scaled_1),
    ('dropout_forward', ('drops-at-test', 'not-scaled'), dropout_forward__drops_at_test_not_scaled_1),
    ('dropout_forward', ('whole-images-dropped', 'not-scaled'), dropout_forward__whole_images_dropped_not_scaled_1),
    ('dropout_backward', ('no-mask',), dropout_backward__no_mask_1),
    ('dropout_backward', ('no-mask',), dropout_backward__no_mask_2),
    ('dropout_backward', ('fresh-mask',), dropout_backward__fresh_mask_1),
    ('dropout_backward', ('fresh-mask',), dropout_backward__fresh_mask_2),
    ('dropout_backward', ('fresh-mask',), dropout_backward__fresh_mask_3),
    ('dropout_backward', ('mask-not-scaled',), dropout_backward__mask_not_scaled_1),
    ('dropout_backward', ('mask-not-scaled',), dropout_backward__mask_not_scaled_2),
    ('dropout_backward', ('scaled-twice',), dropout_backward__scaled_twice_1),
    ('dropout_backward', ('scaled-twice',), dropout_backward__scaled_twice_2),
    ('dropout_backward', ('divided-by-mask',), dropout_backward__divided_by_mask_1),
    ('dropout_backward', ('divided-by-mask',), dropout_backward__divided_by_mask_2),
    ('dropout_backward', ('gradient-forgotten',), dropout_backward__gradient_forgotten_1),
    ('dropout_backward', ('gradient-forgotten',), dropout_backward__gradient_forgotten_2),
    ('dropout_backward', ('mask-inverted',), dropout_backward__mask_inverted_1),
    ('dropout_backward', ('mask-inverted',), dropout_backward__mask_inverted_2),
    ('dropout_backward', ('fails-without-mask',), dropout_backward__fails_without_mask_1),
    ('dropout_backward', ('fails-without-mask',), dropout_backward__fails_without_mask_2),
    ('dropout_backward', ('fails-without-mask',), dropout_backward__fails_without_mask_3),
    ('dropout_backward', ('nothing-without-mask',), dropout_backward__nothing_without_mask_1),
    ('dropout_backward', ('nothing-without-mask',), dropout_backward__nothing_without_mask_2),
    ('dropout_backward', ('nothing-without-mask',), dropout_backward__nothing_without_mask_3),
    ('dropout_backward', ('mask-not-scaled', 'fails-without-mask'), dropout_backward__mask_not_scaled_fails_without_mask_1),
    ('dropout_backward', ('scaled-twice', 'nothing-without-mask'), dropout_backward__scaled_twice_nothing_without_mask_1),
    ('dropout_backward', ('gradient-forgotten', 'nothing-without-mask'), dropout_backward__gradient_forgotten_nothing_without_mask_1),
    ('dropout_backward', ('mask-inverted', 'fails-without-mask'), dropout_backward__mask_inverted_fails_without_mask_1),
    ('dropout_backward', ('divided-by-mask', 'fails-without-mask'), dropout_backward__divided_by_mask_fails_without_mask_1),
]

RIGHT = [
    ('im2col', im2col__right_1),
    ('im2col', im2col__right_2),
    ('im2col', im2col__right_3),
    ('im2col', im2col__right_4),
    ('im2col', im2col__right_5),
    ('im2col', im2col__right_6),
    ('conv_forward', conv_forward__right_1),
    ('conv_forward', conv_forward__right_2),
    ('conv_forward', conv_forward__right_3),
    ('conv_forward', conv_forward__right_4),
    ('conv_forward', conv_forward__right_5),
    ('col2im', col2im__right_1),
    ('col2im', col2im__right_2),
    ('col2im', col2im__right_3),
    ('col2im', col2im__right_4),
    ('conv_backward', conv_backward__right_1),
    ('conv_backward', conv_backward__right_2),
    ('conv_backward', conv_backward__right_3),
    ('conv_backward', conv_backward__right_4),
    ('conv_backward', conv_backward__right_5),
    ('maxpool_forward', maxpool_forward__right_1),
    ('maxpool_forward', maxpool_forward__right_2),
    ('maxpool_forward', maxpool_forward__right_3),
    ('maxpool_forward', maxpool_forward__right_4),
    ('maxpool_forward', maxpool_forward__right_5),
    ('maxpool_backward', maxpool_backward__right_1),
    ('maxpool_backward', maxpool_backward__right_2),
    ('maxpool_backward', maxpool_backward__right_3),
    ('maxpool_backward', maxpool_backward__right_4),
    ('maxpool_backward', maxpool_backward__right_5),
    ('relu_forward', relu_forward__right_1),
    ('relu_forward', relu_forward__right_2),
    ('relu_forward', relu_forward__right_3),
    ('relu_forward', relu_forward__right_4),
    ('relu_forward', relu_forward__right_5),
    ('relu_backward', relu_backward__right_1),
    ('relu_backward', relu_backward__right_2),
    ('relu_backward', relu_backward__right_3),
    ('relu_backward', relu_backward__right_4),
    ('relu_backward', relu_backward__right_5),
    ('dropout_forward', dropout_forward__right_1),
    ('dropout_forward', dropout_forward__right_2),
    ('dropout_forward', dropout_forward__right_3),
    ('dropout_forward', dropout_forward__right_4),
    ('dropout_forward', dropout_forward__right_5),
    ('dropout_forward', dropout_forward__right_6),
    ('dropout_backward', dropout_backward__right_1),
    ('dropout_backward', dropout_backward__right_2),
    ('dropout_backward', dropout_backward__right_3),
    ('dropout_backward', dropout_backward__right_4),
    ('dropout_backward', dropout_backward__right_5),
]

CONVENTION = [
    ('maxpool_backward', 'ties-shared', maxpool_backward__convention_ties_shared_1),
    ('maxpool_backward', 'last-of-ties', maxpool_backward__convention_last_of_ties_1),
    ('maxpool_backward', 'last-of-ties', maxpool_backward__convention_last_of_ties_2),
    ('relu_backward', 'one-at-zero', relu_backward__convention_one_at_zero_1),
    ('relu_backward', 'one-at-zero', relu_backward__convention_one_at_zero_2),
    ('relu_backward', 'half-at-zero', relu_backward__convention_half_at_zero_1),
]

UNLISTED = [
    ('im2col', 'one row index for all images: it begins anew, the last image stays and the rest is zero', im2col__unlisted_1),
    ('im2col', 'kernel height and width exchanged: windows of kw x kh', im2col__unlisted_2),
    ('im2col', 'only height padded', im2col__unlisted_3),
    ('im2col', 'np.pad(x, padding) pads images and channels, too', im2col__unlisted_4),
    ('im2col', 'border reflected', im2col__unlisted_5),
    ('im2col', 'negative indices wrap: the border shows the other side of the image', im2col__unlisted_6),
    ('im2col', 'six axes, never reshaped to a matrix', im2col__unlisted_7),
    ('im2col', 'padded with ones', im2col__unlisted_8),
    ('im2col', 'stride for rows only', im2col__unlisted_9),
    ('conv_forward', 'last channel only: assigned in the loop over channels', conv_forward__unlisted_1),
    ('conv_forward', 'first filter for all maps', conv_forward__unlisted_2),
    ('conv_forward', 'bias subtracted', conv_forward__unlisted_3),
    ('conv_forward', 'first bias for all maps', conv_forward__unlisted_4),
    ('conv_forward', 'ReLU at the end', conv_forward__unlisted_5),
    ('conv_forward', 'result rounded to whole numbers by an integer array', conv_forward__unlisted_6),
    ('col2im', 'padding: [p:-p] is empty for padding 0', col2im__unlisted_1),
    ('col2im', 'every number is added to the first image', col2im__unlisted_2),
    ('col2im', 'largest instead of sum where windows overlap', col2im__unlisted_3),
    ('conv_backward', 'order of results: dw, db, dx', conv_backward__unlisted_1),
    ('conv_backward', 'no db is returned', conv_backward__unlisted_2),
    ('conv_backward', 'dw of the last image only: assigned in the loop over images', conv_backward__unlisted_3),
    ('conv_backward', 'db multiplied by b', conv_backward__unlisted_4),
    ('conv_backward', 'dw of the image without its padding where that fits: windows are moved', conv_backward__unlisted_5),
    ('conv_backward', 'gradients with the wrong sign: downhill already', conv_backward__unlisted_6),
    ('maxpool_forward', 'returns argmax instead of max', maxpool_forward__unlisted_1),
    ('maxpool_forward', 'maximum over the rows of a window only, the first column counts', maxpool_forward__unlisted_2),
    ('maxpool_forward', 'return after the first row of windows', maxpool_forward__unlisted_3),
    ('maxpool_forward', 'median instead of maximum', maxpool_forward__unlisted_4),
    ('maxpool_backward', "winner's row and column exchanged", maxpool_backward__unlisted_1),
    ('maxpool_backward', 'winners of the whole channel, not of the window', maxpool_backward__unlisted_2),
    ('maxpool_backward', 'place inside the window is taken for the place in the image', maxpool_backward__unlisted_3),
    ('relu_forward', 'changes its input in place', relu_forward__unlisted_1),
    ('relu_forward', 'softplus', relu_forward__unlisted_2),
    ('relu_forward', 'negated', relu_forward__unlisted_3),
    ('relu_forward', 'flattened: the positive numbers only', relu_forward__unlisted_4),
    ('relu_backward', 'changes dy in place', relu_backward__unlisted_1),
    ('relu_backward', 'returns the forward pass', relu_backward__unlisted_2),
    ('relu_backward', 'both signs must be positive (guided backpropagation)', relu_backward__unlisted_3),
    ('dropout_forward', 'changes x in place', dropout_forward__unlisted_1),
    ('dropout_forward', 'normal instead of uniform numbers', dropout_forward__unlisted_2),
    ('dropout_forward', 'exactly the share p is dropped, by a permutation (arguably acceptable)', dropout_forward__unlisted_3),
    ('dropout_forward', 'only y is returned while testing', dropout_forward__unlisted_4),
    ('dropout_forward', 'mask and y exchanged', dropout_forward__unlisted_5),
    ('dropout_forward', 'scaled by the square root', dropout_forward__unlisted_6),
    ('dropout_forward', 'whole channels dropped (spatial dropout)', dropout_forward__unlisted_7),
    ('dropout_backward', '1 - mask', dropout_backward__unlisted_1),
    ('dropout_backward', 'matrix product', dropout_backward__unlisted_2),
    ('dropout_backward', 'fails WITH a mask: "if mask:" of an array', dropout_backward__unlisted_3),
    ('dropout_backward', 'mask added instead of multiplied', dropout_backward__unlisted_4),
]
