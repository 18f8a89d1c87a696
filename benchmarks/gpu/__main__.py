"""``python -m benchmarks.gpu``: the report on a GPU, as Markdown.

Do the tests pass on it, does training end where it ends on the CPU, and how fast is it against
PyTorch with cuDNN, in one process, in strict turns? Times are those of CUDA events on each
library's own stream, medians over the turns. Both libraries compute in the same precision: first
float32, then TF32. The minimum times follow from the card's rate of products and its copy
bandwidth, both measured here.
"""

import argparse
import gc
import subprocess
import sys
from functools import partial
from importlib import metadata
from statistics import mean, median

from benchmarks import machine
from benchmarks.gpu import checks, internals, timing
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
HEADER = (
    "| | minivgg, ms | PyTorch, NCHW | PyTorch, channels last | ratio to the faster "
    "| minimum, direct / Winograd, ms |\n|---|---|---|---|---|---|"
)


def main():
    """Print the tables."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.gpu",
        description="Tests, training and speed on the GPU, as Markdown.",
    )
    parser.add_argument("--turns", type=int, default=7, help="turns of each library (default 7)")
    parser.add_argument("--steps", type=int, default=10, help="steps in a turn (default 10)")
    parser.add_argument("--only-speed", action="store_true", help="run no tests and no training")
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
    parts = [card(torch)]
    if not options.only_speed:
        parts += [suite(), training()]
    for part in (*parts, tables(torch, options.turns, options.steps)):
        for line in part:
            print(line, flush=True)


def suite(which=("tests",)):
    """The closing line of the test suite, which uses the real CuPy where it finds a GPU."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", *which],
        cwd=checks.ROOT,
        env=checks.environment(),
        capture_output=True,
        text=True,
    )
    if done.returncode:
        print(done.stdout[-20_000:], file=sys.stderr)  # which tests failed, and why
    yield f"- tests: {(done.stdout.strip() or done.stderr.strip()).splitlines()[-1].strip('= ')}"


def training(devices=("cpu", "gpu"), seeds=SEEDS, epochs=30):
    """Test accuracy of the small VGG on the digits, trained on each device from the same seeds."""
    yield f"\n## Training the small VGG on digits, {epochs} epochs\n"
    yield f"| | {' | '.join(f'seed {seed}' for seed in seeds)} | mean |"
    yield "|---" * (2 + len(seeds)) + "|"
    for device in devices:
        found = [accuracy(device, seed, epochs) for seed in seeds]
        yield f"| {device} | {' | '.join(f'{a:.2f} %' for a in found)} | {mean(found):.2f} % |"


def accuracy(device, seed, epochs):
    """The test accuracy in % that ``minivgg train`` prints at its end."""
    done = checks.train(device, seed, epochs)
    if done.returncode:
        sys.exit(f"training on the {device} failed: {done.stderr.strip()}")
    return float(done.stdout.split("test accuracy ")[1].split(" %")[0])


def card(torch):
    """The card, and the versions of driver and libraries."""
    cupy = backend.namespace()
    name = cupy.cuda.runtime.getDeviceProperties(0)["name"].decode()
    driver = cupy.cuda.runtime.driverGetVersion()
    versions = ", ".join(f"{name} {metadata.version(name)}" for name in ("numpy", "torch"))
    libraries = f"{versions}, CuPy {cupy.__version__}, cuDNN {torch.backends.cudnn.version()}"
    yield f"- card: {name}, driver for CUDA {driver // 1000}.{driver % 1000 // 10}; {libraries}"


def tables(torch, turns, steps):
    """Times of nets and layers, in each precision."""
    torch.backends.cudnn.benchmark = True  # cuDNN may try its algorithms, as its users do
    for precision in PRECISIONS:
        torch.backends.cuda.matmul.allow_tf32 = precision == "tf32"
        torch.backends.cudnn.allow_tf32 = precision == "tf32"
        failure = internals.use_precision(precision)
        if failure:
            print(failure, file=sys.stderr)
        rate, copy = rates(backend.namespace())
        yield f"\n## {precision}\n"
        yield (
            f"Large product: {2 * rate / 1e12:.1f} TFLOP/s; "
            f"copying: {copy / 1e9:.0f} GB/s (read + written).\n"
        )
        yield HEADER
        for name, net in NETS.items():
            direct, winograd = machine.minimum_seconds(
                net.configuration, net.batch, rate, copy, copy, net.training
            )
            cells = compare(torch, lambda library, net=net: library.net(net), turns, steps)
            yield f"| {name} | {cells} | {1e3 * direct:.2f} / {1e3 * winograd:.2f} |"
        for backward in (False, True):
            direction = "backward" if backward else "forward"
            for layer in LAYERS:

                def make(library, layer=layer, backward=backward):
                    return library.layer(layer, backward, LAYER_BATCH)

                title = f"{layer.name}: {layer.c} → {layer.o} @ {layer.side}, batch {LAYER_BATCH}"
                yield f"| {title}, {direction} | {compare(torch, make, turns, steps)} | |"


def compare(torch, make, turns, steps):
    """Cells of a table: ms of each library, and the ratio to the faster PyTorch.

    The ratio is the median of the ratios within a turn.
    """
    cupy = backend.namespace()
    libraries = [MiniVGG("gpu"), Torch("nchw", device="cuda"), Torch("nhwc", device="cuda")]
    measure = [partial(timing.on_cupy, cupy), *[partial(timing.on_torch, torch)] * 2]
    runs, taken = [make(library) for library in libraries], [[] for _ in libraries]
    for turn in range(1 + turns):  # the first warms up
        for run, times, seconds_of in zip(runs, taken, measure, strict=True):
            seconds = seconds_of(run, steps)
            if turn:
                times.append(seconds)
    ratios = [min(others) / own for own, *others in zip(*taken, strict=True)]
    del runs, run
    gc.collect()
    cupy.get_default_memory_pool().free_all_blocks()
    torch.cuda.empty_cache()
    cells = " | ".join(f"{1e3 * median(times):.2f}" for times in taken)
    return f"{cells} | **{median(ratios):.2f}**"


def rates(cupy):
    """Multiply-adds a second of a large product, and bytes a second of a copy (read + written)."""
    n = 8192
    a, b = cupy.ones((n, n), "float32"), cupy.empty((n, n), "float32")

    def product():
        cupy.matmul(a, a, out=b)

    timing.on_cupy(cupy, product, 3)
    rate = n**3 / timing.on_cupy(cupy, product, 10)
    return rate, 2 * a.nbytes / timing.on_cupy(cupy, lambda: cupy.copyto(b, a), 20)


if __name__ == "__main__":
    main()
