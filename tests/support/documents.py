"""The README and the pages of docs/, taken apart: code, commands, links and pictures."""

import re
from itertools import pairwise
from pathlib import Path

from markdown_it import MarkdownIt

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
README = ROOT / "README.md"
WRITTEN_BY_THE_BUILD = ("_*", "course/[0-9]*", "api/*/*")
SHELLS = {"bash", "bat", "console", "powershell", "sh"}
NAME_ALONE = re.compile(r"minivgg( [a-z]+)+")
COMMAND = re.compile(r"(?:mpiexec -n \d+ )?(?:\S*[/\\])?minivgg(?: (.*))?")


def pages():
    """The README and all pages of docs/ that are written by hand."""
    found = [
        path
        for path in sorted(DOCS.rglob("*.md"))
        if not any(path.relative_to(DOCS).match(pattern) for pattern in WRITTEN_BY_THE_BUILD)
    ]
    return [README, *found]


def all_pages():
    """All Markdown files of the project that are written by hand: also those of the lessons."""
    others = [ROOT / "CONTRIBUTING.md", ROOT / "SECURITY.md", ROOT / "CHANGELOG.md"]
    folders = (ROOT / "lessons", ROOT / "benchmarks")
    return [*pages(), *others, *(path for f in folders for path in sorted(f.rglob("*.md")))]


def name(path):
    """The name of a page, for the names of tests."""
    return path.relative_to(ROOT).as_posix()


def tokens(path):
    """The Markdown tokens of a page, those inside of paragraphs and tables included."""
    parsed = MarkdownIt("commonmark").enable("table").parse(path.read_text(encoding="utf-8"))
    return [part for token in parsed for part in (token, *(token.children or ()))]


def blocks(path, *languages):
    """The contents of the code blocks in these languages."""
    return [t.content for t in tokens(path) if t.type == "fence" and t.info.strip() in languages]


def shell_lines(path):
    """The lines of a page that are for a shell, without the continuation of commands by &&."""
    lines = "\n".join(blocks(path, *SHELLS)).splitlines()
    return [part.strip() for line in lines for part in line.split("&&") if part.strip()]


def commands(path):
    """The arguments of each ``minivgg`` command of a page, in code blocks and in the text.

    Text can name a command without its arguments: then its help is what must exist.
    """
    inline = [t.content for t in tokens(path) if t.type == "code_inline"]
    inline = [f"{text} --help" if NAME_ALONE.fullmatch(text) else text for text in inline]
    found = [COMMAND.fullmatch(line) for line in [*shell_lines(path), *inline]]
    return [match[1] or "" for match in found if match and match[0] != "minivgg"]


def links(path):
    """The addresses that a page links to."""
    return [t.attrs["href"] for t in tokens(path) if t.type == "link_open"]


def pictures(path):
    """[(address, alternative text)] of the pictures of a page."""
    found = [(t.attrs["src"], t.content) for t in tokens(path) if t.type == "image"]
    for token in tokens(path):
        if token.type == "fence" and (match := re.match(r"\{(?:image|figure)\} (.*)", token.info)):
            alt = re.search("^:alt: (.*)$", token.content, re.MULTILINE)
            found.append((match[1], alt[1] if alt else ""))
    return found


def anchors(path):
    """The anchors of the headings of a page, as code hosts and the site make them."""
    parsed = tokens(path)
    titles = [
        following.content for token, following in pairwise(parsed) if token.type == "heading_open"
    ]
    return [re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles]
