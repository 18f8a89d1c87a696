"""``python -m benchmarks.paper``: trains the grid, then prints its tables beside the paper's.

Training stops when a budget of time is used up; the next call resumes it.
"""

import argparse
import sys
from pathlib import Path

from benchmarks.paper import findings, grid, several
from benchmarks.paper.results import Results
from minivgg import backend, data


def main():
    """Train, test, and print Markdown."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.paper",
        description="Tables 3 to 6 of the paper in small, on CIFAR-10.",
    )
    parser.add_argument(
        "--minutes",
        type=float,
        default=240,
        help="budget of time for training; the next call resumes (default 240)",
    )
    parser.add_argument("--seeds", type=int, default=3, help="trainings of each cell (default 3)")
    parser.add_argument("--epochs", type=int, default=6, help="epochs of each training (default 6)")
    parser.add_argument(
        "--folder",
        type=Path,
        default=Path("runs/paper"),
        help="folder of the runs (default runs/paper)",
    )
    parser.add_argument(
        "--jobs",
        type=int,
        default=backend.get_num_threads(),
        help="trainings at a time, on one core each (default: all cores)",
    )
    parser.add_argument(
        "--only-report", action="store_true", help="train nothing, report on the runs that exist"
    )
    options = parser.parse_args()
    if min(options.seeds, options.epochs, options.jobs) < 1 or options.minutes < 0:
        parser.error("--seeds, --epochs and --jobs are at least 1, --minutes at least 0")
    if not options.only_report:
        several.train(options.folder, options.seeds, options.epochs, options.minutes, options.jobs)
    bars = sys.stderr.isatty()
    results = Results(
        options.folder, options.seeds, data.load(grid.DATA, "test", progress=bars), bars
    )
    epochs = " or ".join(map(str, results.epochs())) or "no"
    print(
        f"# The paper's tables in small: CIFAR-10, {grid.FILTER_DIVISOR} times fewer filters, "
        f"{epochs} epochs, {options.seeds} seeds\n"
    )
    for line in findings.report(results):
        print(line, flush=True)


if __name__ == "__main__":
    main()
