"""Notices as lines on stderr, each once for a command."""

import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

from minivgg.utils.notices import Notice
from minivgg.utils.printable_text import visible


@contextmanager
def notices_as_lines() -> Iterator[None]:
    """Print each notice as one line, once; other warnings as Python does."""
    printed: set[str] = set()

    def show(
        message: Warning | str,
        category: type[Warning],
        filename: str,
        lineno: int,
        file: TextIO | None = None,
        line: str | None = None,
    ) -> None:
        text = f"minivgg: {visible(str(message))}\n"
        if not issubclass(category, Notice):
            text = warnings.formatwarning(message, category, filename, lineno, line)
        elif text in printed:  # several steps of a command read the same file
            return
        printed.add(text)
        print(text, end="", file=file or sys.stderr)

    with warnings.catch_warnings():
        warnings.showwarning = show
        warnings.simplefilter("always", Notice)
        yield
