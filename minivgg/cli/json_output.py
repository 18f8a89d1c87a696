"""One JSON document on stdout, for other programs: the option ``--json`` of several commands."""

import argparse
import json
import sys
from math import isfinite
from typing import TypeAlias

from minivgg.utils.printable_text import NOT_SHOWN

Json: TypeAlias = "dict[str, Json] | list[Json] | str | float | int | bool | None"


def json_option(parser: argparse.ArgumentParser) -> None:
    """Add the option ``--json``."""
    parser.add_argument(
        "--json",
        action="store_true",
        help="print one JSON document instead of the text, with shares from 0 to 1",
    )


def print_json(document: Json) -> None:
    """Print the document; a number that is not finite, which JSON lacks, becomes null.

    Letters that stdout cannot encode, and characters that a terminal acts on, are written as JSON's
    escapes.
    """
    plain = _plain(document)
    text = json.dumps(plain, indent=1, allow_nan=False, ensure_ascii=False)
    try:
        text.encode(sys.stdout.encoding or "ascii")
    except UnicodeEncodeError:
        text = json.dumps(plain, indent=1, allow_nan=False)
    print(NOT_SHOWN.sub(lambda found: _escape(found[0]), text))


def _escape(character: str) -> str:
    return "\n" if character == "\n" else json.dumps(character)[1:-1]  # the only line breaks


def _plain(value: Json) -> Json:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return None if isinstance(value, float) and not isfinite(value) else value
