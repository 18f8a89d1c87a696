"""Which functions everybody can read, what they are called, and what students are given."""

import json

import pytest

from minivgg.classroom.bank import ASSIGNMENTS, TASKS
from minivgg.classroom.grading import published_functions
from minivgg.classroom.grading.function_forms import long_functions
from minivgg.classroom.grading.published_functions import (
    given_functions,
    is_given,
    published_solutions,
)
from minivgg.classroom.isolation.provided_code import reference_source

LONG = "def {}(x):\n    y = x" + 20 * " + x" + "\n    return y{}\n"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The folder ``assignments`` of an installed package."""
    monkeypatch.setattr(published_functions, "_folder", lambda: tmp_path)
    monkeypatch.setattr(published_functions.installation, "checkout", lambda: None)
    return tmp_path


def test_a_solution_is_called_by_the_first_place_where_it_stands():
    found = published_solutions()
    digest = bytes.fromhex(long_functions(reference_source("im2col"))["im2col"])
    assert found[digest] == "im2col in the reference solution of im2col"
    words = set(found.values())
    assert {w.split(".")[0] for w in words if w.startswith("minivgg.")} == {"minivgg"}
    assert any(w.startswith("minivgg.textbook.") for w in words)
    assert any(w.startswith("minivgg.classroom.bank.") for w in words)
    assert not any("{" in w for w in words)


def test_an_installed_package_has_digests_of_the_solved_sources(folder):
    assert published_functions._solved_sources() == {}
    (folder / "solved.json").write_text(json.dumps({"loss": {"mine": "00ff"}}))
    assert published_functions._solved_sources() == {"loss": {"mine": "00ff"}}
    assert published_solutions.__wrapped__()[b"\x00\xff"] == "mine in the solved source loss.py"


def test_what_stands_in_the_files_of_students_is_given(folder):
    assert given_functions.__wrapped__() == frozenset()
    for name in ("loss", "pooling"):
        text = LONG.format(name, " + 1" if name == "loss" else "")
        (folder / f"{name}.py").write_text(f"# ü\n{text}", encoding="utf-8")
    (folder / "other.py").write_text(LONG.format("other", " + 2"))
    expected = {bytes.fromhex(long_functions(LONG.format("f", end))["f"]) for end in (" + 1", "")}
    assert given_functions.__wrapped__() == expected


def guide(*cells):
    return json.dumps({"cells": [{"cell_type": kind, "source": text} for kind, text in cells]})


def test_the_cells_of_code_of_all_guides_are_given(monkeypatch):
    def files_for_students(name):
        if name == "relu_dropout":
            raise ImportError("jupytext")
        if name == "pooling":
            raise FileNotFoundError
        cells = [("markdown", "text"), ("code", ["x = 1\n", "y = 2"]), ("code", [f"{name} = 3"])]
        return {f"{name}_guide.ipynb": guide(*cells)}

    monkeypatch.setattr(published_functions.assignments, "files_for_students", files_for_students)
    cells = set(published_functions._cells_of_guides())
    others = set(ASSIGNMENTS) - {"relu_dropout", "pooling"}
    assert cells == {"x = 1\ny = 2", *(f"{name} = 3" for name in others)}
    given = published_functions._given_cells.__wrapped__()
    monkeypatch.setattr(published_functions, "_given_cells", lambda: given)
    for cell in ("x = 1\ny = 2", "\n x = 1  \r\ny = 2\t\n\n", "loss = 3"):
        assert is_given(cell)
    for cell in ("x = 1\n y = 2", "x = 1", "text", "pooling = 3", "x = 1\ny = 2\nz"):
        assert not is_given(cell)


def test_each_reference_solution_that_is_long_enough_is_published():
    found = published_solutions()
    for task in TASKS:
        for digest in long_functions(reference_source(task)).values():
            assert bytes.fromhex(digest) in found
