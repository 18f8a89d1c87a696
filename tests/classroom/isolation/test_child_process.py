"""What is made of a child process that has ended, and what it is given to do."""

import os
import signal
from pathlib import Path

import numpy as np
import pytest

from minivgg.classroom.bank import TASKS
from minivgg.classroom.isolation import child_process
from minivgg.classroom.isolation.child_process import (
    MAX_PRINTED,
    Limits,
    NotStarted,
    RunResult,
    run_isolated,
    unenforced_limits,
)
from minivgg.classroom.isolation.child_results import ChildOutput
from minivgg.classroom.isolation.running import Ended
from minivgg.classroom.worker import packing

RELU = TASKS["relu_forward"]
LIMITS = Limits(seconds=2.5, memory_bytes=512 * 2**20, output_bytes=3 * 2**20)
IMPORT = " while it is being imported: is there code outside the functions?"
LIMIT = "the limit of 512 MB"
RESULTS = [[{"outputs": [np.zeros(2)]}]]


GOOD = Ended("", 0, ""), ChildOutput(records=RESULTS)


def result(ended=GOOD[0], output=GOOD[1], loaded=True):
    return child_process._result(ended, output, loaded, LIMITS)


def test_records_are_the_result():
    found = result(Ended("", 0, "a\r\nb\x1bc\n"))
    assert found == RunResult(records=RESULTS, printed="a\nb c\n")


@pytest.mark.parametrize(
    ("ended", "output", "problem", "kind"),
    [
        (Ended("output", -9, ""), ChildOutput(), "prints more than 3 MB", "output"),
        (Ended("files", -9, ""), ChildOutput(),
         "writes too many files, or files that are too large", "files"),
        (Ended("time", -9, ""), ChildOutput(), "takes longer than 2.5 seconds", "time"),
        (Ended("", -signal.SIGXCPU, ""), ChildOutput(), "takes longer than 2.5 seconds", "time"),
        (Ended("", 3, ""), ChildOutput(is_there=False),
         "ends the process before it returns (exit status 3)", "exit"),
        (Ended("", -11, ""), ChildOutput(is_there=False),
         "was ended by the system (SIGSEGV): too much memory, or a crash", "exit"),
        (Ended("", -99, ""), ChildOutput(is_there=False),
         "was ended by the system (signal 99): too much memory, or a crash", "exit"),
        (Ended("", 1, "a MemoryError b"), ChildOutput(is_there=False),
         f"needs more memory than {LIMIT}", "exit"),
    ],
)  # fmt: skip
def test_a_process_without_results(ended, output, problem, kind):
    for loaded, when in ((True, ""), (False, IMPORT)):
        found = result(ended, output, loaded)
        assert found == RunResult(
            problem=problem + when, kind=kind, loaded=loaded, printed=ended.printed
        )


def test_less_than_a_megabyte_of_output_is_called_one():
    found = child_process._result(
        Ended("output", -9, ""), ChildOutput(), True, Limits(output_bytes=5)
    )
    assert found.problem == "prints more than 1 MB"


@pytest.mark.parametrize(
    ("output", "expected"),
    [
        (ChildOutput(problem="is odd"), RunResult(problem="is odd", kind="result")),
        (ChildOutput(error=["missing", "does not define f"]),
         RunResult(problem="does not define f", kind="missing")),
        (ChildOutput(error=["Unreadable", "is no notebook"]),
         RunResult(problem="is no notebook", kind="Unreadable", loaded=False)),
        (ChildOutput(error=["ValueError", "no", 3, "x = 1"]),
         RunResult(problem="cannot be imported: ", kind="ValueError", loaded=False)),
    ],
)  # fmt: skip
def test_results_that_are_a_sentence(output, expected):
    found = result(output=output)
    assert found.problem.startswith(expected.problem)
    assert (found.kind, found.loaded, found.records) == (expected.kind, expected.loaded, [])


def test_the_limit_of_memory_is_named_in_the_errors_of_all_calls():
    records = [[{"error": ["_ArrayMemoryError", "Unable to allocate 1 GiB", 1, "x"]}]]
    found = result(output=ChildOutput(records=records))
    kind, sentence, *_ = found.records[0][0]["error"]
    assert kind == "MemoryError"
    assert LIMIT in sentence


@pytest.mark.parametrize(
    ("printed", "kept"),
    [
        ("x" * MAX_PRINTED, "x" * MAX_PRINTED),
        ("x" * (MAX_PRINTED + 1), f"… (the first 1 characters are left out)\n{'x' * MAX_PRINTED}"),
        (f"{'a' * 9}\n{'x' * MAX_PRINTED}",
         f"… (the first 10 characters are left out)\n{'x' * MAX_PRINTED}"),
        (f"{'a' * 9}\n{'x' * 9}\n{'y' * (MAX_PRINTED - 4)}",
         f"… (the first 20 characters are left out)\n{'y' * (MAX_PRINTED - 4)}"),
        (f"{'a' * 1234}{'x' * (MAX_PRINTED - 1)}\n",
         f"… (the first 1,234 characters are left out)\n{'x' * (MAX_PRINTED - 1)}\n"),
    ],
)  # fmt: skip
def test_the_end_of_what_is_printed_is_kept(printed, kept):
    assert result(Ended("", 0, printed)).printed == kept


STARTED = packing.STARTED.decode()


def test_what_is_printed_counts_from_the_start_of_the_submission():
    without = child_process._without_mark
    assert without(Ended("", 0, f"before{STARTED}after")) == Ended("", 0, "after")
    assert without(Ended("time", 0, "before")) == Ended("time", 0, "before")
    with pytest.raises(NotStarted, match=r"^exit status 4: before$"):
        without(Ended("", 4, "before\n"))


@pytest.fixture
def runs(monkeypatch, tmp_path):
    """What ``running.run`` is called with; the child writes no results."""
    calls = []

    def run(*arguments):
        calls.append((*arguments, packing.from_bytes((arguments[1] / "job.bin").read_bytes())))
        return Ended("", 5, f"noise{STARTED}said")

    monkeypatch.setattr(child_process.running, "run", run)
    monkeypatch.setattr(child_process.bubblewrap, "in_force", lambda isolation: isolation)
    monkeypatch.setattr(child_process.bubblewrap, "command", lambda *arguments: list(arguments))
    monkeypatch.setattr(child_process.bubblewrap, "rules_in_force", lambda kind: ["landlock"])
    return calls


@pytest.mark.parametrize(
    ("kind", "rules", "is_alone"),
    [("bwrap", [], True), ("audit", ["landlock"], False), ("audit", ["seccomp"], True)],
)
def test_the_child_is_given_the_job_and_its_limits(
    kind, rules, is_alone, runs, tmp_path, monkeypatch
):
    monkeypatch.setattr(child_process.bubblewrap, "rules_in_force", lambda kind: rules)
    path = tmp_path / "a.py"
    path.write_text("x = 1\n")
    (tmp_path / "scratch").mkdir()
    found = run_isolated(path, RELU, RELU.cases[:2], LIMITS, ["im2col"], kind, tmp_path / "scratch")
    assert found.problem == f"ends the process before it returns (exit status 5){IMPORT}"
    assert (found.printed, found.remarks, found.loaded) == ("said", (), False)
    assert 0 <= found.seconds < 60
    ((command, folder, variables, seconds, output_bytes, alone, job),) = runs
    assert command[:3] == [kind, folder, path]
    assert folder.parent == tmp_path / "scratch"
    assert not folder.exists()
    assert str(folder) in variables.values()
    assert (seconds, output_bytes, alone) == (2.5, 3 * 2**20, is_alone)
    assert (job["file"], job["task"], job["output_count"]) == (str(path), "relu_forward", 1)
    assert len(job["cases"]) == 3  # the first twice
    assert np.array_equal(job["cases"][0][0][0], job["cases"][2][0][0])
    assert list(job["references"]) == ["im2col"]
    assert "def im2col" in str(job["references"]["im2col"])
    assert (job["importable"], job["assignment"]) == (None, "relu_dropout")
    assert (job["memory_bytes"], job["seconds"]) == (512 * 2**20, 2.5)
    assert job["grader"] == (0 if kind == "bwrap" else os.getpid())
    assert job["hidden"] == child_process.bubblewrap.hidden_paths([])


def test_defaults_of_a_run(runs, tmp_path):
    path = tmp_path / "a.py"
    path.write_text("from minivgg.classroom.reference_solutions import im2col\n")
    run_isolated(path, RELU, RELU.cases[:1], hidden_folders=[tmp_path, Path("/none/such")])
    ((command, _, _, seconds, output_bytes, _, job),) = runs
    assert (command[0], seconds, output_bytes) == ("auto", 20.0, 2**20)
    assert job["memory_bytes"] == 2**30
    assert job["importable"] is not None
    assert job["hidden"] == child_process.bubblewrap.hidden_paths([tmp_path])
    assert len(job["hidden"]) > len(child_process.bubblewrap.hidden_paths([]))


@pytest.mark.parametrize("error", [OSError("no memory"), NotStarted("gone")])
def test_a_start_that_fails_twice_is_no_fault_of_the_submission(error, runs, tmp_path, monkeypatch):
    tries = []

    def run(*arguments):
        tries.append(arguments)
        raise error

    monkeypatch.setattr(child_process.running, "run", run)
    monkeypatch.setattr(child_process.time, "sleep", tries.append)
    with pytest.raises(NotStarted, match=str(error)):
        run_isolated(tmp_path / "none.py", RELU, RELU.cases[:1])
    assert len(tries) == 3
    assert tries[1] == 0.5


@pytest.mark.parametrize(
    ("code", "text", "names"),
    [(0, '["memory", "size of files"]', ["memory", "size of files"]), (1, "", []), (0, "[]", [])],
)
def test_limits_that_are_not_enforced(code, text, names, monkeypatch):
    def run(command, **options):
        assert command == ["limits", "123"]
        return child_process.subprocess.CompletedProcess(command, code, text)

    monkeypatch.setattr(child_process.subprocess, "run", run)
    monkeypatch.setattr(child_process.bubblewrap, "program", lambda *words: list(words))
    assert unenforced_limits(123) == names
