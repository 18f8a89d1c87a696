"""Everything that the command line prints, without characters that a terminal acts on."""

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, TextIO

from minivgg.utils.printable_text import visible

CURSOR_UP = "\x1b[A"  # between progress bars


class PrintableStream:
    """A stream that writes control characters of names, messages and files as escape sequences.

    Line breaks and tabs are kept, and so is what progress bars write around their text.

    Parameters
    ----------
    stream : text stream
        Where the text goes.
    """

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream

    def write(self, text: str) -> int:
        """Write text; returns its length."""
        if set(text.replace(CURSOR_UP, "")) <= {"\n"}:
            return self.stream.write(text)
        begin = "\r" if text.startswith("\r") else ""
        self.stream.write(begin + visible(text[len(begin) :], keep="\n\t"))
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        """Write several texts."""
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stream, name)


@contextmanager
def printable_streams() -> Iterator[None]:
    """Let stdout and stderr be printable, until the end of the block.

    Python has None for a stream that was closed before it started: what is printed goes nowhere.
    """
    before = sys.stdout, sys.stderr
    with open(os.devnull, "w", encoding="utf-8", errors="replace") as nowhere:
        sys.stdout, sys.stderr = (PrintableStream(stream or nowhere) for stream in before)
        try:
            yield
        finally:
            sys.stdout, sys.stderr = before
