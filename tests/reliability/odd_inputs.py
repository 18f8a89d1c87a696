"""Odd inputs for every operation: each gives the right numbers, or an error that says what to do.

A case is an operation with good arguments, one of which is replaced by something odd. The result is
right if it is that of the same numbers as an ordinary array (contiguous, native, of a float dtype).
``python -m tests.reliability --odd-inputs 5000`` tries so many.
"""

import random
import re
import tempfile
import traceback
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

import minivgg

from .operation_calls import OPERATIONS

PACKAGE = Path(minivgg.__file__).parent
TOLERANCE = {"float32": 1e-4, "float64": 1e-9}  # relative to the largest number
SENTENCE = re.compile(r"\w+: |expected a NumPy or CuPy array")


@dataclass(frozen=True)
class Oddity:
    """A change of an array. may: "be the same" as an ordinary array, "be refused", or "be either".

    of_labels: the same for labels, if they may do something else.
    """

    change: Callable[[np.ndarray, random.Random], Any]
    may: str
    of_labels: str | None = None


def _with(value):
    def change(a, rng):
        a = a.copy()
        if a.dtype.kind == "f":
            a.flat[rng.randrange(a.size)] = value
        return a

    return change


def _every_second(a, _):
    larger = np.zeros((*a.shape[:-1], 2 * a.shape[-1]), a.dtype)
    larger[..., ::2] = a
    return larger[..., ::2]


def _read_only(a, _):
    a = a.copy()
    a.flags.writeable = False
    return a


def _memory_map(a, _):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "array")
        a.tofile(path)
        return np.memmap(path, a.dtype, "c", shape=a.shape)


def _unaligned(a, _):
    view = np.ndarray(a.shape, a.dtype, np.zeros(a.nbytes + 1, np.uint8), offset=1)
    view[...] = a
    return view


class Subclass(np.ndarray):
    """An array of a class of its own, without any difference."""


SAME, REFUSED, EITHER = "be the same", "be refused", "be either"
ODDITIES = {
    "None": Oddity(lambda a, _: None, REFUSED),
    "list": Oddity(lambda a, _: a.tolist(), REFUSED),
    "tuple": Oddity(lambda a, _: tuple(a.tolist()), REFUSED),
    "text": Oddity(lambda a, _: "an image", REFUSED),
    "bytes": Oddity(lambda a, _: a.tobytes(), REFUSED),
    "number": Oddity(lambda a, _: 1.5, REFUSED),
    "object": Oddity(lambda a, _: object(), REFUSED),
    "memoryview": Oddity(lambda a, _: memoryview(a), REFUSED),
    "array of objects": Oddity(lambda a, _: a.astype(object), REFUSED),
    "array of text": Oddity(lambda a, _: a.astype(str), REFUSED),
    "array of bytes": Oddity(lambda a, _: a.astype("S8"), REFUSED),
    "records": Oddity(lambda a, _: np.zeros(a.shape, [("a", "f4"), ("b", "f4")]), REFUSED),
    "dates": Oddity(lambda a, _: a.astype("int64").astype("datetime64[s]"), REFUSED),
    "complex": Oddity(lambda a, _: a.astype("complex64"), REFUSED),
    "bool": Oddity(lambda a, _: a > 0, REFUSED),
    "integers": Oddity(lambda a, _: a.astype("int64"), REFUSED, SAME),
    "bytes as numbers": Oddity(lambda a, _: np.abs(a).astype("uint8"), REFUSED, SAME),
    "float16": Oddity(lambda a, _: a.astype("float16"), REFUSED),
    "long double": Oddity(lambda a, _: a.astype("longdouble"), EITHER),
    "the other float": Oddity(lambda a, _: a.astype("f4" if a.itemsize == 8 else "f8"), EITHER),
    "masked, nothing": Oddity(lambda a, _: np.ma.MaskedArray(a), REFUSED),
    "masked, some": Oddity(lambda a, _: np.ma.masked_less(a, 0.5), REFUSED),
    "0-d": Oddity(lambda a, _: a.ravel()[:1].reshape(()), REFUSED),
    "scalar": Oddity(lambda a, _: a.ravel()[0], REFUSED),
    "one axis more": Oddity(lambda a, _: a[None], REFUSED),
    "one axis less": Oddity(lambda a, _: a[..., 0], EITHER),
    "no rows": Oddity(lambda a, _: a[:0], EITHER),
    "no columns": Oddity(lambda a, _: a[..., :0], EITHER),
    "one more": Oddity(lambda a, _: np.concatenate([a, a[..., :1]], axis=-1), EITHER),
    "one fewer": Oddity(lambda a, _: a[..., 1:].copy(), EITHER),
    "broadcast": Oddity(lambda a, _: np.broadcast_to(a[..., :1], a.shape), SAME),
    "big-endian": Oddity(lambda a, _: a.astype(a.dtype.newbyteorder(">")), SAME),
    "read-only": Oddity(_read_only, SAME),
    "memory map": Oddity(_memory_map, SAME),
    "every second": Oddity(_every_second, SAME),
    "backwards": Oddity(lambda a, _: a[..., ::-1].copy()[..., ::-1], SAME),
    "Fortran order": Oddity(lambda a, _: np.asfortranarray(a), SAME),
    "unaligned": Oddity(_unaligned, SAME),
    "subclass": Oddity(lambda a, _: a.view(Subclass), SAME),
    "matrix": Oddity(lambda a, _: np.zeros((2, 2), a.dtype).view(np.matrix), REFUSED),
    "NaN": Oddity(_with(np.nan), SAME),
    "infinity": Oddity(_with(np.inf), SAME),
    "minus infinity": Oddity(_with(-np.inf), SAME),
    "minus zero": Oddity(_with(-0.0), SAME),
    "a tiny number": Oddity(_with(1e-45), SAME),
    "a large number": Oddity(_with(1e15), SAME),
}


SHAPES = ("0-d", "scalar", "one axis more")
NUMBERS = ("bool", "integers", "bytes as numbers", "float16", "long double", "the other float")


@dataclass(frozen=True)
class Case:
    """An operation, and what happens to its arguments: {name: oddity}."""

    operation: str
    dtype: str
    odd: tuple[tuple[str, str], ...]
    seed: int

    def __str__(self):
        odd = ", ".join(f"{name}: {oddity}" for name, oddity in self.odd)
        return f"{self.operation} in {self.dtype} with {odd} (seed {self.seed})"


@dataclass
class Findings:
    """What came of the cases. wrong: those that were neither right nor refused by a sentence."""

    right: int = 0
    refused: Counter = field(default_factory=Counter)
    wrong: list[tuple[Case, str]] = field(default_factory=list)

    def __str__(self):
        lines = [
            f"odd inputs: {self.right} with the right values, {self.refused.total()} refused "
            f"({', '.join(f'{name} {n}' for name, n in self.refused.items())}), "
            f"{len(self.wrong)} wrong"
        ]
        return "\n".join([*lines, *(f"  {case}: {text}" for case, text in self.wrong)])


def every_case(seed: int = 0) -> Iterator[Case]:
    """Each oddity in each argument of each operation."""
    for name, operation in OPERATIONS.items():
        for argument in operation.make(np.random.default_rng(0), "float32"):
            for oddity in ODDITIES:
                yield Case(name, "float32", ((argument, oddity),), seed)


def random_cases(count: int, seed: int) -> Iterator[Case]:
    """Cases of both dtypes, a third of which have two odd arguments where there are two."""
    rng = random.Random(seed)
    for number in range(count):
        name = rng.choice(sorted(OPERATIONS))
        arguments = sorted(OPERATIONS[name].make(np.random.default_rng(0), "float32"))
        chosen = rng.sample(arguments, min(len(arguments), rng.choice([1, 1, 2])))
        odd = tuple((argument, rng.choice(sorted(ODDITIES))) for argument in chosen)
        yield Case(name, rng.choice(["float32", "float64"]), odd, seed + number)


def judge(cases: Iterator[Case]) -> Findings:
    """Call the operations of all cases."""
    found = Findings()
    for case in cases:
        try:
            refusal = check(case)
        except Exception as error:
            where = traceback.extract_tb(error.__traceback__)[-1]
            text = f"{type(error).__name__}: {error} ({Path(where.filename).name}:{where.lineno})"
            found.wrong.append((case, text))
            continue
        if refusal:
            found.refused[refusal] += 1
        else:
            found.right += 1
    return found


def check(case: Case) -> str | None:
    """Fail unless the case is right or refused as it may be. Returns the type of a refusal."""
    operation = OPERATIONS[case.operation]
    arrays = operation.make(np.random.default_rng(case.seed), case.dtype)
    rng, allowed = random.Random(case.seed), {SAME}
    for name, oddity_name in case.odd:
        oddity = ODDITIES[oddity_name]
        arrays[name] = oddity.change(arrays[name], rng)
        may = oddity.may
        if name in operation.labels and oddity.of_labels:
            may = oddity.of_labels
        if name in operation.optional and arrays[name] is None:
            may = EITHER
        if name in operation.numbers and oddity_name in NUMBERS:
            may = SAME
        if oddity_name in operation.accepts:
            may = SAME
        if oddity_name in SHAPES and len(case.odd) > 1:
            may = EITHER  # two odd shapes may fit
        allowed.add(may)
    before = {name: a.copy() for name, a in arrays.items() if isinstance(a, np.ndarray)}
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("error")
        try:
            results = operation.call(**arrays)
        except (TypeError, ValueError) as error:
            _check_refusal(error, allowed)
            return type(error).__name__
        assert REFUSED not in allowed, "accepted"
        ordinary = {name: _ordinary(a) for name, a in arrays.items()}
        expected = (operation.reference or operation.call)(**ordinary)
    for found, wanted in zip(_flat(results), _flat(expected), strict=True):
        _check_result(found, wanted)
    for name, a in before.items():
        assert np.array_equal(a, arrays[name], equal_nan=a.dtype.kind in "fc"), (
            f"{name} was changed"
        )
    return None


def _check_refusal(error, allowed):
    """Only what may be refused is, where arguments are checked, by a sentence."""
    assert allowed - {SAME}, f"refused: {error}"
    place = traceback.extract_tb(error.__traceback__)[-1].filename
    assert Path(place).is_relative_to(PACKAGE), f"an error of another library: {error}"
    assert SENTENCE.match(str(error)), f"no sentence: {error}"


def _ordinary(a):
    if not isinstance(a, np.ndarray):
        return a
    return np.array(a, a.dtype.newbyteorder("="), order="C", subok=False)


def _flat(results):
    results = results if isinstance(results, tuple) else (results,)
    return [np.asanyarray(r) for r in results if r is not None]


def _check_result(found, wanted):
    assert found.shape == wanted.shape, f"shape {found.shape}, not {wanted.shape}"
    assert found.dtype == wanted.dtype, f"dtype {found.dtype.str}, not {wanted.dtype.str}"
    assert found.dtype.isnative, f"dtype {found.dtype.str}"
    finite = np.isfinite(wanted)
    same = np.array_equal(found[~finite], wanted[~finite], equal_nan=True)
    assert same, "NaN or infinity in other places"
    largest = np.abs(wanted[finite]).max(initial=1e-30)
    difference = np.abs(found[finite] - wanted[finite]).max(initial=0)
    assert difference <= TOLERANCE[str(wanted.dtype)] * largest, f"differs by {difference:.2g}"
