"""What the pages of students and of the class share."""

import html
import itertools
import re
import textwrap
from collections.abc import Collection, Iterable, Iterator

from minivgg.classroom.bank import TASKS
from minivgg.classroom.grading.grades import Student, TaskGrade
from minivgg.classroom.messages import GENERAL_MISTAKES

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


def bar(share: float, label: str = "", coloured: bool = True) -> str:
    """A bar as HTML.

    Parameters
    ----------
    share : float
        From 0 to 1.
    label : str
        Beside the bar.
    coloured : bool
        Whether a full bar has another colour.

    Returns
    -------
    part : str
        Of a page.
    """
    kind = "full" if share == 1 and coloured else ""
    percent = f"{100 * share:.1f}%"
    return (
        f"<div class='{kind}'><div class='bar' title='{100 * share:.0f} %'>"
        f"<div style='width:{percent}'></div></div> {label}</div>"
    )


def document(title: str, parts: Iterable[str]) -> str:
    """A whole HTML page.

    Parameters
    ----------
    title : str
        Of the page.
    parts : iterable of str
        Its content, as HTML.

    Returns
    -------
    page : str
        With its style: it needs no other file.
    """
    head = f"<meta charset='utf-8'><title>{escape(title)}</title><style>{STYLE}</style>"
    body = "\n".join(parts)
    return f"<!doctype html><html lang='en'><head>{head}</head><body>{body}</body></html>\n"


def notes(remarks: Iterable[str]) -> list[str]:
    """Remarks as HTML.

    Parameters
    ----------
    remarks : iterable of str
        Sentences.

    Returns
    -------
    parts : list of str
        Of a page.
    """
    return [f"<p class='note'>{escape(remark)}</p>" for remark in remarks]


def blocks(grade: TaskGrade) -> Iterator[tuple[bool, str]]:
    """The lines of a message in groups: whether they are an example with numbers, and the text."""
    for is_indented, lines in itertools.groupby(message_lines(grade), _is_indented):
        yield is_indented, textwrap.dedent("\n".join(lines))


def _is_indented(line: str) -> bool:
    return line.startswith("  ")


def message_lines(grade: TaskGrade) -> list[str]:
    """The lines of a message without the name of the function, which is in the heading."""
    message, prefix = grade.verdict.message, f"{grade.task.name}: "
    if message.startswith(prefix):
        message = message.removeprefix(prefix)
        message = message[0].upper() + message[1:]
    return message.splitlines()


def printed_if_failed(grade: TaskGrade) -> str:
    """What a function printed, if it failed.

    Parameters
    ----------
    grade : TaskGrade
        Of the function.

    Returns
    -------
    text : str
        "" if it passed, or printed nothing.
    """
    return "" if grade.verdict.passed else grade.printed.strip()


def emphasise_mistake(line: str, mistakes: Collection[str]) -> str:
    """A line as HTML, with the name of a mistake at its beginning in bold."""
    name, colon, rest = line.partition(":")
    if colon and name in mistakes:
        return f"<b>{escape(name)}</b>:{escape(rest)}"
    return escape(line)


def symptom(task: str, name: str) -> str:
    """What a mistake looks like.

    Parameters
    ----------
    task : str
        The name of the task.
    name : str
        Of the mistake.

    Returns
    -------
    sentence : str
        For the class page.
    """
    return GENERAL_MISTAKES.get(name) or TASKS[task].find_mistake(name).symptom


def remarks(student: Student) -> list[str]:
    """All remarks about a student, with the messages of functions that could not be graded."""
    remarks = [remark for assignment in student.assignments for remark in assignment.remarks]
    failures = [
        grade.verdict.message.splitlines()[0]
        for grade in student.tasks
        if not grade.verdict.score and not grade.verdict.mistakes
    ]
    failures = [line for line in failures if not line.endswith("not graded.")]
    return [*student.remarks, *dict.fromkeys([*remarks, *failures])]


def escape(text: str) -> str:
    """Text as HTML, without control characters."""
    return html.escape(re.sub(r"[\x00-\x08\x0b-\x1f\x7f]", "?", text))
