"""NumPy is found in a child process wherever the grader finds it, or nothing is graded."""

import os
import subprocess
import sys
import venv
from pathlib import Path

import pytest

import minivgg
from minivgg.classroom.isolation import bubblewrap, environment
from minivgg.cli import main

RIGHT = "def relu_forward(x):\n    return (x + abs(x)) / 2\n"
GRADE = """
import sys
from minivgg.classroom.bank import TASKS
from minivgg.classroom.grading.task_grading import RunOptions, grade_task
from minivgg.classroom.isolation.child_process import unenforced_limits
grade, _ = grade_task(sys.argv[1], TASKS["relu_forward"], options=RunOptions(sys.argv[2]))
print(grade.verdict.message)
print(unenforced_limits(2**29))
"""


@pytest.fixture(scope="module")
def bare_python(tmp_path_factory):
    """A Python without NumPy."""
    folder = tmp_path_factory.mktemp("bare")
    venv.create(folder, symlinks=os.name == "posix")
    return str(folder / ("bin/python" if os.name == "posix" else "Scripts/python.exe"))


@pytest.fixture
def without_cache():
    bubblewrap._trial.cache_clear()
    yield
    bubblewrap._trial.cache_clear()


@pytest.mark.parametrize("kind", ["audit", "bwrap"])
def test_numpy_is_found_through_pythonpath(kind, bare_python, tmp_path):
    """As after ``module load``; a folder of the user is on ``sys.path`` like these."""
    if kind == "bwrap":
        try:
            bubblewrap.in_force("bwrap")
        except RuntimeError as error:
            pytest.skip(str(error))
    file = tmp_path / "relu.py"
    file.write_text(RIGHT)
    checkout = str(Path(minivgg.__file__).parents[1])
    paths = os.pathsep.join([checkout, *environment.package_folders()])
    done = subprocess.run(
        [bare_python, "-c", GRADE, str(file), kind],
        env={**os.environ, "PYTHONPATH": paths},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    message, unenforced = done.stdout.splitlines()
    assert message == "relu_forward: public checks passed."
    if sys.platform == "linux":
        assert unenforced == "[]"


@pytest.mark.usefixtures("without_cache")
def test_without_numpy_nothing_is_graded(bare_python, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(environment, "package_folders", list)
    monkeypatch.setattr(sys, "executable", bare_python)
    (tmp_path / "class").mkdir()
    file, out = tmp_path / "class/relu_dropout.py", tmp_path / "out"
    file.write_text(RIGHT)
    words = "nothing was checked: the process in which a submission is to run does not start, or"
    for command in (
        ["assignment", "check", str(file)],
        ["grade", str(file.parent), "--out", str(out)],
    ):
        assert main(command) == 2
        error = capsys.readouterr().err
        assert words in error
        assert "No module named 'numpy'" in error
    assert not list(out.glob("**/*.csv"))


def test_the_folders_are_those_of_packages_in_their_order(tmp_path, monkeypatch):
    """Neither the current directory nor the checkout: a submission could be there, or minivgg."""
    names = ("b/site-packages", "here", "a", "a/without", "c/dist-packages")
    folders = [tmp_path / name for name in names]
    for folder in (folders[1], folders[2], tmp_path / "checkout"):
        (folder / "numpy").mkdir(parents=True)
        (folder / "numpy/__init__.py").touch()
    for folder in folders:
        folder.mkdir(parents=True, exist_ok=True)
    monkeypatch.chdir(tmp_path / "here")
    monkeypatch.setattr(environment.installation, "checkout", lambda: tmp_path / "checkout")
    paths = ["", *map(str, folders), str(tmp_path / "checkout"), str(tmp_path / "none"), "../a"]
    monkeypatch.setattr(sys, "path", paths)
    expected = [tmp_path / "b/site-packages", tmp_path / "a", tmp_path / "c/dist-packages"]
    found = [os.path.normpath(folder) for folder in environment.package_folders()]
    assert list(dict.fromkeys(found)) == [str(folder) for folder in expected]
