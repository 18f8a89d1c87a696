"""The lessons: Python sources with text between the code, their notebooks, and their HTML.

A source, lessons/03_receptive_fields.py, is in jupytext's percent format. The notebook beside it is
the same without outputs, and always the same bytes. HTML is created by running it; formulas become
MathML, which browsers show without fetching anything.
"""

import re
from pathlib import Path

from minivgg.utils.files import write_text

CELL_TIMEOUT_SECONDS = 600  # on a laptop a whole lesson takes less than 90
STYLE = ".highlight pre { white-space: pre-wrap; }"  # wrap long lines of code
WIDGET = "application/vnd.jupyter.widget-view+json"
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}


def folder():
    """The folder of the lessons: ./lessons, else that of the checkout with this package.

    Raises ``FileNotFoundError`` if there is none: lessons are not part of the installed package.
    """
    for path in (Path("lessons"), Path(__file__).parents[2] / "lessons"):
        if list(path.glob("[0-9]*.py")):
            return path
    raise FileNotFoundError(
        "there are no lessons here: they are in the folder lessons/ of a checkout of the project"
    )


def sources(only=()):
    """The paths of the sources, in order.

    only: their numbers or the beginnings of their names ("3", "03", "03_receptive"). Raises
    ``ValueError`` for an unknown one.
    """
    found = sorted(folder().glob("[0-9][0-9]_*.py"))
    if not only:
        return found
    chosen = []
    for name in map(str, only):
        prefix = name.zfill(2) if name.isdigit() else name
        matching = [path for path in found if path.name.startswith(prefix)]
        if not matching:
            names = ", ".join(path.stem for path in found)
            raise ValueError(f"there is no lesson {name!r}: there are {names}")
        chosen += matching
    return chosen


def notebook(source):
    """The notebook of a source, without outputs."""
    return parse_notebook(Path(source).read_text(encoding="utf-8"), Path(source).stem[:2])


def parse_notebook(text, name):
    """The notebook of a text in the percent format.

    name: the cells' identifiers begin with it, so the notebook of a text is always the same.
    """
    import jupytext
    import nbformat

    parsed = jupytext.reads(text, fmt="py:percent")
    for number, cell in enumerate(parsed.cells):
        cell["id"] = f"{name}-{number:03d}"
    metadata = {"kernelspec": KERNEL, "language_info": {"name": "python"}}
    parsed.metadata = nbformat.from_dict(metadata)
    parsed.nbformat, parsed.nbformat_minor = 4, 5
    return parsed


def notebook_text(parsed):
    """A notebook as the text of its file."""
    import nbformat

    return nbformat.writes(parsed, indent=1) + "\n"


def write_notebooks(only=()):
    """Write the notebooks, each beside its source; returns their paths."""
    paths = []
    for source in sources(only):
        path = source.with_suffix(".ipynb")
        write_text(path, notebook_text(notebook(source)))
        paths.append(path)
    return paths


def write_html(source, out):
    """Run a lesson and write it with its outputs as one HTML file into ``out``; returns its path.

    Raises ``RuntimeError`` with the name of the lesson and the error of the cell that failed.
    """
    from nbconvert import HTMLExporter

    source = Path(source)
    executed = execute(source)
    # sliders need a running kernel, and a script from the network
    executed.metadata.pop("widgets", None)
    for cell in executed.cells:
        if cell.cell_type == "markdown":
            cell.source = with_mathml(cell.source)
        else:
            cell.outputs = [o for o in cell.outputs if WIDGET not in o.get("data", ())]
    exporter = HTMLExporter(mathjax_url="", require_js_url="", jquery_url="")
    body, _ = exporter.from_notebook_node(executed, {"metadata": {"name": source.stem}})
    body = re.sub(r'<script src="(https?:)?//[^"]*"></script>', "", body)
    path = Path(out) / f"{source.stem}.html"
    path.parent.mkdir(parents=True, exist_ok=True)
    write_text(path, body.replace("</head>", f"<style>{STYLE}</style></head>", 1))
    return path


def execute(source):
    """The notebook of a source with its outputs."""
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError

    parsed, resources = notebook(source), {"metadata": {"path": str(source.parent)}}
    try:
        NotebookClient(parsed, timeout=CELL_TIMEOUT_SECONDS, resources=resources).execute()
    except CellExecutionError as error:
        raise RuntimeError(
            f"{source.name} failed: {error.ename}: {error.evalue}\n{error.traceback}"
        ) from error
    return parsed


def with_mathml(text):
    """Markdown with its formulas as MathML: $…$ in a line, $$…$$ as blocks. Code is unchanged."""

    def formula(match):
        display = "inline" if match["block"] is None else "block"
        return mathml(match["block"] or match["line"], display)

    parts = re.split(r"(```.*?```|`[^`\n]+`)", text, flags=re.DOTALL)
    pattern = r"\$\$(?P<block>.+?)\$\$|(?<![\\$])\$(?P<line>[^$\n]+?)\$"
    return "".join(
        part if part.startswith("`") else re.sub(pattern, formula, part, flags=re.DOTALL)
        for part in parts
    )


def mathml(formula, display="inline"):
    """A formula in LaTeX as MathML, which browsers show without a script. display: or "block"."""
    from latex2mathml.converter import convert

    converted = convert(formula.strip(), display=display)
    # the converter leaves no space after a logarithm
    converted = converted.replace("<mi>log</mi>", '<mi>log</mi><mspace width="0.17em"/>')
    # not needed in HTML, and wrong in the anchors of headings
    return converted.replace(' xmlns="http://www.w3.org/1998/Math/MathML"', "")
