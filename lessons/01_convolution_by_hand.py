# %% [markdown]
# # 1 · Convolution by hand
#
# *What you will know afterwards:* how a convolution computes each number of its output, with padding, stride and several channels; how large the output is, and why; how im2col turns a convolution into one matrix product; and what a max-pool does.
#
# The paper: §2.1. The code: `minivgg/textbook/loops.py` (every sum as a loop) and `minivgg/textbook/im2col.py` (the matrix product).
#
# Reading time: about 50 minutes; the code runs in about 4 seconds. Prerequisites: [lesson 0](00_start_here.ipynb). Afterwards: assignment `convolution`, in [the list of assignments](assignments/README.md).

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

import matplotlib.cbook
import numpy as np
from minivgg import backend, data, ops
from minivgg.classroom import check, guess, hint, slider, solution
from minivgg.plots import counts, figures, windows
from minivgg.textbook import im2col, loops

# %% [markdown]
# ## A question first
#
# Below are an image `x` of 4×4 pixels and a *filter* `w` of 3×3 numbers, its *weights*. The filter is placed on the upper left corner of the image (blue), the numbers that lie on top of each other are multiplied, and the nine products are added. Then the filter moves on, pixel by pixel, to every position where it fits. **How many numbers does the output have, and which number is in its upper left corner? Write your guess down before you read on**, in place of the dots.

# %%
x = np.array([[1, 2, 0, 1], [0, 1, 3, 0], [2, 0, 1, 1], [1, 1, 0, 2]], float)
w = np.array([[1, 0, -1], [1, 0, -1], [1, 0, -1]], float)
windows.matrices({"image x": x, "filter w": w}, window=(0, 0, 3, 3)).describe(
    "An image of 4×4 numbers and a filter of 3×3; its columns are 1, 0 and −1. "
    "The upper left window of 3×3 numbers of the image is framed."
)

# %%
guess("1", ...)

# %% [markdown]
# ## One number of the output
#
# The part of the image under the filter is called a *window*. One number of the output is the sum, over all positions in the window, of weight times pixel:
#
# $$y_{ij} = \sum_{u=0}^{k-1} \sum_{v=0}^{k-1} w_{uv} \, x_{i+u,\, j+v}$$
#
# Here $k$ is the *kernel size*, the width of the filter (3 in this case); $i$ and $j$ are the row and the column of the output; $u$ and $v$ are the row and the column in the filter. All of them are counted from 0, as in Python. The formula becomes four nested loops, one for each letter:


# %%
def convolve(x, w):
    k = len(w)
    size = len(x) - k + 1  # positions along each axis
    y = np.zeros((size, size))
    for i in range(size):
        for j in range(size):
            for u in range(k):
                for v in range(k):
                    y[i, j] += w[u, v] * x[i + u, j + v]
    return y


y = convolve(x, w)
print(y)
guess("1")

# %% [markdown]
# The answer: the output has **2×2 numbers**, because the filter fits at two positions along each axis, and its upper left number is **−1**. Move the sliders to choose another number of the output and see the sum it comes from. (`x[None]` is the image with one more axis, for its single channel.)


# %%
def one_channel(row=0, column=0):
    return windows.window_sum(x[None], w[None], row=row, column=column).describe(
        "A window of the image times the filter, number by number, gives nine products; "
        "their sum is one number of the 2×2 output."
    )


slider(one_channel, row=(0, 1), column=(0, 1))

# %% [markdown]
# This filter subtracts the right column of the window from the left one. It responds strongly where the image changes from left to right, that is, at a vertical edge: with a positive number if the left side is brighter, with a negative one if the right side is. In a network nobody chooses the weights: they are *learned*, as lessons 1b and 2 show.
#
# Why is it called a convolution? In mathematics this name belongs to the sum $\sum_{u,v} w_{uv} \, x_{i-u,\, j-v}$, whose minus signs mean that the filter is first flipped in both directions. Without the flip the operation is, strictly speaking, a *cross-correlation*; deep learning leaves out the flip and keeps the name. For a network it makes no difference: a filter that would have to be flipped is simply learned in the flipped form.
#
# ## Padding and stride
#
# Without padding, each convolution shrinks the image: a 3×3 filter removes one pixel at each border. In VGG-16, with its thirteen convolutions and a max-pool after each block, maps of 224×224 would shrink to 110, 53, 23, 8 and finally 1×1, instead of 112, 56, 28, 14 and 7×7. *Padding* prevents this: $p$ rows and columns of zeros are added on each side before the filter moves. With $k = 3$ and $p = 1$ the output is as large as the input. All 3×3 convolutions of VGG are padded in this way.
#
# **In the explorer**, `explorer.html#task=border` ([how to open it](../docs/guides/explorer.md#tasks)) asks how many units of a layer see zeros of the padding.
#
# The *stride* $s$ is the number of pixels by which the filter moves from one output to the next. With $s = 2$ it visits every second position, so that the output is about half as wide and half as high.
#
# How many outputs are there along one axis? After padding, the image has $H + 2p$ pixels along this axis. Output number $i$ has a window that starts at pixel $i \cdot s$ and ends before pixel $i \cdot s + k$. The window fits as long as
#
# $$i \cdot s + k \le H + 2p, \qquad \text{that is,} \qquad i \le \frac{H + 2p - k}{s}.$$
#
# So the last $i$ is $\lfloor (H + 2p - k)/s \rfloor$, where $\lfloor\;\rfloor$ means rounding down. Counting starts at 0, so the number of outputs is one more:
#
# $$OH = \left\lfloor \frac{H + 2p - k}{s} \right\rfloor + 1$$
#
# The width $OW$ follows in the same way from $W$. The picture shows the windows along one axis, one below the other; here the pixels are labelled 1 to 6, and the padding 0. Change the sliders: when does a window no longer fit, and which padding keeps the size for a kernel of 5?


# %%
def along_one_axis(kernel=3, stride=2, padding=1):
    return windows.positions(6, kernel, stride, padding).describe(
        "A row of six pixels with padding at both ends, and the windows that fit, one "
        "below the other; a last window that would reach beyond the end does not count."
    )


slider(along_one_axis, kernel=(1, 5), stride=(1, 3), padding=(0, 2))

# %% [markdown]
# ## Several channels, several filters
#
# A colour image has three *channels*: red, green and blue. Deeper layers have more, up to 512 in VGG. A filter always has as many channels as its input, so it holds $C \cdot k \cdot k$ weights. The sum runs over the channels as well: each channel of the window is multiplied by its own channel of the filter, and everything is summed into **one** number. Finally the *bias* is added, one learned number for each filter.

# %%
rng = np.random.default_rng(3)
colour = rng.integers(0, 3, (3, 4, 4)).astype(float)
weights = rng.integers(-1, 2, (3, 3, 3)).astype(float)


def three_channels(row=1, column=2, stride=1):
    last = 3 // stride  # of the rows and of the columns of the output
    row, column = min(row, last), min(column, last)
    picture = windows.window_sum(colour, weights, 1, row, column, stride, padding=1)
    return picture.describe(
        "Three channels of a padded image, each with its window, its channel of the "
        "filter and its nine products. The three sums and the bias make one number "
        "of a single output map."
    )


slider(three_channels, row=(0, 3), column=(0, 3), stride=(1, 2))

# %% [markdown]
# One filter makes one *feature map*: a matrix of outputs, one for each position. A convolutional layer has $O$ filters and makes $O$ feature maps; they are the channels that the next layer sees:

# %%
counts.filters_as_blocks(kernel=3, inputs=3, filters=4, letters=("C", "O")).describe(
    "An input of three channels, with a window framed in all of them. Four filters, each "
    "a block of three 3×3 kernels, make one output channel each: four feature maps."
)

# %% [markdown]
# And $N$ images are processed together. With all indices written out, for image $n$ and filter $o$:
#
# $$y_{n\,o\,i\,j} = b_o + \sum_{c=0}^{C-1} \sum_{u=0}^{k-1} \sum_{v=0}^{k-1} w_{o\,c\,u\,v} \; x_{n,\; c,\; i s + u - p,\; j s + v - p}$$
#
# $b_o$ is the bias of filter $o$. The term $-p$ accounts for the padding: output 0 starts $p$ pixels before the image, and pixels outside the image count as 0. Images have the shape $(N, C, H, W)$, filters $(O, C, k, k)$ and outputs $(N, O, OH, OW)$. Seven letters, seven nested loops: they make up the function `conv2d` in `minivgg/textbook/loops.py`. (It also returns what the backward pass of lesson 2 needs; here that is assigned to `_`.)

# %%
images = rng.standard_normal((2, 3, 6, 5))  # two images, three channels, 6×5 pixels
filters = rng.standard_normal((4, 3, 3, 3))  # four filters
biases = rng.standard_normal(4)
by_loops, _ = loops.conv2d(images, filters, biases, stride=2, padding=1)
print("images ", images.shape)
print("filters", filters.shape)
print("output ", by_loops.shape)

# %% [markdown]
# Check the output shape with the formula: along the height $\lfloor (6 + 2 - 3)/2 \rfloor + 1 = 3$, along the width $\lfloor (5 + 2 - 3)/2 \rfloor + 1 = 3$.
#
# ## Why images need it
#
# A *fully connected* layer would give each output its own weight for each pixel. A convolution makes two assumptions that hold for images:
#
# - *What belongs together is near.* An edge or a corner can be recognised in a small window, so an output need not see the whole image.
# - *A pattern can be anywhere.* So the same weights are used at all positions. If the image moves by one pixel, the output moves by one pixel, too (with stride 1, away from the border).
#
# Here is how much this saves in the first layer of VGG-16, which goes from 3 to 64 maps of 224×224:

# %%
convolution = 64 * (3 * 3 * 3 + 1)  # the weights of a filter and its bias
connected = (3 * 224**2 + 1) * (64 * 224**2)
print(f"parameters of a convolution:     {convolution:15,}")
print(f"of a fully connected layer:  {connected:19,}")

# %% [markdown]
# ## im2col: a convolution as one matrix product
#
# Loops in Python are slow. But the sum over a window is the same kind of sum as in a matrix product: numbers are multiplied in pairs, and the products are added. So write each window as one **row** of a matrix $X$, and the filter as a **column**. Both are read in the same order, row by row (`reshape` does this). Then the product $X w$ contains all outputs at once. The function that builds the matrix is called *im2col*, "image to columns", though here each window becomes a row.

# %%
windows.im2col_rows(x, w).describe(
    "The four windows of the image in four colours. In the matrix below, each window is "
    "a row of nine numbers in the same colour. The matrix times the filter, written as a "
    "column, gives the four outputs."
)

# %% [markdown]
# Follow one colour: the nine numbers of the window lie side by side in its row, and the row times the column `w` is the sum from above. In code:

# %%
X = im2col.im2col(x[None, None], 3)  # x[None, None]: one image with one channel
print(X @ w.reshape(9))

# %% [markdown]
# In general, $X$ has one row for each window, that is, $N \cdot OH \cdot OW$ rows, and one column for each number in a window, that is, $k \cdot k \cdot C$ columns. The $O$ filters become the $O$ columns of a second matrix, $W$ (not the width of the image), and the whole layer is
#
# $$Y = X W + b,$$
#
# with one row of $Y$ for each window and one column for each filter. NumPy adds the biases $b$ to every row (this is called *broadcasting*). The order of the numbers within a row does not matter, as long as filters are written in the same order. This package puts the channels of a pixel next to each other; the assignment puts the channels first, so that `w.reshape(F, -1)` needs no transposition. (There, the number of filters is called F; here it is $O$, for output channels.)
#
# In the package, `ops.conv2d` does this, on the CPU or on a GPU. It agrees with the loops:

# %%
on_device = [backend.to_device(array) for array in (images, filters, biases)]
package, _ = ops.conv2d(*on_device, stride=2, padding=1)
print("largest difference:", np.abs(backend.to_numpy(package) - by_loops).max())

# %% [markdown]
# ## What it costs, and why it is fast
#
# im2col copies. Neighbouring windows overlap, so a pixel appears in several rows. Take the second layer of VGG-16: its input has 64 feature maps of 224×224, its filters are 3×3, with padding 1 and stride 1. (*float32* is NumPy's type for numbers of 4 bytes; 1 MiB is $2^{20}$ bytes, about a million.)

# %%
inputs = 64 * 224 * 224
matrix = (224 * 224) * (3 * 3 * 64)  # windows × numbers in a window
print(f"input  {inputs:11,} numbers, {4 * inputs / 2**20:4.0f} MiB in float32")
print(f"matrix {matrix:11,} numbers, {4 * matrix / 2**20:4.0f} MiB")

# %% [markdown]
# The matrix has nine times as many numbers as the input: most pixels are copied nine times. At the border a pixel lies in fewer windows, and zeros of the padding fill the remaining positions. The copying pays off all the same. Processors and their libraries are at their best on large matrix products: they keep numbers in the fast cache memory and use each of them many times. Compare the times, but note that most of the difference comes from Python, which is slow in inner loops; between two compiled programs it would be smaller.


# %%
def fastest(function, repeats=3):
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        function()
        times.append(time.perf_counter() - start)
    return min(times)


small = rng.standard_normal((1, 8, 16, 16))
few = rng.standard_normal((8, 8, 3, 3))
loop_time = fastest(lambda: loops.conv2d(small, few, padding=1))
product_time = fastest(lambda: im2col.conv2d(small, few, padding=1))
print(f"loops:              {1e3 * loop_time:8.2f} ms")
print(f"one matrix product: {1e3 * product_time:8.2f} ms")

# %% [markdown]
# (The package itself builds the matrix block by block, so that it is never in memory as a whole: lesson 12.)
#
# ## What filters see
#
# Here are five filters written by hand, applied to a photograph (Grace Hopper, a pioneer of compilers; the file comes with matplotlib). Pixels are numbers from 0 to 255. In the last three pictures 0 is grey, positive numbers are brighter and negative ones darker; numbers beyond ±60 are shown as ±60.

# %%
path = matplotlib.cbook.get_sample_data("grace_hopper.jpg", asfileobj=False)
photograph = data.read_image(path, channels=1, size=(240, 200)).astype(float)
by_hand = {
    "mean of 3×3": np.ones((3, 3)) / 9,
    "mean of 7×7": np.ones((7, 7)) / 49,
    "left − right": np.array([[1, 0, -1], [2, 0, -2], [1, 0, -1]]) / 4,
    "above − below": np.array([[1, 2, 1], [0, 0, 0], [-1, -2, -1]]) / 4,
    "centre − neighbours": np.array([[-1, -1, -1], [-1, 8, -1], [-1, -1, -1]]) / 8,
}
pictures = [("the photograph", photograph[0])]
for name, filter_ in by_hand.items():
    padding = len(filter_) // 2  # keeps the size
    response, _ = im2col.conv2d(photograph[None], filter_[None, None], padding=padding)
    lowest, highest = (0, 255) if name.startswith("mean") else (-60, 60)
    pictures.append((name, response[0, 0].clip(lowest, highest)))
figures.pictures(pictures, columns=2, size=2.2).describe(
    "A photograph and the responses of five filters. A mean blurs it, of 3×3 hardly, of "
    "7×7 clearly. The other three are grey where nothing changes, and bright or dark at "
    "vertical edges, at horizontal edges, and at edges of any direction."
)

# %% [markdown]
# Lesson 0 shows 64 filters that VGG-16 has learned: many of them detect edges as these do, and others respond to colours.
#
# ## Max-pooling
#
# A VGG net contains one more kind of layer with windows. A *max-pool* keeps the largest number of each window and drops the rest, in each channel separately. It has no weights. VGG uses windows of 2×2 with stride 2: they do not overlap, and height and width are halved.

# %%
windows.max_pool(x).describe(
    "A 4×4 feature map in four windows of 2×2. The largest number of each window is "
    "framed; the four of them are the output."
)

# %% [markdown]
# Why throw numbers away? A large number says "the pattern of this filter is here". After a max-pool we still know that the pattern was found, and roughly where, from a quarter of the numbers. All later layers need a quarter of the work, and each of their windows covers twice as much of the map before the pool along each axis (what it covers of the image is the subject of lesson 3).
#
# The output size follows the same formula, with $p = 0$ and $k = s = 2$: $\lfloor (H - 2)/2 \rfloor + 1$. This is half of $H$, rounded down if $H$ is odd.
#
# ## What write-ups get wrong
#
# Statements from blog posts and tutorials, and what is true instead:
#
# - *"A 3×3 filter has nine weights."* It has nine **for each input channel**. The filters of VGG-16's last convolution have 3·3·512 = 4,608 weights each.
# - *"Padding 1 keeps the size."* Only for $k = 3$ and $s = 1$. In general, for odd $k$ and stride 1, the padding has to be $p = (k-1)/2$.
# - *"A 7×7 convolution on 7×7×512 numbers gives 1×1×512."* Each filter sums over all channels and gives one number, so the output has as many channels as there are **filters** (lesson 9).

# %%
one_filter = np.ones((1, 512, 3, 3))
maps = np.ones((1, 512, 7, 7))
print("weights of one filter:", one_filter[0].size)
for k, padding in ((3, 1), (5, 1), (5, 2)):
    size = ops.output_size(7, k, 1, padding)
    print(f"kernel {k}, padding {padding}: 7 pixels become {size}")

# %% [markdown]
# ## Exercises
#
# Replace the dots and run the cell. `hint("1.1")` prints the first of three hints, then the next one each time you run it again; `solution("1.1")` shows a worked answer. For 1.2 and 1.3 `check` runs your function on many inputs and, if it can, names the mistake; `hint` works for them as well. You will use both functions again: they are the first two parts of the network that you assemble in lesson 8.
#
# **1.1** What is the shape (rows, columns) of im2col's matrix for two RGB images of 7×5 pixels, with a 3×3 kernel, stride 2 and no padding?

# %%
check(..., "1.1")

# %% [markdown]
# **1.2** Write maxpool_forward(x, size, stride): x has the shape (N, C, H, W), size is the kernel size, and the result contains the largest number of each window, with the shape (N, C, OH, OW).


# %%
def maxpool_forward(x, size, stride): ...


check(maxpool_forward, "1.2")

# %% [markdown]
# **1.3** Write conv_forward(x, w, b, stride, padding) for images x of shape (N, C, H, W), filters w of shape (F, C, kh, kw) and biases b of shape (F,). It returns the output of shape (N, F, OH, OW). F is the number of filters, O above; a kernel has kh rows and kw columns, which may differ. You may use loops, or im2col and one matrix product, which lesson 8 will need: loops are too slow there. `im2col.im2col(x, (kh, kw), stride, padding)` gives the matrix of this lesson. In its rows the channels of a pixel lie side by side, so the filters must be written in the same way: `w.transpose(0, 2, 3, 1).reshape(F, -1).T`.


# %%
def conv_forward(x, w, b, stride, padding): ...


check(conv_forward, "1.3")

# %% [markdown]
# The assignment `convolution` asks for `im2col` as well and is graded: `minivgg assignment release convolution --to homework`. Afterwards, compare your function with `conv2d` in `minivgg/textbook/im2col.py`.

# %% tags=["tests"]
# The statements of this page, as assertions.
assert y.shape == (2, 2)
assert y[0, 0] == (1 + 0 + 2) - (0 + 3 + 1) == -1
assert np.allclose(X @ w.reshape(9), y.ravel())
assert by_loops.shape == (2, 4, 3, 3)
by_matrix, _ = im2col.conv2d(images, filters, biases, stride=2, padding=1)
assert np.allclose(by_matrix, by_loops)
assert np.allclose(backend.to_numpy(package), by_loops)
rows = im2col.im2col(images, 3, 2, 1)
assert rows.shape == (2 * 3 * 3, 3 * 3 * 3)
W = filters.transpose(0, 2, 3, 1).reshape(4, -1).T
product = (rows @ W + biases).reshape(2, 3, 3, 4).transpose(0, 3, 1, 2)
assert np.allclose(product, by_loops)
# channels first in each row, as in the assignment
first = rows.reshape(-1, 9, 3).swapaxes(1, 2).reshape(rows.shape)
assert np.allclose(first @ filters.reshape(4, -1).T, rows @ W)
assert not np.array_equal(first, rows)
assert loop_time > 5 * product_time
assert (inputs, matrix) == (3_211_264, 28_901_376)
assert matrix == 9 * inputs
assert convolution == 1792
assert 4.8e11 < connected < 4.9e11
moved = np.roll(images, 1, axis=3)  # one pixel to the right
straight, shifted = (ops.conv2d(a, filters, padding=1)[0] for a in (images, moved))
assert np.allclose(shifted[..., 2:-1], straight[..., 1:-2])
copies = im2col.col2im(np.ones((25, 9)), (1, 1, 5, 5), 3, 1, 1)[0, 0]
assert copies[2, 2] == 9
assert copies[0, 0] == 4
size, after_pools = 224, []
for convolutions in (2, 2, 3, 3, 3):
    size = (size - 2 * convolutions) // 2
    after_pools.append(size)
assert all((p.min(), p.max()) == (-60, 60) for _, p in pictures[3:])  # 0 is grey
assert after_pools == [110, 53, 23, 8, 1]
assert ops.output_size(224, 3, 1, 1) == 224
assert ops.output_size(6, 5, 1, 2) == 6
assert ops.output_size(7, 5, 1, 1) == 5
assert one_filter[0].size == 4608
assert ops.conv2d(maps, np.ones((5, 512, 7, 7)))[0].shape == (1, 5, 1, 1)
assert (ops.max_pool2d(x[None, None], 2)[0][0, 0] == [[2, 3], [2, 2]]).all()

# %% [markdown]
# ## In five lines
#
# - One output of a convolution is the sum of window times filter, over all channels, plus a bias.
# - Along each axis there are $\lfloor (H + 2p - k)/s \rfloor + 1$ outputs; $O$ filters make $O$ feature maps.
# - im2col writes each window as a row, so that the whole layer is one matrix product.
# - It copies each pixel up to $k \cdot k$ times, and is much faster than loops in Python.
# - A max-pool keeps the largest number of each window.
