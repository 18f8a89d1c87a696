"""The program: ``python -I minivgg/classroom/worker SCRATCH`` runs the job in the folder SCRATCH.

Python puts a folder that it runs first on ``sys.path``, so the modules beside this one are imported
by their bare names, and minivgg is not imported.
"""

import contextlib
import importlib
import json
import os
import sys
import types
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from minivgg.classroom.worker import calls, loading, packing, restrictions, stand_ins
else:
    import calls
    import loading
    import packing
    import restrictions
    import stand_ins

OWN_MODULES = (
    "calls",
    "cell_magics",
    "loading",
    "packing",
    "restrictions",
    "source_text",
    "stand_ins",
    "statements",
)
REFERENCE_MODULE = stand_ins.REFERENCE_MODULE


def main(folder: str) -> None:
    """Run the job in a folder: load the submission, make the calls, write the results."""
    _hide_own_modules()
    scratch = Path(folder)
    job = json.loads((scratch / "job.json").read_text(encoding="utf-8"))
    with np.load(scratch / "arguments.npz", allow_pickle=False) as file:
        cases = packing.unpack(job["cases"], dict(file))
    needs_references = job["references"] or _mentions_references(job["file"])
    references = _import_references(job) if needs_references else {}
    _import_lazy_numpy()
    restrictions.limit_resources(
        job["memory_bytes"], int(job["seconds"]) + 1, 2 * calls.MAX_RESULT_BYTES
    )
    is_notebook = job["file"].lower().endswith(".ipynb")
    restrictions.forbid_imports(
        stand_ins.stand_ins(
            sys.modules.get(REFERENCE_MODULE), job["assignment"] if is_notebook else ""
        )
    )
    stand_ins.set_names_of_jupyter()
    restrictions.install_audit_hook(str(scratch), job["file"])
    result: dict[str, object] = {}
    arrays: dict[str, Any] = {}
    try:
        submission, remarks = loading.load_submission(job["file"], job["task"])
        for name in job["references"]:
            setattr(submission, name, references[name])
        (scratch / "loaded.json").write_text(json.dumps(remarks), encoding="utf-8")
        function = getattr(submission, job["task"], None)
        if callable(function):
            records = [calls.make_calls(function, case, job["output_count"]) for case in cases]
            result["cases"] = packing.pack(records, arrays)
        else:
            result["error"] = ["missing", f"does not define the function {job['task']}", None, ""]
    except (Exception, SystemExit) as error:
        result["error"] = calls.error_record(error, job["file"])
    np.savez(scratch / "results.npz", **arrays)
    (scratch / "result.json").write_text(json.dumps(result), encoding="utf-8")
    with contextlib.suppress(OSError, ValueError):  # closed, for example
        sys.stdout.flush()
    os._exit(0)  # no exit handlers, no waiting for threads


def _hide_own_modules() -> None:
    """A submission cannot import the modules of this folder: their names are not taken."""
    sys.path.pop(0)
    for name in OWN_MODULES:
        del sys.modules[name]


def _import_references(job: dict[str, Any]) -> dict[str, Callable[..., object]]:
    """Reference solutions by name. The submission can import those of other assignments only."""
    sys.path.append(str(Path(__file__).parents[3]))
    module = importlib.import_module(REFERENCE_MODULE)
    visible = [name for name in dir(module) if name not in job["own_tasks"]]
    sys.modules[REFERENCE_MODULE] = types.ModuleType(REFERENCE_MODULE)
    vars(sys.modules[REFERENCE_MODULE]).update({name: getattr(module, name) for name in visible})
    return {name: getattr(module, name) for name in job["references"]}


def _mentions_references(path: str) -> bool:
    with contextlib.suppress(OSError):
        return REFERENCE_MODULE.rpartition(".")[2].encode() in Path(path).read_bytes()
    return False


def _import_lazy_numpy() -> None:
    """What NumPy imports at first use is imported now, before reading files is restricted."""
    np.random.default_rng(0).random()
    np.einsum("i,i", [1.0], [1.0])
    np.linalg.norm([1.0])


if __name__ == "__main__":
    main(sys.argv[1])
