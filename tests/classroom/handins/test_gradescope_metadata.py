"""What Gradescope's files say: the students of each folder, and who was late."""

import json

import pytest

from minivgg.classroom.handins import gradescope_metadata
from minivgg.classroom.handins.gradescope_metadata import read_class, read_submission
from minivgg.classroom.handins.platforms import Sender

LIST = """\
---
# a comment:
submission_1:
  :submitters:
  - :name: Ada Byron
    :sid: '7'
    :email: ada@school.example
  - :name: null
    :sid: ~
    :email: bo@school.example
  :created_at: 2024-09-20 10:11:12 Z
  :history:
    :name: nobody
  :score: 3.0
'submission 2':
  :history:
  - :name: nobody
  :submitters:
    :name: before the first student
  - :sid: "8"
"submission_3":
  :submitters: []
submission_4:
  :submitters:
  - :name: Cy
    :sid:
    :other: x
    :email:
"""


def found_in(tmp_path, text):
    path = tmp_path / "list.yml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return read_class(path)


def test_the_students_of_each_folder(tmp_path):
    assert found_in(tmp_path, LIST) == {
        "submission_1": Sender("Ada Byron", "7, bo@school.example", "Gradescope"),
        "submission 2": Sender("submission 2", "8", "Gradescope"),
        "submission_4": Sender("Cy", "", "Gradescope"),
    }


def test_a_list_in_another_encoding_is_read_as_far_as_it_goes(tmp_path):
    text = LIST.replace("Ada", "Müller").encode("latin-1")
    assert found_in(tmp_path, text)["submission_1"].name == "M�ller Byron"
    assert found_in(tmp_path, LIST.replace("Ada", "Müller"))["submission_1"].name == "Müller Byron"


def test_the_encoding_does_not_depend_on_the_system(tmp_path, ascii_by_default):
    text = LIST.replace("Ada", "Müller")
    assert found_in(tmp_path, text)["submission_1"].name == "Müller Byron"


def test_what_comes_before_the_list_of_students_names_nobody(tmp_path):
    text = "s_1:\n  - :name: nobody\n  :submitters:\n  - :name: Ada\n"
    assert found_in(tmp_path, text)["s_1"].name == "Ada"


def test_a_line_does_not_end_where_a_name_contains_a_return(tmp_path):
    text = LIST.replace("Ada Byron", '"Ada\rsubmission_9:"')
    assert "submission_9" not in found_in(tmp_path, text)


def test_lines_may_end_as_on_windows(tmp_path):
    assert found_in(tmp_path, LIST.replace("\n", "\r\n")) == found_in(tmp_path, LIST)


def test_a_list_is_read_up_to_a_number_of_lines(tmp_path, monkeypatch):
    monkeypatch.setattr(gradescope_metadata, "MAX_LINES", 8)
    assert found_in(tmp_path, LIST)["submission_1"].number == "7"
    monkeypatch.setattr(gradescope_metadata, "MAX_LINES", 10)
    assert found_in(tmp_path, LIST)["submission_1"].number == "7, bo@school.example"


def test_only_the_beginning_of_a_line_is_read(tmp_path, monkeypatch):
    monkeypatch.setattr(gradescope_metadata, "MAX_LINE", 19)
    text = "s_1:\n  :submitters:\n  - :name: 123456789\n  - :name: 1234567\n"
    assert found_in(tmp_path, text)["s_1"].name == "12345678, 1234567"


def test_a_name_that_ends_where_the_beginning_of_its_line_ends_is_whole(tmp_path, monkeypatch):
    text = "s_1:\n  :submitters:\n  - :name: Ada\n  - :name: Bo\n"
    monkeypatch.setattr(gradescope_metadata, "MAX_LINE", len("  - :name: Ada"))
    assert found_in(tmp_path, text)["s_1"].name == "Ada, Bo"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (" Ada ", "Ada"),
        ('"Ada"', "Ada"),
        ("'Ada'", "Ada"),
        ("'O''Neil'", "O'Neil"),
        ('"M\\u00fcller"', "Müller"),
        ('"M\\xfcller"', "Müller"),
        ('"a\\"b\\\\c"', 'a"b\\c'),
        ('""', ""),
        ("''", ""),
        ('"', '"'),
        ("'", "'"),
        ("\"Ada'", "\"Ada'"),
        ("null", ""),
        ("~", ""),
        ("", ""),
    ],
)
def test_values_in_the_list(text, value):
    assert gradescope_metadata._yaml_value(text) == value


def submission(tmp_path, found):
    (tmp_path / "submission_metadata.json").write_text(
        found if isinstance(found, str) else json.dumps(found), encoding="utf-8"
    )
    return read_submission(tmp_path / "submission")


USERS = [{"name": " Ada ", "sid": 7}, "odd", {"name": None}, {"name": "Müller", "sid": "8"}]
DUE, LATE = "2024-09-20T10:00:00-07:00", "2024-09-20T10:00:01-07:00"
SOON = "2024-09-20T16:59:59+00:00"  # a second before it is due


def test_the_students_of_a_submission(tmp_path):
    assert submission(tmp_path, {"users": USERS}) == Sender("Ada, Müller", "7, 8", "Gradescope")
    assert submission(tmp_path, {}) == Sender("", "", "Gradescope")
    assert submission(tmp_path, {"users": None}) == Sender("", "", "Gradescope")
    for damaged in ("[1]", "{", '{"users": 3}', "[" * 100_000):
        assert submission(tmp_path, damaged) is None
    (tmp_path / "submission_metadata.json").unlink()
    assert read_submission(tmp_path / "submission") is None


def test_a_description_has_a_largest_size(tmp_path, monkeypatch):
    assert gradescope_metadata.MAX_BYTES == 16_777_216
    monkeypatch.setattr(gradescope_metadata, "MAX_BYTES", 2)
    assert submission(tmp_path, "{}") == Sender("", "", "Gradescope")
    assert submission(tmp_path, "{ }") is None


@pytest.mark.parametrize(
    ("created", "own", "is_late"),
    [
        (DUE, [None], False),
        (LATE, [None], True),
        (SOON, [None], False),
        (LATE, [LATE], False),
        (LATE, [None, LATE], False),
        (LATE, [DUE, LATE], False),
        (LATE, [LATE, DUE], False),
        (LATE, [DUE], True),
        (LATE, [""], True),
        ("yesterday", [None], False),
    ],
)
def test_late_is_what_comes_after_the_last_due_date_of_its_students(
    created, own, is_late, tmp_path
):
    users = [
        {"name": "x"} if due is None else {"name": "x", "assignment": {"due_date": due}}
        for due in own
    ]
    found = {"created_at": created, "assignment": {"due_date": DUE}, "users": users}
    assert submission(tmp_path, found).is_late is is_late


@pytest.mark.parametrize(
    "found", [{"created_at": LATE}, {"assignment": {"due_date": DUE}}, {"assignment": [DUE]}]
)
def test_without_dates_nobody_is_late(found, tmp_path):
    assert submission(tmp_path, found | {"users": [{"name": "x"}]}).is_late is False
