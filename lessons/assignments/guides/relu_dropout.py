# %% [markdown]
# # Assignment 4 · ReLU and dropout
#
# You write four functions in the file **`relu_dropout.py`**, which lies beside this notebook: `relu_forward`, `relu_backward`, `dropout_forward` and `dropout_backward`. This page shows what they are for, and checks them as often as you like.
# Before: lesson 5.

# %% [markdown]
# ## What is wanted
#
# Forty units all say 4, and go through dropout with p = 0.2 while training. **Which numbers come out, about how many of each, and what is their mean, about? Guess, then look.**

# %%
import numpy as np
import relu_dropout

from minivgg.classroom import check, reference_solutions
from minivgg.plots import figures

x = np.full((4, 10), 4.0)
y, mask = reference_solutions.dropout_forward(x, 0.2, True, np.random.default_rng(0))
print(f"{(y == 0).sum()} of {y.size} dropped; mean {y.mean():.2f}, without dropout {x.mean():.2f}")
figures.maps([y, mask], ["y", "mask"], numbers=True)

# %% [markdown]
# **0** for about a fifth of them (here 10 of 40), **5** = 4 / 0.8 for the others, and a mean of about **4**, as before. With $m$ for the mask, 0 with probability $p$ and $1/(1-p)$ otherwise:
#
# $$y = x\, m, \qquad E[m] = p \cdot 0 + (1 - p) \cdot \frac{1}{1 - p} = 1$$
#
# The mean is right while training already, so while testing there is nothing to drop and nothing to scale.

# %% [markdown]
# ## Your turn: `relu_forward` and `relu_backward`
#
# $$y = \max(x, 0), \qquad dx = dy \cdot [x > 0]$$
#
# The bracket is 1 where it is true, else 0.
#
# Save the file, then run these cells; they read the file anew each time.

# %%
check(relu_dropout.relu_forward, "relu_forward")

# %%
check(relu_dropout.relu_backward, "relu_backward")

# %% [markdown]
# ## `dropout_forward`
#
# The check looks at the shares and the scale, not at single numbers: which units are dropped is up to your draw.

# %%
check(relu_dropout.dropout_forward, "dropout_forward")

# %% [markdown]
# ## `dropout_backward`
#
# The slope of $y = x\, m$ is $m$, the mask of that same forward pass; while testing, where the mask is None, it is 1.

# %%
check(relu_dropout.dropout_backward, "dropout_backward")
