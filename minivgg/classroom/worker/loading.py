"""Loading a submission: a script as it is, of a notebook what a function needs."""

import __future__

import ast
import inspect
import linecache
import sys
import types
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING or __package__:
    from minivgg.classroom.worker import calls, cell_magics, source_text, statements
else:  # in the child process
    import calls
    import cell_magics
    import source_text
    import statements

MAX_REMARKS = 5
CANNOT_BE_PARSED = (SyntaxError, ValueError, RecursionError, MemoryError)


def load_submission(path: str, task: str) -> tuple[types.ModuleType, list[str]]:
    """The submission as a module named "submission".

    Parameters
    ----------
    path : str
        A .py or .ipynb file.
    task : str
        The function that is graded.

    Returns
    -------
    module : module
        With the functions of a script, or with what this function needs of a notebook.
    remarks : list of str
        Sentences about what is left out.

    Raises
    ------
    Unreadable
        For a file that is neither a program nor a notebook. Whatever a script raises is passed on.
    """
    module = types.ModuleType("submission")
    module.__file__ = str(path)
    sys.modules["submission"] = module
    source = source_text.read_source(Path(path))
    if source.cells is None:
        tree, left_out = _parse_script(source.text, path)
        exec(compile(tree, path, "exec"), module.__dict__)
    else:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of strings with a wrong backslash, for example
            notebook, left_out = _parse_notebook(source.cells, path)
        left_out += _run(statements.needed(notebook, task), module.__dict__, path)
    if len(left_out) > MAX_REMARKS:
        left_out[MAX_REMARKS:] = [f"{len(left_out) - MAX_REMARKS} more parts are left out."]
    name = Path(path).name
    return module, [*source.remarks, *(f"{name}: {sentence}" for sentence in left_out)]


def _parse_script(text: str, path: str) -> tuple[ast.Module, list[str]]:
    """The syntax tree of a script. One that was a notebook may still hold commands of IPython."""
    try:
        return ast.parse(text, path), []
    except SyntaxError as error:
        line = error.lineno
    except ValueError as error:
        raise source_text.Unreadable(f"is not a Python program: {error}") from None
    tree = ast.parse(cell_magics.to_python(text), path)
    return tree, [f"commands of a notebook are left out, as in line {line}."]


def _parse_notebook(
    cells: Sequence[source_text.Cell], path: str
) -> tuple[list[statements.Statement], list[str]]:
    """The statements of a notebook, and sentences about the cells that are left out."""
    parsed, left_out = [], []
    for cell in cells:
        magic = cell_magics.magic_line(cell.text)
        if cell_magics.is_python(cell.text):
            is_elsewhere = cell_magics.ELSEWHERE.fullmatch(magic) is not None
            try:
                parsed.append((cell, is_elsewhere, _parse_cell(cell, path)))
            except CANNOT_BE_PARSED as error:
                left_out.append(f"{cell.name} is left out: {_why_not_parsed(error)}.")
        elif "def " in cell.text:
            name = magic.partition(" ")[0]
            left_out.append(f"{cell.name} is left out: what follows %%{name} is not graded.")
    imported = statements.imported_names(node for _, _, nodes in parsed for node in nodes)
    notebook: list[statements.Statement] = []
    elsewhere: list[statements.Statement] = []
    flags = 0
    for cell, is_elsewhere, nodes in parsed:
        for node in nodes:
            code = _compile([node], path, cell, flags)
            flags |= code.co_flags & __future__.annotations.compiler_flag  # as IPython does
            place = f"line {node.lineno} of {cell.name}"
            one = statements.statement(node, code, place, imported)
            (elsewhere if is_elsewhere else notebook).append(one)
    return [*elsewhere, *notebook], left_out  # so what the notebook itself defines counts


def _parse_cell(cell: source_text.Cell, path: str) -> list[ast.stmt]:
    """The statements of a cell. It is compiled as a whole, as in Jupyter: all of it, or nothing."""
    python = cell_magics.to_python(cell.text)
    file_name = calls.file_of_cell(path, cell.name)
    lines = python.splitlines(keepends=True)
    linecache.cache[file_name] = (len(python), None, lines, file_name)  # for tracebacks
    nodes = ast.parse(python, file_name).body
    _compile(nodes, path, cell)
    return nodes


def _compile(
    nodes: list[ast.stmt], path: str, cell: source_text.Cell, flags: int = 0
) -> types.CodeType:
    flags |= ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    file_name = calls.file_of_cell(path, cell.name)
    return compile(ast.Module(nodes, []), file_name, "exec", flags, dont_inherit=True)


def _run(notebook: Sequence[statements.Statement], names: dict[str, Any], path: str) -> list[str]:
    """Run statements; returns sentences about those that fail, which are left out."""
    left_out = []
    for one in notebook:
        functions = {name: names[name] for name in one.binds if callable(names.get(name))}
        try:
            if one.code.co_flags & inspect.CO_COROUTINE:
                raise RuntimeError("'await' outside functions is not run")
            exec(one.code, names)
        except (Exception, SystemExit) as error:
            kind, sentence, *_ = calls.error_record(error, path)
            left_out.append(f"{one.place} is left out: {kind}: {sentence}.")
        # what tries a function out may take its name: class_map = class_map(x, w, b)
        names.update({name: f for name, f in functions.items() if not callable(names.get(name))})
    return left_out


def _why_not_parsed(error: BaseException) -> str:
    if isinstance(error, SyntaxError):
        return f"line {error.lineno}: {error.msg}" if error.lineno else error.msg
    return "it is nested too deeply" if not isinstance(error, ValueError) else str(error)
