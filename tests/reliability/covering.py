"""Which tests run which line of the package: recorded once, for the mutants of the code.

The whole suite runs under coverage.py, which must be installed. Lines that run in a process that a
test has started count for that test, unless the process has lost its environment on the way.
"""

import ast
import json
import os
import subprocess
import sys
import time
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

SETTINGS = """[run]
source = minivgg
parallel = true
relative_files = true
context = ${PYTEST_CURRENT_TEST-}
patch = _exit
"""  # context: that of a process that a test has started
MOST_TESTS, MOST_SECONDS = 100, 60  # of a line


@dataclass(frozen=True)
class Covering:
    """The tests of each line, as they were recorded.

    tests: {test: its seconds}. of_lines: {path of a module: {line: tests that run it}}.
    """

    tests: dict[str, float]
    of_lines: dict[str, dict[int, list[str]]]

    def files(self, file: str, source: str, line: int) -> set[str]:
        """The test files with a test that runs the line, or else its function."""
        return {test.split("::")[0] for test in self._all(file, source, line)}

    def shortest(self, file: str, source: str, line: int, first: list[str]) -> list[str]:
        """The shortest of the tests that run a line, those in the files ``first`` before others."""
        found = self._all(file, source, line)
        found.sort(key=lambda test: (test.split("::")[0] not in first, self.tests[test]))
        chosen, seconds = [], 0.0
        for test in found[:MOST_TESTS]:
            seconds += self.tests[test]
            if chosen and seconds > MOST_SECONDS:
                break
            chosen.append(test)
        return chosen

    def _all(self, file: str, source: str, line: int) -> list[str]:
        of_lines = self.of_lines.get(file, {})
        for first, last in lines_around(source, line):
            found = {test for k in range(first, last + 1) for test in of_lines.get(k, ())}
            if found:
                return sorted(found)
        return []


def lines_around(source: str, line: int) -> list[tuple[int, int]]:
    """The first and last lines of the statement at a line, then of the bodies of its functions.

    Of a compound statement that is its header. What is in no function runs at the import, for all
    tests, and so does the header of a function: that has its body only.
    """
    around = [
        node
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.stmt) and _first_line(node) <= line <= node.end_lineno
    ]
    around.sort(key=lambda node: node.lineno, reverse=True)
    functions = [n for n in around if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]
    found = [(node.body[0].lineno, node.end_lineno) for node in functions]
    inner = around[0]
    if set(functions) - {inner}:
        is_header = hasattr(inner, "body") and line < inner.body[0].lineno
        found.insert(0, (inner.lineno, inner.body[0].lineno - 1 if is_header else inner.end_lineno))
    return found


def _first_line(node: ast.stmt) -> int:
    """That of its first decorator, if it has one."""
    return min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", ()))])


def record(root: Path, target: Path) -> Covering:
    """Run the suite in a copy of the project, and write what was found to ``target``."""
    import coverage

    folder = root / "coverage"
    folder.mkdir()
    (folder / "settings").write_text(SETTINGS)
    paths = os.pathsep.join([str(root), str(root / "tests")])
    environment = {name: v for name, v in os.environ.items() if name != "PYTEST_CURRENT_TEST"}
    environment |= {
        "PYTHONPATH": paths,
        "COVERAGE_RCFILE": str(folder / "settings"),
        "COVERAGE_PROCESS_START": str(folder / "settings"),
        "COVERAGE_FILE": str(folder / "data"),
        "TEST_SECONDS": str(folder / "seconds.json"),
    }
    python = [sys.executable, "-m"]
    suite = ["pytest", "-q", "-p", "reliability.recording", "-p", "no:cacheprovider"]
    started = time.perf_counter()
    done = subprocess.run(
        [*python, "coverage", "run", "-m", *suite], cwd=root, env=environment, check=False
    )
    if done.returncode:
        raise RuntimeError("the tests do not pass, so mutants cannot be judged by them")
    subprocess.run([*python, "coverage", "combine", "-q"], cwd=root, env=environment, check=True)
    seconds = json.loads((folder / "seconds.json").read_text())
    data = coverage.CoverageData(basename=str(folder / "data"))
    data.read()
    of_lines: dict[str, dict[int, list[str]]] = defaultdict(dict)
    for name in data.measured_files():
        for line, contexts in data.contexts_by_lineno(name).items():
            tests = {_test(context) for context in contexts} & seconds.keys()
            if tests:
                of_lines[Path(name).as_posix()][line] = sorted(tests)
    numbers = {test: index for index, test in enumerate(seconds)}
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("w", encoding="utf-8") as file:
        by_number = {
            name: {line: [numbers[test] for test in tests] for line, tests in lines.items()}
            for name, lines in of_lines.items()
        }
        json.dump({"tests": seconds, "of_lines": by_number}, file)
    print(f"recorded {len(seconds)} tests in {time.perf_counter() - started:.0f} s", flush=True)
    return load(target)


def load(path: Path) -> Covering:
    """What ``record`` has written."""
    found = json.loads(path.read_text(encoding="utf-8"))
    names = list(found["tests"])
    of_lines = {
        name: {int(line): [names[k] for k in tests] for line, tests in lines.items()}
        for name, lines in found["of_lines"].items()
    }
    return Covering(found["tests"], of_lines)


def _test(context: str) -> str:
    """The test that a context names: "test (call)" in a process that the test has started."""
    for phase in (" (setup)", " (call)", " (teardown)"):
        context = context.removesuffix(phase)
    return context
