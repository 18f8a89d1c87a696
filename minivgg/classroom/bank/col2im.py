"""Assignment 2: col2im, which adds the rows of a matrix to the windows of images."""

from collections.abc import Sequence

from minivgg.backend import Array
from minivgg.classroom.bank.folding import AVERAGED, FOLD_MISTAKES, STRIDE_NOT_TAKEN, fold
from minivgg.classroom.bank.options import Mistakes
from minivgg.classroom.bank.small_cases import CONVOLUTIONS
from minivgg.classroom.tasks import Case, Mistake, Task, distinct, normal


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
    return fold(cols, x_shape, stride, padding, mistakes)


SMALL_CASES = tuple(
    Case(
        g.about,
        (
            [
                distinct(g.n * g.output[0] * g.output[1], g.c * g.kh * g.kw),
                [g.n, g.c, g.h, g.w],
                g.kh,
                g.kw,
                g.stride,
                g.padding,
            ],
        ),
    )
    for g in CONVOLUTIONS
)

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
        *SMALL_CASES,
    ),
    (
        *FOLD_MISTAKES,
        AVERAGED,
        Mistake("rows-batch-last", "Your code reads the rows as if the image changed fastest.",
                "In which order does im2col write its rows?", 2),
        Mistake("reshaped-without-transpose",
                "Your reshape mixes up numbers of different windows, channels or images.",
                "First reshape to the axes in the order in which im2col writes them (row-major), "
                "then transpose.", 2, variants=3),
        Mistake("channels-last", "Your code reads the rows as if the channel changed fastest.",
                "In which order does im2col write the numbers of a window?", 2),
        Mistake("kernel-by-columns", "Your code reads the numbers of a window column by column.",
                "In row-major order, which index of a window changes fastest?", 2),
        Mistake("windows-flipped", "Your windows are put back in reverse order.",
                "From which pixel of the window was the first number of a row read?",
                2, variants=2),
        STRIDE_NOT_TAKEN,
    ),
)  # fmt: skip

TASKS = (COL2IM,)
