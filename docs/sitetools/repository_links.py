"""A Sphinx extension: links to files of the repository lead to their pages in the site.

In the repository, a guide links to ``../../lessons/03_receptive_fields.ipynb`` or to a source file,
so that the link works where the Markdown is read. In the site, the same link leads to the lesson's
page; a link to a source file becomes its name, which ``source_links`` makes a link.
"""

import posixpath
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
LINK = re.compile(r"\[(?P<text>[^\]]*)\]\((?P<target>[^)\s#:]+)(?P<anchor>#[^)\s]*)?\)")
PAGES = [  # a file of the repository: its page
    (re.compile(r"lessons/(\d\d[a-z]?_\w+)\.(?:ipynb|py)"), r"course/\1.ipynb"),
    (re.compile(r"lessons(?:/(?:README\.md)?)?"), "course/index.md"),
    (re.compile(r"lessons/assignments(?:/(?:README\.md)?)?"), "course/assignments.md"),
    (re.compile(r"docs/([\w/-]+\.md)"), r"\1"),
    (re.compile(r"CHANGELOG\.md"), "changelog.md"),
    (re.compile(r"CONTRIBUTING\.md"), "contributing.md"),
]
CLAIMS = "#what-popular-write-ups-get-wrong"  # of lessons/README.md, a page of its own in the site


def rewritten(text, folder, source=None):
    """Markdown of a page in ``folder``, below docs/, with its links leading into the site.

    ``source`` is the folder of its file in the repository, if that is another one.
    """

    def link(match):
        begin = source or posixpath.join("docs", folder)
        file = posixpath.normpath(posixpath.join(begin, match["target"]))
        if re.fullmatch(r"minivgg/[\w/]+\.py", file) and (ROOT / file).is_file():
            return f"`{file}`"
        for pattern, page in PAGES:
            if found := pattern.fullmatch(file):
                anchor = match["anchor"] or ""
                page, anchor = ("course/claims.md", "") if anchor == CLAIMS else (page, anchor)
                target = posixpath.relpath(found.expand(page), folder or ".")
                return f"[{match['text']}]({target}{anchor})"
        return match[0]

    parts = re.split(r"(^```.*?^```)", text, flags=re.DOTALL | re.MULTILINE)
    return "".join(part if part.startswith("```") else LINK.sub(link, part) for part in parts)


def rewrite_page(app, docname, source):
    """Rewrite the links of a page when Sphinx reads it."""
    if str(app.env.doc2path(docname)).endswith(".md"):
        source[0] = rewritten(source[0], posixpath.dirname(docname))


def setup(app):
    """Look at every page before it is parsed."""
    app.connect("source-read", rewrite_page)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
