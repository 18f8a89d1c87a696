# %% [markdown]
# # 10 · Using published weights
#
# *What you will know afterwards:* how to ask a trained net what is on a photograph, and what its answer is worth; how to use its layers as features for another task; and which layers carry over.
#
# The paper: Appendix B. Here: `models.vgg16("imagenet")`, `minivgg/evaluation/features.py`.

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
from minivgg import backend, data, models, ops, plots
from minivgg.classroom import check, hint  # noqa: F401 (hint is for the exercises)
from minivgg.evaluation.features import LinearClassifier, features
from minivgg.plots import figures
from minivgg.training.run import Run

backend.use("cpu")  # "gpu" on a machine that has one
DOWNLOAD = False  # True: fetch VGG-16's weights (553 MB, once), if they are not on this machine

# %% [markdown]
# ## A question first
#
# A net was trained on photographs of ten things, aeroplanes to lorries. Its layers are then used to read handwritten digits, of which it has seen none, with ten examples of each digit to learn from. **Which layer is the best for that? Write your guess down
# before you go on:** the first convolution, one in the middle, or the last before the answer?
#
# ## A net that somebody else trained
#
# VGG-16 with torchvision's weights, if they are here; else the small net that comes with this package, which knows CIFAR-10's ten classes.

# %%
own = Run.open("cifar10")
try:
    models.imagenet_file("vgg16", download=DOWNLOAD)
    net = models.vgg16("imagenet").eval()
    classes = [name for _, name in models.class_names()]
except OSError:
    net, classes = own.net(), own.config["classes"]
print(
    f"{sum(p.data.size for p in net.parameters().values()):,} parameters, images of {net.input_shape}, {len(classes)} classes"
)

# %% [markdown]
# ## What is on this photograph?
#
# A net wants images of one size, in the colours that it was trained with. **Rescale the smaller side, then cut out the middle.** Squeezing the whole image into a square, as write-ups do, distorts it:

# %% tags=["claim-distort"]
path = matplotlib.cbook.get_sample_data("grace_hopper.jpg", asfileobj=False)
photograph = data.read_image(path)
_, height, width = photograph.shape
cut = data.Compose([data.Rescale(256), data.CenterCrop(224)])([photograph])[0]
squeezed = data.read_image(path, size=(224, 224))
assert cut.shape == squeezed.shape == (3, 224, 224)
stretch = height / width
assert round(stretch, 2) == 1.17
print(
    f"{height}×{width} pixels squeezed into a square: things become {100 * (stretch - 1):.0f} % wider than they are"
)
figures.pictures([("rescaled and cut", cut), ("squeezed", squeezed)], size=2.4)

# %% [markdown]
# `models.preprocess` does that, and subtracts the mean colour that *these* weights expect, which the net carries with it.


# %%
def guesses(x):
    p = ops.softmax(backend.to_numpy(net(backend.to_device(x, backend.device()))))[0]
    assert abs(p.sum() - 1) < 1e-5
    return [(classes[k], float(p[k])) for k in np.argsort(-p)[:5]]


best = guesses(models.preprocess(photograph, net))
plots.predictions([photograph], [best])

# %% [markdown]
# Do not believe it too much. A net must choose among the classes it knows; the small one knows no person, and still shares out 100 % among its ten. And probabilities say how sure the net is, not how right. Noise instead of a photograph:

# %%
noise = np.random.default_rng(0).integers(0, 256, photograph.shape, np.uint8)
name, p = guesses(models.preprocess(noise, net))[0]
assert p > 2 / len(classes)
print(f"pure noise: {name}, {100 * p:.0f} %")

# %% [markdown]
# ## Layers as features
#
# Appendix B of the paper throws the last layer away and uses what the layer before says as a description of an image for other tasks: 4096 numbers, averaged over places, mirrors and scales, divided by their length, and a linear classifier on top (there a support vector machine).
#
# Here in small, with the package's own net: from photographs to digits. Ten examples of each digit, and a linear classifier on the answers of one layer, for each layer; beside it the same net before it was trained, and the pixels themselves. Which ten examples is chance, so it is done for five draws.

# %%
train, test = data.load("digits", "train"), data.load("digits", "test")
rng = np.random.default_rng(0)
draws = [
    np.concatenate(
        [rng.permutation(np.flatnonzero(train.labels == k))[:10] for k in range(10)]
    )
    for _ in range(5)
]
assert all(len(few) == 100 for few in draws)
learn, ask = (
    np.repeat(digits.images, 3, axis=1) for digits in (train, test)
)  # grey as three equal colours
backend.seed(0)
photographer, fresh = own.net(), own.new_net().eval()
fresh.preprocessing = photographer.preprocessing
LAYERS = ["conv1_2", "conv2_2", "conv3_1", "conv3_2", "pool4", "fc5"]


def accuracy(known, unknown):
    """In %, mean over the draws."""
    return 100 * np.mean(
        [
            LinearClassifier(10)
            .fit(known[few], train.labels[few])
            .accuracy(unknown, test.labels)
            for few in draws
        ]
    )


def of_layer(net, layer):
    return accuracy(
        *(
            features(net, images, layer, scales=32, mirror=False)
            for images in (learn, ask)
        )
    )


raw = accuracy(*(images[:, 0].reshape(len(images), -1) for images in (learn, ask)))
found = {
    "trained on photographs": [of_layer(photographer, layer) for layer in LAYERS],
    "untrained": [of_layer(fresh, layer) for layer in LAYERS],
}
by_layer = dict(zip(LAYERS, zip(*found.values(), strict=True), strict=True))
best_layer = max(LAYERS, key=lambda layer: by_layer[layer][0])
assert best_layer.startswith("conv3")
assert by_layer[best_layer][0] > raw + 3
assert by_layer["conv2_2"][0] > by_layer["conv2_2"][1] + 5
assert by_layer["fc5"][0] < by_layer["fc5"][1] - 20
print(
    f"pixels alone: {raw:.1f} %; the best layer: {best_layer}, {by_layer[best_layer][0]:.1f} %"
)
figures.grouped(LAYERS, found, "digits right, % (10 examples of each)")

# %% [markdown]
# The answer: **one in the middle.** The first layers say little more than how much edge there is, in which direction. The last ones were made to tell a horse from a lorry, and have forgotten what does not matter for that, strokes among it: there even an *untrained* net does better, since random layers forget nothing on
# purpose. In between is what photographs and digits have in common. (The paper takes the last but one layer: its tasks were photographs again, near to what the net had learned.)
#
# ## Fine-tuning
#
# Instead of a classifier on fixed features, the net itself can go on learning: a new last layer, and the early layers frozen, which saves their backward pass.

# %%
tuned = models.freeze(models.replace_head(own.net(), classes=10), until="pool3")
frozen = {name for name, p in tuned.parameters().items() if p.frozen}
learned = {name for name in tuned.parameters() if name not in frozen}
assert {name.split(".")[0] for name in frozen} == {"features"}
assert any(name.startswith("classifier") for name in learned)
share = sum(tuned.parameters()[name].data.size for name in learned) / sum(
    p.data.size for p in tuned.parameters().values()
)
print(f"{100 * share:.0f} % of the parameters go on learning")

# %% [markdown]
# From the command line: `minivgg train --data pets.zip --net vgg16 --init imagenet --freeze pool4 --lr 0.001`. How to choose: few images that look like the old ones: a new head only. Many images: everything learns, at a small rate. Few images that look different:
# features from the middle.
#
# ## What write-ups get wrong
#
# - *"Resize to 224×224 before predicting"*: rescale the smaller side, then cut.
# - *Colours in another order, or not normalised as these weights expect*: no error, only worse answers. Here `net.preprocessing` travels with the weights.

# %% [markdown]
# ## Exercises
#
# Replace the three dots by your answer and run the cell. `hint("10.1")` prints a hint: there are three for each exercise, and each call prints the next one.

# %%
# 10.1  A photograph of 400×600 pixels (height, width) is rescaled to a smaller side of 256. What is its new shape, (height, width)?
check(..., "10.1")

# %%
# 10.2  How many weights and biases does the new last layer of VGG-16 have for 37 classes?
check(..., "10.2")

# %%
# 10.3  torchvision's weights expect (x/255 − 0.485) / 0.229 for the red value x of a pixel. What is this for x = 124, to six significant digits?
check(..., "10.3")

# %% [markdown]
# ## In five lines
#
# - Rescale the smaller side, cut the middle, normalise as the weights expect.
# - A net chooses among its classes whatever you show it; probability is not truth.
# - Any layer is a description of an image; a linear classifier makes use of it.
# - Middle layers carry over farthest, last layers to tasks like their own.
# - Frozen layers cost no backward pass; replace the head, and let the rest learn slowly.
