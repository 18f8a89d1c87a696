# %% [markdown]
# # Assignment 2 · Convolution, backward
#
# You write two functions in the file **`convolution_backward.py`** beside this notebook: `col2im` and `conv_backward`. `im2col` is given there. This notebook explains what they are for, and checks them as often as you like.
# Prerequisite: lesson 2.

# %% [markdown]
# ## The idea
#
# `im2col` copies each pixel into the row of every window that contains it. `col2im` goes in the opposite direction and sums the numbers of each pixel. Here `im2col` is applied to an image with the pixels 1 to 9 and windows of 2×2, and then `col2im` to the result. **What is the result at the pixel 5, in the middle? And at the pixel 1, in the corner? Guess, then run the cell.**

# %%
import convolution_backward
import numpy as np
from minivgg.classroom import check, reference_solutions
from minivgg.plots import figures

image = np.arange(1.0, 10).reshape(1, 1, 3, 3)
cols = reference_solutions.im2col(image, 2, 2, 1, 0)
back = reference_solutions.col2im(cols, image.shape, 2, 2, 1, 0)
figures.maps(
    [image[0, 0], cols, back[0, 0]],
    ["image", "its windows", "col2im of them"],
    numbers=True,
)

# %% [markdown]
# **20** and **1**: the middle is in all four windows, 4 · 5 = 20; a corner is in one; a pixel in the middle of an edge is in two. So `col2im` is not the inverse of `im2col`. It is what the gradient needs: the backward pass of a copy is a sum.

# %% [markdown]
# ## Your turn: `col2im`
#
# Save the file, then run this cell. It reloads the file each time. If you are stuck, `hint("col2im")` in a cell of your own prints a hint. There are three for each function, and each call prints the next one.

# %%
check(convolution_backward.col2im, "col2im")

# %% [markdown]
# ## `conv_backward`
#
# The forward pass is one product, $Y = \mathrm{cols} \cdot W^T + b$, with one position in each row of $Y$ and one filter in each row of $W$. Let $dY$ be `dy` reordered in the same way: one position per row, one filter per column. Then
#
# $$dW = dY^T \cdot \mathrm{cols}, \qquad d\mathrm{cols} = dY \cdot W$$
#
# and `dx` is `col2im` of $d\mathrm{cols}$. The bias was added at every position of every image, so its gradient is the sum over all of them.

# %%
check(convolution_backward.conv_backward, "conv_backward")
