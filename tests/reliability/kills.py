"""Real processes of ``minivgg train``, killed at random moments and resumed."""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from minivgg import weights
from minivgg.training import checkpoint

from .survival import Failure

ROOT = Path(__file__).parents[2]
SIGNALS = ("SIGKILL", "SIGTERM", "SIGHUP", "SIGINT")
EXIT = {  # before Python is ready to handle the signal, and after
    "SIGKILL": (-9,),
    "SIGTERM": (-15, 143),
    "SIGHUP": (-1, 129),
    "SIGINT": (-2, 130),
}
KILLS_A_RUN = 6
LONGEST = 600  # seconds that a process may take, also on busy cores
# all that has a state: dropout, momentum, batch norm, random crops, a schedule; and checkpoints
# within the epochs
SETTINGS = """
    --net 8,M,16,M --hidden 32 --batch-norm --crop 1 --epochs 12 --batch-size 16 --schedule plateau
    --threads 1 --save-every 0.002
""".split()  # noqa: SIM905 (as it is typed)


@dataclass
class Killed:
    """What happened to runs whose processes were killed.

    signals: {signal: how many processes it ended}. finished: how many processes ended before
    theirs. failures: with kind "lost" (other weights, state or history than undisturbed), "blocked"
    (a run that cannot go on) or "leftover".
    """

    runs: int = 0
    signals: Counter = field(default_factory=Counter)
    finished: int = 0
    failures: list = field(default_factory=list)

    @property
    def count(self):
        """How many processes were killed."""
        return self.signals.total()

    def kinds(self):
        """{kind: how many runs failed in this way}."""
        return Counter(failure.kind for failure in self.failures)


def survive(kills, seed, folder, settings=SETTINGS):
    """Kill so many processes, a few in each run, and compare each run with an undisturbed one."""
    rng, found = random.Random(seed), Killed()
    started = time.monotonic()
    whole = folder / "whole"
    end_of(start(whole, settings))
    longest = (time.monotonic() - started) / 2  # with more, a run is at its end after two or three
    while found.count < kills:
        run = folder / f"run-{found.runs}"
        try:
            for _ in range(min(KILLS_A_RUN, kills - found.count)):
                _kill_one(run, settings, rng.choice(SIGNALS), rng.uniform(0, longest), found)
            code, text = end_of(start(run, settings))
            if code != 0:  # or None, where the process did not end
                raise Blocked(f"exit status {code}: {text}")
            for kind, text in differences(run, whole):
                found.failures.append(Failure(found.runs, kind, text))
        except Blocked as error:
            found.failures.append(Failure(found.runs, "blocked", str(error)))
        shutil.rmtree(run, ignore_errors=True)
        found.runs += 1
    return found


class Blocked(Exception):
    """A run that cannot be started or resumed."""


def _kill_one(run, settings, name, seconds, found):
    """Start or resume a run and end it after so many seconds, unless it ends before."""
    process = start(run, settings)
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.send_signal(getattr(signal, name))
    code, text = end_of(process)
    if code == 0:
        found.finished += 1
    elif code in EXIT[name]:
        found.signals[name] += 1
        if code > 0 and text.count("\n") > 1:
            raise Blocked(f"{name}: more than a sentence: {text}")
    else:
        raise Blocked(f"{name}, exit status {code}: {text}")


def start(run, settings):
    """A process that trains, or resumes what is there."""
    begun = (run / "config.json").exists()
    what = ["--resume", run, "--save-every", "0.002"] if begun else ["--run", run, *settings]
    before = {}
    for name in ("SIGINT", "SIGHUP"):  # a shell may ignore them for what runs in its background
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) == signal.SIG_IGN:
            before[number] = signal.signal(number, signal.SIG_DFL)
    try:
        return subprocess.Popen(
            [sys.executable, "-m", "minivgg", "train", *map(str, what)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
        )
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def end_of(process):
    """(exit status, text of errors) of a process that has been asked to end, or ends by itself."""
    try:
        _, text = process.communicate(timeout=LONGEST)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        return None, f"it did not end in {LONGEST} seconds"
    return process.returncode, text.strip()


def differences(run, whole):
    """[(kind, text)]: in what a run differs from an undisturbed one, apart from its speed."""
    found = []
    for name, part in contents(whole).items():
        if contents(run).get(name) != part:
            found.append(("lost", f"{name} differs"))
    names = {path.relative_to(run) for path in run.rglob("*")}
    expected = {path.relative_to(whole) for path in whole.rglob("*")}
    # checkpoints within epochs are where the clock wants them
    strange = {n for n in names ^ expected if "checkpoints" not in n.parts}
    strange |= {n for n in names if n.name.startswith(".")}
    checkpoints = checkpoint.complete(run / "checkpoints")
    strange |= {n.name for n in (run / "checkpoints").iterdir() if n not in checkpoints}
    if len(checkpoints) > checkpoint.KEEP:
        strange.add(f"{len(checkpoints)} checkpoints")
    if strange:
        found.append(("leftover", ", ".join(map(str, sorted(map(str, strange))))))
    return found


def contents(run):
    """{part: bytes or text} of a run that must be the same in each repetition."""
    model, optimizer, state = checkpoint.load(checkpoint.latest(run / "checkpoints"))
    state.pop("seconds")
    for row in state["history"]:
        row.pop("images_per_second")
    rows = [
        line.rpartition(",")[0] for line in (run / "history.csv").read_text().splitlines()
    ]  # without the speed, which is the last column
    files = {name: weights.load(run / name) for name in ("weights.safetensors", "best.safetensors")}
    arrays = {"model": model, "optimizer": optimizer, **files}
    return {
        "state": json.dumps(state),
        "history.csv": rows,
        **{
            f"{part} {name}": array.tobytes()
            for part, tensors in arrays.items()
            for name, array in tensors.items()
        },
    }
