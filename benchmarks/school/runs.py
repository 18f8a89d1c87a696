"""Running ``minivgg grade`` as an instructor does, also when it is killed and begun again."""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
POLL_SECONDS = 0.05


@dataclass
class Run:
    """One run of the command: its exit status, seconds, the grader's largest memory, its words."""

    status: int
    seconds: float
    bytes: int
    words: str


def grade(folder, out, scratch, options=(), kill_after=None):
    """Run ``minivgg grade FOLDER --out OUT`` in a process of its own.

    scratch: the folder of its temporary files. options: more of the command. kill_after: seconds
    after which it is ended with SIGKILL.
    """
    scratch.mkdir(exist_ok=True)
    command = [sys.executable, "-m", "minivgg", "grade", str(folder), "--out", str(out), *options]
    variables = {**os.environ, "TMPDIR": str(scratch), "PYTHONPATH": str(ROOT)}
    started, largest = time.perf_counter(), 0
    words = scratch.with_name("words.txt")
    with words.open("w", encoding="utf-8") as file:
        process = subprocess.Popen(
            command, stdout=file, stderr=subprocess.STDOUT, env=variables, cwd=scratch.parent
        )
        try:
            while process.poll() is None:
                largest = max(largest, _peak(process.pid))
                if kill_after is not None and time.perf_counter() - started >= kill_after:
                    process.send_signal(signal.SIGKILL)
                time.sleep(POLL_SECONDS)
        finally:
            process.kill()
            process.wait()
    seconds = time.perf_counter() - started
    return Run(
        process.returncode, seconds, largest, words.read_text(encoding="utf-8", errors="replace")
    )


def _peak(pid):
    """The largest memory of a process so far, in bytes; 0 where the system does not tell."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
        return next((int(line.split()[1]) << 10 for line in lines if line.startswith("VmHWM")), 0)
    except OSError:
        return 0


def grade_with_kills(folder, out, scratch, options, kills, seconds, seed=0):
    """Grade, ended with SIGKILL at random moments and begun again, until it ends by itself.

    seconds: what it takes without a kill. Where a grading is resumed, the kills are spread over all
    of it; where it starts again, they all hit its first part. Returns the last run, and how many
    processes of submissions were still running a second after each kill.
    """
    rng, left = random.Random(seed), []
    for _ in range(5 * kills):
        moment = min(rng.uniform(0, 2 * seconds / kills), 0.8 * seconds)
        run = grade(folder, out, scratch, options, moment)
        if run.status != -signal.SIGKILL:  # it was ready before: another grading is begun
            shutil.rmtree(out)
            continue
        time.sleep(1)
        left.append(len(running_processes(scratch)))
        if len(left) == kills:
            break
    return grade(folder, out, scratch, options), left


def running_processes(folder):
    """Command lines of processes that submissions left behind (Linux).

    folder: the scratch folders of the submissions are in it. Their processes have it in the
    command line, in the environment, or as the working folder.
    """
    mark, lines = os.fsencode(folder), []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            line = (process / "cmdline").read_bytes()
            place = os.fsencode((process / "cwd").readlink())
            found = (line, (process / "environ").read_bytes(), place)
        except OSError:  # it has just ended, or is somebody else's
            continue
        if line and any(mark in text for text in found):
            lines.append(line.replace(b"\0", b" ").decode("utf-8", "replace"))
    return lines


def remains(out, scratch):
    """What a grading left: temporary files, also in OUT/.grading beside the results there."""
    journal = (out / ".grading").glob("minivgg-*")
    return sorted(path.name for path in [*scratch.iterdir(), *journal])
