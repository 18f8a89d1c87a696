# %% [markdown]
# # 6 · Learning
#
# *What you will know afterwards:* what momentum and weight decay do to a weight, step by step; when the learning rate falls; why the paper's initial weights explode and smaller ones die, measured layer by
# layer; what Glorot and He do about it; and how the paper's deeper nets started from net A.
#
# The paper: §3.1. Here: `minivgg/optim/sgd.py`, `minivgg/layers/initializers.py`, `models.transfer_weights`.

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

import matplotlib.cbook
import numpy as np
from minivgg import backend, data, initializers, layers, models, optim
from minivgg.classroom import check, hint  # noqa: F401 (hint is for the exercises)
from minivgg.plots import figures

backend.use("cpu")  # "gpu" on a machine that has one
backend.seed(0)

# %% [markdown]
# ## A question first
#
# The paper draws initial weights from $N(0, 10^{-2})$: variance 0.01, so a standard deviation of 0.1. An untrained net A sees one image. **How large is its loss? Write your guess down before you go on:** 7 (as lesson 5 says of a net that
# knows nothing), 70, or a hundred million?

# %% [markdown]
# ## Momentum
#
# The paper's rule for each weight $w$ with gradient $g$, in each step:
#
# $$v \leftarrow 0.9\, v - \varepsilon\, (\lambda\, w + g), \qquad w \leftarrow w + v$$
#
# $v$ is the velocity, 0 at first; $\varepsilon$ the learning rate; $\lambda$ the weight decay, for later. Take a valley that is 50 times as steep across as along, $f(a, b) = \frac{1}{2} a^2 + \frac{50}{2} b^2$, and go down with and without the $0.9\, v$, each at a rate that suits it.


# %%
def descend(momentum, lr, steps=60):
    w = layers.base.Parameter(np.array([-4.0, 1.0]))
    sgd, path = (
        optim.SGD([w], lr=lr, momentum=momentum, weight_decay=0),
        [w.data.copy()],
    )
    for _ in range(steps):
        w.grad = np.array([1.0, 50.0]) * w.data
        sgd.step()
        path.append(w.data.copy())
    return np.array(path)


paths = {"without momentum": descend(0, 0.03), "momentum 0.9": descend(0.9, 0.01)}
height = {name: (p**2 @ [0.5, 25]) for name, p in paths.items()}
assert height["momentum 0.9"][-1] < 0.2 * height["without momentum"][-1]
figures.paths(
    lambda a, b: 0.5 * a**2 + 25 * b**2, paths, (-4.5, 2), (-1.5, 1.5), "a", "b"
)

# %% [markdown]
# Without momentum the steep direction limits the rate: above $2/50 = 0.04$ it diverges, and so it creeps along the valley. With momentum the path swings across, where the gradient keeps changing its sign, and along the valley the steps add up. (The star is the minimum.) With a constant gradient each step grows to $1 / (1 - 0.9) = 10$ times $\varepsilon g$.

# %%
w = layers.base.Parameter(np.zeros(1))
sgd, before = optim.SGD([w], lr=0.01, momentum=0.9, weight_decay=0), 0.0
for _ in range(200):
    before = w.data[0]
    w.grad = np.ones(1)
    sgd.step()
assert abs((before - w.data[0]) / 0.01 - 10) < 1e-6

# %% [markdown]
# ## Weight decay
#
# $\lambda w$ in the rule pulls every weight to 0, a little in each step. Where the data have nothing to say ($g = 0$), a weight shrinks by the factor $1 - \varepsilon \lambda / (1 - 0.9)$ a step, nearly. With the paper's
# $\varepsilon = 10^{-2}$ and $\lambda = 5 \cdot 10^{-4}$ it is half gone after

# %%
w = layers.base.Parameter(np.ones(1))
sgd, steps = optim.SGD([w], lr=1e-2, momentum=0.9, weight_decay=5e-4), 0
while w.data[0] > 0.5:
    w.grad = np.zeros(1)
    sgd.step()
    steps += 1
predicted = np.log(2) / (1e-2 * 5e-4 / 0.1)
assert abs(steps / predicted - 1) < 0.01
assert round(steps, -3) == 14_000
print(f"{steps:,} steps (the formula says {predicted:,.0f}), of the paper's 370,000")

# %% [markdown]
# ## When the learning rate falls
#
# An *epoch* shows every training image once, in *batches*; each batch is one step. *Validation* images are kept out of the training, to watch it by; *test* images are asked once, at the end. The rate is divided
# by 10 when the validation accuracy *stops improving*, three times in all. Not when the error rises: standing still is enough. The paper does not say how long one waits; here it is three epochs without a new best.

# %% tags=["claim-plateau"]
accuracy = [
    0.20,
    0.35,
    0.45,
    0.50,
    0.52,
    0.52,
    0.52,
    0.52,
    0.60,
    0.62,
    0.62,
    0.62,
    0.62,
    0.63,
    0.63,
    0.63,
    0.63,
    0.63,
]  # it never falls
sgd = optim.SGD([layers.base.Parameter(np.zeros(1))], lr=1e-2)
schedule, rates = optim.ReduceOnPlateau(sgd, patience=3), []
for value in accuracy:
    rates.append(sgd.lr)
    schedule.step(value)
assert all(after >= before for before, after in itertools.pairwise(accuracy))
assert np.allclose(
    sorted(set(np.round(rates, 8)), reverse=True), [1e-2, 1e-3, 1e-4, 1e-5]
)
figures.stacked(
    np.arange(1, len(accuracy) + 1),
    {"validation accuracy": accuracy, "learning rate": rates},
    "epoch",
    logy=("learning rate",),
)

# %% [markdown]
# ## Initial weights
#
# A layer's output is a sum of as many products as feed it, $n = k^2 C$. With weights of standard deviation $\sigma$, and half of the inputs set to 0 by ReLU, its standard deviation is on average
#
# $$\sigma \sqrt{n / 2}$$
#
# times that of the input. For 3×3×512 and $\sigma = 0.1$ that is 4.8, and with $\sigma = 0.01$ it is 0.48. Eleven such factors multiply, of layers with $n$ from 27 to 25,088. Net A, with one photograph, measured after each layer (this builds a net of 133 million parameters
# four times):

# %%
assert round(0.1 * np.sqrt(9 * 512 / 2), 1) == 4.8
assert round(0.01 * np.sqrt(9 * 512 / 2), 2) == 0.48
path = matplotlib.cbook.get_sample_data("grace_hopper.jpg", asfileobj=False)
photograph = data.Compose([data.Rescale(256), data.CenterCrop(224)])(
    [data.read_image(path)]
)
x = data.Normalize(tuple(photograph.mean(axis=(0, 2, 3)) / 255), (1 / 255,) * 3)(
    photograph
)  # as in the paper: the mean subtracted, 0 to 255


def strengths(initializer):
    """The standard deviation of what each layer with weights gives, before its ReLU; and the loss, as a mean over all labels."""
    backend.seed(1)
    net, y, found = (
        models.vgg("A", initializer=initializer).eval(),
        backend.to_device(x, backend.device()),
        [],
    )
    for part in net:
        for layer in part if isinstance(part, layers.Sequential) else [part]:
            y = layer(y)
            if isinstance(layer, layers.Conv2d | layers.Linear):
                found.append(float(y.std()))
    z = backend.to_numpy(y).astype(float)
    return found, float((np.log(np.exp(z - z.max()).sum()) + z.max() - z).mean())


measured = {
    "σ = 0.1": strengths(initializers.normal(0.1)),
    "σ = 0.01": strengths(initializers.normal(0.01)),
    "Glorot": strengths("xavier_uniform"),
    "He": strengths("kaiming_normal"),
}
for name, (after, loss) in measured.items():
    print(f"{name:9} logits of standard deviation {after[-1]:.1e}, loss {loss:.3g}")
figures.lines(
    np.arange(1, 12),
    {name: after for name, (after, _) in measured.items()},
    "layer with weights",
    "standard deviation of its output",
    logy=True,
)

# %% [markdown]
# The answer: **more than a hundred million**. With $\sigma = 0.1$ it explodes; with $0.01$ the loss looks right, but because the signal has died on the way: no image moves the logits away from 0, and a gradient that has to
# come back through the same factors dies, too.
#
# - *Glorot* (2010) chooses $\sigma^2 = 2 / (n_{in} + n_{out})$, where $n_{in} = k^2 C_{in}$ is the $n$ above and $n_{out} = k^2 C_{out}$: a compromise that keeps the strength of signals forward and of gradients backward, in a net without ReLU.
# - *He* (2015) chooses $\sigma^2 = 2 / n_{in}$: the 2 makes up for what ReLU takes, and the strength stays as it was. Here that is the strength of pixels from 0 to 255, and so of the logits: hence a loss of hundreds. Divide the pixels by their standard deviation, as is usual today, and it is a few nats above $\log 1000$.

# %%
assert measured["σ = 0.1"][1] > 1e8
assert abs(measured["σ = 0.01"][1] - np.log(1000)) < 0.05
assert measured["σ = 0.01"][0][-1] < 0.1
decay = {name: after[-1] / after[0] for name, (after, _) in measured.items()}
assert decay["σ = 0.1"] > 1e4
assert decay["σ = 0.01"] < 1e-3
assert 0.1 < decay["He"] < 10
x = x / x.std()
usual = strengths("kaiming_normal")[1]
assert 0 < usual - np.log(1000) < 10
print(f"He, pixels divided by their standard deviation: loss {usual:.1f}")
n_in, n_out = initializers.fans((256, 128, 3, 3))
backend.seed(0)
assert (
    abs(
        initializers.kaiming_normal((256, 128, 3, 3), backend.rng("cpu")).std()
        / np.sqrt(2 / n_in)
        - 1
    )
    < 0.01
)
assert (
    abs(
        initializers.xavier_uniform((256, 128, 3, 3), backend.rng("cpu")).std()
        / np.sqrt(2 / (n_in + n_out))
        - 1
    )
    < 0.01
)

# %% [markdown]
# ## Starting from A
#
# In 2014 the authors helped themselves otherwise: they trained A first, which is shallow enough, and gave its first four convolutions and its three fully connected layers to the deeper nets; the rest was drawn at random. The four were not the first four of the
# new net: A's third convolution makes 256 maps, D's third 128. They go by block and place, `conv1_1`, `conv2_1`, `conv3_1`, `conv3_2`, and everything between is new. (Later the authors found that Glorot's weights make it unnecessary.)

# %% tags=["claim-start"]
backend.seed(0)
small = {"classes": 10, "input_shape": (3, 32, 32), "hidden": (64, 64)}
a, d = models.vgg("A", **small), models.vgg("D", **small)
copied = models.transfer_weights(d, a)
assert copied == ["conv1_1", "conv2_1", "conv3_1", "conv3_2", "fc6", "fc7", "fc8"]
mine, theirs = models.layer_names(d), models.layer_names(a)
assert all(
    (d.state_dict()[f"{mine[n]}.weight"] == a.state_dict()[f"{theirs[n]}.weight"]).all()
    for n in copied
)
new = [name for name in mine if name not in copied]
assert len(new) == 9
third = {
    name: [item for item in models.CONFIGURATIONS[name].layers if item != "M"][2]
    for name in "AD"
}
assert third == {"A": 256, "D": 128}
print("from A:", *copied)
print("new:   ", *new)

# %% [markdown]
# ## What write-ups get wrong
#
# - *"The rate falls when the validation error rises"*: when it stops improving.
# - *"The deeper nets were made by appending layers to A"*: the new layers lie in the middle; it is an initialisation, and all layers learn on, at the same rate.

# %% [markdown]
# ## Exercises
#
# Replace the three dots by your answer and run the cell. `hint("6.1")` prints a hint: there are three for each exercise, and each call prints the next one.

# %%
# 6.1  w = 1, v = 0, g = 2. What is w after one step with learning rate ε = 0.1, momentum 0.9 and weight decay λ = 0.5?
check(..., "6.1")

# %%
# 6.2  Continue 6.1 with a second step, in which g = 0. What is w now?
check(..., "6.2")

# %%
# 6.3  What is the standard deviation of the weights in He's initialisation of a 3×3 convolution from 128 to 256 channels, to six significant digits?
check(..., "6.3")

# %% [markdown]
# ## In five lines
#
# - Momentum adds up where gradients agree, up to ten times, and cancels where they do not.
# - Weight decay halves an unused weight in 14,000 steps at the paper's first rate.
# - The rate falls when accuracy stops improving, three times.
# - A layer multiplies the signal by σ√(n/2): 0.1 explodes, 0.01 dies, He's keeps it.
# - The deeper nets took A's first convolutions, by block and place, and its fully connected layers.
