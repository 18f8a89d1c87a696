# expect: no-shift

import numpy as np


def softmax_cross_entropy(logits, labels):
    e = np.exp(logits)
    total = e.sum(1, keepdims=True)
    right = np.take_along_axis(logits, np.array(labels)[:, None], axis=1)
    loss = np.mean(np.log(total) - right)
    grad = e / total
    np.put_along_axis(grad, np.array(labels)[:, None],
                      np.take_along_axis(grad, np.array(labels)[:, None], 1) - 1, axis=1)
    return loss, grad / logits.shape[0]
