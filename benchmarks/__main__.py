"""``python -m benchmarks``: prints the tables as Markdown."""

import argparse
import os
import sys
import time

from benchmarks.measure import OVERRIDES


def main():
    """Print the tables that are asked for."""
    from benchmarks import machine
    from benchmarks.tables import TABLES

    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description="Speed, memory and accuracy against other libraries, as Markdown.",
    )
    parser.add_argument(
        "tables",
        nargs="*",
        metavar="table",
        help=f"which tables: {', '.join(TABLES)} (default: all)",
    )
    parser.add_argument("--turns", type=int, default=7, help="turns of each library (default 7)")
    options = parser.parse_args()
    unknown = [name for name in options.tables if name not in TABLES]
    if unknown or options.turns < 1:
        parser.error(
            f"unknown table {unknown[0]!r}: there are {', '.join(TABLES)}"
            if unknown
            else "--turns is at least 1"
        )
    lines, *_ = machine.description()
    print("\n".join(lines), flush=True)
    for name in options.tables or TABLES:
        started = time.perf_counter()
        print(f"\n## {name}\n\n{TABLES[name].__doc__}\n", flush=True)
        for line in TABLES[name](options.turns):
            print(line, flush=True)
        print(f"\n({time.perf_counter() - started:.0f} s)", flush=True)


if __name__ == "__main__":
    overridden = [name for name in OVERRIDES if name in os.environ]
    # BLAS reads these variables when it is loaded, and each library must choose its own kernels
    if overridden:
        print(f"removed from the environment: {', '.join(overridden)}", file=sys.stderr)
        os.execve(
            sys.executable,
            [sys.executable, "-m", "benchmarks", *sys.argv[1:]],
            {k: v for k, v in os.environ.items() if k not in OVERRIDES},
        )
    main()
