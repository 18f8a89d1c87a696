"""Tasks and their cases: what is drawn for each description of an argument."""

import numpy as np
import pytest

from minivgg.classroom.tasks import (
    Case,
    Mistake,
    Task,
    array,
    distinct,
    integers,
    levels,
    normal,
    previous,
    rng,
)


def drawn(argument, seed=0, about="a case"):
    [[value]] = Case(about, ([argument],), seed).arguments()
    return value


@pytest.mark.parametrize(
    ("argument", "description"),
    [
        (normal(2, 3), {"normal": [2, 3]}),
        (distinct(4), {"distinct": [4]}),
        (levels(3, 2, 5), {"levels": [3, 2, 5]}),
        (integers(3, 2), {"integers": [3, 2]}),
        (array([1, 2]), {"array": [1, 2]}),
        (rng(5), {"rng": 5}),
        (previous(1), {"previous": 1}),
    ],
)
def test_descriptions_of_arguments(argument, description):
    assert argument == description


def test_an_argument_is_drawn_as_it_is_described():
    assert drawn(normal(2, 3)).shape == (2, 3)
    assert -1 < drawn(normal(10_000)).mean() < 1
    few = drawn(levels(3, 100, 2))
    assert (few.shape, few.dtype, set(few.ravel())) == ((100, 2), np.float64, {0.0, 1.0, 2.0})
    whole = drawn(integers(3, 100))
    assert (whole.shape, whole.dtype.kind, set(whole)) == ((100,), "i", {0, 1, 2})
    assert drawn(array([[1, 2.5]])).tolist() == [[1.0, 2.5]]
    assert drawn(rng(5)) == {"rng": 5}
    assert drawn(previous(1)) == {"previous": 1}
    assert drawn("text") == "text"
    assert [part.shape for part in drawn([normal(2), [normal(3)][0], normal()])] == [(2,), (3,), ()]


@pytest.mark.parametrize(
    ("shape", "numbers"),
    [
        ((6,), [-2, -1, 1, 2, 3, 4]),
        ((2, 2), [-1, 1, 2, 3]),
        ((1,), [1]),
        ((2,), [1, 2]),
        ((3,), [-1, 1, 2]),
        ((0, 3), []),
    ],
)
def test_distinct_numbers_are_around_0_without_it(shape, numbers):
    found = drawn(distinct(*shape))
    assert found.shape == shape
    assert sorted(found.ravel().tolist()) == numbers


def test_numbers_depend_on_the_seed_and_on_the_description():
    values = [
        drawn(normal(3), 0), drawn(normal(3), 1), drawn(normal(3), 0, "another case"),
    ]  # fmt: skip
    assert len({tuple(value) for value in values}) == 3
    assert tuple(drawn(normal(3), 0)) == tuple(values[0])
    case = Case("x", ([normal(3)],))
    assert case.arguments() is case.arguments()
    assert case.seed == 0


def test_cases_of_a_file():
    case = Case.from_dict({"calls": [[1], [{"normal": [2, 3]}]]})
    assert (case.about, case.seed, case.calls) == ("a hidden case", 0, ([1], [{"normal": [2, 3]}]))
    case = Case.from_dict({"about": "x", "seed": 5, "calls": [[{"array": [1, 2]}, {"rng": 1}]]})
    assert (case.about, case.seed) == ("x", 5)
    with pytest.raises(ValueError, match="a list of integers is expected"):
        Case.from_dict({"calls": [[{"normal": "x"}]]})


def test_the_size_of_a_case_is_that_of_its_arrays():
    assert Case("", ([normal(2, 3), 5, [normal(9)]], [array([1, 2])])).size == 8


def answer(x, stride, memory=None, mistakes=()):
    memory["calls"] = memory.get("calls", 0) + 1
    return x * stride, memory["calls"], sorted(mistakes)


TASK = Task(
    "pool(x, stride)", ("y", "n", "m"), "Pools.", answer, (),
    (
        Mistake("flipped", "It is flipped.", "Turn it.", 2, variants=3),
        Mistake("other", "", "", 1, convention=True),
    ),
)  # fmt: skip


def test_what_a_task_says_about_itself():
    assert TASK.name == "pool"
    assert TASK.argument_names == ("x", "stride")
    assert TASK.conventions == {"other"}
    assert (TASK.points, TASK.writable, TASK.tolerances, TASK.observe) == (10, (), {}, None)


def test_variants_of_a_mistake():
    flipped, other = TASK.mistakes
    assert flipped.variant_names == ("flipped", "flipped/2", "flipped/3")
    assert other.variant_names == ("other",)
    assert (other.variants, flipped.convention) == (1, False)
    assert TASK.find_mistake("flipped") is TASK.find_mistake("flipped/2") is flipped
    with pytest.raises(KeyError):
        TASK.find_mistake("unknown")


def test_each_implementation_has_a_memory_of_its_own():
    first, second = TASK.implementation(), TASK.implementation(("b", "a"))
    assert TASK.has_memory
    assert (first(3, 2), first(3, 2), second(3, 1)) == ((6, 1, []), (6, 2, []), (3, 1, ["a", "b"]))
    plain = Task("f(x)", ("y",), "", lambda x, mistakes: (x, mistakes), (), ())
    assert not plain.has_memory
    assert plain.implementation()(3) == (3, frozenset())
