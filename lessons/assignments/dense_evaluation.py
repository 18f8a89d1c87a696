"""Assignment 8: dense evaluation.

Test a net as the paper does (§3.2): turn its fully connected layers into convolutions, let them go over maps of any size, and average what
they say at all places, of the image and of its mirror image. Lesson 9 shows it. NumPy only, and conv_forward is given, so a mistake in
assignment 1 does no harm here. Check your work with

    python -m minivgg assignment check dense_evaluation.py

or in the notebook dense_evaluation_guide.ipynb.

N images, C channels, H and W height and width of a map, height and width (written out) those of the map that the net was trained with (7
and 7 in the paper), K classes.
"""

import numpy as np

from minivgg.classroom.reference_solutions import conv_forward


def linear_to_convolution(w, channels, height, width):
    """The matrix of a fully connected layer as the filters of a convolution that computes the same.

    w: (out, channels·height·width), a row for each output; Flatten laid the map out by channel, then row, then column.
    Returns filters (out, channels, height, width). No number changes, and none is turned: our convolution does not turn its kernel.

    Hint: in which order does reshape read a row, and in which order did Flatten write it?
    """
    ### BEGIN SOLUTION
    return w.reshape(-1, channels, height, width)
    ### END SOLUTION


def class_map(maps, layers, height, width):
    """Fully connected layers over a map of any size, as convolutions: scores for each place where the trained map's size fits.

    maps: (N, C, H, W), with H ≥ height and W ≥ width. layers: a list of (w, b) with w (out, in) and b (out,); the first was made for
    flattened maps of height×width, each further one for the outputs of the one before. ReLU stands between the layers, not before the first
    and not after the last. Stride 1, no padding.
    Returns scores (N, K, H − height + 1, W − width + 1), K the outputs of the last layer.

    Hint: for the second layer on, what is the height and width of the map that it was made for (§3.2)?
    """
    ### BEGIN SOLUTION
    for number, (w, b) in enumerate(layers):
        if number > 0:
            maps, height, width = np.maximum(maps, 0), 1, 1
        maps = conv_forward(maps, linear_to_convolution(w, maps.shape[1], height, width), b, 1, 0)
    return maps
    ### END SOLUTION


def dense_posteriors(scores, mirrored):
    """Class posteriors of an image: softmax over the classes at each place, then the mean over all places and both images.

    scores: (N, K, H, W), the class map of the image. mirrored: (N, K, H, W), that of its mirror image. Scores of 1000 are no problem.
    Returns posteriors (N, K); each row sums to 1. (§3.2 averages over the places and over both images; that the softmax comes first is this
    project's reading of it.)

    Hint: stack both to one array first. Which axis are the classes then, and over which axes does the mean run?
    """
    ### BEGIN SOLUTION
    z = np.stack([scores, mirrored])
    e = np.exp(z - z.max(axis=2, keepdims=True))
    return (e / e.sum(axis=2, keepdims=True)).mean(axis=(0, 3, 4))
    ### END SOLUTION
