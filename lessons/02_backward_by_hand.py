# %% [markdown]
# # 2 · Backward by hand
#
# *What you will know afterwards:* how back-propagation goes through a convolution, a ReLU and a max-pool; why gradients add up where a pixel was used several times; where the gradients of the filter and of the bias come from; and how to check a gradient, and when the check misleads.
#
# The paper: §3.1, which takes back-propagation for granted. The code: `minivgg/textbook/im2col.py` (both directions) and `minivgg/analysis/gradcheck.py`.
#
# Reading time: about 45 minutes; the code runs in about 4 seconds. Prerequisites: lessons [1](01_convolution_by_hand.ipynb) and [1b](01b_loss_and_gradient.ipynb). Afterwards: assignments `convolution_backward` and `pooling`, in [the list of assignments](assignments/README.md).

# %% tags=["setup"]
import importlib.util

if getattr(importlib.util.find_spec("minivgg"), "origin", None) is None:
    import sys

    raise ModuleNotFoundError(
        f"minivgg is not installed for {sys.executable}, the Python of this notebook. If it is "
        "installed in a virtual environment (.venv), choose the kernel of that one. Otherwise "
        "install it from a checkout (pip install .) or from a wheel."
    )

import numpy as np
from minivgg import backend, layers, ops
from minivgg.analysis.gradcheck import gradcheck
from minivgg.classroom import check, guess, hint, slider, solution
from minivgg.plots import descent, gradients, windows
from minivgg.textbook import im2col

# %% [markdown]
# ## A question first
#
# A 3×3 filter goes over an image of 4×4 pixels, with stride 1 and without padding; the output has 2×2 numbers (lesson 1). **How many of the four outputs change if the pixel in the upper left corner changes? And how many if a pixel in the middle changes? Write your guess down before you read on**, as a list of two numbers.

# %%
guess("2", ...)

# %% [markdown]
# ## What arrives, and what is wanted
#
# A convolution is one box in the computational graph of a network. Its inputs are the image $x$, the filter $w$ and the bias $b$; its output $y$ goes on to other layers and finally to the loss $L$. When the backward pass arrives here, the layers after it have already done their part, so the derivative of $L$ with respect to each output is known:
#
# $$dy_{ij} = \frac{\partial L}{\partial y_{ij}}$$
#
# We write $dy$ for this array; it has the same shape as $y$. In the same way, $dx$, $dw$ and $db$ are the derivatives of $L$ with respect to the image, the filter and the bias; each has the shape of the array it belongs to. We need $dw$ and $db$ for the step of gradient descent, and $dx$ because the layer *before* this one needs it as its $dy$.
#
# Lesson 1b gave two rules, and we need no others here: **multiply by the local derivative, and add up where a number is used several times.**
#
# ## The gradient of a pixel
#
# In the forward pass, output $(i, j)$ contains the product $w_{uv} \, x_{i+u,\,j+v}$ for each position $(u, v)$ in the filter. The local derivative of this product with respect to the pixel is the other factor, the weight $w_{uv}$. Along this path the pixel receives $w_{uv} \cdot dy_{ij}$. A pixel that lies in several windows was used several times, and what it receives adds up:
#
# $$dx_{rt} = \sum_{i,\,j} dy_{ij} \, w_{r-i,\; t-j}$$
#
# The sum runs over the outputs whose window contains pixel $(r, t)$: those for which $r - i$ and $t - j$ are rows and columns of the filter, that is, from 0 to $k - 1$. Take two pixels as an example, with the numbers of the picture below:
#
# - *A corner,* pixel (0, 0). For output (0, 0) the weight is $w_{00}$. For output (0, 1) it would be $w_{0,-1}$, which does not exist: the window of this output begins one column further right. Only one output is left, and $dx_{00} = dy_{00} \, w_{00} = 1 \cdot 1 = 1$.
# - *The middle,* pixel (1, 1). All four windows contain it, and $dx_{11} = dy_{00} w_{11} + dy_{01} w_{10} + dy_{10} w_{01} + dy_{11} w_{00} = 1 \cdot 1 - 2 \cdot 0 + 3 \cdot 2 + 1 \cdot 1 = 8$.

# %%
x = np.array([[1, -2, 0, 3], [4, 1, -1, 2], [0, 5, 2, -3], [-1, 1, 1, 6]], float)
w = np.array([[1, 2, 0], [0, 1, -1], [2, 0, 1]], float)
dy = np.array([[1, -2], [3, 1]], float)
gradients.pixel_gradient(dy, w, row=1, column=1).describe(
    "Arrows lead from all four outputs to the pixel in row 1, column 1, which lies in the "
    "windows of all of them. Each carries the gradient of its output times the weight that "
    "lay on the pixel; the sum, dx, is 8."
)

# %% [markdown]
# In the image, the window of each output is framed in its colour. The weight on an arrow depends on the output: for output (0, 0) the pixel lay under the centre of the filter, for output (1, 1) under its upper left corner. Move the sliders: which arrows arrive at a corner, at an edge, in the middle?


# %%
def arriving(row=0, column=1):
    return gradients.pixel_gradient(dy, w, row, column).describe(
        "Arrows lead from the outputs to one pixel of the image. Each carries the gradient "
        "of its output times the weight that lay on the pixel. Their sum is dx of the pixel."
    )


slider(arriving, row=(0, 3), column=(0, 3))

# %% [markdown]
# ## The gradient of the filter, and of the bias
#
# The same product $w_{uv} \, x_{i+u,\,j+v}$, now with respect to the weight: the local derivative is the pixel. A weight is used at **every** position of the filter, once for each output, so
#
# $$dw_{uv} = \sum_{i,\,j} dy_{ij} \, x_{i+u,\,j+v}.$$
#
# Compare this with the formula of lesson 1: with stride 1 it is a convolution again, of the image with $dy$ as the filter. (With stride $s$, the weight meets only every $s$-th pixel. The sum becomes a convolution again if $s - 1$ zeros are put between the numbers of $dy$.) Here is one weight, the one in the middle:

# %%
names = ("image x", "dy", "dw")
windows.window_sum(x[None], dy[None], 0, 1, 1, titles=names).describe(
    "The weight in the middle of the filter met the four pixels 1, −1, 5 and 2, framed in "
    "the image. Times dy, number by number, they give 1 + 2 + 15 + 2 = 20."
)

# %% [markdown]
# And the other eight:


# %%
def of_a_weight(row=0, column=0):
    picture = windows.window_sum(x[None], dy[None], 0, row, column, titles=names)
    return picture.describe(
        "The pixels that one weight met, framed in the image, times dy, number by number, "
        "give four products; their sum is one number of dw."
    )


slider(of_a_weight, row=(0, 2), column=(0, 2))

# %% [markdown]
# The bias is added to every output, with the local derivative 1. So it receives all of $dy$:
#
# $$db = \sum_{i,\,j} dy_{ij}$$
#
# In code, these are the loops of lesson 1 with the assignment reversed: where the forward pass *reads* a pixel and a weight, the backward pass *adds* to their gradients.


# %%
def backward(dy, x, w):
    dx, dw, db = np.zeros_like(x), np.zeros_like(w), 0.0
    for i in range(len(dy)):
        for j in range(len(dy)):
            db += dy[i, j]
            for u in range(len(w)):
                for v in range(len(w)):
                    dx[i + u, j + v] += dy[i, j] * w[u, v]
                    dw[u, v] += dy[i, j] * x[i + u, j + v]
    return dx, dw, db


dx, dw, db = backward(dy, x, w)
gradients.below_their_arrays(x, w, dy, dx, dw, db).describe(
    "The image, the filter and dy in one row; below the image its gradient of 4×4 numbers, "
    "below the filter its gradient of 3×3 numbers. Below dy is the gradient of the bias, "
    "one number, 3."
)

# %% [markdown]
# $dx$ and $dw$ stand below their arrays, and $db$ below $dy$, whose sum it is. Check a number or two by hand; you have already seen 1 and 8 in dx and 20 in dw.
#
# The loops are for one channel, one filter and stride 1. For a whole layer, with the shapes of lesson 1, output $(n, o, i, j)$ contains the products $w_{ocuv} \, x_{n,\,c,\,is+u-p,\,js+v-p}$. The two rules stay the same; the sums just run over more indices:
#
# - $dx_n$ sums over all $O$ filters too, because each filter has used each pixel;
# - $dw_o$ and $db_o$ sum over all $N$ images too, because the same filter was used for each of them;
# - with stride $s$ and padding $p$, the pixel is the one in row $is + u - p$ and column $js + v - p$; what arrives at the padding is dropped.
#
# The `+=` matters. How often does it add to each pixel? Let all weights and all of $dy$ be 1, and count:

# %%
counts, _, _ = backward(np.ones((2, 2)), x, np.ones((3, 3)))
ones = {
    "w": np.ones((3, 3)),
    "dy": np.ones((2, 2)),
    "dx: windows of each pixel": counts,
}
windows.matrices(ones).describe(
    "A filter of nine ones, a dy of four ones, and dx, a 4×4 table that counts windows: 1 "
    "in the corners, 2 along the edges, 4 in the middle."
)

# %%
guess("2")

# %% [markdown]
# The answer: a corner pixel influences **1** output, a pixel in the middle **4**. In a larger image, with stride 1, a pixel away from the border lies in $k \cdot k$ windows.
#
# ## The same through im2col
#
# Lesson 1 wrote the convolution as a matrix product, $Y = X W$: each row of $X$ is a window, each column of $W$ a filter. One number of $Y$ is $Y_{mo} = \sum_l X_{ml} W_{lo}$. Apply the two rules.
#
# - $W_{lo}$ is used in column $o$ of $Y$, once in each row $m$, each time multiplied by $X_{ml}$: $\;dW_{lo} = \sum_m X_{ml} \, dY_{mo}$.
# - $X_{ml}$ is used in row $m$ of $Y$, once in each column $o$, each time multiplied by $W_{lo}$: $\;dX_{ml} = \sum_o dY_{mo} \, W_{lo}$.
#
# Both sums are matrix products:
#
# $$dW = X^{\mathsf T} \, dY, \qquad dX = dY \, W^{\mathsf T}$$
#
# $dX$ is the gradient of the *matrix of windows*. One step remains: each number in it belongs to a copy of a pixel, and the pixel receives the sum over its copies. This is what `col2im` does.
#
# ### col2im is the transpose of im2col
#
# Copying is a linear operation, so it can itself be written as a matrix product. Write the pixels one below the other, as a column $x$, and do the same with the numbers of $X$, one row of $X$ after the other. Then $X = M x$, with a matrix $M$ of zeros and ones that has a single 1 in each row (none in the rows of padding). The picture shows it for a row of four pixels and windows of three. With $X_l = \sum_r M_{lr} x_r$, the same rule as above gives $dx_r = \sum_l M_{lr} \, dX_l$, that is,
#
# $$dx = M^{\mathsf T} dX.$$

# %%
gradients.copies([5, 1, 4, 2], [1, 2, -1, 3, 1, 2]).describe(
    "Above, a matrix with one 1 in each row copies four pixels into two windows of three. "
    "Below, its transpose adds the gradients of the copies: pixels 1 and 2, which were "
    "copied twice, receive two numbers each."
)

# %% [markdown]
# Nobody builds $M$: it is large and consists almost entirely of zeros. `im2col` copies slices, and `col2im` adds to the same slices. Note that col2im is *not* the inverse of im2col. It does not restore the pixels; it adds up the gradients of their copies.

# %%
X, W, dY = im2col.im2col(x[None, None], 3), w.reshape(9, 1), dy.reshape(4, 1)
dW = X.T @ dY
dX = dY @ W.T
dx_matrix = im2col.col2im(dX, (1, 1, 4, 4), 3)[0, 0]
print("dW agrees with the loops:", np.allclose(dW.reshape(3, 3), dw))
print("dx agrees with the loops:", np.allclose(dx_matrix, dx))

# %% [markdown]
# Another way to see it: in $dx_{rt} = \sum dy_{ij} \, w_{r-i,\,t-j}$ the indices of $w$ run *against* those of $dy$. So, with stride 1 and without padding, $dx$ is a convolution of $dy$, with $k - 1$ zeros added on each side of it, and with the filter flipped in both directions. This is the convolution of mathematics, with the flip that the forward pass leaves out. (With stride $s$, first put $s - 1$ zeros between the numbers of $dy$; if the last windows leave some pixels uncovered, the gradient of these is 0. With padding, cut off the gradients of the padding at the end. col2im and the loops need no such preparation.)
#
# ## Backward through ReLU and max-pool
#
# A convolution is linear, and a stack of linear layers is only one linear layer (lesson 5). Between them VGG has *ReLU*, the *rectified linear unit* $y = \max(0, x)$, applied to each number. Its local derivative is 1 where $x > 0$ and 0 where $x < 0$. So the gradient passes unchanged where the input was positive, and stops where it was negative. At exactly 0 there is no derivative; this package lets nothing pass there (more on this below).

# %%
dy_relu = np.array([[1, 2, 3, -1], [2, -2, 1, 1], [3, 1, -1, 2], [1, 1, 2, -3]], float)
gradients.relu_back(x, dy_relu).describe(
    "A 4×4 input through ReLU, and the gradient back: it is dy where the input is "
    "positive, including negative numbers of dy, and 0 elsewhere, also where it is 0."
)

# %% [markdown]
# Only the sign of the *input* counts, not that of the gradient: a negative $dy$ passes as well.
#
# A max-pool computes $y = \max(x_1, x_2, x_3, x_4)$ in each window. If the largest number grows a little, the output grows just as much: local derivative 1. If another one changes a little, the output stays the same: local derivative 0. So the whole gradient of a window goes to its largest pixel.

# %%
gradients.max_pool_back(x, dy).describe(
    "A 4×4 input through a 2×2 max-pool, and the gradient back: each number of dy goes to "
    "the largest pixel of its window, the other three get 0."
)

# %% [markdown]
# Therefore a max-pool has to remember where the maximum was. (In the code, functions such as `ops.relu` return the output and `saved`, which holds what their backward pass needs.) If two pixels of a window tie for the largest, the convention here and in PyTorch is that the first one, row by row, receives the gradient. If windows overlap, as in AlexNet, a pixel may be the maximum of several of them; then the gradients add up, as always.
#
# **In the explorer**, `explorer.html#task=winner` ([how to open it](../docs/guides/explorer.md#tasks)) shows these zeros in the backward pass of a trained net: how large is the share of units that get no gradient?
#
# ## Checking a gradient
#
# It is easy to make a mistake in a backward pass, and a network with a wrong gradient often still learns, only less well. So gradients are checked against the central difference of lesson 1b. But how large should the step $h$ be? Measure the error for a function whose derivative is known, $\sin x$ with derivative $\cos x$: for each step we take the median over 200 points. (float64 keeps about 16 decimal digits, float32 about 7.)

# %%
steps = 10.0 ** np.arange(-15, 0.5, 0.5)
points = np.linspace(0.3, 1.4, 200)


def all_errors(dtype, central=True):
    x, found = points.astype(dtype), []
    for h in steps.astype(dtype):
        if central:
            slope = (np.sin(x + h) - np.sin(x - h)) / (2 * h)
        else:
            slope = (np.sin(x + h) - np.sin(x)) / h
        found.append(np.abs(slope - np.cos(x.astype(float))))
    return np.array(found)  # a row for each step, a column for each point


double, single = all_errors(np.float64), all_errors(np.float32)
errors = {
    "central, float64": np.median(double, axis=1),
    "one-sided, float64": np.median(all_errors(np.float64, central=False), axis=1),
    "central, float32": np.median(single, axis=1),
}
for name, error in errors.items():
    print(f"{name:19} best step {steps[error.argmin()]:.0e}, error {error.min():.0e}")
orders = np.log10(single.min(axis=0) / np.maximum(double.min(axis=0), 1e-16))
print("float32 against float64, orders of magnitude, point by point:")
print(
    "  5, 50 and 95 % of the points below", np.percentile(orders, [5, 50, 95]).round(1)
)
descent.curves(steps, errors, "step h", "median error", logx=True, logy=True).describe(
    "Three valleys on logarithmic axes. The central difference in float64 reaches 5e-12, "
    "the one-sided 4e-9, the central difference in float32 only 3e-6."
)

# %% [markdown]
# Each curve is a valley, with two slopes that have different causes.
#
# - **Right: the step is too large.** The function is curved, and the error is that of the formula. By Taylor's theorem it grows as $h^2$ for the central difference (in exercise 1b.2 it was exactly $h^2$), and as $h$ for the one-sided one.
# - **Left: the step is too small.** Two nearly equal numbers are subtracted. Their rounding errors remain, and are divided by $h$: the error grows as $1/h$. (In float32 the curve ends in a plateau: for $h$ below about $10^{-8}$, $x + h$ and $x - h$ are rounded to $x$ itself, the difference is exactly 0, and the error is the derivative.)
#
# The best step is where the two are in balance. For the central difference the sum of the errors is about $\frac{h^2}{6} |f'''| + \frac{\varepsilon}{h} |f|$, where $\varepsilon$ is the relative rounding error. ($x \pm h$ is rounded, too. This adds an error of about $\varepsilon\, |x f'| / h$: the same dependence on $h$, and here of similar size.) Its derivative with respect to $h$ is zero at $h^3 = 3\varepsilon \, |f| / |f'''|$. For $\sin$, whose $|f'''|$ is of the same size as $|f|$, this is $h \approx \sqrt[3]{3\varepsilon}$: about $7 \cdot 10^{-6}$ in float64 ($\varepsilon \approx 10^{-16}$), and about $6 \cdot 10^{-3}$ in float32 ($\varepsilon \approx 6 \cdot 10^{-8}$). This is near the measured best steps.
#
# At its best step, float32 is almost a million times less accurate than float64 here: six orders of magnitude. (Point by point, each at its own best step, the gap is mostly between five and seven orders, as the last line printed above says: rounding errors are a matter of chance.) Hence the rule: **check gradients in float64, with central differences and a step near $10^{-5}$.** The same code may then run in float32.
#
# ### Where the check misleads
#
# At a *kink* there is no derivative. For ReLU at 0 the slope is 0 to the left and 1 to the right, and the central difference gives the mean. Any value from 0 to 1 is acceptable in the backward pass (it is a *subgradient*); this package, like PyTorch, takes 0. Disagreement at a kink is not a mistake. A max-pool with two equal largest pixels has a kink, too. There, the gradient may be divided between the two in any way, as long as no part is negative and the parts add up to the whole.

# %%
h = 1e-5
numeric = (max(0 + h, 0) - max(0 - h, 0)) / (2 * h)
_, saved = ops.relu(np.zeros(1))
print("ReLU at 0: central difference", numeric)
print("           this package      ", ops.relu_backward(np.ones(1), saved)[0])

# %% [markdown]
# A kink *near* the point is enough, if the step reaches across it. So a large step makes matters worse: keep $h$ small, and draw random inputs, which are rarely exactly on a kink.
#
# ### What a good check does
#
# The package has a function for it, `gradcheck`. It checks **every** element, of the input and of all parameters; it uses a random $dy$, since with ones everywhere some mistakes cancel; it leaves kinks out and says how many there were; and it notices if a layer writes into its arguments. The *relative error* that it prints is the difference of the two gradients divided by the larger of them. Here it is for a small network:

# %%
rng = np.random.default_rng(0)
net = layers.Sequential(
    layers.Conv2d(2, 3, 3, padding=1), layers.ReLU(), layers.MaxPool2d(2)
)
result = gradcheck(net, backend.to_device(rng.standard_normal((2, 2, 6, 4))))
print(result)


# %% [markdown]
# And now a backward pass with a planted mistake: it loses the gradient of a single pixel.


# %%
def forgetful(dy, saved):
    dx, dw, db = ops.conv2d_backward(dy, saved)
    dx = dx.copy()
    dx[0, 0, 1, 1] = 0
    return dx, dw, db


arguments = (x[None, None], w[None, None], np.zeros(1))
wrong = gradcheck(ops.conv2d, arguments, backward=forgetful)
print(wrong)

# %% [markdown]
# ## What write-ups get wrong
#
# Mistakes from tutorials and from students' code, and how to expose them:
#
# - *`dx[...] = ` in place of `dx[...] += `.* This is right as long as windows do not overlap. Test with a stride smaller than the kernel.
# - *A ReLU mask taken from the sign of the gradient.* It depends on the sign of the **input**. Test with negative gradients.
# - *"The gradient of max-pooling is shared by all four pixels."* That is average pooling. In max-pooling it goes to the largest one.
# - *A bias gradient that is averaged.* $db$ is a sum over images and positions; a mean over the batch, if wanted, is already in the loss.
# - *Tests with square images, one image or one channel.* Exchanged axes go unnoticed.

# %%
assigned = np.zeros_like(x)
for i, j in np.ndindex(2, 2):
    assigned[i : i + 3, j : j + 3] = dy[i, j] * w
print("numbers of dx that are wrong with = for +=:", (assigned != dx).sum(), "of 16")

# %% [markdown]
# ## Exercises
#
# Replace the dots and run the cell. `hint("2.1")` prints the first of three hints, then the next one each time you run it again; `solution("2.1")` shows a worked answer. Keep your functions from 2.2 and 2.3 for the network of lesson 8.
#
# **2.1** A 2×2 max-pool with stride 2 is applied to an image of 6×6 pixels. How many of the 36 numbers of dx can be different from 0?

# %%
check(..., "2.1")

# %% [markdown]
# **2.2** Write maxpool_backward(dy, x, size, stride): the gradient of x, where dy of shape (N, C, OH, OW) is the gradient of the output. If several numbers of a window tie for the largest, the first one gets the gradient.


# %%
def maxpool_backward(dy, x, size, stride): ...


check(maxpool_backward, "2.2")

# %% [markdown]
# **2.3** Write conv_backward(dy, x, w, b, stride, padding): the gradients dx, dw and db of a convolution, where dy has the shape (N, F, OH, OW). They have the shapes of x, w and b. You may use loops, or im2col and two matrix products, which lesson 8 will need. The functions of this lesson are `im2col.im2col(x, (kh, kw), stride, padding)` and `im2col.col2im(dX, x.shape, (kh, kw), stride, padding)`; with them, write the filters as `w.transpose(0, 2, 3, 1).reshape(F, -1)` (exercise 1.3), and bring dw back to the order of w.


# %%
def conv_backward(dy, x, w, b, stride, padding): ...


check(conv_backward, "2.3")

# %% [markdown]
# The graded assignments are `convolution_backward`, which asks for `col2im` as well, and `pooling`: `minivgg assignment release pooling --to homework`. Afterwards, compare your functions with `conv2d_backward` and `max_pool2d_backward` in `minivgg/textbook/im2col.py`.

# %% tags=["tests"]
# The statements of this page, as assertions.
y, saved = ops.conv2d(x[None, None], w[None, None], np.zeros(1))
theirs = ops.conv2d_backward(dy[None, None], saved)
assert np.allclose(theirs[0][0, 0], dx)
assert np.allclose(theirs[1][0, 0], dw)
assert np.allclose(theirs[2], db)
textbook = im2col.conv2d_backward(
    dy[None, None], im2col.conv2d(x[None, None], w[None, None], np.zeros(1))[1]
)
assert all(np.allclose(a, b) for a, b in zip(textbook, theirs, strict=True))
assert (counts == [[1, 2, 2, 1], [2, 4, 4, 2], [2, 4, 4, 2], [1, 2, 2, 1]]).all()
assert np.allclose(ops.conv2d(x[None, None], dy[None, None])[0][0, 0], dw)
assert np.allclose(dW.reshape(3, 3), dw)
assert np.allclose(dx_matrix, dx)
M = gradients.copy_matrix(4, 3)
row = np.array([5.0, 1, 4, 2]).reshape(1, 1, 1, 4)
assert np.array_equal(M @ row.ravel(), im2col.im2col(row, (1, 3)).ravel())
d = rng.standard_normal((2, 3))
assert np.allclose(M.T @ d.ravel(), im2col.col2im(d, (1, 1, 1, 4), (1, 3)).ravel())
flipped = w[None, None, ::-1, ::-1].copy()
assert np.allclose(ops.conv2d(dy[None, None], flipped, padding=2)[0][0, 0], dx)
wide = rng.standard_normal((1, 1, 7, 7))  # the same with stride 2 and padding 1
_, saved = ops.conv2d(wide, w[None, None], np.zeros(1), stride=2, padding=1)
dy_wide = rng.standard_normal((1, 1, 4, 4))
dx_wide, dw_wide, _ = ops.conv2d_backward(dy_wide, saved)
spread = np.zeros((1, 1, 7, 7))
spread[:, :, ::2, ::2] = dy_wide
assert np.allclose(ops.conv2d(wide, spread, padding=1)[0][0, 0], dw_wide)
assert np.allclose(ops.conv2d(spread, flipped, padding=2)[0][0, 0, 1:-1, 1:-1], dx_wide)
assert (dx[0, 0], dx[1, 1], dw[1, 1], db) == (1, 8, 20, 3)
d_relu = ops.relu_backward(dy_relu, ops.relu(x)[1])
assert np.array_equal(d_relu, dy_relu * (x > 0))
assert (d_relu < 0).any()
d_pool = ops.max_pool2d_backward(dy[None, None], ops.max_pool2d(x[None, None], 2)[1])
assert np.count_nonzero(d_pool) == 4
assert d_pool.sum() == dy.sum()
best = {name: (steps[e.argmin()], e.min()) for name, e in errors.items()}
right = (steps >= 1e-2) & (steps <= 0.2)
for name, power in (("central, float64", 2), ("one-sided, float64", 1)):
    slope = np.polyfit(np.log(steps[right]), np.log(errors[name][right]), 1)[0]
    assert abs(slope - power) < 0.05
left = (steps >= 1e-12) & (steps <= 1e-7)
falling = np.log(errors["central, float64"][left])
assert abs(np.polyfit(np.log(steps[left]), falling, 1)[0] + 1) < 0.15
assert 1e-7 < best["central, float64"][0] < 1e-4
assert 2e-3 < best["central, float32"][0] < 2e-2
assert np.allclose(single[0], np.cos(points), atol=1e-6)  # the plateau
assert best["one-sided, float64"][1] > 100 * best["central, float64"][1]
assert 5 < np.percentile(orders, 25) < np.median(orders) < np.percentile(orders, 75) < 7
assert 1e5 < best["central, float32"][1] / best["central, float64"][1] < 1e7
assert numeric == 0.5
assert result
assert "1 at a kink" in str(gradcheck(layers.ReLU(), np.array([[0.0, 1.0, -2.0]])))
assert not wrong
assert (assigned != dx).any()
checked = gradcheck(
    im2col.conv2d,
    (rng.standard_normal((2, 3, 5, 4)), rng.standard_normal((4, 3, 3, 2)), np.zeros(4)),
    stride=2,
    padding=1,
)
assert checked

# %% [markdown]
# ## In five lines
#
# - A pixel receives, from each output whose window contains it, the gradient of the output times the weight between them; the sum of these is $dx$.
# - With stride 1, $dw$ is the convolution of the image with $dy$; $db$ is the sum of $dy$.
# - As matrices: $dW = X^{\mathsf T} dY$, $dX = dY\, W^{\mathsf T}$, and col2im, the transpose of im2col, adds up the copies.
# - ReLU passes the gradient where its input was positive, a max-pool to the largest pixel of each window.
# - Check every element in float64 with central differences; at a kink, disagreement is not a mistake.
