"""The parser of the command line: one sentence for each mistake, with the nearest known name."""

import argparse
import re
import sys
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from minivgg.utils.suggest import suggest

INVALID_CHOICE = re.compile(r"argument (.+?): invalid choice: '(.*?)'.* \(choose from (.+)\)")


def program() -> str:
    """What the user types to start this program: "minivgg", or "python -m minivgg"."""
    return "minivgg" if Path(sys.argv[0]).stem == "minivgg" else "python -m minivgg"


class CommandParser(argparse.ArgumentParser):
    """As argparse's, but a mistake is one sentence, and a misspelt name gets a suggestion."""

    def parse_args(  # type: ignore[override]  # argparse's takes a namespace of any class
        self, args: Sequence[str] | None = None, namespace: Namespace | None = None
    ) -> Namespace:
        """Parse all arguments; an option that no command knows is an error."""
        found, unknown = self.parse_known_args(args, namespace)
        if unknown:
            found.parser.error(_about_unknown(unknown, found.parser.format_help()))
        return found

    def error(self, message: str) -> NoReturn:
        """Print one sentence and exit with status 2."""
        if match := INVALID_CHOICE.fullmatch(message):
            argument, word, choices = match.groups()
            names = re.findall(r"[^\s,']+", choices)
            message = (
                f"there is no {argument.lower()} {word!r}: did you mean {suggest(word, names)!r}? "
                f"There are {', '.join(names)}"
            )
        self.exit(2, f"minivgg: {message} (see: {self.prog} --help)\n")


def _about_unknown(unknown: list[str], text: str) -> str:
    """The sentence about arguments that were not recognised. text: the help, with all options."""
    options = [text.split("=")[0] for text in unknown if text.startswith("-")]
    if not options:
        return f"'{unknown[0]}' is one argument too many"
    nearest = suggest(options[0], re.findall(r"(?<!\w)--[\w-]+", text))
    return f"there is no option {options[0]}: did you mean {nearest}?"
