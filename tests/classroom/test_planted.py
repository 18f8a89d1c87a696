"""The checker against students: wrong answers in other styles than the bank's are found and named, right ones in any style pass."""

from collections import Counter

import pytest

from benchmarks.school import AS_GOOD_AS_RIGHT, PLANTED, excerpt, loaded
from minivgg.classroom.bank import TASKS
from minivgg.classroom.grader import judge
from minivgg.classroom.results import Series

FILES = {path.stem: loaded(path) for path in sorted(PLANTED.glob("planted_*.py"))}
ENTRIES = {kind: [e for module in FILES.values() for e in getattr(module, kind, ())] for kind in ("PLANTED", "RIGHT", "CONVENTION")}


def is_convention(task, name):
    return name in TASKS[task].conventions


ENTRIES["CONVENTION"] += [(t, names[0], f) for t, names, f in ENTRIES["PLANTED"] if len(names) == 1 and is_convention(t, names[0])]
ENTRIES["PLANTED"] = [entry for entry in ENTRIES["PLANTED"] if not all(is_convention(entry[0], name) for name in entry[1])]


def verdict_on(name, function):
    return judge(Series.of(function, TASKS[name], TASKS[name].cases))


@pytest.fixture(scope="module")
def verdicts():
    return [(task, set(names), function.__name__, verdict_on(task, function)) for task, names, function in ENTRIES["PLANTED"]]


def test_planted_mistakes_fail(verdicts):
    passed = {name for _, _, name, verdict in verdicts if verdict.passed}
    assert passed == AS_GOOD_AS_RIGHT
    assert len(passed) < 0.05 * len(verdicts)


def test_planted_mistakes_are_named(verdicts):
    """At least 80 % are asked for; nearly all get a name of what was planted."""
    rightly = [names & set(verdict.mistakes) != set() for _, names, _, verdict in verdicts]
    assert sum(rightly) >= 0.95 * len(rightly)


def test_two_planted_mistakes_are_both_named_mostly(verdicts):
    both = [names == set(verdict.mistakes) for _, names, _, verdict in verdicts if len(names) == 2]
    assert len(both) > 100
    assert sum(both) >= 0.8 * len(both)


def test_a_wrong_name_is_rare(verdicts):
    wrong = [name for _, names, name, verdict in verdicts if verdict.mistakes and not names & set(verdict.mistakes)]
    assert len(wrong) < 0.02 * len(verdicts), wrong


def test_nearly_every_mistake_of_the_bank_is_planted(verdicts):
    planted = {(task, name) for task, names, _, _ in verdicts for name in names}
    known = {(task.name, m.name) for task in TASKS.values() for m in task.mistakes if not m.convention}
    assert len(planted & known) >= 0.85 * len(known)


@pytest.mark.parametrize(("task", "function"), ENTRIES["RIGHT"], ids=lambda v: v if isinstance(v, str) else v.__name__)
def test_right_answers_in_unusual_styles_get_full_marks(task, function):
    verdict = verdict_on(task, function)
    assert verdict.passed, verdict.message
    assert verdict.score == 1
    assert verdict.mistakes == ()


@pytest.mark.parametrize(("task", "name", "function"), ENTRIES["CONVENTION"], ids=lambda v: v if isinstance(v, str) else v.__name__)
def test_conventions_pass_and_are_named(task, name, function):
    verdict = verdict_on(task, function)
    assert verdict.passed, verdict.message
    assert verdict.conventions == (name,)


def test_every_task_has_several_of_each_kind():
    for kind in ("PLANTED", "RIGHT"):
        counts = Counter(entry[0] for entry in ENTRIES[kind])
        assert set(counts) == set(TASKS)
        assert min(counts.values()) >= 4


def test_an_excerpt_stands_alone():
    for path in sorted(PLANTED.glob("planted_*.py")):
        text = path.read_text(encoding="utf-8")
        for task, _, function in FILES[path.stem].PLANTED[::25]:
            names = {}
            exec(excerpt(text, function.__name__), names)
            own, whole = (verdict_on(task, f) for f in (names[function.__name__], function))
            assert own.message.splitlines()[0] == whole.message.splitlines()[0]
