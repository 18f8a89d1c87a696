"""The grader against the corpus of students' answers (``corpus.py``).

Wrong answers in other styles than the bank's fail and their mistakes are named; right ones in any
style pass.
"""

import re
from collections import Counter

import pytest
from classroom.corpus import FORMS, read, specimens

from benchmarks.school import SOURCES, wrong_answers
from minivgg.classroom.bank import TASKS, assignment_of
from minivgg.classroom.grader import grade_results
from minivgg.classroom.messages import GENERAL_MISTAKES
from minivgg.classroom.results import Results

EVERY = specimens()
OF_KIND = {kind: [s for s in EVERY if s.kind == kind] for kind in FORMS}


def verdict_on(name, function):
    return grade_results(Results.from_function(function, TASKS[name], TASKS[name].cases))


@pytest.fixture(scope="module")
def verdicts():
    return [(s, set(s.names), verdict_on(s.task, s.load())) for s in OF_KIND["wrong"]]


@pytest.mark.parametrize("task", TASKS)
def test_the_first_wrong_answer_to_each_task_fails_and_is_named(task):
    """The quick run's part of the tests below."""
    specimen = next(s for s in OF_KIND["wrong"] if s.task == task and len(s.names) == 1)
    verdict = verdict_on(task, specimen.load())
    assert not verdict.passed
    assert verdict.mistakes == specimen.names


@pytest.mark.slow
def test_wrong_answers_fail(verdicts):
    passed = {specimen.id for specimen, _, verdict in verdicts if verdict.passed}
    assert passed == {specimen.id for specimen in OF_KIND["wrong"] if specimen.passes}
    assert len(passed) < 0.05 * len(verdicts)


@pytest.mark.slow
def test_mistakes_are_named(verdicts):
    """At least 80 % are asked for; of nearly all, a mistake that was made is named."""
    rightly = [names & set(verdict.mistakes) != set() for _, names, verdict in verdicts]
    assert sum(rightly) >= 0.95 * len(rightly)


@pytest.mark.slow
def test_two_mistakes_at_once_are_both_named_mostly(verdicts):
    both = [names == set(verdict.mistakes) for _, names, verdict in verdicts if len(names) == 2]
    assert len(both) > 100
    assert sum(both) >= 0.8 * len(both)


@pytest.mark.slow
def test_a_wrong_name_is_rare(verdicts):
    wrong = [s.id for s, names, v in verdicts if v.mistakes and not names & set(v.mistakes)]
    assert len(wrong) < 0.02 * len(verdicts), wrong


@pytest.mark.slow
def test_nearly_every_mistake_of_the_bank_has_a_wrong_answer(verdicts):
    made = {(specimen.task, name) for specimen, names, _ in verdicts for name in names}
    known = {(t.name, m.name) for t in TASKS.values() for m in t.mistakes if not m.convention}
    assert len(made & known) >= 0.85 * len(known)


@pytest.mark.parametrize("specimen", OF_KIND["right"], ids=lambda specimen: specimen.id)
def test_right_answers_in_unusual_styles_get_full_marks(specimen):
    verdict = verdict_on(specimen.task, specimen.load())
    assert verdict.passed, verdict.message
    assert verdict.score == 1
    assert verdict.mistakes == ()


@pytest.mark.parametrize("specimen", OF_KIND["convention"], ids=lambda specimen: specimen.id)
def test_conventions_pass_and_are_named(specimen):
    verdict = verdict_on(specimen.task, specimen.load())
    assert verdict.passed, verdict.message
    assert verdict.conventions == specimen.names


def test_every_task_has_several_of_each_kind():
    for kind in ("wrong", "right"):
        counts = Counter(specimen.task for specimen in OF_KIND[kind])
        assert set(counts) == set(TASKS)
        assert min(counts.values()) >= 4


@pytest.mark.slow
def test_a_wrong_answer_below_the_solved_source_gets_the_same_grade_as_alone():
    """The generated students of ``benchmarks.school`` submit it like this."""
    texts = {text for answers in wrong_answers().values() for _, text in answers}
    chosen = [specimen for specimen in OF_KIND["wrong"] if specimen.text in texts][::25]
    for specimen in chosen:
        solved = (SOURCES / f"{assignment_of(specimen.task)}.py").read_text(encoding="utf-8")
        names = {}
        for text in (solved, specimen.text):
            exec(text, names)
        functions = (names[specimen.task], specimen.load())
        below, alone = (verdict_on(specimen.task, function) for function in functions)
        assert below.message.splitlines()[0] == alone.message.splitlines()[0]


def test_every_first_line_agrees_with_the_file_and_the_bank():
    for specimen in EVERY:
        task, name = TASKS[specimen.task], specimen.path.name
        assert re.fullmatch(rf"{re.escape(specimen.label)}--[a-z0-9]+(-[a-z0-9]+)*\.py", name)
        assert len(name) < 100
        assert (
            set(specimen.names)
            <= {mistake.name for mistake in task.mistakes} | GENERAL_MISTAKES.keys()
        )
        only_conventions = set(specimen.names) <= task.conventions
        assert only_conventions == (specimen.kind != "wrong"), specimen.id
        assert specimen.load().__name__ == specimen.task


@pytest.mark.parametrize("line", ["", "right", "# expect:", "# expect: a, b", "# expect: a; b"])
def test_a_first_line_in_no_known_form_is_an_error(line, tmp_path):
    path = tmp_path / "right--first-1.py"
    path.write_text(f"{line}\ndef im2col():\n    pass\n", encoding="utf-8")
    with pytest.raises(ValueError, match="first line"):
        read(path)
