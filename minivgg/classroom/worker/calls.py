"""Calling a function: what it returns as arrays, which arguments it changed, how it failed.

Used in the child process, and by ``check`` for functions of a notebook.
"""

import copy
import linecache
import traceback
import warnings
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias, TypedDict

import numpy as np

MAX_RESULT_BYTES = 32 * 2**20
MAX_CODE = 100  # characters of a line that are shown

CELL = ":cell of a notebook: "  # in the file name of its code, between path and name of the cell

# [kind, sentence, line or None, the line's code or ""]; the line is "2 of cell 5" in a notebook
ErrorRecord: TypeAlias = list[Any]


class Record(TypedDict, total=False):
    """What one call gave: "arrays", with None for None, or "error".

    "changed" has the indices of the arguments that the function wrote into.
    """

    arrays: list[np.ndarray | None]
    error: ErrorRecord
    changed: list[int]


def make_calls(
    function: Callable[..., object], calls: Sequence[Sequence[object]], output_count: int
) -> list[Record]:
    """Call a function several times.

    Parameters
    ----------
    function : function
        A student's.
    calls : list of list
        The arguments of each call.
    output_count : int
        The number of arrays that the function returns.

    Returns
    -------
    records : list of Record
        One for each call made. After an error the remaining calls are not made.
    """
    records: list[Record] = []
    path = getattr(getattr(function, "__code__", None), "co_filename", "")
    for call in calls:
        before = [_prepare(value, records) for value in call]
        arguments = copy.deepcopy(before)
        try:
            with np.errstate(all="ignore"), warnings.catch_warnings():
                warnings.simplefilter("ignore")
                arrays = _to_arrays(function(*arguments), output_count)
            pairs = enumerate(zip(before, arguments, strict=True))
            changed = [i for i, pair in pairs if not _is_unchanged(*pair)]
            records.append({"arrays": arrays, "changed": changed})
        except (Exception, SystemExit) as error:
            records.append({"error": error_record(error, path), "changed": []})
            break
    return records


def error_record(error: BaseException, path: str) -> ErrorRecord:
    """An exception as [kind, sentence, line, code].

    Parameters
    ----------
    error : exception
        Raised by a student's function.
    path : str
        The student's file.

    Returns
    -------
    record : list
        The line is the last one of the file in the traceback, or None. In a notebook it names
        the cell, too: "2 of cell 5".
    """
    return [type(error).__name__, _sentence(error), *_place(error, path)]


def file_of_cell(path: str, cell: str) -> str:
    """The file name in the code of a cell.

    Parameters
    ----------
    path : str
        Of the notebook.
    cell : str
        The cell's name, as in "cell 5".

    Returns
    -------
    file_name : str
        For ``compile``. No such file exists.
    """
    return f"{path}{CELL}{cell}"


def _prepare(value: object, records: list[Record]) -> object:
    """An argument with its random generator or the earlier result that it stands for."""
    if isinstance(value, list):
        return [_prepare(item, records) for item in value]
    if isinstance(value, dict) and "rng" in value:
        return np.random.default_rng(value["rng"])
    if isinstance(value, dict) and "previous" in value:
        return np.array(records[-1]["arrays"][value["previous"]])
    return value


def _to_arrays(value: Any, output_count: int) -> list[np.ndarray | None]:
    """What a function returned, as a list of ``output_count`` arrays that are copies."""
    is_sequence = isinstance(value, tuple | list)
    if output_count == 1:
        is_wrapped = (
            isinstance(value, tuple) and len(value) == 1 and isinstance(value[0], np.ndarray)
        )
        values = list(value) if is_wrapped else [value]
    elif (is_sequence or (isinstance(value, np.ndarray) and value.ndim > 0)) and len(
        value
    ) == output_count:
        values = list(value)
    elif value is None:
        return [None] * output_count
    else:
        returned = f"{len(value)} values" if is_sequence else f"one {type(value).__name__}"
        raise TypeError(f"returns {returned} where {output_count} are expected")
    arrays = [None if v is None else _to_array(v) for v in values]
    if sum(a.nbytes for a in arrays if a is not None) > MAX_RESULT_BYTES:
        raise MemoryError(f"returns more than {MAX_RESULT_BYTES // 2**20} MB")
    return arrays


def _to_array(value: Any) -> np.ndarray:
    try:
        array = np.array(value)
    except ValueError:
        raise TypeError("returns a list whose parts have different lengths") from None
    if array.dtype == object and all(isinstance(v, int | float | np.number) for v in array.flat):
        array = array.astype(float)  # such as np.ones_like(None)
    if array.dtype.kind not in "biuf":
        is_filled = isinstance(value, tuple | list) and len(value)
        kind = f"{type(value[0]).__name__}s" if is_filled else type(value).__name__
        if isinstance(value, np.ndarray):
            kind = f"an array of {'objects' if array.dtype == object else array.dtype}"
        raise TypeError(f"returns {kind} where numbers are expected")
    return array


def _is_unchanged(a: Any, b: Any) -> bool:
    if isinstance(a, list):
        return len(a) == len(b) and all(map(_is_unchanged, a, b))
    if isinstance(a, np.ndarray):
        same_form = a.shape == b.shape and a.dtype == b.dtype
        return same_form and np.array_equal(a, b, equal_nan=a.dtype.kind == "f")
    return isinstance(a, np.random.Generator) or bool(a == b)


def _sentence(error: BaseException) -> str:
    if isinstance(error, SyntaxError):
        return error.msg
    if isinstance(error, SystemExit):
        return "calls sys.exit()" if error.code is None else f"calls sys.exit({error.code!r})"
    lines = str(error).strip().splitlines()
    return (lines[0] if lines else type(error).__name__)[:300]


def _place(error: BaseException, path: str) -> tuple[int | str | None, str]:
    """The line of an error, and its code."""
    if isinstance(error, SyntaxError):
        return error.lineno, (error.text or "").strip()[:MAX_CODE]
    path = path.partition(CELL)[0]
    place: tuple[int | str | None, str] = (None, "")
    for frame, number in traceback.walk_tb(error.__traceback__):
        name = frame.f_code.co_filename
        file, _, cell = name.partition(CELL)
        if file == path:
            number = _line_with_name(error, name, number)
            code = linecache.getline(name, number).strip()[:MAX_CODE]
            place = (f"{number} of {cell}" if cell else number, code)
    return place


def _line_with_name(error: BaseException, file: str, number: int) -> int:
    """The line that contains the undefined name: Python 3.11 can report the line before it."""
    name = getattr(error, "name", None) if isinstance(error, NameError) else None
    if name and name not in linecache.getline(file, number):
        return number + (name in linecache.getline(file, number + 1))
    return number
