"""The files of a grading: pages as soon as they are done, and all others at the end."""

import json
import random

import pytest
from support.grades import PICTURE, graded_student

from minivgg.classroom.grading.grades import ClassGrades
from minivgg.classroom.reports.class_page import class_markdown
from minivgg.classroom.reports.summary import summary
from minivgg.classroom.reports.writing import file_names, write_all, write_student


def contents(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.mark.parametrize("form", ["html", "md"])
def test_a_page_written_early_is_the_same_as_at_the_end(form, tmp_path):
    students = [graded_student("Kim", number="111"), graded_student("Kim", number="222")]
    names = file_names(students)
    for student, name in zip(students, names, strict=True):
        page = write_student(student, name, tmp_path / "early", form)
        assert page == tmp_path / "early" / "students" / f"{name}.{form}"
    write_all(ClassGrades(students), tmp_path / "all", form)
    early, late = contents(tmp_path / "early"), contents(tmp_path / "all")
    assert early == {name: late[name] for name in early}
    assert set(late) - set(early) == {"marks.csv", f"class.{form}"}


def test_names_of_pages_do_not_depend_on_who_else_is_graded():
    students = [graded_student("Kim", number=str(n)) for n in (111, 222, 333)]
    whole = dict(zip("abc", file_names(students), strict=True))
    random.Random(3).shuffle(students)
    assert set(file_names(students[:2])) < set(whole.values())
    assert file_names([graded_student(""), graded_student("Ada/")]) == ["student", "Ada-"]


def test_the_number_is_once_in_the_name_of_a_page():
    assert file_names([graded_student("Kim Minsu (1043)", number="1043")]) == ["Kim Minsu 1043"]


def test_a_class_without_mistakes_has_no_table_of_them():
    student = graded_student("Ada")
    names = ["Ada"]
    assert "## Mistakes" in class_markdown(ClassGrades([student]), names)
    del student.assignments[0].tasks[1]
    assert "Mistakes" not in class_markdown(ClassGrades([student]), names)


def test_the_median_has_at_most_two_decimals():
    students = [graded_student("Ada", points_by_hand=points) for points in (7.111, 7.125)]
    assert "median 7.12, " in summary(students)


def test_pictures_lie_beside_pages_in_markdown_until_they_are_no_longer_true(tmp_path):
    student = graded_student("Ada")
    write_student(student, "Ada", tmp_path, "md")
    picture = tmp_path / "students" / "Ada.relu_backward.png"
    assert picture.read_bytes() == PICTURE
    student.tasks[1].picture = b""
    write_student(student, "Ada", tmp_path, "md")
    assert not picture.exists()


def test_files_for_a_platform_are_written_where_students_come_from_it(tmp_path):
    write_all([graded_student("Ada", number="1", platform="Canvas")], tmp_path / "c")
    write_all([graded_student("Ada", number="1", platform="Moodle")], tmp_path / "m")
    write_all([graded_student("Ada")], tmp_path / "n")
    made = {name: {path.name for path in (tmp_path / name).iterdir()} for name in "cmn"}
    common = {"marks.csv", "class.html", "students"}
    assert made["c"] == common | {"canvas.csv"}
    assert made["m"] == common | {"moodle.csv", "moodle-feedback.zip"}
    assert made["n"] == common


def test_results_for_gradescope_lie_in_the_folder_itself_for_one_student(tmp_path):
    write_all([graded_student("Ada")], tmp_path / "one", gradescope=True, visibility="hidden")
    results = json.loads((tmp_path / "one" / "results.json").read_text(encoding="utf-8"))
    assert results["score"] == 7.5
    write_all([graded_student("Ada"), graded_student("Bob")], tmp_path / "two", gradescope=True)
    assert (tmp_path / "two" / "gradescope" / "Bob" / "results.json").is_file()
