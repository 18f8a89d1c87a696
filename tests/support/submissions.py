"""Writing small submissions: files with dates, and zips."""

import os
import zipfile
from collections.abc import Mapping
from pathlib import Path

STUBS = "def im2col(x, kh, kw, stride, padding):\n    pass\n"


def write(path: Path, text: str | bytes = STUBS, time: float = 0) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    if time:
        os.utime(path, (time, time))
    return path


def zipped(
    path: Path, entries: Mapping[str, str | bytes], method: int = zipfile.ZIP_STORED
) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, text in entries.items():
            archive.writestr(name, text)
    return path
