"""A class in a folder that submissions may read is hidden from them."""

import sys
import tempfile
from pathlib import Path

import pytest

from minivgg.classroom.bank import TASKS
from minivgg.classroom.grading import task_grading
from minivgg.classroom.grading.class_grading import grade_class
from minivgg.classroom.isolation import bubblewrap
from minivgg.classroom.isolation.child_process import RunResult, run_isolated

TASK = TASKS["relu_forward"]
READER = """
for path in PATHS:
    try:
        print(open(path).read())
    except OSError:
        pass
def relu_forward(x):
    return (x + abs(x)) / 2
"""


@pytest.fixture
def readable_folder():
    """A folder in that of Python, which every submission may read."""
    try:
        with tempfile.TemporaryDirectory(dir=sys.prefix, prefix="minivgg-test-") as folder:
            yield Path(folder)
    except PermissionError:
        pytest.skip("the folder of Python cannot be changed")


@pytest.mark.parametrize("kind", ["audit", "bwrap"])
def test_no_file_of_a_hidden_folder_can_be_read(kind, readable_folder):
    if kind == "bwrap":
        try:
            bubblewrap.in_force("bwrap")
        except RuntimeError as error:
            pytest.skip(str(error))
    secrets = [readable_folder / "class" / "ada.py", readable_folder / "hidden" / "relu.json"]
    for number, path in enumerate(secrets):
        path.parent.mkdir()
        path.write_text(f"{number}271828")
    scratch = readable_folder / "grades"
    scratch.mkdir()
    file = readable_folder / "class" / "eve.py"
    file.write_text(f"PATHS = {list(map(str, secrets))}\n{READER}")

    shown = run_isolated(file, TASK, TASK.cases, isolation=kind, scratch=scratch)
    folders = [path.parent for path in (*secrets, scratch / "any")]
    result = run_isolated(
        file, TASK, TASK.cases, isolation=kind, scratch=scratch, hidden_folders=folders
    )
    assert "0271828" in shown.printed
    assert "1271828" in shown.printed
    assert result.records, result.problem
    assert "271828" not in result.printed


def test_the_folders_of_a_grading_are_hidden(tmp_path, monkeypatch):
    seen = []

    def isolated(*arguments, hidden_folders=(), **options):
        seen.append(hidden_folders)
        return RunResult(problem="is not run", kind="exit")

    monkeypatch.setattr(task_grading, "run_isolated", isolated)
    (tmp_path / "class").mkdir()
    (tmp_path / "class" / "ada.py").write_text("def relu_forward(x):\n    return x\n")
    (tmp_path / "out").mkdir()
    grade_class(tmp_path / "class", isolation="audit", work=tmp_path / "out" / "work")
    assert seen
    assert set(seen) == {(tmp_path / "class", tmp_path / "out")}
