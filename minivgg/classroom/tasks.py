"""Tasks: the function that a student writes, the cases that check it, and its known mistakes.

A case is data, so an instructor's hidden cases can be a file.
``{"about": "two images", "calls": [[{"normal": [2, 3, 5, 6]}, 3, 3, 1, 0]]}`` calls the function
once, with an array of that shape drawn from a normal distribution and four numbers.
"""

import inspect
import json
import zlib
from dataclasses import dataclass, field
from functools import cache

import numpy as np

ARGUMENT_KINDS = ("normal", "integers", "levels", "array", "rng", "previous")


def normal(*shape):
    """An array drawn from a normal distribution; all its numbers are different."""
    return {"normal": list(shape)}


def levels(count, *shape):
    """An array of the floats 0, 1, …, count − 1 drawn at random, so many of them are equal."""
    return {"levels": [count, *shape]}


def integers(high, *shape):
    """An array of integers drawn from 0 to high − 1, labels for example."""
    return {"integers": [high, *shape]}


def array(values):
    """These numbers as an array."""
    return {"array": values}


def rng(seed):
    """A new ``np.random.Generator`` with this seed."""
    return {"rng": seed}


def previous(output):
    """The output with this index of the previous call."""
    return {"previous": output}


@dataclass(frozen=True, eq=False)
class Case:
    """about: a short description. calls: one or more lists of arguments, called in this order.

    seed: of the random arrays among the arguments.
    """

    about: str
    calls: tuple
    seed: int = 0

    @classmethod
    def from_dict(cls, entry):
        """The case of an entry {"about", "calls", "seed"} of a file.

        Raises ``ValueError`` if it is not valid.
        """
        if (
            not isinstance(entry, dict)
            or not isinstance(entry.get("calls"), list)
            or not entry["calls"]
        ):
            raise ValueError(
                'a case is {"about": words, "seed": number, "calls": [[arguments], ...]}'
            )
        seed = entry.get("seed", 0)
        if not all(isinstance(call, list) for call in entry["calls"]) or not isinstance(seed, int):
            raise ValueError("the calls of a case are lists of arguments, and its seed an integer")
        case = cls(str(entry.get("about", "a hidden case")), tuple(entry["calls"]), seed)
        case.arguments()
        return case

    @cache  # noqa: B019 (cases live as long as the bank)
    def arguments(self):
        """The arguments of each call, with random arrays drawn.

        Generators and earlier outputs are still placeholders, which ``make_calls`` replaces.
        """
        generator = np.random.default_rng(self.seed + zlib.crc32(self.about.encode()))
        return [[_draw(value, generator) for value in call] for call in self.calls]


def _draw(value, generator):
    """One argument. Lists are drawn item by item, because some arguments are lists of arrays."""
    if isinstance(value, list):
        return [_draw(item, generator) for item in value]
    if not isinstance(value, dict):
        return value
    kind, content = next(iter(value.items()), (None, None))
    if kind not in ARGUMENT_KINDS or len(value) != 1:
        kinds = ", ".join(ARGUMENT_KINDS)
        raise ValueError(f"the argument {json.dumps(value)} is not of a known kind ({kinds})")
    if kind in ("rng", "previous"):
        return value
    try:
        if kind == "array":
            return np.array(content)
        if kind == "normal":
            return generator.standard_normal(content)
        drawn = generator.integers(0, content[0], content[1:])
    except (TypeError, ValueError, IndexError) as error:
        raise ValueError(f"{json.dumps(value)} cannot be drawn: {error}") from error
    return drawn if kind == "integers" else drawn.astype(float)


@dataclass(frozen=True)
class Mistake:
    """A known mistake, which the answer of a task can make on request.

    symptom: what the result shows. hint: helps without giving the answer. lesson: the number of the
    lesson to read again. convention: a different choice that is also right; it is named, and gets
    full marks. variants: how many forms the mistake has; the answer knows them as "name", "name/2"…
    """

    name: str
    symptom: str
    hint: str
    lesson: int
    convention: bool = False
    variants: int = 1

    @property
    def variant_names(self):
        """The names that the answer understands."""
        return (self.name, *(f"{self.name}/{number}" for number in range(2, self.variants + 1)))


@dataclass(frozen=True, eq=False)
class Task:
    """One function of an assignment.

    signature: as the student writes it. returns: the names of its outputs. about: the task in one
    sentence. cases: of the public checks. mistakes: all that are known.

    answer: ``answer(*arguments, mistakes=())`` computes the right outputs, or wrong ones with these
    mistakes. An answer with a parameter ``memory`` gets a dictionary that lasts for all cases.

    observe: ``observe(calls, outputs)`` → {name: array}: what is compared instead of the outputs,
    where these are not unique (random masks, tied maxima). tolerances: absolute, by those names.
    writable: indices of the arguments that the function may change in place.
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
    writable: tuple = ()

    @property
    def name(self):
        """The name of the function."""
        return self.signature.split("(")[0]

    @property
    def conventions(self):
        """The names of the mistakes that are conventions."""
        return {m.name for m in self.mistakes if m.convention}

    def find_mistake(self, variant):
        """The mistake that has this variant. Raises ``KeyError`` for an unknown name."""
        return {m.name: m for m in self.mistakes}[variant.split("/")[0]]

    def implementation(self, mistakes=()):
        """A new function of the arguments that makes these mistakes, with an empty memory."""
        has_memory = "memory" in inspect.signature(self.answer).parameters
        extra = {"memory": {}} if has_memory else {}
        return lambda *arguments: self.answer(*arguments, mistakes=frozenset(mistakes), **extra)
