"""What an entry of a file of hidden checks may contain.

Everything is checked before an array is made: a size with a few zeros too many, or a damaged file,
is rejected with a sentence instead of filling the memory.
"""

import json
import math
from collections.abc import Sequence

import numpy as np

ARGUMENT_KINDS = ("normal", "distinct", "integers", "levels", "array", "rng", "previous")
MAX_NUMBERS = 10**6  # in an array
MAX_CASE_NUMBERS = 2 * 10**6  # in all arrays of a case
MAX_AXES = 8
MAX_DEPTH = 8  # of lists in arguments
MAX_CALLS = 100
MAX_ITEMS = 10_000  # numbers and texts among the arguments of a call
MAX_NUMBER = 10**6  # of the integers that are arguments, a padding for example
MAX_TEXT = 200
SHOWN = 60  # characters of an argument in a message
FORM = 'a case is {"about": words, "seed": number, "calls": [[arguments], ...]}'


def check_entry(entry: object) -> None:
    """Raise an error for an entry that is not a case, or of absurd size.

    Parameters
    ----------
    entry : object
        From a JSON file.

    Raises
    ------
    ValueError
        With a sentence about what is wrong.
    """
    if not isinstance(entry, dict):
        raise ValueError(FORM)
    calls, seed, about = entry.get("calls"), entry.get("seed", 0), entry.get("about", "")
    if not isinstance(calls, list) or not calls:
        raise ValueError(FORM)
    if not all(isinstance(call, list) for call in calls) or not _is_integer(seed):
        raise ValueError("the calls of a case must be lists of arguments, and its seed an integer")
    if not 0 <= seed < 2**63:
        raise ValueError(f"the seed of a case must be from 0 to 2⁶³ − 1, got {shown(seed)}")
    if not isinstance(about, str) or len(about) > MAX_TEXT or not about.isprintable():
        raise ValueError(
            f'"about" must be one line of at most {MAX_TEXT} characters, got {shown(about)}'
        )
    if len(calls) > MAX_CALLS:
        raise ValueError(f"a case can have at most {MAX_CALLS} calls, got {len(calls)}")
    for number, call in enumerate(calls):
        items = sum(_check_argument(value, 1, is_first_call=number == 0) for value in call)
        if items > MAX_ITEMS:
            raise ValueError(f"a call can have at most {MAX_ITEMS} numbers besides its arrays")
    if count_numbers(calls) > MAX_CASE_NUMBERS:
        raise ValueError(f"the arrays of a case can have at most {MAX_CASE_NUMBERS} numbers")


def shown(value: object) -> str:
    """A value as it is shown in a message.

    Parameters
    ----------
    value : object
        From a JSON file.

    Returns
    -------
    text : str
        Its beginning, if it is long.
    """
    if isinstance(value, int) and abs(value) > 10**20:
        return f"a number of {math.floor(math.log10(abs(value))) + 1} digits"
    try:
        text = json.dumps(value[:SHOWN] if isinstance(value, str | list) else value)
    except RecursionError:
        return "a value that is nested very deeply"
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


def count_numbers(calls: Sequence[object]) -> int:
    """How many numbers the arrays among the arguments have, without making them.

    Parameters
    ----------
    calls : sequence of list
        Of an entry that ``check_entry`` accepts.

    Returns
    -------
    count : int
        Of all calls.
    """
    found, waiting = 0, [*calls]
    while waiting:
        value = waiting.pop()
        if isinstance(value, list):
            waiting.extend(value)
        elif isinstance(value, dict):
            [(kind, content)] = value.items()
            found += _size(kind, content)
    return found


def _is_integer(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _check_argument(value: object, depth: int, is_first_call: bool) -> int:
    """Raise ``ValueError`` for an argument that cannot be used; returns the number of its items."""
    if isinstance(value, list):
        if depth > MAX_DEPTH:
            raise ValueError(
                f"lists among the arguments are nested more than {MAX_DEPTH} levels deep"
            )
        if len(value) > MAX_ITEMS:
            raise ValueError(f"a list among the arguments has more than {MAX_ITEMS} items")
        return sum(_check_argument(item, depth + 1, is_first_call) for item in value)
    if isinstance(value, dict):
        _check_description(value, is_first_call)
        return 1
    if isinstance(value, str) and len(value) > MAX_TEXT:
        raise ValueError(f"the argument {shown(value)} is a text of {len(value)} characters")
    if isinstance(value, int) and abs(value) > MAX_NUMBER:
        raise ValueError(f"the argument {shown(value)} is larger than {MAX_NUMBER}")
    return 1


def _check_description(value: dict[str, object], is_first_call: bool) -> None:
    """Raise ``ValueError`` for a description of an argument that cannot be used."""
    if len(value) != 1 or not set(value) <= set(ARGUMENT_KINDS):
        kinds = ", ".join(ARGUMENT_KINDS)
        keys = shown(list(value)[:3])
        raise ValueError(f"an argument described by {keys} is not of a known kind ({kinds})")
    [(kind, content)] = value.items()
    problem = _problem(kind, content, is_first_call)
    if problem:
        raise ValueError(f'{{"{kind}": {shown(content)}}} cannot be used: {problem}')


def _problem(kind: str, content: object, is_first_call: bool) -> str:
    """Why an argument of this kind cannot be used, or ""."""
    if kind == "rng":
        is_seed = _is_integer(content) and 0 <= content < 2**63  # type: ignore[operator]
        return "" if is_seed else "the seed of a generator must be an integer from 0 to 2⁶³ − 1"
    if kind == "previous":
        if not _is_integer(content) or content < 0:  # type: ignore[operator]
            return "an output is given by its index, counted from 0"
        return "there is no call before the first" if is_first_call else ""
    if kind == "array":
        return _problem_of_numbers(content)
    if not isinstance(content, list) or not all(map(_is_integer, content)):
        return "a list of integers is expected"
    if kind in ("levels", "integers"):
        if not content or not 1 <= content[0] <= 2**53:
            return "the first number, how many different values there are, must be from 1 to 2⁵³"
        content = content[1:]
    if len(content) > MAX_AXES or any(side < 0 for side in content):
        return f"a shape can have at most {MAX_AXES} axes and no negative sides"
    count = _product(content)
    return f"these are more than {MAX_NUMBERS} numbers" if count > MAX_NUMBERS else ""


def _problem_of_numbers(content: object) -> str:
    """Why these lists are no array, or "". Axis by axis, so that nothing is nested too deeply."""
    level, axes = [content], 0
    while level and all(isinstance(item, list) for item in level):
        if axes == MAX_AXES:
            return f"an array can have at most {MAX_AXES} axes"
        if len({len(item) for item in level}) > 1:  # type: ignore[arg-type]
            return "its rows have different lengths"
        level = [number for item in level for number in item]  # type: ignore[attr-defined]
        axes += 1
        if len(level) > MAX_NUMBERS:
            return f"these are more than {MAX_NUMBERS} numbers"
    if not all(isinstance(number, int | float) for number in level):
        return "an array consists of numbers, in lists of equal lengths"
    if any(isinstance(number, int) and abs(number) >= 2**63 for number in level):
        return "an integer has more than 64 bits"
    return ""


def _product(sides: Sequence[int]) -> int:
    """Of the sides of a shape, which may be huge: not computed by NumPy, which overflows."""
    return math.prod(min(side, MAX_NUMBERS + 1) for side in sides)


def _size(kind: str, content: object) -> int:
    if kind in ("rng", "previous"):
        return 0
    if kind == "array":
        return int(np.size(content))  # type: ignore[arg-type]
    assert isinstance(content, list)
    return _product(content[1:] if kind in ("levels", "integers") else content)
