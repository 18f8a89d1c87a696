"""The paper's tables are whole and agree with one another."""

import pytest

from minivgg import models
from minivgg.analysis import paper_tables

# As in the paper: a net, then top-1 and top-5 of each column
PRINTED_3 = """
A      29.6 10.4  -    -    -    -
A-LRN  29.7 10.5  -    -    -    -
B      28.7  9.9  -    -    -    -
C      28.1  9.4  28.1 9.3  27.3 8.8
D      27.0  8.8  26.8 8.7  25.6 8.1
E      27.3  9.0  26.9 8.7  25.5 8.0
"""
PRINTED_4 = """
B      28.2  9.6  -    -    -    -
C      27.7  9.2  27.8 9.2  26.3 8.2
D      26.6  8.6  26.5 8.6  24.8 7.5
E      26.9  8.7  26.7 8.6  24.8 7.5
"""
PRINTED_5_AND_6 = """
D      24.8 7.5  24.6 7.5  24.4 7.2
E      24.8 7.5  24.6 7.4  24.4 7.1
D+E    24.0 7.1  23.9 7.2  23.7 6.8
"""


def lines_of(table, columns):
    """The lines in which a table of ours would be printed."""
    for net, row in table.items():
        cells = [row.get(column, ("-", "-")) for column in columns]
        yield [net.replace(" ", ""), *(str(number) for cell in cells for number in cell)]


@pytest.mark.parametrize(
    ("table", "columns", "printed"),
    [
        (paper_tables.TABLE_3, paper_tables.SCALES, PRINTED_3),
        (paper_tables.TABLE_4, paper_tables.SCALES, PRINTED_4),
        (paper_tables.TABLES_5_AND_6, paper_tables.PROTOCOLS, PRINTED_5_AND_6),
    ],
    ids=["3", "4", "5 and 6"],
)
def test_the_numbers_are_those_of_the_paper(table, columns, printed):
    assert list(lines_of(table, columns)) == [line.split() for line in printed.split("\n") if line]


def test_the_numbers_of_the_challenge_and_of_plain_and_residual_nets():
    """Table 7, and Table 2 of He et al. 2015."""
    assert list(paper_tables.SUBMITTED.values()) == [6.7, 7.3, 8.1]
    assert list(paper_tables.FEWER_NETS.values()) == [6.8, 7.0, 7.9]
    assert paper_tables.DEGRADATION == {18: (27.94, 27.88), 34: (28.54, 25.03)}


def test_the_tables_have_the_paper_s_nets_and_columns():
    assert list(paper_tables.TABLE_3) == ["A", "A-LRN", "B", "C", "D", "E"]
    assert list(paper_tables.TABLE_4) == ["B", "C", "D", "E"]
    for table in (paper_tables.TABLE_3, paper_tables.TABLE_4):
        assert all(
            name in models.CONFIGURATIONS and set(row) <= set(paper_tables.SCALES)
            for name, row in table.items()
        )
    assert all(tuple(row) == paper_tables.PROTOCOLS for row in paper_tables.TABLES_5_AND_6.values())


def test_top5_errs_less_than_top1_and_more_views_never_more():
    for table in (paper_tables.TABLE_3, paper_tables.TABLE_4, paper_tables.TABLES_5_AND_6):
        assert all(top5 < top1 for row in table.values() for top1, top5 in row.values())
    for net, row in paper_tables.TABLE_4.items():
        assert all(row[scale][0] <= paper_tables.TABLE_3[net][scale][0] for scale in row)
    for net in "DE":  # Table 5's dense evaluation is Table 4's last column
        assert paper_tables.TABLES_5_AND_6[net]["dense"] == paper_tables.TABLE_4[net]["[256;512]"]
