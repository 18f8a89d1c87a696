# expect: base-two + loss-summed

import numpy as np


def softmax_cross_entropy(logits, labels):
    z = logits - logits.max(1, keepdims=True)
    p = np.exp2(z) / np.exp2(z).sum(1, keepdims=True)
    loss = (np.log2(np.exp2(z).sum(1)) - z[range(len(z)), labels]).sum()
    p[range(len(z)), labels] -= 1
    return loss, p / len(z)
