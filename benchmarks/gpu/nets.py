"""Whole nets, inference and training steps, against PyTorch."""

from contextlib import nullcontext
from statistics import median
from typing import NamedTuple

from benchmarks.gpu import internals, timing
from benchmarks.gpu.session import Session, say, speedup
from benchmarks.peers import MiniVGG
from benchmarks.workloads import Net
from minivgg import backend

BOTH = ("nchw", "nhwc")
INFERENCE_1, INFERENCE_32 = Net("D", 1000, 1, False), Net("D", 1000, 32, False)
TRAINING_32, TRAINING_64 = Net("D", 1000, 32, True), Net("D", 1000, 64, True)
SMALL_IMAGES = Net("small-32x32", 10, 128, True)
TINY = Net("small-8x8", 10, 4, True)


class Row(NamedTuple):
    """A net to be measured, in a precision, against PyTorch in these orders of memory."""

    name: str
    net: Net
    precision: str
    orders: tuple[str, ...] = BOTH
    cuda_graph: bool = False  # of both libraries


ROWS = [  # the most important first: time may run out
    Row("VGG-16 training step, batch 32", TRAINING_32, "float32"),
    Row("VGG-16 inference, batch 32", INFERENCE_32, "float32"),
    Row("VGG-16 training step, batch 32", TRAINING_32, "tf32"),
    Row("VGG-16 inference, batch 1", INFERENCE_1, "float32"),
    Row("32×32 VGG training step, batch 128", SMALL_IMAGES, "float32"),
    Row("VGG-16 inference, batch 1, CUDA graphs", INFERENCE_1, "float32", BOTH, True),
    Row("32×32 VGG training step, CUDA graphs", SMALL_IMAGES, "float32", BOTH, True),
    Row("VGG-16 inference, batch 32", INFERENCE_32, "tf32", ("nhwc",)),
    Row("VGG-16 training step, batch 64", TRAINING_64, "float32"),
    Row("32×32 VGG training step, batch 128", SMALL_IMAGES, "tf32", ("nhwc",)),
    Row("32×32 VGG training step, CUDA graphs", SMALL_IMAGES, "tf32", ("nhwc",), True),
    Row("VGG-16 inference, batch 1, CUDA graphs", INFERENCE_1, "tf32", ("nhwc",), True),
]
SMALL_ROWS = [
    Row("8×8 VGG training step, batch 4", TINY, "float32"),
    Row("8×8 VGG inference, batch 4", TINY._replace(training=False), "tf32"),
]


def rows(session: Session) -> list[Row]:
    """The rows of a session."""
    return SMALL_ROWS if session.small else ROWS


def nets(session: Session) -> None:
    """Milliseconds of a step, and of these the CPU's share, against PyTorch."""
    say("ms: minivgg (in brackets what the CPU needs to launch a step), PyTorch NCHW, NHWC,")
    say("and how many times as fast as the faster of PyTorch's minivgg is\n")
    for row in rows(session):
        if session.is_over():
            break
        session.use_precision(row.precision)
        name = f"{row.name}, {row.precision}"
        with session.row(name), internals.quick_weights(), _torch_device(session):
            run = MiniVGG(session.device, row.cuda_graph).net(row.net)
            for _ in range(2 * row.cuda_graph):
                run()  # the second call records
            own, launching = session.seconds(run, 0.3), _launch_seconds(run)
            del run
            session.free()
            others = session.peer_seconds(
                lambda lib, row=row: lib.net(row.net), row.orders, 0.3, row.cuda_graph
            )
            cells = [f"{1e3 * own:.2f} ({1e3 * launching:.2f})"]
            cells += [f"{order} {1e3 * seconds:.2f}" for order, seconds in others.items()]
            say(f"| {name} | {' | '.join(cells)} | {speedup(own, others.values())} |")
    session.use_precision("float32")


def _torch_device(session: Session):
    """Inside it PyTorch draws its weights on its own device."""
    return nullcontext() if session.torch is None else session.torch.device(session.torch_device)


def _launch_seconds(run, turns: int = 5) -> float:
    """Seconds until the CPU has asked for a step, without waiting for the GPU.

    One step at a time: with a full queue a launch waits for the GPU.
    """
    taken = []
    for _ in range(turns):
        backend.synchronize()
        taken.append(timing.on_cpu(run, 1))
    backend.synchronize()
    return median(taken)
