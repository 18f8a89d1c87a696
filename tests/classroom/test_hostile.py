"""Attacks on the grading: none gets full marks, writes elsewhere, stops it, or learns a secret.

Each file of ``hostile/`` is one attack, graded for relu_forward, which none of them computes.
@OUTSIDE@ in it stands for a folder with another student's file, @PACKAGE@ for the checkout.
``pytest --every-attack`` tries all of them; otherwise a part.
"""

import ast
import sys
from pathlib import Path

import pytest

from benchmarks.school import running_processes
from minivgg.classroom.bank import TASKS
from minivgg.classroom.grading.task_grading import grade_task
from minivgg.classroom.isolation.child_process import Limits
from minivgg.classroom.tasks import Case

FOLDER = Path(__file__).parent / "hostile"
ATTACKS = sorted(path.stem for path in FOLDER.glob("*.py"))
ROOT = Path(__file__).parents[2]
HIDDEN = (Case("a hidden case", ([{"array": [[-31337.25, 8.5, 2.5]]}],)),)
SECRETS = ("31337", "SECRET", "victim.py")
PART = 8


def pytest_generate_tests(metafunc):
    if "attack" in metafunc.fixturenames:
        step = 1 if metafunc.config.getoption("--every-attack") else PART
        metafunc.parametrize("attack", ATTACKS[::step])


def attack_file(folder, attack):
    """The attack as a submission, and the folder that it must leave alone."""
    outside = folder / "class"
    outside.mkdir()
    (outside / "victim.py").write_text("right = 1\n")
    (outside / "secret.txt").write_text("SECRET\n")
    text = (FOLDER / f"{attack}.py").read_text(encoding="utf-8")
    own = folder / "own" / "relu_dropout.py"
    own.parent.mkdir()
    own.write_text(text.replace("@OUTSIDE@", str(outside)).replace("@PACKAGE@", str(ROOT)))
    return own, outside


def state(folder):
    return {
        path.name: (path.stat().st_mode, path.read_bytes() if path.is_file() else None)
        for path in folder.rglob("*")
    }


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="the isolation is complete on Linux only")
def test_an_attack_gains_nothing(attack, tmp_path):
    own, outside = attack_file(tmp_path, attack)
    before, text = state(outside), own.read_text()
    graded, _ = grade_task(own, TASKS["relu_forward"], HIDDEN, Limits(seconds=3))
    assert graded.points < graded.task.points
    assert state(outside) == before, "something was written elsewhere"
    assert own.read_text() == text
    said = "\n".join((graded.verdict.message, graded.printed, *graded.remarks))
    assert "could not be graded" not in said, "an error of the grader itself"
    said = said.replace(str(own), "")
    # a line of the student's own code may be shown
    assert not [secret for secret in SECRETS if secret in said and secret not in text], said
    assert len(said) < 20_000
    assert running_processes(tmp_path) == []


@pytest.mark.slow
def test_the_right_function_gets_full_marks_in_the_same_way(tmp_path):
    own, _ = attack_file(tmp_path, ATTACKS[0])
    own.write_text("import numpy as np\n\n\ndef relu_forward(x):\n    return np.maximum(x, 0)\n")
    graded, _ = grade_task(own, TASKS["relu_forward"], HIDDEN, Limits(seconds=3))
    assert graded.points == graded.task.points, graded.verdict.message


def test_the_attacks_are_programs_and_say_what_they_do():
    assert len(ATTACKS) > 90
    for attack in ATTACKS:
        text = (FOLDER / f"{attack}.py").read_text(encoding="utf-8")
        assert text.startswith("# ")
        assert "relu_forward" in {
            node.name for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef)
        }
