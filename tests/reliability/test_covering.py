"""Which tests run which line, and which of them judge a mutant."""

import textwrap

import pytest

from reliability import covering, mutation
from reliability.code_mutants import Mutants

SOURCE = textwrap.dedent(
    """\
    LIMIT = 3


    def outer(
        a,
        b=2,
    ):
        if (
            a > b
        ):
            return max(
                a,
                LIMIT,
            )

        def inner():
            return 1

        return inner


    @decorated
    class Pair:
        @cached
        def sum(self):
            return 3
    """
)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (1, []),
        (6, [(8, 19)]),  # a default, in the header
        (9, [(8, 10), (8, 19)]),
        (12, [(11, 14), (8, 19)]),
        (16, [(16, 16), (17, 17), (8, 19)]),
        (17, [(17, 17), (17, 17), (8, 19)]),
        (22, []),  # a decorator
        (24, [(26, 26)]),
    ],
)
def test_the_statement_at_a_line_and_the_functions_around_it(line, expected):
    assert covering.lines_around(SOURCE, line) == expected


KNOWN = covering.Covering(
    {"tests/a.py::slow": 50, "tests/a.py::quick": 1, "tests/b.py::quick": 0.5, "tests/c.py::t": 20},
    {"minivgg/m.py": {11: ["tests/a.py::slow", "tests/a.py::quick", "tests/b.py::quick"],
                      19: ["tests/c.py::t"]}},
)  # fmt: skip


def test_the_shortest_tests_of_a_line_come_first_and_those_of_the_module_before_them():
    by_time = KNOWN.shortest("minivgg/m.py", SOURCE, 12, [])
    assert by_time == ["tests/b.py::quick", "tests/a.py::quick", "tests/a.py::slow"]
    own = KNOWN.shortest("minivgg/m.py", SOURCE, 12, ["tests/a.py"])
    assert own == ["tests/a.py::quick", "tests/a.py::slow", "tests/b.py::quick"]


def test_the_tests_of_a_line_are_not_many_and_do_not_take_long(monkeypatch):
    monkeypatch.setattr(covering, "MOST_SECONDS", 51)
    assert len(KNOWN.shortest("minivgg/m.py", SOURCE, 12, [])) == 2
    monkeypatch.setattr(covering, "MOST_TESTS", 1)
    assert KNOWN.shortest("minivgg/m.py", SOURCE, 12, []) == ["tests/b.py::quick"]


def test_of_a_line_that_no_test_runs_alone_those_of_its_function_count():
    assert KNOWN.files("minivgg/m.py", SOURCE, 9) == {"tests/a.py", "tests/b.py", "tests/c.py"}
    assert KNOWN.files("minivgg/m.py", SOURCE, 1) == set()
    assert KNOWN.files("minivgg/other.py", SOURCE, 12) == set()


def test_a_test_is_known_by_its_name_in_processes_that_it_has_started():
    assert covering._test("tests/a.py::test_b[x (call)] (call)") == "tests/a.py::test_b[x (call)]"
    assert covering._test("tests/a.py::test_b (setup)") == "tests/a.py::test_b"


def test_of_the_folders_only_files_that_run_the_line_are_left(monkeypatch):
    known = covering.Covering(
        {"tests/ops/test_pooling.py::test_x": 1, "tests/layers/test_pooling.py::test_y": 1,
         "tests/cli/test_train.py::test_z": 1},
        {"minivgg/ops/pooling.py": {line: ["tests/ops/test_pooling.py::test_x",
                                          "tests/layers/test_pooling.py::test_y",
                                          "tests/cli/test_train.py::test_z"]
                                   for line in range(1, 500)}},
    )  # fmt: skip
    found = dict(mutation.stages("minivgg/ops/pooling.py", mutation.ROOT, 30, known))
    assert list(found) == ["covering", "mirrored", "folders", "slow"]
    assert len(found["covering"]) == 3
    assert found["folders"] == [
        "tests/layers/test_pooling.py", *reversed(mutation.EVERYWHERE), "-m", "not slow"
    ]  # fmt: skip


@pytest.fixture
def project(tmp_path):
    """Two functions, and tests of which one starts a process."""
    pytest.importorskip("coverage")
    for path, text in {
        "minivgg/__init__.py": "",
        "minivgg/m.py": "def f(x):\n    return x + 1\n\n\ndef g(x):\n    return x + 2\n",
        "tests/reliability/__init__.py": "",
        "tests/reliability/recording.py": (
            mutation.ROOT / "tests/reliability/recording.py"
        ).read_text(),
        "tests/test_m.py": textwrap.dedent(
            """\
            import subprocess
            import sys

            from minivgg.m import f


            def test_f():
                assert f(1) == 2


            def test_g():
                call = "from minivgg.m import g; assert g(1) == 3"
                assert subprocess.run([sys.executable, "-c", call]).returncode == 0
            """
        ),
    }.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    return tmp_path


@pytest.mark.slow
def test_recorded_tests_are_those_that_run_a_line_also_in_another_process(project, monkeypatch):
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    known = covering.record(project, project / "build" / "known.json")
    assert known.of_lines["minivgg/m.py"] == {
        1: ["tests/test_m.py::test_g"],  # the import in the other process
        2: ["tests/test_m.py::test_f"],
        5: ["tests/test_m.py::test_g"],
        6: ["tests/test_m.py::test_g"],
    }
    assert set(known.tests) == {"tests/test_m.py::test_f", "tests/test_m.py::test_g"}
    assert known == covering.load(project / "build" / "known.json")
    only_g = next(m for m in Mutants((project / "minivgg/m.py").read_text()) if m.line == 6)
    monkeypatch.setattr(mutation, "mirrored", lambda *_: [])
    monkeypatch.setattr(mutation, "folders", lambda *_: [])
    assert mutation.judge(project, "minivgg/m.py", only_g, 60, known).verdict == "noticed"
    assert mutation.judge(project, "minivgg/m.py", only_g, 60, known).stage == "covering"


@pytest.mark.slow
def test_tests_that_fail_cannot_judge(project, monkeypatch):
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    (project / "minivgg/m.py").write_text("def f(x):\n    return x\n\n\ndef g(x):\n    return 3\n")
    with pytest.raises(RuntimeError, match="the tests do not pass"):
        covering.record(project, project / "known.json")
