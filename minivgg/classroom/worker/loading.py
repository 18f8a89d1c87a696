"""Loading a submission: a script as it is, a notebook by its definitions."""

import ast
import json
import sys
import types
from pathlib import Path

DEFINITIONS = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef, ast.Assign)


def load_submission(path: str) -> types.ModuleType:
    """The submission as a module named "submission".

    Parameters
    ----------
    path : str
        A .py or .ipynb file. Whatever its import raises is passed on.

    Returns
    -------
    module : module
        With the functions of the submission.
    """
    module = types.ModuleType("submission")
    module.__file__ = str(path)
    sys.modules["submission"] = module
    exec(compile(_parse(Path(path)), str(path), "exec"), module.__dict__)
    return module


def _parse(path: Path) -> ast.Module:
    """The syntax tree of a .py file, or of the definitions in the cells of a notebook.

    Raises ``SyntaxError`` with file and line, and ``ValueError`` for a file that is neither.
    """
    try:
        raw = path.read_bytes()
        is_utf16 = raw[:2] in (b"\xff\xfe", b"\xfe\xff")  # Notepad on Windows can write this
        text = raw.decode("utf-16" if is_utf16 else "utf-8-sig")
        if path.suffix != ".ipynb":
            return ast.parse(text, str(path))
        cells = json.loads(text)["cells"]
        sources = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    except UnicodeDecodeError:
        raise ValueError("is not a text file") from None
    except (ValueError, KeyError, TypeError) as error:
        if isinstance(error, SyntaxError) or path.suffix != ".ipynb":
            # a null byte, for example
            raise ValueError(f"is not a Python program: {error}") from None
        raise ValueError("is a damaged notebook") from None
    return _definitions(sources, path)


def _definitions(sources: list[str], path: Path) -> ast.Module:
    """The imports, constants, functions and classes of a notebook's cells."""
    tree = ast.Module([], [])
    for source in sources:
        lines = [_without_magic(line) for line in source.splitlines()]
        nodes = ast.parse("\n".join(lines), str(path)).body
        tree.body += [n for n in nodes if isinstance(n, DEFINITIONS) and not _is_computed(n)]
    return tree


def _without_magic(line: str) -> str:
    """A line of a cell; a command of the notebook (%…, !…) is replaced by ``pass``."""
    code = line.lstrip()
    return line if not code.startswith(("%", "!")) else line[: len(line) - len(code)] + "pass"


def _is_computed(node: ast.stmt) -> bool:
    """Whether a node assigns the result of a call: only constants are kept."""
    return isinstance(node, ast.Assign) and any(
        isinstance(part, ast.Call) for part in ast.walk(node.value)
    )
