# expect: divided-by-the-maximum

import numpy as np


def softmax_cross_entropy(logits, labels):
    scaled = logits / np.amax(logits)
    total = np.logaddexp.reduce(scaled, axis=1)
    one_hot = np.equal.outer(labels, np.arange(logits.shape[1])).astype(float)
    loss = total.mean() - (one_hot * scaled).sum() / len(labels)
    return loss, (np.exp(scaled - total[:, None]) - one_hot) / len(labels)
