# %% [markdown]
# # Assignment 6 · Learning
#
# You write two functions in the file **`learning.py`**, which lies beside this notebook: `sgd_step` and `plateau`. This page shows what they are for, and checks them as often as you like.
# Before: lesson 6.

# %% [markdown]
# ## What is wanted
#
# One weight in the valley $f(w) = w^2 / 2$, so its gradient is $w$ itself. It begins at $w = 1$ with velocity 0; the rate is 0.1, there is no weight decay. Without momentum it comes down to 0 and never crosses it. **And with momentum 0.9: where is it after one step, after two, and does it cross? Work out two steps, then look.**

# %%
import learning
import numpy as np

from minivgg.classroom import check, reference_solutions
from minivgg.plots import figures


def descend(momentum, steps=40):
    w, v, path = np.ones(1), np.zeros(1), [1.0]
    for _ in range(steps):
        w, v = reference_solutions.sgd_step(
            w, w, v, 0.1, momentum, 0.0
        )  # the second w is the gradient
        path.append(float(w[0]))
    return path


paths = {"momentum 0.9": descend(0.9), "without": descend(0.0)}
for name, path in paths.items():
    print(f"{name:12}", *(f"{w:.3f}" for w in path[:4]), "…")
figures.lines(np.arange(41), paths, "step", "w")

# %% [markdown]
# The first step is the same, $v = -0.1$ and $w = 0.9$. In the second $v = 0.9 \cdot (-0.1) - 0.1 \cdot 0.9 = -0.18$, and $w = 0.72$. It does cross: at the bottom the gradient is 0, but the velocity is not.

# %% [markdown]
# ## Your turn: `sgd_step`
#
# The paper's rule, with momentum $\mu$, rate $\varepsilon$ and weight decay $\lambda$:
#
# $$v \leftarrow \mu\, v - \varepsilon\, (g + \lambda\, w), \qquad w \leftarrow w + v$$
#
# Save the file, then run this cell; it reads the file anew each time.

# %%
check(learning.sgd_step, "sgd_step")

# %% [markdown]
# ## `plateau`
#
# With $n$ accuracies $a_1, \ldots, a_n$ since the last change and patience $P$, the rate falls where $n > P$ and
#
# $$\max(a_{n-P+1}, \ldots, a_n) \leq \max(a_1, \ldots, a_{n-P})$$
#
# Take 0.50, 0.62, 0.61, 0.62 and patience 2: the best of the last two is 0.62, the best before them is 0.62, which is not an improvement, and the rate falls. With patience 3 it stays: 0.62 is better than 0.50.

# %%
check(learning.plateau, "plateau")
