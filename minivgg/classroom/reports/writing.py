"""Writing all reports of a grading into a folder."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from minivgg.classroom.grading.grades import Student
from minivgg.classroom.reports.class_page import class_html, class_markdown
from minivgg.classroom.reports.gradescope import gradescope_results
from minivgg.classroom.reports.marks_table import marks_csv
from minivgg.classroom.reports.student_page import student_html, student_markdown
from minivgg.utils.file_names import safe_file_names
from minivgg.utils.files import StrPath, make_folder, write_text


def write_all(
    students: Sequence[Student],
    out: StrPath,
    form: Literal["html", "md"] = "html",
    gradescope: bool = False,
) -> tuple[Path, Path]:
    """Write marks.csv, a page for each student and one for the class.

    Parameters
    ----------
    students : sequence of Student
        The graded ones.
    out : path
        The folder to write to.
    form : {"html", "md"}
        Of the pages.
    gradescope : bool
        Also write a results.json for each student, in ``out`` itself if there is one student.

    Returns
    -------
    table, index : Path
        Of marks.csv, and of the page for the class.

    Raises
    ------
    OSError
        If a file cannot be written.
    """
    out = Path(out)
    names = safe_file_names([student.name or "student" for student in students])
    make_folder(out / "students")
    for student, name in zip(students, names, strict=True):
        page = student_html(student) if form == "html" else student_markdown(student)
        write_text(out / "students" / f"{name}.{form}", page)
        if gradescope:
            folder = out if len(students) == 1 else out / "gradescope" / name
            make_folder(folder)
            results = json.dumps(gradescope_results(student), indent=1, ensure_ascii=False)
            write_text(folder / "results.json", results + "\n")
    write_text(out / "marks.csv", marks_csv(students))
    index = out / f"class.{form}"
    write_text(index, class_html(students, names) if form == "html" else class_markdown(students))
    return out / "marks.csv", index
