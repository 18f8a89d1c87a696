"""Tasks: the function that a student writes, the cases that check it, and its known mistakes.

A case is data, so an instructor's hidden cases can be a file.
``{"about": "two images", "calls": [[{"normal": [2, 3, 5, 6]}, 3, 3, 1, 0]]}`` calls the function
once, with an array of that shape drawn from a normal distribution and four numbers.
"""

import inspect
import re
import zlib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np

from minivgg.backend import Array
from minivgg.classroom.case_entries import check_entry
from minivgg.utils.files import JsonObject

Calls: TypeAlias = list[list[Any]]  # for each call its arguments, or its outputs, of any type
Observed: TypeAlias = Mapping[str, Array | float | None]


def normal(*shape: int) -> JsonObject:
    """An array drawn from a normal distribution; all its numbers are different.

    Parameters
    ----------
    *shape : int
        Of the array.

    Returns
    -------
    argument : dict
        The description of this argument in a case.

    Examples
    --------
    >>> normal(2, 3)
    {'normal': [2, 3]}
    """
    return {"normal": list(shape)}


def distinct(*shape: int) -> JsonObject:
    """An array of different small integers, as floats, some of them negative, in random order.

    They are easy to read in a message and to check by hand. None of them is 0.

    Parameters
    ----------
    *shape : int
        Of the array.

    Returns
    -------
    argument : dict
        The description of this argument in a case.

    Examples
    --------
    >>> Case("four numbers", ([distinct(4)],)).arguments()
    [[array([-1.,  1.,  2.,  3.])]]
    """
    return {"distinct": list(shape)}


def levels(count: int, *shape: int) -> JsonObject:
    """An array of the floats 0, 1, …, count − 1 drawn at random, so many of them are equal.

    Parameters
    ----------
    count : int
        The number of different values.
    *shape : int
        Of the array.

    Returns
    -------
    argument : dict
        The description of this argument in a case.
    """
    return {"levels": [count, *shape]}


def integers(high: int, *shape: int) -> JsonObject:
    """An array of integers drawn from 0 to high − 1, labels for example.

    Parameters
    ----------
    high : int
        One more than the largest integer.
    *shape : int
        Of the array.

    Returns
    -------
    argument : dict
        The description of this argument in a case.
    """
    return {"integers": [high, *shape]}


def array(values: Sequence[object]) -> JsonObject:
    """These numbers as an array.

    Parameters
    ----------
    values : list
        Numbers, or lists of them.

    Returns
    -------
    argument : dict
        The description of this argument in a case.
    """
    return {"array": values}


def rng(seed: int) -> JsonObject:
    """A new ``np.random.Generator`` with this seed.

    Parameters
    ----------
    seed : int
        At least 0.

    Returns
    -------
    argument : dict
        The description of this argument in a case.
    """
    return {"rng": seed}


def previous(output: int) -> JsonObject:
    """An output of the previous call.

    Parameters
    ----------
    output : int
        The index of the output.

    Returns
    -------
    argument : dict
        The description of this argument in a case.
    """
    return {"previous": output}


@dataclass(frozen=True, eq=False)
class Case:
    """Calls of a function whose results are compared with the right ones.

    Parameters
    ----------
    about : str
        A short description.
    calls : tuple of list
        One or more lists of arguments, called in this order.
    seed : int
        Of the random arrays among the arguments.

    Examples
    --------
    >>> case = Case("a vector of zeros", ([levels(1, 3)],))
    >>> case.arguments()
    [[array([0., 0., 0.])]]
    """

    about: str
    calls: tuple[Sequence[object], ...]
    seed: int = 0

    @classmethod
    def from_dict(cls, entry: object) -> "Case":
        """The case of an entry of a file.

        Parameters
        ----------
        entry : dict
            {"about": words, "seed": number, "calls": [[arguments], ...]}.

        Returns
        -------
        case : Case
            A case whose arguments can be drawn.

        Raises
        ------
        ValueError
            If the entry is not valid.
        """
        check_entry(entry)
        assert isinstance(entry, dict)
        case = cls(entry.get("about", "a hidden case"), tuple(entry["calls"]), entry.get("seed", 0))
        case.arguments()
        return case

    @property
    def size(self) -> int:
        """How many numbers the arrays among the arguments have."""
        arrays = [value for call in self.arguments() for value in call]
        return sum(value.size for value in arrays if isinstance(value, np.ndarray))

    def arguments(self) -> Calls:
        """The arguments of each call, with random arrays drawn.

        Returns
        -------
        calls : list of list
            Generators and earlier outputs are still descriptions, which ``make_calls`` replaces.
        """
        return self._drawn

    @cached_property
    def _drawn(self) -> Calls:
        generator = np.random.default_rng(self.seed + zlib.crc32(self.about.encode()))
        return [[_draw(value, generator) for value in call] for call in self.calls]


def _draw(value: object, generator: np.random.Generator) -> object:
    """One argument. Lists are drawn item by item, because some arguments are lists of arrays."""
    if isinstance(value, list):
        return [_draw(item, generator) for item in value]
    if not isinstance(value, dict):
        return value
    [(kind, content)] = value.items()
    if kind in ("rng", "previous"):
        return value
    if kind == "array":
        return np.array(content)
    if kind == "normal":
        return generator.standard_normal(content)
    if kind == "distinct":
        return _distinct_integers(generator, content)
    drawn = generator.integers(0, content[0], content[1:])
    return drawn if kind == "integers" else drawn.astype(float)


def _distinct_integers(generator: np.random.Generator, shape: Sequence[int]) -> Array:
    """Different integers from −n/3 to 2n/3 without 0, for n numbers."""
    count = int(np.prod(shape))
    first = -(count // 3)
    numbers = np.arange(first, first + count + 1, dtype=float)
    return generator.permutation(numbers[numbers != 0][:count]).reshape(shape)


@dataclass(frozen=True)
class Mistake:
    """A known mistake, which the answer of a task can make on request.

    Parameters
    ----------
    name : str
        Words joined by hyphens.
    symptom : str
        What the result shows.
    hint : str
        A sentence that helps without giving the answer.
    lesson : int
        The number of the lesson to read again.
    convention : bool
        Whether this is a different choice that is also right: it is named, and gets full marks.
    variants : int
        How many forms the mistake has. The answer knows the second as "name/2".
    """

    name: str
    symptom: str
    hint: str
    lesson: int
    convention: bool = False
    variants: int = 1

    @property
    def variant_names(self) -> tuple[str, ...]:
        """The names that the answer understands."""
        return (self.name, *(f"{self.name}/{number}" for number in range(2, self.variants + 1)))


@dataclass(frozen=True, eq=False)
class Task:
    """One function of an assignment.

    Parameters
    ----------
    signature : str
        As the student writes it.
    returns : tuple of str
        The names of its outputs.
    about : str
        The task in one sentence.
    answer : function
        ``answer(*arguments, mistakes=())`` computes the right outputs, or wrong ones with these
        mistakes. An answer with a parameter ``memory`` gets a dictionary that lasts for all cases.
    cases : tuple of Case
        The public checks.
    mistakes : tuple of Mistake
        All that are known.
    points : int
        For full marks.
    observe : function, optional
        ``observe(calls, outputs)`` → {name: array}: what is compared instead of the outputs, where
        these are not unique (random masks, tied maxima).
    tolerances : dict
        Absolute, by the names that ``observe`` gives.
    writable : tuple of int
        Indices of the arguments that the function may change in place.
    """

    signature: str
    returns: tuple[str, ...]
    about: str
    answer: Callable[..., object]
    cases: tuple[Case, ...]
    mistakes: tuple[Mistake, ...]
    points: int = 10
    observe: Callable[[Calls, Calls], Observed] | None = None
    tolerances: Mapping[str, float] = field(default_factory=dict)
    writable: tuple[int, ...] = ()

    @property
    def name(self) -> str:
        """The name of the function."""
        return self.signature.split("(")[0]

    @property
    def conventions(self) -> set[str]:
        """The names of the mistakes that are conventions."""
        return {m.name for m in self.mistakes if m.convention}

    def find_mistake(self, variant: str) -> Mistake:
        """The mistake that has this variant.

        Parameters
        ----------
        variant : str
            "kernel-flipped" or "kernel-flipped/2", for example.

        Returns
        -------
        mistake : Mistake
            One of this task's.

        Raises
        ------
        KeyError
            For an unknown name.
        """
        return {m.name: m for m in self.mistakes}[variant.split("/")[0]]

    @property
    def argument_names(self) -> tuple[str, ...]:
        """As in the signature."""
        return tuple(re.findall(r"\w+", self.signature)[1:])

    @cached_property
    def has_memory(self) -> bool:
        """Whether a mistake of the answer keeps something from one call to the next."""
        return "memory" in inspect.signature(self.answer).parameters

    def implementation(self, mistakes: Collection[str] = ()) -> Callable[..., object]:
        """A new function that makes these mistakes, with an empty memory.

        Parameters
        ----------
        mistakes : collection of str
            Names of mistakes or of their variants; without any, the function is right.

        Returns
        -------
        function : function
            Of the arguments of the task.
        """
        extra: dict[str, object] = {"memory": {}} if self.has_memory else {}
        return lambda *arguments: self.answer(*arguments, mistakes=frozenset(mistakes), **extra)
