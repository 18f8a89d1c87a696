"""The program of the child process: its folders of packages, and what each action calls."""

import json
import runpy
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

import minivgg.classroom.worker.__main__ as program

PATH = tuple(sys.path)


@pytest.fixture
def called(monkeypatch):
    """What is called, with its arguments; the modules beside the program are replaced."""
    called = []

    def stand_in(module, name, result=None):
        def call(*arguments):
            called.append((name, *arguments))
            return result

        monkeypatch.setitem(sys.modules, module, SimpleNamespace(**{name: call}))

    stand_in("run_job", "run_job")
    stand_in("kernel_rules", "apply", ["parent", "seccomp"])
    stand_in("restrictions", "limit_resources", ["memory"])
    monkeypatch.setattr(sys, "path", ["worker", "/packages", "stdlib"])
    monkeypatch.setattr(sys, "argv", ["program", "job", "argument"])
    return called


@pytest.mark.parametrize(
    ("action", "argument", "call", "printed"),
    [
        ("job", "/scratch", ("run_job", "/scratch"), ""),
        ("rules", "12", ("apply", ["/"], [], 12), '["parent", "seccomp"]\n'),
        ("limits", "34", ("limit_resources", 34, 60, 2**20), '["memory"]\n'),
    ],
)
def test_each_action(action, argument, call, printed, called, capsys):
    program.main(action, argument)
    assert called == [call]
    assert capsys.readouterr().out == printed
    assert sys.argv == ["program"]


def test_the_folders_of_packages_come_last(called):
    """So no package takes the place of a module of Python."""
    program.main("job", "/scratch", "/packages", "/more")
    assert sys.path == ["worker", "stdlib", "/packages", "/more"]


def test_it_is_a_program(called, monkeypatch, capsys):
    monkeypatch.setattr(sys, "path", [*PATH])
    monkeypatch.setattr(sys, "argv", ["program", "limits", "56", "/packages"])
    runpy.run_path(str(Path(program.__file__)), run_name="__main__")
    assert called == [("limit_resources", 56, 60, 2**20)]
    assert json.loads(capsys.readouterr().out) == ["memory"]
    runpy.run_path(str(Path(program.__file__)), run_name="another")
    assert len(called) == 1
