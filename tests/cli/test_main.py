"""``main``: the machine's options, the exit status of errors, and streams that cannot show all."""

import io
import os
import subprocess
import sys
import warnings
from pathlib import Path

import pytest

from minivgg import cli
from minivgg.cli.json_output import print_json
from minivgg.cli.notice_lines import notices_as_lines
from minivgg.cli.printable_streams import PrintableStream, printable_streams
from minivgg.utils.notices import Notice, notify


@pytest.fixture
def command(monkeypatch):
    """Instead of ``progress``: what it raises, and what the machine was set to before."""
    state = type("State", (), {"error": None, "calls": []})()
    state.calls = []

    def run(args):
        state.calls.append("command")
        if state.error is not None:
            raise state.error
        return 7

    monkeypatch.setattr(cli.backend, "use", lambda device: state.calls.append(device))
    monkeypatch.setattr(cli.backend, "set_num_threads", state.calls.append)
    monkeypatch.setattr(cli.data, "set_max_pixels", lambda n: state.calls.append(("pixels", n)))
    monkeypatch.setattr(cli, "raise_on_ctrl_c", lambda: state.calls.append("ctrl-c"))
    for name in ("progress", "evaluate"):
        monkeypatch.setattr(getattr(cli, name), "run" if name == "progress" else name, run)
    return state


def test_the_machine_is_set_before_the_command(command):
    assert cli.main(["evaluate", "r"]) == 7
    assert command.calls == ["ctrl-c", ("pixels", None), "command"]
    command.calls.clear()
    words = ["--device", "gpu:1", "--threads", "0", "--max-pixels", "9"]
    assert cli.main(["evaluate", "r", *words]) == 7
    assert command.calls == ["ctrl-c", "gpu:1", 0, ("pixels", 9), "command"]


@pytest.mark.parametrize(
    ("error", "status", "said"),
    [
        (ValueError("no such\x1b thing"), 2, "minivgg: no such\\x1b thing\n"),
        (TypeError(), 2, "minivgg: TypeError\n"),
        (MemoryError(), 2, "minivgg: MemoryError\n"),
        (ZeroDivisionError("zero"), 2, "minivgg: zero\n"),
        (OSError(2, "No such file", "a.txt"), 2, "minivgg: a.txt: No such file\n"),
        (OSError(28, "No space left"), 2, "minivgg: No space left\n"),
        (OSError("in words"), 2, "minivgg: in words\n"),
        (KeyboardInterrupt(), 130, "\ninterrupted\n"),
        (KeyboardInterrupt("saved"), 130, "\nsaved\n"),
    ],
)
def test_errors_are_a_sentence_and_a_status(error, status, said, command, capsys):
    command.error = error
    assert cli.main(["progress"]) == status
    assert capsys.readouterr() == ("", said)


def test_other_errors_and_those_to_be_debugged_are_raised(command, monkeypatch):
    command.error = KeyError("of ours")
    with pytest.raises(KeyError):
        cli.main(["progress"])
    command.error = ValueError("x")
    monkeypatch.setenv("MINIVGG_DEBUG", "1")
    with pytest.raises(ValueError, match="x"):
        cli.main(["progress"])


def test_a_pipe_that_was_closed_is_no_error(command, monkeypatch):
    copied = []
    monkeypatch.setattr(os, "dup2", lambda new, old: copied.append((os.fstat(new).st_rdev, old)))
    monkeypatch.setattr(sys.stdout, "fileno", lambda: 11, raising=False)
    command.error = BrokenPipeError()
    assert cli.main(["progress"]) == 0
    assert copied == [(Path(os.devnull).stat().st_rdev, 11)]


def test_a_terminal_without_a_letter_shows_a_question_mark(command, monkeypatch):
    for name in ("stdout", "stderr"):
        stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
        monkeypatch.setattr(sys, name, stream)
        cli.main(["progress"])
        print("3×3", file=stream, flush=True)
        assert stream.buffer.getvalue() == b"3?3\n"


def test_json_is_indented_by_one_and_shows_letters(capsys):
    print_json({"ä": [1.5, float("nan"), -float("inf"), "a\x1bb\u202e", True, None, {"x": [[]]}]})
    assert capsys.readouterr().out == (
        '{\n "ä": [\n  1.5,\n  null,\n  null,\n  "a\\u001bb\\u202e",\n  true,\n  null,\n  {\n'
        '   "x": [\n    []\n   ]\n  }\n ]\n}\n'
    )


def test_json_for_a_terminal_without_the_letters(monkeypatch):
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr(sys, "stdout", stream)
    print_json({"ä": 1})
    stream.flush()
    assert stream.buffer.getvalue() == b'{\n "\\u00e4": 1\n}\n'


def test_a_notice_is_one_line_and_printed_once(capsys):
    with notices_as_lines():
        for _ in range(2):
            notify("a\x1bb")
        notify("other")
    assert capsys.readouterr().err == "minivgg: a\\x1bb\nminivgg: other\n"
    file = io.StringIO()
    with notices_as_lines():
        warnings.showwarning(Notice("x"), Notice, "f.py", 3, file)
        warnings.showwarning(UserWarning("y"), UserWarning, "f.py", 3, file, "the line")
        warnings.showwarning(UserWarning("y"), UserWarning, "f.py", 3, file, "the line")
    assert file.getvalue() == "minivgg: x\n" + 2 * "f.py:3: UserWarning: y\n  the line\n"


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("a\x1b[A\tb\n", "a\\x1b[A\tb\n"),
        ("\rbar\x1b[0m", "\rbar\\x1b[0m"),
        ("a\rb", "a\\rb"),
        ("\x1b[A", "\x1b[A"),
        ("\n\n\x1b[A\x1b[A", "\n\n\x1b[A\x1b[A"),
        ("\n\x1b[Ax", "\n\\x1b[Ax"),
        ("", ""),
    ],
)
def test_what_a_terminal_acts_on_is_written_out(text, written):
    stream = io.StringIO()
    printable = PrintableStream(stream)
    assert printable.write(text) == len(text)
    assert stream.getvalue() == written
    stream.seek(0)
    stream.truncate()
    printable.writelines([text, text])
    assert printable.getvalue() == 2 * written


def test_a_stream_that_is_closed_from_the_start_gets_nothing(monkeypatch, capsys):
    """As after ``minivgg ... >&-``, for which Python has None."""
    monkeypatch.setattr(sys, "stdout", None)
    assert cli.main(["summary", "D"]) == 0
    assert sys.stdout is None
    assert cli.main(["summary", "nothing.pth"]) == 2
    assert "nothing.pth" in capsys.readouterr().err
    monkeypatch.setattr(sys, "stderr", None)
    assert cli.main(["summary", "nothing.pth"]) == 2


def test_any_name_can_be_printed_to_a_stream_that_is_closed(monkeypatch):
    """Whatever the encoding of the system is."""
    monkeypatch.setattr(sys, "stdout", None)
    with printable_streams():
        print("고양이\udcff")
        assert (sys.stdout.encoding, sys.stdout.errors) == ("utf-8", "replace")
        nowhere = sys.stdout.stream
    assert nowhere.closed
    assert sys.stdout is None


def test_notices_are_shown_where_other_warnings_are_not(capsys):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with notices_as_lines():
            notify("shown")
            warnings.warn("not shown", UserWarning, stacklevel=1)
    assert capsys.readouterr().err == "minivgg: shown\n"


def test_json_for_a_stream_without_an_encoding(monkeypatch):
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stdout", stream)
    print_json(["ä"])
    assert stream.getvalue() == '[\n "\\u00e4"\n]\n'


@pytest.mark.parametrize("status", [0, 2, 130, 143])
def test_a_program_ends_with_its_status_and_does_what_is_registered_for_its_end(status):
    code = (
        "import atexit; from minivgg import cli\n"
        "atexit.register(print, 'cleaned up')\n"
        f"cli.main = lambda: {status}\n"
        "cli.run_program()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (status, "cleaned up\n", "")
