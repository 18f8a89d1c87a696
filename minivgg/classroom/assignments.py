"""Assignments as files: solved sources in the checkout, the students' versions made of them, and nbgrader's.

A source, lessons/assignments/convolution.py, holds the solution of each function between ### BEGIN SOLUTION and ### END SOLUTION; beside it
is the text of a guiding notebook, guides/convolution.py, in jupytext's percent format.
"""

import ast
import re
from pathlib import Path

from minivgg.classroom import lessons
from minivgg.classroom.bank import ASSIGNMENTS, TASKS
from minivgg.utils.files import write_text
from minivgg.utils.suggest import nearest

BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
LOADING = """# %% tags=["setup"] jupyter={{"source_hidden": true}}
import importlib.util
import subprocess
import sys
from pathlib import Path

if importlib.util.find_spec("minivgg") is None:  # on Colab, for example
    subprocess.run([sys.executable, "-m", "pip", "install", "-q", "minivgg"], check=True)
STUBS = {stubs}
if not Path("{name}.py").exists():  # here you write
    Path("{name}.py").write_text(STUBS, encoding="utf-8")
    print("wrote {name}.py: open it beside this notebook")
sys.path.insert(0, "")

# %% tags=["setup"]
# %load_ext autoreload
# %autoreload 2
from minivgg.classroom import check  # noqa: F401 (here, so that it is known even where the file cannot be read)

"""


def source(name):
    """The path of the solved source. Raises ``ValueError`` for an unknown name, ``FileNotFoundError`` without a checkout of the project."""
    if name not in ASSIGNMENTS:
        raise ValueError(
            f"there is no assignment {name!r}: did you mean {nearest(name, ASSIGNMENTS)!r}?"
        )
    path = lessons.folder() / "assignments" / f"{name}.py"
    if not path.is_file():
        raise FileNotFoundError(
            f"there is no {path}: assignments come with a checkout of the project, in its folder lessons/"
        )
    return path


def stubs(name):
    """The student's version: each solution is replaced by ``raise NotImplementedError``."""
    return without_solutions(source(name).read_text(encoding="utf-8"))


def without_solutions(text):
    """A solved source without what is between the markers. Raises ``ValueError`` when markers do not come in pairs."""
    kept, function, inside = [], None, False
    for line in text.splitlines(keepends=True):
        if found := re.match(r"def (\w+)", line):
            function = found[1]
        if line.strip() == BEGIN:
            if inside or function is None:
                raise ValueError(
                    f"{BEGIN} stands where it cannot, in {function or 'the beginning'}"
                )
            inside = True
            kept.append(
                line[: line.index(BEGIN)]
                + f'raise NotImplementedError("{function} is not written yet")\n'
            )
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
    """The guiding notebook: it makes the file of stubs where there is none, on Colab for example, and checks what is in it."""
    text = (source(name).parent / "guides" / f"{name}.py").read_text(encoding="utf-8")
    loading = LOADING.format(name=name, stubs=_literal(stubs(name)))
    first = re.search(r"^# %%(?! \[markdown\])", text, re.MULTILINE)
    return lessons.notebook_of(text[: first.start()] + loading + text[first.start() :], name)


def _literal(text):
    """A text as a Python literal over several lines."""
    return "'''" + text.replace("\\", "\\\\").replace("'''", "\\'\\'\\'") + "'''"


def release(name, to, replace=False):
    """Write the student's NAME.py and NAME_guide.ipynb into the folder ``to``; returns their paths.

    Raises ``FileExistsError`` when there is another NAME.py already (somebody may have worked in it), unless ``replace``.
    """
    to = Path(to)
    made = {
        to / f"{name}.py": stubs(name),
        to / f"{name}_guide.ipynb": lessons.text_of(guide(name)),
    }
    for path, text in made.items():
        if (
            path.exists()
            and not replace
            and path.suffix == ".py"
            and path.read_text(encoding="utf-8", errors="replace") != text
        ):
            raise FileExistsError(
                f"{path} is there already and not the same: it may be somebody's work; --force replaces it"
            )
    to.mkdir(parents=True, exist_ok=True)
    for path, text in made.items():
        write_text(path, text)
    return list(made)


def nbgrader_notebook(name):
    """The same assignment as a source notebook of nbgrader: solutions in cells of their own, a cell with points after each."""
    from nbformat import v4

    text = source(name).read_text(encoding="utf-8")
    tree = ast.parse(text)
    lines = text.splitlines()
    cells = [v4.new_markdown_cell(ast.get_docstring(tree).split("Check your work with")[0].strip())]
    parts = [node for node in tree.body[1:] if not isinstance(node, ast.FunctionDef)]
    cells.append(
        v4.new_code_cell(
            "\n".join(
                ["\n".join(lines[n.lineno - 1 : n.end_lineno]) for n in parts]
                + ["from minivgg.classroom import check"]
            )
        )
    )
    for node in tree.body:
        if not isinstance(node, ast.FunctionDef):
            continue
        end = (
            node.end_lineno + (1 if lines[node.end_lineno].strip() == END else 0)
            if node.end_lineno < len(lines)
            else node.end_lineno
        )
        task = TASKS[node.name]
        cells.append(
            _nbgrader(
                v4.new_code_cell("\n".join(lines[node.lineno - 1 : end])), node.name, solution=True
            )
        )
        test = f'verdict = check({node.name}, "{node.name}")\nround({task.points} * verdict.score, 2)  # partial credit'
        cells.append(_nbgrader(v4.new_code_cell(test), f"check-{node.name}", points=task.points))
    for number, cell in enumerate(cells):
        cell["id"] = f"{name}-{number:02d}"
    return v4.new_notebook(
        cells=cells, metadata={"kernelspec": lessons.KERNEL, "language_info": {"name": "python"}}
    )


def _nbgrader(cell, identifier, solution=False, points=None):
    cell.metadata["nbgrader"] = {"schema_version": 3, "grade_id": identifier, "solution": solution, "grade": points is not None,
                                 "locked": points is not None, "task": False, "cell_type": "code"}  # fmt: skip
    if points is not None:
        cell.metadata["nbgrader"]["points"] = points
    return cell


def release_nbgrader(name, to):
    """Write the source notebook of nbgrader to ``to``/source/NAME/NAME.ipynb; returns its path."""
    path = Path(to) / "source" / name / f"{name}.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    write_text(path, lessons.text_of(nbgrader_notebook(name)))
    return path
