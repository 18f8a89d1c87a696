"""The functions of a file: those it names, those in its code, and those that are written."""

import json

from minivgg.classroom.handins import file_functions
from minivgg.classroom.handins.file_functions import FileFunctions, functions_of

TEXT = '''def relu_forward(x):
    return x


def relu_backward(dy, x):
    """A stub, with its docstring."""
    raise NotImplementedError


def helper():
    return 1
'''
NAMES = {"relu_forward", "relu_backward", "helper"}


def test_a_notebook_names_functions_in_its_outputs_that_are_not_in_its_code(tmp_path):
    cells = [
        {"cell_type": "code", "source": [TEXT], "outputs": [{"text": ["def im2col(x): 1\n"]}]},
        {"cell_type": "markdown", "source": "def loss(x):"},
    ]
    path = tmp_path / "a.ipynb"
    path.write_text(json.dumps({"cells": cells}))
    found = functions_of(path)
    assert found.written == {"relu_forward", "helper"}
    assert found.in_code == NAMES
    assert found.defined == NAMES | {"im2col", "loss"}


def test_stubs_are_known_by_parsing_and_in_long_programs_by_their_mark(monkeypatch):
    written = file_functions._written_in
    assert written(TEXT, NAMES) == {"relu_forward", "helper"}
    assert written(TEXT, {"helper"}) == set()
    monkeypatch.setattr(file_functions, "MAX_PARSED", len(TEXT))
    assert written(TEXT, NAMES) == {"relu_forward", "helper"}
    assert written(f"{TEXT}\n", NAMES) == {"relu_forward", "relu_backward"}
    marked = f'{TEXT}raise NotImplementedError("relu_backward is not written yet")'
    assert written(marked, NAMES) == {"relu_forward"}


def test_a_file_that_cannot_be_read_has_none(tmp_path):
    assert functions_of(tmp_path / "none.py") == FileFunctions()
