"""A slide deck of a lesson, made from its source: what a class should see, without the code.

A deck is one HTML file that fetches nothing. It has the objectives, the question, of each section
the formulas, the sentences in bold and the figures, the questions of the exercises, and the
summary. ``slide_page`` has the look.
"""

import re
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from minivgg.classroom import folded_cells, lessons
from minivgg.classroom.exercises import EXERCISES
from minivgg.classroom.slide_page import page
from minivgg.classroom.student_files import lesson_label
from minivgg.utils.files import JsonObject, StrPath, check_writable, make_folder, write_text

if TYPE_CHECKING:
    from nbformat import NotebookNode

PNG = "image/png"
MAX_WORDS = 60  # on a slide, before the next begins
MAX_BLOCKS = 4  # paragraphs and formulas on a slide
WORDS_OF_A_FORMULA = 12  # the room that it takes
SHORT = 4  # words of a sentence that says little without the next
OBJECTIVES = r"\*What you will know afterwards:\*\s*(.+?)(?:\n\n|$)"
READING_TIME = r"Reading time: (about \d+ minutes)"
PREDICT = r"[Ww]rite (?:your guess|it) down|place of the dots"  # a sentence for the notebook only
QUESTION = r"[Qq]uestions? first$"  # a heading
BOLD = re.compile(r"\*\*.+?\*\*", re.DOTALL)
FORMULA = re.compile(r"\$\$.+?\$\$", re.DOTALL)
# what may contain the end of a sentence without ending it
WHOLE = re.compile(r"\$[^$]+\$|`[^`]+`|\b(?:al|vs|e\.g|i\.e)\.")
END_OF_SENTENCE = re.compile(r"[.?!]\*{0,2}(?=\s+[*A-Z0-9\"(`$])")


@dataclass(frozen=True)
class Slide:
    """One slide.

    Parameters
    ----------
    heading : str
        In Markdown.
    body : str
        In HTML.
    kind : str
        "title", "text" or "figure".
    """

    heading: str
    body: str
    kind: str = "text"


def write_slides(source: StrPath, out: StrPath) -> Path:
    """Run a lesson and write its slide deck as one HTML file.

    Parameters
    ----------
    source : path
        One of ``lessons.sources``.
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
    import nbconvert  # noqa: F401  (missing, it is an error before the lesson runs)

    source, path = Path(source), Path(out) / f"{Path(source).stem}_slides.html"
    check_writable(path.parent)
    label = lesson_label(source.name)
    shown = slides(lessons.execute(source), label)
    parts = [(render_line(slide.heading), slide.body, slide.kind) for slide in shown]
    title = re.sub(r"<math.*?</math>|<[^>]+>", "", parts[0][0])
    make_folder(path.parent)
    write_text(path, page(title, parts))
    return path


def slides(executed: "NotebookNode", label: str) -> list[Slide]:
    """The slides of a lesson.

    Parameters
    ----------
    executed : NotebookNode
        With its outputs.
    label : str
        Of the lesson, such as "3" or "1b": its exercises are asked.

    Returns
    -------
    slides : list of Slide
        In the order of the lesson.
    """
    widgets = executed.metadata.get("widgets", {})
    found: list[Slide] = []
    heading = ""
    for cell in executed.cells:
        if cell.cell_type == "markdown":
            for part in re.split(r"^(?=#{1,3} )", cell.source, flags=re.MULTILINE):
                first, _, text = part.strip().partition("\n")
                if match := re.match(r"#{1,3} (.+)", first):
                    heading = match[1]
                    found += _section(heading, text, is_first=not found)
                    if heading == "Exercises":
                        found += _exercises(label)
                elif heading != "Exercises":
                    found += _pack(heading, _highlights(part))
        elif not folded_cells.NOT_TO_SHOW & set(cell.metadata.get("tags", ())):
            found += [
                Slide(heading, _figure(output), "figure")
                for shown in cell.outputs
                for output in lessons.without_slider(shown, widgets)
                if PNG in output.get("data", ())
            ]
    return found


def _section(heading: str, text: str, is_first: bool) -> list[Slide]:
    """The slides at the beginning of a section."""
    if is_first:
        return [_title(heading, text)]
    if heading == "Exercises":
        return []
    if re.search(QUESTION, heading):
        return [Slide(heading, render(_question(text)), "title")]
    if heading == "In five lines":
        return [Slide(heading, render(text.strip()))]
    if heading.startswith(("What write-ups", "What popular")):
        return _pack(heading, re.findall(r"^- .+(?:\n  .+)*", text, re.MULTILINE))
    return _pack(heading, _highlights(text) or _complete(_sentences(text))[:1])


def _title(heading: str, text: str) -> Slide:
    """The title with the objectives and the reading time."""
    objectives = re.search(OBJECTIVES, text, re.DOTALL)
    items = re.split(r";\s+(?:and )?", objectives[1].rstrip(". \n")) if objectives else []
    minutes = re.search(READING_TIME, text)
    body = "\n".join(f"- {item.strip()}" for item in items)
    if minutes:
        body += f"\n\n*{minutes[1].capitalize()}*"
    return Slide(heading, render(body), "title")


def _question(text: str) -> str:
    """The question, without the sentences that tell to write the guess into the notebook."""
    paragraphs = []
    for paragraph in text.replace("**", "").strip().split("\n\n"):
        sentences = [s for s in _sentences(paragraph) if not re.search(PREDICT, s)]
        paragraphs.append(" ".join(sentences))
    return "\n\n".join(paragraphs)


def _exercises(label: str) -> list[Slide]:
    """A slide for each exercise of the lesson, with its question."""
    return [
        Slide(f"Exercise {name}", render(exercise.task), "title")
        for name, exercise in EXERCISES.items()
        if name.partition(".")[0] == label
    ]


def _highlights(text: str) -> list[str]:
    """The displayed formulas and the sentences with words in bold, in their order."""
    found: list[str] = []
    for block in text.split("\n\n"):
        formulas = FORMULA.findall(block)
        if formulas:
            found += formulas
        else:
            is_item = block.lstrip().startswith(("- ", "* ", "1. "))
            parts = re.split(r"^\s*(?:[-*]|\d+\.) ", block, flags=re.MULTILINE)
            for part in parts if is_item else [block]:
                for sentence in _complete(_sentences(part)):
                    if BOLD.search(sentence) and not re.search(PREDICT, sentence):
                        found.append(sentence)
    return found


def _complete(sentences: list[str]) -> list[str]:
    """The sentences, a very short one in bold or italics together with the next."""
    joined: list[str] = []
    for sentence in sentences:
        if joined and joined[-1].startswith("*") and len(joined[-1].split()) <= SHORT:
            joined[-1] += f" {sentence}"
        else:
            joined.append(sentence)
    return joined


def _sentences(text: str) -> list[str]:
    """The sentences of a paragraph; words in bold, formulas and code stay whole."""
    first = text.strip().split("\n\n")[0].replace("\n", " ")
    if first.startswith(("|", "```", "$$", "!")):
        return []
    bold, whole = ([m.span() for m in kind.finditer(first)] for kind in (BOLD, WHOLE))
    sentences, start = [], 0
    for end in (match.end() for match in END_OF_SENTENCE.finditer(first)):
        inside = any(a < end < b for a, b in bold) or any(a < end <= b for a, b in whole)
        if not inside:
            sentences.append(first[start:end].strip())
            start = end
    return [*sentences, *filter(None, [first[start:].strip()])]


def _pack(heading: str, blocks: list[str]) -> list[Slide]:
    """As many slides as the blocks need, each with as many as there is room for."""
    packed: list[list[str]] = []
    room = 0
    for block in blocks:
        is_formula = block.startswith("$$")
        words = WORDS_OF_A_FORMULA if is_formula else len(block.split())
        if not packed or words > room or len(packed[-1]) == MAX_BLOCKS:
            packed.append([])
            room = MAX_WORDS
        packed[-1].append(block)
        room -= words
    return [Slide(heading, "\n".join(map(render, some))) for some in packed]


def _figure(output: JsonObject) -> str:
    """A figure with its description, the first sentence of which is the caption."""
    data = "".join(output["data"][PNG].split())
    description = output.get("metadata", {}).get(PNG, {}).get("alt", "")
    caption = _sentences(description)[0] if description else ""
    image = f'<img src="data:{PNG};base64,{data}" alt="{escape(description)}">'
    return f"<figure>{image}<figcaption>{escape(caption)}</figcaption></figure>"


def render(text: str) -> str:
    """Markdown as HTML: formulas as MathML, links as their text.

    Parameters
    ----------
    text : str
        Markdown.

    Returns
    -------
    html : str
        It needs no network.
    """
    from nbconvert.filters import markdown2html

    without_links = re.sub(r"\[([^\]]+)\]\([^)\s]+\)", r"\1", text)
    html: str = markdown2html(lessons.with_mathml(without_links))
    return html.strip()


def render_line(text: str) -> str:
    """One line of Markdown, such as a heading, as HTML without a paragraph around it.

    Parameters
    ----------
    text : str
        Markdown.

    Returns
    -------
    html : str
        For the inside of an element.
    """
    return re.sub(r"^<p>|</p>$", "", render(text))
