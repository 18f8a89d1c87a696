# %% [markdown]
# # Assignment 7 · Architecture
#
# You write three functions in the file **`architecture.py`**, which lies beside this notebook: `receptive_field`, `layer_shapes` and `count_parameters`. This page shows what they are for, and checks them as often as you like.
# Before: lessons 3, 4 and 7.

# %% [markdown]
# ## What is wanted
#
# Two 3×3 convolutions, a 2×2 pool of stride 2, two more 3×3: the beginning of VGG-16. After the two convolutions a unit sees 5×5 pixels; the second had added 2. **How many pixels does the third convolution add, the first one behind the pool? Guess, then look.**

# %%
import architecture

from minivgg.classroom import check, reference_solutions
from minivgg.plots import figures

layers = [(3, 1), (3, 1), (2, 2), (3, 1), (3, 1)]
sees = [reference_solutions.receptive_field(layers[:n]) for n in range(len(layers) + 1)]
for (k, s), (r, j) in zip(layers, sees[1:], strict=True):
    print(f"{k}×{k}, stride {s}: sees {r:2} pixels, neighbours {j} apart")
figures.lines(range(6), {"r": [r for r, _ in sees], "j": [j for _, j in sees]}, "layers", "pixels")

# %% [markdown]
# **4**: behind the pool neighbours lie 2 pixels apart, and a 3×3 reaches one neighbour farther on either side. With kernel $k$ and stride $s$, from $r = j = 1$:
#
# $$r \leftarrow r + (k - 1)\, j, \qquad j \leftarrow j\, s$$
#
# in this order: a layer's own stride spreads the layers after it. Up to pool5, VGG-16 has $r = 212$ and $j = 32$.

# %% [markdown]
# ## Your turn: `receptive_field`
#
# Save the file, then run this cell; it reads the file anew each time.

# %%
check(architecture.receptive_field, "receptive_field")

# %% [markdown]
# ## `layer_shapes`
#
# A convolution changes the channels, a pool halves height and width and rounds down. From a grey image of 15×10, the net `[8, "M", 16]` makes (8, 15, 10), (8, 7, 5), (16, 7, 5).

# %%
check(architecture.layer_shapes, "layer_shapes")

# %% [markdown]
# ## `count_parameters`
#
# For $F$ filters of $k$×$k$ on $C$ channels, and for a fully connected layer from $I$ numbers to $O$:
#
# $$F\, (C k^2 + 1), \qquad O\, (I + 1)$$
#
# The 1 is the bias. The first layer of VGG-16 has 64 · (3 · 9 + 1) = 1,792 parameters, the first fully connected one 4096 · (25,088 + 1) = 102,764,544, and all of configuration D 138,357,544.

# %%
check(architecture.count_parameters, "count_parameters")
