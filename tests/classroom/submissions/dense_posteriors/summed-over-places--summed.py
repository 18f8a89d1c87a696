# expect: summed-over-places

import numpy as np


def dense_posteriors(scores, mirrored):
    answer = 0
    for m in [scores, mirrored]:
        e = np.exp(m - m.max(1)[:, None])
        answer = answer + np.einsum('nkhw->nk', e / e.sum(1)[:, None]) / 2
    return answer
