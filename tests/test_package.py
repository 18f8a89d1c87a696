"""What importing the package costs, and what an installed one has: no checkout is needed."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

import minivgg
from minivgg.classroom import assignments, lessons, student_files
from minivgg.classroom.bank import ASSIGNMENTS
from minivgg.cli import main
from minivgg.utils import installation

ROOT = Path(__file__).parent.parent
LATE = {"http.client", "urllib.request", "asyncio", "tqdm", "matplotlib", "importlib.metadata"}


def test_importing_the_package_does_not_import_what_few_programs_need():
    """Downloads, progress bars and plots take a third of a second together."""
    code = "import json, sys, minivgg; print(json.dumps(sorted(sys.modules)))"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, cwd=ROOT)
    assert LATE & set(json.loads(found.stdout)) == set()


@pytest.mark.parametrize(("program", "error"), [("-m", "SystemExit"), ("script.py", "ImportError")])
def test_an_older_python_gets_one_sentence(program, error):
    """``python -m minivgg`` prints it alone; a program that imports the package can catch it."""
    code = (
        "import sys\n"
        f"sys.version_info, sys.argv[0] = (3, 10, 13, 'final', 0), {program!r}\n"
        "try:\n    import minivgg\n"
        "except BaseException as error:\n    print(type(error).__name__, error)\n"
    )
    found = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=True, cwd=ROOT, text=True
    )
    assert found.stdout.startswith(
        f"{error} minivgg needs Python 3.11 or newer, and this is Python 3.10: make a virtual"
    )
    assert "python3.12 -m venv --clear .venv" in found.stdout, "else the old Python stays in it"
    assert found.stdout.count("\n") == 1


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """The package as if it was installed from a wheel, with what hatch_build.py adds to it."""
    course = tmp_path / "course"
    (course / "assignments").mkdir(parents=True)
    lines = installation.lines_for_notebooks(installation.address(), minivgg.__version__)
    for path in [*student_files.lesson_files(ROOT / "lessons"), ROOT / "lessons" / "README.md"]:
        (course / path.name).write_bytes(path.read_bytes())
    for name in ("loss", "pooling"):
        source = ROOT / "lessons" / "assignments" / f"{name}.py"
        for file, text in student_files.assignment_files(source, lines).items():
            (course / "assignments" / file).write_text(text, encoding="utf-8")
    expected = assignments.files_for_students("loss")
    monkeypatch.setattr(installation, "checkout", lambda: None)
    monkeypatch.setattr(lessons, "folder", lambda: course)
    monkeypatch.setitem(sys.modules, "jupytext", None)  # the core install is enough
    monkeypatch.chdir(tmp_path)
    return expected


def test_an_installed_package_releases_the_same_files_without_jupyter(installed, tmp_path, capsys):
    assert main(["assignment", "release", "loss", "--to", "out"]) == 0
    for name, text in installed.items():
        assert (tmp_path / "out" / name).read_text(encoding="utf-8") == text
    assert main(["assignment", "release", "los", "--to", "out"]) == 2
    assert "did you mean 'loss'" in capsys.readouterr().err


def test_an_installed_package_has_no_solutions_for_nbgrader_and_says_so(installed, capsys):
    assert main(["assignment", "release", "loss", "--to", "out", "--nbgrader"]) == 2
    error = capsys.readouterr().err
    assert "the solved sources of the assignments are in a checkout" in error
    assert error.count("\n") == 1


def test_an_installed_package_copies_and_lists_its_lessons(installed, tmp_path, capsys):
    assert main(["lessons", "--no-open", "--to", "mine"]) == 0
    assert len(list((tmp_path / "mine").glob("*.ipynb"))) == 15
    assert main(["lessons", "--list"]) == 0
    assert "Receptive fields" in capsys.readouterr().out
    assert lessons.notebook(lessons.sources(["3"])[0]).cells


def test_assignments_are_those_of_the_bank():
    """``hatch_build.py`` takes the files, and the commands take the names."""
    sources = (ROOT / "lessons" / "assignments").glob("*.py")
    assert {path.stem for path in sources} == set(ASSIGNMENTS)
