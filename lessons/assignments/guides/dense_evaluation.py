# %% [markdown]
# # Assignment 8 · Dense evaluation
#
# You write three functions in the file **`dense_evaluation.py`** beside this notebook: `linear_to_convolution`, `class_map` and `dense_posteriors`. `conv_forward` is given there. This notebook explains what they are for, and checks them as often as you like.
# Prerequisite: lesson 9.

# %% [markdown]
# ## The idea
#
# A fully connected layer for maps of 2×2 has two classes: class 0 sums the falling diagonal, class 1 the rising one. The map is larger, 3×3, and shows a falling line; its mirror image shows a rising line. **At how many positions does the layer fit? What are the posteriors of the image, and the average of both images: clearly class 0? Guess, then run the cell.**

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
print(
    f"the image alone: {alone[0].round(3)}; with its mirror image: {both[0].round(3)}"
)
figures.maps(
    [image[0, 0], *scores[0], *mirrored[0]],
    ["map", "class 0", "class 1", "mirror: 0", "mirror: 1"],
    numbers=True,
    cell=0.42,
)

# %% [markdown]
# At **four** positions. On the line, the scores are 2 for class 0 and 0 for class 1, and softmax gives class 0 $1/(1 + e^{-2})$ = 0.881. Beside the line they are 0 and 1, which gives 0.269. The mean of the four is **0.575**. In the mirror image the classes are swapped, and the mean of both images is **0.5**: mirroring helps only if a mirrored image belongs to the same class. A mirrored cat is still a cat; a mirrored falling diagonal is a rising one.

# %% [markdown]
# ## Your turn: `linear_to_convolution`
#
# A row of the matrix multiplies a flattened map, and the products are summed. A filter as large as the map does the same at one position. Flatten writes channel by channel, then row by row (*row-major order*), so for a map of $h$×$w$ the weight of channel $c$, row $i$, column $j$ is
#
# $$\mathrm{filter}_{o,c,i,j} = W_{o,\; (c h + i) w + j}$$
#
# Save the file, then run this cell. It reloads the file each time. If you are stuck, `hint("linear_to_convolution")` in a cell of your own prints a hint. There are three for each function, and each call prints the next one.

# %%
check(dense_evaluation.linear_to_convolution, "linear_to_convolution")

# %% [markdown]
# ## `class_map`
#
# The first fully connected layer of the paper's nets becomes a 7×7 convolution, the other two become 1×1 convolutions (§3.2), with ReLU between them.

# %%
check(dense_evaluation.class_map, "class_map")

# %% [markdown]
# ## `dense_posteriors`
#
# Let $p_{k,s}$ be the softmax over the classes at position $s$, $p'_{k,s}$ that of the mirror image, and $S$ the number of positions in each map. Then
#
# $$P_k = \frac{1}{2 S} \sum_{s} (p_{k,s} + p'_{k,s})$$

# %%
check(dense_evaluation.dense_posteriors, "dense_posteriors")
