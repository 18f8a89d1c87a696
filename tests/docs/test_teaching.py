"""The guide "Teaching with it": its tables are complete, and grading is as shown."""

import re
import shlex
import shutil

import pytest
from support import pages

import minivgg
from minivgg.classroom import lessons
from minivgg.classroom.bank import ASSIGNMENTS
from minivgg.classroom.student_files import lesson_label
from minivgg.cli import main, parser

PAGE = "docs/guides/teaching.md"
TEXT = (pages.ROOT / PAGE).read_text(encoding="utf-8")
LINES = [line for block in pages.blocks(PAGE, "bash") for line in block.splitlines()]
COMMANDS = [line.partition("minivgg ")[2] for line in LINES if re.match(r"\S*minivgg ", line)]


def test_every_lesson_has_an_objective_and_minutes():
    rows = re.findall(
        r"^\| (\w+) \| \[.+?\]\(\.\./\.\./lessons/(\w+)\.ipynb\) \| (.+?) \| (\d+) \|$", TEXT, re.M
    )
    assert [name for _, name, _, _ in rows] == [path.stem for path in lessons.sources()]
    assert [number for number, *_ in rows] == [lesson_label(name) for _, name, _, _ in rows]
    assert all(30 <= int(minutes) <= 90 for *_, minutes in rows)


def test_every_assignment_is_listed_with_its_functions_and_points():
    rows = re.findall(r"^\| \d+ \| `(\w+)` \| (`.+`) \| (\d+) \|$", TEXT, re.M)
    listed = {name: (re.findall(r"`(\w+)`", tasks), int(points)) for name, tasks, points in rows}
    assert listed == {
        name: ([task.name for task in tasks], sum(task.points for task in tasks))
        for name, tasks in ASSIGNMENTS.items()
    }


@pytest.mark.parametrize("command", COMMANDS)
def test_commands_parse(command):
    assert parser().parse_args(shlex.split(command)).command


def test_the_wheel_has_the_name_of_this_version():
    wheels = set(re.findall(r"dist/(\S+?\.whl)", TEXT))
    assert wheels == {f"minivgg-{minivgg.__version__}-py3-none-any.whl"}


def without_seconds(table):
    return re.sub(r",[\d.]+$", "", table, flags=re.M)


@pytest.mark.slow
def test_marks_are_as_shown(tmp_path, capsys):
    """Kim hands in the right functions, Lee the empty ones, and hidden checks count as well."""
    submissions = tmp_path / "submissions"
    for student in ("Kim", "Lee"):
        (submissions / student).mkdir(parents=True)
    handout, hidden = str(tmp_path / "handout"), str(tmp_path / "hidden")
    assert main(["assignment", "release", "convolution", "--to", handout]) == 0
    assert main(["assignment", "hidden", "convolution", "--to", hidden]) == 0
    shutil.copy(pages.ROOT / "lessons" / "assignments" / "convolution.py", submissions / "Kim")
    shutil.copy(tmp_path / "handout" / "convolution.py", submissions / "Lee")
    out = tmp_path / "grades"
    arguments = ["--out", str(out), "--assignment", "convolution", "--hidden", hidden]
    assert main(["grade", str(submissions), *arguments]) == 0
    shown = next(block for block in pages.blocks(PAGE, "text") if "student,number" in block)
    written = (out / "marks.csv").read_text(encoding="utf-8-sig")
    assert without_seconds(written) == without_seconds(shown)
    assert (out / "class.html").is_file()
    assert "1 with full marks" in capsys.readouterr().out
