"""The limits of a file of hidden checks, exactly at and beyond them, and its sentences."""

import errno
import json
import re

import pytest

from minivgg.classroom.grading import hidden_cases
from minivgg.classroom.grading.hidden_cases import load_hidden_cases


def case(*calls, about="a"):
    return {"about": about, "calls": [list(call) for call in calls]}


FOUR = case([{"normal": [2, 2]}])


def load(folder, entries, name="relu_forward"):
    text = entries if isinstance(entries, str) else json.dumps(entries)
    (folder / f"{name}.json").write_text(text, encoding="utf-8")
    return load_hidden_cases(folder)


def refused(folder, entries, name="relu_forward"):
    with pytest.raises(ValueError, match=f"{name}.json") as error:
        load(folder, entries, name)
    return str(error.value).removeprefix(str(folder / f"{name}.json"))


@pytest.mark.parametrize(
    ("limit", "entries", "exact", "sentence"),
    [
        ("MAX_CASES", [FOUR, FOUR], 2, ": it contains 2 cases; at most 1 are allowed"),
        ("MAX_FILE_BYTES", [FOUR], 49, ": it is larger than 0 MB"),
        ("MAX_WRITTEN_NUMBERS", [FOUR], 2, ": it contains more than 1 numbers"),
        ("MAX_LISTS", [FOUR], 6, ": it contains more than 5 lists"),
        ("MAX_FILE_NUMBERS", [FOUR, FOUR], 8,
         ", case 2: the arrays up to this case have more than 7 numbers"),
        ("MAX_HANDLED", [case([{"normal": [1]}]), FOUR], 4,
         ", case 2: relu_forward(x) would process more than 3 numbers: make the arrays, the "
         "padding or the kernel smaller"),
        ("MAX_HANDLED", [case([{"normal": [1]}], [{"normal": [3]}])], 4,
         ", case 1: relu_forward(x) would process more than 3 numbers: make the arrays, the "
         "padding or the kernel smaller"),
        ("MAX_FILE_HANDLED", [FOUR, FOUR], 8,
         ", case 2: the cases up to this one process more than 7 numbers"),
    ],
)  # fmt: skip
def test_a_file_at_the_limit_is_read_and_one_beyond_is_not(
    limit, entries, exact, sentence, tmp_path, monkeypatch
):
    monkeypatch.setattr(hidden_cases, limit, exact)
    text = json.dumps(entries)
    assert len(text) == exact or limit != "MAX_FILE_BYTES"
    assert len(load(tmp_path, text)["relu_forward"]) == len(entries)
    monkeypatch.setattr(hidden_cases, limit, exact - 1)
    assert refused(tmp_path, text) == sentence


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("5", 'a list of cases is expected, [{"about": words, "calls": ...}, ...]'),
        ("[]", 'a list of cases is expected, [{"about": words, "calls": ...}, ...]'),
        ("[" * 5000, "its lists are nested too deeply"),
        ("[1,]", "it is not valid JSON: "),
    ],
)
def test_a_file_without_cases(text, sentence, tmp_path):
    assert refused(tmp_path, text).startswith(f": {sentence}")


def test_a_file_may_begin_with_a_mark_and_files_are_read_in_order(tmp_path):
    load(tmp_path, "\ufeff" + json.dumps([FOUR]), "relu_forward")
    found = load(tmp_path, [case([{"normal": [2]}, {"normal": [2]}], about="b")], "relu_backward")
    assert list(found) == ["relu_backward", "relu_forward"]
    assert [one.about for one in found["relu_backward"]] == ["b"]
    (tmp_path / "x.txt").write_text("no JSON")
    assert len(load_hidden_cases(str(tmp_path))) == 2


@pytest.mark.parametrize(
    ("error", "words"), [(OSError(errno.EIO, "Input/output error"), "Input/output error"),
                         (OSError("odd"), "odd")],
)  # fmt: skip
def test_a_file_that_cannot_be_read(error, words, tmp_path, monkeypatch):
    def fail(self):
        raise error

    monkeypatch.setattr(hidden_cases.Path, "read_bytes", fail)
    assert refused(tmp_path, [FOUR]) == f" cannot be read: {words}"


def test_a_name_that_is_no_function(tmp_path):
    for name, meant in (
        ("relu_forwrd", "'relu_forward'"),
        ("pooling", "'maxpool_forward' or 'max"),
    ):
        assert refused(tmp_path, [FOUR], name).startswith(
            f": there is no task {name!r}: did you mean {meant}"
        )
        (tmp_path / f"{name}.json").unlink()
    with pytest.raises(FileNotFoundError) as error:
        load_hidden_cases(tmp_path)
    assert str(error.value) == (
        f"there are no hidden checks in {tmp_path}: expected files such as conv_forward.json "
        "(assignment hidden creates them)"
    )


@pytest.mark.parametrize(
    ("calls", "sentence"),
    [
        ([[{"normal": [2]}]], "cannot be called like this: 1 arguments instead of 2"),
        ([[{"normal": [2]}] * 3], "cannot be called like this: 3 arguments instead of 2"),
        ([[{"normal": [2]}, {"normal": [3]}]], "cannot be called like this: "),
        ([[{"normal": [2]}] * 2, [{"normal": [2]}, {"previous": 1}]],
         '"previous" must be the index of one of 1 outputs, counted from 0'),
        ([[{"normal": [2]}] * 2, [{"normal": [2]}, [{"normal": [2]}, {"previous": 1}]]],
         '"previous" must be the index of one of 1 outputs, counted from 0'),
    ],
)  # fmt: skip
def test_a_case_with_which_the_function_cannot_be_called(calls, sentence, tmp_path):
    found = refused(tmp_path, [case(*calls)], "relu_backward")
    prefix = "relu_backward(dy, x) " if sentence.startswith("cannot") else ""
    assert found.startswith(f", case 1: {prefix}{sentence}")


def test_the_output_of_the_call_before_may_be_an_argument(tmp_path):
    first = [{"normal": [2]}] * 2
    for previous in ({"previous": 0}, {"previous": 0}):
        load(tmp_path, [case(first, [{"normal": [2]}, previous])], "relu_backward")
    assert re.match(
        r", case 1: maxpool", refused(tmp_path, [case(["abc", 2, 2])], "maxpool_forward")
    )
