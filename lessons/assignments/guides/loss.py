# %% [markdown]
# # Assignment 5 · The loss
#
# You write one function in the file **`loss.py`** beside this notebook: `softmax_cross_entropy`. This notebook explains what it is for, and checks it as often as you like.
# Prerequisite: lesson 5.

# %% [markdown]
# ## The idea
#
# There are two images and three classes, numbered from 0. The logits of the first image are log 1, log 2, log 1, and its label is 1; those of the second are log 1, log 1, log 2, and its label is 0. **What are the probabilities, what is the loss, and what is the sum of each row of the gradient? Compute them, then run the cell.**

# %%
import loss
import numpy as np
from minivgg.classroom import check, reference_solutions
from minivgg.plots import figures

logits, labels = np.log([[1.0, 2, 1], [1, 1, 2]]), np.array([1, 0])
p = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
batch_loss, dlogits = reference_solutions.softmax_cross_entropy(logits, labels)
print(
    f"loss {batch_loss:.4f}; sums of the gradient's rows {dlogits.sum(axis=1).round(12) + 0}"
)
names = [f"image {n}\nclass {k}" for n in range(2) for k in range(3)]
figures.grouped(names, {"p": p.ravel(), "gradient": dlogits.ravel()}, "p, gradient")

# %% [markdown]
# The exponentials are 1, 2, 1 and 1, 1, 2, so the probabilities are quarters and halves. Those of the labels are ½ and ¼: the loss is (log 2 + log 4) / 2 = **1.0397**. With logits $z$ and the label $t_n$ of row $n$:
#
# $$L = -\frac{1}{N} \sum_n \log p_{n, t_n}, \qquad p_{n,k} = \frac{e^{z_{n,k}}}{\sum_j e^{z_{n,j}}}$$
#
# The gradient is $p$, minus 1 at the label, divided by $N = 2$. Each row sums to **0**, because adding the same number to all logits of a row does not change the loss.

# %% [markdown]
# ## Logits of 1000
#
# $e^{1000}$ overflows, and $\log 0$ is not finite. Subtract the maximum $m_n$ of each row, which cancels out in $p$, and write the logarithm of the quotient as a difference:
#
# $$\log p_{n,k} = (z_{n,k} - m_n) - \log \sum_j e^{z_{n,j} - m_n}$$
#
# The sum is at least 1, so its logarithm is always finite.

# %% [markdown]
# ## Your turn: `softmax_cross_entropy`
#
# Save the file, then run this cell. It reloads the file each time. If you are stuck, `hint("softmax_cross_entropy")` in a cell of your own prints a hint. There are three for each function, and each call prints the next one.

# %%
check(loss.softmax_cross_entropy, "softmax_cross_entropy")
