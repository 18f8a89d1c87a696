"""Training on several ranks: ``python -m benchmarks.ranks`` measures on this machine.

It writes ranks.md and its figures beside itself. The model of a step: the arithmetic of a rank's
images; the work of every rank whatever its share (filters transformed, weights changed); and the
sum of the gradients, of which each rank sends and receives 2(k − 1)/k times their bytes.
"""

import json
import subprocess
import sys
from pathlib import Path
from statistics import median

import numpy as np

from benchmarks import machine
from minivgg import models, plots
from minivgg.plots import figures
from minivgg.utils import tables

HERE = Path(__file__).parent
BATCH, STEPS, TURNS = 256, 10, 9  # the paper's batch
SECONDS = "seconds a step"

# VGG-16 on a cluster of machines like the one of benchmarks/results.md, where a training step of 4
# images takes 0.61 s, with a network of 10 gigabits per second.
VGG_RATE, NETWORK = 4 / 0.61, 10e9 / 8  # images and bytes per second


def sent(count, size):
    """Bytes that each rank of a ring sends in a step, for ``count`` float32 parameters."""
    return 2 * (size - 1) / size * 4 * count


def step(images, rate, count, bandwidth, size, fixed=0.0):
    """Seconds of one step of ``size`` ranks with ``images`` each.

    The gradients are sent after the backward pass.
    """
    return images / rate + fixed + sent(count, size) / bandwidth


def worker(mode):
    """One rank of a measurement: prints {seconds a step, share of it waiting, ...} as JSON.

    mode: "overlap", "after", or "apart".
    """
    from time import perf_counter

    from minivgg import backend, losses, optim
    from minivgg.backend.sharding import Shard
    from minivgg.training import distributed

    world = distributed.world()
    distributed.pin_cpus(world)
    backend.set_num_threads(1)
    backend.seed(0)
    net, loss, stream = (
        models.vgg("small-32x32", 10, (3, 32, 32)).train(),
        losses.SoftmaxCrossEntropy(),
        np.random.default_rng(0),
    )
    share = Shard.of(BATCH, world.rank, world.size)
    x = stream.standard_normal((BATCH, 3, 32, 32)).astype(np.float32)[share.rows]
    labels, sgd = stream.integers(0, 10, BATCH)[share.rows], optim.SGD(net.parameters(), 0.01)
    sums = distributed.SINGLE_PROCESS if mode == "apart" else world
    reducer = sums.gradient_reducer(net.parameters())
    reducer.overlap = mode == "overlap"
    times = []
    for i in range(STEPS + 4):
        if i == 4:
            reducer.waited = 0.0
        started = perf_counter()
        net.zero_grad()
        reducer.prepare()
        with backend.fixed_seed([i], share):
            loss.forward(net(x), labels)
            net.backward_parameters(loss.backward() * np.float32(len(share) / BATCH))
        reducer.finish()
        sgd.step()
        times.append(perf_counter() - started)
    found = {
        SECONDS: median(times[4:]),
        "waiting": reducer.waited / sum(times[4:]),
        "bandwidth": _bandwidth(world, net),
    }
    reducer.close()
    if world.rank == 0:
        print(json.dumps(found))


def _bandwidth(world, net):
    """Bytes a second and rank of a sum of this net's gradients, while nothing else is done."""
    from time import perf_counter

    if world.size == 1:
        return None
    memory, times = np.zeros(sum(p.data.size for p in net.parameters().values()), np.float32), []
    for _ in range(9):
        world.comm.Barrier()
        started = perf_counter()
        world.sum_in_background(memory)
        times.append(perf_counter() - started)
    return sent(memory.size, world.size) / median(times)


def measured():
    """{(ranks, mode): results of all turns}, in strict turns."""
    found = {}
    for _ in range(TURNS):
        for size, mode in ((1, "after"), (2, "overlap"), (2, "after"), (2, "apart")):
            command = ["mpiexec", "-n", str(size), sys.executable, "-m", "benchmarks.ranks", mode]
            done = subprocess.run(
                command, capture_output=True, text=True, check=True, cwd=HERE.parent
            )
            found.setdefault((size, mode), []).append(json.loads(done.stdout))
    return found


def table(found):
    """The measurements as a table of Markdown."""
    whole = [turn[SECONDS] for turn in found[1, "after"]]
    rows = []
    for (size, mode), turns in found.items():
        times = [turn[SECONDS] for turn in turns]
        words = {
            "after": "sent after the backward pass",
            "overlap": "sent while it runs",
            "apart": "nothing is sent",
        }[mode]
        pair = median(a / b for a, b in zip(whole, times, strict=True))
        waiting = f"{100 * median(turn['waiting'] for turn in turns):.1f} %"
        milliseconds = f"{1e3 * median(times):.0f} ({1e3 * min(times):.0f})"
        best = f"{min(whole) / min(times):.2f}"
        sends = mode != "apart" and size > 1
        gradients = words if size > 1 else ""
        rows.append((size, gradients, milliseconds, f"{pair:.2f}", best, waiting if sends else ""))
    headers = (
        "ranks",
        "gradients",
        "ms a step, median (least)",
        "speed-up, median of turns",
        "of the least times",
        "of the step waiting",
    )
    return tables.markdown(headers, rows)


def curves():
    """{name: speed-up over one rank for 1, 2, … 1,024 ranks} of VGG-16 by the model."""
    sizes = 2 ** np.arange(11)
    count = models.summary(models.vgg("D", initializer="zeros"), (3, 224, 224)).parameters
    dense = sum(
        p.data.size
        for name, p in models.vgg("D", initializer="zeros").parameters().items()
        if name.startswith("classifier")
    )
    ideal, found = sizes.astype(float), {}
    for name, batch, sent_parameters, growing in (
        ("32 images a rank, all parameters sent", 32, count, True),
        ("32 images a rank, without the fully connected layers", 32, count - dense, True),
        ("256 images in all, all parameters sent", 256, count, False),
        ("256 images in all, without the fully connected layers", 256, count - dense, False),
    ):
        images = np.full(len(sizes), batch) if growing else batch / sizes
        seconds = np.array(
            [
                step(n, VGG_RATE, sent_parameters, NETWORK, k)
                for n, k in zip(images, sizes, strict=True)
            ]
        )
        work = sizes if growing else 1.0
        found[name] = work * (batch / VGG_RATE) / seconds
    return sizes, {"ideal": ideal, **found}, count, dense


def main():
    """Measure, and write the page and its picture."""
    found = measured()
    sizes, drawn, count, dense = curves()
    names = [name for name in drawn if name != "ideal"]
    plots.save(
        figures.lines(
            sizes,
            {name: drawn[name] for name in names},
            "ranks",
            "speed-up over one",
            logx=True,
            logy=True,
        ),
        HERE / "ranks.png",
    )
    lines, *_ = machine.description()
    small = sum(
        p.data.size
        for p in models.vgg("small-32x32", 10, (3, 32, 32), initializer="zeros")
        .parameters()
        .values()
    )
    one, two = (
        median(turn[SECONDS] for turn in found[key]) for key in ((1, "after"), (2, "apart"))
    )
    bandwidth = median(turn["bandwidth"] for turn in found[2, "after"])
    fixed = max(0.0, 2 * two - one)
    modelled = step(BATCH / 2, BATCH / (one - fixed), small, bandwidth, 2, fixed)
    times = {1: one, 2: median(turn[SECONDS] for turn in found[2, "overlap"])}
    groups = {
        "measured": [one / times[k] for k in (1, 2)],
        "the model": [1.0, one / modelled],
        "ideal": [1.0, 2.0],
    }
    plots.save(
        figures.grouped(["1 rank", "2 ranks"], groups, "speed-up, 32×32 VGG"),
        HERE / "ranks_here.png",
    )
    text = (HERE / "ranks.template.md").read_text(encoding="utf-8")
    values = {
        "machine": "\n".join(lines),
        "table": table(found),
        "small": f"{small:,}",
        "megabytes": f"{4 * small / 1e6:.1f}",
        "bandwidth": f"{bandwidth / 1e9:.1f}",
        "fixed": f"{1e3 * fixed:.0f}",
        "modelled": f"{one / modelled:.2f}",
        "count": f"{count:,}",
        "gigabytes": f"{4 * count / 1e9:.2f}",
        "dense": f"{100 * dense / count:.0f}",
        "seconds": f"{sent(count, 1024) / NETWORK:.2f}",
        "convolutions": f"{sent(count - dense, 1024) / NETWORK:.2f}",
        "best": f"{max(drawn[names[2]]):.0f}",
        "large": f"{drawn[names[0]][-1]:.0f}",
        "split": f"{drawn[names[1]][-1]:.0f}",
    }
    (HERE / "ranks.md").write_text(text.format(**values), encoding="utf-8")
    print(table(found))


if __name__ == "__main__":
    worker(sys.argv[1]) if len(sys.argv) > 1 else main()
