# expect: right

import numpy as np


def softmax_cross_entropy(logits, labels):
    zt = np.asfortranarray(logits).T.copy()
    zt -= zt.max(0)
    logp = zt - np.log(np.exp(zt).sum(0))
    picked = logp[labels, range(len(labels))]
    dt = np.exp(logp)
    dt[labels, range(len(labels))] -= 1.0
    dt /= len(labels)
    return float(-picked.mean()), dt.T
