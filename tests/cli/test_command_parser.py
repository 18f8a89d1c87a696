"""The front of the command line: its name, its help, and the nearest name for a misspelt one."""

import os
import shutil
import sys
from types import SimpleNamespace

import pytest

from minivgg.cli import main, parser
from minivgg.cli.arguments import expanded, quoted
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
        (["jupyter"], "there is no command 'jupyter': there are train, doctor, evaluate"),
        (["assignment", "chek"], "there is no action 'chek': did you mean 'check'?"),
        (["export", "r", "--to", "onx"], "there is no --to 'onx': did you mean 'onnx'?"),
        (["train", "--epocs", "5"], "there is no option --epocs: did you mean --epochs?"),
        (["train", "--epocs=5"], "there is no option --epocs: did you mean --epochs?"),
        (["evaluate", "--limt", "5"], "there is no option --limt: did you mean --limit?"),
        (["assignment", "list", "--hep"], "there is no option --hep: did you mean --help?"),
        (["--versoin"], "there is no option --versoin: did you mean --version?"),
        (["export", "r", "--to", "pytorch"], "there is no --to 'pytorch': did you mean 'torch'?"),
        (["fit"], "there is no command 'fit': did you mean 'train'?"),
        (
            ["train", "--learning_rate", "1"],
            "there is no option --learning_rate: did you mean --lr?",
        ),
        (["train", "--patience=3"], "there is no option --patience: did you mean --early-stopp"),
        (["evaluate", "--patience", "3"], "there is no option --patience: early stopping is an"),
        (["evaluate", "--workers", "4"], "there is no option --workers: did you mean --threads?"),
        (
            ["predict", "x", "--num_classes", "3"],
            "there is no option --num_classes: the classes are",
        ),
        (
            ["predict", "x", "-o", "a.csv"],
            "there is no option -o, options are written out: did you ",
        ),
        (["predict", "x", "-z"], "there is no option -z, options are written out: see the help"),
        (["train", "digits"], "'digits' is one argument too many"),
        (["train", "--epochs", "many"], "--epochs takes a whole number, got 'many'"),
        (["test"], "there is no command 'test': evaluate measures the accuracy"),
        (["predict", "x", "--top", "3"], "there is no option --top: predict prints the 5 most"),
        (
            ["predict", "x", "--batch-size", "3"],
            "there is no option --batch-size: batches are chos",
        ),
        (
            ["predict", "x", "--lr", "3"],
            "there is no option --lr here: it belongs to train, doctor (see",
        ),
        (["predict", "x", "--qqq"], "there is no option --qqq (see"),
        (
            ["train", "--size", "64x48"],
            "--size takes whole numbers, got '64x48': separate them by ",
        ),
        (["train", "--epochs", "3,4"], "--epochs takes a whole number, got '3,4' (see"),
        (["train", "--lr", "abc"], "--lr takes a number, got 'abc' (see"),
        (
            ["train", "--lr", "0,01"],
            "--lr takes a number, got '0,01': write it with a decimal poin",
        ),
        (["train", "--test", "20%"], "--test takes a number, got '20%': write it as 0.2 (see"),
        (
            ["summary", "--input", "9"],
            "--input takes 3 values: --input C H W, such as --input 3 224",
        ),
        (["train", "--flip", "yes"], "'yes' is one argument too many: --flip takes no value (see"),
        (["train", "--lr=1", "2"], "'2' is one argument too many (see"),
        (["--"], "'--' is one argument too many (see"),
        (["train", "--no-flip", "yes", "no"], "'yes' is one argument too many: --no-flip takes no"),
        (["train", "--", "photos"], "'photos' is one argument too many (see"),
        (["train", "--channels", "2"], "there is no --channels '2': there are 1, 3 (see"),
        (
            ["evaluate", "--run", "r"],
            "there is no option --run: evaluate, compare, export and summ",
        ),
        (["train", "--run"], "--run takes a value: --run DIR (see"),
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


def test_two_stars_are_all_folders_and_numbers_are_in_their_order(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("10.png", "2.png", "a/3.png", "a/b/4.png", "a/no.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")
    assert expanded(["*.png"]) == ["2.png", "10.png"]
    found = [path.replace(os.sep, "/") for path in expanded(["**/*.png"])]
    assert sorted(found) == ["10.png", "2.png", "a/3.png", "a/b/4.png"]
    assert expanded([tmp_path / "a" / "*.txt"]) == [str(tmp_path / "a" / "no.txt")]


@pytest.mark.parametrize(
    ("system", "path", "typed"),
    [
        ("posix", "runs/digits", "runs/digits"),
        ("posix", "my photos", "'my photos'"),
        ("posix", "$HOME", "'$HOME'"),
        ("nt", r"runs\digits", r"runs\digits"),
        ("nt", r"C:\my photos", r'"C:\my photos"'),
        ("nt", "tom&jerry", '"tom&jerry"'),
        ("nt", "it's", '"it\'s"'),
    ],
)
def test_a_path_is_quoted_for_the_shell_of_the_system(system, path, typed, monkeypatch):
    """cmd keeps single quotes; both of Windows' shells understand double ones."""
    monkeypatch.setattr("minivgg.cli.arguments.os", SimpleNamespace(name=system))
    assert quoted(path) == typed
