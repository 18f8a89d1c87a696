"""What is left when a command ends: no process of its group, no open file, one reason."""

import errno
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from minivgg.classroom.isolation import running
from minivgg.classroom.isolation.running import run

pytestmark = pytest.mark.skipif(os.name != "posix", reason="commands and signals of POSIX")


def shell(text, scratch, output_bytes=1000):
    environment = {"PATH": os.environ["PATH"], "TMPDIR": str(scratch)}
    return run(["sh", "-c", text], scratch, environment, 20, output_bytes, True)


@pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")
def test_processes_in_the_background_are_ended(tmp_path):
    number = int(shell("sleep 60 & echo $!", tmp_path).printed)
    end = time.monotonic() + 20
    while True:
        try:
            if Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                break
        except OSError:
            break
        assert time.monotonic() < end
        time.sleep(0.01)


def test_the_output_is_counted_together(tmp_path):
    text = "printf 12345; sleep 0.1; printf 678901; sleep 60"
    assert shell(text, tmp_path, output_bytes=10).stopped_by == "output"


def test_no_input_no_variable_and_no_open_file_is_left(tmp_path, monkeypatch):
    monkeypatch.setenv("MINIVGG_SECRET", "1")
    started = []
    real = subprocess.Popen

    def popen(*arguments, **options):
        started.append((real(*arguments, **options), options))
        return started[-1][0]

    monkeypatch.setattr(running.subprocess, "Popen", popen)
    assert shell("echo a$MINIVGG_SECRET; cat", tmp_path).printed == "a\n"
    ((process, options),) = started
    assert options["stdin"] == subprocess.DEVNULL
    assert process.stdout.closed
    assert process.returncode == 0


def test_only_the_first_reason_counts(tmp_path, monkeypatch):
    monkeypatch.setattr(running, "_wait", lambda *arguments: ["time", "files"])
    assert shell("sleep 60", tmp_path).stopped_by == "time"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux can tell the end of a process")
def test_a_watch_needs_nothing_but_the_number_of_the_process():
    with subprocess.Popen(["sleep", "60"]) as process:
        watch = running._Watch(SimpleNamespace(pid=process.pid))
        with watch as entered:
            assert entered is watch
            assert not watch.has_ended(0)
            process.kill()
            assert watch.has_ended(60)
        with pytest.raises(OSError, match="descriptor"):
            os.fstat(watch._number)


@pytest.fixture
def process(monkeypatch):
    """A process that only records what is done to it."""
    done = []
    monkeypatch.setattr(running.time, "sleep", lambda seconds: done.append("sleep"))
    return SimpleNamespace(
        pid=4321, done=done, kill=lambda: done.append("kill"), poll=lambda: done.append("poll")
    )


def test_a_group_gets_signals_until_it_is_empty(process, monkeypatch):
    answers = [True, True, True, False]
    monkeypatch.setattr(running, "_kill_group", lambda process: answers.pop(0))
    running._kill(process)
    assert answers == []
    assert process.done == ["sleep", "poll"] * 2


def test_a_process_without_a_group_is_ended_by_itself(process, monkeypatch):
    monkeypatch.setattr(running, "_kill_group", lambda process: False)
    running._kill(process)
    assert process.done == ["kill"]
    monkeypatch.setattr(running, "_kill_group", lambda process: True)
    with monkeypatch.context() as windows:
        windows.setattr(running.os, "name", "nt")
        running._kill(process)
    assert process.done == ["kill", "kill"]


def test_a_group_that_is_gone_or_of_somebody_else_is_left(process, monkeypatch):
    asked, errors = [], [None, errno.ESRCH, errno.EPERM]

    def killpg(*arguments):
        asked.append(arguments)
        if error := errors[len(asked) - 1]:
            raise OSError(error, "no")

    monkeypatch.setattr(os, "killpg", killpg)
    assert [running._kill_group(process) for _ in errors] == [True, False, False]
    assert asked == [(4321, signal.SIGKILL)] * 3


def test_escaped_processes_are_known_by_their_folder(tmp_path, monkeypatch):
    contents = {"12": b"A=1\0TMPDIR=/x\0B=2\0", "13": b"TMPDIR=/x/y\0", "14": b"A=TMPDIR=/x\0",
                "self": b"TMPDIR=/x\0", "16": b"TMPDIR=/x"}  # fmt: skip
    for name, text in contents.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "environ").write_bytes(text)
    (tmp_path / "15").mkdir()
    ended = []

    def kill(*arguments):
        ended.append(arguments)
        raise ProcessLookupError

    monkeypatch.setattr(running, "Path", lambda name: tmp_path)
    monkeypatch.setattr(os, "kill", kill)
    running._kill_escaped("/x")
    assert sorted(ended) == [(12, signal.SIGKILL), (16, signal.SIGKILL)]
