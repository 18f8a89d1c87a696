# %% [markdown]
# # Assignment 5 · The loss
#
# You write one function in the file **`loss.py`**, which lies beside this notebook: `softmax_cross_entropy`. This page shows what it is for, and checks it as often as you like.
# Before: lesson 5.

# %% [markdown]
# ## What is wanted
#
# Two images, three classes. The logits of the first are log 1, log 2, log 1, and class 1 is right; those of the second are log 1, log 1, log 2, and class 0 is right. (Classes count from 0.) **Which probabilities are these, what is the loss, and what does each row of the gradient sum to? Work it out, then look.**

# %%
import loss
import numpy as np

from minivgg.classroom import check, reference_solutions
from minivgg.plots import figures

logits, labels = np.log([[1.0, 2, 1], [1, 1, 2]]), np.array([1, 0])
p = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
batch_loss, dlogits = reference_solutions.softmax_cross_entropy(logits, labels)
print(f"loss {batch_loss:.4f}; the gradient's rows sum to {dlogits.sum(axis=1).round(12) + 0}")
names = [f"image {n}\nclass {k}" for n in range(2) for k in range(3)]
figures.grouped(names, {"p": p.ravel(), "gradient": dlogits.ravel()}, "p, gradient")

# %% [markdown]
# The exponentials are 1, 2, 1 and 1, 1, 2, so the probabilities are quarters and halves. The right classes have ½ and ¼: the loss is (log 2 + log 4) / 2 = **1.0397**. With $z$ for the logits and $t_n$ for the label of row $n$:
#
# $$L = -\frac{1}{N} \sum_n \log p_{n, t_n}, \qquad p_{n,k} = \frac{e^{z_{n,k}}}{\sum_j e^{z_{n,j}}}$$
#
# The gradient is $p$, less 1 at the label, divided by $N = 2$; each row sums to **0**: what the right logit wins, the others lose.

# %% [markdown]
# ## Logits of 1000
#
# $e^{1000}$ is no float, and $\log 0$ no number. Subtract each row's own maximum $m_n$, which cancels out in $p$, and write the logarithm of the quotient as a difference:
#
# $$\log p_{n,k} = (z_{n,k} - m_n) - \log \sum_j e^{z_{n,j} - m_n}$$
#
# The sum is never below 1, so this logarithm is always a number.

# %% [markdown]
# ## Your turn: `softmax_cross_entropy`
#
# Save the file, then run this cell; it reads the file anew each time.

# %%
check(loss.softmax_cross_entropy, "softmax_cross_entropy")
