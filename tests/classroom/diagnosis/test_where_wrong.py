"""In which cases results are wrong: the sentence agrees with the cases, and is the simplest one."""

import itertools

import pytest

from minivgg.classroom.diagnosis.where_wrong import describe_where

FACTS = [
    {"padding": p, "stride": s, "H": h, "W": 4, "N": n, "C": 1}
    for p, s, h, n in itertools.product((0, 1, 2), (1, 2), (4, 5), (1, 2))
]


def wrong_where(holds):
    return [bool(holds(f)) for f in FACTS]


@pytest.mark.parametrize(
    ("holds", "words"),
    [
        (lambda f: f["padding"] == 0, "all 8 checks with padding 0, and right in all 16 with"),
        (lambda f: f["padding"] > 0, "all 16 checks with padding, and right in all 8 with padding"),
        (lambda f: f["padding"] == 2, "all 8 checks with padding 2 or more"),
        (lambda f: f["padding"] != 1, "with another padding than 1"),
        (lambda f: f["H"] != f["W"], "where the image is not square"),
        (lambda f: f["N"] > 1, "all 12 checks with several images"),
    ],
)
def test_one_condition(holds, words):
    assert words in describe_where(FACTS, wrong_where(holds))


def test_two_conditions_together():
    wrong = wrong_where(lambda f: f["padding"] == 0 and f["N"] > 1)
    words = "wrong in all 4 checks with padding 0 and with several images, and right in all 20"
    assert describe_where(FACTS, wrong).startswith(words)


def test_either_of_two_conditions():
    wrong = wrong_where(lambda f: f["padding"] == 0 or f["stride"] > 1)
    words = "wrong in all 16 checks with padding 0 or with stride 2 or more, and right in all 8"
    assert describe_where(FACTS, wrong).startswith(words)


def test_a_condition_without_which_nothing_is_wrong():
    wrong = wrong_where(lambda f: f["padding"] == 0 and (f["N"], f["H"], f["stride"]) != (1, 4, 1))
    assert "wrong in 7 of the 8 checks with padding 0, and right in all 16" in describe_where(
        FACTS, wrong
    )


def test_no_condition_is_claimed_for_a_pattern_that_has_none():
    wrong = [i % 5 == 0 for i in range(len(FACTS))]
    assert describe_where(FACTS, wrong) == "wrong in 5 of 24 checks"


def test_a_single_case_on_one_side_gives_no_condition():
    facts = [{"padding": 0}, {"padding": 1}, {"padding": 2}]
    assert describe_where(facts, [True, False, False]) == "wrong in 1 of 3 checks"


@pytest.mark.parametrize("value", [True, False])
def test_nothing_is_said_where_all_cases_are_alike(value):
    assert describe_where(FACTS, [value] * len(FACTS)) == ""
