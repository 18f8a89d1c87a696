"""Tables for people, as Markdown and as CSV hold the same cells."""

import csv
import io
import unicodedata
from pathlib import PurePath

from minivgg.utils import tables
from minivgg.utils.markup import Markup

HEADERS = ("net", "error, %", "note")
ROWS = [("A", "29.6", "a|b"), ("B-5x5", "–", ""), ("E", "-7.25", "x, y")]


def test_numbers_end_at_the_right_and_words_begin_at_the_left():
    lines = tables.text(HEADERS, ROWS).splitlines()
    assert lines[0] == "net    error, %  note"
    assert set(lines[1]) == {"─"}
    assert lines[2:] == ["A          29.6  a|b", "B-5x5         –", "E         -7.25  x, y"]


def test_markdown_keeps_a_bar_in_its_cell():
    lines = tables.markdown(HEADERS, ROWS).splitlines()
    assert lines[:3] == ["| net | error, % | note |", "| --- | --- | --- |", "| A | 29.6 | a\\|b |"]


def test_cells_are_shown_and_nothing_else():
    rows = [("<b>\n# x", "=1\x1b", -0.5), (Markup("[a](b.md)"), "-1.5", "`")]
    assert tables.markdown(HEADERS, rows).splitlines()[2:] == [
        "| \\<b\\> \\# x | \\=1 | -0.5 |",
        "| [a](b.md) | -1.5 | \\` |",
    ]
    assert tables.markdown(["file"], [[PurePath("a|b")]]).endswith("| a\\|b |\n")
    assert tables.csv(("a", "=b", "c"), rows).splitlines() == [
        "a,'=b,c",
        "<b> # x,'=1,-0.5",
        "[a](b.md),-1.5,`",
    ]
    assert tables.csv(("a", "b"), [("=1", "=2")], unchanged=[1]).splitlines()[1] == "'=1,=2"
    text = tables.text(("a", "b", "c\x07"), rows)
    assert text.isprintable() or set(text) - {"\n"} == {c for c in text if c.isprintable()}
    assert len(text.splitlines()) == 4


def test_csv_reads_back():
    assert [tuple(row) for row in csv.reader(io.StringIO(tables.csv(HEADERS, ROWS)))] == [
        HEADERS,
        *ROWS,
    ]


def test_no_rows_are_a_table_too():
    assert tables.text(HEADERS, []).splitlines()[0] == "net  error, %  note"


def test_columns_stand_below_each_other_with_wide_letters_too():
    """Hangul is two columns wide, in the form of macOS (one character for each sound) as well."""
    names = ["cat", "고양이", unicodedata.normalize("NFD", "강아지"), "Á"]
    lines = tables.text(("class", "correct, %"), [(name, "1.5") for name in names]).splitlines()
    assert {tables.display_width(line) for line in lines} == {len("강아지") * 2 + 2 + 10}


def test_the_line_below_the_headers_is_as_wide_as_the_table():
    for columns in (1, 2, 3, 5):
        lines = tables.text(["head"] * columns, [["a word"] * columns]).splitlines()
        assert len(lines[1]) == len(lines[2])


def test_columns_of_a_terminal():
    for text, columns in (
        ("", 0), ("cat", 3), ("고양이", 6), (unicodedata.normalize("NFD", "고양이"), 6),
        ("e\u0301", 1), ("a\x07고", 3), ("\x07", 0), ("\x07a\u0301\x1b", 1), ("\N{CAT FACE}", 2),
    ):  # fmt: skip
        assert tables.display_width(text) == columns
    assert tables.padded("고", 4) == "고  "
    assert tables.padded("고", 4, to_the_right=True) == "  고"
    assert tables.padded("고", 1) == "고"
    assert tables.padded("고", 2) == "고"
