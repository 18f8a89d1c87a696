"""The text of a submission whatever its encoding, the cells of a notebook, and what is refused."""

import json

import pytest

from minivgg.classroom.worker.source_text import Cell, Source, Unreadable, decode, read_source


@pytest.mark.parametrize(
    "raw",
    [
        "é = 1\n".encode(),
        "é = 1\n".encode("utf-8-sig"),
        "é = 1\n".encode("utf-16"),
        b"\xfe\xff" + "é = 1\n".encode("utf-16-be"),
    ],
)
def test_text_without_its_mark(raw):
    assert decode(raw) == "é = 1\n"


def test_text_in_the_encoding_that_it_declares():
    for line in ("# -*- coding: latin-1 -*-\n", "#!/usr/bin/python\n# coding: latin-1\n"):
        assert decode(f"{line}é".encode("latin-1")) == f"{line}é"


DECLARE = ", or declare its encoding in the first line (# -*- coding: cp949 -*-)"


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        (b"a\0b", "is not a text file: it contains null bytes"),
        (b"\xe9", f"is not saved as UTF-8, see line 1: save it as UTF-8{DECLARE}"),
        (b"a\nb\n\n\xe9\n\n", f"is not saved as UTF-8, see line 4: save it as UTF-8{DECLARE}"),
        (b"\xef\xbb\xbfa\n\xe9", f"is not saved as UTF-8, see line 2: save it as UTF-8{DECLARE}"),
        (b' \n{"cells": "\xe9"}', "is not saved as UTF-8, see line 2: save it as UTF-8"),
        (b"# coding: ascii\nx\n\xe9", "is not saved as ascii, see line 3"),
        (b"# coding: nothing\n", "declares an unknown encoding: nothing"),
        (b"# coding: rot13\n", "declares the encoding rot13, which is not a text encoding"),
        (b"\xff\xfea", "is not saved as utf-16, see line 1"),
        ("é\n\na".encode("utf-16") + b"b", "is not saved as utf-16, see line 3"),
        (b"\n# coding: undefined\nx = 1\n", "is not saved as undefined, see line 1"),
    ],
)
def test_text_that_cannot_be_read(raw, sentence):
    with pytest.raises(Unreadable) as caught:
        decode(raw)
    assert str(caught.value) == sentence


def code(**more):
    return {"cell_type": "code", **more}


CELLS = [
    code(source=["x = 1\n", "y = 2"], execution_count=3),
    {"cell_type": "markdown", "source": "text"},
    code(source="z", execution_count=None),
    code(input=["old"], prompt_number=5),
    code(source=[]),
]
READ = [(1, 3, "x = 1\ny = 2"), (3, None, "z"), (4, 5, "old"), (5, None, "")]


@pytest.mark.parametrize(
    "notebook",
    [
        {"cells": CELLS},
        {"worksheets": [{"cells": CELLS[:2]}, {"cells": CELLS[2:]}]},
        {"cells": CELLS, "metadata": None},
        {"cells": CELLS, "metadata": {"kernelspec": None, "language_info": {"name": None}}},
        {"cells": CELLS, "metadata": {"kernelspec": {"language": "Python"}}},
        {"cells": CELLS, "metadata": {"kernelspec": {"language": "ipython3"},
                                      "language_info": {"name": "other"}}},
        {"cells": CELLS, "metadata": {"language_info": {"name": "python"}}},
    ],
)  # fmt: skip
def test_code_cells_have_the_numbers_of_all_cells(notebook, tmp_path):
    path = tmp_path / "a.ipynb"
    path.write_text(f" \n{json.dumps(notebook)}")
    source = read_source(path)
    assert [(cell.number, cell.execution_count, cell.text) for cell in source.cells] == READ
    assert source.remarks == []
    assert source.text == path.read_text()


def test_a_file_with_the_wrong_suffix_is_read_with_a_remark(tmp_path):
    for name, kind in (("a.py", "notebook"), ("a.ipynb", "Python program")):
        path = tmp_path / name
        path.write_text('{"cells": []}' if kind == "notebook" else "x = 1")
        source = read_source(path)
        assert source.cells == (() if kind == "notebook" else None)
        suffix = ".ipynb" if kind == "notebook" else ".py"
        sentence = f"{name} is a {kind} and was read as one: its suffix should be {suffix}."
        assert source.remarks == [sentence]
    (tmp_path / "b.IPYNB").write_text('{"cells": []}')
    assert read_source(tmp_path / "b.IPYNB").remarks == []


@pytest.mark.parametrize("text", ["x = 1", "", "{}", '{"cells', "[1, 2]", '{"a": 1}', "{1: 2}"])
def test_a_program_can_begin_with_anything_else(text, tmp_path):
    path = tmp_path / "a.py"
    path.write_text(text)
    assert read_source(path) == Source(text, None, [])
    assert Source("", None).remarks == []


DAMAGED = "is a damaged notebook: open it in Jupyter and save it again"


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("a.ipynb", " \n", "is empty: open it in Jupyter and save it again"),
        ("a.ipynb", ' {"cells": [', DAMAGED),
        ("a.ipynb", "[]", DAMAGED),
        ("a.ipynb", "{}", DAMAGED),
        ("a.ipynb", '{"cells": 3}', DAMAGED),
        ("a.py", '{"cells": [{"cell_type": "code"}]}', DAMAGED),
        ("a.py", '{"cells": [{}]}', DAMAGED),
        ("a.py", '{"worksheets": [{}]}', DAMAGED),
        ("a.py", '{"cells": ["text"]}', DAMAGED),
        ("a.ipynb", '{"a": ' * 100_000, DAMAGED),
        ("a.py", " \n<!DOCTYPE html>",
         "is a web page: download the file itself, not the page that shows it"),
        ("a.ipynb", "<html>",
         "is a web page: download the file itself, not the page that shows it"),
        ("a.ipynb", '{"cells": [], "metadata": {"kernelspec": {"language": "R"}}}',
         "is a notebook in R: the assignments are written in Python"),
        ("a.ipynb", '{"cells": [], "metadata": {"language_info": {"name": "julia"}}}',
         "is a notebook in julia: the assignments are written in Python"),
    ],
)  # fmt: skip
def test_files_that_are_neither(name, text, sentence, tmp_path):
    path = tmp_path / name
    path.write_text(text)
    with pytest.raises(Unreadable) as caught:
        read_source(path)
    assert str(caught.value) == sentence


@pytest.mark.parametrize(
    ("count", "name"),
    [
        (1, "cell 4 (In [1])"),
        (10**9 - 1, "cell 4 (In [999999999])"),
        (0, "cell 4"),
        (-1, "cell 4"),
        (10**9, "cell 4"),
        (True, "cell 4"),
        (2.0, "cell 4"),
        (None, "cell 4"),
    ],
)
def test_the_name_of_a_cell(count, name):
    assert Cell(4, count, "x").name == name
