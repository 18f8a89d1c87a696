"""The lessons: Python sources with text between the code, their notebooks, and their HTML.

A source, lessons/03_receptive_fields.py, is in jupytext's percent format. The notebook beside it is
the same without outputs, and always the same bytes. An installed package contains the notebooks
only. HTML is created by running them; formulas become MathML, which browsers show without fetching
anything.
"""

import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import minivgg
from minivgg.classroom import folded_cells, interactive
from minivgg.classroom.student_files import lesson_label, notebook_text, parse_notebook
from minivgg.utils import installation
from minivgg.utils.files import JsonObject, StrPath, check_writable, make_folder, write_text

if TYPE_CHECKING:
    from nbformat import NotebookNode

CELL_TIMEOUT_SECONDS = 600  # on a laptop a whole lesson takes less than 90
STYLE = ".highlight pre { white-space: pre-wrap; }"  # wrap long lines of code
WIDGET = "application/vnd.jupyter.widget-view+json"
WIDGET_STATE = "application/vnd.jupyter.widget-state+json"
# the statement in the first cell of a source that depends on the address of the repository
IF_NOT_INSTALLED = re.compile(
    r'^if .*importlib\.util\.find_spec\("minivgg"\).*\n(?:\n*    .*\n)+', re.MULTILINE
)


def folder() -> Path:
    """The folder of the lessons.

    Returns
    -------
    folder : Path
        That of the checkout, else the installed one.
    """
    root = installation.checkout()
    return root / "lessons" if root else Path(__file__).parent / "course"


def sources(only: Iterable[str | int] = ()) -> list[Path]:
    """The file of each lesson, in order: its source in a checkout, else its notebook.

    Parameters
    ----------
    only : iterable of str or int
        The numbers of some lessons, or the beginnings of their names ("3", "03", "03_receptive").

    Returns
    -------
    paths : list of Path
        Of all lessons, or of those in ``only``.

    Raises
    ------
    ValueError
        For an unknown lesson.
    """
    suffix = "py" if installation.checkout() else "ipynb"
    found = [path for path in sorted(folder().glob(f"*.{suffix}")) if lesson_label(path.name)]
    if not only:
        return found
    chosen = []
    for name in map(str, only):
        label = name.lstrip("0") or "0"
        matching = [path for path in found if lesson_label(path.name) == label]
        matching = matching or [path for path in found if path.name.startswith(name)]
        if not matching:
            labels = [lesson_label(path.name) for path in found]
            raise ValueError(
                f"there is no lesson {name!r}: there are lessons {labels[0]} to {labels[-1]} "
                "(see: lessons --list)"
            )
        chosen += matching
    return chosen


def table() -> list[tuple[str, str, int]]:
    """All lessons, from the list in their README.

    Returns
    -------
    rows : list of (str, str, int)
        Number, such as "3" or "1b", title, and the seconds that it runs.
    """
    text = (folder() / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\w+) \| \[(.+?)\]\(\w+\.ipynb\) \|.*\| (\d+) \|$", text, re.MULTILINE)
    return [(number, title, int(seconds)) for number, title, seconds in rows]


def notebook(source: StrPath) -> "NotebookNode":
    """The notebook of a lesson, without outputs.

    Parameters
    ----------
    source : path
        One of ``sources``.

    Returns
    -------
    notebook : NotebookNode
        Of this lesson.
    """
    source = Path(source)
    text = source.read_text(encoding="utf-8")
    if source.suffix == ".py":
        name = source.stem.partition("_")[0]
        parsed = parse_notebook(text, name)
        folded_cells.fold(parsed, name)
        return parsed
    import nbformat

    return nbformat.reads(text, as_version=4)


def write_notebooks(only: Iterable[str | int] = ()) -> list[Path]:
    """Write the notebooks that are not current, each beside its source.

    Before that, the first cell of each source gets the address in pyproject.toml.

    Parameters
    ----------
    only : iterable of str or int
        As for ``sources``.

    Returns
    -------
    changed : list of Path
        The notebooks that were written.

    Raises
    ------
    RuntimeError
        Where there are no sources.
    ValueError
        For an unknown lesson.
    """
    if not installation.checkout():
        raise RuntimeError(
            "the notebooks are made from their sources, which are in a checkout of the project: "
            "an installed package has the notebooks only"
        )
    changed = []
    for source in sources(only):
        write_text(source, with_address(source.read_text(encoding="utf-8"), installation.address()))
        path, text = source.with_suffix(".ipynb"), notebook_text(notebook(source))
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            write_text(path, text)
            changed.append(path)
    return changed


def with_address(text: str, address: str) -> str:
    """A source whose first cell installs minivgg from an address.

    Parameters
    ----------
    text : str
        The source.
    address : str
        Of the repository; while it is a placeholder, the first cell installs nothing.

    Returns
    -------
    text : str
        The source, otherwise unchanged.
    """
    lines = installation.lines_for_notebooks(address, minivgg.__version__)
    return IF_NOT_INSTALLED.sub(lambda _: lines, text, count=1)


def write_html(source: StrPath, out: StrPath) -> Path:
    """Run a lesson and write it with its outputs as one HTML file.

    Parameters
    ----------
    source : path
        One of ``sources``.
    out : path
        The folder of the HTML file.

    Returns
    -------
    path : Path
        Of the HTML file.

    Raises
    ------
    OSError
        If the folder cannot be written; then the lesson is not run.
    RuntimeError
        If a cell fails. The message has the name of the lesson and the error.
    """
    from nbconvert import HTMLExporter

    source, path = Path(source), Path(out) / f"{Path(source).stem}.html"
    check_writable(path.parent)  # before the lesson runs, which takes seconds
    executed = execute(source)
    # sliders need a running kernel, and a script from the network
    widgets = executed.metadata.pop("widgets", {})
    for cell in executed.cells:
        if cell.cell_type == "markdown":
            cell.source = with_mathml(cell.source)
        else:
            cell.outputs = [o for output in cell.outputs for o in without_slider(output, widgets)]
            cell.metadata["transient"] = {"remove_source": folded_cells.is_folded(cell)}
    exporter = HTMLExporter(mathjax_url="", require_js_url="", jquery_url="")
    body, _ = exporter.from_notebook_node(executed, {"metadata": {"name": source.stem}})
    body = re.sub(r'<script src="(https?:)?//[^"]*"></script>', "", body)
    make_folder(path.parent)
    write_text(path, body.replace("</head>", f"<style>{STYLE}</style></head>", 1))
    return path


def without_slider(output: "NotebookNode", widgets: JsonObject) -> list["NotebookNode"]:
    """What a page shows of an output: in the place of a slider, what it showed when it was made.

    Parameters
    ----------
    output : NotebookNode
        Of a cell of an executed notebook.
    widgets : dict
        The metadata "widgets" of the notebook.

    Returns
    -------
    outputs : list of NotebookNode
        The output itself if it is no slider.
    """
    import nbformat

    if WIDGET not in output.get("data", ()):
        return [output]
    models = widgets.get(WIDGET_STATE, {}).get("state", {})
    slider = models.get(output["data"][WIDGET].get("model_id"), {}).get("state", {})
    parts = [models[name.removeprefix("IPY_MODEL_")] for name in slider.get("children", ())]
    return [nbformat.from_dict(o) for part in parts for o in part["state"].get("outputs", ())]


def execute(source: Path) -> "NotebookNode":
    """The notebook of a source with its outputs.

    Parameters
    ----------
    source : path
        Of a lesson.

    Returns
    -------
    notebook : NotebookNode
        Executed from the first cell to the last.

    Raises
    ------
    RuntimeError
        If a cell raises an error.
    KeyboardInterrupt
        If the program is asked to end (Ctrl-C, SIGTERM).
    """
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError

    parsed = notebook(source)
    client = NotebookClient(
        parsed,
        timeout=CELL_TIMEOUT_SECONDS,
        resources={"metadata": {"path": str(source.parent)}},
        extra_arguments=["--log-level=ERROR"],  # no warning that the local kernel uses TCP
    )
    client.on_notebook_start = lambda **_: _look_for_replies_after_sending(client)
    try:
        # a page has no use for sliders, which need a running kernel
        client.execute(env={**os.environ, interactive.VARIABLE: "0"})
    except Exception as error:
        # the client handles both signals itself: it ends the kernel, and then fails somewhere
        if getattr(client, "_async_cleanup_kernel_future", None) is not None:
            raise KeyboardInterrupt from None
        if isinstance(error, CellExecutionError):
            raise RuntimeError(
                f"{source.name} failed: {error.ename}: {error.evalue}\n{error.traceback}"
            ) from error
        raise
    return parsed


def _look_for_replies_after_sending(client: Any) -> None:
    """Mend a wait without end in the client of notebooks.

    The client answers messages of widgets while it waits for the reply to a cell. It sends on a
    second handle of the same socket, whose event loop then does not see that the reply has come.
    Asking the socket for its events tells the loop.
    """
    import zmq

    channel = client.kc.shell_channel
    send = channel.send

    def send_and_look(message: JsonObject) -> None:
        send(message)
        channel.socket.get(zmq.EVENTS)

    channel.send = send_and_look


def with_mathml(text: str) -> str:
    """Markdown with its formulas as MathML: $…$ in a line, $$…$$ as blocks.

    Parameters
    ----------
    text : str
        Markdown.

    Returns
    -------
    text : str
        Code is unchanged.
    """

    def formula(match: re.Match[str]) -> str:
        display = "inline" if match["block"] is None else "block"
        return mathml(match["block"] or match["line"], display)

    parts = re.split(r"(```.*?```|`[^`\n]+`)", text, flags=re.DOTALL)
    pattern = r"\$\$(?P<block>.+?)\$\$|(?<![\\$])\$(?P<line>[^$\n]+?)\$"
    return "".join(
        part if part.startswith("`") else re.sub(pattern, formula, part, flags=re.DOTALL)
        for part in parts
    )


def mathml(formula: str, display: str = "inline") -> str:
    """A formula as MathML, which browsers show without a script.

    Parameters
    ----------
    formula : str
        In LaTeX, without dollar signs.
    display : {"inline", "block"}
        Within a line, or on a line of its own.

    Returns
    -------
    mathml : str
        An element of HTML.
    """
    from latex2mathml.converter import convert

    converted: str = convert(formula.strip(), display=display)
    # the converter leaves no space after a logarithm
    converted = converted.replace("<mi>log</mi>", '<mi>log</mi><mspace width="0.17em"/>')
    # not needed in HTML, and wrong in the anchors of headings
    return converted.replace(' xmlns="http://www.w3.org/1998/Math/MathML"', "")
