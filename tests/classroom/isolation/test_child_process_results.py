"""Rare ends of a child process, and the defaults of its limits and results."""

import signal
import subprocess

import pytest

from minivgg.classroom.bank import TASKS
from minivgg.classroom.isolation import child_process
from minivgg.classroom.isolation.child_process import Limits, RunResult
from minivgg.classroom.isolation.child_results import ChildOutput
from minivgg.classroom.isolation.running import Ended
from minivgg.classroom.worker import packing

GONE = ChildOutput(is_there=False)
RECORDS = [[{"arrays": [], "changed": []}]]


def result(ended, output, loaded=True):
    return child_process._result(ended, output, loaded, Limits())


def test_defaults():
    assert Limits() == Limits(20.0, 2**30, 2**20)
    assert RunResult() == RunResult([], "", "", True, "", (), 0.0)
    assert RunResult().records is not RunResult().records


def test_a_process_that_ends_well_without_results():
    found = result(Ended("", 0, ""), GONE)
    assert found.problem == "ends the process before it returns (exit status 0)"


@pytest.mark.parametrize("code", [0, 1, -1])
def test_a_system_without_a_limit_on_processor_time(code, monkeypatch):
    monkeypatch.delattr(signal, "SIGXCPU", raising=False)
    assert result(Ended("", code, ""), ChildOutput(records=RECORDS)).records == RECORDS
    assert result(Ended("", code, ""), GONE).kind == "exit"
    assert result(Ended("time", code, ""), GONE).kind == "time"


def test_the_limit_of_memory_is_named_where_memory_was_too_small():
    error = ["MemoryError", "Unable to allocate 8 GiB", 2, "x = big()"]
    found = result(Ended("", 0, ""), ChildOutput(error=error))
    assert (found.kind, found.loaded) == ("MemoryError", False)
    assert "the limit of 1024 MB" in found.problem
    records = [
        [{"arrays": [], "changed": []}, {"error": ["ValueError", "no", 1, ""], "changed": []}],
        [{"error": ["MemoryError", "Unable to allocate 8 GiB", 1, ""], "changed": []}],
    ]
    (_, other), (memory,) = result(Ended("", 0, ""), ChildOutput(records=records)).records
    assert other["error"] == ["ValueError", "no", 1, ""]
    assert "the limit of 1024 MB" in memory["error"][1]
    assert memory["error"][2:] == [1, ""]


def test_an_error_while_it_is_imported_has_its_line():
    error = ["ValueError", "no", 3, "x = int('a')"]
    problem = result(Ended("", 0, ""), ChildOutput(error=error)).problem
    assert problem.startswith("cannot be imported: ValueError in line 3: no")
    assert "x = int('a')" in problem


def test_a_missing_function_was_loaded_whatever_was_read():
    """Its remarks can be damaged; the functions beside it are tried all the same."""
    error = ["missing", "does not define the function f", None, ""]
    found = result(Ended("", 0, ""), ChildOutput(error=error), loaded=False)
    assert found == RunResult(problem=error[1], kind="missing", loaded=True)


@pytest.mark.parametrize(
    ("ended", "output"),
    [
        (Ended("output", -9, "said\r\n"), GONE),
        (Ended("", 0, "said\r\n"), ChildOutput(records=RECORDS)),
        (Ended("", 0, "said\r\n"), ChildOutput(problem="is odd")),
    ],
)
def test_what_was_printed_is_always_kept(ended, output):
    assert result(ended, output).printed == "said\n"
    tabs = ended.__class__(ended.stopped_by, ended.code, "a\tb\x1b")
    assert result(tabs, output).printed == "a\tb "


def test_the_folder_of_a_child_is_where_it_was_asked_for(tmp_path, monkeypatch):
    monkeypatch.setattr(child_process.tempfile, "tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    (tmp_path / "own").mkdir()
    task, seen = TASKS["relu_forward"], []

    def run(command, folder, *rest):
        seen.append(folder)
        return Ended("", 5, packing.STARTED.decode())

    monkeypatch.setattr(child_process.running, "run", run)
    monkeypatch.setattr(child_process.bubblewrap, "in_force", lambda isolation: "audit")
    monkeypatch.setattr(child_process.bubblewrap, "rules_in_force", lambda kind: ())
    for scratch in (None, tmp_path / "own"):
        child_process.run_isolated(tmp_path / "a.py", task, task.cases[:1], scratch=scratch)
    assert [folder.parent.name for folder in seen] == ["temporary", "own"]
    assert all(folder.name.startswith("minivgg-") for folder in seen)
    assert not any(folder.exists() for folder in seen)


def test_the_limits_are_asked_for_without_showing_it(monkeypatch):
    asked = []

    def run(command, **options):
        asked.append(options)
        return subprocess.CompletedProcess(command, 0, "[]")

    monkeypatch.setattr(child_process.subprocess, "run", run)
    assert child_process.unenforced_limits(1) == []
    assert asked == [{"capture_output": True, "text": True, "check": False}]
