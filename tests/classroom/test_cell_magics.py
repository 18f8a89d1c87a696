"""Cells of a notebook without IPython's commands: the same as IPython itself makes of them."""

import ast
import random

import pytest

from minivgg.classroom.worker.cell_magics import ELSEWHERE, magic_line, to_python

# Pieces of cells, which are put together below. Those of several lines are Python, and so are those
# with a command in a string, a comment or within brackets.
PIECES = [
    "x = 1",
    "",
    "    ",
    "%matplotlib inline",
    "%time x = f()",
    "% time f()",
    "%load_ext \\\n autoreload",
    "%env TEXT=it's",
    "%pdb on  # a comment",
    "%",
    "!pip install numpy",
    "! ls",
    '!echo "it is" \\\n -n \\\n here',
    "!!ls",
    "!",
    "np.pad?",
    "np.pad??",
    "?np.pad",
    "??f",
    "?",
    "%timeit?",
    "!ls?",
    "int.*le*?",
    "a.b[0].c?",
    "x = 5; y?",
    "np.pad?  # not help",
    "np.pad? ",
    "f(a)?",
    "1?",
    "'''text?'''",
    "x = !ls",
    "x =!ls",
    "x = %sql select 1 \\\n from t",
    "x=%time f()",
    "x.y = %magic",
    "x[0] = !ls",
    "x: int = !ls",
    "a = b = !ls",
    "x += !ls",
    "x == !ls",
    "x = (\n  a\n  % b\n)",
    "x = (\n  a\n  != b\n)",
    "x = a \\\n  % b",
    "x = [i for i in y if i\n % 2]",
    "assert (a\n != b), 'really?'",
    "f(a,\n  b=3,  # ?\n  % c)",
    "x = {\n 'a': 1,\n # %c\n '%d': 2}",
    's = """\n%not magic\n!no\nnp.pad?\n"""',
    "s = r'''\n%not \\'''",
    "s = 'it\\'s'  # %no",
    "s = rb'\\''",
    "# why?",
    "if x:\n    %matplotlib inline\n    !ls\nelse:\n    pass",
    "try:\n    import a\nexcept ImportError:\n    !pip install a\n    import a",
    "with a as b:\n    c = !ls\n    d = %time e\n\n    # comment\n    ?d",
    "class A:\n    x = 1\n    %time\n    def f(self):\n        return '%' % self",
    "def f(x, *, y=1):\n    return x % 2 if x else f'{x % y}'",
    "@decorated\ndef g(): pass",
    "await z",
    "async def h():\n    await z",
    "print 'x'",
]
UNFINISHED = ["f(x", "x = 'open", 's = """open', "!echo (", "x = a \\"]
CALLS = [",f a b", ";f a b", "/f a b", "    ,f a"]  # f("a", "b") in IPython, not called in grading


class WithoutCommands(ast.NodeTransformer):
    """IPython's calls of itself as they are replaced here."""

    def visit_Expr(self, node):
        """A command alone."""
        return ast.Pass() if ast.unparse(node).startswith("get_ipython()") else node

    def visit_Call(self, node):
        """A command whose result is assigned."""
        is_command = ast.unparse(node).startswith("get_ipython().")
        return ast.parse("get_ipython()").body[0].value if is_command else node


def parsed(python):
    """A program as text without comments; None if it is no Python."""
    try:
        return ast.unparse(WithoutCommands().visit(ast.parse(python)))
    except SyntaxError:
        return None


def by_ipython(cell):
    transformer = pytest.importorskip("IPython.core.inputtransformer2").TransformerManager()
    try:
        return parsed(transformer.transform_cell(cell))
    except SyntaxError:
        return None


@pytest.mark.parametrize("piece", PIECES + UNFINISHED)
def test_a_command_is_one_where_ipython_says_so(piece):
    indented = "    " + piece.replace("\n", "\n    ")
    for cell in (piece, f"\n \n{piece}\n", indented, f"x = 0\n{piece}\ny = 0", f"{piece}\n%time\n"):
        assert parsed(to_python(cell)) == by_ipython(cell)


def test_cells_of_several_commands_are_those_of_ipython():
    draw = random.Random(0)
    for _ in range(500):
        cell = "\n".join(draw.choice(PIECES) for _ in range(draw.randint(2, 6)))
        assert parsed(to_python(cell)) == by_ipython(cell), cell


@pytest.mark.parametrize("cell", [">>> x = 1\n>>> y = 2", "In [3]: x = 1\n   ...: y = 2"])
def test_prompts_of_a_copied_session_are_left_out(cell):
    assert parsed(to_python(cell)) == by_ipython(cell) == "x = 1\ny = 2"


@pytest.mark.parametrize("line", CALLS)
def test_calls_without_brackets_are_not_made(line):
    by_ipython(line)  # it knows them
    assert to_python(line).strip() == "pass"


def test_lines_keep_their_numbers():
    cell = "%%time\n\n!ls \\\n -l\nx = %sql \\\n a\ny = (\n 1\n)\nnp.pad?\nlast"
    assert to_python(cell).splitlines()[-1] == "last"
    assert to_python(cell).count("\n") == cell.count("\n") + 1


@pytest.mark.parametrize(
    ("cell", "line", "elsewhere"),
    [
        ("%%time\nx", "time", False),
        ("\n  %%bash -e \nls", "bash -e", False),
        ("x\n%%time", "", False),
        ("%%time?\nx", "", False),
        ("%%timeit -n 3\nx", "timeit -n 3", True),
        ("%%writefile convolution.py\nx", "writefile convolution.py", True),
        ('%%file -a "my file.py"\nx', 'file -a "my file.py"', True),
        ("%%writefile notes.txt\nx", "writefile notes.txt", False),
    ],
)
def test_the_command_at_the_beginning_of_a_cell(cell, line, elsewhere):
    assert magic_line(cell) == line
    assert (ELSEWHERE.fullmatch(line) is not None) == elsewhere


def test_a_cell_magic_within_another_one():
    assert parsed(to_python("%%time\n%%capture out\n%matplotlib\nx = 1")) == "pass\nx = 1"


@pytest.mark.parametrize("newline", ["\r\n", "\r"])
def test_line_ends_of_other_systems(newline):
    assert to_python(f"%time{newline}x = (1{newline} % 2){newline}") == "pass\nx = (1\n % 2)\n"


def test_ten_thousand_commands_are_read_in_one_pass():
    """IPython gives up after 500."""
    assert to_python("!echo it's (\n" * 10_000) == "pass\n" * 10_000
