# %% [markdown]
# # 6 · Learning
#
# *What you will know afterwards:* what the learning rate, momentum and weight decay do to
# a weight, step by step; when the learning rate is lowered; why initial weights must have
# the right size, derived and measured layer by layer; and how the paper started its deep
# nets from a shallow one.
#
# The paper: §3.1. Here: `minivgg/optim/sgd.py` (the update rule),
# `minivgg/optim/schedules.py`, `minivgg/layers/initializers.py`, and
# `models.transfer_weights`.
#
# Reading time: about 50 minutes; the code runs in about 15 seconds. Prerequisites:
# lessons [1b](01b_loss_and_gradient.ipynb) and
# [5](05_nonlinearity_dropout_loss.ipynb). Afterwards: assignment `learning`, in
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

import matplotlib.cbook
import numpy as np
from minivgg import backend, data, initializers, layers, losses, models, optim
from minivgg.classroom import check, guess, hint, slider, solution
from minivgg.plots import figures, fits, weight_transfer

# %% [markdown]
# ## A question first
#
# The paper draws initial weights from a normal distribution with mean 0 and variance
# $10^{-2}$, that is, with a standard deviation of 0.1. An untrained net A,
# the shallowest of the paper's nets (8 convolutions and 3 fully connected layers), sees one
# photograph. **How large is its loss?** Lesson 5 says that a net that knows nothing should
# have $\log 1000 = 6.9$. Is it 7, 70, or a hundred million? Write your guess down in place
# of the dots.

# %%
guess("6", ...)

# %% [markdown]
# ## The learning rate
#
# Gradient descent changes each weight by $w \leftarrow w - \eta g$. The gradient $g$
# points uphill, so $-g$ points downhill; the learning rate $\eta$ says how far to go. It is
# a *hyperparameter*: a number that we choose before training, and that training does
# not learn.
#
# Take a loss with two weights, $f(a, b) = \frac{1}{2} a^2 + \frac{50}{2} b^2$: a valley
# that is 50 times as steep across as along. Its gradient is $(a,\ 50\, b)$. We start at
# $(-4, 1)$ and try four learning rates.


# %%
def descend(rate, momentum=0.0, steps=60):
    """The points that SGD visits in the valley."""
    w = layers.Parameter(np.array([-4.0, 1.0]))
    sgd = optim.SGD([w], lr=rate, momentum=momentum, weight_decay=0)
    path = [w.data.copy()]
    for _ in range(steps):
        w.grad = np.array([1.0, 50.0]) * w.data
        sgd.step()
        path.append(w.data.copy())
    return np.array(path)


def valley(a, b):
    return 0.5 * a**2 + 25 * b**2


RATES = {
    "η = 0.001": 0.001,
    "η = 0.01": 0.01,
    "η = 0.03": 0.03,
    "η = 0.041 > 2/50": 0.041,
}
heights = {name: valley(*descend(rate).T) for name, rate in RATES.items()}
figures.lines(np.arange(61), heights, "step", "loss", logy=True, width=4.6).describe(
    "The loss over 60 steps for four learning rates. With 0.001 it falls slowly, with "
    "0.01 and 0.03 faster and faster, and with 0.041, just above 2/50, it rises: the "
    "training diverges."
)

# %% [markdown]
# A rate that is too small wastes steps. With one that is too large, the descent
# *diverges*: across the valley, a step is
# $b \leftarrow b - 50\, \eta\, b = (1 - 50\, \eta)\, b$. If $\eta$ is above
# $2/50 = 0.04$, this factor is below −1, so each step lands further up on the other side.
# The steepest direction limits the rate, and the flat direction then has to live with it.
#
# **In the explorer**, `explorer.html#task=step` ([how to open it](../docs/guides/explorer.md#tasks)) takes one step of SGD with a trained net: what does the loss do when the rate becomes a hundred times as large?
#
# ## Momentum
#
# The paper's rule for each weight $w$ with gradient $g$ (§3.1, after AlexNet's §5):
#
# $$v \leftarrow 0.9\, v - \eta\, (\lambda\, w + g), \qquad w \leftarrow w + v$$
#
# $v$ is the *velocity*, initially 0. The factor 0.9 is the *momentum*, and $\lambda$ the
# *weight decay* of the next section. Each step keeps 90 % of the step before. Where
# gradients point the same way, the steps add up: with a constant gradient,
# $v = -\eta g\,(1 + 0.9 + 0.9^2 + \dots)$, which tends to $-10\, \eta g$,
# since the sum of this geometric series is $1 / (1 - 0.9) = 10$. Where the gradient changes
# its sign in every step, the contributions nearly cancel: $v$ tends to
# $\pm \eta g\,(1 - 0.9 + 0.9^2 - \dots)$, and this sum is $1 / (1 + 0.9) = 0.53$. So persistent
# gradients are amplified ten times, and alternating ones are damped to about a half:


# %%
def velocities(gradients):
    """The velocity after each step, with η = 0.01, momentum 0.9 and no weight decay."""
    v, found = 0.0, []
    for g in gradients:
        v = 0.9 * v - 0.01 * g
        found.append(v)
    return found


constant, alternating = velocities([1] * 100), velocities([1, -1] * 50)
print("step      constant g   alternating g")
for step in (1, 2, 3, 10, 30, 100):
    print(f"{step:4}{constant[step - 1]:16.4f}{alternating[step - 1]:16.4f}")

# %% [markdown]
# Now the valley, without and with momentum, **both at the rate 0.01**:

# %%
paths = {"no momentum": descend(0.01), "momentum 0.9": descend(0.01, 0.9)}
figures.paths(valley, paths, (-4.5, 2), (-1.5, 1.5), "a", "b").describe(
    "Two paths of 60 steps with the rate 0.01 over the contours of the valley. Without "
    "momentum the path reaches the bottom soon, creeps along it and ends halfway, at a "
    "loss of 2.4. With momentum it swings across and ends at the minimum, at a loss of "
    "0.025."
)

# %% [markdown]
# The star is the minimum; each path ends at its ring. Along the valley the gradient
# points the same way for many steps, and momentum makes up to ten times the progress
# there. Across the valley it has a price: the path overshoots the bottom and swings from
# side to side, like a ball, until the swings die down.
#
# Is this fair? Each of the two may do better at another rate. So take the best rate for
# each momentum, judged by the loss after the same 60 steps:

# %%
fine = np.arange(0.001, 0.0755, 0.0005)
lowest = {}
for momentum in (0, 0.5, 0.9):
    ends = [valley(*descend(rate, momentum)[-1]) for rate in fine]
    lowest[momentum] = min(ends)
    best = fine[np.argmin(ends)]
    print(f"momentum {momentum}: best rate {best:.4f}, loss {min(ends):.1e}")

# %% [markdown]
# Momentum still wins when each is run at its best rate. But 0.9 is not the best momentum
# for this valley and 60 steps: of these three, 0.5 reaches by far the lowest loss, as its
# swings die down sooner. Momentum is one more hyperparameter.
#
# Momentum also moves the limit above which training diverges. At the limit the path jumps
# across the valley from $b$ to $-b$ and back, so the velocities are $-2b$ and $2b$. Put
# these into the rule, with the weight at $-b$:
# $2b = 0.9 \cdot (-2b) - \eta \cdot 50 \cdot (-b)$, which gives
# $\eta = 2\,(1 + 0.9)/50 = 0.076$, almost twice the 0.04 without momentum. To see
# which rates diverge, take more steps:

# %%
for rate, momentum in (
    (0.039, 0),
    (0.041, 0),
    (0.041, 0.9),
    (0.075, 0.9),
    (0.077, 0.9),
):
    end = valley(*descend(rate, momentum, 600)[-1])
    print(f"rate {rate}, momentum {momentum}: loss after 600 steps {end:.0e}")

# %% [markdown]
# Try it: find a rate and a momentum that reach the star, and some that diverge.


# %%
def draw_descent(rate=0.01, momentum=0.9):
    path = descend(rate, momentum)
    names = {f"η = {rate:g}, momentum {momentum:g}": path}
    picture = figures.paths(valley, names, (-4.5, 2), (-1.5, 1.5), "a", "b")
    return picture.describe(
        f"The path with a learning rate of {rate:g} and a momentum of {momentum:g} ends "
        f"at a loss of {valley(*path[-1]):.2g}."
    )


slider(draw_descent, rate=(0.005, 0.045, 0.005), momentum=(0, 0.95, 0.05))

# %% [markdown]
# ## Weight decay
#
# Weight decay adds a penalty for large weights to the loss: $\frac{1}{2} \lambda w^2$ for
# each weight. Its derivative is $\lambda w$, which is the term in the rule: it pulls each
# weight towards 0, the more strongly the larger the weight is. (Statisticians call it
# $L_2$ or ridge regularisation.) The paper uses $\lambda = 5 \cdot 10^{-4}$.
#
# Why would that help? Large weights make for functions that change quickly. Below, a
# polynomial of degree 9, with its ten weights, is fitted to ten noisy points. Without
# decay it goes through all of them, and swings wildly in between: *overfitting* (lesson 5). With
# decay it misses the points by a little, and is closer to the truth.
#
# Here no training is needed. Let $X$ be the matrix whose row $i$ has the powers
# $x_i^9, \dots, x_i, 1$ (`np.vander`), and $y$ the values at the points. Loss plus penalty is
# $\frac{1}{2} \lVert X w - y \rVert^2 + \frac{1}{2} \lambda \lVert w \rVert^2$. Its gradient
# $X^T (X w - y) + \lambda w$ is 0 where
#
# $$(X^T X + \lambda I)\, w = X^T y,$$
#
# ten linear equations for ten weights, which `np.linalg.solve` solves. ($I$ is the identity
# matrix.)

# %%
rng = np.random.default_rng(1)
x_train = np.linspace(-1, 1, 10)
y_train = np.sin(3 * x_train) + 0.3 * rng.standard_normal(10)
x_dense = np.linspace(-1, 1, 201)
truth = np.sin(3 * x_dense)


def fit(decay):
    """The weights of the polynomial of degree 9 with the least loss plus penalty."""
    powers = np.vander(x_train, 10)
    return np.linalg.solve(powers.T @ powers + decay * np.eye(10), powers.T @ y_train)


def draw_fit(log10_decay=-2.0):
    decay = 10**log10_decay
    curves = {"truth": truth}
    for name, value in ((f"decay {decay:.2g}", decay), ("no decay", 0)):
        curves[name] = np.vander(x_dense, 10) @ fit(value)
    error = np.abs(curves[f"decay {decay:.2g}"] - truth).mean()
    size = abs(fit(decay)).max()
    picture = fits.fits((x_train, y_train), x_dense, curves)
    title = f"with decay: mean error {error:.2f}, largest weight {size:.2g}"
    picture.suptitle(title, fontsize=10)
    return picture.describe(
        "Ten points around a sine curve. The polynomial without decay passes through all "
        f"points and swings far between them; with a decay of {decay:.2g} it stays near "
        "the sine curve."
    )


slider(draw_fit, log10_decay=(-6, 2, 0.5))

# %% [markdown]
# (Move the slider to the right: too much decay flattens the curve. $\lambda$ is a
# hyperparameter, too.)
#
# How strong is the paper's $\lambda$? Where the loss on the data does not depend on a
# weight ($g = 0$), the pull of $\eta \lambda w$, amplified ten times by the momentum,
# shrinks it in each step by a factor of about $1 - 10\, \eta \lambda$. With
# $\eta = 10^{-2}$, how many steps does it take for the weight to become half as large?

# %%
w = layers.Parameter(np.ones(1))
sgd, steps = optim.SGD([w], lr=1e-2, momentum=0.9, weight_decay=5e-4), 0
while w.data[0] > 0.5:
    w.grad = np.zeros(1)
    sgd.step()
    steps += 1
predicted = np.log(2) / (10 * 1e-2 * 5e-4)
print(f"{steps:,} steps (formula: {predicted:,.0f}) of the paper's 370,000")

# %% [markdown]
# ## When the learning rate is lowered
#
# The gradient of a step comes from a *batch* of images, 256 in the paper, not from all of
# them: this is *stochastic* gradient descent (SGD). One pass over all training images is an
# *epoch*. There are three sets of images:
#
# - *training* images, from which the gradients come;
# - *validation* images, which are kept out of the training, to watch it and to choose
#   hyperparameters;
# - *test* images, which are used once, at the end.
#
# At a large rate, SGD jumps around the minimum; a smaller rate lets it settle. The paper
# divides the rate by 10 when the validation accuracy *stops improving*, three times in
# all. The accuracy does not have to fall. The paper does not say how long to wait; here
# it is three epochs without a new best value. **The accuracies below are invented** to show
# the rule; lesson 8 has real ones.

# %% tags=["claim-plateau"]
invented = [20, 35, 45, 50, 52, 52, 52, 52, 60, 62, 62, 62, 62, 63, 63, 63, 63, 63]
sgd = optim.SGD([layers.Parameter(np.zeros(1))], lr=1e-2)
schedule, rates = optim.ReduceOnPlateau(sgd, patience=3), []
for value in invented:
    rates.append(sgd.lr)
    schedule.step(value)
figures.stacked(
    np.arange(1, len(invented) + 1),
    {"accuracy (invented)": invented, "learning rate": rates},
    "epoch",
    logy=("learning rate",),
).describe(
    "Invented validation accuracies over 18 epochs, which never fall, above the learning "
    "rate, which drops by a factor of ten each time the accuracy has stood still for three "
    "epochs."
)

# %% [markdown]
# ## Initial weights: the right size
#
# Biases start at 0 and weights at random values, so that units differ. How large should the
# random numbers be? Each output of a layer is a sum of $n$ products,
# $z = \sum_{i=1}^n w_i x_i$. A fully connected layer has $n$ inputs; for a convolution
# with filters of $k \times k$ and $C$ input channels, $n = k^2 C$. Three steps:
#
# 1. If the weights are independent, with mean 0 and variance $\sigma^2$, the variances of
#    the $n$ products add up: the variance of $z$ is $n\, \sigma^2$ times the mean of
#    $x^2$.
# 2. The $x$ come out of a ReLU. If the weights are as likely to be positive as negative,
#    the ReLU's input, with variance $s^2$, is distributed symmetrically about 0. ReLU
#    sets the negative half to 0, and the mean of $x^2$ is half of what it was, $s^2 / 2$.
# 3. So the variance goes from $s^2$ to $n\, \sigma^2 s^2 / 2$, and the standard deviation
#    is multiplied by
#
# $$\sigma \sqrt{n / 2}$$
#
# in each layer but the first, whose input has not been through a ReLU: there the factor
# is $\sigma \sqrt{n}$. If it is 1, the signal keeps its size. Otherwise it grows or fades
# exponentially with the depth. On the way back, the gradient of each input is a sum over
# the $n_{\text{out}}$ outputs to which that input contributes, and ReLU sets about half
# of them to 0, so the gradient's factor is $\sigma \sqrt{n_{\text{out}} / 2}$ by the same
# steps. Here are 20 layers of $n = 256$. The factor is 1 for
# $\sigma = \sqrt{2 / 256} = 0.088$; of the other two $\sigma$ in the figure, one is a
# little smaller and one a little larger:


# %%
def signal(sigma, depth=20):
    """The standard deviation of z in each of the layers."""
    rng = np.random.default_rng(0)
    x, sizes = rng.standard_normal((100, 256)), []
    for _ in range(depth):
        z = x @ (sigma * rng.standard_normal((256, 256)))
        sizes.append(z.std())
        x = np.maximum(0, z)
    return np.array(sizes)


depths = np.arange(1, 21)
three = {f"σ = {sigma}": signal(sigma) for sigma in (0.15, 0.088, 0.05)}
figures.lines(
    depths,
    three,
    "layer",
    "standard deviation of z",
    logy=True,
    width=4.6,
    colours=[figures.ORANGE, figures.BLUE, figures.GREY],
).describe(
    "The standard deviation of z in 20 layers on a logarithmic scale, for three σ. With "
    "0.088 it stays between 1 and 2; with 0.15 it grows by more than four orders of "
    "magnitude, with 0.05 it falls by nearly five."
)

# %% [markdown]
# Compare the measured sizes with the formula, for a $\sigma$ of your own:


# %%
def draw_signal(sigma=0.05):
    sizes, factor = signal(sigma), sigma * np.sqrt(256 / 2)
    curves = {
        f"measured, σ = {sigma:.2f}": sizes,
        f"factor {factor:.2f} a layer": sizes[0] * factor ** (depths - 1),
    }
    picture = figures.lines(
        depths,
        curves,
        "layer",
        "standard deviation of z",
        logy=True,
        width=4.6,
        colours=[figures.BLUE, figures.GREY],
    )
    picture.axes[0].set_ylim(1e-8, 1e8)
    return picture.describe(
        f"The standard deviation of z in 20 layers with σ = {sigma:.2f}. The measured "
        f"line follows the formula, a factor of {factor:.2f} in each layer."
    )


slider(draw_signal, sigma=(0.04, 0.2, 0.01))

# %% [markdown]
# - *Glorot and Bengio* (2010) choose $\sigma^2 = 2 / (n_{\text{in}} + n_{\text{out}})$,
#   where $n_{\text{in}}$ is our $n$, and $n_{\text{out}} = k^2 C_{\text{out}}$ for a
#   convolution: a compromise between forward signals and backward gradients, derived
#   without ReLU.
# - *He and others* (2015) choose $\sigma^2 = 2 / n_{\text{in}}$, which makes the factor
#   exactly 1: the 2 makes up for what ReLU sets to 0.
# - The paper uses the same $\sigma$ for all layers. For a 3×3 convolution from 512
#   channels, the factor is 4.8 with $\sigma = 0.1$, and 0.48 with $\sigma = 0.01$.
#
# ### Net A, measured
#
# One photograph, with its mean colour subtracted, as in the paper (values within ±255),
# goes through net A with four kinds of initial weights. We record the standard deviation
# of the output of each of the 11 layers with weights, and the loss, averaged over all
# 1000 labels, since the photograph has none of them. (The cell builds a net of 133
# million parameters four times.)


# %%
path = matplotlib.cbook.get_sample_data("grace_hopper.jpg", asfileobj=False)


def photograph(pixels):
    """A square photograph, `pixels` pixels wide, with the mean colour subtracted."""
    cut = data.Compose([data.Rescale(pixels), data.CenterCrop(pixels)])
    image = cut([data.read_image(path)]).astype(np.float32)
    return image - image.mean(axis=(2, 3), keepdims=True)


def layer_by_layer(net, x):
    """The standard deviation of each layer with weights, and the logits."""
    y, sizes = backend.to_device(x), []
    for part in net.eval():
        for layer in part if isinstance(part, layers.Sequential) else [part]:
            y = layer(y)
            if isinstance(layer, layers.Conv2d | layers.Linear):
                sizes.append(float(y.std()))
    return sizes, backend.to_numpy(y)[0].astype(float)


def mean_loss(z):
    """Cross-entropy of logits z as a mean over all labels: log-sum-exp minus the mean."""
    return np.log(np.exp(z - z.max()).sum()) + z.max() - z.mean()


INITIALIZERS = {
    "σ = 0.1": initializers.normal(0.1),
    "σ = 0.01": initializers.normal(0.01),
    "Glorot": "xavier_uniform",
    "He": "kaiming_normal",
}
image, sizes, logits = photograph(224), {}, {}
for name, initializer in INITIALIZERS.items():
    backend.seed(1)
    net = models.vgg("A", initializer=initializer)
    sizes[name], logits[name] = layer_by_layer(net, image)
    spread, loss = logits[name].std(), mean_loss(logits[name])
    print(f"{name:9} logits of size {spread:.1e}, loss {loss:.3g}")

# %% [markdown]
# The figure shows these standard deviations, from the photograph itself (layer 0) to the
# logits. The dotted line is the formula for $\sigma = 0.1$: the product of
# $\sigma \sqrt{n}$ in the first layer and $\sigma \sqrt{n / 2}$ in each other one.

# %%
weights = [w for w in net.state_dict().values() if w.ndim > 1]
n = np.array([initializers.fans(w.shape)[0] for w in weights])
factors = 0.1 * np.sqrt(n / np.where(np.arange(11) == 0, 1, 2))
formula = np.cumprod([image.std(), *factors])
curves = {name: [image.std(), *sizes[name]] for name in ("σ = 0.1", "σ = 0.01")}
curves["Glorot"] = [image.std(), *sizes["Glorot"]]
curves["formula for 0.1"] = formula
curves["He"] = [image.std(), *sizes["He"]]
figures.lines(
    np.arange(12),
    curves,
    "layer with weights (0: the photograph)",
    "standard deviation of z",
    logy=True,
    width=4.6,
    colours=[figures.ORANGE, figures.ORANGE, figures.GREY, "black", figures.BLUE],
).describe(
    "The standard deviation after each of the 11 layers of net A on a logarithmic scale. "
    "With σ = 0.1 it rises by six orders of magnitude, near the line of the formula; with "
    "σ = 0.01 it falls by more than four; with Glorot's weights it falls slowly, with "
    "He's it rises by a factor of three."
)

# %%
guess("6")

# %% [markdown]
# The answer: **more than a hundred million**. With $\sigma = 0.1$ the signal explodes.
# With $\sigma = 0.01$ the loss is the expected 6.9, but only because the signal has faded
# away: no image moves the logits away from 0.
#
# The formula is right to within a factor of about two after 11 layers. It knows nothing
# of max-pooling, which keeps the largest of four values, and the measured line rises
# above it mostly after pools. For the same reason the signal grows a little with He's
# weights. On the whole they keep its size, which is that of the pixels: up to 255. So the
# logits are large as well, and the loss is a few hundred. Today the pixels are usually
# divided by their standard deviation. All biases are 0, and dividing a number by a
# positive factor divides its ReLU by the same factor. So this divides the logits by the
# same factor:

# %%
usual = mean_loss(logits["He"] / image.std())
print(f"He, pixels divided by their standard deviation: loss {usual:.1f}")
he = np.sqrt(2 / 4096)  # the standard deviation of the last layer's weights
smaller = mean_loss(logits["He"] / image.std() * 0.01 / he)
print(f"and σ = 0.01 in the last layer: loss {smaller:.1f}")

# %% [markdown]
# The first of these two losses is still above 6.9. He's weights keep the size of the
# signal in the last layer, too, which has no ReLU after it: the net is too certain before
# it has learned anything. A smaller $\sigma$ in the last layer alone brings the loss near
# 6.9, and all other layers keep their signal.

# %% [markdown]
# ### What did the authors mean?
#
# The paper gives a variance of $10^{-2}$. It also says that net A is shallow enough to be
# trained from random weights, while learning can stall in deeper nets. Read literally
# ($\sigma = 0.1$), the first statement contradicts the second. If $10^{-2}$ was the
# *standard deviation*, they may agree. A test: how large is the gradient of the first
# convolution, compared with its weights, in A and in D? (The photograph is 32 pixels wide
# here, and the hidden layers have 512 units, to save time. The label is the class with
# the lowest score: a gradient needs one label, and with this one the net is surely wrong,
# so that the gradient of the logits is not 0. We draw the weights three times.)


# %%
def relative_gradient(name, sigma, seed):
    """mean |g| / mean |w| of the first convolution."""
    backend.seed(seed)
    draw = initializers.normal(sigma)
    small = {"classes": 10, "input_shape": (3, 32, 32), "hidden": (512, 512)}
    net = models.vgg(name, initializer=draw, dropout=0, **small)
    loss, z = losses.SoftmaxCrossEntropy(), net(backend.to_device(photograph(32)))
    loss.forward(z, z.argmin(axis=1))
    net.backward(loss.backward())
    weight = net["features"]["0"].weight
    return float(abs(weight.grad).mean() / abs(weight.data).mean())


ratios = {
    (name, sigma): [relative_gradient(name, sigma, seed) for seed in range(3)]
    for name in "AD"
    for sigma in (0.1, 0.01)
}
print("gradient / weight")
for (name, sigma), found in ratios.items():
    print(f"{name}, σ = {sigma:4}:", *[f"{ratio:.0e}" for ratio in found])

# %% [markdown]
# - $\sigma = 0.1$: even in A, the gradient is more than a million times as large as the
#   weight. A step at the rate $10^{-2}$ would throw every weight far away. If net A in
#   full size behaves like this small one, $\sigma = 0.1$ does not fit "shallow enough".
# - $\sigma = 0.01$: in A, the gradient is small, but momentum and 370,000 steps could
#   make up for that. In D it is hundreds of times smaller. So A might train and D stall,
#   which is what the paper reports.
#
# The second reading fits the paper's account. **The paper does not settle it,** and these
# are gradients of small nets at the first step, not full training runs. As the authors
# write in the paper, they later found that Glorot's initialisation makes all of this
# unnecessary.
#
# ## Starting from A
#
# In 2014, the authors trained A first. Then they gave its first four convolutions and its three
# fully connected layers to each deeper net, as initial weights, and drew the rest at
# random. The four are not the first four of the new net: A's third convolution has 256
# filters, D's third has 128, so the weights would not fit. The paper does not say which layers get them; the natural
# reading, which this package follows, is by block and index (A's conv3_2 would fit D's
# conv3_3 as well):

# %% tags=["claim-start"]
backend.seed(0)
small = {"classes": 10, "input_shape": (3, 32, 32), "hidden": (64, 64)}
a, d = models.vgg("A", **small), models.vgg("D", **small)
copied = models.transfer_weights(d, a)
names = {
    "net A, trained": list(models.layer_names(a)),
    "net D": list(models.layer_names(d)),
}
weight_transfer.copied_layers(names, copied).describe(
    "The layers of A and D side by side. Arrows lead from A to D for conv1_1, conv2_1, "
    "conv3_1, conv3_2 and the three fully connected layers; D's nine other convolutions "
    "are new and random."
)

# %% [markdown]
# The copied layers go on learning, at the same rate as the others. They are initial weights,
# not a part that stays fixed. The authors used the same trick once more: the nets for larger
# training images (smaller side 384 pixels) started from the weights that they had learned at
# 256 pixels, with a tenth of the first learning rate.
#
# ### Did depth make training shorter?
#
# The paper's nets were trained for 74 epochs, AlexNet for about 90, although VGG has more
# than twice as many parameters. The authors *conjecture* (§3.1) that this is due to
# implicit regularisation, by greater depth and smaller filters, and to the copied layers.
# Blog posts repeat this as a fact. These numbers cannot show it: the nets differ in
# depth, filters, images, batch size, rate and initial weights, all at once.

# %% tags=["claim-fewer-epochs"]
images = 1_281_167  # the training images of ILSVRC
epochs = 370_000 * 256 / images
print(f"VGG: 370,000 steps of 256 images are {epochs:.0f} epochs")
print(f"AlexNet: about 90 epochs with batches of 128, {90 * images / 128:,.0f} steps")

# %% [markdown]
# Counted in steps, AlexNet's training was more than twice as long.
#
# Today you will also meet *Nesterov momentum* (`SGD(nesterov=True)`), *Adam* (Kingma and Ba
# 2014), which scales each weight's step by the recent size of its gradient, and rates that
# rise at the start (*warm-up*) or fall along a cosine (`optim.WarmUp`, `optim.CosineLR`).
#
# ## What write-ups get wrong
#
# Found in blog posts and tutorials:
#
# - *"The rate falls when the validation error rises"*: it falls when the accuracy stops
#   improving.
# - *"The deeper nets were made by appending layers to A"*: no, the new layers are in the
#   middle, and A's weights are initial weights.
# - *"Small filters and depth made VGG train in fewer epochs"*: a conjecture of the
#   authors, which no experiment tests in isolation.

# %% tags=["tests"]
# The statements of this page, as assertions.
assert 1 < three["σ = 0.088"].min() < three["σ = 0.088"].max() < 2
assert three["σ = 0.15"][-1] > 1e4 * three["σ = 0.15"][0]
assert 1e-5 < three["σ = 0.05"][-1] / three["σ = 0.05"][0] < 1e-4
too_large = heights["η = 0.041 > 2/50"]
assert too_large[-1] > too_large[0]
assert heights["η = 0.001"][-1] > heights["η = 0.01"][-1] > heights["η = 0.03"][-1]
ends = {name: valley(*path[-1]) for name, path in paths.items()}
assert round(ends["no momentum"], 1) == 2.4
assert round(ends["momentum 0.9"], 3) == 0.025
assert lowest[0.5] < lowest[0.9] < lowest[0] / 10
assert valley(*descend(0.039, 0, 600)[-1]) < 1e-10
assert valley(*descend(0.075, 0.9, 600)[-1]) < 1 < valley(*descend(0.077, 0.9, 600)[-1])
assert valley(*descend(0.041, 0, 600)[-1]) > 1
assert np.allclose(constant[:3], [-0.01, -0.019, -0.0271])
assert abs(constant[-1] + 0.1) < 1e-4
w = layers.Parameter(np.zeros(1))
of_package = optim.SGD([w], lr=0.01, momentum=0.9, weight_decay=0)
for g in (1.0, -1.0, 1.0):
    w.grad = np.array([g])
    of_package.step()
assert np.isclose(w.data[0], sum(alternating[:3]))
assert abs(abs(alternating[-1]) - 0.01 / 1.9) < 1e-6
assert (np.abs(np.log(formula[1:] / sizes["σ = 0.1"])) < np.log(2.5)).all()
errors = [
    np.abs(np.vander(x_dense, 10) @ fit(c) - truth).mean() for c in (0, 1e-2, 100)
]
assert errors[1] < 0.5 * errors[0]
assert errors[1] < 0.5 * errors[2]
assert np.allclose(np.vander(x_train, 10) @ fit(0), y_train, atol=1e-6)
assert abs(steps / predicted - 1) < 0.01
assert round(steps, -3) == 14_000
assert round(0.1 * np.sqrt(9 * 512 / 2), 1) == 4.8
assert round(0.01 * np.sqrt(9 * 512 / 2), 2) == 0.48
assert mean_loss(logits["σ = 0.1"]) > 1e8
assert abs(mean_loss(logits["σ = 0.01"]) - np.log(1000)) < 0.05
change = {name: found[-1] / found[0] for name, found in sizes.items()}
assert change["σ = 0.1"] > 1e6
assert change["σ = 0.01"] < 1e-3
assert sizes["σ = 0.01"][-1] / image.std() < 1e-4
assert 1 < change["He"] < 3
assert 2 < sizes["He"][-1] / image.std() < 4
assert sizes["Glorot"][-1] < sizes["Glorot"][0]
assert 100 < mean_loss(logits["He"]) < 1000
n_in, n_out = initializers.fans((64, 32, 3, 3))
assert (n_in, n_out) == (9 * 32, 9 * 64)
backend.seed(0)
rng = backend.rng("cpu")
assert 0 < smaller - np.log(1000) < usual - np.log(1000) < 10
assert np.isclose(he, initializers.kaiming_normal((1000, 4096), rng).std(), rtol=0.01)
for draw, variance in (
    (initializers.kaiming_normal, 2 / n_in),
    (initializers.xavier_uniform, 2 / (n_in + n_out)),
):
    assert abs(draw((64, 32, 3, 3), rng).std() / variance**0.5 - 1) < 0.02
assert min(ratios["A", 0.1]) > 1e6
assert 1e-4 < min(ratios["A", 0.01]) < max(ratios["A", 0.01]) < 1
assert min(ratios["A", 0.01]) > 100 * max(ratios["D", 0.01])
# claim-plateau
assert invented == sorted(invented)  # it never falls
assert np.allclose(sorted(set(np.round(rates, 8))), [1e-5, 1e-4, 1e-3, 1e-2])
# claim-start
assert copied == ["conv1_1", "conv2_1", "conv3_1", "conv3_2", "fc6", "fc7", "fc8"]
assert len(set(models.layer_names(d)) - set(copied)) == 9
mine, theirs = models.layer_names(d), models.layer_names(a)
for name in copied:
    ours = d.state_dict()[f"{mine[name]}.weight"]
    assert (ours == a.state_dict()[f"{theirs[name]}.weight"]).all()
third = [[n for n in models.CONFIGURATIONS[k].layers if n != "M"][2] for k in "AD"]
assert third == [256, 128]
# claim-fewer-epochs
assert round(epochs) == 74
assert 90 * images / 128 > 2 * 370_000

# %% [markdown]
# ## Exercises
#
# Replace the three dots with your answer and run the cell. `hint("6.1")` prints the first of three
# hints, and `solution("6.1")` the worked answer.

# %% [markdown]
# **6.1** A weight is 1 and its velocity 0. The learning rate is 0.1, the momentum 0.9 and
# the weight decay 0.5. The gradient is 2 in the first step and 0 in the second. What is the
# weight after both steps?

# %%
check(..., "6.1")

# %% [markdown]
# **6.2** Write one step of the paper's rule for an array of weights w with gradient g and
# velocity v. Return the new w and the new v.


# %%
def my_sgd_step(w, g, v, lr, momentum, weight_decay): ...


check(my_sgd_step, "6.2")

# %% [markdown]
# **6.3** What is the standard deviation of the weights in He's initialisation of a 3×3
# convolution from 128 to 256 channels, to six significant digits?

# %%
check(..., "6.3")

# %% [markdown]
# Your step becomes the optimizer of the net that you assemble in lesson 8. The package's
# own is in `minivgg/optim/sgd.py` (`step`); the assignment
# [`learning`](assignments/README.md) asks for it and for the rule that lowers the rate.

# %% [markdown]
# ## In five lines
#
# - The learning rate is limited by the steepest direction: a rate that is too small
#   wastes steps, and with one that is too large training diverges.
# - Momentum 0.9 amplifies persistent gradients up to ten times, and halves alternating
#   ones.
# - Weight decay pulls weights to 0, which regularises; the rate is lowered when the
#   accuracy stops improving.
# - A layer multiplies the signal by σ√(n/2): with σ = 0.1 it explodes, with 0.01 it
#   fades, and with He's σ it keeps its size.
# - The deeper nets started with A's first convolutions and its fully connected layers as
#   initial weights.
