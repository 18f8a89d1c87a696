# %% [markdown]
# # 8 · Training a small VGG on real images
#
# *What you will know afterwards:* what augmentation does to an image; how to see beforehand whether a training can work at all; how to read its curves and its mistakes; and what a trained net's filters and maps look
# like.
#
# The paper: §3.1. Here: `minivgg/data/transforms.py`, `minivgg/training/trainer.py`, `minivgg/plots/runs.py`.

# %% tags=["setup"]
import importlib.util

if getattr(importlib.util.find_spec("minivgg"), "origin", None) is None:
    import sys

    raise ModuleNotFoundError(
        f"minivgg is not installed for {sys.executable}, the Python of this notebook. If it is "
        "installed in a virtual environment (.venv), choose the kernel of that one. Otherwise "
        "install it from a checkout (pip install .) or from a wheel."
    )

import math

import matplotlib.cbook
import numpy as np
from minivgg import backend, data, losses, models, optim, plots
from minivgg.classroom import check, hint  # noqa: F401 (hint is for the exercises)
from minivgg.evaluation.metrics import evaluate
from minivgg.plots import figures
from minivgg.training.run import Run
from minivgg.training.trainer import Trainer

backend.use("cpu")  # "gpu" on a machine that has one
backend.seed(0)

# %% [markdown]
# ## The images, and a question first
#
# Handwritten digits of 8×8 pixels (UCI's, in the package): 1,438 to learn from and 359 to test on.

# %%
train, test = data.load("digits", "train"), data.load("digits", "test")
assert (len(train), len(test), train.shape) == (1438, 359, (1, 8, 8))
some = np.concatenate([np.flatnonzero(train.labels == k)[:2] for k in range(10)])
figures.pictures(
    [(f"a {label}", image) for image, label in (train[i] for i in some)],
    columns=10,
    size=0.85,
)

# %% [markdown]
# A small VGG (four convolutions, two max-pools) will see them 12 times each. **How many of the 359 test images will it get wrong? Write your guess down before you go on:** about 5, 50, or 150?

# %% [markdown]
# ## Augmentation
#
# The paper hardly ever shows an image twice in the same way. Each is rescaled until its smaller side has $S$ pixels, with $S$ drawn at random in the best nets; a window of 224×224 is cut out somewhere; half of them are mirrored; and the colours are
# shifted along the directions in which they vary most. On a photograph (Grace Hopper, from matplotlib), each step alone and at the end all in turn; sizes are height×width. The colour shift is small, as in the paper: below it stands by how many of 255.

# %%
photograph = data.read_image(
    matplotlib.cbook.get_sample_data("grace_hopper.jpg", asfileobj=False)
)
colors = data.PCAColorShift.from_dataset(
    data.ArrayDataset(data.Rescale(64)(photograph[None]), np.zeros(1, int), ["one"])
)
steps = [
    data.Rescale((256, 512)),
    data.RandomCrop(224),
    data.RandomHorizontalFlip(),
    colors,
]
drawn = data.Compose(steps)(photograph[None], np.random.default_rng(0))
assert drawn.shape == (1, 3, 224, 224)
plots.augmentations(photograph, steps, draws=5)

# %% [markdown]
# What is allowed depends on the images. A mirrored photograph is a photograph; a mirrored 3 is none. And these digits fill their 8×8 pixels: to shift them by one pixel cuts off strokes, and makes
# the net worse (try it: put `data.RandomCrop(8, padding=1)` before `normalize`). So nothing is done to them here but normalising.

# %%
normalize = data.Normalize.from_dataset(train)
mine, kept = data.train_val_split(
    train, 0.1
)  # one in ten is kept to watch the training by
learning = data.Loader(mine, 32, shuffle=True, transforms=[normalize])
watching = data.Loader(kept, 256, transforms=[normalize])
testing = data.Loader(test, 256, transforms=[normalize])
assert len(mine) + len(kept) == 1438

# %% [markdown]
# ## Before training: two checks
#
# *The first loss* must be of the size of $\log 10 = 2.3$ (lesson 5). A net with He's weights guesses, and loudly, which costs up to a few nats more. In the hundreds, the initial weights are wrong, or the pixels not normalised (lesson 6).
#
# *Eight images.* Whatever else, a net must be able to memorize a few images, to a loss of nearly 0. If it cannot, there is a mistake in the code, and no amount of data helps.


# %%
def new_net(dropout=0.5):
    backend.seed(0)
    return models.vgg("small-8x8", classes=10, dropout=dropout)


kinds = [type(layer).__name__ for layer in new_net()["features"]]
assert (kinds.count("Conv2d"), kinds.count("MaxPool2d")) == (4, 2)


images, labels = (
    backend.to_device(a, backend.device()) for a in next(learning.epoch(0))
)
loss = losses.SoftmaxCrossEntropy()
first = float(loss.forward(new_net()(images), labels))
assert 2 < first < 10
assert round(math.log(10), 1) == 2.3

net = new_net(dropout=0)  # dropout is there to prevent memorizing
sgd = optim.SGD(net.parameters(), lr=0.005, weight_decay=0)
for _ in range(60):
    last = float(loss.forward(net(images[:8]), labels[:8]))
    net.zero_grad()
    net.backward(loss.backward())
    sgd.step()
assert last < 0.1
print(f"first loss {first:.2f}; after 60 steps on eight images {last:.4f}")

# %% [markdown]
# ## Training

# %%
net = new_net()
sgd = optim.SGD(net.parameters(), lr=0.02)
trainer = Trainer(net, sgd, schedule=optim.StepLR(sgd, 5), progress=False)
history = trainer.fit(learning, watching, epochs=12)
assert history[-1]["loss"] < 0.1 * history[0]["loss"]
assert history[0]["validation_accuracy"] > history[0]["train_accuracy"]
plots.curves(history)

# %% [markdown]
# How to read it: both losses fall quickly and then slowly; the two errors come together. If the training loss falls and the validation loss rises, the net overfits: it memorizes the training images. Then more data, augmentation, dropout or weight decay help. If
# neither falls: the learning rate is wrong, or the code is. (In the first epochs the validation error lies *below* the training error: that one is the mean over an epoch in which the net was still learning, and with dropout; the validation error is measured at its end, without.)
#
# Now, once, the test images:

# %%
result = evaluate(net, testing)
assert result.wrong <= 12
print(f"{result.wrong} of {len(test)} wrong: accuracy {100 * result.accuracy:.2f} %")

# %% [markdown]
# The answer: **about 5**. Which?

# %%
wrong = np.flatnonzero(result.predicted != result.labels)
plots.mistakes(
    test.images[wrong],
    result.labels[wrong],
    result.predicted[wrong],
    result.confidence[wrong],
    test.classes,
)

# %%
plots.confusion(result.confusion, test.classes)

# %% [markdown]
# Rows are what the digits are, columns what they were taken for.
#
# ## What it has learned
#
# For pictures of filters larger images are better. This package comes with a small VGG that was trained on 49,000 photographs of CIFAR-10 (32×32 pixels; `docs/guides/protocol.md` has the commands). Its first layer:

# %%
run = Run.open("cifar10")
photographer = run.net()
assert round(50_000 * (1 - run.config["validation"])) == 49_000
plots.filters(backend.to_numpy(photographer["features"]["0"].weight.data))

# %% [markdown]
# Nobody told it to look for edges, in all directions, and for pairs of opposite colours. What do some of its maps say of the photograph? (A net of convolutions takes any size.)

# %%
x = photographer.preprocessing(
    data.Compose([data.Rescale(96), data.CenterCrop(96)])(photograph[None])
)
maps, silent = [], []
for name in ("conv1_2", "conv2_2", "conv3_2"):
    answer = backend.to_numpy(
        models.truncate(photographer, name)(backend.to_device(x, backend.device()))
    )[0]
    silent.append((answer == 0).mean())
    strongest = np.argsort(-answer.std(axis=(1, 2)))[:3]
    maps += [(f"{name}, map {k}", answer[k]) for k in strongest]
    assert (
        answer.shape[1:]
        == {"conv1_2": (96, 96), "conv2_2": (48, 48), "conv3_2": (24, 24)}[name]
    )
assert silent == sorted(silent)
print(
    {
        name: f"{100 * share:.0f} % of all numbers are 0"
        for name, share in zip(("conv1_2", "conv2_2", "conv3_2"), silent, strict=True)
    }
)
figures.pictures(maps, columns=3)

# %% [markdown]
# The first block still draws the photograph: edges, bright and dark. With each max-pool the maps get coarser and the units pickier: more and more of their answers are 0.
#
# ## What write-ups get wrong
#
# - *"Take the epoch with the best test accuracy"*: then the test images have taken part in the training. That is what validation images are for.
# - *"Augmentation always helps"*: only where it shows what could happen in the world, too. Digits are not mirrored in the world.
#
# ## Exercises
#
# Replace the three dots by your answer and run the cell. `hint("8.1")` prints a hint: there are three for each exercise, and each call prints the next one.

# %%
# 8.1  How many steps of SGD are in one epoch of 1,438 images with batch size 32? (The last batch may be smaller.)
check(..., "8.1")

# %%
# 8.2  A 32×32 image is padded by 4 pixels on each side. How many different images can a random 32×32 crop with mirroring give?
check(..., "8.2")

# %%
# 8.3  The paper trains for 370,000 steps of 256 images, and calls this 74 epochs. How many images are in its training set, to the nearest 10,000?
check(..., "8.3")

# %% [markdown]
# ## In five lines
#
# - Augmentation shows each image in many ways: allowed is what leaves its class alone.
# - Before training: the first loss is of the size of log K, and eight images can be memorized.
# - Two curves: what is learned, and whether it carries over.
# - Test images are asked once, at the end; look at the mistakes themselves.
# - First layers find edges and colours by themselves; later ones answer to less and less.
