# expect: middle-place-only

import numpy as np


def dense_posteriors(scores, mirrored):
    # (H - 1) // 2: another middle where H or W is even
    i, j = (scores.shape[2] - 1) // 2, (scores.shape[3] - 1) // 2
    z = np.stack([scores[:, :, i, j], mirrored[:, :, i, j]])
    z -= z.max(2, keepdims=True)
    return (np.exp(z) / np.exp(z).sum(2, keepdims=True)).mean(0)
