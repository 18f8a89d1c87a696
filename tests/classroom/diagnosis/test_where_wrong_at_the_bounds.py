"""In which cases results are wrong: how many cases a rule needs, and which rule is taken."""

import pytest

from minivgg.classroom.diagnosis.where_wrong import all_checks, describe_where, exact_rule

DECAY, MOMENTUM = "without weight decay", "without momentum"


def facts(count, decay=(), momentum=(), one_call=None):
    """Of cases of which those with these indices are without weight decay, and so on."""
    found = [{"weight_decay": i not in decay, "momentum": i not in momentum} for i in range(count)]
    if one_call is not None:
        found = [f | {"calls": 1 if i in one_call else 2} for i, f in enumerate(found)]
    return found


def where(cases, wrong, *verb):
    return describe_where(cases, [i in wrong for i in range(len(cases))], *verb)


def test_a_rule_needs_two_cases_on_each_side():
    two, all_but_two = range(2), range(4)
    assert where(facts(6, two), two) == (
        f"wrong in both checks {DECAY}, and right in all 4 with weight decay"
    )
    assert where(facts(6, all_but_two), all_but_two, "an error") == (
        f"an error in all 4 checks {DECAY}, and right in both with weight decay"
    )
    assert where(facts(6, range(1)), range(1)) == "wrong in 1 of 6 checks"
    assert where(facts(6, range(5)), range(5)) == "wrong in 5 of 6 checks"


def test_two_conditions_each_exclude_two_cases_that_the_other_does_not():
    cases = facts(8, [2, 3, 4, 5], [0, 1, 2, 3])
    assert where(cases, [2, 3]) == (
        f"wrong in both checks {DECAY} and {MOMENTUM}, and right in all 6 of the others"
    )
    others = [0, 1, 4, 5, 6, 7]
    assert where(cases, others) == (
        "wrong in all 6 checks with weight decay or with momentum, and right in both "
        f"{DECAY} and {MOMENTUM}"
    )
    # one of the two conditions excludes only one more case, or there is only one case
    assert where(facts(8, [2, 3, 4, 5], [0, 2, 3]), [2, 3]) == "wrong in 2 of 8 checks"
    assert where(facts(8, [2, 3, 4], [0, 1, 2, 3]), [2, 3]) == "wrong in 2 of 8 checks"
    assert where(facts(8, [2, 3, 4], [0, 1, 2]), [2]) == "wrong in 1 of 8 checks"
    assert exact_rule(facts(8, [2, 3, 4], [0, 1, 2]), [False] * 8) is None


def test_a_single_condition_comes_before_two_and_the_first_of_equal_ones_is_taken():
    cases = facts(8, [2, 3, 4, 5], [0, 1, 2, 3], one_call=[2, 3])
    assert exact_rule(cases, [i in (2, 3) for i in range(8)]).inside == "both checks of one call"
    rule = exact_rule(facts(5, [1, 2], [1, 2]), [i in (1, 2) for i in range(5)])
    assert rule.inside == f"both checks {DECAY}"
    assert rule.outside == "all 3 with weight decay"


@pytest.mark.parametrize(
    ("count", "wrong", "decay", "words"),
    [
        # two thirds of the cases inside are wrong, and all three others are right
        (9, range(4), range(6), f"in 4 of the 6 checks {DECAY}, and right in all 3 with weight"),
        (10, range(4), range(7), "in 4 of 10 checks"),
        (8, range(3), range(5), "in 3 of 8 checks"),
        (7, range(3), range(4), f"in 3 of the 4 checks {DECAY}, and right in all 3 with weight"),
        (6, range(3), range(4), "in 3 of 6 checks"),
        (7, range(2), range(3), "in 2 of 7 checks"),
        (9, range(3, 7), range(3), "in 4 of the 6 checks with weight decay, and right in all 3 wi"),
        # all three inside are wrong, and one in four of the others
        (7, range(4), range(3), f"in all 3 checks {DECAY}, and in 1 of the 4 with weight decay"),
        (6, range(4), range(3), "in 4 of 6 checks"),
        (11, range(4), range(3), f"in all 3 checks {DECAY}, and in 1 of the 8 with weight decay"),
        (11, range(5), range(3), f"in all 3 checks {DECAY}, and in 2 of the 8 with weight decay"),
        (11, range(6), range(3), "in 6 of 11 checks"),
        (6, range(3), range(2), "in 3 of 6 checks"),
        (7, [0, 1, 3, 4, 5], range(3), "in 5 of 7 checks"),
    ],
)
def test_how_many_exceptions_a_rule_has(count, wrong, decay, words):
    assert where(facts(count, decay), wrong).startswith(f"wrong {words}")


def test_the_rule_that_leaves_out_most_is_taken_and_the_first_of_equal_ones():
    wrong = range(6)
    cases = facts(12, range(8), range(7))
    assert where(cases, wrong) == (
        f"wrong in 6 of the 7 checks {MOMENTUM}, and right in all 5 with momentum"
    )
    cases = facts(12, range(7), range(8))
    assert where(cases, wrong).startswith(f"wrong in 6 of the 7 checks {DECAY}")
    cases = facts(12, range(7), [0, 1, 2, 3, 4, 5, 7])
    assert where(cases, wrong).startswith(f"wrong in 6 of the 7 checks {DECAY}")
    cases = facts(12, [0, 1, 2, 3, 4, 5, 7], range(7))
    assert where(cases, wrong).startswith(f"wrong in 6 of the 7 checks {DECAY}")


def test_the_rule_with_most_cases_is_taken_where_some_others_are_wrong():
    wrong = range(6)
    cases = facts(12, range(4), range(5))
    assert where(cases, wrong) == (
        f"wrong in all 5 checks {MOMENTUM}, and in 1 of the 7 with momentum"
    )
    cases = facts(12, range(5), range(4))
    assert where(cases, wrong).startswith(f"wrong in all 5 checks {DECAY}")
    cases = facts(12, range(5), range(1, 6))
    assert where(cases, wrong).startswith(f"wrong in all 5 checks {DECAY}")
    cases = facts(12, range(1, 6), range(5))
    assert where(cases, wrong).startswith(f"wrong in all 5 checks {DECAY}")


def test_a_rule_without_exceptions_outside_comes_first():
    """Both apply: all wrong cases are without momentum, and all without weight decay are wrong."""
    assert where(facts(12, range(5), range(7)), range(6)).startswith(
        f"wrong in 6 of the 7 checks {MOMENTUM}"
    )


@pytest.mark.parametrize(
    ("count", "words"), [(1, "the only check"), (2, "both checks"), (3, "all 3 checks")]
)
def test_all_of_so_many_checks(count, words):
    assert all_checks(count) == words
