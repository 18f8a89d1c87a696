"""Submissions for the tests of the classroom; the corpus holds students' code, without tests."""

import builtins
import sys

import pytest
from support.submissions import write
from support.written_functions import NAME

from minivgg.classroom.worker import restrictions, stand_ins
from minivgg.classroom.worker.loading import load_submission

collect_ignore = ["submissions"]


@pytest.fixture
def load(tmp_path, monkeypatch):
    """Loads a file as the child process does: returns the module and the remarks."""
    monkeypatch.setattr(builtins, "__import__", builtins.__import__)  # as it is afterwards
    for name in stand_ins.SET_BY_JUPYTER:
        monkeypatch.setattr(builtins, name, None, raising=False)
    monkeypatch.setitem(sys.modules, "submission", None)

    def load(content, name="loss.ipynb", task=NAME):
        restrictions.forbid_imports(stand_ins.stand_ins(None, "loss"))
        stand_ins.set_names_of_jupyter()
        return load_submission(str(write(tmp_path / name, content)), task)

    limit = sys.getrecursionlimit()
    yield load
    sys.setrecursionlimit(limit)  # one of the submissions sets it


@pytest.fixture
def ascii_by_default(monkeypatch):
    """Text files are ASCII where no encoding is given, as on a system without UTF-8."""
    monkeypatch.setattr("io.text_encoding", lambda encoding, level=2: encoding or "ascii")
