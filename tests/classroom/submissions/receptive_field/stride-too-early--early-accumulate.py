# expect: stride-too-early

import itertools
import operator


def receptive_field(layers):
    jumps = list(itertools.accumulate((s for _, s in layers), operator.mul))
    r = 1 + sum((k - 1) * j for (k, _), j in zip(layers, jumps))
    return r, jumps[-1] if jumps else 1
