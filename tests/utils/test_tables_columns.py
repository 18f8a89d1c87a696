"""Which columns are numbers, and what is between the cells of a table."""

import pytest

from minivgg.utils import tables


@pytest.mark.parametrize(
    ("cells", "are_numbers"),
    [
        (["1", "-2.5"], True), (["", "–"], True), (["7", "–", ""], True), (["1", "x"], False),
        (["x", "1"], False), (["1.2.3"], False), (["1-2-3"], False), (["1e5"], False),
        (["-"], False), (["."], False), (["12-"], True), ([], True),
    ],
)  # fmt: skip
def test_a_column_of_numbers_alone_ends_at_the_right(cells, are_numbers):
    lines = tables.text(["a long header", "b"], [(cell, "x") for cell in cells]).splitlines()
    for line, cell in zip(lines[2:], cells, strict=True):
        expected = cell.rjust(13) if are_numbers else cell.ljust(13)
        assert line == f"{expected}  x"


def test_a_table_of_one_column_and_two_spaces_between_two():
    assert tables.text(["n"], [[12]]) == " n\n──\n12"
    assert tables.text(["n", "m"], [[12, "ab"]]) == " n  m\n──────\n12  ab"
    assert tables.text(["n", "m"], [["ab", ""]]).splitlines()[2] == "ab"  # without spaces behind


def test_cells_of_a_csv_that_need_quotes_and_another_separator():
    rows = [("a,b", 1), ('say "x"', None)]
    assert tables.csv(("x", "y"), rows) == 'x,y\n"a,b",1\n"say ""x""",\n'
    assert tables.csv(("x", "y"), [("a;b", "c,d")], ";") == 'x;y\n"a;b";c,d\n'
    assert list(tables.csv_lines(("x",), [["=1"]], unchanged=(0,))) == ["x\n", "=1\n"]
    assert list(tables.csv_lines(("x", "y"), [["=1", "=2"]], ";", (1,))) == ["x;y\n", "'=1;=2\n"]


def test_rows_of_a_csv_are_asked_for_one_by_one():
    asked = []

    def rows():
        for k in range(3):
            asked.append(k)
            yield [k]

    lines = tables.csv_lines(["n"], rows())
    assert (next(lines), asked) == ("n\n", [])
    assert (next(lines), asked) == ("0\n", [0])


def test_a_table_of_markdown_has_a_rule_for_each_column():
    assert tables.markdown(["a"], []) == "| a |\n| --- |\n"
    assert tables.markdown(["a", "b", "c"], [[1, "*", ""]]) == (
        "| a | b | c |\n| --- | --- | --- |\n| 1 | \\* |  |\n"
    )
