"""Assignment 4: ReLU and dropout.

Write the paper's non-linearity (§2.1: every hidden layer has it) and the dropout of its fully connected layers (§3.1: p = 0.5 for the first
two), each forward and backward. Lesson 5 shows them. NumPy only. Check your work with

    python -m minivgg assignment check relu_dropout.py

or in the notebook relu_dropout_guide.ipynb.

x the input, y the output, of any shape; dy and dx the gradients of the loss with respect to them; p the probability to be dropped.
"""

import numpy as np


def relu_forward(x):
    """ReLU: max(x, 0), number by number.

    x: an array of any shape.
    Returns y, of the same shape: x where it is positive, else 0.

    Hint: np.max looks for one number in the whole array; another function of NumPy compares number by number.
    """
    ### BEGIN SOLUTION
    return np.maximum(x, 0)
    ### END SOLUTION


def relu_backward(dy, x):
    """The gradient of ReLU.

    dy: the gradient that comes back. x: the input of the forward pass, of the same shape.
    Returns dx, of the same shape: dy where x is positive, else 0. At exactly 0 the slope is taken as 0 (a convention: there is a kink).

    Hint: a comparison gives an array of True and False, which count as 1 and 0 in a product.
    """
    ### BEGIN SOLUTION
    return dy * (x > 0)
    ### END SOLUTION


def dropout_forward(x, p, training, rng):
    """Dropout, scaled while training so that nothing is left to do while testing.

    x: an array of any shape. p: the probability, 0 ≤ p < 1, with which each number is dropped, independently of all others. training: True
    or False. rng: a numpy.random.Generator, the only source of random numbers here.
    Returns y and mask. While training, mask is an array of x's shape, 0 where a number is dropped and 1/(1 − p) where it is kept, and
    y = x · mask. While testing, y = x and mask is None.

    Hint: rng.random(shape) is spread evenly from 0 to 1. Which share of it lies below p?
    """
    ### BEGIN SOLUTION
    if not training:
        return x, None
    mask = (rng.random(x.shape) >= p) / (1 - p)
    return x * mask, mask
    ### END SOLUTION


def dropout_backward(dy, mask):
    """The gradient of dropout.

    dy: the gradient that comes back. mask: the one that dropout_forward returned, of the same shape; None where nothing was dropped.
    Returns dx, of dy's shape.

    Hint: the mask is a constant once it is drawn. What is the derivative of x · mask?
    """
    ### BEGIN SOLUTION
    return dy if mask is None else dy * mask
    ### END SOLUTION
