# expect: right

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


def im2col(x, kh, kw, stride, padding):
    x_padded = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)), mode='constant')
    k, i, j = _get_im2col_indices(x.shape, kh, kw, padding, stride)
    cols = x_padded[:, k, i, j].transpose(1, 0, 2).reshape(kh * kw * x.shape[1], -1)
    return cols.T
