"""The page "What next": it has each author whom a lesson names with a year, in full."""

import re

import pytest
from support import documents

PAGE = (documents.DOCS / "course" / "what-next.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| ([\d, b]+|all) \| (.+): \*(.+)\*, (\d{4}).* \| (.+) \|$", PAGE, re.M)
# "He et al.", "Lavin and Gray 2016", "S. Winograd (1980)"
NAMED = re.compile(
    r"([A-Z][a-zé]+) et al\.|([A-Z][a-zé]+),? (?:(?:and|&) (?:[A-Z]\. )*([A-Z][a-zé]+),? )?\(?"
    r"(?:19[5-9]\d|20[0-2]\d)\b"
)


def test_every_entry_has_authors_a_title_and_a_year():
    assert len(ROWS) >= 20
    assert len(ROWS) == PAGE.partition("## Projects")[0].count("\n| ") - 1  # the heading
    assert all(1950 < int(year) < 2027 for *_, year, _ in ROWS)


@pytest.mark.parametrize(
    "path", sorted((documents.ROOT / "lessons").glob("*.py")), ids=lambda path: path.stem
)
def test_authors_named_in_a_lesson_are_on_the_page(path):
    text = path.read_text(encoding="utf-8")
    names = {name for found in NAMED.findall(text) for name in found if name}
    assert all(name in PAGE for name in names), sorted(n for n in names if n not in PAGE)
