"""Files that commands write besides what they print: tables and pictures."""

from collections.abc import Collection, Iterable, Sequence
from pathlib import Path

from minivgg.utils import tables
from minivgg.utils.files import replacing, write_text
from minivgg.utils.printable_text import visible

FORMATS = (".csv", ".md")
# as plots.figure.PICTURE_FORMATS, which only a command that draws imports
PICTURES = (".png", ".jpg", ".jpeg", ".svg", ".pdf")


def check_table_path(path: str | None) -> None:
    """Raise an error for a path of another format or in no folder; None is allowed."""
    check_output_path("--out", path, FORMATS)


def check_picture_path(option: str, path: str | None) -> None:
    """Raise an error for a picture of another format, or in no folder; None is allowed."""
    check_output_path(option, path, PICTURES)


def check_output_path(option: str, path: str | None, suffixes: Collection[str]) -> None:
    """Raise an error, before anything is computed, for a file that could not be written.

    That is a name without one of the suffixes, a folder, or a file in no folder. None is allowed.
    """
    if path is None:
        return
    if Path(path).suffix.lower() not in suffixes:
        raise ValueError(
            f"{option} writes {listed_or(suffixes)}, not {Path(path).name or repr(path)}"
        )
    if Path(path).is_dir():
        raise IsADirectoryError(f"cannot write {path}: it is a folder")
    if not Path(path).parent.is_dir():
        raise FileNotFoundError(f"cannot write {path}: there is no folder {Path(path).parent}")


def listed_or(suffixes: Collection[str]) -> str:
    """Suffixes in a sentence: ".a, .b or .c"."""
    *others, last = suffixes
    return f"{', '.join(others)} or {last}" if others else last


def write_table(path: str, headers: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    r"""Write a table in the format of the path's suffix.

    A control character in a file name is written as \\x1b, for example, and so is a byte that is
    not UTF-8. Nothing in the table is a formula, a tag or other Markdown.
    """
    if Path(path).suffix.lower() == ".csv":
        write_csv(path, headers, rows)
    else:
        write_text(path, tables.markdown(headers, map(_visible, rows)))


def write_csv(
    path: str,
    headers: Sequence[str],
    rows: Iterable[Sequence[object]],
    numbers: Collection[int] = (),
) -> None:
    """Write a table as comma-separated values, a row at a time as they come.

    numbers: columns of numbers written as text, which need no look at each cell.
    """
    with replacing(path) as temporary, temporary.open("w", encoding="utf-8") as file:
        shown = (_visible(row, numbers) for row in rows)
        file.writelines(tables.csv_lines(headers, shown, unchanged=numbers))


def _visible(row: Sequence[object], numbers: Collection[int] = ()) -> list[object]:
    return [
        visible(cell) if isinstance(cell, str) and k not in numbers else cell
        for k, cell in enumerate(row)
    ]
