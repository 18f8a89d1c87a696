"""The files that students get: notebooks of sources, and assignments without their solutions.

Sources are in jupytext's percent format. The source of an assignment, such as
lessons/assignments/convolution.py, contains the solution of each function between
### BEGIN SOLUTION and ### END SOLUTION; guides/convolution.py is the text of its notebook.

This file imports nothing of minivgg: building the wheel runs it by its path.
"""

import re
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nbformat import NotebookNode

LESSON_NAME = re.compile(r"0*(\d+[a-z]?)_")  # 3 in 03_receptive_fields.py, 1b in 01b_loss.py
BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
SETUP_CELLS = """# %% tags=["setup"] jupyter={{"source_hidden": true}}
import importlib.util
import sys
from pathlib import Path

{if_not_installed}
STUBS = {stubs}
if not Path("{name}.py").exists():  # the file that you work in
    Path("{name}.py").write_text(STUBS, encoding="utf-8")
    print("created {name}.py: open it beside this notebook")
sys.path.insert(0, "")

# %% tags=["setup"]
# %load_ext autoreload
# %autoreload 2
from minivgg.classroom import check, hint  # noqa: F401 (known even if the file cannot be imported)

"""


def lesson_label(file_name: str) -> str:
    """The number of a lesson, with its letter.

    Parameters
    ----------
    file_name : str
        Such as "03_receptive_fields.py".

    Returns
    -------
    str
        Such as "3" or "1b"; "" if it is not the name of a lesson's file.
    """
    found = LESSON_NAME.match(file_name)
    return found[1] if found else ""


def parse_notebook(text: str, name: str) -> "NotebookNode":
    """The notebook of a text in the percent format.

    Parameters
    ----------
    text : str
        The source.
    name : str
        The beginning of the cells' identifiers, so the notebook of a text is always the same.

    Returns
    -------
    NotebookNode
        The notebook, without outputs.
    """
    import jupytext
    import nbformat

    parsed: NotebookNode = jupytext.reads(text, fmt="py:percent")
    for number, cell in enumerate(parsed.cells):
        cell["id"] = f"{name}-{number:03d}"
    metadata = {"kernelspec": KERNEL, "language_info": {"name": "python"}}
    parsed.metadata = nbformat.from_dict(metadata)
    parsed.nbformat, parsed.nbformat_minor = 4, 5
    return parsed


def notebook_text(parsed: "NotebookNode") -> str:
    """A notebook as the text of its file.

    Parameters
    ----------
    parsed : NotebookNode
        The notebook.

    Returns
    -------
    str
        JSON.
    """
    import nbformat

    return str(nbformat.writes(parsed, indent=1)) + "\n"


def without_solutions(text: str) -> str:
    """A solved source with ``raise NotImplementedError`` in the place of each solution.

    Parameters
    ----------
    text : str
        The source.

    Returns
    -------
    str
        The students' version.

    Raises
    ------
    ValueError
        If the markers do not come in pairs.
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


def guide(source: Path, if_not_installed: str) -> "NotebookNode":
    """The guiding notebook of an assignment: it creates the file of stubs, and checks it.

    Parameters
    ----------
    source : Path
        The solved source.
    if_not_installed : str
        The lines of ``installation.lines_for_notebooks``.

    Returns
    -------
    NotebookNode
        The notebook.
    """
    name = source.stem
    text = (source.parent / "guides" / source.name).read_text(encoding="utf-8")
    stubs = without_solutions(source.read_text(encoding="utf-8"))
    setup = SETUP_CELLS.format(
        name=name, stubs=_literal(stubs), if_not_installed=if_not_installed.rstrip()
    )
    found = re.search(r"^# %%(?! \[markdown\])", text, re.MULTILINE)
    first_code = found.start() if found else len(text)
    return parse_notebook(text[:first_code] + setup + text[first_code:], name)


def _literal(text: str) -> str:
    """A text as a Python literal over several lines."""
    return "'''" + text.replace("\\", "\\\\").replace("'''", "\\'\\'\\'") + "'''"


def assignment_files(source: Path, if_not_installed: str) -> dict[str, str]:
    """What students get of an assignment.

    Parameters
    ----------
    source : Path
        The solved source.
    if_not_installed : str
        The lines of ``installation.lines_for_notebooks``.

    Returns
    -------
    dict
        The texts of NAME.py and NAME_guide.ipynb, by file name.
    """
    return {
        source.name: without_solutions(source.read_text(encoding="utf-8")),
        f"{source.stem}_guide.ipynb": notebook_text(guide(source, if_not_installed)),
    }


def lesson_files(folder: Path) -> list[Path]:
    """The notebooks of the lessons and the figures that they show.

    Parameters
    ----------
    folder : Path
        The folder of the lessons.

    Returns
    -------
    list of Path
        Files in this folder.
    """
    notebooks = [path for path in sorted(folder.glob("*.ipynb")) if lesson_label(path.name)]
    texts = "".join(path.read_text(encoding="utf-8") for path in notebooks)
    shown = sorted(set(re.findall(r"\((figures/[\w.-]+)\)", texts)))
    return [*notebooks, *(folder / name for name in shown)]
