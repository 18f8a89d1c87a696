"""A Sphinx extension: names in the text lead to the code.

``minivgg/ops/conv.py`` leads to the page with that file's source, and so does ``loss.py`` after it
in the same paragraph. ``minivgg/ops/`` leads to the package's page in the API reference, and
``ops.conv2d`` to the description of the function, which has a link to the line of the source. All
modules get a source page, also those without public names.
"""

import pkgutil
import posixpath
import re
from contextlib import suppress
from pathlib import Path

from docutils import nodes
from sphinx.pycode import ModuleAnalyzer

ROOT = Path(__file__).parents[2]
FILE = re.compile(r"(?:minivgg/)?((?:\w+/)*\w+\.py)")
PACKAGE = re.compile(r"minivgg/(\w+)/")
NAME = re.compile(r"(?:minivgg\.)?((?:[a-z]\w*\.)+\w+)(?:\(.*\))?")


def module_of(path, folder=""):
    """The module in a file of the package, which may be named relative to ``folder``, or None."""
    if match := FILE.fullmatch(path):
        for file in (match[1], posixpath.join(folder, match[1])):
            if (ROOT / "minivgg" / file).is_file():
                module = f"minivgg/{file}".removesuffix(".py").removesuffix("/__init__")
                return module.replace("/", ".")
    return None


def link_names(app, doctree, docname):
    """Put links around the literals of a page, except in links and headings."""
    paragraph, folder = None, ""  # of the file that was named last
    for literal in list(doctree.findall(nodes.literal)):
        if literal.parent is not paragraph:
            paragraph, folder = literal.parent, ""
        if _is_inside(literal, (nodes.reference, nodes.title)):
            continue
        text = literal.astext()
        module = module_of(text, folder)
        if module:
            folder = posixpath.dirname(module.removeprefix("minivgg.").replace(".", "/"))
        page, anchor = _target(app.env, text, module)
        if page:
            uri = app.builder.get_relative_uri(docname, page) + anchor
            link = nodes.reference("", "", internal=True, refuri=uri)
            literal.replace_self(link)
            link += literal


def _target(env, text, module):
    """The page and the anchor that a literal leads to; ("", "") if it names nothing."""
    if module:
        return f"_modules/{module.replace('.', '/')}", ""
    if match := PACKAGE.fullmatch(text):
        page = f"api/{match[1]}/index"
        return (page, "") if page in env.found_docs else ("", "")
    if match := NAME.fullmatch(text):
        objects = env.domains.python_domain.objects
        for name in _names(match[1]):
            if name in objects:
                return objects[name].docname, f"#{objects[name].node_id}"
    return "", ""


def _names(name):
    """The full names under which ``losses.SoftmaxCrossEntropy`` may be described."""
    yield f"minivgg.{name}"
    with suppress(ImportError, AttributeError, ValueError):  # "python3.12" is no name
        found = pkgutil.resolve_name(f"minivgg.{name}")
        yield f"{found.__module__}.{found.__qualname__}"


def _is_inside(node, kinds):
    while node := node.parent:
        if isinstance(node, kinds):
            return True
    return False


def add_all_modules(app, env):
    """Let ``sphinx.ext.viewcode`` write a source page for each module of the package."""
    known = getattr(env, "_viewcode_modules", {})
    # without those that have no source, such as the builtins of a constant
    env._viewcode_modules = {module: entry for module, entry in known.items() if entry}
    for path in sorted((ROOT / "minivgg").rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        module = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        if path.name != "__main__.py" and module not in env._viewcode_modules:
            analyzer = ModuleAnalyzer.for_file(path, module)
            analyzer.find_tags()
            env._viewcode_modules[module] = analyzer.code, analyzer.tags, {}, module


def setup(app):
    """Register the links and the additional pages."""
    app.connect("doctree-resolved", link_names)
    app.connect("env-updated", add_all_modules)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
