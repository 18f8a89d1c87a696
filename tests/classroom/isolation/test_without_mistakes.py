"""A function of the bank without its mistakes: what is left of each kind of statement."""

import ast
import textwrap

import pytest

from minivgg.classroom.isolation.without_mistakes import mistakes_of, returned_constant, simplify

DROPPED = {"helper": [(1, "m"), (3, "memory")]}
CONSTANTS = {"nothing": None, "three": 3}


def function(source):
    (found,) = ast.parse(source).body
    return found


def simplified(body):
    """The body of f(x, y, m), in which m has the mistakes, after it is simplified."""
    source = "def f(x, y, m: Mistakes = ()):\n" + textwrap.indent(body, "    ")
    found = ast.unparse(simplify(function(source), DROPPED, CONSTANTS))
    first, *lines = found.splitlines()
    assert first == "def f(x, y):"
    return textwrap.dedent("\n".join(lines))


def test_the_parameters_for_mistakes_are_left_out_and_all_annotations():
    source = (
        "def f(x: np.ndarray, a: int=1, m: Mistakes=(), b: float=2.0, r: Memory=None, *, c: int=3)"
        " -> int:\n    '''What it does.'''\n    return x\n"
    )
    assert mistakes_of(function(source)) == [(2, "m"), (4, "r")]
    expected = "def f(x, a=1, b=2.0, *, c=3):\n    return x"
    assert ast.unparse(simplify(function(source), {}, {})) == expected
    source = "def f(m: Mistakes, x: np.ndarray | None):\n    if 'a' in m:\n        x = 1\n"
    assert mistakes_of(function(source)) == [(0, "m")]
    assert ast.unparse(simplify(function(source), {}, {})) == "def f(x):\n    pass"


@pytest.mark.parametrize(
    ("condition", "left"),
    [
        # constant: which branch is left
        ("'a' in m", "return y"),
        ("'a' not in m", "return x"),
        ("{'a', 'b'} <= m", "return y"),
        ("(found := {'a'}) <= m", "return y"),
        ("m", "return y"),
        ("not m", "return x"),
        ("m & {'a'}", "return y"),
        ("(found := m & {'a'})", "return y"),
        ("any(m)", "return y"),
        ("set(m)", "return y"),
        ("any((one in m for one in x))", "return y"),
        ("any((one for one in m))", "return y"),
        ("{one for one in m}", "return y"),
        ("'a' in m and x", "return y"),
        ("'a' not in m or x", "return x"),
        ("'a' in m or 'b' not in m", "return x"),
        ("'a' not in m and 'b' in m", "return y"),
        ("nothing(x) is None", "return x"),
        ("(found := nothing(x)) is not None", "return y"),
        ("three(x) is None", "return y"),
        ("three(x) is not None", "return x"),
        ("three()", "return x"),
        ("(lambda: 'a' in m)()", "return y"),
        # what is left of the condition
        ("x", "x"),
        ("not x", "not x"),
        ("-x", "-x"),
        ("-1 in x", "-1 in x"),
        ("x in y", "x in y"),
        ("x < m", "x < ()"),
        ("x <= m", "x <= ()"),
        ("{x} <= y", "{x} <= y"),
        ("{x} < m", "{x} < ()"),
        ("x is None", "x is None"),
        ("None is x", "None is x"),
        ("3 == 3", "3 == 3"),
        ("x < y < m", "x < y < ()"),
        ("x & y", "x & y"),
        ("x & m", "x & ()"),
        ("m | x", "() | x"),
        ("any(x)", "any(x)"),
        ("max(m)", "max(())"),
        ("any((one for one in x))", "any((one for one in x))"),
        ("{one for one in x}", "{one for one in x}"),
        ("x and 'a' not in m", "x"),
        ("'a' not in m and x", "x"),
        ("'a' in m or x", "x"),
        ("x and 'a' not in m and y", "x and y"),
        ("x and y and ('a' not in m)", "x and y"),
        ("x or 'a' in m or y", "x or y"),
        ("x or 'a' not in m or y", "x or True"),
        ("x and 'a' in m and y", "x and False"),
        ("x or y", "x or y"),
        ("x if 'a' in m else y", "y"),
        ("x if 'a' not in m else y", "x"),
        ("x if y and 'a' not in m else z", "x if y else z"),
        ("(lambda: x)()", "x"),
        ("(lambda one: one)(x)", "(lambda one: one)(x)"),
        ("(lambda one=x: one)()", "(lambda one=x: one)()"),
        ("(lambda: x)(*y)", "(lambda: x)(*y)"),
        ("x.any(m)", "x.any(())"),
    ],
)
def test_a_condition(condition, left):
    found = simplified(f"if {condition}:\n    return x\nelse:\n    return y")
    is_constant = left.startswith("return")
    assert found == (left if is_constant else f"if {left}:\n    return x\nelse:\n    return y")


@pytest.mark.parametrize(
    ("value", "left"),
    [
        ("select({'a': 1}, m, x)", "x"),
        ("choose({'a': 1}, m, x)", "choose({'a': 1}, (), x)"),
        ("x + ('a' in m)", "x"),
        ("x - ('a' in m)", "x"),
        ("x * ('a' in m)", "x * False"),
        ("('a' in m) + x", "False + x"),
        ("('a' in m) + ('b' in m) + x", "0 + x"),
        ("x + 0", "x + 0"),
        ("x - y", "x - y"),
        ("x and 'a' not in m", "x and True"),
        ("not 'a' in m", "True"),
        ("-0", "-0"),
        ("set(x)", "set(x)"),
        ("x.shape[0]", "x.shape[0]"),
        ("helper(x, m)", "helper(x)"),
        ("helper(x, m, y)", "helper(x, y)"),
        ("helper(x, m, y, {}, 1)", "helper(x, y, 1)"),
        ("helper(x)", "helper(x)"),
        ("helper(x, m=m)", "helper(x)"),
        ("helper(x, memory=y, k=1, m=m)", "helper(x, k=1)"),
        ("helper(x, m, *y)", "helper(x, *y)"),
        ("helper(*x)", "helper(*x)"),
        ("helper(x, *y)", "helper(x, *y)"),
        ("helper(x, m, *y, 1)", "helper(x, *y, 1)"),
        ("other(x, m)", "other(x, ())"),
        ("x.helper(x, m)", "x.helper(x, ())"),
        ("three(x)", "3"),
    ],
)
def test_a_value(value, left):
    assert simplified(f"return {value}") == f"return {left}"


@pytest.mark.parametrize(
    ("body", "left"),
    [
        # of branches
        ("if x:\n    if 'a' in m:\n        y = x\nreturn y", "return y"),
        ("if x:\n    if 'a' in m:\n        y = x\nelse:\n    y = 0\nreturn y",
         "if not x:\n    y = 0\nreturn y"),
        ("if x:\n    y = 0\nelse:\n    if 'a' in m:\n        y = x\nreturn y",
         "if x:\n    y = 0\nreturn y"),
        ("if 'a' in m:\n    x = 1\n    return x\n"
         "if 'b' not in m:\n    y = x + 1\n    x = y\nreturn x",
         "y = x + 1\nx = y\nreturn x"),
        ("if 'a' not in m:\n    return x\nreturn y", "return x"),
        # of loops
        ("for i in select({}, m, x):\n    y += i\nreturn y", "for i in x:\n    y += i\nreturn y"),
        ("for i in x:\n    if 'a' in m:\n        y = 1\nreturn y", "return y"),
        ("for i in x:\n    y += 1\n    continue\n    y += 2\n"
         "for i in x:\n    break\n    y += 2\nreturn y",
         "for i in x:\n    y += 1\n    continue\nfor i in x:\n    break\nreturn y"),
        ("raise ValueError(x)\nreturn x", "raise ValueError(x)"),
        # of assignments
        ("m = m | x\nreturn x", "return x"),
        ("m = found = x\nreturn x", "return x"),
        ("x = select({}, m, x)\nreturn x", "return x"),
        ("found: int\nfound: int = x + 1\nreturn found", "found = x + 1\nreturn found"),
        ("found = x\nreturn found", "found = x\nreturn found"),
        ("x += 'a' in m\nx -= 0\nx += 1\nx *= y\nreturn x", "x += 1\nx *= y\nreturn x"),
        ("x.append(m)\n'a text'\nreturn x", "x.append(())\nreturn x"),
        # of names that are not used
        ("found = x\nother = found\nif x:\n    return y\nreturn x",
         "if x:\n    return y\nreturn x"),
        ("a, b = x.shape\nreturn y", "return y"),
        ("a, b = x.shape\nreturn b", "a, b = x.shape\nreturn b"),
        ("a = b = x.copy()\nreturn b", "a = b = x.copy()\nreturn b"),
        ("x.a = 1\nx[0] = y\nreturn x", "x.a = 1\nx[0] = y\nreturn x"),
        ("found = rng.random()\nreturn x", "found = rng.random()\nreturn x"),
        ("found = draw(x, rng)\nreturn x", "found = draw(x, rng)\nreturn x"),
        ("if x:\n    y = 2\n    found = y\nelse:\n    found = x\n    y = 3\nreturn y",
         "if x:\n    y = 2\nelse:\n    y = 3\nreturn y"),
        # of constants
        ("found = 2\nother = x\nreturn other + found", "other = x\nreturn other + 2"),
        ("found = three(x)\nif found is None:\n    return x\nreturn g(found)", "return g(3)"),
        ("found = False\nlater = found\nif later:\n    return x\nreturn y", "return y"),
        ("found = 2\nfound += x\nreturn found", "found = 2\nfound += x\nreturn found"),
        ("x = 2\nreturn x", "x = 2\nreturn x"),
        ("if x:\n    y = 2\nreturn y", "if x:\n    y = 2\nreturn y"),
        ("if x:\n    found = 2\nreturn found", "if x:\n    found = 2\nreturn found"),
        ("found = other = 2\nreturn found + other", "found = other = 2\nreturn found + other"),
        ("x[0] = 2\nx.a = 3\nreturn x", "x[0] = 2\nx.a = 3\nreturn x"),
    ],
)  # fmt: skip
def test_statements(body, left):
    assert simplified(body) == left


@pytest.mark.parametrize(
    ("body", "constant"),
    [
        ("return 3", (3,)),
        ("return None", (None,)),
        ("return", None),
        ("return x", None),
        ("x = 1\n    return 3", None),
        ("3", None),
    ],
)
def test_a_helper_that_always_returns_the_same(body, constant):
    assert returned_constant(function(f"def f(x):\n    {body}")) == constant
