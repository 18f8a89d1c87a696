"""The paper's tables are whole and agree with one another."""

from minivgg import models
from minivgg.analysis import paper_tables


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
