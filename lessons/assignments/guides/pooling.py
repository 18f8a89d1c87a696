# %% [markdown]
# # Assignment 3 · Max-pooling
#
# You write two functions in the file **`pooling.py`** beside this notebook: `maxpool_forward` and `maxpool_backward`. This notebook explains what they are for, and checks them as often as you like.
# Prerequisite: lesson 2.

# %% [markdown]
# ## The idea
#
# A map of 4×4 is pooled with windows of 2×2 and stride 2, as in the paper. On the backward pass, the gradients of the four outputs are 1, 2, 3, 4, row by row. In the window at the bottom left, two pixels are equal; at the bottom right, all are negative. **Which pixels get the 3 and the 4? Guess, then run the cell.**

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
figures.maps(
    [x[0, 0], y[0, 0], dy[0, 0], dx[0, 0]], ["x", "y", "dy", "dx"], numbers=True
)

# %% [markdown]
# The **3** goes to the left one of the two sixes (a convention; if both got it, the window would pass on 6 instead of 3). The **4** goes to the −2, the largest number of its window. Each window passes its gradient to one pixel, so the sum of `dx` is 10, like that of `dy`.

# %% [markdown]
# ## Your turn: `maxpool_forward`
#
# With stride $s$ and windows of $k$×$k$, channel by channel:
#
# $$y_{p,q} = \max_{0 \leq i,j < k} x_{ps+i,\; qs+j}$$
#
# Save the file, then run this cell. It reloads the file each time. If you are stuck, `hint("maxpool_forward")` in a cell of your own prints a hint. There are three for each function, and each call prints the next one.

# %%
check(pooling.maxpool_forward, "maxpool_forward")

# %% [markdown]
# ## `maxpool_backward`
#
# The windows above do not overlap, so a pixel can be the maximum of only one. Windows of 3×3 with stride 2, as in AlexNet, overlap: a pixel can be the maximum of up to four windows, and its gradient is the sum of theirs. Let $V_{a,b}$ be the set of windows whose maximum is pixel $(a, b)$. Then
#
# $$dx_{a,b} = \sum_{(p,q) \in V_{a,b}} dy_{p,q}$$

# %%
check(pooling.maxpool_backward, "maxpool_backward")
