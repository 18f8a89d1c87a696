# %% [markdown]
# # 3 · Receptive fields
#
# *What you will know afterwards:* how many pixels a unit sees, and how to reckon it for any net; why three small filters see what one large
# one sees, proven in three ways; in what they differ all the same; and that a unit uses less than it sees.
#
# The paper: §2.3. Here: `minivgg/analysis/receptive_field.py` (the recurrence), `minivgg/layers/`.

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
from minivgg import backend, layers, models
from minivgg.analysis import receptive_field, trace
from minivgg.classroom import check, hint  # noqa: F401 (hint is for the exercises)
from minivgg.plots import figures

backend.use("cpu")  # "gpu" on a machine that has one
backend.seed(0)

# %% [markdown]
# ## A question first
#
# A 3×3 convolution makes each pixel of its output from 3×3 pixels of its input. Put three of them on top of one another.
# **How many pixels of the image does one unit of the third layer see, a side? Write your guess down before you go on:** 5, 7, 9 or 27?

# %% [markdown]
# ## Looking
#
# Take an image of 10×10 pixels. A 7×7 convolution without padding leaves a map of 4×4. Three 3×3 convolutions leave 8×8, 6×6 and, again, 4×4.
# Which pixels did the upper left cell of that map see? The gradient of the cell with respect to the image tells: it is not 0
# exactly where a change of a pixel would change the cell.


# %%
def stack(*kernels):
    """Convolutions on top of one another, one channel each, every weight 1: nothing can cancel out."""
    return layers.Sequential(
        [layers.Conv2d(1, 1, k, initializer="ones") for k in kernels]
    ).to(dtype=np.float64)


def seen_by(net, image_side, row, column):
    """The gradient of one cell of the net's output with respect to the image, (side, side)."""
    image = backend.to_device(
        np.zeros((1, 1, image_side, image_side)), backend.device()
    )
    dy = backend.namespace().zeros_like(net(image))
    dy[0, 0, row, column] = 1
    return backend.to_numpy(net.backward(dy)[0, 0])


one, three = stack(7), stack(3, 3, 3)
assert one.output_shape((1, 10, 10)) == three.output_shape((1, 10, 10)) == (1, 4, 4)
first, last = seen_by(three, 10, 0, 0), seen_by(three, 10, 3, 3)
figures.maps(
    [first > 0, last > 0, seen_by(one, 10, 0, 0) > 0],
    [
        "three 3×3: cell (0, 0) saw",
        "three 3×3: cell (3, 3) saw",
        "one 7×7: cell (0, 0) saw",
    ],
    marks=[
        [(0, 0, 7, 7, figures.BLUE)],
        [(3, 3, 7, 7, figures.BLUE)],
        [(0, 0, 7, 7, figures.ORANGE)],
    ],
)

# %% [markdown]
# The answer is **7**: three 3×3 see what one 7×7 sees. Windows of neighbouring units overlap, so each further layer adds only 2 pixels.

# %% [markdown]
# ## Proven in three ways
#
# *By formula.* Let $r$ be the number of pixels that a unit sees and $j$ how many pixels neighbouring units are apart. A layer with a kernel of $k$ and a
# stride of $s$ makes of them
#
# $$r_i = r_{i-1} + (k_i - 1) \cdot \prod_{m<i} s_m, \qquad j_i = j_{i-1} \cdot s_i$$
#
# with $r_0 = j_0 = 1$.


# %%
def recurrence(layers_of_a_net):
    r, j = 1, 1
    for k, s in layers_of_a_net:
        r, j = r + (k - 1) * j, j * s
    return r, j


assert recurrence([(3, 1)] * 3) == recurrence([(7, 1)]) == (7, 1)
assert recurrence([(3, 1)] * 2) == recurrence([(5, 1)]) == (5, 1)
assert recurrence([(3, 1)] * 3) == receptive_field([(3, 1)] * 3)  # the package's own

# %% [markdown]
# *By tracing.* Go back from one cell: cell $i$ of a layer was made from the cells $i \cdot s$ to $i \cdot s + k - 1$ of the layer before.


# %%
def traced(layers_of_a_net, cell):
    low = high = cell
    for k, s in reversed(layers_of_a_net):
        low, high = low * s, high * s + k - 1
    return low, high


assert traced([(3, 1)] * 3, 0) == (0, 6)
assert traced([(3, 1)] * 3, 3) == (3, 9)
assert traced([(3, 1)] * 2, 0) == traced([(5, 1)], 0) == (0, 4)

# %% [markdown]
# *By gradient.* That was the picture above.

# %%
for net, k in ((stack(3, 3, 3), 7), (stack(7), 7), (stack(3, 3), 5), (stack(5), 5)):
    rows, columns = np.nonzero(seen_by(net, 10, 0, 0))
    assert (rows.max() + 1, columns.max() + 1) == (k, k)
print("formula, tracing and gradient agree")

# %% [markdown]
# ## In what they are not the same
#
# *Parameters.* From $C$ channels to $C$, one 7×7 has $7^2C^2 = 49C^2$ weights, three 3×3 have $3 \cdot 3^2C^2 = 27C^2$: 45 % fewer.

# %% tags=["claim-27c2"]
weights = {
    "one 7×7": models.vgg([(64, 7)], 2, (64, 8, 8), hidden=())["features"][
        "0"
    ].weight.data.size,
    "three 3×3": sum(
        layer.weight.data.size
        for layer in models.vgg([64, 64, 64], 2, (64, 8, 8), hidden=())["features"]
        if isinstance(layer, layers.Conv2d)
    ),
}
assert weights == {"one 7×7": 49 * 64**2, "three 3×3": 27 * 64**2}
assert round(100 * (1 - 27 / 49)) == 45
weights

# %% [markdown]
# *Functions.* Without ReLU between them, three 3×3 convolutions are one 7×7 convolution: filters convolved with filters. But only *some* 7×7 filters are made like that:
# with one channel, 27 numbers (25 that matter: factors can move from one filter to the next) cannot reach all 49. With ReLU between them they are no convolution
# at all: three non-linearities where the 7×7 has one. Neither family of functions contains the other; the paper reads the stack as a 7×7 made to pass through 3×3s. So *the same receptive field* does not mean *the same*.

# %% tags=["claim-same-function"]
rng = np.random.default_rng(0)
small = [rng.standard_normal((1, 1, 3, 3)) for _ in range(3)]
x = rng.standard_normal((1, 1, 10, 10))


def through(filters, x, relu):
    parts = []
    for w in filters:
        convolution = layers.Conv2d(1, 1, w.shape[2], bias=False).to("cpu", np.float64)
        convolution.weight.data = w
        parts += [convolution, layers.ReLU()] if relu else [convolution]
    return layers.Sequential(parts[:-1] if relu else parts).to(dtype=np.float64)(x)


impulse = np.zeros((1, 1, 13, 13))
impulse[0, 0, 6, 6] = 1
composed = through(small, impulse, relu=False)[
    :, :, ::-1, ::-1
]  # what the three do to one bright pixel, turned round: a 7×7 filter
assert composed.shape == (1, 1, 7, 7)
assert np.allclose(through(small, x, relu=False), through([composed], x, relu=False))
assert not np.allclose(through(small, x, relu=True), through([composed], x, relu=False))


def composed_of(numbers):
    a, b, c = numbers.reshape(3, 1, 1, 3, 3)
    return through([a[None, 0], b[None, 0], c[None, 0]], impulse, relu=False).ravel()


numbers = np.concatenate([w.ravel() for w in small])
directions = [
    (composed_of(numbers + 1e-5 * e) - composed_of(numbers - 1e-5 * e)) / 2e-5
    for e in np.eye(27)
]
assert np.linalg.matrix_rank(directions, tol=1e-6) == 25

# %% [markdown]
# ## What a unit uses of what it sees
#
# All pixels of a receptive field count, but not equally: the middle is reached on more paths than the border. With $n$ layers of 3×3 and equal weights the influence is
# nearly a bell curve of standard deviation $\sqrt{2n/3}$, while the field grows as $2n + 1$: the *effective* field is an ever smaller part of it.
# (Luo et al. 2016.)

# %%
depth = 20
side = 2 * depth + 1
influence = seen_by(stack(*[3] * depth), side, 0, 0)
profile = influence.sum(axis=0) / influence.sum()
place = np.arange(side) - depth
sigma = np.sqrt((profile * place**2).sum())
assert abs(sigma - np.sqrt(2 * depth / 3)) < 1e-9
within = profile[abs(place) <= 2 * sigma].sum()
print(
    f"{depth} layers see {side} pixels; the standard deviation is {sigma:.2f}, and {100 * within:.0f} % of the influence lies within {4 * sigma:.0f} of them"
)
figures.lines(place, {"influence": profile, "bell curve": np.exp(-(place**2) / (2 * sigma**2)) / (sigma * np.sqrt(2 * np.pi))},
              "pixels from the middle", "share of the influence")  # fmt: skip

# %% [markdown]
# And in real nets? Below, the net that comes with this package, once as it was trained on CIFAR-10 and once with fresh weights: the mean size of the gradient of
# the middle cell of `conv3_2` with respect to the image, over 64 images of noise.

# %%
from minivgg.training.run import Run

run = Run.open("cifar10")
noise = np.random.default_rng(1).standard_normal((64, 3, 32, 32)).astype(np.float32)


def effective(net):
    part = models.truncate(net, "conv3_2").train()
    for layer in part:
        if isinstance(layer, layers.BatchNorm2d):
            layer.freeze()  # takes its statistics from training, not from this batch: else images would act on one another
    dy = backend.namespace().zeros_like(
        part(backend.to_device(noise, backend.device()))
    )
    dy[:, :, 4, 4] = 1
    return np.abs(backend.to_numpy(part.backward(dy))).mean(axis=(0, 1))


def pixels_with(share, influence):
    """How many pixels, the strongest first, have this share of all influence."""
    return (
        int((np.sort(influence.ravel())[::-1].cumsum() < share * influence.sum()).sum())
        + 1
    )


field = next(
    row.receptive_field[0].size
    for row in trace(run.net(), (3, 32, 32))
    if row.name == models.layer_paths(run.net())["conv3_2"]
)
backend.seed(0)
found = {"fresh weights": effective(run.new_net()), "trained": effective(run.net())}
assert field == 32
assert all(
    influence[:, :2].max() < 1e-4 * influence.max() for influence in found.values()
)  # the unit's field begins at pixel 2
few = {name: pixels_with(0.9, influence) for name, influence in found.items()}
assert all(count < 0.65 * field**2 for count in few.values())
print(
    f"conv3_2 can see {field}×{field} = {field**2:,} pixels; 90 % of the influence is in {few}"
)
figures.maps(list(found.values()), list(found), cell=0.08)

# %% [markdown]
# Here, too, the middle counts most, trained or not: nine tenths of the influence come from less than two thirds of the pixels. The bell is less clear than above, since eight layers are few, and max-pools choose.

# %% [markdown]
# ## AlexNet's large first step
#
# AlexNet begins with 11×11 at stride 4, and after two layers its units see 19 pixels. VGG takes 7 layers to see as much, and has five ReLUs instead of one
# on the way.

# %%
fields = {
    name: [
        (row.name, row.receptive_field[0].size)
        for row in trace(net, net.input_shape)
        if isinstance(row.layer, layers.Conv2d | layers.MaxPool2d)
    ]
    for name, net in (
        ("AlexNet", models.alexnet(initializer="zeros")),
        ("VGG-16", models.vgg16(initializer="zeros")),
    )
}
assert [r for _, r in fields["AlexNet"]] == [11, 19, 51, 67, 99, 131, 163, 195]
assert [r for _, r in fields["VGG-16"]] == [
    3,
    5,
    6,
    10,
    14,
    16,
    24,
    32,
    40,
    44,
    60,
    76,
    92,
    100,
    132,
    164,
    196,
    212,
]
first_seven = models.layer_paths(models.vgg16(initializer="zeros"))
assert sum(r < 19 for _, r in fields["VGG-16"]) + 1 == 7
assert sum(name.startswith("conv") for name in list(first_seven)[:7]) == 5
figures.lines(
    np.arange(1, 1 + max(map(len, fields.values()))),
    {name: [r for _, r in rows] for name, rows in fields.items()},
    "layers (convolutions and max-pools)",
    "receptive field, pixels a side",
)

# %% [markdown]
# ## What write-ups get wrong
#
# - *"$3^2C^2 = 27C^2$"*: three layers of $3^2C^2$.
# - *"Three 3×3 do the same as one 7×7"*: they see the same.
# - *"A unit of pool5 in VGG-16 sees 308 pixels"*, from doubling $r$ at every pool: it is $j$ that doubles, and $r$ is 212.

# %%
r = 1
for item in models.CONFIGURATIONS["D"].layers:
    r = 2 * r if item == "M" else r + 2
assert r == 308  # the wrong recurrence
assert fields["VGG-16"][-1][1] == 212

# %% [markdown]
# ## Try it
#
# Move the sliders: how many layers of which kernel and stride? (Where there is no slider, the picture shows four 3×3.)


# %%
def explore(layers_=4, kernel=3, stride=1):
    r, j = recurrence([(kernel, stride)] * layers_)
    print(
        f"{layers_} layers of {kernel}×{kernel} at stride {stride}: r = {r} pixels, neighbours {j} apart"
    )
    return figures.maps(
        [np.ones((min(r, 40), min(r, 40)))],
        [f"{r} × {r} pixels" + (" (cut off at 40)" if r > 40 else "")],
        cell=0.1,
    )


try:
    import ipywidgets

    ipywidgets.interact(explore, layers_=(1, 8), kernel=(1, 7, 2), stride=(1, 3))
except ImportError:
    explore()

# %% [markdown]
# ## Exercises
#
# Replace the three dots by your answer and run the cell. `hint("3.1")` prints a hint: there are three for each exercise, and each call prints the next one.

# %%
# 3.1  What is the receptive field, in pixels along one axis, of a unit after four 3×3 convolutions with stride 1?
check(..., "3.1")

# %%
# 3.2  What is the receptive field, in pixels along one axis, of a unit after AlexNet's second max-pool? The layers are conv 11×11 with stride 4, pool 3×3 with stride 2, conv 5×5 with stride 1 and pool 3×3 with stride 2.
check(..., "3.2")

# %%
# 3.3  How many 3×3 convolutions with stride 1 have the receptive field of one 11×11 convolution?
check(..., "3.3")

# %% [markdown]
# ## In five lines
#
# - A unit sees $r$ pixels: $r$ grows by $(k-1)\cdot j$ with each layer, and $j$ by the factor $s$.
# - Three 3×3 see what one 7×7 sees, two what one 5×5 sees, with fewer weights and more non-linearities.
# - The same receptive field is not the same function.
# - Strides and pools make $r$ grow faster; they multiply $j$, not $r$.
# - The effective field is a bell in the middle of the theoretical one.
