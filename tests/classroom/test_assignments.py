"""The assignments as files: solved sources pass, stubs and guides contain nothing of a solution."""

import ast
import json
import re
from pathlib import Path

import pytest

from minivgg.classroom import assignments, student_files
from minivgg.classroom.bank import ASSIGNMENTS, TASKS, assignment_of
from minivgg.classroom.grading.class_grading import grade_class
from minivgg.classroom.grading.task_grading import grade_task

SOURCES = Path(__file__).parents[2] / "lessons" / "assignments"


def solution_lines(name):
    """Lines between the markers, long enough to be telling."""
    inside, found = False, []
    for line in (SOURCES / f"{name}.py").read_text(encoding="utf-8").splitlines():
        if student_files.BEGIN in line or student_files.END in line:
            inside = student_files.BEGIN in line
        elif inside and len(line.strip()) > 25:
            found.append(line.strip())
    return found


@pytest.mark.parametrize(
    "name",
    [pytest.param(n, marks=[] if n == "convolution" else pytest.mark.slow) for n in ASSIGNMENTS],
)
def test_the_solved_source_gets_all_points_and_the_stubs_none(name, tmp_path):
    stubs = tmp_path / f"{name}.py"
    stubs.write_text(assignments.files_for_students(name)[f"{name}.py"], encoding="utf-8")
    for task in ASSIGNMENTS[name]:
        solved, _ = grade_task(SOURCES / f"{name}.py", task)
        assert solved.points == task.points, solved.verdict.message
        assert solved.verdict.conventions == ()
        empty, _ = grade_task(stubs, task)
        assert empty.verdict.message == f"{task.name}: not written yet."


@pytest.mark.parametrize("name", ASSIGNMENTS)
def test_functions_are_those_of_the_bank_with_its_signatures(name):
    tree = ast.parse((SOURCES / f"{name}.py").read_text(encoding="utf-8"))
    functions = {
        node.name: [a.arg for a in node.args.args]
        for node in tree.body
        if isinstance(node, ast.FunctionDef)
    }
    wanted = {
        t.name: [a.strip() for a in t.signature.split("(")[1].rstrip(")").split(",")]
        for t in ASSIGNMENTS[name]
    }
    assert functions == wanted
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            assert "Hint" in ast.get_docstring(node)


@pytest.mark.parametrize("name", ASSIGNMENTS)
def test_what_is_released_holds_no_line_of_a_solution(name, tmp_path):
    paths = assignments.release(name, tmp_path)
    assert [path.name for path in paths] == [f"{name}.py", f"{name}_guide.ipynb"]
    for path in paths:
        text = path.read_text(encoding="utf-8")
        assert "SOLUTION" not in text
        assert not [line for line in solution_lines(name) if line in text]
    stubs = paths[0].read_text(encoding="utf-8")
    command = f"minivgg assignment check {name}.py"
    assert f"In the folder of this file, check your work with\n\n    {command}\n" in stubs
    compile(stubs, "stubs", "exec")


@pytest.mark.slow
@pytest.mark.parametrize("solved", [False, True], ids=["stubs", "solved"])
@pytest.mark.parametrize("name", ASSIGNMENTS)
def test_the_guide_runs(name, solved, tmp_path):
    nbclient, nbformat = pytest.importorskip("nbclient"), pytest.importorskip("nbformat")
    text = assignments.files_for_students(name)[f"{name}_guide.ipynb"]
    guide = nbformat.reads(text, as_version=4)
    if solved:
        (tmp_path / f"{name}.py").write_bytes((SOURCES / f"{name}.py").read_bytes())
    nbclient.NotebookClient(
        guide, timeout=120, resources={"metadata": {"path": str(tmp_path)}}
    ).execute()
    printed = "".join(
        out.get("text", "") for cell in guide.cells for out in cell.get("outputs", ())
    )
    for task in ASSIGNMENTS[name]:
        assert f"{task.name}: {'public checks passed' if solved else 'not written yet'}." in printed
    assert (tmp_path / f"{name}.py").exists()  # without it, the guide writes the stubs


def solved_guide(name):
    """The released guide of an assignment, with a cell for each function, as a student adds it."""
    guide = json.loads(assignments.files_for_students(name)[f"{name}_guide.ipynb"])
    solved = assignments.nbgrader_notebook(name).cells
    answers = [
        cell.source for cell in solved if cell.cell_type == "code" and "check" not in cell.id
    ]
    for number, source in enumerate(answers):
        cell = {"cell_type": "code", "id": f"answer-{number}", "metadata": {}, "source": [source]}
        guide["cells"].append(cell | {"execution_count": None, "outputs": []})
    return json.dumps(guide)


@pytest.mark.parametrize(
    "name",
    [pytest.param(n, marks=[] if n == "convolution" else pytest.mark.slow) for n in ASSIGNMENTS],
)
def test_the_released_guide_with_the_functions_in_its_cells_gets_all_points(name, tmp_path):
    """Its own cells import ``check``, the stubs and figures, which do nothing in grading."""
    path = tmp_path / "class" / "ada" / f"{name}_guide.ipynb"
    path.parent.mkdir(parents=True)
    path.write_text(solved_guide(name), encoding="utf-8")
    (student,) = grade_class(tmp_path / "class").students
    assert [assignment.name for assignment in student.assignments] == [name]
    assert [grade.verdict.message for grade in student.tasks if not grade.verdict.passed] == []
    assert student.points == student.max_points
    assert student.assignments[0].file_name == path.name
    assert student.assignments[0].remarks == []


def test_the_released_guide_alone_is_not_taken_for_work(tmp_path):
    path = tmp_path / "class" / "ada" / "loss_guide.ipynb"
    path.parent.mkdir(parents=True)
    path.write_text(assignments.files_for_students("loss")[path.name], encoding="utf-8")
    (student,) = grade_class(tmp_path / "class", ["loss"]).students
    assert student.points == 0
    assert "No cell of loss_guide.ipynb defines one" in student.assignments[0].remarks[0]


def test_work_is_not_replaced(tmp_path):
    work, _ = assignments.release("loss", tmp_path)
    work.write_text(work.read_text(encoding="utf-8") + "# mine\n", encoding="utf-8")
    with pytest.raises(FileExistsError, match="may be somebody's work"):
        assignments.release("loss", tmp_path)
    assert work.read_text(encoding="utf-8").endswith("# mine\n")
    assignments.release("loss", tmp_path, replace=True)
    assert not work.read_text(encoding="utf-8").endswith("# mine\n")


def test_unknown_names():
    with pytest.raises(ValueError, match="did you mean 'pooling'"):
        assignments.files_for_students("poling")


@pytest.mark.parametrize(
    "text",
    [
        "### BEGIN SOLUTION\n",
        "def f():\n    ### BEGIN SOLUTION\n    1\n",
        "def f():\n    ### END SOLUTION\n",
        "def f():\n    ### BEGIN SOLUTION\n    ### BEGIN SOLUTION\n    ### END SOLUTION\n",
    ],
)
def test_markers_that_do_not_pair_are_refused(text):
    with pytest.raises(ValueError, match="SOLUTION"):
        student_files.without_solutions(text)


@pytest.mark.parametrize("name", ASSIGNMENTS)
def test_nbgraders_notebook_is_whole_and_its_points_are_the_tasks(name, tmp_path):
    found = json.loads(assignments.release_nbgrader(name, tmp_path).read_text(encoding="utf-8"))
    grading = [
        cell["metadata"]["nbgrader"] for cell in found["cells"] if "nbgrader" in cell["metadata"]
    ]
    assert [m["points"] for m in grading if m["grade"]] == [
        task.points for task in ASSIGNMENTS[name]
    ]
    assert [m["grade_id"] for m in grading if m["solution"]] == [
        task.name for task in ASSIGNMENTS[name]
    ]
    names = {}
    for cell in found["cells"]:
        if cell["cell_type"] == "code":
            exec("".join(cell["source"]), names)
            if cell["metadata"].get("nbgrader", {}).get("grade"):
                assert names["verdict"].passed
    for cell in found["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("solution"):
            assert "".join(cell["source"]).count("SOLUTION") == 2


def test_each_task_belongs_to_one_assignment():
    assert sorted(TASKS) == sorted(task.name for tasks in ASSIGNMENTS.values() for task in tasks)
    for name, tasks in ASSIGNMENTS.items():
        assert {assignment_of(task.name) for task in tasks} == {name}


@pytest.mark.parametrize("name", ASSIGNMENTS)
def test_a_guide_imports_hint_and_mentions_it_once(name):
    text = assignments.files_for_students(name)[f"{name}_guide.ipynb"]
    assert "from minivgg.classroom import check, hint" in text
    (function,) = re.findall(r'`hint\(\\"(\w+)\\"\)`', text)
    assert function in [task.name for task in ASSIGNMENTS[name]]
