"""Ctrl-C before the program has begun: while its modules are being imported."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from minivgg.utils import early_interrupt

ROOT = Path(__file__).parents[2]
# takes the place of a package that is imported on the way, and stands for the user's Ctrl-C there
INTERRUPTING = "import signal, time\nsignal.raise_signal(signal.SIGINT)\ntime.sleep(30)\n"


@pytest.mark.parametrize(
    ("program", "clean"),
    [(["-m", "minivgg", "summary"], True), (["minivgg", "summary"], True), (["mine.py"], False)],
)
def test_ctrl_c_during_the_imports_leaves_no_traceback_of_the_program(program, clean, tmp_path):
    """A script of the user's own keeps Python's behaviour."""
    (tmp_path / "threadpoolctl.py").write_text(INTERRUPTING)
    (tmp_path / "minivgg").write_text("from minivgg.cli import main\nmain()\n")
    (tmp_path / "mine.py").write_text("import minivgg\n")
    done = subprocess.run(
        [sys.executable, *program],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": os.pathsep.join([str(tmp_path), str(ROOT)])},
        timeout=60,
        # a shell starts jobs in the background with Ctrl-C ignored, and this may be one
        preexec_fn=listen if os.name == "posix" else None,
    )
    assert ("Traceback" not in done.stderr) == clean
    if clean:
        assert done.returncode == 130
        assert done.stderr.strip() == "interrupted"


def listen():
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.mark.parametrize(
    ("argv", "command", "found"),
    [
        (["/usr/bin/minivgg"], ["python", "/usr/bin/minivgg"], True),
        (["minivgg.exe"], ["minivgg.exe"], True), (["mine.py"], ["python", "mine.py"], False),
        (["mine.py"], ["python", "mine.py", "minivgg"], False),
        (["-m"], ["python", "-m", "minivgg", "train"], True),
        (["-m"], ["python", "-mminivgg"], True), (["-m"], ["python", "-m", "pytest"], False),
        (["-c"], ["python", "-c", "import minivgg"], False), ([], ["python"], False),
    ],
)  # fmt: skip
def test_which_programs_are_this_one(monkeypatch, argv, command, found):
    monkeypatch.setattr(sys, "argv", argv)
    monkeypatch.setattr(sys, "orig_argv", command)
    assert early_interrupt.is_program() is found


@pytest.mark.parametrize("before", [signal.default_int_handler, signal.SIG_IGN])
def test_ctrl_c_is_handled_again_after_the_imports_and_stays_ignored_where_it_was(before):
    at_first = signal.signal(signal.SIGINT, before)
    try:
        early_interrupt.end_on_ctrl_c()
        ends = signal.getsignal(signal.SIGINT) is early_interrupt._end
        assert ends == (before is signal.default_int_handler)
        early_interrupt.raise_on_ctrl_c()
        assert signal.getsignal(signal.SIGINT) is before
    finally:
        signal.signal(signal.SIGINT, at_first)


def test_one_word_is_said_at_the_end(monkeypatch, capsys):
    ended = []
    monkeypatch.setattr(os, "_exit", ended.append)
    early_interrupt._end(signal.SIGINT, None)
    assert (ended, capsys.readouterr().err) == ([130], "\ninterrupted\n")
