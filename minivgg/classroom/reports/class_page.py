"""The page of the class, as HTML or Markdown."""

import html
from collections import Counter
from collections.abc import Iterable, Sequence
from urllib.parse import quote

from minivgg.classroom.grading.grades import Student
from minivgg.classroom.reports.page_parts import bar, document, escape, remarks, symptom
from minivgg.classroom.reports.summary import common_mistakes, summary
from minivgg.utils import tables


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
    rows = [(s.name, f"{s.points:g}", f"{s.max_points:g}", " ".join(remarks(s))) for s in students]
    table = tables.markdown(("student", "points", "out of", "remarks"), rows)
    rows = [
        (task, name, str(count), symptom(task, name))
        for task, name, count in common_mistakes(students)
    ]
    mistakes = tables.markdown(("task", "mistake", "students", "symptom"), rows)
    return f"# The class\n\n{summary(students)}\n\n{table}\n## Mistakes\n\n{mistakes}"


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
        *(f"<p>{escape(line)}</p>" for line in summary(students).splitlines()),
        "<h2>Points</h2>",
        _histogram(students),
    ]
    if mistakes := common_mistakes(students):
        parts.append("<h2>Mistakes</h2><table><tr><th>task</th><th>mistake</th>")
        parts.append("<th class='number'>students</th><th>symptom</th></tr>")
        parts += [
            f"<tr><td>{task}</td><td>{name}</td><td class='number'>{count}</td>"
            f"<td class='note'>{escape(symptom(task, name))}</td></tr>"
            for task, name, count in mistakes
        ]
        parts.append("</table>")
    parts.append("<h2>Students</h2><table><tr><th>student</th>")
    parts.append("<th class='number'>points</th><th></th><th>remarks</th></tr>")
    for student, name in zip(students, names, strict=True):
        share = student.points / student.max_points if student.max_points else 0
        address = f"students/{html.escape(quote(name))}.html"
        parts.append(
            f"<tr><td><a href='{address}'>{escape(student.name)}</a></td>"
            f"<td class='number'>{student.points:g}</td><td>{bar(share)}</td>"
            f"<td class='note'>{escape(' '.join(remarks(student)))}</td></tr>"
        )
    return document("The class", [*parts, "</table>"])


def _histogram(students: Iterable[Student]) -> str:
    """A row for each tenth of the points, and one for full marks."""
    tenths = [
        10 if s.points >= s.max_points else int(10 * s.points / s.max_points) for s in students
    ]
    counts = Counter(tenths)
    rows, largest = [], max(counts.values(), default=1)
    for tenth in range(11):
        label = "100 %" if tenth == 10 else f"{10 * tenth}–{10 * tenth + 10} %"
        picture = bar(counts[tenth] / largest, coloured=False)
        rows.append(
            f"<tr><td class='number'>{label}</td><td>{picture}</td>"
            f"<td class='number'>{counts[tenth]}</td></tr>"
        )
    return "<table>" + "".join(rows) + "</table>"
