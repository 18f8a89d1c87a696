"""One JSON document on stdout, for other programs: the option ``--json`` of several commands."""

import argparse
import json
import sys
from math import isfinite
from typing import TypeAlias

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

    Letters that stdout cannot encode are written as JSON's escapes.
    """
    plain = _plain(document)
    text = json.dumps(plain, indent=1, allow_nan=False, ensure_ascii=False)
    try:
        text.encode(sys.stdout.encoding or "ascii")
    except UnicodeEncodeError:
        text = json.dumps(plain, indent=1, allow_nan=False)
    print(text)


def _plain(value: Json) -> Json:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return None if isinstance(value, float) and not isfinite(value) else value
