# expect: softmax-over-the-batch + loss-with-wrong-sign

import numpy as np


def softmax_cross_entropy(logits, labels):
    n = len(logits)
    z = logits - logits.max(axis=0)
    logp = z - np.log(np.exp(z).sum(axis=0))
    hot = np.zeros(logits.shape)
    hot[np.arange(n), labels] = 1.0
    return np.sum(hot * logp) / n, (np.exp(logp) - hot) / n
