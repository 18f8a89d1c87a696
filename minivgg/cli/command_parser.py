"""The parser of the command line: one sentence for each mistake, with the nearest known name."""

import argparse
import re
import shutil
import sys
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from minivgg.utils.foreign_spellings import about_option
from minivgg.utils.suggest import suggest

SIMILAR = 0.5  # "trian" and "train" are; "class" and "train" are not
FUNCTIONS = {  # that lessons use, and that could be taken for commands
    "check": 'in a notebook, check(answer, "3.1") checks an answer; in a terminal, '
    "assignment check FILE checks a file",
    "hint": 'in a notebook, hint("3.1") gives a hint; in a terminal, assignment hint 3.1',
}
INVALID_CHOICE = re.compile(r"argument (.+?): invalid choice: '(.*?)'.* \(choose from (.+)\)")


def program() -> str:
    """What the user types to start this program.

    "minivgg", its path where the shell does not find it, or "python -m minivgg".
    """
    if Path(sys.argv[0]).stem != "minivgg":
        return "python -m minivgg"
    if shutil.which("minivgg"):
        return "minivgg"
    return f'"{sys.argv[0]}"' if " " in sys.argv[0] else sys.argv[0]


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
            message = f"there is no {argument.lower()} {word!r}: "
            if argument == "COMMAND" and word in FUNCTIONS:
                message += FUNCTIONS[word]
            else:
                similar = suggest(word, names, cutoff=SIMILAR)
                message += f"did you mean {similar!r}? " if similar else ""
                message += f"{'T' if similar else 't'}here are {', '.join(names)}"
        self.exit(2, f"minivgg: {message} (see: {self.prog} --help)\n")


def _about_unknown(unknown: list[str], text: str) -> str:
    """The sentence about arguments that were not recognised. text: the help, with all options."""
    options = [text.split("=")[0] for text in unknown if text.startswith("-")]
    if not options:
        return f"'{unknown[0]}' is one argument too many"
    known = re.findall(r"(?<!\w)--[\w-]+", text)
    if len(options[0].lstrip("-")) == 1:
        begin_so = [name for name in dict.fromkeys(known) if name[2] == options[0][-1]]
        hint = f"did you mean {' or '.join(begin_so)}?" if begin_so else "see the help"
        return f"there is no option {options[0]}, options are written out: {hint}"
    if theirs := about_option(options[0], known):
        return f"there is no option {options[0]}: {theirs}"
    nearest = suggest(options[0], known)
    return f"there is no option {options[0]}: did you mean {nearest}?"
