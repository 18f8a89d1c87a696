# %% [markdown]
# # 10 · Using published weights
#
# *What you will know afterwards:* how to ask a trained net what is in a photograph, and how far to trust its answer; what excites the units of VGG-16; how to use a layer as features for another task, and what is lost when features are averaged over positions; and when to fine-tune.
#
# The paper: Appendix B. Here: `models.vgg16`, `minivgg/models/pretrained/preprocessing.py` (`preprocess`), `minivgg/evaluation/features.py` (`features`, `LinearClassifier`), `minivgg/models/surgery.py` (`truncate`, `freeze`).
#
# Reading time: about 45 minutes; the code runs in about 25 seconds. Before this lesson: lessons 2, 3, 8 and 9. It has no assignment.

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
from minivgg.classroom import check, guess, hint, slider, solution
from minivgg.evaluation.features import LinearClassifier, features
from minivgg.plots import figures
from minivgg.plots.by_layer import by_layer
from minivgg.plots.tiles import tiles, weights_as_pixels
from minivgg.training.run import Run

# %% [markdown]
# ## A question first
#
# The package contains a small VGG that was trained on 49,000 photographs of CIFAR-10: airplanes, birds, cats, trucks and six more classes, 32×32 pixels each. We use its layers to read *handwritten digits*, which it has never seen. One layer at a time describes the digits, and a linear classifier learns from ten examples of each digit.
#
# **Which layer is the best for that: the second convolution (`conv1_2`), one in the middle (`conv3_2`), or the last but one (`fc5`)? Write your guess down, in place of the dots.**

# %%
guess("10", ...)

# %% [markdown]
# ## A net that somebody else trained
#
# Training VGG-16 took its authors two to three weeks on four GPUs (§3.3). So most people who use it load *published weights*. `models.vgg16("imagenet")` loads torchvision's weights, a file of 553 MB. They are downloaded once if you set `DOWNLOAD = True`. Without them, this lesson uses the small net in the package.

# %%
DOWNLOAD = False
run = Run.open("cifar10")
try:
    models.imagenet_file("vgg16", download=DOWNLOAD)
    net = models.vgg16("imagenet").eval()
    classes = [name for _, name in models.class_names()]
except OSError:
    net, classes = run.net(), run.config["classes"]
count = sum(p.data.size for p in net.parameters().values())
print(f"{count:,} parameters, images of {net.input_shape}, {len(classes)} classes")

# %% [markdown]
# ## What is in this photograph?
#
# A net expects images of one size, with colours normalised in the way that it was trained with. The usual steps are: **rescale the smaller side, then cut out the centre.** Some tutorials resize the whole photograph to a square instead. That distorts it:

# %% tags=["claim-distort"]
path = matplotlib.cbook.get_sample_data("grace_hopper.jpg", asfileobj=False)
photograph = data.read_image(path)
_, height, width = photograph.shape
rescaled_and_cut = data.Compose([data.Rescale(256), data.CenterCrop(224)])
cut = rescaled_and_cut(photograph[None])[0]
resized = data.read_image(path, size=(224, 224))
stretch = height / width
print(f"{height}×{width} as a square: everything is {stretch - 1:.0%} too wide")
figures.pictures([("rescaled and cut", cut), ("resized", resized)], size=2.2).describe(
    "The same portrait twice: rescaled and cut, with natural proportions, and resized "
    "to a square, with a face that is too wide."
)

# %% [markdown]
# `models.preprocess` does these steps: the smaller side becomes 8/7 of the net's input (256 for 224, 37 for 32), the centre is cut out, and the colours are normalised as *these* weights expect it; the net carries these numbers with it.


# %%
def five_best(x):
    logits = backend.to_numpy(net(backend.to_device(x)))
    p = ops.softmax(logits)[0]
    return [(classes[k], float(p[k])) for k in np.argsort(-p)[:5]]


best = five_best(models.preprocess(photograph, net))
figure = plots.predictions([photograph], [best])
figure.set_size_inches(5.2, 2.4)
figure.describe(
    "The portrait, and bars of the five most probable classes of the net. The small net "
    "knows no class for a person; it calls her a cat."
)

# %% [markdown]
# Do not trust these probabilities too much. The small net has no class "person" and must still divide 100 % among its ten classes. And its answer depends on the way the photograph is cut. `preprocess` rescales to 8/7 of the net's input, so that a margin is cut off on all sides. If the photograph is rescaled to exactly the net's input instead, the same net gives another number (lesson 0 mentions both):


# %%
def cut_out(smaller_side):
    """The centre of the photograph, after rescaling, as the input of the net."""
    _, *size = net.input_shape
    steps = [
        data.Rescale(smaller_side),
        data.CenterCrop(tuple(size)),
        net.preprocessing,
    ]
    return data.Compose(steps)(photograph[None])


side = net.input_shape[1]
for q in (side, round(side * 8 / 7), side * 5 // 4, side * 3 // 2):
    name, p = five_best(cut_out(q))[0]
    print(f"rescaled to {q}, centre of {side}×{side}: {name}, {100 * p:.1f} %")

noise = np.random.default_rng(0).integers(0, 256, photograph.shape, np.uint8)
name, p_noise = five_best(models.preprocess(noise, net))[0]
print(f"random pixels: {name}, {100 * p_noise:.0f} %")

# %% [markdown]
# A high probability tells you that the net prefers this class to its *other* classes. It does not tell you that the class is right, or that the image is of a known kind.
#
# ## What excites the units of VGG-16
#
# The first three blocks of VGG-16, as its authors trained them, come with this package (1.7 million weights, licence CC BY 4.0). So we can look inside without a download. Two questions about a unit:
#
# 1. *Which part of a photograph excites it most?* Compute its feature map, find the largest value, and cut out the receptive field of that position (lesson 3): 5 pixels for `conv1_2`, 14 for `conv2_2`, 40 for `conv3_3`.
# 2. *Which pattern would excite it?* Start with faint noise and change the *pixels* instead of the weights: compute the gradient of the unit's output with respect to the image by back-propagation (lesson 2), and go uphill, $x \leftarrow x + \eta\, g / \lVert g \rVert$, where $g$ is the gradient and $\eta$ the length of the step. Here $\lVert g \rVert$ is the root mean square of $g$. The output is taken before its ReLU, whose gradient would be 0 wherever the unit is silent.

# %%
vgg16 = models.packaged_net("vgg16-pool3")
FIELDS = {"conv1_2": (5, 1), "conv2_2": (14, 2), "conv3_3": (40, 4)}  # size, jump


def strongest_patches(name, count=8):
    """The units with the largest outputs, and the patch that excites each most."""
    size, jump = FIELDS[name]
    x = backend.to_device(vgg16.preprocessing(cut[None]))
    maps = backend.to_numpy(models.truncate(vgg16, name)(x))[0]
    units = np.argsort(-maps.max(axis=(1, 2)))[:count]
    around = np.pad(cut, ((0, 0), (size, size), (size, size)), mode="edge")
    patches = []
    for unit in units:
        row, column = np.unravel_index(maps[unit].argmax(), maps[unit].shape)
        top, left = ((k * jump + jump // 2 + size - size // 2) for k in (row, column))
        patches.append(around[:, top : top + size, left : left + size])
    return units, patches


def exciting_patterns(name, units, steps=20, eta=8):
    """Gradient ascent on the pixels, one image for each unit."""
    size, _ = FIELDS[name]
    up_to = layers.Sequential(*list(models.truncate(vgg16, name))[:-1]).train()
    faint = np.random.default_rng(0).normal(0, 5, (len(units), 3, size, size))
    x = backend.to_device(faint.astype(np.float32))
    for _ in range(steps):
        y = up_to(x)
        dy, centre = 0 * y, y.shape[2] // 2
        for k, unit in enumerate(units):
            dy[k, int(unit), centre, centre] = 1  # the gradient of this one output
        g = up_to.backward(dy)
        x = x + eta * g / (g**2).mean(axis=(1, 2, 3), keepdims=True) ** 0.5
    return backend.to_numpy(x), backend.to_numpy(y), centre


rows, excited = [], {}
for name in FIELDS:
    units, patches = strongest_patches(name)
    x, y, centre = exciting_patterns(name, units)
    excited[name] = [y[k, unit, centre, centre] for k, unit in enumerate(units)]
    bound = 3 * x.std(axis=(1, 2, 3), keepdims=True)  # for more contrast
    rows += [(name, patches), ("pattern", weights_as_pixels(x.clip(-bound, bound)))]
tiles(rows, size=0.47).describe(
    "For eight units each of conv1_2, conv2_2 and conv3_3, the part of the portrait that "
    "excites it most, and below the pattern found by gradient ascent. conv1_2: edges and "
    "a colour. conv2_2: edges, corners and spots. conv3_3: arcs, stripes and small parts."
)

# %% [markdown]
# Each column is one unit: above, the part of the portrait that excites it most; below, the pattern (grey is zero). In `conv1_2` the units respond to straight edges, lines and a colour. In `conv2_2` there are longer edges, corners and spots of a certain size. In `conv3_3`, whose field is 40 pixels wide, there are arcs, which find the rim of the glasses and the collar, and rows of stripes, which find the ribbons on the uniform. From block to block the patterns become larger and more particular. Nothing of this was programmed: it was learned from labels of photographs.
#
# (One photograph shows few of the things that a unit may respond to. With thousands of photographs, as Zeiler and Fergus did in 2014, the picture is richer.)
#
# ## Layers as features
#
# Appendix B of the paper removes VGG's last layer and uses the 4096 outputs of the layer before it to describe an image for *other* tasks. They are averaged over positions, mirror images and scales, divided by their length, and given to a linear classifier (there a support vector machine; the net stays unchanged). This is **transfer learning**: what was learned for one task is used for another.
#
# Here in small, with the small net and digits, the question from the beginning. Which ten examples of each digit are drawn is chance, so it is done for five different draws. For comparison: the same net with *untrained* (random) weights, and the pixels themselves.

# %%
train, test = data.load("digits", "train"), data.load("digits", "test")
rng = np.random.default_rng(0)
by_class = [rng.permutation(np.flatnonzero(train.labels == k))[:50] for k in range(10)]
examples = np.array(by_class).reshape(10, 5, 10).transpose(1, 0, 2)  # draw, class, 10
chosen = examples.reshape(500)  # draw d: numbers 100·d to 100·d + 99

# the net expects three colours: grey is three equal ones
known_images = np.repeat(train.images[chosen], 3, axis=1)
asked_images = np.repeat(test.images, 3, axis=1)
known_labels = train.labels[chosen].reshape(5, 100)


def unit_length(a):
    """One row for each image, divided by its Euclidean length."""
    rows = a.reshape(len(a), -1)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def accuracies(known, asked):
    """In %, for each of the five draws, of a linear classifier on these features."""
    known, asked = unit_length(known).reshape(5, 100, -1), unit_length(asked)
    fitted = [LinearClassifier(10).fit(known[d], known_labels[d]) for d in range(5)]
    return [100 * classifier.accuracy(asked, test.labels) for classifier in fitted]


pixels = accuracies(known_images[:, 0], asked_images[:, 0])
print("pixels:", np.round(pixels, 1), "mean", np.mean(pixels).round(1))

# %% [markdown]
# How does a layer describe an image? Its output is a set of feature maps, for example 32 maps of 32×32 in `conv1_2`. The usual way, and that of Appendix B, is to **average each map over all positions**: 32 numbers remain. We also try a second way: divide each map into a **grid of 4×4 cells**, and average within each cell. That gives 16 numbers for each map, and they still tell *where* something is. (The map of `pool4` has only 2×2 positions, so its grid is 2×2; `fc5` has no positions.)

# %%
GRIDS = {"conv1_2": 4, "conv2_2": 4, "conv3_1": 4, "conv3_2": 4, "pool4": 2, "fc5": 1}
photo_net = run.net()
backend.seed(0)
untrained = run.new_net().eval()
untrained.preprocessing = photo_net.preprocessing


def describe(net, layer, images):
    """Means over the cells of the grid: (N, channels, cells)."""
    grid, as_it_is = GRIDS[layer], {"scales": 32, "mirror": False, "normalize": False}
    means = features(net, images, layer, grid=grid, **as_it_is)
    return means.reshape(len(images), -1, grid * grid)


averaged, on_grid, described = {}, {}, {}
for name, which in (("trained on photographs", photo_net), ("untrained", untrained)):
    averaged[name], on_grid[name] = [], []
    for layer in GRIDS:
        known = describe(which, layer, known_images)
        asked = describe(which, layer, asked_images)
        described[name, layer] = known, asked
        on_grid[name].append(accuracies(known, asked))
        # cells are equally large: their mean is the mean over all positions
        averaged[name].append(accuracies(known.mean(axis=2), asked.mean(axis=2)))

# %%
guess("10")
by_layer(
    list(GRIDS),
    {"averaged over all positions": averaged, "averaged over a grid": on_grid},
    "test digits right, %",
    reference=("pixels", np.mean(pixels)),
).describe(
    "Accuracy by layer. Averaged over all positions, it rises from under 60 % at conv1_2 "
    "to over 90 % at conv3_2 and falls to about 40 % at fc5. On a grid, it is about 90 % "
    "or more from conv1_2 to conv3_2, with little difference between trained and "
    "untrained nets. In both, fc5 of the trained net is far below the untrained one."
)

# %%
for title, found in (("averaged", averaged), ("grid", on_grid)):
    for n, values in found.items():
        means = np.mean(values, axis=1).round(1)
        print(f"{title:9}{n:23}", dict(zip(GRIDS, means.tolist(), strict=True)))

# %% [markdown]
# **The answer depends on how the layer is described.** With averages over all positions (left), the answer is "one in the middle". It is tempting to conclude that the first layers know only a little about edges, and that the middle layers carry over best. But look at the right: with a grid, `conv1_2` is nearly as good as `conv3_2`, and even *untrained* layers are above the pixels.
#
# What was missing in the first layers is not knowledge but **layout**. The mean of an edge map says how much edge there is in the image, not where; the same strokes in another arrangement have the same mean. A digit is an arrangement of strokes. In the middle layers one position sees a larger part of the digit, so some of the arrangement is in the features themselves and survives the average.
#
# Is it only that the grid gives more numbers? A check: multiply the 512 grid features of `conv1_2` by a random matrix, so that only 32 numbers remain, as many as in the average.

# %% tags=["claim-averaging"]
known, asked = described["trained on photographs", "conv1_2"]  # (N, 32, 16)
to_32 = np.random.default_rng(5).standard_normal((512, 32))
mixed = accuracies(known.reshape(-1, 512) @ to_32, asked.reshape(-1, 512) @ to_32)
print(f"32 averages:           {np.mean(averaged['trained on photographs'][0]):.1f} %")
print(f"32 mixtures of a grid: {np.mean(mixed):.1f} %")
print(f"all 512 of the grid:   {np.mean(on_grid['trained on photographs'][0]):.1f} %")

# %% [markdown]
# Most of the difference is the layout, the rest is the count. One conclusion stands in both panels: **the last layers forget.** At `fc5` the trained net is far below the untrained one. A likely reason: it was trained to tell ten classes of photographs apart, and what does not matter for that, such as the exact strokes of a digit, need not be kept. From random layers nothing was removed on purpose. (Two more untrained nets, from other seeds, gave the same picture.)
#
# The paper uses the last layer but one, with averages, and with success: its other tasks were photographs, too, near to what the net had learned. Digits are far from photographs.
#
# ## Fine-tuning
#
# The net itself can also learn on. Replace the last layer by a new one for the new classes; *freeze* the early layers, that is, leave their weights unchanged; and train the rest at a small learning rate. Frozen layers at the beginning need no backward pass, which saves time and memory.

# %%
tuned = models.freeze(models.replace_head(run.net(), classes=10), until="pool3")
frozen = [name for name, p in tuned.parameters().items() if p.frozen]
sizes = {name: p.data.size for name, p in tuned.parameters().items()}
learning = 1 - sum(sizes[name] for name in frozen) / sum(sizes.values())
print(
    f"{len(frozen)} of {len(sizes)} arrays are frozen; {learning:.0%} of the weights learn"
)

# %% [markdown]
# From the command line: `minivgg train --data pets.zip --net vgg16 --init imagenet --freeze pool4 --lr 0.001`.
#
# A rule of thumb, not a law: few images that resemble the old ones: train a new head only. Many images: let everything learn, at a small rate. Few images that look different: use features of an earlier layer, and keep their layout.
#
# ## What write-ups get wrong
#
# - *"Resize to 224×224 before predicting"*: that distorts. Rescale the smaller side, then cut.
# - *"97 % means that the net is nearly certain to be right"*: it compares known classes only, and changes with the crop.
# - *"First layers only detect edges, so middle layers transfer best"*: with features averaged over positions it looks like that; with a grid the difference nearly vanishes.
# - *Colours in another order, or normalised with other numbers*: there is no error message, only worse answers. Here `net.preprocessing` travels with the weights.

# %% tags=["tests"]
# The statements of this page, as assertions.
assert abs(sum(p for _, p in best)) <= 1 + 1e-5
assert p_noise > 2 / len(classes)
for name, values in excited.items():
    assert min(values) > 0, name
names = list(GRIDS)
mean = {
    (title, n): dict(zip(names, np.mean(values, axis=1), strict=True))
    for title, found in (("averaged", averaged), ("grid", on_grid))
    for n, values in found.items()
}
ours, fresh = "trained on photographs", "untrained"
assert max(names, key=mean["averaged", ours].get).startswith("conv3")
assert mean["averaged", ours]["conv1_2"] < 70 < 85 < mean["grid", ours]["conv1_2"]
assert mean["averaged", fresh]["conv1_2"] < 50 < 80 < mean["grid", fresh]["conv1_2"]
early = names[:4]
spread = [mean["grid", ours][layer] for layer in early]
assert max(spread) - min(spread) < 5
assert all(mean["grid", fresh][layer] > np.mean(pixels) for layer in early)
assert all(mean["grid", ours][k] - mean["grid", fresh][k] < 5 for k in early)
assert mean["averaged", ours]["fc5"] < mean["averaged", fresh]["fc5"] - 20
assert {name.split(".")[0] for name in frozen} == {"features"}
assert 0 < learning < 1
# claim-distort
assert cut.shape == resized.shape == (3, 224, 224)
assert round(stretch, 2) == 1.17
# claim-averaging
assert np.mean(mixed) > mean["averaged", ours]["conv1_2"] + 10
assert np.mean(mixed) < mean["grid", ours]["conv1_2"]

# %% [markdown]
# ## Exercises
#
# Replace the three dots with your answer and run the cell. `hint("10.1")` prints a hint: there are three for each exercise, and each call prints the next one.
#
# **10.1** A photograph of 400×600 pixels (height, width) is rescaled to a smaller side of 256. What is its new shape, (height, width)?

# %%
check(..., "10.1")

# %% [markdown]
# **10.2** How many weights and biases does the new last layer of VGG-16 have for 37 classes?

# %%
check(..., "10.2")

# %% [markdown]
# **10.3** Write a function that averages feature maps (N, C, H, W) over the cells of a grid, and returns an array of shape (N, C · grid · grid), in the order channel, row, column. H and W are multiples of `grid`.


# %%
def my_grid_means(maps, grid): ...


check(my_grid_means, "10.3")

# %% [markdown]
# ## In five lines
#
# - Rescale the smaller side, cut out the centre, normalise as the weights expect.
# - A net chooses among its classes whatever you show it; a probability is not the truth.
# - VGG-16's units respond to edges and colours, then to corners and spots, then to arcs, stripes and parts.
# - Any layer is a description of an image. Averaging over positions discards the layout; the last layers forget what their task did not need.
# - Frozen layers cost no backward pass; replace the head, and let the rest learn slowly.
