# expect: squares-instead-of-exponentials

import numpy as np


def softmax_cross_entropy(logits, labels):
    q = np.einsum('nk,nk->nk', logits, logits)
    q = q / np.einsum('nk->n', q)[:, None]
    onehot = (np.arange(q.shape[1]) == np.array(labels).reshape(-1, 1)).astype(float)
    loss = -np.log((q * onehot).sum(1)).mean()
    return loss, (q - onehot) / q.shape[0]
