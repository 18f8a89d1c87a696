"""Assignments as files: what students get of them, and nbgrader's source notebooks.

In a checkout, both are made from the solved sources, lessons/assignments/convolution.py. An
installed package contains only what students get, made when it was built.
"""

import ast
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import minivgg
from minivgg.classroom import lessons, student_files
from minivgg.classroom.bank import ASSIGNMENTS, TASKS
from minivgg.utils import installation
from minivgg.utils.files import StrPath, make_folder, write_text
from minivgg.utils.suggest import which_there_are

if TYPE_CHECKING:
    from nbformat import NotebookNode


def source_path(name: str) -> Path:
    """The path of the solved source.

    Parameters
    ----------
    name : str
        Of the assignment.

    Returns
    -------
    path : Path
        A Python file of the checkout.

    Raises
    ------
    ValueError
        For an unknown name.
    FileNotFoundError
        Without a checkout of the project.
    """
    _check_name(name)
    path = lessons.folder() / "assignments" / f"{name}.py"
    if not installation.checkout():
        raise FileNotFoundError(
            "the solved sources of the assignments are in a checkout of the project: an installed "
            "package has the versions for students only"
        )
    return path


def _check_name(name: str) -> None:
    if name not in ASSIGNMENTS:
        raise ValueError(f"there is no assignment {name!r}: {which_there_are(name, ASSIGNMENTS)}")


def files_for_students(name: str) -> dict[str, str]:
    """What students get: NAME.py, with stubs, and NAME_guide.ipynb.

    Parameters
    ----------
    name : str
        Of the assignment.

    Returns
    -------
    files : dict
        {file name: text}.

    Raises
    ------
    ValueError
        For an unknown name.
    """
    _check_name(name)
    if installation.checkout():
        lines = installation.lines_for_notebooks(installation.address(), minivgg.__version__)
        return student_files.assignment_files(source_path(name), lines)
    paths = (
        lessons.folder() / "assignments" / file for file in (f"{name}.py", f"{name}_guide.ipynb")
    )
    return {path.name: path.read_text(encoding="utf-8") for path in paths}


def release(name: str, folder: StrPath, replace: bool = False) -> list[Path]:
    """Write the student's NAME.py and NAME_guide.ipynb.

    Parameters
    ----------
    name : str
        Of the assignment.
    folder : path
        Where they are written; it is created if it is not there.
    replace : bool
        Replace a different NAME.py, which may be a student's work.

    Returns
    -------
    paths : list of Path
        Of the files written.

    Raises
    ------
    FileExistsError
        If there is a different NAME.py, unless ``replace``.
    ValueError
        For an unknown name.
    """
    folder = Path(folder)
    files = {folder / file: text for file, text in files_for_students(name).items()}
    work = folder / f"{name}.py"
    is_changed = work.exists() and work.read_text(encoding="utf-8", errors="replace") != files[work]
    if is_changed and not replace:
        raise FileExistsError(
            f"{work} exists and is different: it may be somebody's work; --force replaces it"
        )
    make_folder(folder)
    for path, text in files.items():
        write_text(path, text)
    return list(files)


def nbgrader_notebook(name: str) -> "NotebookNode":
    """The assignment as a source notebook of nbgrader.

    Each function has a cell of its own, followed by a cell that gives points.

    Parameters
    ----------
    name : str
        Of the assignment.

    Returns
    -------
    notebook : NotebookNode
        With the solutions.
    """
    from nbformat import v4

    text = source_path(name).read_text(encoding="utf-8")
    tree, lines = ast.parse(text), text.splitlines()
    introduction = (ast.get_docstring(tree) or "").split("In the folder of this file")[0].strip()
    imports = [
        "\n".join(lines[node.lineno - 1 : node.end_lineno])
        for node in tree.body[1:]
        if not isinstance(node, ast.FunctionDef)
    ]
    cells = [
        v4.new_markdown_cell(introduction),
        v4.new_code_cell("\n".join([*imports, "from minivgg.classroom import check, hint"])),
    ]
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            solution = v4.new_code_cell(_source_of_function(node, lines))
            cells.append(_nbgrader(solution, node.name, solution=True))
            points = TASKS[node.name].points
            test = v4.new_code_cell(
                "from minivgg.classroom import check  # again: another cell can change the name\n"
                f'verdict = check({node.name}, "{node.name}")\n'
                f"round({points} * verdict.score, 2)  # partial credit"
            )
            cells.append(_nbgrader(test, f"check-{node.name}", points=points))
    for number, cell in enumerate(cells):
        cell["id"] = f"{name}-{number:02d}"
    metadata = {"kernelspec": student_files.KERNEL, "language_info": {"name": "python"}}
    return v4.new_notebook(cells=cells, metadata=metadata)


def _source_of_function(node: ast.FunctionDef, lines: Sequence[str]) -> str:
    """The lines of a function, with the comment that ends its solution."""
    end = node.end_lineno or node.lineno
    if end < len(lines) and lines[end].strip() == student_files.END:
        end += 1
    return "\n".join(lines[node.lineno - 1 : end])


def _nbgrader(
    cell: "NotebookNode", identifier: str, solution: bool = False, points: int | None = None
) -> "NotebookNode":
    cell.metadata["nbgrader"] = {
        "schema_version": 3,
        "grade_id": identifier,
        "solution": solution,
        "grade": points is not None,
        "locked": points is not None,
        "task": False,
        "cell_type": "code",
    }
    if points is not None:
        cell.metadata["nbgrader"]["points"] = points
    return cell


def release_nbgrader(name: str, folder: StrPath) -> Path:
    """Write nbgrader's source notebook.

    Parameters
    ----------
    name : str
        Of the assignment.
    folder : path
        That of nbgrader's course.

    Returns
    -------
    path : Path
        ``folder``/source/NAME/NAME.ipynb.
    """
    path = Path(folder) / "source" / name / f"{name}.ipynb"
    make_folder(path.parent)
    write_text(path, student_files.notebook_text(nbgrader_notebook(name)))
    return path
