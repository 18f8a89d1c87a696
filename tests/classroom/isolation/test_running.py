"""A command is ended at each of its limits, and with it every process that it started."""

import os
import shlex
import signal
import subprocess
import threading
import time
from pathlib import Path

import pytest

from minivgg.classroom.isolation import running
from minivgg.classroom.isolation.running import Ended, run

pytestmark = pytest.mark.skipif(os.name != "posix", reason="commands of POSIX")


def shell(text, scratch, seconds=20.0, output_bytes=1000, is_alone=True, **variables):
    environment = {"PATH": os.environ["PATH"], "TMPDIR": str(scratch), **variables}
    return run(["sh", "-c", text], scratch, environment, seconds, output_bytes, is_alone)


def test_what_it_prints_and_how_it_ends(tmp_path):
    text = "echo $A; pwd; cat; echo error >&2; exit 3"
    assert shell(text, tmp_path, A="é") == Ended("", 3, f"é\n{tmp_path}\nerror\n")
    assert shell("printf '\\377'", tmp_path).printed == "\ufffd"
    assert shell("kill -SEGV $$", tmp_path) == Ended("", -signal.SIGSEGV, "")


def test_the_longest_output(tmp_path):
    assert shell("printf 1234567890", tmp_path, output_bytes=10) == Ended("", 0, "1234567890")
    ended = shell("printf 1234567890x; sleep 20", tmp_path, output_bytes=10)
    assert (ended.stopped_by, ended.code, ended.printed) == ("output", -signal.SIGKILL, "")


def test_the_longest_time(tmp_path):
    ended = shell("echo begun; sleep 20", tmp_path, seconds=0.2)
    assert ended == Ended("time", -signal.SIGKILL, "begun\n")


def test_the_largest_folder(tmp_path, monkeypatch):
    asked = []

    def is_too_large(scratch, deleted):
        asked.append((scratch, deleted))
        return len(asked) == 2

    monkeypatch.setattr(running, "is_too_large", is_too_large)
    monkeypatch.setattr(running, "deleted_bytes", lambda number, scratch: (number > 0, scratch))
    assert shell("sleep 20", tmp_path) == Ended("files", -signal.SIGKILL, "")
    assert asked == [(tmp_path, (True, tmp_path))] * 2


@pytest.mark.parametrize(("program", "code"), [("bwrap", -9), ("other", 137)])
def test_the_status_of_bubblewrap_is_a_signal(program, code, tmp_path, monkeypatch):
    (tmp_path / program).write_text("#!/bin/sh\nexit $1\n")
    (tmp_path / program).chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    for status, expected in (("137", code), ("128", 128), ("127", 127)):
        assert run([program, status], tmp_path, os.environ, 20, 100, True).code == expected


def is_running(number):
    try:
        return "Z" not in Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="needs /proc")
def test_processes_that_left_the_group_are_ended_too(tmp_path):
    ended = shell("setsid sleep 20 & echo $!; sleep 0.2", tmp_path, is_alone=False, seconds=5)
    assert ended.code == 0
    time.sleep(0.05)
    assert not is_running(int(ended.printed.split()[0]))


def test_processes_of_another_folder_are_left_alone(tmp_path):
    other = subprocess.Popen(["sleep", "20"], env={"PATH": os.environ["PATH"], "TMPDIR": "/x"})
    try:
        shell("true", tmp_path, is_alone=False)
        assert other.poll() is None
    finally:
        other.kill()
        other.wait()


def test_all_that_runs_is_ended(tmp_path):
    found = []
    thread = threading.Thread(target=lambda: found.append(shell("echo a; sleep 20", tmp_path)))
    thread.start()
    while not running._running:
        time.sleep(0.01)
    time.sleep(0.1)
    running.end_all()
    thread.join(10)
    assert [(ended.stopped_by, ended.code) for ended in found] == [("end", -signal.SIGKILL)]
    assert not running._running
    assert not running._ended
    assert shell("true", tmp_path) == Ended("", 0, "")


def test_where_the_system_cannot_tell_the_end_it_is_asked_for(tmp_path, monkeypatch):
    def none(number):
        raise OSError

    monkeypatch.setattr(os, "pidfd_open", none, raising=False)
    assert shell("exit 4", tmp_path) == Ended("", 4, "")
    assert shell("sleep 20", tmp_path, seconds=0.2).stopped_by == "time"
    with subprocess.Popen(["sleep", "0.2"]) as process, running._Watch(process) as watch:
        assert not watch.has_ended(0)
        assert watch.has_ended(60)  # it waits for the end


def test_arguments_are_passed_as_they_are(tmp_path):
    words = ["a b", "$HOME", "*"]
    ended = run(["printf", "%s|", *words], tmp_path, {"PATH": os.environ["PATH"]}, 20, 100, True)
    assert ended.printed == "a b|$HOME|*|", shlex.join(words)
