"""Mutants of the code: what they change, and that tests notice them or not."""

import ast
import threading
from contextlib import contextmanager

import pytest

from reliability import mutation
from reliability.code_mutants import Mutants, choose

SOURCE = '''"""A module."""

LIMIT: int = 3  # überall


def scale(values: list[int], factor: int = 2, *, exact: bool = True) -> list[int]:
    """Multiply."""
    assert isinstance(values, list)
    if not values:
        raise ValueError(f"no {values!r}" + "?")
    total = 0
    for value in values:
        total += value * factor
    return max(total, LIMIT) if exact and total < 9 else min(values, key=abs)
'''


def texts(kind):
    return [(m.before, m.after) for m in Mutants(SOURCE) if m.kind == kind]


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("comparison", [("total < 9", "total <= 9")]),
        ("constant", [("3", "4"), ("3", "2"), ("0", "1"), ("0", "-1"), ("9", "10"), ("9", "8")]),
        ("default", [("2", "3"), ("2", "1"), ("True", "False")]),
        ("statement", [
            ('raise ValueError(f"no {values!r}" + "?")', "pass"),
            ("total += value * factor", "pass"),
        ]),
        ("arithmetic", [
            ("total += value * factor", "total = value * factor"),
            ("total += value * factor", "total -= value * factor"),
            ("value * factor", "value + factor"),
        ]),
        ("arguments", [("isinstance(values, list)", "isinstance(list, values)"),
                       ("min(values, key=abs)", "min(values)")]),
        ("function", [
            ("max(total, LIMIT)", "min(total, LIMIT)"),
            ("min(values, key=abs)", "max(values, key=abs)"),
        ]),
    ],
)  # fmt: skip
def test_the_mutants_of_a_kind(kind, expected):
    assert sorted(texts(kind)) == sorted(expected)


def test_the_check_of_zip_that_lengths_are_equal_stays():
    found = [str(mutant) for mutant in Mutants("pairs = zip(a, b, strict=True)")]
    assert found == ["1: arguments: zip(a, b, strict=True) -> zip(b, a, strict=True)"]


def test_conditions_are_negated_and_branches_change_places():
    afters = [after for _, after in texts("condition")]
    assert "not not values" in afters
    assert "exact or total < 9" in afters
    assert sum(after.startswith("min(values, key=abs) if") for after in afters) == 1


def test_a_mutant_differs_in_one_place_and_compiles():
    """Columns count bytes: there is a letter of two bytes before most of the changes."""
    for mutant in Mutants(SOURCE):
        ast.parse(mutant.source)
        assert mutant.source != SOURCE
        assert len(mutant.source.splitlines()) == len(SOURCE.splitlines())
        changed = [
            number
            for number, (a, b) in enumerate(
                zip(SOURCE.splitlines(), mutant.source.splitlines(), strict=True), 1
            )
            if a != b
        ]
        assert changed == [mutant.line]


def test_types_texts_and_annotations_stay():
    source = '"""3 < 4"""\nfrom typing import TypeAlias\nA: TypeAlias = list[3]\nx: tuple[3]\n'
    assert not len(Mutants(source))


def test_the_choice_is_seeded_and_each_mutant_is_chosen_once():
    sources = {"a.py": SOURCE, "b.py": "x = 1 + 2\n"}
    chosen = choose(sources, 10, seed=4)
    assert chosen == choose(sources, 10, seed=4)
    assert chosen != choose(sources, 10, seed=5)
    assert len(set(chosen)) == 10
    assert 0 < len(choose({"b.py": "x = 1 + 2\n"}, 99, seed=0)) == len(Mutants("x = 1 + 2\n"))


@pytest.mark.parametrize(
    ("file", "first"),
    [
        ("minivgg/ops/conv.py", "tests/ops/test_conv.py"),
        ("minivgg/backend/cpu/pooling.py", "tests/ops/test_pooling.py"),
        ("minivgg/training/trainer.py", "tests/training/test_trainer.py"),
    ],
)
def test_the_tests_that_mirror_a_module_come_first(file, first):
    stages = mutation.stages(file)
    assert stages[0][0] == "mirrored"
    assert first in stages[0][1]
    assert [name for name, _ in stages] == ["mirrored", "folders", "slow"]


def test_every_package_has_folders_of_tests():
    one_of_each = {file.split("/")[1]: file for file in mutation.sources()}
    for file in one_of_each.values():
        for _, arguments in mutation.stages(file):
            assert all((mutation.ROOT / path).exists() for path in arguments if "/" in path), file


SOURCE_OF_ONE = "def least(n):\n    return n + 1\n"


@pytest.fixture
def no_plugins(monkeypatch):
    """The pytest of another process starts without the plugins that are installed."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")


@pytest.fixture
def project(tmp_path):
    """A project with one function and a test that it is larger than before."""
    for path, text in (
        ("minivgg/__init__.py", ""),
        ("minivgg/counts.py", SOURCE_OF_ONE),
        (
            "tests/test_counts.py",
            "from minivgg.counts import least\n\n\ndef test_least():\n    assert least(2) > 2\n",
        ),
        ("tests/test_package.py", ""),
        ("pytest.ini", "[pytest]\nmarkers = slow: slow\n"),
    ):
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text)
    return tmp_path


def judged(project):
    return {
        mutant.after: mutation.judge(project, "minivgg/counts.py", mutant, 60)
        for mutant in Mutants(SOURCE_OF_ONE)
        if mutant.after in ("2", "n - 1")
    }


@pytest.mark.slow
def test_a_mutant_is_noticed_or_survives(project, no_plugins):
    outcomes = judged(project)
    assert {after: outcome.verdict for after, outcome in outcomes.items()} == {
        "2": "survived",
        "n - 1": "noticed",
    }
    table = mutation.summary(list(outcomes.values()), seed=7)
    assert "noticed 1 of 2 (50.0%), seed 7" in table
    assert "minivgg/counts.py:2: constant: 1 -> 2" in table


def test_the_tests_run_with_the_mutant_and_the_file_is_as_before(project, monkeypatch):
    """The stages end with the first that notices it."""
    seen = []

    def tested(root, arguments, seconds, may_be_missing):
        seen.append(((root / "minivgg/counts.py").read_text(), arguments))
        return "noticed" if "tests/test_package.py" in arguments else "survived"

    monkeypatch.setattr(mutation, "tested", tested)
    outcomes = judged(project)
    assert (project / "minivgg/counts.py").read_text() == SOURCE_OF_ONE
    assert {(o.verdict, o.stage) for o in outcomes.values()} == {("noticed", "folders")}
    assert [text.splitlines()[1].strip() for text, _ in seen] == [
        "return (n - 1)",
        "return (n - 1)",
        "return n + (2)",
        "return n + (2)",
    ]
    assert seen[0][1] == ["tests/test_counts.py", "-m", "not slow"]


@pytest.mark.parametrize(
    ("without", "verdict"), [("survived", "too long"), ("too long", "unjudged")]
)
def test_tests_that_take_too_long_judge_only_where_the_mutant_makes_them(
    project, monkeypatch, without, verdict
):
    def tested(root, arguments, seconds, may_be_missing):
        changed = (root / "minivgg/counts.py").read_text() != SOURCE_OF_ONE
        return "too long" if changed else without

    monkeypatch.setattr(mutation, "tested", tested)
    outcomes = judged(project)
    assert {outcome.verdict for outcome in outcomes.values()} == {verdict}
    total = 2 if verdict == "too long" else 0
    assert f"noticed {total} of {total}" in mutation.summary(list(outcomes.values()), seed=0)


@pytest.mark.slow
def test_a_test_that_never_ends_is_ended(tmp_path, no_plugins):
    (tmp_path / "test_ends.py").write_text("import time\n\n\ntime.sleep(60)\n")
    assert mutation.tested(tmp_path, ["test_ends.py"], 0.5, False) == "too long"


@pytest.mark.slow
def test_a_stage_that_cannot_be_run_is_an_error(tmp_path, no_plugins):
    with pytest.raises(RuntimeError, match="pytest ended with 4"):
        mutation.tested(tmp_path, ["no_such_file.py"], 60, False)
    assert mutation.tested(tmp_path, ["no_such_file.py::test_x[1]"], 60, True) == "survived"


@pytest.mark.slow
def test_a_mutant_that_the_tests_cannot_import_is_noticed(tmp_path, no_plugins):
    (tmp_path / "conftest.py").write_text("raise RuntimeError('the package cannot be imported')\n")
    (tmp_path / "test_any.py").write_text("def test_any():\n    pass\n")
    assert mutation.tested(tmp_path, ["test_any.py"], 60, False) == "noticed"


def test_several_mutants_are_judged_at_a_time_each_in_a_copy_of_its_own(
    tmp_path, monkeypatch, capsys
):
    copies, in_use = iter("abc"), []

    @contextmanager
    def project_copy():
        yield tmp_path / next(copies)

    def judge(root, file, mutant, seconds, known):
        assert root not in in_use
        in_use.append(root)
        both.wait(60)  # until the other one is judged, too
        in_use.remove(root)
        return mutation.Outcome(file, mutant, "noticed", "mirrored", 0.1)

    both = threading.Barrier(2)
    monkeypatch.setattr(mutation, "project_copy", project_copy)
    monkeypatch.setattr(mutation, "judge", judge)
    assert mutation.run(4, 0, jobs=2) == 0
    lines = capsys.readouterr().out.splitlines()
    assert sorted(line.split("/")[0].strip() for line in lines[:4]) == ["1", "2", "3", "4"]
    assert "noticed 4 of 4 (100.0%), seed 0; survivors:" in lines
