"""The functions of a file: those it names, those in its code, and those that are written."""

import json

import pytest
from support.submissions import write

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


@pytest.mark.parametrize(
    ("data", "names"),
    [
        ("def im2col(x): 1".encode("utf-16"), {"im2col"}),
        (b"\xfe\xff" + "def im2col(x): 1".encode("utf-16-be"), {"im2col"}),
        (b"\xff# in Latin-1\ndef im2col(x): 1", {"im2col"}),
        (b"STUBS = '''\ndef col2im(x): 1\n'''\ndef im2col(x): 1", {"im2col"}),
        (b"x = 1\nSTUBS = '''\ndef col2im(x): 1\n'''\ndef im2col(x): 1", {"im2col"}),
        (b"  \n{damaged", set()),
        ('\ufeff {"cells": []}'.encode(), set()),
        (
            b'\xef\xbb\xbf{"cells": [{"cell_type": "code", "source": "def im2col(x): 1"}]}',
            {"im2col"},
        ),
        (
            b'{"worksheets": [{"cells": [{"cell_type": "code", "input": ["def im2col(x): 1"]}]}, '
            b'{"cells": [{"cell_type": "code", "input": ["def col2im(x): 1"]}]}]}',
            {"im2col", "col2im"},
        ),
    ],
)
def test_the_code_of_a_file_in_each_form(data, names, tmp_path):
    (tmp_path / "a.py").write_bytes(data)
    assert functions_of(tmp_path / "a.py").in_code == names


def test_a_file_is_read_up_to_its_largest_size(tmp_path, monkeypatch):
    monkeypatch.setattr(file_functions, "MAX_FILE_BYTES", 20)
    (tmp_path / "a.py").write_text("def im2col(x): pass\ndef col2im(x): pass")
    assert functions_of(tmp_path / "a.py").defined == {"im2col"}


def test_a_file_that_changed_is_read_again_and_one_that_did_not_is_remembered(tmp_path):
    path = write(tmp_path / "a.py", "def im2col(x): 1", time=1000)
    assert functions_of(path).in_code == {"im2col"}
    assert functions_of(path) is functions_of(path)
    write(path, "def col2im(x): 1", time=1001)
    assert functions_of(path).in_code == {"col2im"}
    write(path, "def relu_forward(x): 1", time=1001)
    assert functions_of(path).in_code == {"relu_forward"}


def test_a_folder_has_no_functions(tmp_path):
    assert functions_of(tmp_path) == FileFunctions()


def test_the_longest_program_that_is_parsed():
    assert file_functions.MAX_PARSED == 60_000
