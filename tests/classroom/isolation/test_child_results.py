"""What a child process returns is read completely, or not at all."""

import json
import os
import random
from pathlib import Path

import numpy as np
import pytest

from minivgg.classroom.bank import TASKS
from minivgg.classroom.isolation.child_results import (
    MAX_REMARK,
    RESULTS,
    UNREADABLE,
    is_too_large,
    read_remarks,
    read_results,
)
from minivgg.classroom.isolation.removing import remove_folder
from minivgg.classroom.worker.packing import from_bytes, to_bytes

CASES = TASKS["softmax_cross_entropy"].cases[:2]
RECORD = {"arrays": [np.array(1.5), np.ones((2, 3), np.float32)], "changed": [1]}
ERROR = {"error": ["ValueError", "wrong", "2 of cell 5", "x = 1"], "changed": []}


def read(folder, value):
    contents = value if isinstance(value, bytes) else to_bytes(value)
    (folder / RESULTS).write_bytes(contents)
    return read_results(folder, CASES, 2)


def test_values_travel_unchanged():
    value = {
        "arrays": [np.arange(6).reshape(2, 3).T, np.array([True, False]), np.zeros((0, 4))],
        "text": "é\udcff",
        "numbers": [1, 2.5, None, True, np.float64(3)],
    }
    back = from_bytes(to_bytes(value))
    assert back["text"] == value["text"]
    assert back["numbers"] == [1, 2.5, None, True, 3.0]
    for found, array in zip(back["arrays"], value["arrays"], strict=True):
        np.testing.assert_array_equal(found, array)
        assert found.dtype == array.dtype


def test_right_results_are_read(tmp_path):
    found = read(tmp_path, {"cases": [[RECORD], [ERROR]]})
    assert found.problem == ""
    np.testing.assert_array_equal(found.records[0][0]["arrays"][1], np.ones((2, 3)))
    assert found.records[1][0]["error"] == ERROR["error"]
    assert read(tmp_path, {"error": ["missing", "a", None, ""]}).error[0] == "missing"


WRONG = {
    "one case less": {"cases": [[RECORD]]},
    "one record more": {"cases": [[RECORD, RECORD], [RECORD]]},
    "no record": {"cases": [[], [RECORD]]},
    "another key": {"cases": [[{**RECORD, "more": 1}], [RECORD]]},
    "an output less": {"cases": [[{"arrays": [None], "changed": []}], [RECORD]]},
    "an argument that is not there": {"cases": [[{**RECORD, "changed": [2]}], [RECORD]]},
    "an argument twice": {"cases": [[{**RECORD, "changed": [1, 1]}], [RECORD]]},
    "True for an argument": {"cases": [[{**RECORD, "changed": [True]}], [RECORD]]},
    "a list for a line": {"cases": [[{"error": ["a", "b", [], "c"], "changed": []}], [RECORD]]},
    "a number for a kind": {"cases": [[{"error": [1, "b", 3, "c"], "changed": []}], [RECORD]]},
    "None for a sentence": {"cases": [[{"error": ["a", None, 3, "c"], "changed": []}], [RECORD]]},
    "a list for code": {"cases": [[{"error": ["a", "b", 3, []], "changed": []}], [RECORD]]},
    "texts": {"cases": [[{"arrays": [np.array("a"), None], "changed": []}], [RECORD]]},
    "complex numbers": {"cases": [[{"arrays": [np.array(1j), None], "changed": []}], [RECORD]]},
    "both": {"cases": [[RECORD], [RECORD]], "error": ERROR["error"]},
    "a list": [[RECORD], [RECORD]],
    "more bytes than arrays": to_bytes({"cases": [[RECORD], [RECORD]]}) + b"1",
    "fewer bytes than arrays": to_bytes({"cases": [[RECORD], [RECORD]]})[:-1],
    "nothing": b"",
}


@pytest.mark.parametrize("name", WRONG)
def test_anything_else_is_a_sentence(name, tmp_path):
    assert read(tmp_path, WRONG[name]).problem == UNREADABLE


def test_damaged_results_never_raise(tmp_path):
    """300 mutants: what is still read has the right form."""
    generator = random.Random(7)
    right = to_bytes({"cases": [[RECORD], [ERROR]]})
    for _ in range(300):
        contents = bytearray(right)
        for _ in range(generator.choice((1, 1, 2, 8))):
            place = generator.randrange(len(contents))
            change = generator.randrange(3)
            if change == 0:
                contents[place] = generator.randrange(256)
            elif change == 1:
                del contents[place : place + generator.randrange(9)]
            else:
                contents[place:place] = contents[: generator.randrange(20)]
        found = read(tmp_path, bytes(contents))
        assert found.problem in ("", UNREADABLE)
        assert bool(found.records) != bool(found.problem)


def test_pipes_and_links_and_folders_are_not_opened(tmp_path):
    path = tmp_path / RESULTS
    os.mkfifo(path)
    assert read_results(tmp_path, CASES, 2).problem == UNREADABLE
    path.unlink()
    path.symlink_to("/dev/zero")
    assert read_results(tmp_path, CASES, 2).problem == UNREADABLE
    path.unlink()
    path.mkdir()
    assert read_results(tmp_path, CASES, 2).problem == UNREADABLE
    path.rmdir()
    assert not read_results(tmp_path, CASES, 2).is_there


@pytest.mark.parametrize(
    "text", ["[" * 10_000, "[1, 2]", '{"a": 1}', "null", json.dumps(["x" * 10**6])]
)
def test_damaged_remarks_are_left_out(text, tmp_path):
    (tmp_path / "loaded.json").write_text(text)
    assert read_remarks(tmp_path) == (True, ())


def test_remarks_can_be_shown_everywhere(tmp_path):
    (tmp_path / "loaded.json").write_text(json.dumps(["a\x1b[2J\n\ud800é\u202e", "x" * 500]))
    loaded, (one, long) = read_remarks(tmp_path)
    assert loaded
    assert one == "a [2J  é "
    assert long == "x" * MAX_REMARK


@pytest.mark.parametrize("folder", ["", "inside", "inside/it"])
def test_folders_that_grow_are_noticed(tmp_path, folder):
    (tmp_path / folder).mkdir(parents=True, exist_ok=True)
    assert not is_too_large(tmp_path)
    with (tmp_path / folder / "large").open("wb") as file:
        file.truncate(2**30)
    assert is_too_large(tmp_path)


def test_a_folder_is_removed_whatever_is_in_it(tmp_path, monkeypatch):
    folder = tmp_path / "scratch"
    folder.mkdir()
    (folder / "link").symlink_to(tmp_path / "kept")
    (tmp_path / "kept").mkdir()
    (folder / "moved-0").mkdir()
    monkeypatch.chdir(folder)
    for _ in range(300):  # deeper than a path may be long
        Path("d" * 40).mkdir()
        os.chdir("d" * 40)
    os.mkfifo("pipe")
    Path().chmod(0)
    monkeypatch.chdir(tmp_path)
    remove_folder(folder)
    assert [path.name for path in tmp_path.iterdir()] == ["kept"]
