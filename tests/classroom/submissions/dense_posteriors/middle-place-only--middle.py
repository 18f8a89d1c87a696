# expect: middle-place-only

import numpy as np


def dense_posteriors(scores, mirrored):
    h, w = scores.shape[2] // 2, scores.shape[3] // 2
    out = []
    for a, b in zip(scores[..., h, w], mirrored[..., h, w]):
        ea, eb = np.exp(a - a.max()), np.exp(b - b.max())
        out.append(0.5 * ea / ea.sum() + 0.5 * eb / eb.sum())
    return np.array(out)
