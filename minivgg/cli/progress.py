"""``minivgg progress``: what of the course is done, and the next step."""

import sys
from argparse import Namespace
from pathlib import Path

from minivgg.classroom.messages import NOT_WRITTEN
from minivgg.classroom.progress import (
    MAX_FILES,
    AssignmentProgress,
    LessonProgress,
    Progress,
    find_progress,
)
from minivgg.classroom.saved_work import Answer
from minivgg.cli.arguments import Commands, command, quoted
from minivgg.cli.command_parser import program
from minivgg.utils import tables

HOMEWORK = "homework"  # the folder for assignments while there is none
MAX_NAMED_FILES = 3
DONE, OPEN = "■", "□"
IN_ASCII = str.maketrans({DONE: "#", OPEN: "-", "─": "-"})
NOTES = {
    Answer.MISSING: "",
    Answer.NOT_RUN: ": run it and save",
    Answer.WRONG: ": not correct yet",
}


def add(commands: Commands) -> None:
    """Add the command ``progress``."""
    p = command(
        commands,
        "progress",
        run,
        "show which exercises and assignments are done, and the next step",
        """
        minivgg progress
        minivgg progress homework
        """,
    )
    p.add_argument(
        "folder",
        nargs="?",
        default=".",
        metavar="FOLDER",
        help="the folder with your notebooks and assignments, or with the folders that hold them "
        "(default: the current folder); exercises count as their notebooks were saved",
    )


def run(args: Namespace) -> int:
    """Print one page about a folder."""
    folder = Path(args.folder)
    if not folder.exists():
        raise FileNotFoundError(f"there is no folder {folder}")
    if not folder.is_dir():
        raise ValueError(f"{folder} is a file: progress takes the folder that holds your work")
    progress = find_progress(folder, show_bar=sys.stderr.isatty())
    print(_printable(page(progress, folder)))
    return 0


def _printable(text: str) -> str:
    """The text, in ASCII signs if the terminal lacks the boxes."""
    try:
        text.encode(sys.stdout.encoding or "ascii")
    except UnicodeEncodeError:
        return text.translate(IN_ASCII)
    return text


def page(progress: Progress, folder: Path) -> str:
    """What is done, what could not be read, and the next step."""
    parts = []
    if progress.has_lessons:
        rows = [_lesson_row(lesson) for lesson in progress.lessons]
        parts.append(tables.text(("", "lesson", "done", "next"), rows))
    if progress.has_assignments:
        numbered = enumerate(progress.assignments, 1)
        rows = [_assignment_row(number, assignment) for number, assignment in numbered]
        parts.append(tables.text(("", "assignment", "done", "points", "next"), rows))
    parts.append("\n".join([*_remarks(progress), *_summary(progress, folder)]))
    return "\n\n".join(parts)


def _lesson_row(lesson: LessonProgress) -> tuple[object, ...]:
    boxes = "".join(DONE if a is Answer.CORRECT else OPEN for a in lesson.answers.values())
    done = f"{boxes}  {lesson.done} of {len(lesson.answers)}"
    if lesson.path is None:
        note = "cannot be read" if lesson.damaged else "no notebook here"
    elif lesson.is_done or not lesson.is_started:
        note = ""
    else:
        note = lesson.next_exercise + NOTES[lesson.answers[lesson.next_exercise]]
    return lesson.number, lesson.title, done, note


def _assignment_row(number: int, assignment: AssignmentProgress) -> tuple[object, ...]:
    boxes = "".join(DONE if passed else OPEN for passed in assignment.passed)
    points = f"{assignment.points:g} of {assignment.max_points}"
    return number, assignment.name, boxes, points, _assignment_note(assignment)


def _assignment_note(assignment: AssignmentProgress) -> str:
    task = assignment.next_task
    if task is None or assignment.path is None:
        return ""
    if not assignment.is_loaded:
        return "cannot be imported"
    grade = next((grade for grade in assignment.grades if grade.task is task), None)
    if grade is None or grade.verdict.mistakes == (NOT_WRITTEN,):
        return task.name
    if grade.timed_out:
        return f"{task.name}: takes too long"
    return f"{task.name}: {grade.points:g} of {task.points}"


def _remarks(progress: Progress) -> list[str]:
    """Sentences about files that are missing from the page."""
    found = [f"not read: {path} ({reason})" for path, reason in progress.unread[:MAX_NAMED_FILES]]
    if more := len(progress.unread) - len(found):
        found.append(f"not read: {more} more")
    if progress.has_more_files:
        found.append(f"only {MAX_FILES} files were read: name the folder that holds your work")
    return found


def _summary(progress: Progress, folder: Path) -> list[str]:
    """Totals and the next step."""
    if not progress.has_lessons and not progress.has_assignments:
        where = "this folder" if folder == Path() else str(folder)
        return [f"Nothing of the course is in {where}. Start with: {program()} lessons"]
    totals = []
    if progress.has_lessons:
        done = sum(lesson.done for lesson in progress.lessons)
        total = sum(len(lesson.answers) for lesson in progress.lessons)
        totals.append(f"{done} of {total} exercises")
    if progress.has_assignments:
        points = sum(assignment.points for assignment in progress.assignments)
        total = sum(assignment.max_points for assignment in progress.assignments)
        totals.append(f"{points:g} of {total} points in the public checks")
    return [", ".join(totals), _next_step(progress, folder)]


def _next_step(progress: Progress, folder: Path) -> str:
    step = progress.next_step
    if step is None:
        done = "All lessons and assignments are" if progress.has_lessons else "All assignments are"
        return f"{done} done."
    if isinstance(step, LessonProgress):
        notebooks = [path for one in progress.lessons if (path := one.path or one.damaged)]
        return f"Next: {_next_in_lesson(step, notebooks[-1].parent)}"
    files = [assignment.path for assignment in progress.assignments if assignment.path]
    return f"Next: {_next_in_assignment(step, files[-1].parent if files else folder / HOMEWORK)}"


def _next_in_lesson(lesson: LessonProgress, folder: Path) -> str:
    """What to do in a lesson. folder: that of the other notebooks."""
    if lesson.path is None:
        copy = f"{program()} lessons {lesson.number} --to {quoted(folder)}"
        return f"delete or rename {lesson.damaged}, then: {copy}" if lesson.damaged else copy
    if not lesson.is_started:
        return f"lesson {lesson.number} in {lesson.path}"
    if lesson.answers[lesson.next_exercise] is not Answer.NOT_RUN:
        return f"exercise {lesson.next_exercise} in {lesson.path}"
    not_run = [name for name, answer in lesson.answers.items() if answer is Answer.NOT_RUN]
    return (
        f"run the cells of {', '.join(not_run)} in {lesson.path} and save the notebook, which has "
        "no outputs of them"
    )


def _next_in_assignment(assignment: AssignmentProgress, folder: Path) -> str:
    """What to do in an assignment. folder: that of the other assignments."""
    task, path = assignment.next_task, assignment.path
    if task is None or path is None:
        return f"{program()} assignment release {assignment.name} --to {quoted(folder)}"
    if _assignment_note(assignment) == task.name:
        return f"write {task.name} in {path}"
    return f"{program()} assignment check {quoted(path)}"
