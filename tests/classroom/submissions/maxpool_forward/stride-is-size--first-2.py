# expect: stride-is-size

import numpy as np


def maxpool_forward(x, size, stride):
    return np.array([[[[ch[i:i + size, j:j + size].max()
                        for j in range(0, ch.shape[1] - size + 1, size)]
                       for i in range(0, ch.shape[0] - size + 1, size)]
                      for ch in im] for im in x])
