# expect: class-instead-of-posteriors

import numpy as np


def softmax(z, axis=1):
    e = np.exp(z - z.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


def dense_posteriors(scores, mirrored):
    answer = []
    for s, m in zip(scores, mirrored):
        p = (softmax(s, 0) + softmax(m, 0)).mean(axis=(1, 2)) / 2
        answer.append(max(range(len(p)), key=lambda k: p[k]))
    return np.array(answer)
