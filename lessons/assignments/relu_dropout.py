"""Assignment 4: ReLU and dropout.

Write the paper's non-linearity (§2.1: every hidden layer has it) and the dropout of its fully
connected layers (§3.1: p = 0.5 for the first two), each with its forward and backward pass.
Lesson 5 shows them. Use NumPy only.

In the folder of this file, check your work with

    minivgg assignment check relu_dropout.py

or in the notebook relu_dropout_guide.ipynb.

x is the input and y the output, of any shape; dy and dx are the gradients of the loss with respect
to them; p is the probability to be dropped.
"""

import numpy as np


def relu_forward(x):
    """ReLU: max(x, 0), element by element.

    x: an array of any shape.
    Returns y, of the same shape: x where it is positive, else 0.

    Hint: np.max returns one number for the whole array; another function of NumPy compares element
    by element.
    """
    ### BEGIN SOLUTION
    return np.maximum(x, 0)
    ### END SOLUTION


def relu_backward(dy, x):
    """The gradient of ReLU.

    dy: the gradient with respect to the output. x: the input of the forward pass, of the same
    shape.
    Returns dx, of the same shape: dy where x is positive, else 0. The derivative at exactly 0 is
    taken as 0 (a convention: ReLU has a kink there).

    Hint: a comparison gives an array of True and False, which are 1 and 0 in a product.
    """
    ### BEGIN SOLUTION
    return dy * (x > 0)
    ### END SOLUTION


def dropout_forward(x, p, training, rng):
    """Dropout, scaled in training so that nothing is left to do at test time.

    x: an array of any shape. p: the probability, 0 ≤ p < 1, with which each element is dropped,
    independently of all others. training: True or False. rng: a numpy.random.Generator, the only
    source of random numbers here.
    Returns y and mask. In training, mask is an array with the shape of x, 0 where an element is
    dropped and 1/(1 − p) where it is kept, and y = x · mask. At test time, y = x and mask is None.

    Hint: rng.random(shape) is uniform between 0 and 1. What share of it is below p?
    """
    ### BEGIN SOLUTION
    if not training:
        return x, None
    mask = (rng.random(x.shape) >= p) / (1 - p)
    return x * mask, mask
    ### END SOLUTION


def dropout_backward(dy, mask):
    """The gradient of dropout.

    dy: the gradient with respect to the output. mask: the one that dropout_forward returned, of the
    same shape; None if nothing was dropped.
    Returns dx, with the shape of dy.

    Hint: after it is drawn, the mask is a constant. What is the derivative of x · mask?
    """
    ### BEGIN SOLUTION
    return dy if mask is None else dy * mask
    ### END SOLUTION
