"""Which functions a program defines, and which of them are written, without running it."""

import ast
import re
import warnings

DEFINITION = re.compile(  # lines begin anew in the strings of a notebook's file, too
    r"""(?:^|["'\n]|\\n)(?:def +(?P<function>\w+) *\(|(?P<value>\w+) *= *lambda\b)""", re.MULTILINE
)
UNWRITTEN = re.compile(r'raise NotImplementedError\("(\w+) is not written yet')


def names_of_functions(text: str) -> set[str]:
    """The names in a program or in the file of a notebook, where lines are strings.

    Parameters
    ----------
    text : str
        It need not be valid Python.

    Returns
    -------
    names : set of str
        Of functions, also of those assigned as a lambda.
    """
    return {found["function"] or found["value"] for found in DEFINITION.finditer(text)}


def functions_in(program: str) -> dict[str, bool]:
    """The functions that a program seems to define, and whether they are more than stubs.

    Parameters
    ----------
    program : str
        It need not be valid Python.

    Returns
    -------
    functions : dict
        {name: whether it is written}; the body of a stub is ``...``, or an error that says that
        the function is not written yet.
    """
    unwritten = set(UNWRITTEN.findall(program))
    functions = {name: name not in unwritten for name in names_of_functions(program)}
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about the student's strings
            body = ast.parse(program).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return functions
    return functions | {
        node.name: not _is_stub(node) for node in body if isinstance(node, ast.FunctionDef)
    }


def _is_stub(function: ast.FunctionDef) -> bool:
    start = 0 if ast.get_docstring(function, clean=False) is None else 1
    first = function.body[start : start + 1]
    if not first:
        return False
    if isinstance(first[0], ast.Raise):
        return _raises_not_implemented(first[0])
    return len(function.body) == start + 1 and ast.unparse(first[0]) == "..."


def _raises_not_implemented(statement: ast.Raise) -> bool:
    return statement.exc is not None and "NotImplementedError" in ast.unparse(statement.exc)
