"""Floor 5: the lessons: Python sources with text between the code, the notebooks made of them, and HTML with all that they show.

A source, lessons/03_receptive_fields.py, is in jupytext's percent format. The notebook beside it is the same without outputs, always in the
same bytes. HTML is made by running it; formulas become MathML, which browsers show without fetching anything.
"""

import re
from pathlib import Path

from minivgg.utils.files import write_text

TIMEOUT = 600  # seconds for one cell; on a laptop a whole lesson takes less than 90
STYLE = ".highlight pre { white-space: pre-wrap; }"  # long lines of code go on below, and nothing is cut off
WIDGET = "application/vnd.jupyter.widget-view+json"
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}


def folder():
    """Where the lessons lie: ./lessons, else that of the checkout which this package is used from.

    Raises ``FileNotFoundError`` where there is none: the lessons are part of the project, not of the installed package.
    """
    for place in (Path("lessons"), Path(__file__).parents[2] / "lessons"):
        if list(place.glob("[0-9]*.py")):
            return place
    raise FileNotFoundError(
        "there are no lessons here: they come with a checkout of the project, in its folder lessons/"
    )


def sources(only=()):
    """The sources, in order; only: their numbers or beginnings ("3", "03", "03_receptive"). Raises ``ValueError`` for an unknown one."""
    found = sorted(folder().glob("[0-9][0-9]_*.py"))
    if not only:
        return found
    chosen = []
    for name in map(str, only):
        matching = [
            path
            for path in found
            if path.name.startswith(name.zfill(2) if name.isdigit() else name)
        ]
        if not matching:
            raise ValueError(
                f"there is no lesson {name!r}: there are {', '.join(path.stem for path in found)}"
            )
        chosen += matching
    return chosen


def notebook(source):
    """The notebook of a source, without outputs; its cells are called by lesson and number, so that it is the same each time."""
    return notebook_of(Path(source).read_text(encoding="utf-8"), Path(source).stem[:2])


def notebook_of(text, name):
    """The notebook of a text in the percent format; name: what its cells are called by."""
    import jupytext
    import nbformat

    found = jupytext.reads(text, fmt="py:percent")
    for number, cell in enumerate(found.cells):
        cell["id"] = f"{name}-{number:03d}"
    found.metadata = nbformat.from_dict({"kernelspec": KERNEL, "language_info": {"name": "python"}})
    found.nbformat, found.nbformat_minor = 4, 5
    return found


def text_of(found):
    """A notebook as the text of its file."""
    import nbformat

    return nbformat.writes(found, indent=1) + "\n"


def write_notebooks(only=()):
    """Make the notebooks anew, each beside its source; returns their paths."""
    made = []
    for source in sources(only):
        path = source.with_suffix(".ipynb")
        write_text(path, text_of(notebook(source)))
        made.append(path)
    return made


def write_html(source, out):
    """Run a lesson and write it, with all its outputs, as one HTML file into the folder ``out``; returns its path.

    Raises ``RuntimeError`` naming the lesson and what went wrong in which cell.
    """
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError
    from nbconvert import HTMLExporter

    found, source = notebook(source), Path(source)
    try:
        NotebookClient(
            found, timeout=TIMEOUT, resources={"metadata": {"path": str(source.parent)}}
        ).execute()
    except CellExecutionError as error:
        raise RuntimeError(
            f"{source.name} failed: {error.ename}: {error.evalue}\n{error.traceback}"
        ) from error
    found.metadata.pop(
        "widgets", None
    )  # sliders need a running kernel, and a script from the network
    for cell in found.cells:
        if cell.cell_type == "markdown":
            cell.source = with_mathml(cell.source)
        else:
            cell.outputs = [
                output for output in cell.outputs if WIDGET not in output.get("data", ())
            ]
    exporter = HTMLExporter(mathjax_url="", require_js_url="", jquery_url="")
    body, _ = exporter.from_notebook_node(found, {"metadata": {"name": source.stem}})
    path = Path(out) / f"{source.stem}.html"
    path.parent.mkdir(parents=True, exist_ok=True)
    body = re.sub(r'<script src="(https?:)?//[^"]*"></script>', "", body)
    write_text(path, body.replace("</head>", f"<style>{STYLE}</style></head>", 1))
    return path


def with_mathml(text):
    """Markdown whose formulas, $…$ within a line and $$…$$ on lines of their own, are MathML. Code is left as it is."""
    from latex2mathml.converter import convert

    def formula(match):
        block = match["block"] is not None
        made = convert(
            (match["block"] or match["line"]).strip(), display="block" if block else "inline"
        )
        made = made.replace(
            "<mi>log</mi>", '<mi>log</mi><mspace width="0.17em"/>'
        )  # the converter leaves no space after it
        return made.replace(
            ' xmlns="http://www.w3.org/1998/Math/MathML"', ""
        )  # HTML knows <math>; headings would get it wrong with this

    parts = re.split(r"(```.*?```|`[^`\n]+`)", text, flags=re.DOTALL)
    pattern = r"\$\$(?P<block>.+?)\$\$|(?<![\\$])\$(?P<line>[^$\n]+?)\$"
    return "".join(
        part if part.startswith("`") else re.sub(pattern, formula, part, flags=re.DOTALL)
        for part in parts
    )
