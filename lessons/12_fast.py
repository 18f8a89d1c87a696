# %% [markdown]
# # 12 · Fast
#
# **Advanced and optional.** No other lesson needs this one. It is for readers who want to know why, of two correct programs, one is many times faster than the other.
#
# *What you will know afterwards:* what limits the speed of a layer on your machine; why memory order, blocks and threads matter as much as arithmetic; and how Winograd's algorithm computes the same convolution with fewer multiplications.
#
# The paper: §3.3 (a net took two to three weeks to train, on four GPUs). The code: `minivgg/textbook/winograd.py`, `minivgg/ops/conv.py`, `minivgg/backend/`. A. Lavin and S. Gray, *Fast Algorithms for Convolutional Neural Networks* (2016), brought Winograd's algorithm to these nets.
#
# Reading time: about 60 minutes; the code runs in about 25 seconds. You need lessons 1 (im2col) and 4 (multiply-adds). No assignment follows. All times on this page were measured on the machine that ran it, unless another is named, and they vary from run to run. So the text says how to read them, and not what they are.

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
from functools import partial

import numpy as np
import threadpoolctl
from minivgg import backend, layers, ops
from minivgg.classroom import check, guess, hint, slider, solution
from minivgg.plots import speed

rng = np.random.default_rng(0)

# %% [markdown]
# ## A question first
#
# A filter of size 3 slides over a row of six numbers and makes four outputs. Computed as in lesson 1, that takes 4·3 = 12 multiplications. **How many are really necessary: 12, 9 or 6? Write your guess down before you go on.** Put it in place of the dots below.

# %%
guess("12", ...)

# %% [markdown]
# ## Two limits
#
# A processor can do only so many multiply-adds per second: its *peak*. And its memory can deliver only so many bytes per second: its *bandwidth*. A measurement shows only what was reached, and the true limit may be higher. So we take the highest rate of several measurements: products of large matrices for the peak, a large copy for the bandwidth, and then the layers themselves. Products and layers use all threads that NumPy and this package take by default; the section on threads shows how many cores they get.
#
# Other programs can slow a run down, but never make it faster. So we measure in *turns*: in each turn every function runs once, and we keep the smallest time of each. A disturbance of a second or two then spoils one turn for all functions, rather than all the runs of one function.


# %%
def times_in_turns(functions, turns=7, clock=time.perf_counter):
    """Seconds, an array (turns, functions): in each turn every function runs once."""
    for function in functions:
        function()  # the first run is often slower
    times = np.empty((turns, len(functions)))
    for turn in range(turns):
        for i, function in enumerate(functions):
            start = clock()
            function()
            times[turn, i] = clock() - start
    return times


def random(*shape):
    return rng.standard_normal(shape, dtype=np.float32)


measured, size = {}, {}  # functions; multiply-adds, or bytes of a copy
for m, k, n in [(1024, 1024, 1024), (1536, 1536, 1536), (3136, 2304, 256)]:
    name = f"product {m}×{k} by {k}×{n}"
    measured[name] = partial(np.matmul, random(m, k), random(k, n))
    size[name] = m * k * n

large = np.ones(40_000_000, np.float32)
measured["copy"] = partial(np.copyto, np.empty_like(large), large)
size["copy"] = 2 * large.nbytes  # read and written

# %% [markdown]
# (Data sheets give FLOP per second and count additions and multiplications separately: one multiply-add is two FLOP.)
#
# Which of the two is the limit for a layer depends on its *arithmetic intensity*: how many multiply-adds it does for each byte that it must read or write.
#
# $$\text{intensity} = \frac{\text{multiply-adds}}{\text{bytes of input, weights and output}}$$
#
# Memory delivers *bandwidth* bytes per second, and a layer does *intensity* multiply-adds with each of them. So its speed cannot exceed the product of the two, nor can it exceed the peak:
#
# $$\text{speed} \le \min(\text{peak},\ \text{intensity} \cdot \text{bandwidth})$$
#
# **A layer of low intensity waits for memory. A layer of high intensity is limited by arithmetic.** Drawn on two logarithmic axes, this bound looks like a roof with one slope and is called a *roofline* (S. Williams, A. Waterman and D. Patterson, 2009).
#
# Now we time four layers of VGG-16 for one image, the convolutions by im2col. The fully connected layer `fc6` uses each weight only once per image: it does one multiply-add for every four bytes. So we add `fc6` with eight images at once, as "fc6 ×8". The formula counts each number of the input, the weights and the output once, which is the least that must be moved. im2col also makes its own matrix, with $9C$ numbers for each pixel. If this is written to memory and read back, the intensity is lower. The code keeps both numbers of bytes; since a cache (below) can hold a part of the matrix, the truth lies between them.

# %%
CONVOLUTIONS = {  # input channels, output channels, width of the map
    "conv1_1": (3, 64, 224),
    "conv3_2": (256, 256, 56),
    "conv5_2": (512, 512, 14),
}
moved, with_matrix = {}, {}  # bytes: the least, and with im2col's matrix
for name, (c, o, width) in CONVOLUTIONS.items():
    layer = layers.Conv2d(c, o, 3, padding=1, algorithm="im2col").to("cpu").eval()
    x = np.ones((1, width, width, c), np.float32).transpose(0, 3, 1, 2)
    measured[name] = partial(layer, x)
    size[name] = layer.macs((c, width, width))
    moved[name] = 4 * (c * width**2 + 9 * c * o + o * width**2)  # 4 bytes each
    with_matrix[name] = moved[name] + 4 * 2 * 9 * c * width**2  # written and read

fc6 = layers.Linear(25_088, 4096, initializer="ones").to("cpu").eval()
for name, images in {"fc6": 1, "fc6 ×8": 8}.items():
    measured[name] = partial(fc6, np.ones((images, 25_088), np.float32))
    size[name] = images * fc6.macs((25_088,))
    moved[name] = 4 * (25_088 * 4096 + images * (25_088 + 4096))
    with_matrix[name] = moved[name]  # no im2col

smallest = times_in_turns(list(measured.values())).min(axis=0)
took = dict(zip(measured, smallest, strict=True))
for name in measured:
    unit = "GB" if name == "copy" else "billion multiply-adds"
    print(f"{name:27} {1e3 * took[name]:5.1f} ms, ", end="")
    print(f"{size[name] / took[name] / 1e9:4.1f} {unit} per second")

# %% [markdown]
# The roof is drawn at the highest rates that the products, the copy or one of the layers reached. So no layer can lie above it; the true roof may be a little higher.

# %%
peak = max(size[name] / took[name] for name in took if name != "copy")
bandwidth = max([size["copy"] / took["copy"]] + [moved[n] / took[n] for n in moved])
corner = peak / bandwidth
print(f"peak {peak / 1e9:.1f} billion/s, bandwidth {bandwidth / 1e9:.1f} GB/s")
print(f"corner at {corner:.1f} multiply-adds per byte\n")

points, share, lowest = {}, {}, {}
for name in moved:
    intensity, rate = size[name] / moved[name], size[name] / took[name]
    points[name] = intensity, rate
    share[name] = rate / min(peak, intensity * bandwidth)
    lowest[name] = size[name] / with_matrix[name]
    print(f"{name:14} intensity {lowest[name]:5.2f} to {intensity:6.2f}, ", end="")
    print(f"{rate / 1e9:4.1f} billion/s, {100 * share[name]:3.0f} % of the roof")

# %%
speed.roofline(points, peak, bandwidth, lowest).describe(
    "The roofline of this machine, and four layers of VGG-16, none of them above it. A "
    "slope, where memory limits, meets a horizontal line, where arithmetic limits. fc6 "
    "has the lowest intensity, conv3_2 the highest; with eight images, fc6 lies further "
    "to the right and higher. A line to the left of a convolution leads to its intensity "
    "with im2col's matrix."
)

# %% [markdown]
# How to read it: to the left of the corner, a faster memory would help a layer; to the right of it, a faster processor.
#
# - `fc6` does a quarter of a multiply-add per byte, far to the left of the corner of a usual processor: it waits for its 411 MB of weights. It becomes faster if it has fewer weights. And it does more work per byte if it gets several images at once, because each weight is then used several times. If memory is the limit, eight images take much less than eight times as long as one; the next cell compares.
# - `conv3_2` and `conv5_2` do 211 and 45 multiply-adds per byte, and `conv1_1`, with its three input channels, only 6. With im2col's matrix the three numbers are 28, 26 and 3.6. So of these three, `conv1_1` is the one that memory is most likely to limit. How far each lies below the roof is printed above.
# - The gap between a convolution and the roof is the time lost to other work: the copying of im2col, matrices too small for the processor's full speed, or other programs.
# - `fc6` copies nothing. If there is a gap all the same, then memory delivered less per second to `fc6` than to the fastest function here. One core often cannot ask for all that the memory can deliver, since only a limited number of reads can be under way at a time; whether the matrix product uses more cores is up to NumPy's library. Another possible cause is that other programs used the memory as well. With eight images the gap can be larger: libraries copy a matrix into another order before they multiply it. If the gap of one image is large, run the page again on a quiet machine before you believe it.

# %%
longer = took["fc6 ×8"] / took["fc6"]
print(f"fc6: eight images take {longer:.1f} times as long as one")
read = [moved[name] / took[name] / 1e9 for name in ("fc6", "fc6 ×8")]
print(
    f"bytes moved: {read[0]:.1f} GB/s with one, {read[1]:.1f} GB/s with eight", end=""
)
print(f"; the roof has {bandwidth / 1e9:.1f}")

# %% [markdown]
# ## Memory order
#
# Memory is one long row of numbers. An array with several axes must be laid out in that row in some order:
#
# - *channels first*: one whole channel after the other, like three separate grey images. This is the order of the axes (N, C, H, W).
# - *channels last*: one pixel after the other, with all of its channels side by side.
#
# The shape of an array in NumPy can stay (N, C, H, W) in both cases; only the *strides*, the steps in memory along each axis, are different. (They have nothing to do with the stride of a convolution.) In the figure, a *run* is a sequence of numbers of the window that lie side by side in memory.

# %%
speed.memory_orders().describe(
    "A 4×4 image with three channels and a 2×2 window. Below it the 48 numbers as they "
    "lie in memory. Channels first, the window is six runs of two numbers; channels "
    "last, it is two runs of six."
)

# %% [markdown]
# im2col copies windows. A window of 3×3 pixels with 64 channels is $3 \cdot 64 = 192$ runs of 3 numbers if channels come first. If they come last, it is 3 runs of 192 numbers. **Processors usually copy a few long runs faster than many short ones.**
#
# In the code, `sliding_window_view` makes an array of all windows without copying anything: it is the same memory with other strides. Its axes are the row and the column of the window, the channel, and the row and the column inside the window. `transpose(0, 1, 3, 4, 2)` makes the channel the last axis. `ascontiguousarray` then does the copying.


# %%
def windows_of(image):
    """All 3×3 windows of an image (H, W, C), as an array (H', W', C, 3, 3)."""
    return np.lib.stride_tricks.sliding_window_view(image, (3, 3), axis=(0, 1))


def copy_channels_last(image):
    windows = windows_of(image).transpose(0, 1, 3, 4, 2)  # channel: the last axis
    return np.ascontiguousarray(windows)


def copy_channels_first(image):
    return np.ascontiguousarray(windows_of(image))  # channel: before the 3×3 pixels


last = rng.standard_normal((112, 112, 64), dtype=np.float32)
first = np.ascontiguousarray(last.transpose(2, 0, 1)).transpose(1, 2, 0)
copies = [partial(copy_channels_last, last), partial(copy_channels_first, first)]
time_last, time_first = times_in_turns(copies).min(axis=0)
print(f"channels last   {1e3 * time_last:.1f} ms for all windows of 64 channels")
print(f"channels first  {1e3 * time_first:.1f} ms")

# %% [markdown]
# ## Blocks
#
# Between the processor and its memory is the *cache*, a small and much faster memory that holds what was used last: a few MiB per core, where main memory has thousands of MiB. **What stays in the cache need not be fetched again.**
#
# The im2col matrix of VGG's `conv1_2` takes up 110 MiB for one image (lesson 1). Made as a whole, it is written to main memory and read back. Made for a *block* of rows at a time, it can stay in the cache, where the matrix product finds it. **In any case blocks save memory, because only one block exists at a time.** Whether they also save time depends on the caches and the memory of the machine. Let us measure it for `conv1_2`, 64 channels and 64 filters on a map of 224×224, on one thread. Again all sizes take turns. And the clock is now `time.thread_time`, which counts only the time in which the processor worked for this thread. So it does not count the pauses in which another program had the core; it does count waiting for memory.

# %%
W = 224
image = rng.standard_normal((W + 2, W + 2, 64), dtype=np.float32)  # with its border
w = rng.standard_normal((64, 64, 3, 3), dtype=np.float32)
filters = w.transpose(2, 3, 1, 0).reshape(9 * 64, 64)


def convolve_in_blocks(rows):
    y = np.empty((W, W, 64), np.float32)
    for top in range(0, W, rows):
        block = image[top : top + rows + 2]  # two more rows: windows overlap
        columns = windows_of(block).transpose(0, 1, 3, 4, 2).reshape(-1, 9 * 64)
        y[top : top + rows] = (columns @ filters).reshape(-1, W, 64)
    return y


sizes = [1, 2, 4, 8, 16, 56, 224]
with threadpoolctl.threadpool_limits(1):
    functions = [partial(convolve_in_blocks, rows) for rows in sizes]
    times = 1e3 * times_in_turns(functions, turns=11, clock=time.thread_time)
least, median = times.min(axis=0), np.median(times, axis=0)
mebibytes = [rows * W * 9 * 64 * 4 / 2**20 for rows in sizes]
for row in zip(mebibytes, least, median, strict=True):
    print("{:6.2f} MiB  smallest {:4.0f} ms, median {:4.0f} ms".format(*row))
slower = least[-1] / least.min()
print(f"The whole matrix takes {slower:.2f} times as long as the fastest size.")

# %%
speed.block_times(mebibytes, least, median).describe(
    "The smallest time of conv1_2 with blocks of different sizes, from half a MiB to 28 "
    "MiB, and with the whole matrix of 110 MiB; a line leads from each to the median. On "
    "the machine that ran this page, the whole matrix took "
    f"{slower:.2f} times as long as the fastest size."
)

# %% [markdown]
# How to read it: each dot is the smallest of eleven times, and the bar above it ends at their median. **Where the bars of two sizes overlap, this run does not say which is faster.** Otherwise the row of dots shows one of these cases:
#
# - *It rises to the right:* blocks save time here. Large blocks do not fit into a fast cache, and the system has to provide the memory for them afresh each time.
# - *It rises at the left end, too:* many calls that each do little work have a cost of their own.
# - *It is flat, or the whole matrix is as fast as the blocks:* the matrix product takes most of the time, or a cache holds even the whole matrix. Then blocks save memory only.
# - *It goes up and down by more than the bars:* other programs took a part of the cache or of the memory's bandwidth, which no clock can subtract. Then the figure shows nothing about blocks.
#
# ## Threads
#
# A *thread* is a sequence of instructions; several threads run on several cores at the same time. Blocks do not depend on one another, so each thread can take some. This package sizes its blocks by the shape of the input alone, and never by the number of threads. Each block is computed by one thread, in the same way whichever thread it is. **So the results are the same to the last bit, however many threads there are.** The cell checks this for one layer, and the tests of the package for others. The times differ. One thread and several take turns, 30 times:

# %%
layer = layers.Conv2d(128, 128, 3, padding=1).to("cpu").eval()
x = random(1, 128, 112, 112)
threads = backend.get_num_threads()
runs = {1: [], max(2, threads): []}  # by number of threads: seconds, cores in use
results = {}
for _ in range(30):
    for count, found in runs.items():
        backend.set_num_threads(count)
        results[count] = layer(x)  # not timed: new threads have to start
        start, used = time.perf_counter(), time.process_time()
        layer(x)
        passed = time.perf_counter() - start
        found.append((passed, (time.process_time() - used) / passed))
backend.set_num_threads(threads)

print("threads by default:", threads)
for count, found in runs.items():
    best, cores = min(found)
    middle = np.median([passed for passed, _ in found])
    print(f"threads: {count}, smallest {1e3 * best:.1f} ms", end=" ")
    print(f"with {cores:.1f} cores, median {1e3 * middle:.1f} ms")
one, several = results.values()
print("equal to the last bit:", np.array_equal(one, several))

# %% [markdown]
# How to read it: by default there is a thread for each core that the program may use. The number of cores is the processor time of all threads in the fastest run, divided by the time that passed: this is how many cores worked for this program on average. $n$ threads can be about $n$ times as fast as one only if they get $n$ cores.
#
# - *The number of cores is near* $n$, *and the time is near* $1/n$: threads do what one hopes for.
# - *The number of cores stays well below* $n$: other programs had the cores even in the best of 30 runs, or the system allows this program no more of them. Then the times say nothing about threads, whichever of them is smaller.
# - *The number of cores is near* $n$, *but the gain is small:* the memory that all cores share is the limit, the threads wait for one another, or two of these "cores" are halves of one (many processors run two threads on one core).
#
# ## Winograd's algorithm, by hand
#
# Now for the arithmetic itself. Begin in one dimension, with the smallest case: a filter $g = (g_0, g_1, g_2)$ makes two outputs from four inputs $d = (d_0, d_1, d_2, d_3)$.
#
# $$y_0 = d_0 g_0 + d_1 g_1 + d_2 g_2, \qquad y_1 = d_1 g_0 + d_2 g_1 + d_3 g_2$$
#
# That is six multiplications. The two outputs overlap: both use $d_1$ and $d_2$. Winograd's algorithm makes use of that. It needs only **four** products:
#
# $$m_1 = (d_0 - d_2)\, g_0 \qquad m_2 = (d_1 + d_2)\, \frac{g_0 + g_1 + g_2}{2}$$
#
# $$m_3 = (d_2 - d_1)\, \frac{g_0 - g_1 + g_2}{2} \qquad m_4 = (d_1 - d_3)\, g_2$$
#
# $$y_0 = m_1 + m_2 + m_3, \qquad y_1 = m_2 - m_3 - m_4$$
#
# **With numbers.** Let $d = (1, 2, 3, 4)$ and $g = (1, 2, 3)$. Directly, $y_0 = 1 + 4 + 9 = 14$ and $y_1 = 2 + 6 + 12 = 20$. By Winograd's algorithm:
#
# $$m_1 = (1 - 3) \cdot 1 = -2, \qquad m_2 = (2 + 3) \cdot 3 = 15$$
#
# $$m_3 = (3 - 2) \cdot 1 = 1, \qquad m_4 = (2 - 4) \cdot 3 = -6$$
#
# $$y_0 = -2 + 15 + 1 = 14, \qquad y_1 = 15 - 1 + 6 = 20$$
#
# **Why it works.** Expand the sum and the difference of the two products in the middle, $m_2$ and $m_3$. Half of the terms cancel:
#
# $$m_2 + m_3 = d_1 g_1 + d_2 (g_0 + g_2)$$
#
# $$m_2 - m_3 = d_1 (g_0 + g_2) + d_2 g_1$$
#
# In $y_0$ the term $d_2 g_0$ is one too many; adding $m_1$ replaces it with $d_0 g_0$. In $y_1$ the term $d_1 g_2$ is one too many; subtracting $m_4$ replaces it with $d_3 g_2$.
#
# **What is counted.** The sums of $g$ are computed once for all positions of the filter. The sums of $d$ are additions, and there are only four of them. The halves are multiplications by a constant, which belong to the sums of $g$. What remains are four products for every two outputs.
#
# This algorithm is called $F(2, 3)$: two outputs, a filter of three. **In general, $F(m, r)$ computes $m$ outputs of a filter of size $r$ with $m + r - 1$ products.** S. Winograd (1980) proved that fewer are impossible. So this is what four outputs of a filter of size 3 need:

# %%
m, r = 4, 3
print(m + r - 1, "multiplications instead of", m * r)
guess("12")

# %% [markdown]
# ## The same as matrices
#
# Three small matrices express all this: $B^T$ makes the sums of $d$, $G$ those of $g$, and $A^T$ those of the products. With $\odot$ for the product of corresponding numbers:
#
# $$y = A^T \left[ (G g) \odot (B^T d) \right]$$
#
# $$B^T = \left( \begin{matrix} 1 & 0 & -1 & 0 \\ 0 & 1 & 1 & 0 \\ 0 & -1 & 1 & 0 \\ 0 & 1 & 0 & -1 \end{matrix} \right)$$
#
# $$G = \left( \begin{matrix} 1 & 0 & 0 \\ \frac{1}{2} & \frac{1}{2} & \frac{1}{2} \\ \frac{1}{2} & -\frac{1}{2} & \frac{1}{2} \\ 0 & 0 & 1 \end{matrix} \right)$$
#
# $$A^T = \left( \begin{matrix} 1 & 1 & 1 & 0 \\ 0 & 1 & -1 & -1 \end{matrix} \right)$$
#
# Compare the rows with the formulas above: the second row of $B^T d$ is $d_1 + d_2$, and the second of $G g$ is half the sum of $g$. The matrices are in `minivgg/textbook/winograd.py`:

# %%
from minivgg.textbook.winograd import AT, BT, G

d, g = np.array([1.0, 2, 3, 4]), np.array([1.0, 2, 3])
print("products:", (G @ g) * (BT @ d))
print("outputs: ", AT @ ((G @ g) * (BT @ d)))

# %% [markdown]
# ## Where the matrices come from
#
# (You can skip this section; nothing after it needs it.) How does one find such matrices for four outputs, $F(4, 3)$? With polynomials. Multiply $u(x) = u_0 + u_1 x + u_2 x^2 + u_3 x^3$ by $g(x) = g_0 + g_1 x + g_2 x^2$. Term by term, this takes 12 multiplications of coefficients. But the product $s(x) = u(x)\, g(x)$ has only six coefficients, and six values determine them, as two points determine a line. At each point $p$ the value is **one** product, $s(p) = u(p)\, g(p)$. So six points are enough, and six products (A. Toom and S. Cook, in the 1960s). Take 0, 1, −1, ½, −2 and "infinity", where only the highest coefficients count: $s_5 = u_3\, g_2$.
#
# Let $E_n$ be the matrix that evaluates a polynomial of $n$ coefficients at the six points; the row of $p$ is $(1, p, p^2, \dots, p^{n-1})$. The coefficients of the product are then
#
# $$s = E_6^{-1} \left[ (E_3\, g) \odot (E_4\, u) \right]$$
#
# For a fixed $g$ this is a 6×4 matrix times $u$; its column $j$ contains $g$, shifted down by $j$. **A filter does the same with the transposed matrix:** row $j$ contains $g$ shifted to the right by $j$, and six inputs become four outputs. (Lesson 2 met this transposition: it is the step from $y$ back to $x$.) Transposing a product of matrices reverses their order, and multiplying by $E_3\, g$ number by number is multiplying by a diagonal matrix, which is its own transpose:
#
# $$y = E_4^T \left[ (E_3\, g) \odot (E_6^{-T} d) \right]$$
#
# So $A^T = E_4^T$, $G = E_3$ and $B^T = E_6^{-T}$, where $-T$ means inverted and transposed. $F(2, 3)$ is the same with the points 0, 1, −1 and infinity. (There, the halves of $B^T$ were moved into $G$, and one sign into $A^T$, which changes no output.)

# %%
at = [0, 1, -1, 1 / 2, -2]  # and infinity


def evaluate(n):
    """E_n: from n coefficients to the values at six points."""
    rows = [[p**power for power in range(n)] for p in at]
    return np.array([*rows, [0] * (n - 1) + [1]])


A4T, G4, B4T = evaluate(4).T, evaluate(3), np.linalg.inv(evaluate(6)).T
d6 = np.array([1.0, 2, 3, 4, 5, 6])  # g is (1, 2, 3), as before
six = (G4 @ g) * (B4T @ d6)
print("six products:", six.round(3))
print("four outputs:", (A4T @ six).round(3))
print("as in lesson 1:", [float(g @ d6[i : i + 3]) for i in range(4)])
print(A4T)

# %% [markdown]
# ## Two dimensions
#
# An image has two axes. Apply the one-dimensional algorithm to the rows, and then to the columns. A matrix on the left works on columns, a transposed one on the right works on rows. With a filter $g$ of 3×3 and a *tile* $d$ of 4×4 inputs, the algorithm F(2×2, 3×3) makes the tile of 2×2 outputs:
#
# $$Y = A^T \left[ (G g G^T) \odot (B^T d B) \right] A$$
#
# **The bracket has $4 \cdot 4 = 16$ products. The definition needs 9 for each of four outputs: 36.** Larger tiles save more:

# %%
tile, filter_ = rng.standard_normal((4, 4)), rng.standard_normal((3, 3))
products = (G @ filter_ @ G.T) * (BT @ tile @ BT.T)
Y = AT @ products @ AT.T
print(f"{products.size} products make {Y.size} outputs\n")
for m in (2, 4):
    direct, winograd = 9 * m * m, (m + 2) ** 2
    print(f"{m}×{m}: {winograd} instead of {direct}, {direct / winograd} times fewer")

# %% [markdown]
# ## A whole layer
#
# A layer has many channels, filters and tiles. Cut the image into overlapping tiles of 4×4 inputs, one for each block of 2×2 outputs. Transform every tile once, and every filter once. Then take one of the 16 numbers of the bracket, for all tiles and filters. Its sum over the channels is a product of two matrices: (filters × channels) times (channels × tiles). So **16 matrix products are the whole convolution**, and a matrix product is what a processor does best. Four lines of `conv2d` in `minivgg/textbook/winograd.py` are the formula. Without the code that arranges the axes they are, in pseudo-code:
#
# ```text
# U = (G @ w @ G.T)             # all filters, transformed
# V = (BT @ d @ BT.T)           # all tiles, transformed
# M = U @ V                     # 16 matrix products: ⊙, and the sum over channels
# y = (AT @ M @ AT.T)           # all outputs
# ```

# %%
from minivgg.textbook import winograd

x, w = rng.standard_normal((2, 8, 13, 18)), rng.standard_normal((6, 8, 3, 3))
ours, theirs = winograd.conv2d(x, w, padding=1), ops.conv2d(x, w, padding=1)[0]
print("largest difference from lesson 1's convolution:", np.abs(ours - theirs).max())

# %% [markdown]
# ## What it costs
#
# *Accuracy.* The matrices for tiles of 2×2 outputs contain only 0, ±1 and ±½. Those for larger tiles contain numbers of very different sizes: the $A^T$ of $F(4, 3)$, printed above, goes from ⅛ to 8. Some intermediate results are then larger than the outputs and cancel in the end, but their rounding errors do not. Here is the largest error of a convolution in float32 with tiles of 4×4 outputs, relative to the largest output:

# %%
x = rng.standard_normal((1, 256, 28, 28))
w = rng.standard_normal((256, 256, 3, 3)) * np.sqrt(2 / (9 * 256))
exact = ops.conv2d(x, w, padding=1)[0]  # in float64
x32, w32 = x.astype(np.float32), w.astype(np.float32)
error = {}
for algorithm in ("im2col", "winograd"):
    y = ops.conv2d(x32, w32, padding=1, algorithm=algorithm)[0]
    error[algorithm] = np.abs(y - exact).max() / np.abs(exact).max()
    print(f"{algorithm:9}{error[algorithm]:.1e}")

# %% [markdown]
# Winograd's error is larger than im2col's, but still only a few millionths.
#
# *Additions and copying.* The transforms take time, too. **So a quarter of the multiplications does not mean a quarter of the time.** Here are four layers of VGG-16. In Winograd's algorithm the tiles have 4×4 outputs, except for `conv5_2`, where they have 2×2:

# %%
LAYERS = {  # channels, width of the map, width of Winograd's tile
    "conv2_2": (128, 112, 4),
    "conv3_2": (256, 56, 4),
    "conv4_2": (512, 28, 4),
    "conv5_2": (512, 14, 2),
}
layer_times = {}
for layer_name, (c, width, m) in LAYERS.items():
    name = f"{layer_name}\n{m}×{m} tiles"
    x = rng.standard_normal((1, c, width, width), dtype=np.float32)
    functions = {}
    for algorithm in ("im2col", "winograd"):
        layer = layers.Conv2d(c, c, 3, padding=1, algorithm=algorithm).to("cpu").eval()
        functions[algorithm] = partial(layer, x)
    best = 1e3 * times_in_turns(list(functions.values())).min(axis=0)
    layer_times[name] = dict(zip(functions, best, strict=True))

speed.layer_times(layer_times).describe(
    "The time of four layers of VGG-16 with im2col and with Winograd's algorithm. "
    "On the machine that ran this page: "
    + "; ".join(
        f"{name.split()[0]} {found['im2col']:.0f} and {found['winograd']:.0f} ms"
        for name, found in layer_times.items()
    )
    + "."
)

# %% [markdown]
# Why smaller tiles for `conv5_2`? Its map has 14×14 pixels, and tiles of 4×4 outputs would have to cover 16×16. That is also only 16 tiles: each number of the transformed filters would be read for just 16 multiplications, a low arithmetic intensity. With tiles of 2×2 outputs there are 49, but only 2.25 times fewer multiplications, so expect less of a gain.
#
# Which algorithm is fastest depends on the shape. (For large filters there is a third one, by Fourier transforms, which this package does not have.) `ops.conv2d` chooses by a table of costs, and explains its choice when asked. The table was measured once, on another machine with one thread, so its times are not those of your machine: only their order matters. (In its list, `direct` is an algorithm without im2col's matrix; it is meant for 1×1 filters and for filters of a single channel.) With a table instead of a stopwatch, the same shape gets the same algorithm in every run.

# %%
x = np.zeros((1, 256, 56, 56), np.float32)
w = np.zeros((256, 256, 3, 3), np.float32)
_ = ops.conv2d(x, w, padding=1, explain=print)

# %% [markdown]
# ## The GPU
#
# On a GPU the same ideas return with larger numbers. On an H100, with this package in float32 (`benchmarks/results/h100.md` has the conditions), a copy moves 2,970 GB per second and a large product of matrices does 26 thousand billion multiply-adds per second, so the corner is at 9. VGG-16 takes 10.5 ms for 32 images, which by the definition would be 47 thousand billion multiply-adds per second: more than the peak, because Winograd's algorithm needs fewer.
#
# ## What write-ups get wrong
#
# Three simplifications that are found in blog posts and tutorials:
#
# - *"im2col needs nine times the memory."* Only if its matrix is made as a whole. In blocks it needs a few MiB.
# - *"Winograd's algorithm is four times as fast."* With tiles of 4×4 outputs it has a quarter of the multiplications. The transforms take time as well.
# - *"The time of a layer is proportional to its multiplications."* `conv3_2` has 18 times as many as `fc6`, but it does not take 18 times as long: `fc6` must read 411 MB of weights for its few multiplications, and uses each only once.

# %%
for name in ("conv3_2", "fc6"):
    print(f"{name:8}{size[name] / 1e6:6.0f} million multiply-adds", end=", ")
    print(f"{1e3 * took[name]:5.1f} ms, {points[name][1] / 1e9:4.1f} billion/s")
print(f"multiply-adds: {size['conv3_2'] / size['fc6']:.1f} times as many in conv3_2")
print(f"time:          {took['conv3_2'] / took['fc6']:.1f} times as long")

# %% tags=["tests"]
# The statements of this page, as assertions.
from minivgg.backend.winograd import matrices

assert round(points["fc6"][0], 2) == 0.25  # one multiply-add for a weight of four bytes
assert points["conv3_2"][0] > 100 * points["fc6"][0]
found = [round(points[name][0]) for name in CONVOLUTIONS]
assert found == [6, 211, 45]
found = [round(size[name] / with_matrix[name], 1) for name in CONVOLUTIONS]
assert found == [3.6, 27.8, 26.5]
assert max(share.values()) < 1 + 1e-9  # no layer is above the roof
assert took["conv3_2"] < 0.9 * 18 * took["fc6"]
assert longer < 7  # eight images, less than eight times
assert round(51_500 / 2 / 2970) == 9  # the H100's corner; two FLOP a multiply-add
assert round(32 * 15_470_264_320 / 10.45e-3 / 1e12) == 47
assert round(4 * 224 * 224 * 9 * 64 / 2**20) == 110
assert np.array_equal(first, last)
same = copy_channels_first(first).transpose(0, 1, 3, 4, 2)
assert np.array_equal(copy_channels_last(last), same)
weights = filters.reshape(3, 3, 64, 64).transpose(3, 2, 0, 1)
expected = ops.conv2d(image.transpose(2, 0, 1)[None], weights)[0][0]
for rows in (1, 16, 224):
    found = convolve_in_blocks(rows).transpose(2, 0, 1)
    assert np.allclose(found, expected, atol=1e-2)
assert np.array_equal(one, several)
assert np.array_equal(BT, [[1, 0, -1, 0], [0, 1, 1, 0], [0, -1, 1, 0], [0, 1, 0, -1]])
assert np.array_equal(2 * G, [[2, 0, 0], [1, 1, 1], [1, -1, 1], [0, 0, 2]])
assert np.array_equal(AT, [[1, 1, 1, 0], [0, 1, -1, -1]])
assert np.array_equal((G @ g) * (BT @ d), [-2, 15, 1, -6])
assert np.array_equal(AT @ ((G @ g) * (BT @ d)), [14, 20])
for d, g in zip(rng.standard_normal((5, 4)), rng.standard_normal((5, 3)), strict=True):
    m1, m2 = (d[0] - d[2]) * g[0], (d[1] + d[2]) * (g[0] + g[1] + g[2]) / 2
    m3, m4 = (d[2] - d[1]) * (g[0] - g[1] + g[2]) / 2, (d[1] - d[3]) * g[2]
    assert np.allclose([m1 + m2 + m3, m2 - m3 - m4], [g @ d[0:3], g @ d[1:4]])
    assert np.allclose(m2 + m3, d[1] * g[1] + d[2] * (g[0] + g[2]))
    assert np.allclose(m2 - m3, d[1] * (g[0] + g[2]) + d[2] * g[1])
    assert np.allclose(AT @ ((G @ g) * (BT @ d)), [m1 + m2 + m3, m2 - m3 - m4])
d = rng.standard_normal(6)
assert len(six) == 6
assert np.allclose(A4T @ ((G4 @ g) * (B4T @ d)), [g @ d[i : i + 3] for i in range(4)])
for ours4, package in zip((A4T, B4T, G4), matrices(4, np.float64), strict=True):
    assert np.allclose(ours4, package)
u = rng.standard_normal(4)
coefficients = np.linalg.inv(evaluate(6)) @ ((G4 @ g) * (evaluate(4) @ u))
assert np.allclose(coefficients, np.convolve(u, g))
for c, width, m in LAYERS.values():
    x = np.zeros((1, c, width, width), np.float32)
    w = np.zeros((c, c, 3, 3), np.float32)
    said = []
    ops.conv2d(x, w, padding=1, algorithm="winograd", explain=said.append)
    assert f"winograd F({m}×{m}, 3×3)" in said[0]
corners = [(p, q) for p in range(2) for q in range(2)]
direct = [(filter_ * tile[p : p + 3, q : q + 3]).sum() for p, q in corners]
assert products.size == 16
assert np.allclose(Y.ravel(), direct)
assert np.allclose(ours, theirs)
assert error["im2col"] < error["winograd"] < 2e-5
assert round(size["conv3_2"] / size["fc6"]) == 18
assert round(4 * fc6.weight.data.size / 1e6) == 411

# %% [markdown]
# ## Exercises
#
# Replace the three dots with your answer, and run the cell. `hint("12.1")` prints the first of three hints, then the next one each time you run it again; `solution("12.1")` shows the worked answer.
#
# **12.1** A processor does 200 billion multiply-adds per second, and its memory delivers 20 GB per second. Above which arithmetic intensity, in multiply-adds per byte, is arithmetic the limit?

# %%
check(..., "12.1")

# %% [markdown]
# **12.2** A tile of 6×6 outputs of a 3×3 filter is computed by Winograd's algorithm. By what factor are there fewer multiplications than by the definition?

# %%
check(..., "12.2")

# %% [markdown]
# **12.3** Write a convolution in one dimension by Winograd's algorithm. The function gets an array d of n + 2 numbers, where n is even, and a filter g of three. It returns the array of the n outputs, computing two at a time with four products. The sums of g are computed only once.


# %%
def my_winograd(d, g): ...


check(my_winograd, "12.3")

# %% [markdown]
# ## In five lines
#
# - A roofline shows what limits a layer, arithmetic or memory; the layer's intensity decides which.
# - With channels last, a window is a few long runs of numbers instead of many short ones, which are usually copied faster.
# - Blocks save memory; whether they save time depends on the machine. Threads share them, and results do not depend on the number of threads.
# - Winograd: m outputs of a filter of size r need m + r − 1 products; in two dimensions, with tiles of 4×4 outputs and 3×3 filters, that is a quarter of the definition's.
# - It costs a little accuracy and extra additions and copies, and which algorithm is fastest depends on the shape.
