# %% [markdown]
# # Assignment 8 · Dense evaluation
#
# You write three functions in the file **`dense_evaluation.py`**, which lies beside this notebook: `linear_to_convolution`, `class_map` and `dense_posteriors`. `conv_forward` is given there. This page shows what they are for, and checks them as often as you like.
# Before: lesson 9.

# %% [markdown]
# ## What is wanted
#
# One fully connected layer, made for maps of 2×2, with two classes: class 0 adds up the falling diagonal, class 1 the rising one. The map is larger, 3×3, and shows a falling line; its mirror image shows a rising one. **At how many places does the layer fit? And what are the posteriors of the image, and of both images averaged: clearly class 0? Guess, then look.**

# %%
import dense_evaluation
import numpy as np

from minivgg.classroom import check, reference_solutions
from minivgg.plots import figures

image = np.eye(3)[None, None]
layer = np.array([[1.0, 0, 0, 1], [0, 1, 1, 0]]), np.zeros(2)
scores, mirrored = (
    reference_solutions.class_map(m, [layer], 2, 2) for m in (image, image[..., ::-1])
)
alone, both = (
    reference_solutions.dense_posteriors(scores, scores),
    reference_solutions.dense_posteriors(scores, mirrored),
)
print(f"the image alone: {alone[0].round(3)}; with its mirror image: {both[0].round(3)}")
figures.maps(
    [image[0, 0], *scores[0], *mirrored[0]],
    ["map", "class 0", "class 1", "mirror: 0", "mirror: 1"],
    numbers=True,
    cell=0.42,
)

# %% [markdown]
# At **four** places. On the line class 0 has 2 and class 1 has 0, so softmax gives class 0 $1/(1 + e^{-2})$ = 0.881; beside it 0 and 1, which is 0.269. The mean of the four is **0.575**. In the mirror image the classes change places, and the mean of both is **0.5**: mirrors help only where a mirrored image belongs to the same class. A mirrored cat is a cat, a mirrored diagonal is the other one.

# %% [markdown]
# ## Your turn: `linear_to_convolution`
#
# A row of the matrix multiplies a flattened map and adds up. A filter as large as the map does the same, at one place. Flatten writes channel by channel, then row by row, so for a map of $h$×$w$ the weight of channel $c$, row $i$, column $j$ is
#
# $$\mathrm{filter}_{o,c,i,j} = W_{o,\; (c h + i) w + j}$$
#
# Save the file, then run this cell; it reads the file anew each time.

# %%
check(dense_evaluation.linear_to_convolution, "linear_to_convolution")

# %% [markdown]
# ## `class_map`
#
# The paper's first fully connected layer becomes a convolution of 7×7, the other two become 1×1 (§3.2); between them is ReLU.

# %%
check(dense_evaluation.class_map, "class_map")

# %% [markdown]
# ## `dense_posteriors`
#
# With $p$ for the softmax over the classes at one place, $S$ places in each map and $p'$ for the mirror image:
#
# $$P_k = \frac{1}{2 S} \sum_{s} (p_{k,s} + p'_{k,s})$$

# %%
check(dense_evaluation.dense_posteriors, "dense_posteriors")
