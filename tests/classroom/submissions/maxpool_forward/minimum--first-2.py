# expect: minimum

import numpy as np


def maxpool_forward(x, size, stride):
    # sorted() the wrong way round
    N, C, H, W = x.shape
    return np.array([[[[sorted(x[n, c, i:i + size, j:j + size].flat)[0]
                        for j in range(0, W - size + 1, stride)] for i in range(0, H - size + 1, stride)]
                      for c in range(C)] for n in range(N)])
