# %% [markdown]
# # 0 · Start here
#
# *What you will know afterwards:* what goes into a VGG net and what comes out; which ideas it is made of, with a picture of each; what the lessons are about, and how to work with them; and how to run the same code on a GPU.
#
# The paper: K. Simonyan and A. Zisserman, *Very Deep Convolutional Networks for Large-Scale Image Recognition*, 2014, arXiv 1409.1556, all of it. Section numbers in the lessons (§2.3) are the paper's. Here: `minivgg/`, which implements it from the
# first multiplication on.

# %% tags=["setup"]
import importlib.util

if getattr(importlib.util.find_spec("minivgg"), "origin", None) is None:
    import sys

    raise ModuleNotFoundError(
        f"minivgg is not installed for {sys.executable}, the Python of this notebook. If it is "
        "installed in a virtual environment (.venv), choose the kernel of that one. Otherwise "
        "install it from a checkout (pip install .) or from a wheel."
    )

import matplotlib.cbook
import numpy as np
from minivgg import backend, data, layers, models, ops, plots
from minivgg.classroom import check, hint
from minivgg.plots import figures
from minivgg.training.run import Run

backend.use("cpu")  # "gpu" on a machine that has one

# %% [markdown]
# ## How to work with a lesson
#
# Run the cells one after the other (Shift + Enter), and change them: nothing can break. Each lesson begins with a question. Guess before you read on; a wrong guess is remembered better than an answer that was only read. At the end there are exercises that check themselves at once. Exercise 0.1 asks: how many numbers are in a colour photograph of 224×224 pixels? The three dots stand for your answer. `hint` prints the first of three hints, and the next one each time you run it; the third is nearly the answer.

# %%
check(..., "0.1")
hint("0.1")

# %% [markdown]
# You need Python and some NumPy: arrays, shapes, slices, and that `x @ w` is a matrix product. No deep learning.
#
# ## A question first
#
# VGG-16 looks at a photograph of 224×224 pixels and says which of 1000 things is on it. **How many multiplications does it take for that? Write your guess down before you go on:** 15 million, 1.5 billion or 15 billion?
#
# ## One forward pass
#
# A net is a row of *layers*, functions from array to array. A *map* is an array of H×W numbers, a *channel* is one of the maps that a layer gives, and a *unit* is one number in a map. A *convolution* makes maps of maps with small filters; a *max-pool* keeps the largest of each 2×2 numbers; a *fully connected* layer is `W @ x + b`.
# *Parameters* are the numbers in the filters, in W and in b: they are what is learned.
#
# This is the net, drawn from its own code: thirteen convolutions (blue), five max-pools (orange), three fully connected layers (green). A blue or orange box is as high as its maps: 64 × 224² are 64 maps of 224×224. Green layers have no maps, only 4096 or 1000 numbers. Below stands how many pixels of the photograph, a side, one unit of that layer sees. (404 is more than 224: the rest is a border of zeros.)

# %%
vgg16 = models.vgg16(initializer="zeros")
plots.architecture(vgg16, (3, 224, 224), "VGG-16")

# %%
table = models.summary(vgg16, (3, 224, 224))
kinds = [type(row.layer).__name__ for row in table.rows]
assert (kinds.count("Conv2d"), kinds.count("MaxPool2d"), kinds.count("Linear")) == (
    13,
    5,
    3,
)
assert vgg16.output_shape((3, 224, 224)) == (1000,)
assert round(max(row.parameters for row in table.rows) / 1e6, 1) == 102.8
assert round(table.macs / 1e9) == 15
assert round(table.parameters / 1e6) == 138
print(
    f"{table.macs:,} multiplications (each with an addition), {table.parameters:,} parameters"
)

# %% [markdown]
# The answer: **15 billion**, for one photograph. (How fast that can go: lesson 12.)
#
# A smaller sister comes with this package: eight convolutions, trained on photographs of ten things, CIFAR-10. Watch a photograph go through it (Grace Hopper, from matplotlib), layer by layer:

# %%
run = Run.open("cifar10")
net = run.net()
assert sum(isinstance(layer, layers.Conv2d) for layer in net["features"]) == 8
photograph = data.read_image(
    matplotlib.cbook.get_sample_data("grace_hopper.jpg", asfileobj=False)
)
small = data.Compose([data.Rescale(32), data.CenterCrop(32)])([photograph])
x = backend.to_device(net.preprocessing(small), backend.device())
print(f"{'the image':12} {x.shape[1:]}")
shown = [("the image", small[0])]
for name in models.layer_paths(net):
    if name.startswith(("conv", "pool", "fc")):
        y = models.truncate(net, name)(x)
        print(f"{name:12} {y.shape[1:]}")
        if name.startswith("pool"):
            shown.append(
                (
                    f"{name}, one of {y.shape[1]}",
                    backend.to_numpy(y[0, int(y[0].std(axis=(1, 2)).argmax())]),
                )
            )
figures.pictures(shown, columns=5)

# %% [markdown]
# (Shown is, after each block, the map that varies most.) Maps become smaller and more numerous: first *where*, at the end *what*. The last layer gives ten numbers, one for each class; softmax makes probabilities of them.

# %%
p = backend.to_numpy(ops.softmax(net(x)))[0]
assert p.shape == (10,)
assert abs(p.sum() - 1) < 1e-5
best = np.argsort(-p)[:4]
plots.predictions(
    [photograph], [[(run.config["classes"][k], float(p[k])) for k in best]]
)

# %% [markdown]
# That is nonsense, of course: the net knows ten things, and no person is among them. Lesson 10 says what such an answer is worth.
#
# ## The ideas, a picture each
#
# **A convolution** lays a small filter over each place of an image. This one answers to edges (lesson 1); shown is the absolute value, so bright means a large difference:

# %%
grey = data.read_image(
    matplotlib.cbook.get_sample_data("grace_hopper.jpg", asfileobj=False),
    channels=1,
    size=(180, 150),
)[None].astype(float)
edges = np.array([[1, 0, -1], [2, 0, -2], [1, 0, -1]])[None, None] / 4.0
figures.pictures(
    [
        ("the image", grey[0, 0]),
        ("left − right, 3×3", np.abs(ops.conv2d(grey, edges)[0][0, 0])),
    ],
    size=2.2,
)

# %% [markdown]
# **Small filters on top of one another** see as much as a large one. Three of 3×3 see 7×7 pixels, with 27 weights for each pair of channels instead of 49 (lessons 3 and 4):

# %%
three = layers.Sequential(
    [layers.Conv2d(1, 1, 3, initializer="ones") for _ in range(3)]
)
three.to("cpu")(np.zeros((1, 1, 10, 10), np.float32))
dy = np.zeros((1, 1, 4, 4), np.float32)
dy[0, 0, 1, 1] = 1
seen = three.backward(dy)[0, 0]
rows, columns = np.nonzero(seen)
assert (np.ptp(rows) + 1, np.ptp(columns) + 1) == (7, 7)
assert [
    sum(layer.weight.data.size for layer in three),
    layers.Conv2d(1, 1, 7).weight.data.size,
] == [27, 49]
figures.maps(
    [seen],
    ["what one unit of the third layer sees"],
    marks=[[(1, 1, 7, 7, figures.BLUE)]],
)

# %% [markdown]
# **The parameters** are nearly all in the fully connected layers, and nearly all of the arithmetic is in the convolutions (lesson 4):

# %%
dense = np.array(
    [
        [row.parameters, row.macs]
        for row in table.rows
        if isinstance(row.layer, layers.Linear)
    ]
).sum(axis=0)
shares = 100 * dense / [table.parameters, table.macs]
assert shares[0] > 85
assert shares[1] < 1
figures.grouped(
    ["parameters", "multiplications"],
    {"convolutions": 100 - shares, "fully connected": shares},
    "share of VGG-16, %",
)

# %% [markdown]
# **Learning** is walking downhill to the star, the minimum. Without momentum the steep sides of the valley allow only small steps; with it, steps along the valley add up (lesson 6):

# %%
places = {
    "without momentum": [np.array([-4.0, 1.0])],
    "momentum 0.9": [np.array([-4.0, 1.0])],
}
for (_, path), momentum, lr in zip(places.items(), (0, 0.9), (0.03, 0.01), strict=True):
    v = 0
    for _ in range(60):
        v = momentum * v - lr * np.array([1, 50]) * path[-1]
        path.append(path[-1] + v)
figures.paths(
    lambda a, b: 0.5 * a**2 + 25 * b**2,
    {name: np.array(path) for name, path in places.items()},
    (-4.5, 2),
    (-1.5, 1.5),
    "one weight",
    "another",
)

# %% [markdown]
# ## The map of the course
#
# | | | |
# |---|---|---|
# | 1 | Convolution by hand | loops, then one matrix product |
# | 2 | Backward by hand | gradients, and how to check them |
# | 3 | Receptive fields | three 3×3 see what one 7×7 sees |
# | 4 | Where the parameters are | Table 2, to the last one |
# | 5 | Non-linearity, dropout, loss | what bends, what averages, what is minimised |
# | 6 | Learning | momentum, weight decay, initial weights |
# | 7 | The family | A to E, and what each comparison proves |
# | 8 | Training | a small VGG on real images |
# | 9 | Testing like the paper | crops, scales, class maps, several nets |
# | 10 | Published weights | predictions, features, transfer |
# | 11 | Deeper still | why plain nets stop, and residual nets |
# | 12 | Fast | rooflines, blocks, Winograd |
#
# Names that you will meet: the paper's nets are called A to E; D is VGG-16, E is VGG-19. `conv3_2` is the second convolution of the third block; fc6, fc7 and fc8 are VGG-16's fully connected layers. *ImageNet* is 1.28 million photographs of 1000 classes, *CIFAR-10* 60,000 of 32×32 pixels and ten classes. AlexNet (2012) is the net that won
# ImageNet's competition before VGG.
#
# Other terms, with their Korean names, are in the project's glossary, `docs/glossary.md`.
#
# 1 to 4 build on one another. After them 5 and 6, and then any order will do.
#
# ## On a GPU
#
# All code is the same there. One line says where new arrays go, `backend.use("gpu")`, and `net.to("gpu")` takes a net along that exists:

# %%
print("devices that work here:", *backend.available())
device = backend.available()[-1]
on_it = run.net().to(device)
y = on_it(backend.to_device(x, device))
assert backend.device_of(y) == device
assert np.allclose(backend.to_numpy(y), backend.to_numpy(net(x)), atol=1e-3)

# %% [markdown]
# (With an NVIDIA card and CuPy: `pip install -e ".[gpu]"` in a checkout; for a wheel, the name of its file in place of the dot, without `-e`. Each lesson that uses nets begins with a line `backend.use("cpu")` to change.)
#
# ## What write-ups get wrong
#
# - *"VGG-16 has 16 layers"*: it has 16 layers *with weights*. ReLUs, max-pools, dropout and the flattening between the two parts are layers, too.
#
# Most lessons have such a section; all 23 claims that this course puts right are listed in the project's file `lessons/README.md`.

# %%
leaves = [row.layer for row in table.rows]
assert sum(bool(layer.parameters()) for layer in leaves) == 16
print(f"{len(leaves)} layers, 16 of them with weights")

# %% [markdown]
# ## Exercises
#
# Replace the three dots by your answer and run the cell. `hint("0.1")` prints a hint: there are three for each exercise, and each call prints the next one.

# %%
# 0.1  How many numbers are in a colour photograph of 224×224 pixels?
check(..., "0.1")

# %%
# 0.2  A max-pool halves height and width. How many max-pools turn 224×224 into 7×7?
check(..., "0.2")

# %%
# 0.3  One layer of VGG-16 has 102.8 million of its 138 million parameters. What share is this, in %, to the nearest whole number?
check(..., "0.3")

# %% [markdown]
# ## In five lines
#
# - A VGG net is small convolutions with ReLU, max-pools and three fully connected layers.
# - 224×224×3 numbers go in, 1000 come out, 15 billion multiplications in between.
# - Maps get smaller and more numerous.
# - Guess first, run the cell, change it.
# - The same code runs on CPU and GPU.
