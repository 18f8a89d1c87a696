"""What the files of a grading contain, which errors stop it, and what the options change."""

import errno
import json

import pytest
from support.grades import graded_student

from minivgg.classroom.grading.grades import ClassGrades
from minivgg.classroom.reports import writing
from minivgg.classroom.reports.writing import file_names, write_all, write_results, write_student
from minivgg.classroom.verdict import Verdict

ERRORS = [(errno.ENAMETOOLONG, True), (errno.EINVAL, True), (errno.ENOSPC, False)]


@pytest.mark.parametrize(("number", "is_name"), ERRORS)
def test_only_an_error_about_the_name_gives_the_page_another_one(
    number, is_name, tmp_path, monkeypatch
):
    tried = []

    def refuse(path, text):
        tried.append(path.stem)
        if path.stem == "Ada":
            raise OSError(number, "refused")

    monkeypatch.setattr(writing, "write_text", refuse)
    student = graded_student("Ada", key="k")
    if not is_name:
        with pytest.raises(OSError, match="refused"):
            write_student(student, "Ada", tmp_path)
        assert (tried, student.remarks) == (["Ada"], [])
        return
    page = write_student(student, "Ada", tmp_path)
    assert (page.parent, page.suffix) == (tmp_path / "students", ".html")
    assert tried == ["Ada", page.stem]
    assert page.stem == "8254c329a92850f6"  # of "k"
    student.key = ""
    by_name = write_student(student, "Ada", tmp_path)
    student.key = "Ada"
    assert write_student(student, "Ada", tmp_path) == by_name != page
    student.key = "\udcff"  # of a name that is not UTF-8
    assert len(write_student(student, "Ada", tmp_path).stem) == 16


def test_results_are_readable_and_have_no_numbers_that_json_has_not(tmp_path):
    path = write_results({"output": "Zoë", "tests": [1]}, tmp_path / "new" / "folder")
    assert path == tmp_path / "new" / "folder" / "results.json"
    text = '{\n "output": "Zoë",\n "tests": [\n  1\n ]\n}\n'
    assert path.read_bytes() == text.encode()
    with pytest.raises(ValueError, match="nan"):
        write_results({"score": float("nan")}, tmp_path)


def with_hidden(name):
    student = graded_student(name)
    grade = student.tasks[0]
    grade.hidden_count, grade.hidden = 2, Verdict(True, 1.0, (), "x")
    return student


@pytest.mark.parametrize("names", [["Ada"], ["Ada", "Ben"]])
@pytest.mark.parametrize("visibility", ["hidden", None])
def test_results_are_written_where_they_are_wanted_and_say_who_sees_what(
    names, visibility, tmp_path
):
    more = {"visibility": visibility} if visibility else {}
    students = [with_hidden(name) for name in names]
    write_all(students, tmp_path / "without", **more)
    assert not list((tmp_path / "without").rglob("results.json"))
    assert not (tmp_path / "without" / "gradescope").exists()
    write_all(students, tmp_path / "with", gradescope=True, **more)
    for name in names:
        folder = tmp_path / "with" / "gradescope" / name if len(names) > 1 else tmp_path / "with"
        tests = json.loads((folder / "results.json").read_text("utf-8"))["tests"]
        assert [one["visibility"] for one in tests] == [
            "visible", visibility or "after_published", "visible",
        ]  # fmt: skip


def test_the_pages_are_in_html_unless_markdown_is_wanted(tmp_path):
    student = graded_student("Ada")
    assert write_student(student, "Ada", tmp_path).name == "Ada.html"
    assert [p.name for p in (tmp_path / "students").iterdir()] == ["Ada.html"]  # no pictures
    table, index = write_all([student], tmp_path)
    assert (table, index) == (tmp_path / "marks.csv", tmp_path / "class.html")
    assert "<h1>The class</h1>" in index.read_text("utf-8")
    _, index = write_all(ClassGrades([student]), tmp_path, "md")
    assert index == tmp_path / "class.md"
    assert index.read_text("utf-8").startswith("# The class\n")
    assert (tmp_path / "students" / "Ada.md").read_text("utf-8").startswith("# Ada\n")


def test_the_worksheet_is_filled_in_where_there_is_one(tmp_path):
    sheet = (
        "Identifier,Full name,Grade,Maximum Grade,Feedback comments\nParticipant 7,Ada B,,10.00,\n"
    )
    student = graded_student("Ada", number="7", platform="Moodle")
    write_all([student], tmp_path)
    assert "Participant 7,Ada,7.5,10,-," in (tmp_path / "moodle.csv").read_text("utf-8")
    write_all([student], tmp_path, worksheet=sheet.encode())
    assert "Participant 7,Ada B,7.5,10.00," in (tmp_path / "moodle.csv").read_text("utf-8")


def test_pages_are_named_after_names_and_numbers():
    students = [
        graded_student(" Ada", number="7"), graded_student("Ben"), graded_student("", number="8"),
        graded_student("Kim (9)", number="9"), graded_student("Kim (9) x", number="9"),
    ]  # fmt: skip
    assert file_names(students) == ["Ada 7", "Ben", "8", "Kim 9", "Kim (9) x 9"]
