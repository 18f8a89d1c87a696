# %% [markdown]
# # Assignment 7 · Architecture
#
# You write three functions in the file **`architecture.py`** beside this notebook: `receptive_field`, `layer_shapes` and `count_parameters`. This notebook explains what they are for, and checks them as often as you like.
# Prerequisites: lessons 3, 4 and 7.

# %% [markdown]
# ## The idea
#
# VGG-16 begins with two 3×3 convolutions, a 2×2 pool with stride 2, and two more 3×3 convolutions. After the first two, the receptive field of a unit is 5×5 pixels; the second convolution added 2. **How many pixels does the third convolution add, the first one after the pool? Guess, then run the cell.**

# %%
import architecture
from minivgg.classroom import check, reference_solutions
from minivgg.plots import figures

layers = [(3, 1), (3, 1), (2, 2), (3, 1), (3, 1)]
fields = [
    reference_solutions.receptive_field(layers[:n]) for n in range(len(layers) + 1)
]
for (k, s), (r, j) in zip(layers, fields[1:], strict=True):
    print(f"{k}×{k}, stride {s}: receptive field {r:2} pixels, neighbours {j} apart")
figures.lines(
    range(6),
    {"r": [r for r, _ in fields], "j": [j for _, j in fields]},
    "layers",
    "pixels",
)

# %% [markdown]
# **4**: after the pool, neighbouring units are 2 pixels apart, and a 3×3 window includes one more neighbour on each side. With kernel size $k$ and stride $s$, beginning with $r = j = 1$:
#
# $$r \leftarrow r + (k - 1)\, j, \qquad j \leftarrow j\, s$$
#
# in this order: the stride of a layer affects the layers after it. After pool5 of VGG-16, $r = 212$ and $j = 32$.

# %% [markdown]
# ## Your turn: `receptive_field`
#
# Save the file, then run this cell. It reloads the file each time. If you are stuck, `hint("receptive_field")` in a cell of your own prints a hint. There are three for each function, and each call prints the next one.

# %%
check(architecture.receptive_field, "receptive_field")

# %% [markdown]
# ## `layer_shapes`
#
# A convolution changes the channels; a pool halves height and width and rounds down. For a grey image of 15×10 and the net `[8, "M", 16]`, the shapes are (8, 15, 10), (8, 7, 5), (16, 7, 5).

# %%
check(architecture.layer_shapes, "layer_shapes")

# %% [markdown]
# ## `count_parameters`
#
# The number of parameters of $F$ filters of $k$×$k$ with $C$ input channels, and of a fully connected layer from $I$ numbers to $O$:
#
# $$F\, (C k^2 + 1), \qquad O\, (I + 1)$$
#
# The 1 is the bias. The first layer of VGG-16 has 64 · (3 · 9 + 1) = 1,792 parameters, the first fully connected one 4096 · (25,088 + 1) = 102,764,544, and all of configuration D 138,357,544.

# %%
check(architecture.count_parameters, "count_parameters")
