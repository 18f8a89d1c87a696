"""Sentences about values that argparse refuses, to the letter."""

import argparse

import pytest

from minivgg.cli.command_parser import CommandParser
from minivgg.cli.wrong_values import about_value, require_values


@pytest.fixture
def p():
    parser = CommandParser(prog="p")
    parser.add_argument("files", nargs="*", metavar="FILE", type=int)
    parser.add_argument("--size", nargs="+", type=int, metavar="PIXELS")
    parser.add_argument("--mean", nargs="+", type=float, metavar="M")
    parser.add_argument("--lr", type=float, metavar="RATE")
    parser.add_argument("--share", nargs="?", const="", type=float)
    parser.add_argument("--pair", nargs=2, metavar=("A", "B"))
    parser.add_argument("--kind", choices=("x", "y"))
    parser.add_argument("--named", choices=("x", "y"), metavar="KIND")
    parser.add_argument("--plain")
    return parser


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("--size 3x4", "--size takes whole numbers, got '3x4': separate them by spaces, "
                       "--size 3 4"),
        ("--size 3×4,5", "separate them by spaces, --size 3 4 5"),
        ("--size 3x", "--size takes whole numbers, got '3x' (see"),
        ("--mean 1,5", "--mean takes numbers, got '1,5': separate them by spaces, --mean 1 5"),
        ("--mean ,5", "--mean takes numbers, got ',5': write it with a decimal point, .5"),
        ("--mean a", "--mean takes numbers, got 'a' (see"),
        ("--lr 3x4", "--lr takes a number, got '3x4' (see"),
        ("--lr=-0,5", "--lr takes a number, got '-0,5': write it with a decimal point, -0.5"),
        ("--lr 2.5%", "--lr takes a number, got '2.5%': write it as 0.025 (see"),
        ("--share 50%", "--share takes a number, got '50%': write it as 0.5 (see"),
        ("--share 3;4", "--share takes a number, got '3;4' (see"),
        ("--size", "--size takes a value: --size PIXELS, such as --size 64 (see"),
        ("--lr", "--lr takes a value: --lr RATE, such as --lr 0.01 (see"),
        ("--pair 1", "--pair takes 2 values: --pair A B (see"),
        ("--kind", "--kind takes a value: --kind x or y (see"),
        ("--named", "--named takes a value: --named KIND (see"),
        ("--plain", "--plain takes a value: --plain PLAIN (see"),
    ],
)  # fmt: skip
def test_what_an_option_takes(words, sentence, p, capsys):
    with pytest.raises(SystemExit):
        CommandParser.parse_args(p, words.split())
    assert sentence in capsys.readouterr().err


@pytest.mark.parametrize(
    "message",
    [
        "something else",
        "argument FILE: expected one argument",
        "argument --other: expected one argument",
    ],
)
def test_other_messages_are_left_as_they_are(message, p):
    assert about_value(message, p._actions) is None


def test_a_number_for_an_argument_that_is_not_known_is_one():
    message = "argument --other: invalid int value: 'a\nb'"
    assert about_value(message, []) == "--other takes a whole number, got 'a\\nb'"


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ({"plain": ""}, "--plain"),
        ({"size": ["1", ""]}, "--size"),
        ({"files": [""]}, "FILE"),
        ({"share": "", "kind": ""}, "--kind"),  # without a value, --share is empty
        ({"share": "", "size": [], "plain": "a", "files": ["b"], "lr": 0.0}, None),
        ({}, None),
    ],
)
def test_empty_values_are_refused(values, name, p):
    args = argparse.Namespace(**values)
    if name is None:
        require_values(args, p._actions)
    else:
        with pytest.raises(ValueError, match=f"^{name} is empty$"):
            require_values(args, p._actions)
