"""The architecture of the package: layers, late import of CuPy, no printing, small files."""

import ast
import logging.config
import sys
from pathlib import Path

from importlinter import cli
from support.source import code_lines, imported_modules

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "minivgg"
MAX_CODE_LINES, LONG_FILES = 300, {"backend.cpu.conv_winograd"}

MODULES = {
    ".".join(path.relative_to(PACKAGE).with_suffix("").parts).removesuffix(".__init__"): path
    for path in sorted(PACKAGE.rglob("*.py"))
}


def source(module):
    return MODULES[module].read_text(encoding="utf-8")


def imported_packages(module, top_level_only=False):
    """The names of the packages that a module imports, such as "numpy"."""
    names = imported_modules(source(module), top_level_only)
    assert not any(name.startswith(".") for name in names), f"{module}: imports are absolute"
    return {name.split(".")[0] for name in names}


def test_the_import_contracts_of_pyproject_are_kept(monkeypatch, capsys):
    """Layers, circles, and where array libraries may be imported: see ``[tool.importlinter]``."""
    monkeypatch.chdir(ROOT)
    # it would silence the loggers of the package for the tests that follow
    monkeypatch.setattr(logging.config, "dictConfig", lambda config: None)
    broken = cli.lint_imports(config_filename="pyproject.toml", cache_dir=None)
    assert not broken, capsys.readouterr().out


def test_the_top_level_holds_folders_only():
    files = {path.name for path in PACKAGE.iterdir() if path.is_file()}
    assert files == {"__init__.py", "__main__.py", "py.typed"}
    assert len([path for path in PACKAGE.iterdir() if path.name != "__pycache__"]) <= 20


def test_cupy_is_imported_late():
    """Importing minivgg, and every module of it, needs no CuPy."""
    early = [name for name in MODULES if "cupy" in imported_packages(name, top_level_only=True)]
    assert early == []


def test_the_textbook_imports_numpy_and_nothing_else():
    chapters = [name for name in MODULES if name.split(".")[0] == "textbook"]
    allowed = {"numpy"} | sys.stdlib_module_names
    assert chapters
    assert set().union(*map(imported_packages, chapters)) <= allowed


def test_only_the_command_line_and_the_classroom_print():
    printing = [name for name in MODULES if prints(source(name))]
    assert printing
    assert {name.split(".")[0] for name in printing} <= {"cli", "classroom"}, printing


def prints(text):
    calls = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call)]
    return any(isinstance(call.func, ast.Name) and call.func.id == "print" for call in calls)


def test_every_file_says_what_it_is():
    assert [name for name in MODULES if not ast.get_docstring(ast.parse(source(name)))] == []


def test_every_file_stays_small():
    lines = {name: code_lines(source(name)) for name in MODULES if name not in LONG_FILES}
    assert {name: count for name, count in lines.items() if count > MAX_CODE_LINES} == {}
