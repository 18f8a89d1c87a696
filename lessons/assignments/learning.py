"""Assignment 6: learning.

Write one step of SGD with momentum and weight decay, and the rule that lowers the learning rate, as
in §3.1 of the paper, which takes the step from Krizhevsky et al. (2012). Lesson 6 shows both. Use
NumPy only.

In the folder of this file, check your work with

    minivgg assignment check learning.py

or in the notebook learning_guide.ipynb.

w are weights, g is the gradient of the loss with respect to them, v is their velocity, lr is the
learning rate.
"""


def sgd_step(w, g, v, lr, momentum, weight_decay):
    """One step: v ← momentum·v − lr·(g + weight_decay·w), then w ← w + v with the new v.

    w, g, v: arrays of the same shape; biases are treated like weights. lr, momentum, weight_decay:
    numbers (the paper begins with 0.01, 0.9, 0.0005). The learning rate is part of the velocity, so
    a lower rate affects new gradients only; momentum multiplies the old velocity only.
    Returns the new w and the new v.

    Hint: write down the factor of each of the three terms: the old velocity, the gradient, the
    weight.
    """
    ### BEGIN SOLUTION
    v = momentum * v - lr * (g + weight_decay * w)
    return w + v, v
    ### END SOLUTION


def plateau(history, lr, factor, patience):
    """The learning rate for the next epoch: lower if the accuracy has stopped improving.

    history: a list of validation accuracies since the rate last changed, the newest last; it can be
    empty. factor: the rate is multiplied by it (0.1 in the paper). patience: the number of epochs
    without a new best accuracy that make a plateau, 1 or more.
    Returns lr·factor if none of the last ``patience`` accuracies is better than the best of all
    before them, else lr. An accuracy equal to the best is not better. If there are only
    ``patience`` accuracies or fewer, it is too early to decide: lr.

    Hint: split the history into history[:-patience] and history[-patience:], and compare one number
    of each part.
    """
    ### BEGIN SOLUTION
    before, recent = history[:-patience], history[-patience:]
    return lr * factor if before and max(recent) <= max(before) else lr
    ### END SOLUTION
