"""A class of damaged submissions: each must be graded, or get a remark, and stop nobody else."""

import importlib
import random
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
WHOLE = "whole"  # the student whose submission is not damaged


def build_mutants(folder, count, seed=0):
    """Write ``count`` damaged submissions of the assignment loss, and a whole one.

    Returns the students' names. The last one's submission is whole.
    """
    sys.path.insert(0, str(ROOT))
    damage = importlib.import_module("tests.reliability.damage")
    readers = importlib.import_module("tests.reliability.readers")
    rng, names = random.Random(seed), []
    forms = (
        ("python", ".py", readers.sources()[1]),
        ("notebook", ".ipynb", readers.notebooks()[1]),
        ("zip", ".zip", readers.zips()),
        ("tar.gz", ".tar.gz", readers.tars()),
    )
    folder.mkdir(parents=True)
    for number in range(count):
        form, suffix, originals = forms[rng.choice((0, 1, 2, 2, 3))]
        name = f"student {number:03d}"
        mutant = damage.mutants(originals, form, count, seed)[number]
        if form in ("python", "notebook"):
            (folder / name).mkdir()
            (folder / name / f"loss{suffix}").write_bytes(mutant)
        else:
            (folder / f"{name}{suffix}").write_bytes(mutant)
        names.append(name)
    (folder / f"{WHOLE}.py").write_bytes(readers.sources()[1])
    return [*names, WHOLE]


def silent_rows(marks, names):
    """Students that are missing, or have no points and no remark and no mistake that say why.

    The whole submission must have all points.
    """
    rows = {name: marks.get(name) for name in names}
    return [
        name
        for name, row in rows.items()
        if row is None
        or not (float(row["points"]) or row["remarks"] or row["mistakes"])
        or (name == WHOLE and float(row["points"]) < float(row["out of"]))
    ]
