"""The answers of the bank without their mistakes: functions are simplified for ``mistakes=()``.

An answer of the bank makes known mistakes on request. Here each condition on a mistake is replaced
by what it is without mistakes, and what is never run or never used then is removed.
"""

import ast
from collections.abc import Container, Iterable
from types import EllipsisType
from typing import TypeAlias, TypeGuard

Constant: TypeAlias = str | bytes | bool | int | float | complex | EllipsisType | None

KINDS = ("Mistakes", "Memory")  # the annotations of parameters that only mistakes need
CHOICE = "select"  # select(options, mistakes, default)
STATE = "rng"  # an assignment that draws numbers has an effect besides its name


def simplify(
    function: ast.FunctionDef,
    dropped: dict[str, list[tuple[int, str]]],
    constants: dict[str, Constant],
) -> ast.FunctionDef:
    """A function without its mistakes.

    Parameters
    ----------
    function : ast.FunctionDef
        Of the bank; it is changed.
    dropped : dict
        {name of a helper: its parameters for mistakes}, from ``mistakes_of``.
    constants : dict
        {name of a helper: what it returns}, for helpers that always return the same constant.

    Returns
    -------
    function : ast.FunctionDef
        The same one, without annotations and docstring.
    """
    names = {a.arg for a in _arguments(function) if _annotation(a) in KINDS}
    function.body = [node for node in function.body if not _is_docstring(node)]
    function = _Simplifier(names, dropped, constants).visit(function)
    while True:
        _remove_unused(function)
        known = _constant_names(function)
        if not known:
            return ast.fix_missing_locations(function)
        function = _Inserter(known).visit(function)
        function = _Simplifier((), {}, {}).visit(function)


def mistakes_of(function: ast.FunctionDef) -> list[tuple[int, str]]:
    """The parameters that only mistakes need.

    Parameters
    ----------
    function : ast.FunctionDef
        Of the bank.

    Returns
    -------
    parameters : list of (int, str)
        Their positions and names.
    """
    return [
        (position, a.arg)
        for position, a in enumerate(_arguments(function))
        if _annotation(a) in KINDS
    ]


def returned_constant(function: ast.FunctionDef) -> tuple[Constant] | None:
    """The constant that a simplified function returns.

    Parameters
    ----------
    function : ast.FunctionDef
        From ``simplify``.

    Returns
    -------
    constant : tuple of one object, optional
        None if it does not always return the same one.
    """
    last = function.body[0]
    if isinstance(last, ast.Return) and _is_constant(last.value):
        return (last.value.value,)
    return None


class _Simplifier(ast.NodeTransformer):
    """Replaces the parameters for mistakes by (), and folds what is constant then."""

    def __init__(
        self,
        names: Container[str],
        dropped: dict[str, list[tuple[int, str]]],
        constants: dict[str, Constant],
    ) -> None:
        self.names, self.dropped, self.constants = names, dropped, constants

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        """Without the parameters for mistakes, and without annotations."""
        parameters = node.args
        first_default = len(parameters.args) - len(parameters.defaults)
        parameters.defaults = [
            default
            for a, default in zip(parameters.args[first_default:], parameters.defaults, strict=True)
            if a.arg not in self.names
        ]
        parameters.args = [a for a in parameters.args if a.arg not in self.names]
        for a in _arguments(node):
            a.annotation = None
        node.returns = None
        node.body = self._body(node.body) or [ast.Pass()]
        return node

    def _body(self, statements: Iterable[ast.stmt]) -> list[ast.stmt]:
        """Statements up to the first that ends the block."""
        kept: list[ast.stmt] = []
        for statement in statements:
            result = self.visit(statement)
            kept += result if isinstance(result, list) else [] if result is None else [result]
            if kept and isinstance(kept[-1], ast.Return | ast.Raise | ast.Continue | ast.Break):
                break
        return kept

    def visit_If(self, node: ast.If) -> list[ast.stmt] | ast.If:
        """Only the branch that is run."""
        node.test = _condition(self.visit(node.test))
        truth = _truth(node.test)
        if truth is not None:
            return self._body(node.body if truth else node.orelse)
        node.body, node.orelse = self._body(node.body), self._body(node.orelse)
        if not node.body and not node.orelse:
            return []
        if not node.body:
            node.test, node.body, node.orelse = _negation(node.test), node.orelse, []
        return node

    def visit_For(self, node: ast.For) -> ast.For | list[ast.stmt]:
        """Nothing, if nothing is left to repeat."""
        node.iter = self.visit(node.iter)
        node.body = self._body(node.body)
        return node if node.body else []

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.stmt | list[ast.stmt]:
        """Without the annotation."""
        if node.value is None:
            return []
        return self.visit_Assign(ast.Assign([node.target], node.value))

    def visit_Assign(self, node: ast.Assign) -> ast.stmt | list[ast.stmt]:
        """Nothing, if a name is set to itself, or is one of those for mistakes."""
        node.value = self.visit(node.value)
        targets = {t.id for t in node.targets if isinstance(t, ast.Name)}
        if any(name in self.names for name in targets):
            return []
        is_same = isinstance(node.value, ast.Name) and targets == {node.value.id}
        return [] if is_same else node

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.stmt | list[ast.stmt]:
        """Nothing, if 0 is added."""
        node.value = self.visit(node.value)
        return [] if _is_constant(node.value) and not node.value.value else node

    def visit_Name(self, node: ast.Name) -> ast.expr:
        """() for the mistakes."""
        return ast.Tuple([], ast.Load()) if node.id in self.names else node

    def visit_Compare(self, node: ast.Compare) -> ast.expr:
        """False for what is in (), and for what is a subset of it."""
        self.generic_visit(node)
        if len(node.ops) != 1:
            return node
        left, operator, right = _value(node.left), node.ops[0], node.comparators[0]
        if isinstance(operator, ast.In | ast.NotIn) and _is_empty(right):
            return ast.Constant(isinstance(operator, ast.NotIn))
        if isinstance(operator, ast.LtE) and _is_empty(right) and isinstance(left, ast.Set):
            return ast.Constant(False)
        if isinstance(operator, ast.Is | ast.IsNot) and _is_constant(left) and _is_constant(right):
            return ast.Constant((left.value is right.value) == isinstance(operator, ast.Is))
        return node

    def visit_BoolOp(self, node: ast.BoolOp) -> ast.expr:
        """Without the operands that do not decide."""
        self.generic_visit(node)
        decides = isinstance(node.op, ast.Or)
        kept: list[ast.expr] = []
        for value in node.values:
            truth = _truth(value)
            if truth is None or value is node.values[-1]:
                kept.append(value)
            elif truth is decides:
                kept.append(value)
                break
        node.values = kept
        return kept[0] if len(kept) == 1 else node

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.expr:
        """Not of a constant."""
        self.generic_visit(node)
        truth = _truth(node.operand)
        is_known = isinstance(node.op, ast.Not) and truth is not None
        return ast.Constant(not truth) if is_known else node

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        """Without adding False; an intersection with nothing is empty."""
        self.generic_visit(node)
        if isinstance(node.op, ast.BitAnd) and _is_empty(node.left):
            return node.left
        if isinstance(node.op, ast.Add | ast.Sub) and _is_false(node.right):
            return ast.Constant(0) if _is_false(node.left) else node.left
        return node

    def visit_IfExp(self, node: ast.IfExp) -> ast.expr:
        """Only the part that is computed."""
        self.generic_visit(node)
        node.test = _condition(node.test)
        truth = _truth(node.test)
        return node if truth is None else node.body if truth else node.orelse

    def visit_Call(self, node: ast.Call) -> ast.expr:
        """A choice gives its default; helpers get no mistakes."""
        self.generic_visit(node)
        if isinstance(node.func, ast.Lambda) and not node.args and not node.func.args.args:
            return node.func.body
        if not isinstance(node.func, ast.Name):
            return node
        name = node.func.id
        if name == CHOICE:
            return node.args[2]
        if name in ("any", "set") and _is_empty(node.args[0]):
            return ast.Constant(False) if name == "any" else ast.Tuple([], ast.Load())
        if name in self.constants:
            return ast.Constant(self.constants[name])
        for position, keyword in reversed(self.dropped.get(name, [])):
            has_starred = any(isinstance(a, ast.Starred) for a in node.args[: position + 1])
            if position < len(node.args) and not has_starred:
                del node.args[position]
            node.keywords = [k for k in node.keywords if k.arg != keyword]
        return node

    def visit_GeneratorExp(self, node: ast.GeneratorExp) -> ast.expr:
        """() if it gives nothing, or nothing that is true."""
        return self._comprehension(node)

    def visit_SetComp(self, node: ast.SetComp) -> ast.expr:
        """() if it gives nothing."""
        return self._comprehension(node)

    def _comprehension(self, node: ast.GeneratorExp | ast.SetComp) -> ast.expr:
        self.generic_visit(node)
        is_empty = _is_empty(node.generators[0].iter) or _is_false(node.elt)
        return ast.Tuple([], ast.Load()) if is_empty else node


class _Inserter(ast.NodeTransformer):
    """Replaces names by constants."""

    def __init__(self, known: dict[str, Constant]) -> None:
        self.known = known

    def visit_Name(self, node: ast.Name) -> ast.expr:
        """The constant that a name stands for."""
        is_known = node.id in self.known and isinstance(node.ctx, ast.Load)
        return ast.Constant(self.known[node.id]) if is_known else node


def _constant_names(function: ast.FunctionDef) -> dict[str, Constant]:
    """The names that are set once, by ``name = constant`` outside of any block."""
    names = [node for node in ast.walk(function) if isinstance(node, ast.Name)]
    stored = [node.id for node in names if isinstance(node.ctx, ast.Store)]
    stored += [a.arg for a in _arguments(function)]
    found: dict[str, Constant] = {}
    for node in function.body:
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and _is_constant(node.value):
            target = node.targets[0]
            if isinstance(target, ast.Name) and stored.count(target.id) == 1:
                found[target.id] = node.value.value
    return found


def _remove_unused(function: ast.FunctionDef) -> None:
    """Remove assignments to names that are not used."""
    found = True
    while found:
        found = False
        used = {
            node.id
            for node in ast.walk(function)
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
        }
        for node in ast.walk(function):
            for block in ("body", "orelse"):
                statements = getattr(node, block, None)
                if isinstance(statements, list):
                    kept = [one for one in statements if not _is_unused(one, used)]
                    found |= len(kept) < len(statements)
                    setattr(node, block, kept)


def _is_unused(statement: ast.stmt, used: Container[str]) -> bool:
    if not isinstance(statement, ast.Assign):
        return False
    parts = [part for target in statement.targets for part in ast.walk(target)]
    # in x[i] = 1 both names are used
    return not any(isinstance(part, ast.Name) and part.id in used for part in parts) and not any(
        isinstance(n, ast.Name) and n.id == STATE for n in ast.walk(statement.value)
    )


def _arguments(function: ast.FunctionDef) -> list[ast.arg]:
    parameters = function.args
    return [*parameters.posonlyargs, *parameters.args, *parameters.kwonlyargs]


def _annotation(argument: ast.arg) -> str:
    names = [n.id for n in ast.walk(argument) if isinstance(n, ast.Name)]
    return names[0] if names else ""


def _condition(test: ast.expr) -> ast.expr:
    """A condition without "and True" at its end: only its truth counts."""
    if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And):
        kept = [value for value in test.values if _truth(value) is not True]
        return kept[0] if len(kept) == 1 else ast.BoolOp(test.op, kept)
    return test


def _negation(test: ast.expr) -> ast.expr:
    return ast.UnaryOp(ast.Not(), test)


def _value(node: ast.expr) -> ast.expr:
    """The value of ``(name := value)``."""
    return node.value if isinstance(node, ast.NamedExpr) else node


def _truth(node: ast.expr) -> bool | None:
    """Whether a condition is constant, and which."""
    node = _value(node)
    if isinstance(node, ast.Constant):
        return bool(node.value)
    return False if _is_empty(node) else None


def _is_empty(node: ast.expr) -> bool:
    return isinstance(node, ast.Tuple) and not node.elts


def _is_false(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is False


def _is_constant(node: ast.expr | None) -> TypeGuard[ast.Constant]:
    return isinstance(node, ast.Constant)


def _is_docstring(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and _is_constant(node.value)
