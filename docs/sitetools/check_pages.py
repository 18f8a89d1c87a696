"""A check of the built pages without a browser.

Everything that a page loads lies in the site; links to pages and pictures of the site lead to
something that exists; every picture has alternative text.
"""

import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

LOADING = {  # elements that make a browser fetch something
    ("audio", "src"),
    ("embed", "src"),
    ("iframe", "src"),
    ("img", "src"),
    ("img", "srcset"),
    ("input", "src"),
    ("link", "href"),
    ("object", "data"),
    ("script", "src"),
    ("source", "src"),
    ("source", "srcset"),
    ("track", "src"),
    ("video", "poster"),
    ("video", "src"),
}
_URL_IN_STYLE = re.compile(r"""(?:url\(\s*|@import\s+)['"]?([^'")\s;]+)""")
LINK_WITHOUT_LOADING = {"next", "prev", "index", "search", "canonical", "author", "copyright"}


class _Page(HTMLParser):
    """What a page loads and links to, its anchors, and its pictures without a description."""

    def __init__(self):
        super().__init__()
        self.loads, self.links, self.ids, self.mute = [], [], set(), []
        self._in_style = False

    def handle_starttag(self, tag, attributes):
        """Note what an element loads, where it leads, and its anchor."""
        attributes = {name: value or "" for name, value in attributes}
        self._in_style = tag == "style"
        self.loads += _URL_IN_STYLE.findall(attributes.get("style", ""))
        self.ids |= {attributes[key] for key in ("id", "name") if attributes.get(key)}
        if tag == "img" and not attributes.get("alt", "").strip():
            self.mute.append(attributes.get("src", "")[:60])
        if tag == "a" and "href" in attributes:
            self.links.append(attributes["href"])
        elif tag == "link" and set(attributes.get("rel", "").split()) <= LINK_WITHOUT_LOADING:
            self.links.append(attributes.get("href", ""))
        else:
            self.loads += [value for name, value in attributes.items() if (tag, name) in LOADING]

    def handle_data(self, data):
        """Note what a <style> loads."""
        if self._in_style:
            self.loads += _URL_IN_STYLE.findall(data)

    def handle_endtag(self, tag):
        """Leave a <style>."""
        self._in_style = False


def problems(site):
    """The sentences that say what is wrong with the pages in the folder ``site``."""
    site = Path(site).resolve()
    pages = {path: _parse(path) for path in sorted(site.rglob("*.html"))}
    found = []
    for path, page in pages.items():
        name = path.relative_to(site)
        found += [f"{name}: the picture {src!r} has no alternative text" for src in page.mute]
        found += [
            f"{name}: loads {url} from outside the site" for url in page.loads if _is_foreign(url)
        ]
        for url in [*page.loads, *page.links]:
            if not _is_foreign(url) and (reason := _dead(url, path, page, pages)):
                found.append(f"{name}: {url} leads nowhere: {reason}")
    for style in sorted(site.rglob("*.css")):
        loads = _URL_IN_STYLE.findall(style.read_text(encoding="utf-8"))
        name = style.relative_to(site)
        found += [f"{name}: loads {url} from outside the site" for url in loads if _is_foreign(url)]
    return found


def _parse(path):
    page = _Page()
    page.feed(path.read_text(encoding="utf-8"))
    return page


def _is_foreign(url):
    """Whether the address names a host; pictures inside the page (data:) do not."""
    return url.startswith("//") or urlsplit(url).scheme in {"http", "https", "ws", "wss", "ftp"}


def _dead(url, path, page, pages):
    """Why a link inside the site leads nowhere, or None."""
    parts = urlsplit(url)
    if parts.scheme:  # data:, mailto:
        return None
    target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
    if not target.is_file():
        return "there is no such file"
    goal = pages.get(target)
    anchor = "" if "=" in parts.fragment else unquote(parts.fragment)  # "mode=see" is no anchor
    if goal and anchor and anchor not in goal.ids:
        return f"that page has no anchor {parts.fragment!r}"
    return None
