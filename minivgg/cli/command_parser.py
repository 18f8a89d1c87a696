"""The parser of the command line: one sentence for each mistake, with the nearest known name."""

import argparse
import re
import shutil
import sys
from argparse import Namespace
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NoReturn

from minivgg.cli.wrong_values import about_value
from minivgg.utils.foreign_spellings import about_option
from minivgg.utils.suggest import SIMILAR, suggest, which_there_are

OTHER_WORDS = {  # that could be taken for commands: functions of the lessons, for example
    "check": 'in a notebook, check(answer, "3.1") checks an answer; in a terminal, '
    "assignment check FILE checks a file",
    "hint": 'in a notebook, hint("3.1") gives a hint; in a terminal, assignment hint 3.1',
    "test": "evaluate measures the accuracy of a net on its test images",
    "help": "--help shows the commands, and COMMAND --help the options of one",
    "version": "--version shows it",
}
INVALID_CHOICE = re.compile(
    r"argument (.+?): invalid choice: '?(.*?)'?(?:, maybe.*)? \(choose from (.+)\)"
)


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

    commands: Mapping[str, argparse.ArgumentParser] = {}  # by name, for messages

    def parse_args(  # type: ignore[override]  # argparse's takes a namespace of any class
        self, args: Sequence[str] | None = None, namespace: Namespace | None = None
    ) -> Namespace:
        """Parse all arguments; an option that the command does not know is an error."""
        found, unknown = self.parse_known_args(args, namespace)
        if unknown:
            given = sys.argv[1:] if args is None else args
            found.parser.error(_about_unknown(unknown, given, found.parser, self.commands))
        return found

    def error(self, message: str) -> NoReturn:
        """Print one sentence and exit with status 2."""
        if match := INVALID_CHOICE.fullmatch(message):
            argument, word, choices = match.groups()
            names = re.findall(r"[^\s,']+", choices)
            message = f"there is no {argument.lower()} {word!r}: "
            if argument == "COMMAND" and word in OTHER_WORDS:
                message += OTHER_WORDS[word]
            else:
                message += which_there_are(word, names)
        message = about_value(message, self._actions) or message
        self.exit(2, f"minivgg: {message} (see: {self.prog} --help)\n")


def _about_unknown(
    unknown: Sequence[str],
    given: Sequence[str],
    parser: argparse.ArgumentParser,
    commands: Mapping[str, argparse.ArgumentParser],
) -> str:
    """The sentence about arguments that were not recognised by the parser of a command."""
    options = [text.split("=")[0] for text in unknown if text.startswith("-") and text != "--"]
    if not options:
        extra = next((text for text in unknown if text != "--"), "--")
        before = given[given.index(extra) - 1]
        why = f": {before} takes no value" if re.fullmatch("--[^=]+", before) else ""
        return f"'{extra}' is one argument too many{why}"
    option, known = options[0], _options(parser)
    if len(option.lstrip("-")) == 1:
        begin_so = [name for name in known if name[2] == option[-1]]
        hint = f"did you mean {' or '.join(begin_so)}?" if begin_so else "see the help"
        return f"there is no option {option}, options are written out: {hint}"
    there_is_no = f"there is no option {option}"
    if theirs := about_option(option, known):
        return f"{there_is_no}: {theirs}"
    with_it = [name for name, other in commands.items() if option in _options(other)]
    if with_it:
        return f"{there_is_no} here: it belongs to {', '.join(with_it)}"
    nearest = suggest(option.strip("-"), [name.strip("-") for name in known], cutoff=SIMILAR)
    return f"{there_is_no}: did you mean --{nearest}?" if nearest else there_is_no


def _options(parser: argparse.ArgumentParser) -> list[str]:
    """The long options of a parser."""
    return [name for action in parser._actions for name in action.option_strings if name[1] == "-"]
