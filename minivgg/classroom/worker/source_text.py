"""Reading a submission: its text whatever the encoding, and the cells of a notebook."""

import io
import json
import tokenize
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")  # Notepad on Windows can write this
UTF8 = ("utf-8", "utf-8-sig")
MAX_EXECUTION_COUNT = 10**9


class Unreadable(ValueError):
    """A file that is neither a program nor a notebook. Its text follows the name of the file."""


@dataclass(frozen=True)
class Cell:
    """A code cell of a notebook.

    Parameters
    ----------
    number : int
        From 1, counting all cells.
    execution_count : int, optional
        The number in the brackets beside it; a file can have anything there.
    text : str
        What was typed.
    """

    number: int
    execution_count: object
    text: str

    @property
    def name(self) -> str:
        """As in "cell 7 (In [12])"."""
        count = self.execution_count
        is_number = type(count) is int and 0 < count < MAX_EXECUTION_COUNT
        return f"cell {self.number} (In [{count}])" if is_number else f"cell {self.number}"


@dataclass(frozen=True)
class Source:
    """What a submission consists of.

    Parameters
    ----------
    text : str
        Of the whole file.
    cells : tuple of Cell, optional
        None if it is no notebook.
    remarks : list of str
        Sentences for the student.
    """

    text: str
    cells: tuple[Cell, ...] | None
    remarks: list[str] = field(default_factory=list)


def read_source(path: Path) -> Source:
    """Read a .py or .ipynb file. Its contents decide, not its suffix.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    source : Source
        With a remark if the suffix is the wrong one.

    Raises
    ------
    Unreadable
        For a file that is neither a program nor a notebook of Python.
    """
    text = decode(path.read_bytes())
    named_notebook = path.suffix.lower() == ".ipynb"
    notebook = _notebook(text)
    if notebook is not None:
        suffix, kind = ".ipynb", "notebook"
        cells = _code_cells(notebook)
    elif text.lstrip().startswith("<"):
        raise Unreadable("is a web page: download the file itself, not the page that shows it")
    elif named_notebook and not text.strip():
        raise Unreadable("is empty: open it in Jupyter and save it again")
    elif named_notebook and text.lstrip().startswith(("{", "[")):
        raise Unreadable("is a damaged notebook: open it in Jupyter and save it again")
    else:
        suffix, kind, cells = ".py", "Python program", None
    is_renamed = named_notebook != (cells is not None)
    remark = f"{path.name} is a {kind} and was read as one: its suffix should be {suffix}."
    return Source(text, cells, [remark] if is_renamed else [])


def decode(raw: bytes) -> str:
    """The text of a file, by its byte order mark, the encoding that it declares, or UTF-8.

    Parameters
    ----------
    raw : bytes
        Of the file.

    Returns
    -------
    text : str
        Without a byte order mark.

    Raises
    ------
    Unreadable
        For other encodings, and for files that are no text.
    """
    if raw[:2] in UTF16_MARKS:
        encoding = "utf-16"
    elif b"\0" in raw:
        raise Unreadable("is not a text file: it contains null bytes")
    else:
        encoding = _declared_encoding(raw)
    try:
        return raw.decode(encoding)
    except LookupError:
        raise Unreadable(
            f"declares the encoding {encoding}, which is not a text encoding"
        ) from None
    except UnicodeError as error:
        line = 1
        if isinstance(error, UnicodeDecodeError):  # its bytes are those behind the mark
            line += error.object.count(b"\n", 0, error.start)
        if encoding not in UTF8:
            raise Unreadable(f"is not saved as {encoding}, see line {line}") from None
        advice = "save it as UTF-8"
        if not raw.lstrip().startswith(b"{"):
            advice += ", or declare its encoding in the first line (# -*- coding: cp949 -*-)"
        raise Unreadable(f"is not saved as UTF-8, see line {line}: {advice}") from None


def _declared_encoding(raw: bytes) -> str:
    """The encoding in a comment of the first two lines, else that of UTF-8 with or without mark."""
    try:
        return tokenize.detect_encoding(io.BytesIO(raw).readline)[0]
    except SyntaxError as error:
        if str(error.msg).startswith("unknown encoding"):
            raise Unreadable(f"declares an {error.msg}") from None
        return "utf-8-sig"  # the bytes are of another one


def _notebook(text: str) -> dict[str, Any] | None:
    """The notebook in a file, None if it is no notebook."""
    if not text.lstrip().startswith("{"):
        return None
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    is_notebook = isinstance(found, dict) and ("cells" in found or "worksheets" in found)
    return found if is_notebook else None


def _code_cells(notebook: dict[str, Any]) -> tuple[Cell, ...]:
    """The code cells of a notebook in format 4, or in an older one with worksheets."""
    try:
        _check_language(notebook.get("metadata") or {})
        sheets = notebook.get("worksheets", [notebook])
        cells = [cell for sheet in sheets for cell in sheet["cells"]]
        return tuple(
            Cell(
                number,
                cell.get("execution_count", cell.get("prompt_number")),
                "".join(cell["source"] if "source" in cell else cell["input"]),
            )
            for number, cell in enumerate(cells, 1)
            if cell["cell_type"] == "code"
        )
    except (KeyError, TypeError, AttributeError):
        raise Unreadable("is a damaged notebook: open it in Jupyter and save it again") from None


def _check_language(metadata: dict[str, Any]) -> None:
    """Raise ``Unreadable`` for a notebook of another language; one that says none is of Python."""
    kernel, info = metadata.get("kernelspec") or {}, metadata.get("language_info") or {}
    names = [name for name in (kernel.get("language"), info.get("name")) if name]
    if names and not any("python" in name.lower() for name in names):
        raise Unreadable(f"is a notebook in {names[0]}: the assignments are written in Python")
