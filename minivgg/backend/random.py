"""Random numbers: one generator for each device, and seeds that belong to the calling context.

Every thread (every ``contextvars`` context) has generators of its own, so two trainings in two
threads draw what each would draw alone.
"""

from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from minivgg.backend.devices import cupy, device
from minivgg.backend.sharding import ShardedGenerator

if TYPE_CHECKING:  # CuPy is optional, and importing it takes seconds
    import cupy as cupy_library

    RandomGenerator: TypeAlias = (
        np.random.Generator | ShardedGenerator | cupy_library.random.Generator
    )
else:
    RandomGenerator = np.random.Generator  # or CuPy's, or that of a shard


@dataclass
class _State:
    """The generators of one context.

    seed: None starts them from the operating system's entropy. shard: the images to draw for.
    """

    seed: int | None = None
    shard: object = None
    generators: dict = field(default_factory=dict)


_state = ContextVar("minivgg.backend.random")


def seed(n):
    """Start the generators of this context anew from ``n``, an integer or a sequence of them.

    None: from the operating system's entropy. The same seed gives the same numbers on the same
    device; the generators of CPU and GPU differ from each other. A seed holds for the thread that
    sets it: a new thread starts from the operating system's entropy until it sets a seed.
    """
    _state.set(_State(_as_word(n)))


def rng(device_name=None):
    """The random generator of a device, by default of the default device.

    It has ``.random``, ``.standard_normal`` and ``.integers``.
    """
    name = device_name or device()
    state = _state.get(None)
    if state is None:
        state = _State()
        _state.set(state)
    key = (
        name if name == "cpu" else (name, cupy().cuda.runtime.getDevice())
    )  # a generator lives on one card
    if key not in state.generators:
        made = np.random.default_rng(state.seed) if name == "cpu" else _gpu_generator(state.seed)
        state.generators[key] = made if state.shard is None else ShardedGenerator(made, state.shard)
    return state.generators[key]


@contextmanager
def fixed_seed(n, shard=None):
    """Inside the block the generators of this context start from ``n``.

    After the block they continue as if it had not been there. shard: a ``sharding.Shard`` of a
    batch. Arrays drawn then have one row for each of its images: the rows that the whole batch
    would have.
    """
    token = _state.set(_State(_as_word(n), shard))
    try:
        yield
    finally:
        _state.reset(token)


def _as_word(n):
    return n if n is None else np.random.SeedSequence(n).generate_state(1, np.uint64).item()


def _gpu_generator(seed):
    """A counter-based generator: making one for each training step costs nothing."""
    random = cupy().random
    return random.Generator(random.Philox4x3210(seed))
