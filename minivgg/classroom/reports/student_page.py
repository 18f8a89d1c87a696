"""The page of one student, as HTML or Markdown."""

import base64
from urllib.parse import quote

from minivgg.classroom.grading.grades import AssignmentGrade, Student, TaskGrade
from minivgg.classroom.reports.page_parts import (
    bar,
    describe_seconds,
    document,
    emphasise_mistake,
    hidden_lines,
    message_blocks,
    note_paragraphs,
    printed_if_failed,
    was_graded,
    was_handed_in,
)
from minivgg.classroom.reports.points import describe_points, describe_total, write_points
from minivgg.utils.markup import escape_html, escape_markdown, markdown_code


def picture_name(file_name: str, task: str) -> str:
    """The name of the file with a picture, which is beside a page in Markdown.

    Parameters
    ----------
    file_name : str
        Of the student's page, without suffix.
    task : str
        The name of the function.

    Returns
    -------
    name : str
        Of a PNG.
    """
    return f"{file_name}.{task}.png"


def student_markdown(student: Student, file_name: str = "") -> str:
    """One student's report as Markdown.

    Parameters
    ----------
    student : Student
        A graded one.
    file_name : str
        Of the page, without suffix; without it, the page shows no pictures.

    Returns
    -------
    page : str
        Points and message of each function. No text of the student's is Markdown or HTML.
    """
    late = " (LATE)" if student.is_late else ""
    lines = [
        f"# {escape_markdown(student.name)}{late}",
        "",
        f"**{escape_markdown(describe_total(student))}**",
        "",
    ]
    lines += [f"{escape_markdown(remark)}  " for remark in student.remarks]
    if seconds := describe_seconds(student):
        lines += ["", seconds]
    for assignment in student.assignments:
        lines += ["", f"## {assignment.name}: {_points(assignment)}", ""]
        if not was_handed_in(assignment):
            lines.append(escape_markdown(_not_handed_in(assignment)))
            continue
        lines += [f"{escape_markdown(remark)}  " for remark in assignment.remarks]
        for grade in filter(was_graded, assignment.tasks):
            lines += _task_markdown(grade, file_name)
        if sentence := _not_graded(assignment):
            lines += ["", escape_markdown(sentence)]
        lines += [line for text in _printed_while_reading(assignment) for line in ("", *text)]
    return "\n".join(lines) + "\n"


def _task_markdown(grade: TaskGrade, file_name: str) -> list[str]:
    points = escape_markdown(describe_points(grade))
    lines = ["", f"### `{grade.task.signature}`: {points}", ""]
    for is_example, text in message_blocks(grade):
        if is_example:
            lines += ["", *markdown_code(text), ""]
        else:
            lines += [f"{escape_markdown(line)}  " for line in text.splitlines()]
    lines += [f"{escape_markdown(line)}  " for line in hidden_lines(grade)]
    if grade.picture and file_name:
        address = quote(picture_name(file_name, grade.task.name))
        lines += ["", f"![{escape_markdown(_alternative(grade))}]({address})"]
    if printed := printed_if_failed(grade):
        lines += ["", "Printed output:", "", *markdown_code(printed)]
    return lines


def student_html(student: Student) -> str:
    """One student's report as an HTML page.

    Parameters
    ----------
    student : Student
        A graded one.

    Returns
    -------
    page : str
        Points, message and picture of each function; it needs no other file.
    """
    late = " <span class='late'>LATE</span>" if student.is_late else ""
    parts = [
        f"<h1>{escape_html(student.name)}{late}</h1>",
        f"<p>{escape_html(describe_total(student))}</p>",
        *note_paragraphs(student.remarks),
    ]
    if seconds := describe_seconds(student):
        parts.append(f"<p class='note'>{seconds}</p>")
    for assignment in student.assignments:
        file_name = ""
        if assignment.file_name:
            file_name = f" <span class='note'>({escape_html(assignment.file_name)})</span>"
        parts.append(f"<h2>{assignment.name}{file_name}: {_points(assignment)}</h2>")
        if not was_handed_in(assignment):
            parts += note_paragraphs([_not_handed_in(assignment)])
            continue
        parts += note_paragraphs(assignment.remarks)
        for grade in filter(was_graded, assignment.tasks):
            parts += _task_html(grade)
        if sentence := _not_graded(assignment):
            parts.append(f"<p>{escape_html(sentence)}</p>")
        for _, *lines, _ in _printed_while_reading(assignment):
            parts.append(_printed_html("\n".join(lines)))
    return document(f"{student.name}: {write_points(student.points)} points", parts)


def _task_html(grade: TaskGrade) -> list[str]:
    share = grade.points / grade.out_of if grade.out_of else grade.verdict.score
    parts = [
        f"<div class='{'full' if grade.verdict.passed else 'failed'}'>",
        f"<h3><code>{escape_html(grade.task.signature)}</code></h3>",
        bar(share, escape_html(describe_points(grade))),
    ]
    for is_example, text in message_blocks(grade):
        if is_example:
            parts.append(f"<pre>{escape_html(text)}</pre>")
            continue
        parts += [_message_html(line, grade) for line in text.splitlines()]
    parts += [_message_html(line, grade) for line in hidden_lines(grade)]
    if grade.picture:
        data = base64.b64encode(grade.picture).decode("ascii")
        alternative = escape_html(_alternative(grade))
        parts.append(f"<p><img alt='{alternative}' src='data:image/png;base64,{data}'></p>")
    if printed := printed_if_failed(grade):
        parts.append(_printed_html(printed))
    return [*parts, "</div>"]


def _message_html(line: str, grade: TaskGrade) -> str:
    return f"<p class='message'>{emphasise_mistake(line, grade.verdict.mistakes)}</p>"


def _printed_html(text: str) -> str:
    return f"<p class='note'>Printed output:</p><pre>{escape_html(text)}</pre>"


def _points(assignment: AssignmentGrade) -> str:
    points = f"{write_points(assignment.points)} of {write_points(assignment.max_points)} points"
    weight = f", weight {assignment.weight:g}" if assignment.weight != 1 else ""
    return f"{points}{weight}"


def _not_handed_in(assignment: AssignmentGrade) -> str:
    return " ".join(assignment.remarks) or "Not handed in."


def _not_graded(assignment: AssignmentGrade) -> str:
    names = [grade.task.name for grade in assignment.tasks if not was_graded(grade)]
    return f"Not graded: {', '.join(names)}." if names else ""


def _printed_while_reading(assignment: AssignmentGrade) -> list[list[str]]:
    """What a file that cannot be read has printed, once, as lines of Markdown."""
    texts = [printed_if_failed(g) for g in assignment.tasks if not was_graded(g)]
    return [markdown_code(text) for text in dict.fromkeys(texts) if text]


def _alternative(grade: TaskGrade) -> str:
    """The text instead of the picture."""
    return f"{grade.task.name}: the right numbers beside those of the function, wrong ones framed"
