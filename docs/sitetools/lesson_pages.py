"""The pages of the course: executed lessons, of which none is executed twice.

On a page, the same code is folded as in the notebook, pictures have their alternative texts, and
each exercise is followed by its worked answer, folded as well.

An executed notebook lies in build/lessons, where the tests leave theirs. It is used again as long
as its cells are those of the lesson and all of them have run.
"""

import copy
import re
import time

import nbformat

from minivgg.classroom import folded_cells, lessons
from minivgg.classroom.exercises import EXERCISES
from sitetools import explorer_page
from sitetools.repository_links import rewritten

CHECK = re.compile(r'^check\([\w.]+, "(.+?)"\)', re.MULTILINE)
SLIDER = "*In the notebook there is a slider here. On this page, the picture shows one setting.*"


def is_current(path, lesson):
    """Whether the notebook at ``path`` is an execution of the notebook ``lesson``."""
    if not path.is_file():
        return False
    executed = nbformat.read(path, as_version=4)
    if [(c.cell_type, c.source) for c in executed.cells] != [
        (c.cell_type, c.source) for c in lesson.cells
    ]:
        return False
    return all(
        cell.get("execution_count") is not None
        and all(output.output_type != "error" for output in cell.outputs)
        for cell in executed.cells
        if cell.cell_type == "code"
    )


def execute_where_needed(folder, again=False):
    """Bring the executed lessons in ``folder`` up to date; returns the names of those that ran.

    Prints a line for each of them, as all of them take minutes.
    """
    ran = []
    folder.mkdir(parents=True, exist_ok=True)
    for source in lessons.sources():
        path = folder / f"{source.stem}.ipynb"
        if again or not is_current(path, lessons.notebook(source)):
            print(f"executing {source.name} …", end=" ", flush=True)
            started = time.perf_counter()
            nbformat.write(lessons.execute(source), path)
            print(f"{time.perf_counter() - started:.0f} s", flush=True)
            ran.append(source.stem)
    return ran


def write(executed_folder, folder):
    """Write the pages of all lessons into ``folder``; returns their number."""
    for old in folder.glob("*.ipynb"):
        old.unlink()
    sources = lessons.sources()
    for source in sources:
        executed = nbformat.read(executed_folder / f"{source.stem}.ipynb", as_version=4)
        nbformat.write(page(executed, source.stem), folder / f"{source.stem}.ipynb")
    return len(sources)


def page(executed, name):
    """The notebook that Sphinx shows."""
    shown = copy.deepcopy(executed)
    widgets = shown.metadata.pop("widgets", {})
    title, _, text = shown.cells[0].source.partition("\n")
    download = f"{{download}}`Download the notebook <../../lessons/{name}.ipynb>`"
    shown.cells[0].source = f"{title}\n\n{download}\n{text}"
    cells = []
    for cell in shown.cells:
        cell.metadata.pop("execution", None)
        tags = cell.metadata.get("tags", ())
        if "tests" in tags:
            tags.append("hide-cell")
        elif folded_cells.is_folded(cell):
            tags.append("hide-input")
        if cell.cell_type == "code":
            cell.source = cell.source.lstrip("\n")
            cell.outputs = [o for output in cell.outputs for o in _without_slider(output, widgets)]
            _describe_pictures(cell)
        else:
            text = explorer_page.linked(cell.source)
            cell.source = rewritten(text, "course", source="lessons")
        cells += [cell, *_worked_answers(cell)]
    shown.cells = [*cells, *explorer_page.cells(name)]
    return shown


def _describe_pictures(cell):
    """Hand the description of a cell's picture on to Sphinx, which takes one for each cell."""
    texts = [
        output.metadata["image/png"]["alt"]
        for output in cell.outputs
        if "alt" in output.get("metadata", {}).get("image/png", {})
    ]
    if texts:
        cell.metadata["mystnb"] = {"image": {"alt": " ".join(texts)}}


def _worked_answers(cell):
    """A folded cell of text for each exercise that a cell checks."""
    names = CHECK.findall(cell.source) if cell.cell_type == "code" else []
    return [
        nbformat.v4.new_markdown_cell(
            f"::::{{dropdown}} Worked answer to {name}\n{EXERCISES[name].worked}\n::::"
        )
        for name in names
        if EXERCISES[name].worked
    ]


def _without_slider(output, widgets):
    shown = lessons.without_slider(output, widgets)
    if lessons.WIDGET in output.get("data", ()):
        return [nbformat.v4.new_output("display_data", {"text/markdown": SLIDER}), *shown]
    return shown
