"""Files that commands write besides what they print: tables and pictures."""

from collections.abc import Sequence
from pathlib import Path

from minivgg.utils import tables
from minivgg.utils.files import write_text

FORMATS = {".csv": tables.csv, ".md": tables.markdown}


def check_table_path(path: str | None) -> None:
    """Raise an error for a path of another format or in no folder; None is allowed."""
    if path and Path(path).suffix not in FORMATS:
        raise ValueError(f"--out writes .csv or .md, not {Path(path).name}")
    _check_folder(path)


def check_picture_path(option: str, path: str | None) -> None:
    """Raise an error for a picture that is not to be a PNG, or in no folder; None is allowed."""
    if path and Path(path).suffix.lower() != ".png":
        raise ValueError(
            f"{option} writes a PNG file, not {Path(path).name}: let its name end with .png"
        )
    _check_folder(path)


def _check_folder(path: str | None) -> None:
    if path and not Path(path).parent.is_dir():
        raise FileNotFoundError(f"cannot write {path}: there is no folder {Path(path).parent}")


def write_table(path: str, headers: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Write a table in the format of the path's suffix."""
    write_text(path, FORMATS[Path(path).suffix](headers, rows))
