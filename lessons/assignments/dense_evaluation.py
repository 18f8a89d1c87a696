"""Assignment 8: dense evaluation.

Test a net as in the paper (§3.2): turn its fully connected layers into convolutions, apply them to
maps of any size, and average the class posteriors over all positions, of the image and of its
mirror image. Lesson 9 shows it. Use NumPy only. conv_forward is given, so a mistake in assignment 1
does no harm here.

In the folder of this file, check your work with

    minivgg assignment check dense_evaluation.py

or in the notebook dense_evaluation_guide.ipynb.

N images, C channels, H and W: height and width of a map, height and width (written out): those of
the map that the net was trained with (7 and 7 in the paper), K classes.
"""

import numpy as np
from minivgg.classroom.reference_solutions import conv_forward


def linear_to_convolution(w, channels, height, width):
    """The matrix of a fully connected layer as the filters of a convolution with the same result.

    w: (out, channels·height·width), a row for each output; Flatten wrote the map by channel, row
    and column (row-major order).
    Returns filters (out, channels, height, width). No number changes, and no filter is flipped:
    convolution in deep learning does not flip its kernel.

    Hint: in which order does reshape read a row, and in which order did Flatten write it?
    """
    ### BEGIN SOLUTION
    return w.reshape(-1, channels, height, width)
    ### END SOLUTION


def class_map(maps, layers, height, width):
    """Fully connected layers applied to a map of any size as convolutions: scores at each position.

    maps: (N, C, H, W), with H ≥ height and W ≥ width. layers: a list of (w, b) with w (out, in) and
    b (out,). The input of the first layer is a flattened map of height×width, that of each further
    layer the outputs of the layer before. There is a ReLU between the layers, none before the first
    and none after the last. Stride 1, no padding.
    Returns scores (N, K, H − height + 1, W − width + 1), where K is the number of outputs of the
    last layer.

    Hint: from the second layer on, what are the height and width of its input map (§3.2)?
    """
    ### BEGIN SOLUTION
    for number, (w, b) in enumerate(layers):
        if number > 0:
            maps, height, width = np.maximum(maps, 0), 1, 1
        maps = conv_forward(
            maps, linear_to_convolution(w, maps.shape[1], height, width), b, 1, 0
        )
    return maps
    ### END SOLUTION


def dense_posteriors(scores, mirrored):
    """Class posteriors of an image: softmax over the classes at each position, then the mean over
    all positions and both images.

    scores: (N, K, H, W), the class map of the image. mirrored: (N, K, H, W), that of its mirror
    image. Scores of 1000 must not overflow.
    Returns posteriors (N, K); each row sums to 1. (§3.2 averages over the positions and over both
    images; computing the softmax first is this project's interpretation.)

    Hint: first stack both to one array. Which axis are the classes then, and over which axes is the
    mean?
    """
    ### BEGIN SOLUTION
    z = np.stack([scores, mirrored])
    e = np.exp(z - z.max(axis=2, keepdims=True))
    return (e / e.sum(axis=2, keepdims=True)).mean(axis=(0, 3, 4))
    ### END SOLUTION
