"""What comes out of a grading: a table of marks, a page for each student, a page for the class, Gradescope's file."""

import html
import json
import re
import statistics
from collections import Counter
from pathlib import Path
from urllib.parse import quote

from minivgg.classroom.bank import TASKS
from minivgg.classroom.messages import GENERAL
from minivgg.utils import tables
from minivgg.utils.files import write_text

STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 52rem; margin: 2rem auto; padding: 0 1rem; color: #1b1b1b; }
h1 { font-size: 1.5rem; margin-bottom: .2rem; } h2 { font-size: 1.15rem; margin-top: 2rem; } h3 { font-size: 1rem; margin: 1.2rem 0 .2rem; }
table { border-collapse: collapse; } th, td { text-align: left; padding: .2rem .9rem .2rem 0; border-bottom: 1px solid #ddd; }
td.number, th.number { text-align: right; }
.bar { background: #e3e3e3; width: 10rem; height: .7rem; } .bar div { height: 100%; background: #1f77b4; }
.full .bar div { background: #2a8f4b; } p.said { margin: .3rem 0; } .note { color: #555; } code, pre { background: #f4f4f4; }
pre { padding: .5rem; white-space: pre-wrap; } .missed { border-left: 3px solid #d9822b; padding-left: .8rem; }
"""


def write_all(students, out, form="html", gradescope=False):
    """Write marks.csv, a page for each student and one for the class into the folder ``out``; returns the paths of the first and the last.

    form: "html" or "md", of the pages. gradescope: also a results.json for each student (in ``out`` itself where there is one student).
    """
    out = Path(out)
    names = _file_names(students)
    (out / "students").mkdir(parents=True, exist_ok=True)
    for student, name in zip(students, names, strict=True):
        write_text(
            out / "students" / f"{name}.{form}",
            _page(student) if form == "html" else markdown(student),
        )
        if gradescope:
            path = (
                out / "results.json"
                if len(students) == 1
                else out / "gradescope" / name / "results.json"
            )
            path.parent.mkdir(parents=True, exist_ok=True)
            write_text(
                path, json.dumps(gradescope_results(student), indent=1, ensure_ascii=False) + "\n"
            )
    write_text(out / "marks.csv", marks_csv(students))
    index = out / f"class.{form}"
    write_text(index, _class_page(students, names) if form == "html" else _class_markdown(students))
    return out / "marks.csv", index


def marks_csv(students):
    """A row for each student: points in all, out of, each task's points, recognised mistakes, remarks."""
    tasks = (
        [mark.task.name for work in students[0].works for mark in work.marks] if students else []
    )
    headers = ("student", "points", "out of", *tasks, "mistakes", "remarks")
    rows = []
    for student in students:
        marks = [mark for work in student.works for mark in work.marks]
        said = "; ".join(
            f"{mark.task.name}: {name}" for mark in marks for name in mark.verdict.mistakes
        )
        rows.append(
            (
                _cell(student.name),
                f"{student.points:g}",
                student.out_of,
                *(f"{m.points:g}" for m in marks),
                said,
                _cell(" ".join(_remarks(student))),
            )
        )
    return tables.csv(headers, rows)


def _cell(text):
    """Text that a spreadsheet does not take for a formula."""
    return f"'{text}" if text[:1] in "=+-@\t\r" and text else text


def common_mistakes(students):
    """[(task name, mistake, number of students)], the most frequent first."""
    counts = Counter()
    for student in students:
        counts.update(
            {
                (m.task.name, name)
                for work in student.works
                for m in work.marks
                for name in m.verdict.mistakes
            }
        )
    return [
        (task, name, count)
        for (task, name), count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    ]


def summary(students):
    """A few lines for the terminal."""
    if not students:
        return "nobody was graded"
    points, out_of = [student.points for student in students], students[0].out_of
    middle = f"median {statistics.median(points):g}, mean {statistics.mean(points):.1f}, all points {sum(p == out_of for p in points)}×"
    lines = [f"{len(students)} students, {out_of} points to be had: {middle}"]
    found = common_mistakes(students)[:5]
    if found:
        lines.append(
            "most frequent: "
            + ", ".join(f"{task}: {name} ({count}×)" for task, name, count in found)
        )
    return "\n".join(lines)


def gradescope_results(student):
    """Gradescope's autograder output: points and words for each task."""
    tests = []
    for work in student.works:
        for number, mark in enumerate(work.marks):
            words = (
                mark.verdict.message
                if number or not work.remarks
                else "\n".join([*work.remarks, mark.verdict.message])
            )
            entry = {
                "name": f"{work.assignment}: {mark.task.name}",
                "score": mark.points,
                "max_score": mark.task.points,
            }
            tests.append(
                entry | {"output": words, "status": "passed" if mark.verdict.passed else "failed"}
            )
    return {
        "score": student.points,
        "output": " ".join(student.remarks) or "Graded by minivgg.",
        "visibility": "visible",
        "tests": tests,
    }


def markdown(student):
    """One student's report as Markdown."""
    lines = [
        f"# {student.name}",
        "",
        f"**{student.points:g} of {student.out_of} points**",
        "",
        *student.remarks,
    ]
    for work in student.works:
        lines += [
            "",
            f"## {work.assignment}: {work.points:g} of {sum(m.task.points for m in work.marks)}",
            "",
        ]
        lines += [f"*{remark}*" for remark in work.remarks]
        for mark in work.marks:
            lines += ["", f"### {mark.task.signature}: {mark.points:g} of {mark.task.points}", ""]
            lines += [f"{line}  " for line in _words(mark)]
            if mark.printed.strip() and not mark.verdict.passed:
                fence = "`" * (max(map(len, re.findall("`+", mark.printed)), default=2) + 1)
                lines += ["", "It printed:", "", fence, mark.printed.strip(), fence]
    return "\n".join(lines) + "\n"


def _class_markdown(students):
    rows = [(s.name, f"{s.points:g}", s.out_of, " ".join(_remarks(s))) for s in students]
    text = f"# The class\n\n{summary(students)}\n\n" + tables.markdown(
        ("student", "points", "out of", "remarks"), rows
    )
    found = [
        (task, name, count, _symptom(task, name)) for task, name, count in common_mistakes(students)
    ]
    return text + "\n## Mistakes\n\n" + tables.markdown(("task", "mistake", "students", ""), found)


def _page(student):
    parts = [
        f"<h1>{_h(student.name)}</h1>",
        f"<p>{student.points:g} of {student.out_of} points</p>",
    ]
    parts += [f"<p class='note'>{_h(remark)}</p>" for remark in student.remarks]
    for work in student.works:
        shown = f" <span class='note'>({_h(work.shown)})</span>" if work.shown else ""
        parts.append(
            f"<h2>{work.assignment}{shown}: {work.points:g} of {sum(m.task.points for m in work.marks)}</h2>"
        )
        parts += [f"<p class='note'>{_h(remark)}</p>" for remark in work.remarks]
        for mark in work.marks:
            parts.append(
                f"<div class='{'full' if mark.verdict.passed else 'missed'}'><h3><code>{_h(mark.task.signature)}</code></h3>"
            )
            parts.append(_bar(mark.verdict.score, f"{mark.points:g} of {mark.task.points}"))
            parts += [f"<p class='said'>{_with_name(line, mark)}</p>" for line in _words(mark)]
            if mark.printed.strip() and not mark.verdict.passed:
                parts.append(
                    f"<p class='note'>It printed:</p><pre>{_h(mark.printed.strip())}</pre>"
                )
            parts.append("</div>")
    return _document(f"{student.name}: {student.points:g} of {student.out_of}", parts)


def _class_page(students, names):
    parts = [
        "<h1>The class</h1>",
        *(f"<p>{_h(line)}</p>" for line in summary(students).splitlines()),
    ]
    parts.append("<h2>Points</h2>" + _histogram(students))
    found = common_mistakes(students)
    if found:
        parts.append(
            "<h2>Mistakes</h2><table><tr><th>task</th><th>mistake</th><th class='number'>students</th><th></th></tr>"
        )
        parts += [
            f"<tr><td>{t}</td><td>{n}</td><td class='number'>{c}</td><td class='note'>{_h(_symptom(t, n))}</td></tr>"
            for t, n, c in found
        ]
        parts.append("</table>")
    parts.append(
        "<h2>Students</h2><table><tr><th>student</th><th class='number'>points</th><th></th><th>remarks</th></tr>"
    )
    for student, name in zip(students, names, strict=True):
        share = student.points / student.out_of if student.out_of else 0
        link = f"<a href='students/{html.escape(quote(name))}.html'>{_h(student.name)}</a>"
        row = (f"<td>{link}</td>", f"<td class='number'>{student.points:g}</td>", f"<td>{_bar(share)}</td>",
               f"<td class='note'>{_h(' '.join(_remarks(student)))}</td>")  # fmt: skip
        parts.append(f"<tr>{''.join(row)}</tr>")
    return _document("The class", [*parts, "</table>"])


def _histogram(students):
    counts = Counter(
        min(int(10 * s.points / s.out_of), 9) if s.points < s.out_of else 10 for s in students
    )
    rows, most = [], max(counts.values(), default=1)
    for tenth in range(11):
        words = "all" if tenth == 10 else f"{10 * tenth}–{10 * tenth + 10} %"
        bar = _bar(counts[tenth] / most, coloured=False)
        rows.append(
            f"<tr><td class='number'>{words}</td><td>{bar}</td><td class='number'>{counts[tenth]}</td></tr>"
        )
    return "<table>" + "".join(rows) + "</table>"


def _bar(share, words="", coloured=True):
    kind = "full" if share == 1 and coloured else ""
    return f"<div class='{kind}'><div class='bar' title='{100 * share:.0f} %'><div style='width:{100 * share:.1f}%'></div></div> {words}</div>"


def _document(title, parts):
    head = f"<!doctype html><html lang='en'><head><meta charset='utf-8'><title>{_h(title)}</title><style>{STYLE}</style></head>"
    return head + "<body>" + "\n".join(parts) + "</body></html>\n"


def _words(mark):
    """What is said of a mark, without the function's name, which stands above it."""
    return mark.verdict.message.removeprefix(f"{mark.task.name}: ").splitlines()


def _with_name(line, mark):
    """A line for HTML; the name of a mistake at its beginning stands out."""
    name, colon, rest = line.partition(":")
    return f"<b>{_h(name)}</b>:{_h(rest)}" if colon and name in mark.verdict.mistakes else _h(line)


def _symptom(task, name):
    return GENERAL.get(name) or TASKS[task].mistake(name).symptom


def _remarks(student):
    remarks = [remark for work in student.works for remark in work.remarks]
    nothing = [
        m.verdict.message.splitlines()[0]
        for work in student.works
        for m in work.marks
        if not m.verdict.score and not m.verdict.mistakes
    ]
    return [
        *student.remarks,
        *dict.fromkeys([*remarks, *(line for line in nothing if not line.endswith("not graded."))]),
    ]


def _h(text):
    """Text for HTML, without control characters."""
    return html.escape(re.sub(r"[\x00-\x08\x0b-\x1f\x7f]", "?", text))


def _file_names(students):
    """A file name for each student: without what file systems refuse, and all different."""
    taken, names = set(), []
    for student in students:
        plain = re.sub(r'[\x00-\x1f/\\:*?"<>|]', "_", student.name).strip(". ")[:100] or "student"
        name, number = plain, 2
        while name.casefold() in taken:
            name, number = f"{plain}-{number}", number + 1
        taken.add(name.casefold())
        names.append(name)
    return names
