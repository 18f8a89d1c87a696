"""The reference solutions taken out of the bank: the same results, and nothing of minivgg."""

import ast
import inspect

import numpy as np
import pytest

from minivgg.classroom.bank import TASKS
from minivgg.classroom.case_generators import generate_cases
from minivgg.classroom.isolation.provided_code import importable, reference_source
from minivgg.classroom.tasks import Case
from minivgg.classroom.worker.calls import make_calls


def function_of(source, name):
    names = {}
    exec(compile(source, "reference", "exec"), names)
    return names[name]


@pytest.mark.parametrize("name", TASKS)
def test_it_gives_the_results_of_the_bank(name):
    task = TASKS[name]
    function = function_of(reference_source(name), name)
    for case in (*task.cases, *map(Case.from_dict, generate_cases(name, 10, 3))):
        calls = case.arguments()
        expected = make_calls(task.implementation(), calls, len(task.returns))
        records = make_calls(function, calls, len(task.returns))
        assert [r.get("error") for r in records] == [None] * len(calls)
        for a, b in zip(records, expected, strict=True):
            assert a["changed"] == b["changed"]
            for found, right in zip(a["arrays"], b["arrays"], strict=True):
                np.testing.assert_array_equal(found, right)


@pytest.mark.parametrize("name", TASKS)
def test_it_needs_numpy_and_the_standard_library_only(name):
    tree = ast.parse(reference_source(name))
    imports = {ast.unparse(n) for n in tree.body if isinstance(n, ast.Import | ast.ImportFrom)}
    assert imports <= {
        "import numpy as np",
        "from math import prod",
        "from itertools import pairwise",
    }


@pytest.mark.parametrize("name", TASKS)
def test_no_mistake_is_left_in_it(name):
    source = reference_source(name)
    assert "mistakes" not in source
    for mistake in TASKS[name].mistakes:
        assert f"'{mistake.name}'" not in source
    function = function_of(source, name)
    assert tuple(inspect.signature(function).parameters) == TASKS[name].argument_names


def test_a_file_gets_what_it_mentions_and_nothing_of_its_own_assignment():
    text = b"from minivgg.classroom.reference_solutions import im2col, class_map, conv_backward"
    found = importable("col2im", text)
    assert set(found) == {"im2col", "class_map"}
    assert "def im2col" in found["im2col"]
    assert found["class_map"] == ""  # of a later assignment


def test_a_file_in_utf16_gets_it_too():
    text = "from minivgg.classroom.reference_solutions import im2col".encode("utf-16")
    assert set(importable("col2im", text)) == {"im2col"}
