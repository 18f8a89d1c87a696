"""Tables that commands write to files: .csv or Markdown."""

from collections.abc import Sequence
from pathlib import Path

from minivgg.utils import tables
from minivgg.utils.files import write_text

FORMATS = {".csv": tables.csv, ".md": tables.markdown}


def check_table_path(path: str | None) -> None:
    """Raise ``ValueError`` for a path of another format; None is allowed."""
    if path and Path(path).suffix not in FORMATS:
        raise ValueError(f"--out writes .csv or .md, not {path!r}")


def write_table(path: str, headers: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Write a table in the format of the path's suffix."""
    write_text(path, FORMATS[Path(path).suffix](headers, rows))
