# %% [markdown]
# # 12 · Fast
#
# *What you will know afterwards:* how fast this machine could be at best, and how to see what holds a layer back; why memory order, blocks and threads matter as much as arithmetic; and how Winograd's trick gets along with a quarter of the multiplications.
#
# The paper: §3.3 (it took two to three weeks to train a net, on four GPUs). Here: `minivgg/backend/`, `minivgg/ops/conv.py`, `minivgg/textbook/winograd.py`. Every time below was measured on the machine that you see it on; where the text says “usually”, look whether it is so on yours.

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
import threadpoolctl
from minivgg import backend, layers, models, ops
from minivgg.backend import memory_pool
from minivgg.classroom import check, hint  # noqa: F401 (hint is for the exercises)
from minivgg.plots import figures

backend.use("cpu")  # the processor is measured here, a GPU in the last cell
rng = np.random.default_rng(0)


def seconds(function, *arguments, turns=5):
    """The best of some turns: others are disturbed by whatever else the machine does."""
    function(*arguments)
    times = []
    for _ in range(turns):
        started = time.perf_counter()
        function(*arguments)
        times.append(time.perf_counter() - started)
    return min(times)


# %% [markdown]
# ## A question first
#
# A 3×3 convolution makes four outputs in a row of a map from six inputs. Done as lesson 1 does it, that takes 4·3 = 12 multiplications. **With how few can it be done? Write your guess down before you go on:** 12, 9 or 6?
#
# ## The roof
#
# Two things limit a computation: how many multiply-adds a second the processor can do, and how many bytes a second its memory can bring. Both are quickly measured: a large matrix product, and a large copy.

# %%
n = 1536
a, b = (
    rng.standard_normal((n, n), dtype=np.float32),
    rng.standard_normal((n, n), dtype=np.float32),
)
threads = backend.get_num_threads()
peak = 0
for count in sorted({1, threads}):
    with threadpoolctl.threadpool_limits(count):
        peak = max(peak, n**3 / seconds(np.matmul, a, b))
large = np.ones(40_000_000, np.float32)
copy = np.empty_like(large)
bandwidth = 2 * large.nbytes / seconds(np.copyto, copy, large)
print(
    f"{threads} threads: {peak / 1e9:.0f} billion multiply-adds a second, {bandwidth / 1e9:.0f} GB a second"
)

# %% [markdown]
# A layer that does many multiply-adds for each byte that it must read or write is limited by the first, one with few by the second:
#
# $$\text{rate} \le \min(\text{peak},\ \text{intensity} \cdot \text{bandwidth}), \qquad \text{intensity} = \frac{\text{multiply-adds}}{\text{bytes of input, filters and output}}$$
#
# Drawn on logarithmic axes this is a *roofline*. In it are some of VGG-16's layers, each measured on one image: five convolutions, and the first fully connected layer (which multiplies each weight once, so it has nothing but reading to do).

# %%
CONVOLUTIONS = {"conv1_1": (3, 64, 224), "conv1_2": (64, 64, 224), "conv3_2": (256, 256, 56), "conv4_2": (512, 512, 28), "conv5_2": (512, 512, 14)}  # fmt: skip
points = {}
for name, (c, o, side) in CONVOLUTIONS.items():
    layer = layers.Conv2d(c, o, 3, padding=1).eval()
    x = memory_pool.new_images(np.empty(0, np.float32), (1, c, side, side))
    x[...] = 1
    adds = layer.macs((c, side, side))
    moved = 4 * (x.size + 9 * c * o + o * side * side)
    points[name] = adds / moved, adds / seconds(layer, x)
dense = layers.Linear(25_088, 4096, initializer="ones").eval()
row = np.ones((1, 25_088), np.float32)
points["fc6"] = (
    25_088 * 4096 / (4 * (25_088 * 4096 + 25_088 + 4096)),
    25_088 * 4096 / seconds(dense, row),
)
assert (
    round(points["fc6"][0], 2) == 0.25
)  # one multiply-add for each weight of four bytes
assert points["conv3_2"][0] > 100 * points["fc6"][0]
assert round(4 * 224 * 224 * 9 * 64 / 2**20) == 110
figures.roofline(points, peak, bandwidth)

# %% [markdown]
# `fc6` hangs on the slope: to make it faster, make it smaller, or give it more images at once. Most convolutions are far to the right, where arithmetic is the limit; `conv1_1`, with three colours, is near the corner. Those that lie *above* the roof have usually not broken it: they do fewer multiplications than they are charged for here. How, comes at the end.
#
# ## Memory order
#
# A window of 3×3 pixels with 64 channels: when the channels of a pixel lie side by side (*channels last*), it is three runs of 3·64 numbers; when each channel is an image of its own (*channels first*), it is 3·64 runs of 3 numbers. im2col copies windows, and a processor usually copies long runs much faster.

# %%
first = rng.standard_normal((1, 64, 112, 112), dtype=np.float32)
last = np.ascontiguousarray(first.transpose(0, 2, 3, 1)).transpose(
    0, 3, 1, 2
)  # the same numbers in another order
windows_of = np.lib.stride_tricks.sliding_window_view


def copied(x):
    return np.ascontiguousarray(
        windows_of(x, (3, 3), axis=(2, 3)).transpose(0, 2, 3, 4, 5, 1)
    )  # rows of window, pixel, channel


def copied_in_order(x):
    return np.ascontiguousarray(
        windows_of(x, (3, 3), axis=(2, 3)).transpose(0, 2, 3, 1, 4, 5)
    )  # rows of channel, window


assert np.array_equal(copied(first), copied(last))
orders = {
    "channels last": seconds(copied, last),
    "channels first": seconds(copied_in_order, first),
}
print(
    {name: f"{1e3 * t:.1f} ms" for name, t in orders.items()},
    "for all windows of 64 channels of 112×112",
)

# %% [markdown]
# ## Blocks
#
# im2col's matrix for `conv1_2` has 110 MiB (lesson 1). Made as a whole it usually goes out to memory and comes back. Made some rows at a time, it stays in the cache, where the product finds it. Below is the same convolution of 64 channels of 112×112, with blocks of different sizes. Usually blocks that are too small cost Python's and the product's own
# overhead, and blocks that are too large cost memory.

# %%
x = rng.standard_normal((1, 64, 112, 112), dtype=np.float32)
image = np.pad(
    x[0].transpose(1, 2, 0), ((1, 1), (1, 1), (0, 0))
)  # (H + 2, W + 2, C), channels last
w = rng.standard_normal((64, 64, 3, 3), dtype=np.float32)
filters = np.ascontiguousarray(w.transpose(2, 3, 1, 0)).reshape(9 * 64, 64)


def by_blocks(rows):
    y = np.empty((112, 112, 64), np.float32)
    for top in range(0, 112, rows):
        windows = windows_of(
            image[top : top + rows + 2], (3, 3), axis=(0, 1)
        ).transpose(0, 1, 3, 4, 2)
        y[top : top + rows] = (windows.reshape(-1, 9 * 64) @ filters).reshape(
            -1, 112, 64
        )
    return y


theirs = ops.conv2d(x, w, None, padding=1, algorithm="im2col")[0]
assert all(
    np.allclose(by_blocks(rows).transpose(2, 0, 1), theirs[0], atol=1e-2)
    for rows in (1, 16, 112)
)
sizes = np.array([1, 2, 4, 8, 16, 28, 56, 112])
megabytes = np.round(sizes * 112 * 9 * 64 * 4 / 2**20, 2)
with threadpoolctl.threadpool_limits(
    1
):  # on one thread, so that only the size of a block counts
    took = [1e3 * seconds(by_blocks, r, turns=3) for r in sizes]
figures.lines(
    megabytes,
    {"time": took},
    "size of a block, MiB",
    "time on one thread, ms",
    logx=True,
)

# %% [markdown]
# ## Threads
#
# Blocks are independent, so each thread takes some. They are cut by shape alone and never by how many threads there are, and so the result is the same to the bit.

# %%
layer = layers.Conv2d(128, 128, 3, padding=1).eval()
x = rng.standard_normal((1, 128, 112, 112), dtype=np.float32)
results, took = [], {}
for count in sorted({1, max(2, threads)}):
    backend.set_num_threads(count)
    took[f"{count} thread{'s' if count > 1 else ''}"] = seconds(layer, x)
    results.append(layer(x))
backend.set_num_threads(threads)
assert all(np.array_equal(results[0], result) for result in results)
print({name: f"{1e3 * t:.1f} ms" for name, t in took.items()})

# %% [markdown]
# ## Winograd
#
# Begin with two outputs of a filter of three, $y_0 = g_0 d_0 + g_1 d_1 + g_2 d_2$ and $y_1 = g_0 d_1 + g_1 d_2 + g_2 d_3$: six multiplications. The same with **four**:
#
# $$m_1 = (d_0 - d_2)\, g_0, \quad m_2 = (d_1 + d_2)\, \frac{g_0 + g_1 + g_2}{2}, \quad m_3 = (d_2 - d_1)\, \frac{g_0 - g_1 + g_2}{2}, \quad m_4 = (d_1 - d_3)\, g_2$$
#
# $$y_0 = m_1 + m_2 + m_3, \qquad y_1 = m_2 - m_3 - m_4$$

# %%
d, g = rng.standard_normal(4), rng.standard_normal(3)
m1, m2 = (d[0] - d[2]) * g[0], (d[1] + d[2]) * (g[0] + g[1] + g[2]) / 2
m3, m4 = (d[2] - d[1]) * (g[0] - g[1] + g[2]) / 2, (d[1] - d[3]) * g[2]
assert np.allclose([m1 + m2 + m3, m2 - m3 - m4], [g @ d[0:3], g @ d[1:4]])

# %% [markdown]
# Where does that come from? Multiplying polynomials is a convolution, and this is one turned round (transposed). A product of degree 3 is known from its values at four points: 0, 1, −1 and “infinity”, one multiplication each. In general $m$ outputs of a filter of $r$ take $m + r - 1$ multiplications of unknowns (those by
# constants are not counted), and fewer are impossible. So four outputs of three take **6**, and that is the answer to the question.
#
# As matrices: $y = A^T \left[ (G g) \odot (B^T d) \right]$, and in two dimensions each is applied along both: $Y = A^T \left[ (G g G^T) \odot (B^T d B) \right] A$. For tiles of 2×2 outputs that is 16 multiplications instead of 36, and for 4×4 outputs it is 36 instead of 144. The three matrices for 2×2 outputs stand in `minivgg/textbook/winograd.py`:

# %%
from minivgg.textbook import winograd
from minivgg.textbook.winograd import AT, BT, G

assert np.allclose(AT @ ((G @ g) * (BT @ d)), [g @ d[0:3], g @ d[1:4]])
tile, filter_ = rng.standard_normal((4, 4)), rng.standard_normal((3, 3))
bracket = (G @ filter_ @ G.T) * (BT @ tile @ BT.T)
assert bracket.size == 16
assert np.allclose(
    AT @ bracket @ AT.T,
    [
        [(filter_ * tile[p : p + 3, q : q + 3]).sum() for q in range(2)]
        for p in range(2)
    ],
)
figures.maps([BT, G, AT], ["Bᵀ", "G", "Aᵀ"], numbers=True)

# %%
for m in (2, 4):
    print(
        f"{m}×{m} outputs: {(m + 2) ** 2} multiplications instead of {9 * m * m}, {9 * m * m / (m + 2) ** 2:g} times fewer"
    )

from minivgg.backend.winograd import matrices

A4, B4, G4 = matrices(4, np.float64)  # what this package uses for four outputs
d = rng.standard_normal(6)
assert len(B4 @ d) == 6
assert np.allclose(A4 @ ((G4 @ g) * (B4 @ d)), [g @ d[i : i + 3] for i in range(4)])

# %% [markdown]
# A whole layer: cut the image into tiles of 4×4 inputs that overlap by 2, one for each 2×2 outputs, transform each, and then the products of one place *of all tiles, over all channels*, are one matrix product: 16 matrix products in all. That is what makes it fast: a tile is transformed once for all filters. The same file does it, and four of its lines are the
# formula:

# %%
import inspect

FORMULAS = {
    "U = G g Gᵀ, for all filters": "U = np.ascontiguousarray((G @ w @ G.T).transpose(2, 3, 0, 1))",
    "V = Bᵀ d B, for all tiles": "V = (BT @ d @ BT.T)",
    "M = U ⊙ V, and the sum over channels": "M = U @ V",
    "Y = Aᵀ M A": "y = (AT @ M @ AT.T)",
}
for formula, line in FORMULAS.items():
    assert line in inspect.getsource(winograd)
    print(f"{formula:40} {line}")

x, w = (
    rng.standard_normal((2, 8, 13, 18)),
    rng.standard_normal((6, 8, 3, 3)),
)  # of an odd side the last tile is cropped
assert np.allclose(winograd.conv2d(x, w, padding=1), ops.conv2d(x, w, padding=1)[0])
print("sixteen matrix products make the same convolution")

# %% [markdown]
# ### What it costs
#
# Accuracy: numbers are added and subtracted before they are multiplied, and rounding grows with it, more so for larger tiles. In float32, against float64:

# %%
x, w = (
    rng.standard_normal((1, 256, 28, 28)),
    rng.standard_normal((256, 256, 3, 3)) * np.sqrt(2 / (9 * 256)),
)
exact = ops.conv2d(x, w, padding=1)[0]
error = {}
for algorithm in ("im2col", "winograd"):
    y = ops.conv2d(
        x.astype(np.float32), w.astype(np.float32), padding=1, algorithm=algorithm
    )[0]
    error[algorithm] = float(np.abs(y - exact).max() / np.abs(exact).max())
assert error["im2col"] < error["winograd"] < 2e-5
print({name: f"{e:.1e}" for name, e in error.items()}, "of the largest output")

# %% [markdown]
# More than im2col, and still only some millionths. And time, for VGG-16's middle layers:

# %%
times = {"im2col": [], "winograd": []}
MIDDLE = {
    "conv2_2": (128, 112),
    "conv3_2": (256, 56),
    "conv4_2": (512, 28),
    "conv5_2": (512, 14),
}
for c, side in MIDDLE.values():
    x = rng.standard_normal((1, c, side, side), dtype=np.float32)
    for algorithm, found in times.items():
        layer = layers.Conv2d(c, c, 3, padding=1, algorithm=algorithm).eval()
        found.append(1e3 * seconds(layer, x, turns=3))
figures.grouped(list(MIDDLE), times, "time for one image, ms")

# %% [markdown]
# Which way is the fastest depends on the shape; `ops.conv2d` chooses by a table of costs, and says so when asked:

# %%
x, w = np.zeros((1, 256, 56, 56), np.float32), np.zeros((256, 256, 3, 3), np.float32)
_ = ops.conv2d(x, w, padding=1, explain=print)

# %% [markdown]
# ## The GPU
#
# There the same ideas return with other numbers: more threads, faster memory, and copying to and from it slow. `backend.use("gpu")` is the one line to change; what is written for it is in `minivgg/backend/cuda/`.

# %%
if "gpu" in backend.available():
    net = models.vgg16().eval().to("gpu")
    x = backend.to_device(np.zeros((8, 3, 224, 224), np.float32), "gpu")
    print(
        f"VGG-16, 8 images on the GPU: {1e3 * seconds(lambda: (net(x), backend.to_numpy(net(x)))):.0f} ms for two passes"
    )
else:
    print("no GPU here: on a machine with one, this cell times VGG-16 on it")

# %% [markdown]
# ## What write-ups get wrong
#
# - *"im2col needs nine times the memory"*: only if the matrix is made as a whole.
# - *"Winograd is four times as fast"*: it has four times fewer multiplications; the transforms, which are additions and copying, take their part of the time.
# - *"Fewer multiplications, less time"*: `fc6` has an eighteenth of the multiplications of `conv3_2`, and must read 411 MB of weights for them.

# %%
assert (
    round(
        layers.Conv2d(256, 256, 3, padding=1, initializer="zeros").macs((256, 56, 56))
        / dense.macs((25_088,))
    )
    == 18
)
assert round(4 * dense.weight.data.size / 1e6) == 411

# %% [markdown]
# ## Exercises
#
# Replace the three dots by your answer and run the cell. `hint("12.1")` prints a hint: there are three for each exercise, and each call prints the next one.

# %%
# 12.1  How many multiplications does Winograd's algorithm need for 6 outputs of a filter of size 3, in one dimension?
check(..., "12.1")

# %%
# 12.2  How many multiplications does Winograd's algorithm need for a tile of 6×6 outputs of a 3×3 filter, in two dimensions?
check(..., "12.2")

# %%
# 12.3  A processor does 200 billion multiply-adds per second, and its memory delivers 20 GB per second. Above which arithmetic intensity, in multiply-adds per byte, is arithmetic the limit?
check(..., "12.3")

# %% [markdown]
# ## In five lines
#
# - A roofline tells what limits a layer: arithmetic, or memory.
# - Channels last: windows are a few long runs instead of many short ones.
# - Blocks stay in the cache; threads share them out, and the bits stay the same.
# - Winograd: m + r − 1 multiplications for m outputs; in two dimensions a quarter, for 4×4 tiles.
# - It costs a little accuracy, and which way is the fastest depends on the shape.
