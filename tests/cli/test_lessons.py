"""``minivgg lessons``: what is copied, opened and listed, and what is said when that fails."""

import io
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from minivgg.classroom import lessons
from minivgg.cli import main
from minivgg.utils import installation


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path, monkeypatch):
    """The copies go to a folder of their own."""
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def started(monkeypatch):
    """The commands that were started instead of JupyterLab."""
    commands = []

    def run(command, check):
        commands.append(command)
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setattr(subprocess, "run", run)
    monkeypatch.setattr(os, "geteuid", lambda: 1000, raising=False)
    return commands


def test_the_lessons_are_copied_and_opened(started, capsys):
    assert main(["lessons"]) == 0
    assert started == [[sys.executable, "-m", "jupyterlab", "minivgg-lessons"]]
    count = len(lessons.sources())
    assert capsys.readouterr().out.startswith(f"wrote {count} files to minivgg-lessons\n")
    names = [path.name for path in Path("minivgg-lessons").iterdir() if path.name[0] != "."]
    assert sorted(names) == [f"{source.stem}.ipynb" for source in lessons.sources()]


def test_a_number_opens_that_lesson_and_jupyter_gets_its_options(started):
    options = ["--port", "9999", "--no-browser"]
    assert main(["lessons", "3", "--to", "course", "--jupyter", *options]) == 0
    lesson = str(Path("course/03_receptive_fields.ipynb"))
    assert started == [[sys.executable, "-m", "jupyterlab", lesson, *options]]


def test_the_lesson_to_choose_is_named_for_machines_without_a_browser(started, capsys):
    main(["lessons", "3"])
    assert "starts with 03_receptive_fields.ipynb; if no browser opens" in capsys.readouterr().out


def test_in_the_folder_of_the_copies_they_are_used_and_not_copied_again(
    started, monkeypatch, capsys
):
    main(["lessons", "--no-open"])
    monkeypatch.chdir("minivgg-lessons")
    capsys.readouterr()
    assert main(["lessons", "3"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("this folder holds your copies of the lessons: they are used\n")
    assert "wrote" not in out
    assert started == [[sys.executable, "-m", "jupyterlab", "03_receptive_fields.ipynb"]]
    assert not Path("minivgg-lessons").exists()
    main(["lessons", "--no-open", "--to", "other"])
    assert Path("other/03_receptive_fields.ipynb").is_file()


def test_root_is_allowed_because_containers_run_as_root(started, monkeypatch, capsys):
    monkeypatch.setattr(os, "geteuid", lambda: 0, raising=False)
    assert main(["lessons"]) == 0
    assert started[0][-1] == "--allow-root"
    assert "you are root: JupyterLab is started with --allow-root" in capsys.readouterr().out


def test_copies_that_the_student_changed_are_kept_and_named(started, capsys):
    main(["lessons", "--no-open"])
    changed = Path("minivgg-lessons/03_receptive_fields.ipynb")
    changed.write_text("mine")
    capsys.readouterr()
    assert main(["lessons", "--no-open"]) == 0
    assert "kept  03_receptive_fields.ipynb, which you have changed" in capsys.readouterr().out
    assert changed.read_text() == "mine"
    assert started == []


def test_without_jupyter_the_copies_are_made_and_the_sentence_says_what_to_install(
    monkeypatch, capsys
):
    monkeypatch.setitem(sys.modules, "jupyterlab", None)
    assert main(["lessons", "3"]) == 2
    error = capsys.readouterr().err
    assert 'install JupyterLab: pip install -e ".[lessons]"' in error
    assert error.count("\n") == 1
    assert Path("minivgg-lessons/03_receptive_fields.ipynb").is_file()


def test_the_list_has_all_titles_and_seconds(capsys):
    assert main(["lessons", "--list"]) == 0
    lines = capsys.readouterr().out.splitlines()[2:]
    assert len(lines) == len(lessons.sources())
    assert lines[4].split()[:3] == ["3", "Receptive", "fields"]
    assert all(line.split()[-1].isdigit() for line in lines)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["77"], "there is no lesson '77': there are lessons 0 to 13 (see: lessons --list)"),
        (["3", "4"], "one lesson can be opened at a time, got 3 4"),
        (["--to", "file"], "cannot create the folder file: there is a file of this name"),
        (["--to", "file/x"], "cannot create the folder"),
    ],
)
def test_bad_input_is_one_sentence_and_copies_nothing(arguments, words, started, capsys):
    Path("file").write_text("")
    assert main(["lessons", *arguments]) == 2
    error = capsys.readouterr().err
    assert words in error
    assert error.count("\n") == 1
    assert [path.name for path in Path().iterdir()] == ["file"]
    assert started == []


def test_a_folder_that_may_not_be_written_is_one_sentence(monkeypatch, capsys):
    def refuse(*_, **__):
        raise PermissionError(13, "Permission denied", "locked")

    monkeypatch.setattr(Path, "mkdir", refuse)
    assert main(["lessons", "--to", "locked"]) == 2
    assert capsys.readouterr().err == (
        "minivgg: cannot create the folder locked: Permission denied; choose another folder\n"
    )


def test_only_a_checkout_makes_notebooks(monkeypatch, capsys):
    monkeypatch.setattr(installation, "checkout", lambda: None)
    assert main(["lessons", "--notebooks"]) == 2
    assert "which are in a checkout of the project" in capsys.readouterr().err


def test_lessons_are_written_as_html_and_notebooks(started, monkeypatch, capsys):
    written = []
    monkeypatch.setattr(
        lessons, "write_html", lambda source, to: written.append((source.stem, to)) or f"{to}/p"
    )
    monkeypatch.setattr(
        lessons, "write_notebooks", lambda names: [Path(f"{n}.ipynb") for n in names[:1]]
    )
    assert main(["lessons", "3", "4", "--html"]) == 0
    folder = "minivgg-lessons/html"
    assert written == [("03_receptive_fields", folder), ("04_parameter_counts", folder)]
    out = capsys.readouterr().out
    assert re.fullmatch(rf"(wrote {folder}/p \(0 s\)\n){{2}}", out)
    assert main(["lessons", "3", "4", "--notebooks"]) == 0
    assert capsys.readouterr().out == "wrote 3.ipynb\nnotebooks: 1 changed, 1 current\n"
    assert not list(Path().iterdir())
    assert started == []


def test_slides_are_written_to_their_folder(started, monkeypatch, capsys):
    from minivgg.cli import lessons as command

    monkeypatch.setattr(command, "write_slides", lambda source, to: f"{to}/{source.stem[:2]}")
    assert main(["lessons", "3", "4", "--slides"]) == 0
    folder = "minivgg-lessons/slides"
    assert capsys.readouterr().out == f"wrote {folder}/03 (0 s)\nwrote {folder}/04 (0 s)\n"
    assert main(["lessons", "5", "--slides", "s"]) == 0
    assert capsys.readouterr().out == "wrote s/05 (0 s)\n"
    assert started == []


def test_a_page_is_told_before_the_next_one_is_written(monkeypatch):
    """A pipe shows what has been flushed: each takes minutes."""
    stream, seen = io.TextIOWrapper(io.BytesIO(), encoding="utf-8"), []

    def write_html(source, to):
        seen.append(stream.buffer.getvalue().decode())
        return source.stem[:2]

    monkeypatch.setattr(lessons, "write_html", write_html)
    monkeypatch.setattr(sys, "stdout", stream)
    assert main(["lessons", "3", "4", "--html"]) == 0
    assert seen == ["", "wrote 03 (0 s)\n"]


@pytest.mark.parametrize("option", ["--html", "--notebooks"])
def test_what_html_and_notebooks_need_is_named(option, started, monkeypatch, capsys):
    def fail(*arguments):
        raise ImportError("no nbformat")

    monkeypatch.setattr(lessons, "write_html", fail)
    monkeypatch.setattr(lessons, "write_notebooks", fail)
    assert main(["lessons", option]) == 2
    error = capsys.readouterr().err
    assert error.startswith("minivgg: this needs Jupyter: ")
    assert error.endswith(" (no nbformat)\n")


@pytest.mark.parametrize(("to", "where"), [("course", ""), ("a b/course", " 'a b/course'")])
def test_where_progress_finds_the_copies(to, where, started, capsys):
    main(["lessons", "--no-open", "--to", to])
    lines = capsys.readouterr().out.splitlines()
    assert lines == [
        f"wrote {len(lessons.sources())} files to {Path(to)}",
        f"what is done, and the next step: python -m minivgg progress{where}",
    ]
    main(["lessons", "--no-open", "--to", to])
    assert capsys.readouterr().out == ""


def test_the_status_of_jupyterlab_is_that_of_the_command(started, monkeypatch, capsys):
    def run(command, check):
        assert check is False
        return subprocess.CompletedProcess(command, 3)

    monkeypatch.setattr(subprocess, "run", run)
    monkeypatch.setattr(os, "geteuid", lambda: 0, raising=False)
    assert main(["lessons", "--jupyter", "--allow-root"]) == 3
    assert "you are root" not in capsys.readouterr().out
