"""Attacks on the grading: none gets points, writes elsewhere, stops it, or learns a secret.

Each file in ``hostile/TASK`` is one attack, handed in for that task. For softmax_cross_entropy its
first line is a pattern of the message that it gets, the second one what it tries; these are tried
with and without bubblewrap. Those for relu_forward look for what the hidden checks ask. Words such
as @VICTIM@ stand for paths. ``pytest --every-attack`` tries all of them, otherwise a part.
"""

import ast
import re
import sys
import tempfile
from pathlib import Path

import numpy as np
import pytest

import minivgg
from benchmarks.school import running_processes
from minivgg.classroom.bank import TASKS
from minivgg.classroom.case_generators import generate_cases
from minivgg.classroom.grading import task_grading
from minivgg.classroom.isolation import bubblewrap
from minivgg.classroom.isolation.child_process import Limits, run_isolated
from minivgg.classroom.tasks import Case

FOLDER = Path(__file__).with_name("hostile")
ATTACKS = sorted(FOLDER.glob("softmax_cross_entropy/*.py"))
CURIOUS = sorted(FOLDER.glob("relu_forward/*.py"))
LIMITS = Limits(seconds=6, memory_bytes=2**29)
SHORT = Limits(seconds=2, memory_bytes=2**29)  # for attacks that get no points anyway
TOKEN = "a-hidden-number-271828"
HIDDEN = (Case("a hidden case", ([{"array": [[-31337.25, 8.5, 2.5]]}],)),)
SECRETS = ("31337", TOKEN, "victim.py")
PART = 20  # by default, every twentieth attack is tried
ALWAYS = {
    "importlib_answer",
    "finder_removed",
    "through_an_own_folder",
    "result_nested",
    "outside_replace",
    "process_by_fork_exec_anew",
    "native_code",
    "network_udp",
}

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="the isolation is complete on Linux only"
)


def why_no_bubblewrap():
    try:
        bubblewrap.in_force("bwrap")
    except RuntimeError as error:
        return str(error)
    return ""


def pytest_generate_tests(metafunc):
    every = metafunc.config.getoption("--every-attack")
    if "attack" in metafunc.fixturenames:
        missing = why_no_bubblewrap()
        skips = [pytest.mark.skip(reason=missing)] if missing else []
        metafunc.parametrize(
            ("attack", "kind"),
            [
                pytest.param(path, kind, id=f"{path.stem}-{kind}", marks=marks)
                for first, (kind, marks) in enumerate((("audit", []), ("bwrap", skips)))
                for number, path in enumerate(ATTACKS)
                if every
                or number % PART == PART // 2 * first
                or (path.stem in ALWAYS and kind == "audit")
            ],
        )
    if "curious" in metafunc.fixturenames:
        paths = CURIOUS if every else CURIOUS[:: PART // 2]
        metafunc.parametrize("curious", paths, ids=[path.stem for path in paths])


@pytest.fixture
def places(tmp_path, monkeypatch):
    """What an attack could reach, and a folder for the files of the grader."""
    outside = tmp_path / "class" / "ada"
    outside.mkdir(parents=True)
    victim, secret = outside / "victim.py", tmp_path / "hidden.json"
    victim.write_text(f"# {TOKEN}\n")
    secret.write_text(TOKEN)
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    monkeypatch.setenv("MINIVGG_TEST_SECRET", TOKEN)
    package = Path(minivgg.__file__).parent
    return {
        "@OUTSIDE@": outside,
        "@VICTIM@": victim,
        "@SECRET@": secret,
        "@PACKAGE@": package,
        "@PARENT@": package.parent,
    }


def hand_in(attack, places, name):
    """The attack as a student's file; paths are put in."""
    text = attack.read_text(encoding="utf-8")
    for word, path in places.items():
        text = text.replace(word, str(path))
    file = places["@OUTSIDE@"].parent / "eve" / name
    file.parent.mkdir()
    file.write_text(text, encoding="utf-8")
    return file


def state(folder):
    """All that may not change in a folder."""
    return {
        path.name: (*path.stat()[:4], path.stat().st_mtime, path.is_file() and path.read_bytes())
        for path in (folder, *folder.rglob("*"))
    }


@pytest.mark.slow
def test_no_attack_succeeds(attack, kind, places, tmp_path, monkeypatch):
    if attack.stem == "native_code" and "seccomp" not in bubblewrap.rules_in_force(kind):
        pytest.skip("without the kernel's rules this attack succeeds, as the guide on grading says")
    file = hand_in(attack, places, "loss.py")
    expected = file.read_text(encoding="utf-8").splitlines()[0].removeprefix("# expect: ")
    before, packages = state(places["@OUTSIDE@"]), Path(np.__file__).parents[1]

    def isolated(*arguments, **options):
        results.append(run_isolated(*arguments, **options))
        return results[-1]

    results = []
    monkeypatch.setattr(task_grading, "run_isolated", isolated)
    task = TASKS["softmax_cross_entropy"]
    hidden = tuple(map(Case.from_dict, generate_cases(task.name, 2, 5)))
    options = task_grading.RunOptions(kind)
    graded, _ = task_grading.grade_task(file, task, hidden, LIMITS, options=options)
    assert graded.points == 0
    assert re.search(expected, graded.verdict.message), graded.verdict.message
    for result in results:
        assert TOKEN not in result.printed + result.problem
        assert "def softmax" not in result.printed
    assert state(places["@OUTSIDE@"]) == before
    assert not (packages / "was-here.pth").exists()
    assert not list(Path(tempfile.gettempdir()).iterdir())
    assert not running_processes(tmp_path)


@pytest.mark.slow
def test_nobody_learns_what_the_hidden_checks_ask(curious, places, tmp_path):
    file = hand_in(curious, places, "relu_dropout.py")
    before, text = state(places["@OUTSIDE@"]), file.read_text()
    graded, _ = task_grading.grade_task(file, TASKS["relu_forward"], HIDDEN, SHORT)
    assert graded.points < graded.task.points
    assert state(places["@OUTSIDE@"]) == before
    assert file.read_text() == text
    said = "\n".join((graded.verdict.message, graded.printed, *graded.remarks))
    assert "could not be graded" not in said, "an error of the grader itself"
    said = said.replace(str(file), "")
    # a line of the student's own code may be shown
    assert not [secret for secret in SECRETS if secret in said and secret not in text], said
    assert len(said) < 20_000
    assert not running_processes(tmp_path)


@pytest.mark.slow
def test_a_right_function_gets_full_marks_in_the_same_way(places):
    file = hand_in(CURIOUS[0], places, "relu_dropout.py")
    file.write_text("import numpy as np\n\n\ndef relu_forward(x):\n    return np.maximum(x, 0)\n")
    graded, _ = task_grading.grade_task(file, TASKS["relu_forward"], HIDDEN, LIMITS)
    assert graded.points == graded.task.points, graded.verdict.message


def test_the_attacks_are_programs_and_say_what_they_do():
    assert len(ATTACKS) > 140
    assert len(CURIOUS) > 30
    for path in (*ATTACKS, *CURIOUS):
        text = path.read_text(encoding="utf-8")
        assert text.startswith("# ")
        ast.parse(text)
