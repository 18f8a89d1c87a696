"""A class is graded: points, reports, hidden checks; one student's trouble affects no other."""

import csv
import json
import re
import threading
import time
from pathlib import Path
from types import SimpleNamespace

import pytest
from support.grades import task_grade

from minivgg.classroom.assignments import source_path
from minivgg.classroom.bank import ASSIGNMENTS, TASKS
from minivgg.classroom.case_generators import generate_cases
from minivgg.classroom.grading import class_grading
from minivgg.classroom.grading.adjustments import Adjustments
from minivgg.classroom.grading.class_grading import grade_class
from minivgg.classroom.grading.grades import ClassGrades, Interrupted, Student
from minivgg.classroom.grading.hidden_cases import load_hidden_cases
from minivgg.classroom.grading.scheme import Scheme
from minivgg.classroom.grading.task_grading import grade_task
from minivgg.classroom.isolation.child_process import Limits
from minivgg.classroom.reports.writing import write_all

RELU = """import numpy as np


def relu_forward(x):
    return np.maximum(x, 0)


def relu_backward(dy, x):
    return dy * (x > 0)
"""
DROPOUT = """

def dropout_forward(x, p, training, rng):
    if not training:
        return x, None
    mask = (rng.random(x.shape) >= p) / (1 - p)
    return x * mask, mask


def dropout_backward(dy, mask):
    return dy if mask is None else dy * mask
"""
NOT_WRITTEN = """
print('<b>so far</b>')


def dropout_forward(x, p, training, rng):
    raise NotImplementedError
"""
RELU_SOURCE = RELU + DROPOUT
QUICK = Limits(seconds=4)


def write_class(folder):
    """Six students: right, wrong, half done, unreadable, one that exits, and one without a file."""
    files = {
        "alice/relu_dropout.py": RELU_SOURCE,
        "bob/relu_dropout.py": RELU_SOURCE.replace("dy * (x > 0)", "dy * (dy > 0)").replace(
            "rng.random", "np.random.random"
        ),
        "carol/homework.py": RELU + NOT_WRITTEN,
        "dave/relu_dropout.py": "def relu_forward(x:\n",
        "erin/relu_dropout.py": "import sys\nsys.exit()\n",
    }
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    (folder / "=frank").mkdir()
    return folder


@pytest.fixture
def school(tmp_path):
    """The folder of the class."""
    return write_class(tmp_path / "class")


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """The students of the class, graded."""
    folder = write_class(tmp_path_factory.mktemp("graded") / "class")
    return grade_class(folder, limits=QUICK).students


def by_name(students):
    return {student.name: student for student in students}


@pytest.mark.slow
def test_marks_mistakes_and_remarks(graded):
    found = by_name(graded)
    assert list(found) == ["=frank", "alice", "bob", "carol", "dave", "erin"]
    assert all(student.max_points == 25 for student in found.values())
    assert found["alice"].points == 25
    assert {grade.task.name: grade.verdict.mistakes for grade in found["bob"].tasks} == {
        "relu_forward": (),
        "relu_backward": ("mask-from-gradient",),
        "dropout_forward": ("ignores-the-generator",),
        "dropout_backward": (),
    }
    assert 10 < found["bob"].points < 21
    assert found["carol"].points == 10
    remarks = {name: student.assignments[0].remarks for name, student in found.items()}
    assert "homework.py was graded" in remarks["carol"][0]
    assert [found[name].points for name in ("dave", "erin", "=frank")] == [0, 0, 0]
    assert "SyntaxError in line 1" in remarks["dave"][0]
    assert "calls sys.exit()" in remarks["erin"][0]
    assert remarks["=frank"] == ["There is no file relu_dropout.py."]


@pytest.mark.slow
def test_reports_are_complete_and_nothing_in_them_is_code(graded, tmp_path):
    table, index = write_all(graded, tmp_path / "out", gradescope=True)
    rows = list(csv.DictReader(table.read_text(encoding="utf-8-sig").splitlines()))
    assert [row["points"] for row in rows] == [f"{student.points:g}" for student in graded]
    assert rows[0]["student"] == "'=frank"  # not a formula
    assert "relu_backward: mask-from-gradient" in rows[2]["mistakes"]
    pages = sorted(path.name for path in (tmp_path / "out" / "students").iterdir())
    assert pages == [
        "=frank.html",
        "alice.html",
        "bob.html",
        "carol.html",
        "dave.html",
        "erin.html",
    ]
    carol = (tmp_path / "out" / "students" / "carol.html").read_text(encoding="utf-8")
    assert "<b>so far" not in carol
    assert "&lt;b&gt;so far" in carol
    assert "mask-from-gradient" in index.read_text(encoding="utf-8")
    results = json.loads(
        (tmp_path / "out" / "gradescope" / "bob" / "results.json").read_text(encoding="utf-8")
    )
    assert results["score"] == graded[2].points
    assert [test["max_score"] for test in results["tests"]] == [5, 5, 10, 5]
    write_all(graded, tmp_path / "md", form="md")
    bob = (tmp_path / "md" / "students" / "bob.md").read_text(encoding="utf-8")
    assert "mask-from-gradient" in bob
    assert "Reread lesson 5" in bob


def test_one_student_and_gradescopes_file(tmp_path):
    folder = tmp_path / "submission"
    folder.mkdir()
    (folder / "relu_dropout.py").write_text(RELU_SOURCE)
    students = grade_class(folder, limits=QUICK).students
    write_all(students, tmp_path / "results", gradescope=True)
    results = json.loads((tmp_path / "results" / "results.json").read_text(encoding="utf-8"))
    assert results["score"] == 25
    assert {test["status"] for test in results["tests"]} == {"passed"}


def hidden_folder(tmp_path, *names):
    folder = tmp_path / "hidden"
    folder.mkdir(exist_ok=True)
    for name in names:
        (folder / f"{name}.json").write_text(json.dumps(generate_cases(name, 4, 11)))
    return folder


def write_submission(tmp_path, student, text):
    (tmp_path / "class").mkdir(exist_ok=True)
    (tmp_path / "class" / f"{student}.py").write_text(text, encoding="utf-8")
    return tmp_path / "class"


@pytest.mark.slow
def test_hidden_checks_find_who_wrote_for_the_public_ones_and_are_not_told(tmp_path):
    known = [case.arguments()[0][0].shape for case in TASKS["relu_forward"].cases]
    cheating = f"return np.maximum(x, 0) if x.shape in {known} else np.abs(x)"
    write_submission(tmp_path, "alice", RELU)
    folder = write_submission(
        tmp_path, "mallory", RELU.replace("return np.maximum(x, 0)", cheating)
    )
    hidden = hidden_folder(tmp_path, "relu_forward", "relu_backward")
    found = by_name(grade_class(folder, ["relu_dropout"], hidden, limits=QUICK).students)
    alice, mallory = (found[name].tasks[0] for name in ("alice", "mallory"))
    assert alice.verdict.message == "relu_forward: public and hidden checks passed."
    assert alice.points == 5
    assert not mallory.verdict.passed
    assert 0 < mallory.points < 5
    assert mallory.verdict.mistakes == ("absolute-value",)
    assert "relu_forward: public checks passed." in mallory.verdict.message
    assert "hidden case" not in mallory.verdict.message


@pytest.mark.slow
def test_without_hidden_checks_only_public_ones_are_said_to_pass(graded):
    alice = by_name(graded)["alice"]
    assert {grade.verdict.message.split(": ")[1] for grade in alice.tasks} == {
        "public checks passed."
    }


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("relu_forward", "[", "relu_forward.json: "),
        ("relu_forward", '[{"calls": []}]', 'a case is {"about"'),
        ("relu_forward", '[{"about": "x", "calls": [[{"normal": [-1]}]]}]', "cannot be used"),
        (
            "relu_forward",
            '[{"about": "x", "calls": [[{"uniform": [1]}]]}]',
            r"is not of a known kind \(normal",
        ),
        (
            "relu_forward",
            '[{"about": "x", "calls": [[{"normal": [2]}, 3]]}]',
            r"relu_forward\(x\) cannot be called like this",
        ),
        ("relu", "[]", "there is no task 'relu': did you mean 'relu_forward'"),
        (
            "convolution",
            "[]",
            "there is no task 'convolution': did you mean 'im2col' or 'conv_forward'",
        ),
    ],
)
def test_hidden_checks_that_cannot_be_used_are_refused_at_once(name, text, message, tmp_path):
    (tmp_path / f"{name}.json").write_text(text)
    with pytest.raises(ValueError, match=message):
        load_hidden_cases(tmp_path)


def test_a_folder_without_hidden_checks(tmp_path):
    with pytest.raises(FileNotFoundError, match="there are no hidden checks"):
        load_hidden_cases(tmp_path)


@pytest.mark.slow
def test_a_function_that_fails_by_another_ones_mistake_is_tried_with_its_reference(tmp_path):
    source = Path(__file__).parents[3] / "lessons" / "assignments" / "convolution.py"
    text = source.read_text(encoding="utf-8")
    folder = write_submission(
        tmp_path,
        "alice",
        text.replace("transpose(0, 4, 5, 1, 2, 3)", "transpose(4, 5, 0, 1, 2, 3)"),
    )
    im2col, conv_forward = grade_class(folder, limits=QUICK).students[0].tasks
    assert im2col.verdict.mistakes == ("batch-last",)
    assert conv_forward.verdict.passed
    assert "with the reference solution of im2col" in conv_forward.verdict.message


def test_names_that_are_none(school):
    with pytest.raises(ValueError, match="did you mean 'relu_dropout'"):
        grade_class(school, ["relu_droput"])


@pytest.mark.slow
def test_an_interrupt_keeps_what_is_graded_and_ends_the_others(school, tmp_path):
    """Ctrl-C after the first student: that one is there, the others are named, none runs on."""
    (school / "zoe").mkdir()
    (school / "zoe" / "relu_dropout.py").write_text("while True: pass\n")
    before = time.monotonic()

    def interrupt(student):
        raise KeyboardInterrupt

    with pytest.raises(Interrupted, match="of 7 students graded; not graded: ") as stop:
        grade_class(school, limits=Limits(seconds=300), on_student=interrupt)
    assert time.monotonic() - before < 200  # the endless one was ended
    assert len(stop.value.grades.students) + len(stop.value.missing) == 7
    assert "zoe" in stop.value.missing


@pytest.mark.slow
def test_hidden_checks_do_not_leak_through_errors(tmp_path):
    raising = RELU.replace("return np.maximum(x, 0)", "raise ValueError(f'SECRET {x.shape}')")
    folder = write_submission(tmp_path, "alice", raising)
    hidden = hidden_folder(tmp_path, "relu_forward")
    (student,) = grade_class(folder, ["relu_dropout"], hidden, limits=QUICK).students
    message = student.tasks[0].verdict.message
    assert message.count("SECRET (") == 1  # the public one; the line of code has no shape
    assert "0 of 4 hidden checks passed" in message


@pytest.mark.slow
def test_a_function_that_is_right_but_writes_passes_all_hidden_checks_and_is_told_why(tmp_path):
    writing = RELU.replace("return np.maximum(x, 0)", "x[x < 0] = 0\n    return x")
    folder = write_submission(tmp_path, "alice", writing)
    hidden = hidden_folder(tmp_path, "relu_forward")
    (student,) = grade_class(folder, ["relu_dropout"], hidden, limits=QUICK).students
    assert student.tasks[0].verdict.mistakes == ("writes-into-arguments",)
    assert "\nall hidden checks passed." in student.tasks[0].verdict.message


@pytest.mark.slow
def test_matplotlib_may_be_imported(tmp_path):
    path = tmp_path / "alice.py"
    path.write_text("import matplotlib.pyplot as plt\n" + RELU)
    grade, _ = grade_task(path, TASKS["relu_forward"], limits=QUICK)
    assert grade.verdict.passed


def test_a_misspelt_function_is_asked_for(tmp_path):
    path = tmp_path / "alice.py"
    path.write_text(RELU.replace("def relu_forward", "def Relu_forward"))
    grade, _ = grade_task(path, TASKS["relu_forward"], limits=QUICK)
    assert grade.verdict.message == (
        "relu_forward: the file does not define the function relu_forward: is it Relu_forward?"
    )


def test_file_names_are_safe_and_different(tmp_path):
    students = [Student(name, [], []) for name in ("a/b", "a\\b", "..", "A_B", "con", "")]
    write_all(students, tmp_path)
    names = [path.stem for path in (tmp_path / "students").iterdir()]
    assert len(names) == len(students)
    assert len({name.casefold() for name in names}) == len(names)
    assert not [name for name in names if re.search(r"[/\\]|^\.*$", name)]


@pytest.mark.parametrize("first", ["convolution", "loss"])
def test_notes_are_in_the_order_of_the_course_whichever_assignment_is_graded_first(
    first, tmp_path, monkeypatch
):
    folder = tmp_path / "class" / "ada"
    folder.mkdir(parents=True)
    for name in ("loss", "convolution"):
        text = source_path(name).read_text(encoding="utf-8")
        (folder / f"{name}.py").write_text(f"import inspect\n{text}", encoding="utf-8")
    is_first_done = threading.Event()

    def graded(submission, assignment, grading):
        if assignment.name != first:
            assert is_first_done.wait(60)
        assignment.file_name = f"{assignment.name}.py"
        return folder / assignment.file_name, False

    def note(self, i, assignment):
        grade_one(self, i, assignment)
        if assignment.name == first:
            is_first_done.set()

    grade_one = class_grading._Class._grade_one
    monkeypatch.setattr(class_grading, "grade_assignment", graded)
    monkeypatch.setattr(class_grading._Class, "_grade_one", note)
    (student,) = grade_class(tmp_path / "class", jobs=2).students
    assert [line.split()[0] for line in student.notes] == ["convolution.py", "loss.py"]
    assert [line.split(" is ")[0] for line in student.copies] == [
        "convolution.py: im2col",
        "convolution.py: conv_forward",
        "loss.py: softmax_cross_entropy",
    ]


def test_who_has_no_file_is_unchanged_too_if_others_are():
    students = [Student("ada", []), Student("empty", []), Student("new", [])]
    one_class = class_grading._Class(
        [], students, None, ClassGrades([]), Scheme(), Adjustments(), print, graded={0, 1, 2}
    )
    one_class.graded_now.add(2)
    assert one_class.finished().unchanged == 0
    one_class.reused.add(0)
    assert one_class.finished().unchanged == 2


class Journal:
    """Instead of ``grade_assignment`` and ``take_from_journal``: what these do in a class."""

    def __init__(self, folder):
        self.folder, self.earlier, self.calls, self.error = folder, {}, [], None

    def grade_assignment(self, submission, assignment, grading):
        """Every student has passed; the results of some are from the journal."""
        self.calls.append((submission.student, assignment.name, grading))
        if self.error:
            raise self.error
        assignment.file_name = f"{assignment.name}.py"
        assignment.tasks = [task_grade(t.name, 1.0) for t in ASSIGNMENTS[assignment.name]]
        return self.folder / f"{submission.student}.py", submission.student in self.earlier

    def take_from_journal(self, submission, assignment, grading):
        """(path, whether it is current) of those with earlier results."""
        assignment.file_name = f"earlier-{assignment.name}.py"
        found = self.earlier.get(submission.student)
        return found[assignment.name] if isinstance(found, dict) else found


@pytest.fixture
def journal(tmp_path, monkeypatch):
    """A class of three with two assignments, that is graded without running anything."""
    folder = tmp_path / "class"
    folder.mkdir()
    for name in ("ada", "ben", "cem"):
        (folder / f"{name}.py").write_text("def softmax_cross_entropy(): pass\n")
    journal = Journal(folder)
    monkeypatch.setattr(class_grading, "grade_assignment", journal.grade_assignment)
    monkeypatch.setattr(class_grading, "take_from_journal", journal.take_from_journal)
    return journal


BOTH = ["pooling", "loss"]


def test_options_reach_the_grading_of_an_assignment(journal, tmp_path):
    hidden = hidden_folder(tmp_path, "relu_forward")
    begun, done = [], []
    found = grade_class(
        journal.folder, BOTH, hidden, 1, Limits(seconds=7), isolation="audit", again=True,
        work=tmp_path / "out" / ".grading", on_begin=begun.extend, on_student=done.append,
        scheme=Scheme(points={"softmax_cross_entropy": 3.0}),
    )  # fmt: skip
    assert [student.name for student in found.students] == ["ada", "ben", "cem"]
    assert begun == found.students
    assert sorted(student.name for student in done) == ["ada", "ben", "cem"]
    assert [a.name for a in found.students[0].assignments] == ["pooling", "loss"]
    assert found.students[0].max_points == 23
    assert len(journal.calls) == 6
    grading = journal.calls[0][2]
    assert list(grading.hidden_cases) == ["relu_forward"]
    assert (grading.limits, grading.again, grading.options.isolation) == (
        Limits(seconds=7), True, "audit",
    )  # fmt: skip
    assert grading.options.errors == tmp_path / "out" / ".grading" / "errors.txt"
    assert grading.options.pictures
    assert grading.options.hidden_folders == (journal.folder, hidden, tmp_path / "out")
    assert grading.options.scratch.parent == tmp_path / "out" / ".grading"
    assert grading.journal is not None
    assert "audit hook" in found.isolation
    assert (found.unchanged, found.waiting, found.ignored) == (0, [], [])


def test_without_a_folder_nothing_is_saved(journal):
    grade_class(journal.folder, BOTH)
    grading = journal.calls[0][2]
    assert (grading.journal, grading.options.errors, grading.options.scratch) == (None, None, None)
    assert grading.options.hidden_folders == (journal.folder,)
    assert (grading.limits, grading.again, grading.hidden_cases) == (Limits(), False, {})


def test_who_has_not_changed_since_the_last_grading_is_counted(journal):
    journal.earlier = {"ada": None, "cem": None}
    assert grade_class(journal.folder, BOTH).unchanged == 2


def test_one_student_is_graded_and_the_others_are_as_they_were(journal, tmp_path):
    path = journal.folder / "ada.py"
    mixed = {"pooling": (path, True), "loss": (path, False)}
    journal.earlier = {"ada": (path, True), "cem": mixed}
    found = grade_class(
        journal.folder, BOTH, only="ben", work=tmp_path / "w", scheme=Scheme(weights={"loss": 2.0})
    )
    assert {student for student, *_ in journal.calls} == {"ben"}
    assert [student.name for student in found.students] == ["ada", "ben", "cem"]
    ada, ben, cem = found.students
    assert ada.assignments[0].file_name == "earlier-pooling.py"
    assert ben.assignments[0].file_name == "pooling.py"
    assert class_grading.GRADED_EARLIER not in ada.notes
    assert class_grading.GRADED_EARLIER not in ben.notes
    assert cem.notes[0] == class_grading.GRADED_EARLIER
    assert [student.assignments[1].weight for student in found.students] == [2.0] * 3
    assert found.waiting == []
    journal.earlier["cem"] = mixed | {"loss": None}
    assert grade_class(journal.folder, BOTH, only="ben").waiting == ["cem"]
    journal.earlier["cem"] = mixed
    del journal.earlier["ada"]
    found = grade_class(journal.folder, BOTH, only="ben")
    assert [student.name for student in found.students] == ["ben", "cem"]
    assert found.waiting == ["ada"]


def test_results_without_a_file_count_as_earlier_ones(journal):
    journal.earlier = {"ada": (None, True)}
    found = grade_class(journal.folder, BOTH, only="ben")
    assert [student.name for student in found.students] == ["ada", "ben"]
    assert not found.students[0].notes


def test_an_error_in_a_students_page_is_a_remark(journal, tmp_path):
    shown = []

    def on_student(student):
        shown.append((student.name, student.points))
        if student.name == "ben" and student.points:
            raise IndexError("of ours")

    work = tmp_path / "w"
    found = grade_class(
        journal.folder, BOTH, work=work, on_student=on_student,
        scheme=Scheme(points={"softmax_cross_entropy": 3.0}),
    )  # fmt: skip
    ada, ben, _ = found.students
    assert (ada.points, ben.points, ben.max_points) == (23, 0, 23)
    assert [p for name, p in shown if name == "ben"] == [23, 0]
    sentence = "could not be graded: IndexError in the grader."
    assert [a.remarks for a in ben.assignments] == [[f"{name} {sentence}"] for name in BOTH]
    assert {grade.internal_error for grade in ben.tasks} == {f"{name} {sentence}" for name in BOTH}
    assert "page of ben\n" in (work / "errors.txt").read_text()


@pytest.mark.parametrize("error", [OSError("disk full"), MemoryError(), AssertionError()])
def test_an_error_that_is_not_the_students_stops_the_grading(error, journal):
    if isinstance(error, AssertionError):
        journal.error = error
        with pytest.raises(AssertionError):
            grade_class(journal.folder, BOTH)
        return

    def on_student(student):
        raise error

    with pytest.raises(type(error)):
        grade_class(journal.folder, BOTH, on_student=on_student)


def test_an_interrupt_names_who_is_not_graded(journal, monkeypatch):
    stopped, ended = [], []

    def on_student(student):
        if student.name == "ben":
            raise KeyboardInterrupt

    def grade_assignment(submission, assignment, grading):
        if submission.student == "cem":
            stopped.append(grading.stop.wait(60))
            time.sleep(0.2)
        return journal.grade_assignment(submission, assignment, grading)

    monkeypatch.setattr(class_grading, "grade_assignment", grade_assignment)
    monkeypatch.setattr(class_grading.running, "end_all", lambda: ended.append(True))
    with pytest.raises(Interrupted, match="1 of 3 students graded; not graded: ben, cem") as stop:
        grade_class(journal.folder, BOTH, jobs=1, on_student=on_student)
    assert [student.name for student in stop.value.grades.students] == ["ada"]
    assert stop.value.missing == ["ben", "cem"]
    assert isinstance(stop.value.__cause__, KeyboardInterrupt)
    assert stopped == [True]  # the second of its assignments was not begun
    assert ended


def test_a_failed_search_for_copies_is_a_note(journal, monkeypatch, tmp_path):
    monkeypatch.setattr(class_grading.originality, "compare", lambda *_: 1 / 0)
    found = grade_class(journal.folder, BOTH, work=tmp_path / "w")
    note = (
        "The search for copied functions failed: it could not be graded: ZeroDivisionError in the "
        "grader."
    )
    assert [student.notes for student in found.students] == [[note]] * 3
    assert "copied functions\n" in (tmp_path / "w" / "errors.txt").read_text()


def test_copies_are_compared_of_those_who_are_graded(journal, monkeypatch):
    asked = []

    def compare(files, names):
        asked.append((files, names))
        return SimpleNamespace(groups=["g"], notes={"ada": ["n"]}, copies={"ben": ["c"]})

    monkeypatch.setattr(class_grading.originality, "compare", compare)
    monkeypatch.setattr(class_grading.originality, "examine", lambda *file: file)
    found = grade_class(journal.folder, BOTH)
    ada, ben, cem = found.students
    assert found.equal == ["g"]
    assert (ada.notes, ada.copies, ben.copies, cem.notes) == (["n"], [], ["c"], [])
    path = journal.folder / "ada.py"
    assert asked[0][0]["ada"] == [(path, "pooling.py"), (path, "loss.py")]
    assert asked[0][1] == {"ada": "ada", "ben": "ben", "cem": "cem"}


def test_a_submission_that_cannot_be_looked_into_hides_no_other(journal, monkeypatch):
    assignments_of = class_grading._assignments_of

    def failing(submission):
        if submission.student == "ada":
            raise RecursionError
        return assignments_of(submission)

    monkeypatch.setattr(class_grading, "_assignments_of", failing)
    found = grade_class(journal.folder)
    assert [a.name for a in found.students[0].assignments] == ["loss"]
