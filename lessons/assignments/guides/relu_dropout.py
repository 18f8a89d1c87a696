# %% [markdown]
# # Assignment 4 · ReLU and dropout
#
# You write four functions in the file **`relu_dropout.py`** beside this notebook: `relu_forward`, `relu_backward`, `dropout_forward` and `dropout_backward`. This notebook explains what they are for, and checks them as often as you like.
# Prerequisite: lesson 5.

# %% [markdown]
# ## The idea
#
# Dropout with p = 0.2 is applied in training to forty units, which are all 4. **Which numbers are in the output, about how many of each, and what is their approximate mean? Guess, then run the cell.**

# %%
import numpy as np
import relu_dropout
from minivgg.classroom import check, reference_solutions
from minivgg.plots import figures

x = np.full((4, 10), 4.0)
y, mask = reference_solutions.dropout_forward(x, 0.2, True, np.random.default_rng(0))
print(
    f"{(y == 0).sum()} of {y.size} dropped; mean {y.mean():.2f}, without dropout {x.mean():.2f}"
)
figures.maps([y, mask], ["y", "mask"], numbers=True)

# %% [markdown]
# **0** for about a fifth of them (here 10 of 40), **5** = 4 / 0.8 for the others, and a mean of about **4**, as before. The mask $m$ is 0 with probability $p$ and $1/(1-p)$ otherwise:
#
# $$y = x\, m, \qquad E[m] = p \cdot 0 + (1 - p) \cdot \frac{1}{1 - p} = 1$$
#
# The expected value is already right in training, so at test time nothing is dropped and nothing is scaled.

# %% [markdown]
# ## Your turn: `relu_forward` and `relu_backward`
#
# $$y = \max(x, 0), \qquad dx = dy \cdot [x > 0]$$
#
# The bracket is 1 where the condition is true, else 0.
#
# Save the file, then run these cells. They reload the file each time. If you are stuck, `hint("relu_forward")` in a cell of your own prints a hint. There are three for each function, and each call prints the next one.

# %%
check(relu_dropout.relu_forward, "relu_forward")

# %%
check(relu_dropout.relu_backward, "relu_backward")

# %% [markdown]
# ## `dropout_forward`
#
# The check compares the share of units dropped and the scale of the others, not single numbers: which units are dropped depends on how you draw the random numbers.

# %%
check(relu_dropout.dropout_forward, "dropout_forward")

# %% [markdown]
# ## `dropout_backward`
#
# The derivative of $y = x\, m$ is $m$, the mask of the same forward pass. At test time, where the mask is None, it is 1.

# %%
check(relu_dropout.dropout_backward, "dropout_backward")
