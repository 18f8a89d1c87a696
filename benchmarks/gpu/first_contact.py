"""One section of a first contact with a GPU: ``python -m benchmarks.gpu.first_contact SECTION``.

``first_contact.sh`` runs all of them, each in a process of its own and within a time limit. A
section prints short tables, each row as soon as it is known. Where the GPU or PyTorch is missing,
one sentence says what is left out.
"""

import argparse
import sys
import time
from collections.abc import Callable
from math import inf
from pathlib import Path
from typing import NamedTuple

from benchmarks.gpu import checks, environment, large_arrays, layers, nets, step_profile, tuning
from benchmarks.gpu.session import Session, quick_data, say
from minivgg import backend


class Section(NamedTuple):
    """A function that prints a section; whether it uses PyTorch, and can be tried on a CPU."""

    run: Callable[[Session], None]
    uses_torch: bool = False
    on_cpu: bool = False


SECTIONS = {
    "environment": Section(environment.environment, uses_torch=True, on_cpu=True),
    "kernel-tests": Section(checks.kernel_tests),
    "large-arrays": Section(large_arrays.large_arrays),
    "layers": Section(layers.layers, uses_torch=True, on_cpu=True),
    "nets": Section(nets.nets, uses_torch=True, on_cpu=True),
    "profile": Section(step_profile.profile, uses_torch=True),
    "training-gpu": Section(checks.training_gpu),
    "training-cpu": Section(checks.training_cpu),
    "device-tests": Section(checks.device_tests),
    "tuning": Section(tuning.tuning),
}


def main(arguments: list[str] | None = None) -> None:
    """Print a section."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.gpu.first_contact")
    parser.add_argument("section", choices=SECTIONS)
    parser.add_argument("--seconds", type=float, default=inf, help="no row begins after these")
    parser.add_argument("--out", type=Path, default=Session.out, help="folder of the tests' logs")
    parser.add_argument("--device", choices=("cpu", "gpu"), default="gpu", help="of minivgg")
    parser.add_argument("--torch-device", choices=("cpu", "cuda"), default="cuda")
    parser.add_argument("--small", action="store_true", help="tiny arrays and nets, for a trial")
    options = parser.parse_args(arguments)
    section = SECTIONS[options.section]
    deadline = time.monotonic() + options.seconds
    session = Session(
        options.device, options.torch_device, options.small, deadline, options.out.resolve()
    )
    say(section.run.__doc__)
    missing = _why_left_out(section, session)
    if missing:
        say(f"left out: {missing}")
        return
    if section.uses_torch:
        session.load_torch()
    if session.no_torch:
        say(f"without PyTorch: {session.no_torch}")
    say()
    with quick_data():
        section.run(session)
    if session.failed:
        sys.exit(1)


def _why_left_out(section: Section, session: Session) -> str:
    """A sentence, or "" where the section can run."""
    if session.device == "cpu" and not section.on_cpu:
        return "this section needs a GPU"
    try:
        backend.use(session.device)
    except RuntimeError as error:
        return str(error)
    return ""


if __name__ == "__main__":
    main()
