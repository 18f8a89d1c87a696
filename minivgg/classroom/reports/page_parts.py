"""What the pages of students and of the class share."""

import itertools
import textwrap
from collections.abc import Collection, Iterable, Iterator, Sequence

from minivgg.classroom.bank import TASKS
from minivgg.classroom.grading.grades import AssignmentGrade, Student, TaskGrade
from minivgg.classroom.messages import GENERAL_MISTAKES
from minivgg.classroom.reports.points import describe_change
from minivgg.utils.markup import escape_html

MAX_SENTENCES, MAX_SENTENCE = 20, 1000  # about a student, and the characters of each
NOT_GRADED = "not graded."  # the end of the message of a function that was not checked

STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 52rem; margin: 2rem auto;
  padding: 0 1rem; color: #1b1b1b; overflow-wrap: break-word; }
h1 { font-size: 1.5rem; margin-bottom: .2rem; }
h2 { font-size: 1.15rem; margin-top: 2rem; }
h3 { font-size: 1rem; margin: 1.2rem 0 .2rem; }
table { border-collapse: collapse; }
th, td { text-align: left; vertical-align: top; padding: .2rem .9rem .2rem 0;
  border-bottom: 1px solid #ddd; }
td.number, th.number { text-align: right; white-space: nowrap; }
td.note, td.about { min-width: 12rem; }
.wide { overflow-x: auto; overflow-wrap: normal; }
.bar { background: #e3e3e3; width: 10rem; max-width: 100%; height: .7rem; margin-top: .45rem; }
.narrow .bar { width: 5rem; }
.bar div { height: 100%; background: #1f77b4; }
.full .bar div { background: #2a8f4b; }
p.message { margin: .3rem 0; }
.note { color: #555; }
.late { background: #fde2c4; color: #6b3500; border-radius: .2rem; padding: 0 .35rem;
  font-size: .8rem; font-weight: 600; white-space: nowrap; }
code, pre { background: #f4f4f4; }
code { overflow-wrap: anywhere; }
pre { padding: .5rem; white-space: pre-wrap; overflow-wrap: anywhere; }
img { max-width: 100%; height: auto; margin: .4rem 0; }
details summary { cursor: pointer; }
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
    kind = "full" if share >= 1 and coloured else ""
    percent = f"{100 * min(max(share, 0), 1):.1f}%"
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
    head = (
        "<meta charset='utf-8'><meta name='viewport' content='width=device-width'>"
        f"<title>{escape_html(title)}</title><style>{STYLE}</style>"
    )
    body = "\n".join(parts)
    return f"<!doctype html><html lang='en'><head>{head}</head><body>{body}</body></html>\n"


def note_paragraphs(remarks: Iterable[str]) -> list[str]:
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
    return [f"<p class='note'>{escape_html(remark)}</p>" for remark in remarks]


def message_blocks(grade: TaskGrade) -> Iterator[tuple[bool, str]]:
    """The message of the public checks in groups of lines.

    Parameters
    ----------
    grade : TaskGrade
        Of a function.

    Yields
    ------
    is_example : bool
        Whether the lines are an example with numbers.
    text : str
        The lines, without the name of the function, which is in the heading.
    """
    for is_indented, lines in itertools.groupby(_message_lines(grade), _is_indented):
        yield is_indented, textwrap.dedent("\n".join(lines))


def _is_indented(line: str) -> bool:
    return line.startswith("  ")


def _message_lines(grade: TaskGrade) -> list[str]:
    is_whole = grade.verdict.passed  # "public and hidden checks passed."
    message = grade.verdict.message if is_whole else grade.public.message
    prefix = f"{grade.task.name}: "
    if message.startswith(prefix):
        message = message.removeprefix(prefix)
        message = message[:1].upper() + message[1:]
    return message.splitlines()


def hidden_lines(grade: TaskGrade) -> list[str]:
    """The results of the hidden checks, unless everything passed.

    Parameters
    ----------
    grade : TaskGrade
        Of a function.

    Returns
    -------
    lines : list of str
        How many passed, and which mistakes they found, but not what the checks are.
    """
    if grade.hidden is None or grade.verdict.passed:
        return []
    lines = grade.verdict.message.removeprefix(grade.public.message).strip().splitlines()
    if lines and "hidden checks" in lines[0]:
        lines[0] = lines[0][:1].upper() + lines[0][1:]
    return lines


def was_handed_in(assignment: AssignmentGrade) -> bool:
    """Whether a student submitted a file for an assignment, or got points for it.

    Parameters
    ----------
    assignment : AssignmentGrade
        Of the student.

    Returns
    -------
    was_handed_in : bool
        False also if nothing was found that could be graded.
    """
    changed = any(grade.points_by_hand is not None for grade in assignment.tasks)
    return bool(assignment.file_name) or changed


def was_graded(grade: TaskGrade) -> bool:
    """Whether a function was checked, or the instructor gave points.

    Parameters
    ----------
    grade : TaskGrade
        Of a function.

    Returns
    -------
    was_graded : bool
        False if its file cannot be read.
    """
    return grade.points_by_hand is not None or not grade.verdict.message.endswith(NOT_GRADED)


def instructor_notes(student: Student, copies: bool = True) -> list[str]:
    """What only the instructor sees about a student.

    Parameters
    ----------
    student : Student
        A graded one.
    copies : bool
        Whether copied functions are named.

    Returns
    -------
    sentences : list of str
        About copies, errors of the grading itself, and points changed by hand.
    """
    errors = [f"{g.task.name}: {g.internal_error}" for g in student.tasks if g.internal_error]
    changed = [(g.task.name, describe_change(g)) for g in student.tasks]
    changed.append(("total", describe_change(student)))
    changes = [f"{name}{change[1:]}." for name, change in changed if change]
    return _clipped([*student.notes, *(student.copies if copies else ()), *errors, *changes])


def describe_seconds(student: Student) -> str:
    """How long the public checks of a student took.

    Parameters
    ----------
    student : Student
        A graded one.

    Returns
    -------
    sentence : str
        "" if nothing was checked.
    """
    return f"The public checks took {student.seconds:.1f} seconds." if student.seconds else ""


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
    """A line as HTML, with the name of a mistake at its beginning in bold.

    Parameters
    ----------
    line : str
        Of a message.
    mistakes : collection of str
        The names of those that were recognised.

    Returns
    -------
    part : str
        Of a page.
    """
    name, colon, rest = line.partition(":")
    if colon and name in mistakes:
        return f"<b>{escape_html(name)}</b>:{escape_html(rest)}"
    return escape_html(line)


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


def all_remarks(student: Student) -> list[str]:
    """All remarks about a student, with the messages of functions that could not be graded.

    Parameters
    ----------
    student : Student
        A graded one.

    Returns
    -------
    sentences : list of str
        For the student and the instructor.
    """
    remarks = [remark for assignment in student.assignments for remark in assignment.remarks]
    failures = [
        grade.verdict.message.splitlines()[0]
        for grade in student.tasks
        if not grade.verdict.score and not grade.verdict.mistakes
    ]
    failures = [line for line in failures if not line.endswith(NOT_GRADED)]
    return _clipped([*student.remarks, *dict.fromkeys([*remarks, *failures])])


def _clipped(sentences: Sequence[str]) -> list[str]:
    """Not more and not longer sentences than fit into a cell of a spreadsheet."""
    more = len(sentences) - MAX_SENTENCES
    kept = [s if len(s) <= MAX_SENTENCE else f"{s[:MAX_SENTENCE]}…" for s in sentences]
    return [*kept[:MAX_SENTENCES], *([f"And {more} more."] if more > 0 else [])]
