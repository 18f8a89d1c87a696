# expect: divided-by-mask + fails-without-mask

import numpy as np


def dropout_backward(dy, mask):
    dx = np.zeros_like(dy)
    on = mask > 0
    dx[on] = dy[on] / mask[on]
    return dx
