"""Damage files for all readers, download from hostile servers, and kill training runs.

``python -m tests.reliability --mutants 10000 --downloads 100 --kills 200``; 0 leaves one of them
out. With ``--odd-inputs N`` the operations get odd arguments instead, and with ``--mutate-code N``
the tests get a package with a mistake.
"""

import argparse
import sys
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path

from . import downloads, kills, mutation, odd_inputs, power_loss
from .readers import READERS, survive
from .survival import Failure


def main():
    """Print tables and lines of what was tried; 1 if something failed."""
    parser = argparse.ArgumentParser(prog="python -m tests.reliability", description=__doc__)
    parser.add_argument("--mutants", type=int, default=1000, help="of each kind (default: 1000)")
    parser.add_argument("--downloads", type=int, default=100, help="downloads (default: 100)")
    parser.add_argument("--kills", type=int, default=60, help="killed training runs (default: 60)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument(
        "--seconds",
        type=float,
        help="for each mutant (default: 5; of the code, for its tests: 300)",
    )
    parser.add_argument("--readers", nargs="+", default=list(READERS), choices=list(READERS))
    parser.add_argument("--odd-inputs", type=int, metavar="N", help="calls of operations")
    parser.add_argument("--mutate-code", type=int, metavar="N", help="mutants of the code")
    parser.add_argument(
        "--modules", nargs="+", metavar="PATH",
        help="how the paths of modules to mutate begin, such as minivgg/ops/ (default: all)",
    )  # fmt: skip
    parser.add_argument(
        "--coverage", type=Path, metavar="FILE",
        help="which tests run which lines; recorded by coverage.py if the file does not exist",
    )  # fmt: skip
    parser.add_argument("--jobs", type=int, default=1, help="mutants of the code at a time")
    options = parser.parse_args()
    if options.jobs < 1:
        parser.error(f"--jobs is at least 1, got {options.jobs}")
    if options.coverage and not options.coverage.exists() and not find_spec("coverage"):
        parser.error("--coverage records with coverage.py: pip install coverage")
    if options.odd_inputs is not None:
        found = odd_inputs.judge(odd_inputs.random_cases(options.odd_inputs, options.seed))
        print(found)
        return int(bool(found.wrong))
    if options.mutate_code is not None:
        count, seconds = options.mutate_code, options.seconds or 300
        return mutation.run(
            count, options.seed, seconds, options.modules, options.coverage, options.jobs
        )
    options.seconds = options.seconds or 5
    failed = read_damaged_files(options) if options.mutants else []
    if options.downloads:
        failed += download_from_hostile_servers(options)
    if options.kills:
        failed += kill_training_runs(options)
        failed += damage_runs()
    for name, failure in failed:
        print(
            f"{name}, seed {options.seed}, number {failure.number}: {failure.kind}: {failure.text}"
        )
    return 1 if failed else 0


def read_damaged_files(options):
    """How many mutants each reader accepts, refuses, and fails at; the failures."""
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
    return failed


def download_from_hostile_servers(options):
    """How many downloads end with the file, how many with a sentence; the failures."""
    with tempfile.TemporaryDirectory() as folder:
        found = downloads.survive(options.downloads, options.seed, Path(folder))
    print(
        f"hostile downloads: {found.count}, {found.right} right, {found.refused} refused, "
        f"{len(found.failures)} failed, slowest {found.slowest:.1f} s"
    )
    return [("downloads", failure) for failure in found.failures]


def kill_training_runs(options):
    """How many runs of killed processes end as an undisturbed one; the failures."""
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        found = kills.survive(options.kills, options.seed, Path(folder))
    kinds = found.kinds()
    signals = ", ".join(f"{count} {name}" for name, count in sorted(found.signals.items()))
    print(
        f"kills: {found.count} processes ({signals}) of {found.runs} runs, {found.finished} ended "
        f"before; runs lost: {kinds['lost']}, blocked: {kinds['blocked']}, with leftovers: "
        f"{kinds['leftover']}; took {time.perf_counter() - started:.0f} s"
    )
    return [("kills", failure) for failure in found.failures]


def damage_runs():
    """What becomes of a run with one damaged file; the failures."""
    failed = []
    with tempfile.TemporaryDirectory() as folder:
        cases = power_loss.Cases(Path(folder))
        print(f"{'file':52} {'damage':24} {'resume':8} {'net':8} best")
        for name in cases.files():
            for damage in power_loss.DAMAGE:
                outcome = cases.outcome(name, damage)
                print(f"{name!s:52} {damage:24} {outcome[0]:8} {outcome[1]:8} {outcome[2]}")
                if not set(outcome) <= {"right", "refused", "before"}:
                    text = f"{name} {damage}: {', '.join(outcome)}"
                    failed.append(("power loss", Failure(len(failed), "lost", text)))
    return failed


if __name__ == "__main__":
    sys.exit(main())
