"""How a program is put together from the modules of the bank: two short ones stand for them."""

import ast
import sys
import types

import pytest

from minivgg.classroom.isolation import provided_code

FIRST = '''
"""A module of the bank."""
import json, math
import os.path
from itertools import chain as joined, pairwise
from minivgg.second import LIMIT, kind, scale, scale as scaled, total
import numpy as np

FACTOR = 2 * math.pi
OFFSET: float = FACTOR + LIMIT
FIRST, SECOND = 1, 2
MORE = 5


class Thing:
    pass


def f(x, m: Mistakes = ()):
    """What is asked for."""
    if kind(x, m) is None:
        return unused(x)
    return scale(x, m) + OFFSET + count(3) + len(joined(x)) + SECOND


def count(n):
    return count(n - 1) + MORE if n else 0


def unused(x):
    return np.zeros(x) + FIRST


def nested(x):
    def inner(y):
        local = y
        return [MORE * local for one in pairwise(x)]

    return inner(x)


def broken(x):
    return missing(x)


def both(x):
    return count(1) + total(x)
'''
SECOND = """
import numpy as np

LIMIT = 7


def scale(x, m: Mistakes = ()):
    return np.sum(x) * 3 if "a" in m else np.sum(x)


def kind(x, m: Mistakes = ()):
    return None if "b" in m else "other"


def total(x):
    return count(x)


def count(x):
    return x
"""


@pytest.fixture(autouse=True)
def modules(monkeypatch):
    sources = {"minivgg.first": FIRST, "minivgg.second": SECOND}
    for name in sources:
        monkeypatch.setitem(sys.modules, name, types.ModuleType(name))
    monkeypatch.setattr(provided_code.inspect, "getsource", lambda module: sources[module.__name__])
    yield
    for function in (provided_code._statements, provided_code._simplified):
        function.cache_clear()


def program_of(name):
    program = provided_code._Program()
    assert program.add("minivgg.first", name) == name
    return program.text()


def test_a_program_has_what_it_needs_in_this_order_and_nothing_else():
    assert program_of("f") == (
        "import math\nfrom itertools import chain as joined\nimport numpy as np\n\n"
        "FACTOR = 2 * math.pi\n\n"
        "LIMIT = 7\n\n"
        "OFFSET: float = FACTOR + LIMIT\n\n"
        "FIRST, SECOND = (1, 2)\n\n"
        "MORE = 5\n\n"
        "def count(n):\n    return count(n - 1) + MORE if n else 0\n\n"
        "def scale(x):\n    return np.sum(x)\n\n"
        "def f(x):\n    return scale(x) + OFFSET + count(3) + len(joined(x)) + SECOND"
    )


def test_names_of_functions_within_functions_are_their_own():
    assert program_of("nested").startswith(
        "from itertools import pairwise\n\nMORE = 5\n\ndef nested(x):\n"
    )


def test_a_name_that_is_nowhere_or_in_two_places_is_an_error():
    with pytest.raises(LookupError, match=r"^minivgg.first does not define missing$"):
        program_of("broken")
    words = "count is defined in minivgg.first and in minivgg.second"
    with pytest.raises(LookupError, match=rf"^{words}$"):
        program_of("both")


def test_a_name_of_python_needs_nothing():
    program = provided_code._Program()
    assert program.add("minivgg.first", "len") == "len"
    assert program.text() == ""


def test_where_a_name_is_defined():
    definition = provided_code._definition
    assert definition("minivgg.first", "scaled") == ("minivgg.second", "scale")
    assert definition("minivgg.first", "count") == ("minivgg.first", "count")
    assert definition("minivgg.first", "joined") == ("minivgg.first", "joined")
    assert definition("minivgg.first", "len") is None
    assert provided_code._function("minivgg.first", "Thing") is None
    assert provided_code._function("minivgg.first", "count").name == "count"
    names = set(provided_code._statements("minivgg.first"))
    assert {"FIRST", "SECOND", "OFFSET", "Thing", "json", "math", "os.path", "joined"} <= names
    assert not {"chain", "local", "scale as scaled"} & names


def test_two_programs_do_not_share_their_parts():
    program_of("count")
    assert "count" not in program_of("unused")


def test_one_import_of_several():
    (statement,) = ast.parse("import numpy as np, math").body
    assert ast.unparse(provided_code._only(statement, "np")) == "import numpy as np"
    assert ast.unparse(provided_code._only(statement, "math")) == "import math"
    (statement,) = ast.parse("from . import a, b as c").body
    assert ast.unparse(provided_code._only(statement, "c")) == "from . import b as c"


def test_the_global_names_of_a_source():
    function = "def f(a):\n    b = a\n    return lambda c: [d(b, c) for e in g]\n"
    source = f"x = len(y)\n{function}class H(I): j = k"
    assert provided_code._global_names(source) == {"len", "y", "d", "g", "I", "k"}
