# expect: right

import numpy as np


def _size(n, k, s, p):
    return (n + 2 * p - k) // s + 1


def _pad(x, p):
    return np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))


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


def conv_forward(x, w, b, stride, padding):
    N, C, H, W = x.shape
    F, C, kh, kw = w.shape
    k, i, j = _get_im2col_indices(x.shape, kh, kw, padding, stride)
    x_cols = _pad(x, padding)[:, k, i, j].transpose(1, 2, 0).reshape(C * kh * kw, -1)
    out = w.reshape(F, -1).dot(x_cols) + b.reshape(-1, 1)
    return np.asfortranarray(out.reshape(F, _size(H, kh, stride, padding), -1, N).transpose(3, 0, 1, 2))
