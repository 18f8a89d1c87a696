"""Which functions have the same form, how large they are, and which are compared at all."""

import ast
import warnings

import pytest

from minivgg.classroom.grading import function_forms as module
from minivgg.classroom.grading.function_forms import function_forms, long_functions, parse


def forms(text, imported=None):
    return function_forms(parse(text), imported)


def form(body, arguments="x", before=""):
    """The form of a function with these statements, which are separated by semicolons."""
    lines = "".join(f"    {line}\n" for line in body.split("; "))
    return forms(f"{before}def f({arguments}):\n{lines}")[-1]


PLAIN = form("return x")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (PLAIN, form("return y", "y")),
        (PLAIN, form("return sum", "sum")),
        (PLAIN, form("return np", "np", "import numpy as np\n")),
        (PLAIN, form("return x", "x: int")),
        (PLAIN, form("'text'; pass; 3; return x")),
        (PLAIN, form("print(x); print(); y: int; return x")),
        (PLAIN, forms("def g(x) -> int:\n    return x")[0]),
        (form("y = x; return y"), form("z: int = x; return z")),
        (form("return g(x)"), form("return h(x)")),
        (form("return f(x)"), forms("def g(x):\n    return g(x)")[0]),
        (form("return np.e"), form("return n.e")),
        (form("return np.e", before="import numpy as np\n"),
         form("return n.e", before="import numpy as n\n")),
        (form("import math as m; return m.e"), form("import math as n; return n.e")),
        (form("return u'a'"), form("return 'a'")),
        (form("return lambda y: x + y"), form("return lambda z: x + z")),
        (form("def g(): return x; return g"), form("def h(): return x; return h")),
        (form("class A: pass; return A"), form("class B: pass; return B")),
        (form("global g; g = x"), form("global h; h = x")),
        (form("try:\n        x()\n    except E as e:\n        e()"),
         form("try:\n        x()\n    except F as g:\n        g()")),
        (form("return [y for y in x]"), form("return [z for z in x]")),
    ],
)  # fmt: skip
def test_functions_of_the_same_form(one, other):
    assert (one.digest, one.size) == (other.digest, other.size)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (PLAIN, form("return y")),
        (PLAIN, form("return x", "x, y")),
        (form("return x", "x, y"), form("return y", "x, y")),
        (PLAIN, form("g(x); return x")),
        (PLAIN, form("x.print(); return x")),
        (PLAIN, form("y = print(x); return x")),
        (PLAIN, form("y = x; return x")),
        (form("return sum(x)"), form("return max(x)")),
        (form("return g(x) + h(x)"), form("return g(x) + g(x)")),
        (form("return f(x)"), form("return g(x)")),
        (form("return np.e"), form("return np.e", before="import numpy as np\n")),
        (form("return e", before="from a import e\n"),
         form("return e", before="from b import e\n")),
        (form("import math as m; return m.e"), form("import cmath as m; return m.e")),
        (form("return 1"), form("return 1.0")),
        (form("return x.a"), form("return x.b")),
        (form("return x(a=1)"), form("return x(b=1)")),
        (form("return x + 1"), form("return x - 1")),
        (form("if x:\n        x()\n        g()"), form("if x:\n        x()\n    g()")),
        (PLAIN, forms("async def f(x):\n    return x")[0]),
    ],
)  # fmt: skip
def test_functions_of_different_forms(one, other):
    assert one.digest != other.digest


@pytest.mark.parametrize(
    ("body", "size"),
    [("return x", 5), ("'text'; print(); return x", 5), ("return x + 1", 8), ("x; return x", 7)],
)
def test_the_size_is_the_number_of_nodes_that_count(body, size):
    """Without any text: the function, its arguments, the one, ``return`` and the variable."""
    assert form(body).size == size


def test_functions_of_classes_are_found_in_order_and_those_in_functions_are_not():
    text = (
        "def a():\n    def inner(): pass\nclass B:\n    def b(self): pass\n    class C:\n"
        "        async def c(self): pass\n    d = 1\nasync def e(): pass\nx = lambda: 1\n"
    )
    assert [one.name for one in forms(text)] == ["a", "b", "c", "e"]


def test_imports_of_other_cells_are_those_that_count_where_they_are_given():
    text = "import numpy as np\ndef f(x):\n    return np.e"
    here = forms(text)[0].digest
    assert forms(text.replace("np", "n"), {"n": "numpy"})[0].digest == here
    assert forms(text, {})[0].digest != here


@pytest.mark.parametrize("text", ["def f(:", "x = '\ud800'", "\0", "(" * 5000])
def test_what_is_no_program_has_no_tree_and_no_functions(text):
    assert parse(text) is None
    assert long_functions(text) == {}


def test_a_program_is_read_without_warnings():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert isinstance(parse(r"x = '\d' is 1"), ast.Module)


@pytest.mark.parametrize(("ones", "statements", "is_long"), [(18, 0, False), (17, 2, True)])
def test_functions_of_60_nodes_are_long(ones, statements, is_long):
    """Of 5 nodes, 3 for each ``+ 1`` and 2 for each variable that stands alone: 59 and 60."""
    text = f"def f(x):\n{statements * '    x;'}\n    return x{ones * ' + 1'}\ndef g(): pass\n"
    text = text.replace(";    x;", ";x;")
    expected = {"f": forms(text)[0].digest.hex()} if is_long else {}
    assert forms(text)[0].size == 59 + is_long
    assert long_functions(text) == expected


@pytest.mark.parametrize(
    ("body", "is_too_deep"),
    [("return -x", False), ("return --x", True), ("if x:\n        return x", False),
     ("if x:\n        return -x", True), ("return x; return -x; return [x, x, x]", False)],
)  # fmt: skip
def test_how_deep_a_function_may_be(body, is_too_deep, monkeypatch):
    monkeypatch.setattr(module, "MAX_DEPTH", 3)
    if is_too_deep:
        with pytest.raises(RecursionError, match=r"^nested too deeply$"):
            form(body)
    else:
        assert form(body).size > 5
