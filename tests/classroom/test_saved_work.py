"""What a student's saved file shows, without running it."""

import json

import pytest
from support.submissions import write

from minivgg.classroom import saved_work
from minivgg.classroom.saved_work import Answer, SavedFile, read_saved

MISSING, NOT_RUN, WRONG, CORRECT = Answer


def notebook(tmp_path, *cells):
    """cells: (source, printed text or None); None: a cell without outputs."""
    made = [
        {
            "cell_type": "code",
            "source": source,
            "outputs": [] if text is None else [{"output_type": "stream", "text": text}],
        }
        for source, text in cells
    ]
    text = {"cell_type": "markdown", "source": 'check(1, "3.3")'}
    return read_saved(write(tmp_path / "a.ipynb", json.dumps({"cells": [text, *made]}), time=1000))


@pytest.mark.parametrize(
    ("source", "printed", "answer"),
    [
        ('check(..., "3.1")', None, MISSING),
        ('check( ... , "3.1")', "3.1: not answered yet. Replace the three dots", MISSING),
        ('check(9, "3.1")', None, NOT_RUN),
        ("check(9, name='3.1')", None, NOT_RUN),
        ('check(\n  [1,\n  2],\n  "3.1",\n)', None, NOT_RUN),
        ('check(9, "3.1")', "an error", WRONG),
        ('check(9, "3.1")', "3.1: not correct yet. hint", WRONG),
        ('check(9, "3.1")', "3.1: correct.", CORRECT),
        ('check(9, "3.1")', ["before\n", "3.1: correct.\n", "after"], CORRECT),
        ('check(9, "3.1")', "3.1: correct.\n3.1: not correct yet.", CORRECT),
        ('check(9, "3.1")', "3.1: not correct yet.\n3.1: correct.", CORRECT),
        ('check(..., "3.1")', "3.1: not correct yet", WRONG),
        ('check(9, "3.1")', " 3.1: correct.", WRONG),
        ('check(9, "3.1")', "3.1: corrected", WRONG),
        ("x = 1", "3.1: correct.", CORRECT),
        (f'check({4999 * "x"}, "3.1")', None, NOT_RUN),
        ('check(9, "99.1")', "99.1: correct.", None),
        ('recheck(9, "3.1")', None, None),
    ],
)
def test_the_answer_in_a_cell(source, printed, answer, tmp_path):
    expected = {} if answer is None else {"3.1": answer}
    assert notebook(tmp_path, (source, printed)).answers == expected


def test_the_best_of_several_answers_counts_in_any_order(tmp_path):
    cells = [('check(9, "3.1")', printed) for printed in (None, "3.1: correct.", "")]
    for order in (cells, cells[::-1]):
        assert notebook(tmp_path, *order).answers == {"3.1": CORRECT}
    both = notebook(tmp_path, ('check(9, "3.1")\ncheck(..., "3.2")', None))
    assert both.answers == {"3.1": NOT_RUN, "3.2": MISSING}


def test_an_answer_is_a_function_that_is_written_in_this_cell_or_before(tmp_path):
    stub, written = "def f(x):\n  ...\n", "def f(x):\n  return 1\n"
    call = ('check(f, "3.1")', None)
    assert notebook(tmp_path, (stub, None), call).answers == {"3.1": MISSING}
    assert notebook(tmp_path, (written, None), call).answers == {"3.1": NOT_RUN}
    assert notebook(tmp_path, (written + call[0], None)).answers == {"3.1": NOT_RUN}
    found = notebook(tmp_path, (stub, None), (written, None), call, ("def g(x): ...", None))
    assert found.answers == {"3.1": NOT_RUN}
    assert found.functions == {"f": True, "g": False}


def test_what_is_known_of_a_notebook(tmp_path):
    found = notebook(tmp_path, ("x = 1", None), ("x", "1"), ("y", None))
    assert found == SavedFile(tmp_path / "a.ipynb", 1000.0, {}, True, {})
    assert notebook(tmp_path, ("x = 1", None)).has_outputs is False
    cell = {"cell_type": "code", "source": ["def f(x):\n", "  return 1"]}
    path = write(tmp_path / "B.IPYNB", json.dumps({"cells": [cell]}), time=1000)
    assert read_saved(path) == SavedFile(path, 1000.0, {}, False, {"f": True})


@pytest.mark.parametrize(
    "data",
    [
        "def f(x): return 'é'".encode(),
        "\ufeffdef f(x): return 'é'".encode(),
        "def f(x): return 1".encode("utf-16"),
        b"\xfe\xff" + "def f(x): return 1".encode("utf-16-be"),
        b"def f(x): return '\xe9'",
    ],
)
def test_a_program_may_have_any_encoding(data, tmp_path):
    path = write(tmp_path / "a.py", data, time=1000)
    assert read_saved(path) == SavedFile(path, 1000.0, {}, False, {"f": True})


@pytest.mark.parametrize(
    "text",
    [
        *("", "[]", "{", '{"cells": 3}', '{"cells": [{}]}', '{"cells": [3]}', "[" * 100_000),
        '{"cells": [{"cell_type": "code", "source": "", "outputs": [3]}]}',
    ],
)
def test_a_damaged_notebook_is_an_error_of_its_own(text, tmp_path):
    with pytest.raises(ValueError, match=r"^not a notebook, or damaged$"):
        read_saved(write(tmp_path / "a.ipynb", text))


def test_a_file_may_be_as_large_as_the_limit(tmp_path, monkeypatch):
    monkeypatch.setattr(saved_work, "MAX_FILE_BYTES", 2**20)
    path = write(tmp_path / "a.py", "#" * 2**20)
    assert read_saved(path).functions == {}
    write(path, "#" * (2**20 + 1))
    with pytest.raises(ValueError, match=r"^larger than 1 MB$"):
        read_saved(path)


def test_answers_are_ordered_from_least_to_most():
    assert list(Answer) == sorted(Answer)
    assert [int(answer) for answer in Answer] == [0, 1, 2, 3]
