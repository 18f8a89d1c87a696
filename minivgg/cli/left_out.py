"""The line about files that a command does not read."""

import sys
from collections.abc import Sequence
from pathlib import PurePath

from minivgg import data

OF_THE_SYSTEM = ("thumbs.db", "desktop.ini")  # written by Windows into folders of pictures


def report_left_out(images: data.Dataset) -> None:
    """Say which files of a folder or zip of images a dataset leaves out."""
    if isinstance(images, data.ImageFolder):
        report_files_left_out(images.left_out)


def report_files_left_out(files: Sequence[PurePath]) -> None:
    """Print one line on stderr, such as "left out: 12 files (.heic)", unless there are none."""
    others = [file for file in files if file.name.lower() not in OF_THE_SYSTEM]
    deeper = sum(data.is_image(file.name) for file in others)
    unread = [file for file in others if not data.is_image(file.name)]
    kinds = ", ".join(sorted({file.suffix.lower() or file.name for file in unread}))
    parts = [_counted(len(unread), "file") + f" ({kinds})"] if unread else []
    parts += [_counted(deeper, "image") + " below the class folders"] if deeper else []
    if parts:
        print(f"minivgg: left out: {' and '.join(parts)}", file=sys.stderr)


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'s' * (count != 1)}"
