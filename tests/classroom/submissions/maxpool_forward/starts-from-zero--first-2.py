# expect: starts-from-zero

import numpy as np


def maxpool_forward(x, size, stride):
    result = []
    for image in x:
        maps = []
        for channel in image:
            rows = []
            for i in range(0, len(channel) - size + 1, stride):
                row = []
                for j in range(0, len(channel[0]) - size + 1, stride):
                    biggest = 0
                    for r in range(i, i + size):
                        for s in range(j, j + size):
                            if channel[r][s] > biggest:
                                biggest = channel[r][s]
                    row.append(biggest)
                rows.append(row)
            maps.append(rows)
        result.append(maps)
    return np.array(result)
