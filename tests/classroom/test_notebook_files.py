"""Files of notebooks and scripts in all forms and encodings; one that cannot be read says why."""

import json

import pytest
from support.submissions import write
from support.written_functions import LOSS, NAME, assert_right, notebook

from minivgg.classroom.bank import TASKS
from minivgg.classroom.grading.task_grading import grade_task
from minivgg.classroom.worker.source_text import Unreadable


def old_notebook(source):
    cells = [
        {"cell_type": "heading", "level": 1, "source": "x"},
        {"cell_type": "code", "language": "python", "input": source, "prompt_number": 3},
    ]
    return json.dumps({"nbformat": 3, "metadata": {"name": ""}, "worksheets": [{"cells": cells}]})


def with_outputs(megabytes):
    found = json.loads(notebook(LOSS))
    text = ["x" * 1000 + "\n"] * (1000 * megabytes)
    found["cells"][0]["outputs"] = [{"output_type": "stream", "name": "stdout", "text": text}]
    return json.dumps(found)


@pytest.mark.parametrize(
    "content",
    [
        notebook(LOSS.splitlines(keepends=True)),
        notebook(LOSS.replace("\n", "\r\n")),
        notebook("", "  \n", "# only text", LOSS),
        notebook(LOSS + "\n".join(f"x{i} = {i}" for i in range(10_000))),
        notebook(LOSS, metadata={"kernelspec": {"language": "python"}}),
        notebook(LOSS, metadata={"language_info": {"name": "ipython"}}),
        old_notebook(LOSS),
        old_notebook(LOSS.splitlines(keepends=True)),
        with_outputs(megabytes=20),
        b"\xef\xbb\xbf" + notebook(LOSS).encode(),
        notebook(LOSS).encode("utf-16"),
    ],
    ids=[
        "list of lines",
        "Windows",
        "empty cells",
        "10,000 lines",
        "python",
        "ipython",
        "format 3",
        "format 3, list of lines",
        "20 MB of outputs",
        "UTF-8 with mark",
        "UTF-16",
    ],
)
def test_forms_of_a_notebook(content, load):
    module, remarks = load(content)
    assert_right(module)
    assert remarks == []


@pytest.mark.parametrize("cells", [[], ["# only text"], [""]])
def test_a_notebook_without_code_defines_nothing(cells, load):
    module, remarks = load(notebook(*cells))
    assert not hasattr(module, NAME)
    assert remarks == []


R = {"kernelspec": {"name": "ir", "language": "R"}}


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("loss.ipynb", "", "is empty"),
        ("loss.ipynb", notebook(LOSS)[:-9], "is a damaged notebook: open it in Jupyter"),
        ("loss.ipynb", "{}", "is a damaged notebook"),
        ("loss.ipynb", '{"cells": null}', "is a damaged notebook"),
        ("loss.ipynb", '{"cells": [1]}', "is a damaged notebook"),
        ("loss.ipynb", '{"cells":' + "[" * 100_000, "is a damaged notebook"),
        ("loss.ipynb", "<!DOCTYPE html>\n<html>", "is a web page: download the file itself"),
        ("loss.ipynb", notebook("x <- 1", metadata=R), "is a notebook in R: the assignments are"),
        (
            "loss.ipynb",
            notebook("x = 'ü'").replace("\\u00fc", "ü").encode("latin-1"),
            r"is not saved as UTF-8, see line 1: save it as UTF-8$",
        ),
        (
            "loss.py",
            "# ü\n\n# 가나\n".encode("cp949", "replace"),
            r"is not saved as UTF-8, see line 3: .* declare its encoding in the first line \(#",
        ),
        ("loss.py", b"# coding: ascii\n# \xfc", "is not saved as ascii, see line 2"),
        ("loss.py", "# coding: klingon", "declares an unknown encoding: klingon"),
        ("loss.py", "# coding: rot13", "declares the encoding rot13, which is not a text encoding"),
        ("loss.py", bytes(range(256)), "is not a text file: it contains null bytes"),
        ("loss.py", "x = 1\0", "null bytes"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(name, content, sentence, load):
    with pytest.raises(Unreadable, match=sentence):
        load(content, name)


def test_a_file_that_cannot_be_read_is_a_sentence_with_its_name(tmp_path):
    path = write(tmp_path / "loss.py", b"# \xb0\xa1")
    mark, loaded = grade_task(path, TASKS[NAME])
    assert not loaded
    assert mark.verdict.message == (
        "loss.py is not saved as UTF-8, see line 1: save it as UTF-8, or declare its encoding in "
        "the first line (# -*- coding: cp949 -*-)."
    )


@pytest.mark.parametrize(
    "content",
    [
        ("# -*- coding: cp949 -*-\n# 가나\n" + LOSS).encode("cp949"),
        ("# coding=latin-1\n# ü\n" + LOSS).encode("latin-1"),
        ("#!/usr/bin/python\n# vim: set fileencoding=latin-1 :\n# ü\n" + LOSS).encode("latin-1"),
        b"\xef\xbb\xbf" + ("# ü\n" + LOSS).encode(),
        ("# ü\n" + LOSS).encode("utf-16"),
        LOSS.replace("\n", "\r\n"),
        LOSS.replace("\n", "\r"),
    ],
    ids=["cp949", "latin-1", "vim", "UTF-8 with mark", "UTF-16", "Windows", "old Mac"],
)
def test_encodings_and_line_ends_of_a_script(content, load):
    module, remarks = load(content, "loss.py")
    assert_right(module)
    assert remarks == []


@pytest.mark.parametrize(
    ("name", "content", "remark"),
    [
        (
            "loss.py",
            notebook(LOSS),
            "is a notebook and was read as one: its suffix should be .ipynb.",
        ),
        ("loss.ipynb", LOSS, "is a Python program and was read as one: its suffix should be .py."),
    ],
)
def test_a_file_with_the_suffix_of_the_other_kind_counts(name, content, remark, load):
    module, remarks = load(content, name)
    assert_right(module)
    assert remarks == [f"{name} {remark}"]


@pytest.mark.parametrize(("name", "content"), [("LOSS.PY", LOSS), ("Loss.IPYNB", notebook(LOSS))])
def test_capital_letters_in_a_suffix_change_nothing(name, content, load):
    module, remarks = load(content, name)
    assert_right(module)
    assert remarks == []


def test_a_script_that_was_a_notebook_may_hold_commands(load):
    """Colab writes them into the .py that it exports."""
    module, remarks = load("!pip install numpy\n%matplotlib inline\n" + LOSS, "loss.py")
    assert_right(module)
    assert remarks == ["loss.py: commands of a notebook are left out, as in line 1."]
    with pytest.raises(SyntaxError, match="never closed") as error:
        load("!pip install numpy\n\nx = (\n", "loss.py")
    assert error.value.lineno == 3
