"""Several trainings of the grid at a time, each in a process and on a core of its own.

Nets this small leave a second core idle.
"""

import multiprocessing
import sys
from concurrent.futures import ProcessPoolExecutor
from time import time

from benchmarks.paper import grid
from minivgg import backend, data

_images = []  # of a training process: read once


def train(root, seeds, epochs, minutes, jobs):
    """All cells with one seed, then with the next, ``jobs`` at a time, for at most ``minutes``."""
    deadline = time() + 60 * minutes
    work = [(cell, seed) for seed in range(seeds) for cell in grid.CELLS]
    with ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn"), _read) as pool:
        trainings = [pool.submit(_train, cell, seed, root, epochs, deadline) for cell, seed in work]
        try:
            for training in trainings:
                print(training.result(), file=sys.stderr, flush=True)
        except BaseException:  # Ctrl-C, or a folder with other settings
            pool.shutdown(cancel_futures=True)  # what runs saves itself
            raise


def _read():
    backend.set_num_threads(1)
    _images.append(data.load(grid.DATA, "train", progress=False))


def _train(cell, seed, root, epochs, deadline):
    if time() > deadline:
        return f"{cell.name}, seed {seed}: no time left"
    run = grid.train(cell, seed, root, _images[0], epochs, deadline, progress=False)
    return f"{cell.name}, seed {seed}: {'trained' if run else 'to be resumed'}"
