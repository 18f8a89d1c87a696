"""What the grader says on systems that do not enforce its limits, simulated."""

import sys
import threading
from pathlib import Path
from types import SimpleNamespace

import pytest

from minivgg.classroom.isolation import child_process
from minivgg.classroom.worker import restrictions
from minivgg.cli import grade, main

resource = pytest.importorskip("resource")
BOTH = ["memory", "size of files"]


@pytest.fixture(autouse=True)
def unchanged_stack_size():
    before = threading.stack_size()
    yield
    threading.stack_size(before)


def limit():
    return restrictions.limit_resources(memory_bytes=2**30, cpu_seconds=60, file_bytes=2**20)


def a_module(setrlimit):
    """A stand-in for ``resource`` that uses this instead of the real ``setrlimit``."""
    names = [name for name in dir(resource) if name.startswith("RLIM")]
    values = {name: getattr(resource, name) for name in names}
    return SimpleNamespace(getrlimit=resource.getrlimit, setrlimit=setrlimit, **values)


def test_a_system_without_limits(monkeypatch):
    """As Windows, which has no module ``resource``."""
    monkeypatch.setitem(sys.modules, "resource", None)
    assert limit() == BOTH


def test_a_system_that_refuses_limits(monkeypatch):
    """As macOS does for memory."""

    def refuse(name, limits):
        raise ValueError("current limit exceeds maximum limit")

    monkeypatch.setitem(sys.modules, "resource", a_module(refuse))
    assert limit() == BOTH


def test_a_system_that_ignores_the_limit_on_memory(monkeypatch):
    monkeypatch.setitem(sys.modules, "resource", a_module(lambda name, limits: None))
    assert limit() == ["memory"]


@pytest.mark.skipif(sys.platform != "linux", reason="the limits are enforced on Linux")
def test_linux_enforces_them():
    assert child_process.unenforced_limits(2**29) == []


@pytest.mark.slow
@pytest.mark.parametrize("unenforced", [[], BOTH])
def test_grading_says_so_at_its_beginning(unenforced, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(grade, "unenforced_limits", lambda memory_bytes: unenforced)
    monkeypatch.chdir(tmp_path)
    Path("class").mkdir()
    Path("class/ada.py").write_text("def relu_forward(x):\n    return (x + abs(x)) / 2\n")
    assert main(["grade", "class", "--assignment", "relu_dropout", "--out", "grades"]) == 0
    note = "note: this system does not limit a submission's memory and size of files; grade in"
    assert (note in capsys.readouterr().err) == bool(unenforced)
