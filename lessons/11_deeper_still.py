# %% [markdown]
# # 11 · Deeper still
#
# *What you will know afterwards:* what happens when a plain net gets much deeper than VGG; why overfitting is not the reason, and why vanishing gradients need not be; and what a shortcut changes, in the forward and in the backward pass.
#
# The paper: VGG stops at 19 layers (§4.1). What came next is described in K. He, X. Zhang, S. Ren and J. Sun, *Deep Residual Learning for Image Recognition* (2015). The code: `minivgg/models/resnet.py`, and the class `Residual` in `minivgg/layers/containers.py`.
#
# Reading time: about 40 minutes; the code runs in about 45 seconds. You need lessons 2 (the backward pass), 5 (ReLU) and 6 (learning). No assignment follows; where to go from here is in `docs/course/what-next.md`.

# %% tags=["setup"]
import importlib.util

if getattr(importlib.util.find_spec("minivgg"), "origin", None) is None:
    import sys

    raise ModuleNotFoundError(
        f"minivgg is not installed for {sys.executable}, the Python of this notebook. If it is "
        "installed in a virtual environment (.venv), choose the kernel of that one. Otherwise "
        "install it from a checkout (pip install .) or from a wheel."
    )

import numpy as np
from minivgg import backend, data, layers, losses, models, optim
from minivgg.analysis import paper_tables
from minivgg.classroom import check, guess, hint, slider, solution
from minivgg.plots import residual as figures
from minivgg.training.trainer import Trainer

train = data.load("digits", "train")
test = data.load("digits", "test")
normalize = data.Normalize.from_dataset(train)

# %% [markdown]
# ## A question first
#
# Two nets of 3×3 convolutions, one with 20 layers and one with 56, are built and trained in the same way. **Which of them has the lower loss on the images that it is *trained* on? Write your guess down before you go on.** Put it in place of the dots below. Keep in mind that the deeper net could copy the shallower one, and let its additional layers pass their input on unchanged.

# %%
guess("11", ...)

# %% [markdown]
# ## Plain nets
#
# He et al. compare nets for small images. Each has one convolution, then three stages of $2n$ convolutions with 16, 32 and 64 filters, then *global average pooling* and one fully connected layer. (Global average pooling replaces each feature map with its mean, and so leaves one number for each channel.) That makes $6n + 2$ layers with weights: 20 for $n = 3$, 56 for $n = 9$.
#
# Every convolution is followed by *batch normalisation* (batch norm; S. Ioffe and C. Szegedy, 2015). For each channel it subtracts the mean $\mu$ over the batch and all positions, and divides by the standard deviation $s$; then it multiplies by a learned scale $\gamma$ and adds a learned shift $\beta$: $y = \gamma\,(x - \mu) / \sqrt{s^2 + \epsilon} + \beta$. (The tiny $\epsilon$ prevents a division by zero.) So the numbers keep a moderate size, however many layers there are. When the net is tested, batch norm uses averages of the means and variances that it saw in training, so that the answer for one image does not depend on the others.
#
# A **plain** net is a stack of these layers, as VGG is a stack of convolutions. It is not a VGG: VGG has no batch norm, and it has max-pooling and large fully connected layers.
#
# To train in seconds, we use the 8×8 digits of lesson 8, and 8, 16 and 32 filters in the stages. (The last stage has maps of 2×2, so more than half of each of its windows is padding.) We train for five epochs with batches of 64 images, learning rate 0.05, momentum 0.9 and weight decay $10^{-4}$, without augmentation. All nets of this lesson start from the same seed, 0.


# %%
def build(depth, residual):
    backend.seed(0)
    return models.cifar_net(depth, residual, input_shape=(1, 8, 8), widths=(8, 16, 32))


nets, loss_of = {}, {}


def train_both(kind):
    """Train a net of 20 layers and one of 56, and keep them and their losses."""
    for depth in (20, 56):
        net = build(depth, residual=kind == "residual")
        sgd = optim.SGD(net.parameters(), lr=0.05, momentum=0.9, weight_decay=1e-4)
        batches = data.Loader(train, 64, shuffle=True, transforms=[normalize])
        rows = Trainer(net, sgd, progress=False).fit(batches, epochs=5)
        nets[kind, depth] = net
        loss_of[kind, depth] = [row["loss"] for row in rows]
        print(f"{kind:8}  {depth} layers: loss {rows[-1]['loss']:.2f}")


train_both("plain")

# %% [markdown]
# What did you guess?

# %%
guess("11")

# %% [markdown]
# **The plain net with 56 layers is far behind the one with 20, on the very images that it is trained on.** He et al. found the same at the end of a long training, and call it *degradation*.
#
# - It is not *overfitting*. A net overfits if it learns its training images well and new images badly: then the training loss would be low. Here the training loss itself is high.
# - It is not that the deeper net lacks capacity. It *can* represent what the shallower net computes: the additional layers would only have to pass their input on. Training does not find these weights.
#
# ## A shortcut
#
# He et al. suspect that it is hard for training to make a stack of layers pass its input on. Their **residual** net has the same layers, and a *shortcut* around each pair of convolutions. Write $F(x)$ for what the two convolutions compute, with their batch norms and the ReLU between them. Then the output is
#
# $$y = \text{ReLU}(F(x) + x)$$
#
# **If the pair is to compute some function $H(x)$, then $F$ has to learn only the *residual* $H(x) - x$: what must be added to the input.**

# %%
figures.blocks().describe(
    "Two layers of a plain net, and the same with a shortcut around them. Plain: "
    "convolution, batch norm, ReLU, convolution, batch norm, ReLU. Residual: a line leads "
    "from the input around the boxes to an addition before the last ReLU."
)

# %% [markdown]
# Where a stage halves the map and doubles the channels, $x$ and $F(x)$ have different shapes. There the shortcut takes every second pixel and appends channels of zeros. (Larger residual nets put a 1×1 convolution there.) So no shortcut has a parameter, and both kinds of net have the same number of parameters:

# %%
for depth in (20, 56):
    for residual in (False, True):
        net = models.cifar_net(depth, residual)
        count = sum(p.data.size for p in net.parameters().values())
        kind = "residual" if residual else "plain"
        print(f"{kind:8}  {depth} layers  {count:,} parameters")

# %% [markdown]
# (These are the nets of He et al., with 16, 32 and 64 filters.) Now the training, as before:

# %%
train_both("residual")

# %%
figures.training_losses(loss_of).describe(
    "The training loss of four nets over five epochs, on a logarithmic axis. The plain "
    "net of 56 layers stays far above the plain net of 20 layers. In the last epoch both "
    "residual nets are lower than both plain nets, the one of 20 layers lowest."
)

# %% [markdown]
# This is one seed, and only five epochs. Other trainings, with the same code except for the seed and the number of epochs, ended with these losses:
#
# | | plain, 20 | plain, 56 | residual, 20 | residual, 56 |
# |---|---|---|---|---|
# | 5 epochs, seed 0 | 0.25 | 1.77 | 0.02 | 0.10 |
# | 5 epochs, seed 1 | 0.25 | 2.26 | 0.02 | 0.05 |
# | 5 epochs, seed 2 | 0.22 | 2.22 | 0.01 | 0.12 |
# | 25 epochs, seed 0 | 0.015 | 1.13 | 0.0003 | 0.0008 |
#
# In each row the deep plain net is the worst by far. **But the residual net with 56 layers is no better than the one with 20.** So what was measured is this: the shortcut makes the deep net trainable; it does not make it better than the shallower one here. The digits may simply be too easy to need 56 layers. To see whether depth helps, we need a harder task.
#
# ImageNet is such a task. From He et al.'s Table 2, the top-1 error on the validation images, with ten crops per image:

# %%
figures.errors_by_depth(
    paper_tables.DEGRADATION, "top-1 error on ImageNet, %"
).describe(
    "Top-1 error of nets with 18 and with 34 layers. It rises with depth for the plain "
    "nets, from 27.94 to 28.54 %, and falls for the residual nets, from 27.88 to 25.03 %."
)

# %% [markdown]
# With 18 layers the shortcut makes hardly any difference in accuracy. With 34 layers it decides whether depth helps (2.85 points lower) or harms (0.60 points higher).
#
# ## What a shortcut changes in the forward pass
#
# **To do nothing, a stack of convolutions must learn an identity. With a shortcut, $F = 0$ is enough.** Let us set the scale of the last batch norm of each $F$ to 0. Then $y = \text{ReLU}(0 + x) = x$, because $x$ comes out of a ReLU and has no negative numbers. No block changes its input, except the two that halve the map: they take every second pixel and append zeros. So the net of 56 layers computes the same function as a net of 20 layers whose blocks do nothing:

# %%
images = backend.to_device(normalize(train.batch(np.arange(32))))


def with_idle_blocks(depth):
    net = build(depth, residual=True)
    for layer in net["features"]:
        if isinstance(layer, layers.Residual):
            layer.body[-1].weight.data[...] = 0
    shallow = build(20, residual=True)  # the first and the last layer of both are equal
    for part in ("features", "classifier"):
        net[part]["0"].weight.data[...] = shallow[part]["0"].weight.data
    return backend.to_numpy(net.eval()(images))


idle_20, idle_56 = with_idle_blocks(20), with_idle_blocks(56)
print("largest difference:", np.abs(idle_56 - idle_20).max())

# %% [markdown]
# So a deep residual net is only a few zeros away from a shallow one. (The nets above did not start there: their scales began at 1.)
#
# And what do the blocks of *trained* nets add? Take the two nets with 20 layers, remove *one* block, and test. We remove only blocks whose output has the shape of their input, and change nothing else.


# %%
def test_error(net):
    x = backend.to_device(normalize(test.batch(np.arange(len(test)))))
    answers = backend.to_numpy(net.eval()(x)).argmax(axis=1)
    return 100 * np.mean(answers != test.labels)


def errors_without_one_block(net):
    features, errors = net["features"], []
    for number in (3, 5, 7, 11, 13, 17, 19):  # three, two and two of the stages
        block = features[number]
        features.replace(str(number), layers.Sequential())  # passes its input on
        errors.append(test_error(net))
        features.replace(str(number), block)
    return errors


complete, damaged = {}, {}
for kind in ("plain", "residual"):
    complete[kind] = test_error(nets[kind, 20])
    damaged[kind] = errors_without_one_block(nets[kind, 20])
    print(f"{kind:8}  complete {complete[kind]:.1f} %, without one block", end=" ")
    print(" ".join(f"{error:.0f}" for error in damaged[kind]))

# %%
stages = [1, 1, 1, 2, 2, 3, 3]
figures.without_one_block(damaged, complete, stages).describe(
    "Test error after one block has been removed, for each of seven blocks. The plain "
    "net fails without any of them. The residual net suffers from the loss of an early "
    "block, and hardly from that of a later one."
)

# %% [markdown]
# A. Veit, M. Wilber and S. Belongie (2016) carried out this experiment with larger nets. **In the plain net each layer depends on exactly what the one before it computes; in the residual net a block only adds something to $x$, and $x$ itself goes on without it.** The first blocks matter more here: all later ones build on what they add. Seeds 1 and 2 give the same picture: when any one block is removed, the plain nets get more than 60 % wrong; when one of the last four is removed, the residual nets get less than 5 % wrong. We always removed a single block: this does not say that a net survives the loss of several.
#
# ## What a shortcut changes in the backward pass
#
# A sum passes the gradient of its output on to both of its inputs unchanged (lesson 2). For the sum $s = F(x) + x$:
#
# $$\frac{\partial L}{\partial x} = \frac{\partial L}{\partial s}\,\frac{\partial F}{\partial x} + \frac{\partial L}{\partial s} = \frac{\partial L}{\partial s} \left( \frac{\partial F}{\partial x} + I \right)$$
#
# Here $L$ is the loss, $\partial F / \partial x$ the matrix of all derivatives of $F$ (one row for each output, one column for each input), and $I$ the identity matrix. The gradients are written as rows; for gradients written as columns, the matrices are transposed and stand on the left. **The term with $I$ is the gradient that takes the shortcut: it reaches the earlier layers without passing through the weights of $F$.** It does pass through the ReLU after the sum, which sets it to 0 where $s \le 0$, once in each block. (In a second paper, He et al. 2016, batch norm and ReLU stand before the convolutions, inside $F$; then nothing is left on the shortcut.) In the code, the sum of the two terms is one addition, in `Residual.backward`.
#
# ## Is it vanishing gradients?
#
# Blog posts often give this as the reason. *Vanishing* gradients become smaller from layer to layer on their way back, until the first layers hardly learn. He et al. consider that unlikely: their plain nets have batch norm, and they checked that the gradients keep healthy norms.
#
# Let us measure it: how large are the gradients of the weights, in each convolution of an untrained net? The number is the root of the mean square (RMS) over the weights of a layer. Move the slider to change the depth.


# %% tags=["claim-vanishing"]
def gradient_sizes(net):
    loss = losses.SoftmaxCrossEntropy()
    loss.forward(net.train()(images), backend.to_device(train.labels[:32]))
    net.backward(loss.backward())
    gradients = [p.grad for p in net.parameters().values() if p.data.ndim == 4]
    return np.array([float((g**2).mean() ** 0.5) for g in gradients])


def draw(depth=56):
    sizes = {
        "plain": gradient_sizes(build(depth, False)),
        "residual": gradient_sizes(build(depth, True)),
    }
    return figures.gradient_sizes(sizes).describe(
        f"Size of the gradient in each convolution of nets with {depth} layers, on a "
        "logarithmic axis. In the plain net it is largest at the input and falls "
        "towards the output; in the residual net it is more even."
    )


slider(draw, depth=(14, 56, 6))

# %% [markdown]
# How many times larger is the largest of these gradients than the smallest?

# %%
size, ratio = {}, {}
for depth in (20, 56):
    for kind in ("plain", "residual"):
        size[kind, depth] = gradient_sizes(build(depth, kind == "residual"))
        ratio[kind, depth] = size[kind, depth].max() / size[kind, depth].min()
        print(
            f"{kind:8}  {depth} layers: largest / smallest {ratio[kind, depth]:6,.0f}"
        )

# %% [markdown]
# In this plain net **gradients do not vanish on their way back; they grow**, to thousands of times the size of those in the last layers. That is called *exploding gradients*. Depth makes it worse: from 20 to 56 layers, the ratio grows from about 50 to more than 5,000. In the residual net it only grows from about 20 to about 40. (Part of each ratio has other causes: the layers differ in the size of their weights and in the number of positions over which a gradient is summed. What a step does to a layer depends on its gradient *relative* to its weights, which this measure leaves out.)
#
# Plain nets with batch norm are known to do this before training: G. Yang et al. (2019) derive for fully connected nets that the gradients grow exponentially with depth. One learning rate for all layers is then too large for some of them or too small for others, which may be why the deep plain net learns so badly. A smaller rate for all layers, at least, is no cure: with 0.005 and 0.0005 in place of 0.05, the plain net of 56 layers ended its five epochs (seed 0) with losses of 1.90 and 2.13, against 1.77 before. The gradients were measured in one net, before training, with seed 0: this refutes a simple explanation and does not prove another.
#
# ## What write-ups get wrong
#
# Three statements that are found in blog posts and tutorials:
#
# - *"Beyond 19 layers, VGG gets worse."* The paper never tried more than 19. Degradation was shown later, for other plain nets: with 18 and 34 layers on ImageNet, and with 20 to 56 on CIFAR-10.
# - *"Degradation is overfitting."* The training error itself is higher.
# - *"Degradation is vanishing gradients."* He et al. argue against it, as their plain nets have batch norm. In the net above, before training, the gradients explode instead: the first layer has the largest.
#
# The depth of each net of the paper:

# %% tags=["claim-nineteen"]
depth_of = {}
for name in paper_tables.TABLE_3:
    items = models.CONFIGURATIONS[name].layers
    convolutions = [item for item in items if item not in ("M", "LRN")]
    depth_of[name] = len(convolutions) + 3  # and three fully connected layers
print(depth_of)

# %% tags=["tests"]
# The statements of this page, as assertions.
from minivgg.analysis.gradcheck import gradcheck

parameter_counts = [
    sum(p.data.size for p in models.cifar_net(*which).parameters().values())
    for which in ((20, False), (20, True), (56, False), (56, True))
]
assert parameter_counts == [269_722, 269_722, 853_018, 853_018]
last = {which: values[-1] for which, values in loss_of.items()}
assert last["plain", 56] > 2 * last["plain", 20]
blocks = [nets["residual", 20]["features"][i] for i in (3, 5, 7, 11, 13, 17, 19)]
assert [{8: 1, 16: 2, 32: 3}[len(b.body[0].weight.data)] for b in blocks] == stages
assert last["residual", 56] < 0.5 * last["plain", 56]
assert last["residual", 20] < last["residual", 56] < last["plain", 20]
plain, residual = zip(*paper_tables.DEGRADATION.values(), strict=True)
assert list(paper_tables.DEGRADATION) == [18, 34]
assert round(plain[1] - plain[0], 2) == 0.60
assert round(residual[0] - residual[1], 2) == 2.85
assert np.array_equal(idle_20, idle_56)
assert min(damaged["plain"]) > 50
assert max(damaged["residual"][3:]) < 10
assert np.argmax(damaged["residual"]) == 0
body = layers.Sequential(
    layers.Conv2d(2, 2, 3, padding=1), layers.ReLU(), layers.Conv2d(2, 2, 3, padding=1)
).to("cpu", np.float64)
block = layers.Residual(body)
rng = np.random.default_rng(0)
some, dy = rng.standard_normal((1, 2, 5, 5)), rng.standard_normal((1, 2, 5, 5))
block(some)
with_shortcut = block.backward(dy)
body(some)
assert np.allclose(with_shortcut, body.backward(dy) + dy)
assert gradcheck(block, some)
# claim-vanishing
assert all(len(values) == depth - 1 for (_, depth), values in size.items())
assert size["plain", 56].argmax() == 0
assert size["plain", 56][0] > 5000 * size["plain", 56][-1]
assert ratio["plain", 56] > 5000
assert 30 < ratio["residual", 56] < 50
assert 35 < ratio["plain", 20] < 65
assert 15 < ratio["residual", 20] < 28
# claim-nineteen
assert max(depth_of.values()) == 19
assert last["plain", 56] > last["plain", 20]

# %% [markdown]
# ## Exercises
#
# Replace the three dots with your answer, and run the cell. `hint("11.1")` prints the first of three hints, then the next one each time you run it again; `solution("11.1")` shows the worked answer.
#
# **11.1** The deepest net that He et al. trained on CIFAR-10 has 6n + 2 = 1202 layers with weights. How many residual blocks, with two convolutions each, does it have?

# %%
check(..., "11.1")

# %% [markdown]
# **11.2** Ten blocks y = x + F(x) act on one number, and F' = 0.1 in each of them. By what factor is the gradient multiplied on the backward pass through all ten, to six significant digits?

# %%
check(..., "11.2")

# %% [markdown]
# **11.3** Write the backward pass of a small residual block without batch norm and without the last ReLU, y = x + W₂ ReLU(W₁x), where x is a vector. The function gets x, the matrices w1 and w2, and dy, the gradient of the loss with respect to y. It returns dx, the gradient with respect to x.


# %%
def my_residual_backward(x, w1, w2, dy): ...


check(my_residual_backward, "11.3")

# %% [markdown]
# ## In five lines
#
# - Much deeper plain nets have a higher loss on their own training images: degradation.
# - That is not overfitting, and with batch norm it need not be vanishing gradients.
# - A residual block adds its input to what it computes: y = ReLU(F(x) + x). To do nothing, F has to become 0.
# - In the backward pass the sum passes the gradient on to both paths; before training, gradients explode in our plain net, but hardly in the residual one.
# - These shortcuts cost no parameters. Our trained residual net works nearly as well without any one of its later blocks; the plain net fails without any one block.
