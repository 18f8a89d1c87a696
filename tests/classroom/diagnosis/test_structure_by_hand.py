"""The sentences about errors and wrong outputs, of small results that are made by hand."""

import numpy as np
import pytest

from minivgg.classroom.diagnosis.structure import describe_structure
from minivgg.classroom.results import Results
from minivgg.classroom.tasks import Case, Task

ERROR = "an error"
R = [1.0, -2.0, 4.0]  # a right result, and other ones
DOUBLED, NEGATED = [2.0, -4.0, 8.0], [-1.0, 2.0, -4.0]


def answer(*arguments, mistakes=()):
    """The right one, which is given beside each wrong one."""
    return 0.0


def sentences(actual, right, decay=None, names=("y",), unexplained=None, **options):
    """Of one output for each case, or of several; ``decay``: the cases without weight decay."""
    task = Task("f(weight_decay)", names, "", answer, (), (), **options)
    decay = range(len(actual)) if decay is None else decay
    cases = [Case(f"case {i}", ([0 if i in decay else 1],)) for i in range(len(actual))]

    def records(outputs):
        several = [o if isinstance(o, tuple) or o is ERROR else (o,) for o in outputs]
        return [
            [{"error": ["ValueError", "no", 1, ""]}]
            if o is ERROR
            else [{"arrays": [None if a is None else np.array(a) for a in o]}]
            for o in several
        ]

    results, expected = (Results(task, cases, records(o)) for o in (actual, right))
    with np.errstate(all="ignore"):  # as for all diagnoses
        return describe_structure(results, expected, names if unexplained is None else unexplained)


@pytest.mark.parametrize(
    ("errors", "wrong", "count", "decay", "first"),
    [
        ([], [], 6, [], None),
        ([0, 1, 2, 3], [], 4, [], None),
        ([3], [], 6, [], "Your function ends in an error in 1 of 6 checks."),
        (
            [0, 1], [], 6, [0, 1],
            "Your function ends in an error in both checks without weight decay; no error in all "
            "4 with weight decay.",
        ),
        (
            [0, 1], [2], 6, [0, 1, 2],
            "Your function fails in all 3 checks without weight decay, with an error in 2 of them, "
            "and is right in all 3 with weight decay.",
        ),
        (
            [0], [1, 2], 6, [0, 1, 2],
            "Your function fails in all 3 checks without weight decay, with an error in 1 of them, "
            "and is right in all 3 with weight decay.",
        ),
        ([0, 1], [2, 3], 6, [0, 1, 2], "Your function ends in an error in 2 of 6 checks."),
        ([0], [1, 2, 3], 4, [0, 1], "Your function ends in an error in 1 of 4 checks."),
        (
            [0, 1, 2, 3], [], 9, range(6),
            "Your function ends in an error in 4 of the 6 checks without weight decay; no error in "
            "all 3 with weight decay.",
        ),
    ],
)  # fmt: skip
def test_where_the_errors_are(errors, wrong, count, decay, first):
    actual = [ERROR if i in errors else DOUBLED if i in wrong else R for i in range(count)]
    found = sentences(actual, [R] * count, decay)
    if first is None:
        assert found == ()
    else:
        assert found[0] == first
        assert len(found) == 1 + bool(wrong)


def test_only_outputs_that_are_not_explained_are_described_in_their_order():
    outputs = [(DOUBLED, NEGATED, R)] * 3
    right = [(R, R, R)] * 3
    names = ("y", "z", "u")
    y = "y is wrong in all 3 checks. It is the right result times 2."
    z = "z is wrong in all 3 checks. It has the wrong sign."
    assert sentences(outputs, right, names=names) == (y, z)
    assert sentences(outputs, right, names=names, unexplained={"z", "u"}) == (z,)
    assert sentences(outputs, right, names=names, unexplained=()) == ()
    outputs = [(R, R, R), *outputs[1:]]
    assert sentences(outputs, right, names=names, unexplained={"y"}) == (
        "y is wrong in 2 of 3 checks. There it is the right result times 2.",
    )


def test_a_result_of_one_check_names_it():
    assert sentences([DOUBLED], [R]) == ('y is wrong in the check "case 0".',)
    found = sentences([ERROR, DOUBLED], [R, R])
    assert found == (
        "Your function ends in an error in 1 of 2 checks.", 'y is wrong in the check "case 1".'
    )  # fmt: skip
    assert sentences([DOUBLED, DOUBLED], [R, R]) == (
        "y is wrong in both checks. It is the right result times 2.",
    )


def test_cases_with_errors_do_not_count_among_those_of_an_output():
    """Without them, the wrong cases are those without weight decay."""
    actual = [DOUBLED, ERROR, DOUBLED, R, R, ERROR, ERROR]
    assert sentences(actual, [R] * 7, decay=[0, 2, 5])[1] == (
        "y is wrong in both checks without weight decay, and right in both with weight decay. "
        "There it is the right result times 2."
    )


def observe(calls, outputs):
    """The number itself, as something that a task observes."""
    return {"share": outputs[0][0]}


@pytest.mark.parametrize(
    ("actual", "right", "sentence"),
    [
        ([2.0, 3.0], [1.0, 1.0], "share is wrong in both checks, for example 2 instead of 1."),
        (
            [1.0, 1.0, -0.5], [1.0, 1.0, 2.5],
            "share is wrong in 1 of 3 checks, for example −0.5 instead of 2.5.",
        ),
        ([None, 3.0], [1.0, 1.0], "share is wrong in both checks."),
        ([1.0, 3.0], [1.0, None], "share is wrong in 1 of 2 checks."),
        (
            [DOUBLED, DOUBLED], [R, R],
            "share is wrong in both checks. It is the right result times 2.",
        ),
    ],
)  # fmt: skip
def test_an_observed_number_gets_an_example(actual, right, sentence):
    found = sentences(actual, right, unexplained={"share"}, observe=observe)
    assert found == (sentence,)


def test_a_number_that_is_an_output_is_described_as_others_are():
    assert sentences([0.5, 1.5, 2.0], [1.0, 3.0, 4.0]) == ("y is wrong in all 3 checks.",)
    assert sentences([[-0.5], [-1.5]], [[0.5], [1.5]]) == (
        "y is wrong in both checks. It has the wrong sign.",
    )


def test_each_kind_of_wrong_result_is_described_by_itself():
    actual = [None, [], R[:2], [1.0, np.nan, 4.0], [5.0, 1.0, 9.0]] * 2 + [R, R]
    right = [R] * 12
    assert sentences(actual, right) == (
        "y is wrong in 10 of 12 checks. In 2 of the wrong ones it is None. In 2 of the wrong ones "
        "it is an empty array. In 2 of the wrong ones it is right, but rows or columns are missing "
        "at the end. In 2 of the wrong ones it contains nan, only where the result should be "
        "negative.",
    )


def test_a_kind_has_its_cases_by_a_rule_if_there_is_one():
    actual = [None, None, R[:2], R[:2], R[:2], R]
    assert sentences(actual, [R] * 6, decay=[0, 1]) == (
        "y is wrong in 5 of 6 checks. In both checks without weight decay it is None. In 3 of the "
        "wrong ones it is right, but rows or columns are missing at the end.",
    )


@pytest.mark.parametrize(
    ("actual", "right", "end"),
    [
        ([None, None], [R, R], ". It is None."),
        ([R, R], [None, None], "."),
        ([None, R], [R, None], "."),
        # nan where it should be nan is right
        ([[2.0, np.nan], [4.0, 6.0]], [[1.0, np.nan], [2.0, 3.0]], "."),
        ([[2.0, 4.0], [4.0, 6.0]], [[1.0, np.nan], [2.0, 3.0]], "."),
        (
            [[[1.0, np.nan], [3.0, np.nan]]] * 2, [[[1.0, 2.0], [3.0, 4.0]]] * 2,
            ". It contains nan, only in the last index 1.",
        ),
        (
            [[1.0, np.nan, np.nan]] * 2, [[1.0, 2.0, 4.0]] * 2,
            ". It contains nan, only in the entries along axis 0 after the first.",
        ),
        (
            [[np.nan, np.nan, 4.0]] * 2, [[1.0, 2.0, 4.0]] * 2,
            ". It contains nan, only in the entries along axis 0 before the last.",
        ),
        ([[np.nan, 2.0, np.nan]] * 2, [[1.0, 2.0, 4.0]] * 2, ". It contains nan."),
        (
            [[[1.0, 7.0], [3.0, 7.0]]] * 2, [[[1.0, 2.0], [3.0, 4.0]]] * 2,
            ". It is wrong only in the last index 1, where it is 7.",
        ),
        ([[5.0, 1.0]] * 2, [[1.0, 2.0, 4.0]] * 2, "."),
    ],
)  # fmt: skip
def test_how_one_kind_of_wrong_results_differs(actual, right, end):
    assert sentences(actual, right) == (f"y is wrong in both checks{end}",)


def test_a_sum_is_described_before_the_entries():
    task = Task("f(b)", ("y",), "", answer, (), ())
    cases = [Case(f"case {i}", ([{"array": b}],)) for i, b in enumerate(([0.0, 3.0], [0.0, 5.0]))]
    right, actual = ([[{"arrays": [np.array([9.0, y])]}] for y in ys] for ys in ((2, 4), (8, 14)))
    found = describe_structure(Results(task, cases, actual), Results(task, cases, right), ["y"])
    assert found == ("y is wrong in both checks. It is the right result plus 2 times b.",)
