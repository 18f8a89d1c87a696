"""Which functions a student's file defines and which of them are written, without running it."""

import json
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from minivgg.classroom.bank import TASKS
from minivgg.classroom.handins.archives import MAX_FILE_BYTES
from minivgg.classroom.program_functions import UNWRITTEN, functions_in, names_of_functions
from minivgg.classroom.worker.source_text import UTF16_MARKS
from minivgg.utils.files import is_regular

STUBS = re.compile(r"^STUBS = '''.*?'''", re.MULTILINE | re.DOTALL)
MAX_PARSED = 60_000  # letters: the time for parsing can grow with their square


@dataclass(frozen=True)
class FileFunctions:
    """The functions of a file.

    Parameters
    ----------
    defined : frozenset of str
        Names that the file seems to define, also in strings and outputs of a notebook.
    written : frozenset of str
        Functions of assignments in its code that are more than stubs.
    in_code : frozenset of str
        Names in its code, without the stubs of a guide.
    """

    defined: frozenset[str] = frozenset()
    written: frozenset[str] = frozenset()
    in_code: frozenset[str] = frozenset()


def functions_of(path: Path) -> FileFunctions:
    """The functions of a program or notebook.

    Parameters
    ----------
    path : Path
        It need not be valid Python.

    Returns
    -------
    functions : FileFunctions
        Without any if the file cannot be read. A file that did not change is read only once.
    """
    try:
        status = path.stat()
        return _functions_of(path, status.st_size, status.st_mtime_ns)
    except Exception:  # whatever is in it
        return FileFunctions()


@lru_cache(maxsize=4096)
def _functions_of(path: Path, size: int, modified: int) -> FileFunctions:
    """size and modified: of the version that is remembered."""
    text = _text_of(path)
    program = _code_in(text)
    names = names_of_functions(program)
    return FileFunctions(
        frozenset(names_of_functions(text)),
        frozenset(_written_in(program, names)),
        frozenset(names),
    )


def _written_in(program: str, names: set[str]) -> set[str]:
    if len(program) <= MAX_PARSED and names & TASKS.keys():
        try:
            return {name for name, is_written in functions_in(program).items() if is_written}
        except Exception:  # nested more deeply than Python can look at
            pass
    return names & TASKS.keys() - set(UNWRITTEN.findall(program))


def _text_of(path: Path) -> str:
    if not is_regular(path.resolve()):
        return ""
    with path.open("rb") as file:
        raw = file.read(MAX_FILE_BYTES)
    return raw.decode("utf-16" if raw[:2] in UTF16_MARKS else "utf-8", "replace")


def _code_in(text: str) -> str:
    """A script, or the cells of a notebook, without a guide's text of the stubs."""
    if text.lstrip("\ufeff \t\r\n").startswith("{"):
        try:
            notebook = json.loads(text.lstrip("\ufeff"))
            sheets = notebook.get("worksheets", [notebook])
            text = "\n".join(_cell_text(cell) for sheet in sheets for cell in sheet["cells"])
        except Exception:
            return ""  # damaged
    return STUBS.sub("", text)


def _cell_text(cell: dict[str, Any]) -> str:
    if cell["cell_type"] != "code":
        return ""
    return "".join(cell["source"] if "source" in cell else cell["input"])
