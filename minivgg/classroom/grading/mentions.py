"""What a program mentions that no assignment needs: other parts of minivgg, ways around the limits.

These are notes for the instructor, who looks at the line; they cost no points.
"""

import ast
import re
from collections.abc import Iterator


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


MODULES = _words("""
    _posixsubprocess _thread asyncio base64 builtins cffi code codeop ctypes dis fcntl gc http imp
    importlib inspect marshal mmap multiprocessing pickle pip pkgutil platform pty requests resource
    runpy select shelve signal site socket socketserver sqlite3 subprocess tensorflow threading
    torch tracemalloc urllib zipimport
""")
ATTRIBUTES = {  # of these modules, which are harmless otherwise
    "sys": _words("""
        _current_frames _getframe addaudithook breakpointhook excepthook meta_path modules path
        path_hooks setprofile settrace
    """),
    "os": _words("""
        _exit abort chmod chown execl execv execve execvp fork forkpty kill killpg link listdir open
        pidfd_open popen posix_spawn putenv remove rename replace scandir setsid spawnl spawnv
        symlink system truncate unlink walk write
    """),
    "numpy": _words("ctypeslib DataSource memmap"),
}
BUILT_IN = _words("__builtins__ __import__ __loader__ __spec__ breakpoint eval exec")
SPECIAL_ATTRIBUTES = _words("""
    __base__ __bases__ __builtins__ __closure__ __code__ __getattribute__ __globals__ __import__
    __loader__ __mro__ __reduce__ __reduce_ex__ __spec__ __subclasses__ cr_frame ctypeslib f_back
    f_builtins f_globals f_locals gi_frame tb_frame
""")
IN_TEXTS = SPECIAL_ATTRIBUTES | _words("""
    _posixsubprocess builtins ctypes importlib inspect marshal multiprocessing sqlite3 subprocess
""")  # for getattr and import_module
PARTS = re.compile(r"\bminivgg(?:\.\w+)+")
ALLOWED_PARTS = re.compile(
    r"minivgg\.(classroom(\.(check|hint|reference_solutions(\.\w+)?))?|plots(\.figures(\.\w+)?)?"
    r"|__version__)"
)
MAX_SHOWN = 8
MAX_NAME = 60


def mentions(tree: ast.Module) -> list[tuple[str, int]]:
    """What a program mentions, with the line of the first mention.

    Parameters
    ----------
    tree : ast.Module
        Of the program.

    Returns
    -------
    found : list of (str, int)
        The first eight, in the order of their lines. Comments and docstrings do not count.
    """
    first: dict[str, int] = {}
    docstrings = set(_docstrings(tree))
    modules = _modules(tree)
    for node in ast.walk(tree):
        if id(node) in docstrings:
            continue
        for name in _names(node, modules):
            line = getattr(node, "lineno", 1)
            first[name] = min(line, first.get(name, line))
    ordered = sorted(first.items(), key=lambda item: (item[1], item[0]))
    return [(name[:MAX_NAME], line) for name, line in ordered[:MAX_SHOWN]]


def _docstrings(tree: ast.Module) -> Iterator[int]:
    """The ids of texts that stand alone as a statement."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            yield id(node.value)


def _modules(tree: ast.Module) -> dict[str, str]:
    """{name in the program: module} of the modules of ``ATTRIBUTES``."""
    found = {name: name for name in ATTRIBUTES}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {a.asname: a.name for a in node.names if a.asname and a.name in ATTRIBUTES}
    return found


def _names(node: ast.AST, modules: dict[str, str]) -> Iterator[str]:
    """The names that one node mentions."""
    if isinstance(node, ast.Import):
        for alias in node.names:
            yield from _of_import(alias.name)
    elif isinstance(node, ast.ImportFrom):
        for alias in node.names:
            yield from _of_import(node.module or "", alias.name)
    elif isinstance(node, ast.Attribute):
        base = node.value.id if isinstance(node.value, ast.Name) else ""
        module = modules.get(base, "")
        if module and node.attr in ATTRIBUTES[module]:
            yield f"{module}.{node.attr}"
        elif node.attr in SPECIAL_ATTRIBUTES:
            yield node.attr
    elif isinstance(node, ast.Name):
        if node.id in BUILT_IN:
            yield node.id
    elif isinstance(node, ast.Call):
        if isinstance(node.func, ast.Name) and node.func.id == "compile":
            yield "compile"
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield from _of_text(node.value)


def _of_import(module: str, name: str = "") -> Iterator[str]:
    package = module.partition(".")[0]
    if package in MODULES:
        yield package
    elif package == "minivgg":
        whole = f"{module}.{name}" if name and name != "*" else module
        if whole != "minivgg" and not ALLOWED_PARTS.fullmatch(whole):
            yield whole
    elif name in ATTRIBUTES.get(module, ()):
        yield f"{module}.{name}"
    elif module == "numpy.ctypeslib":
        yield module


def _of_text(text: str) -> Iterator[str]:
    """Parts of minivgg, and names of attributes for getattr."""
    if text in IN_TEXTS:
        yield text
    for part in PARTS.findall(text[:10_000]):
        if not ALLOWED_PARTS.fullmatch(part):
            yield part
