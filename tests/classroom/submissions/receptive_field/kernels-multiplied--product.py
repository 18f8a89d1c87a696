# expect: kernels-multiplied

import math


def receptive_field(layers):
    ks, ss = zip(*layers) if layers else ((), ())
    return math.prod(ks), math.prod(ss)
