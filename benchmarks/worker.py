"""One library's process: ``python -m benchmarks.worker PEER KIND WORKLOAD`` makes the step, then does it once for each line of input."""

import gc
import sys
import time
from pathlib import Path
from statistics import median

from benchmarks.peers import PEERS
from benchmarks.workloads import LAYERS, NETS

WARM, TURN = 0.7, 0.4  # seconds
TOO_SLOW = 6.0  # seconds: a library that needs longer for its second step gets no turns, that step is its figure


def make(peer, kind, workload):
    """The step of a library for a workload, or None. kind: "net", "forward" or "backward"."""
    library = PEERS[peer]()
    if workload in NETS:
        return library.net(NETS[workload])
    layer = next((layer for layer in LAYERS if layer.name == workload), None)
    return (
        library.layer(layer, kind == "backward")
        if layer
        else library.operation(workload, kind == "backward")
    )


def peak():
    """The most memory that this process ever had, MiB. (``resource`` would also count what its parent had when it was started.)"""
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return int(status["VmHWM"].split()[0]) / 1024


def main(peer, kind, workload):
    """Answers "ready", "slow" and its figures, or "no" and why not; then to each line the seconds of a step and the peak memory in MiB.

    A turn is steps in a row for at least TURN seconds, after steps for WARM seconds that do not count, because a core that comes from
    idling is slow at first; its time is their median.
    """
    try:
        step = make(peer, kind, workload)
        if not step:
            print("no this workload", flush=True)
            return
        step()
        started = time.perf_counter()
        step()
        seconds = time.perf_counter() - started
    except ImportError as error:
        print("no", error, flush=True)
        return
    if seconds > TOO_SLOW:
        print("slow", seconds, peak(), flush=True)
        return
    print("ready", flush=True)
    gc.disable()  # a collection inside one library's turn would be luck
    for _ in sys.stdin:
        until = time.perf_counter() + WARM
        while time.perf_counter() < until:
            step()
        gc.collect()
        times = []
        while not times or sum(times) < TURN:
            started = time.perf_counter()
            step()
            times.append(time.perf_counter() - started)
        print(median(times), peak(), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
