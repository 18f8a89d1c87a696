"""Seconds of a step: by CUDA events on a library's own stream, or by the clock of the CPU."""

from statistics import median
from time import perf_counter


def on_cupy(cupy, run, steps):
    """Seconds of one of ``steps`` steps, by events on CuPy's current stream."""
    start, stop = cupy.cuda.Event(), cupy.cuda.Event()
    start.record()
    for _ in range(steps):
        run()
    stop.record()
    stop.synchronize()
    return cupy.cuda.get_elapsed_time(start, stop) / 1e3 / steps


def on_torch(torch, run, steps):
    """The same on PyTorch's current stream."""
    start, stop = (torch.cuda.Event(enable_timing=True) for _ in range(2))
    start.record()
    for _ in range(steps):
        run()
    stop.record()
    stop.synchronize()
    return start.elapsed_time(stop) / 1e3 / steps


def on_cpu(run, steps):
    """Seconds of one of ``steps`` steps, by the clock."""
    started = perf_counter()
    for _ in range(steps):
        run()
    return (perf_counter() - started) / steps


def median_of_turns(measure, run, budget_seconds=0.12, turns=3):
    """Median seconds of a step over a few turns, each with as many steps as fit into the budget.

    measure: a function (run, steps) -> seconds of a step.
    """
    measure(run, 1)  # compiles kernels and tries algorithms
    once = measure(run, 1)
    steps = max(1, min(50, int(budget_seconds / max(once, 1e-6))))
    return median(measure(run, steps) for _ in range(turns))
