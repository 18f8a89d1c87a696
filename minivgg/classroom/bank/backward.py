"""Assignment 2: the gradients of convolution, and col2im."""

from dataclasses import replace

import numpy as np

from minivgg.classroom.bank.geometry import FOLDING, STEPS, fold, windows
from minivgg.classroom.tasks import Case, Mistake, Task, normal

IGNORED = STEPS[0]


def col2im(cols, x_shape, kh, kw, stride, padding, wrong=()):
    """Every number of the matrix back to the pixel that it was read from."""
    n, c, h, w = x_shape
    oh, ow = ((side + 2 * padding - k) // stride + 1 for side, k in ((h, kh), (w, kw)))
    if "rows-batch-last" in wrong:
        cols = cols.reshape(oh, ow, n, c, kh, kw).transpose(2, 3, 4, 5, 0, 1)
    elif "reshaped-without-transpose" in wrong:
        cols = cols.reshape(n, c, kh, kw, oh, ow)
    elif "reshaped-without-transpose/2" in wrong:
        cols = cols.T.reshape(n, c, kh, kw, oh, ow)
    elif "reshaped-without-transpose/3" in wrong:
        cols = cols.reshape(n, c, oh, ow, kh, kw).transpose(0, 1, 4, 5, 2, 3)
    elif "channels-last" in wrong:
        cols = cols.reshape(n, oh, ow, kh, kw, c).transpose(0, 5, 3, 4, 1, 2)
    elif "kernel-by-columns" in wrong:
        cols = cols.reshape(n, oh, ow, c, kw, kh).transpose(0, 3, 5, 4, 1, 2)
    else:
        cols = cols.reshape(n, oh, ow, c, kh, kw).transpose(0, 3, 4, 5, 1, 2)
    if "windows-flipped" in wrong:
        cols = cols[:, :, ::-1, ::-1]
    if "windows-flipped/2" in wrong:
        cols = cols[:, ::-1, ::-1, ::-1]
    image = fold(cols, x_shape, stride, padding, wrong)
    if "averaged-over-windows" in wrong:
        image = image / np.maximum(fold(np.ones_like(cols), x_shape, stride, padding, wrong), 1)
    return image


def conv_backward(dy, x, w, b, stride, padding, wrong=()):
    """Each product w·x of the forward sum sends dy·x to its w and dy·w to its x; each b sees dy itself."""
    (n, f, oh, ow), (kh, kw) = dy.shape, w.shape[2:]
    taken = (
        ("stride-counted-not-taken",) if "stride-ignored" in wrong else ()
    )  # the number of places is dy's
    cols = windows(x, kh, kw, stride, padding, taken)
    rows = dy.transpose(0, 2, 3, 1).reshape(-1, f)
    if "gradient-not-transposed" in wrong:
        rows = dy.reshape(-1, f)
    maps = rows.reshape(n, oh, ow, f).transpose(0, 3, 1, 2)
    db = _db(maps, wrong)
    if "gradient-not-transposed/2" in wrong:  # filters first, and db made of dy itself
        maps = dy.reshape(f, n, oh, ow).swapaxes(0, 1)
    if "wrong-sign" in wrong:
        maps, db = -maps, -db
    return _dx(maps, x, w, stride, padding, wrong), _dw(maps, cols, wrong), db


def _dw(dy, cols, wrong):
    if "dw-of-one-image" in wrong:
        dy, cols = dy[:1], cols[:1]
    if "dw-of-one-image/2" in wrong:
        dy, cols = dy[-1:], cols[-1:]
    dw = np.einsum("nfpq,ncijpq->fcij", dy, cols)
    if "divided-by-batch" in wrong or "dw-divided-by-batch" in wrong:
        dw /= len(dy)
    if "dw-flipped" in wrong:
        dw = dw[:, :, ::-1, ::-1]
    if "dw-flipped/2" in wrong:
        dw = dw[:, ::-1, ::-1, ::-1]
    if "dw-divided-by-places" in wrong:
        dw /= dy[0, 0].size
    if "dw-as-matrix" in wrong:
        return dw.reshape(len(dw), -1)
    if "dw-as-matrix/2" in wrong:
        return dw.reshape(len(dw), -1).T
    if "dw-reshaped-without-transpose" in wrong:  # (C·kh·kw, F) cut anew
        return dw.reshape(len(dw), -1).T.reshape(dw.shape)
    return dw


def _db(dy, wrong):
    n, f = dy.shape[:2]
    axes = {
        "db-keeps-images": (2, 3),
        "db-keeps-places": 0,
        "db-over-filters": (1, 2, 3),
        "db-over-everything": None,
    }
    db = dy.sum(axis=next((axes[name] for name in axes if name in wrong), (0, 2, 3)))
    if "divided-by-batch" in wrong or "db-averaged" in wrong:
        db = db / n
    if "db-averaged/2" in wrong:
        db = db / dy[:, 0].size
    if "db-averaged/3" in wrong:
        db = db / dy[0, 0].size
    if "db-keeps-places/2" in wrong:
        return dy.sum(axis=0).reshape(f, -1)
    if "db-over-everything/2" in wrong:
        return np.full(f, dy.sum())
    shapes = {"db-keeps-axes": (1, f, 1, 1), "db-keeps-axes/2": (f, 1), "db-keeps-axes/3": (1, f)}
    if "db-missing" in wrong:
        db = db * 0
    return next((db.reshape(shapes[name]) for name in shapes if name in wrong and db.size == f), db)


def _dx(dy, x, w, stride, padding, wrong):
    if "dx-kernel-flipped" in wrong:
        w = w[:, :, ::-1, ::-1]
    if "filters-reshaped-to-columns" in wrong:
        w = w.reshape(-1, len(w)).T.reshape(w.shape)
    if (
        "assigned-instead-of-added/3" in wrong
    ):  # filter by filter and place by place: the last of both stays
        wrong, dy, w = {*wrong, "assigned-instead-of-added/2"}, dy[:, -1:], w[-1:]
    cols = np.einsum("nfpq,fcij->ncijpq", dy, w)
    dx = fold(cols, x.shape, stride, padding, wrong)
    if "dx-of-first-image" in wrong:
        dx[1:] = 0
    return dx / len(x) if "divided-by-batch" in wrong or "dx-divided-by-batch" in wrong else dx


FOLD = Task(
    "col2im(cols, x_shape, kh, kw, stride, padding)",
    ("x",),
    "The adjoint of im2col: every number of the matrix is added to the pixel that it was read from, (N, C, H, W).",
    col2im,
    (
        Case("one grey image, no overlap", ([normal(4, 4), [1, 1, 4, 4], 2, 2, 2, 0],)),
        Case("overlapping windows", ([normal(6, 9), [1, 1, 4, 5], 3, 3, 1, 0],)),
        Case("two images, three channels", ([normal(2 * 2 * 3, 3 * 4), [2, 3, 3, 4], 2, 2, 1, 0],)),
        Case("a kernel of 3×2", ([normal(2 * 3 * 4, 2 * 6), [2, 2, 5, 5], 3, 2, 1, 0],)),
        Case("padding 1", ([normal(2 * 4 * 5, 2 * 9), [2, 2, 4, 5], 3, 3, 1, 1],)),
        Case("stride 2, which does not divide, padding 1", ([normal(2 * 3 * 4, 3 * 6), [2, 3, 6, 7], 3, 2, 2, 1],)),
    ),
    (
        *FOLDING,
        Mistake("averaged-over-windows", "Where windows overlap their numbers are averaged.",
                "The chain rule adds up what comes back along several ways. Does it divide?", 2),
        Mistake("rows-batch-last", "Rows are taken to run over the images last.", "In which order did im2col lay down its rows?", 2),
        Mistake("reshaped-without-transpose", "Numbers of one window land in many places.",
                "First reshape to the axes in the order in which im2col wrote them, then transpose.", 2, ways=3),
        Mistake("channels-last", "The columns are read as if channels changed fastest.", "In which order did im2col write a window?", 2),
        Mistake("kernel-by-columns", "Each window is put back with rows and columns exchanged.", "Try a kernel of 3×2.", 2),
        Mistake("windows-flipped", "Each window is put back upside down.", "A number goes back to the pixel it was read from.", 2, ways=2),
        IGNORED,
    ),
)  # fmt: skip


def _case(about, n, c, h, w, f, kh, kw, stride, padding):
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


BACKWARD = Task(
    "conv_backward(dy, x, w, b, stride, padding)",
    ("dx", "dw", "db"),
    "The gradients of convolution with respect to image, filters and bias, each of the shape of what it belongs to.",
    conv_backward,
    (
        _case("one grey image, one filter", 1, 1, 4, 4, 1, 3, 3, 1, 0),
        _case("two images, four filters", 2, 3, 5, 5, 4, 3, 3, 1, 0),
        _case("higher than wide, a kernel of 3×2", 3, 2, 6, 5, 4, 3, 2, 1, 0),
        _case("padding 1", 2, 2, 5, 4, 3, 3, 3, 1, 1),
        _case("stride 2", 2, 2, 7, 9, 3, 3, 3, 2, 0),
        _case("everything at once, stride 2 does not divide", 3, 2, 6, 7, 4, 3, 2, 2, 1),
    ),
    (
        Mistake("gradient-not-transposed", "dy was cut into rows of F numbers that do not belong to one place.",
                "dy is (N, F, OH, OW). Which axis must be last before reshape(-1, F)?", 2, ways=2),
        Mistake("wrong-sign", "All gradients have the wrong sign.", "A gradient points to where the loss grows. Who turns it round?", 2),
        Mistake("divided-by-batch", "Everything is divided by N.", "The loss has divided by N already. Who else should?", 2),
        Mistake("dx-divided-by-batch", "dx is divided by N.", "The loss has divided by N already.", 2),
        Mistake("dw-divided-by-batch", "dw is divided by N.", "The loss has divided by N already: here the images' parts add up.", 2),
        Mistake("dw-divided-by-places", "dw is divided by the number of places.",
                "A weight is used at every place: do its gradients add up, or average?", 2),
        Mistake("dw-of-one-image", "dw comes from the first or the last image only.",
                "Try N = 2: each image used the same filters.", 2, ways=2),
        Mistake("dx-of-first-image", "dx is 0 from the second image on.", "Try N = 2.", 2),
        Mistake("dw-flipped", "Each filter's gradient is upside down.", "Which pixel does w[0, 0] multiply at the first place?", 2, ways=2),
        Mistake("dw-as-matrix", "dw is a matrix.", "A gradient has the shape of what it is the gradient of.", 2, ways=2),
        Mistake("dw-reshaped-without-transpose", "dw has the right shape, but filters and inputs are mixed up.",
                "Is a row of your product a filter, or a place of the kernel?", 2),
        Mistake("db-averaged", "db is a mean.", "b was added at every place of every image: what comes back is a sum.", 2, ways=3),
        Mistake("db-keeps-axes", "db has axes too many.",
                "A gradient has the shape of what it is the gradient of: what is b's?", 2, ways=3),
        Mistake("db-keeps-images", "db has a row for every image.", "All images used the same b.", 2),
        Mistake("db-keeps-places", "db has a number for every place.", "All places used the same b.", 2, ways=2),
        Mistake("db-over-filters", "db is summed over the filters, and there is one number for each image.",
                "Which axis of dy belongs to b?", 2),
        Mistake("db-over-everything", "db is a single number.", "Each filter has a bias of its own.", 2, ways=2),
        Mistake("db-missing", "db is 0.", "y grows with b: how fast?", 2),
        Mistake("dx-kernel-flipped", "dx is computed with the kernels upside down.",
                "If you add windows back, the kernel stays as it is. If you convolve dy, it is turned: do one of the two.", 2),
        Mistake("filters-reshaped-to-columns", "dx is computed with mixtures of the filters.",
                "reshape(-1, F) is not reshape(F, -1).T.", 2),
        replace(FOLDING[0], ways=3),
        *FOLDING[1:],
        IGNORED,
    ),
    points=20,
)  # fmt: skip

TASKS = (FOLD, BACKWARD)
