"""Where the time of a training step goes, by kind of kernel."""

import warnings
from collections import defaultdict

from benchmarks.gpu import internals
from benchmarks.gpu.nets import SMALL_IMAGES, rows
from benchmarks.gpu.session import Session, say
from benchmarks.peers import MiniVGG
from minivgg import backend

MAX_ROWS = 24  # of the table of PyTorch's profiler


def profile(session: Session) -> None:
    """Events around every launch and product; then PyTorch's profiler, which asks CUPTI."""
    first = rows(session)[0]
    small = [row for row in rows(session) if row.net == SMALL_IMAGES and row.precision == "float32"]
    for row in (first, *small):
        if session.is_over():
            return
        with session.row(row.name), internals.quick_weights():
            run = MiniVGG(session.device).net(row.net)
            run()
            whole = session.seconds(run, 0.2)
            _by_events(row.name, run, whole)
            if session.torch is not None and session.torch_device == "cuda":
                _by_cupti(run)
            del run


def _by_events(name: str, run, whole: float) -> None:
    cupy, events = backend.namespace(), []

    def around(label, function, *arguments, **options):
        start, stop = cupy.cuda.Event(), cupy.cuda.Event()
        start.record()
        result = function(*arguments, **options)
        stop.record()
        events.append((label, start, stop))
        return result

    with internals.launches_through(around), internals.products_through(around):
        around("the step", run)
        cupy.cuda.Device().synchronize()
    sums, counts = defaultdict(float), defaultdict(int)
    for label, start, stop in events:
        sums[label] += cupy.cuda.get_elapsed_time(start, stop)
        counts[label] += 1
    total = sums.pop("the step")
    say(f"\n{name}: {1e3 * whole:.2f} ms; with events around everything {total:.2f} ms, of that:\n")
    for label in sorted(sums, key=sums.get, reverse=True):
        share = f"{100 * sums[label] / max(total, 1e-9):.0f} %"
        say(f"| {label} | {sums[label]:.2f} ms | {counts[label]} times | {share} |")
    rest = total - sum(sums.values())
    say(f"| the rest (CuPy's own kernels; waiting for the CPU) | {rest:.2f} ms | | |")


def _by_cupti(run) -> None:
    from torch.profiler import ProfilerActivity
    from torch.profiler import profile as torch_profile

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about profiles of several cycles: this is one
            with torch_profile(activities=[ProfilerActivity.CUDA]) as found:
                run()
                backend.synchronize()
        sums, counts = defaultdict(float), defaultdict(int)
        for event in found.profiler.kineto_results.events():
            if "CUDA" in str(event.device_type()):
                sums[event.name()[:90]] += event.duration_ns() / 1e6
                counts[event.name()[:90]] += 1
    except Exception as error:  # an interface that PyTorch does not promise to keep
        say(f"PyTorch's profiler gives no kernels: {type(error).__name__}: {error}")
        return
    say("\nby CUPTI (PyTorch's profiler sees CuPy's kernels, too):\n")
    for label in sorted(sums, key=sums.get, reverse=True)[:MAX_ROWS]:
        say(f"| {label} | {sums[label]:.3f} ms | {counts[label]} |")
    say(f"| all | {sum(sums.values()):.2f} ms | {sum(counts.values())} |")
