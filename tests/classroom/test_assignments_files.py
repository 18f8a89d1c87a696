"""Assignments as files: what is written where, and what an installed package has."""

import pytest

from minivgg.classroom import assignments, lessons
from minivgg.classroom.assignments import files_for_students, release, source_path
from minivgg.utils import installation


@pytest.fixture
def installed(monkeypatch, tmp_path):
    """A package without a checkout: the files for students lie in it."""
    (tmp_path / "course" / "assignments").mkdir(parents=True)
    for name in ("loss.py", "loss_guide.ipynb"):
        (tmp_path / "course" / "assignments" / name).write_bytes(f"é of {name}".encode())
    monkeypatch.setattr(installation, "checkout", lambda: None)
    monkeypatch.setattr(lessons, "folder", lambda: tmp_path / "course")


def test_an_installed_package_has_the_versions_for_students_only(installed, ascii_by_default):
    assert files_for_students("loss") == {
        "loss.py": "é of loss.py",
        "loss_guide.ipynb": "é of loss_guide.ipynb",
    }
    with pytest.raises(FileNotFoundError) as caught:
        source_path("loss")
    assert str(caught.value) == (
        "the solved sources of the assignments are in a checkout of the project: an installed "
        "package has the versions for students only"
    )


@pytest.mark.parametrize("function", [source_path, files_for_students])
def test_a_name_of_no_assignment(function):
    with pytest.raises(ValueError, match=r"^there is no assignment 'los': did you mean 'loss'"):
        function("los")


def test_the_files_of_a_release(installed, tmp_path, ascii_by_default):
    folder = tmp_path / "a" / "b"
    paths = release("loss", folder)
    assert paths == [folder / "loss.py", folder / "loss_guide.ipynb"]
    assert [path.read_bytes().decode() for path in paths] == [
        "é of loss.py",
        "é of loss_guide.ipynb",
    ]
    paths[1].write_text("old")
    assert release("loss", folder) == paths  # the work is the same, and a guide is no work
    assert paths[1].read_bytes().decode() == "é of loss_guide.ipynb"


@pytest.mark.parametrize("work", [b"mine", b"\xff"])
def test_a_different_file_is_replaced_only_on_request(work, installed, tmp_path):
    path = tmp_path / "loss.py"
    path.write_bytes(work)
    with pytest.raises(FileExistsError) as caught:
        release("loss", tmp_path)
    assert str(caught.value) == (
        f"{path} exists and is different: it may be somebody's work; --force replaces it"
    )
    assert path.read_bytes() == work
    assert not (tmp_path / "loss_guide.ipynb").exists()
    release("loss", tmp_path, replace=True)
    assert path.read_bytes().decode() == "é of loss.py"


SOURCE = '''"""Units of löss.

In the folder of this file, check your work.
"""

import numpy as np
from math import (
    exp,
)


def softmax_cross_entropy(logits, labels):
    """Hint."""
    ### BEGIN SOLUTION
    return 1
    ### END SOLUTION


def relu_forward(x):
    return x
# the end'''


def test_the_cells_of_nbgraders_notebook(tmp_path, monkeypatch, ascii_by_default):
    (tmp_path / "x.py").write_bytes(SOURCE.encode())
    monkeypatch.setattr(assignments, "source_path", lambda name: tmp_path / "x.py")
    found = assignments.nbgrader_notebook("loss")
    assert [cell.id for cell in found.cells] == [f"loss-{k:02d}" for k in range(6)]
    introduction, imports, first, check_first, second, check_second = found.cells
    assert (introduction.cell_type, introduction.source) == ("markdown", "Units of löss.")
    assert imports.source == (
        "import numpy as np\nfrom math import (\n    exp,\n)\n"
        "from minivgg.classroom import check, hint"
    )
    assert first.source.splitlines()[0] == "def softmax_cross_entropy(logits, labels):"
    assert first.source.splitlines()[-1] == "    ### END SOLUTION"
    assert second.source == "def relu_forward(x):\n    return x"
    points = [assignments.TASKS[name].points for name in ("softmax_cross_entropy", "relu_forward")]
    assert check_first.source.splitlines()[1:] == [
        'verdict = check(softmax_cross_entropy, "softmax_cross_entropy")',
        f"round({points[0]} * verdict.score, 2)  # partial credit",
    ]
    common = {"schema_version": 3, "task": False, "cell_type": "code"}
    assert second.metadata["nbgrader"] == common | {
        "grade_id": "relu_forward", "solution": True, "grade": False, "locked": False,
    }  # fmt: skip
    assert check_second.metadata["nbgrader"] == common | {
        "grade_id": "check-relu_forward", "solution": False, "grade": True, "locked": True,
        "points": points[1],
    }  # fmt: skip
    assert "nbgrader" not in imports.metadata
    assert found.metadata["kernelspec"]["name"] == "python3"
    assert found.metadata["language_info"] == {"name": "python"}


def test_where_nbgraders_notebook_is_written(tmp_path):
    path = assignments.release_nbgrader("loss", tmp_path / "course")
    assert path == tmp_path / "course" / "source" / "loss" / "loss.ipynb"
    assert path.is_file()
