# %% [markdown]
# # 7 · The family
#
# *What you will know afterwards:* how the nets A to E differ; what a comparison of two of
# them can show and what it cannot; what a 1×1 convolution does; how certain a difference between
# two errors is; and what GoogLeNet, the winner of 2014, did instead.
#
# The paper: §2.2, Table 1; §4.1, Table 3; Table 7. Here:
# `minivgg/models/configurations.py` (the nets as data), `minivgg/models/vgg.py`,
# `minivgg/models/inception.py`, and `minivgg/analysis/paper_tables.py` (the paper's tables).
#
# Reading time: about 55 minutes; the code runs in about 5 seconds. Prerequisites: lessons
# [3](03_receptive_fields.ipynb), [4](04_parameter_counts.ipynb) and
# [5](05_nonlinearity_dropout_loss.ipynb). Afterwards: assignment `architecture`, in
# [the list of assignments](assignments/README.md).

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
from minivgg import backend, data, layers, models, ops
from minivgg.analysis import paper_tables
from minivgg.classroom import check, guess, hint, slider, solution
from minivgg.plots import family, figures
from minivgg.training.run import Run

IMAGE = (3, 224, 224)

# %% [markdown]
# ## A question first
#
# Net C is net B with a third convolution in each of the last three blocks. Its kernel is
# 1×1: it sees nothing but a single pixel. **Does it help?** Is C's error lower than B's, the
# same, or higher? Write your guess down in place of the dots.

# %%
guess("7", ...)

# %% [markdown]
# ## Six nets in six lines
#
# One line describes a net. A number is a 3×3 convolution with that many filters, `(256, 1)`
# one with a 1×1 kernel, and `M` a max-pool of 2×2 with stride 2. A ReLU follows each
# convolution. At the end of each net come the same three fully connected layers.

# %%
NAMES = ("A", "A-LRN", "B", "C", "D", "E")
for name in NAMES:
    print(f"{name:6}", *models.CONFIGURATIONS[name].layers)

# %%
columns = {name: models.CONFIGURATIONS[name].layers for name in "ABCDE"}
family.family(columns).describe(
    "The nets A to E as columns of layers, from the image at the top to 1000 classes at "
    "the bottom. B adds a convolution to each of the first two blocks, C a 1×1 to each of "
    "the last three, D has a 3×3 in its place, and E one more."
)

# %% [markdown]
# The numbers are counts of filters. Every net has five blocks that end with a max-pool,
# so the map is halved five times: 224, 112, 56, 28, 14, 7. All convolutions have stride
# 1 and keep the size of the map: with padding 1 for a 3×3, and none for a 1×1. A-LRN
# (not drawn) is A with local response normalisation after the first convolution (lesson
# 5).
#
# What increases from A to E? The table counts, from the nets themselves, layers with
# weights, ReLUs, the receptive field at pool5 in pixels, parameters in millions, and
# multiply-adds (MACs) in billions. The last row is not a net of Table 1: it is B with
# one 5×5 in place of each pair of 3×3, with which the paper compares B in §4.1.

# %% tags=["claim-layers", "claim-kernels"]
nets = {name: models.vgg(name, initializer="zeros") for name in (*NAMES, "B-5x5")}


def facts(net):
    rows = models.summary(net, IMAGE).rows
    last_pool = [row for row in rows if isinstance(row.layer, layers.MaxPool2d)][-1]
    weighted = [r for r in rows if isinstance(r.layer, layers.Conv2d | layers.Linear)]
    return {
        "layers with weights": len(weighted),
        "ReLUs": sum(isinstance(row.layer, layers.ReLU) for row in rows),
        "receptive field at pool5": last_pool.receptive_field[0].size,
        "parameters, millions": sum(row.parameters for row in rows) / 1e6,
        "multiply-adds, billions": sum(row.macs for row in rows) / 1e9,
    }


table = {name: facts(net) for name, net in nets.items()}
print(f"{'net':6}{'layers':>7}{'ReLUs':>6}{'field':>6}{'params':>8}{'MACs':>7}")
for name, row in table.items():
    deep, relus, field, millions, billions = row.values()
    sizes = f"{deep:>7}{relus:>6}{field:>6}{millions:>7.1f}M{billions:>6.1f}G"
    print(f"{name:6}{sizes}")
kernels = {
    layer.kernel_size
    for layer in nets["C"]["features"]
    if isinstance(layer, layers.Conv2d)
}
print("kernel sizes in C:", kernels)

# %% [markdown]
# ## What a comparison isolates
#
# If two nets differ in *one* thing, a difference between their errors says something
# about that thing. If they differ in two, it does not say which of the two it was. So
# look at everything that changes from one net to the next:

# %%
PAIRS = [("A", "A-LRN"), ("A", "B"), ("B", "C"), ("C", "D"), ("D", "E"), ("B-5x5", "B")]
print(f"{'from → to':10}{'layers':>7}{'ReLUs':>6}{'field':>6}{'params':>8}")
change = {}
for pair in PAIRS:
    old, new = (list(table[name].values()) for name in pair)
    change[pair] = [b - a for a, b in zip(old, new, strict=True)]
    deep, relus, field, millions, _ = change[pair]
    arrow = " → ".join(pair)
    print(f"{arrow:10}{deep:>+7}{relus:>+6}{field:>+6}{millions:>+7.1f}M")

# %% [markdown]
# - **A → A-LRN** changes the normalisation and nothing else. It is the only pair that
#   differs in one thing.
# - **A → B** and **D → E** add layers, ReLUs, parameters and a larger receptive field, all
#   at once.
# - **B → C** leaves the receptive field at 156 pixels. The paper reads it as the effect of
#   more non-linearity. The three layers have 0.6 million weights of their own, so the
#   change is "three more layers of 1×1 with ReLU", weights included.
# - **C → D** has equal numbers of layers and ReLUs. The receptive field grows to 212
#   pixels: the paper reads it as the effect of spatial context. But each new kernel has
#   nine weights instead of one, which makes **4.7 million parameters** more. Context
#   and parameters change together, and the experiment cannot separate them.
# - **B-5x5 → B** has the same receptive field. B has five more layers and five more ReLUs,
#   and *fewer* parameters, by 1.5 million. So *more* parameters cannot be why B is better.
#   But depth, non-linearity and fewer parameters change together, and the paper itself
#   (§2.3) calls the smaller filters a regularisation. In this experiment, with one
#   training of each net, two 3×3 worked better than one 5×5; it does not show which of
#   the three is the reason.
#
# Note the last row: more layers do not always mean more parameters.
#
# ## What a 1×1 convolution does
#
# A 1×1 filter has one weight for each input channel. At every pixel it computes a weighted
# sum of that pixel's channels. So a 1×1 convolution is one matrix, applied to the vector of
# channels at each pixel: a *linear map across channels*, the same at all positions.
# Here is one with 6 channels in and 4 out:

# %% tags=["claim-one-by-one-linear"]
rng = np.random.default_rng(0)
x, w = rng.standard_normal((1, 6, 5, 5)), rng.standard_normal((4, 6, 1, 1))
y, _ = ops.conv2d(x, w)
matrix = w[:, :, 0, 0]
difference = abs(y[0, :, 2, 3] - matrix @ x[0, :, 2, 3]).max()
print(f"1×1 convolution against a matrix at pixel (2, 3): differ by {difference:.0e}")

# a 3×3 followed by this 1×1, without and with a ReLU between, against one 3×3
first = rng.standard_normal((6, 6, 3, 3))
merged = np.einsum("oc,cikl->oikl", matrix, first)
one, _ = ops.conv2d(x, merged)
middle, _ = ops.conv2d(x, first)
without_relu = ops.conv2d(middle, w)[0]
with_relu = ops.conv2d(np.maximum(0, middle), w)[0]
opposite = ops.conv2d(np.maximum(0, -middle), w)[0]  # with ReLU, of the image −x
print(f"no ReLU: differs from one 3×3 by {abs(without_relu - one).max():.0e}")
print(f"ReLU:    f(x) + f(−x) is up to {abs(with_relu + opposite).max():.1f}")

# %% [markdown]
# Without ReLU, a 1×1 after a 3×3 adds nothing: the two matrices merge into another 3×3. With
# a ReLU in between they do not merge: a convolution of $-x$ is minus the convolution of $x$
# (without biases), so for any single 3×3 the last number printed above would be 0. This
# is what C's 1×1 convolutions are for (§2.3): a non-linearity, with a learned mixture
# of the channels in front of it, and no change of the receptive field. The paper calls
# a 1×1 a linear transformation of the channels, *followed by a non-linearity* (§2.1);
# posts that repeat only the first half miss the point. It names *Network in Network*
# (Lin and others 2013) as an earlier net with 1×1 convolutions. In C the number of
# channels stays the same, 256 to 256 and 512 to 512; GoogLeNet (below) uses 1×1
# convolutions to *reduce* it.
#
# ## The results
#
# Table 3 has the errors: *top-1*, the share of validation images whose most probable class
# is wrong. The training images were rescaled so that their smaller side had $S$ pixels,
# before a square of 224×224 was cut out: $S = 256$ for all, or $S$ drawn at random between
# 256 and 512 for each image (lesson 8).

# %% tags=["claim-depth"]
error = {name: row["256"][0] for name, row in paper_tables.TABLE_3.items()}
jitter = [paper_tables.TABLE_3[n].get("[256;512]", (np.nan,))[0] for n in NAMES]
figures.dots(
    [f"{name}, {table[name]['layers with weights']} layers" for name in NAMES],
    {"S = 256": list(error.values()), "S from 256 to 512": jitter},
    "top-1 error, %",
    width=4.6,
).describe(
    "Top-1 errors of the six nets. At S = 256 they fall from 29.6 % for A to 27.0 % for D "
    "and are 27.3 % for E. With random S, C, D and E have 27.3, 25.6 and 25.5 %."
)

# %%
guess("7")

# %% [markdown]
# - The answer: **C's error is lower than B's**, 28.1 against 28.7 %.
# - D's is lower still, 27.0 %. The paper concludes that context helps as well; the
#   additional parameters may be a reason, too.
# - LRN: 29.7 against 29.6 %.
# - The top-1 error of the 5×5 net, on the centre crop, is 7 % higher than B's (§4.1). The
#   paper does not say whether this means percentage points or per cent of B's error.
# - E with 19 layers is no better than D with 16 at $S = 256$, and better by a tenth of a
#   point with random $S$. The paper says that the error *saturates* at 19 layers.
#
# ## How certain is a difference?
#
# All errors were measured on the same 50,000 validation images. Would other images have
# given the same order? Sort the images by which net is right:
#
# | | second net right | second net wrong |
# |---|---|---|
# | **first net right** | both right | $c$ images |
# | **first net wrong** | $b$ images | both wrong |
#
# Images that both get right, or both get wrong, say nothing about which net is better.
# If the nets were equally good, $b$ and $c$ would be like the heads and tails of
# $b + c$ coin tosses, and their difference would have a standard deviation of
# $\sqrt{b + c}$. So compare the size of
#
# $$z = \frac{b - c}{\sqrt{b + c}}$$
#
# with 1.96, which it exceeds by chance in 5 % of cases. (With five pairs of equally good nets, the
# chance that at least one exceeds it is about one in five.) This is *McNemar's test*, a *paired* test:
# it makes use of the fact that both nets saw the same images. (A test for two independent samples would be
# wrong here.)
#
# The paper's tables give only $b - c$, since the first net is wrong on $b$ images and
# on those that both get wrong, and the second on $c$ images and on the same ones. So
# $b - c$ is the difference of the errors times 50,000. The tables do not give $b + c$,
# the number of images on which the nets disagree. But this number has limits:
#
# - It is at least $b - c$: in that case $c = 0$, and whatever the first net gets right
#   the second gets right, too.
# - It is at most the sum of both nets' errors: in that case no image is wrong for both.
#
# Significance sets a limit, too: $|z| > 1.96$ means $b + c < (|b - c| / 1.96)^2$. The
# errors are rounded to 0.1 %, so a difference can be up to 0.1 points smaller than it
# looks. To be on the safe side, we take 0.1 off:


# %%
def disagreement(first, second, images=50_000):
    """Shares of images, in %: the least and most possible, and the limit of significance."""
    difference = max(0, abs(first - second) - 0.1)
    limit = (difference / 100 * images / 1.96) ** 2 / images * 100
    return difference, limit, first + second


compared = [("A", "A-LRN"), ("A", "B"), ("B", "C"), ("C", "D"), ("D", "E")]
possible = {f"{a}, {b}": disagreement(error[a], error[b]) for a, b in compared}
for pair, (least, limit, most) in possible.items():
    where = f"below {limit:.1f} %" if limit < most else "everywhere"
    where = where if limit > least else "nowhere"
    print(f"{pair:9} possible {least:.1f} to {most:.1f} %, significant {where}")


def independent(first, second):
    """The disagreement in % if the errors were independent: only one net is wrong."""
    return first * (100 - second) / 100 + second * (100 - first) / 100


chance = [independent(error[a], error[b]) for a, b in compared]
family.split_ranges(
    possible,
    "images on which the nets disagree, %",
    ("significant", "not significant"),
    ("if independent", chance),
).describe(
    "For five pairs of nets, all possible shares of images on which they disagree. For A "
    "and B, and for C and D, the difference is significant over the whole range; for B "
    "and C up to 33 %, for D and E up to 5 %, and for A and A-LRN nowhere. With "
    "independent errors the nets would disagree on 39 to 42 %."
)

# %% [markdown]
# - **C, D** and **A, B**: the limit lies above everything that is possible. However the
#   errors overlap, the difference is more than chance in the choice of images.
# - **B, C**: significant if the nets disagree on less than 33 % of the images (without
#   rounding, 47 %). Two nets whose errors are independent would disagree on
#   $0.287 \cdot 0.719 + 0.713 \cdot 0.281 = 41$ % (the black mark), and trained nets
#   usually share many errors. So it is probably significant, but the tables do not prove it.
# - **D, E**: only if they disagree on less than 5 % (12 % without rounding). **A, A-LRN**:
#   even without rounding, only below 1.3 %, which is hardly possible for two nets that were
#   trained separately. To know, one needs the predictions.
#
# There is a second kind of chance: each number comes from *one* training. Other initial
# weights and a different order of the images give a different error. The paper does not
# say by how much it differs. This project trains the family on a small scale, on
# CIFAR-10 with three seeds (`benchmarks/paper/results.md`). There, on average, B is
# better than B-5x5, and E is worse than D; the differences between B and C, and between
# C and D, are within the spread of the seeds.
#
# ## The winner: GoogLeNet
#
# VGG was second in the classification task of 2014. *GoogLeNet* (Szegedy and others) won,
# with 22 layers with weights from the image to the classes and a twentieth of the
# parameters. Here it is beside VGG-16. Boxes are grouped by the size of the map; the
# number in a box is the number of channels after it. Thin green bars are max-pools;
# GoogLeNet's last one is a mean.

# %%
google = models.googlenet(initializer="zeros")
both = {"VGG-16 (D)": nets["D"], "GoogLeNet": google}
family.side_by_side(both, IMAGE).describe(
    "VGG-16 and GoogLeNet as columns, aligned by the size of the map. GoogLeNet is at 28×28 "
    "after three convolutions and two pools, and has nine inception blocks; in place of "
    "two layers of 4096 units it takes the mean of each channel."
)

# %% [markdown]
# GoogLeNet shrinks the map early: a 7×7 with stride 2 and two pools leave 28×28 after three
# convolutions. VGG does 60 % of its multiplications before its map is that small. Then come
# nine *inception blocks*. In a block, four branches read the same input side by side, and
# their channels are joined (`layers.Concat`):

# %%
block = google["inception3a"]
for name, branch in block.layers.items():
    shapes = " → ".join(
        f"{layer.kernel_size[0]}×{layer.kernel_size[0]}, {layer.weight.data.shape[0]}"
        for layer in branch.descendants()
        if isinstance(layer, layers.Conv2d)
    )
    print(f"{name}: {shapes} filters")

# %% [markdown]
# This is torchvision's version of the net: its third branch has 3×3 filters. In the GoogLeNet
# paper they are 5×5, and so they are in the next figure and the calculation below it. The counts of
# the whole net further down are again those of torchvision's version. (With the 5×5 filters it would
# have 0.4 million parameters and 0.1 billion multiply-adds more. torchvision also added batch
# normalisation, which lesson 11 explains.)

# %%
family.inception_block(
    [
        ["1×1\n64"],
        ["1×1\n96", "3×3\n128"],
        ["1×1\n16", "5×5\n32"],
        ["pool 3×3\n192", "1×1\n32"],
    ],
    "192 channels of 28×28",
    "64 + 128 + 32 + 32 = 256 channels of 28×28",
).describe(
    "The paper's first inception block: 192 channels go into four branches, 1×1; 1×1 then "
    "3×3; 1×1 then 5×5; pool then 1×1. The outputs are joined to 256 channels."
)

# %% [markdown]
# The 1×1 convolutions before the larger ones *reduce* the channels. Take the third branch.
# Directly from 192 channels to 32, each pixel costs
# $192 \cdot 5^2 \cdot 32$ multiplications. With 16 channels in between, it is
# $192 \cdot 16 + 16 \cdot 5^2 \cdot 32$:

# %%
direct = 192 * 5**2 * 32
reduced = 192 * 16 + 16 * 5**2 * 32
print(
    f"direct {direct:,}, through 16 channels {reduced:,}: {100 * reduced / direct:.0f} %"
)


def draw_reduction(between=16):
    widths = np.arange(1, 193)
    cost = 192 * widths + widths * 25 * 32
    curves = {"direct": np.full(192, direct), "with 1×1": cost}
    picture = figures.lines(
        widths,
        curves,
        "channels between",
        "multiplications a pixel",
        width=4.6,
        colours=[figures.ORANGE, figures.BLUE],
    )
    share = f"{100 * cost[between - 1] / direct:.0f} %"
    picture.axes[0].plot(between, cost[between - 1], "o", color="black")
    picture.axes[0].set_ylim(0)
    picture.axes[0].set_title(f"{between} channels between: {share}", fontsize=10)
    return picture.describe(
        f"The cost with a 1×1 before the 5×5 is a rising line. With {between} channels "
        f"between it is {share} of the direct cost; only from 155 on does it save "
        "nothing."
    )


slider(draw_reduction, between=(1, 192))

# %% [markdown]
# ### Where the other parameters went
#
# VGG flattens its last map, 512 × 7 × 7 = 25,088 numbers, for a fully connected layer of
# 4096 units: this layer alone has 103 million parameters (lesson 4). GoogLeNet takes the
# *mean* of each of its 1024 last channels (*global average pooling*, after Lin and others
# 2013), and has a single fully connected layer from 1024 numbers to 1000 classes.

# %%
rows = {
    "VGG-16": models.summary(nets["D"], IMAGE),
    "GoogLeNet": models.summary(google, IMAGE),
}


def shares(summary):
    """Parameters in millions: fully connected layers, and all others."""
    dense = sum(
        r.parameters for r in summary.rows if isinstance(r.layer, layers.Linear)
    )
    return (summary.parameters - dense) / 1e6, dense / 1e6


convolutions, dense = np.transpose([shares(summary) for summary in rows.values()])
for name, summary in rows.items():
    print(
        f"{name:10}{summary.parameters:>12,} parameters,"
        f"{summary.macs / 1e9:5.1f} billion multiply-adds"
    )
pooled_head = 512 * 1000 + 1000
print(
    f"VGG-16's convolutions with a pooled head: {convolutions[0] + pooled_head / 1e6:.1f} M"
)
figures.bars(
    list(rows),
    {"convolutions": convolutions, "fully connected": dense},
    "parameters, millions",
    width=4.6,
).describe(
    "Parameters of VGG-16, 138 million of which 124 million are fully connected, and of "
    "GoogLeNet, 6.6 million of which one million is fully connected."
)

# %% [markdown]
# A twentieth of the parameters, a tenth of the multiplications. And the errors, on the test
# images of ILSVRC 2014? (*Top-5 error*: the label is not among the five most probable
# classes.)

# %%
errors = paper_tables.SUBMITTED | paper_tables.FEWER_NETS  # Table 7
for name in ("7 nets", "2 nets", "1 net"):
    for family_name in ("GoogLeNet", "VGG"):
        if f"{family_name}, {name}" in errors:
            print(f"{name:7} {family_name:10}{errors[f'{family_name}, {name}']} %")

# %% [markdown]
# In the competition GoogLeNet won: 6.7 %, against 7.3 % for VGG, each with seven nets whose
# probabilities were averaged. Among *single* nets, VGG has the lower error: 7.0 %
# against 7.9 %. (VGG's Table 7 lists the last number for the test images; GoogLeNet's
# paper, §7, compares its own nets on validation images.) Two VGGs, combined after the
# competition, reach 6.8 %. Which is better? As an entry, GoogLeNet; as a single net,
# VGG; in cost, GoogLeNet by far. (And the two papers test in different ways.) **Compare
# errors and costs together, and like with like.**
#
# ### Average pooling: before or after what?
#
# When VGG tests on an image larger than 224 pixels, its fully connected layers become
# convolutions and give a *class map*: the scores of all classes at several positions
# (lesson 9 explains it; the rest of this section can wait until then). The paper averages
# this map. Blog posts call that "global average pooling".
# Are the two the same? It depends on what lies between the mean and the scores.
#
# - The mean and a *linear* layer can be swapped: $W\,\overline{x} = \overline{W x}$. So to
#   average the map of scores is to average the map of the last hidden layer, and then
#   apply the last layer.
# - The mean and ReLU or softmax cannot. Averaging before the hidden layers, as GoogLeNet
#   does with the last convolution's map, gives a different net, which must be trained
#   in that form.
#
# We measure this with the small VGG of this package, which was trained on photographs
# of 32×32 pixels, on 200 random crops of 64×64 from one photograph:

# %% tags=["claim-gap"]
run = Run.open("cifar10")
net = models.to_fully_convolutional(run.net().eval(), (3, 32, 32))
path = matplotlib.cbook.get_sample_data("grace_hopper.jpg", asfileobj=False)
photograph = data.Rescale(160)([data.read_image(path)])[0]
corners = np.random.default_rng(0).integers(0, 96, (200, 2))
crops = np.stack([photograph[:, i : i + 64, j : j + 64] for i, j in corners])

*before, last = net["classifier"]
hidden = net["features"](backend.to_device(run.normalize(crops)))
for layer in before:
    hidden = layer(hidden)
scores = last(hidden)  # the class map, before softmax
mean_last = last(hidden.mean(axis=(2, 3), keepdims=True))[:, :, 0, 0]
hidden_map, class_map = backend.to_numpy(hidden), backend.to_numpy(scores)
print("class map of one crop:", class_map.shape[1:])
gap = abs(backend.to_numpy(mean_last) - class_map.mean(axis=(2, 3))).max()
print(f"mean of scores against scores of the mean: differ by {gap:.0e}")

softmax_last = ops.softmax(class_map.mean(axis=(2, 3)))
softmax_first = ops.softmax(class_map).mean(axis=(2, 3))
apart = abs(softmax_last - softmax_first).max(axis=1)
other = (softmax_last.argmax(axis=1) != softmax_first.argmax(axis=1)).sum()
print(f"softmax last or first: probabilities differ by up to {apart.max():.2f}")
print(f"and the most probable class differs for {other} of {len(crops)} crops")

# %% [markdown]
# So the order changes the probabilities, and for some crops the answer. (One photograph,
# and crops larger than the images the net was trained on: this shows that the order can
# matter, not how often it does.) The paper says that the class score map is averaged;
# it leaves open whether softmax comes before or after. This package applies softmax
# first, and says so (`docs/guides/protocol.md`).
#
# ## What write-ups get wrong
#
# Found in blog posts and tutorials:
#
# - *"11 to 25 layers"*: 11 to 19. *"Every convolution is 3×3 with padding 1"*: C has three
#   of 1×1 without padding.
# - *"Accuracy keeps growing with depth"*: from D to E the top-1 error rises by 0.3 points at $S = 256$
#   and falls by 0.1 with random $S$.
# - *"LRN harms accuracy"*: a tenth of a point is too little to tell.
# - *"Small filters lose less information"*: not an argument of the paper, which names two:
#   more non-linearities, and fewer parameters for the same receptive field. The maps have
#   the same size in B and in B-5x5.
# - *"A 1×1 convolution is a linear transformation"*, and no more: the paper adds the ReLU
#   after it, which is the point.
# - *"VGG uses global average pooling"*: it averages its class map, at test time.

# %% tags=["claim-information"]
for name in ("B", "B-5x5"):
    print(f"{name:6} last map {nets[name]['features'].output_shape(IMAGE)}")

# %% tags=["tests"]
# The statements of this page, as assertions.
assert change["A", "A-LRN"][:4] == [0, 0, 0, 0]
assert change["B", "C"][:3] == [3, 3, 0]
assert round(change["B", "C"][3], 1) == 0.6
assert change["C", "D"][:3] == [0, 0, 56]
assert round(change["C", "D"][3], 1) == 4.7
assert change["B-5x5", "B"][:3] == [5, 5, 0]
assert round(change["B-5x5", "B"][3], 1) == -1.5
assert all(value > 0 for value in change["A", "B"])
fields = [table[name]["receptive field at pool5"] for name in "BCD"]
assert fields == [156, 156, 212]
shares_of = {pair: np.round(row, 1).tolist() for pair, row in possible.items()}
assert shares_of["A, A-LRN"] == [0, 0, 59.3]
assert shares_of["B, C"] == [0.5, 32.5, 56.8]
assert shares_of["D, E"] == [0.2, 5.2, 54.3]
for pair in ("A, B", "C, D"):
    least, limit, most = possible[pair]
    assert limit > most  # significant wherever it is
    assert (
        least / 100 * 50_000 / np.sqrt(most / 100 * 50_000) > 1.96
    )  # z is large enough
unrounded = {
    (a, b): (abs(error[a] - error[b]) * 500 / 1.96) ** 2 / 500 for a, b in compared
}
assert round(unrounded["B", "C"]) == 47
assert round(unrounded["D", "E"]) == 12
assert round(unrounded["A", "A-LRN"], 1) == 1.3
assert round(100 * (0.287 * 0.719 + 0.713 * 0.281)) == 41
assert rows["GoogLeNet"].parameters == 6_624_904
assert rows["VGG-16"].parameters == 138_357_544
assert 20 < rows["VGG-16"].parameters / rows["GoogLeNet"].parameters < 22
assert 10 < rows["VGG-16"].macs / rows["GoogLeNet"].macs < 11
assert round(dense[0]) == 124
large = [r.macs for r in rows["VGG-16"].rows if r.output_shape[1:] >= (56, 56)]
assert round(sum(large) / rows["VGG-16"].macs, 2) == 0.60
assert round(convolutions[0] + pooled_head / 1e6, 1) == 15.2
assert block.output_shape((192, 28, 28)) == (256, 28, 28)
assert 192 * 154 + 154 * 25 * 32 < direct < 192 * 155 + 155 * 25 * 32
submitted = paper_tables.SUBMITTED
assert (submitted["GoogLeNet, 7 nets"], submitted["VGG, 7 nets"]) == (6.7, 7.3)
fewer = paper_tables.FEWER_NETS
assert (fewer["VGG, 1 net"], fewer["GoogLeNet, 1 net"]) == (7.0, 7.9)
assert fewer["VGG, 2 nets"] == 6.8
assert 39 < min(chance) < max(chance) < 42
assert round(chance[2]) == 41
# claim-layers
counts = [table[name]["layers with weights"] for name in NAMES]
assert counts == [11, 11, 13, 16, 16, 19]
# claim-kernels
found = {
    (layer.kernel_size, layer.padding)
    for layer in nets["C"]["features"]
    if isinstance(layer, layers.Conv2d)
}
assert found == {((3, 3), (1, 1)), ((1, 1), (0, 0))}
# claim-one-by-one-linear
assert difference < 1e-12
assert np.allclose(without_relu, one)
assert abs(with_relu + opposite).max() > 1
assert np.allclose(ops.conv2d(-x, merged)[0], -one)
ones = [
    layer
    for layer in nets["C"]["features"]
    if isinstance(layer, layers.Conv2d) and layer.kernel_size == (1, 1)
]
assert [layer.weight.data.shape[:2] for layer in ones] == [(256, 256)] + 2 * [
    (512, 512)
]
# claim-depth
assert error == {"A": 29.6, "A-LRN": 29.7, "B": 28.7, "C": 28.1, "D": 27.0, "E": 27.3}
assert error["A"] > error["B"] > error["C"] > error["D"] < error["E"]
assert jitter[3:] == [27.3, 25.6, 25.5]
# claim-gap
assert gap < 1e-3
assert apart.max() > 0.05
assert 0 < other < len(crops) / 4
# claim-information
shape = (512, 7, 7)
assert all(nets[n]["features"].output_shape(IMAGE) == shape for n in ("B", "B-5x5"))

# %% [markdown]
# ## Exercises
#
# Replace the three dots with your answer and run the cell. `hint("7.1")` prints the first of three
# hints, and `solution("7.1")` the worked answer.

# %% [markdown]
# **7.1** C → D changes context and parameters together. To separate them, replace C's 1×1
# convolution from 256 to 256 channels not with D's 3×3, but with two convolutions without a
# ReLU between them: a 1×1 from 256 to m channels, and a 3×3 from m to 256. What is the largest
# m for which the two together have no more weights than C's 1×1? (Do not count biases.)

# %%
check(..., "7.1")

# %% [markdown]
# **7.2** Two nets are tested on the same images. The first net alone is right on 130 images,
# the second alone on 100. What is the absolute value of z in McNemar's test, to six significant
# digits?

# %%
check(..., "7.2")

# %% [markdown]
# **7.3** Write a function that computes the shapes of a VGG net's maps from its
# configuration, such as [64, 64, "M", (128, 1), "M"]: a list with (C, H, W) after each
# item, for an image of shape input_shape = (C, H, W). Convolutions keep height and width;
# a pool halves them, rounded down.


# %%
def my_layer_shapes(configuration, input_shape): ...


check(my_layer_shapes, "7.3")

# %% [markdown]
# In the package, one loop builds every net from its line: `vgg` in
# `minivgg/models/vgg.py`. The assignment [`architecture`](assignments/README.md) asks for
# the shapes, the parameters and the receptive field.

# %% [markdown]
# ## In five lines
#
# - One line of data describes a net; A to E have 11, 13, 16, 16 and 19 layers with weights.
# - Ask what else changes: C → D adds context *and* 4.7 million parameters.
# - A 1×1 convolution mixes channels at each pixel; its ReLU keeps it from merging with the
#   layer before. GoogLeNet reduces channels with it.
# - Two nets on the same images need a paired test: from the tables, C against D is more
#   than chance in the images, and D against E is not decided.
# - GoogLeNet averages its last maps in place of large fully connected layers: a twentieth
#   of VGG's parameters.
