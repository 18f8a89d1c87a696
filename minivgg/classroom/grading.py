"""A class is graded: every function of every submission in a process of its own, several at a time.

Nothing that a submission does stops the others: it costs its own marks, and there is a sentence about it.
"""

import difflib
import json
import re
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from tqdm.auto import tqdm

from minivgg.backend.resources import cpus
from minivgg.classroom import submissions
from minivgg.classroom.bank import ASSIGNMENTS, TASKS
from minivgg.classroom.grader import judge
from minivgg.classroom.isolation import run
from minivgg.classroom.results import Series
from minivgg.classroom.tasks import Case
from minivgg.classroom.verdict import Verdict
from minivgg.utils.suggest import nearest


@dataclass
class Mark:
    """Of one function: ``verdict`` on public and hidden checks together, points out of ``task.points``, and what it printed."""

    task: object
    verdict: Verdict
    printed: str = ""

    @property
    def points(self):
        """Rounded down to a hundredth, so that nothing wrong is ever worth all points."""
        return int(100 * self.task.points * self.verdict.score) / 100


@dataclass
class Work:
    """One student's assignment: which file was graded, marks by task, remarks about the file."""

    assignment: str
    shown: str = ""
    marks: list = field(default_factory=list)
    remarks: list = field(default_factory=list)

    @property
    def points(self):
        """Of all tasks."""
        return sum(mark.points for mark in self.marks)


@dataclass
class Student:
    """name; works: one for each assignment; remarks about the whole submission."""

    name: str
    works: list
    remarks: list

    @property
    def points(self):
        """Of all assignments."""
        return round(sum(work.points for work in self.works), 2)

    @property
    def out_of(self):
        """What all tasks together are worth."""
        return sum(mark.task.points for work in self.works for mark in work.marks)


class Interrupted(KeyboardInterrupt):
    """A grading that was broken off: ``students`` are graded, those called ``missing`` are not."""

    def __init__(self, students, missing):
        super().__init__(
            f"interrupted: {len(students)} of {len(students) + len(missing)} students graded; not graded: {', '.join(missing)}"
        )
        self.students, self.missing = students, missing


def grade(place, assignments=None, hidden=None, jobs=None, limits=None, progress=False):
    """Grade all submissions in ``place``, a folder or zip; returns a list of ``Student``.

    assignments: names (default: those that anybody handed in). hidden: a folder of hidden checks, see ``hidden_cases``. jobs: processes at
    a time (default: the cores). limits: ``isolation.Limits``. progress: show a bar.
    An interrupt raises ``Interrupted`` with what is graded so far; ``FileNotFoundError`` and ``ValueError`` are raised for places and names
    that are none.
    """
    for name in assignments or ():
        if name not in ASSIGNMENTS:
            raise ValueError(
                f"there is no assignment {name!r}: did you mean {nearest(name, ASSIGNMENTS)!r}?"
            )
    more = hidden_cases(hidden) if hidden else {}
    with TemporaryDirectory(prefix="minivgg-class-", ignore_cleanup_errors=True) as scratch:
        found = submissions.submissions(place, scratch)
        names = (
            [name for name in ASSIGNMENTS if name in assignments]
            if assignments
            else handed_in(found)
        )
        if not names:
            raise ValueError(
                f"no file in {place} is called after an assignment or defines one of its functions; see: assignment list"
            )
        students = [
            Student(one.student, [Work(name) for name in names], one.remarks) for one in found
        ]
        pairs = [
            (one, work)
            for one, student in zip(found, students, strict=True)
            for work in student.works
        ]
        with ThreadPoolExecutor(jobs or cpus()) as pool:
            futures = [pool.submit(_graded, one, work, more, limits) for one, work in pairs]
            try:
                for future in tqdm(
                    as_completed(futures),
                    total=len(futures),
                    unit="file",
                    disable=not progress,
                    leave=False,
                ):
                    future.result()
            except KeyboardInterrupt:
                pool.shutdown(cancel_futures=True)
                done = [
                    student for student in students if all(work.marks for work in student.works)
                ]
                raise Interrupted(
                    done, [student.name for student in students if student not in done]
                ) from None
    return students


def handed_in(found):
    """The assignments that anybody handed in: by a file's name, or by a function in a file that has no assignment's name."""
    files = [file for one in found for file in one.files]
    unnamed = [
        f
        for f in files
        if not any(submissions.is_named(f.shown, a) for a in ASSIGNMENTS)
        and not submissions.is_guide(f.shown)
    ]
    defined = set().union(*(submissions.defined_in(f.path) for f in unnamed))
    return [
        name
        for name, tasks in ASSIGNMENTS.items()
        if any(submissions.is_named(f.shown, name) for f in files)
        or any(task.name in defined for task in tasks)
    ]


def hidden_cases(folder):
    """{task name: cases} of the files TASK.json in ``folder``, each a list of {"about", "seed", "calls"}.

    Raises ``FileNotFoundError`` when there is none, and ``ValueError`` naming file and entry when one cannot be used.
    """
    paths = sorted(Path(folder).glob("*.json"))
    if not paths:
        raise FileNotFoundError(
            f"there are no hidden checks in {folder}: expected files such as conv_forward.json (assignment hidden makes some)"
        )
    found = {}
    for path in paths:
        if path.stem not in TASKS:
            raise ValueError(
                f"{path}: there is no task {path.stem!r}: did you mean {nearest(path.stem, TASKS)!r}?"
            )
        try:
            entries = json.loads(path.read_text(encoding="utf-8"))
            found[path.stem] = tuple(Case.read(entry) for entry in entries)
        except (ValueError, TypeError) as error:
            raise ValueError(f"{path}: {error}") from None
        task = TASKS[path.stem]
        for case, records in zip(
            found[path.stem],
            Series.of(task.made_with(()), task, found[path.stem]).records,
            strict=False,
        ):
            if "error" in records[-1]:
                raise ValueError(
                    f"{path}, {case.about!r}: {task.signature} cannot be called like that: {records[-1]['error'][1]}"
                )
    return found


def _graded(submission, work, hidden, limits):
    """Fill in the marks of one assignment of one student."""
    choice = submissions.choose(submission, work.assignment)
    work.shown = choice.shown
    remarks, marks, unreadable = list(choice.remarks), [], ""
    for task in ASSIGNMENTS[work.assignment]:
        if choice.path is None or unreadable:
            marks.append(Mark(task, Verdict(False, 0.0, (), f"{task.name}: not graded.")))
            continue
        mark, loaded = marked(choice.path, task, hidden.get(task.name, ()), limits)
        if not loaded:
            unreadable = mark.verdict.message
            remarks.append(unreadable)
            mark = Mark(task, Verdict(False, 0.0, (), f"{task.name}: not graded."), mark.printed)
        marks.append(mark)
    follow_through(choice.path, marks, hidden, limits)
    work.remarks, work.marks = remarks, marks


def marked(path, task, hidden=(), limits=None, given=()):
    """(mark, whether the file could be read in) of one function of a file."""
    public = task.cases
    outcome = run(path, task, (*public, *hidden), limits, given)
    if not outcome.loaded:
        return Mark(
            task,
            Verdict(False, 0.0, (), _ended(f"{Path(path).name} {outcome.problem}")),
            outcome.printed,
        ), False
    if outcome.kind == "missing":
        others = {name.lower(): name for name in submissions.defined_in(path) if name not in TASKS}
        meant = [others[name] for name in difflib.get_close_matches(task.name, others, 1, 0.8)]
        words = f"{task.name}: the file {outcome.problem}" + (
            f": is it {meant[0]}?" if meant else "."
        )
        return Mark(task, Verdict(False, 0.0, (), words), outcome.printed), True
    if outcome.problem:
        return Mark(
            task, Verdict(False, 0.0, (), _ended(f"{task.name} {outcome.problem}")), outcome.printed
        ), True
    n, again = len(public), outcome.records[-1]
    verdict = judge(Series(task, public, [*outcome.records[:n], again]))
    if hidden:
        unseen = Series(task, hidden, [*outcome.records[n:-1], outcome.records[n]])
        verdict = _together(task, verdict, judge(unseen, "hidden checks"), n, len(hidden))
    return Mark(task, verdict, outcome.printed), True


def _ended(sentence):
    return sentence if sentence.endswith("?") else f"{sentence}."


def _together(task, public, unseen, n, m):
    """One verdict of both kinds of checks. What the hidden ones ask is not told, but which mistake they show."""
    score = (n * public.score + m * unseen.score) / (n + m)
    if public.passed and unseen.passed:
        return Verdict(
            True, 1.0, (), f"{task.name}: public and hidden checks passed.", public.conventions
        )
    names = tuple(dict.fromkeys((*public.mistakes, *unseen.mistakes)))
    counted = re.search(r"\d+ of \d+ hidden checks passed", unseen.message.splitlines()[0])
    words = (
        counted[0] if counted else f"0 of {m} hidden checks passed"
    )  # and no word of an error, which could tell what they ask
    lines = [public.message, "hidden checks passed." if unseen.passed else f"{words}."]
    if public.passed:
        lines += [
            line
            for line in unseen.message.splitlines()[1:]
            if line.split(":")[0] in unseen.mistakes
        ]
    return Verdict(False, min(score, 0.99), names, "\n".join(lines), public.conventions)


def follow_through(path, marks, hidden, limits):
    """A function that fails only because others of the same file do is tried again with their reference versions."""
    failed = [mark.task.name for mark in marks if not mark.verdict.passed]
    for mark in marks:
        needed = [name for name in failed if name != mark.task.name]
        if mark.verdict.passed or not needed or path is None:
            continue
        again, loaded = marked(path, mark.task, hidden.get(mark.task.name, ()), limits, needed)
        if loaded and again.verdict.score > mark.verdict.score:
            with_words = f"{again.verdict.message}\n(Checked with the reference version of {' and '.join(needed)}: one mistake counts once.)"
            v = again.verdict
            mark.verdict = Verdict(v.passed, v.score, v.mistakes, with_words, v.conventions)
