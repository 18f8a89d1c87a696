# %% [markdown]
# # 2 · Backward by hand
#
# *What you will know afterwards:* how the gradient goes back through a convolution, a max-pool and a ReLU; why gradients add up where pixels were copied; and how to check a gradient,
# and when the check lies.
#
# The paper: §3.1, which takes back-propagation for granted. Here: `minivgg/textbook/im2col.py`, `minivgg/analysis/gradcheck.py`.

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
from minivgg.classroom import check, hint  # noqa: F401 (hint is for the exercises)
from minivgg.plots import figures

backend.use("cpu")  # "gpu" on a machine that has one

# %% [markdown]
# ## A question first
#
# A 3×3 filter goes over an image of 4×4, and the output is 2×2 (lesson 1). **On how many of the four outputs does the corner pixel of the image have an influence, and on how many a pixel in the middle?
# Write it down before you go on.**

# %% [markdown]
# ## What a gradient is
#
# Somewhere behind the convolution stands one number, the loss $L$. Its gradient $\partial L / \partial y$ has come back as far as the output: an array `dy` of the shape of `y` that says how much $L$ grows when each
# output grows a little. Wanted: the same for the input and for the filter, `dx` and `dw`. The chain rule says: **a pixel gets from each output that it took part in, that output's gradient times the weight between them.**

# %%
rng = np.random.default_rng(0)
x, w, dy = (
    rng.standard_normal((4, 4)),
    rng.standard_normal((3, 3)),
    rng.standard_normal((2, 2)),
)


def backward(dy, x, w):
    dx, dw = np.zeros_like(x), np.zeros_like(w)
    for i in range(2):
        for j in range(2):
            for a in range(3):
                for b in range(3):
                    dx[i + a, j + b] += dy[i, j] * w[a, b]
                    dw[a, b] += dy[i, j] * x[i + a, j + b]
    return dx, dw


dx, dw = backward(dy, x, w)

# %% [markdown]
# These are the loops of lesson 1 with the assignment turned round, and `+=` matters: a pixel in the middle is under the filter at several places, and each sends something back. How often?

# %%
counts, _ = backward(np.ones((2, 2)), x, np.ones((3, 3)))
assert counts[0, 0] == 1
assert counts[1, 1] == 4
figures.maps([counts], ["on how many outputs?"], numbers=True)

# %% [markdown]
# The answer: the corner on **1**, a pixel in the middle on **4**.

# %% [markdown]
# ## Through im2col
#
# With $X$ the matrix of windows, the convolution is $Y = X W$, and for a matrix product the two gradients are known:
#
# $$dW = X^T \, dY, \qquad dX = dY \, W^T$$
#
# $dX$ is the gradient of the *matrix*. Each of its numbers belongs to a copy of a pixel; `col2im` puts it back to its pixel and **adds up** what comes to the same one. A gradient goes backward
# through a copy as a sum.

# %%
X, W, dY = ops.im2col(x[None, None], 3), w.reshape(9, 1), dy.reshape(4, 1)
dX = dY @ W.T
assert np.allclose((X.T @ dY).reshape(3, 3), dw)
assert np.allclose(ops.col2im(dX, (1, 1, 4, 4), 3)[0, 0], dx)
y, saved = ops.conv2d(x[None, None], w[None, None])
theirs = ops.conv2d_backward(dy[None, None], saved)
assert np.allclose(theirs[0][0, 0], dx)
assert np.allclose(theirs[1][0, 0], dw)
print("loops, matrices and the package agree")

# %% [markdown]
# (Seen as a picture, `dx` is a convolution again: of `dy`, with a border of zeros, with the filter flipped in both directions, that is, rotated by 180°. This is the convolution of mathematics, while the forward pass is a cross-correlation. This package computes `dx` in this way where it is faster.)

# %%
turned = ops.conv2d(dy[None, None], w[None, None, ::-1, ::-1].copy(), padding=2)[0][
    0, 0
]
assert np.allclose(turned, dx)

# %% [markdown]
# ## ReLU and max-pool
#
# ReLU is $\max(0, x)$, number by number; a max-pool of 2×2 keeps the largest of each window of 2×2. Both let some numbers through and drop the others; backward does the same. ReLU: the gradient passes where the input was positive. Max-pool: to the largest pixel of each window, the others had no say.

# %%
maps = rng.standard_normal((4, 4)).round(1)
y_relu, kept = ops.relu(maps)
d_relu = ops.relu_backward(np.ones((4, 4)), kept)
assert (d_relu == (maps > 0)).all()
pooled, kept = ops.max_pool2d(maps[None, None], 2)
d_pool = ops.max_pool2d_backward(np.ones((1, 1, 2, 2)), kept)[0, 0]
assert d_pool.sum() == 4
figures.maps(
    [maps, d_relu, d_pool],
    ["input", "back through ReLU", "back through max-pool"],
    numbers=True,
)

# %% [markdown]
# ## Checking a gradient
#
# A derivative is a limit, so a small step tells it, nearly:
#
# $$\frac{\partial L}{\partial x} \approx \frac{L(x + h) - L(x - h)}{2h}$$
#
# How small? Take $f(x) = \sin x$ at $x = 1$, where the derivative is known, and look at the error for every step.

# %%
steps = 10.0 ** np.arange(-15, 0.5, 0.5)


def error(dtype, forward_only=False):
    x, exact = dtype(1), np.cos(1.0)
    found = []
    for h in steps.astype(dtype):
        difference = np.sin(x + h) - np.sin(x if forward_only else x - h)
        found.append(
            abs(float(difference) / float(h if forward_only else 2 * h) - exact) + 1e-16
        )
    return np.array(found)


errors = {
    "central, float64": error(np.float64),
    "one-sided, float64": error(np.float64, True),
    "central, float32": error(np.float32),
}
best = {name: (steps[e.argmin()], e.min()) for name, e in errors.items()}
right = (steps >= 1e-3) & (steps <= 0.1)


def slope(name):
    return np.polyfit(np.log(steps[right]), np.log(errors[name][right]), 1)[0]


assert abs(slope("central, float64") - 2) < 0.05  # the error grows as h²
assert abs(slope("one-sided, float64") - 1) < 0.05  # as h
assert 1e-7 < best["central, float64"][0] < 1e-4
assert errors["central, float32"][steps.searchsorted(0.9e-5)] > 1e-4
assert best["central, float64"][1] < 1e-10
assert best["one-sided, float64"][1] > best["central, float64"][1]
assert best["central, float32"][1] > 100 * best["central, float64"][1]
for name, (h, e) in best.items():
    print(f"{name:20} best step {h:.0e}, error {e:.0e}")
figures.lines(steps, errors, "step h", "error of the derivative", logx=True, logy=True)

# %% [markdown]
# Each curve is a valley. On the right the step is too large, and curvature counts: the error of the central difference grows as $h^2$, of the one-sided as $h$. On the left the step is too small: two nearly equal
# numbers are subtracted, and rounding is divided by $h$. In float32 the valley's bottom lies thousands of times higher, and at the step that suits float64 the error is a thousandth or more: **gradients are checked in float64, with central differences and a step of about
# $10^{-5}$.**
#
# ### When the check lies
#
# At a kink. ReLU at 0 has a slope of 1 on one side and 0 on the other; the central difference says ½. All numbers from 0 to 1 would do: at a kink there is no slope, and disagreement is no mistake.

# %%
h = 1e-5
numeric = (max(0 + h, 0) - max(0 - h, 0)) / (2 * h)
assert numeric == 0.5
print(
    f"ReLU at 0: central difference {numeric}, this package says {ops.relu_backward(np.ones(1), ops.relu(np.zeros(1))[1])[0]:.0f} (a convention)"
)

# %% [markdown]
# The package's `gradcheck` takes care of it: it looks closer where the two sides differ, and leaves kinks out, saying how many. It checks every element, with a random gradient from above (with `dy` = 1 everywhere, mistakes that
# cancel out would stay hidden), and also that nothing wrote into its arguments. Of a layer it checks a copy with weights drawn at random: a factor that is 1 at first could be missing from `backward`, and nobody would see it.

# %%
net = layers.Sequential(
    layers.Conv2d(2, 3, 3, padding=1), layers.ReLU(), layers.MaxPool2d(2)
)
result = gradcheck(
    net, backend.to_device(rng.standard_normal((2, 2, 6, 4)), backend.device())
)
assert result
print(result)
assert "1 at a kink" in str(
    gradcheck(
        layers.ReLU(), backend.to_device(np.array([[0.0, 1.0, -2.0]]), backend.device())
    )
)

# %% [markdown]
# And a mistake, planted: a backward that loses the gradient of one single pixel.


# %%
def forgetful(dy, saved):
    dx, dw, db = ops.conv2d_backward(dy, saved)
    dx = dx.copy()
    dx[0, 0, 1, 1] = 0
    return dx, dw, db


wrong = gradcheck(
    ops.conv2d, (x[None, None], w[None, None], np.zeros(1)), backward=forgetful
)
assert not wrong
print(wrong)

# %% [markdown]
# ## What write-ups and students get wrong
#
# - `dx[...] = ` instead of `dx[...] += `: right where windows do not overlap, so test with a stride smaller than the kernel.
# - Checking one element, or only square images: height and width exchanged go unnoticed.
# - Writing into `dy` in place: right the first time, wrong for whoever else needs it.

# %% [markdown]
# ## The same in one file
#
# `minivgg/textbook/im2col.py`, whose forward half lesson 1 has read, goes backward as well. Its matrix F has a filter in each *row*, so $F = W^T$, and its products are those from above: $dF = dY^T X$ and $dX = dY \, F$. A max-pool works on the same matrix: forward takes the largest number of each row, backward writes `dy` into its place, and
# `col2im` brings it to the pixel. (After the next cell, `im2col??` in a cell of your own shows the whole file.)

# %%
import inspect

from minivgg.textbook import im2col

FORMULAS = {
    "dF = dYᵀ X": "dF = dy.T @ im2col(x, (kh, kw), stride, padding)",
    "dX = dY F, then each number to its pixel": "dx = col2im(dy @ F, x.shape, (kh, kw), stride, padding)",
    "the bias was added everywhere": "db = None if b is None else dy.sum(axis=0)",
    "backward through a copy: the sum": "x[:, i : i + sh * OH : sh, j : j + sw * OW : sw] += cols[:, :, :, i, j]",
    "who has won (of equal ones the first)": "winners = cols.argmax(axis=1)[:, None] == np.arange(kh * kw)",
    "to the winner of each window": "dcols = np.where(winners, dy.reshape(-1, 1), 0)",
}
for formula, line in FORMULAS.items():
    assert line in inspect.getsource(im2col)
    print(f"{formula}\n    {line}")

y, saved = im2col.conv2d(x[None, None], w[None, None])
dx_file, dw_file, _ = im2col.conv2d_backward(dy[None, None], saved)
assert np.allclose(dx_file[0, 0], dx)
assert np.allclose(dw_file[0, 0], dw)
y, saved = im2col.max_pool2d(maps[None, None], 2)
assert np.array_equal(
    im2col.max_pool2d_backward(np.ones((1, 1, 2, 2)), saved)[0, 0], d_pool
)

result = gradcheck(
    im2col.conv2d,
    (rng.standard_normal((2, 3, 5, 4)), rng.standard_normal((4, 3, 3, 2)), np.zeros(4)),
    stride=2,
    padding=1,
)
assert result
print(result)

# %% [markdown]
# ## Exercises
#
# Replace the three dots by your answer and run the cell. `hint("2.1")` prints a hint: there are three for each exercise, and each call prints the next one.

# %%
# 2.1  A 2×2 max-pool with stride 2 is applied to an image of 6×6 pixels. How many of the 36 numbers of dx can be different from 0?
check(..., "2.1")

# %%
# 2.2  How many outputs of one 3×3 filter with stride 1 depend on a pixel in the middle of a large image?
check(..., "2.2")

# %%
# 2.3  f(x) = x³. What is the central difference at x = 1 with h = 0.1? (The derivative is 3.)
check(..., "2.3")

# %% [markdown]
# ## In five lines
#
# - A pixel gets from each output that it took part in that output's gradient times the weight between them.
# - Through a matrix product: dW = Xᵀ dY, dX = dY Wᵀ; through a copy: the sum (col2im).
# - ReLU and max-pool send back to those that were let through.
# - Check in float64, with central differences, every element, a random gradient from above.
# - At a kink there is no slope; disagreement there is no mistake.
