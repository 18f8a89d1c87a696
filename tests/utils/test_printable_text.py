"""Text from other people is shown without what a terminal or a spreadsheet would act on."""

import pytest

from minivgg.utils.printable_text import (
    listed,
    printable,
    spreadsheet_cell,
    text_of_cell,
    visible,
    with_unix_line_ends,
    without_control_characters,
)


def test_a_terminal_gets_no_control_characters():
    assert printable("a\x1b[2J\n\ud800é\u202e") == "a?[2J??é?"
    assert printable("나 😀\xa0") == "나 😀\xa0"
    assert printable("a\nb\x1b\tc", " ", keep="\n\t") == "a\nb \tc"
    assert with_unix_line_ends("a\r\nb\rc\n") == "a\nb\nc\n"


def test_control_characters_can_be_seen():
    name = b"M\xfcller".decode("utf-8", "surrogateescape")
    assert visible(f"{name}\x1b[2J\r\n\t\u202e\x9b\ud800") == (
        r"M\xfcller\x1b[2J\r\n\t\u202e\x9b\ud800"
    )
    for harmless in ("나 😀\xa0", "می\u200cخواهم", "", "a b=+-@"):
        assert visible(harmless) == harmless
    assert visible("a\n\tb\x07", keep="\n\t") == "a\n\tb\\x07"


@pytest.mark.parametrize("number", ["-1.5", "+3", "-1e-05", "7", ".5", "-inf", "nan", "0.25"])
def test_numbers_stay_numbers(number):
    assert spreadsheet_cell(number) == number


@pytest.mark.parametrize("formula", ["-1+1", "+A1", "--1", "=1", "-", "\t=1", "\r=1", " =1", "@x"])
def test_formulas_become_text(formula):
    cell = spreadsheet_cell(formula)
    assert cell[:1] == "'" or cell == "-"  # which is Moodle's sign for no grade
    assert not set(cell) & set("\t\r\n")


def test_a_report_keeps_what_some_languages_need():
    assert without_control_characters("می\u200cخواهم\u202e\x00\ud800") == "می\u200cخواهم\ufffd"


@pytest.mark.parametrize("text", ["Ada", "=1+1", "-x", "'Ada", "'", ""])
def test_a_cell_is_read_back(text):
    assert text_of_cell(spreadsheet_cell(text)) == text


def test_a_long_list_says_how_many_more_there_are():
    assert listed(["a", "b"], 2) == "a, b"
    assert listed(["a", "b", "c", "d"], 2) == "a, b and 2 more"


@pytest.mark.parametrize(
    "text", ["x;=HYPERLINK(1)", "a|b; -1", 'x;"=1"', "x;'=1", "x;''=1|+", "=1;=1", "a; b = c"]
)
def test_no_part_of_a_cell_is_a_formula_behind_another_separator(text):
    cell = spreadsheet_cell(text)
    assert text_of_cell(cell) == text
    for separator in ";|":
        parts = [part.lstrip(' "') for part in cell.split(separator)]
        assert not [part for part in parts if part[:1] in tuple("=+-@")]


def test_the_first_and_last_bytes_that_are_no_utf8_and_what_is_beside_them():
    assert visible("\udc80\udcff") == r"\x80\xff"
    assert visible("\udc7f\udd00") == r"\udc7f\udd00"


def test_a_sign_alone_is_no_formula_and_one_that_was_quoted_is_read_back():
    assert [spreadsheet_cell(sign) for sign in "-+=@"] == ["-", "+", "=", "@"]
    assert (text_of_cell("'-"), text_of_cell("'-1a"), text_of_cell("-'")) == ("-", "-1a", "-'")
    assert text_of_cell("'a=1") == "'a=1"
