"""The pages of the API reference, written from the package: a page for each package and module.

What is public is what the package's ``__init__`` imports, in its order; where it imports nothing,
the functions and classes of the modules listed here.
"""

import ast
import importlib
import inspect
import shutil
import textwrap
from pathlib import Path

# package: its modules that its __init__ does not import names from, and that readers call
PACKAGES = {
    "ops": [],
    "layers": ["losses", "initializers"],
    "optim": [],
    "data": [],
    "models": [],
    "training": ["trainer", "interfaces", "run", "recipes", "distributed", "checkpoint"],
    "evaluation": ["metrics", "protocols", "predictor", "features", "synthesis", "graphed_net"],
    "weights": ["onnx"],
    "analysis": [
        "feature_losses",
        "gradcheck",
        "gradcheck_result",
        "input_gradient",
        "paper_tables",
    ],
    "plots": ["figures"],
    "backend": [],
    "textbook": ["loops", "im2col", "winograd"],
    "classroom": [],
}
WITH_SOURCE = {"textbook"}  # its code is the documentation


def exports(package):
    """{module: [(qualified name, object)]} of the public names of a package, in source order."""
    root = importlib.import_module(package)
    found = {}
    for node in ast.parse(inspect.getsource(root)).body:
        if isinstance(node, ast.ImportFrom) and node.module.startswith("minivgg."):
            foreign = not node.module.startswith(f"{package}.")
            for alias in node.names:
                value = getattr(root, alias.name)
                # a class of another package is described there, once
                if alias.name in root.__all__ and not (foreign and inspect.isclass(value)):
                    found.setdefault(node.module, []).append((f"{package}.{alias.name}", value))
    for name in PACKAGES[package.removeprefix("minivgg.")]:
        module = importlib.import_module(f"{package}.{name}")
        exported = {id(value) for items in found.values() for _, value in items}
        found.setdefault(module.__name__, []).extend(
            (f"{module.__name__}.{key}", value)
            for key, value in vars(module).items()
            if _is_public(key, value, module.__name__) and id(value) not in exported
        )
    for module, items in found.items():
        order = list(vars(importlib.import_module(module)))
        items.sort(key=lambda item: order.index(item[0].rpartition(".")[2]))
    return found


def _is_public(name, value, module):
    if name.startswith("_"):
        return False
    if inspect.isfunction(value) or inspect.isclass(value):
        return value.__module__ == module
    return name.isupper()  # data


def _is_documented(value):
    """Whether it is a class or a function of the package; all else is data."""
    return callable(value) and getattr(value, "__module__", "").startswith("minivgg")


def _assignment(module, name, value):
    """The lines of a module that give a constant its value, with their comments."""
    text = inspect.getsource(importlib.import_module(module))
    for node in ast.walk(ast.parse(text)):
        targets = getattr(node, "targets", [getattr(node, "target", None)])
        if any(isinstance(target, ast.Name) and target.id == name for target in targets):
            lines = text.splitlines()[node.lineno - 1 : node.end_lineno]
            return textwrap.dedent("\n".join(lines))
    return f"{name} = {value!r}"  # the module has it from another one


def write(folder):
    """Write all pages below ``folder`` (its subfolders are made anew); returns their number."""
    written = 0
    for name in PACKAGES:
        target = Path(folder) / name
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir(parents=True)
        modules = exports(f"minivgg.{name}")
        (target / "index.rst").write_text(_package_page(name, modules), encoding="utf-8")
        for module, items in modules.items():
            page = target / f"{_title(name, module)}.rst"
            page.write_text(_module_page(name, module, items), encoding="utf-8")
        written += 1 + len(modules)
    return written


def _title(package, module):
    """The name of a module's page: ops.conv; also in a package that has it from another one."""
    inside = module.removeprefix(f"minivgg.{package}.")
    return f"{package}.{inside if inside != module else module.rpartition('.')[2]}"


def _heading(text, line):
    return f"{text}\n{line * len(text)}\n\n"


def _summary(docstring):
    """The first sentence of a docstring's first paragraph, in one line."""
    return " ".join(inspect.cleandoc(docstring or "").split("\n\n")[0].split())


def _package_page(name, modules):
    """The package's docstring, and a table of its functions and classes, module by module."""
    page = _heading(name, "=") + f".. automodule:: minivgg.{name}\n   :no-members:\n\n"
    pages = "".join(f"   {_title(name, module)}\n" for module in modules)
    page += f".. toctree::\n   :hidden:\n\n{pages}\n"
    for module, items in modules.items():
        summary = _summary(importlib.import_module(module).__doc__)
        page += f".. rubric:: :doc:`{_title(name, module)}`\n\n"
        page += f"{summary}\n\n"
        documented = [qualified for qualified, value in items if _is_documented(value)]
        data = [qualified for qualified, value in items if not _is_documented(value)]
        if documented:
            rows = "".join(f"   ~{each.removeprefix(f'minivgg.{name}.')}\n" for each in documented)
            page += f".. autosummary::\n   :nosignatures:\n\n{rows}\n"
        if data:
            page += "Data: " + ", ".join(f":py:data:`~{each}`" for each in data) + "\n\n"
    return page


def _module_page(package, module, items):
    """The module's docstring, its functions and classes, and for the textbook its code."""
    page = _heading(_title(package, module), "=")
    page += f".. automodule:: {module}\n   :no-members:\n   :no-index:\n\n"
    for qualified, value in items:
        scope, _, name = qualified.rpartition(".")
        page += f".. currentmodule:: {scope}\n\n"
        if not _is_documented(value):
            page += f".. py:data:: {name}\n\n   .. code-block::\n\n"
            page += textwrap.indent(_assignment(module, name, value), " " * 6) + "\n\n"
        elif inspect.isclass(value):
            page += f".. autoclass:: {name}\n   :members:\n\n"
        else:
            page += f".. autofunction:: {name}\n\n"
    if package in WITH_SOURCE:
        path = Path("../../..", *module.split(".")).with_suffix(".py").as_posix()
        page += _heading("The file", "-") + f".. literalinclude:: {path}\n"
    return page
