"""Assignment 6: learning.

Write one step of SGD with momentum and weight decay, and the rule that lowers the learning rate: the paper's §3.1, which takes the step
from Krizhevsky et al. (2012). Lesson 6 shows both. NumPy only. Check your work with

    python -m minivgg assignment check learning.py

or in the notebook learning_guide.ipynb.

w weights, g the gradient of the loss with respect to them, v their velocity, lr the learning rate.
"""


def sgd_step(w, g, v, lr, momentum, weight_decay):
    """One step: v ← momentum·v − lr·(g + weight_decay·w), then w ← w + v with the new v.

    w, g, v: arrays of one shape, any; biases are treated like weights. lr, momentum, weight_decay: numbers (the paper begins with 0.01,
    0.9, 0.0005). The rate is inside the velocity, so a lower rate acts on new gradients only; momentum multiplies the old velocity only.
    Returns the new w and the new v.

    Hint: ask of each of the three terms what multiplies it: the old velocity, the gradient, the weight.
    """
    ### BEGIN SOLUTION
    v = momentum * v - lr * (g + weight_decay * w)
    return w + v, v
    ### END SOLUTION


def plateau(history, lr, factor, patience):
    """The learning rate for the next epoch: lower once the accuracy has stopped improving.

    history: a list of validation accuracies since the rate last changed, the newest last; it can be empty. factor: what the rate is
    multiplied by (the paper's is 0.1). patience: how many epochs without a new best are a plateau, 1 or more.
    Returns lr·factor if none of the last ``patience`` accuracies is better than the best of all before them, else lr. As good as the best
    is not better. Up to ``patience`` accuracies are too few to tell: then lr.

    Hint: cut the history in two, history[:-patience] and history[-patience:], and compare one number of each part.
    """
    ### BEGIN SOLUTION
    before, recent = history[:-patience], history[-patience:]
    return lr * factor if before and max(recent) <= max(before) else lr
    ### END SOLUTION
