"""Which statements of a notebook a function needs, by the names that they bind and use."""

import ast

import pytest

from minivgg.classroom.worker.statements import imported_names, needed, statement


def statements(source, imported=()):
    """Each statement of a source, compiled by itself; its place is its source."""
    return [
        statement(node, compile(ast.Module([node], []), "", "exec"), ast.unparse(node), imported)
        for node in ast.parse(source).body
    ]


@pytest.mark.parametrize(
    ("source", "binds", "uses"),
    [
        ("x = y + 1", {"x"}, {"y"}),
        ("x += y", {"x"}, {"x", "y"}),
        ("import a.b, c as d", {"a", "d"}, set()),
        ("def f(x, y=z):\n    w = x\n    return w + g(v)", {"f"}, {"z", "g", "v"}),
        ("def f():\n    def h():\n        return k\n    return h", {"f"}, {"k"}),
        ("def f():\n    global n\n    n = 1", {"f"}, set()),
        ("[a for b in c]", set(), {"a", "c"}),
        ("x[i] = y", {"x"}, {"x", "i", "y"}),
        ("x.a[0].b = y", {"x"}, {"x", "y"}),
        ("x.a, y[0] = z", {"x", "y"}, {"x", "y", "z"}),
        ("z = x.a[0]", {"z"}, {"x"}),
        ("f().a = 1", set(), {"f"}),
        ("del x[0]", set(), {"x"}),
        ("x.append(y)", {"x"}, {"x", "y"}),
        ("x[0].items.append(1)", {"x"}, {"x"}),
        ("np.random.seed(3)", set(), {"np"}),
        ("np.pi = 3", {"np"}, {"np"}),
        ("f(x)", set(), {"f", "x"}),
        ("y = x.append(1)", {"y"}, {"x"}),
        ("for i in n:\n    x.append(i)\n    y.a = i", {"i", "x", "y"}, {"n", "i", "x", "y"}),
        ("def f():\n    x.append(1)\n    y[0] = 2", {"f"}, {"x", "y"}),
        ("h = lambda: x.append(1)", {"h"}, {"x"}),
    ],
)
def test_the_names_of_a_statement(source, binds, uses):
    (one,) = statements(source, ["np"])
    assert (one.binds, one.uses, one.is_setting) == (binds, uses, False)
    assert one.place == ast.unparse(ast.parse(source))


def test_a_class_uses_what_its_methods_use():
    (one,) = statements("class A(B):\n    x = c\n    def m(self):\n        return d")
    assert one.binds == {"A"}
    assert {"B", "c", "d"} <= one.uses


@pytest.mark.parametrize(
    ("source", "is_setting"),
    [
        ("from math import *", True),
        ("from math import pi", False),
        ("import math", False),
        ("sys.setrecursionlimit(5000)", True),
        ("x.setrecursionlimit", False),
        ("y = sys.setrecursionlimit(5000)", False),
        ("setrecursionlimit(5000)", False),
        ("sys.getrecursionlimit()", False),
    ],
)
def test_what_is_run_in_any_case(source, is_setting):
    assert statements(source)[0].is_setting is is_setting


def test_the_names_that_are_imported():
    source = (
        "import numpy as np, os.path\nfrom a import b, c as d\ndef f():\n    import e.f.g\nx = 1\n"
    )
    assert imported_names(ast.parse(source).body) == {"np", "os", "b", "d", "e"}


NOTEBOOK = """
import sys
sys.setrecursionlimit(9)
import unused
size = 3
data = load()
def helper(x):
    return f(x) if x else size
size = size + 1
def f(x):
    return helper(x) + table[0]
table = []
f(data)
table.append(4)
other = f(1)
def f(x):
    return helper(x)
"""


def test_what_a_function_needs_is_kept_in_its_order():
    """All definitions of a name are, so that the last one counts."""
    found = needed(statements(NOTEBOOK), "f")
    assert [one.place.splitlines()[0] for one in found] == [
        "import sys", "sys.setrecursionlimit(9)", "size = 3", "def helper(x):", "size = size + 1",
        "def f(x):", "table = []", "table.append(4)", "def f(x):",
    ]  # fmt: skip


def test_a_function_that_is_not_there_needs_only_the_settings():
    found = needed(statements(NOTEBOOK), "g")
    assert [one.place for one in found] == ["import sys", "sys.setrecursionlimit(9)"]


def test_statements_that_look_alike_are_kept_each():
    found = needed(statements("x = []\nx.append(1)\nx.append(1)\ndef f():\n    return x"), "f")
    assert len(found) == 4
