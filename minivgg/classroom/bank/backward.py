"""Assignment 2: the gradients of convolution, and col2im."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from minivgg.backend import Array
from minivgg.classroom.bank.geometry import FOLD_MISTAKES, STRIDE_MISTAKES, fold, windows
from minivgg.classroom.bank.options import Mistakes, select
from minivgg.classroom.tasks import Case, Mistake, Task, normal

STRIDE_IGNORED = STRIDE_MISTAKES[0]


def col2im(
    cols: Array,
    x_shape: Sequence[int],
    kh: int,
    kw: int,
    stride: int,
    padding: int,
    mistakes: Mistakes = (),
) -> Array:
    """Each number of the matrix is added to the pixel that it was read from."""
    n, c, h, w = x_shape
    oh, ow = ((side + 2 * padding - k) // stride + 1 for side, k in ((h, kh), (w, kw)))
    if "rows-batch-last" in mistakes:
        cols = cols.reshape(oh, ow, n, c, kh, kw).transpose(2, 3, 4, 5, 0, 1)
    elif "reshaped-without-transpose" in mistakes:
        cols = cols.reshape(n, c, kh, kw, oh, ow)
    elif "reshaped-without-transpose/2" in mistakes:
        cols = cols.T.reshape(n, c, kh, kw, oh, ow)
    elif "reshaped-without-transpose/3" in mistakes:
        cols = cols.reshape(n, c, oh, ow, kh, kw).transpose(0, 1, 4, 5, 2, 3)
    elif "channels-last" in mistakes:
        cols = cols.reshape(n, oh, ow, kh, kw, c).transpose(0, 5, 3, 4, 1, 2)
    elif "kernel-by-columns" in mistakes:
        cols = cols.reshape(n, oh, ow, c, kw, kh).transpose(0, 3, 5, 4, 1, 2)
    else:
        cols = cols.reshape(n, oh, ow, c, kh, kw).transpose(0, 3, 4, 5, 1, 2)
    if "windows-flipped" in mistakes:
        cols = cols[:, :, ::-1, ::-1]
    if "windows-flipped/2" in mistakes:
        cols = cols[:, ::-1, ::-1, ::-1]
    image = fold(cols, x_shape, stride, padding, mistakes)
    if "averaged-over-windows" in mistakes:
        image = image / np.maximum(fold(np.ones_like(cols), x_shape, stride, padding, mistakes), 1)
    return image


def conv_backward(
    dy: Array,
    x: Array,
    w: Array,
    b: Array,
    stride: int,
    padding: int,
    mistakes: Mistakes = (),
) -> tuple[Array, Array, Array]:
    """The gradient of each product w·x is dy·x for w and dy·w for x; that of b is dy itself."""
    (n, f, oh, ow), (kh, kw) = dy.shape, w.shape[2:]
    # the number of positions is that of dy
    of_windows = ("stride-counted-not-taken",) if "stride-ignored" in mistakes else ()
    cols = windows(x, kh, kw, stride, padding, of_windows)
    rows = dy.transpose(0, 2, 3, 1).reshape(-1, f)
    if "gradient-not-transposed" in mistakes:
        rows = dy.reshape(-1, f)
    maps = rows.reshape(n, oh, ow, f).transpose(0, 3, 1, 2)
    db = _db(maps, mistakes)
    if "gradient-not-transposed/2" in mistakes:  # filters first, but db from dy
        maps = dy.reshape(f, n, oh, ow).swapaxes(0, 1)
    if "wrong-sign" in mistakes:
        maps, db = -maps, -db
    return _dx(maps, x, w, stride, padding, mistakes), _dw(maps, cols, mistakes), db


def _dw(dy: Array, cols: Array, mistakes: Mistakes) -> Array:
    if "dw-of-one-image" in mistakes:
        dy, cols = dy[:1], cols[:1]
    if "dw-of-one-image/2" in mistakes:
        dy, cols = dy[-1:], cols[-1:]
    dw = np.einsum("nfpq,ncijpq->fcij", dy, cols)
    if "divided-by-batch" in mistakes or "dw-divided-by-batch" in mistakes:
        dw /= len(dy)
    if "dw-flipped" in mistakes:
        dw = dw[:, :, ::-1, ::-1]
    if "dw-flipped/2" in mistakes:
        dw = dw[:, ::-1, ::-1, ::-1]
    if "dw-divided-by-places" in mistakes:
        dw /= dy[0, 0].size
    if "dw-as-matrix" in mistakes:
        return dw.reshape(len(dw), -1)
    if "dw-as-matrix/2" in mistakes:
        return dw.reshape(len(dw), -1).T
    if "dw-reshaped-without-transpose" in mistakes:  # (C·kh·kw, F) reshaped
        return dw.reshape(len(dw), -1).T.reshape(dw.shape)
    return dw


def _db(dy: Array, mistakes: Mistakes) -> Array:
    n, f = dy.shape[:2]
    axes: dict[str, int | tuple[int, ...] | None] = {
        "db-keeps-images": (2, 3),
        "db-keeps-places": 0,
        "db-over-filters": (1, 2, 3),
        "db-over-everything": None,
    }
    db = dy.sum(axis=select(axes, mistakes, (0, 2, 3)))
    if "divided-by-batch" in mistakes or "db-averaged" in mistakes:
        db = db / n
    if "db-averaged/2" in mistakes:
        db = db / dy[:, 0].size
    if "db-averaged/3" in mistakes:
        db = db / dy[0, 0].size
    if "db-keeps-places/2" in mistakes:
        return dy.sum(axis=0).reshape(f, -1)
    if "db-over-everything/2" in mistakes:
        return np.full(f, dy.sum())
    if "db-missing" in mistakes:
        db = db * 0
    shapes = {"db-keeps-axes": (1, f, 1, 1), "db-keeps-axes/2": (f, 1), "db-keeps-axes/3": (1, f)}
    shape = select(shapes, mistakes, None)
    return db.reshape(shape) if shape and db.size == f else db


def _dx(dy: Array, x: Array, w: Array, stride: int, padding: int, mistakes: Mistakes) -> Array:
    if "dx-kernel-flipped" in mistakes:
        w = w[:, :, ::-1, ::-1]
    if "filters-reshaped-to-columns" in mistakes:
        w = w.reshape(-1, len(w)).T.reshape(w.shape)
    if "assigned-instead-of-added/3" in mistakes:
        # a loop over filters and positions: the last of both overwrites the others
        mistakes, dy, w = {*mistakes, "assigned-instead-of-added/2"}, dy[:, -1:], w[-1:]
    cols = np.einsum("nfpq,fcij->ncijpq", dy, w)
    dx = fold(cols, x.shape, stride, padding, mistakes)
    if "dx-of-first-image" in mistakes:
        dx[1:] = 0
    if "divided-by-batch" in mistakes or "dx-divided-by-batch" in mistakes:
        return dx / len(x)
    return dx


COL2IM = Task(
    "col2im(cols, x_shape, kh, kw, stride, padding)",
    ("x",),
    "The adjoint of im2col: each number of the matrix is added to the pixel that it was read from, "
    "(N, C, H, W).",
    col2im,
    (
        Case("one grey image, no overlap", ([normal(4, 4), [1, 1, 4, 4], 2, 2, 2, 0],)),
        Case("overlapping windows", ([normal(6, 9), [1, 1, 4, 5], 3, 3, 1, 0],)),
        Case("two images, three channels", ([normal(2 * 2 * 3, 3 * 4), [2, 3, 3, 4], 2, 2, 1, 0],)),
        Case("a kernel of 3×2", ([normal(2 * 3 * 4, 2 * 6), [2, 2, 5, 5], 3, 2, 1, 0],)),
        Case("padding 1", ([normal(2 * 4 * 5, 2 * 9), [2, 2, 4, 5], 3, 3, 1, 1],)),
        Case("stride 2 with a remainder, padding 1",
             ([normal(2 * 3 * 4, 3 * 6), [2, 3, 6, 7], 3, 2, 2, 1],)),
    ),
    (
        *FOLD_MISTAKES,
        Mistake("averaged-over-windows", "Where windows overlap, their numbers are averaged.",
                "The chain rule sums the gradients of all paths. Does it divide?", 2),
        Mistake("rows-batch-last", "The rows are read as if the image changed fastest.",
                "In which order did im2col write its rows?", 2),
        Mistake("reshaped-without-transpose",
                "The numbers of one window are added at many different positions.",
                "First reshape to the axes in the order in which im2col wrote them, then "
                "transpose.", 2, variants=3),
        Mistake("channels-last", "The columns are read as if the channel changed fastest.",
                "In which order did im2col write a window?", 2),
        Mistake("kernel-by-columns", "Each window is put back with rows and columns swapped.",
                "Try a kernel of 3×2.", 2),
        Mistake("windows-flipped", "Each window is put back in reverse order.",
                "Each number goes back to the pixel that it was read from.", 2, variants=2),
        STRIDE_IGNORED,
    ),
)  # fmt: skip


def _case(
    about: str,
    n: int,
    c: int,
    h: int,
    w: int,
    f: int,
    kh: int,
    kw: int,
    stride: int,
    padding: int,
) -> Case:
    oh, ow = ((side + 2 * padding - k) // stride + 1 for side, k in ((h, kh), (w, kw)))
    return Case(
        about,
        (
            [
                normal(n, f, oh, ow),
                normal(n, c, h, w),
                normal(f, c, kh, kw),
                normal(f),
                stride,
                padding,
            ],
        ),
    )


CONV_BACKWARD = Task(
    "conv_backward(dy, x, w, b, stride, padding)",
    ("dx", "dw", "db"),
    "The gradients of convolution with respect to image, filters and bias, each with the shape of "
    "the array that it belongs to.",
    conv_backward,
    (
        _case("one grey image, one filter", 1, 1, 4, 4, 1, 3, 3, 1, 0),
        _case("two images, four filters", 2, 3, 5, 5, 4, 3, 3, 1, 0),
        _case("H > W, a kernel of 3×2", 3, 2, 6, 5, 4, 3, 2, 1, 0),
        _case("padding 1", 2, 2, 5, 4, 3, 3, 3, 1, 1),
        _case("stride 2", 2, 2, 7, 9, 3, 3, 3, 2, 0),
        _case("all of these at once, with a remainder", 3, 2, 6, 7, 4, 3, 2, 2, 1),
    ),
    (
        Mistake("gradient-not-transposed",
                "dy was reshaped to rows of F numbers that do not belong to one position.",
                "dy is (N, F, OH, OW). Which axis must be last before reshape(-1, F)?",
                2, variants=2),
        Mistake("wrong-sign", "All gradients have the wrong sign.",
                "A gradient points in the direction in which the loss increases. Which part of "
                "training changes the sign?", 2),
        Mistake("divided-by-batch", "All gradients are divided by N.",
                "The loss has divided by N already. Should it be done twice?", 2),
        Mistake("dx-divided-by-batch", "dx is divided by N.",
                "The loss has divided by N already.", 2),
        Mistake("dw-divided-by-batch", "dw is divided by N.",
                "The loss has divided by N already: here the gradients of the images are summed.",
                2),
        Mistake("dw-divided-by-places", "dw is divided by the number of positions.",
                "A weight is used at every position. Are its gradients summed or averaged?", 2),
        Mistake("dw-of-one-image", "dw is that of the first or the last image only.",
                "Try N = 2: each image used the same filters.", 2, variants=2),
        Mistake("dx-of-first-image", "dx is 0 from the second image on.", "Try N = 2.", 2),
        Mistake("dw-flipped", "The gradient of each filter is flipped.",
                "Which pixel does w[0, 0] multiply at the first position?", 2, variants=2),
        Mistake("dw-as-matrix", "dw is a matrix.",
                "A gradient has the shape of the parameter that it belongs to.", 2, variants=2),
        Mistake("dw-reshaped-without-transpose",
                "The shape of dw is right, but filters and inputs are mixed up.",
                "Is a row of your product a filter, or a position in the kernel?", 2),
        Mistake("db-averaged", "db is a mean.",
                "b was added at every position of every image. What is the sum of their gradients?",
                2, variants=3),
        Mistake("db-keeps-axes", "db has too many axes.",
                "A gradient has the shape of the parameter that it belongs to. What is the shape "
                "of b?", 2, variants=3),
        Mistake("db-keeps-images", "db has a row for every image.",
                "All images used the same b.", 2),
        Mistake("db-keeps-places", "db has a number for every position.",
                "All positions used the same b.", 2, variants=2),
        Mistake("db-over-filters",
                "db is summed over the filters, so it has one number for each image.",
                "Which axis of dy belongs to b?", 2),
        Mistake("db-over-everything", "db is a single number.",
                "Each filter has its own bias.", 2, variants=2),
        Mistake("db-missing", "db is 0.", "What is the derivative of y with respect to b?", 2),
        Mistake("dx-kernel-flipped", "dx is computed with flipped kernels.",
                "If you add windows back, the kernel is not flipped. If you convolve dy, it is. "
                "Use one of the two.", 2),
        Mistake("filters-reshaped-to-columns", "dx is computed with mixtures of the filters.",
                "reshape(-1, F) is not reshape(F, -1).T.", 2),
        replace(FOLD_MISTAKES[0], variants=3),
        *FOLD_MISTAKES[1:],
        STRIDE_IGNORED,
    ),
    points=20,
)  # fmt: skip

TASKS = (COL2IM, CONV_BACKWARD)
