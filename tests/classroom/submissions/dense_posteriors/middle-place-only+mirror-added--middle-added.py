# expect: middle-place-only + mirror-added

import numpy as np


def dense_posteriors(scores, mirrored):
    out = 0
    for m in (scores, mirrored):
        z = m[:, :, m.shape[2] // 2, m.shape[3] // 2]
        e = np.exp(z - z.max(1, keepdims=True))
        out = out + e / e.sum(1, keepdims=True)
    return out
