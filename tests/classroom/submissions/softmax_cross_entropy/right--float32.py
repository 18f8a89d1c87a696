# expect: right

import numpy as np


def softmax_cross_entropy(logits, labels):
    x = np.asarray(logits, dtype=np.float32)
    x = x - np.amax(x, axis=-1)[:, np.newaxis]
    e = np.exp(x)
    s = np.sum(e, axis=-1, keepdims=True)
    hit = np.zeros(x.shape, dtype=bool)
    for i in range(len(labels)):
        hit[i][labels[i]] = True
    loss = (np.log(s)[:, 0] - x[hit]).mean(dtype=np.float32)
    return loss, (e / s - hit.astype(np.float32)) / np.float32(len(x))
