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
# Each step changes all pixels a little, so that the loss falls. A plain gradient step is hard to tune here, because the size of the gradient depends on the layer and on the loss. *Adam* (Kingma and Ba, 2015) divides a running mean of each pixel's gradient by the root of a running mean of its square. So a pixel changes by about the learning rate in a step, here 10 of 255 levels, whatever the scale of the loss. The rate then falls to 0 along a cosine.

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
    adam = optim.Adam([picture], lr=10)
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

recovered, error = {}, {}
for name, steps in (("pool1", 100), ("pool2", 100), ("pool3", 100), ("pool3", 300)):
    (target,) = outputs_of(portrait, [name])
    _, losses, seen = change(noise, [name], same_maps(target), steps)
    recovered[name, steps] = seen
    error[name, steps] = losses[-1] ** 0.5

# %%
captions = ["portrait", *(f"{name}, {steps}" for name, steps in recovered)]
pictures = [portrait, *(seen[-1] for seen in recovered.values())]
tiles([("", pictures)], size=1.1, captions=[captions]).describe(
    "The portrait, and what was recovered of it from the maps of pool1 and pool2 in 100 "
    "steps, and of pool3 in 100 and in 300 steps. TODO"
)

# %% [markdown]
# TODO numbers

# %%
