# expect: not-normalised

import numpy as np


def softmax_cross_entropy(logits, labels):
    y = np.eye(logits.shape[1])[labels]
    m = logits.max(1)
    loss = np.mean(np.log(np.exp(logits - m[:, None]).sum(1)) + m - (logits * y).sum(1))
    return loss, (np.exp(logits - m[:, None]) - y) / len(m)
