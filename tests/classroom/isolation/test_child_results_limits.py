"""The limits of what a child process may write, and every part of the form of its results."""

import json
import os
from types import SimpleNamespace

import numpy as np
import pytest

from minivgg.classroom.isolation import child_results
from minivgg.classroom.isolation.child_results import (
    LOADED,
    RESULTS,
    UNREADABLE,
    is_too_large,
    read_remarks,
    read_results,
)

CASE = SimpleNamespace(calls=[[1, 2], [3]])  # of two calls: with two arguments, with one
GOOD = {"arrays": [None], "changed": []}


def craft(arrays, value, numbers=b""):
    """The contents of a file of results, whatever they are."""
    header = json.dumps({"arrays": arrays, "value": value}).encode()
    return b"minivgg1" + len(header).to_bytes(8, "little") + header + numbers


@pytest.fixture
def read(tmp_path):
    """Reads results of one case, for a function of one output unless it is said otherwise."""

    def read(*contents, case=CASE, outputs=1):
        (tmp_path / RESULTS).write_bytes(craft(*contents))
        return read_results(tmp_path, [case], outputs)

    return read


def record(**changes):
    return {"cases": [[{**GOOD, **changes}, GOOD]]}


@pytest.mark.parametrize("code", "?bBhHiIlLqQefd")
def test_arrays_of_numbers_of_every_kind_are_read(code, read):
    array = np.array([[1, 0, 1]], code)
    kind = array.dtype.newbyteorder("<").str
    found = read([[kind, [1, 3]]], record(arrays=[{"array": 0}]), array.tobytes())
    (given,) = found.records[0][0]["arrays"]
    assert (given.dtype, given.tolist()) == (array.dtype, [[1, 0, 1]])
    assert given.flags.writeable


def test_arrays_are_told_from_each_other_by_their_sizes(read):
    arrays = [["<i2", [2]], ["|b1", [3]], ["<f8", []], ["<f4", [0, 2**25]], ["|u1", [1] * 32]]
    numbers = np.array([1, 2], "<i2").tobytes() + b"\1\0\2" + np.array(0.5).tobytes() + b"\7"
    outputs = [{"array": index} for index in range(5)]
    found = read(arrays, record(arrays=outputs), numbers, outputs=5)
    assert found.problem == UNREADABLE  # the second call has one output
    value = {"cases": [[{"arrays": outputs, "changed": []}]]}
    found = read(arrays, value, numbers, case=SimpleNamespace(calls=[[1]]), outputs=5)
    first, flags, half, empty, seven = found.records[0][0]["arrays"]
    assert (first.tolist(), flags.tolist(), half.tolist()) == ([1, 2], [True, False, True], 0.5)
    assert (empty.shape, seven.shape, seven.item()) == ((0, 2**25), (1,) * 32, 7)


@pytest.mark.parametrize(
    ("arrays", "numbers"),
    [
        ({}, b""),
        ([["<f8", [1]]], bytes(7)),
        ([["<f8", [1]]], bytes(9)),
        ([[">f8", [1]]], bytes(8)),
        ([["<c16", [1]]], bytes(16)),
        ([["<f16", [1]]], bytes(16)),
        ([["|O", [1]]], bytes(8)),
        ([[["<f8"], [1]]], bytes(8)),
        ([["<f8", 1]], bytes(8)),
        ([["<f8", [1] * 33]], bytes(8)),
        ([["<f8", [-1]]], b""),
        ([["<f8", [-1, -1]]], bytes(8)),
        ([["|u1", [True, 2]]], bytes(2)),
        ([["|u1", [2, 1.0]]], bytes(2)),
        ([["<f8", [0, 2**25 + 1]]], b""),
        ([["<f8", [1], 0]], bytes(8)),
    ],
)
def test_arrays_of_another_form_are_refused(arrays, numbers, read):
    assert read(arrays, record(), numbers).problem == UNREADABLE
    assert read([], record()).problem == ""


@pytest.mark.parametrize(
    "value",
    [
        record(arrays=[{"array": 0, "more": 1}]),
        record(arrays=[{"array": 1}]),
        record(arrays=[{"array": -1}]),
        record(arrays=[{"array": False}]),
        record(arrays=[[0]]),
        record(arrays=[0]),
        record(arrays={"a": None}),
        record(arrays=[None, None]),
        record(changed={}),
        record(changed=[0, 2]),
        record(changed=[-1, 0]),
        record(changed=[0, 1, 0]),
        record(more=1),
        {"cases": [[GOOD, {**GOOD, "changed": [1]}]]},
        {"cases": [[GOOD]]},
        {"cases": [[GOOD, GOOD, GOOD]]},
        {"cases": [{}]},
        {"cases": [[{"error": ["a", "b", 1, "c"], "changed": []}, GOOD]]},
        {"cases": [[{"arrays": [None]}, GOOD]]},
        {"cases": [[GOOD, GOOD]], "more": []},
        {"cases": [[GOOD, GOOD]] * 2},
        {"cases": []},
        {"error": []},
    ],
)
def test_records_of_another_form_are_refused(value, read):
    assert read([["|u1", [1]]], value, b"1").problem == UNREADABLE


def test_records_up_to_the_first_error(read):
    error = {"error": ["a", "b", 1, "c"], "changed": [0]}
    found = read([], {"cases": [[{**GOOD, "changed": [1, 0]}, error]]})
    assert found.records == [[{"arrays": [None], "changed": [1, 0]}, error]]
    assert read([], {"cases": [[error]]}).records == [[error]]
    assert read([], {"cases": [[GOOD, error]]}).is_there


def test_the_size_of_what_one_call_returns_is_limited(read, monkeypatch):
    """The same array can be named twice."""
    monkeypatch.setattr(child_results, "MAX_RESULT_BYTES", 1000)
    twice = {"cases": [[{"arrays": [{"array": 0}] * 2, "changed": []}]]}
    for size, problem in ((500, ""), (501, UNREADABLE)):
        case = SimpleNamespace(calls=[[1]])
        found = read([["|i1", [size]]], twice, bytes(size), case=case, outputs=2)
        assert found.problem == problem


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (["a", "b", None, "c"], ["a", "b", None, "c"]),
        (["a", "b", 0, ""], ["a", "b", 0, ""]),
        (["a", "b", 10**9 - 1, ""], ["a", "b", 10**9 - 1, ""]),
        (["k" * 101, "s" * 1001, "l" * 201, "c" * 101],
         ["k" * 100, "s" * 1000, "l" * 200, "c" * 100]),
        (["a\x1b", "b\n", "c\t", "d\x00"], ["a ", "b ", "c ", "d "]),
        (["a", "b", 10**9, ""], None),
        (["a", "b", -1, ""], None),
        (["a", "b", True, ""], None),
        (["a", "b", 1.0, ""], None),
        (["a", "b", 1], None),
        (["a", "b", 1, "", ""], None),
        ("abcd", None),
    ],
)  # fmt: skip
def test_errors_are_cut_and_can_be_shown(error, expected, read):
    found = read([], {"error": error})
    assert (found.error, found.problem) == ((expected, "") if expected else ([], UNREADABLE))
    assert found.is_there


def test_files_are_read_up_to_a_size(tmp_path, monkeypatch):
    asked = []

    def read_regular(path, size):
        asked.append((path, size))
        raise FileNotFoundError(path)

    monkeypatch.setattr(child_results, "read_regular", read_regular)
    assert not read_results(tmp_path, [CASE], 1).is_there
    assert read_remarks(tmp_path) == (False, ())
    assert asked == [(tmp_path / RESULTS, 2**22 + 2**26), (tmp_path / LOADED, 2**16)]


def test_ten_remarks_of_300_characters_are_kept(tmp_path):
    remarks = [str(number) for number in range(11)]
    remarks[3] = "a" * 300
    remarks[4] = "b" * 301
    (tmp_path / LOADED).write_text(json.dumps(remarks))
    expected = ["0", "1", "2", "a" * 300, "b" * 300, "5", "6", "7", "8", "9"]
    assert read_remarks(tmp_path) == (True, tuple(expected))
    (tmp_path / LOADED).write_text(json.dumps(["a", 1]))
    assert read_remarks(tmp_path) == (True, ())


@pytest.fixture
def limits(monkeypatch):
    """Sets limits of a folder; the others are far away."""

    def limits(**values):
        names = {"bytes": 10**9, "files": 10**9, "depth": 10**9} | values
        for name, value in names.items():
            monkeypatch.setattr(child_results, f"MAX_SCRATCH_{name.upper()}", value)
        monkeypatch.setattr(child_results, "MAX_SEARCH_SECONDS", 60)

    return limits


def test_files_and_folders_are_counted(tmp_path, limits):
    (tmp_path / "a").mkdir()
    for name in ("b", "a/c", "a/d"):
        (tmp_path / name).touch()
    for most in (3, 4):
        limits(files=most)
        assert is_too_large(tmp_path) is (most == 3)


def test_the_sizes_of_all_files_are_added(tmp_path, limits):
    for name, size in (("a", 3), ("b", 4)):
        (tmp_path / name).write_bytes(bytes(size))
    for most in (6, 7):
        limits(bytes=most)
        assert is_too_large(tmp_path) is (most == 6)
    limits(bytes=8)
    assert [is_too_large(tmp_path, size) for size in (1, 2)] == [False, True]


def test_the_depth_of_folders_is_limited(tmp_path, limits):
    (tmp_path / "a/b").mkdir(parents=True)
    for most in (1, 2):
        limits(depth=most)
        assert is_too_large(tmp_path) is (most == 1)


def test_links_are_not_followed(tmp_path, limits):
    scratch, outside = tmp_path / "scratch", tmp_path / "outside"
    for folder in (scratch, outside):
        folder.mkdir()
    (outside / "large").write_bytes(bytes(1000))
    (scratch / "folder").symlink_to(outside)
    (scratch / "file").symlink_to(outside / "large")
    limits(files=2, bytes=999)
    assert not is_too_large(scratch)


def test_a_folder_that_cannot_be_read_does_not_end_the_search(tmp_path, limits, monkeypatch):
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "file").touch()
    real, looked = os.scandir, []

    def scandir(folder):
        looked.append(folder)
        if len(looked) == 2:
            raise PermissionError(folder)
        return real(folder)

    monkeypatch.setattr(os, "scandir", scandir)
    limits(files=3)
    assert not is_too_large(tmp_path)
    assert len(looked) == 3


def test_a_search_that_takes_too_long_counts_as_too_large(tmp_path, monkeypatch):
    (tmp_path / "a").mkdir()
    for last, expected in ((0.1, False), (0.5, True)):
        times = iter([0.0, 0.0, last])
        monkeypatch.setattr(child_results.time, "monotonic", lambda times=times: next(times))
        assert is_too_large(tmp_path) is expected
