"""The package keeps its architecture: imports go down the layers, CuPy comes late, only commands print, files stay small."""

import ast
import sys
from pathlib import Path

import pytest
from importlinter import cli

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "minivgg"
MAX_CODE_LINES, LONG_FILES = 300, {"backend.cpu.conv_winograd"}

MODULES = {
    ".".join(path.relative_to(PACKAGE).with_suffix("").parts).removesuffix(".__init__"): path
    for path in sorted(PACKAGE.rglob("*.py"))
}


def imported(path, anywhere=True):
    """The names of the modules that a file imports, at its top level only or anywhere."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree) if anywhere else tree.body:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path}: imports are absolute"
            yield node.module


def test_the_import_contracts_of_pyproject_are_kept(monkeypatch, capsys):
    """Layers, circles, and where array libraries may be imported: see ``[tool.importlinter]``."""
    monkeypatch.chdir(ROOT)
    broken = cli.lint_imports(config_filename="pyproject.toml", cache_dir=None)
    assert not broken, capsys.readouterr().out


def test_the_top_level_holds_folders_only():
    assert {path.name for path in PACKAGE.iterdir() if path.is_file()} == {
        "__init__.py",
        "__main__.py",
        "py.typed",
    }
    assert len([path for path in PACKAGE.iterdir() if path.name != "__pycache__"]) <= 20


@pytest.mark.parametrize("module", MODULES)
def test_cupy_is_imported_late(module):
    """Importing minivgg, and all of it, needs no CuPy."""
    assert "cupy" not in {name.split(".")[0] for name in imported(MODULES[module], anywhere=False)}


@pytest.mark.parametrize(
    "module", [module for module in MODULES if module.split(".")[0] == "textbook"]
)
def test_the_textbook_imports_numpy_and_nothing_else(module):
    assert {name.split(".")[0] for name in imported(MODULES[module])} <= {
        "numpy"
    } | sys.stdlib_module_names


@pytest.mark.parametrize("module", MODULES)
def test_only_the_command_line_and_the_classroom_print(module):
    calls = [
        n
        for n in ast.walk(ast.parse(MODULES[module].read_text(encoding="utf-8")))
        if isinstance(n, ast.Call)
    ]
    prints = [n for n in calls if isinstance(n.func, ast.Name) and n.func.id == "print"]
    assert not prints or module.split(".")[0] in ("cli", "classroom")


@pytest.mark.parametrize("module", MODULES)
def test_every_file_says_what_it_is_and_stays_small(module):
    text = MODULES[module].read_text(encoding="utf-8")
    tree = ast.parse(text)
    assert ast.get_docstring(tree)
    assert module in LONG_FILES or code_lines(text, tree) <= MAX_CODE_LINES


def code_lines(text, tree):
    """How many lines are code: no docstring, no comment, not blank."""
    strings = [
        n
        for n in ast.walk(tree)
        if isinstance(n, ast.Expr)
        and isinstance(n.value, ast.Constant)
        and isinstance(n.value.value, str)
    ]
    prose = {number for n in strings for number in range(n.lineno, n.end_lineno + 1)}
    lines = [
        line.strip() for number, line in enumerate(text.splitlines(), 1) if number not in prose
    ]
    return sum(bool(line) and not line.startswith("#") for line in lines)
