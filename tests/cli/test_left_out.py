"""The line about files that are not read: what it counts, and what it calls them."""

import warnings
from pathlib import PurePath
from types import SimpleNamespace

import pytest

from minivgg import data
from minivgg.cli import left_out
from minivgg.cli.left_out import report_files_left_out, report_left_out, report_shared
from minivgg.utils.installation import how_to_install


def notices_of(function, *arguments):
    with warnings.catch_warnings(record=True) as given:
        warnings.simplefilter("always")
        function(*arguments)
    return [str(notice.message) for notice in given]


HEIC = f"; to read .heic: {how_to_install('heic')}"


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ([], []),
        (["Thumbs.db", "a/desktop.INI"], []),
        (["a/Thumbs.db", "notes.TXT"], ["left out: 1 file (.txt)"]),
        (["b.txt", "a.pdf", "c.txt"], ["left out: 3 files (.pdf, .txt)"]),
        (["README"], ["left out: 1 file (README)"]),
        (["a.png"], ["left out: 1 image beside the class folders"]),
        (["a.png", "b.JPG"], ["left out: 2 images beside the class folders"]),
        (["a.HEIC"], [f"left out: 1 file (.heic){HEIC}"]),
        (
            ["a.png", "b.heif", "c.txt"],
            [f"left out: 2 files (.heif, .txt) and 1 image beside the class folders{HEIC}"],
        ),
        ([f"{k}.txt" for k in range(1234)], ["left out: 1,234 files (.txt)"]),
    ],
)
def test_files_are_counted_by_kind(names, expected):
    assert notices_of(report_files_left_out, [PurePath(name) for name in names]) == expected


class Folder(data.ImageFolder):
    """A folder of images that is not read."""

    def __init__(self, count):
        self.count, self.left_out = count, [PurePath("a.txt")]

    def __len__(self):
        return self.count


def test_only_folders_have_files_that_are_left_out():
    assert notices_of(report_left_out, Folder(1)) == ["left out: 1 file (.txt)"]
    assert not notices_of(report_left_out, SimpleNamespace(left_out=[PurePath("a.txt")]))


@pytest.mark.parametrize(
    ("count", "begin"),
    [
        (1, "1 test image of 2,000 is among the training images too (equal files): the test acc"),
        (1500, "1,500 test images of 2,000 are among the training images too (equal files)"),
        (0, ""),
    ],
)
def test_images_that_are_in_both_sets_are_counted(count, begin, monkeypatch):
    train, test, asked = Folder(1), Folder(2000), []
    monkeypatch.setattr(left_out, "count_shared", lambda *sets: asked.append(sets) or count)
    found = notices_of(report_shared, train, test)
    assert asked == [(train, test)]
    assert [notice.startswith(begin) for notice in found] == [True] * bool(count)
    other = SimpleNamespace()
    assert not notices_of(report_shared, other, test) + notices_of(report_shared, train, other)
    assert len(asked) == 1
