# %% [markdown]
# # Assignment 6 · Learning
#
# You write two functions in the file **`learning.py`** beside this notebook: `sgd_step` and `plateau`. This notebook explains what they are for, and checks them as often as you like.
# Prerequisite: lesson 6.

# %% [markdown]
# ## The idea
#
# We minimise $f(w) = w^2 / 2$ for one weight, so its gradient is $w$ itself. It begins at $w = 1$ with velocity 0; the learning rate is 0.1, without weight decay. Without momentum, $w$ approaches 0 and never crosses it. **With momentum 0.9, what is $w$ after one step and after two, and does it cross 0? Compute two steps, then run the cell.**

# %%
import learning
import numpy as np
from minivgg.classroom import check, reference_solutions
from minivgg.plots import figures


def descend(momentum, steps=40):
    w, v, path = np.ones(1), np.zeros(1), [1.0]
    for _ in range(steps):
        # the second w is the gradient
        w, v = reference_solutions.sgd_step(w, w, v, 0.1, momentum, 0.0)
        path.append(float(w[0]))
    return path


paths = {"momentum 0.9": descend(0.9), "without": descend(0.0)}
for name, path in paths.items():
    print(f"{name:12}", *(f"{w:.3f}" for w in path[:4]), "…")
figures.lines(np.arange(41), paths, "step", "w")

# %% [markdown]
# The first step is the same: $v = -0.1$ and $w = 0.9$. In the second, $v = 0.9 \cdot (-0.1) - 0.1 \cdot 0.9 = -0.18$, and $w = 0.72$. It does cross 0: at the minimum the gradient is 0, but the velocity is not.

# %% [markdown]
# ## Your turn: `sgd_step`
#
# The paper's rule, with momentum $\mu$, learning rate $\varepsilon$ and weight decay $\lambda$:
#
# $$v \leftarrow \mu\, v - \varepsilon\, (g + \lambda\, w), \qquad w \leftarrow w + v$$
#
# Save the file, then run this cell. It reloads the file each time. If you are stuck, `hint("sgd_step")` in a cell of your own prints a hint. There are three for each function, and each call prints the next one.

# %%
check(learning.sgd_step, "sgd_step")

# %% [markdown]
# ## `plateau`
#
# Let $a_1, \ldots, a_n$ be the accuracies since the last change, and $P$ the patience. The learning rate falls if $n > P$ and
#
# $$\max(a_{n-P+1}, \ldots, a_n) \leq \max(a_1, \ldots, a_{n-P})$$
#
# For 0.50, 0.62, 0.61, 0.62 and patience 2, the best of the last two is 0.62, and so is the best before them. This is not an improvement, so the rate falls. With patience 3 the rate stays the same: 0.62 is better than 0.50.

# %%
check(learning.plateau, "plateau")
