"""One net of minivgg by itself, in a fresh process.

``python -m benchmarks.alone LETTER SIDE BATCH CONVOLUTIONS_ONLY TURNS``
"""

import sys
from statistics import median
from time import perf_counter

import numpy as np

from benchmarks.worker import peak
from minivgg import models


def main(letter, side, batch, convolutions_only, turns):
    """Print multiply-adds, median seconds and peak memory in MiB."""
    shape = (3, int(side), int(side))
    net = models.vgg(
        letter,
        input_shape=shape,
        hidden=(1,) if int(convolutions_only) else None,
        initializer="kaiming_normal",
    ).eval()
    net = net["features"] if int(convolutions_only) else net
    x = np.random.default_rng(0).standard_normal((int(batch), *shape), dtype=np.float32)
    net(x)
    times = []
    while len(times) < int(turns) or sum(times) < 0.5:
        started = perf_counter()
        net(x)
        times.append(perf_counter() - started)
    print(int(batch) * net.macs(shape), median(times), peak())


if __name__ == "__main__":
    main(*sys.argv[1:])
