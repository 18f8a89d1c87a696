"""Assignment 2: the gradients of convolution."""

from dataclasses import replace

import numpy as np

from minivgg.backend import Array
from minivgg.classroom.bank.folding import (
    ASSIGNED,
    AVERAGED,
    FOLD_MISTAKES,
    STRIDE_NOT_TAKEN,
    fold,
)
from minivgg.classroom.bank.geometry import windows
from minivgg.classroom.bank.indices import INDEX_MISTAKES, misread, reads_in_wrong_order
from minivgg.classroom.bank.options import Mistakes, select
from minivgg.classroom.bank.small_cases import CONVOLUTIONS, TWO_FILTERS, Convolution
from minivgg.classroom.tasks import Case, Mistake, Task, distinct, normal


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
    n, f, oh, ow = dy.shape
    rows = dy.transpose(0, 2, 3, 1).reshape(-1, f)
    if "gradient-not-transposed" in mistakes:
        rows = dy.reshape(-1, f)
    maps = rows.reshape(n, oh, ow, f).transpose(0, 3, 1, 2)
    kernel = (w.shape[2], w.shape[3])
    if "kernel-taken-for-square" in mistakes and kernel[0] != kernel[1]:
        raise ValueError("a window does not have the shape of the kernel")
    if reads_in_wrong_order(mistakes):
        maps = misread(maps, kernel, stride, padding, mistakes)
    db = _db(maps, w[0], mistakes)
    if "gradient-not-transposed/2" in mistakes:  # filters first, but db from dy
        maps = dy.reshape(f, n, oh, ow).swapaxes(0, 1)
    loops = {"image-taken-for-square": oh, "image-taken-for-square/2": ow}
    if "image-taken-for-square/3" in mistakes and oh != ow:
        raise IndexError("the loop goes beyond dy")
    if side := select(loops, mistakes, None):  # the same side for both loops
        if side > min(oh, ow):
            raise IndexError("the loop goes beyond dy")
        maps = maps * np.pad(np.ones((side, side)), ((0, oh - side), (0, ow - side)))
    if not reads_in_wrong_order(mistakes):
        maps = misread(maps, kernel, stride, padding, mistakes)
    dx = _dx(maps, x, w, stride, padding, mistakes)
    dw = _dw(maps, x, w, stride, padding, mistakes)
    signs = {
        "wrong-sign": (-1, -1, -1),
        "wrong-sign/2": (-1, 1, 1),
        "wrong-sign/3": (1, -1, 1),
        "wrong-sign/4": (1, 1, -1),
        "wrong-sign/5": (1, -1, -1),
    }
    of_dx, of_dw, of_db = select(signs, mistakes, (1, 1, 1))
    return of_dx * dx, of_dw * dw, of_db * db


def _dw(dy: Array, x: Array, w: Array, stride: int, padding: int, mistakes: Mistakes) -> Array:
    of_windows = {
        "stride-ignored": ("stride-counted-not-taken",),
        "padding-taken-for-one": ("padding-taken-for-one",),
        "dw-without-padding": ("padded-on-one-side/3",),
    }
    kh, kw = w.shape[2:]
    cols = windows(
        x,
        kh,
        kw,
        stride,
        padding,
        select(of_windows, mistakes, ()),
        outputs=(dy.shape[2], dy.shape[3]),
    )
    images = {"dw-of-one-image": 0, "dw-of-one-image/2": len(x) - 1}
    if (image := select(images, mistakes, None)) is not None:
        dy, cols = dy[[image]], cols[[image]]
    positions = {"dw-of-last-position": -1, "dw-of-last-position/2": 0}
    if (first := select(positions, mistakes, None)) is not None:  # of one image, or of each
        dy, cols = dy[first:, :, -1:, -1:], cols[first:, ..., -1:, -1:]
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


def _db(dy: Array, kernel: Array, mistakes: Mistakes) -> Array:
    n, f = dy.shape[:2]
    axes: dict[str, int | tuple[int, ...] | None] = {
        "db-keeps-images": (2, 3),
        "db-keeps-places": 0,
        "db-over-filters": (1, 2, 3),
        "db-over-everything": None,
    }
    db = dy.sum(axis=select(axes, mistakes, (0, 2, 3)))
    last = {
        "db-of-one-image": dy[-1].sum(axis=(1, 2)),
        "db-of-one-image/2": dy[0].sum(axis=(1, 2)),
        "db-of-last-position": dy[-1, :, -1, -1],
        "db-of-last-position/2": dy[:, :, -1, -1].sum(axis=0),
    }
    db = select(last, mistakes, db)
    places, weights = dy[0, 0].size, kernel.size
    factors = {
        "db-added-often": len(kernel),
        "db-added-often/2": weights,
        "db-added-often/3": weights // len(kernel),
        "db-added-often/4": n,
        "db-added-often/5": places,
        "db-added-often/6": n * places,
        "db-added-often/7": f,
        "db-averaged": 1 / n,
        "db-averaged/2": 1 / (n * places),
        "db-averaged/3": 1 / places,
        "divided-by-batch": 1 / n,
        "db-missing": 0,
    }
    db = db * select(factors, mistakes, 1)
    if "db-keeps-places/2" in mistakes:
        return dy.sum(axis=0).reshape(f, -1)
    if "db-over-everything/2" in mistakes:
        return np.full(f, dy.sum())
    shapes = {"db-keeps-axes": (1, f, 1, 1), "db-keeps-axes/2": (f, 1), "db-keeps-axes/3": (1, f)}
    shape = select(shapes, mistakes, None)
    return db.reshape(shape) if shape and db.size == f else db


def _dx(dy: Array, x: Array, w: Array, stride: int, padding: int, mistakes: Mistakes) -> Array:
    if "dx-kernel-flipped" in mistakes:
        w = w[:, :, ::-1, ::-1]
    if "dx-kernel-transposed" in mistakes:
        w = w.swapaxes(2, 3).reshape(w.shape)
    if "filters-reshaped-to-columns" in mistakes:
        w = w.reshape(-1, len(w)).T.reshape(w.shape)
    if "filters-reshaped-to-columns/2" in mistakes:
        w = w.reshape(len(w), -1).T.reshape(w.shape)
    if "dx-of-one-filter" in mistakes:
        dy, w = dy[:, -1:], w[-1:]
    if "dx-of-one-filter/2" in mistakes:
        dy, w = dy[:, :1], w[:1]
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


def _small_case(g: Convolution) -> Case:
    dy, x, w = distinct(g.n, g.f, *g.output), distinct(g.n, g.c, g.h, g.w), (g.f, g.c, g.kh, g.kw)
    return Case(g.about, ([dy, x, distinct(*w), distinct(g.f), g.stride, g.padding],))


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
        *(_small_case(g) for g in (*CONVOLUTIONS, TWO_FILTERS)),
    ),
    (
        Mistake("gradient-not-transposed",
                "Your reshape of dy mixes up filters with positions or images.",
                "dy is (N, F, OH, OW). Which axis must be last before reshape(-1, F), or first "
                "before reshape(F, -1)?", 2, variants=2),
        Mistake("wrong-sign", "Your gradients, or some of them, have the wrong sign.",
                "A gradient points in the direction in which the loss increases. Which part of "
                "training changes the sign?", 2, variants=5),
        Mistake("divided-by-batch", "Your gradients are divided by N.",
                "The loss is a mean, so dy contains 1/N already. Is it needed twice?", 2),
        Mistake("dx-divided-by-batch", "Your dx is divided by N.",
                "The loss is a mean, so dy contains 1/N already. Is it needed twice?", 2),
        Mistake("dw-divided-by-batch", "Your dw is divided by N.",
                "The loss is a mean, so dy contains 1/N already. Is it needed twice?", 2),
        Mistake("dw-divided-by-places", "Your dw is divided by the number of positions.",
                "A weight is used at every position. Are its gradients summed or averaged?", 2),
        Mistake("dw-of-one-image", "Your dw is that of the first or the last image only.",
                "Try N = 2. All images use the same filters: what happens to their gradients?",
                2, variants=2),
        Mistake("dw-of-last-position",
                "Your dw is that of the last position only, of each image or of the last image.",
                "A weight is used at every position. Are its gradients added or overwritten?",
                2, variants=2),
        Mistake("dw-without-padding",
                "Your dw is computed from an image without padding above and to the left.",
                "Which pixels does the first window contain if the padding is 1?", 2),
        Mistake("dx-of-first-image", "Your dx is 0 from the second image on.",
                "Try N = 2. Which loop or index selects the image of dx?", 2),
        Mistake("dx-of-one-filter", "Your dx is that of the first or the last filter only.",
                "A pixel contributes to the outputs of all filters. What happens to their "
                "gradients?", 2, variants=2),
        Mistake("dw-flipped", "Your gradient of each filter is flipped.",
                "Which pixel does w[0, 0] multiply at the first position?", 2, variants=2),
        Mistake("dw-as-matrix", "Your dw is a matrix.",
                "A gradient has the shape of the parameter that it belongs to.", 2, variants=2),
        Mistake("dw-reshaped-without-transpose",
                "Your dw has the right shape, but the weights of different filters are mixed up.",
                "Is a row of your product a filter, or a position in the kernel?", 2),
        Mistake("db-averaged", "Your db is a mean over images, positions or both.",
                "b is added at every position of every image. Are its gradients added or averaged?",
                2, variants=3),
        Mistake("db-added-often", "Your db is a multiple of the right one.",
                "Is dy added inside a loop or a sum? How often is each of its numbers added?",
                2, variants=7),
        Mistake("db-of-one-image", "Your db is that of the first or the last image only.",
                "All images use the same b. What happens to their gradients?", 2, variants=2),
        Mistake("db-of-last-position",
                "Your db is that of the last position only, of each image or of the last image.",
                "b is added at every position. Are its gradients added or overwritten?",
                2, variants=2),
        Mistake("db-keeps-axes", "Your db has too many axes.",
                "A gradient has the shape of the parameter that it belongs to. What is the shape "
                "of b?", 2, variants=3),
        Mistake("db-keeps-images", "Your db has a row for every image.",
                "All images use the same b. What happens to their gradients?", 2),
        Mistake("db-keeps-places", "Your db has a number for every position.",
                "All positions use the same b. What happens to their gradients?", 2, variants=2),
        Mistake("db-over-filters",
                "Your db is summed over the filters, so it has one number for each image.",
                "Which axis of dy belongs to b?", 2),
        Mistake("db-over-everything", "Your db is summed over the filters, too.",
                "Each filter has its own bias. Over which axes should dy be summed?",
                2, variants=2),
        Mistake("db-missing", "Your db is 0.", "What is the derivative of y with respect to b?", 2),
        Mistake("dx-kernel-flipped",
                "Your dx is computed with flipped kernels, or by a convolution of dy with kernels "
                "that are not flipped.",
                "If you add windows back, the kernel is not flipped. If you convolve dy, it is. "
                "Use one of the two.", 2),
        Mistake("dx-kernel-transposed", "Your dx is computed with transposed kernels.",
                "Does w.T also transpose the rows and columns of each kernel?", 2),
        Mistake("filters-reshaped-to-columns", "Your dx is computed with mixtures of the filters.",
                "reshape(-1, F) is not reshape(F, -1).T. Print both for two small filters.",
                2, variants=2),
        replace(ASSIGNED, variants=3,
                symptom="Your code overwrites the gradient of a pixel, instead of adding to it.",
                hint="A pixel contributes to several outputs. Is the sum of their gradients in "
                "your dx, or one of them?"),
        *FOLD_MISTAKES[1:],
        Mistake("image-taken-for-square",
                "Your code uses the same side for height and width, or exchanges the two.",
                "Try an image of 3×5. Which size, loop or index depends on OH, and which on OW?",
                2, variants=3),
        Mistake("kernel-taken-for-square",
                "Your code uses the same side of the kernel for kh and kw, or exchanges the two.",
                "Try a kernel of 3×2: where are kh and kw used?", 2),
        AVERAGED,
        STRIDE_NOT_TAKEN,
        *(replace(mistake, lesson=2) for mistake in INDEX_MISTAKES),
    ),
    points=20,
)  # fmt: skip

TASKS = (CONV_BACKWARD,)
