"""``minivgg grade``: what it reuses, what it survives, and that results.json is always there."""

import csv
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from support.grades import graded_student

from minivgg import cli
from minivgg.classroom.grading import assignment_grading, task_grading
from minivgg.classroom.grading.grades import ClassGrades, Interrupted
from minivgg.classroom.isolation.child_process import Limits
from minivgg.utils.stop_signals import StoppedBySignal

LOSS = """import numpy as np


def softmax_cross_entropy(logits, labels):
    z = logits - logits.max(axis=1, keepdims=True)
    logp = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    n = len(labels)
    d = np.exp(logp)
    d[np.arange(n), labels] -= 1
    return -logp[np.arange(n), labels].mean(), d / n
"""
posix = pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")


@pytest.fixture
def school(tmp_path, monkeypatch):
    """A class of four in the current folder: right, wrong, one that exits, one with a hard name."""
    monkeypatch.chdir(tmp_path)
    texts = {
        "ada": LOSS,
        "ben": LOSS.replace("d / n", "d"),
        "cem": "import os\nos._exit(3)\n",
        "\x1b]0;eve\x07": LOSS,
    }
    for name, text in texts.items():
        (tmp_path / "class" / name).mkdir(parents=True)
        (tmp_path / "class" / name / "loss.py").write_text(text)
    (tmp_path / "class" / "roster\x1b.xlsx").write_text("")
    return tmp_path


def grade(capsys, *arguments):
    status = cli.main(["grade", *map(str, arguments)])
    return status, *capsys.readouterr()


def marks(folder):
    """{student: [points of the function, remarks]}."""
    with (folder / "marks.csv").open(encoding="utf-8-sig") as file:
        return {
            row["student"]: [row["softmax_cross_entropy"], row["remarks"]]
            for row in csv.DictReader(file)
        }


@pytest.mark.slow
def test_only_what_has_changed_is_graded_again(school, capsys, monkeypatch):
    graded = []
    grade_task = task_grading.grade_task

    def counted(path, *arguments, **options):
        graded.append(path.parent.name)
        return grade_task(path, *arguments, **options)

    monkeypatch.setattr(assignment_grading, "grade_task", counted)
    status, out, _ = grade(capsys, "class", "--out", "o")
    assert status == 0
    assert sorted(graded) == ["\x1b]0;eve\x07", "ada", "ben", "cem"]
    assert "\x1b" not in out
    assert "not read as submissions: roster" in out
    first = marks(school / "o")

    graded.clear()
    (school / "class" / "ben" / "loss.py").write_text(LOSS)
    entry = next((school / "o" / ".grading" / "results").glob("loss-cem*"))
    entry.write_text(entry.read_text()[:-40])  # damaged
    _, out, _ = grade(capsys, "class", "--out", "o")
    assert sorted(graded) == ["ben", "cem"]
    assert "2 of 4 students had been graded before and have not changed since (--again" in out
    assert marks(school / "o") == first | {"ben": ["20", ""]}

    graded.clear()
    (school / "class" / "ada" / "loss.py").write_text(LOSS.replace("d / n", "d"))
    _, out, _ = grade(capsys, "class", "--out", "o", "--student", "BEN", "--again")
    assert graded == ["ben"]
    assert marks(school / "o")["ada"][0] == "20"
    assert "options have changed since" in (school / "o" / "marks.csv").read_text()

    graded.clear()
    grade(capsys, "class", "--out", "o", "--time", "19")
    assert len(graded) == 4  # another limit, another grading
    status, _, err = grade(capsys, "class", "--out", "o", "--student", "benn")
    assert status == 2
    assert "there is no student 'benn': did you mean 'ben'?" in err


@pytest.mark.slow
def test_marks_changed_by_hand_and_a_scheme(school, capsys):
    (school / "scheme.toml").write_text("[points]\nsoftmax_cross_entropy = 10\n")
    options = ("class", "--out", "o", "--scheme", "scheme.toml")
    grade(capsys, *options)
    table = school / "o" / "marks.csv"
    assert marks(school / "o")["ada"][0] == "10"
    text = (
        table.read_text(encoding="utf-8-sig")
        .replace(",", ";")
        .replace("cem;;;0;10;0", "cem;;;0;10;2,5")
    )
    table.write_text(text, encoding="cp1252")
    _, out, _ = grade(capsys, *options)
    assert "1 cell was changed by hand in marks.csv" in out
    for _ in range(2):
        assert marks(school / "o")["cem"][0] == "2.5"
        grade(capsys, *options, "--again")
    table.write_text(table.read_text(encoding="utf-8-sig").replace(",2.5,10,2.5", ",2.5,10,two"))
    before = table.read_bytes()
    status, _, err = grade(capsys, *options)
    assert status == 2
    assert "must be a number of at least 0, got 'two'" in err
    assert table.read_bytes() == before


@pytest.mark.slow
def test_an_error_of_our_own_is_one_remark(school, capsys, monkeypatch):
    grade_results = task_grading.grade_results

    def failing(results, *arguments):
        if results.errors or (not results.changed_arguments and failing.calls == 0):
            failing.calls += 1
            raise IndexError("of our own")
        return grade_results(results, *arguments)

    failing.calls = 0
    monkeypatch.setattr(task_grading, "grade_results", failing)
    status, _, _ = grade(capsys, "class", "--out", "o", "--jobs", 1)
    assert status == 0
    found = [remarks for _, remarks in marks(school / "o").values() if "could not be" in remarks]
    assert found == ["softmax_cross_entropy could not be graded: IndexError in the grader."]
    assert "of our own" in (school / "o" / ".grading" / "errors.txt").read_text()
    monkeypatch.setattr(task_grading, "grade_results", grade_results)
    grade(capsys, "class", "--out", "o")  # it was not kept
    assert [p for p, _ in marks(school / "o").values()].count("20") == 2


@pytest.mark.parametrize(
    "files", [{}, {"hw.pdf": "%PDF"}, {"README.md": "", "src/x.py": "x = 1\n"}]
)
def test_gradescope_gets_results_when_there_is_nothing_to_grade(files, tmp_path, capsys):
    (tmp_path / "submission").mkdir()
    for name, text in files.items():
        (tmp_path / "submission" / name).parent.mkdir(exist_ok=True)
        (tmp_path / "submission" / name).write_text(text)
    arguments = (tmp_path / "submission", "--out", tmp_path / "results", "--gradescope")
    status, _, err = grade(capsys, *arguments)
    assert status == 2
    results = json.loads((tmp_path / "results" / "results.json").read_text())
    assert results["score"] == 0
    assert "is named after an assignment" in results["output"]
    assert "is named after an assignment" in err


@pytest.mark.slow
def test_gradescope_has_one_student_with_a_name(tmp_path, capsys):
    (tmp_path / "submission" / "src").mkdir(parents=True)
    (tmp_path / "submission" / "src" / "a.py").write_text(LOSS)
    (tmp_path / "submission" / "notes.py").write_text("x = 1\n")
    metadata = {
        "users": [{"name": "Ada Byron", "id": 1}],
        "created_at": "2026-01-02T10:00:00+01:00",
        "assignment": {"due_date": "2026-01-01T23:59:00-07:00"},
    }
    (tmp_path / "submission_metadata.json").write_text(json.dumps(metadata))
    out = tmp_path / "results"
    assert grade(capsys, tmp_path / "submission", "--out", out, "--gradescope")[0] == 0
    assert json.loads((out / "results.json").read_text())["score"] == 20
    assert marks(out) == {"Ada Byron": ["20", "a.py was graded; its name should be loss.py."]}
    assert ",yes," in (out / "marks.csv").read_text()


def started(*arguments):
    return subprocess.Popen(
        [sys.executable, "-m", "minivgg", "grade", *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def wait_for(path, seconds=60):
    end = time.monotonic() + seconds
    while not list(path.parent.glob(path.name)) and time.monotonic() < end:
        time.sleep(0.05)


@posix
@pytest.mark.slow
def test_a_signal_ends_the_children_and_keeps_the_reports(school):
    (school / "class" / "zoe").mkdir()
    (school / "class" / "zoe" / "loss.py").write_text(
        "def softmax_cross_entropy(z, y):\n    while True: pass\n"
    )
    process = started("class", "--out", "o", "--time", 300, "--jobs", 1)
    wait_for(school / "o" / "students" / "cem*.html")
    time.sleep(0.5)
    process.send_signal(signal.SIGTERM)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 128 + signal.SIGTERM
    assert "4 of 5 students graded; not graded: zoe" in err
    assert len(marks(school / "o")) == 4
    assert list((school / "o" / ".grading").glob("scratch-*")) == []


@posix
def test_two_gradings_into_one_folder_are_refused(school, capsys):
    import fcntl

    (school / "o" / ".grading").mkdir(parents=True)
    with (school / "o" / ".grading" / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        status, _, err = grade(capsys, "class", "--out", "o")
    assert status == 2
    assert "another grading is writing to" in err


@pytest.fixture
def moodle(tmp_path, monkeypatch):
    """The current folder, for a grading that takes no time: one student of Moodle's."""

    def grade_class(*arguments, on_begin, **options):
        students = [graded_student("Ada", key="1", number="1036", platform="Moodle")]
        on_begin(students)
        return ClassGrades(students)

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("minivgg.cli.grade.grade_class", grade_class)
    monkeypatch.setattr("minivgg.cli.grade.unenforced_limits", lambda memory: [])
    return tmp_path


def test_the_worksheet_of_moodle_is_filled_in(moodle, capsys):
    status, out, _ = grade(capsys, "class", "--out", "o")
    assert status == 0
    assert "1 report in " in out
    assert "moodle.csv fits courses in English only" in out
    header = "ID,Name,Bewertung,Bestwertung,Bewertet,Feedback\n"
    (moodle / "sheet.csv").write_text(f"{header}Teilnehmer/in 1036,Ada,,10,-,\n")
    _, out, _ = grade(capsys, "class", "--out", "o", "--moodle-worksheet", "sheet.csv")
    assert "English" not in out
    text = (moodle / "o" / "moodle.csv").read_text(encoding="utf-8-sig")
    assert text.startswith(f"{header}Teilnehmer/in 1036,Ada,7.5,10,-,")
    (moodle / "sheet.csv").write_text(f"{header}Teilnehmer/in 1,Ada,,10,-,\n")
    status, _, err = grade(capsys, "class", "--out", "o", "--moodle-worksheet", "sheet.csv")
    assert status == 2
    assert "sheet.csv: this is not the grading worksheet" in err


def test_a_column_added_to_the_marks_is_kept(moodle, capsys):
    grade(capsys, "class", "--out", "o")
    table = moodle / "o" / "marks.csv"
    header, row = table.read_text(encoding="utf-8").splitlines()
    table.write_text(f"{header},oral\n{row},5\n", encoding="utf-8")
    _, out, _ = grade(capsys, "class", "--out", "o")
    assert "is used (the column 'oral'): a copy is in " in out
    assert "oral" in (moodle / "o" / "marks-edited.csv").read_text(encoding="utf-8")
    _, out, _ = grade(capsys, "class", "--out", "o")
    assert "oral" not in out


class Class:
    """What ``grade_class`` is called with, and what it returns or raises."""

    def __init__(self):
        self.students = [graded_student(name, key=name) for name in ("ada", "ben")]
        self.error, self.during, self.more = None, lambda on_student: None, {}

    def grade(self, *arguments, on_begin, on_student, **options):
        """All students have begun; then comes what is to happen during the grading."""
        self.arguments, self.options = arguments, options
        on_begin([*self.students, *self.more.pop("also", [])])
        self.during(on_student)
        if self.error:
            raise self.error
        return ClassGrades(self.students, "in a sandbox", **self.more)


@pytest.fixture
def fake(tmp_path, monkeypatch):
    """The current folder is empty, and a grading takes no time."""
    fake = Class()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("minivgg.cli.grade.grade_class", fake.grade)
    monkeypatch.setattr("minivgg.cli.grade.unenforced_limits", lambda memory: [])
    return fake


def test_every_option_reaches_the_grading(fake, tmp_path, capsys):
    (tmp_path / "s.toml").write_text("[points]\nim2col = 7\n")
    (tmp_path / "o").mkdir()
    (tmp_path / "o" / "adjustments.csv").write_text("student,task,points\nada,total,3\n")
    words = "class --out o --assignment loss pooling --hidden h --jobs 3 --isolation audit --again"
    status, _, _ = grade(
        capsys, *words.split(), "--scheme", "s.toml", "--student", "ada", "--time", 5,
        "--memory", 6, "--output", 7,
    )  # fmt: skip
    assert status == 0
    assert fake.arguments == (
        "class", ["loss", "pooling"], "h", 3, Limits(5.0, 6 * 2**20, 7 * 2**10), False
    )  # fmt: skip
    options = fake.options
    assert options.pop("scheme").points == {"im2col": 7}
    assert [entry.points for entry in options.pop("adjustments").entries] == [3.0]
    assert options == {
        "isolation": "audit", "work": Path("o/.grading"), "only": "ada", "as_one": False,
        "again": True,
    }  # fmt: skip
    grade(capsys, "class", "--out", "o", "--gradescope")
    assert fake.arguments == ("class", None, None, None, Limits(), False)
    assert (fake.options["as_one"], fake.options["only"], fake.options["again"]) == (
        True, None, False,
    )  # fmt: skip
    assert fake.options["scheme"] is None


def test_what_is_said_after_a_grading(fake, capsys):
    fake.students[0].assignments[0].tasks[0].hidden_seconds = 2.0
    _, out, err = grade(capsys, "class", "--out", "o")
    assert out == (
        "graded: relu_dropout\n"
        "2 students, out of 10 points: median 7.5, mean 7.5, 0 with full marks\n"
        "Most frequent mistakes: mask-inverted in relu_backward (2×)\n"
        "3 seconds spent running submissions\n"
        "in a sandbox\n"
        f"wrote {Path('o/marks.csv')}, {Path('o/class.html')} and 2 reports in "
        f"{Path('o/students')}\n"
    )
    assert "does not limit" not in err


def test_notes_about_some_of_the_class(fake, capsys):
    fake.students[1].tasks[0].internal_error = "x"
    fake.more = {"unchanged": 1, "waiting": ["cem"], "ignored": ["x\x1b.txt"]}
    _, out, _ = grade(capsys, "class", "--out", "o")
    assert (
        "note: some functions of ben could not be graded, which is not the students' fault" in out
    )
    assert f"the errors are in {Path('o/.grading/errors.txt')}\n" in out
    assert "1 of 3 students had been graded before and have not changed since (--again" in out
    assert "not read as submissions: x?.txt\n" in out
    assert "not graded yet" not in out
    fake.more = {"unchanged": 1, "waiting": ["cem"]}
    _, out, _ = grade(capsys, "class", "--out", "o", "--student", "ada")
    assert f"not graded yet, so not in {Path('o/marks.csv')}: cem\n" in out
    assert "had been graded before" not in out
    assert "not read as submissions" not in out


def test_at_most_ten_names_are_listed(fake, capsys):
    fake.more = {"ignored": [f"f{k}" for k in range(11)]}
    _, out, _ = grade(capsys, "class", "--out", "o")
    assert f"not read as submissions: {', '.join(f'f{k}' for k in range(10))} and 1 more\n" in out


@pytest.mark.parametrize(("age", "is_told"), [(3500, False), (3700, True)])
def test_pages_of_an_earlier_grading_are_counted(age, is_told, fake, tmp_path, capsys):
    pages = tmp_path / "o" / "students"
    pages.mkdir(parents=True)
    for name in ("gone.html", "ada.html", "gone.md"):
        (pages / name).write_text("")
        os.utime(pages / name, (time.time() - age,) * 2)
    _, out, _ = grade(capsys, "class", "--out", "o")
    assert (f"2 pages in {Path('o/students')} are from an earlier grading run" in out) is is_told


def test_the_page_of_a_student_is_there_before_the_others_are_graded(fake, tmp_path, capsys):
    seen = []

    def during(on_student):
        on_student(fake.students[1])
        seen.extend(path.name for path in (tmp_path / "o" / "students").iterdir())

    fake.during = during
    grade(capsys, "class", "--out", "o", "--format", "md")
    assert "ben.md" in seen
    assert "ada.md" not in seen
    assert (tmp_path / "o" / "class.md").is_file()


def test_adjustments_of_nobody_are_named(fake, tmp_path, capsys):
    (tmp_path / "o").mkdir()
    (tmp_path / "o" / "adjustments.csv").write_text(
        "student,task,points\nada,total,3\nzo\x1be,total,1\n"
    )
    _, out, _ = grade(capsys, "class", "--out", "o")
    assert out.startswith(
        "note: adjustments.csv names zo?e: nobody in this class, or several students\n"
    )
    assert out.count("nobody") == 1


def edit(table, row, before, after):
    text = table.read_text(encoding="utf-8-sig")
    line = next(line for line in text.splitlines() if line.startswith(row))
    table.write_text(text.replace(line, line.replace(before, after)), encoding="utf-8")


def test_cells_changed_by_hand_are_saved_and_used(fake, tmp_path, capsys):
    grade(capsys, "class", "--out", "o")
    table = tmp_path / "o" / "marks.csv"
    edit(table, "ada", ",7.5,", ",9,")
    _, out, _ = grade(capsys, "class", "--out", "o")
    saved = f"changed by hand in marks.csv: saved in {Path('o/adjustments.csv')}\n"
    assert f"1 cell was {saved}" in out
    assert fake.options["adjustments"].entries[0].points == 9
    fake.options["adjustments"].apply(fake.students[0])
    grade(capsys, "class", "--out", "o")
    for row in ("ada", "ben"):
        edit(table, row, ",5,", ",4.5,")
    _, out, _ = grade(capsys, "class", "--out", "o")
    assert f"2 cells were {saved}" in out


def test_cells_changed_while_the_grading_ran_are_used(fake, tmp_path, capsys):
    grade(capsys, "class", "--out", "o")
    table = tmp_path / "o" / "marks.csv"
    fake.during = lambda on_student: edit(table, "ben", ",7.5,", ",2.25,")
    _, out, _ = grade(capsys, "class", "--out", "o")
    assert "1 cell was changed by hand in marks.csv" in out
    assert fake.students[1].points == 2.25
    assert marks_of(table) == {"ada": "7.5", "ben": "2.25"}
    fake.during = lambda on_student: edit(table, "ben", ",2.25,", ",two,")
    status, out, _ = grade(capsys, "class", "--out", "o")
    assert status == 0
    assert "note: " in out
    assert "got 'two'; correct the cell, or empty it: a copy of marks.csv is in " in out
    assert "two" in (tmp_path / "o" / "marks-edited.csv").read_text(encoding="utf-8")


def marks_of(table):
    with table.open(encoding="utf-8-sig") as file:
        return {row["student"]: row["points"] for row in csv.DictReader(file)}


def test_an_interrupted_grading_writes_what_there_is(fake, tmp_path, capsys):
    everyone, fake.students = fake.students, fake.students[:1]
    fake.more["also"] = everyone[1:]
    fake.error = Interrupted(ClassGrades(fake.students), ["ben"])
    status, out, err = grade(capsys, "class", "--out", "o")
    assert status == 130
    assert "interrupted: 1 of 2 students graded; not graded: ben" in err
    assert marks_of(tmp_path / "o" / "marks.csv") == {"ada": "7.5"}
    assert "1 report in " in out
    fake.error.__cause__ = StoppedBySignal(15)
    status, _, err = grade(capsys, "class", "--out", "o")
    assert status == 128 + 15
    assert "\ninterrupted: 1 of 2 students graded; not graded: ben\n" in err
    fake.error = StoppedBySignal(15)
    status, _, err = grade(capsys, "class", "--out", "o")
    assert status == 128 + 15
    assert err.endswith("\nstopped by SIGTERM\n")


def result_of(tmp_path):
    return json.loads((tmp_path / "o" / "results.json").read_text(encoding="utf-8"))["output"]


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (Interrupted(ClassGrades([]), ["ada"]), "interrupted: 0 of 1 students graded"),
        (IndexError("of\x1b ours"), "The submission was not graded: of? ours"),
        (IndexError(), "The submission was not graded: IndexError"),
        (ValueError("no file"), "The submission was not graded: no file"),
    ],
)
def test_gradescope_is_told_why_there_are_no_points(error, sentence, fake, tmp_path, capsys):
    fake.error = error
    for words in ((), ("--gradescope",)):
        try:
            assert grade(capsys, "class", "--out", "o", *words)[0] in (2, 130)
        except IndexError:
            assert isinstance(error, IndexError)
        assert (tmp_path / "o" / "results.json").exists() is bool(words)
    assert sentence in result_of(tmp_path)


def test_gradescope_keeps_the_results_of_an_interrupted_grading(fake, tmp_path, capsys):
    fake.error = Interrupted(ClassGrades(fake.students[:1]), [])
    fake.students = fake.students[:1]
    assert grade(capsys, "class", "--out", "o", "--gradescope", "--visibility", "hidden")[0] == 130
    assert json.loads((tmp_path / "o" / "results.json").read_text())["score"] == 7.5


def test_students_without_a_row_in_the_worksheet_are_named(fake, tmp_path, capsys):
    fake.students = [
        graded_student(name, key=name, number=number, platform="Moodle")
        for name, number in (("ada", "1"), ("ben", "2"))
    ]
    header = "ID,Name,Bewertung,Bestwertung,Bewertet,Feedback\n"
    (tmp_path / "sheet.csv").write_text(f"{header}Teilnehmer/in 1,Ada,,10,-,\n")
    _, out, _ = grade(capsys, "class", "--out", "o", "--moodle-worksheet", "sheet.csv")
    assert out.startswith("note: sheet.csv has no row for ben\n")


@pytest.mark.parametrize("user", [0, 1000])
def test_weak_limits_and_root_are_noted(user, fake, capsys, monkeypatch):
    asked = []
    monkeypatch.setattr(
        "minivgg.cli.grade.unenforced_limits", lambda n: asked.append(n) or ["memory", "files"]
    )
    monkeypatch.setattr(os, "geteuid", lambda: user, raising=False)
    _, _, err = grade(capsys, "class", "--out", "o", "--memory", 3)
    assert asked == [3 * 2**20]
    assert "note: this system does not limit a submission's memory and files; grade in a" in err
    assert ("note: this runs as root" in err) is (user == 0)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--time", "0"), "--time must be greater than 0, got 0"),
        (("--time", "nan"), "--time must be greater than 0, got nan"),
        (("--output", "0"), "--output must be greater than 0, got 0"),
        (("--jobs", "0"), "--jobs must be at least 1, got 0"),
        (("--gradescope", "--student", "a"), "with --gradescope there is only one student"),
        (("--out", "f"), "--out f is a file: choose another folder"),
        (("--out", "class"), "--out class is among the submissions: choose another folder"),
        (("--out", "class/x/y"), "--out class/x/y is among the submissions"),
    ],
)
def test_options_that_make_no_sense(words, sentence, fake, tmp_path, capsys):
    (tmp_path / "f").write_text("")
    status, _, err = grade(capsys, "class", "--out", "o", *words)
    assert status == 2
    assert sentence in err
    assert not hasattr(fake, "arguments")


def test_the_smallest_limits(fake, capsys):
    words = ("--time", "0.5", "--jobs", "1", "--memory", "1", "--output", "1")
    assert grade(capsys, "class", "--out", "o", *words)[0] == 0
    assert fake.arguments[3:5] == (1, Limits(0.5, 2**20, 2**10))
