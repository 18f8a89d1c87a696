"""``python -m benchmarks.gpu``: the GPU's tables, as Markdown: this package against PyTorch with cuDNN, in one process, in strict turns.

Times are those of CUDA events on each library's own stream, medians over the turns. Both libraries compute in the same precision: float32
without TF32 first, then TF32 for both. Floors are those of the card's own product rate and copy bandwidth, measured here.
"""

import argparse
import gc
import sys
from importlib import metadata
from statistics import median

from benchmarks import machine
from benchmarks.peers import MiniVGG, Torch
from benchmarks.workloads import LAYERS, Net
from minivgg import backend

NETS = {
    "VGG-16 inference, batch 1": Net("D", 1000, 1, False),
    "VGG-16 inference, batch 32": Net("D", 1000, 32, False),
    "VGG-16 inference, batch 128": Net("D", 1000, 128, False),
    "VGG-16 training step, batch 32": Net("D", 1000, 32, True),
    "VGG-16 training step, batch 64": Net("D", 1000, 64, True),
    "32×32 VGG training step, batch 128": Net("small-32x32", 10, 128, True),
}
LAYER_BATCH = 32
PRECISIONS = ("float32", "tf32")


def main():
    """Prints the tables."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.gpu", description="The GPU against PyTorch with cuDNN, as Markdown.")
    parser.add_argument("--turns", type=int, default=7, help="turns of each library (default 7)")
    parser.add_argument("--steps", type=int, default=10, help="steps in a turn (default 10)")
    options = parser.parse_args()
    if min(options.turns, options.steps) < 1:
        parser.error("--turns and --steps are at least 1")
    try:
        backend.use("gpu")
        import torch
    except (RuntimeError, ImportError) as error:
        sys.exit(f"no benchmark of the GPU: {error}")
    if not torch.cuda.is_available():
        sys.exit("no benchmark of the GPU: this PyTorch finds none; install its CUDA build")
    for line in tables(torch, options.turns, options.steps):
        print(line, flush=True)


def tables(torch, turns, steps):
    """All lines."""
    cupy = backend.namespace()
    card, driver = cupy.cuda.runtime.getDeviceProperties(0)["name"].decode(), cupy.cuda.runtime.driverGetVersion()
    versions = ", ".join(f"{name} {metadata.version(name)}" for name in ("numpy", "torch"))
    libraries = f"{versions}, CuPy {cupy.__version__}, cuDNN {torch.backends.cudnn.version()}"
    yield f"- card: {card}, driver for CUDA {driver // 1000}.{driver % 1000 // 10}; {libraries}"
    torch.backends.cudnn.benchmark = True  # cuDNN may try its algorithms, as its users do
    for precision in PRECISIONS:
        torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = precision == "tf32"
        backend.matmul_precision(precision)
        rate, copy = rates(cupy)
        yield f"\n## {precision}\n\nLarge product: {2 * rate / 1e12:.1f} TFLOP/s; copying: {copy / 1e9:.0f} GB/s (read + written).\n"
        yield "| | minivgg, ms | PyTorch, NCHW | PyTorch, channels last | ratio to the faster | floor, direct / Winograd, ms |"
        yield "|---|---|---|---|---|---|"
        for name, net in NETS.items():
            floors = machine.floor(net.configuration, net.batch, rate, copy, copy, net.training)
            cells = compare(torch, lambda library, net=net: library.net(net), turns, steps)
            yield f"| {name} | {cells} | {1e3 * floors[0]:.2f} / {1e3 * floors[1]:.2f} |"
        for backward in (False, True):
            for layer in LAYERS:
                cells = compare(torch, lambda library, layer=layer, b=backward: library.layer(layer, b, LAYER_BATCH), turns, steps)
                what = "backward" if backward else "forward"
                yield f"| {layer.name}: {layer.c} → {layer.o} @ {layer.side}, batch {LAYER_BATCH}, {what} | {cells} | |"


def compare(torch, make, turns, steps):
    """Cells of a table: ms of each library, and the ratio to the faster PyTorch (median of the ratios within a turn)."""
    cupy, libraries = backend.namespace(), [MiniVGG("gpu"), Torch("nchw", device="cuda"), Torch("nhwc", device="cuda")]
    runs, taken = [make(library) for library in libraries], [[] for _ in libraries]
    for turn in range(1 + turns):  # the first warms up
        for run, times, library in zip(runs, taken, libraries, strict=True):
            ours = library is libraries[0]
            seconds = (measured_cupy if ours else measured_torch)(cupy if ours else torch, run, steps)
            if turn:
                times.append(seconds)
    ratios = [min(others) / own for own, *others in zip(*taken, strict=True)]
    del runs, run
    gc.collect()
    cupy.get_default_memory_pool().free_all_blocks()
    torch.cuda.empty_cache()
    return " | ".join(f"{1e3 * median(times):.2f}" for times in taken) + f" | **{median(ratios):.2f}**"


def measured_cupy(cupy, run, steps):
    """Seconds of a step, by CUDA events on CuPy's stream."""
    start, stop = cupy.cuda.Event(), cupy.cuda.Event()
    start.record()
    for _ in range(steps):
        run()
    stop.record()
    stop.synchronize()
    return cupy.cuda.get_elapsed_time(start, stop) / 1e3 / steps


def measured_torch(torch, run, steps):
    """The same on PyTorch's stream."""
    start, stop = (torch.cuda.Event(enable_timing=True) for _ in range(2))
    start.record()
    for _ in range(steps):
        run()
    stop.record()
    stop.synchronize()
    return start.elapsed_time(stop) / 1e3 / steps


def rates(cupy):
    """Multiply-adds a second of a large product, and bytes a second of a copy (read + written)."""
    a, b = cupy.ones((8192, 8192), "float32"), cupy.empty((8192, 8192), "float32")
    measured_cupy(cupy, lambda: cupy.matmul(a, a, out=b), 3)
    return 8192**3 / measured_cupy(cupy, lambda: cupy.matmul(a, a, out=b), 10), 2 * a.nbytes / measured_cupy(
        cupy, lambda: cupy.copyto(b, a), 20
    )


if __name__ == "__main__":
    main()
