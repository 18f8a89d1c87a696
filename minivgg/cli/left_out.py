"""The line about files that a command does not read."""

from collections.abc import Sequence
from pathlib import PurePath

from minivgg import data
from minivgg.data.duplicates import count_shared
from minivgg.data.layouts import CAMERA_SUFFIXES
from minivgg.utils.installation import how_to_install
from minivgg.utils.notices import notify

OF_THE_SYSTEM = ("thumbs.db", "desktop.ini")  # written by Windows into folders of pictures


def report_left_out(images: data.Dataset) -> None:
    """Say which files of a folder or zip of images a dataset leaves out."""
    if isinstance(images, data.ImageFolder):
        report_files_left_out(images.left_out)


def report_files_left_out(files: Sequence[PurePath]) -> None:
    """Print one line on stderr, such as "left out: 12 files (.heic)", unless there are none."""
    others = [file for file in files if file.name.lower() not in OF_THE_SYSTEM]
    beside = sum(data.is_image(file.name) for file in others)
    unread = [file for file in others if not data.is_image(file.name)]
    kinds = ", ".join(sorted({file.suffix.lower() or file.name for file in unread}))
    parts = [_counted(len(unread), "file") + f" ({kinds})"] if unread else []
    parts += [_counted(beside, "image") + " beside the class folders"] if beside else []
    if parts:
        heic = any(file.suffix.lower() in CAMERA_SUFFIXES for file in unread)
        hint = f"; to read .heic: {how_to_install('heic')}" if heic else ""
        notify(f"left out: {' and '.join(parts)}{hint}")


def report_shared(images: data.Dataset, test_set: data.Dataset) -> None:
    """Say how many test images are training images too, byte for byte."""
    if not isinstance(images, data.ImageFolder) or not isinstance(test_set, data.ImageFolder):
        return
    if count := count_shared(images, test_set):
        notify(
            f"{_counted(count, 'test image')} of {len(test_set):,} "
            f"{'is' if count == 1 else 'are'} among the training images too (equal files): the "
            "test accuracy is too high: the net may have memorised them"
        )


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'s' * (count != 1)}"
