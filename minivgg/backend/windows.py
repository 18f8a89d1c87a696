"""Floor 1: windows over images in channels-last memory, for NumPy and CuPy alike.

Everything here works with the channels last, (N, H, W, C): the C numbers of one pixel lie side by side, so copying
a window is copying a few long rows instead of picking single numbers from all over memory.
Pairs are (height, width) throughout.
"""

from minivgg.backend import devices


def channels_last(x, padding=((0, 0), (0, 0)), value=0):
    """x (N, C, H, W) -> contiguous (N, top + H + bottom, left + W + right, C), the border filled with ``value``.

    Not a copy when there is no border and memory has that order already, so never write into the result.
    """
    xp = devices.namespace(x)
    (top, bottom), (left, right) = padding
    n, c, h, w = x.shape
    if not (top or bottom or left or right):
        return xp.ascontiguousarray(x.transpose(0, 2, 3, 1))
    padded = xp.empty((n, top + h + bottom, left + w + right, c), x.dtype)
    padded[:, :top] = padded[:, top + h :] = value
    padded[:, :, :left] = padded[:, :, left + w :] = value
    padded[:, top : top + h, left : left + w] = x.transpose(0, 2, 3, 1)
    return padded


def shifted_views(padded, kernel, stride, out):
    """The pixels under each place of the kernel: yields (i, j, view) with view (N, OH, OW, C) of padded (N, H, W, C).

    ``view[n, y, x]`` is what kernel place (i, j) sees when the window stands at output place (y, x).
    """
    (kh, kw), (sh, sw), (oh, ow) = kernel, stride, out
    for i in range(kh):
        for j in range(kw):
            yield i, j, padded[:, i : i + sh * (oh - 1) + 1 : sh, j : j + sw * (ow - 1) + 1 : sw]


def im2col(x, kernel, stride, padding, groups, out):
    """Every window of x (N, C, H, W) as a row: (groups, N·OH·OW, kh·kw·C/groups).

    Within a row the order is (kernel row, kernel column, channel).
    """
    xp = devices.namespace(x)
    (kh, kw), (oh, ow), (n, c) = kernel, out, x.shape[:2]
    padded = channels_last(x, ((padding[0],) * 2, (padding[1],) * 2))
    cols = xp.empty((groups, n, oh, ow, kh, kw, c // groups), x.dtype)
    for i, j, view in shifted_views(padded, kernel, stride, out):
        cols[:, :, :, :, i, j] = by_group(view, groups)
    return cols.reshape(groups, n * oh * ow, kh * kw * (c // groups))


def col2im(cols, shape, kernel, stride, padding, out):
    """The adjoint of ``im2col``: every number goes back to the pixel it came from, and what meets there is added.

    cols (groups, N·OH·OW, kh·kw·C/groups) -> (N, C, H, W) = ``shape``, channels last in memory.
    """
    xp = devices.namespace(cols)
    (kh, kw), (oh, ow), (ph, pw), (n, c, h, w) = kernel, out, padding, shape
    groups = cols.shape[0]
    cols = cols.reshape(groups, n, oh, ow, kh, kw, c // groups)
    padded = xp.zeros((n, h + 2 * ph, w + 2 * pw, c), cols.dtype)
    for i, j, view in shifted_views(padded, kernel, stride, out):
        pixels = by_group(view, groups)
        pixels += cols[:, :, :, :, i, j]  # adds, never assigns: windows overlap
    return padded[:, ph : ph + h, pw : pw + w].transpose(0, 3, 1, 2)


def by_group(view, groups):
    """(N, OH, OW, C) -> (groups, N, OH, OW, C/groups), the same memory: splitting the last axis moves nothing."""
    return view.reshape(*view.shape[:3], groups, view.shape[3] // groups).transpose(3, 0, 1, 2, 4)
