"""Mutants of the package's own code: each is one small change that some test should notice.

A mutant replaces the source of one node of the syntax tree and nothing else, so that comments and
line numbers stay. Annotations, docstrings and texts are left alone.
"""

import ast
import copy
import random
from collections.abc import Iterator
from dataclasses import dataclass

COMPARISONS = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip
ARITHMETIC = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add, ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult, ast.Mod: ast.FloorDiv, ast.Pow: ast.Mult,
}  # fmt: skip
COMMUTATIVE = {"add", "multiply", "maximum", "minimum", "max", "min", "equal"}
CHECKS_OF_OWN_CODE = {("zip", "strict")}  # makes a difference only where the code is wrong
FUNCTIONS = {"any": "all", "all": "any", "min": "max", "max": "min"}


@dataclass(frozen=True)
class CodeMutant:
    """One change of a source file.

    kind: what was done, such as "comparison". line: of the change. before, after: the source of the
    node. source: of the whole file with the change.
    """

    kind: str
    line: int
    before: str
    after: str
    source: str

    def __str__(self):
        first, *more = self.before.splitlines() or [""]
        return f"{self.line}: {self.kind}: {first}{' …' if more else ''} -> {self.after}"


class Mutants:
    """The mutants of a source file, by kind. Each is made when it is asked for.

    Parameters
    ----------
    source : str
        Of a module.
    """

    def __init__(self, source: str) -> None:
        self.source = source
        self.by_kind: dict[str, list[tuple[ast.expr | ast.stmt, ast.AST]]] = {}
        for node, kind, changed in _changes(ast.parse(source)):
            self.by_kind.setdefault(kind, []).append((node, changed))

    def __len__(self) -> int:
        return sum(map(len, self.by_kind.values()))

    def __iter__(self) -> Iterator[CodeMutant]:
        """All that compile."""
        for kind, changes in self.by_kind.items():
            for index in range(len(changes)):
                mutant = self.make(kind, index)
                if mutant:
                    yield mutant

    def make(self, kind: str, index: int) -> CodeMutant | None:
        """One mutant; None where no other expression may stand."""
        node, changed = self.by_kind[kind][index]
        after = ast.unparse(ast.fix_missing_locations(changed))
        before = ast.get_source_segment(self.source, node) or ""
        mutant = _replaced(self.source, node, f"({after})" if isinstance(node, ast.expr) else after)
        try:
            compile(mutant, "mutant", "exec")
        except SyntaxError:
            return None
        return CodeMutant(kind, node.lineno, before, after, mutant)


def choose(sources: dict[str, str], count: int, seed: int) -> list[tuple[str, CodeMutant]]:
    """Draw different mutants of several files: first a file by its size, then a kind and a place.

    There are fewer than ``count`` where the files are too small.
    """
    rng = random.Random(seed)
    files = {name: Mutants(source) for name, source in sources.items()}
    names = [name for name, found in files.items() if len(found)]
    weights = [len(files[name]) for name in names]
    chosen: dict[tuple[str, CodeMutant], None] = {}
    for _ in range(20 * count):  # each draws anew, so a mutant may be drawn twice
        if len(chosen) == count:
            break
        name = rng.choices(names, weights)[0]
        kind = rng.choice(sorted(files[name].by_kind))
        one = files[name].make(kind, rng.randrange(len(files[name].by_kind[kind])))
        if one:
            chosen[name, one] = None
    return list(chosen)


def _changes(tree: ast.Module) -> Iterator[tuple[ast.expr | ast.stmt, str, ast.AST]]:
    """(node, kind, what it becomes) for every change."""
    for node in _code(tree):
        if isinstance(node, ast.arguments):
            for default in (*node.defaults, *(d for d in node.kw_defaults if d)):
                if isinstance(default, ast.Constant):
                    yield from _constant(default, "default")
        elif isinstance(node, ast.Constant):
            yield from _constant(node, "constant")
        elif isinstance(node, ast.stmt):
            yield from _statement(node)
        elif isinstance(node, ast.expr):
            yield from _expression(node)


def _code(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes that run: no annotations, defaults (see ``_changes``), texts, aliases of types."""
    yield node
    for name, value in ast.iter_fields(node):
        if name in ("annotation", "returns", "type_params", "defaults", "kw_defaults"):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST) and not _is_of_types(child):
                if isinstance(node, ast.Call) and _is_check(node, child):
                    continue
                yield from _code(child)


def _is_of_types(node: ast.AST) -> bool:
    if isinstance(node, ast.AnnAssign):
        return "TypeAlias" in ast.unparse(node.annotation)
    if isinstance(node, ast.If):
        return ast.unparse(node.test) == "TYPE_CHECKING"
    return isinstance(node, ast.ImportFrom | ast.Import | ast.JoinedStr)


def _name(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else ast.unparse(call.func)


def _is_check(call: ast.Call, argument: ast.AST) -> bool:
    """Whether a keyword argument only makes a mistake of the code an error."""
    return isinstance(argument, ast.keyword) and (_name(call), argument.arg) in CHECKS_OF_OWN_CODE


def _constant(node: ast.Constant, kind: str) -> Iterator[tuple[ast.expr, str, ast.AST]]:
    if isinstance(node.value, bool):
        yield node, kind, ast.Constant(not node.value)
    elif isinstance(node.value, int):
        yield node, kind, ast.Constant(node.value + 1)
        yield node, kind, ast.Constant(node.value - 1)
    elif isinstance(node.value, float):
        yield node, kind, ast.Constant(node.value * 2 if node.value else 1.0)


def _statement(node: ast.stmt) -> Iterator[tuple[ast.stmt, str, ast.AST]]:
    is_text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    dropped = isinstance(node, ast.Expr | ast.AugAssign | ast.Raise | ast.Continue | ast.Break)
    if isinstance(node, ast.Assign):
        dropped = all(isinstance(t, ast.Attribute | ast.Subscript) for t in node.targets)
    if dropped and not is_text:
        yield node, "statement", ast.Pass()
    if isinstance(node, ast.AugAssign):
        yield node, "arithmetic", ast.Assign([node.target], node.value, lineno=node.lineno)
        if type(node.op) in ARITHMETIC:
            other = ARITHMETIC[type(node.op)]()
            yield node, "arithmetic", ast.AugAssign(node.target, other, node.value)
    if isinstance(node, ast.If | ast.While):
        yield node.test, "condition", ast.UnaryOp(ast.Not(), node.test)


def _expression(node: ast.expr) -> Iterator[tuple[ast.expr, str, ast.AST]]:
    if isinstance(node, ast.Compare):
        for index, operator in enumerate(node.ops):
            changed = copy.deepcopy(node)
            changed.ops[index] = COMPARISONS[type(operator)]()
            yield node, "comparison", changed
    elif isinstance(node, ast.BinOp) and type(node.op) in ARITHMETIC:
        texts = (ast.Constant, ast.JoinedStr)  # of a text there is only the sum
        if not any(isinstance(s, texts) and "'" in ast.unparse(s) for s in (node.left, node.right)):
            yield node, "arithmetic", ast.BinOp(node.left, ARITHMETIC[type(node.op)](), node.right)
    elif isinstance(node, ast.BoolOp):
        other = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        yield node, "condition", ast.BoolOp(other, node.values)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not | ast.USub):
        yield node, "condition", node.operand
    elif isinstance(node, ast.IfExp):
        yield node, "condition", ast.IfExp(node.test, node.orelse, node.body)
    elif isinstance(node, ast.Call):
        yield from _call(node)


def _call(node: ast.Call) -> Iterator[tuple[ast.expr, str, ast.AST]]:
    arguments = node.args
    if any(isinstance(argument, ast.Starred) for argument in arguments[:2]):
        return
    different = len(arguments) >= 2 and ast.dump(arguments[0]) != ast.dump(arguments[1])
    if different and _name(node) not in COMMUTATIVE:
        swapped = [arguments[1], arguments[0], *arguments[2:]]
        yield node, "arguments", ast.Call(node.func, swapped, node.keywords)
    for index in range(len(node.keywords)):
        if node.keywords[index].arg and not _is_check(node, node.keywords[index]):
            others = node.keywords[:index] + node.keywords[index + 1 :]
            yield node, "arguments", ast.Call(node.func, arguments, others)
    if isinstance(node.func, ast.Name) and node.func.id in FUNCTIONS:
        other = ast.Name(FUNCTIONS[node.func.id], ast.Load())
        yield node, "function", ast.Call(other, arguments, node.keywords)


def _replaced(source: str, node: ast.expr | ast.stmt, text: str) -> str:
    """The source with the text instead of the node: columns count bytes."""
    lines = source.encode().splitlines(keepends=True)
    assert node.end_lineno is not None
    before = b"".join(lines[: node.lineno - 1]) + lines[node.lineno - 1][: node.col_offset]
    rest = lines[node.end_lineno - 1][node.end_col_offset :] + b"".join(lines[node.end_lineno :])
    return (before + text.encode() + rest).decode()
