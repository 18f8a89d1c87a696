"""Pages in Markdown: their blocks of code, which tests run."""

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent


def blocks(page, language="python"):
    """The blocks of code in one language of a page, in order. page: its path below the root."""
    text = (ROOT / page).read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


def run(page, names=None, only=lambda code: True):
    """Run the Python blocks of a page one after the other; returns their names {name: value}.

    names: what the first block finds. only: a condition for the blocks that are run.
    """
    names = {"__name__": "a page"} | (names or {})
    for number, code in enumerate(blocks(page), 1):
        if only(code):
            exec(compile(code, f"{page}, block {number}", "exec"), names)
    return names
