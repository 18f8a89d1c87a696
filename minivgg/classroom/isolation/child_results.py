"""Reading what a child process has written: nothing in it is trusted.

A submission can write these files itself. So they are read only if they are ordinary files of a
limited size, and all that is in them is checked before it is used.
"""

import contextlib
import json
import math
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from minivgg.classroom.tasks import Case
from minivgg.classroom.worker import packing
from minivgg.classroom.worker.calls import MAX_CODE, MAX_RESULT_BYTES, ErrorRecord, Record
from minivgg.utils.files import read_regular
from minivgg.utils.printable_text import printable

RESULTS, LOADED = "results.bin", "loaded.json"
UNREADABLE = "was called, but what it returned cannot be read"
MAX_HEADER_BYTES = 2**22
MAX_REMARK_BYTES = 2**16
MAX_REMARKS, MAX_REMARK = 10, 300
MAX_KIND, MAX_SENTENCE, MAX_LINE = 100, 1000, 200
MAX_AXES = 32
DTYPES = {np.dtype(code).newbyteorder("<").str for code in "?bBhHiIlLqQefd"}
DAMAGED = (OSError, ValueError, TypeError, KeyError, OverflowError, RecursionError, MemoryError)
MAX_SCRATCH_BYTES, MAX_SCRATCH_FILES, MAX_SCRATCH_DEPTH = 2**28, 5000, 50
MAX_SEARCH_SECONDS = 0.2


@dataclass(frozen=True)
class ChildOutput:
    """What a child process wrote.

    Parameters
    ----------
    is_there : bool
        Whether it wrote anything.
    records : list of list
        For each case the records of ``make_calls``.
    error : list
        Why the file could not be used; empty if it could.
    problem : str
        A sentence without its subject, if the results do not have the required form.
    """

    is_there: bool = True
    records: list[list[Record]] = field(default_factory=list)
    error: ErrorRecord = field(default_factory=list)
    problem: str = ""


def read_results(scratch: Path, cases: Sequence[Case], output_count: int) -> ChildOutput:
    """The results of a child process.

    Parameters
    ----------
    scratch : path
        Its folder.
    cases : sequence of Case
        The cases it was given.
    output_count : int
        The number of outputs of the function.

    Returns
    -------
    output : ChildOutput
        Whatever the file is.
    """
    try:
        contents = read_regular(scratch / RESULTS, MAX_HEADER_BYTES + 2 * MAX_RESULT_BYTES)
    except FileNotFoundError:
        return ChildOutput(is_there=False)
    except DAMAGED:
        return ChildOutput(problem=UNREADABLE)
    try:
        header, numbers = packing.split(contents)
        arrays = _arrays(header["arrays"], numbers)
        value = header["value"]
        if set(value) == {"error"}:
            return ChildOutput(error=_error(value["error"]))
        _require(set(value) == {"cases"} and len(value["cases"]) == len(cases))
        records = [
            _records(found, case, arrays, output_count)
            for found, case in zip(value["cases"], cases, strict=True)
        ]
        return ChildOutput(records=records)
    except (*DAMAGED, AttributeError, IndexError):
        return ChildOutput(problem=UNREADABLE)


def read_remarks(scratch: Path) -> tuple[bool, tuple[str, ...]]:
    """Whether the submission was imported, and sentences about what was left out of it.

    Parameters
    ----------
    scratch : path
        The folder of the child process.

    Returns
    -------
    loaded : bool
        Whether the child said so.
    remarks : tuple of str
        Sentences; none if the file with them is damaged.
    """
    try:
        found = json.loads(read_regular(scratch / LOADED, MAX_REMARK_BYTES))
        _require(isinstance(found, list) and all(isinstance(remark, str) for remark in found))
    except FileNotFoundError:
        return False, ()
    except DAMAGED:
        return True, ()
    return True, tuple(printable(remark[:MAX_REMARK], " ") for remark in found[:MAX_REMARKS])


def is_too_large(scratch: Path, size: int = 0) -> bool:
    """Whether a folder has grown too large: too many bytes, files, or folders in folders.

    Parameters
    ----------
    scratch : path
        The folder of a child process, which may be changing it.
    size : int
        The bytes that the process uses elsewhere, which count too.

    Returns
    -------
    too_large : bool
        The search ends as soon as this is known.
    """
    count = 0
    waiting = [(str(scratch), 0)]
    end = time.monotonic() + MAX_SEARCH_SECONDS
    while waiting:
        folder, depth = waiting.pop()
        if depth > MAX_SCRATCH_DEPTH or time.monotonic() > end:
            return True
        # deleted in the meantime, or made unreadable
        with contextlib.suppress(OSError), os.scandir(folder) as entries:
            for entry in entries:
                count += 1
                size += entry.stat(follow_symlinks=False).st_size
                if count > MAX_SCRATCH_FILES or size > MAX_SCRATCH_BYTES:
                    return True
                if entry.is_dir(follow_symlinks=False):
                    waiting.append((entry.path, depth + 1))
    return False


def _arrays(described: packing.Json, numbers: memoryview) -> list[np.ndarray]:
    """The arrays, whose types and shapes must use all the bytes."""
    _require(isinstance(described, list))
    found, start = [], 0
    for kind, shape in described:
        _require(kind in DTYPES and isinstance(shape, list) and len(shape) <= MAX_AXES)
        _require(all(_is_index(side, MAX_RESULT_BYTES + 1) for side in shape))
        dtype, count = np.dtype(kind), math.prod(shape)
        end = start + count * dtype.itemsize
        _require(end <= len(numbers))
        part = np.frombuffer(numbers[start:end], np.uint8 if dtype.kind == "b" else dtype)
        array = part != 0 if dtype.kind == "b" else part.copy()  # of 0 and 1 only
        found.append(array.reshape(shape))
        start = end
    _require(start == len(numbers))
    return found


def _records(
    found: packing.Json, case: Case, arrays: Sequence[np.ndarray], output_count: int
) -> list[Record]:
    """The records of one case: one for each call, or up to the first that failed."""
    _require(isinstance(found, list) and 1 <= len(found) <= len(case.calls))
    records: list[Record] = []
    for entry, call in zip(found, case.calls, strict=False):
        changed = entry["changed"]
        _require(isinstance(changed, list) and all(_is_index(i, len(call)) for i in changed))
        _require(len(set(changed)) == len(changed))
        if set(entry) == {"error", "changed"}:
            records.append({"error": _error(entry["error"]), "changed": changed})
        else:
            _require(set(entry) == {"arrays", "changed"} and len(entry["arrays"]) == output_count)
            outputs = [_array(output, arrays) for output in entry["arrays"]]
            _require(sum(a.nbytes for a in outputs if a is not None) <= MAX_RESULT_BYTES)
            records.append({"arrays": outputs, "changed": changed})
    has_failed = ["error" in record for record in records]
    _require(not any(has_failed[:-1]))
    _require(has_failed[-1] or len(found) == len(case.calls))
    return records


def _array(output: packing.Json, arrays: Sequence[np.ndarray]) -> np.ndarray | None:
    if output is None:
        return None
    _require(isinstance(output, dict) and set(output) == {"array"})
    index = output["array"]
    _require(_is_index(index, len(arrays)))
    found: np.ndarray = arrays[index]
    return found


def _error(found: packing.Json) -> ErrorRecord:
    """[kind, sentence, line or None, code]."""
    _require(isinstance(found, list) and len(found) == 4)
    kind, sentence, line, code = found
    _require(all(isinstance(text, str) for text in (kind, sentence, code)))
    _require(line is None or isinstance(line, str) or _is_index(line, 10**9))
    texts = ((kind, MAX_KIND), (sentence, MAX_SENTENCE), (code, MAX_CODE))
    kind, sentence, code = (printable(text[:limit], " ") for text, limit in texts)
    place = printable(line[:MAX_LINE], " ") if isinstance(line, str) else line
    return [kind, sentence, place, code]


def _is_index(value: object, end: int) -> bool:
    return type(value) is int and 0 <= value < end


def _require(is_right: bool) -> None:
    if not is_right:
        raise ValueError("not what the child process writes")
