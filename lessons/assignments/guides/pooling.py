# %% [markdown]
# # Assignment 3 · Max-pooling
#
# You write two functions in the file **`pooling.py`**, which lies beside this notebook: `maxpool_forward` and `maxpool_backward`. This page shows what they are for, and checks them as often as you like.
# Before: lesson 2.

# %% [markdown]
# ## What is wanted
#
# A map of 4×4 is pooled with windows of 2×2 and stride 2, as in the paper; then the gradients 1, 2, 3, 4 come back to the four windows, row by row. In the window at the bottom left two pixels are equal; at the bottom right all are negative. **Which pixels get the 3 and the 4? Guess, then look.**

# %%
import numpy as np
import pooling

from minivgg.classroom import check, reference_solutions
from minivgg.plots import figures

x = np.array([[1.0, 3, 2, 0], [5, 2, 1, 4], [6, 6, -3, -5], [1, 0, -2, -4]])[None, None]
dy = np.array([[1.0, 2], [3, 4]])[None, None]
y, dx = (
    reference_solutions.maxpool_forward(x, 2, 2),
    reference_solutions.maxpool_backward(dy, x, 2, 2),
)
figures.maps([x[0, 0], y[0, 0], dy[0, 0], dx[0, 0]], ["x", "y", "dy", "dx"], numbers=True)

# %% [markdown]
# The **3** goes to the left one of the two 6 (a convention; to both would give away 6 where 3 came), the **4** to the −2, which is the largest of its window. Each window gives its gradient to one pixel, so `dx` sums to 10, as `dy` does.

# %% [markdown]
# ## Your turn: `maxpool_forward`
#
# With stride $s$ and windows of $k$×$k$, channel by channel:
#
# $$y_{p,q} = \max_{0 \leq i,j < k} x_{ps+i,\; qs+j}$$
#
# Save the file, then run this cell; it reads the file anew each time.

# %%
check(pooling.maxpool_forward, "maxpool_forward")

# %% [markdown]
# ## `maxpool_backward`
#
# Here the windows lay side by side, and a pixel could win only one. With windows of 3×3 and stride 2, as in AlexNet, they overlap; a pixel can win up to four, and gets the sum. With $V_{a,b}$ for the set of windows that pixel $(a, b)$ won:
#
# $$dx_{a,b} = \sum_{(p,q) \in V_{a,b}} dy_{p,q}$$

# %%
check(pooling.maxpool_backward, "maxpool_backward")
