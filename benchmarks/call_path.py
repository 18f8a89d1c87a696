"""``python -m benchmarks.call_path``: how many calls one convolution takes, by algorithm.

Counted are the Python-level calls (``sys.setprofile``, event "call"; a resumed generator counts
again) of functions whose code lies in minivgg, in the second of two equal forward passes on one
thread. With ``--order`` every call is listed.
"""

import os
import sys
from typing import NamedTuple

import numpy as np

import minivgg
from minivgg import backend, ops

ALGORITHMS = ("textbook", "im2col", "auto")
PACKAGE = os.path.dirname(minivgg.__file__) + os.sep  # noqa: PTH120 - compared with names of files


class CallPath(NamedTuple):
    """The calls of one forward pass: their number, functions and files, and each one in order."""

    calls: int
    functions: int
    files: int
    order: list[str]


def call_path(algorithm: str) -> CallPath:
    """The calls of ``ops.conv2d`` on float32 images (1, 64, 14, 14), 64 filters 3×3, padding 1."""
    rng = np.random.default_rng(0)
    x = rng.standard_normal((1, 64, 14, 14), np.float32)
    w = rng.standard_normal((64, 64, 3, 3), np.float32)
    b = rng.standard_normal(64, np.float32)
    codes = []

    def record(frame, event, argument):
        if event == "call" and frame.f_code.co_filename.startswith(PACKAGE):
            codes.append(frame.f_code)

    threads = backend.get_num_threads()
    backend.set_num_threads(1)
    try:
        ops.conv2d(x, w, b, padding=1, algorithm=algorithm)
        before = sys.getprofile()
        sys.setprofile(record)
        try:
            ops.conv2d(x, w, b, padding=1, algorithm=algorithm)
        finally:
            sys.setprofile(before)
    finally:
        backend.set_num_threads(threads)
    names = [f"{code.co_filename.removeprefix(PACKAGE)}: {code.co_qualname}" for code in codes]
    return CallPath(len(codes), len(set(codes)), len({code.co_filename for code in codes}), names)


def main() -> None:
    """Print a row for each algorithm; with the argument "--order" also every call."""
    print("| algorithm | calls | functions | files |")
    print("|---|---|---|---|")
    for algorithm in ALGORITHMS:
        try:
            path = call_path(algorithm)
        except ValueError:  # an older version may lack the algorithm
            print(f"| {algorithm} | – | – | – |")
            continue
        print(f"| {algorithm} | {path.calls} | {path.functions} | {path.files} |")
        if "--order" in sys.argv[1:]:
            print("\n".join(path.order))


if __name__ == "__main__":
    main()
