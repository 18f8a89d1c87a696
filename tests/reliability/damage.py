"""Damaged files: seeded mutants of a file, by its format.

    for mutant in damage.mutants(data, "zip", count=200, seed=0): ...

Mutant 17 of a seed is the same in every run, and is made without the 16 before it, so what a
report names can be repeated: ``damage.mutants(data, "zip", 200, 0)[17]``.

A format is a list of mutators, functions ``(data, rng) -> data`` that know its structure. Three
of five mutants are made by these, the others by ``raw_bytes``, which knows nothing, or by both.
``register`` adds a format. ``python -m tests.reliability`` damages files for all readers.
"""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from .mutators import (
    archives,
    containers,
    hdf5,
    hidden_checks,
    json_values,
    notebooks,
    pickles,
    pictures,
    programs,
    protobuf,
)
from .mutators import raw_bytes as raw

Mutator = Callable[[bytes, random.Random], bytes]

MAX_BYTES = 4 << 20  # of a mutant: larger ones say nothing new and take long
FORMATS: dict[str, Sequence[Mutator]] = {
    "bytes": raw.MUTATORS,
    "zip": archives.ZIP,
    "tar": archives.TAR,
    "tar.gz": archives.TAR_GZ,
    "json": json_values.MUTATORS,
    "notebook": notebooks.MUTATORS,
    "python": programs.MUTATORS,
    "hidden checks": hidden_checks.MUTATORS,
    "container": containers.MUTATORS,
    "pickle": pickles.MUTATORS,
    "zip with a pickle": (*pickles.IN_ZIP, *archives.ZIP_STORED),
    "hdf5": hdf5.MUTATORS,
    "protobuf": protobuf.MUTATORS,
    "jpeg": pictures.JPEG,
    "png": pictures.PNG,
    "tiff": pictures.TIFF,
}


def register(format, mutators):
    """Add a format.

    format: its name. mutators: functions (data, rng) -> data. One that cannot do anything with
    the data (which may already be damaged) raises any exception.
    """
    FORMATS[format] = mutators


@dataclass(frozen=True)
class Mutants:
    """Damaged versions of a file. They can be iterated over, or taken by number."""

    originals: tuple[bytes, ...]
    format: str
    count: int
    seed: int

    def __len__(self) -> int:
        return self.count

    def __iter__(self) -> Iterator[bytes]:
        return (self[number] for number in range(self.count))

    def __getitem__(self, number: int) -> bytes:
        rng = random.Random(f"{self.format} {self.seed} {number}")
        data = rng.choice(self.originals)
        way = rng.random()
        if way < 0.8:
            for _ in range(rng.choice((1, 1, 1, 2, 3))):
                data = _apply(rng.choice(FORMATS[self.format]), data, rng)
        if way > 0.6:
            for _ in range(rng.choice((1, 1, 2, 3, 8))):
                data = _apply(rng.choice(raw.MUTATORS), data, rng)
        if rng.random() < 0.03:
            data = raw.spliced(data, rng.choice(self.originals), rng)
        return data[:MAX_BYTES]


def _apply(mutator: Mutator, data: bytes, rng: random.Random) -> bytes:
    try:
        return mutator(data, rng)
    except Exception:  # the data are too damaged for it
        return rng.choice(raw.MUTATORS)(data, rng)


def mutants(data, format, count, seed):
    """Damaged versions of a file.

    data: the bytes of the file, or of several files, one of which is damaged each time, and which
    are also spliced. format: a key of ``FORMATS``. Returns an iterable of bytes.
    """
    originals = (data,) if isinstance(data, bytes) else tuple(data)
    return Mutants(originals, format, count, seed)
