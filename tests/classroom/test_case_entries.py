"""What an entry of hidden checks may contain: each limit is exact, and each refusal a sentence."""

import re

import pytest

from minivgg.classroom.case_entries import FORM, check_entry, count_numbers, shown

NESTED_8 = [[[[[[[[1]]]]]]]]  # within the list of a call's arguments


def entry(*arguments, **others):
    return {"about": "a case", "calls": [list(arguments)]} | others


def accepts(case):
    try:
        check_entry(case)
    except ValueError as error:
        return str(error)
    return True


@pytest.mark.parametrize(
    "case",
    [
        {"calls": [[]]},
        entry(seed=0),
        entry(seed=2**63 - 1),
        entry(about=200 * "x"),
        {"calls": [[1]] * 100},
        entry(*[1] * 10_000),
        entry([1] * 9_999, 1),
        entry({"normal": [1000, 1000]}, {"normal": [1000, 1000]}),
        entry(NESTED_8),
        entry(200 * "x", 10**6, -(10**6), True, None, 1.5),
        entry({"rng": 0}, {"rng": 2**63 - 1}),
        {"calls": [[1], [{"previous": 0}], [{"previous": 3}]]},
        entry({"levels": [1, 3]}, {"integers": [2**53, 0]}, {"normal": []}, {"distinct": [0, 5]}),
        entry({"normal": [1] * 8}, {"levels": [2] + [1] * 8}, {"array": [[[[[[[[1]]]]]]]]}),
        entry({"array": [1, 2.5, -(2**63) + 1, 2**63 - 1]}, {"array": []}, {"array": 3}),
        entry({"array": [[], []]}),
        entry({"normal": [0, 10**7]}),
    ],
)
def test_what_is_within_the_limits(case):
    assert accepts(case) is True


KINDS = "(normal, distinct, integers, levels, array, rng, previous)"


@pytest.mark.parametrize(
    ("case", "sentence"),
    [
        ([], FORM),
        ({"about": "x"}, FORM),
        ({"calls": []}, FORM),
        ({"calls": 3}, FORM),
        ({"calls": [[], 3]}, "the calls of a case must be lists of arguments, and its seed an int"),
        (entry(seed=1.0), "the calls of a case must be lists of arguments, and its seed an int"),
        (entry(seed=True), "the calls of a case must be lists of arguments, and its seed an int"),
        (entry(seed=-1), "the seed of a case must be from 0 to 2⁶³ − 1, got -1"),
        (entry(seed=2**63), "the seed of a case must be from 0 to 2⁶³ − 1, got 92233720368547"),
        (entry(about=3), '"about" must be one line of at most 200 characters, got 3'),
        (entry(about=201 * "x"), '"about" must be one line of at most 200 characters, got "xxx'),
        (entry(about="a\nb"), '"about" must be one line of at most 200 characters, got "a\\nb"'),
        ({"calls": [[1]] * 101}, "a case can have at most 100 calls, got 101"),
        (entry(*[1] * 10_001), "a call can have at most 10000 numbers besides its arrays"),
        (entry([1] * 10_000, 1), "a call can have at most 10000 numbers besides its arrays"),
        (entry([1] * 10_001), "a list among the arguments has more than 10000 items"),
        (entry(*[{"normal": [1000, 1000]}] * 2, {"normal": [1]}),
         "the arrays of a case can have at most 2000000 numbers"),
        ({"calls": [[{"normal": [1000, 1000]}]] * 3},
         "the arrays of a case can have at most 2000000 numbers"),
        (entry([NESTED_8]), "lists among the arguments are nested more than 8 levels deep"),
        (entry(1, [2, [NESTED_8]]), "lists among the arguments are nested more than 8 levels deep"),
        (entry(201 * "x"), "is a text of 201 characters"),
        (entry(10**6 + 1), "the argument 1000001 is larger than 1000000"),
        (entry(-(10**6) - 1), "the argument -1000001 is larger than 1000000"),
        (entry(10**30), "the argument a number of 31 digits is larger than 1000000"),
        (entry({}), f"an argument described by [] is not of a known kind {KINDS}"),
        (entry({"x": 1}), f'an argument described by ["x"] is not of a known kind {KINDS}'),
        (entry({"rng": 1, "normal": []}), 'described by ["rng", "normal"] is not of a known kind'),
        (entry({"rng": -1}), '{"rng": -1} cannot be used: the seed of a generator must be an int'),
        (entry({"rng": 2**63}), "the seed of a generator must be an integer from 0 to 2⁶³ − 1"),
        (entry({"rng": True}), "the seed of a generator must be an integer from 0 to 2⁶³ − 1"),
        ({"calls": [[1], [{"previous": -1}]]}, "an output is given by its index, counted from 0"),
        ({"calls": [[1], [{"previous": "y"}]]}, "an output is given by its index, counted from 0"),
        (entry({"previous": 0}), "there is no call before the first"),
        (entry([1, {"previous": 0}]), "there is no call before the first"),
        (entry({"normal": 3}), '{"normal": 3} cannot be used: a list of integers is expected'),
        (entry({"normal": [3, True]}), "a list of integers is expected"),
        (entry({"levels": []}), "how many different values there are, must be from 1 to 2⁵³"),
        (entry({"integers": [0, 3]}), "how many different values there are, must be from 1 to 2⁵³"),
        (entry({"levels": [2**53 + 1]}), "how many different values there are, must be from 1 to"),
        (entry({"normal": [1] * 9}), "a shape can have at most 8 axes and no negative sides"),
        (entry({"levels": [2] + [1] * 9}), "a shape can have at most 8 axes and no negative sides"),
        (entry({"normal": [3, -1]}), "a shape can have at most 8 axes and no negative sides"),
        (entry({"normal": [10**6 + 1]}), "these are more than 1000000 numbers"),
        (entry({"normal": [2**32, 2**32]}), "these are more than 1000000 numbers"),
        (entry({"array": [[1], [2, 3]]}), "its rows have different lengths"),
        (entry({"array": [[[[[[[[[1]]]]]]]]]}), "an array can have at most 8 axes"),
        (entry({"array": [1, "x"]}), "an array consists of numbers, in lists of equal lengths"),
        (entry({"array": [1, [2]]}), "an array consists of numbers, in lists of equal lengths"),
        (entry({"array": [1, 2**63]}), "an integer has more than 64 bits"),
        (entry({"array": [-(2**63), 1.0]}), "an integer has more than 64 bits"),
        (entry({"array": [[0] * 1000] * 1001}), "these are more than 1000000 numbers"),
    ],
)  # fmt: skip
def test_what_is_beyond_them(case, sentence):
    assert re.escape(sentence) in re.escape(str(accepts(case)))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (3, "3"),
        (10**20, "1" + 20 * "0"),
        (-(10**20) - 1, "a number of 21 digits"),
        (10**25, "a number of 26 digits"),
        (58 * "x", f'"{58 * "x"}"'),
        (59 * "x", f'"{59 * "x"}…'),
        (list(range(99)), "[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 1…"),
        ([1, 2], "[1, 2]"),
    ],
)
def test_values_in_messages_are_short(value, text):
    assert shown(value) == text


def test_values_that_are_nested_very_deeply_are_not_shown():
    deep = []
    for _ in range(100_000):
        deep = [deep]
    assert shown(deep) == "a value that is nested very deeply"


@pytest.mark.parametrize(
    ("calls", "count"),
    [
        ([[1, "x", None]], 0),
        ([[{"normal": [2, 3]}], [[{"distinct": [4]}], {"rng": 7}, {"previous": 5}]], 10),
        ([[{"levels": [9, 2, 3]}, {"integers": [9, 4]}, {"array": [[1, 2], [3, 4]]}]], 14),
        ([[{"normal": []}]], 1),
    ],
)
def test_numbers_of_arrays_are_counted(calls, count):
    assert count_numbers(calls) == count
