"""``python -m benchmarks.gpu``: all that is to be known of a card, as Markdown: do the tests pass on it, does training end where it ends on
the CPU, and how fast is it against PyTorch with cuDNN, in one process, in strict turns.

Times are those of CUDA events on each library's own stream, medians over the turns. Both libraries compute in the same precision: float32
without TF32 first, then TF32 for both. Floors are those of the card's own product rate and copy bandwidth, measured here.
"""

import argparse
import gc
import subprocess
import sys
import tempfile
from importlib import metadata
from pathlib import Path
from statistics import mean, median

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
SEEDS = (0, 1, 2)
ROOT = Path(__file__).parent.parent


def main():
    """Prints the tables."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.gpu",
        description="Tests, training and speed on the GPU, as Markdown.",
    )
    parser.add_argument("--turns", type=int, default=7, help="turns of each library (default 7)")
    parser.add_argument("--steps", type=int, default=10, help="steps in a turn (default 10)")
    parser.add_argument(
        "--only-speed", action="store_true", help="leave out the tests and the training"
    )
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
    checks = [] if options.only_speed else [suite, training]
    for lines in (
        card(torch),
        *(check() for check in checks),
        tables(torch, options.turns, options.steps),
    ):
        for line in lines:
            print(line, flush=True)


def suite(which=("tests",)):
    """The closing line of the test suite, which takes the real CuPy for every test that has a device."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", *which], cwd=ROOT, capture_output=True, text=True
    )
    if done.returncode:
        print(done.stdout[-20_000:], file=sys.stderr)  # which tests failed, and why
    yield f"- tests: {(done.stdout.strip() or done.stderr.strip()).splitlines()[-1].strip('= ')}"


def training(devices=("cpu", "gpu"), seeds=SEEDS, epochs=30):
    """Test accuracy of the small VGG on handwritten digits, trained on each device from the same seeds."""
    yield f"\n## Training the small VGG on digits, {epochs} epochs\n\n| | {' | '.join(f'seed {seed}' for seed in seeds)} | mean |"
    yield "|---" * (2 + len(seeds)) + "|"
    for device in devices:
        found = [accuracy(device, seed, epochs) for seed in seeds]
        yield f"| {device} | {' | '.join(f'{a:.2f} %' for a in found)} | {mean(found):.2f} % |"


def accuracy(device, seed, epochs):
    """What ``minivgg train`` says at its end, in %."""
    with tempfile.TemporaryDirectory() as folder:
        settings = [
            "--device",
            device,
            "--seed",
            str(seed),
            "--epochs",
            str(epochs),
            "--run",
            f"{folder}/run",
        ]
        done = subprocess.run(
            [sys.executable, "-m", "minivgg", "train", *settings],
            cwd=ROOT,
            capture_output=True,
            text=True,
        )
    if done.returncode:
        sys.exit(f"training on the {device} failed: {done.stderr.strip()}")
    return float(done.stdout.split("test accuracy ")[1].split(" %")[0])


def card(torch):
    """What was measured on, and with what."""
    cupy = backend.namespace()
    name, driver = (
        cupy.cuda.runtime.getDeviceProperties(0)["name"].decode(),
        cupy.cuda.runtime.driverGetVersion(),
    )
    versions = ", ".join(f"{name} {metadata.version(name)}" for name in ("numpy", "torch"))
    libraries = f"{versions}, CuPy {cupy.__version__}, cuDNN {torch.backends.cudnn.version()}"
    yield f"- card: {name}, driver for CUDA {driver // 1000}.{driver % 1000 // 10}; {libraries}"


def tables(torch, turns, steps):
    """How fast."""
    cupy = backend.namespace()
    torch.backends.cudnn.benchmark = True  # cuDNN may try its algorithms, as its users do
    for precision in PRECISIONS:
        torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = (
            precision == "tf32"
        )
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
                cells = compare(
                    torch,
                    lambda library, layer=layer, b=backward: library.layer(layer, b, LAYER_BATCH),
                    turns,
                    steps,
                )
                what = "backward" if backward else "forward"
                yield f"| {layer.name}: {layer.c} → {layer.o} @ {layer.side}, batch {LAYER_BATCH}, {what} | {cells} | |"


def compare(torch, make, turns, steps):
    """Cells of a table: ms of each library, and the ratio to the faster PyTorch (median of the ratios within a turn)."""
    cupy, libraries = (
        backend.namespace(),
        [MiniVGG("gpu"), Torch("nchw", device="cuda"), Torch("nhwc", device="cuda")],
    )
    runs, taken = [make(library) for library in libraries], [[] for _ in libraries]
    for turn in range(1 + turns):  # the first warms up
        for run, times, library in zip(runs, taken, libraries, strict=True):
            ours = library is libraries[0]
            seconds = (measured_cupy if ours else measured_torch)(
                cupy if ours else torch, run, steps
            )
            if turn:
                times.append(seconds)
    ratios = [min(others) / own for own, *others in zip(*taken, strict=True)]
    del runs, run
    gc.collect()
    cupy.get_default_memory_pool().free_all_blocks()
    torch.cuda.empty_cache()
    return (
        " | ".join(f"{1e3 * median(times):.2f}" for times in taken) + f" | **{median(ratios):.2f}**"
    )


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
    return 8192**3 / measured_cupy(
        cupy, lambda: cupy.matmul(a, a, out=b), 10
    ), 2 * a.nbytes / measured_cupy(cupy, lambda: cupy.copyto(b, a), 20)


if __name__ == "__main__":
    main()
