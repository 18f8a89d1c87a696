"""Damage files for all readers: ``python -m tests.reliability --mutants 10000``."""

import argparse
import sys
import time

from .readers import READERS, survive


def main():
    """Print a table: how many mutants each reader accepts, refuses, and fails at."""
    parser = argparse.ArgumentParser(prog="python -m tests.reliability", description=__doc__)
    parser.add_argument("--mutants", type=int, default=1000, help="of each kind (default: 1000)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--seconds", type=float, default=5, help="for each mutant (default: 5)")
    parser.add_argument("--readers", nargs="+", default=list(READERS), choices=list(READERS))
    options = parser.parse_args()
    print(
        f"{'reader':16} {'mutants':>8} {'accepted':>8} {'refused':>8} {'uncaught':>8} {'hangs':>6} "
        f"{'memory':>6} {'slowest':>8} {'largest':>8} {'took':>7}"
    )
    failed = []
    for name in options.readers:
        started = time.perf_counter()
        found = survive(READERS[name], options.mutants, options.seed, options.seconds)
        kinds = found.kinds()
        print(
            f"{name:16} {found.count:8} {found.accepted:8} {sum(found.refused.values()):8} "
            f"{kinds['uncaught']:8} {kinds['hang']:6} {kinds['memory']:6} {found.slowest:6.2f} s "
            f"{found.largest >> 20:5} MB {time.perf_counter() - started:5.0f} s",
            flush=True,
        )
        failed += [(name, failure) for failure in found.failures]
    for name, failure in failed:
        print(
            f"{name}, seed {options.seed}, mutant {failure.number}: {failure.kind}: {failure.text}"
        )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
