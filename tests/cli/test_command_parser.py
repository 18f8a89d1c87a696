"""The front of the command line: its name, its help, and the nearest name for a misspelt one."""

import shutil
import sys

import pytest

from minivgg.cli import main, parser
from minivgg.cli.arguments import expanded
from minivgg.cli.command_parser import program


@pytest.mark.parametrize(
    ("started_as", "name"),
    [
        ("/bin/minivgg", "minivgg"),
        ("minivgg.exe", "minivgg"),
        ("/project/minivgg/__main__.py", "python -m minivgg"),
        ("", "python -m minivgg"),
    ],
)
def test_help_and_hints_name_the_program_as_it_was_started(started_as, name, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", [started_as])
    monkeypatch.setattr(shutil, "which", lambda name: f"/bin/{name}")
    assert program() == name
    with pytest.raises(SystemExit):
        main(["train", "--help"])
    text = capsys.readouterr().out
    assert text.startswith(f"usage: {name} train")
    assert f"  {name} train --data cifar10" in text


def test_a_program_that_the_shell_does_not_find_is_named_by_its_path(monkeypatch):
    """As after the first command of the README, which activates no environment."""
    monkeypatch.setattr(sys, "argv", [".venv/bin/minivgg"])
    monkeypatch.setattr(shutil, "which", lambda name: None)
    assert program() == ".venv/bin/minivgg"
    monkeypatch.setattr(sys, "argv", ["/my project/.venv/bin/minivgg"])
    assert program() == '"/my project/.venv/bin/minivgg"'


def test_without_a_command_the_help_is_shown(capsys):
    """With status 0: asking what there is, is no mistake."""
    assert main([]) == 0
    out, err = capsys.readouterr()
    assert out == parser().format_help()
    assert "lessons" in out
    assert err == ""


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["lesson"], "there is no command 'lesson': did you mean 'lessons'?"),
        (["trian"], "there is no command 'trian': did you mean 'train'?"),
        (["hint", "3.1"], "there is no command 'hint': in a notebook, hint(\"3.1\") gives a hint"),
        (["check"], "there is no command 'check': in a notebook, check(answer, \"3.1\") checks"),
        (["jupyter"], "there is no command 'jupyter': there are train, evaluate"),
        (["assignment", "chek"], "there is no action 'chek': did you mean 'check'?"),
        (["export", "r", "--to", "onx"], "there is no --to 'onx': did you mean 'onnx'?"),
        (["train", "--epocs", "5"], "there is no option --epocs: did you mean --epochs?"),
        (["train", "--epocs=5"], "there is no option --epocs: did you mean --epochs?"),
        (["evaluate", "--limt", "5"], "there is no option --limt: did you mean --limit?"),
        (["assignment", "list", "--hep"], "there is no option --hep: did you mean --help?"),
        (["--versoin"], "there is no option --versoin: did you mean --version?"),
        (["train", "digits"], "'digits' is one argument too many"),
        (["train", "--epochs", "many"], "argument --epochs: invalid int value: 'many'"),
    ],
)
def test_a_misspelt_name_is_one_sentence_with_the_nearest_name(arguments, words, capsys):
    with pytest.raises(SystemExit) as stop:
        main(arguments)
    assert stop.value.code == 2
    out, err = capsys.readouterr()
    assert err.startswith(f"minivgg: {words}")
    assert err.count("\n") == 1
    assert "--help" in err
    assert out == ""


def test_patterns_are_expanded_where_the_shell_did_not(tmp_path, monkeypatch):
    """As in cmd and PowerShell; a file whose name is the pattern is itself."""
    monkeypatch.chdir(tmp_path)
    for name in ("a.png", "b.png", "c.jpg", "[1].png"):
        (tmp_path / name).write_text("")
    assert expanded(["c.jpg", "?.png", "[1].png"]) == ["c.jpg", "a.png", "b.png", "[1].png"]
    with pytest.raises(FileNotFoundError, match=r"no file matches \*\.gif"):
        expanded(["a.png", "*.gif"])
