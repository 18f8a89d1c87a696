# %% [markdown]
# # 1b · Loss and gradient
#
# *What you will know afterwards:* what a loss is; what its gradient says, and how gradient descent uses it; how the chain rule carries derivatives back through a computational graph, with numbers; and why the gradient of softmax with cross-entropy is $p - y$.
#
# The paper: §3.1, which takes all of this for granted. The code: `minivgg/textbook/loops.py` (softmax and cross-entropy) and `minivgg/ops/loss.py`.
#
# Reading time: about 30 minutes; the code runs in about 4 seconds. Prerequisites: lessons [0](00_start_here.ipynb) and [1](01_convolution_by_hand.ipynb). [Lesson 2](02_backward_by_hand.ipynb) builds on this one. The assignment `loss`, which follows lesson 5, asks for the loss as a function: [the list of assignments](assignments/README.md).

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
from minivgg import backend, ops
from minivgg.classroom import check, guess, hint, slider, solution
from minivgg.plots import descent, graphs

# %% [markdown]
# ## A question first
#
# A *neuron* with one input multiplies the input $x$ by a weight $w$, adds a bias $b$, and squeezes the result into a probability between 0 and 1. Take $w = 0.5$, $x = 2$, $b = -1$. The probability is then exactly 0.5, and the right answer would be 1. As a measure of the error we take $-\log p$, with the natural logarithm, which is 0.69 here. **Now $w$ is raised by 0.01. Does the error rise or fall, and by about how much? Write your guess down before you read on**, for example as "rises by 3".

# %%
guess("1b", ...)

# %% [markdown]
# ## What a loss is
#
# A network makes predictions. To improve it we need **one number** that says how wrong they are: the *loss*, $L$. Training means changing the weights so that $L$ becomes small.
#
# Suppose that the network assigns the probability $p$ to the right answer. A good loss is 0 if $p = 1$ and large if $p$ is close to 0. The usual choice is the *cross-entropy*
#
# $$L = -\log p,$$
#
# with the natural logarithm. Why the logarithm? Take several examples that are independent of one another. The probability that the network gives to *all* right answers is the product of its probabilities, the *likelihood*, and training should make it large. The logarithm turns the product into a sum, and the minus sign turns the sum into a loss: **the smallest sum of $-\log p$ corresponds to the largest likelihood.**

# %%
p = np.linspace(0.01, 1, 200)
named = [(at, -np.log(at), f"p = {at}: {-np.log(at):.2f}") for at in (0.9, 0.5, 0.1)]
descent.curves(
    p, {"-log p": -np.log(p)}, "probability p of the right answer", "loss", points=named
).describe(
    "The loss falls from more than 4 at probability 0.01 to 0 at probability 1. "
    "It is 2.30 at 0.1, 0.69 at 0.5 and 0.11 at 0.9."
)

# %% [markdown]
# Being wrong and sure of it is expensive: each factor of ten in $p$ costs 2.3. (The squared error $(1 - p)^2$ would be at most 1, however wrong the answer.)
#
# ## One neuron and six examples
#
# Now the whole neuron. Think of its input $x$ as the response of an edge filter at some pixel (lesson 1); the *label* $y$ is 1 if a person has seen an edge there and 0 if not. The neuron computes
#
# $$z = w x + b, \qquad p = \sigma(z) = \frac{1}{1 + e^{-z}}.$$
#
# $\sigma$ is the *sigmoid* function: it maps any number to one between 0 and 1, and 0 to 0.5. $p$ is the probability of the label 1, so the probability of the label 0 is $1 - p$. The loss is the mean over all examples.

# %%
x = np.array([-2.0, -1, 0, 1, 2, 3])
y = np.array([0, 0, 1, 0, 1, 1])


def output(x, w, b):
    return 1 / (1 + np.exp(-(w * x + b)))


def loss(w, b):
    p = output(x, w, b)
    p_right = np.where(y == 1, p, 1 - p)
    return -np.log(p_right).mean()


settings = [(1.2, -0.6), (0.2, 0), (-1, 1.5)]
descent.neuron(x, y, output, settings, [loss(*one) for one in settings]).describe(
    "Six examples with labels 0 and 1, and the neuron's output over x for three settings. "
    "The curve that rises from the zeros to the ones has the smallest loss."
)

# %% [markdown]
# ## The loss as a surface
#
# For the six examples the loss depends on two numbers only, $w$ and $b$. So it can be drawn like the altitude on a map: each point is a setting of the neuron, and each line joins points of equal loss; darker means a larger loss. The star marks the minimum, the best that this neuron can do. Its position, a weight of 1.21 and a bias of −0.61, was found beforehand by many small steps downhill, like those below. (The labels were chosen such that there is a minimum: at 0 the label is 1, at 1 it is 0. If all zeros were to the left of all ones, the loss would become smaller and smaller as $w$ grows, without end.)


# %%
def over(w, b):
    """The loss for grids of weights and biases."""
    return np.vectorize(loss)(w, b)


minimum = (1.21, -0.61)
descent.surface(over, (-2, 4), (-2.5, 2.5), minimum).describe(
    "Contour lines of the loss over weight and bias: a single valley, with its lowest "
    "point at a weight of 1.2 and a bias of −0.6."
)

# %% [markdown]
# VGG-16 has 138 million weights instead of two. Nobody can draw that surface, or try all settings, and unlike the one above it is not a single valley. But at any point one can ask which way is downhill.
#
# ## The slope
#
# Fix $b = 0$ and cut through the surface along $w$. The *derivative* $\partial L / \partial w$ is the slope of this curve. (The symbol ∂, in place of the d familiar from school, says that $L$ depends on other numbers as well, here $b$, which are held fixed.) The derivative says how much the loss changes, per unit of $w$, when $w$ grows a little. A small step to each side gives an approximation:
#
# $$\frac{\partial L}{\partial w} \approx \frac{L(w + h) - L(w - h)}{2h}$$
#
# This is the *central difference*. It needs no formula for the derivative, only two values of the loss.


# %%
def slope_w(w, b, h=1e-5):
    return (loss(w + h, b) - loss(w - h, b)) / (2 * h)


def slope_b(w, b, h=1e-5):
    return (loss(w, b + h) - loss(w, b - h)) / (2 * h)


weights = np.linspace(-2, 4, 121)
cut = [loss(w, 0) for w in weights]
tangents = [(w, loss(w, 0), slope_w(w, 0)) for w in (-1, 3)]
descent.curves(weights, {"b = 0": cut}, "weight w", "loss", tangents).describe(
    "The loss over the weight, with two tangents: left of the minimum the slope is "
    "negative, right of it positive."
)

# %% [markdown]
# Where the slope is negative, a larger $w$ lowers the loss; where it is positive, a smaller one does. **Against the slope is downhill.** The two slopes together, $(\partial L/\partial w,\ \partial L/\partial b)$, are the *gradient*. It points in the direction in which the loss rises fastest: a small step changes the loss by the dot product of gradient and step, and among steps of the same length this is largest for the one in the gradient's own direction.
#
# ## One step downhill, and many
#
# *Gradient descent* takes a small step against the gradient, and repeats it:
#
# $$w \leftarrow w - \eta \, \frac{\partial L}{\partial w}, \qquad b \leftarrow b - \eta \, \frac{\partial L}{\partial b}$$
#
# $\eta$ (eta) is the *learning rate*. One step from $w = -1$, $b = 1.5$, with $\eta = 0.3$:

# %%
w, b = -1.0, 1.5
print(f"before: w = {w:.2f}, b = {b:.2f}, loss {loss(w, b):.3f}")
dw, db = slope_w(w, b), slope_b(w, b)
print(f"gradient: ({dw:.2f}, {db:.2f})")
w, b = w - 0.3 * dw, b - 0.3 * db
print(f"after:  w = {w:.2f}, b = {b:.2f}, loss {loss(w, b):.3f}")

# %% [markdown]
# The loss is smaller. Now take twelve steps at each of three learning rates:


# %%
def descend(rate, steps=12):
    path = [(-1.0, 1.5)]
    for _ in range(steps):
        w, b = path[-1]
        path.append((w - rate * slope_w(w, b), b - rate * slope_b(w, b)))
    return np.array(path)


paths = {f"rate {rate}": descend(rate) for rate in (0.3, 2, 20)}
drawn = paths | {"rate 20": paths["rate 20"][:2]}  # of the last one only the first step
descent.surface(over, (-2, 4), (-2.5, 2.5), minimum, drawn).describe(
    "Paths from the same start. At rate 0.3 the steps are short, and twelve of them do not "
    "reach the minimum; at rate 2 they do; at rate 20 the first step, the only one drawn, "
    "leaves the picture."
)

# %%
losses = {name: [loss(*point) for point in path] for name, path in paths.items()}
descent.curves(range(13), losses, "steps", "loss").describe(
    "The loss over the steps. At rate 0.3 it falls slowly, at rate 2 quickly to 0.41; at "
    "rate 20 it jumps up at the first step, falls for six steps, and jumps up again."
)

# %% [markdown]
# Too small a rate wastes time. Too large a rate overshoots: the slope is right only *near* the point where it was taken, and a long step lands on the opposite slope, perhaps higher than before. At rate 20 the first step leads far outside the map above. There the slope hardly changes from point to point, so the loss falls for some steps, until the next step overshoots again. The choice of the learning rate is the subject of lesson 6.
#
# ## The chain rule on a computational graph
#
# Central differences need two evaluations of the loss for **each** weight. For 138 million weights that is hopeless. *Back-propagation* finds all derivatives in one forward and one backward pass, by the chain rule.
#
# Draw the neuron of the first question as a *computational graph*: each box is one operation, and each arrow carries one number. The numbers in between have names, too: $q = w \cdot x$, $z = q + b$ and $p = \sigma(z)$. First go forward, from left to right.

# %%
w, x1, b = 0.5, 2.0, -1.0  # one example, whose label is 1
q = w * x1
z = q + b
p1 = 1 / (1 + np.exp(-z))
L = -np.log(p1)
values = {"w": w, "x": x1, "b": b, "q": q, "z": z, "p": p1, "L": L}
graphs.graph(graphs.NEURON, values).describe(
    "The neuron as a graph: w = 0.5 times x = 2 gives 1, plus b = −1 gives 0, the sigmoid "
    "gives 0.5, and −log gives the loss 0.693."
)

# %% [markdown]
# Then go backward, from the loss to the left. At each arrow we write the derivative of $L$ with respect to the number on it; in the code, `dp` stands for $\partial L / \partial p$, and so on. The *chain rule* says how to get from one side of a box to the other:
#
# $$\text{derivative at the input} = \text{derivative at the output} \times \text{local derivative of the box}$$
#
# The *local derivative* asks only about this one box: how much does its output change when its input grows a little? The reason for the product: if the input grows by a small $d$, the output grows by (local derivative) · $d$, and $L$ by (derivative at the output) times that.
#
# | box | output | local derivative | here |
# |---|---|---|---|
# | −log | $L = -\log p$ | $\partial L / \partial p = -1/p$ | −1/0.5 = −2 |
# | σ | $p = \sigma(z)$ | $\partial p / \partial z = p\,(1 - p)$ | 0.5 · 0.5 = 0.25 |
# | + | $z = q + b$ | $\partial z / \partial q = 1$ and $\partial z / \partial b = 1$ | 1 and 1 |
# | × | $q = w \cdot x$ | $\partial q / \partial w = x$ and $\partial q / \partial x = w$ | 2 and 0.5 |
#
# (For σ: $\frac{d}{dz} \frac{1}{1 + e^{-z}} = \frac{e^{-z}}{(1 + e^{-z})^2} = \frac{1}{1 + e^{-z}} \cdot \frac{e^{-z}}{1 + e^{-z}} = p\,(1 - p)$.) So: at $p$ we have 1 · (−2) = −2. At $z$: −2 · 0.25 = −0.5. The plus passes −0.5 on to both inputs. And the product multiplies what it receives by *the other* factor: $w$ gets −0.5 · 2 = −1.

# %%
dL = 1.0  # the derivative of L with respect to itself
dp = dL * (-1 / p1)
dz = dp * p1 * (1 - p1)
dq, db = dz, dz
dw, dx = dq * x1, dq * w
gradients = {"w": dw, "x": dx, "b": db, "q": dq, "z": dz, "p": dp, "L": dL}
graphs.graph(graphs.NEURON, values, gradients).describe(
    "The same graph with the derivative of the loss below each arrow: 1 at the loss, −2 at "
    "p, −0.5 at z, q and b, −1 at w and −0.25 at x."
)

# %% [markdown]
# Check it: raise $w$ by 0.01 and compute the loss again.

# %%
L_raised = -np.log(output(x1, w + 0.01, b))
print(f"the loss changes by {L_raised - L:.5f}")
guess("1b")

# %% [markdown]
# The answer: it **falls by about 0.01**, since $\partial L/\partial w = -1$ and $-1 \cdot 0.01 = -0.01$. Here is the neuron with $w = 1.5$, which is nearly right. Move the sliders and watch all numbers change. When $p$ comes close to 1, all gradients come close to 0: little is left to improve.


# %%
def moving(w=1.5, x=2.0, b=-1.0):
    z = w * x + b
    p = 1 / (1 + np.exp(-z))
    dz = -1 / p * p * (1 - p)
    forward = {"w": w, "x": x, "b": b, "q": w * x, "z": z, "p": p, "L": -np.log(p)}
    back = {"w": dz * x, "x": dz * w, "b": dz, "q": dz, "z": dz, "p": -1 / p, "L": 1}
    return graphs.graph(graphs.NEURON, forward, back).describe(
        "The graph of the neuron with its numbers forward and its derivatives backward."
    )


slider(moving, w=(-2.0, 2.0, 0.25), x=(-2.0, 3.0, 0.5), b=(-2.0, 2.0, 0.5))

# %% [markdown]
# Two things are worth noting. The backward pass needs numbers from the forward pass ($p$, $x$, $w$), so they must be kept in memory until then. And one backward pass gives *all* derivatives: the one at $z$ was computed once, and served for $w$, $x$ and $b$; in a network of many layers it would serve for all boxes below as well. So its cost is a small multiple of that of the forward pass, however many weights there are. (For the layers of lesson 2 it is about twice as much: they compute one product for the gradient of their input and one for the gradient of their weights.)
#
# ### A number that is used twice
#
# In $f = a \cdot b + a$ the number $a$ goes into two boxes. If $a$ grows, $f$ changes along both paths, and the effects add up: **the derivative at a number is the sum over all the arrows that leave it.** With $a = 3$ and $b = 4$, the path through the product contributes $b = 4$ and the direct path contributes 1, which makes 5.

# %%
a, b4 = 3.0, 4.0
values2 = {"b": b4, "a to mul": a, "a to add": a, "q": a * b4, "f": a * b4 + a}
gradients2 = {"b": a, "a to mul": b4, "a to add": 1, "q": 1, "f": 1}
graphs.graph(graphs.USED_TWICE, values2, gradients2).describe(
    "a = 3 leads to a product with b = 4 and to a sum. The derivative 4 comes back from "
    "the product and 1 from the sum: together 5."
)

# %% [markdown]
# In a convolution each pixel lies in several windows. So it is used several times, and in lesson 2 its derivatives add up in just this way.
#
# ## More than two classes: softmax
#
# VGG-16 has 1000 classes. Its last layer computes one score $z_k$ for each class $k$, called a *logit*. *Softmax* turns the scores into probabilities: all of them are positive, and their sum is 1.
#
# $$p_k = \frac{e^{z_k}}{\sum_j e^{z_j}}$$
#
# For the logits 1, 2, 0 and −1 the powers of $e$ are 2.72, 7.39, 1 and 0.37, and their sum is 11.48. Dividing each by the sum gives the probabilities 0.24, 0.64, 0.09 and 0.03.
#
# The loss is the cross-entropy as before, $L = -\log p_t$, where $t$ is the true class. (In general, the cross-entropy of two distributions is $-\sum_k y_k \log p_k$; here $y$ is 1 for the true class and 0 for all others, so only one term is left.) The paper calls this objective *multinomial logistic regression*; "softmax loss" and "cross-entropy loss" mean the same thing.
#
# ## Why the gradient is p − y
#
# Put softmax into the loss. The logarithm of a quotient is a difference, and $\log e^{z_t} = z_t$:
#
# $$L = -\log \frac{e^{z_t}}{\sum_j e^{z_j}} = -z_t + \log \sum_j e^{z_j}$$
#
# Differentiate with respect to one logit $z_k$, one term after the other.
#
# 1. The first term, $-z_t$, contains $z_k$ only if $k = t$. Its derivative is $-1$ for the true class and 0 for the others. Write $y_k$ for a number that is 1 for the true class and 0 for the others: the derivative is $-y_k$.
# 2. The second term is a logarithm of a sum. By the chain rule its derivative is 1 divided by the sum, times the derivative of the sum. Only one term of the sum contains $z_k$, and the derivative of $e^{z_k}$ is $e^{z_k}$ itself:
#
# $$\frac{\partial}{\partial z_k} \log \sum_j e^{z_j} = \frac{1}{\sum_j e^{z_j}} \cdot e^{z_k} = p_k$$
#
# Together:
#
# $$\boxed{\frac{\partial L}{\partial z_k} = p_k - y_k}$$
#
# Probability minus label. For an image of a cat:

# %%
classes = ["cat", "dog", "ship", "truck"]
logits = np.array([1.0, 2.0, 0.0, -1.0])
true_class = 0
probabilities = np.exp(logits) / np.exp(logits).sum()
labels = np.array([1, 0, 0, 0])
descent.softmax_gradient(probabilities, true_class, classes).describe(
    "Bars for four classes: probabilities, labels and their difference. Only the true "
    "class, cat, has a negative gradient."
)

# %% [markdown]
# The gradient is negative for the true class, so a step downhill raises its logit; it is positive for all others, so their logits fall. The most confident wrong answer, *dog*, is pushed down hardest. If the prediction were perfect, $p = y$, the gradient would be zero. Compare with central differences:

# %%
derivatives = []
for k in range(4):
    h = 1e-5 * np.eye(4)[k]  # a small step in logit k only
    both = []
    for moved in (logits + h, logits - h):
        both.append(-np.log(np.exp(moved) / np.exp(moved).sum())[true_class])
    derivatives.append((both[0] - both[1]) / 2e-5)
print("class   p - y    central difference")
for name, exact, measured in zip(
    classes, probabilities - labels, derivatives, strict=True
):
    print(f"{name:6} {exact:7.4f}   {measured:7.4f}")

# %% [markdown]
# The package gives the same result, on the CPU or on a GPU:

# %%
batch, right = (
    backend.to_device(logits[None]),
    backend.to_device(np.array([true_class])),
)
value, saved = ops.softmax_cross_entropy(batch, right)
package = backend.to_numpy(ops.softmax_cross_entropy_backward(saved))[0]
print(f"loss {float(value):.4f}, gradient", package.round(4))

# %% [markdown]
# The neuron above is the special case of two classes whose logits are $z$ and 0: then $p_1 = e^z / (e^z + 1) = \sigma(z)$. So for the neuron, too, $\partial L / \partial z = p - y$, whether its label $y$ is 1 or 0. In the graph this was $0.5 - 1 = -0.5$, the product of −2 and 0.25.
#
# For a batch of $N$ images the loss is the mean of their losses, so the gradient of each image's logits is divided by $N$. How to compute softmax without overflow is a topic of lesson 5.
#
# ## What write-ups get wrong
#
# Statements from blog posts and tutorials, and what is true instead:
#
# - *"The gradient points to the minimum."* The negative gradient points in the direction in which the loss falls fastest **at this point**. It is perpendicular to the contour line, and usually leads past the minimum. At the start of the three paths it differs from the direction of the minimum by the angle printed below.
# - *"Every step of gradient descent lowers the loss."* Only if the learning rate is small enough: see rate 20.
# - *"A smaller loss means more right answers."* Often, but not always: the loss also counts how sure the answers are.

# %%
start = np.array([-1.0, 1.5])
downhill = -np.array([slope_w(*start), slope_b(*start)])
to_minimum = np.array(minimum) - start
lengths = np.linalg.norm(downhill) * np.linalg.norm(to_minimum)
angle = np.degrees(np.arccos(downhill @ to_minimum / lengths))
print(f"between downhill and the minimum: {angle:.0f} degrees")

answers = {"first": np.array([0.7, 0.7, 0.45]), "second": np.array([0.51, 0.51, 0.51])}
for name, p_right in answers.items():
    print(
        f"{name:6} {(p_right > 0.5).sum()} of 3 right, loss {-np.log(p_right).mean():.2f}"
    )

# %% [markdown]
# The first network has the smaller loss and *fewer* right answers: it is surer of two answers, and narrowly misses the third. (With two classes, an answer is right if its probability is above 0.5.)
#
# ## Exercises
#
# Replace the dots and run the cell. `hint("1b.1")` prints the first of three hints, then the next one each time you run it again; `solution("1b.1")` shows a worked answer.
#
# **1b.1** Another loss is the squared error: L = e², where e = w·x + b − t and t is the target. What is the derivative of L with respect to w for w = 2, x = 3, b = −1 and t = 7?

# %%
check(..., "1b.1")

# %% [markdown]
# **1b.2** f(x) = x³. What is the central difference at x = 1 with h = 0.1? (The derivative is 3.)

# %%
check(..., "1b.2")

# %% [markdown]
# **1b.3** Write gradient_step(w, b, x, y, rate): one step of gradient descent for the neuron of this lesson, with derivatives from formulas, not from central differences. x and y are arrays of inputs and labels (0 or 1), the loss is the mean cross-entropy, and the function returns the new w and the new b.


# %%
def gradient_step(w, b, x, y, rate): ...


check(gradient_step, "1b.3")

# %% tags=["tests"]
# The statements of this page, as assertions.
assert [round(-np.log(at), 2) for at in (0.9, 0.5, 0.1)] == [0.11, 0.69, 2.3]
neighbours = [
    (minimum[0] + i, minimum[1] + j) for i in (-0.1, 0.1) for j in (-0.1, 0.1)
]
assert all(loss(*minimum) < loss(*point) for point in neighbours)
assert abs(slope_w(*minimum)) < 0.01
assert abs(slope_b(*minimum)) < 0.01
assert slope_w(-1, 0) < 0 < slope_w(3, 0)
slow, good, wild = losses.values()
assert slow == sorted(slow, reverse=True)
assert slow[-1] > 0.5
assert abs(good[-1] - loss(*minimum)) < 0.01
assert wild[1] > wild[0]
assert wild[1:8] == sorted(wild[1:8], reverse=True)
assert wild[8] > wild[7]
assert list(np.exp(logits).round(2)) == [2.72, 7.39, 1, 0.37]
assert round(np.exp(logits).sum(), 2) == 11.48
assert paths["rate 20"][1][0] > 4
assert (dw, dx, db, dz, dp) == (-1, -0.25, -0.5, -0.5, -2)
assert abs(L_raised - L + 0.01) < 1e-4
assert gradients2["a to mul"] + gradients2["a to add"] == 5
assert abs(((a + 1e-5) * (b4 + 1) - (a - 1e-5) * (b4 + 1)) / 2e-5 - 5) < 1e-6
assert np.allclose(derivatives, probabilities - labels, atol=1e-8)
assert np.isclose(float(value), -np.log(probabilities[true_class]))
assert np.allclose(package, probabilities - labels)
assert package[1] == package.max()
assert angle > 15
assert [(p > 0.5).sum() for p in answers.values()] == [2, 3]
assert np.log(answers["first"]).mean() > np.log(answers["second"]).mean()
along = np.array([downhill[1], -downhill[0]]) / np.linalg.norm(downhill)
assert abs(loss(*(start + 1e-4 * along)) - loss(*start)) < 1e-7  # along the contour

# %% [markdown]
# ## In five lines
#
# - A loss is one number that says how wrong a network is; cross-entropy is $-\log$ of the probability of the right answer.
# - The gradient holds the slope of the loss for each weight; a step against it, of the right size, lowers the loss.
# - Back-propagation multiplies local derivatives from the loss backward; where a number is used several times, the derivatives add up.
# - For softmax with cross-entropy the gradient of the logits is $p - y$.
# - A central difference checks any derivative.
