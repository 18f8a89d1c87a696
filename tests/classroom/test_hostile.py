"""Attacks: each file in the folder ``hostile`` is handed in for softmax_cross_entropy.

Its first line is a pattern of the message that it gets, its second one what it tries. Words such as
@VICTIM@ in it stand for paths. None gets any points, reads what it must not, or changes anything
outside of its folder, with or without bubblewrap.
"""

import re
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

TASK = TASKS["softmax_cross_entropy"]
LIMITS = Limits(seconds=6, memory_bytes=2**29)
FOLDER = Path(__file__).with_name("hostile")
ATTACKS = sorted(path.stem for path in FOLDER.glob("*.py"))
TOKEN = "a-hidden-number-271828"
QUICK = {
    "importlib_answer",
    "finder_removed",
    "values_of_the_hook",
    "path_functions_replaced",
    "through_an_own_folder",
    "result_without_cases",
    "result_nested",
    "outside_replace",
    "outside_packages_by_folder",
    "process_by_fork_exec_anew",
    "native_code",
    "network_udp",
}


def isolations():
    try:
        bubblewrap.in_force("bwrap")
        reason = ""
    except RuntimeError as error:
        reason = str(error)
    return reason


NO_BWRAP = isolations()


def parameters():
    for kind in ("audit", "bwrap"):
        for name in ATTACKS:
            marks = [] if name in QUICK and kind == "audit" else [pytest.mark.slow]
            if kind == "bwrap" and NO_BWRAP:
                marks.append(pytest.mark.skip(reason=NO_BWRAP))
            yield pytest.param(name, kind, marks=marks, id=f"{name}-{kind}")


@pytest.fixture
def places(tmp_path, monkeypatch):
    """What an attack could reach, and a folder for the files of the grader."""
    outside = tmp_path / "class" / "ada"
    outside.mkdir(parents=True)
    victim, secret = outside / "loss.py", tmp_path / "hidden.json"
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


@pytest.mark.parametrize(("name", "kind"), list(parameters()))
def test_no_attack_succeeds(name, kind, places, tmp_path, monkeypatch):
    source = (FOLDER / f"{name}.py").read_text(encoding="utf-8")
    expected = source.splitlines()[0].removeprefix("# expect: ")
    for word, path in places.items():
        source = source.replace(word, str(path))
    file = tmp_path / "class" / "eve" / "loss.py"
    file.parent.mkdir()
    file.write_text(source, encoding="utf-8")
    victim, packages = places["@VICTIM@"], Path(np.__file__).parents[1]
    before = victim.stat()

    def isolated(*arguments, **options):
        results.append(run_isolated(*arguments, **{**options, "isolation": kind}))
        return results[-1]

    results = []
    monkeypatch.setattr(task_grading, "run_isolated", isolated)
    hidden = tuple(map(Case.from_dict, generate_cases(TASK.name, 2, 5)))
    graded, _ = task_grading.grade_task(file, TASK, hidden, LIMITS)
    assert graded.points == 0
    assert re.search(expected, graded.verdict.message), graded.verdict.message
    for result in results:
        assert TOKEN not in result.printed + result.problem
        assert "def softmax" not in result.printed
    assert victim.read_text() == f"# {TOKEN}\n"
    after = victim.stat()
    assert (after.st_mode, after.st_mtime, after.st_nlink) == (
        before.st_mode,
        before.st_mtime,
        before.st_nlink,
    )
    assert [path.name for path in places["@OUTSIDE@"].iterdir()] == ["loss.py"]
    assert not (packages / "was-here.pth").exists()
    assert not list(Path(tempfile.gettempdir()).iterdir())
    assert not running_processes(tmp_path)


def test_there_are_enough_of_them():
    assert len(ATTACKS) >= 100
