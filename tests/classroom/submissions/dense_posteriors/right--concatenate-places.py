# expect: right

import numpy as np


def dense_posteriors(scores, mirrored):
    n, k = scores.shape[:2]
    z = np.concatenate([scores.reshape(n, k, -1), mirrored[..., ::-1].reshape(n, k, -1)], axis=2)
    z = z - np.logaddexp.reduce(z, axis=1, keepdims=True)
    return np.asfortranarray(np.average(np.exp(z), axis=2))
