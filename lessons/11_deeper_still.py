# %% [markdown]
# # 11 · Deeper still
#
# *What you will know afterwards:* what happens when a plain net gets much deeper than VGG; that it is neither overfitting nor vanishing gradients; and what a shortcut changes, for the function and for the gradient.
#
# The paper: VGG stops at 19 layers (§4.1); what came next is He et al. 2015. Here: `minivgg/models/resnet.py`, `layers.Residual`.

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
from minivgg.analysis.gradcheck import gradcheck
from minivgg.classroom import check, hint  # noqa: F401 (hint is for the exercises)
from minivgg.plots import figures
from minivgg.training.trainer import Trainer

backend.use("cpu")  # "gpu" on a machine that has one
train = data.load("digits", "train")
normalize = data.Normalize.from_dataset(train)

# %% [markdown]
# ## A question first
#
# Two nets of 3×3 convolutions, of 20 and of 56 layers, built and trained in the same way. **Which of them has the lower loss on the images that it *learns from*? Write your guess down before you go on.** (Consider: the deeper one could do all that the shallower does, and then do nothing.)
#
# ## Plain and residual, 20 and 56 layers
#
# He et al.'s small nets: one convolution, three stages of $2n$ convolutions with 16, 32 and 64 filters, global average pooling (each map becomes its mean), one fully connected layer: $6n + 2$ layers. After every convolution comes *batch norm*: it shifts and scales each channel to mean 0 and standard deviation 1 over the batch, and then by two learned numbers. *Plain* is what VGG would be. *Residual* has the very same layers, and adds to each two of them a shortcut:
#
# $$y = \text{ReLU}(F(x) + x)$$
#
# where $F$ is what the two convolutions do, with their batch norms and the ReLU between them.

# %%
parameters = {
    (depth, residual): sum(
        p.data.size
        for p in models.cifar_net(depth, residual, initializer="zeros")
        .parameters()
        .values()
    )
    for depth in (20, 56)
    for residual in (False, True)
}
assert parameters[20, True] == parameters[20, False] == 269_722
assert parameters[56, True] == parameters[56, False] == 853_018
print(
    f"20 layers: {parameters[20, True]:,} parameters, 56 layers: {parameters[56, True]:,}; plain and residual alike"
)

# %% [markdown]
# To train them here in seconds the images are the 8×8 digits of lesson 8, and the stages have 8, 16 and 32 filters; the rate is 0.05 (He et al.: 0.1 with two falls), the batch 64 (128), without augmentation, for five epochs:


# %%
def built(depth, residual):
    backend.seed(0)
    return models.cifar_net(depth, residual, input_shape=(1, 8, 8), widths=(8, 16, 32))


def losses_of(depth, residual):
    net = built(depth, residual)
    sgd = optim.SGD(net.parameters(), lr=0.05, momentum=0.9, weight_decay=1e-4)
    loader = data.Loader(train, 64, shuffle=True, transforms=[normalize])
    return [
        row["loss"] for row in Trainer(net, sgd, progress=False).fit(loader, epochs=5)
    ]


learned = {
    f"{'residual' if residual else 'plain'}, {depth} layers": losses_of(depth, residual)
    for residual in (False, True)
    for depth in (20, 56)
}
print({name: round(loss[-1], 2) for name, loss in learned.items()})
assert learned["plain, 56 layers"][-1] > 2 * learned["plain, 20 layers"][-1]
assert learned["residual, 56 layers"][-1] < 0.5 * learned["plain, 56 layers"][-1]
figures.lines(np.arange(1, 6), learned, "epoch", "training loss, nats")

# %% [markdown]
# The answer: **the plain net of 56 layers is far behind the one of 20**, on the very images that it learns from. He et al. called it *degradation*. It is not overfitting, for then the training loss would be low. And it is not that the deeper net could not do it: it *can* do what the shallower
# one does, if its further layers do nothing. SGD does not find that. (Nor is it only slower: with 25 epochs the deep net is still far behind; try it.)
#
# They saw the same on ImageNet (top-1 error with ten crops, %):

# %%
plain, residual = zip(*paper_tables.DEGRADATION.values(), strict=True)
assert list(paper_tables.DEGRADATION) == [18, 34]
assert plain[1] > plain[0]
assert residual[1] < residual[0] - 2
figures.grouped(
    [
        f"18 layers: {plain[0]} and {residual[0]}",
        f"34 layers: {plain[1]} and {residual[1]}",
    ],
    {"plain": plain, "residual": residual},
    "top-1 error on ImageNet, %",
)

# %% [markdown]
# ## What a shortcut changes
#
# *The function.* “Do nothing” is hard to learn for a stack of convolutions, whose weights must become an identity. With a shortcut it is easy: $F = 0$. If the last batch norm of each $F$ has a scale of 0, then all blocks do nothing, and the net of 56 layers *is*, to the last digit, one of 20 in which they do nothing, too. Depth can then
# be used bit by bit.

# %%
answers = []
x = backend.to_device(normalize(train.batch(np.arange(32))), backend.device())
for depth in (20, 56):
    net = built(depth, residual=True)
    for layer in net["features"]:
        if isinstance(layer, layers.Residual):
            layer.body[-1].weight.data[...] = 0
    first, last = (
        built(20, True)["features"]["0"].weight.data,
        built(20, True)["classifier"]["0"].weight.data,
    )
    net["features"]["0"].weight.data[...], net["classifier"]["0"].weight.data[...] = (
        first,
        last,
    )
    answers.append(backend.to_numpy(net.eval()(x)))
assert np.array_equal(*answers)
print("56 layers that do nothing are 20 layers that do nothing")

# %% [markdown]
# *The gradient.* It goes through a sum to both sides unchanged, so
#
# $$\frac{\partial L}{\partial x} = \frac{\partial L}{\partial y} \left( I + \frac{\partial F}{\partial x} \right)$$
#
# (for the sum itself). The $I$ is a road on which each gradient reaches every earlier layer without passing a single weight.

# %%
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

# %% [markdown]
# ## Is it vanishing gradients?
#
# So write-ups say. He et al. thought it unlikely: their plain nets had batch norm, which keeps signals from dying on the way. Measure it: how large is the gradient of each convolution's weights, in untrained nets of 56 layers, first layer to last?


# %% tags=["claim-vanishing"]
def gradients(net):
    y = net.train()(x)
    loss = losses.SoftmaxCrossEntropy()
    loss.forward(y, backend.to_device(train.labels[:32], backend.device()))
    net.zero_grad()
    net.backward(loss.backward())
    found = [p.grad for name, p in net.parameters().items() if p.data.ndim == 4]
    return np.array([float(np.sqrt((backend.to_numpy(g) ** 2).mean())) for g in found])


size = {"plain": gradients(built(56, False)), "residual": gradients(built(56, True))}
assert all(len(g) == 55 for g in size.values())
assert size["plain"].argmax() == 0
assert size["plain"][0] > 1000 * size["plain"][-1]
ratio = {name: g.max() / g.min() for name, g in size.items()}
assert ratio["plain"] > 10 * ratio["residual"]
print({name: f"largest / smallest = {r:.3g}" for name, r in ratio.items()})
figures.lines(
    np.arange(1, 56),
    size,
    "convolution, first to last",
    "gradient of its weights (root mean square)",
    logy=True,
)

# %% [markdown]
# In this untrained plain net gradients do not vanish; they *grow* towards the input, to more than a thousand times those of the last layers. (He et al. found the gradients of their plain nets healthy in training.) What shortcuts bring is evenness: all layers learn at more nearly the same pace, and one learning rate suits all. (Why exactly plain nets are so hard to train is still being written about. That they
# are, you have measured.)
#
# ## What write-ups get wrong
#
# - *"Beyond 19 layers VGG gets worse"*: the paper never tried. Degradation was shown later, for other plain nets: 18 against 34 layers on ImageNet, 20 to 56 on CIFAR-10.
# - *"Degradation is overfitting"*: the training error itself is higher. *"It is vanishing gradients"*: unlikely, said He et al., with batch norm; here the first layers' are the largest.

# %% tags=["claim-nineteen"]
deepest = max(
    sum(item not in ("M", "LRN") for item in models.CONFIGURATIONS[name].layers) + 3
    for name in paper_tables.TABLE_3
)
assert deepest == 19
assert (
    learned["plain, 56 layers"][-1] > learned["plain, 20 layers"][-1]
)  # the training loss

# %% [markdown]
# ## Exercises
#
# Replace the three dots by your answer and run the cell. `hint("11.1")` prints a hint: there are three for each exercise, and each call prints the next one.

# %%
# 11.1  The residual nets have 6n + 2 layers. What is n for 56 layers?
check(..., "11.1")

# %%
# 11.2  Ten blocks y = x + F(x) act on one number, and F' = 0.1 in each of them. By which factor is the gradient multiplied on the backward pass through all ten, to six significant digits?
check(..., "11.2")

# %%
# 11.3  By which factor is the gradient multiplied on the backward pass through ten layers y = F(x) with F' = 0.1, without shortcut connections?
check(..., "11.3")

# %% [markdown]
# ## In five lines
#
# - Much deeper plain nets learn worse, on their own training images: degradation.
# - It is not overfitting; and with batch norm gradients need not vanish for it.
# - A residual block adds its input: y = F(x) + x; to do nothing is then easy.
# - Backward the sum hands each gradient on to both sides, and layers learn at a more even pace.
# - The shortcut of the small nets costs no parameter.
