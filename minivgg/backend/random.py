"""Random numbers: one generator for each device, and seeds that belong to the calling context.

Every thread (every ``contextvars`` context) has generators of its own, so two training runs in two
threads draw what each would draw alone.
"""

from collections.abc import Hashable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, TypeAlias, cast

import numpy as np

from minivgg.backend.devices import cupy, device
from minivgg.backend.sharding import DeviceGenerator, Shard, ShardedGenerator

# NumPy's or CuPy's; for some images of a batch it has the methods of ``ShardedGenerator`` alone.
RandomGenerator: TypeAlias = DeviceGenerator | ShardedGenerator


@dataclass
class _State:
    """The generators of one context.

    seed: None starts them from the operating system's entropy. shard: the images to draw for.
    reused: the generators of GPUs, if their memory must not change.
    """

    seed: int | None = None
    shard: Shard | None = None
    reused: "ReusedGenerators | None" = None
    generators: dict[Hashable, RandomGenerator] = field(default_factory=dict)


class ReusedGenerators:
    """Generators of GPUs that are started anew in the same memory.

    What was recorded in a CUDA graph draws from that memory, each time it runs.
    """

    def __init__(self) -> None:
        self._generators: dict[Hashable, DeviceGenerator] = {}

    def start(self, key: Hashable, seed: int | None) -> DeviceGenerator:
        """The generator of a card, as if it had just been made from a seed.

        Parameters
        ----------
        key : hashable
            The card.
        seed : int or None
            As for ``seed``.

        Returns
        -------
        generator : Generator
            CuPy's, the same object in each call.
        """
        fresh = _gpu_generator(seed)
        kept = self._generators.setdefault(key, fresh)
        if kept is not fresh:
            to, start = (cast(Any, g).bit_generator._state for g in (kept, fresh))
            to[...] = start
        return kept


_state: ContextVar[_State] = ContextVar("minivgg.backend.random")


def seed(n: int | Sequence[int] | None) -> None:
    """Start the random generators of this context anew.

    The same seed gives the same numbers on the same device; the generators of CPU and GPU differ
    from each other. A seed holds for the thread that sets it: a new thread starts from the
    operating system's entropy until it sets a seed.

    Parameters
    ----------
    n : int, sequence of int, or None
        The seed; None takes the operating system's entropy.

    Examples
    --------
    >>> from minivgg import backend
    >>> backend.seed(7)
    >>> backend.rng().integers(0, 100, 3)
    array([90, 44, 28])
    >>> backend.seed(7)
    >>> backend.rng().integers(0, 100, 3)
    array([90, 44, 28])
    """
    _state.set(_State(_as_word(n)))


def rng(device_name: str | None = None) -> RandomGenerator:
    """The random generator of a device in this context.

    Parameters
    ----------
    device_name : {"cpu", "gpu"}, optional
        The default device if not given.

    Returns
    -------
    generator : RandomGenerator
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
        if name == "cpu":
            made: DeviceGenerator = np.random.default_rng(state.seed)
        elif state.reused is not None:
            made = state.reused.start(key, state.seed)
        else:
            made = _gpu_generator(state.seed)
        state.generators[key] = made if state.shard is None else ShardedGenerator(made, state.shard)
    return state.generators[key]


@contextmanager
def fixed_seed(
    n: int | Sequence[int] | None,
    shard: Shard | None = None,
    reused: ReusedGenerators | None = None,
) -> Iterator[None]:
    """Inside the block, the random generators of this context start from a seed of its own.

    After the block they continue as if it had not been there.

    Parameters
    ----------
    n : int, sequence of int, or None
        As for ``seed``.
    shard : Shard, optional
        Some images of a batch. Arrays that are drawn then have one row for each of them: the rows
        that the whole batch would have.
    reused : ReusedGenerators, optional
        Of GPUs, which are started anew; by default there are new ones, in memory of their own.

    Yields
    ------
    None
        Nothing.
    """
    token = _state.set(_State(_as_word(n), shard, reused))
    try:
        yield
    finally:
        _state.reset(token)


def _as_word(n: int | Sequence[int] | None) -> int | None:
    """A seed as one 64-bit word."""
    return n if n is None else np.random.SeedSequence(n).generate_state(1, np.uint64).item()


def _gpu_generator(seed: int | None) -> DeviceGenerator:
    """A counter-based generator: making one for each training step costs nothing."""
    random = cupy().random
    return random.Generator(random.Philox4x3210(seed))
