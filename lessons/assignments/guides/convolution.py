# %% [markdown]
# # Assignment 1 · Convolution, forward
#
# You write two functions in the file **`convolution.py`**, which lies beside this notebook: `im2col` and `conv_forward`. This page shows what they are for, and checks them as often as you like.
# Before: lesson 1.

# %% [markdown]
# ## What is wanted
#
# A filter of 2×2 goes over an image of 3×3. It fits at four places, and what it sees there becomes the four rows of a matrix. **In how many of the four rows does the pixel 5 appear? Guess, then look.**

# %%
import convolution
import numpy as np

from minivgg.classroom import check, reference_solutions
from minivgg.plots import figures

image = np.arange(1.0, 10).reshape(1, 1, 3, 3)
figures.maps(
    [image[0, 0], reference_solutions.im2col(image, 2, 2, 1, 0)],
    ["image", "its windows, one in each row"],
    numbers=True,
)

# %% [markdown]
# Pixel 5 is in all four rows: the middle is seen from all four places. The matrix holds 16 numbers where the image has 9; that is the price, and in return the whole convolution is **one product**:
#
# $$Y = \mathrm{cols} \cdot W^T + b$$
#
# with a window in each row of cols, and a filter in each row of $W$.

# %% [markdown]
# ## Your turn: `im2col`
#
# Save the file, then run this cell; it reads the file anew each time.

# %%
check(convolution.im2col, "im2col")

# %% [markdown]
# ## `conv_forward`

# %%
check(convolution.conv_forward, "conv_forward")
