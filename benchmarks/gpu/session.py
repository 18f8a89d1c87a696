"""What the sections of a first contact share: devices, a deadline, rows that may fail, timing."""

import gc
import sys
import time
import traceback
from collections.abc import Iterable
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from math import inf
from pathlib import Path
from types import ModuleType

import numpy as np

from benchmarks import peers
from benchmarks.gpu import internals, timing
from benchmarks.workloads import LAYERS
from minivgg import backend


def say(line: str = "") -> None:
    """Print a line at once, so that it is seen even if the next one never comes."""
    print(line, flush=True)


def speedup(own: float, others: Iterable[float]) -> str:
    """How many times as fast as the fastest of the others, as a cell; "–" where there are none."""
    best = min(others, default=None)
    return "–" if best is None else f"**{best / own:.2f}**"


@dataclass
class Session:
    """Where a section runs, and how long it may.

    device: of minivgg, "gpu" or "cpu". torch_device: of PyTorch, "cuda" or "cpu". small: tiny
    arrays and nets, each timed once. deadline: no row begins after it (``time.monotonic``). out:
    folder of the logs. torch: the module, or None where it is missing for the reason ``no_torch``.
    failed: whether a row, a test or a training failed.
    """

    device: str = "gpu"
    torch_device: str = "cuda"
    small: bool = False
    deadline: float = inf
    out: Path = Path("/tmp/first_contact")
    torch: ModuleType | None = None
    no_torch: str = ""
    failed: bool = False

    def load_torch(self) -> None:
        """Import PyTorch; a reason why it is missing is kept in ``no_torch``."""
        try:
            import torch
        except Exception as error:  # an installation can be broken in any way
            self.no_torch = f"PyTorch cannot be imported ({error})"
            return
        if self.torch_device == "cuda" and not torch.cuda.is_available():
            self.no_torch = "this PyTorch finds no GPU: install its CUDA build"
            return
        self.torch = torch

    @property
    def batch(self) -> int:
        """Images of the single layers."""
        return 2 if self.small else 32

    def layers(self) -> list:
        """The convolutions of VGG-16."""
        if not self.small:
            return LAYERS
        return [
            layer._replace(side=max(8, layer.side // 16), c=min(layer.c, 16), o=min(layer.o, 16))
            for layer in LAYERS
        ]

    def seconds_left(self) -> float:
        """Until the deadline."""
        return self.deadline - time.monotonic()

    def is_over(self) -> bool:
        """Whether the time is up; a line says so."""
        if self.seconds_left() > 0:
            return False
        say("| (out of time) |")
        return True

    @contextmanager
    def row(self, name: str):
        """A row that fails prints its error, and the next row follows."""
        try:
            yield
        except Exception as error:  # whatever it is, the other rows are still wanted
            self.failed = True
            say(f"| {name} | FAILED: {type(error).__name__}: {str(error)[:300]!r} |")
            traceback.print_exc(limit=6, file=sys.stdout)
        finally:
            self.free()

    def free(self) -> None:
        """Give the memory that both libraries keep back to the device."""
        gc.collect()
        if self.device == "gpu":
            backend.namespace().get_default_memory_pool().free_all_blocks()
        if self.torch is not None and self.torch_device == "cuda":
            self.torch.cuda.empty_cache()

    def seconds(self, run, budget_seconds=0.12, turns=3) -> float:
        """Median seconds of a step of minivgg's."""
        on_gpu = self.device == "gpu" and partial(timing.on_cupy, backend.namespace())
        return self._median(on_gpu or timing.on_cpu, run, budget_seconds, turns)

    def torch_seconds(self, run, budget_seconds=0.12, turns=3) -> float:
        """Median seconds of a step of PyTorch's."""
        on_gpu = self.torch_device == "cuda" and partial(timing.on_torch, self.torch)
        return self._median(on_gpu or timing.on_cpu, run, budget_seconds, turns)

    def _median(self, measure, run, budget_seconds, turns) -> float:
        if self.small:
            budget_seconds, turns = 0, 1  # a single step: what is tried is that it runs
        return timing.median_of_turns(measure, run, budget_seconds, turns)

    def peer_seconds(
        self, make, orders=("nchw", "nhwc"), budget_seconds=0.12, cuda_graph=False
    ) -> dict:
        """{memory order: seconds} of PyTorch's step ``make(library)``; empty without PyTorch."""
        found = {}
        for order in orders if self.torch is not None else ():
            library = peers.Torch(order, device=self.torch_device, cuda_graph=cuda_graph)
            found[order] = self.torch_seconds(make(library), budget_seconds)
            self.free()
        return found

    def use_precision(self, name: str) -> None:
        """Both libraries compute float32 products in the same precision: "float32" or "tf32"."""
        if self.torch is not None:
            backends = self.torch.backends
            backends.cuda.matmul.allow_tf32 = backends.cudnn.allow_tf32 = name == "tf32"
            backends.cudnn.benchmark, backends.cudnn.benchmark_limit = True, 5
        failure = internals.use_precision(name) if self.device == "gpu" else ""
        if failure:
            say(f"({failure})")


@contextmanager
def quick_data():
    """Inside the block, the images of all libraries are repeated random numbers.

    Times do not depend on the numbers, and drawing 10⁸ of them takes a second each time.
    """
    before = peers.Library.data

    def draw(shape, seed=0):
        block = np.random.default_rng(seed).standard_normal((1 << 20) + 7, dtype=np.float32)
        return np.resize(block, shape)

    peers.Library.data = staticmethod(draw)
    try:
        yield
    finally:
        peers.Library.data = staticmethod(before)
