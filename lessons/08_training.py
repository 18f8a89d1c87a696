# %% [markdown]
# # 8 · Training a small VGG on real images
#
# *What you will know afterwards:* why images are divided into three sets; what augmentation does to an image; two checks before training; how to see overfitting in a learning curve, and what helps; what the first filters of VGG-16 look like; and how to train a net that consists of your own functions.
#
# The paper: §3.1. Here: `minivgg/data/transforms.py` (`RandomCrop`, `PCAColorShift`), `minivgg/training/trainer.py` (`Trainer.fit`, the loop), `minivgg/plots/runs.py`.
#
# Reading time: about 40 minutes, and an hour or more for exercise 8.3; the code runs in about 40 seconds. Before this lesson: lessons 1, 2, 5 and 6. This lesson has no assignment of its own: exercise 8.3 puts the functions of [assignments](assignments/README.md) 1 to 6 together.

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
from minivgg.classroom import check, guess, hint, slider, solution
from minivgg.evaluation.metrics import evaluate
from minivgg.plots import figures
from minivgg.plots.overfitting import losses_by_epoch
from minivgg.plots.tiles import tiles, weights_as_pixels
from minivgg.plots.to_scale import part_of, to_scale
from minivgg.training.trainer import Trainer

backend.seed(0)

# %% [markdown]
# ## A question first
#
# The package contains handwritten digits (from the UCI repository): grey images of 8×8 pixels, 1,438 for training and 359 for testing (every fifth image of the set). Here are two of each digit.

# %%
train, test = data.load("digits", "train"), data.load("digits", "test")
two_of_each = [np.flatnonzero(train.labels == digit)[:2] for digit in range(10)]
two_rows = np.transpose(two_of_each).ravel()
examples = [(str(train.labels[i]), train.images[i]) for i in two_rows]
figures.pictures(examples, columns=10, size=0.46).describe(
    "Twenty handwritten digits of 8×8 pixels, two of each class. They fill the image."
)

# %% [markdown]
# A small VGG with four convolutions and two max-pools will be trained on these digits for 12 epochs. **How many of the 359 test images will it classify wrongly: about 5, 50 or 150? Write your guess down, in place of the dots.**

# %%
guess("8", ...)

# %% [markdown]
# ## Three sets of images
#
# A net is useful if it *generalises*: if it is right about images that it was not trained on. So the images are divided into three sets.
#
# - **Training images**: the weights are learned from these.
# - **Validation images**: during training, the loss on them shows whether the net generalises. The *hyperparameters* (the numbers that you choose and the net does not learn, such as the learning rate or the number of epochs) are chosen with their help.
# - **Test images**: used once, at the end. A set that was used to choose anything no longer gives an honest accuracy.
#
# In all three sets the same people wrote the digits. So the test shows how the net does on other digits *by these writers*; those of other people may be harder.
#
# `train_val_split` keeps one training image in ten for validation. The pixels are *normalised*: their mean becomes 0 and their standard deviation 1. Both numbers are computed from the training images.

# %%
mine, kept = data.train_val_split(train, 0.1)
normalize = data.Normalize.from_dataset(mine)
print(len(mine), "training,", len(kept), "validation and", len(test), "test images")

# %% [markdown]
# ## Augmentation
#
# *Data augmentation* changes a training image at random each time it is used, in ways that leave its class unchanged. So the net hardly ever sees the same pixels twice, which makes it harder to memorise single images. The paper does four things (§3.1):
#
# 1. Rescale the image until its smaller side has $S$ pixels. $S$ is fixed, or drawn from 256 to 512 for each image (*scale jitter*, lesson 9).
# 2. Cut out a window of 224×224 pixels at a random position.
# 3. Mirror it from left to right with probability ½.
# 4. Add one random colour to all pixels. The colours vary most along certain directions (the principal components of red, green and blue); the shift is larger along these.
#
# The figure shows the steps on a photograph of Grace Hopper, which comes with matplotlib. Pixels have the same size in all panels; the frame is the window of step 2.

# %%
path = matplotlib.cbook.get_sample_data("grace_hopper.jpg", asfileobj=False)
photograph = data.read_image(path)  # an array (3, 600, 512) of numbers from 0 to 255
one_image = data.ArrayDataset(photograph[None], np.zeros(1, int), ["Grace Hopper"])
colour_shift = data.PCAColorShift.from_dataset(one_image)
STEPS = {
    "1. rescale": data.Rescale((256, 512)),
    "2. crop": data.RandomCrop(224),
    "3. mirror": data.RandomHorizontalFlip(1),  # always, for the figure
    "4. colours": colour_shift,
}
rng = np.random.default_rng(24)
batch, after = photograph[None], {}
for name, step in STEPS.items():
    batch = step(batch, rng)
    after[name] = batch[0]
whole, part, mirrored, shifted = after.values()
larger_shift = mirrored + 50 * (shifted - mirrored)


def pixels(image):
    return image.clip(0, 255).astype(np.uint8)


rescaled = f"1. rescale: {whole.shape[1]}×{whole.shape[2]}"
to_scale(
    [
        [("photograph: 600×512", photograph), (rescaled, whole)],
        [
            ("2. crop", part),
            ("3. mirror", mirrored),
            ("4. colours", pixels(shifted)),
            ("4., shift ×50", pixels(larger_shift)),
        ],
    ],
    {rescaled: part_of(whole, part)},
).describe(
    "A portrait, the same rescaled to fewer pixels, with a frame around the crop; the crop, "
    "mirrored, and with shifted colours, drawn to scale. The person is recognised in all "
    "of them. The shift of the colours can hardly be seen; the last panel enlarges it."
)

# %% [markdown]
# Here is the result of all four steps with other random numbers. In Jupyter, move the slider.


# %%
def augmented(seed=1):
    draws = np.random.default_rng(seed)
    image = data.Compose(STEPS.values())(photograph[None], draws)[0]
    return figures.pictures([(f"seed {seed}", pixels(image))], size=2.2).describe(
        "One random result of all four steps: a part of the portrait, mirrored."
    )


slider(augmented, seed=(1, 30))

# %% [markdown]
# You can hardly see step 4; only its enlargement in the first figure shows it. This is how far it moved red, green and blue in 1,000 draws:

# %%
grey_pixel = np.full((1000, 3, 1, 1), 128, np.uint8)
shifts = colour_shift(grey_pixel, rng) - 128
print(f"typical shift: {np.sqrt((shifts**2).mean()):.1f} of 255")

# %% [markdown]
# The paper follows AlexNet (Krizhevsky et al. 2012, §4.1): the shift is $\sum_i \alpha_i \lambda_i p_i$. Here $p_i$ are the three directions in which the colours vary, $\lambda_i$ the variances of the colours along them, and each $\alpha_i$ is drawn from a normal distribution with standard deviation 0.1. Neither paper says in which unit the pixels are measured, and a variance depends on it. This package takes pixels from 0 to 1, so the shift is small.
#
# **Which changes are allowed depends on the images.** A mirrored photograph is still a photograph of the same thing; a mirrored 3 is no longer a 3. The digits here are only normalised.
#
# ## Two checks before training
#
# Most mistakes in training code can be found within seconds, before the long training.
#
# *Check 1: the first loss.* A net that knows nothing gives each of $K$ classes the probability $1/K$, and its loss is $-\log(1/K) = \log K$ (lesson 5). With He's initial weights (lesson 6) the first predictions are random but confident, so the loss is a few units higher. For an exact check, make the weights of the last layer 100 times smaller: then all logits are near 0, and the first loss must be $\log K$ to about two digits. A first loss in the hundreds points to a mistake, such as pixels that are not normalised (also measured below) or wrong initial weights.
#
# *Check 2: eight images.* Train on eight images only. The net must be able to memorise them, until the loss is nearly 0. If it cannot, there is a mistake in the code, and more data will not help.


# %%
def new_net(dropout=0.5, seed=0):
    """Four 3×3 convolutions (32, 32, 64, 64), two max-pools, two dense layers."""
    backend.seed(seed)
    return models.vgg("small-8x8", classes=10, dropout=dropout)


def batches(images, size, augmentation=()):
    steps = [*augmentation, normalize]
    return data.Loader(images, size, shuffle=True, transforms=steps)


images, labels = (backend.to_device(a) for a in next(batches(mine, 32).epoch(0)))
loss = losses.SoftmaxCrossEntropy()
first = float(loss.forward(new_net()(images), labels))
raw, _ = next(data.Loader(mine, 32, shuffle=True).epoch(0))  # the same, from 0 to 255
raw = backend.to_device(raw.astype(np.float32))
first_raw = float(loss.forward(new_net()(raw), labels))
net = new_net()
list(net["classifier"])[-1].weight.data *= 0.01
first_small = float(loss.forward(net(images), labels))

net = new_net(dropout=0)  # dropout would make memorising harder
sgd = optim.SGD(net.parameters(), lr=0.005, weight_decay=0)
for _ in range(60):
    last = float(loss.forward(net(images[:8]), labels[:8]))
    net.zero_grad()
    net.backward(loss.backward())
    sgd.step()
print(f"log 10 = {math.log(10):.2f}; the first loss is {first:.2f},")
print(f"{first_small:.2f} with a last layer that is 100 times smaller,")
print(f"and {first_raw:.0f} with pixels that are not normalised")
print(f"after 60 steps on eight images it is {last:.4f}")

# %% [markdown]
# The four lines of the loop are all there is to training: forward pass and loss, gradients set to zero, backward pass, one step of SGD.
#
# ## Training
#
# `Trainer.fit` runs this loop for 12 epochs, in batches of 32. After each epoch it measures the loss on the validation images. `StepLR` divides the learning rate by 10 after every fifth epoch.

# %%
net = new_net()
sgd = optim.SGD(net.parameters(), lr=0.02)
schedule = optim.StepLR(sgd, 5)
trainer = Trainer(net, sgd, schedule=schedule, seed=0, progress=False)
watching = data.Loader(kept, 256, transforms=[normalize])
history = trainer.fit(batches(mine, 32), watching, epochs=12)
losses_by_epoch({"1,294 training images": history}, drops=(5, 10)).describe(
    "Training and validation loss over 12 epochs on a logarithmic scale. Both fall "
    "quickly, rise a little at the sixth epoch, and change little after that. Dotted "
    "lines mark the two times at which the learning rate was divided by 10."
)

# %% [markdown]
# This is a *learning curve*. Both losses fall quickly at first. The dotted lines are the divisions of the learning rate. In the first epochs the validation loss is *below* the training loss, for two reasons: the training loss is the mean over an epoch in which the net was still improving, and it is measured with dropout; the validation loss is measured at the end of the epoch, without dropout.
#
# One thing is strange: in epoch 6, directly after the first division of the rate, both losses *rise*. Smaller steps should not harm. One suspect is the velocity of SGD (lesson 6), $v \leftarrow 0.9\,v - \eta\,(\lambda w + g)$: after the division it still consists of steps made with the large rate $\eta$. They go on for about ten more steps, and the new gradients, with a tenth of the rate, are too weak to correct them. If so, the rise must vanish when the velocity is set to 0 at the division:


# %%
class FromRest(optim.StepLR):
    """As StepLR, and the velocity becomes 0 when the rate changes."""

    def step(self, accuracy=None):
        before = self.optimizer.lr
        super().step(accuracy)
        if self.optimizer.lr < before:
            self.optimizer.velocity.clear()


other = new_net()
sgd = optim.SGD(other.parameters(), lr=0.02)
trainer = Trainer(other, sgd, schedule=FromRest(sgd, 5), seed=0, progress=False)
from_rest = trainer.fit(batches(mine, 32), watching, epochs=7)
print("                       velocity kept           velocity set to 0")
print("epoch   rate     training  validation     training  validation")
for row, other_row in list(zip(history, from_rest, strict=False))[3:]:
    print(
        f"{row['epoch']:5} {row['learning_rate']:8.4f}"
        f" {row['loss']:9.3f} {row['validation_loss']:10.3f}"
        f" {other_row['loss']:13.3f} {other_row['validation_loss']:11.3f}"
    )

# %% [markdown]
# So in this training (one seed) it was the velocity: when it is set to 0, both losses fall at once. Over the whole training this is only a small detour. (The paper's rule keeps the velocity. PyTorch multiplies the *whole* velocity by the new rate, so that its steps become smaller at once.)
#
# ## Overfitting
#
# Now the same net with **100 training images** instead of 1,294. The validation images stay the same. (The learning rate is now 0.01, without a schedule, in batches of 20 and for 30 epochs.) On the left the net has no regularisation; on the right it has dropout and weight decay, as before. Two more training runs follow for comparison, and all four are done with three seeds.

# %%
few = data.Subset(mine, np.arange(100))


def train_on(images, epochs=30, dropout=0, weight_decay=0, augmentation=(), seed=0):
    net = new_net(dropout, seed)
    sgd = optim.SGD(net.parameters(), lr=0.01, weight_decay=weight_decay)
    trainer = Trainer(net, sgd, progress=False)
    return trainer.fit(batches(images, 20, augmentation), watching, epochs=epochs)


TRAININGS = {
    "100 images": (few, {}),
    "dropout and decay": (few, {"dropout": 0.5, "weight_decay": 5e-4}),
    # by one pixel at most
    "shifts": (few, {"augmentation": [data.RandomCrop(8, padding=1)]}),
    "1,294 images": (mine, {"epochs": 3}),
}
histories = {
    name: [train_on(images_of, **how, seed=k) for k in range(3)]
    for name, (images_of, how) in TRAININGS.items()
}
plain, regularised = (histories[name][0] for name in list(TRAININGS)[:2])
losses_by_epoch({"100 images": plain, "100, dropout and decay": regularised}).describe(
    "Two panels. With 100 images and no regularisation the training loss falls below "
    "0.001, and the validation loss stays near 1. With dropout and weight decay the "
    "training loss falls more slowly, and the validation loss is hardly better."
)

# %%
lowest = min(row["validation_loss"] for row in plain)
parameters = sum(p.data.size for p in new_net().parameters().values())
print(f"{parameters:,} parameters, 100 images")
print(f"training loss at the end:   {plain[-1]['loss']:.4f}")
print(
    f"validation loss at the end: {plain[-1]['validation_loss']:.2f}, lowest {lowest:.2f}"
)


def percent_wrong(rows):
    return 100 - 100 * rows[-1]["validation_accuracy"]


print("\nwrong in validation, %, for the seeds 0, 1, 2:")
errors = {}
for name, three in histories.items():
    errors[name] = [percent_wrong(rows) for rows in three]
    print(f"{name:18}", *(f"{error:5.1f}" for error in errors[name]))

# %% [markdown]
# The training loss is nearly 0: the net has memorised its 100 images. It has 99,178 parameters, far more than the 100 labels that it must fit. On other images its loss is more than a thousand times as large and no longer falls; it even rises again a little. This is **overfitting** (lesson 5): the net learns the training images instead of the task. You see it in the *gap* between the two curves, and in a validation loss that has stopped falling or rises while the training loss goes on falling.
#
# What helps against overfitting?
#
# - **More images.** This is by far the strongest remedy here. The last line is for the same net, learning rate and batch size, without regularisation, and about as many steps: three epochs of 65 steps in place of 30 epochs of 5.
# - **Regularisation**: anything that keeps a net from fitting its training images exactly, such as dropout or weight decay. Here both together lower the error a little, with each of three seeds.
# - **Early stopping**: keep the weights of the epoch with the lowest *validation* loss.
# - **Augmentation**, if it changes images in ways that occur in the task. Here each digit is shifted by up to one pixel, and that makes no clear difference: the error is lower with two seeds and higher with the third. A likely reason: the digits of this set fill their images, so shifted ones do not occur in validation, and a shift cuts off strokes.
#
# These are small sets: with 144 validation images and an error of 20 %, the standard error is $\sqrt{0.2 \cdot 0.8 / 144}$, about 3 points. All three seeds use the same 144 images. So the step to 1,294 images is far beyond chance; the others are hints.
#
# And if *neither* loss falls, the net is not overfitting. Then the learning rate is wrong, or the code is.
#
# ## The test images, once
#
# Back to the net that learned from 1,294 images. Now it sees the test images, for the first and only time.

# %%
guess("8")
result = evaluate(net, data.Loader(test, 256, transforms=[normalize]))
print(f"{result.wrong} of {len(test)} wrong: accuracy {100 * result.accuracy:.2f} %")

# %% [markdown]
# The answer: **about 5**. This number has a margin, too: if the net got 5 of 359 wrong, its error on further digits by the same writers could well correspond to 2 or to 11 wrong (95 % interval). Look at the mistakes themselves: they show more than the percentage.

# %%
wrong = np.flatnonzero(result.predicted != result.labels)
captions = [
    f"{result.labels[i]} → {result.predicted[i]}, {100 * result.confidence[i]:.0f} %"
    for i in wrong
]
figures.pictures(
    list(zip(captions, test.images[wrong], strict=True)), columns=4, size=1.15
).describe(
    "The test images that were classified wrongly, each with its true class, the "
    "predicted class and the probability that the net gave to it. Some of them would "
    "be hard for a human reader, too."
)

# %% [markdown]
# Above each image: the true class → the predicted class, and the probability that the net gave to its prediction. A *confusion matrix* counts which classes are mistaken for which. Its rows are the true classes, its columns the predicted ones; here, in most of the mistakes a 3 is taken for a 5.

# %%
table = plots.confusion(result.confusion, test.classes)
table.set_size_inches(4.4, 4.2)
table.describe(
    "A 10×10 table of counts. Nearly all images lie on the diagonal, where the "
    "prediction is right; the most frequent mistake is a 3 that is taken for a 5."
)

# %% [markdown]
# ## What VGG-16 has learned: its first filters
#
# Filters learned from 8×8 digits say little. The package contains the first three blocks of VGG-16 as its authors trained it, on 1.3 million photographs. Its first layer has 64 filters of 3×3×3 weights. A filter with three input channels can be shown as a colour image: grey is zero, bright is positive, dark is negative, separately for red, green and blue.
#
# To sort them, we compute for each filter how strongly it depends on colour. Let $w$ be its 27 weights and $\bar w$ their mean over the three colours. The share $\sum (w - \bar w)^2 / \sum w^2$ is 0 if the filter treats red, green and blue alike, and 1 if its output is 0 for every grey image. The labels in the figure are the shares of the first and the last filter of each row.

# %%
vgg16 = models.packaged_net("vgg16-pool3")
w = backend.to_numpy(vgg16["features"]["0"].weight.data)  # (64, 3, 3, 3)


def colour_share(w):
    """For each filter: 0 if it treats the three colours alike, 1 if it ignores grey."""
    without_grey = w - w.mean(axis=1, keepdims=True)
    return (without_grey**2).sum(axis=(1, 2, 3)) / (w**2).sum(axis=(1, 2, 3))


colour = colour_share(w)
uniform = 9 * (w.mean(axis=(2, 3)) ** 2).sum(axis=1) / (w**2).sum(axis=(1, 2, 3))
random = np.random.default_rng(0).standard_normal((64, 3, 3, 3))
random_colour = colour_share(random)

order = np.argsort(colour)
sorted_filters = weights_as_pixels(w[order])
rows = []
for k in range(0, 64, 8):
    low, high = colour[order[k]], colour[order[k + 7]]
    rows.append((f"{low:.2f} to {high:.2f}", sorted_filters[k : k + 8]))
rows.append(("random", weights_as_pixels(random[:8])))
captions = [()] * 8 + [("",)]  # a gap above the random filters
tiles(rows, size=0.42, captions=captions).describe(
    "The 64 filters of VGG-16's first layer, sorted by how much they depend on colour: "
    "the first rows are grey edges, lines and spots, the last are uniform in colour. "
    "A row of random filters below has no such structure."
)

# %%
grey, coloured = colour < 0.2, colour > 0.5
print(f"{grey.sum()} of 64 filters hardly depend on colour (share below 0.2)")
print(f"{coloured.sum()} are mostly about colour (share above 0.5);")
flat = (uniform > 0.5) & coloured  # most of their size is in the mean over the window
print(
    f"{flat.sum()} of those have more than half of their size in the mean over the window"
)
print(f"(a median of {100 * np.median(uniform[coloured]):.0f} %);")
print(f"{64 - grey.sum() - coloured.sum()} are in between")
print(
    f"64 random filters: shares of {random_colour.min():.2f} to {random_colour.max():.2f}"
)

# %% [markdown]
# Nobody told the net what to look for. Most of its first filters respond to *differences of brightness* between neighbouring pixels: edges and lines in several directions. The others compare *colours*, such as green against purple, and are mostly uniform: the means over the window account for more than half of the sum of their squared weights, and for 95 % in the median. So they respond to a colour more than to an edge. Few filters are in between. Random filters, as before training, show no such order: their shares lie around 2/3, and none is near 0. (Each filter in the figure is scaled by its own largest weight, the random ones as well.)
#
# What such filters are good for can be seen in the feature maps. Shown below, for three layers, are the two maps that vary most over the photograph. (The outermost positions are left out of this choice: at the border, zero padding looks like an edge.)

# %%
small = data.Compose([data.Rescale(160), data.CenterCrop(160)])(photograph[None])
x = backend.to_device(vgg16.preprocessing(small))
LAYERS = ("conv1_2", "conv2_2", "conv3_3")
maps = {name: backend.to_numpy(models.truncate(vgg16, name)(x))[0] for name in LAYERS}
inside = {name: a[:, 3:-3, 3:-3].std(axis=(1, 2)) for name, a in maps.items()}
strongest = {name: np.argsort(-spread)[:2] for name, spread in inside.items()}
shown = [
    (f"{name}, map {strongest[name][k]}", maps[name][strongest[name][k]])
    for k in range(2)
    for name in LAYERS
]
figures.pictures(shown, columns=3, size=1.5).describe(
    "Two feature maps each of conv1_2, conv2_2 and conv3_3 for the portrait. The first "
    "still look like the photograph, the last are coarse, and bright in few places."
)

# %%
for name in LAYERS:
    zeros = (maps[name] == 0).mean()
    print(f"{name}: {maps[name].shape[1]} pixels wide, {100 * zeros:.0f} % zeros")

# %% [markdown]
# In `conv1_2` you can still recognise the photograph. With each max-pool the maps become coarser, and the units more selective: more and more of their outputs are 0. One of the two maps of `conv3_3` is bright at the glasses, less so at a spot on the jacket, and almost nowhere else. Lesson 10 shows which patterns excite single units.
#
# ## What write-ups get wrong
#
# - *"Keep the epoch with the best test accuracy"*, as many tutorials do: then the test images have been used to choose something, and their accuracy is too good. Choose by the validation images.
# - *"Augmentation always helps"*: only if the changed images could occur in reality. Mirrored digits do not.
# - *"The first filters detect edges in all directions"*: of VGG-16's 64 filters of 3×3, about a third compare colours and are mostly uniform, and 3×3 pixels leave little room for directions. The smooth, striped filters that are often shown are AlexNet's, which are 11×11.

# %% tags=["tests"]
# The statements of this page, as assertions.
assert (len(train), len(test), train.shape) == (1438, 359, (1, 8, 8))
assert (len(mine), len(kept)) == (1294, 144)
assert batch.shape == (1, 3, 224, 224)
assert np.sqrt((shifts**2).mean()) < 10
assert math.log(10) < first < 10
assert abs(first_small - math.log(10)) < 0.02
assert last < 0.1
assert 200 < first_raw < 2000
kinds = [type(layer).__name__ for layer in new_net()["features"]]
assert (kinds.count("Conv2d"), kinds.count("MaxPool2d")) == (4, 2)
assert history[-1]["loss"] < 0.1 * history[0]["loss"]
assert history[0]["validation_loss"] < history[0]["loss"]
assert [row["learning_rate"] for row in history[4:6]] == [0.02, 0.002]
for which in ("loss", "validation_loss"):
    assert history[5][which] > history[4][which] == from_rest[4][which]
    assert from_rest[5][which] < 0.6 * from_rest[4][which]
assert history[-1]["validation_loss"] < 1.5 * min(r["validation_loss"] for r in history)
assert (
    plain[-1]["loss"] < 0.001 < 500 * plain[-1]["loss"] < plain[-1]["validation_loss"]
)
assert plain[-1]["validation_loss"] > 1.02 * lowest
assert history[-1]["validation_loss"] < 0.2 * lowest
assert np.mean(errors["dropout and decay"]) < np.mean(errors["100 images"])
assert np.mean(errors["shifts"]) > np.mean(errors["dropout and decay"])
of_few = np.concatenate(list(errors.values())[:3])
assert max(errors["1,294 images"]) < min(of_few) - 5
assert result.wrong <= 12
assert parameters == 99178
assert grey.sum() > 32
assert 16 <= coloured.sum() <= 24
assert (uniform[coloured] > 0.5).all()
assert round(100 * np.median(uniform[coloured])) == 95
assert (uniform[grey] > 0.5).mean() < 0.1
assert 0.2 < random_colour.min() < random_colour.mean() < 0.7
silent = [(maps[name] == 0).mean() for name in LAYERS]
assert silent == sorted(silent)

# %% [markdown]
# ## Exercises
#
# Replace the three dots with your answer and run the cell. `hint("8.1")` prints a hint: there are three for each exercise, and each call prints the next one.
#
# **8.1** How many steps of SGD are in one epoch of 1,438 images with batch size 32? (The last batch may be smaller.)

# %%
check(..., "8.1")

# %% [markdown]
# **8.2** A 32×32 image is padded by 4 pixels on each side. How many different images can a random 32×32 crop with mirroring give?

# %%
check(..., "8.2")

# %% [markdown]
# **8.3** Put your own functions together into a small VGG, train it on the digits, and predict the classes of the 359 test digits: at least 97 % must be right.
#
# You have written nearly all parts: `maxpool_forward` and `conv_forward` (exercises 1.2 and 1.3), `maxpool_backward` and `conv_backward` (2.2 and 2.3), `relu_backward` (5.2), the loss (5.3; called `softmax_cross_entropy` here) and `sgd_step` (6.2). Only `relu_forward` is missing, which is one line. Copy them into a cell below this text. Take the convolution that uses one matrix product (`im2col`): loops over all pixels would train for hours. If you lack one of them, this line gives you ours: `from minivgg.classroom.reference_solutions import conv_backward`.
#
# The net has three layers with weights:
#
# | layer | output |
# |---|---|
# | image | 1×8×8 |
# | convolution, 16 filters of 3×3, stride 1, padding 1; ReLU | 16×8×8 |
# | max-pool, size 2, stride 2 | 16×4×4 |
# | convolution, 32 filters of 3×3, stride 1, padding 1; ReLU | 32×4×4 |
# | max-pool, size 2, stride 2 | 32×2×2 |
# | fully connected, 10 outputs: a convolution with 10 filters of 2×2, no padding | 10×1×1 |
#
# A filter as large as the map fits at one position only, so the last layer is fully connected (lesson 9 uses this). The images and the initial weights are given:

# %%
mean, std = train.images.mean(), train.images.std()
train_x, test_x = (train.images - mean) / std, (test.images - mean) / std
rng = np.random.default_rng(0)


def he(*shape):
    """He's initial weights (lesson 6) of filters (F, C, kh, kw)."""
    return rng.standard_normal(shape) * np.sqrt(2 / np.prod(shape[1:]))


def new_weights():
    """Filters and biases of the three layers: w1, b1, w2, b2, w3, b3."""
    shapes = [(16, 1, 3, 3), (32, 16, 3, 3), (10, 32, 2, 2)]
    return [a for shape in shapes for a in (he(*shape), np.zeros(shape[0]))]


# %% [markdown]
# Write the forward pass and the backward pass. The backward pass needs the inputs of all layers, so `my_forward` returns these, too. In `my_gradients`, go through the layers in reverse order: each `…_backward` takes the gradient of its output and returns that of its input. `dlogits` has the shape (N, 10); `dlogits[:, :, None, None]` gives it the shape (N, 10, 1, 1) of the map.


# %%
def my_forward(x, weights):
    # the logits (N, 10), and a list of the arrays that the backward pass needs
    ...


def my_gradients(x, labels, weights):
    # the loss, and a list with the gradient of each of w1, b1, w2, b2, w3, b3
    ...


# %% [markdown]
# The training loop is given: ten epochs in batches of 32. The learning rate is divided by 10 for the last three epochs.


# %%
def my_training(step, epochs=10, lr=0.05):
    """Train new weights with ``step``, your function ``sgd_step``."""
    weights = new_weights()
    velocities = [np.zeros_like(w) for w in weights]
    for epoch in range(epochs):
        order = rng.permutation(len(train_x))
        rate = lr if epoch < 7 else lr / 10
        for start in range(0, len(order), 32):
            batch = order[start : start + 32]
            loss, gradients = my_gradients(train_x[batch], train.labels[batch], weights)
            for k, g in enumerate(gradients):
                weights[k], velocities[k] = step(
                    weights[k], g, velocities[k], rate, 0.9, 5e-4
                )
        print(f"epoch {epoch + 1}: loss {loss:.4f} on the last batch")
    return weights


# %% [markdown]
# First try `my_gradients(train_x[:8], train.labels[:8], new_weights())`: the loss should be between 1 and 6, and each gradient has the shape of its array. Then train, with `weights = my_training(sgd_step)`, which takes less than a minute. (You may try as often as you like. By the rule above, the test digits are then validation images, and the accuracy is no longer an honest test.) The predicted class has the largest logit: replace the three dots with `my_forward(test_x, weights)[0].argmax(axis=1)`.

# %%
check(..., "8.3")

# %% [markdown]
# ## In five lines
#
# - Augmentation changes each image at random; only changes that leave its class unchanged are allowed.
# - Before training: the first loss is log K, or a few units more with He's weights in the last layer, and the net can memorise eight images.
# - Overfitting: the training loss goes on falling, the validation loss does not. More images help most.
# - Choose by the validation images; use the test images once, and look at the mistakes.
# - VGG-16's first filters compare neighbouring pixels or colours; later units respond to less and less.
