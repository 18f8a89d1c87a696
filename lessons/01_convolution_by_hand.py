# %% [markdown]
# # 1 · Convolution by hand
#
# *What you will know afterwards:* what a convolution computes, pixel by pixel; how im2col turns it into one matrix product, what that costs in memory, and why it is fast all
# the same; and what filters see in a photograph.
#
# The paper: §2.1. Here: `minivgg/textbook/loops.py` (loops), `minivgg/textbook/im2col.py` (the matrix product).

# %% tags=["setup"]
import importlib.util

if getattr(importlib.util.find_spec("minivgg"), "origin", None) is None:
    import sys

    raise ModuleNotFoundError(
        f"minivgg is not installed for {sys.executable}, the Python of this notebook. If it is "
        "installed in a virtual environment (.venv), choose the kernel of that one. Otherwise "
        "install it from a checkout (pip install .) or from a wheel."
    )

import time

import numpy as np
from minivgg import ops
from minivgg.classroom import check, hint  # noqa: F401 (hint is for the exercises)
from minivgg.plots import figures
from minivgg.textbook import loops

# %% [markdown]
# ## A question first
#
# Below are an image of 4×4 and a filter of 3×3. **How large is the output, and what stands in its upper left corner? Write it down before you go on.**

# %%
x = np.array([[1, 2, 0, 1],
              [0, 1, 3, 0],
              [2, 0, 1, 1],
              [1, 1, 0, 2]], float)  # fmt: skip
w = np.array([[1, 0, -1],
              [1, 0, -1],
              [1, 0, -1]], float)  # fmt: skip
figures.maps(
    [x, w], ["image x", "filter w"], numbers=True, marks=[[(0, 0, 3, 3, figures.BLUE)]]
)

# %% [markdown]
# ## With loops
#
# Lay the filter over the image, multiply what lies on top of one another, add up, go one place further. That is all:
#
# $$y_{ij} = \sum_{a,b} w_{ab} \, x_{i+a,\, j+b}$$


# %%
def convolve(x, w):
    k = len(w)
    side = len(x) - k + 1
    y = np.zeros((side, side))
    for i in range(side):
        for j in range(side):
            for a in range(k):
                for b in range(k):
                    y[i, j] += w[a, b] * x[i + a, j + b]
    return y


y = convolve(x, w)
assert y.shape == (2, 2)
assert (
    y[0, 0] == (1 + 0 + 2) - (0 + 3 + 1) == -1
)  # left column of the window less its right column
figures.maps(
    [x, w, y],
    ["image x", "filter w", "output y"],
    numbers=True,
    marks=[[(0, 0, 3, 3, figures.BLUE)], [], [(0, 0, 1, 1, figures.BLUE)]],
)

# %% [markdown]
# The output is 2×2, because the filter fits in two places along each side, and its corner is **−1**.
#
# (The exact name of this operation is *cross-correlation*. The convolution of mathematics flips the filter in both directions first; deep learning leaves this step out, and says convolution all the same. In a net it makes no difference, because the filter is learned: either way it can become any filter.)

# %% [markdown]
# ## Channels, several filters, several images
#
# A real image has $C$ channels, and a filter as many: the sum goes over them, too. A layer has $O$ filters, each makes one channel of the output, and $N$ images go through at once:
#
# $$y_{noij} = \beta_o + \sum_{c,a,b} w_{ocab} \, x_{n\,c\,(i \cdot s + a - p)\,(j \cdot s + b - p)}$$
#
# $n$ is the image, $o$ the filter, $c$ the channel; $i, j$ the place in the output and $a, b$ that in the filter. $\beta_o$ is the *bias*, one learned number for each filter, added everywhere. The filter moves by the *stride* $s$, and $p$ is the *padding*: so many zeros lie around the image. Along a side of $H$ pixels a filter of $k$ then has
# $\lfloor (H + 2p - k)/s \rfloor + 1$ places. Seven nested loops; `textbook/loops.py` has them. Arrays of images have the shape $(N, C, H, W)$, filters $(O, C, k, k)$; `x[None, None]` makes a batch of one image with one channel of `x`.

# %%
rng = np.random.default_rng(0)
images, filters, biases = (
    rng.standard_normal((2, 3, 6, 5)),
    rng.standard_normal((4, 3, 3, 3)),
    rng.standard_normal(4),
)
by_loops, _ = loops.conv2d(images, filters, biases, stride=2, padding=1)
print("images", images.shape, "filters", filters.shape, "→ output", by_loops.shape)
assert by_loops.shape == (2, 4, (6 + 2 * 1 - 3) // 2 + 1, (5 + 2 * 1 - 3) // 2 + 1)

# %% [markdown]
# ## One matrix product: im2col
#
# Write each window as a row: one row for each place of the filter, one column for each pixel under it. Then all sums of all places are one product of this matrix with the filter, written as a column. Window and filter are both read in *row-major order*: row by row, so the last index changes fastest. `reshape` reads arrays in this order, too.

# %%
columns = ops.im2col(x[None, None], (3, 3))
assert columns.shape == (4, 9)
assert np.allclose(columns @ w.reshape(9), y.reshape(4))
figures.maps([x, columns, w.reshape(9, 1), (columns @ w.reshape(9, 1))], ["x", "im2col(x): each place a row", "w", "y"], numbers=True,
             marks=[[(0, 0, 3, 3, figures.BLUE)], [(0, 0, 1, 9, figures.BLUE)], [], [(0, 0, 1, 1, figures.BLUE)]])  # fmt: skip

# %% [markdown]
# Move the slider: which window becomes which row? (Where there is no slider, the picture shows the last one.)


# %%
def window(place=3):
    i, j = divmod(place, 2)
    return figures.maps([x, columns], ["x", f"row {place}"], numbers=True,
                        marks=[[(i, j, 3, 3, figures.ORANGE)], [(place, 0, 1, 9, figures.ORANGE)]])  # fmt: skip


try:
    import ipywidgets

    ipywidgets.interact(window, place=(0, 3))
except ImportError:
    window()

# %% [markdown]
# With channels, filters and images the matrix has $N \cdot OH \cdot OW$ rows and $k \cdot k \cdot C$ columns, and the filters are a matrix of $k \cdot k \cdot C$ rows and $O$ columns. A row
# lists the window pixel by pixel, and of each pixel all channels; filters $(O, C, k, k)$ are brought into the same order by `transpose(0, 2, 3, 1)`. The $O$ biases are added to every row of the product: NumPy does this by *broadcasting*. (The name is from “image to columns”; here each window is a row.)


# %%
def by_matrix(x, w, b, stride, padding):
    n, (o, c, kh, kw) = len(x), w.shape
    oh, ow = (
        (side + 2 * padding - k) // stride + 1
        for side, k in zip(x.shape[2:], (kh, kw), strict=True)
    )
    rows = ops.im2col(x, (kh, kw), stride, padding)
    assert rows.shape == (n * oh * ow, kh * kw * c)
    return (
        (rows @ w.transpose(0, 2, 3, 1).reshape(o, -1).T + b)
        .reshape(n, oh, ow, o)
        .transpose(0, 3, 1, 2)
    )


assert np.allclose(by_matrix(images, filters, biases, 2, 1), by_loops)
assert np.allclose(
    ops.conv2d(images, filters, biases, stride=2, padding=1)[0], by_loops
)
print("loops, matrix product and the package agree")

# %% [markdown]
# ## What it costs, and why it is fast
#
# Each pixel in the middle is copied once for each place of the filter that sees it: **9 times** for 3×3. For VGG-16's second layer, whose input is 64 maps of 224×224, the matrix has (in float32, 4 bytes a number)

# %%
assert (
    ops.col2im(np.ones((25, 9)), (1, 1, 5, 5), 3, 1, 1)[0, 0, 2, 2] == 9
)  # how often a pixel in the middle was copied
numbers = 224 * 224 * 64 * 9
assert numbers == 28_901_376
print(
    f"{numbers:,} numbers, {4 * numbers / 2**20:.0f} MiB; the image itself {4 * 224 * 224 * 64 / 2**20:.0f} MiB"
)
assert round(4 * numbers / 2**20) == 110
assert round(4 * 224 * 224 * 64 / 2**20) == 12

# %% [markdown]
# And still it pays: a matrix product is what processors and their libraries do best. (Most of the difference below is that Python no longer runs in the inner loop; between compiled programs it is smaller.) (This package makes the matrix block by block, so that it never stands in memory as a whole: lesson 12.)


# %%
def seconds(function):
    best = np.inf
    for _ in range(3):
        started = time.perf_counter()
        function()
        best = min(best, time.perf_counter() - started)
    return best


small, few = rng.standard_normal((1, 8, 16, 16)), rng.standard_normal((8, 8, 3, 3))
loop_seconds = seconds(lambda: loops.conv2d(small, few, padding=1))
matrix_seconds = seconds(lambda: by_matrix(small, few, 0, 1, 1))
print(
    f"16×16 pixels, 8 channels to 8: loops {1e3 * loop_seconds:.1f} ms, one matrix product {1e3 * matrix_seconds:.2f} ms, {loop_seconds / matrix_seconds:.0f} times as fast"
)
assert loop_seconds > 5 * matrix_seconds

# %% [markdown]
# ## What filters see
#
# A photograph that comes with matplotlib (Grace Hopper, who wrote one of the first compilers), and four filters that nobody had to learn: the mean of the neighbours, differences to the
# right and downwards, and the middle against its neighbours. Shown is the absolute value: bright is a large difference, in either direction. Lesson 8 shows filters that a net has found by itself.

# %%
import matplotlib.cbook
from minivgg import data

photograph = data.read_image(
    matplotlib.cbook.get_sample_data("grace_hopper.jpg", asfileobj=False),
    channels=1,
    size=(240, 200),
)
photograph = photograph[None].astype(float)
by_hand = {
    "mean": np.ones((3, 3)) / 9,
    "left − right": np.array([[1, 0, -1], [2, 0, -2], [1, 0, -1]]) / 4,
    "above − below": np.array([[1, 2, 1], [0, 0, 0], [-1, -2, -1]]) / 4,
    "middle − neighbours": np.array([[-1, -1, -1], [-1, 8, -1], [-1, -1, -1]]) / 8,
}
answers = {
    name: ops.conv2d(photograph, filter_[None, None], None, padding=1)[0][0, 0]
    for name, filter_ in by_hand.items()
}
figures.maps(
    [photograph[0, 0], *(np.abs(answer) for answer in answers.values())],
    ["the image", *answers],
    cell=0.009,
    bright=True,
)

# %% [markdown]
# ## What write-ups get wrong
#
# - *"Every convolution of VGG is 3×3 with padding 1"*: one of the paper's nets, C, has 1×1 convolutions, with padding 0.
# - *"A 7×7 convolution on the 7×7×512 map gives 1×1×512"*: it gives one number for each filter, so 1×1×4096 in VGG.

# %%
from minivgg import models

kernels = {
    (item[1] if isinstance(item, tuple) else 3)
    for item in models.CONFIGURATIONS["C"].layers
    if item != "M"
}
assert kernels == {1, 3}
assert ops.conv2d(
    np.zeros((1, 512, 7, 7), np.float32), np.zeros((4096, 512, 7, 7), np.float32)
)[0].shape == (1, 4096, 1, 1)

# %% [markdown]
# ## The same in one file
#
# What this lesson has put together is a file of the package, `minivgg/textbook/im2col.py`: fewer than 60 lines of code, besides types, that need NumPy and nothing else. After the next cell, `im2col??` in a cell of your own shows all of it. These are its lines for the forward pass, each with the formula that it is. (The file calls the place in the output $(p, q)$ and that in the filter $(i, j)$, and has a stride
# and a padding for each side: sh and sw, ph and pw.)

# %%
import inspect

from minivgg.textbook import im2col

FORMULAS = {
    "places along a side: ⌊(H + 2p − k) / s⌋ + 1": "OH, OW = (H + 2 * ph - kh) // sh + 1, (W + 2 * pw - kw) // sw + 1",
    "p zeros around the image": "x = np.pad(x.transpose(0, 2, 3, 1), ((0, 0), (ph, ph), (pw, pw), (0, 0))",
    "what one place of the filter sees, in all windows": "cols[:, :, :, i, j] = x[:, i : i + sh * OH : sh, j : j + sw * OW : sw]",
    "one window in each row": "return cols.reshape(N * OH * OW, kh * kw * C)",
    "the filters in the same order": "F = w.transpose(0, 2, 3, 1).reshape(O, -1)",
    "all sums as one product, and the bias": "y = im2col(x, (kh, kw), stride, padding) @ F.T + (0 if b is None else b)",
}
for formula, line in FORMULAS.items():
    assert line in inspect.getsource(im2col)
    print(f"{formula}\n    {line}")

assert np.array_equal(im2col.im2col(images, 3, 2, 1), ops.im2col(images, 3, 2, 1))
y_file, _ = im2col.conv2d(images, filters, biases, stride=2, padding=1)
assert np.allclose(y_file, by_matrix(images, filters, biases, 2, 1))
assert np.allclose(y_file, by_loops)

# %% [markdown]
# The order of the numbers in a row is free, as long as the filters have the same one. In assignment 1 the channels come first, and then `w.reshape(O, -1)` is enough:

# %%
channels_last = im2col.im2col(images, 3, 2, 1)
channels_first = (
    channels_last.reshape(-1, 3 * 3, 3).swapaxes(1, 2).reshape(channels_last.shape)
)
assert np.allclose(
    channels_first @ filters.reshape(4, -1).T,
    channels_last @ filters.transpose(0, 2, 3, 1).reshape(4, -1).T,
)
assert not np.array_equal(channels_first, channels_last)

# %% [markdown]
# ## Exercises
#
# Replace the three dots by your answer and run the cell. `hint("1.1")` prints a hint: there are three for each exercise, and each call prints the next one.

# %%
# 1.1  What is the shape (rows, columns) of im2col's matrix for one grey image of 4×4 pixels, with a 3×3 kernel, stride 1 and no padding?
check(..., "1.1")

# %%
# 1.2  By which factor is the number of elements of im2col's matrix larger than that of the image, for a 3×3 kernel with stride 1 and padding 1?
check(..., "1.2")

# %%
# 1.3  A 9×9 convolution with stride 2 and padding 4 is applied to an image of 32×32 pixels. What is the height (and width) of the output?
check(..., "1.3")

# %% [markdown]
# ## In five lines
#
# - A convolution lays a filter over each place of the image, multiplies and adds up, over all channels.
# - The output has (H + 2p − k) / s + 1 places a side, rounded down; O filters make O channels.
# - im2col writes each place as a row; then the convolution is one matrix product.
# - It copies each pixel k·k times, and is much faster all the same.
# - Filters find edges, means, differences: whatever is worth finding, a net learns.
