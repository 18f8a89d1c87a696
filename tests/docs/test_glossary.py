"""The glossary: a Korean term, a definition and a place that has the term, for each entry."""

import re

import pytest
from support import documents

from minivgg.classroom.student_files import lesson_label

SECTIONS = [
    [
        tuple(row.strip("| ").split(" | "))
        for row in re.findall(r"^\| [^|-].*\|$", section, re.M)[1:]
    ]
    for section in (documents.DOCS / "glossary.md").read_text(encoding="utf-8").split("\n## ")[1:]
]
ENTRIES = [entry for section in SECTIONS for entry in section]
STEM_LETTERS = 5  # "freez" of "freezing" is also in "frozen layers freeze"


def lesson(number):
    """The text of a lesson in small letters."""
    (path,) = (
        path
        for path in (documents.ROOT / "lessons").glob("*.py")
        if lesson_label(path.name) == number
    )
    return path.read_text(encoding="utf-8").lower()


def test_entries_are_many_and_in_alphabetical_order():
    assert 60 <= len(ENTRIES) <= 160
    for section in SECTIONS:
        terms = [entry[0].casefold() for entry in section]
        assert terms == sorted(set(terms))


@pytest.mark.parametrize("entry", ENTRIES, ids=[entry[0] for entry in ENTRIES])
def test_an_entry_is_complete_and_its_places_have_the_term(entry):
    term, korean, meaning, where = entry
    assert re.search("[가-힣]", korean)
    assert meaning.endswith(".")
    lessons, files = re.findall(r"lesson (\d+[a-z]?)", where), re.findall(r"`(.+?)`", where)
    assert lessons or files
    assert all((documents.ROOT / "minivgg" / name).is_file() for name in files)
    stems = [word[:STEM_LETTERS] for word in re.findall(r"[\w-]{3,}", term.lower())]
    for number in lessons:
        assert any(stem in lesson(number) for stem in stems), f"lesson {number} has no {term}"


@pytest.mark.parametrize(
    "page", ["lessons/00_start_here.py", "lessons/README.md", "lessons/assignments/README.md"]
)
def test_the_pages_where_students_begin_name_the_glossary(page):
    assert "docs/glossary.md" in (documents.ROOT / page).read_text(encoding="utf-8")
