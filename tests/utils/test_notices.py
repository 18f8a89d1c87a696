"""Notices: warnings in Python, one line on the command line."""

import sys

import pytest

from minivgg import cli
from minivgg.cli import command_parser
from minivgg.utils.notices import Notice, notify


def test_a_notice_is_a_warning_that_python_can_filter():
    with pytest.warns(Notice, match="^red is assumed$"):
        notify("red is assumed")


def test_the_command_line_prints_each_notice_as_one_line_and_once(monkeypatch, capsys):
    def command(args):
        for colour in ("red", "red", "blue"):
            notify(f"{colour} is assumed")
        return 0

    parser = command_parser.CommandParser()
    parser.set_defaults(command=command, parser=parser)
    monkeypatch.setattr(cli, "parser", lambda: parser)
    assert cli.main([]) == 0
    assert capsys.readouterr().err == "minivgg: red is assumed\nminivgg: blue is assumed\n"


def test_a_notice_points_to_the_line_that_called_the_function_with_it():
    def function_with_a_notice():
        notify("red is assumed")

    with pytest.warns(Notice) as caught:
        function_with_a_notice()
    assert caught[0].filename == __file__
    assert caught[0].lineno == sys._getframe().f_lineno - 2
