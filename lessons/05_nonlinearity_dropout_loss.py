# %% [markdown]
# # 5 · Non-linearity, dropout and the loss
#
# *What you will know afterwards:* why a net needs a non-linearity; what ReLU does for the
# gradients of a deep net, and what it does not do; how scores become probabilities and a
# loss without overflow; what overfitting is, and how dropout works against it; and why
# the paper left out local response normalisation.
#
# The paper: §2.1, §2.3 and §3.1; local response normalisation in §4.1. Here:
# `minivgg/ops/activation.py` (`relu`), `minivgg/ops/loss.py` (`softmax_cross_entropy`),
# `minivgg/ops/dropout.py` and `minivgg/ops/normalization.py`.
#
# Reading time: about 50 minutes; the code runs in about 25 seconds. Prerequisites:
# lessons [1](01_convolution_by_hand.ipynb), [1b](01b_loss_and_gradient.ipynb) and
# [2](02_backward_by_hand.ipynb). Afterwards: assignments `relu_dropout` and `loss`, in
# [the list of assignments](assignments/README.md).

# %% tags=["setup"]
import importlib.util

if getattr(importlib.util.find_spec("minivgg"), "origin", None) is None:
    import sys

    raise ModuleNotFoundError(
        f"minivgg is not installed for {sys.executable}, the Python of this notebook. If it is "
        "installed in a virtual environment (.venv), choose the kernel of that one. Otherwise "
        "install it from a checkout (pip install .) or from a wheel."
    )

import itertools
import math

import numpy as np
from minivgg import backend, data, initializers, layers, losses, models, ops, optim
from minivgg.analysis import paper_tables
from minivgg.classroom import check, guess, hint, slider, solution
from minivgg.plots import activations, figures

# %% [markdown]
# ## A question first
#
# Back-propagation multiplies by the slope of every layer on its way from the loss to the
# first layer (lesson 2). Take a net of 20 layers in which every unit ends with the
# *sigmoid* of lesson 1b, which was common before ReLU. The weights are drawn at random,
# with the usual size for a sigmoid: a unit with $n$ inputs has weights of standard
# deviation $1 / \sqrt{n}$. **How many times smaller is the gradient at the first layer
# than at the last?** About 20, 1,000, a billion ($10^9$), or a thousand billion
# ($10^{12}$)? Write your guess down in place of the dots, and run the cell.

# %%
guess("5", ...)

# %% [markdown]
# ## Two activation functions
#
# A *unit* computes a weighted sum of its inputs, $z = \sum_i w_i x_i + b$, and then
# applies a function to it: its *activation function*. Two of them are
#
# $$\mathrm{ReLU}(z) = \max(0, z), \qquad \sigma(z) = \frac{1}{1 + e^{-z}}$$
#
# VGG uses the first, ReLU (rectified linear unit). The second is the sigmoid, which maps any number to
# one between 0 and 1. The backward pass needs their slopes, that is, their
# derivatives. The slope of ReLU is 1 where $z > 0$ and 0 where $z < 0$; at 0 itself there
# is none, and programs use 0. For the sigmoid, the chain rule gives
#
# $$\sigma'(z) = \frac{e^{-z}}{(1 + e^{-z})^2} = \sigma(z)\,(1 - \sigma(z))$$
#
# A number between 0 and 1 times one minus that number is at most
# $\frac{1}{2} \cdot \frac{1}{2} = \frac{1}{4}$. So the slope of a sigmoid is never larger than ¼.
# (Others are in use as well: tanh, a sigmoid stretched to the range from −1 to 1; leaky ReLU, which
# keeps a small slope for negative $z$; and GELU, a smooth ReLU. VGG uses none of them.)

# %%
z = np.linspace(-4, 4, 801)
relu, sigmoid = np.maximum(0, z), 1 / (1 + np.exp(-z))
relu_slope = np.where(abs(z) < 1e-9, np.nan, z > 0)  # none at 0
curves = {
    "ReLU": (relu, relu_slope),
    "sigmoid": (sigmoid, sigmoid * (1 - sigmoid)),
}
activations.activations(z, curves).describe(
    "Left: ReLU is 0 for negative inputs and then rises with slope 1; the "
    "sigmoid rises from 0 to 1 in an S. Right: the slope of ReLU jumps from 0 to 1, that "
    "of the sigmoid is a hill of height one quarter."
)

# %% [markdown]
# ## Why a net needs a non-linearity
#
# Some points lie on a disc, others on a ring around it. A net has to tell them apart. We
# train two nets of three fully connected layers, $2 \to 16 \to 16 \to 2$: one with ReLU
# after each hidden layer, one without. A *hidden* layer is one between input and output.
#
# Training is gradient descent (lesson 1b): compute the gradient $g$ of the loss with
# respect to each weight $w$, and take a small step downhill,
# $w \leftarrow w - \eta g$. Here $\eta$ (`lr`) is the *learning rate*. The optimizer `SGD` can
# do more, which lesson 6 explains; `momentum=0` and `weight_decay=0` switch that off.

# %%
rng = np.random.default_rng(0)
radius = np.concatenate([rng.uniform(0, 0.7, 300), rng.uniform(1.0, 1.5, 300)])
angle = rng.uniform(0, 2 * np.pi, 600)
points = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)
points = points.astype(np.float32)
on_ring = (radius > 0.85).astype(int)  # the label: 0 on the disc, 1 on the ring


def train(net, x, labels, steps, lr, batches=None):
    """Gradient descent: w ← w − lr · g, with the gradient of all of x in each step.

    If batches is given, step i uses only the rows batches[i] of x and labels.
    """
    loss = losses.SoftmaxCrossEntropy()
    sgd = optim.SGD(net.parameters(), lr=lr, momentum=0, weight_decay=0)
    for step in range(steps):
        rows = slice(None) if batches is None else batches[step]
        y = net(backend.to_device(x[rows]))
        loss.forward(y, backend.to_device(labels[rows]))
        net.zero_grad()
        net.backward(loss.backward())
        sgd.step()
    return net


def logits_of(net, x):
    return backend.to_numpy(net(backend.to_device(x)))


def accuracy(net, x, labels):
    """The share of the rows of x for which the largest score is that of the label."""
    return (logits_of(net, x).argmax(axis=1) == labels).mean()


# %%
backend.seed(0)
linear = layers.Sequential(
    layers.Linear(2, 16), layers.Linear(16, 16), layers.Linear(16, 2)
)
with_relu = layers.Sequential(
    layers.Linear(2, 16),
    layers.ReLU(),
    layers.Linear(16, 16),
    layers.ReLU(),
    layers.Linear(16, 2),
)
nets = {"without ReLU": linear, "with ReLU": with_relu}
for name, net in nets.items():
    train(net, points, on_ring, steps=200, lr=0.3)
    print(f"{name}: {100 * accuracy(net, points, on_ring):.0f} % of the points right")

# %%
axis = np.linspace(-1.6, 1.6, 60, dtype=np.float32)
grid = np.stack(np.meshgrid(axis, axis), axis=-1).reshape(-1, 2)


def ring_probability(net):
    """The probability of the ring that the net gives each point of a square grid."""
    return ops.softmax(logits_of(net, grid))[:, 1].reshape(60, 60)


pictures = {name: ring_probability(net) for name, net in nets.items()}
figures.regions(pictures, points, on_ring, axis).describe(
    "The points with the regions of the two nets. Without ReLU the border is a straight "
    "line through the middle of the disc; with ReLU it is a closed curve between disc and "
    "ring."
)

# %% [markdown]
# Without ReLU, the three matrices are one matrix: $W_3 (W_2 (W_1 x)) = (W_3 W_2 W_1)\, x$.
# The biases add up to one constant vector. So however many layers such a net has, it
# computes one matrix product plus a constant (an *affine* function). Its border (black) is
# a straight line, and no line separates a disc from its ring. Here is the matrix of 2×2
# numbers that, with the constant, does the same as all three layers:

# %%
w1, w2, w3 = (backend.to_numpy(layer.weight.data) for layer in linear)
product = w3 @ w2 @ w1
print(product)
at_zero = logits_of(linear, np.zeros((1, 2), np.float32))  # what the biases add up to
difference = points @ product.T + at_zero - logits_of(linear, points)
print(f"largest difference between one matrix and three: {abs(difference).max():.0e}")

# %% [markdown]
# ### How many ReLUs does the ring need?
#
# A ReLU of the inputs is 0 on one side of a line and rises on the other, like a flat sheet
# of paper with one fold. A layer of $n$ ReLUs adds up $n$ such folds. With one fold, the border is a
# line; two folds make an angle (with its tip cut off where both sheets rise: there the
# border has the slope of their sum); three can close around the disc. The figure shows
# this; with the slider below it you can train nets of up to 12 units.


# %%
def net_of(units):
    """A trained net with one hidden layer."""
    backend.seed(7)
    net = layers.Sequential(
        layers.Linear(2, units), layers.ReLU(), layers.Linear(units, 2)
    )
    return train(net, points, on_ring, steps=300, lr=1.0)


folded = {}
for units, name in ((1, "one unit"), (2, "two units"), (3, "three units")):
    net = net_of(units)
    share = accuracy(net, points, on_ring)
    folded[f"{name}: {100 * share:.0f} % right"] = ring_probability(net)
figures.regions(folded, points, on_ring, axis).describe(
    "The regions of three nets with one, two and three hidden units. One unit draws a "
    "line, two an angle, and three enclose the disc."
)


# %%
def draw_units(units=6):
    net = net_of(units)
    share = accuracy(net, points, on_ring)
    title = f"{units} hidden units: {100 * share:.0f} % right"
    picture = figures.regions({title: ring_probability(net)}, points, on_ring, axis)
    return picture.describe(
        f"The regions of a net with {units} hidden units, which has {100 * share:.0f} % of the "
        "points right. With more units, the border around the disc has more corners."
    )


slider(draw_units, units=(1, 12))

# %% [markdown]
# This is the paper's first argument for three 3×3 layers instead of one 7×7 (§2.3):
# three non-linearities instead of one. A net with more folds can draw finer borders.
#
# ## ReLU and vanishing gradients
#
# Back to the question. The gradient that reaches layer $l$ is a product: on the way through
# each layer above, it is multiplied by the weights and by the slope of the activation
# function. From layer 20 down to layer 1 there are 19 such factors. Weights of standard deviation
# $1 / \sqrt{n}$ keep the size of the gradient on average. If each slope is about ¼, the
# product is $(\frac{1}{4})^{19} \approx 4 \cdot 10^{-12}$. The gradient *vanishes*: the first layers learn
# nothing. If the factors are larger than 1, which takes larger weights, it *explodes*.
#
# We measure it, on handwritten digits of 8×8 = 64 pixels. First we write the sigmoid as
# a layer of its own, with a forward and a backward pass. (`save_for_backward(y, y)`
# returns its first argument and keeps the second one for the backward pass;
# `backend.namespace(x)` is NumPy, or CuPy if `x` is on a GPU.) Then we stack 20 such
# layers. Their weights are drawn with a standard deviation of *gain* / √64, where 64 is
# the number of inputs of each unit:


# %%
class Sigmoid(layers.Layer):
    def forward(self, x):
        y = 1 / (1 + backend.namespace(x).exp(-x))
        return self.save_for_backward(y, y)

    def backward(self, dy):
        y = self.saved_for_backward()
        return dy * y * (1 - y)


def stack(activation, gain, seed):
    """20 hidden layers of 64 units; weights of standard deviation gain / √64."""
    backend.seed(seed)
    draw = initializers.normal(gain / 8)
    hidden = []
    for _ in range(20):
        hidden += [layers.Linear(64, 64, initializer=draw), activation()]
    return layers.Sequential([*hidden, layers.Linear(64, 10)])


# %% [markdown]
# For each net, one batch of 256 digits goes forward, layer by layer, and the gradient of
# the loss goes back. At each hidden layer we note the size (the standard deviation) of
# the gradient of its sums $z$, divided by that of the last hidden layer. We draw the
# weights five times.
#
# There are four nets: sigmoid and ReLU, each with two gains. $\sqrt{2}$ is He et al.'s value for ReLU, which lesson 6 derives; 1 is usual for the sigmoid.

# %% tags=["claim-relu-vanishing"]
digits, test = data.load("digits"), data.load("digits", split="test")
mean, std = digits.images.mean(), digits.images.std()
x = ((digits.images - mean) / std).reshape(-1, 64).astype(np.float32)
x_test = ((test.images - mean) / std).reshape(-1, 64).astype(np.float32)


def gradient_sizes(net):
    """The size of the gradient at each of the 20 hidden layers, relative to the last."""
    y, loss, sizes = backend.to_device(x[:256]), losses.SoftmaxCrossEntropy(), []
    for layer in net:
        y = layer(y)
    loss.forward(y, backend.to_device(digits.labels[:256]))
    gradient = loss.backward()
    for layer in reversed(list(net)):
        if isinstance(layer, layers.Linear):
            sizes.append(float(gradient.std()))
        gradient = layer.backward(gradient)
    sizes.reverse()  # the first layer first
    hidden = np.array(sizes[:20])  # without the layer of the logits
    return hidden / hidden[-1]


SETTINGS = {
    "ReLU, gain √2": (layers.ReLU, 2**0.5),
    "ReLU, gain √2 / 2": (layers.ReLU, 2**0.5 / 2),
    "sigmoid, gain 1": (Sigmoid, 1),
    "sigmoid, gain 8": (Sigmoid, 8),
}
sizes = {
    name: np.array([gradient_sizes(stack(*setting, seed)) for seed in range(5)])
    for name, setting in SETTINGS.items()
}
print("gradient at layer 1 / gradient at layer 20, five draws")
for name, found in sizes.items():
    print(f"{name:18}", *[f"{value:6.0e}" for value in found[:, 0]])

# %%
typical = {name: np.exp(np.log(found).mean(axis=0)) for name, found in sizes.items()}
figures.lines(
    np.arange(1, 21),
    typical,
    "layer (20 is next to the loss)",
    "gradient, relative to layer 20",
    logy=True,
    width=4.6,
    colours=[figures.BLUE, figures.BLUE, figures.ORANGE, figures.ORANGE],
).describe(
    "The size of the gradient from layer 1 to 20 on a logarithmic scale. It stays near 1 "
    "for ReLU with gain √2. For ReLU with weights half as large it falls to about one "
    "millionth at layer 1, for the sigmoid with gain 1 by twelve orders of magnitude; "
    "with gain 8 it falls far less."
)

# %%
guess("5")

# %% [markdown]
# The answer: **about a thousand billion times**, $10^{12}$. What does this mean for the
# four nets when we train them? We take 200 steps with batches of 64 digits, at three
# learning rates, since each net might need its own. (In this lesson we only watch the
# test digits. Whoever *chooses* a rate by them needs other digits for the final test:
# lesson 8.)


# %%
def share_learned(net, rate, steps=200):
    batches = np.random.default_rng(0).integers(0, len(x), (steps, 64))
    with np.errstate(all="ignore"):  # one of these nets diverges
        train(net, x, digits.labels, steps, lr=rate, batches=batches)
    return accuracy(net, x_test, test.labels)


RATES = (0.02, 0.1, 0.5)
learned = {
    name: [share_learned(stack(*setting, seed=0), rate) for rate in RATES]
    for name, setting in SETTINGS.items()
}
print("test digits right; learning rate", *[f"{rate:6}" for rate in RATES])
for name, shares in learned.items():
    print(f"{name:32}", *[f"{100 * share:4.0f} %" for share in shares])

# %% [markdown]
# - **What holds:** with the usual initial weights, the gradient of the sigmoid stack
#   vanishes and that of the ReLU stack does not. The first has learned nothing in 200
#   steps at any of the three rates (10 % is chance); the second has learned most of the
#   digits at 0.02, and diverges at 0.5. A larger rate cannot make up for a factor of
#   $10^{12}$: it would be far too large for the last layers.
# - **What does not hold:** that ReLU by itself prevents it. With weights half as large,
#   the gradient of the *ReLU* stack vanishes, too, and that net has learned nothing.
#   Half of the slopes are 0 in each layer, and weights of the right size make up for
#   that.
# - The sigmoid's gradient can be rescued with weights eight times as large. Yet this net
#   learns little in the same number of steps, at all three rates: the size of the gradient is not everything. Most units
#   are then *saturated*: they are near 0 or 1, where the slope is nearly 0, as the next
#   cell shows.
# - ReLU has a weakness of its own: a unit whose $z$ is negative for every image has slope 0
#   for all of them. It receives no gradient and stays as it is, unless the layers below
#   change its inputs. It is called *dead*.

# %%
for gain in (1, 8):
    net = stack(Sigmoid, gain, seed=0)
    net(backend.to_device(x[:256]))
    outputs = [
        layer.saved_for_backward() for layer in net if isinstance(layer, Sigmoid)
    ]
    flat = np.mean([float((y * (1 - y) < 0.05).mean()) for y in outputs])
    print(f"sigmoid, gain {gain}: {100 * flat:.0f} % of the slopes are below 0.05")

# %% [markdown]
# So the activation function and the size of the initial weights belong together. In this experiment
# only the ReLU net with weights of the right size has learned; how to choose that size
# is in lesson 6.
#
# ## From scores to a loss
#
# The last layer gives one number $z_k$ for each class: a *logit*. Softmax turns the logits
# into probabilities, and the loss is the negative logarithm of the probability of the
# label (lesson 1b):
#
# $$p_k = \frac{e^{z_k}}{\sum_j e^{z_j}}, \qquad L = -\log p_{\text{label}}$$
#
# - $L$ is called *cross-entropy*. The paper calls the same thing the *multinomial logistic
#   regression* objective (§3.1): with two classes, $p_1 = 1 / (1 + e^{-(z_1 - z_0)})$, which
#   is the sigmoid of $z_1 - z_0$, and a classifier that ends in a sigmoid is a *logistic*
#   regression. "Multinomial" means more than two classes.
# - A net that has learned nothing gives each of $K$ classes the probability $1/K$, so its
#   loss is $\log K$: 6.9 for the 1000 classes of ImageNet. (Logarithms here are natural
#   ones; the unit is the *nat*.) A net whose first loss is far above that has bad initial
#   weights.

# %%
loss, _ = ops.softmax_cross_entropy(np.zeros((1, 1000)), np.array([3]))
two = np.array([[0.5, 2.0]])
print(f"1000 equal logits: a loss of {loss:.2f} nats")
print(f"softmax of two logits {ops.softmax(two)[0, 1]:.6f}")
print(f"sigmoid of difference {1 / (1 + np.exp(-1.5)):.6f}")

# %% [markdown]
# ### Log-sum-exp: no overflow
#
# Programmed as written, the formula fails: $e^{89}$ is more than a 32-bit float can
# hold, so it becomes infinite, and infinity divided by infinity is "not a number".

# %%
z = np.array([[120.0, 90.0, 0.0]], np.float32)
with np.errstate(all="ignore"):
    naive = np.exp(z) / np.exp(z).sum()
print("as written: ", naive)
print("ops.softmax:", ops.softmax(z))

# %% [markdown]
# The cure: subtract the largest logit $m = \max_j z_j$ from all of them. Since
# $e^{z - m} = e^z / e^m$, the factor $e^m$ cancels in the fraction, so the probabilities
# are the same, and the largest exponential is now $e^0 = 1$. Then take the logarithm of
# the *formula*, not of the rounded probability:
#
# $$L = -\log \frac{e^{z_{\text{label}} - m}}{\sum_j e^{z_j - m}}
# = \log \sum_j e^{z_j - m} - (z_{\text{label}} - m)$$
#
# The first term is called *log-sum-exp*. In the example, the third class has a probability
# of $e^{-120}$, which is 0 in float32. Its loss is 120 nevertheless:

# %%
loss, _ = ops.softmax_cross_entropy(z, np.array([2]))
print(f"the label is class 2: probability {ops.softmax(z)[0, 2]}, loss {loss:.2f}")

# %% [markdown]
# ### The gradient
#
# Lesson 1b derived it:
#
# $$\frac{\partial L}{\partial z_k} = p_k - y_k, \qquad y_k = 1 \text{ for the label, else } 0$$
#
# (In short: $L = \log \sum_j e^{z_j} - z_{\text{label}}$. The derivative of the first term
# with respect to $z_k$ is $e^{z_k} / \sum_j e^{z_j} = p_k$, that of the second $y_k$.)
# Gradient descent subtracts it. So every wrong logit is pushed down in proportion to its
# probability, and that of the label is pushed up in proportion to how far its
# probability falls short of 1. The pushes add up to 0. For a batch of $N$ images the
# loss is the mean, and so the gradient is divided by $N$. Move the logit of the label:


# %%
def draw_gradient(logit=0.0):
    z = np.array([[2.0, logit, 0.5, -1.0]])
    loss, saved = ops.softmax_cross_entropy(z, np.array([1]))
    gradient = ops.softmax_cross_entropy_backward(saved)[0]
    names = ["class 0", f"label, z = {logit:g}", "class 2", "class 3"]
    bars = {"probability p": ops.softmax(z)[0], "gradient p − y": gradient}
    figure = figures.grouped(names, bars, "p, and p − y", width=4.6)
    figure.axes[0].set_ylim(-1, 1)
    figure.suptitle(f"the loss is {loss:.2f}", fontsize=10)
    return figure.describe(
        "Probabilities and gradients of four classes. The gradient of the label is "
        "negative, the others are positive and equal to the probabilities; all become "
        "small when the probability of the label is near 1."
    )


slider(draw_gradient, logit=(-4, 8))

# %% [markdown]
# ## Overfitting and regularisation
#
# A net should *generalise*: be right on images that it was not trained on. We train on
# 300 digits, 30 % of which were given a wrong label on purpose, with a net of two hidden layers
# of 100 units. No net can know which labels are wrong, and there is nothing to learn in
# them.


# %%
def noisy_digits(seed):
    rng = np.random.default_rng(seed)
    chosen = rng.permutation(len(x))[:300]
    labels = digits.labels[chosen].copy()
    wrong = rng.random(300) < 0.3
    labels[wrong] = (labels[wrong] + rng.integers(1, 10, wrong.sum())) % 10
    return x[chosen], labels


def trained_on_noise(dropout, seed):
    """Every 20 steps: accuracy on the training digits, and on digits with right labels."""
    backend.seed(seed)
    net = layers.Sequential(
        layers.Linear(64, 100),
        layers.ReLU(),
        layers.Dropout(dropout),
        layers.Linear(100, 100),
        layers.ReLU(),
        layers.Dropout(dropout),
        layers.Linear(100, 10),
    )
    few, labels = noisy_digits(seed)
    history = []
    for _ in range(15):
        train(net.train(), few, labels, steps=20, lr=0.5)
        net.eval()  # dropout acts in training only
        history.append([accuracy(net, few, labels), accuracy(net, x_test, test.labels)])
    return history


def print_last(history):
    for name, column in (("training digits:", 0), ("test digits:    ", 1)):
        print(name, *[f"{100 * share:.0f} %" for share in history[:, -1, column]])


plain = np.array([trained_on_noise(0.0, seed) for seed in range(3)])
print_last(plain)

# %%
steps = np.arange(20, 301, 20)
training, testing = 100 * plain.mean(axis=0).T  # means of three nets
curves = {"training digits": training, "test digits": testing}
figures.lines(steps, curves, "step", "accuracy, %", width=4.6).describe(
    "The accuracy over 300 steps, as a mean of three nets. On the training digits it rises "
    "from 71 to 100 %. On the test digits it is highest after 20 steps, with 81 %, and "
    "falls to 74 %."
)

# %% [markdown]
# In the end the nets get all of their training digits "right", wrong labels included: they
# have memorised them. On new digits they became *worse* while they did so. This is
# *overfitting*: the fit to the training images improves at the cost of the fit to
# others. Anything that reduces it is called *regularisation*. The paper names three
# kinds: dropout and weight decay (§3.1; lesson 6), and, in §2.3, the small filters
# themselves: three 3×3 are a 7×7 that is forced to factor into three, with fewer
# weights. The last one is an interpretation. The paper does not measure it, and the
# number of weights alone does not decide the matter: VGG-16 has more than twice as many
# as AlexNet, and a lower error.
#
# ## Dropout
#
# In training, each unit is dropped, that is, set to 0, with probability $p$ (here not
# the probability of a class), anew for each image and step. The others are divided by
# $1 - p$, so that the *expected* output stays what it was. At test time, nothing is
# dropped. (This is today's form. AlexNet's paper did not divide in training, and
# multiplied all outputs by ½ at test time: the same up to a constant factor.)

# %%
units = np.ones((4, 6))
dropped, _ = ops.dropout(units, 0.5, np.random.default_rng(3))
print(dropped)
many, _ = ops.dropout(np.ones(100_000), 0.5, np.random.default_rng(3))
print(f"mean of 100,000 units: {many.mean():.3f}")

# %% [markdown]
# Does it help on the noisy digits? We train the same three nets, with $p = ½$ after
# both hidden layers. All accuracies are measured without dropout:

# %%
dropout = np.array([trained_on_noise(0.5, seed) for seed in range(3)])
print_last(dropout)
training, with_dropout = 100 * dropout.mean(axis=0).T
curves = {
    "training, dropout": training,
    "test, dropout": with_dropout,
    "test, no dropout": testing,
}
colours = [figures.BLUE, figures.ORANGE, figures.GREY]
figures.lines(
    steps, curves, "step", "accuracy, %", width=4.6, colours=colours
).describe(
    "The accuracy over 300 steps, as means of three nets. With dropout the accuracy on "
    "test digits is higher all the time, by 2 to 11 points. But it falls, too, from 86 to "
    "79 %, while that on the training digits rises to 96 %."
)

# %% [markdown]
# With each of the three seeds the net is better on new digits. But in the end it fits about
# 95 % of the training digits, most of the wrong labels included: dropout reduces
# overfitting but does not end it. (Stopping the training early would help as well:
# lesson 8.)
#
# ### An ensemble of nets
#
# Why? With $n$ units there are $2^n$ ways to drop some of them. Each is a smaller net, and
# all share their weights. So dropout trains an *ensemble*, a group of nets whose answers
# are combined. One explanation of why this helps is that different nets do not all
# memorise the same things; another is that a unit cannot rely on any particular other
# unit, since that unit is missing half of the time. Our three seeds show that dropout
# helps here, not why.
#
# In what way is the net without dropout, which is used at test time, a combination of
# all of them? Take 10 units and a softmax layer on them: $2^{10} = 1024$ nets, few
# enough to ask them all. **The net without dropout gives exactly the geometric mean of
# their answers**, scaled to sum to 1. The reason: each unit is kept, and doubled, in
# half of the nets, so the logits of the plain net are the mean of the logits of all 1024.
# And the exponential of a mean is a geometric mean of exponentials. In the figure
# each grey point is one of the 1024 nets; within a class, points are moved sideways at
# random so that they do not cover each other.

# %%
rng = np.random.default_rng(0)
units, w = rng.standard_normal(10), rng.standard_normal((3, 10))
masks = np.array(list(itertools.product([0.0, 1.0], repeat=10)))  # all 1024
each = ops.softmax((masks * units / 0.5) @ w.T)
geometric = np.exp(np.log(each).mean(axis=0))
geometric /= geometric.sum()
whole = ops.softmax((units @ w.T)[None])[0]
means = {
    "net without dropout": whole,
    "geometric mean of all 1024 nets": geometric,
    "arithmetic mean": each.mean(axis=0),
}
activations.ensemble(
    each, means, ["class 0", "class 1", "class 2"], "probability"
).describe(
    "The probabilities that 1024 nets give three classes, as clouds of points that spread "
    "from 0 to 1. The geometric mean lies exactly in the ring of the net without dropout; "
    "the arithmetic mean lies elsewhere."
)

# %% [markdown]
# For one layer and softmax, this is exact. With a ReLU in between, it is an approximation.
# VGG uses dropout with $p = ½$ after its first two fully connected layers, where most of
# the parameters are, and nowhere else:

# %% tags=["claim-dropout"]
vgg16 = models.vgg16(initializer="zeros")
for part in ("features", "classifier"):
    kinds = [type(layer).__name__ for layer in vgg16[part]]
    print(f"{part}: {kinds.count('Dropout')} dropout layers")
print(" → ".join(kinds))

# %% [markdown]
# ## Local response normalisation, and why VGG dropped it
#
# AlexNet (2012) divided each number $a_i$ in channel $i$ by a measure of the channels next
# to it, at the same pixel (*local response normalisation*, LRN):
#
# $$b_i = \frac{a_i}{\left(k + \alpha \sum_{j = i-2}^{i+2} a_j^2\right)^{\beta}}, \qquad
# k = 2,\ \alpha = 10^{-4},\ \beta = 0.75$$
#
# A channel with a strong response damps those beside it, and itself. By how much? Below, one channel
# of 15 has the value 10, 100 or 300, and all others have 10. The factor is
# $2^{-0.75} = 0.59$ where the sum is small; look at the dip.

# %%
factors = {}
for strong in (10, 100, 300):
    a = np.full((1, 15, 1, 1), 10.0)
    a[0, 7] = strong
    b, _ = ops.local_response_norm(a)
    factors[f"channel 7 is {strong}"] = (b / a).ravel()
activations.by_channel(factors, "factor b / a").describe(
    "The factors of 15 channels. With equal values all are near 0.59. A value of 100 in "
    "channel 7 lowers channels 5 to 9 to about 0.43, a value of 300 to about 0.16; "
    "channels further away are unchanged."
)

# %% [markdown]
# LRN has nothing to learn. But its output in net A-LRN is 64 more maps of 224×224 for each
# image, as many as the first convolution produces. And the error is no better than A's. (The
# *top-1 error* is the share of images whose most probable class is wrong.)

# %% tags=["claim-lrn"]
numbers = 64 * 224 * 224
print(f"{4 * numbers / 2**20:.2f} MiB more for each image, in float32")
for name in ("A", "A-LRN"):
    print(f"{name:6} top-1 error {paper_tables.TABLE_3[name]['256'][0]} %")

# %% [markdown]
# So the paper left it out of B to E.
#
# ## What write-ups get wrong
#
# Found in blog posts and tutorials:
#
# - *"ReLU prevents vanishing gradients"*: in our stack only together with initial weights
#   of the right size.
# - *"ReLU keeps the essential features"*: it sets negative numbers to 0. What a negative
#   number means is up to the weights before and after it.
# - *"LRN harms accuracy"*: 29.7 % against 29.6 % is no difference to speak of. The paper
#   says that LRN does not improve the result, and costs memory and time.
# - *"VGG has dropout in every block"*: after the first two fully connected layers only.
# - *"Fewer weights prevent overfitting"*: the paper's interpretation (§2.3), which it
#   does not measure.
# - *The same formula with another α:* PyTorch divides its α by the number of channels in
#   the sum. To get AlexNet's $10^{-4}$ with 5 channels, set it to $5 \cdot 10^{-4}$.

# %% tags=["tests"]
# The statements of this page, as assertions.
assert accuracy(with_relu, points, on_ring) > 0.99
assert accuracy(linear, points, on_ring) < 0.75
assert product.shape == (2, 2)
assert abs(difference).max() < 1e-4
shares = [accuracy(net_of(units), points, on_ring) for units in (1, 2, 3)]
assert shares[0] < shares[1] < shares[2]
assert shares[2] > 0.99
assert 0.9 < dropout[:, -1, 0].min() < dropout[:, -1, 0].max() < plain[:, -1, 0].min()
assert math.isclose((sigmoid * (1 - sigmoid)).max(), 0.25)
assert np.allclose(np.gradient(sigmoid) / 0.01, sigmoid * (1 - sigmoid), atol=1e-2)
assert math.isclose(ops.softmax(two)[0, 1], 1 / (1 + math.exp(-1.5)))
assert np.isnan(naive).any()
assert np.isfinite(np.exp(np.float32(88)))
with np.errstate(over="ignore"):
    assert np.isinf(np.exp(np.float32(89)))
assert abs(loss - 120) < 1e-3
assert ops.softmax(z)[0, 2] == 0
assert round(math.log(1000), 2) == 6.91
several = np.array([[2.0, 1.0, 0.5, -1.0]])
_, saved = ops.softmax_cross_entropy(several, np.array([1]))
assert np.allclose(
    ops.softmax_cross_entropy_backward(saved), ops.softmax(several) - np.eye(4)[1]
)
assert plain[:, -1, 0].min() > 0.99
assert plain[:, -1, 1].max() < 0.85
assert (dropout[:, -1, 1] > plain[:, -1, 1]).all()
assert testing.argmax() == 0
assert testing[0] > testing[-1] + 5
assert (with_dropout[1:] > testing[1:] + 3).all()
assert with_dropout.max() > with_dropout[-1] + 5
assert set(np.unique(dropped)) == {0.0, 2.0}
assert abs(many.mean() - 1) < 0.02
assert len(masks) == 1024
assert np.allclose(geometric, whole, atol=1e-12)
assert not np.allclose(each.mean(axis=0), whole, atol=1e-2)
assert round(2**-0.75, 2) == 0.59
for strong in (10, 100, 300):
    a = np.where(np.arange(15) == 7, float(strong), 10.0)
    s = np.array([(a[max(0, i - 2) : i + 3] ** 2).sum() for i in range(15)])
    found = factors[f"channel 7 is {strong}"]
    assert np.allclose(found, (2 + 1e-4 * s) ** -0.75)
    assert np.allclose(found, (2 + 5e-4 / 5 * s) ** -0.75)  # PyTorch's α, divided by 5
assert abs(factors["channel 7 is 100"][7] - 0.43) < 0.01
assert abs(factors["channel 7 is 300"][7] - 0.16) < 0.02
# claim-relu-vanishing
first = {name: found[:, 0] for name, found in sizes.items()}
assert ((first["ReLU, gain √2"] > 0.1) & (first["ReLU, gain √2"] < 10)).all()
assert (first["ReLU, gain √2 / 2"] < 1e-4).all()
assert (first["sigmoid, gain 1"] < 1e-9).all()
assert (first["sigmoid, gain 8"] > 1e-4).all()
assert learned["ReLU, gain √2"][0] > 0.5
assert max(learned["ReLU, gain √2 / 2"] + learned["sigmoid, gain 1"]) < 0.2
assert max(learned["sigmoid, gain 8"]) < learned["ReLU, gain √2"][0] - 0.2
assert flat > 0.5  # of gain 8
# claim-dropout
assert not any(isinstance(layer, layers.Dropout) for layer in vgg16["features"])
assert kinds == ["Linear", "ReLU", "Dropout", "Linear", "ReLU", "Dropout", "Linear"]
assert [layer.p for layer in vgg16["classifier"] if hasattr(layer, "p")] == [0.5, 0.5]
# claim-lrn
assert layers.LocalResponseNorm().parameters() == {}
assert round(4 * numbers / 2**20, 2) == 12.25
assert paper_tables.TABLE_3["A"]["256"] == (29.6, 10.4)
assert paper_tables.TABLE_3["A-LRN"]["256"] == (29.7, 10.5)

# %% [markdown]
# ## Exercises
#
# Replace the three dots with your answer and run the cell. `hint("5.1")` prints the first of three
# hints, and `solution("5.1")` the worked answer.

# %% [markdown]
# **5.1** A net gives each of 10 classes the same probability. What is its loss, in nats,
# to six significant digits?

# %%
check(..., "5.1")

# %% [markdown]
# **5.2** Write the backward pass of ReLU: dy is the gradient of the output and x is the
# input, both arrays of any shape. Return the gradient of the input.


# %%
def my_relu_backward(dy, x): ...


check(my_relu_backward, "5.2")

# %% [markdown]
# **5.3** Write the loss of a batch and its gradient, without overflow: logits has the
# shape (N, K), labels has N integers. Return the mean loss and its gradient with respect
# to the logits.


# %%
def my_loss(logits, labels): ...


check(my_loss, "5.3")

# %% [markdown]
# Both functions become parts of the net that you assemble in lesson 8. The package's own versions
# are in `minivgg/ops/activation.py` (`relu_backward`) and `minivgg/ops/loss.py`. The
# assignments [`relu_dropout` and `loss`](assignments/README.md) ask for them with dropout.

# %% [markdown]
# ## In five lines
#
# - Without a non-linearity, many layers are one matrix; each ReLU adds a fold.
# - ReLU alone does not keep the gradients of a deep stack from vanishing: the initial weights must
#   have the right size, too.
# - Cross-entropy is −log p of the label, log K for a net that knows nothing; subtract the
#   largest logit first. Its gradient is p − y.
# - Dropout trains 2ⁿ nets that share weights, and works against overfitting.
# - LRN cost memory and time and did not lower the error, so the paper left it out.
