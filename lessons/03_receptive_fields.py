# %% [markdown]
# # 3 · Receptive fields
#
# *What you will know afterwards:* how many pixels of the image a unit sees, and why; how to compute this for any net, padding included; and why three 3×3 filters see as much as one 7×7 filter, what they cost and what they cannot do.
#
# The paper: §2.1 (why 3×3) and §2.3 (three 3×3 against one 7×7). Here: `minivgg/analysis/receptive_field.py` (the recurrence), `minivgg/analysis/trace.py` (the same for a whole net).
#
# Reading time: about 50 minutes, and 40 more for the optional part *Going further* after the exercises, which may wait until after lesson 8; the code runs in about 20 seconds. You need lessons 1 and 2. Afterwards: assignment 7, `architecture`, function `receptive_field` (`lessons/assignments/README.md`).

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
from minivgg import backend, data, layers, models, ops, optim
from minivgg.analysis import trace
from minivgg.classroom import check, guess, hint, slider, solution
from minivgg.plots import fields, figures, pyramid
from minivgg.training.trainer import Trainer

# %% [markdown]
# ## A question first
#
# A *unit* is one number of a feature map. A 3×3 convolution computes each unit from 3×3 units of the map below it. Stack three such convolutions on an image. **How many pixels of the image, along one axis, does one unit of the third layer depend on? Write your guess down, in place of the dots:** 5, 7, 9 or 27?

# %%
guess("3", ...)

# %% [markdown]
# ## Walk down from one unit
#
# Look along one axis first. Each row of dots below is a layer, and the lowest row is the image. Start at the unit at the top. Its kernel covers 3 neighbouring units of layer 2. Each of these covers 3 units of layer 1, but neighbouring kernels overlap, so together they cover 5, not 9. One layer further down the count is 7.

# %%
pyramid.side_view([(3, 1), (3, 1), (3, 1)]).describe(
    "Side view of three 3×3 convolutions: 1 unit of layer 3 is computed from 3 "
    "units of layer 2, from 5 units of layer 1 and from 7 pixels. Its right "
    "neighbour sees 7 pixels as well, one pixel further right."
)

# %%
guess("3")

# %% [markdown]
# The answer is **7**. The pixels that a unit depends on are its *receptive field*. With both axes taken together it is a square of 7×7 pixels, exactly the square that one 7×7 convolution would see. This is the starting point of the paper's §2.3. Here is the same pyramid in perspective, on top of a photograph. The photograph is the portrait of Grace Hopper that comes with matplotlib, cropped to 224×224 pixels, the size of VGG's input; the picture shows 9×9 of its pixels, at the inner corner of an eye.

# %%
file = matplotlib.cbook.get_sample_data("grace_hopper.jpg", asfileobj=False)
to_224 = data.Compose([data.Rescale(224), data.CenterCrop(224)])
photograph = np.rint(to_224([data.read_image(file)])[0]).astype(np.uint8)
pyramid.squares((1, 3, 5, 7), photograph[:, 59:68, 104:113]).describe(
    "Four maps in perspective, one above the other: a unit of layer 3 sees 3×3 "
    "units of layer 2, 5×5 units of layer 1 and 7×7 pixels of the photograph."
)

# %% [markdown]
# Where on the photograph are these pixels? Each further layer adds a border of one pixel to what a unit sees:

# %%
fields.enlarged(photograph, 63, 108, (3, 5, 7)).describe(
    "The photograph, and a part of 17×17 pixels of it enlarged, with frames of 3×3, "
    "5×5 and 7×7 pixels around one pixel: each further layer adds a border of one "
    "pixel."
)

# %% [markdown]
# ## The rule, step by step
#
# Two numbers describe how the units of a layer see the image along one axis:
#
# - $r$, the *receptive field*: how many pixels one unit sees;
# - $j$, the *jump*: how many pixels further to the right the next unit's field begins.
#
# A pixel sees itself, so the image has $r = 1$ and $j = 1$. Now add a layer with kernel size $k$ and stride $s$.
#
# **Step 1: why $k - 1$, and why times $j$.** The kernel covers $k$ neighbouring units. The first of them sees $r$ pixels. The second sees as many, but its field begins $j$ pixels further right, so it adds only $j$ new pixels. So does each of the $k - 1$ units after the first. Below, the units under a 3×3 kernel see $r = 6$ pixels each and lie $j = 2$ pixels apart, as after VGG's first max-pool:

# %%
pyramid.staggered(r=6, j=2, kernel=3).describe(
    "Three bars of 6 pixels, each 2 pixels further right than the one above: "
    "together they cover 6 + 2·2 = 10 pixels."
)

# %% [markdown]
# $$r_{\text{new}} = r + (k - 1) \cdot j$$
#
# (If $j$ is larger than $r$, there are gaps between the fields. Then $r$ is the extent of the field, first and last pixel included, and not all pixels within it are seen.)
#
# **Step 2: why $j$ is multiplied by $s$.** The next unit of the new layer has its kernel $s$ units further right. Each of these steps is $j$ pixels long:
#
# $$j_{\text{new}} = j \cdot s$$
#
# The stride of a layer does not change the layer's own field; it spreads the units out, so that every *later* kernel covers more pixels. A max-pool counts as a layer like any other: VGG's have $k = 2$ and $s = 2$. ReLU works on each unit alone ($k = s = 1$) and changes nothing.
#
# **Closed form.** Apply both rules from the first layer to layer $L$. The jump before layer $l$ is the product of all strides before it, so
#
# $$r_L = 1 + \sum_{l=1}^{L} (k_l - 1) \prod_{m=1}^{l-1} s_m, \qquad j_L = \prod_{m=1}^{L} s_m$$
#
# (For $l = 1$ the product is empty, and counts as 1.) With $n$ layers of 3×3 and stride 1 all products are 1, and $r = 1 + 2n$: 3, 5, 7, 9 …
#
# **In the explorer**, `explorer.html#task=field` ([how to open it](../docs/guides/explorer.md#tasks)) asks what a max-pool in the middle of four convolutions does to the field of the last one.

# %% [markdown]
# ### Move it
#
# How fast does the pyramid grow with more layers, a larger kernel, a larger stride? (Without sliders, the picture shows two layers of 3×3 with stride 2.)


# %%
def draw(layers=2, kernel=3, stride=2):
    return pyramid.side_view([(kernel, stride)] * layers).describe(
        f"Side view of {layers} layers with kernel size {kernel} and stride {stride}."
    )


slider(draw, layers=(1, 4), kernel=(1, 7, 2), stride=(1, 2))

# %% [markdown]
# ## Every layer of VGG-16
#
# VGG-16 has five blocks of 3×3 convolutions with stride 1: two in each of the first two blocks, three in each of the others. After each block comes a 2×2 max-pool with stride 2. **How many pixels does a unit of pool5, the last max-pool, see along one axis: 32, 212 or 308?** Use the rule or guess.

# %%
guess("3b", ...)

# %% [markdown]
# `trace` follows a net layer by layer, without running it, and gives $r$ and $j$. The cell prints them with the sums behind them. Check a few lines by hand.

# %%
net = models.vgg16(initializer="zeros")  # only its shape matters here
names = {path: name for name, path in models.layer_paths(net).items()}
rows = [row for row in trace(net, net.input_shape) if row.name in names]
rows = [row for row in rows if not names[row.name].startswith("fc")]
r, j = 1, 1
for row in rows:
    k, s = row.layer.kernel_size[0], row.layer.stride[0]
    seen = row.receptive_field[0]
    new_r = f"r = {r:3} + {k - 1}·{j:<2} = {seen.size:3}"
    new_j = f"j = {j:2}·{s} = {seen.jump:2}"
    print(f"{names[row.name]:8} {k}×{k}   {new_r}   {new_j}")
    r, j = seen.size, seen.jump

# %%
guess("3b")

# %% [markdown]
# The answer is **212**; the image has 224 pixels. The three fully connected layers follow, and their units see the whole image: fc6 covers all 7×7 units of pool5, that is $212 + 6 \cdot 32 = 404$ pixels, more than the image has.
#
# Each convolution of block 1 adds 2 pixels, each of block 5 adds 32. **Every layer adds to the field; strides increase what the later layers add.** Without the pools, thirteen 3×3 convolutions would see only 27 pixels.

# %% [markdown]
# ## Where a field lies: start and padding
#
# The rule gives the size of a field. Where does it lie? Let $c$ be the centre of the first unit's field, in pixels from the left edge of the image. The first pixel reaches from 0 to 1, so the image has $c = \tfrac12$. The first kernel, without padding, covers the units $0, 1, \dots, k - 1$; its middle is $(k - 1)/2$ units to the right of unit 0. Padding $p$ moves the first kernel $p$ units to the left. Neighbouring units are $j$ pixels apart, so
#
# $$c_{\text{new}} = c + \left(\frac{k - 1}{2} - p\right) \cdot j$$
#
# Unit number $i$ (counted from 0) then sees the pixels from $c + i \cdot j - r/2$ to $c + i \cdot j + r/2$. A 3×3 with padding 1 does not move $c$: each unit is exactly above the middle of its window. A 2×2 pool moves $c$ by half a unit. (`trace` does not compute $c$, so the cell does.)

# %%
centres, c, j = {}, 0.5, 1
for row in rows:
    k, p = row.layer.kernel_size[0], row.layer.padding[0]
    c += ((k - 1) / 2 - p) * j
    j = row.receptive_field[0].jump
    centres[names[row.name]] = c
print({name: c for name, c in centres.items() if name.startswith("pool")})

# %% [markdown]
# With these three numbers, $r$, $j$ and $c$, every field can be drawn. Here are the fields of some layers on the photograph: convolutions in blue, max-pools in green, each with its size in pixels. From each layer, the cell takes a unit as near as possible to the middle of the photograph. (The fields do not all have the same centre, since units of deep layers are many pixels apart.)


# %%
def field_of(row, i):
    """Top (or left) edge and size of the field of unit i, in pixels."""
    seen = row.receptive_field[0]
    return centres[names[row.name]] + i * seen.jump - seen.size / 2, seen.size


nested = {}
for row in rows:
    name = names[row.name]
    i = round((112 - centres[name]) / row.receptive_field[0].jump)
    start, size = field_of(row, i)
    colour = figures.GREEN if name.startswith("pool") else figures.BLUE
    nested[name] = (f"{name}: {size}", start, start, size, colour)
large = ("pool3", "pool4", "conv5_1", "conv5_2", "pool5")
fields.frames(photograph, [nested[name] for name in large]).describe(
    "Square frames on the photograph: a unit of pool3 sees the mouth and the chin, one of "
    "pool4 most of the face, one of pool5 nearly all of the photograph."
)

# %% [markdown]
# Here are the smaller fields, on an enlarged section of 56×56 pixels:

# %%
small = ("conv1_2", "conv2_1", "conv2_2", "conv3_1", "conv3_2", "conv3_3", "pool3")
fields.frames(photograph, [nested[name] for name in small], (85, 85, 56)).describe(
    "The middle of the same photograph, enlarged: the fields grow from 5 pixels for "
    "conv1_2 to 40 for conv3_3 and 44 for pool3."
)

# %% [markdown]
# ### At the border, units see zeros
#
# pool5 has 7×7 units, and the field of each is nearly as large as the image. **How many of these 49 units see nothing but image: 1, 9, 25 or 49?**

# %%
guess("3c", ...)

# %% [markdown]
# Look along one axis. The field of unit 0 has its centre at 16 and is 212 pixels wide, so it begins 90 pixels *outside* the image. There is nothing to see there but the zeros that padding has put around the maps of every layer.

# %%
last = rows[-1]
starts = [field_of(last, i)[0] for i in range(7)]
print("pool5, unit 0 … 6, along one axis:")
print([f"{start:.0f} to {start + 212:.0f}" for start in starts])
marked = [
    ("unit (0, 0)", starts[0], starts[0], 212, figures.ORANGE),
    ("unit (3, 3)", starts[3], starts[3], 212, figures.BLUE),
]
fields.over_the_border(photograph, marked).describe(
    "The photograph inside a grey border of zeros. The field of unit (0, 0) of "
    "pool5 begins 90 pixels above and left of the image; that of unit (3, 3) lies "
    "inside the image."
)

# %%
guess("3c")

# %% [markdown]
# Only **one** unit of the 49, the one in the middle, sees nothing but image. Of the corner unit's field only $122^2/212^2 = 33\,\%$ is image. (So units at the border and in the middle get different inputs, although the filters are the same everywhere. The dots in the picture are the centres of the fields.)

# %% [markdown]
# ## Three checks
#
# The derivation above is the proof. Three independent checks on an example show whether anything was forgotten. Take an image of 10×10 pixels. A 7×7 convolution without padding leaves a 4×4 map, and so do three 3×3: 10 → 8 → 6 → 4.
#
# *By formula:* $1 + 3 \cdot 2 = 7$ and $1 + 1 \cdot 6 = 7$.
#
# *By tracing.* Unit $i$ of a layer is computed from the units $i \cdot s$ to $i \cdot s + k - 1$ of the layer below. Go down layer by layer:


# %%
def traced(layers_of_a_net, unit):
    low = high = unit
    for k, s in reversed(layers_of_a_net):
        low, high = low * s, high * s + k - 1
    return low, high


print("three 3×3:", [traced([(3, 1)] * 3, unit) for unit in range(4)])
print("one 7×7:  ", [traced([(7, 1)], unit) for unit in range(4)])

# %% [markdown]
# *By gradient.* The derivative of a unit with respect to a pixel says how the unit changes with the pixel; where it is not 0, the unit sees the pixel. The backward pass of lesson 2 computes it. `net.backward(dy)` takes the derivatives of a loss with respect to the outputs and returns those with respect to the image. Choose one output as the "loss": its derivative with respect to itself is 1, and with respect to all other outputs it is 0. So set `dy` to 1 at this unit and to 0 elsewhere. With all weights set to 1, nothing can cancel out.


# %%
def stack(*kernels):
    """Convolutions on top of one another, one channel each, every weight 1."""
    convolutions = [layers.Conv2d(1, 1, k, initializer="ones") for k in kernels]
    return layers.Sequential(convolutions).to(dtype=np.float64)


def seen_by(net, size, row, column):
    """The gradient of one unit with respect to an image of size×size pixels."""
    y = net(backend.to_device(np.zeros((1, 1, size, size))))
    dy = 0 * y
    dy[0, 0, row, column] = 1
    return backend.to_numpy(net.backward(dy)[0, 0])


by_three, by_one = seen_by(stack(3, 3, 3), 10, 0, 0), seen_by(stack(7), 10, 0, 0)
print("the same pixels:", np.array_equal(by_three > 0, by_one > 0))
figures.maps(
    [by_three],
    ["three 3×3: gradient of the first unit"],
    numbers=True,
    marks=[[(0, 0, 7, 7, figures.ORANGE)]],
).describe(
    "The gradient of the first unit above three 3×3 with respect to 10×10 pixels: "
    "not 0 in 7×7 pixels, the same that one 7×7 sees (orange frame); 49 in the "
    "middle, 1 in the corners."
)

# %% [markdown]
# All three agree: the unit sees 7×7 pixels, the same ones as one 7×7 convolution (orange frame). But look at the numbers. They count the paths from the unit to each pixel: 49 to the middle pixel, one to each corner. In one 7×7 convolution there is one path to each pixel, with a weight of its own. A unit depends more on the middle of its field than on the border.

# %% [markdown]
# ## The same receptive field, at another price
#
# *Weights.* From $C$ channels to $C$, a layer with $k \times k$ kernels has $k^2C^2$ weights (lesson 4 derives this). One 7×7 has $7^2C^2 = 49C^2$. Three 3×3 have $3 \cdot (3^2C^2) = 27C^2$.

# %% tags=["claim-27c2"]
C = 64


def block(k):
    return [layers.Conv2d(C, C, k, padding=k // 2), layers.ReLU()]


one, three = block(7), block(3) + block(3) + block(3)
cost = {}
for title, parts in (("one 7×7", one), ("three 3×3", three)):
    table = models.summary(layers.Sequential(parts), (C, 56, 56))
    convolutions = [row for row in table.rows if row.macs]  # without the ReLUs
    weights = sum(row.layer.weight.data.size for row in convolutions)
    maps = sum(row.activations for row in convolutions)
    cost[title] = weights, table.macs, maps
    line = f"weights {weights:7,}   multiply-adds {table.macs:11,}   maps {maps:7,}"
    print(f"{title:9} {line}")

# %% [markdown]
# Three percentages are in circulation for these two numbers of weights, and all three are right. They just have different reference points:

# %% tags=["claim-percent"]
small, large = 27, 49
print(f"the 7×7 has {100 * large / small:.0f} % of the stack's weights,")
print(f"which is {100 * (large / small - 1):.0f} % more (the paper's number, §2.3);")
print(f"the stack has {100 * (1 - small / large):.0f} % fewer than the 7×7.")

# %% [markdown]
# *Multiply-adds* have the same ratio 27 : 49, because each weight is used once at each position (lesson 1).
#
# *Memory.* Here stacking costs more. Training keeps the output of every layer for the backward pass (lesson 2). The stack has three maps where the 7×7 has one: **three times the memory for activations**. (Only the outputs of convolutions are counted, since ReLU can overwrite its input. A program that keeps the outputs of the ReLUs as well needs twice as much in either case; the ratio is the same.)
#
# *Non-linearities.* The stack has three ReLUs where the 7×7 has one. The paper gives this as its first reason for small filters (§2.3); the number of weights is the second.

# %% [markdown]
# ## The same receptive field is not the same function
#
# Do three 3×3 *compute* the same as one 7×7? First leave out the ReLUs, and take one channel. Then each layer is linear, and so is the whole stack: it **is** one 7×7 convolution, whose filter comes from combining the three filters. To combine two filters $a$ and $b$, place a copy of $b$ at the position of each weight of $a$, multiplied by that weight, and add up the copies:


# %%
def combine(a, b):
    """The one filter that does what the filters a and b do one after the other."""
    k, m = len(a), len(b)
    both = np.zeros((k + m - 1, k + m - 1))
    for row in range(k):
        for column in range(k):
            both[row : row + m, column : column + m] += a[row, column] * b
    return both


def apply(filters, x, relu):
    for w in filters:
        x = ops.conv2d(x, w[None, None])[0]
        x = np.maximum(x, 0) if relu else x
    return x


# %% tags=["claim-same-function"]
rng = np.random.default_rng(2)
f = rng.standard_normal((3, 3, 3))  # three filters of 3×3
x = rng.standard_normal((1, 1, 10, 10))
seven = combine(combine(f[0], f[1]), f[2])
differences = {}
for relu in (False, True):
    gap = np.abs(apply(f, x, relu) - apply([seven], x, relu)).max()
    differences[relu] = gap
    print(f"{'with' if relu else 'without'} ReLU: largest difference {gap:.2g}")

# %% [markdown]
# Without ReLU there is no difference beyond rounding. With a ReLU after each filter there is a difference, and no other 7×7 filter would remove it. For one filter followed by a ReLU, let $g(x)$ be the output. Then $g(x) - g(-x)$ is the convolution itself, because $\max(a, 0) - \max(-a, 0) = a$. A convolution of a sum $x + z$ is the sum of the convolutions of $x$ and of $z$. Does this also hold for $g(x) - g(-x)$ when $g$ is the stack?


# %%
def odd_part(filters, x):
    return apply(filters, x, relu=True) - apply(filters, -x, relu=True)


z = rng.standard_normal(x.shape)
not_additive = {}
for title, filters in (("one 7×7", [seven]), ("three 3×3", f)):
    of_sum = odd_part(filters, x + z)
    sum_of = odd_part(filters, x) + odd_part(filters, z)
    not_additive[title] = np.abs(of_sum - sum_of).max()
    print(f"{title}, with ReLU: largest difference {not_additive[title]:.2g}")

# %% [markdown]
# No: for the stack the two results differ. With ReLUs it computes something that no single 7×7 with a ReLU can.
#
# Without ReLUs, every stack is a 7×7. The reverse is not true: three filters have only 27 weights, and a 7×7 has 49. So most 7×7 filters cannot be made from three 3×3. (*Going further*, after the exercises, shows which can.)

# %% [markdown]
# ## Regularisation: what is shown, and what is not
#
# The paper (§2.3) reads the stack as a *regularisation* of the 7×7: the large filter is forced to be a combination of 3×3 filters, with non-linearities in between. Regularisation is any restriction that is meant to keep a net from *overfitting*, that is, from fitting its training images better and better without getting better on new ones. How much of the paper's reading is known to be true?

# %% tags=["claim-regularisation"]
stack_weights, large_weights = 3 * 3**2, 7**2
percentage = 100 * stack_weights / large_weights
print(f"the stack has {percentage:.0f} % of the weights of a 7×7")

# %% [markdown]
# *Computed:* the stack has fewer weights, and without ReLU it is restricted to a part of the 7×7 filters. *Reported* (§4.1): when each pair of 3×3 in net B is replaced with one 5×5, the top-1 error on the validation images, measured on the centre crop, is 7 % higher. (The paper does not say whether this means percentage points or per cent of the error.) *Not shown:* that less overfitting is the cause. The paper gives no training errors for this pair, and the two nets differ in the number of ReLUs, too. That stacks of small filters prevent overfitting is a hypothesis.

# %% [markdown]
# ## Why 3×3, and not 2×2?
#
# The paper's reason (§2.1): 3×3 is the smallest size that has left and right, up and down, and a centre. This can be computed. For each kernel size, where are the units of a window, measured from its middle? And how many of 32 units are left with padding 0, 1 and 2?

# %% tags=["claim-smallest"]
for k in (1, 2, 3, 4, 5):
    offsets = [i - (k - 1) / 2 for i in range(k)]
    left = [32 + 2 * p - k + 1 for p in (0, 1, 2)]
    print(f"{k}×{k}: units at {offsets}, 32 become {left}")

# %% [markdown]
# An even kernel has no unit at 0, so no centre: its outputs lie *between* the units below, and no padding that is equal on both sides keeps 32 at 32. A 1×1 has a centre, but no neighbours. The first size with a centre (0) and both neighbours (−1 and 1), along each axis, is 3×3. Larger odd sizes have them too, with more weights.

# %% [markdown]
# ## AlexNet's large first step
#
# AlexNet begins with 11×11 at stride 4, and its pools overlap (3×3 at stride 2). How do the two nets compare?

# %%
kinds = layers.Conv2d | layers.MaxPool2d
grown = {}
for title, net in (("VGG-16", models.vgg16), ("AlexNet", models.alexnet)):
    net = net(initializer="zeros")
    traced_rows = trace(net, net.input_shape)
    windows = [row for row in traced_rows if isinstance(row.layer, kinds)]
    grown[title] = [row.receptive_field[0].size for row in windows]
figures.lines(
    range(1, 19),
    grown,
    "layers (convolutions and max-pools)",
    "receptive field, pixels",
    width=4.8,
).describe(
    "Receptive field against the number of layers: AlexNet reaches 195 pixels after "
    "8 layers, VGG-16 212 after 18."
)

# %% [markdown]
# Both end near 200 pixels. AlexNet gets there in 8 layers, VGG-16 in 18, with 13 non-linearities on the way instead of 5. VGG needs seven layers to see as far as AlexNet does after two.

# %% [markdown]
# ## Beyond chains: branches and gaps
#
# - *Branches side by side*, whose outputs are joined (GoogLeNet) or added (the shortcuts of lesson 11): the unit sees whatever any of its paths sees, that is, the union of their fields. If all are centred on the same pixel, as with symmetric padding, the union is the largest of them.
# - *Dilation* $d$: a kernel whose $k$ weights lie $d$ units apart spans $d \cdot (k - 1) + 1$ units. Use this number as $k$.

# %%
inception = layers.Concat(
    layers.Conv2d(8, 8, 1),
    layers.Sequential(
        layers.Conv2d(8, 8, 3, padding=1), layers.Conv2d(8, 8, 3, padding=1)
    ),
)
dilated = layers.Conv2d(8, 8, 3, padding=2, dilation=2)
for title, part in (("1×1 beside two 3×3", inception), ("3×3, dilation 2", dilated)):
    seen = trace(layers.Sequential(part), (8, 32, 32))[-1].receptive_field[0].size
    print(f"{title}: {seen}×{seen}")

# %% [markdown]
# ## What popular write-ups get wrong
#
# These claims are repeated in blog posts and tutorials about VGG. Each is dealt with above or in the next cell.
#
# - *"$3^2C^2 = 27C^2$."* One layer has $3^2C^2 = 9C^2$ weights; three have $3 \cdot (3^2C^2) = 27C^2$.
# - *"81 % more" against "181 %" against "45 % fewer".* All three describe 27 and 49 (see above).
# - *"Three 3×3 do the same as one 7×7."* They see the same pixels, but compute different functions of them.
# - *"Small filters prevent overfitting, as the paper proves."* The paper argues from regularisation, and measures validation errors only.
# - *"ERF is the number of pixels that a unit sees."* That number is the (theoretical) receptive field. The *effective* receptive field is the part of it that influences the unit noticeably, and is smaller; *Going further* measures it.
# - *"A unit of pool5 in VGG-16 sees 308 pixels"*, from doubling $r$ at every pool. It is $j$ that doubles.

# %% tags=["claim-308"]
wrong = 1
for item in models.CONFIGURATIONS["D"].layers:
    wrong = 2 * wrong if item == "M" else wrong + 2
print(
    "doubling r at every pool:",
    wrong,
    "  r of pool5:",
    rows[-1].receptive_field[0].size,
)

# %% [markdown]
# ## Exercises
#
# Replace the three dots with your answer and run the cell. `hint("3.1")` prints the first of three hints, then the next one each time you run it again; `solution("3.1")` shows a worked answer. For 3.3, `check` runs your function on many inputs and, if it can, names the mistake.

# %% [markdown]
# **3.1** A net consists of a 3×3 convolution with stride 2, a 3×3 convolution with stride 1, and a 2×2 max-pool with stride 2, in this order. How many pixels does a unit of the max-pool see along one axis?

# %%
check(..., "3.1")

# %% [markdown]
# **3.2** The net of 3.1 is applied to images of 35×35 pixels. Its first convolution has padding 1; its second convolution and its max-pool have no padding, so its output has 8×8 units. How many of them see only pixels of the image, and no padding?

# %%
check(..., "3.2")

# %% [markdown]
# **3.3** Write a function that takes a list of (kernel, stride), one pair for each layer from the first to the last, and returns r and j after the last layer.


# %%
def my_receptive_field(layers): ...


check(my_receptive_field, "3.3")

# %% [markdown]
# Now compare your function with the package, layer by layer ("…" means: not written yet):

# %%
pairs = [(row.layer.kernel_size[0], row.layer.stride[0]) for row in rows]
for n, row in enumerate(rows, 1):
    seen = row.receptive_field[0]
    yours = my_receptive_field(pairs[:n]) or "…"
    print(f"{names[row.name]:8} package: {(seen.size, seen.jump)}   yours: {yours}")

# %% [markdown]
# ## Going further (optional)
#
# Two questions are left. Which 7×7 filters can three 3×3 make? And how much of its field does a unit really use? No later lesson needs the answers. (The summary of this lesson is at the end of the page.)
#
# ### What can three 3×3 make of a 7×7?
#
# This section needs some linear algebra: rank and least squares.
#
# Three 3×3 filters have 27 weights. Only 25 of them count, because doubling one filter and halving another changes nothing, and there are two independent ways to do this. The cell confirms it. Increasing one weight of a filter adds a shifted copy of the other two filters' combination to the 7×7. So there are 27 directions in which the 7×7 can move, the columns of the matrix `moves`; its *rank* counts how many of them are independent.


# %%
def shifts(rest):
    """A 5×5 filter at its nine positions in 7×7: an array of 49×9."""
    columns = np.zeros((9, 7, 7))
    for position in range(9):
        row, column = divmod(position, 3)
        columns[position, row : row + 5, column : column + 5] = rest
    return columns.reshape(9, 49).T


moves = np.hstack([shifts(combine(f[n - 1], f[n - 2])) for n in range(3)])
print("numbers:", moves.shape[1], " directions:", np.linalg.matrix_rank(moves), "of 49")

# %% [markdown]
# 25 of 49 directions, 51 %: is that bad? Take some 7×7 filters (a *Gabor* filter consists of stripes that fade out on all sides), and look for the three 3×3 filters whose combination comes closest to each. If two of the three are held fixed, the result is a sum of nine shifted copies of the combination of those two, with the third filter's weights as factors. Finding the best factors, those with the smallest sum of squared differences, is a *least-squares* problem, which `np.linalg.lstsq` solves. Do this for each of the three filters in turn, again and again. Repeat the search from several random starts, and keep the best result:


# %%
def nearest(target, starts=10, sweeps=60):
    """The combination of three 3×3 that was found nearest to a 7×7, and its share."""
    best = np.zeros((7, 7))
    for seed in range(starts):
        f = np.random.default_rng(seed).standard_normal((3, 3, 3))
        for n in list(range(3)) * sweeps:
            others = shifts(combine(f[n - 1], f[n - 2]))
            weights = np.linalg.lstsq(others, target.ravel(), rcond=None)[0]
            f[n] = weights.reshape(3, 3)
        made = combine(combine(f[0], f[1]), f[2])
        if ((target - made) ** 2).sum() < ((target - best) ** 2).sum():
            best = made
    return best, 1 - ((target - best) ** 2).sum() / (target**2).sum()


y, x = np.mgrid[-3:4, -3:4]
radius = np.hypot(x, y)
blur = np.exp(-(radius**2) / 4.5)
digit = np.zeros((7, 7))
digit[1, 1:6] = digit[[2, 3, 4, 5, 6], [5, 4, 3, 2, 2]] = 1
targets = {
    "blur": blur,
    "edge": x * blur,
    "Gabor, 45°": np.exp(-(radius**2) / 5.8) * np.cos(1.6 * (x + y) / np.sqrt(2)),
    "ring": np.exp(-((radius - 2.2) ** 2) / 0.72),
    "a seven": digit,
    "random": np.random.default_rng(0).standard_normal((7, 7)),
}
found = [nearest(target) for target in targets.values()]
made, percent = [m for m, _ in found], [100 * share for _, share in found]
fields.factored(list(targets), list(targets.values()), made, percent).describe(
    "Six 7×7 filters, and below each the nearest combination of three 3×3 with the "
    "share of its energy: blur, edge, Gabor and ring are reached almost completely, "
    "the digit 7 to about 90 %, random numbers to about three quarters."
)

# %% [markdown]
# The percentage is the share of the filter's *energy* (the sum of its squared weights) that the best combination reproduces. The four smooth filters come out almost exactly. A drawn "7" does not, and random numbers come out even worse. One random filter proves little, so here are eight (seeds 0 to 7):

# %%
randoms = [np.random.default_rng(seed).standard_normal((7, 7)) for seed in range(8)]
shares = [100 * nearest(target, starts=6)[1] for target in randoms]
print("random 7×7, % of the energy:", np.round(shares).astype(int))
print(f"mean {np.mean(shares):.0f} %, from {min(shares):.0f} to {max(shares):.0f} %")

# %% [markdown]
# (These are the best combinations that were *found*; a longer search finds slightly better ones.) In this experiment, the restriction costs almost nothing for these few smooth filters, and most for filters that look like noise.
#
# Two limits of this experiment. First, it uses a single channel. With enough channels in between, *any* single 7×7 can be made: each of its 49 weights corresponds to a path of three one-pixel shifts, and the paths add up. But a layer has $C^2$ such filters, and $27C^2$ numbers cannot set $49C^2$ weights freely. Second, it has no ReLU.

# %% [markdown]
# ### What a unit uses of what it sees
#
# The gradient map of three 3×3 (*Three checks*) had 49 in the middle and 1 in the corners: all pixels of a field count, but not equally. (With other weights and with ReLUs, some may not count at all for a given image: the field contains the pixels that *can* influence the unit.) What happens with more layers? Call a pixel's share of the sum of all gradients its *influence*; with weights of 1 it is the share of all paths that end there. Take equal weights, along one axis. A path from the unit to a pixel makes one step of −1, 0 or 1 in each of the $n$ layers, and all three are equally frequent. A single step has the *variance* (the mean square, as the mean is 0) $\tfrac13(1 + 0 + 1) = \tfrac23$. Variances of independent steps add up, so the end of the path has the *standard deviation*, the root of the variance,
#
# $$\sigma = \sqrt{\tfrac{2}{3} n}$$
#
# and by the central limit theorem its distribution approaches a bell curve. The field grows as $2n + 1$, but the bell only as $\sqrt n$: a deep unit *uses* an ever smaller part of what it *sees*. This part is the *effective receptive field* (Luo et al. 2016).

# %% tags=["claim-effective"]
depth = 20
size = 2 * depth + 1
influence = seen_by(stack(*[3] * depth), size, 0, 0)
profile = influence.sum(axis=0) / influence.sum()
distance = np.arange(size) - depth
sigma = np.sqrt((profile * distance**2).sum())
within = profile[abs(distance) <= 2 * sigma].sum()
print(f"{depth} layers see {size} pixels; sigma is {sigma:.2f} pixels;")
print(f"{100 * within:.0f} % of the influence is within {4 * sigma:.0f} pixels")
fields.profile(profile, sigma).describe(
    "Influence of each of 41 pixels on a unit above 20 layers of 3×3 with equal weights: "
    "a bell curve. The part within two standard deviations is 15 pixels wide, about a "
    "third of the field."
)

# %% [markdown]
# How the two widths grow with depth: the field, and the middle part of width $4\sigma$, which has about 95 % of the influence.

# %%
n = np.arange(1, 51)
figures.lines(
    n,
    {"field: 2n + 1": 2 * n + 1, "effective part: 4σ": 4 * np.sqrt(2 * n / 3)},
    "n, layers of 3×3 with equal weights",
    "pixels",
    width=4.8,
).describe(
    "Width against the number of layers: the receptive field grows along a straight "
    "line to 101 pixels after 50 layers, the effective part along a square root to 23."
)

# %% [markdown]
# #### In real nets, trained and untrained
#
# Weights of real nets are not equal, and ReLUs and max-pools choose paths. So let us measure. The first three blocks of the authors' VGG-16 come with this package. Take one position of conv3_3 ($r = 40$), with all 256 channels together, and compute the mean absolute value of its gradient with respect to eight crops of the photograph. The crops get the net's own *preprocessing*: the mean colour of the training images is subtracted (§2.1), and pixels keep their scale of 0 to 255. This matters, because the biases were learned for inputs of this scale, and they decide which ReLUs let a gradient pass. Compare with *untrained* nets of the same shape, with weights drawn at random (seeds 0 and 1), on the same images.
#
# How wide is the region of large influence? As above, take the standard deviation $\sigma$ of the position along one axis (root mean square over both axes). If all pixels of the field had the same influence, $\sigma$ would be $40/\sqrt{12} = 11.5$ pixels.


# %%
def influence_on(net, layer, images, unit):
    """Mean absolute gradient of one unit, over images and channels."""
    part = models.truncate(net, layer).train()
    y = part(backend.to_device(images))
    dy = 0 * y
    dy[:, :, unit, unit] = 1
    return np.abs(backend.to_numpy(part.backward(dy))).mean(axis=(0, 1))


def width(influence):
    """The standard deviation of the position, in pixels along one axis."""
    variances = []
    for axis in (0, 1):
        share = influence.sum(axis=axis) / influence.sum()
        x = np.arange(len(share))
        mean = (share * x).sum()
        variances.append((share * (x - mean) ** 2).sum())
    return np.sqrt(np.mean(variances))


rng = np.random.default_rng(1)
corners = rng.integers(0, 224 - 64, (8, 2))
crops = np.array([photograph[:, i : i + 64, j : j + 64] for i, j in corners])
net = models.packaged_net("vgg16-pool3")
images = net.preprocessing(crops)
trained = influence_on(net, "conv3_3", images, 8)
blocks = [64, 64, "M", 128, 128, "M", 256, 256, 256, "M"]
untrained = []
for seed in (0, 1):
    backend.seed(seed)
    net = models.vgg(blocks, 2, (3, 64, 64), hidden=())
    untrained.append(influence_on(net, "conv3_3", images, 8))
print(f"sigma, trained:   {width(trained):.1f} pixels")
print("sigma, untrained:", *(f"{width(influence):.1f}" for influence in untrained))
field = slice(14, 54)  # unit 8: centre 2 + 8·4 = 34, and 20 pixels to each side
fields.influence(
    [untrained[0][field, field], trained[field, field]],
    ["untrained (seed 0)", "trained by the authors"],
).describe(
    "Share of the influence of each of the 40×40 pixels in the field of conv3_3, on one "
    "scale for both maps: a wide, smooth spot in the untrained net, a narrower and "
    "speckled one in the trained net; close to nothing at the border."
)

# %% [markdown]
# Both are spots in the middle of the field, and the trained net's is narrower. (It is also more speckled. That is why the cell measures a width, and does not count the pixels with the largest influence: of two spots of the same width, the speckled one has fewer such pixels.)
#
# One trained net is not much evidence. So we train others here, from four seeds (0 to 3): a small VGG for the digits of 8×8 pixels that come with the package (lesson 8 explains the training). Its conv2_2 has $r = 14$. We measure on sheets of 3×3 digits (24×24 pixels), which contain the whole field of unit 6.

# %%
digits = data.load("digits", "train")
normalize = data.Normalize.from_dataset(digits)
pixels = np.asarray(digits.images, np.float32)
pixels = (pixels - pixels.mean()) / pixels.std()
sheets = pixels[:288].reshape(32, 3, 3, 8, 8).swapaxes(2, 3).reshape(32, 1, 24, 24)
before, after = [], []
for seed in range(4):
    backend.seed(seed)
    net = models.vgg("small-8x8", classes=10)
    before.append(width(influence_on(net, "conv2_2", sheets, 6)))
    loader = data.Loader(digits, 64, shuffle=True, transforms=[normalize], seed=seed)
    sgd = optim.SGD(net.parameters(), lr=0.02)
    Trainer(net, sgd, progress=False).fit(loader, epochs=3)
    after.append(width(influence_on(net, "conv2_2", sheets, 6)))
print("sigma before training:", *(f"{value:.2f}" for value in before))
print("sigma after training: ", *(f"{value:.2f}" for value in after))

# %% [markdown]
# In these nets the influence is *narrower* after training: by a sixth in VGG-16, compared with untrained nets of the same shape, and by 4 to 8 % in the four digit nets. Luo et al. report the opposite: in their nets, effective fields *grew* during training. Nets, data and measure differ: they look at the last layer of deep nets, we look at layers in the middle of shallow ones. What our measurements and theirs have in common is this: the effective field is a spot in the middle, smaller than the receptive field. Whether training widens it depends on the net, and why it shrinks here is an open question.
#
# **In the explorer**, `explorer.html#task=middle` ([how to open it](../docs/guides/explorer.md#tasks)) shows the effective field of any unit of a trained net: from how large a square does half of the influence come?

# %% tags=["tests"]
# The statements of this page, as assertions.
from minivgg.analysis import receptive_field

VGG_16 = [3, 5, 6, 10, 14, 16, 24, 32, 40, 44, 60, 76, 92, 100, 132, 164, 196, 212]
assert [row.receptive_field[0].size for row in rows] == VGG_16 == grown["VGG-16"]
assert [size for _, _, _, size, _ in nested.values()] == VGG_16
assert grown["AlexNet"] == [11, 19, 51, 67, 99, 131, 163, 195]
assert sum(r < 19 for r in VGG_16) + 1 == 7
assert receptive_field([(3, 1)] * 13)[0] == 27
assert receptive_field([*pairs, (7, 1)])[0] == 404
assert receptive_field([(3, 1)] * 3) == receptive_field([(7, 1)]) == (7, 1)
assert [centres[f"pool{n}"] for n in (1, 2, 3, 4, 5)] == [1, 2, 4, 8, 16]
assert (starts[0], starts[0] + 212) == (-90, 122)
assert [i for i in range(7) if starts[i] >= 0 and starts[i] + 212 <= 224] == [3]
assert round(100 * 122**2 / 212**2) == 33
for unit in range(4):
    assert traced([(3, 1)] * 3, unit) == traced([(7, 1)], unit) == (unit, unit + 6)
assert np.array_equal(by_three > 0, by_one > 0)
assert set(by_one[:7, :7].ravel()) == {1}
assert by_three[:7, :7].min() == 1
assert by_three.max() == 49
assert (by_three > 0).sum() == 49
assert trace(layers.Sequential(inception), (8, 32, 32))[-1].receptive_field[0].size == 5
assert trace(layers.Sequential(dilated), (8, 32, 32))[-1].receptive_field[0].size == 5

# claim-smallest
for k in range(1, 12):
    offsets = [i - (k - 1) / 2 for i in range(k)]
    has_all = {-1, 0, 1} <= set(offsets)
    assert has_all == (k % 2 == 1 and k >= 3)
    assert (32 in [32 + 2 * p - k + 1 for p in range(k)]) == (k % 2 == 1)

# claim-27c2
assert cost["one 7×7"][0] == 49 * 64**2
assert cost["three 3×3"][0] == 27 * 64**2
assert cost["one 7×7"][1] * 27 == cost["three 3×3"][1] * 49
assert cost["three 3×3"][2] == 3 * cost["one 7×7"][2]

# claim-percent
assert round(100 * 49 / 27) == 181
assert round(100 * (49 / 27 - 1)) == 81
assert round(100 * (1 - 27 / 49)) == 45

# claim-same-function
assert differences[False] < 1e-12
assert differences[True] > 0.1
assert not_additive["one 7×7"] < 1e-12
assert not_additive["three 3×3"] > 0.1
assert np.allclose(combine(np.ones((3, 3)), np.ones((3, 3))).max(), 9)

# claim-regularisation
assert round(percentage) == 55

# going further
assert np.linalg.matrix_rank(moves) == 25
assert round(100 * 25 / 49) == 51
assert min(percent[:4]) > 99.5
assert 88 < percent[4] < 92
assert 65 < percent[5] < 80
assert 60 < min(shares) < np.mean(shares) < 90

# claim-effective
assert abs(sigma - np.sqrt(2 * depth / 3)) < 1e-9
assert 0.94 < within < 0.97
assert abs(4 * sigma - 14.6) < 0.05
assert 0.80 < width(trained) / width(untrained[0]) < 0.86
assert 0.80 < width(trained) / width(untrained[1]) < 0.86
assert max(width(influence) for influence in untrained) < 0.7 * 40 / np.sqrt(12)
assert trained[field, field].sum() > (1 - 1e-6) * trained.sum()
assert all(
    0.91 < small / large < 0.97 for small, large in zip(after, before, strict=True)
)
assert max(before) < 0.8 * 14 / np.sqrt(12)

# claim-308
assert wrong == 308
assert rows[-1].receptive_field[0].size == 212

# %% [markdown]
# ## Further reading
#
# - Luo, Li, Urtasun and Zemel 2016, *Understanding the Effective Receptive Field in Deep Convolutional Neural Networks*.
# - Araujo, Norris and Sim 2019, *Computing Receptive Fields of Convolutional Neural Networks*: centres, padding and branches in general, with closed forms.

# %% [markdown]
# ## In five lines
#
# - A unit sees $r$ pixels: $r$ grows by $(k-1)\cdot j$ with each layer, and $j$ is multiplied by the stride $s$. In VGG-16 a unit of pool5 sees 212.
# - Start and padding say where a field lies; of pool5's 49 units only one sees no padding.
# - Three 3×3 see what one 7×7 sees, with 27 weights instead of 49 and three ReLUs instead of one, but with three maps to keep instead of one.
# - The same field is not the same function: without ReLUs the stack is one of *some* 7×7 filters, and with ReLUs it is no longer a convolution.
# - 3×3 is the smallest kernel with a centre and a neighbour on each side.
