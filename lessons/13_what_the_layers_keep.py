# %% [markdown]
# # 13 · What the layers keep
#
# *What you will know afterwards:* how to change a picture, instead of the weights, until a layer of VGG-16 gives the output that you want; how much of a picture can be recovered from its feature maps; what a Gram matrix keeps and what it discards, and how that makes textures and styles; and what nearest neighbours by features find, and what they get wrong.
#
# The paper: §2.1 (the layers) and Appendix B (their outputs as features). What others made of these layers: A. Mahendran and A. Vedaldi, *Understanding Deep Image Representations by Inverting Them* (2015); L. Gatys, A. Ecker and M. Bethge, *Texture Synthesis Using Convolutional Neural Networks* (2015) and *Image Style Transfer Using Convolutional Neural Networks* (2016); J. Johnson, A. Alahi and L. Fei-Fei, *Perceptual Losses for Real-Time Style Transfer and Super-Resolution* (2016). The code: `minivgg/analysis/input_gradient.py`, `minivgg/analysis/feature_losses.py`, `minivgg/evaluation/synthesis.py`, `minivgg/evaluation/features.py`.
#
# Reading time: about 60 minutes; the code runs in about 50 seconds. You need lessons 2 (the backward pass), 6 (learning) and 10 (published weights). No assignment follows; where to go from here is in `docs/course/what-next.md`.

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
from minivgg.evaluation.features import features, similar
from minivgg.plots import patterns
from minivgg.plots.tiles import tiles

# %% [markdown]
# ## A question first
#
# The first three blocks of VGG-16 turn a portrait of 80×80 pixels into 256 feature maps of 10×10. On the way there are seven convolutions with ReLUs, and three max-pools, each of which keeps one number of four. Now the portrait is taken away. What you have are these maps, the net and a computer.
#
# **What can be recovered: "nothing" that anybody would recognise, the "contours" but not the colours, or "nearly all" of it? Write your guess down before you go on.** Put one of the three in place of the dots below, in quotation marks.

# %%
guess("13", ...)

# %% [markdown]
# ## Changing the picture instead of the weights
#
# In training, the pictures are fixed and the weights change. Here it is the other way round: the weights stay as VGG's authors trained them, and the *picture* changes. A loss says what we want of the outputs of some layers. The backward pass carries its gradient from layer to layer down to the pixels, as in lesson 2. Each convolution computes the gradient with respect to its input; that with respect to its weights is not needed. `InputDifferentiator` does both passes.
#
# Each step changes all pixels a little, so that the loss falls. A learning rate for plain gradient descent is hard to choose here, because the size of the gradient depends on the layer and on the loss. *Adam* (Kingma and Ba, 2015) keeps, for each pixel, a running mean of its gradient and a running mean of the gradient's square, and divides the first by the root of the second. So a pixel changes by about the learning rate in a step, or by less where its gradients change sign, whatever the scale of the loss. We begin with a rate of 20 of the 255 levels, which falls to 0 along a cosine.

# %%
vgg16 = models.packaged_net("vgg16-pool3")
PATHS = {  # for a convolution, its ReLU
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
        if smooth:  # explained below
            _, saved = total_variation(picture.data)
            picture.grad = picture.grad + smooth * total_variation_backward(saved)
        adam.step()
        schedule.step()
        picture.data[...] = picture.data.clip(black, white)
        losses.append(found.value)
    return [*seen, as_image(picture.data)], losses


# %% [markdown]
# ## What does a layer still know?
#
# Let $\phi(x)$ be the output of a layer for a picture $x$, and $x_0$ the portrait. We look for a picture with the same output. The loss is the squared error, as a share of the sum of squares, so that maps of zeros have a loss of 1:
#
# $$L(x) = \frac{\lVert \phi(x) - \phi(x_0) \rVert^2}{\lVert \phi(x_0) \rVert^2}, \qquad \frac{\partial L}{\partial \phi} = \frac{2\,(\phi(x) - \phi(x_0))}{\lVert \phi(x_0) \rVert^2}$$
#
# We start from grey with a little noise, so that nothing but $\phi(x_0)$ is known of the portrait. This is called **inverting** a layer (Mahendran and Vedaldi, 2015).
#
# Many pictures can have nearly the same maps, and most of them are full of fine noise. Mahendran and Vedaldi prefer smooth ones. They add a multiple of the **total variation** to the loss: the mean over all pixels of the squared differences to the next pixel on the right and to the next one below. It is small for smooth pictures and large for noise. In `change`, `smooth` is the multiple. (The name is also used for the sum of absolute differences, without the square.)

# %%
path = matplotlib.cbook.get_sample_data("grace_hopper.jpg", asfileobj=False)
photograph = data.Rescale(104)(data.read_image(path)[None])[0]
top, left = 12, 12
portrait = photograph[:, top : top + 80, left : left + 80]


def outputs_of(image, names, net=vgg16):
    """The outputs of these layers for a picture."""
    x = as_input(image)
    return [models.truncate(net, name)(x) for name in names]


def same_maps(target):
    """The loss of one layer's maps, relative to the target, and its gradient."""
    total = float((target**2).sum())

    def loss_of(outputs):
        difference = outputs[0] - target
        return float((difference**2).sum()) / total, [2 * difference / total]

    return loss_of


grain = np.random.default_rng(0).normal(0, 10, portrait.shape)
noise = as_input((128 + grain).astype(np.uint8))

runs = {  # layer, steps, multiple of the total variation
    "pool1, 100 steps": ("pool1", 100, 0),
    "pool2, 100 steps": ("pool2", 100, 0),
    "pool3, 100 steps": ("pool3", 100, 0),
    "100 steps, smooth": ("pool3", 100, 1e-5),
    "300 steps, smooth": ("pool3", 300, 1e-5),
}
recovered, map_error = {}, {}
for title, (name, steps, smooth) in runs.items():
    (target,) = outputs_of(portrait, [name])
    seen, losses = change(noise, [name], same_maps(target), steps, smooth)
    recovered[title] = seen[-1]
    map_error[title] = losses[-1] ** 0.5

# %%
six = {"portrait": portrait, **recovered}
titles = list(six)
rows = [("", [six[title] for title in titles[k : k + 3]]) for k in (0, 3)]
tiles(rows, size=1.45, captions=[titles[:3], titles[3:]]).describe(
    "The portrait, and what was recovered from maps. From pool1: no difference to be seen. "
    "From pool2: grainy, with slightly paler dark areas. From pool3 after 100 steps: clear "
    "contours, but grey where it should be black, and much noise; with total variation, "
    "less noise; after 300 steps with total variation, nearly the portrait."
)

# %% [markdown]
# How large are the differences? *Maps* is $\sqrt{L}$, the error that was made small. *Pixels* is the root mean square difference to the portrait, in levels from 0 to 255, and *areas* the same for the mean colours of squares of 8×8 pixels.


# %%
def rms(a, b):
    """The root mean square difference of two pictures."""
    return float(((a.astype(float) - b) ** 2).mean() ** 0.5)


def areas(image):
    return image.reshape(3, 10, 8, 10, 8).mean(axis=(2, 4))


differences = {}
print(f"{'':17}   maps  pixels  areas")
for title, image in recovered.items():
    found = rms(image, portrait), rms(areas(image), areas(portrait))
    differences[title] = found
    print(f"{title:17} {map_error[title]:6.1%} {found[0]:7.1f} {found[1]:6.1f}")

# %% [markdown]
# What did you guess?

# %%
guess("13")

# %% [markdown]
# **Nearly all can be recovered, with patience.** After 100 steps you might conclude that `pool3` keeps the contours and forgets the colours of large areas. That would be wrong: after 300 steps most of the colours are back. And after 1,500 steps, which would take too long here, the same code with total variation comes to differences of 15.9 for the pixels and 6.7 for the areas. (For `pool2` and 1,000 steps without total variation they are 15.7 and 0.8.) So the early picture does not show what the layer has lost, but what gradient descent finds late. A likely reason is that the loss depends strongly on edges, to which many units respond, and weakly on the mean colour of an area.
#
# Remember this whenever you see pictures of this kind: **a bad reconstruction can be the fault of the layer or of the search.** The error of the maps helps to tell them apart. While it is large, as in the third and fourth line of the table, nothing follows about the layer. If it were 0 and the picture wrong, the layer would have lost something.
#
# A count makes it less surprising. The maps of `pool3` hold 256·10·10 = 25,600 numbers, many of them 0, and the portrait holds 3·80·80 = 19,200. After the fourth and fifth pooling of the whole net, which the packaged net does not have, there would be 12,800 and 2,048. Mahendran and Vedaldi inverted all layers of a net like AlexNet, and found that the pictures become vaguer with depth.
#
# ## Textures: forgetting where
#
# What makes a texture, such as a wall of stones, is not *where* a stone lies, but what occurs and how often it occurs together. Gatys et al. (2015) keep just that of a layer. Write the maps of one picture as a matrix $F$ with a row for each of $P$ positions and a column for each of $C$ channels. The **Gram matrix** is
#
# $$G = \frac{F^{\mathsf T} F}{C P}, \qquad G_{cd} = \frac{1}{C P} \sum_p F_{pc}\, F_{pd}$$
#
# $G_{cd}$ is large if the channels $c$ and $d$ are strong at the same positions. It is a sum over all positions, so their order does not matter: however the rows of $F$ are shuffled, $G$ is the same. (The division by $CP$, from Johnson et al., makes maps of different sizes comparable.)
#
# For the backward pass, look at one entry $F_{pc}$. For each channel $d$ it is in $G_{cd}$, multiplied by $F_{pd}$, and in $G_{dc}$, too. So if $dG$ and $dF$ are the gradients of a loss with respect to $G$ and $F$,
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
direction, h = rng.random((6, 3)), 1e-6
ahead, behind = gram(f + h * direction), gram(f - h * direction)
slope = (dg * (ahead - behind)).sum() / (2 * h)
from_backward = (gram_backward(dg, f) * direction).sum()
print("slope, numerically:  ", slope)
print("by the backward pass:", from_backward)


def as_rows(maps):
    """Maps (1, C, H, W) as a matrix with a row for each position."""
    return maps[0].reshape(maps.shape[1], -1).T


(maps,) = outputs_of(portrait, ["pool3"])
f = as_rows(backend.to_numpy(maps)).astype(float)
shuffled = rng.permutation(f)
moved = abs(gram(shuffled) - gram(f)).max() / gram(f).max()
print(f"F is {f.shape}; shuffling its rows changes G by {moved:.0e} of its maximum")

# %% [markdown]
# The two slopes agree, and what shuffling changes is rounding error.
#
# To make a texture, start from the noise again, and change it until several layers have the Gram matrices of a sample. The loss of each layer is relative, too: the sum of $(G - A)^2$, where $A$ is the Gram matrix of the sample, divided by the sum of $A^2$. The package's `style_loss` computes a quarter of the first sum, as Gatys et al. define it, and `style_loss_backward` its gradient with respect to the maps. (You will write the latter in exercise 13.3.) Our sample is computed as well: each pixel has the colour of the nearest of 50 random points, and joints are dark.


# %%
def grams_of(image, names, net=vgg16):
    return [gram(as_rows(y))[None] for y in outputs_of(image, names, net)]


def same_grams(targets):
    """The loss of several layers' Gram matrices, and its gradients."""

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
stones = patterns.stones(80, count=50)
bricks, waves = patterns.bricks(80), patterns.waves(80)
of_stones, mean_loss = {}, {}
for count in range(1, 5):
    names = FOUR[:count]
    wanted = same_grams(grams_of(stones, names))
    seen, losses = change(noise, names, wanted, steps=60)
    of_stones[names[-1]] = seen[-1]
    mean_loss[names[-1]] = losses[-1] / count
    print(f"{', '.join(names)}: {losses[0] / count:.2f} → {losses[-1] / count:.3f}")

# %%
wanted = same_grams(grams_of(bricks, FOUR))
of_bricks, brick_losses = change(noise, FOUR, wanted, steps=60)
rows = [
    ("", [stones, of_stones["conv1_1"], of_stones["pool1"]]),
    ("", [of_stones["pool2"], of_stones["pool3"]]),
    ("", [bricks, of_bricks[-1]]),
]
captions = [
    ["sample", "conv1_1", "and pool1"],
    ["and pool2", "and pool3"],
    ["sample", "all four"],
]
tiles(rows, size=1.45, captions=captions).describe(
    "A wall of stones, and four textures made from its Gram matrices. From conv1_1 alone: "
    "dark and light dots. With pool1: short dark lines. With pool2: small rounded stones. "
    "With pool3: larger stones with corners. Below, a brick wall and its texture from all "
    "four layers: red areas and light, mostly straight joints, but no rows of bricks."
)

# %% [markdown]
# (The losses are means over the layers.) With `conv1_1` alone, which sees 3×3 pixels, only the arrangement of close neighbours is right. **Each further layer adds arrangements of the size of its receptive field:** 6 pixels for `pool1`, 16 for `pool2`, 44 for `pool3`. Joints become lines, lines enclose stones, and the stones become nearly as large as in the sample and get corners. They are new stones, in a new arrangement.
#
# No layer sees what is larger than its receptive field. The bricks show it: their joints are straight and mostly horizontal or vertical, but they do not continue in rows through the whole picture.
#
# ## Style
#
# Now both at once: one picture's maps, which say where things are, and another's Gram matrices. That is **style transfer** (Gatys et al., 2016). Its loss is the *content loss* of one layer, here `conv3_1`, times a weight, plus the *style losses* of several. It starts from the content picture.


# %%
def style_transfer(content, style, weight, steps=60):
    """The pictures on the way from a content picture to the style of another."""
    like_content = same_maps(*outputs_of(content, ["conv3_1"]))
    like_style = same_grams(grams_of(style, FOUR))

    def loss_of(outputs):
        loss_c, gradients_c = like_content(outputs[:1])
        loss_s, gradients_s = like_style(outputs[1:])
        return weight * loss_c + loss_s, [weight * gradients_c[0], *gradients_s]

    return change(as_input(content), ["conv3_1", *FOUR], loss_of, steps)


styled = {}
samples = {"stones": stones, "waves": waves}
for title, weight in (("stones", 0.3), ("stones", 3), ("waves", 1)):
    seen, _ = style_transfer(portrait, samples[title], weight)
    styled[f"{title}, {weight}"] = seen

# %%
rows = [
    ("", [portrait, styled["stones, 0.3"][-1], styled["stones, 3"][-1]]),
    ("", [waves, styled["waves, 1"][-1]]),
]
captions = [["content", "stones, 0.3", "stones, 3"], ["style", "waves, 1"]]
tiles(rows, size=1.45, captions=captions).describe(
    "The portrait in the style of the stones: face and jacket are divided by dark joints, "
    "fewer with a content weight of 3 than with 0.3. And in the style of waves in blue and "
    "orange: jacket and background are covered with swirls. The face remains recognisable."
)

# %% [markdown]
# The number is the weight of the content. Where the content has a contour, the joints of the stones follow it; in smooth areas they are free. No part of the loss says so: this is what costs least. The picture of the stones, with a weight of 0.3, grew like this:


# %%
def draw(step=30):
    seen = styled["stones, 0.3"]
    image = seen[min(step // 10, len(seen) - 1)]
    return tiles([("", [image])], size=2.2).describe(
        f"The portrait in the style of the stones after {step} steps."
    )


slider(draw, step=(0, 60, 10))

# %% [markdown]
# Johnson et al. (2016) use the same losses to *train* a net that does this in one forward pass. They call them **perceptual losses**. `minivgg style CONTENT STYLE --to out.png` does style transfer with your own pictures.
#
# ## Comparing pictures by their features
#
# A loss of maps can serve as a distance between two pictures, beside the distance of their pixels. Here are six changes of the portrait:

# %% tags=["claim-perceptual"]
grain = np.random.default_rng(1).normal(0, 15, portrait.shape)
coarse = portrait[:, 1::4, 1::4].repeat(4, axis=1).repeat(4, axis=2)
copies = {
    "moved by a pixel": photograph[:, top : top + 80, left + 1 : left + 81],
    "coarse pixels": coarse,
    "noise": (portrait + grain).clip(0, 255).astype(np.uint8),
    "less contrast": (128 + 0.7 * (portrait - 128.0)).astype(np.uint8),
    "brighter": (portrait + 20.0).clip(0, 255).astype(np.uint8),
    "mirrored": portrait[:, :, ::-1],
}
(original,) = outputs_of(portrait, ["pool3"])
by_pixels, by_pool3 = {}, {}
print(f"{'':17} pixels  pool3")
for title, image in copies.items():
    (y,) = outputs_of(image, ["pool3"])
    by_pixels[title] = rms(image, portrait)
    by_pool3[title] = float(((y - original) ** 2).sum() / (original**2).sum()) ** 0.5
    print(f"{title:17} {by_pixels[title]:6.1f} {by_pool3[title]:6.0%}")

# %%
titles = list(copies)
rows = [("", [copies[title] for title in titles[k : k + 3]]) for k in (0, 3)]
tiles(rows, size=1.45, captions=[titles[:3], titles[3:]]).describe(
    "Six changes of the portrait. Moved by a pixel: no change to be seen. In coarse "
    "pixels: the face is hard to recognise. With noise, with less contrast, brighter, and "
    "mirrored: still clearly the same photograph."
)

# %% [markdown]
# By pixels, the portrait that is moved by one pixel is further from the original than the one with noise; by `pool3` it is the other way round. And that everything is brighter hardly matters to `pool3`, probably because most filters respond to differences between pixels.
#
# But this is no measure of what people see. Less contrast counts more than noise. And the mirrored portrait, the same photograph to anybody, is further away than the one in coarse pixels, in which the face can hardly be recognised, because maps are compared position by position. Such a distance depends on the layer and on how positions are treated.
#
# ## Ten pictures
#
# The same idea finds pictures: **retrieval** means to rank a collection by similarity to a picture that is given. Take ten pictures: three shapes, each filled with three textures, and the portrait. No two pictures with the same texture show the same part of it. For each picture, which other one is nearest? The features are the maps of `pool3`, averaged over all positions, and then over a grid of 5×5 parts, as in lesson 10. Similarity is the cosine of the angle between two vectors of features: their product, divided by their lengths. The function `similar` finds the nearest; exercise 13.1 asks you to write it.

# %%
labels, images = [], []
for seed, shape in enumerate(patterns.SHAPES):
    for texture in (patterns.bricks, patterns.stones, patterns.waves):
        labels.append((shape, texture.__name__))
        images.append(patterns.cut_out(texture(80, seed=seed), shape))
labels.append(("portrait", "portrait"))
images.append(portrait)
images = np.array(images)


def nearest(rows):
    """For each picture the number of the most similar other one, and the cosine."""
    neighbours, cosines = similar(rows, count=1)
    return neighbours[:, 0], cosines[:, 0]


def same(found, part):
    """How many of the first nine have a neighbour with the same shape or texture."""
    return sum(labels[i][part] == labels[found[i]][part] for i in range(9))


def pool3(grid):
    return features(vgg16, images, "pool3", 80, mirror=False, grid=grid)


tried = {"pixels": images.reshape(10, -1) / 255, "mean": pool3(1), "grid": pool3(5)}
retrieved, lowest = {}, {}
for title, rows in tried.items():
    found, cosines = nearest(rows)
    retrieved[title] = found
    print(
        f"{title:6} same texture: {same(found, 1)} of 9, same shape: {same(found, 0)} of 9"
    )
    lowest[title] = cosines[:9].min(), cosines[9]
    print(f"       cosines of the nine: from {cosines[:9].min():.2f}")
    print(f"       portrait → {' of '.join(labels[found[9]])}, cosine {cosines[9]:.2f}")

# %%
found = retrieved["mean"]
rows = []
for k in (0, 5):
    rows += [("asked", images[k : k + 5]), ("nearest", images[found[k : k + 5]])]
tiles(rows, size=0.85).describe(
    "Ten pictures, each with its nearest neighbour below it. Circles, squares and triangles "
    "of bricks, stones and waves: each neighbour has the same texture and another shape. "
    "The neighbour of the portrait is a circle of stones."
)

# %% [markdown]
# With the mean over all positions, every neighbour has the same texture, and none has the same shape. By pixels it is nearly the opposite, because pictures of the same shape have the same background, and two samples of a texture do not match pixel by pixel. The grid is in between: it keeps some of the layout. No distance is right in itself. It depends on what was asked for, and **whoever asks these averages for another triangle gets everything wrong.** (R. Geirhos et al., 2019, found that whole nets, trained on ImageNet, also go by texture more than by shape where the two disagree. Ours is three blocks and an average. With four other sets of samples of the textures, the mean found 9 textures and 0 shapes each time, and the grid 6 and 3.)
#
# The portrait has no counterpart in this collection, and yet it gets a neighbour, a circle of stones. A search of nearest neighbours always answers. Its cosine is lower than those of the nine others, so here a threshold would tell; which threshold is good has to be measured for each collection. `minivgg features FOLDER --similar out.png` draws such a figure for your own pictures.
#
# ## Why VGG, where better classifiers exist?
#
# VGG is used for styles and perceptual losses years after it was overtaken as a classifier. Is there a reason, or is it habit? What follows is from the literature; of the three points, only the last is tried here.
#
# - *Similarity.* R. Zhang et al. (2018) asked people which of two changed pictures is more like the original. Distances by features of AlexNet, VGG and SqueezeNet agreed with people far better than distances by pixels, also where the nets had been trained on other tasks. M. Kumar et al. (2022) continued with better classifiers: up to a point accuracy helps, and beyond it, better classifiers judge similarity worse. G. Pihlgren et al. (2023) compared 14 pretrained nets in four applications of perceptual losses: VGG nets without batch norm were often the best, accuracy on ImageNet predicted little, and the choice of the layer mattered as much as that of the net.
# - *Style.* P. Wang, Y. Li and N. Vasconcelos (2021) find that styles from residual nets are worse than from VGG, and trace it to the shortcuts: these lead to maps with a few large peaks. Smoothing the maps with a softmax removes much of the difference.
# - *Is training needed at all?* I. Ustyuzhaninov et al. (2016) made good textures with a single layer of many random filters of several sizes, and Wang et al. styles with an untrained VGG.
#
# So there are reasons: for similarity, a more accurate classifier need not be better, and for style there is an explanation, which its authors tested by removing the cause. Habit may be another one: results are easier to compare if everyone uses the same net.
#
# Now the last point. This net has the layers of VGG-16 and random weights (He's initialisation, seed 0):

# %% tags=["claim-untrained"]
backend.seed(0)
untrained = models.vgg("D", 10, (3, 80, 80)).eval()
wanted = same_grams(grams_of(stones, FOUR, untrained))
of_untrained, untrained_losses = change(noise, FOUR, wanted, 60, net=untrained)
print(f"mean loss: {untrained_losses[0] / 4:.2f} → {untrained_losses[-1] / 4:.4f}")

# %%
tiles(
    [("", [stones, of_stones["pool3"], of_untrained[-1]])],
    size=1.45,
    captions=[["sample", "trained", "untrained"]],
).describe(
    "The wall of stones, its texture by the trained net, with stones and joints, and by "
    "the untrained net: dark and light spots, without stones or joints."
)

# %% [markdown]
# The loss falls as far as with the trained net, so the search is not to blame: a picture without a single stone has nearly the same Gram matrices as the sample, for this net. In the trained net, these matrices do tell stones from spots. That does not contradict the authors above, who used other random nets and, in style transfer, started from a picture that supplies the shapes. It is one kind of random net and one texture. (Nets from the seeds 1 and 2 make such spots as well.)
#
# ## What write-ups get wrong
#
# Four statements that are found in blog posts, tutorials and summaries of papers:
#
# - *"The Gram matrix contains the correlations between feature maps."* Gatys et al. use that word, too, in a loose sense. A correlation in the sense of statistics is computed after the means are subtracted, and divided by the standard deviations. The Gram matrix does neither. After a ReLU no entry can be negative, while many correlations are; and most of $G$ comes from the means alone. The first cell below has the numbers for the portrait and `pool3`.
# - *"Deep layers hold the content and early layers the style."* The layers do not divide it between them. Gatys et al. take style from early *and* deep layers; above, `conv1_1` alone made dots. And the maps of a layer determine its Gram matrix: the portrait that was recovered from `pool3` has the Gram matrix of `pool3`, too, up to a few percent. So a layer cannot have the maps of one picture and the Gram matrix of another: style transfer is a compromise. The second cell below has the numbers.
# - *"A perceptual loss measures how similar two pictures are to people."* It often agrees with people better than pixels do (Zhang et al.). But above, it puts the mirrored portrait further away than one that can hardly be recognised.
# - *"An untrained VGG does as well as a trained one."* In our texture it does not.
#
# And one mistake needs no blog post: to take the picture after too few steps for what a layer knows.

# %% tags=["claim-gram"]
f = f[:, f.std(axis=0) > 0]  # without channels that are 0 everywhere
g, correlation = gram(f), np.corrcoef(f.T)
means = f.mean(axis=0)
from_means = np.outer(means, means) / f.shape[1]
share = np.linalg.norm(from_means) / np.linalg.norm(g)
print(f"negative entries of the Gram matrix: {(g < 0).mean():4.0%}")
print(f"negative correlations:               {(correlation < 0).mean():4.0%}")
print(f"norm of the part from means, of all: {share:4.0%}")

# %% tags=["claim-separate"]


def gram_errors(image, like):
    """The relative error of the Gram matrix, in each of the four layers."""
    pairs = zip(grams_of(image, FOUR), grams_of(like, FOUR), strict=True)
    return [float(((g - a) ** 2).sum() / (a**2).sum()) ** 0.5 for g, a in pairs]


recovered_errors = gram_errors(recovered["300 steps, smooth"], portrait)
dots_errors = gram_errors(of_stones["conv1_1"], stones)
print(f"{'':26}", *(f"{name:>8}" for name in FOUR))
for title, errors in (
    ("portrait from pool3", recovered_errors),
    ("stones from conv1_1", dots_errors),
):
    print(f"{title:26}", *(f"{error:8.1%}" for error in errors))

# %% tags=["tests"]
# The statements of this page, as assertions.
from minivgg.analysis.feature_losses import gram_matrix, gram_matrix_backward

assert map_error["pool1, 100 steps"] < 0.02
assert differences["pool1, 100 steps"][1] < 3
early, late = differences["pool3, 100 steps"], differences["300 steps, smooth"]
assert early[1] > 30 > 25 > late[1]
assert late[0] < 0.6 * early[0]
assert map_error["pool3, 100 steps"] > 2 * map_error["300 steps, smooth"]
assert late[0] < differences["100 steps, smooth"][0] < early[0]
assert abs(slope - from_backward) < 1e-8
assert moved < 1e-12
assert maps.size == 25_600
assert portrait.size == 19_200
some = np.random.default_rng(1).random((1, 3, 4, 5))
theirs, saved = gram_matrix(some)
assert np.allclose(theirs[0], gram(as_rows(some)))
back = as_rows(gram_matrix_backward(dg[None], saved))
assert np.allclose(back, gram_backward(dg, as_rows(some)))
assert max(mean_loss.values()) < 0.03
assert brick_losses[-1] / 4 < 0.1
assert all(len(seen) == 7 for seen in styled.values())
assert same(retrieved["mean"], 1) == 9
assert same(retrieved["mean"], 0) == 0
assert same(retrieved["pixels"], 0) > 5 > same(retrieved["pixels"], 1)
assert 0 < same(retrieved["grid"], 0) < same(retrieved["pixels"], 0)
assert labels[retrieved["mean"][9]] == ("circle", "stones")
assert lowest["mean"][1] < lowest["mean"][0]
# claim-perceptual
assert by_pixels["moved by a pixel"] > by_pixels["noise"]
assert by_pool3["moved by a pixel"] < by_pool3["noise"] < by_pool3["less contrast"]
assert by_pool3["brighter"] < 0.1
assert by_pool3["mirrored"] > by_pool3["coarse pixels"]
# claim-untrained
assert untrained_losses[-1] / 4 < 1.5 * mean_loss["pool3"]
to_sample = [gram_errors(a, stones)[3] for a in (of_stones["pool3"], of_untrained[-1])]
assert to_sample[1] > 3 * to_sample[0]
# claim-gram
assert not (g < 0).any()
assert (correlation < 0).mean() > 0.3
assert 0.7 < share < 0.95
# claim-separate
assert recovered_errors[3] < 0.1
assert dots_errors[0] < 0.1 < 0.5 < dots_errors[3]

# %% [markdown]
# ## Exercises
#
# Write the body of each function in place of the three dots, and run the cell. `hint("13.1")` prints the first of three hints, then the next one each time you run it again; `solution("13.1")` shows the worked answer.
#
# **13.1** Write the search of nearest neighbours. The function gets features, an array of shape (N, D) with one row for each picture, of any length. It returns an array of N numbers: for each picture, that of the other picture that is most similar. The similarity of two rows a and b is the cosine of the angle between them, a·b / (|a| |b|).


# %%
def my_nearest(rows): ...


check(my_nearest, "13.1")

# %% [markdown]
# **13.2** Write the backward pass of the total variation. The function gets a picture x of shape (C, H, W). V is the sum of (x[c, i, j+1] − x[c, i, j])² and of (x[c, i+1, j] − x[c, i, j])² over all pairs of neighbours within the picture. The function returns the gradient of V with respect to x, an array of the shape of x.


# %%
def my_variation_gradient(x): ...


check(my_variation_gradient, "13.2")

# %% [markdown]
# **13.3** Write the backward pass of the style loss of one layer. The function gets f, the maps as an array of shape (P, C) with one row for each position, and wanted, the Gram matrix A of the sample, a symmetric array of shape (C, C). With G = fᵀf / (C·P), the loss is a quarter of the sum of all (G − A)². The function returns the gradient of the loss with respect to f, an array of shape (P, C).


# %%
def my_style_gradient(f, wanted): ...


check(my_style_gradient, "13.3")

# %% [markdown]
# ## In five lines
#
# - With fixed weights, the gradient with respect to the pixels leads to a picture that has the maps or the Gram matrices that you want.
# - From the maps of `pool3` nearly the whole portrait can be recovered. A poor picture can be the fault of the search, not of the layer.
# - A Gram matrix keeps which channels are active together, and discards where. Matched in several layers, it makes textures, up to the size of the receptive fields.
# - Style transfer weighs the maps of one picture against the Gram matrices of another.
# - What is near depends on the layer and on how positions are treated: averages find textures and miss shapes, and a search always finds a nearest neighbour.
