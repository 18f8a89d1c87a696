"""The source of the reference solutions that a submission may use, extracted from the bank.

A submission may import the functions of other assignments, and functions that failed are replaced
by their reference solutions. A child process gets the source of these functions only, so neither it
nor the submission imports anything of minivgg.
"""

import ast
import builtins
import copy
import inspect
import symtable
import sys
from dataclasses import dataclass, field
from functools import cache
from types import ModuleType

from minivgg.classroom.bank import ASSIGNMENTS, TASKS, assignment_of
from minivgg.classroom.isolation.without_mistakes import (
    CHOICE,
    mistakes_of,
    returned_constant,
    simplify,
)

PACKAGE = "minivgg."


@cache
def reference_source(task_name: str) -> str:
    """The reference solution of a task as a program of its own, which needs NumPy only.

    Parameters
    ----------
    task_name : str
        Of the task, which is also the name of the function.

    Returns
    -------
    source : str
        The function with what it needs of its helpers, without the known mistakes.

    Raises
    ------
    KeyError
        For an unknown name.

    Examples
    --------
    >>> print(reference_source("relu_forward"))
    import numpy as np
    <BLANKLINE>
    def relu_forward(x):
        y = np.maximum(x, 0)
        return y
    """
    answer = TASKS[task_name].answer
    program = _Program()
    program.add(answer.__module__, answer.__name__)
    return program.text()


def importable(task_name: str, text: bytes) -> dict[str, str]:
    """The reference solutions that the file of a submission can import.

    Parameters
    ----------
    task_name : str
        The task that is graded.
    text : bytes
        Of the file. A function that it does not mention is left out.

    Returns
    -------
    sources : dict
        {name: source}, with "" for a function that must not be called: one of a later assignment
        could contain the answer. Functions of the same assignment are left out.
    """
    names = list(ASSIGNMENTS)
    own = names.index(assignment_of(task_name))
    mentioned = text.replace(b"\0", b"")  # of UTF-16
    return {
        task.name: reference_source(task.name) if number < own else ""
        for number, name in enumerate(names)
        for task in ASSIGNMENTS[name]
        if number != own and task.name.encode() in mentioned
    }


@dataclass
class _Program:
    """The parts of a program, in the order in which they are needed."""

    imports: dict[str, str] = field(default_factory=dict)  # by the name that they bind
    constants: dict[str, str] = field(default_factory=dict)
    functions: dict[str, str] = field(default_factory=dict)
    origins: dict[str, str] = field(default_factory=dict)  # the module of each name

    def add(self, module_name: str, name: str) -> str:
        """Add what a name of a module means, with all that this needs; returns the name there."""
        statements = _statements(module_name)
        statement = statements.get(name)
        if statement is None:
            if hasattr(builtins, name):
                return name
            raise LookupError(f"{module_name} does not define {name}")
        if isinstance(statement, ast.ImportFrom) and (statement.module or "").startswith(PACKAGE):
            original = next(a.name for a in statement.names if (a.asname or a.name) == name)
            return self.add(str(statement.module), original)
        if isinstance(statement, ast.Import | ast.ImportFrom):
            self.imports[name] = ast.unparse(_only(statement, name))
            return name
        if self.origins.setdefault(name, module_name) != module_name:
            raise LookupError(f"{name} is defined in {self.origins[name]} and in {module_name}")
        if name in self.functions or name in self.constants:
            return name
        if isinstance(statement, ast.FunctionDef):
            self.functions[name] = ""  # it may call itself
            function = _simplified(module_name, name)
            for used in sorted(_global_names(ast.unparse(function))):
                self.add(module_name, used)
            del self.functions[name]  # what it needs comes first
            self.functions[name] = ast.unparse(function)
        else:
            for used in sorted(_global_names(ast.unparse(statement)) - {name}):
                self.add(module_name, used)
            self.constants[name] = ast.unparse(statement)
        return name

    def text(self) -> str:
        """The program."""
        lines = ["\n".join(self.imports.values()), *self.constants.values()]
        return "\n\n".join(part for part in (*lines, *self.functions.values()) if part)


@cache
def _simplified(module_name: str, name: str) -> ast.FunctionDef:
    """A function of a module without mistakes."""
    statements = _statements(module_name)
    function = copy.deepcopy(statements[name])
    assert isinstance(function, ast.FunctionDef), f"{name} is a function"
    dropped, constants = {}, {}
    for used in sorted(_global_names(ast.unparse(function)) - {CHOICE, name}):
        definition = _definition(module_name, used)
        if definition is None:
            continue
        helper = _function(*definition)
        if helper is not None and mistakes_of(helper):
            dropped[used] = mistakes_of(helper)
            if constant := returned_constant(_simplified(*definition)):
                constants[used] = constant[0]
    dropped[name] = mistakes_of(function)
    return simplify(function, dropped, constants)


def _definition(module_name: str, name: str) -> tuple[str, str] | None:
    """The module that defines what a name of a module means, and the name there."""
    statement = _statements(module_name).get(name)
    if isinstance(statement, ast.ImportFrom) and (statement.module or "").startswith(PACKAGE):
        original = next(a.name for a in statement.names if (a.asname or a.name) == name)
        return _definition(str(statement.module), original)
    return None if statement is None else (module_name, name)


def _function(module_name: str, name: str) -> ast.FunctionDef | None:
    statement = _statements(module_name).get(name)
    return statement if isinstance(statement, ast.FunctionDef) else None


@cache
def _statements(module_name: str) -> dict[str, ast.stmt]:
    """The statements of a module by the names that they bind at its top level."""
    found: dict[str, ast.stmt] = {}
    for node in ast.parse(inspect.getsource(_module(module_name))).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found[node.name] = node
        elif isinstance(node, ast.Import | ast.ImportFrom):
            found.update({a.asname or a.name: node for a in node.names})
        else:
            bound = (part for part in ast.walk(node) if isinstance(part, ast.Name))
            found.update({part.id: node for part in bound if isinstance(part.ctx, ast.Store)})
    return found


def _module(name: str) -> ModuleType:
    return sys.modules[name]


def _only(statement: ast.Import | ast.ImportFrom, name: str) -> ast.stmt:
    """An import of one name."""
    aliases = [alias for alias in statement.names if (alias.asname or alias.name) == name]
    if isinstance(statement, ast.Import):
        return ast.Import(aliases)
    return ast.ImportFrom(statement.module, aliases, statement.level)


def _global_names(source: str) -> set[str]:
    """The names of the module that source uses."""
    names: set[str] = set()
    waiting = [symtable.symtable(source, "<bank>", "exec")]
    while waiting:
        table = waiting.pop()
        is_module = table.get_type() == "module"
        names |= {
            symbol.get_name()
            for symbol in table.get_symbols()
            if symbol.is_referenced() and (is_module or symbol.is_global())
        }
        waiting.extend(table.get_children())
    return names
