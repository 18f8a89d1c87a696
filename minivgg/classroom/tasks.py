"""What a student writes: a task, the cases that it is checked with, and the mistakes that are known.

A case is data, so that an instructor's hidden cases can be a file:
``{"about": "two images", "calls": [[{"normal": [2, 3, 5, 6]}, 3, 3, 1, 0]]}`` calls the function once, with an array of that shape drawn
from a normal distribution and four numbers.
"""

import inspect
import json
import zlib
from dataclasses import dataclass, field
from functools import cache

import numpy as np

DRAWS = ("normal", "integers", "levels", "array", "rng", "previous")


def normal(*shape):
    """Numbers from a normal distribution, all different."""
    return {"normal": list(shape)}


def levels(count, *shape):
    """Numbers 0, 1, … count − 1 as floats: many are equal."""
    return {"levels": [count, *shape]}


def integers(high, *shape):
    """Whole numbers from 0 to high − 1, such as labels."""
    return {"integers": [high, *shape]}


def array(values):
    """These numbers as an array."""
    return {"array": values}


def rng(seed):
    """A fresh ``np.random.Generator`` of that seed."""
    return {"rng": seed}


def previous(output):
    """What the call before returned: its ``output``-th array."""
    return {"previous": output}


@dataclass(frozen=True, eq=False)
class Case:
    """about: a few words. calls: one or more lists of arguments, made one after the other. seed: of what is drawn."""

    about: str
    calls: tuple
    seed: int = 0

    @classmethod
    def read(cls, entry):
        """A case from a file's entry {"about", "calls", "seed"}. Raises ``ValueError`` saying what is wrong with it."""
        if (
            not isinstance(entry, dict)
            or not isinstance(entry.get("calls"), list)
            or not entry["calls"]
        ):
            raise ValueError(
                'a case is {"about": words, "seed": number, "calls": [[arguments], ...]}'
            )
        if not all(isinstance(call, list) for call in entry["calls"]) or not isinstance(
            entry.get("seed", 0), int
        ):
            raise ValueError(
                "a case's calls are lists of arguments, and its seed is a whole number"
            )
        case = cls(
            str(entry.get("about", "a hidden case")), tuple(entry["calls"]), entry.get("seed", 0)
        )
        case.drawn()
        return case

    @cache  # noqa: B019 (cases live as long as the bank)
    def drawn(self):
        """The arguments of each call, arrays drawn; generators and earlier results are still named, for whoever makes the calls."""
        stream = np.random.default_rng(self.seed + zlib.crc32(self.about.encode()))
        return [[_draw(value, stream) for value in call] for call in self.calls]


def _draw(value, stream):
    """One argument; lists are gone through, because some arguments are lists of arrays."""
    if isinstance(value, list):
        return [_draw(item, stream) for item in value]
    if not isinstance(value, dict):
        return value
    kind, what = next(iter(value.items()), (None, None))
    if kind not in DRAWS or len(value) != 1:
        raise ValueError(f"an argument {json.dumps(value)} is none of {', '.join(DRAWS)}")
    if kind in ("rng", "previous"):
        return value
    try:
        if kind == "array":
            return np.array(what)
        if kind == "normal":
            return stream.standard_normal(what)
        drawn = stream.integers(0, what[0], what[1:])
    except (TypeError, ValueError, IndexError) as error:
        raise ValueError(f"{json.dumps(value)} cannot be drawn: {error}") from error
    return drawn if kind == "integers" else drawn.astype(float)


@dataclass(frozen=True)
class Mistake:
    """One way to be wrong, that a task's answer can take on request.

    symptom: what the result shows. hint: teaches, and does not give the answer. lesson: the number of the one to reread. convention: it is
    another way to be right, and only named. ways: how many forms it has; the answer knows them as "name", "name/2", ….
    """

    name: str
    symptom: str
    hint: str
    lesson: int
    convention: bool = False
    ways: int = 1

    @property
    def forms(self):
        """The names that the answer understands."""
        return (self.name, *(f"{self.name}/{way}" for way in range(2, self.ways + 1)))


@dataclass(frozen=True, eq=False)
class Task:
    """signature: as the student writes it. returns: the names of what comes back. about: the task in one sentence.

    answer: ``answer(*arguments, wrong=())`` computes the right result, or with the mistakes ``wrong`` a wrong one; a parameter ``memory``,
    a dictionary that lives for the whole series of cases, is passed to answers that have one. observe: ``observe(calls, results)`` →
    {name: array}, what of a case's results is compared, where that is not the results themselves (random masks, arbitrary winners);
    tolerances: for those names, absolute. writes: indices of arguments that it may change in place.
    """

    signature: str
    returns: tuple
    about: str
    answer: object
    cases: tuple
    mistakes: tuple
    points: int = 10
    observe: object = None
    tolerances: dict = field(default_factory=dict)
    writes: tuple = ()

    @property
    def name(self):
        """Of the function."""
        return self.signature.split("(")[0]

    @property
    def conventions(self):
        """Names of those that are other ways to be right."""
        return {m.name for m in self.mistakes if m.convention}

    def mistake(self, form):
        """The mistake that has this form. Raises ``KeyError`` for a name that the task does not know."""
        return {m.name: m for m in self.mistakes}[form.split("/")[0]]

    def made_with(self, wrong):
        """A fresh function of the arguments alone that makes these mistakes, without a memory of earlier calls."""
        extra = {"memory": {}} if "memory" in inspect.signature(self.answer).parameters else {}
        return lambda *arguments: self.answer(*arguments, wrong=frozenset(wrong), **extra)
