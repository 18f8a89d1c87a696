# %% [markdown]
# # Assignment 2 · Convolution, backward
#
# You write two functions in the file **`convolution_backward.py`**, which lies beside this notebook: `col2im` and `conv_backward`. `im2col` is given there. This page shows what they are for, and checks them as often as you like.
# Before: lesson 2.

# %% [markdown]
# ## What is wanted
#
# `im2col` copies pixels: each into the row of every window that sees it. `col2im` goes the other way, and adds up what comes to the same pixel. An image with the pixels 1 to 9 is laid out in windows of 2×2 and put back at once. **Which number comes back at the pixel 5, in the middle? And at the 1, in the corner? Guess, then look.**

# %%
import convolution_backward
import numpy as np

from minivgg.classroom import check, reference_solutions
from minivgg.plots import figures

image = np.arange(1.0, 10).reshape(1, 1, 3, 3)
cols = reference_solutions.im2col(image, 2, 2, 1, 0)
back = reference_solutions.col2im(cols, image.shape, 2, 2, 1, 0)
figures.maps([image[0, 0], cols, back[0, 0]], ["image", "its windows", "put back"], numbers=True)

# %% [markdown]
# **20**, and **1**: the middle is in all four windows, 4 · 5 = 20; the corner is in one; a pixel in the middle of an edge is in two. So `col2im` does not undo `im2col`. It does what a gradient needs: backward through a copy is a sum.

# %% [markdown]
# ## Your turn: `col2im`
#
# Save the file, then run this cell; it reads the file anew each time.

# %%
check(convolution_backward.col2im, "col2im")

# %% [markdown]
# ## `conv_backward`
#
# Forward was one product, $Y = \mathrm{cols} \cdot W^T + b$, with a place in each row of $Y$ and a filter in each row of $W$. Let $dY$ be `dy` in the same rows, one place in each, one filter in each column. Then
#
# $$dW = dY^T \cdot \mathrm{cols}, \qquad d\mathrm{cols} = dY \cdot W$$
#
# and `dx` is what `col2im` makes of $d\mathrm{cols}$. The bias was added at every place of every image; what comes back to it is the sum of them all.

# %%
check(convolution_backward.conv_backward, "conv_backward")
