# %% [markdown]
# # 10 · Using published weights
#
# *What you will know afterwards:* how to ask a trained net what is in a photograph, and how far to trust its answer; which patterns activate the units of VGG-16; how to use a layer as features for another task, and what is lost when features are averaged over positions; and how to fine-tune a net, and what to compare the result with.
#
# The paper: Appendix B. Here: `models.vgg16`, `minivgg/models/pretrained/preprocessing.py` (`preprocess`), `minivgg/evaluation/features.py` (`features`, `LinearClassifier`), `minivgg/models/surgery.py` (`truncate`, `replace_head`, `freeze`).
#
# Reading time: about 45 minutes; the code runs in about 60 seconds. Before this lesson: lessons 2, 3, 8 and 9. There is no assignment.

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
from minivgg.classroom import check, guess, hint, slider, solution
from minivgg.evaluation.features import LinearClassifier, features
from minivgg.evaluation.metrics import evaluate
from minivgg.plots import figures
from minivgg.plots.by_layer import by_layer
from minivgg.plots.tiles import tiles, weights_as_pixels
from minivgg.plots.to_scale import part_of, to_scale
from minivgg.training.run import Run
from minivgg.training.trainer import Trainer

# %% [markdown]
# ## A question first
#
# The package contains a small VGG that was trained on 49,000 photographs of CIFAR-10: airplanes, birds, cats, trucks and six more classes, 32×32 pixels each. We use its layers to read *handwritten digits*, which it has never seen. The outputs of one layer, averaged over the image, become the input of a linear classifier, which learns from ten examples of each digit.
#
# **Which layer gives the best features for that: the second convolution (`conv1_2`), one in the middle (`conv3_2`), or the last but one (`fc5`)? Write your guess down, in place of the dots.**

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
# A net expects images of one size, with colours normalised as they were during its training. The usual steps are: **rescale the smaller side, then cut out the centre.** Some tutorials resize the whole photograph to a square instead. That distorts it. The cut has its price, too: it loses the margins, outside the frame below.

# %% tags=["claim-distort"]
path = matplotlib.cbook.get_sample_data("grace_hopper.jpg", asfileobj=False)
photograph = data.read_image(path)
_, height, width = photograph.shape
rescaled = data.Rescale(256)(photograph[None])
cut = data.CenterCrop(224)(rescaled)[0]
resized = data.read_image(path, size=(224, 224))
stretch = height / width
print(f"{height}×{width} as a square: everything is {stretch - 1:.0%} too wide")
row = [("300×256", rescaled[0]), ("cut: 224×224", cut), ("resized: 224×224", resized)]
to_scale([row], {"300×256": part_of(rescaled[0], cut)}).describe(
    "A portrait, rescaled, with a frame around its centre; the centre alone, in natural "
    "proportions, but without the top of the cap; and the portrait resized to a square: "
    "all of it, with a face that is too wide."
)

# %% [markdown]
# `models.preprocess` does the steps on the left: the smaller side becomes 8/7 of the net's input (256 for 224, 37 for 32), the centre is cut out, and the colours are normalised as *these* weights expect it; the net carries these numbers with it.


# %%
def five_best(x):
    logits = backend.to_numpy(net(backend.to_device(x)))
    p = ops.softmax(logits)[0]
    return [(classes[k], float(p[k])) for k in np.argsort(-p)[:5]]


best = five_best(models.preprocess(photograph, net))
for name, p in best:
    print(f"{100 * p:5.1f} %  {name}")

# %% [markdown]
# Do not trust these probabilities too much. The small net has no class "person", and must still divide 100 % among its ten classes. Its answer also depends on how the photograph is cut. `preprocess` rescales to 8/7 of the net's input, so that a margin is cut off on all sides. If the photograph is rescaled to exactly the net's input instead, the same net gives a different number (lesson 0 mentions both):


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
# **In the explorer**, `explorer.html#task=cat` ([how to open it](../docs/guides/explorer.md#tasks)) asks whether pictures that explain an answer (saliency, occlusion, Grad-CAM) show that it is wrong.
#
# ## What activates the units of VGG-16
#
# The first three blocks of VGG-16, as its authors trained them, come with this package (1.7 million weights, licence CC BY 4.0). So we can look inside without a download. Two questions about a unit:
#
# 1. *Which part of a photograph activates it most?* Compute its feature map, find the largest value, and cut out the receptive field of that position (lesson 3): 5 pixels for `conv1_2`, 14 for `conv2_2`, 40 for `conv3_3`. Positions whose receptive field crosses the border are left out: there the unit also sees the zeros of the padding.
# 2. *Which pattern would activate it?* Start with faint noise and change the *pixels* instead of the weights: compute the gradient of the unit's output with respect to the image by back-propagation (lesson 2), and go uphill, $x \leftarrow x + \eta\, g / \lVert g \rVert$, where $g$ is the gradient and $\eta$ the length of the step. Here $\lVert g \rVert$ is the root mean square of $g$. The output is taken before its ReLU, whose gradient would be 0 wherever the unit is inactive. Left alone, this ascent also picks up fine noise: many small changes of single pixels add up to a large output, though no photograph looks like that. So the gradient is *blurred* first: each pixel is replaced with a weighted mean of itself and its neighbours.

# %%
vgg16 = models.packaged_net("vgg16-pool3")
FIELDS = {"conv1_2": (5, 1), "conv2_2": (14, 2), "conv3_3": (40, 4)}  # size, jump


def strongest_patches(name, count=4):
    """The units with the largest outputs, and the patch that activates each most."""
    size, jump = FIELDS[name]
    x = backend.to_device(vgg16.preprocessing(cut[None]))
    maps = backend.to_numpy(models.truncate(vgg16, name)(x))[0]
    # the first pixel that each position sees, along one axis
    first = np.arange(maps.shape[1]) * jump + jump // 2 - size // 2
    # only positions that see no padding
    inside = np.flatnonzero((first >= 0) & (first + size <= cut.shape[1]))
    maps, first = maps[:, inside][:, :, inside], first[inside]
    units, patches = np.argsort(-maps.max(axis=(1, 2)))[:count], []
    for unit in units:
        row, column = np.unravel_index(maps[unit].argmax(), maps[unit].shape)
        top, left = first[row], first[column]
        patches.append(cut[:, top : top + size, left : left + size])
    return units, patches


def blurred(g):
    """The weights 1/4, 1/2, 1/4 along each axis; the outermost pixels stay as they are."""
    g = g.copy()
    g[..., 1:-1, :] = (g[..., :-2, :] + 2 * g[..., 1:-1, :] + g[..., 2:, :]) / 4
    g[..., 1:-1] = (g[..., :-2] + 2 * g[..., 1:-1] + g[..., 2:]) / 4
    return g


def activating_patterns(name, units, steps=20, eta=8):
    """Gradient ascent on the pixels, one image for each unit; its field is cut out."""
    size, jump = FIELDS[name]
    up_to = layers.Sequential(*list(models.truncate(vgg16, name))[:-1]).train()
    shape = (len(units), 3, size + jump, size + jump)  # room for the whole field
    faint = np.random.default_rng(0).normal(0, 5, shape)
    x = backend.to_device(faint.astype(np.float32))
    for _ in range(steps):
        y = up_to(x)
        dy, centre = 0 * y, y.shape[2] // 2
        for k, unit in enumerate(units):
            dy[k, int(unit), centre, centre] = 1  # the gradient of this one output
        g = blurred(up_to.backward(dy))
        x = x + eta * g / (g**2).mean(axis=(1, 2, 3), keepdims=True) ** 0.5
    first = centre * jump + jump // 2 - size // 2  # the field's first pixel
    field = slice(first, first + size)
    return backend.to_numpy(x)[:, :, field, field], backend.to_numpy(y), centre


rows, captions, activated = [], [], {}
for name in FIELDS:
    units, patches = strongest_patches(name)
    x, y, centre = activating_patterns(name, units)
    activated[name] = [y[k, unit, centre, centre] for k, unit in enumerate(units)]
    bound = 3 * x.std(axis=(1, 2, 3), keepdims=True)  # for more contrast
    patterns = weights_as_pixels(x.clip(-bound, bound))
    rows += [(f"{name}\npatch", patches), ("pattern", patterns)]
    captions += [[f"unit {unit}" for unit in units], []]
tiles(rows, size=0.85, captions=captions).describe(
    "For four units each of conv1_2, conv2_2 and conv3_3, the part of the portrait that "
    "activates it most, and below it the pattern found by gradient ascent. conv1_2: a line "
    "and edges. conv2_2: slanted edges, a spot, a corner. conv3_3: arcs and bent edges."
)

# %% [markdown]
# Below each patch of the portrait is the pattern of the same unit. (Grey is zero; numbers beyond three standard deviations are drawn as black or white. The units are those with the largest outputs *for this photograph*, so their patterns resemble parts of it more than those of most units would.) In `conv1_2` there are a line and edges, and in `conv2_2` slanted edges, a spot and a corner. The four patterns of `conv3_3` are curved edges, and the patches contain such curves in about the same places: the rim of the glasses (unit 152), the edge of the collar (84), and its two tips (171 and 245), whose patterns are nearly mirror images of each other. None of this was programmed: it was learned from photographs and their labels.
#
# Compare the kinds of pattern, not their sizes. The images have 5, 14 and 40 pixels along each axis, which are the widths of the receptive fields, and are all drawn at the same size. So later patterns are larger by construction; what training adds is *which* patterns they are.
#
# (One photograph shows few of the things that a unit may respond to. Zeiler and Fergus, in 2014, used the patches of a whole validation set.)
#
# ## Layers as features
#
# Appendix B of the paper removes VGG's last layer and uses the 4096 outputs of the layer before it as *features* of an image for *other* tasks. At several scales, they are averaged over positions and mirror images and divided by their length. A linear classifier (in the paper, a support vector machine) is trained on them, and the net stays unchanged. This is **transfer learning**: what was learned for one task is used for another.
#
# We do the same with the small net and digits. We begin with a single layer, `conv3_2`, against the pixels themselves. Which ten examples of each digit are drawn is a matter of chance, so there are five different draws.

# %%
train, test = data.load("digits", "train"), data.load("digits", "test")


def draw(seed):
    """The numbers of ten training images of each digit."""
    rng = np.random.default_rng(seed)
    of_each = [np.flatnonzero(train.labels == digit) for digit in range(10)]
    return np.concatenate([rng.choice(few, 10, replace=False) for few in of_each])


chosen = np.array([draw(seed) for seed in range(5)])  # five draws of 100 images


def in_colour(images):
    """The net expects red, green and blue: three equal ones make grey."""
    return np.repeat(images, 3, axis=1)


known_images = in_colour(train.images[chosen.ravel()])  # 500 images
asked_images = in_colour(test.images)


def unit_length(a):
    """One row for each image, divided by its Euclidean length."""
    rows = a.reshape(len(a), -1)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def accuracies(known, asked):
    """In %, for each of the five draws, of a linear classifier on these features."""
    asked, found = unit_length(asked), []
    for rows, numbers in zip(np.split(unit_length(known), 5), chosen, strict=True):
        classifier = LinearClassifier(10, epochs=60, lr=0.5)
        classifier.fit(rows, train.labels[numbers])
        found.append(100 * classifier.accuracy(asked, test.labels))
    return found


photo_net = run.net()
TO_32 = {"scales": 32, "mirror": False, "normalize": False}  # a mirrored 3 is no 3
pixels = accuracies(known_images[:, 0], asked_images[:, 0])
one_layer = accuracies(
    features(photo_net, known_images, "conv3_2", **TO_32),
    features(photo_net, asked_images, "conv3_2", **TO_32),
)
for name, found in (("pixels", pixels), ("conv3_2", one_layer)):
    print(f"{name:8}", np.round(found, 1), f"mean {np.mean(found):.1f} %")

# %% [markdown]
# The features of a net that was trained on photographs of ten other things read digits better than the pixels do, in every draw. The gain is four points: digits are an easy task, and a linear classifier on the pixels is a strong competitor. It must be trained as well as the others, though: 100 images make two steps an epoch, and with the default of 30 epochs at a learning rate ten times smaller the pixels would stop at 85 %. (The number of epochs and the rate, here and in the fine-tuning below, were chosen with the test digits in view, against the rule of lesson 8. For the linear classifiers they are the same for all features, so the comparison suffers little; but the accuracies may be slightly too high.)
#
# Two questions are open. Would another layer be better? And is it the *training* on photographs that helps?
#
# For the second question, the same net with *untrained* (random) weights is measured as well. And the features are computed in two ways. The output of a layer is a set of feature maps, for example 32 maps of 32×32 in `conv1_2`.
#
# - The usual way, and that of Appendix B, is to **average each map over all positions**: 32 numbers remain.
# - The other way is to divide each map into a **grid** of 4×4 parts, and to average within each part. That gives 16 numbers for each map, and they still tell *where* something is. (The map of `pool4` has only 2×2 positions, so its grid is 2×2; `fc5` has no positions.)

# %%
GRIDS = {"conv1_2": 4, "conv2_2": 4, "conv3_1": 4, "conv3_2": 4, "pool4": 2, "fc5": 1}
backend.seed(0)
untrained = run.new_net().eval()
untrained.preprocessing = photo_net.preprocessing


def grid_means(net, layer, images):
    """Means over the parts of the grid: (N, channels, parts)."""
    means = features(net, images, layer, grid=GRIDS[layer], **TO_32)
    return means.reshape(len(images), -1, GRIDS[layer] ** 2)


averaged, on_grid, computed = {}, {}, {}
for name, which in (("trained on photographs", photo_net), ("untrained", untrained)):
    averaged[name], on_grid[name] = [], []
    for layer in GRIDS:
        known = grid_means(which, layer, known_images)
        asked = grid_means(which, layer, asked_images)
        computed[name, layer] = known, asked
        on_grid[name].append(accuracies(known, asked))
        # the parts are equally large: their mean is the mean over all positions
        averaged[name].append(accuracies(known.mean(axis=2), asked.mean(axis=2)))

# %%
guess("10")
by_layer(
    list(GRIDS),
    {"mean over all positions": averaged, "means over a grid": on_grid},
    "test digits right, %\n(mean; bars: lowest to highest)",
    reference=("pixels", np.mean(pixels)),
).describe(
    "Accuracy by layer; the dotted line is the accuracy of the pixels, 88 %. Averaged over "
    "all positions, it rises from about 70 % at conv1_2 to over 90 % at conv3_2, and falls "
    "to under 60 % at fc5. On a grid, it is 90 to 94 % from conv1_2 to conv3_2, trained or "
    "not. In both, fc5 of the trained net is far below the untrained one."
)

# %%
print("mean of five draws, %  ", *(f"{layer:>8}" for layer in GRIDS))
for title, found in (("averaged", averaged), ("grid", on_grid)):
    for n, values in found.items():
        means = (f"{mean:8.1f}" for mean in np.mean(values, axis=1))
        print(f"{title + ', ' + n.split()[0]:23}", *means)

# %% [markdown]
# The dots are means over the five draws, and the bars go from the lowest to the highest of them. With averages over all positions (left), the answer is **one in the middle**, `conv3_2`, and from `conv1_2` to `conv3_2` the trained net is ahead of the untrained one, by one to five points. It is tempting to conclude that the first layers know only a little about edges, and that the knowledge in the middle layers carries over best.
#
# Now look at the right. With a grid, `conv1_2` is as good as `conv3_2`; and up to `conv3_2` the *untrained* net is at most about two points behind the trained one. Put plainly: **with a grid, training on photographs adds almost nothing for this task**, and from `pool4` on it even does harm. Pixels alone give 88 %; random convolutions with ReLUs on a grid give 90 to 92 %; training adds up to two points more. What training contributed on the left is a set of features from which the shape of a digit can be told even *without* layout.
#
# Why do the first layers lose so much by averaging? The mean of an edge map tells how much edge there is in the image, not where; the same strokes in a different arrangement have the same mean. A digit is an arrangement of strokes. In the middle layers one position sees a larger part of the digit, so some of the arrangement is in the features themselves and survives the average.
#
# Is it only that the grid gives more numbers? A check: multiply the 512 grid features of `conv1_2` by a random matrix, so that only 32 numbers remain, as many as in the average. Five such matrices:

# %% tags=["claim-averaging"]
known, asked = computed["trained on photographs", "conv1_2"]  # (N, 32, 16)
known, asked = known.reshape(-1, 512), asked.reshape(-1, 512)
mixed = []
for seed in range(5):
    to_32 = np.random.default_rng(seed).standard_normal((512, 32))
    mixed.append(np.mean(accuracies(known @ to_32, asked @ to_32)))
print(f"32 averages:           {np.mean(averaged['trained on photographs'][0]):.1f} %")
print(f"32 mixtures of a grid: {np.mean(mixed):.1f} % ({np.round(mixed, 1)})")
print(f"all 512 of the grid:   {np.mean(on_grid['trained on photographs'][0]):.1f} %")

# %% [markdown]
# With the same number of features, those with layout are better by about 13 points, whichever matrix is used; the larger number of features accounts for the rest.
#
# One result is the same in both panels: at `fc5` the trained net is far below the untrained one. A likely reason: it was trained to tell ten classes of photographs apart, and what does not matter for that, such as the exact strokes of a digit, need not be kept. (The untrained net is one net, from seed 0.)
#
# How far does this go? This is one small net and one task, and digits are far from photographs. The paper uses the last layer but one, averaged over positions, with success: its other tasks were photographs, close to what the net had learned. And Yosinski et al. (2014), who moved layers between two halves of ImageNet, found that first layers serve both halves and later layers become specific to their own. Our result does not contradict that. It shows that a comparison of layers also compares *how their features are averaged*, and that an untrained net belongs in that comparison.
#
# ## Fine-tuning
#
# So far the net stayed unchanged. It can also be trained further, which is called **fine-tuning**. Replace the last layer with a new one for the new classes; *freeze* the early layers, that is, leave their weights unchanged; and train the rest, usually at a small learning rate. Frozen layers need no backward pass if no layer below them learns.

# %%
tuned = models.freeze(models.replace_head(run.net(), classes=10), until="pool3")
frozen = [name for name, p in tuned.parameters().items() if p.frozen]
sizes = {name: p.data.size for name, p in tuned.parameters().items()}
learning = 1 - sum(sizes[name] for name in frozen) / sum(sizes.values())
print(
    f"{len(frozen)} of {len(sizes)} arrays are frozen; {learning:.0%} of the weights learn"
)

# %% [markdown]
# Why 36 arrays for ten layers with weights? The eight convolutions have batch normalisation (lesson 11), with a scale and a shift for each channel. Such a layer also keeps a running mean and variance, which are not parameters. **A frozen layer must not update these either**, or it changes although its weights do not. `freeze` takes care of this; in PyTorch it is not enough to set `requires_grad = False`: the layer must be in `eval()` mode, too.
#
# We run three trainings on the 100 digits of the first draw, with a cosine schedule: only the new head, for 30 epochs at a learning rate of 0.1; block 4 and the classifier, for 15 epochs at 0.01; and for comparison all of an untrained net, in the same way. (The head alone needs more and larger steps: at 0.01 it is far from converged after 30 epochs.)


# %%
few = data.Subset(train, chosen[0])


def prepared(images, rng=None):
    """Digits as the net's input: in three colours, 32×32, normalised."""
    return photo_net.preprocessing(data.Rescale(32)(in_colour(images)))


def fine_tuned(net, epochs=15, lr=0.01):
    """Accuracy on the 100 training digits and on the test digits, in %."""
    sgd = optim.SGD(net.parameters(), lr=lr)
    schedule = optim.CosineLR(sgd, epochs)
    trainer = Trainer(net.train(), sgd, schedule=schedule, seed=0, progress=False)
    batches = data.Loader(few, 20, shuffle=True, seed=0, transforms=[prepared])
    trainer.fit(batches, epochs=epochs)
    return [
        100
        * evaluate(net.eval(), data.Loader(digits, 128, transforms=[prepared])).accuracy
        for digits in (few, test)
    ]


backend.seed(0)
new_head = models.freeze(models.replace_head(run.net(), classes=10))
head_only = fine_tuned(new_head, epochs=30, lr=0.1)
from_block_4 = fine_tuned(tuned)
from_scratch = fine_tuned(run.new_net())
print(f"{'accuracy, %':27} training digits  test digits")
for name, (known, asked) in (
    ("new head only", head_only),
    ("block 4 and classifier", from_block_4),
    ("all of an untrained net", from_scratch),
):
    print(f"{name:27} {known:15.1f} {asked:12.1f}")
fc5_linear = on_grid["trained on photographs"][-1][0]
print(f"{'fc5 features, linear':43} {fc5_linear:12.1f}")
print(f"{'conv3_2 features, linear':43} {one_layer[0]:12.1f}")

# %% [markdown]
# A new head alone fails: it sees only `fc5`, from which the digits can hardly be told apart. It does not even fit its 100 training digits, and a linear classifier fitted to the same `fc5` features, without the head's dropout, is not much better. Training block 4 as well helps a great deal. But the untrained net, trained in the same way, reaches about the same accuracy, and so does the linear classifier on `conv3_2`, without any fine-tuning. Without these comparisons, the step from the first line to the second would look like a success of transfer. (One draw, one seed and one learning rate each: differences of a few points mean nothing here.)
#
# From the command line: `minivgg train --data pets.zip --net vgg16 --init imagenet --freeze pool4 --lr 0.001`.
#
# There is a common rule of thumb, of which this lesson tests only the last part. Few images that resemble the old ones: train a new head only. Many images: train all layers, at a small rate. Few images that look different: use features of an earlier layer, and keep their layout.
#
# ## What write-ups get wrong
#
# - *"Resize to 224×224 before predicting"*: that distorts. Rescale the smaller side, then cut, if the net was trained with such images. The cut loses the margins.
# - *"97 % means that the net is nearly certain to be right"*: it compares known classes only, and changes with the crop.
# - *"First layers only detect edges, so middle layers transfer best"*: a conclusion from averages over all positions. In our experiment, with digits and a small net, a grid nearly removes the difference between the convolutions. On other tasks it may not: measure both.
# - *Colours in a different order, or normalised with different numbers*: there is no error message, only worse answers. The authors' weights expect pixels from 0 to 255 minus the means of red, green and blue, (123.68, 116.779, 103.939), and in the original files (Caffe's) the order blue, green, red. torchvision's weights expect pixels from 0 to 1, in the order red, green, blue, minus (0.485, 0.456, 0.406), divided by (0.229, 0.224, 0.225). Here `net.preprocessing` travels with the weights. Here is what our small net says about the portrait if its colours are swapped, or not normalised:

# %%
portrait = data.Compose([data.Rescale(side), data.CenterCrop(side)])(photograph[None])
inputs = {
    "as expected": net.preprocessing(portrait),
    "blue, green, red": net.preprocessing(portrait[:, ::-1]),
    "only divided by 255": portrait.astype(np.float32) / 255,
}
for name, x in inputs.items():
    best_name, p = five_best(x)[0]
    print(f"{name:20}{best_name}, {100 * p:.1f} %")

# %% [markdown]
# None of the three gives a warning. (All three answers are wrong, since there is no class "person". Only many labelled images can tell how much accuracy such a mistake costs.)

# %% tags=["tests"]
# The statements of this page, as assertions.
assert abs(sum(p for _, p in best)) <= 1 + 1e-5
assert p_noise > 2 / len(classes)
for name, values in activated.items():
    assert min(values) > 0, name
names = list(GRIDS)
mean = {
    (title, n): dict(zip(names, np.mean(values, axis=1), strict=True))
    for title, found in (("averaged", averaged), ("grid", on_grid))
    for n, values in found.items()
}
ours, fresh = "trained on photographs", "untrained"
assert max(names, key=mean["averaged", ours].get).startswith("conv3")
assert mean["averaged", ours]["conv1_2"] < 80 < 90 < mean["grid", ours]["conv1_2"]
assert mean["averaged", fresh]["conv1_2"] < 75 < 88 < mean["grid", fresh]["conv1_2"]
early = names[:4]
spread = [mean["grid", ours][layer] for layer in early]
assert max(spread) - min(spread) < 5
assert all(mean["grid", fresh][layer] > np.mean(pixels) for layer in early)
assert all(-1 < mean["grid", ours][k] - mean["grid", fresh][k] < 2.5 for k in early)
assert all(mean["averaged", ours][k] > mean["averaged", fresh][k] for k in early)
assert 87 < np.mean(pixels) < 90
assert min(np.subtract(one_layer, pixels)) > 0
assert mean["grid", ours]["pool4"] < mean["grid", fresh]["pool4"]
assert mean["averaged", ours]["fc5"] < mean["averaged", fresh]["fc5"] - 20
assert {name.split(".")[0] for name in frozen} == {"features"}
assert 0 < learning < 1
assert head_only[1] < fc5_linear < 65 < 85 < from_block_4[1]
assert head_only[0] < 80 < 99 < min(from_block_4[0], from_scratch[0])
assert abs(from_block_4[1] - from_scratch[1]) < 4
assert abs(one_layer[0] - from_scratch[1]) < 4
# claim-distort
assert cut.shape == resized.shape == (3, 224, 224)
assert round(stretch, 2) == 1.17
# claim-averaging
assert min(mixed) > mean["averaged", ours]["conv1_2"] + 5
assert max(mixed) < mean["grid", ours]["conv1_2"]

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
# - A net chooses among its classes whatever you show it; its probability need not be right.
# - Gradient ascent on the pixels shows which patterns activate a unit: lines and edges first, later corners, spots and arcs.
# - Averaging over positions discards the layout. Compare layers with and without it, and trained weights with untrained ones.
# - Fine-tuning: replace the head, freeze the early layers (their running statistics, too), train the rest slowly, and compare with a net trained from scratch.
