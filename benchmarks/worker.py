"""The process of a library: makes the step of a workload, then runs it for each line of input.

``python -m benchmarks.worker PEER KIND WORKLOAD``
"""

import gc
import os
import sys
import time
from pathlib import Path
from statistics import median

from benchmarks.peers import PEERS, DifferentOutput
from benchmarks.workloads import LAYERS, NETS

WARM_UP_SECONDS, TURN_SECONDS = 0.7, 0.4
MAX_STEP_SECONDS = 6.0  # a library whose second step is slower takes no turns: that is its figure


def make(peer, kind, workload):
    """The step of a library for a workload, or None.

    kind: "net", "style", "forward" or "backward".
    """
    library = PEERS[peer]()
    if kind == "style":
        return library.style(int(workload))
    if workload in NETS:
        return library.net(NETS[workload])
    layer = next((layer for layer in LAYERS if layer.name == workload), None)
    return (
        library.layer(layer, kind == "backward")
        if layer
        else library.operation(workload, kind == "backward")
    )


def peak():
    """Peak memory of this process in MiB.

    ``resource`` would also count the memory of its parent at the moment of the start.
    """
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return int(status["VmHWM"].split()[0]) / 1024


def main(peer, kind, workload):
    """Answer "ready", "slow" and the figures, or "no" or "wrong" and the reason; then take turns.

    The figure of "ready" is the difference of the step's output from minivgg's, "nan" where the two
    are not compared; "wrong" says that they are not the same. The answer to each line of input is
    the seconds of a step and the peak memory in MiB. A turn is steps in a row for at least
    TURN_SECONDS, and its time is their median. Steps for WARM_UP_SECONDS come first and do not
    count, because an idle core is slow at first.
    """
    with _stream_of_answers() as answers:
        _serve(peer, kind, workload, answers)


def _serve(peer, kind, workload, answers):
    try:
        step = make(peer, kind, workload)
        if not step:
            print("no this workload", file=answers)
            return
        step()
        started = time.perf_counter()
        step()
        seconds = time.perf_counter() - started
    except ImportError as error:
        print("no", error, file=answers)
        return
    except DifferentOutput as error:
        print("wrong", error, file=answers)
        return
    if seconds > MAX_STEP_SECONDS:
        print("slow", seconds, peak(), file=answers)
        return
    print("ready", getattr(step, "difference", float("nan")), file=answers)
    gc.disable()  # a collection within a turn would distort its time
    for _ in sys.stdin:
        until = time.perf_counter() + WARM_UP_SECONDS
        while time.perf_counter() < until:
            step()
        gc.collect()
        times = []
        while not times or sum(times) < TURN_SECONDS:
            started = time.perf_counter()
            step()
            times.append(time.perf_counter() - started)
        print(median(times), peak(), file=answers)


def _stream_of_answers():
    """Standard output. What engines themselves print there goes to standard error from now on."""
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    return answers


if __name__ == "__main__":
    main(*sys.argv[1:])
