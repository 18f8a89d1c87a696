"""Writing the reports of a grading into a folder."""

import json
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Literal, TypeAlias

from minivgg.classroom.grading.grades import ClassGrades, Student
from minivgg.classroom.grading.marks_changes import MARKS
from minivgg.classroom.reports import gradebooks
from minivgg.classroom.reports.class_page import PAGES, class_html, class_markdown
from minivgg.classroom.reports.feedback import FEEDBACK_FILE, moodle_feedback
from minivgg.classroom.reports.gradescope import (
    AFTER_PUBLISHED,
    RESULTS_FILE,
    Visibility,
    gradescope_results,
)
from minivgg.classroom.reports.marks_table import marks_csv
from minivgg.classroom.reports.moodle_worksheet import filled_worksheet
from minivgg.classroom.reports.student_page import picture_name, student_html, student_markdown
from minivgg.utils.file_names import safe_file_names
from minivgg.utils.files import JsonObject, StrPath, make_folder, replacing, write_text

Form: TypeAlias = Literal["html", "md"]


def file_names(students: Sequence[Student]) -> list[str]:
    """The names of the students' pages, without suffix.

    They are known before grading begins: of each student, only name and number count.

    Parameters
    ----------
    students : sequence of Student
        Of the whole class, in its order.

    Returns
    -------
    names : list of str
        All different, and allowed on every system. They contain the platform's number, so two
        students of one name do not change places.
    """
    own = [s.name.removesuffix(f" ({s.number})") for s in students]  # see ``collecting``
    labels = [f"{name} {s.number}".strip() for name, s in zip(own, students, strict=True)]
    return safe_file_names([label or "student" for label in labels])


def write_student(student: Student, file_name: str, out: StrPath, form: Form = "html") -> Path:
    """Write the page of one student, as soon as the student is graded.

    Parameters
    ----------
    student : Student
        A graded one.
    file_name : str
        Of the page, without suffix: see ``file_names``.
    out : path
        The folder of the reports.
    form : {"html", "md"}
        Of the page. Beside one in Markdown are its pictures.

    Returns
    -------
    page : Path
        ``out``/students/``file_name`` with the suffix.

    Raises
    ------
    OSError
        If a file cannot be written.
    """
    folder = Path(out) / PAGES
    make_folder(folder)
    page = folder / f"{file_name}.{form}"
    for grade in student.tasks if form == "md" else ():
        picture = folder / picture_name(file_name, grade.task.name)
        if grade.picture:
            _write_bytes(picture, grade.picture)
        else:
            picture.unlink(missing_ok=True)  # of an earlier grading
    text = student_html(student) if form == "html" else student_markdown(student, file_name)
    write_text(page, text)
    return page


def write_all(
    grades: ClassGrades | Sequence[Student],
    out: StrPath,
    form: Form = "html",
    gradescope: bool = False,
    visibility: Visibility = AFTER_PUBLISHED,
    worksheet: bytes = b"",
) -> tuple[Path, Path]:
    """Write marks.csv, a page for each student and one for the class, and files for platforms.

    Parameters
    ----------
    grades : ClassGrades, or sequence of Student
        Of the graded ones.
    out : path
        The folder to write to. For students of Canvas it gets canvas.csv, for those of Moodle
        moodle.csv and moodle-feedback.zip.
    form : {"html", "md"}
        Of the pages.
    gradescope : bool
        Also write a results.json for each student, in ``out`` itself if there is one student.
    visibility : {"hidden", "after_due_date", "after_published", "visible"}
        When Gradescope shows students the results of the hidden checks.
    worksheet : bytes, optional
        The grading worksheet that Moodle has made, to be filled in as moodle.csv.

    Returns
    -------
    table, index : Path
        Of marks.csv, and of the page for the class.

    Raises
    ------
    OSError
        If a file cannot be written.
    ValueError
        If ``worksheet`` is not such a file.
    """
    grades = grades if isinstance(grades, ClassGrades) else ClassGrades(list(grades))
    out, students = Path(out), grades.students
    names = file_names(students)
    make_folder(out / PAGES)
    for student, name in zip(students, names, strict=True):
        write_student(student, name, out, form)
        if gradescope:
            folder = out if len(students) == 1 else out / "gradescope" / name
            write_results(gradescope_results(student, visibility), folder)
    if gradebooks.from_platform(students, gradebooks.CANVAS):
        write_text(out / gradebooks.CANVAS_FILE, gradebooks.canvas_csv(students))
    if gradebooks.from_platform(students, gradebooks.MOODLE):
        fill = partial(filled_worksheet, worksheet) if worksheet else gradebooks.moodle_csv
        write_text(out / gradebooks.MOODLE_FILE, fill(students))
        _write_bytes(out / FEEDBACK_FILE, moodle_feedback(students))
    write_text(out / MARKS, marks_csv(students))
    index = out / f"class.{form}"
    write_text(index, (class_html if form == "html" else class_markdown)(grades, names))
    return out / MARKS, index


def write_results(results: JsonObject, folder: StrPath) -> Path:
    """Write Gradescope's results.json.

    Parameters
    ----------
    results : dict
        See ``gradescope_results`` and ``gradescope_failure``.
    folder : path
        Where it is written; it is created if it is not there.

    Returns
    -------
    path : Path
        Of the file.

    Raises
    ------
    OSError
        If it cannot be written.
    """
    make_folder(folder)
    path = Path(folder) / RESULTS_FILE
    write_text(path, json.dumps(results, indent=1, ensure_ascii=False, allow_nan=False) + "\n")
    return path


def _write_bytes(path: Path, content: bytes) -> None:
    with replacing(path) as temporary:
        temporary.write_bytes(content)
