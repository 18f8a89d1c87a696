"""The page of one student, as HTML or Markdown."""

import re

from minivgg.classroom.grading.grades import Student, TaskGrade
from minivgg.classroom.reports.page_parts import (
    bar,
    blocks,
    document,
    emphasise_mistake,
    escape,
    notes,
    printed_if_failed,
)


def student_markdown(student: Student) -> str:
    """One student's report as Markdown.

    Parameters
    ----------
    student : Student
        A graded one.

    Returns
    -------
    page : str
        Points and message of each function.
    """
    points = f"**{student.points:g} of {student.max_points:g} points**"
    lines = [f"# {student.name}", "", points, "", *student.remarks]
    for assignment in student.assignments:
        points = f"{assignment.points:g} of {assignment.max_points:g} points"
        lines += ["", f"## {assignment.name}: {points}", ""]
        lines += [f"*{remark}*" for remark in assignment.remarks]
        for grade in assignment.tasks:
            points = f"{grade.points:g} of {grade.out_of:g} points"
            lines += ["", f"### {grade.task.signature}: {points}", ""]
            for is_example, text in blocks(grade):
                block = text.splitlines()
                lines += ["", "```", *block, "```", ""] if is_example else [f"{b}  " for b in block]
            if printed := printed_if_failed(grade):
                fence = "`" * (max(map(len, re.findall("`+", printed)), default=2) + 1)
                lines += ["", "Printed output:", "", fence, printed, fence]
    return "\n".join(lines) + "\n"


def student_html(student: Student) -> str:
    """One student's report as an HTML page.

    Parameters
    ----------
    student : Student
        A graded one.

    Returns
    -------
    page : str
        Points and message of each function.
    """
    total = f"{student.points:g} of {student.max_points:g} points"
    parts = [f"<h1>{escape(student.name)}</h1>", f"<p>{total}</p>", *notes(student.remarks)]
    for assignment in student.assignments:
        file_name = ""
        if assignment.file_name:
            file_name = f" <span class='note'>({escape(assignment.file_name)})</span>"
        points = f"{assignment.points:g} of {assignment.max_points:g} points"
        parts.append(f"<h2>{assignment.name}{file_name}: {points}</h2>")
        parts += notes(assignment.remarks)
        for grade in assignment.tasks:
            parts += _task_html(grade)
    return document(f"{student.name}: {total}", parts)


def _task_html(grade: TaskGrade) -> list[str]:
    points = f"{grade.points:g} of {grade.out_of:g} points"
    parts = [
        f"<div class='{'full' if grade.verdict.passed else 'failed'}'>",
        f"<h3><code>{escape(grade.task.signature)}</code></h3>",
        bar(grade.verdict.score, points),
    ]
    for is_example, text in blocks(grade):
        if is_example:
            parts.append(f"<pre>{escape(text)}</pre>")
            continue
        for line in text.splitlines():
            emphasised = emphasise_mistake(line, grade.verdict.mistakes)
            parts.append(f"<p class='message'>{emphasised}</p>")
    if printed := printed_if_failed(grade):
        parts.append(f"<p class='note'>Printed output:</p><pre>{escape(printed)}</pre>")
    return [*parts, "</div>"]
