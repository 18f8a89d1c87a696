"""Reading an instructor's files of hidden checks.

A file can be damaged or contain an absurd number. It is rejected with one sentence before it costs
time or memory.
"""

import json
from collections.abc import Sequence
from pathlib import Path

from minivgg.classroom.bank import ASSIGNMENTS, TASKS
from minivgg.classroom.case_entries import count_numbers
from minivgg.classroom.grading.case_costs import count_handled
from minivgg.classroom.results import Results
from minivgg.classroom.tasks import Case, Task
from minivgg.utils.files import StrPath
from minivgg.utils.suggest import suggest

MAX_CASES = 100  # in a file
MAX_FILE_BYTES = 32 * 2**20
MAX_WRITTEN_NUMBERS = 2 * 10**6  # in the text of a file
MAX_LISTS = 500_000
MAX_FILE_NUMBERS = 10**7  # in all arrays of a file, also in random ones
MAX_HANDLED = 10**7  # numbers that the function handles in a case
MAX_FILE_HANDLED = 10**8


def load_hidden_cases(folder: StrPath) -> dict[str, tuple[Case, ...]]:
    """The hidden checks of a folder.

    Parameters
    ----------
    folder : path
        With files TASK.json. Each is a list of {"about", "seed", "calls"}.

    Returns
    -------
    cases : dict
        {task name: cases}.

    Raises
    ------
    FileNotFoundError
        If there are no files.
    ValueError
        If an entry cannot be used. The message names the file and the entry.
    """
    paths = sorted(Path(folder).glob("*.json"))
    if not paths:
        raise FileNotFoundError(
            f"there are no hidden checks in {folder}: expected files such as conv_forward.json "
            "(assignment hidden creates them)"
        )
    for path in paths:
        if path.stem not in TASKS:
            tasks = ASSIGNMENTS.get(path.stem, ())
            names = [task.name for task in tasks] or [suggest(path.stem, TASKS)]
            meant = " or ".join(map(repr, names))
            raise ValueError(f"{path}: there is no task {path.stem!r}: did you mean {meant}?")
    return {path.stem: _read(path, TASKS[path.stem]) for path in paths}


def _read(path: Path, task: Task) -> tuple[Case, ...]:
    """The cases of a file, with which the task's function can be called."""
    try:
        entries = _entries(path)
    except OSError as error:
        raise ValueError(f"{path} cannot be read: {error.strerror or error}") from None
    except RecursionError:
        raise ValueError(f"{path}: its lists are nested too deeply") from None
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None
    cases: list[Case] = []
    numbers = handled = 0
    for number, entry in enumerate(entries, 1):
        try:
            case = Case.from_dict(entry)
            numbers += count_numbers(case.calls)
            if numbers > MAX_FILE_NUMBERS:
                raise ValueError(
                    f"the arrays up to this case have more than {MAX_FILE_NUMBERS} numbers"
                )
            handled += _check_cost(task, case)
            if handled > MAX_FILE_HANDLED:
                raise ValueError(
                    f"the cases up to this one process more than {MAX_FILE_HANDLED} numbers"
                )
            _check_calls(task, case)
        except ValueError as error:
            raise ValueError(f"{path}, case {number}: {error}") from None
        cases.append(case)
    return tuple(cases)


def _entries(path: Path) -> list[object]:
    """The contents of a file: a list, which is not even parsed if it is too long."""
    if not path.is_file():
        raise ValueError("it is not a file")
    if path.stat().st_size > MAX_FILE_BYTES:
        raise ValueError(f"it is larger than {MAX_FILE_BYTES // 2**20} MB")
    raw = path.read_bytes()
    if raw.count(b",") > MAX_WRITTEN_NUMBERS:
        raise ValueError(f"it contains more than {MAX_WRITTEN_NUMBERS} numbers")
    if raw.count(b"[") + raw.count(b"{") > MAX_LISTS:
        raise ValueError(f"it contains more than {MAX_LISTS} lists")
    try:
        entries = json.loads(raw.decode("utf-8-sig"))
    except UnicodeError:
        raise ValueError("it is not saved as UTF-8") from None
    except ValueError as error:
        raise ValueError(f"it is not valid JSON: {error}") from None
    if not isinstance(entries, list) or not entries:
        raise ValueError('a list of cases is expected, [{"about": words, "calls": ...}, ...]')
    if len(entries) > MAX_CASES:
        raise ValueError(f"it contains {len(entries)} cases; at most {MAX_CASES} are allowed")
    return entries


def _check_cost(task: Task, case: Case) -> int:
    """How many numbers the calls of a case handle, if these are not too many."""
    handled = sum(count_handled(task, call) for call in case.arguments())
    if handled > MAX_HANDLED:
        raise ValueError(
            f"{task.signature} would process more than {MAX_HANDLED} numbers: make the arrays, "
            "the padding or the kernel smaller"
        )
    return handled


def _check_calls(task: Task, case: Case) -> None:
    """Raise ``ValueError`` for a case with which the function of a task cannot be called."""
    names, outputs = task.argument_names, len(task.returns)
    refused = f"{task.signature} cannot be called like this"
    for call in case.calls:
        if isinstance(call, Sequence) and len(call) != len(names):
            raise ValueError(f"{refused}: {len(call)} arguments instead of {len(names)}")
        if _has_other_output(call, outputs):
            raise ValueError(
                f'"previous" must be the index of one of {outputs} outputs, counted from 0'
            )
    results = Results.from_function(task.implementation(), task, [case])
    for _, (_, sentence, *_) in results.errors:
        raise ValueError(f"{refused}: {sentence}")


def _has_other_output(value: object, outputs: int) -> bool:
    """Whether an argument is an output of the previous call that does not exist."""
    if isinstance(value, dict):
        return value.get("previous", 0) >= outputs
    return (
        isinstance(value, Sequence)
        and not isinstance(value, str)
        and any(_has_other_output(item, outputs) for item in value)
    )
