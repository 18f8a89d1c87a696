"""What the wheel and the sdist must contain, and what must not be in the wheel: solved sources.

python .ci/check_wheel.py ROOT WHEEL SDIST
"""

import sys
import tarfile
import zipfile
from pathlib import Path

COURSE = "minivgg/classroom/course/"


def main(root, wheel, sdist):
    """Exit with a sentence if something is wrong, else print the sizes."""
    with zipfile.ZipFile(wheel) as archive:
        packed = {name: archive.read(name) for name in archive.namelist()}
    with tarfile.open(sdist) as archive:
        names = {name.split("/", 1)[-1] for name in archive.getnames()}
    package = {p.relative_to(root).as_posix() for p in (root / "minivgg").rglob("*")}
    package = {name for name in package if (root / name).is_file() and "__pycache__" not in name}
    lessons = sorted((root / "lessons").glob("[0-9]*.py"))
    solved = sorted((root / "lessons" / "assignments").glob("*.py"))
    wanted = package | {f"{COURSE}README.md", f"{COURSE}assignments/solved.json"}
    wanted |= {f"{COURSE}{path.stem}.ipynb" for path in lessons}
    wanted |= {f"{COURSE}assignments/{path.name}" for path in solved}
    wanted |= {f"{COURSE}assignments/{path.stem}_guide.ipynb" for path in solved}
    require(len(lessons) == 15 and len(solved) == 8, "there are not 15 lessons and 8 assignments")
    require(not wanted - set(packed), f"not in the wheel: {sorted(wanted - set(packed))}")
    outside = {name for name in packed if not name.startswith(("minivgg/", "minivgg-"))}
    require(not outside, f"in the wheel, but outside of the package: {sorted(outside)}")
    lines = {line for path in solved for line in solution_lines(path)}
    require(len(lines) > 30, "the solutions were not found")
    for name in (name for name in packed if name.startswith(COURSE)):
        released = name.startswith(f"{COURSE}assignments/")
        require(released or not name.endswith(".py"), f"{name} is a source of a lesson")
        text = packed[name].decode("utf-8") if released else ""
        found = [line for line in lines if line in text]
        require(not found and "BEGIN SOLUTION" not in text, f"{name} has a solution: {found}")
    for name in ("lessons/03_receptive_fields.py", "lessons/assignments/loss.py", "hatch_build.py"):
        require(name in names, f"not in the sdist: {name}")
    for name in ("tests/conftest.py", "tests/support/source.py", "benchmarks/__main__.py"):
        require(name in names, f"not in the sdist: {name}")
    for path in (wheel, sdist):
        print(f"{path.stat().st_size / 1e6:.2f} MB: {path.name}")


def solution_lines(path):
    """The lines of solutions that are long enough to be telling."""
    inside = False
    for line in path.read_text(encoding="utf-8").splitlines():
        if "BEGIN SOLUTION" in line or "END SOLUTION" in line:
            inside = "BEGIN" in line
        elif inside and len(line.strip()) > 25:
            yield line.strip()


def require(condition, sentence):
    """Exit with the sentence unless the condition holds."""
    if not condition:
        sys.exit(f"check_wheel: {sentence}")


main(*map(Path, sys.argv[1:]))
