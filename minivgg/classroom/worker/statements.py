"""The statements of a notebook that one function needs: its definition, and what that uses.

A notebook also has cells that try the functions out: plots, checks, training, data. They are not
run, unless the function uses a name from them.
"""

import ast
import dis
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from types import CodeType

SETTINGS = ("setrecursionlimit",)  # calls that a function can need although it uses no name of them
LOADS = ("LOAD_NAME", "LOAD_GLOBAL", "LOAD_FROM_DICT_OR_GLOBALS")
STORES = ("STORE_NAME", "STORE_GLOBAL")
OTHER_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)


@dataclass(frozen=True, eq=False)
class Statement:
    """A statement at the top level of a cell.

    Parameters
    ----------
    code : code
        The statement, compiled.
    place : str
        For the student, as in "line 2 of cell 7".
    binds : frozenset of str
        The names that it defines, or whose objects it changes.
    uses : frozenset of str
        The names that it needs, also those that its functions need when they are called.
    is_setting : bool
        Whether it is run in any case.
    """

    code: CodeType
    place: str
    binds: frozenset[str]
    uses: frozenset[str]
    is_setting: bool


def statement(node: ast.stmt, code: CodeType, place: str, imported: Collection[str]) -> Statement:
    """A statement with its names.

    Parameters
    ----------
    node : ast.stmt
        The statement.
    code : code
        The same, compiled.
    place : str
        For the student.
    imported : collection of str
        The names that the notebook imports. To call a function of a module does not change it.

    Returns
    -------
    statement : Statement
        Of a cell.
    """
    binds = {i.argval for i in dis.get_instructions(code) if i.opname in STORES}
    binds |= {*_changed_by_assignment(node)} | {*_changed_by_call(node)} - set(imported)
    is_import_of_all = isinstance(node, ast.ImportFrom) and node.names[0].name == "*"
    is_setting = is_import_of_all or _called_name(node) in SETTINGS
    return Statement(code, place, frozenset(binds), frozenset(_used_names(code)), is_setting)


def imported_names(nodes: Iterable[ast.stmt]) -> set[str]:
    """The names that statements import.

    Parameters
    ----------
    nodes : iterable of ast.stmt
        Also with imports inside of them.

    Returns
    -------
    names : set of str
        "np" of ``import numpy as np``.
    """
    imports = (part for node in nodes for part in ast.walk(node))
    return {
        alias.asname or alias.name.split(".")[0]
        for part in imports
        if isinstance(part, ast.Import | ast.ImportFrom)
        for alias in part.names
    }


def needed(statements: Sequence[Statement], name: str) -> list[Statement]:
    """The statements that define a name, and those that they use.

    Parameters
    ----------
    statements : sequence of Statement
        Of a notebook.
    name : str
        Of a function.

    Returns
    -------
    needed : list of Statement
        In the same order. Of several definitions of a name all are there, so the last one counts.
    """
    binding = defaultdict(list)
    for one in statements:
        for bound in one.binds:
            binding[bound].append(one)
    kept = {one for one in statements if one.is_setting}
    wanted, seen = [name, *(used for one in kept for used in one.uses)], set()
    while wanted:
        current = wanted.pop()
        if current in seen:
            continue
        seen.add(current)
        for one in binding[current]:
            if one not in kept:
                kept.add(one)
                wanted.extend(one.uses)
    return [one for one in statements if one in kept]


def _used_names(code: CodeType) -> Iterator[str]:
    """The names of the module that code uses, and its functions, classes and comprehensions."""
    yield from (i.argval for i in dis.get_instructions(code) if i.opname in LOADS)
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _used_names(constant)


def _called_name(node: ast.AST) -> str:
    """The last part of the name of the function that a statement calls."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        return getattr(node.value.func, "attr", "")
    return ""


def _changed_by_assignment(node: ast.AST) -> Iterator[str]:
    """Names whose objects are changed by ``x[0] = 1`` or ``x.a = 1``."""
    for part in _same_scope(node):
        if isinstance(part, ast.Attribute | ast.Subscript) and isinstance(part.ctx, ast.Store):
            yield from _root(part)


def _changed_by_call(node: ast.AST) -> Iterator[str]:
    """Names whose objects may be changed by ``x.append(1)``."""
    for part in _same_scope(node):
        if isinstance(part, ast.Expr) and isinstance(part.value, ast.Call):
            yield from _root(part.value.func)


def _same_scope(node: ast.AST) -> Iterator[ast.AST]:
    """The parts of a statement that run with it, which those of its functions do not."""
    waiting: list[ast.AST] = [node]
    while waiting:
        part = waiting.pop()
        yield part
        if not isinstance(part, OTHER_SCOPES):
            waiting.extend(ast.iter_child_nodes(part))


def _root(node: ast.expr) -> list[str]:
    """The name at the beginning of an attribute or item: "x" of ``x.a[0]``."""
    is_part = False
    while isinstance(node, ast.Attribute | ast.Subscript):
        node, is_part = node.value, True
    return [node.id] if is_part and isinstance(node, ast.Name) else []
