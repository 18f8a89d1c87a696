"""Measures in turns: starts the workers of a workload, lets each do one step after the other."""

import os
import subprocess
import sys
import time
from statistics import median

PAUSE_SECONDS = 0.02  # between turns: idle threads of the last library have gone to sleep
OVERRIDES = (
    "OPENBLAS_CORETYPE",
    "OPENBLAS_L2_SIZE",
    "ATEN_CPU_CAPABILITY",
    "ONEDNN_MAX_CPU_ISA",
    "MKL_DEBUG_CPU_TYPE",
)


def environment():
    """The workers' environment, without variables that restrict a library's choice of kernels."""
    return {name: value for name, value in os.environ.items() if name not in OVERRIDES}


class Worker:
    """A library in a process of its own.

    Attributes
    ----------
    seconds : list of float
        Of its turns.
    memory : float
        Peak memory in MiB.
    difference : float
        Of its output from minivgg's over the largest number; NaN where they are not compared.

    Raises
    ------
    RuntimeError
        If it computes something else than minivgg.
    """

    def __init__(self, peer, kind, workload):
        self.peer, self.seconds, self.memory = peer, [], 0.0
        command = [sys.executable, "-W", "ignore", "-m", "benchmarks.worker", peer, kind, workload]
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environment(),
        )
        answer = self.process.stdout.readline().strip()
        word, _, rest = answer.partition(" ")
        self.ready, self.slow = word == "ready", word == "slow"
        self.difference = float(rest) if self.ready else float("nan")
        if self.slow:
            seconds, self.memory = map(float, rest.split())
            self.seconds.append(seconds)
        elif word == "wrong":
            self.end()
            raise RuntimeError(f"{peer}, {workload}: {rest}")
        elif not self.ready:
            reason = rest or self.process.stderr.read().strip().rpartition("\n")[2]
            print(f"{peer}, {workload}: {reason}", file=sys.stderr)

    def turn(self):
        """One step."""
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        seconds, self.memory = map(float, self.process.stdout.readline().split())
        self.seconds.append(seconds)

    def end(self):
        """End the process."""
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.stderr.close()
        self.process.wait()


def take_turns(peers, kind, workload, turns):
    """Measure ``workload`` in ``turns`` turns of each library: {peer: Worker}.

    Libraries that cannot compute it are left out.
    """
    workers = [Worker(peer, kind, workload) for peer in peers]
    taking_turns = [worker for worker in workers if worker.ready]
    for _ in range(turns):
        for worker in taking_turns:
            time.sleep(PAUSE_SECONDS)
            worker.turn()
    for worker in workers:
        worker.end()
    return {worker.peer: worker for worker in workers if worker.ready or worker.slow}


def against(ours, other):
    """How many times faster than ``other``: the median of the ratios within a turn."""
    if other.slow:
        return other.seconds[0] / median(ours.seconds)
    return median(b / a for a, b in zip(ours.seconds, other.seconds, strict=True))


def measure_alone(letter, side, batch, convolutions_only, turns):
    """(multiply-adds, median seconds, peak MiB) of inference with a net, in a new process."""
    command = [
        sys.executable,
        "-m",
        "benchmarks.alone",
        letter,
        str(side),
        str(batch),
        str(int(convolutions_only)),
        str(turns),
    ]
    answer = subprocess.run(
        command, env=environment(), check=True, capture_output=True, text=True
    ).stdout
    return tuple(map(float, answer.split()))
