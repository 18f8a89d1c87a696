"""``minivgg grade``: what it reuses, what it survives, and that results.json is always there."""

import csv
import json
import os
import signal
import subprocess
import sys
import time

import pytest
from support.grades import graded_student

from minivgg import cli
from minivgg.classroom.grading import assignment_grading, task_grading
from minivgg.classroom.grading.grades import ClassGrades

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
