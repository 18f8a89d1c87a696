"""Sentences about values of options that argparse refuses: what the option takes."""

import re
from argparse import Action, Namespace
from collections.abc import Iterable

INVALID_NUMBER = re.compile(r"argument (.+?): invalid (int|float) value: '(.*)'", re.DOTALL)
EXPECTED = re.compile(r"argument (.+?): expected (one|at least one|\d+) arguments?")
SEVERAL = re.compile(r"\d+(?:[x×*,;:]\d+)+", re.IGNORECASE)
DECIMAL_COMMA = re.compile(r"[+-]?\d*,\d+")
PER_CENT = re.compile(r"(\d+(?:\.\d+)?) ?%")
EXAMPLES = {"PIXELS": "64", "C H W": "3 224 224", "N": "8", "RATE": "0.01", "S": "256", "Q": "256"}


def about_value(message: str, actions: Iterable[Action]) -> str | None:
    """The sentence for a message of argparse about a value.

    Parameters
    ----------
    message : str
        Of argparse, in English.
    actions : iterable of Action
        The arguments of the parser.

    Returns
    -------
    sentence : str or None
        None for a message about something else.
    """
    if match := INVALID_NUMBER.fullmatch(message):
        name, kind, value = match.groups()
        return _not_a_number(name, kind, value, takes_several=_several(name, actions))
    if match := EXPECTED.fullmatch(message):
        return _number_of_values(match[1], actions)
    return None


def require_values(args: Namespace, actions: Iterable[Action]) -> None:
    """Refuse an empty text, as a script gives it whose variable is not set.

    As a path it would mean the current folder, and in some places no value.

    Parameters
    ----------
    args : Namespace
        The arguments of a command.
    actions : iterable of Action
        Its parser's.

    Raises
    ------
    ValueError
        If the value of an argument, or one of its values, is empty.
    """
    for action in actions:
        value = getattr(args, action.dest, None)
        if action.const != "" and ("" in value if isinstance(value, list) else value == ""):
            name = action.option_strings[-1] if action.option_strings else action.metavar
            raise ValueError(f"{name} is empty")


def _not_a_number(name: str, kind: str, value: str, takes_several: bool) -> str:
    what = "a whole number" if kind == "int" else "a number"
    if takes_several:
        what = "whole numbers" if kind == "int" else "numbers"
    hint = ""
    if takes_several and SEVERAL.fullmatch(value):
        hint = f": separate them by spaces, {name} {' '.join(re.findall(r'[0-9]+', value))}"
    elif kind == "float" and DECIMAL_COMMA.fullmatch(value):
        hint = f": write it with a decimal point, {value.replace(',', '.')}"
    elif kind == "float" and (share := PER_CENT.fullmatch(value)):
        hint = f": write it as {float(share[1]) / 100:g}"
    return f"{name} takes {what}, got {value!r}{hint}"


def _number_of_values(name: str, actions: Iterable[Action]) -> str | None:
    action = _action(name, actions)
    if action is None or not action.option_strings:
        return None
    names = action.metavar or action.dest.upper()
    shown = " ".join(names) if isinstance(names, tuple) else names
    if action.choices is not None and action.metavar is None:
        shown = " or ".join(map(str, action.choices))
    count = f"{action.nargs} values" if isinstance(action.nargs, int) else "a value"
    example = f", such as {name} {EXAMPLES[shown]}" if shown in EXAMPLES else ""
    return f"{name} takes {count}: {name} {shown}{example}"


def _several(name: str, actions: Iterable[Action]) -> bool:
    action = _action(name, actions)
    return action is not None and action.nargs not in (None, "?")


def _action(name: str, actions: Iterable[Action]) -> Action | None:
    names = name.split("/")
    return next((a for a in actions if set(names) & {*a.option_strings, a.dest}), None)
