# %% [markdown]
# # 4 · Where the parameters are
#
# *What you will know afterwards:* how to count the weights of any convolution, and why; what three small filters save, and when they cost more; the paper's Table 2, down to the last parameter; and that parameters, arithmetic and memory are in three different parts of VGG-16.
#
# The paper: §2.2 (Table 2) and §2.3 (27 against 49). Here: `minivgg/models/configurations.py` (the nets as data), `minivgg/analysis/summary.py` (the counts), `models.summary`.
#
# Reading time: about 45 minutes; the code runs in about 5 seconds. You need lessons 1 and 3. Afterwards: assignment 7, `architecture`, function `count_parameters` (`lessons/assignments/README.md`).

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
from minivgg.classroom import check, guess, hint, solution
from minivgg.layers import Conv2d, Linear
from minivgg.plots import counts, figures

IMAGE = (3, 224, 224)

# %% [markdown]
# ## A question first
#
# VGG-16 has 13 convolutions and 3 fully connected layers. **What share of its parameters is in the 13 convolutions? Write your guess down, in place of the dots:** 10 %, 50 % or 90 %?

# %%
guess("4", ...)

# %% [markdown]
# ## One layer: why $k^2C^2$
#
# A *parameter* is a number that training sets: a weight or a bias. Count those of one convolution from $C$ channels to $C$ channels.
#
# 1. One output number is a sum of products over a window. The window covers $k \times k$ positions **and goes through all $C$ input channels**. So one filter has $k \cdot k \cdot C$ weights (lesson 1).
# 2. One filter makes one output channel. For $C$ output channels the layer needs $C$ filters.
# 3. Together: $C \cdot (k \cdot k \cdot C) = k^2C^2$ weights, and one bias for each filter, $C$ more.
#
# One factor $C$ comes from the depth of each filter, the other from the number of filters. To tell the two apart, here is a layer with $k = 3$ from $D = 4$ channels to $N = 3$. A filter looks at one window of *all* input channels (blue frames), and makes one output channel:

# %%
counts.filters_as_blocks(kernel=3, inputs=4, filters=3).describe(
    "Four input channels, three filters, three output channels. Each filter is a block "
    "of four 3×3 kernels, one for each input channel, and has 3·3·4 = 36 weights; all "
    "three have 3·36 = 108."
)

# %% [markdown]
# In general, from $D$ channels to $N$: $k^2DN$ weights and $N$ biases. The size of the image does not matter: the same weights are used at every position. A fully connected layer from $D$ numbers to $N$ has a weight for each pair, $DN$, and $N$ biases.

# %%
layer = Conv2d(64, 128, 3)
print("conv 64 → 128: ", layer.weight.data.shape, layer.bias.data.shape)
dense = Linear(64, 128)
print("dense 64 → 128:", dense.weight.data.shape, dense.bias.data.shape)

# %% [markdown]
# ## 27 and 49
#
# Three 3×3 have the same *receptive field* as one 7×7: a unit sees 7×7 pixels (lesson 3). Between two given channels the three small kernels have 27 weights and the large one 49. Count them:

# %%
counts.weights_as_squares(small=3, count=3).describe(
    "Three blue grids of 3×3 squares, counted from 1 to 27, beside one orange grid "
    "of 7×7 squares, counted from 1 to 49."
)

# %% [markdown]
# Each square stands for $C^2$ weights, one for each pair of input and output channel. So it is $27C^2$ against $49C^2$ for **every** $C$. The 7×7 has 81 % more (the paper's number), or, the other way round, the stack has 45 % fewer.
#
# A stack of $n$ layers of 3×3 has the same receptive field as one kernel of size $2n + 1$ (lesson 3). Its weights grow in proportion to $n$, those of the large kernel as $(2n + 1)^2$:

# %%
n = np.arange(1, 6)
stack, large = 9 * n, (2 * n + 1) ** 2
figures.grouped(
    [f"n = {count}\n{2 * count + 1}×{2 * count + 1}" for count in n],
    {"n layers of 3×3: 9n": stack, "one large kernel: (2n + 1)²": large},
    "weights, in units of C²",
    width=4.8,
).describe(
    "Weights of a stack of n layers of 3×3 and of one kernel with the same field, for n "
    "from 1 to 5: 9 and 9, 18 and 25, 27 and 49, 36 and 81, 45 and 121."
)

# %% [markdown]
# Two layers save 28 % of the weights, three 45 % and five 63 %.

# %% [markdown]
# ### Arithmetic and memory of the same layers
#
# *Multiply-adds.* Each weight is used once at each position of the map: one multiplication and one addition. At $H \times W$ positions this makes $27C^2 \cdot HW$ against $49C^2 \cdot HW$, again 27 : 49.
#
# *Activations.* Each layer makes a map of $C \cdot HW$ numbers, its *activations*. Training keeps them for the backward pass. The stack has three such maps, the 7×7 has one: **three times as many**. Small filters save weights and arithmetic at the cost of memory.

# %%
C, H, W = 256, 56, 56
for title, kernels in (("three 3×3", [3, 3, 3]), ("one 7×7", [7])):
    weights = sum(k * k * C * C for k in kernels)
    activations = len(kernels) * C * H * W
    print(
        f"{title:9}  {weights / 1e6:5.2f} M weights  {weights * H * W / 1e9:5.2f} G "
        f"multiply-adds  {activations / 1e6:.2f} M activations"
    )

# %% [markdown]
# ## When small filters cost more
#
# All this assumes equal numbers of channels before and after the layer. Now let there be $D$ channels before and $N$ after, and let each layer of the stack have $N$ filters. The large filter has $k^2DN$ weights. In the stack only the *first* layer goes from $D$ to $N$; the others go from $N$ to $N$. For 7×7:
#
# $$49DN > \underbrace{9DN}_{\text{first}} + \underbrace{9N^2 + 9N^2}_{\text{second, third}} \quad\Longleftrightarrow\quad 40DN > 18N^2 \quad\Longleftrightarrow\quad N < \tfrac{40}{18}\, D \approx 2.22\, D$$
#
# For 11×11 against five 3×3, the same steps give
#
# $$121DN > 9DN + 4 \cdot 9N^2 \quad\Longleftrightarrow\quad 112D > 36N \quad\Longleftrightarrow\quad N < \tfrac{28}{9}\, D \approx 3.11\, D$$
#
# (Some posts give $3.6\,D$; it does not follow from this.)

# %% [markdown]
# Where does a net have many more channels after a layer than before? In its *first* layer. AlexNet's goes from $D = 3$ colours to $N = 96$ filters of 11×11, so $N/D = 32$. If both sides of the inequality are divided by the weights of the large filter, only this ratio is left. The stack costs more where its line is above 1 (both axes are logarithmic):

# %%
counts.crossing(
    {
        "five 3×3 against one 11×11": (9, 36, 121),
        "three 3×3 against one 7×7": (9, 18, 49),
    },
    [(32, (9 + 36 * 32) / 121, "AlexNet's first\nlayer: 9.6 times")],
).describe(
    "Weights of the stack divided by those of the large filter, against N/D: the lines "
    "cross 1 at 3.11 for 11×11 and at 2.22 for 7×7. Left of it the stack has fewer. "
    "AlexNet's first layer lies far to the right, at 32, where it has 9.6 times as many."
)

# %% tags=["claim-eleven"]
D, N = 3, np.arange(1, 97)
one, five = 121 * D * N, 9 * D * N + 36 * N**2
print(f"the stack has fewer weights for up to {N[five < one].max()} filters")
print(f"for 96 filters: one 11×11 {one[-1]:,}, five 3×3 {five[-1]:,}")
print(f"that is {five[-1] / one[-1]:.1f} times as many")

# %% [markdown]
# So "replace the 11×11 with five 3×3 and save parameters" is wrong for the very layer about which it is usually said, if each of the five layers has 96 filters. (With fewer channels in between, a stack can have fewer weights. It would also have to reproduce AlexNet's stride of 4.) The same holds for VGG. Its first block, 3 → 64 → 64, has the same receptive field as one 5×5, and more weights:

# %%
block_1, one_5x5 = 9 * 3 * 64 + 9 * 64 * 64, 25 * 3 * 64
print(
    f"VGG's first block {block_1:,}, one 5×5 {one_5x5:,}: {block_1 / one_5x5:.0f} times"
)

# %% [markdown]
# It hardly matters: 38,592 weights are 0.03 % of VGG-16. The first layers have few weights either way. The small filters add a second non-linearity there; whether that is worth its cost is a question of accuracy, not of counting.
#
# **In the explorer**, `explorer.html#task=small` ([how to open it](../docs/guides/explorer.md#tasks)) has $D$ and $N$ as sliders: up to which $N$ do five 3×3 have fewer weights?

# %% [markdown]
# ## Table 2, down to the last parameter
#
# The paper's Table 2 gives the parameters of its six nets in millions. Here the nets are built from the lines of Table 1, and their parameters counted.

# %% tags=["claim-exponential"]
table_2 = {"A": 133, "A-LRN": 133, "B": 133, "C": 134, "D": 138, "E": 144}
family = list(table_2)
nets = {name: models.vgg(name, initializer="zeros") for name in family}
totals = {name: models.summary(net, IMAGE).parameters for name, net in nets.items()}
for name, total in totals.items():
    print(f"{name:6} {total:>12,}   Table 2: {table_2[name]} million")
print(f"from A to E: {totals['E'] / totals['A'] - 1:.0%} more")

# %% [markdown]
# From 11 to 19 layers with weights, the number of parameters grows by only 8 %. Some posts say that it "grows exponentially with depth"; in this family it does not. Where are the parameters?


# %%
def in_millions(net):
    """Parameters of the convolutions, of fc6, and of fc7 and fc8."""
    rows = models.summary(net, IMAGE).rows
    convolutions = sum(row.parameters for row in rows if isinstance(row.layer, Conv2d))
    fc6, fc7, fc8 = (row.parameters for row in rows if isinstance(row.layer, Linear))
    return np.array([convolutions, fc6, fc7 + fc8]) / 1e6


parts = np.array([in_millions(net) for net in nets.values()])
percent = 100 * parts / parts.sum(axis=1, keepdims=True)
print("net     convolutions    fc6   fc7, fc8   (%)")
for name, (convolutions, fc6, others) in zip(family, percent, strict=True):
    print(f"{name:6} {convolutions:12.1f} {fc6:7.1f} {others:9.1f}")

# %%
guess("4")

# %% [markdown]
# The answer is **about 10 %**, 10.6 % for VGG-16. In every net of the family, 86 to 93 % of the parameters are in the three fully connected layers, and most of these are in the first one, fc6. The reason is one multiplication: the last map has $512 \cdot 7 \cdot 7 = 25{,}088$ numbers, and fc6 has a weight from each of them to each of its 4096 outputs.
#
# A convolution uses each weight at every position; a fully connected layer uses each weight once. Later nets (GoogLeNet, ResNet) average each channel over its map first. That leaves one number for each channel instead of 49, and these nets have no fc6.
#
# **In the explorer**, `explorer.html#task=parameters` ([how to open it](../docs/guides/explorer.md#tasks)) shows the parameters of each layer as bars, beside the multiply-adds and the memory that are next.

# %% [markdown]
# ## Parameters, arithmetic and memory are in three different parts
#
# Three quantities of one layer, from $D$ to $N$ channels on a map of $H \times W$:
#
# | | convolution | fully connected |
# |---|---|---|
# | weights | $k^2DN$ | $DN$ |
# | multiply-adds for one image | $k^2DN \cdot HW$ | $DN$ |
# | activations of one image | $N \cdot HW$ | $N$ |
#
# At each max-pool, $HW$ falls to a quarter. In the next block the channels double (up to 512), so that $k^2DN$ grows fourfold for a layer with as many channels before as after. Multiply-adds are weights times positions: for such a layer, they are the same in blocks 1 to 4.
#
# **Which two blocks have most of the multiply-adds: 1 and 2, 3 and 4, or 4 and 5?** Guess again, in place of the dots.

# %%
guess("4b", ...)

# %% [markdown]
# Line by line, with the products written out (the order is $k \cdot k \cdot D \cdot N$; biases are left out of the products, but not of the total in the last line):

# %%
rows = [r for r in models.summary(nets["D"], IMAGE).rows if r.parameters]
titles = list(models.layer_names(nets["D"]))
print("layer    weights                              mult.-adds   activations")
for title, row in zip(titles, rows, strict=True):
    shape = row.layer.weight.data.shape
    product = "·".join(str(n) for n in (*shape[2:], *shape[1::-1]))
    weights = row.layer.weight.data.size
    print(
        f"{title:8} {product:14} = {weights:11,} "
        f"{row.macs / 1e6:12,.0f} M {row.activations:12,}"
    )
total = models.summary(nets["D"], IMAGE)
kept = sum(row.activations for row in rows)
millions = f"{total.macs / 1e6:12,.0f} M"
print(f"{'all':8} {'with biases':16} {total.parameters:11,} {millions} {kept:12,}")

# %% [markdown]
# (Here, activations are the outputs of layers with weights. ReLU can overwrite its input. The output of a max-pool, a quarter of its input, is not counted. What is really kept in memory depends on the program.)
#
# Now draw the net three times. The *area* of each square is the share of that block or layer, in per cent:

# %%
groups = [f"block {n}" for n in range(1, 6)] + ["fc6", "fc7", "fc8"]
of_group = [f"block {t[4]}" if t.startswith("conv") else t for t in titles]
quantities = np.array([(row.parameters, row.macs, row.activations) for row in rows])
table = np.array([quantities[np.array(of_group) == g].sum(axis=0) for g in groups])
share = table / table.sum(axis=0)
short = [g.replace("block ", "block\n") for g in groups]
counts.net_by_area(
    short,
    [figures.BLUE] * 5 + [figures.ORANGE] * 3,
    {
        "parameters, %": share[:, 0],
        "multiply-adds, %": share[:, 1],
        "activations, %": share[:, 2],
    },
).describe(
    "VGG-16 drawn three times as squares whose area is a share in per cent: "
    "parameters are mostly in fc6, multiply-adds mostly in blocks 3 and 4, "
    "activations mostly in blocks 1 and 2."
)

# %%
guess("4b")

# %% [markdown]
# *Parameters* are at the end, in fc6. *Activations* are at the beginning, in blocks 1 and 2. *Multiply-adds* are in the middle, in blocks 3 and 4.
#
# Lecture notes and blog posts often say that the first layers need most of the memory, and most of the computation as well. The first half is true. Counting shows whether the second half is, too:

# %% tags=["claim-first-layers"]
for title, blocks in (("blocks 1 and 2", [0, 1]), ("blocks 3 and 4", [2, 3])):
    memory, work = share[blocks, 2].sum(), share[blocks, 1].sum()
    print(f"{title}: {memory:.1%} of the activations, {work:.1%} of the multiply-adds")

# %% [markdown]
# It is true for memory, but not for multiply-adds: blocks 3 and 4 have 60 % of them. The table shows why. A layer with as many channels before as after has the same 1,850 million in each of the blocks 1 to 4. Blocks 3 and 4 have two such layers each, blocks 1 and 2 only one; the first layer of blocks 2 to 4, with half as many channels before, has half as many multiply-adds. In block 5 the channels no longer double, and a quarter is left.
#
# Multiply-adds are not seconds, however. Layers with large maps and few channels move more numbers for each multiplication, so they can run at a lower rate, and their share of the *time* can be larger than their share of the multiply-adds. Where the time goes has to be measured, on each machine: lesson 12.

# %% [markdown]
# ### What follows for memory in training
#
# Training keeps three numbers for each parameter (the weight, its gradient, and its velocity, lesson 6), whatever the size of the batch. It keeps the activations at least once for each image. (This is a lower bound: the backward pass also holds the gradients of the activations, of at least two neighbouring maps at a time.) In float32 a number has 4 bytes:

# %%
for_parameters = 3 * total.parameters * 4 / 1e9
for_image = kept * 4 / 1e9
print(f"parameters, gradients, velocities: {for_parameters:.2f} GB")
for batch in (1, 32, 256):
    print(f"activations of {batch:3} images: {batch * for_image:6.2f} GB")
print(f"equal at {for_parameters / for_image:.1f} images")

# %% [markdown]
# So VGG-16 is expensive in three ways. Its file is large because of fc6. It needs many multiply-adds because of its convolutions, most of all in blocks 3 and 4. And in training, certainly with batches of 31 images or more, most of the memory goes into activations. (The paper's batch has 256 images, §3.1, and is divided among four GPUs, §3.3.) To make the file smaller, replace fc6 (this changes the net, and its accuracy must be measured again); to save arithmetic, change the convolutions; to save memory in training, keep fewer of the first maps.

# %% [markdown]
# ## What popular write-ups get wrong
#
# - *"Five 3×3 beat one 11×11 whenever $N < 3.6\,D$"*, *"parameters grow exponentially with depth"* and *"most of the computation is in the first layers"*: see above.
# - *"VGG has about as many parameters as earlier nets."* That depends on the net. The paper itself (§2.2) makes the comparison with OverFeat: no more than OverFeat's 144 million. AlexNet, the best known of the earlier nets, has less than half of VGG-16's.
# - *"Channels double after every pool."* 64, 128, 256, 512, and then 512 once more.
#
# OverFeat's number can be checked from the layers in its authors' paper (Sermanet et al. 2014, Table 3, the accurate model):

# %% tags=["claim-earlier-nets", "claim-channels"]
filters = [(7, 96), (7, 256), (3, 512), (3, 512), (3, 1024), (3, 1024)]
overfeat, channels = 0, 3
for k, n in filters:
    overfeat, channels = overfeat + k * k * channels * n, n
for k, n in ((5, 4096), (1, 4096), (1, 1000)):  # fully connected, on a map of 5×5
    overfeat, channels = overfeat + k * k * channels * n, n
alexnet = models.alexnet(initializer="zeros")
of_alexnet = models.summary(alexnet, alexnet.input_shape).parameters
print(f"OverFeat {overfeat:,} weights, AlexNet {of_alexnet:,} parameters")
print(f"VGG-16 {totals['D']:,}: {totals['D'] / of_alexnet:.2f} times AlexNet's")
pools = [r for r in total.rows if type(r.layer).__name__ == "MaxPool2d"]
print("channels at the five pools:", [row.output_shape[0] for row in pools])

# %% [markdown]
# ## Exercises
#
# Replace the three dots with your answer and run the cell. `hint("4.1")` prints the first of three hints, then the next one each time you run it again; `solution("4.1")` shows a worked answer. For 4.3, `check` runs your function on many inputs and, if it can, names the mistake.

# %% [markdown]
# **4.1** A 5×5 convolution from 48 to 128 channels, with stride 1 and padding 2, is applied to maps of 20×20. How many multiply-adds does it take for one image, without the biases?

# %%
check(..., "4.1")

# %% [markdown]
# **4.2** A stack of two 3×3 convolutions goes from 64 channels to N, and then from N to N. What is the largest N for which it has fewer weights (without biases) than one 5×5 convolution from 64 channels to N?

# %%
check(..., "4.2")

# %% [markdown]
# **4.3** Write a function that counts all parameters of a VGG net. Its arguments are a configuration such as [64, "M", (128, 1), "M"], the number of classes, and the shape (channels, height, width) of the image. In the configuration, 64 stands for 64 filters of 3×3, a pair such as (128, 1) or [128, 1] for 128 filters of 1×1, and "M" for a 2×2 max-pool of stride 2, which halves height and width, rounded down. After the last layer come three fully connected layers of 4096, 4096 and as many outputs as there are classes.


# %%
def my_count(configuration, classes, input_shape): ...


check(my_count, "4.3")

# %% [markdown]
# Now Table 2 with your function ("…" means: not written yet):

# %%
for name in ("A", "B", "C", "D", "E"):
    yours = my_count(models.CONFIGURATIONS[name].layers, 1000, IMAGE) or "…"
    print(f"{name}  package: {totals[name]:,}   yours: {yours}")

# %% tags=["tests"]
# The statements of this page, as assertions.
assert Conv2d(64, 64, 3).weight.data.size == 9 * 64**2
assert layer.weight.data.size == 9 * 64 * 128
assert dense.weight.data.size == 64 * 128
assert (9 * 3, (2 * 3 + 1) ** 2) == (27, 49)
assert round(100 * (49 / 27 - 1)) == 81
assert [round(100 * (1 - stack[i] / large[i])) for i in (1, 2, 4)] == [28, 45, 63]
assert block_1 / one_5x5 > 8
assert round(100 * block_1 / totals["D"], 2) == 0.03
assert list(np.round(percent[4], 1)) == [10.6, 74.3, 15.1]
assert round(percent[:, 1:].sum(axis=1).min()) == 86
assert round(percent[:, 1:].sum(axis=1).max()) == 93
assert 512 * 7 * 7 == 25_088
assert round(total.macs / 1e9, 2) == 15.47
assert share[5:, 1].sum() < 0.01
assert share[0, 2] > 0.45
assert 30 < for_parameters / for_image < 31
for net in nets.values():
    rows_of_net = models.summary(net, IMAGE).rows
    convolutions = sum(r.macs for r in rows_of_net if isinstance(r.layer, Conv2d))
    assert convolutions > 0.98 * models.summary(net, IMAGE).macs

# claim-eleven
assert N[five < one].max() == 9
assert 9.5 < five[-1] / one[-1] < 10
assert (9 + 36 * 28 / 9, 9 + 18 * 40 / 18) == (121, 49)  # the crossings
stack_of_7x7 = 9 * D * N + 18 * N**2
assert N[stack_of_7x7 < 49 * D * N].max() == 6  # below 20/9 · 3 = 6.67

# claim-exponential
assert totals == {
    "A": 132_863_336,
    "A-LRN": 132_863_336,
    "B": 133_047_848,
    "C": 133_638_952,
    "D": 138_357_544,
    "E": 143_667_240,
}
assert {name: round(n / 1e6) for name, n in totals.items()} == table_2
assert round(100 * (totals["E"] / totals["A"] - 1)) == 8

# claim-first-layers
assert share[2:4, 1].sum() > 0.59
assert share[:2, 1].sum() < 0.31
assert share[:2, 2].sum() > 0.7

# claim-earlier-nets
assert of_alexnet == 60_965_224
assert totals["D"] > 2 * of_alexnet
assert max(totals.values()) < overfeat < 145e6

# claim-channels
assert [row.output_shape[0] for row in pools] == [64, 128, 256, 512, 512]

# %% [markdown]
# ## In five lines
#
# - A filter has $k \cdot k \cdot C$ weights, a layer of $C$ filters $k^2C^2$: three 3×3 have $27C^2$, one 7×7 has $49C^2$.
# - The same holds for multiply-adds; activations are three times as many.
# - From $D$ channels to $N$, a stack whose layers all have $N$ filters is smaller only while $N$ is small: $N < 2.22\,D$ for 7×7, $N < 3.11\,D$ for 11×11.
# - A to E have 133 to 144 million parameters, 86 to 93 % of them in fully connected layers.
# - Parameters are in fc6, multiply-adds in blocks 3 and 4, activations in blocks 1 and 2.
