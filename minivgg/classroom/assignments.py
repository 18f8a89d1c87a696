"""Assignments as files: the solved sources, the students' versions of them, and nbgrader's.

A source, lessons/assignments/convolution.py, contains the solution of each function between
### BEGIN SOLUTION and ### END SOLUTION. The text of its guiding notebook is in
guides/convolution.py, in jupytext's percent format.
"""

import ast
import re
from pathlib import Path

from minivgg.classroom import lessons
from minivgg.classroom.bank import ASSIGNMENTS, TASKS
from minivgg.utils.files import write_text
from minivgg.utils.suggest import suggest

BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
SETUP_CELLS = """# %% tags=["setup"] jupyter={{"source_hidden": true}}
import importlib.util
import subprocess
import sys
from pathlib import Path

if importlib.util.find_spec("minivgg") is None:  # on Colab, for example
    subprocess.run([sys.executable, "-m", "pip", "install", "-q", "minivgg"], check=True)
STUBS = {stubs}
if not Path("{name}.py").exists():  # the file that you work in
    Path("{name}.py").write_text(STUBS, encoding="utf-8")
    print("created {name}.py: open it beside this notebook")
sys.path.insert(0, "")

# %% tags=["setup"]
# %load_ext autoreload
# %autoreload 2
from minivgg.classroom import check  # noqa: F401 (known even if the file cannot be imported)

"""


def source_path(name):
    """The path of the solved source.

    Raises ``ValueError`` for an unknown name, and ``FileNotFoundError`` without a checkout of the
    project.
    """
    if name not in ASSIGNMENTS:
        suggestion = suggest(name, ASSIGNMENTS)
        raise ValueError(f"there is no assignment {name!r}: did you mean {suggestion!r}?")
    path = lessons.folder() / "assignments" / f"{name}.py"
    if not path.is_file():
        raise FileNotFoundError(
            f"there is no {path}: the assignments are in the folder lessons/ of a checkout of the "
            "project"
        )
    return path


def stubs(name):
    """The student's version: each solution is replaced by ``raise NotImplementedError``."""
    return without_solutions(source_path(name).read_text(encoding="utf-8"))


def without_solutions(text):
    """A solved source without its solutions.

    Raises ``ValueError`` if the markers do not come in pairs.
    """
    kept, function, inside = [], None, False
    for line in text.splitlines(keepends=True):
        if found := re.match(r"def (\w+)", line):
            function = found[1]
        if line.strip() == BEGIN:
            if inside or function is None:
                place = function or "the beginning of the file"
                raise ValueError(f"{BEGIN} is not allowed here, in {place}")
            inside = True
            indent = line[: line.index(BEGIN)]
            kept.append(f'{indent}raise NotImplementedError("{function} is not written yet")\n')
        elif line.strip() == END:
            if not inside:
                raise ValueError(f"{END} without {BEGIN}, in {function}")
            inside = False
        elif not inside:
            kept.append(line)
    if inside:
        raise ValueError(f"{BEGIN} without {END}, in {function}")
    return "".join(kept)


def guide(name):
    """The guiding notebook: it creates the file of stubs if there is none, and checks it."""
    text = (source_path(name).parent / "guides" / f"{name}.py").read_text(encoding="utf-8")
    setup = SETUP_CELLS.format(name=name, stubs=_literal(stubs(name)))
    first_code = re.search(r"^# %%(?! \[markdown\])", text, re.MULTILINE).start()
    return lessons.parse_notebook(text[:first_code] + setup + text[first_code:], name)


def _literal(text):
    """A text as a Python literal over several lines."""
    return "'''" + text.replace("\\", "\\\\").replace("'''", "\\'\\'\\'") + "'''"


def release(name, folder, replace=False):
    """Write the student's NAME.py and NAME_guide.ipynb into a folder; returns their paths.

    Raises ``FileExistsError`` if there is a different NAME.py, which may be a student's work,
    unless ``replace``.
    """
    folder = Path(folder)
    files = {
        folder / f"{name}.py": stubs(name),
        folder / f"{name}_guide.ipynb": lessons.notebook_text(guide(name)),
    }
    work = folder / f"{name}.py"
    is_changed = work.exists() and work.read_text(encoding="utf-8", errors="replace") != files[work]
    if is_changed and not replace:
        raise FileExistsError(
            f"{work} exists and is different: it may be somebody's work; --force replaces it"
        )
    folder.mkdir(parents=True, exist_ok=True)
    for path, text in files.items():
        write_text(path, text)
    return list(files)


def nbgrader_notebook(name):
    """The assignment as a source notebook of nbgrader.

    Each function has a cell of its own, followed by a cell that gives points.
    """
    from nbformat import v4

    text = source_path(name).read_text(encoding="utf-8")
    tree, lines = ast.parse(text), text.splitlines()
    introduction = ast.get_docstring(tree).split("Check your work with")[0].strip()
    imports = [
        "\n".join(lines[node.lineno - 1 : node.end_lineno])
        for node in tree.body[1:]
        if not isinstance(node, ast.FunctionDef)
    ]
    cells = [
        v4.new_markdown_cell(introduction),
        v4.new_code_cell("\n".join([*imports, "from minivgg.classroom import check"])),
    ]
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            solution = v4.new_code_cell(_source_of_function(node, lines))
            cells.append(_nbgrader(solution, node.name, solution=True))
            points = TASKS[node.name].points
            test = v4.new_code_cell(
                f'verdict = check({node.name}, "{node.name}")\n'
                f"round({points} * verdict.score, 2)  # partial credit"
            )
            cells.append(_nbgrader(test, f"check-{node.name}", points=points))
    for number, cell in enumerate(cells):
        cell["id"] = f"{name}-{number:02d}"
    metadata = {"kernelspec": lessons.KERNEL, "language_info": {"name": "python"}}
    return v4.new_notebook(cells=cells, metadata=metadata)


def _source_of_function(node, lines):
    """The lines of a function, with the comment that ends its solution."""
    end = node.end_lineno
    if end < len(lines) and lines[end].strip() == END:
        end += 1
    return "\n".join(lines[node.lineno - 1 : end])


def _nbgrader(cell, identifier, solution=False, points=None):
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


def release_nbgrader(name, folder):
    """Write nbgrader's source notebook to ``folder``/source/NAME/NAME.ipynb; returns its path."""
    path = Path(folder) / "source" / name / f"{name}.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    write_text(path, lessons.notebook_text(nbgrader_notebook(name)))
    return path
