"""Do the tests notice mutants of the code? Each is put into a copy of the project and tested.

``python -m tests.reliability --mutate-code 60 --seed 1`` prints those that no test noticed. Some of
them are equivalent: the change makes no difference that a test could see. A person has to judge.

With ``--coverage FILE`` the tests that run the changed line come first, and of the others only the
files with such a test, which takes a fifth of the time. The file is written if it is not there.
"""

import compileall
import os
import py_compile
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue

from . import covering
from .code_mutants import CodeMutant, choose

ROOT = Path(__file__).parents[2]
LEFT_OUT = (  # needs a GPU, is about looks, or is data: answers with mistakes, and numbers measured
    "minivgg/backend/cuda/", "minivgg/plots/", "minivgg/classroom/bank/",
    "minivgg/classroom/answers/", "minivgg/backend/tuning.py", "minivgg/backend/cpu/cost_model.py",
)  # fmt: skip
# Which folders and files of tests use a package besides its own, and the modules at the top.
CONFTEST = "ImportError while loading conftest"  # of a mutant that cannot even be imported
EVERYWHERE = ("tests/test_package.py", "tests/test_defaults.py")
ODD = "reliability/test_odd_inputs.py"
COMMANDS = tuple(
    f"cli/test_{name}.py" for name in ("training_options", "run_folders", "train_report")
)
AT_THE_TOP = ("utils/test_early_interrupt.py",)
USERS = {
    "backend": ("backend", "ops", "layers", ODD),
    "ops": ("ops", "layers", ODD),
    "layers": ("layers", "models", "analysis"),
    "analysis": (
        "analysis",
        "layers/test_every_layer.py",
        "layers/test_own_layers.py",
        "layers/test_own_layer_mistakes.py",
    ),
    "optim": ("optim", "training"),
    "data": ("data", "evaluation"),
    "training": ("training", *COMMANDS),
    "weights": ("weights", "models"),
    "models": ("models", "evaluation"),
    "textbook": ("textbook", "ops"),
    "cli": ("docs/test_generated.py", "cli"),
}


@dataclass(frozen=True)
class Outcome:
    """What the tests say about a mutant.

    verdict: "noticed", "too long" (only with the mutant), "survived", or "unjudged" where the tests
    take too long without it too.
    """

    file: str
    mutant: CodeMutant
    verdict: str
    stage: str
    seconds: float


def sources(only: list[str] | None = None) -> dict[str, str]:
    """{path from the root: source} of the modules to change; ``only``: beginnings of paths."""
    found = {}
    for path in sorted((ROOT / "minivgg").rglob("*.py")):
        name = path.relative_to(ROOT).as_posix()
        if name.startswith(LEFT_OUT) or (only and not name.startswith(tuple(only))):
            continue
        found[name] = path.read_text(encoding="utf-8")
    return found


def mirrored(file: str, root: Path = ROOT) -> list[str]:
    """The test files named after a module: test_conv.py and test_conv_*.py for conv.py.

    ``ops/conv.py`` takes those of tests/ops first; without any there, those of other folders.
    """
    package, stem = Path(file).parent.relative_to("minivgg"), Path(file).stem
    if stem == "__init__":
        stem = package.name or "package"
    for folder in (root / "tests" / package, root / "tests"):
        found = [*folder.glob(f"test_{stem}.py"), *folder.glob(f"test_{stem}_*.py")]
        found = found or [*folder.rglob(f"test_{stem}.py")]
        if found:
            return [path.relative_to(root).as_posix() for path in sorted(found)]
    return []


def folders(file: str, root: Path = ROOT) -> list[str]:
    """The folders and files of tests in which a mutant of a module should be noticed."""
    parts = Path(file).parts[1:-1]
    names = USERS.get(parts[0], (parts[0],)) if parts else AT_THE_TOP
    found = [f"tests/{name}" for name in names if (root / "tests" / name).exists()]
    everywhere = [path for path in EVERYWHERE if (root / path).exists()]
    return found + everywhere


def stages(
    file: str, root: Path = ROOT, line: int = 0, known: covering.Covering | None = None
) -> list[tuple[str, list[str]]]:
    """(name, arguments of pytest): the mirrored tests, the folders, the slow mirrored tests.

    Where it is known which tests run the line, those come first, and the folders are only the files
    with such tests.
    """
    mirror, others = mirrored(file, root), folders(file, root)
    found = []
    if known:
        source = (root / file).read_text(encoding="utf-8")
        if shortest := known.shortest(file, source, line, mirror):
            found.append(("covering", shortest))
            files = known.files(file, source, line) | {*EVERYWHERE}  # these read signatures
            others = [path for path in sorted(files - {*mirror}) if path.startswith(tuple(others))]
    if mirror:
        found.append(("mirrored", [*mirror, "-m", "not slow"]))
    if others:
        found.append(("folders", [*others, "-m", "not slow"]))
    if mirror:
        found.append(("slow", [*mirror, "-m", "slow"]))
    return found


@contextmanager
def project_copy() -> Iterator[Path]:
    """A copy of the files that Git has here, in a temporary folder."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, check=True,
    ).stdout.decode()  # fmt: skip
    with tempfile.TemporaryDirectory(prefix="minivgg-mutants-") as folder:
        for name in filter(None, listed.split("\0")):
            if (ROOT / name).is_file():
                target = Path(folder, name)
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / name, target)
        # A run compiles the changed module only: the others' bytecode is valid for their text.
        compileall.compile_dir(
            folder, quiet=1, invalidation_mode=py_compile.PycInvalidationMode.CHECKED_HASH
        )
        yield Path(folder)


def judge(
    root: Path,
    file: str,
    mutant: CodeMutant,
    seconds: float,
    known: covering.Covering | None = None,
) -> Outcome:
    """Test one mutant in a copy of the project, which is as before afterwards."""
    path, started = root / file, time.perf_counter()
    original = path.read_text(encoding="utf-8")
    in_turn = stages(file, root, mutant.line, known)
    path.write_text(mutant.source, encoding="utf-8")
    verdict, stage = "survived", ""
    try:
        for stage, arguments in in_turn:
            verdict = tested(root, arguments, seconds, may_be_missing=stage == "covering")
            if verdict != "survived":
                break
    finally:
        path.write_text(original, encoding="utf-8")
    if verdict == "too long" and tested(root, arguments, seconds, True) == "too long":
        verdict = "unjudged"
    return Outcome(file, mutant, verdict, stage, time.perf_counter() - started)


def tested(root: Path, arguments: list[str], seconds: float, may_be_missing: bool) -> str:
    """What the tests say: "noticed", "too long" or "survived".

    may_be_missing: tests named by their parameters, which the mutant may have changed.
    """
    environment = {
        **os.environ,
        "PYTHONPATH": str(root),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",  # the tests use none that loads itself
    }
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *arguments]
    try:
        done = subprocess.run(
            command, cwd=root, env=environment, capture_output=True, text=True, timeout=seconds
        )
    except subprocess.TimeoutExpired:
        return "too long"
    if done.returncode == 4 and may_be_missing:
        return "survived"
    if done.returncode in (3, 4) and CONFTEST not in done.stdout + done.stderr:
        raise RuntimeError(f"pytest ended with {done.returncode} for {arguments}")
    return "survived" if done.returncode in (0, 5) else "noticed"  # 5: there was no test


def run(
    count: int,
    seed: int,
    seconds: float = 300,
    only: list[str] | None = None,
    coverage: Path | None = None,
    jobs: int = 1,
) -> int:
    """Judge mutants, ``jobs`` at a time, and print each and a summary. Returns 1 for survivors."""
    chosen = choose(sources(only), count, seed)
    with ExitStack() as stack:
        copies: SimpleQueue[Path] = SimpleQueue()
        for _ in range(jobs):
            copies.put(stack.enter_context(project_copy()))
        known = None
        if coverage and coverage.exists():
            known = covering.load(coverage)
        elif coverage:
            with project_copy() as root:
                known = covering.record(root, coverage)

        def judged(numbered: tuple[int, tuple[str, CodeMutant]]) -> Outcome:
            number, (file, mutant) = numbered
            root = copies.get()
            try:
                outcome = judge(root, file, mutant, seconds, known)
            finally:
                copies.put(root)
            print(
                f"{number:4}/{len(chosen)} {outcome.verdict:9} {outcome.stage:8} "
                f"{outcome.seconds:5.0f} s  {file}:{mutant}",
                flush=True,
            )
            return outcome

        with ThreadPoolExecutor(jobs) as pool:
            outcomes = list(pool.map(judged, enumerate(chosen, 1)))
    print(summary(outcomes, seed))
    return int(any(outcome.verdict == "survived" for outcome in outcomes))


def summary(outcomes: list[Outcome], seed: int) -> str:
    """How many mutants were noticed, by package, and the survivors."""
    lines = [f"{'package':12} {'mutants':>8} {'noticed':>8} {'survived':>8}"]
    by_package: dict[str, Counter] = {}
    for outcome in outcomes:
        parts = Path(outcome.file).parts
        package = parts[1] if len(parts) > 2 else "(top)"
        by_package.setdefault(package, Counter())[outcome.verdict] += 1
    for package, counts in sorted(by_package.items()):
        noticed = counts["noticed"] + counts["too long"]
        lines.append(f"{package:12} {counts.total():8} {noticed:8} {counts['survived']:8}")
    survivors = [outcome for outcome in outcomes if outcome.verdict == "survived"]
    noticed = sum(outcome.verdict in ("noticed", "too long") for outcome in outcomes)
    judged = noticed + len(survivors)
    share = f"{noticed / judged:.1%}" if judged else "none"
    lines.append(f"noticed {noticed} of {judged} ({share}), seed {seed}; survivors:")
    lines += [f"  {outcome.file}:{outcome.mutant}" for outcome in survivors]
    return "\n".join(lines)
