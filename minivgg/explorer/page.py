"""The explorer's page: its modules, style, texts and nets in one HTML file, without requests."""

import json
import re
from collections.abc import Sequence
from functools import cache
from html import escape
from importlib.resources import files

import minivgg
from minivgg.explorer.document import require_size
from minivgg.explorer.samples import samples
from minivgg.utils.files import JsonObject

ENTRIES = ("worker.js", "app.js")  # what runs in a worker, and what runs in the page
# a page without nets only builds: what stands in for the modules that need a net
WITHOUT_NETS = {"worker.js": "app.js", "net_modes.js": "no_net_modes.js"}
LANGUAGES = {"en": "minivgg explorer", "ko": "minivgg 탐색기"}  # with the title of the page
# the page makes no request: what it shows is in it, and pictures stay on the device
POLICY = (
    "default-src 'none'; script-src 'unsafe-inline' blob:; worker-src blob:; "
    "style-src 'unsafe-inline'; img-src data: blob:; media-src blob:"
)

# the first parts of keys in strings.json that a page without nets leaves out
TEXTS_OF_NETS = {
    "see", "backward", "dense", "why", "loss", "step", "check", "flow", "fan", "place", "zeros",
    "sizes", "large", "answer", "maps", "row", "unit", "fact", "border", "field", "sum",
    "filter", "camera", "pad", "scene", "class",
}  # fmt: skip

PLACEHOLDER = re.compile(r"\{\{(\w+)\}\}")
IMPORT = re.compile(r'^import \{([^}]*)\} from "\./([\w.]+)";\n', re.MULTILINE)
EXPORT = re.compile(r"^export (?=(?:async )?function|const|let|class)", re.MULTILINE)
MODULE_SYNTAX = re.compile(r"^(?:import|export)\b.*", re.MULTILINE)  # what is left is not supported
# lines that are a comment, and comments that begin and end with lines of their own
INDENTATION = re.compile(r"^[ \t]+|^\n", re.MULTILINE)
COMMENT = re.compile(r"^[ \t]*(?://.*|/\*(?:(?!\*/)[\s\S])*\*/[ \t]*)\n", re.MULTILINE)
DECLARED = re.compile(r"^(?:async )?(?:function\*?|const|let|class) (\w+)", re.MULTILINE)


def page(nets: Sequence[JsonObject], stack: JsonObject | None = None, language: str = "en") -> str:
    """The explorer as HTML, for one file without any other.

    Parameters
    ----------
    nets : sequence of dict
        Documents of nets with weights (``document.net_document``), the first of which is shown
        first; none for a page that builds nets only.
    stack : dict, optional
        The net that is built first: {"preset": "D"}, or {"text": "64,M,128", "input": {"channels":
        3, "height": 224, "width": 224}}. Default: the page's own.
    language : {"en", "ko"}
        Of the texts, until the reader chooses another.

    Returns
    -------
    html : str
        The page.

    Raises
    ------
    ValueError
        If there are no texts in the language, or the page would be too large.
    """
    if language not in LANGUAGES:
        raise ValueError(f"language must be one of {', '.join(LANGUAGES)}, got {language!r}")
    content = {
        "version": minivgg.__version__,
        "language": language,
        "stack": stack,
        "nets": list(nets),
        "samples": samples(nets),
    }
    parts = {
        "language": language,
        "title": escape(LANGUAGES[language]),
        "policy": escape(POLICY),
        "style": f"<style>\n{_read('style.css')}</style>",
        "strings": _json_element("explorer-strings", _strings(with_nets=bool(nets))),
        "data": _json_element("explorer-data", content),
        "script": f'<script id="explorer-script">\n{script(bool(nets))}</script>',
    }
    html = PLACEHOLDER.sub(lambda match: parts[match[1]], _read("page.html"))
    require_size(len(html.encode()), "a page with these nets")
    return html


def _strings(*, with_nets: bool) -> JsonObject:
    """The texts of all languages, of the modes that a page has."""
    texts: JsonObject = json.loads(_read("strings.json"))
    if with_nets:
        return texts
    return {
        language: {
            key: text for key, text in own.items() if key.partition(".")[0] not in TEXTS_OF_NETS
        }
        for language, own in texts.items()
    }


def _json_element(name: str, content: JsonObject) -> str:
    """Data as an element of a page, which cannot end before its end."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    return f'<script type="application/json" id="{name}">{text}</script>'


@cache
def script(has_nets: bool = True) -> str:
    """All modules as one classic script: pages from file:// cannot load modules.

    Comments that have lines of their own and indentation are left out: they are a third of it.

    Parameters
    ----------
    has_nets : bool, default True
        Whether the page has nets with weights; without any, the modules for them are left out.

    Returns
    -------
    source : str
        In a worker it answers requests, in a page it starts the explorer.

    Raises
    ------
    ValueError
        If a module has an import or export of another form, or two modules have the same name at
        their top level.
    """
    modules: dict[str, str] = {}
    for entry in ENTRIES:
        _add(entry, modules, {} if has_nets else WITHOUT_NETS)
    owners: dict[str, str] = {}
    for module, source in modules.items():
        for name in DECLARED.findall(source):
            if name in owners:
                raise ValueError(f"{module} and {owners[name]} both declare {name}")
            owners[name] = module
    text = "\n".join([f"// {name}\n{source}" for name, source in modules.items()])
    if "</script" in text.lower():
        raise ValueError("a module contains the end of a script element")
    return f"(() => {{\n'use strict';\n{INDENTATION.sub('', text)}}})();\n"


def _add(name: str, modules: dict[str, str], replaced: dict[str, str]) -> None:
    """Add a module after those that it imports, without comments, imports and exports."""
    name = replaced.get(name, name)
    if name in modules:
        return
    source = _read(name)
    for names, imported in IMPORT.findall(source):
        if " as " in names:
            raise ValueError(f"{name} gives names of {imported} other names")
        _add(imported, modules, replaced)
    source = EXPORT.sub("", IMPORT.sub("", COMMENT.sub("", source)))
    if left := MODULE_SYNTAX.search(source):
        raise ValueError(f"{name}: only named imports and exports are supported: {left[0]}")
    modules[name] = source


def _read(name: str) -> str:
    """A file in ``web``."""
    return files("minivgg.explorer").joinpath("web", name).read_text(encoding="utf-8")
