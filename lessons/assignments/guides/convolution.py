# %% [markdown]
# # Assignment 1 · Convolution, forward
#
# You write two functions in the file **`convolution.py`** beside this notebook: `im2col` and `conv_forward`. This notebook explains what they are for, and checks them as often as you like.
# Prerequisite: lesson 1.

# %% [markdown]
# ## The idea
#
# A filter of 2×2 is applied to an image of 3×3. It fits at four positions, and its windows there become the four rows of a matrix. **In how many of the four rows does the pixel 5 appear? Guess, then run the cell.**

# %%
import convolution
import numpy as np
from minivgg.classroom import check, reference_solutions
from minivgg.plots import figures

image = np.arange(1.0, 10).reshape(1, 1, 3, 3)
figures.maps(
    [image[0, 0], reference_solutions.im2col(image, 2, 2, 1, 0)],
    ["image", "its windows, one per row"],
    numbers=True,
)

# %% [markdown]
# Pixel 5 is in all four rows: the pixel in the middle is part of all four windows. The matrix has 16 numbers and the image 9. This is the price for computing the whole convolution as **one product**:
#
# $$Y = \mathrm{cols} \cdot W^T + b$$
#
# with one window in each row of cols, and one filter in each row of $W$. NumPy adds $b$ to every row (*broadcasting*).

# %% [markdown]
# ## Your turn: `im2col`
#
# Save the file, then run this cell. It reloads the file each time. If you are stuck, `hint("im2col")` in a cell of your own prints a hint. There are three for each function, and each call prints the next one.

# %%
check(convolution.im2col, "im2col")

# %% [markdown]
# ## `conv_forward`

# %%
check(convolution.conv_forward, "conv_forward")
