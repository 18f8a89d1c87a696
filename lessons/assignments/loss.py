"""Assignment 5: the loss.

Write softmax cross-entropy and its gradient: the multinomial logistic regression objective that
training minimises in the paper (§3.1). Lesson 5 shows it. Use NumPy only.

In the folder of this file, check your work with

    minivgg assignment check loss.py

or in the notebook loss_guide.ipynb.

N rows (images) of K logits, one for each class; p is their softmax.
"""

import numpy as np


def softmax_cross_entropy(logits, labels):
    """The mean over the batch of −log p at the label, and its gradient.

    logits: (N, K), any numbers; p[n, k] = exp(logits[n, k]) / Σ over j of exp(logits[n, j]), row by
    row. labels: (N,), integers from 0 to K − 1. The loss must be finite for logits of 1000 and
    more, and also if p is too small for a float: compute log p without taking the logarithm of p,
    and do not add a small number to p.
    Returns loss, one number, and dlogits (N, K), the gradient of the mean: (p − 1) / N at the label
    and p / N elsewhere.

    Hint: softmax does not change if the same number is subtracted from a whole row. Which number
    makes every exp at most 1? Then write log(exp(z) / s) as a difference.
    """
    ### BEGIN SOLUTION
    n = len(labels)
    z = logits - logits.max(axis=1, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    onehot = np.zeros_like(log_p)
    onehot[np.arange(n), labels] = 1
    return -log_p[np.arange(n), labels].mean(), (np.exp(log_p) - onehot) / n
    ### END SOLUTION
