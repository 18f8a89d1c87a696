# %% [markdown]
# # 4 · Where the parameters are
#
# *What you will know afterwards:* what small filters save, and when they do not; the paper's Table 2 to the last parameter; and that parameters, arithmetic and memory
# sit in three different places of the net.
#
# The paper: §2.3 and Table 2. Here: `minivgg/models/configurations.py` (the nets as data), `models.summary`.

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
from minivgg import models
from minivgg.classroom import check, hint  # noqa: F401 (hint is for the exercises)
from minivgg.layers import Conv2d, Linear
from minivgg.plots import figures

IMAGE = (3, 224, 224)

# %% [markdown]
# ## A question first
#
# VGG-16 has 13 convolutions and 3 fully connected layers. **Which share of its parameters do the 13 convolutions have? Write your guess down:** 10 %, 50 % or 90 %?

# %% [markdown]
# ## What three small filters save
#
# A convolution from $C$ channels to $C$ with a kernel of $k$ has $k^2C^2$ weights. Three 3×3 have $3 \cdot 9C^2 = 27C^2$, and one 7×7, which sees as much, $49C^2$. The ratio does not
# depend on $C$: 81 % more, as the paper says (§2.3).

# %%
channels = np.array([16, 32, 64, 128, 256, 512])
assert round(100 * (49 / 27 - 1)) == 81
figures.lines(
    channels,
    {"one 7×7": 49 * channels**2, "three 3×3": 27 * channels**2},
    "channels C",
    "weights",
    logx=True,
    logy=True,
)

# %% [markdown]
# ## When small filters cost more
#
# The saving needs as many channels before as after. Take AlexNet's first layer: 11×11 from $D = 3$ colours to $N = 96$ filters, $121DN$ weights. Five 3×3 see as much, but four of them go from $N$ to $N$:
# $9DN + 36N^2$. They have fewer weights only while
#
# $$121DN > 9DN + 36N^2 \quad\Longleftrightarrow\quad N < \tfrac{28}{9} D \approx 3.11\, D$$
#
# (Write-ups have $3.6\,D$.) With $D = 3$ the stack wins for up to 9 filters; with AlexNet's 96 it is nearly ten times as large.

# %% tags=["claim-eleven"]
D = 3
N = np.arange(1, 97)
one, five = 121 * D * N, 9 * D * N + 36 * N**2
assert N[five < one].max() == 9
assert 9.5 < five[-1] / one[-1] < 10.5
figures.lines(N, {"one 11×11": one, "five 3×3": five}, "filters N, from D = 3 colours", "weights",
              marks=[(9, 121 * D * 9, "equal at 28/9·D = 9.3")])  # fmt: skip

# %% [markdown]
# ## Table 2 to the last parameter
#
# Nothing is typed in here: the nets are built from the lines of Table 1, and their parameters counted.

# %% tags=["claim-exponential"]
nets = {
    name: models.vgg(name, initializer="zeros")
    for name in ("A", "A-LRN", "B", "C", "D", "E")
}
totals = {name: models.summary(net, IMAGE).parameters for name, net in nets.items()}
assert totals == {
    "A": 132_863_336,
    "A-LRN": 132_863_336,
    "B": 133_047_848,
    "C": 133_638_952,
    "D": 138_357_544,
    "E": 143_667_240,
}
assert [round(total / 1e6) for total in totals.values()] == [
    133,
    133,
    133,
    134,
    138,
    144,
]  # the paper's Table 2, in millions
assert round(100 * (totals["E"] / totals["A"] - 1)) == 8
for name, total in totals.items():
    print(f"{name:6} {total:>12,}")

# %% [markdown]
# From 11 layers with weights to 19 the nets gain only 8 %: parameters do not "grow exponentially with depth". Where are they?


# %%
def shares(net):
    """Parameters of the convolutions, of the first fully connected layer, and of the other two, in millions."""
    rows = models.summary(net, IMAGE).rows
    convolutions = sum(row.parameters for row in rows if isinstance(row.layer, Conv2d))
    first, *rest = [row.parameters for row in rows if isinstance(row.layer, Linear)]
    return np.array([convolutions, first, sum(rest)]) / 1e6


parts = np.array([shares(net) for net in nets.values()])
dense_share = 100 * parts[:, 1:].sum(axis=1) / parts.sum(axis=1)
assert round(dense_share.min()) == 86
assert round(dense_share.max()) == 93
assert all(0.71 < share < 0.78 for share in parts[:, 1] / parts.sum(axis=1))  # fc6
print(
    f"VGG-16: {100 - dense_share[4]:.0f} % of the parameters are in the convolutions, {100 * parts[4, 1] / parts[4].sum():.0f} % in fc6 alone"
)
figures.bars(
    list(nets),
    {"convolutions": parts[:, 0], "fc6": parts[:, 1], "fc7 and fc8": parts[:, 2]},
    "parameters, millions",
)

# %% [markdown]
# The answer is **about 10 %** (11 % for VGG-16): between 86 and 93 % of every net's parameters sit in the three fully connected layers, and three quarters in the first of them, which takes the map
# of 512·7·7 = 25,088 numbers.

# %%
assert round(100 - dense_share[4]) == 11
assert 512 * 7 * 7 == 25_088
assert 0.70 < parts[4, 1] / parts[4].sum() < 0.78

# %% [markdown]
# ## Arithmetic and memory are elsewhere
#
# A filter is used at every place of the map, a fully connected weight once. So the convolutions do nearly all multiplications; and of the numbers that training has to keep of each image for the way back,
# nearly half are the large maps of the first block.

# %%
rows = models.summary(nets["D"], IMAGE).rows
groups = {
    "block 1": 0,
    "block 2": 1,
    "block 3": 2,
    "block 4": 3,
    "block 5": 4,
    "fully connected": 5,
}
table = np.zeros((len(groups), 3))
block = 0
for row in rows:
    dense = row.name.startswith(("classifier", "flatten"))
    table[5 if dense else block] += [
        row.parameters,
        row.macs,
        row.activations if isinstance(row.layer, Conv2d | Linear) else 0,
    ]
    block += row.name.startswith("features") and type(row.layer).__name__ == "MaxPool2d"
percent = 100 * table / table.sum(axis=0)
assert round(models.summary(nets["D"], IMAGE).macs / 1e9, 2) == 15.47
assert percent[5, 1] < 1
assert percent[1:4, 1].sum() > 75
assert 45 < percent[0, 2] < 50
assert percent[:2, 2].sum() > 70
assert all(
    models.summary(net, IMAGE).macs * 0.983
    < sum(
        r.macs for r in models.summary(net, IMAGE).rows if isinstance(r.layer, Conv2d)
    )
    for net in nets.values()
)
assert 30 < 3 * models.summary(nets["D"], IMAGE).parameters / table[:, 2].sum() < 31
print(f"{'':16} parameters  multiply-adds  outputs of layers with weights")
for name, line in zip(groups, percent, strict=True):
    print(f"{name:16} {line[0]:9.1f} %  {line[1]:11.1f} %  {line[2]:11.1f} %")
figures.grouped(
    list(groups),
    {
        "parameters": percent[:, 0],
        "multiply-adds": percent[:, 1],
        "numbers to keep": percent[:, 2],
    },
    "share of VGG-16, %",
)

# %% [markdown]
# Layer by layer, memory included:

# %%
models.summary(nets["D"], IMAGE)

# %% [markdown]
# So the same net is large in three ways: on disk because of fc6, slow because of blocks 2 to 4, and hungry for memory in training twice: weights, their gradients and velocities, once, and what is kept of each image, nearly half of it in block 1. (From 31 images in a batch on, the images need more.) Whoever wants VGG smaller
# replaces fc6 (later nets average each channel instead, and need no fc6 at all); whoever wants it faster works on the convolutions.

# %% [markdown]
# ## What write-ups get wrong
#
# - *"About as many parameters as earlier nets"*: fewer than OverFeat's 144 million by a little, but more than twice AlexNet's 61 million.
# - *"Channels double after every pool"*: 64, 128, 256, 512, and then 512 once more.

# %% tags=["claim-earlier-nets", "claim-channels"]
alexnet = models.alexnet(initializer="zeros")
assert models.summary(alexnet, alexnet.input_shape).parameters == 60_965_224
assert totals["D"] > 2 * 60_965_224
assert [
    row.output_shape[0] for row in rows if type(row.layer).__name__ == "MaxPool2d"
] == [
    64,
    128,
    256,
    512,
    512,
]

# %% [markdown]
# ## Exercises
#
# Replace the three dots by your answer and run the cell. `hint("4.1")` prints a hint: there are three for each exercise, and each call prints the next one.

# %%
# 4.1  How many weights (without biases) do three 3×3 convolutions with 64 input and 64 output channels have?
check(..., "4.1")

# %%
# 4.2  How many parameters does VGG-16's first fully connected layer have, with biases?
check(..., "4.2")

# %%
# 4.3  How many more parameters does D have than B?
check(..., "4.3")

# %% [markdown]
# ## In five lines
#
# - Three 3×3 have 27C² weights, one 7×7 has 49C²: with as many channels before as after.
# - With few channels before and many after, one large filter is smaller: below N = 28/9·D the stack wins.
# - A to E: 133 to 144 million parameters, 86 to 93 % of them fully connected.
# - Multiply-adds are in the convolutions, 98 to 99 %.
# - Of what training keeps of an image, nearly half is the first block's large maps.
