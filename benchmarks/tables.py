"""The tables, each a function that yields lines of Markdown."""

from statistics import median

import numpy as np

from benchmarks import machine
from benchmarks.comparison import ENGINES, differences, fastest, forward_and_backward
from benchmarks.measure import measure_alone, take_turns
from benchmarks.peers import PEERS
from benchmarks.published import published
from benchmarks.weights import weights
from benchmarks.worker import peak
from benchmarks.workloads import LAYERS, NETS, OPERATIONS, STYLE_SIDES


def nets(turns):
    """Whole nets against everyone."""
    _, *rates = machine.description()
    yield "| | " + " | ".join(PEERS) + " | ratio to the fastest other | floor, direct / Winograd |"
    yield "|---" * (len(PEERS) + 3) + "|"
    memory, found = [], {}
    for name, net in NETS.items():
        workers = found[name] = take_turns(PEERS, "net", name, turns)
        best, ratio = fastest(workers)
        floors = machine.minimum_seconds(net.configuration, net.batch, *rates, net.training)
        cells = [f"{median(workers[p].seconds):.4f} s" if p in workers else "–" for p in PEERS]
        yield (
            f"| {name} | {' | '.join(cells)} | **{ratio:.2f}** ({best}) "
            f"| {floors[0]:.3f} / {floors[1]:.3f} s |"
        )
        memory.append(
            f"| {name} | "
            + " | ".join(f"{workers[p].memory:.0f}" if p in workers else "–" for p in PEERS)
            + " |"
        )
    yield ""
    yield "Peak memory of the process, MiB:"
    yield ""
    yield "| | " + " | ".join(PEERS) + " |"
    yield "|---" * (len(PEERS) + 1) + "|"
    yield from memory
    yield from differences(found)


def layers(turns):
    """Every convolution of VGG-16: forward; dx, dw, db (no dx for the first).

    minivgg, PyTorch, MNN and ncnn are given their own memory layout. ONNX Runtime and OpenVINO
    take and give NCHW, and their times include the change to their own layout and back.
    """
    yield from forward_and_backward(
        [(layer.name, f"{layer.name}: {layer.c} → {layer.o} @ {layer.side}") for layer in LAYERS],
        turns,
        ENGINES,
    )


def operations(turns):
    """The small operations against PyTorch."""
    yield from forward_and_backward([(name, name) for name in OPERATIONS], turns)


def style(turns):
    """A step of style transfer by Adam, up to conv3_3, against PyTorch with the same weights."""
    peers = [peer for peer in PEERS if peer.startswith(("minivgg", "PyTorch"))]
    yield "| pixels | " + " | ".join(peers) + " | ratio to the fastest other |"
    yield "|---" * (len(peers) + 2) + "|"
    for side in STYLE_SIDES:
        workers = take_turns(peers, "style", str(side), turns)
        best, ratio = fastest(workers)
        cells = [
            f"{1e3 * median(workers[p].seconds):.0f} ms" if p in workers else "–" for p in peers
        ]
        yield f"| {side}×{side} | {' | '.join(cells)} | **{ratio:.2f}** ({best}) |"


def growth(turns):
    """Inference against batch, side and depth.

    Where time grows with the multiply-adds, a multiply-add costs the same in every row.
    """
    yield "| | G multiply-adds | ms | ns per 1000 multiply-adds | relative | MiB |"
    yield "|---|---|---|---|---|---|"
    rows = [("VGG-16, 224×224, batch", "D", 224, batch) for batch in (1, 2, 4, 8, 16, 32)]
    rows += [
        ("VGG-16's convolutions, batch 4, side", "D", side, 4)
        for side in (64, 96, 128, 192, 224, 320, 448)
    ]
    rows += [("224×224, batch 4, net", letter, 224, 4) for letter in ("A", "B", "C", "D", "E")]
    first = {}
    for title, letter, side, batch in rows:
        what = {"batch": batch, "side": side, "net": letter}[title.rsplit(None, 1)[1]]
        macs, seconds, memory = measure_alone(letter, side, batch, "side" in title, turns)
        cost = 1e12 * seconds / macs
        reference = first.setdefault(title, cost)
        yield (
            f"| {title} {what} | {macs / 1e9:.2f} | {1e3 * seconds:.1f} "
            f"| {cost:.2f} | {cost / reference:.2f} | {memory:.0f} |"
        )


def accuracy(turns):
    """float32 against float64 for every convolution of VGG-16, one image.

    The largest error over the largest number.
    """
    from minivgg import ops
    from minivgg.backend import winograd

    rng = np.random.default_rng(0)
    yield "| layer | algorithm | y | dx | dw | db |"
    yield "|---|---|---|---|---|---|"
    for layer in LAYERS:
        x, dy = (
            rng.standard_normal((1, layer.c, layer.side, layer.side)),
            rng.standard_normal((1, layer.o, layer.side, layer.side)),
        )
        x = np.maximum(x, 0) if layer.c > 3 else x  # what comes out of a ReLU
        w, b = (
            rng.standard_normal((layer.o, layer.c, 3, 3)) * (2 / (9 * layer.c)) ** 0.5,
            rng.standard_normal(layer.o),
        )
        exact = _run(ops, x, w, b, dy, "im2col")
        for algorithm in ("im2col", "winograd"):
            got = _run(ops, *(a.astype(np.float32) for a in (x, w, b, dy)), algorithm)
            errors = [
                f"{abs(g - e).max() / abs(e).max():.1e}" for g, e in zip(got, exact, strict=True)
            ]
            yield f"| {layer.name} | {algorithm} | {' | '.join(errors)} |"
    yield ""
    yield "The points of F(4×4, 3×3), error of y on 256 → 64 channels, normal numbers:"
    yield ""
    yield "| points | error |"
    yield "|---|---|"
    x, w = rng.standard_normal((1, 256, 24, 24)), rng.standard_normal((64, 256, 3, 3))
    exact = ops.conv2d(x, w, padding=1)[0]
    usual = winograd.POINTS[4]
    for points in ((0, 1, -1, 2, -2), usual, (0, 3 / 4, -3 / 4, 3 / 2, -3 / 2)):
        winograd.POINTS[4] = points
        winograd.matrices.cache_clear()
        y = ops.conv2d(x.astype(np.float32), w.astype(np.float32), padding=1, algorithm="winograd")[
            0
        ]
        used, relative = (
            " (used)" if points == usual else "",
            abs(y - exact).max() / abs(exact).max(),
        )
        yield f"| {', '.join(map(str, points))}, ∞{used} | {relative:.1e} |"
    winograd.POINTS[4] = usual
    winograd.matrices.cache_clear()


def costs(turns):
    """How well ``backend/cpu/cost_model.py`` predicts: ms on one thread, measured (predicted).

    The algorithm that is predicted to be the cheapest is the one that "auto" takes.
    """
    from minivgg import ops
    from minivgg.backend import thread_pool
    from minivgg.backend.cpu import conv2d
    from minivgg.backend.cpu.cost_model import COST_MODEL
    from minivgg.backend.geometry import Geometry

    shapes = [(4, layer.c, layer.o, layer.side, 3, 1, 1, 1) for layer in LAYERS]
    shapes += [
        (1, 512, 512, 14, 3, 1, 1, 1),
        (128, 32, 32, 32, 3, 1, 1, 1),
        (128, 128, 128, 8, 3, 1, 1, 1),
        (8, 64, 64, 2, 3, 1, 1, 1),
    ]
    shapes += [
        (4, 64, 128, 28, 1, 1, 0, 1),
        (4, 64, 64, 28, 3, 1, 1, 64),
        (4, 64, 64, 56, 5, 1, 2, 1),
        (1, 3, 64, 224, 7, 2, 3, 1),
    ]
    rng, before = np.random.default_rng(0), thread_pool.get_num_threads()
    thread_pool.set_num_threads(1)
    titles = " | ".join(map(str, COST_MODEL.algorithms))
    yield f"| N, C → O @ side, kernel, stride, padding, groups | {titles} |"
    yield "|---|---|---|---|---|"
    for n, c, o, side, kernel, stride, padding, groups in shapes:
        x = rng.standard_normal((n, side, side, c), np.float32).transpose(0, 3, 1, 2)
        w = ops.filters_channels_last(
            rng.standard_normal((o, c // groups, kernel, kernel), np.float32)
        )
        out = (ops.output_size(side, kernel, stride, padding),) * 2
        g = Geometry((kernel,) * 2, (stride,) * 2, (padding,) * 2, groups, out)
        cells = []
        for algorithm in COST_MODEL.algorithms:
            if algorithm.tile_size and (kernel, stride, groups) != (3, 1, 1):
                cells.append("–")
                continue
            arguments, cache = (x, w, None, g, algorithm), {}
            seconds = machine.timed(
                lambda arguments=arguments, cache=cache: conv2d(*arguments, filter_cache=cache), 0.1
            )
            predicted = COST_MODEL.nanoseconds(algorithm, n, c, o, g)
            cells.append(f"{1e3 * seconds:.2f} ({predicted / 1e6:.2f})")
        shape = f"{n}, {c} → {o} @ {side}, {kernel}, {stride}, {padding}, {groups}"
        yield f"| {shape} | {' | '.join(cells)} |"
    thread_pool.set_num_threads(before)


def phases(turns):
    """Where the time of VGG-16 goes, by kind of layer. ReLU is part of the layer beside it."""
    from time import perf_counter

    from minivgg import backend, losses, models, optim

    backend.seed(0)
    net = models.vgg("D")
    x, labels = (
        np.random.default_rng(0).standard_normal((4, 3, 224, 224), dtype=np.float32),
        np.arange(4),
    )
    loss, optimizer = losses.SoftmaxCrossEntropy(), optim.SGD(net.parameters(), 1e-3)
    spent = {}

    def watched(function, name):
        def wrapped(*args, **options):
            started = perf_counter()
            result = function(*args, **options)
            spent.setdefault(name, []).append(perf_counter() - started)
            return result

        return wrapped

    for part in ("features", "classifier"):
        for layer in net[part]:
            kind = type(layer).__name__
            layer.forward, layer.backward = (
                watched(layer.forward, f"{kind} forward"),
                watched(layer.backward, f"{kind} backward"),
            )
    optimizer.step = watched(optimizer.step, "SGD")
    rounds = max(3, turns)
    for turn in range(1 + rounds):
        if turn == 1:
            spent.clear()
            started = perf_counter()
        net.zero_grad()
        loss.forward(net(x), labels)
        net.backward_parameters(loss.backward())
        optimizer.step()
    whole = (perf_counter() - started) / rounds
    yield "| phase of a training step of VGG-16, batch 4 | ms | share |"
    yield "|---|---|---|"
    for name, times in sorted(spent.items(), key=lambda item: -sum(item[1])):
        each = sum(times) / rounds
        yield f"| {name} | {1e3 * each:.1f} | {each / whole:.1%} |"
    yield f"| the rest | {1e3 * (whole - sum(map(sum, spent.values())) / rounds):.1f} | |"
    yield f"| all | {1e3 * whole:.1f} | |"


def loading(turns):
    """The share of a training epoch that is spent on waiting for the next batch.

    With crop, flip and normalisation.
    """
    from time import perf_counter

    from minivgg import data, losses, models, optim

    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (2048, 3, 32, 32), np.uint8)
    dataset = data.ArrayDataset(images, rng.integers(0, 10, 2048), [str(i) for i in range(10)])
    transforms = [
        data.RandomCrop(32, padding=4),
        data.RandomHorizontalFlip(),
        data.Normalize.from_dataset(dataset),
    ]
    loader = data.Loader(dataset, 128, shuffle=True, transforms=transforms)
    net = models.vgg("small-32x32", 10)
    loss, optimizer = losses.SoftmaxCrossEntropy(), optim.SGD(net.parameters(), 1e-3)
    waiting = 0.0
    started = mark = perf_counter()
    for number, (x, y) in enumerate(loader):
        waiting += (perf_counter() - mark) if number else 0.0
        net.zero_grad()
        loss.forward(net(x), y)
        net.backward_parameters(loss.backward())
        optimizer.step()
        mark = perf_counter()
    whole = perf_counter() - started
    yield f"2048 images of 32×32 in batches of 128, random crop and flip: {whole:.2f} s,"
    yield f"of which waiting for data {1e3 * waiting:.1f} ms ({waiting / whole:.2%})."
    yield f"Peak memory {peak():.0f} MiB."


TABLES = {
    "nets": nets,
    "layers": layers,
    "operations": operations,
    "style": style,
    "phases": phases,
    "costs": costs,
    "growth": growth,
    "accuracy": accuracy,
    "loading": loading,
    "weights": weights,
    "published": published,
}


def _run(ops, x, w, b, dy, algorithm):
    y, saved = ops.conv2d(x, w, b, padding=1, algorithm=algorithm)
    return y, *ops.conv2d_backward(dy, saved)
