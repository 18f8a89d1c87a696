"""JSON files of a run: their text, their checksum, and what is not read."""

import sys

import pytest

from minivgg.training import run_json


def test_a_value_is_written_in_lines_with_its_checksum_last(tmp_path):
    path = tmp_path / "x.json"
    run_json.write(path, {"a": [1, 2], "b": None})
    *lines, checksum, end = path.read_text().splitlines()
    assert lines == ["{", ' "a": [', "  1,", "  2", " ],", ' "b": null,']
    assert checksum.startswith(' "checksum": "')
    assert end == "}"
    assert path.read_text().endswith("}\n")
    assert run_json.read(path) == {"a": [1, 2], "b": None}


def test_what_people_may_change_is_not_in_the_checksum(tmp_path):
    path = tmp_path / "x.json"
    run_json.write(path, {"a": 1, "b": 2}, ["b"])
    path.write_text(path.read_text().replace('"b": 2', '"b": 3'))
    assert run_json.read(path, ["a"], ["b"]) == {"a": 1, "b": 3}
    with pytest.raises(OSError, match="checksum is wrong"):
        run_json.read(path)
    with pytest.raises(OSError, match="it lacks 'c'"):
        run_json.read(path, ["a", "c"], ["b"])
    path.write_text(path.read_text().replace('"a": 1', '"a": 7'))
    with pytest.raises(OSError, match=r"x\.json .*checksum") as refused:
        run_json.read(path, [], ["b"])
    end = "(if it was changed by hand, remove the line 'checksum' from it)"
    assert str(refused.value).endswith(end)


def test_a_file_of_an_earlier_version_has_no_checksum(tmp_path):
    (tmp_path / "x.json").write_text('{"a": 1}')
    assert run_json.read(tmp_path / "x.json", ["a"]) == {"a": 1}


def test_a_file_has_64_mebibytes_at_most(tmp_path, monkeypatch):
    path = tmp_path / "x.json"
    with path.open("wb") as file:
        file.truncate((64 << 20) + 1)
    with pytest.raises(OSError, match="has more than 67,108,864 bytes, which no run writes"):
        run_json.read(path)
    path.write_text('{"a": 1}')
    monkeypatch.setattr(run_json, "MAX_BYTES", 8)
    assert run_json.read(path) == {"a": 1}
    monkeypatch.setattr(run_json, "MAX_BYTES", 7)
    with pytest.raises(OSError, match="has more than 7 bytes"):
        run_json.read(path)


def test_what_is_no_file_of_json_is_named(tmp_path):
    with pytest.raises(OSError, match="is not an ordinary file"):
        run_json.read(tmp_path)
    with pytest.raises(OSError, match="is missing"):
        run_json.read(tmp_path / "none")
    (tmp_path / "x.json").write_text("[" * 200_000)
    with pytest.raises(OSError, match=r"x\.json is damaged: it is nested too deeply"):
        run_json.read(tmp_path / "x.json")


@pytest.mark.parametrize("value", [sys.float_info.max, -sys.float_info.max, 2**1023])
def test_the_largest_float_is_a_number(value):
    assert run_json.is_number(value)
    assert not run_json.is_number(2**1024)


@pytest.mark.parametrize(
    ("value", "is_number"),
    [(0, True), (-1.5, True), (10**300, True), (10**400, False), (-(10**400), False),
     (True, False), (False, False), ("1", False), (None, False), (float("inf"), False),
     (float("-inf"), False), (float("nan"), False)],
)  # fmt: skip
def test_truth_and_what_no_float_holds_are_no_numbers(value, is_number):
    assert run_json.is_number(value) == is_number


def test_a_key_that_no_run_writes_is_damage(tmp_path):
    """A letter of the key of the checksum, for example: without that there would be no check."""
    path = tmp_path / "x.json"
    run_json.write(path, {"a": 1})
    assert run_json.read(path, known=["a", "b"]) == {"a": 1}
    path.write_text(path.read_text().replace("checksum", "chebksum"))
    with pytest.raises(
        OSError,
        match=r"x\.json has an unknown entry 'chebksum': it is damaged, or of a later version",
    ):
        run_json.read(path, known=["a", "b"])
