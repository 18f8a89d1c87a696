"""The parts of the message about a wrong answer, each in full."""

import numpy as np
import pytest

from minivgg.classroom import messages
from minivgg.classroom.diagnosis.known_mistakes import Explanation
from minivgg.classroom.messages import (
    describe_conventions,
    describe_failure,
    describe_memory_error,
    describe_mistake,
    failure_message,
)
from minivgg.classroom.results import Results, bank_results
from minivgg.classroom.tasks import Case, Mistake, Task


def answer(x, k, mistakes=()):
    return 2 * x, x.sum() + k


CASES = tuple(
    Case(f"case {size}", ([{"array": list(range(1, size + 1))}, 0],)) for size in (3, 1, 2)
)
TASK = Task(
    "double(x, k)", ("y", "z"), "Doubles.", answer, CASES,
    (Mistake("flipped", "It is flipped.", "Turn it.", 2),
     Mistake("scaled", "It is scaled.", "Divide.", 3)),
)  # fmt: skip


@pytest.mark.parametrize(
    ("correct", "sentence"),
    [
        ([{"y": True}, {"y": True}], "all hidden checks passed, but there is another problem."),
        ([{"y": True}, {"y": False}], "1 of 2 hidden checks passed."),
        ([{"y": False, "z": False}], "0 of 1 hidden checks passed."),
        (
            [{"y": True, "z": False}, {"y": True, "z": True}, {"y": False, "z": False}],
            "1 of 3 hidden checks passed completely; 3 of 6 outputs are right.",
        ),
    ],
)
def test_how_much_is_right(correct, sentence):
    assert messages._count_passed(correct, "hidden checks") == sentence


def test_mistakes_and_conventions_in_one_line_each():
    assert describe_mistake(TASK, "flipped") == (
        "flipped: It is flipped. Turn it. Reread lesson 2."
    )
    assert describe_conventions(TASK, []) == ""
    assert describe_conventions(TASK, ["flipped", "scaled"]) == (
        "\nA convention, not a mistake (flipped): It is flipped. Turn it."
        "\nA convention, not a mistake (scaled): It is scaled. Divide."
    )


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("MemoryError", "needs more memory than allowed"),
        ("Unable to allocate 7.45 GiB for x", "needs more memory than allowed for an array of 7.4"),
        ("Unable to allocate 512. B for x", "needs more memory than allowed"),
        ("Unable to allocate 8. MiB for x", "needs more memory than allowed for an array of 8 MiB"),
        ("returns more than 32 MB", "returns more than 32 MB"),
        ("needs more memory than x", "needs more memory than x"),
    ],
)
def test_a_lack_of_memory(sentence, expected):
    found = describe_memory_error(sentence)
    assert found.startswith(expected)
    assert ("array" in found) is ("array" in expected)


def error(kind, line=None, code=""):
    return [kind, "bad", line, code]


def test_a_function_that_fails_in_every_case():
    assert describe_failure(TASK, error("OddError", 7)) == (
        "double: fails in every case: OddError in line 7: bad"
    )
    assert describe_failure(TASK, error("OddError", 7, "raise OddError")) == (
        "double: fails in every case: OddError in line 7: bad, in: raise OddError\n"
        "Your function raises this error itself. The task allows this case."
    )


def failing(*errors):
    """Results of cases that all ended in these errors; None: a case without one."""
    right = bank_results(TASK, CASES).records
    cases = [CASES[k % 3] for k in range(len(errors))]
    records = [
        right[k % 3] if one is None else [{"error": one, "changed": []}]
        for k, one in enumerate(errors)
    ]
    return Results(TASK, cases, records)


def test_errors_are_grouped_by_kind_and_line_the_most_frequent_first():
    odd, even, last = error("OddError", 7), error("OddError", 8), error("LastError", 7)
    assert messages._describe_errors(failing(odd, even, even, last)) == [
        "case 1: OddError in line 8: bad (in 2 checks)",
        "case 3: OddError in line 7: bad",
    ]
    assert messages._describe_errors(failing(odd, odd)) == ["case 3: OddError in line 7: bad"]
    assert messages._describe_errors(failing(last, odd, None)) == [
        "case 3: LastError in line 7: bad",
        "case 1: OddError in line 7: bad",
    ]
    raised = error("OddError", 7, "raise OddError()")
    assert messages._describe_errors(failing(raised))[1:] == [
        "Your function raises this error itself. The task allows this case."
    ]
    assert messages._describe_errors(failing(None)) == []


def message(function=answer, explanation=None, general=(), diagnoses=()):
    results = Results.from_function(function, TASK, CASES)
    expected = bank_results(TASK, CASES)
    return failure_message(
        results, expected, [{"y": True, "z": False}, {"y": False}], explanation or Explanation(),
        general, diagnoses, "public checks",
    ).splitlines()  # fmt: skip


FIRST = "double: not correct yet: 0 of 2 public checks passed completely; 1 of 3 outputs are right."


@pytest.mark.parametrize(
    ("explanation", "lines"),
    [
        (Explanation(("flipped",), certain=True), []),
        (Explanation(("flipped",)), ["Most cases look like this mistake:"]),
        (
            Explanation(("flipped",), apart_from_errors=True),
            ["Where it does not end in an error, your function makes this mistake:"],
        ),
        (
            Explanation(("flipped",), certain=True, apart_from_errors=True),
            ["Where it does not end in an error, your function makes this mistake:"],
        ),
    ],
)
def test_a_mistake_stands_below_what_it_explains(explanation, lines):
    assert message(explanation=explanation) == [
        FIRST, *lines, "flipped: It is flipped. Turn it. Reread lesson 2.",
    ]  # fmt: skip


def test_without_mistakes_nothing_is_said_about_what_they_explain():
    assert message(explanation=Explanation(apart_from_errors=True)) == [FIRST]


def test_general_mistakes_and_diagnoses_follow():
    def changes(x, k):
        x *= 1.5
        return 4 / 3 * x, x.sum() / 1.5 + k

    def both(x, k):
        k.append(1)
        return changes(x, 0)

    cases = [Case("", ([np.ones(2), [0]],))]
    results = Results.from_function(both, TASK, cases)
    said = messages._describe_general(messages.WRITES, results)
    assert said.startswith("Your function changes x and k in place. Work on a copy")
    lines = message(general=["remembers-or-draws", "results-in-another-order"], diagnoses=["Odd."])
    assert lines[1].startswith("remembers-or-draws: Your function gives different results for two")
    assert lines[2].startswith("results-in-another-order: Your outputs are correct, but the task")
    assert lines[3:] == ["Odd."]


def wrong(x, k):
    return (2 * x + (len(x) == 2), x.sum() + k + (len(x) == 1))


@pytest.mark.parametrize(
    ("explained", "case"), [((), "case 1"), (("z",), "case 2"), (("y", "z"), "case 1")]
)
def test_the_example_is_of_an_output_that_no_mistake_explains_if_there_is_one(explained, case):
    lines = message(wrong, Explanation(explained=frozenset(explained)))
    assert lines[1] == f"Wrong, for example: {case}"
