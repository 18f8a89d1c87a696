"""Reports of a grading: table of marks, pages of the students and the class, Gradescope's file."""

import html
import itertools
import json
import re
import statistics
import textwrap
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Literal
from urllib.parse import quote

from minivgg.classroom.bank import TASKS
from minivgg.classroom.grading import Student, TaskGrade
from minivgg.classroom.messages import GENERAL_MISTAKES
from minivgg.utils import tables
from minivgg.utils.file_names import safe_file_names
from minivgg.utils.files import JsonObject, StrPath, make_folder, write_text

STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 52rem; margin: 2rem auto;
  padding: 0 1rem; color: #1b1b1b; }
h1 { font-size: 1.5rem; margin-bottom: .2rem; }
h2 { font-size: 1.15rem; margin-top: 2rem; }
h3 { font-size: 1rem; margin: 1.2rem 0 .2rem; }
table { border-collapse: collapse; }
th, td { text-align: left; padding: .2rem .9rem .2rem 0; border-bottom: 1px solid #ddd; }
td.number, th.number { text-align: right; }
.bar { background: #e3e3e3; width: 10rem; height: .7rem; }
.bar div { height: 100%; background: #1f77b4; }
.full .bar div { background: #2a8f4b; }
p.message { margin: .3rem 0; }
.note { color: #555; }
code, pre { background: #f4f4f4; }
pre { padding: .5rem; white-space: pre-wrap; }
.failed { border-left: 3px solid #d9822b; padding-left: .8rem; }
"""
MOST_FREQUENT = 5  # mistakes in the summary


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


def marks_csv(students: Sequence[Student]) -> str:
    """A row for each student: points, out of how many, points of each task, mistakes, remarks.

    Parameters
    ----------
    students : sequence of Student
        The graded ones.

    Returns
    -------
    table : str
        In CSV, for a spreadsheet.
    """
    tasks = [grade.task.name for grade in students[0].tasks] if students else []
    headers = ("student", "points", "out of", *tasks, "mistakes", "remarks")
    rows = []
    for student in students:
        mistakes = "; ".join(
            f"{grade.task.name}: {name}"
            for grade in student.tasks
            for name in grade.verdict.mistakes
        )
        rows.append(
            (
                _spreadsheet_cell(student.name),
                f"{student.points:g}",
                student.max_points,
                *(f"{grade.points:g}" for grade in student.tasks),
                mistakes,
                _spreadsheet_cell(" ".join(_remarks(student))),
            )
        )
    return tables.csv(headers, rows)


def _spreadsheet_cell(text: str) -> str:
    """Text that a spreadsheet does not read as a formula."""
    return f"'{text}" if text[:1] in "=+-@\t\r" and text else text


def common_mistakes(students: Iterable[Student]) -> list[tuple[str, str, int]]:
    """How many students made each mistake.

    Parameters
    ----------
    students : iterable of Student
        The graded ones.

    Returns
    -------
    rows : list of (str, str, int)
        Task, mistake and number of students, the most frequent first.
    """
    counts: Counter[tuple[str, str]] = Counter()
    for student in students:
        counts.update({(g.task.name, name) for g in student.tasks for name in g.verdict.mistakes})
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return [(task, name, count) for (task, name), count in ordered]


def summary(students: Sequence[Student]) -> str:
    """A few lines for the terminal.

    Parameters
    ----------
    students : sequence of Student
        The graded ones.

    Returns
    -------
    lines : str
        The median and mean of the points, and the most frequent mistakes.
    """
    if not students:
        return "no students were graded"
    points, max_points = [student.points for student in students], students[0].max_points
    count = f"{len(students)} student{'s' * (len(students) != 1)}"
    full = sum(p == max_points for p in points)
    lines = [
        f"{count}, out of {max_points} points: median {statistics.median(points):g}, "
        f"mean {statistics.mean(points):.1f}, {full} with full marks"
    ]
    if frequent := common_mistakes(students)[:MOST_FREQUENT]:
        names = ", ".join(f"{name} in {task} ({count}×)" for task, name, count in frequent)
        lines.append(f"Most frequent mistakes: {names}")
    return "\n".join(lines)


def gradescope_results(student: Student) -> JsonObject:
    """Gradescope's autograder output: points and message of each task.

    Parameters
    ----------
    student : Student
        A graded one.

    Returns
    -------
    results : dict
        The content of results.json.
    """
    tests = []
    for assignment in student.assignments:
        for number, grade in enumerate(assignment.tasks):
            remarks = assignment.remarks if number == 0 else []
            tests.append(
                {
                    "name": f"{assignment.name}: {grade.task.name}",
                    "score": grade.points,
                    "max_score": grade.task.points,
                    "output": "\n".join([*remarks, grade.verdict.message]),
                    "status": "passed" if grade.verdict.passed else "failed",
                }
            )
    return {
        "score": student.points,
        "output": " ".join(student.remarks) or "Graded by minivgg.",
        "visibility": "visible",
        "tests": tests,
    }


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
    points = f"**{student.points:g} of {student.max_points} points**"
    lines = [f"# {student.name}", "", points, "", *student.remarks]
    for assignment in student.assignments:
        points = f"{assignment.points:g} of {assignment.max_points} points"
        lines += ["", f"## {assignment.name}: {points}", ""]
        lines += [f"*{remark}*" for remark in assignment.remarks]
        for grade in assignment.tasks:
            points = f"{grade.points:g} of {grade.task.points} points"
            lines += ["", f"### {grade.task.signature}: {points}", ""]
            for is_example, text in _blocks(grade):
                block = text.splitlines()
                lines += ["", "```", *block, "```", ""] if is_example else [f"{b}  " for b in block]
            if printed := _printed_if_failed(grade):
                fence = "`" * (max(map(len, re.findall("`+", printed)), default=2) + 1)
                lines += ["", "Printed output:", "", fence, printed, fence]
    return "\n".join(lines) + "\n"


def class_markdown(students: Sequence[Student]) -> str:
    """The report of the class as Markdown.

    Parameters
    ----------
    students : sequence of Student
        The graded ones.

    Returns
    -------
    page : str
        The points of each student, and the mistakes.
    """
    rows = [(s.name, f"{s.points:g}", s.max_points, " ".join(_remarks(s))) for s in students]
    table = tables.markdown(("student", "points", "out of", "remarks"), rows)
    rows = [
        (task, name, count, _symptom(task, name)) for task, name, count in common_mistakes(students)
    ]
    mistakes = tables.markdown(("task", "mistake", "students", "symptom"), rows)
    return f"# The class\n\n{summary(students)}\n\n{table}\n## Mistakes\n\n{mistakes}"


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
    total = f"{student.points:g} of {student.max_points} points"
    parts = [f"<h1>{_escape(student.name)}</h1>", f"<p>{total}</p>", *_notes(student.remarks)]
    for assignment in student.assignments:
        file_name = ""
        if assignment.file_name:
            file_name = f" <span class='note'>({_escape(assignment.file_name)})</span>"
        points = f"{assignment.points:g} of {assignment.max_points} points"
        parts.append(f"<h2>{assignment.name}{file_name}: {points}</h2>")
        parts += _notes(assignment.remarks)
        for grade in assignment.tasks:
            parts += _task_html(grade)
    return _document(f"{student.name}: {total}", parts)


def _task_html(grade: TaskGrade) -> list[str]:
    points = f"{grade.points:g} of {grade.task.points} points"
    parts = [
        f"<div class='{'full' if grade.verdict.passed else 'failed'}'>",
        f"<h3><code>{_escape(grade.task.signature)}</code></h3>",
        _bar(grade.verdict.score, points),
    ]
    for is_example, text in _blocks(grade):
        if is_example:
            parts.append(f"<pre>{_escape(text)}</pre>")
            continue
        for line in text.splitlines():
            emphasised = _emphasise_mistake(line, grade.verdict.mistakes)
            parts.append(f"<p class='message'>{emphasised}</p>")
    if printed := _printed_if_failed(grade):
        parts.append(f"<p class='note'>Printed output:</p><pre>{_escape(printed)}</pre>")
    return [*parts, "</div>"]


def class_html(students: Sequence[Student], names: Sequence[str]) -> str:
    """The report of the class as an HTML page.

    Parameters
    ----------
    students : sequence of Student
        The graded ones.
    names : sequence of str
        Of the students' pages, without suffix.

    Returns
    -------
    page : str
        A histogram of the points, the mistakes, and links to the students' pages.
    """
    parts = [
        "<h1>The class</h1>",
        *(f"<p>{_escape(line)}</p>" for line in summary(students).splitlines()),
        "<h2>Points</h2>",
        _histogram(students),
    ]
    if mistakes := common_mistakes(students):
        parts.append("<h2>Mistakes</h2><table><tr><th>task</th><th>mistake</th>")
        parts.append("<th class='number'>students</th><th>symptom</th></tr>")
        parts += [
            f"<tr><td>{task}</td><td>{name}</td><td class='number'>{count}</td>"
            f"<td class='note'>{_escape(_symptom(task, name))}</td></tr>"
            for task, name, count in mistakes
        ]
        parts.append("</table>")
    parts.append("<h2>Students</h2><table><tr><th>student</th>")
    parts.append("<th class='number'>points</th><th></th><th>remarks</th></tr>")
    for student, name in zip(students, names, strict=True):
        share = student.points / student.max_points if student.max_points else 0
        address = f"students/{html.escape(quote(name))}.html"
        parts.append(
            f"<tr><td><a href='{address}'>{_escape(student.name)}</a></td>"
            f"<td class='number'>{student.points:g}</td><td>{_bar(share)}</td>"
            f"<td class='note'>{_escape(' '.join(_remarks(student)))}</td></tr>"
        )
    return _document("The class", [*parts, "</table>"])


def _histogram(students: Iterable[Student]) -> str:
    """A row for each tenth of the points, and one for full marks."""
    tenths = [
        10 if s.points >= s.max_points else int(10 * s.points / s.max_points) for s in students
    ]
    counts = Counter(tenths)
    rows, largest = [], max(counts.values(), default=1)
    for tenth in range(11):
        label = "100 %" if tenth == 10 else f"{10 * tenth}–{10 * tenth + 10} %"
        bar = _bar(counts[tenth] / largest, coloured=False)
        rows.append(
            f"<tr><td class='number'>{label}</td><td>{bar}</td>"
            f"<td class='number'>{counts[tenth]}</td></tr>"
        )
    return "<table>" + "".join(rows) + "</table>"


def _bar(share: float, label: str = "", coloured: bool = True) -> str:
    kind = "full" if share == 1 and coloured else ""
    percent = f"{100 * share:.1f}%"
    return (
        f"<div class='{kind}'><div class='bar' title='{100 * share:.0f} %'>"
        f"<div style='width:{percent}'></div></div> {label}</div>"
    )


def _document(title: str, parts: Iterable[str]) -> str:
    head = f"<meta charset='utf-8'><title>{_escape(title)}</title><style>{STYLE}</style>"
    body = "\n".join(parts)
    return f"<!doctype html><html lang='en'><head>{head}</head><body>{body}</body></html>\n"


def _notes(remarks: Iterable[str]) -> list[str]:
    return [f"<p class='note'>{_escape(remark)}</p>" for remark in remarks]


def _blocks(grade: TaskGrade) -> Iterator[tuple[bool, str]]:
    """The lines of a message in groups: whether they are an example with numbers, and the text."""
    for is_indented, lines in itertools.groupby(_message_lines(grade), _is_indented):
        yield is_indented, textwrap.dedent("\n".join(lines))


def _is_indented(line: str) -> bool:
    return line.startswith("  ")


def _message_lines(grade: TaskGrade) -> list[str]:
    """The lines of a message without the name of the function, which is in the heading."""
    message, prefix = grade.verdict.message, f"{grade.task.name}: "
    if message.startswith(prefix):
        message = message.removeprefix(prefix)
        message = message[0].upper() + message[1:]
    return message.splitlines()


def _printed_if_failed(grade: TaskGrade) -> str:
    return "" if grade.verdict.passed else grade.printed.strip()


def _emphasise_mistake(line: str, mistakes: Collection[str]) -> str:
    """A line as HTML, with the name of a mistake at its beginning in bold."""
    name, colon, rest = line.partition(":")
    if colon and name in mistakes:
        return f"<b>{_escape(name)}</b>:{_escape(rest)}"
    return _escape(line)


def _symptom(task: str, name: str) -> str:
    return GENERAL_MISTAKES.get(name) or TASKS[task].find_mistake(name).symptom


def _remarks(student: Student) -> list[str]:
    """All remarks about a student, with the messages of functions that could not be graded."""
    remarks = [remark for assignment in student.assignments for remark in assignment.remarks]
    failures = [
        grade.verdict.message.splitlines()[0]
        for grade in student.tasks
        if not grade.verdict.score and not grade.verdict.mistakes
    ]
    failures = [line for line in failures if not line.endswith("not graded.")]
    return [*student.remarks, *dict.fromkeys([*remarks, *failures])]


def _escape(text: str) -> str:
    """Text as HTML, without control characters."""
    return html.escape(re.sub(r"[\x00-\x08\x0b-\x1f\x7f]", "?", text))
