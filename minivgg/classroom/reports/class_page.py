"""The page of the class, as HTML or Markdown."""

import html
from collections import Counter
from collections.abc import Iterable, Sequence
from urllib.parse import quote

from minivgg.classroom.grading.grades import ClassGrades, Student
from minivgg.classroom.reports.page_parts import (
    all_remarks,
    bar,
    document,
    instructor_notes,
    symptom,
)
from minivgg.classroom.reports.points import write_points
from minivgg.classroom.reports.summary import common_mistakes, summary, who_made
from minivgg.utils import tables
from minivgg.utils.markup import Markup, escape_html, escape_markdown

PAGES = "students"  # the folder of the students' pages
MAX_NAMES_SHOWN = 5  # of students with a mistake; more are folded


def class_markdown(grades: ClassGrades, names: Sequence[str]) -> str:
    """The report of the class as Markdown.

    Parameters
    ----------
    grades : ClassGrades
        Of all students.
    names : sequence of str
        Of the students' pages, without suffix.

    Returns
    -------
    page : str
        The points of each student, the mistakes, and notes for the instructor.
    """
    students = grades.students
    links = [_markdown_link(s, name) for s, name in zip(students, names, strict=True)]
    lines = [f"{escape_markdown(line)}  " for line in summary(students).splitlines()]
    parts = ["# The class", "\n".join(lines)]
    if grades.isolation:
        parts.append(escape_markdown(grades.isolation))
    if notes := _notes(grades, links):
        rows = [(Markup(", ".join(who)), " ".join(sentences)) for who, sentences in notes]
        table = tables.markdown(("student", "note"), rows)
        parts.append(f"## Notes for the instructor\n\n{table}")
    rows_of_students = [
        (
            link,
            s.number,
            "LATE" if s.is_late else "",
            write_points(s.points),
            write_points(s.max_points),
            f"{s.all_seconds:.1f}",
            " ".join(all_remarks(s)),
        )
        for link, s in zip(links, students, strict=True)
    ]
    headers = ("student", "number", "late", "points", "out of", "seconds", "remarks")
    parts.append(tables.markdown(headers, rows_of_students))
    rows_of_mistakes = [
        (
            task,
            name,
            str(count),
            Markup(", ".join(links[i] for i in who_made(students, task, name))),
            symptom(task, name),
        )
        for task, name, count in common_mistakes(students)
    ]
    if rows_of_mistakes:
        table = tables.markdown(("task", "mistake", "students", "who", "symptom"), rows_of_mistakes)
        parts.append(f"## Mistakes\n\n{table}")
    for heading, entries in _lists(grades):
        parts.append(f"## {heading}\n\n{', '.join(map(escape_markdown, entries))}")
    return "\n\n".join(part.rstrip("\n") for part in parts) + "\n"


def _markdown_link(student: Student, name: str) -> Markup:
    label = escape_markdown(student.name) or "?"
    return Markup(f"[{label}]({PAGES}/{quote(name)}.md)")


def class_html(grades: ClassGrades, names: Sequence[str]) -> str:
    """The report of the class as an HTML page.

    Parameters
    ----------
    grades : ClassGrades
        Of all students.
    names : sequence of str
        Of the students' pages, without suffix.

    Returns
    -------
    page : str
        A histogram of the points, the mistakes and who made them, notes for the instructor, and
        links to the students' pages.
    """
    students = grades.students
    links = [
        f"<a href='{PAGES}/{html.escape(quote(name))}.html'>{escape_html(s.name) or '?'}</a>"
        for s, name in zip(students, names, strict=True)
    ]
    parts = [
        "<h1>The class</h1>",
        *(f"<p>{escape_html(line)}</p>" for line in summary(students).splitlines()),
    ]
    if grades.isolation:
        parts.append(f"<p class='note'>{escape_html(grades.isolation)}</p>")
    parts += ["<h2>Points</h2>", _histogram(students)]
    parts += _notes_html(grades, links)
    parts += _mistakes_html(students, links)
    parts += _students_html(students, links)
    for heading, entries in _lists(grades):
        items = "".join(f"<li>{escape_html(entry)}</li>" for entry in entries)
        parts.append(f"<h2>{heading}</h2><ul>{items}</ul>")
    return document("The class", parts)


def _notes(grades: ClassGrades, links: Sequence[str]) -> list[tuple[list[str], list[str]]]:
    """Links and sentences: a row for each group of equal functions, then one for each student."""
    link_of = {student.key: link for student, link in zip(grades.students, links, strict=True)}
    rows = [
        ([link_of[key] for key in group.keys if key in link_of], [group.sentence])
        for group in grades.equal
    ]
    for student, link in zip(grades.students, links, strict=True):
        if sentences := instructor_notes(student, copies=False):
            rows.append(([link], sentences))
    return rows


def _lists(grades: ClassGrades) -> list[tuple[str, list[str]]]:
    """What is not in the tables: headings and entries."""
    lists = [
        ("Students not graded this time", grades.waiting),
        ("Entries that belong to no student", grades.ignored),
    ]
    return [(heading, entries) for heading, entries in lists if entries]


def _notes_html(grades: ClassGrades, links: Sequence[str]) -> list[str]:
    """A section about copies and such, which the students' pages do not show."""
    notes = _notes(grades, links)
    if not notes:
        return []
    head = "<h2>Notes for the instructor</h2><p class='note'>Students do not see these.</p>"
    rows = [
        f"<tr><td>{_folded(who)}</td><td>{'<br>'.join(map(escape_html, sentences))}</td></tr>"
        for who, sentences in notes
    ]
    header = "<tr><th>student</th><th>note</th></tr>"
    return [head, "<div class='wide'><table>", header, *rows, "</table></div>"]


def _mistakes_html(students: Sequence[Student], links: Sequence[str]) -> list[str]:
    mistakes = common_mistakes(students)
    if not mistakes:
        return []
    rows = [
        f"<tr><td>{escape_html(task)}</td><td class='about'>{escape_html(name)}<br>"
        f"<span class='note'>{escape_html(symptom(task, name))}</span></td>"
        f"<td class='number'>{count}</td>"
        f"<td>{_folded([links[i] for i in who_made(students, task, name)])}</td></tr>"
        for task, name, count in mistakes
    ]
    header = (
        "<tr><th>task</th><th>mistake</th><th class='number'>students</th><th>made by</th></tr>"
    )
    return ["<h2>Mistakes</h2><div class='wide'><table>", header, *rows, "</table></div>"]


def _folded(links: Sequence[str]) -> str:
    """Links with commas between; many can be unfolded."""
    text = ", ".join(links)
    if len(links) <= MAX_NAMES_SHOWN:
        return text
    return f"<details><summary>{len(links)} students</summary>{text}</details>"


def _students_html(students: Sequence[Student], links: Sequence[str]) -> list[str]:
    rows = []
    for student, link in zip(students, links, strict=True):
        share = student.points / student.max_points if student.max_points else 0
        late = " <span class='late'>LATE</span>" if student.is_late else ""
        number = f"<br><span class='note'>{escape_html(student.number)}</span>"
        rows.append(
            f"<tr><td>{link}{late}{number if student.number else ''}</td>"
            f"<td class='number'>{write_points(student.points)}</td><td>{bar(share)}</td>"
            f"<td class='number'>{student.all_seconds:.1f}</td>"
            f"<td class='note'>{escape_html(' '.join(all_remarks(student)))}</td></tr>"
        )
    header = (
        "<tr><th>student</th><th class='number'>points</th><th></th>"
        "<th class='number'>seconds</th><th>remarks</th></tr>"
    )
    opening = "<h2>Students</h2><div class='wide narrow'><table>"
    return [opening, header, *rows, "</table></div>"]


def _histogram(students: Iterable[Student]) -> str:
    """A row for each tenth of the points, and one for full marks."""
    tenths = [
        10 if s.points >= s.max_points else max(0, int(10 * s.points / s.max_points))
        for s in students
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
