"""A job from its file to its results, in this process: its restrictions are only recorded."""

import builtins
import json
import os
import sys
import types

import numpy as np
import pytest

from minivgg.classroom.worker import packing, readable_paths, run_job, stand_ins

pytestmark = pytest.mark.skipif(os.name != "posix", reason="paths of POSIX")
JOB = {
    "task": "f", "output_count": 1, "cases": [[[2.0]], [[3.0], [4.0]]], "references": {},
    "importable": None, "assignment": "own", "hidden": [], "memory_bytes": 1000, "seconds": 2.5,
    "grader": 77,
}  # fmt: skip
DOUBLE = "def f(x):\n    return 2 * x\n"


class Ended(BaseException):
    """Instead of the end of the process."""


@pytest.fixture
def steps(monkeypatch):
    """The steps that restrict the process, in their order, with their arguments."""
    steps = []

    def record(module, name):
        monkeypatch.setattr(module, name, lambda *arguments: steps.append((name, *arguments)))

    for module, name in (
        (run_job.kernel_rules, "apply"),
        (run_job.restrictions, "limit_resources"),
        (run_job.unreported, "remove_unreported"),
        (run_job.audit_hook, "install"),
    ):
        record(module, name)

    def end(status):
        steps.append(("end", status))
        raise Ended

    monkeypatch.setattr(os, "_exit", end)
    record(os, "write")
    monkeypatch.setattr(sys, "path", [*sys.path])
    monkeypatch.setattr(sys, "meta_path", [*sys.meta_path])
    monkeypatch.setattr(builtins, "__import__", builtins.__import__)
    for name in stand_ins.SET_BY_JUPYTER:
        monkeypatch.setattr(builtins, name, None, raising=False)
    for name in (*run_job.OWN_MODULES, "submission"):
        monkeypatch.setitem(sys.modules, name, types.ModuleType(name))
    return steps


@pytest.fixture
def run(steps, tmp_path):
    """Runs a job; returns what it wrote: results and remarks."""

    def run(text=DOUBLE, name="a.py", **changes):
        folder = tmp_path / "scratch"
        folder.mkdir(exist_ok=True)
        file = tmp_path / name
        file.write_text(text)
        job = {**JOB, "file": str(file), **changes}
        (folder / "job.bin").write_bytes(packing.to_bytes(job))
        sys.path.insert(0, "the folder of the worker")
        sys.modules.update(dict.fromkeys(run_job.OWN_MODULES))
        with pytest.raises(Ended):
            run_job.run_job(str(folder))
        assert not (folder / "job.bin").exists()
        loaded = folder / "loaded.json"
        remarks = json.loads(loaded.read_bytes()) if loaded.exists() else None
        return packing.from_bytes((folder / "results.bin").read_bytes()), remarks

    return run


def test_the_results_of_all_cases_are_written(run):
    results, remarks = run()
    arrays = [[float(record["arrays"][0]) for record in case] for case in results["cases"]]
    assert (arrays, remarks) == ([[4], [6, 8]], [])


def test_the_process_is_restricted_before_the_submission_is_loaded(run, steps, tmp_path):
    (tmp_path / "course").mkdir()
    run(f"import os\nos.write(5, b'loaded')\n{DOUBLE}", hidden=[str(tmp_path / "course")])
    names = ["apply", "limit_resources", "remove_unreported", "install", "write", "write", "end"]
    assert [step[0] for step in steps] == names
    scratch, file = str((tmp_path / "scratch").resolve()), str((tmp_path / "a.py").resolve())
    _, readable, writable, grader = steps[0]
    assert readable[-2:] == [file, f"/proc/{os.getpid()}"]
    assert readable_paths.real_path("/usr/share") in readable
    assert (writable, grader) == ([scratch, os.devnull], 77)
    assert steps[1][1:] == (1000, 3, 2**26)
    _, own, submission, readable, hidden, modules = steps[3]
    assert (own, submission) == (scratch, file)
    assert readable_paths.real_path(sys.prefix) in readable
    assert str((tmp_path / "course").resolve()) in hidden
    assert modules == ("minivgg", "minivgg.classroom", "minivgg.plots")
    assert steps[4:] == [("write", 1, packing.STARTED), ("write", 5, b"loaded"), ("end", 0)]


def test_the_modules_of_the_worker_are_out_of_reach(run):
    before = [*sys.path]
    names = repr(run_job.OWN_MODULES)
    run(f"import sys\nassert not [name for name in sys.modules if name in {names}]\n{DOUBLE}")
    assert sys.path == before
    (finder, *_) = sys.meta_path
    with pytest.raises(ImportError, match="solved with NumPy alone"):
        finder.find_spec("torch")
    assert builtins.get_ipython is stand_ins.NOTHING


def test_functions_are_replaced_by_reference_solutions(run):
    source = "def f(x):\n    return helper(x) + 1\ndef helper(x):\n    return 10 * x"
    results, _ = run(references={"f": source})
    assert float(results["cases"][0][0]["arrays"][0]) == 21


def test_reference_solutions_can_be_imported(run):
    text = "from minivgg.classroom.reference_solutions import g, later\n"
    importable = {"g": "def g(x):\n    return x + 5", "later": ""}
    results, _ = run(f"{text}def f(x):\n    return g(x)\n", importable=importable)
    assert float(results["cases"][0][0]["arrays"][0]) == 7
    results, _ = run(f"{text}def f(x):\n    return later(x)\n", importable=importable)
    sentence = "calls the reference solution of later, which belongs to a later assignment"
    assert results["cases"][0][0]["error"][:2] == ["ImportError", sentence]


@pytest.mark.parametrize(
    ("name", "is_there"), [("a.ipynb", True), ("a.IPYNB", True), ("a.py", False)]
)
def test_a_notebook_can_import_the_file_of_its_assignment(name, is_there, run, steps):
    cell = {"cell_type": "code", "source": [DOUBLE]}
    results, remarks = run(json.dumps({"cells": [cell]}), name=name)
    assert float(results["cases"][0][0]["arrays"][0]) == 4
    assert len(remarks) == (not is_there)
    installed = next(step for step in steps if step[0] == "install")
    assert ("own" in installed[-1]) is is_there


@pytest.mark.parametrize(
    ("text", "error", "remarks"),
    [
        ("def g(): ...\n", ["missing", "does not define the function f", None, ""], []),
        ("f = 3\n", ["missing", "does not define the function f", None, ""], []),
        (
            "x = 1\nraise ValueError('no')\n",
            ["ValueError", "no", 2, "raise ValueError('no')"],
            None,
        ),
        ("import sys\nsys.exit(4)\n", ["SystemExit", "calls sys.exit(4)", 2, "sys.exit(4)"], None),
    ],
)
def test_a_file_that_cannot_be_used_is_an_error(text, error, remarks, run):
    assert run(text) == ({"error": error}, remarks)


def test_a_file_that_the_submission_made_in_the_way_of_its_results_is_no_error(run, tmp_path):
    text = f"import os\nos.mkdir({str(tmp_path / 'scratch/loaded.json')!r})\n"
    (tmp_path / "scratch").mkdir()
    with pytest.raises(IsADirectoryError):  # of the test, which looks at it
        run(text + DOUBLE)
    results = packing.from_bytes((tmp_path / "scratch/results.bin").read_bytes())
    assert len(results["cases"]) == 2


def test_output_that_is_closed_is_no_error(run, monkeypatch):
    def refuse(number, text):
        raise OSError("Bad file descriptor")

    def flush():
        raise ValueError("I/O operation on closed file")

    monkeypatch.setattr(os, "write", refuse)
    monkeypatch.setattr(sys, "stdout", types.SimpleNamespace(flush=flush))
    assert len(run()[0]["cases"]) == 2


def test_what_is_printed_is_sent_before_the_end(run, monkeypatch):
    flushed = []

    output = types.SimpleNamespace(flush=lambda: flushed.append("all"))
    monkeypatch.setattr(sys, "stdout", output)
    run()
    assert flushed == ["all"]


def test_what_numpy_imports_at_first_use_is_imported_before(monkeypatch):
    used = []
    real = np.random.default_rng

    def default_rng(seed):
        used.append("random")
        return real(seed)

    monkeypatch.setattr(np.random, "default_rng", default_rng)
    monkeypatch.setattr(np, "einsum", lambda *arguments: used.append("einsum"))
    monkeypatch.setattr(np.linalg, "norm", lambda x: used.append("linalg"))
    run_job._import_lazy_numpy()
    assert used == ["random", "einsum", "linalg"]
