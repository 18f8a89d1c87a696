# expect: right

import numpy as np


def softmax_cross_entropy(logits, labels):
    # p_k = 1 / sum_j exp(z_j - z_k), with the exponent capped so that it cannot overflow
    N, K = logits.shape
    diff = logits[:, None, :] - logits[:, :, None]
    big = diff.max(axis=2)
    logp = -(big + np.log(np.exp(diff - big[:, :, None]).sum(2)))
    t = (np.arange(K)[None] == np.asarray(labels)[:, None])
    return np.array(-logp[t].sum() / N), (np.exp(logp) - t) / N
