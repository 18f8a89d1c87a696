"""The form of a function: what is left without its names, comments and types.

Two functions of the same form do the same thing in the same steps. Names of arguments and variables
become v0, v1, … and those of other functions of the file g0, g1, … in the order in which they
appear; docstrings, annotations and printing are left out. Constants, operators, attributes, and the
names of what is imported or built in are kept.

This file imports nothing of minivgg: building the wheel runs it by its path.
"""

import ast
import builtins
import hashlib
import warnings
from collections.abc import Iterator, Mapping
from typing import NamedTuple

BUILTIN_NAMES = frozenset(dir(builtins))
LEFT_OUT = frozenset({"annotation", "returns", "type_comment", "type_params", "ctx", "kind"})
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
# The largest function that independent right answers share, among 600 specimens and answers that
# real students published: 33 nodes without a given skeleton (sgd_step), 55 with one idea each way
# (layer_shapes). im2col has about 150, softmax_cross_entropy 80.
MIN_SIZE = 60
MAX_DEPTH = 300  # of nested statements and expressions: people's code has less than 40


class FunctionForm(NamedTuple):
    """The form of one function.

    Parameters
    ----------
    name : str
        Of the function.
    size : int
        How many statements, expressions and operators it has: the nodes of its syntax tree.
    digest : bytes
        Equal for functions of the same form.
    """

    name: str
    size: int
    digest: bytes


def parse(text: str) -> ast.Module | None:
    """The syntax tree of a program, without warnings about it.

    Parameters
    ----------
    text : str
        Of any content.

    Returns
    -------
    tree : ast.Module, optional
        None if it is not valid Python or nested too deeply.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about the student's strings
            return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def function_forms(
    tree: ast.Module, imported: Mapping[str, str] | None = None
) -> list[FunctionForm]:
    """The forms of all functions of a program, also of those in classes.

    Parameters
    ----------
    tree : ast.Module
        From ``parse``.
    imported : mapping, optional
        What ``imported_names`` found in all cells of a notebook of which this is one.

    Returns
    -------
    forms : list of FunctionForm
        A function in another one is a part of it.

    Raises
    ------
    RecursionError
        If the program is nested too deeply.
    """
    imported = imported_names(tree) if imported is None else imported
    return [_form_of(function, imported) for function in _functions(tree.body)]


def long_functions(text: str) -> dict[str, str]:
    """The functions of a program that are long enough to be compared.

    Parameters
    ----------
    text : str
        The program. There is no function if it is not valid Python.

    Returns
    -------
    digests : dict
        {name of the function: digest of its form, in hexadecimal}.
    """
    tree = parse(text)
    forms = function_forms(tree) if tree else []
    return {form.name: form.digest.hex() for form in forms if form.size >= MIN_SIZE}


def _functions(body: list[ast.stmt]) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for statement in body:
        if isinstance(statement, FUNCTIONS):
            yield statement
        elif isinstance(statement, ast.ClassDef):
            yield from _functions(statement.body)


def imported_names(tree: ast.Module) -> dict[str, str]:
    """The imports of a program, so that ``import numpy as n`` is no disguise.

    Parameters
    ----------
    tree : ast.Module
        From ``parse``.

    Returns
    -------
    names : dict
        {name in the program: what is imported under it}.
    """
    names: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {a.asname or a.name.partition(".")[0]: a.name for a in node.names}
        elif isinstance(node, ast.ImportFrom):
            names |= {a.asname or a.name: f"{node.module}.{a.name}" for a in node.names}
    return names


def _form_of(
    function: ast.FunctionDef | ast.AsyncFunctionDef, imported: Mapping[str, str]
) -> FunctionForm:
    parts: list[str] = []
    writer = _Writer(parts, _bound_names(function), imported, function.name)
    writer.write(function, 0)
    text = "\x00".join(parts).encode("utf-8", "surrogatepass")
    return FunctionForm(function.name, writer.size, hashlib.sha256(text).digest())


def _bound_names(function: ast.AST) -> set[str]:
    """The names that belong to a function: its arguments and variables."""
    bound: set[str] = set()
    for node in ast.walk(function):
        if isinstance(node, ast.arg):
            bound.add(node.arg)
        elif isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            bound.add(node.id)
        elif isinstance(node, (*FUNCTIONS, ast.ClassDef)):
            bound.add(node.name)
        elif isinstance(node, ast.ExceptHandler):
            bound.add(node.name or "")
    return bound


class _Writer:
    """Writes the parts of a syntax tree into a list, with uniform names."""

    def __init__(
        self, parts: list[str], bound: set[str], imported: Mapping[str, str], own_name: str
    ) -> None:
        self.parts, self.bound, self.imported, self.size = parts, bound, imported, 0
        self.given = {own_name: "f"}
        self.counts = {"v": 0, "g": 0}

    def write(self, node: ast.AST, depth: int) -> None:
        """Write one node with all that it contains."""
        if depth > MAX_DEPTH:
            raise RecursionError("nested too deeply")
        if _says_nothing(node):
            return
        if isinstance(node, ast.AnnAssign) and node.value is not None:
            node = ast.Assign([node.target], node.value)
        self.size += 1
        self.parts.append(type(node).__name__)
        for field in node._fields:
            if field not in LEFT_OUT:
                self._write_field(node, field, getattr(node, field, None), depth)

    def _write_field(self, node: ast.AST, field: str, value: object, depth: int) -> None:
        if isinstance(value, list):
            self.parts.append("(")
            for item in value:
                self._write_field(node, "", item, depth)
            self.parts.append(")")
        elif isinstance(value, ast.AST):
            self.write(value, depth + 1)
        elif isinstance(value, str) and self._is_name(node, field):
            self.parts.append(self._uniform(value))
        else:
            self.parts.append(repr(value))

    def _is_name(self, node: ast.AST, field: str) -> bool:
        """Whether a text is the name of a variable; not that of an attribute or of an option."""
        if isinstance(node, ast.alias):
            return field == "asname"
        is_name = isinstance(node, (ast.Name, ast.arg, *FUNCTIONS, ast.ClassDef, ast.ExceptHandler))
        return is_name or isinstance(node, (ast.Global, ast.Nonlocal))

    def _uniform(self, name: str) -> str:
        if name in self.given:
            return self.given[name]
        if name not in self.bound and (name in self.imported or name in BUILTIN_NAMES):
            return self.imported.get(name, name)
        kind = "v" if name in self.bound else "g"
        self.given[name] = f"{kind}{self.counts[kind]}"
        self.counts[kind] += 1
        return self.given[name]


def _says_nothing(node: ast.AST) -> bool:
    """Whether a statement computes nothing: a docstring, ``pass``, printing, a bare annotation."""
    if isinstance(node, ast.Expr):
        value = node.value
        is_print = isinstance(value, ast.Call) and isinstance(value.func, ast.Name)
        return isinstance(value, ast.Constant) or (is_print and value.func.id == "print")  # type: ignore[attr-defined]
    return isinstance(node, ast.Pass) or (isinstance(node, ast.AnnAssign) and node.value is None)
