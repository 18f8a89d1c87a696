# expect: negative-slice-at-padding-zero

import numpy as np


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


def col2im(cols, x_shape, kh, kw, stride, padding):
    N, C, H, W = x_shape
    out = np.zeros((N, C, H + 2 * padding, W + 2 * padding))
    k, i, j = _get_im2col_indices(x_shape, kh, kw, padding, stride)
    np.add.at(out, (slice(None), k, i, j), cols.reshape(N, -1, C * kh * kw).transpose(0, 2, 1))
    return out[:, :, padding:-padding, padding:-padding]
