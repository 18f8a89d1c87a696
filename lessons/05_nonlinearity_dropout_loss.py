# %% [markdown]
# # 5 · Non-linearity, dropout and the loss
#
# *What you will know afterwards:* what ReLU adds to a net of matrices; how logits become a loss without overflowing, and why its gradient is so simple; what dropout averages; and
# what the normalisation did that the paper tried and dropped.
#
# The paper: §2.1, §2.3 and §3.1; LRN in §4.1. Here: `minivgg/ops/activation.py`, `loss.py`, `dropout.py`, `normalization.py`.

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
from minivgg import backend, layers, losses, models, ops, optim
from minivgg.analysis import paper_tables
from minivgg.classroom import check, hint  # noqa: F401 (hint is for the exercises)
from minivgg.plots import figures

backend.use("cpu")  # "gpu" on a machine that has one
backend.seed(0)
rng = np.random.default_rng(0)

# %% [markdown]
# ## A question first
#
# The loss of a net on an image is $-\log p$, where $p$ is the probability that it gives the right class: 0 if it is sure and right, large if it is sure and wrong. A net that has learned nothing gives each of 1000 classes the same probability. **What is its loss? Write your guess down before you go on:** 0.001, 1, 6.9 or 1000?

# %% [markdown]
# ## Why a non-linearity
#
# Points on a disc, and points on a ring around it: which is which? Two nets of the same three fully connected layers, $2 \to 16 \to 16 \to 2$, one with ReLU, $\max(0, x)$, between them and one without. They are trained as all nets here: take a batch of examples (here all of them), compute the loss and its gradient $g$ with respect to each weight, and step downhill, $w \leftarrow w - \varepsilon g$, where
# $\varepsilon$ is the *learning rate*, `lr`. (Stochastic gradient descent, SGD; lesson 6 has the rest.)

# %%
radius = np.concatenate([rng.uniform(0, 0.7, 300), rng.uniform(1.0, 1.5, 300)])
angle = rng.uniform(0, 2 * np.pi, 600)
points = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1).astype(
    np.float32
)
side = (radius > 0.85).astype(int)


def here(x):
    """The array on the device in use; on the CPU that is the array itself."""
    return backend.to_device(x, backend.device())


def trained(relu):
    backend.seed(0)
    net = [
        layers.Linear(2, 16),
        layers.ReLU(),
        layers.Linear(16, 16),
        layers.ReLU(),
        layers.Linear(16, 2),
    ]
    net = layers.Sequential(
        [layer for layer in net if relu or not isinstance(layer, layers.ReLU)]
    )
    loss, sgd = losses.SoftmaxCrossEntropy(), optim.SGD(net.parameters(), lr=0.05)
    for _ in range(300):
        loss.forward(net(here(points)), here(side))
        net.zero_grad()
        net.backward(loss.backward())
        sgd.step()
    return net


nets = {"without ReLU": trained(False), "with ReLU": trained(True)}
accuracy = {
    name: (backend.to_numpy(net(here(points))).argmax(axis=1) == side).mean()
    for name, net in nets.items()
}
assert accuracy["with ReLU"] > 0.99
assert accuracy["without ReLU"] < 0.75
place = np.linspace(-1.6, 1.6, 60, dtype=np.float32)
everywhere = np.stack(np.meshgrid(place, place), axis=-1).reshape(-1, 2)
answers = {
    name: backend.to_numpy(ops.softmax(net(here(everywhere))))[:, 1].reshape(60, 60)
    for name, net in nets.items()
}
print({name: f"{100 * share:.0f} % right" for name, share in accuracy.items()})
figures.regions(answers, points, side, place)

# %% [markdown]
# Without ReLU the three matrices are one: $W_3 W_2 W_1$. A net of matrices cannot do more than draw a straight line (black), however many layers it has, and no line parts a disc from its ring. Each ReLU lets a unit bend that line once. This is
# the paper's first argument for three 3×3 layers in place of one 7×7: three ReLUs instead of one (§2.3).

# %%
net = nets["without ReLU"]
weights = [backend.to_numpy(layer.weight.data) for layer in net]
one = weights[2] @ weights[1] @ weights[0]
shift = backend.to_numpy(net(here(np.zeros((1, 2), np.float32))))
assert one.shape == (2, 2)
assert np.allclose(
    points @ one.T + shift, backend.to_numpy(net(here(points))), atol=1e-4
)

# %% [markdown]
# ## From logits to a loss
#
# The last layer gives one number for each class, a logit $z_k$. Softmax makes probabilities of them, and the loss is the surprise at the right answer:
#
# $$p_k = \frac{e^{z_k}}{\sum_j e^{z_j}}, \qquad L = -\log p_{\text{label}}$$
#
# A net that knows nothing has all logits alike, so $p = 1/1000$ and $L = \log 1000 = $ **6.9**. (Logarithms are natural here; the unit is the nat.) A net whose loss *begins* far above that is badly
# initialised: lesson 6.

# %%
loss, _ = ops.softmax_cross_entropy(np.zeros((1, 1000)), np.array([3]))
assert round(float(loss), 2) == round(math.log(1000), 2) == 6.91
print(f"{float(loss):.2f} nats")

# %% [markdown]
# ### Why log-sum-exp
#
# Written as it stands, the formula breaks: $e^{89}$ is more than float32 can hold.

# %%
z = np.array([[120.0, 90.0, 0.0]], np.float32)
with np.errstate(all="ignore"):
    naive = np.exp(z) / np.exp(z).sum()
assert np.isnan(naive).any()
assert np.isfinite(np.exp(np.float32(88)))
with np.errstate(over="ignore"):
    assert np.isinf(np.exp(np.float32(89)))
print("naive: ", naive)
print("ops:   ", ops.softmax(z).round(6))

# %% [markdown]
# Subtracting the largest logit from all changes nothing, since $e^{z-m} = e^z / e^m$ and the $e^m$ cancels, and then the largest exponential is $e^0 = 1$. The logarithm is taken of the formula, not of the number:
#
# $$-\log p_{\text{label}} = m + \log \sum_j e^{z_j - m} - z_{\text{label}}, \qquad m = \max_j z_j$$
#
# so that even a probability too small for float32 has a finite surprise.

# %%
m = z.max()
by_hand = m + np.log(np.exp(z - m).sum()) - z[0, 2]
theirs, saved = ops.softmax_cross_entropy(z, np.array([2]))
assert np.isclose(by_hand, theirs)
assert abs(theirs - 120) < 1e-3
assert ops.softmax(z)[0, 2] == 0
assert np.isfinite(theirs)
print(
    f"the right answer was the third: a loss of {float(theirs):.2f}, although its probability is {ops.softmax(z)[0, 2]:.0f} in float32"
)

# %% [markdown]
# ### The gradient
#
# $$\frac{\partial L}{\partial z_k} = p_k - [k = \text{label}]$$
#
# ($[\,\cdot\,]$ is 1 where it is true, else 0.)
#
# Each logit is pushed down by its probability, and the right one up by what it lacks. Over a batch the loss is the mean, so the gradient is divided by $N$.

# %%
z = np.array([[2.0, 1.0, 0.5, -1.0]])
_, saved = ops.softmax_cross_entropy(z, np.array([1]))
gradient = ops.softmax_cross_entropy_backward(saved)
assert np.allclose(gradient, ops.softmax(z) - np.eye(4)[1])
assert abs(gradient.sum()) < 1e-12
figures.grouped(
    ["class 0", "class 1 (the label)", "class 2", "class 3"],
    {"probability": ops.softmax(z)[0], "gradient of the loss": gradient[0]},
    "probability, gradient",
)

# %% [markdown]
# ## Dropout
#
# In training each number is dropped, set to 0, with probability $p$ (no longer that of a class), and the others are divided by $1 - p$, so that the mean over all ways to drop is the number itself; in testing nothing happens. (That is today's form. AlexNet left the others as they were, and halved all in testing: the same, but for a factor.)

# %%
x = np.full((1, 100_000), 3.0)
y, _ = ops.dropout(x, 0.5, rng)
assert set(np.unique(y)) == {0.0, 6.0}
assert abs(y.mean() - 3) < 0.05

# %% [markdown]
# ### What it averages
#
# With $n$ units there are $2^n$ ways to drop some, so $2^n$ nets that share their weights. Take 10 units and a softmax on them: 1024 nets, few enough to ask each. **The net without dropout answers what all of them answer together:** not
# their mean, but their geometric mean, made to add up to 1. For one layer and softmax this is exact.

# %%
units, w = rng.standard_normal(10), rng.standard_normal((3, 10))
masks = np.array(list(itertools.product([0.0, 1.0], repeat=10)))
assert len(masks) == 1024
each = ops.softmax((masks * 2 * units) @ w.T)  # 1 / (1 − ½) = 2
together = np.exp(np.log(each).mean(axis=0))
together /= together.sum()
plain = ops.softmax((units @ w.T)[None])[0]
assert np.allclose(together, plain, atol=1e-12)
assert not np.allclose(each.mean(axis=0), plain, atol=1e-3)
figures.grouped(
    ["class 0", "class 1", "class 2"],
    {
        "without dropout": plain,
        "geometric mean of 1024 nets": together,
        "their mean": each.mean(axis=0),
    },
    "probability",
)

# %% [markdown]
# In deeper nets it is only roughly so. A net that loses half of its units at each step cannot rely on any one of them; that is why dropout helps where there are too many parameters for the data: in VGG after the first two
# fully connected layers, with $p = ½$, and nowhere else.

# %% tags=["claim-dropout"]
vgg16 = models.vgg16(initializer="zeros")
assert not any(isinstance(layer, layers.Dropout) for layer in vgg16["features"])
kinds = [type(layer).__name__ for layer in vgg16["classifier"]]
assert kinds == ["Linear", "ReLU", "Dropout", "Linear", "ReLU", "Dropout", "Linear"]
assert {
    layer.p for layer in vgg16["classifier"] if isinstance(layer, layers.Dropout)
} == {0.5}
print(" → ".join(kinds))

# %% [markdown]
# ## Local response normalisation, and why it went
#
# AlexNet, the net of 2012, divided each number $a_i$, in channel $i$, by the strength of its neighbours in the channels around it:
#
# $$b_i = \frac{a_i}{\left(k + \alpha \sum_{j = i-2}^{i+2} a_j^2\right)^{\beta}}, \qquad k = 2,\ \alpha = 10^{-4},\ \beta = 0.75$$
#
# Loud channels turn down those beside them. How much? Below, one channel has an activation of 10, 100 and 300, all others of 10. ($k = 2$ alone multiplies everything by $2^{-0.75} = 0.59$; look at the dip.)

# %%
loudness = (10, 100, 300)
after = {}
for loud in loudness:
    a = np.full((1, 15, 1, 1), 10.0)
    a[0, 7] = loud
    after[f"the middle one at {loud}"] = (
        ops.local_response_norm(a)[0].ravel() / a.ravel()
    )
    s = np.array([(a.ravel()[max(0, i - 2) : i + 3] ** 2).sum() for i in range(15)])
    assert np.allclose(after[f"the middle one at {loud}"], (2 + 1e-4 * s) ** -0.75)
    assert np.allclose(
        after[f"the middle one at {loud}"], (2 + 5e-4 / 5 * s) ** -0.75
    )  # PyTorch's formula, asked for 5·10⁻⁴
assert round(2**-0.75, 2) == 0.59
figures.lines(np.arange(15), after, "channel", "what is left of it (factor)")

# %% [markdown]
# It has no parameters and nothing to learn, but its output is one more map as large as the largest in the net. And the paper's net A-LRN errs as often as A (top-1 error: the share of images whose most probable class is wrong):

# %% tags=["claim-lrn"]
shape = (64, 224, 224)
normalisation = layers.LocalResponseNorm()
assert normalisation.parameters() == {}
assert round(4 * math.prod(shape) / 2**20, 2) == 12.25
assert paper_tables.TABLE_3["A"]["256"] == (29.6, 10.4)
assert paper_tables.TABLE_3["A-LRN"]["256"] == (29.7, 10.5)
print(
    f"{4 * math.prod(shape) / 2**20:.2f} MiB more for each image; top-1 error {paper_tables.TABLE_3['A']['256'][0]} % without, {paper_tables.TABLE_3['A-LRN']['256'][0]} % with"
)

# %% [markdown]
# So the paper left it out of B to E.
#
# ## What write-ups get wrong
#
# - *"LRN harms accuracy"*: 29.7 % against 29.6 % is no harm; the paper says that it does not improve the result, and costs memory and time.
# - *"VGG has dropout in every block"*: after fc6 and fc7 only.
# - *The same formula, another $\alpha$:* PyTorch divides $\alpha$ by the number of neighbours; with AlexNet's $10^{-4}$ and 5 neighbours ask it for $5 \cdot 10^{-4}$.

# %% [markdown]
# ## Exercises
#
# Replace the three dots by your answer and run the cell. `hint("5.1")` prints a hint: there are three for each exercise, and each call prints the next one.

# %%
# 5.1  A net gives each of 10 classes the same probability. What is its loss, in nats, to six significant digits?
check(..., "5.1")

# %%
# 5.2  The logits of two classes are both 0, and the label is class 0. What is the gradient of the loss with respect to the logits, as a list of two numbers?
check(..., "5.2")

# %%
# 5.3  The output of a unit is 3. In training with dropout (p = 0.2), what is the output when the unit is not dropped?
check(..., "5.3")

# %% [markdown]
# ## In five lines
#
# - Without ReLU many layers are one matrix; each ReLU bends.
# - Cross-entropy is the surprise at the right answer: log K for a net that knows nothing; compute it with the largest logit taken off.
# - Its gradient is p − 1 for the label, p for the others.
# - Dropout trains 2ⁿ nets that share weights; testing asks their geometric mean, about.
# - LRN cost memory and time and brought nothing: the paper dropped it.
