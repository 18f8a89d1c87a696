"""Tables as spreadsheet programs save them: encodings, delimiters, names and numbers."""

import pytest

from minivgg.classroom.grading import spreadsheet_files
from minivgg.classroom.grading.spreadsheet_files import (
    comparable_name,
    comparable_number,
    number_in,
    read_table,
    texts_of,
)

TABLE = [["Name", "points"], ["Ada", "1"]]


@pytest.mark.parametrize(
    ("text", "table"),
    [
        ("Name,points\nAda,1\n", TABLE),
        ("Name;points\r\nAda;1\r\n", TABLE),
        ("Name\tpoints\rAda\t1", TABLE),
        ("sep=;\nName;points\nAda;1", TABLE),
        ("SEP=\t\r\nName\tpoints\nAda\t1", TABLE),
        ("\ufeffName,points\nAda,1", TABLE),
        ("\n ,\n Name , points \n\n,\nAda,1\n", TABLE),
        ("Name,POINTS\nAda\n,,x\n", [["Name", "POINTS", ""], ["Ada", "", ""], ["", "", "x"]]),
        ('Name;points\n"A;B";"a\nb"\n', [["Name", "points"], ["A;B", "a\nb"]]),
        ("points\n", [["points"]]),
        ("Name,point\nAda,1\n", None),
        ("Ada,1\nName,points\n", None),
        ("x,sep=;\nName;points\n", None),
        ("", None),
        (" , \n", None),
    ],
)
def test_a_table_has_equal_rows_without_spaces_and_empty_rows(text, table):
    assert read_table(text.encode(), "points", len) == table


@pytest.mark.parametrize("size", [40, 41])
def test_a_file_is_at_most_so_large(size, monkeypatch):
    monkeypatch.setattr(spreadsheet_files, "MAX_BYTES", 40)
    raw = b"points\n" + b"x" * (size - 7)
    assert (read_table(raw, "points", len) is None) == (size > 40)


def test_a_cell_larger_than_all_files_may_be_is_no_table():
    raw = b'points,"' + b"x" * 131_073 + b'"\n1,2\n'  # what the csv module accepts by itself
    assert len(read_table(raw, "points", len)[0][1]) == 131_073


def test_of_the_encodings_the_one_with_most_known_rows_is_right():
    raw = "points\nŁódź\n".encode("cp1250")
    assert read_table(raw, "points", lambda table: table[1] == ["Łódź"])[1] == ["Łódź"]
    first = read_table("points\nZoë\n".encode("cp1252"), "points", lambda _: 0)
    assert first[1] == ["Zoë"]  # of equal ones, the first


@pytest.mark.parametrize(
    ("raw", "texts"),
    [
        ("ä".encode(), ["ä"]),
        ("ä".encode("utf-8-sig"), ["ä"]),
        ("ä".encode("utf-16"), ["ä"]),
        (b"\xfe\xff\x00a", ["a"]),
        (b"\xff\xfe\xe4\x00", ["ä"]),
        (b"a\0b\0", ["ab"]),
        (b"\xff\xfea", []),
        (b"a\0b", []),
        (b"", [""]),
    ],
)
def test_texts_of_unicode_are_read_as_such(raw, texts):
    assert texts_of(raw) == texts


def test_texts_of_old_encodings_are_read_in_all_that_are_possible():
    texts = texts_of("김".encode("cp949"))  # b"\xb1\xe8"
    assert texts[:2] == ["±è", "김"]
    assert len(texts) == 6  # all but UTF-8 and cp932, where half a character is missing
    assert "ü" not in texts_of(b"\x81")  # not of cp1252: the next ones are tried


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        ("Ada  BYRON\n", "ada byron"),
        ("'Ada", "ada"),
        ("''Ada", "'ada"),
        ("A'da", "a'da"),
        ("'=1", "=1"),
        ("'", ""),
        ("", ""),
        ("A\u200bd\x07a", "ada"),
        ("A\tb", "a b"),
        ("Zoe\u0308", "zoë"),
        ("STRASSE ß", "strasse ss"),
        ("A;'=b", "a;=b"),
    ],
)
def test_names_are_compared_without_marks_and_invisible_characters(cell, name):
    assert comparable_name(cell) == name


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("00123", "123"), ("123.0", "123"), ("123,00", "123"), ("123.05", "123.05"), ("0", "0"),
        ("000", "000"), ("B-07", "b-07"), ("1.0.0", "1.0"), ("12.", "12."), ("'007", "7"), ("", ""),
    ],
)  # fmt: skip
def test_numbers_are_compared_without_zeros_in_front_and_decimals(cell, number):
    assert comparable_number(cell) == number


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("8,5", 8.5), ("8.5", 8.5), (" 1\u00a0000'000\u202f ", 1e6), ("-2", -2.0), ("+3.", 3.0),
        ("８", 8.0), ("٣", None), (".5", None), ("1.2.3", None), ("1,234.5", None), ("1e5", None),
        ("", None), ("ten", None), ("9" * 400, None), ("5 x", None), ("nan", None),
    ],
)  # fmt: skip
def test_a_number_has_a_decimal_point_or_comma(cell, number):
    assert number_in(cell) == number
