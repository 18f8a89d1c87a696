# %% [markdown]
# # 13 · What the layers keep
#
# *What you will know afterwards:* how to change a picture, instead of the weights, until a layer of VGG-16 gives the output that you want; how much of a picture can be recovered from its feature maps; what a Gram matrix keeps and what it discards, and how that makes textures and styles; and what nearest neighbours by features find, and what they get wrong.
#
# The paper: §2.1 (the layers) and Appendix B (their outputs as features). What others made of these layers: A. Mahendran and A. Vedaldi, *Understanding Deep Image Representations by Inverting Them* (2015); L. Gatys, A. Ecker and M. Bethge, *Texture Synthesis Using Convolutional Neural Networks* (2015) and *Image Style Transfer Using Convolutional Neural Networks* (2016); J. Johnson, A. Alahi and L. Fei-Fei, *Perceptual Losses for Real-Time Style Transfer and Super-Resolution* (2016). The code: `minivgg/analysis/input_gradient.py`, `minivgg/analysis/feature_losses.py`, `minivgg/evaluation/synthesis.py`, `minivgg/evaluation/features.py`.
#
# Reading time: about 50 minutes; the code runs in about 60 seconds. You need lessons 2 (the backward pass), 6 (learning) and 10 (published weights). No assignment follows; where to go from here is in `docs/course/what-next.md`.

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
from minivgg import backend, data, layers, models, optim
from minivgg.analysis.feature_losses import (
    style_loss,
    style_loss_backward,
    total_variation,
    total_variation_backward,
)
from minivgg.analysis.input_gradient import InputDifferentiator
from minivgg.classroom import check, guess, hint, slider, solution
from minivgg.evaluation.features import features
from minivgg.plots import patterns
from minivgg.plots.tiles import tiles

# %% [markdown]
# ## A question first
#
# The first three blocks of VGG-16 turn a portrait of 96×96 pixels into 256 feature maps of 12×12. On the way, each number passed seven convolutions and ReLUs, and three max-pools, each of which kept one number of four. Now the portrait is taken away. You have these maps and the net, and a computer that may take its time.
#
# **What can be recovered: "nothing" that anybody would recognise, the "contours" but not the colours, or "nearly all" of it? Write your guess down before you go on.** Put one of the three words in place of the dots below.

# %%
guess("13", ...)

# %% [markdown]
# ## Changing the picture instead of the weights
#
# In training, the pictures are fixed and the weights change. Here it is the other way round. The weights stay as VGG's authors trained them, and the *picture* changes. A loss says what we want of the outputs of some layers. The backward pass carries its gradient from layer to layer down to the pixels, as in lesson 2: each convolution computes the gradient with respect to its input, and that with respect to its weights is not needed. `InputDifferentiator` does both passes.
#
# Each step changes all pixels a little, so that the loss falls. A plain gradient step is hard to tune here, because the size of the gradient depends on the layer and on the loss. *Adam* (Kingma and Ba, 2015) divides a running mean of each pixel's gradient by the root of a running mean of its square. So a pixel changes by about the learning rate in a step, at first 20 of 255 levels, whatever the scale of the loss. The rate then falls to 0 along a cosine.

# %%
vgg16 = models.packaged_net("vgg16-pool3")
PATHS = {  # after the ReLU of a convolution
    "conv1_1": "features.1",
    "pool1": "features.4",
    "pool2": "features.9",
    "conv3_1": "features.11",
    "pool3": "features.16",
}


def as_input(image):
    """A picture (3, H, W) as the net expects it: minus the mean colour."""
    return backend.to_device(vgg16.preprocessing(image[None]))


black = as_input(np.zeros((3, 1, 1), np.uint8))
white = as_input(np.full((3, 1, 1), 255, np.uint8))


def as_image(x):
    return backend.to_numpy(x - black)[0].round().astype(np.uint8)


def change(x, names, loss_of, steps=100, smooth=0, net=vgg16):
    """Change the picture x until the loss of these layers' outputs is small."""
    gradient_of = InputDifferentiator(net, [PATHS[name] for name in names])
    picture = layers.Parameter(x.copy())  # pixels are what is learned
    adam = optim.Adam([picture], lr=20)
    schedule = optim.CosineLR(adam, steps)
    seen, losses = [], []
    for step in range(steps):
        if step % 10 == 0:
            seen.append(as_image(picture.data))
        found = gradient_of(picture.data, loss_of)
        picture.grad = found.gradient
        if smooth:
            _, saved = total_variation(picture.data)
            picture.grad = picture.grad + smooth * total_variation_backward(saved)
        adam.step()
        schedule.step()
        picture.data[...] = picture.data.clip(black, white)
        losses.append(found.value)
    return picture.data, losses, [*seen, as_image(picture.data)]


# %% [markdown]
# (`smooth` adds another loss, which is explained below.)
#
# ## What does a layer still know?
#
# Let $\phi(x)$ be the output of a layer for a picture $x$, and $x_0$ the portrait. We look for a picture whose output is the same. The loss is the squared error, as a share of the sum of squares, so that 1 means "no better than maps of zeros":
#
# $$L(x) = \frac{\lVert \phi(x) - \phi(x_0) \rVert^2}{\lVert \phi(x_0) \rVert^2}, \qquad \frac{\partial L}{\partial \phi} = \frac{2\,(\phi(x) - \phi(x_0))}{\lVert \phi(x_0) \rVert^2}$$
#
# We start from grey with a little noise. Nothing but $\phi(x_0)$ is known of the portrait. This is called **inverting** a layer (Mahendran and Vedaldi, 2015).

# %%
path = matplotlib.cbook.get_sample_data("grace_hopper.jpg", asfileobj=False)
photograph = data.read_image(path)
portrait = data.CenterCrop(96)(data.Rescale(125)(photograph[None]))[0]


def outputs_of(image, names, net=vgg16):
    """The outputs of these layers for a picture."""
    x = as_input(image)
    return [models.truncate(net, name)(x) for name in names]


def same_maps(target):
    """The loss of maps, and its gradient: their squared error, relative to the target."""
    total = float((target**2).sum())

    def loss_of(outputs):
        difference = outputs[0] - target
        return float((difference**2).sum()) / total, [2 * difference / total]

    return loss_of


noise = as_input(np.full((3, 96, 96), 128, np.uint8))
grain = np.random.default_rng(0).normal(0, 10, noise.shape)
noise = noise + backend.to_device(grain.astype(np.float32))

runs = {  # layer, steps, weight of the total variation
    "pool1, 100 steps": ("pool1", 100, 0),
    "pool2, 100 steps": ("pool2", 100, 0),
    "pool3, 100 steps": ("pool3", 100, 0),
    "100 steps, smooth": ("pool3", 100, 1e-5),
    "300 steps, smooth": ("pool3", 300, 1e-5),
}
recovered, relative_error = {}, {}
for title, (name, steps, smooth) in runs.items():
    (target,) = outputs_of(portrait, [name])
    _, losses, seen = change(noise, [name], same_maps(target), steps, smooth)
    recovered[title] = seen[-1]
    relative_error[title] = losses[-1] ** 0.5

# %%
rows = [("", [portrait, *recovered.values()][k : k + 3]) for k in (0, 3)]
captions = [["portrait", *recovered][k : k + 3] for k in (0, 3)]
tiles(rows, size=1.45, captions=captions).describe(
    "The portrait, and what was recovered of it. TODO"
)

# %%


def block_means(image):
    """The mean colours of 8×8 pixels."""
    return image.reshape(3, 12, 8, 12, 8).mean(axis=(2, 4))


def root_mean_square(difference):
    return float((difference.astype(float) ** 2).mean() ** 0.5)


differences = {}
print("                   maps   pixels  colours of areas")
for title, picture in recovered.items():
    pixels = root_mean_square(picture - portrait.astype(float))
    colours = root_mean_square(block_means(picture) - block_means(portrait))
    differences[title] = pixels, colours
    print(f"{title:18} {relative_error[title]:5.1%} {pixels:8.1f} {colours:8.1f}")

# %% [markdown]
# TODO numbers
#
# ## Which of all these pictures?

# %% [markdown]
# ## Textures: forgetting where
#
# What makes a texture, such as a wall of stones, is not *where* a stone or a joint is, but which things occur and how often they occur together. Gatys et al. (2015) keep just that of a layer. Write the maps of one picture as a matrix $F$ with a row for each position and a column for each channel, of shape $(P, C)$. The **Gram matrix** is
#
# $$G = \frac{F^{\mathsf T} F}{C P}, \qquad G_{cd} = \frac{1}{C P} \sum_p F_{pc}\, F_{pd}$$
#
# $G_{cd}$ is large if the channels $c$ and $d$ are strong at the same positions. It is a sum over all positions, so their order does not matter: after any shuffling of the rows of $F$, $G$ is the same. (The division by $CP$, from Johnson et al., makes maps of different sizes comparable.)
#
# For the backward pass, look at one entry $F_{pc}$. It is in $G_{cd}$, multiplied by $F_{pd}$, and in $G_{dc}$, too, for each channel $d$. So with $dG$ and $dF$ for the gradients of the loss with respect to $G$ and $F$,
#
# $$dF_{pc} = \frac{1}{C P} \sum_d \left( dG_{cd} + dG_{dc} \right) F_{pd}, \qquad dF = \frac{F\,(dG + dG^{\mathsf T})}{C P}$$


# %%
def gram(f):
    """The Gram matrix (C, C) of maps (P, C)."""
    return f.T @ f / f.size


def gram_backward(dg, f):
    return f @ (dg + dg.T) / f.size


rng = np.random.default_rng(0)
f, dg = rng.random((6, 3)), rng.random((3, 3))
direction, tiny = rng.random((6, 3)), 1e-6
ahead, behind = gram(f + tiny * direction), gram(f - tiny * direction)
slope = (dg * (ahead - behind)).sum() / (2 * tiny)
print("slope, numerically:     ", slope)
print("by the backward pass:   ", (gram_backward(dg, f) * direction).sum())

(maps,) = outputs_of(portrait, ["pool3"])
f = backend.to_numpy(maps)[0].reshape(256, -1).T.astype(float)  # (144, 256)
shuffled = rng.permutation(f)
print("largest change of G after shuffling:", abs(gram(shuffled) - gram(f)).max())

# %% [markdown]
# Two directions are not a proof, but the check of lesson 2 would find a wrong formula. (The last number is rounding error.) The Gram matrix is not small: from the 36,864 numbers of these maps it keeps 256·257/2 = 32,896 different ones.
#
# To make a texture, start from the same noise, and change it until several layers have the Gram matrices of a sample. The loss of each layer is again relative: the sum of $(G - A)^2$, where $A$ is the Gram matrix of the sample, divided by the sum of $A^2$. The package's `style_loss` and `style_loss_backward` compute a quarter of the sum of $(G - A)^2$, as Gatys et al. define it, and its gradient; exercise 13.3 asks you to write the latter. The sample is computed, too: random points, each pixel in the colour of its nearest point, and dark where two points are equally near.


# %%
def grams_of(image, names, net=vgg16):
    found = []
    for y in outputs_of(image, names, net):
        rows = y[0].reshape(y.shape[1], -1).T
        found.append(gram(rows)[None])
    return found


def same_grams(targets):
    """The loss of Gram matrices, relative for each layer, and its gradients."""

    def loss_of(outputs):
        loss, gradients = 0.0, []
        for y, target in zip(outputs, targets, strict=True):
            error, saved = style_loss(y, target)
            total = float((target**2).sum()) / 4
            loss += float(error) / total
            gradients.append(style_loss_backward(saved) / total)
        return loss, gradients

    return loss_of


FOUR = ["conv1_1", "pool1", "pool2", "pool3"]
stones, bricks, waves = patterns.stones(), patterns.bricks(), patterns.waves()
of_stones = {}
for count in range(1, 5):
    names = FOUR[:count]
    wanted = same_grams(grams_of(stones, names))
    _, losses, seen = change(noise, names, wanted, steps=60)
    of_stones[names[-1]] = seen[-1]
    print(f"{', '.join(names)}: from {losses[0] / count:.2f} to {losses[-1] / count:.3f}")

# %%
captions = ["sample", "conv1_1", "+ pool1", "+ pool2", "+ pool3"]
tiles([("", [stones, *of_stones.values()])], size=1.1, captions=[captions]).describe(
    "A wall of stones with dark joints, and four textures made from its Gram matrices. "
    "From conv1_1 alone: dark and light dots of the right colours. With pool1: short dark "
    "lines. With pool2: small closed stones. With pool3: larger stones with corners."
)

# %% [markdown]
# The losses are means over the layers. With `conv1_1` alone, the colours of neighbouring pixels are right, and nothing else: it sees 3×3 pixels. **Each further layer adds arrangements of the size of its receptive field**: 6 pixels for `pool1`, 16 for `pool2`, 44 for `pool3`. Joints become lines, lines enclose stones, and stones get their size and corners. No stone is copied from the sample.
#
# What is larger than the receptive fields, no layer knows. Stones need nothing of that kind. Bricks do, because the rows of a wall are straight from one end to the other.

# %%
wanted = same_grams(grams_of(bricks, FOUR))
_, _, of_bricks = change(noise, FOUR, wanted, steps=60)
tiles(
    [("", [bricks, of_bricks[-1]])], size=1.6, captions=[["sample", "texture"]]
).describe(
    "A brick wall, and a texture from its Gram matrices: red areas with light joints, most "
    "of them horizontal or vertical. But the joints do not form rows of equal bricks."
)

# %% [markdown]
# ## Style
#
# Now both: one picture's maps, which say where things are, and another's Gram matrices. That is **style transfer** (Gatys et al., 2016): the sum of the *content loss* of one layer, here `conv3_1`, and of the *style losses* of several, starting from the content picture. A weight decides between the two.


# %%
def style_transfer(content, style, weight, steps=70):
    """All pictures on the way, of a content picture in another picture's style."""
    like_content = same_maps(*outputs_of(content, ["conv3_1"]))
    like_style = same_grams(grams_of(style, FOUR))

    def loss_of(outputs):
        loss_c, gradient_c = like_content(outputs[:1])
        loss_s, gradients_s = like_style(outputs[1:])
        return weight * loss_c + loss_s, [weight * gradient_c[0], *gradients_s]

    names = ["conv3_1", *FOUR]
    return change(as_input(content), names, loss_of, steps)[2]


growing = style_transfer(portrait, waves, weight=0.3)
in_stones = style_transfer(portrait, stones, weight=0.3)
tiles(
    [("", [waves, growing[-1]]), ("", [stones, in_stones[-1]])], size=1.6
).describe("TODO")

# %% [markdown]
# TODO The picture is changed from step to step. Move the slider to see it grow.


# %%
def draw(step=20):
    return tiles([("", [growing[step // 10]])], size=2.2).describe(
        f"The portrait in the style of the waves after {step} steps."
    )


slider(draw, step=(0, 70, 10))

# %% [markdown]
# ## Comparing pictures by features
#
# TODO

# %%
larger = data.CenterCrop(98)(data.Rescale(125)(photograph[None]))[0]
grain = np.random.default_rng(0).normal(0, 15, portrait.shape)
third = data.Rescale(32)(portrait[None])[0]
copies = {
    "moved by a pixel": larger[:, 1:97, 2:98],
    "coarse pixels": third.repeat(3, axis=1).repeat(3, axis=2),
    "noise": (portrait + grain).clip(0, 255).astype(np.uint8),
    "less contrast": (128 + 0.7 * (portrait - 128.0)).astype(np.uint8),
    "brighter": (portrait + 20.0).clip(0, 255).astype(np.uint8),
    "mirrored": portrait[:, :, ::-1],
}
by_pixels, by_pool3 = {}, {}
(original,) = outputs_of(portrait, ["pool3"])
print(f"{'':18} pixels  pool3")
for name, copy in copies.items():
    by_pixels[name] = ((copy - portrait.astype(float)) ** 2).mean() ** 0.5
    (y,) = outputs_of(copy, ["pool3"])
    by_pool3[name] = float(((y - original) ** 2).sum() / (original**2).sum()) ** 0.5
    print(f"{name:18} {by_pixels[name]:6.1f} {by_pool3[name]:6.2f}")

# %%
tiles(
    [("", list(copies.values())[:3]), ("", list(copies.values())[3:])],
    size=1.4,
    captions=[list(copies)[:3], list(copies)[3:]],
).describe("TODO")

# %% [markdown]
# ## Ten pictures
#
# TODO

# %%
SHAPES = patterns.SHAPES
names, pictures = [], []
for number, shape in enumerate(SHAPES):
    for texture in ("bricks", "stones", "waves"):
        sample = getattr(patterns, texture)(seed=number)
        names.append(f"{shape}, {texture}")
        pictures.append(patterns.cut_out(sample, shape))
names.append("portrait")
pictures.append(portrait)
pictures = np.array(pictures)


def nearest_TODO(grid):
    """For each picture, the number of the most similar other one."""
    rows = features(
        vgg16, pictures, "pool3", scales=96, mirror=False, grid=grid
    )
    return [found[0] for found, _ in zip(*similar(rows, 1))]


def share_right(found, part):
    """How many of the nine have a neighbour of the same shape (0) or texture (1)."""
    words = [name.split(", ") for name in names[:9]]
    return sum(words[i][part] == names[found[i]].split(", ")[-1] for i in range(9))

# %% [markdown]
# ## Why VGG, where better classifiers exist?

# %% tags=["claim-untrained"]
backend.seed(0)
untrained = models.vgg("D", 10, (3, 96, 96))
untrained.preprocessing = vgg16.preprocessing
wanted = same_grams(grams_of(stones, FOUR, untrained))
_, losses, of_untrained = change(noise, FOUR, wanted, steps=60, net=untrained)
print(losses[0]/4, losses[-1]/4)
