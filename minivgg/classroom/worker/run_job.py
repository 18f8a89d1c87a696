"""Running a job in the child process: load the submission, make the calls, write the results."""

import contextlib
import json
import os
import sys
import types
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING or __package__:
    from minivgg.classroom.worker import (
        audit_hook,
        calls,
        kernel_rules,
        loading,
        packing,
        readable_paths,
        restrictions,
        stand_ins,
        unreported,
    )
else:  # in the child process
    import audit_hook
    import calls
    import kernel_rules
    import loading
    import packing
    import readable_paths
    import restrictions
    import stand_ins
    import unreported

OWN_MODULES = (
    "audit_hook",
    "calls",
    "cell_magics",
    "kernel_rules",
    "loading",
    "packing",
    "readable_paths",
    "restrictions",
    "run_job",
    "source_text",
    "stand_ins",
    "statements",
    "unreported",
)


def run_job(folder: str) -> None:
    """Run the job in a folder, and end the process.

    Parameters
    ----------
    folder : str
        With the job in the file job.bin. The results are written to it.
    """
    _hide_own_modules()
    scratch = Path(readable_paths.real_path(folder))
    job_file = scratch / "job.bin"
    job = packing.from_bytes(job_file.read_bytes())
    job_file.unlink()
    file = readable_paths.real_path(job["file"])
    hidden = readable_paths.hidden_paths(job["hidden"])
    readable = readable_paths.readable_paths(hidden)
    visible = readable_paths.without_hidden(readable, hidden)
    own_process = f"/proc/{os.getpid()}"
    kernel_rules.apply([*visible, file, own_process], [str(scratch), os.devnull], job["grader"])
    modules = _stand_ins(job)
    references = {name: _function(name, source) for name, source in job["references"].items()}
    _import_lazy_numpy()
    restrictions.limit_resources(
        job["memory_bytes"], int(job["seconds"]) + 1, 2 * calls.MAX_RESULT_BYTES
    )
    sys.meta_path.insert(0, restrictions.ModuleFinder(modules))
    restrictions.forbid_imports(modules)
    stand_ins.set_names_of_jupyter()
    unreported.remove_unreported()
    audit_hook.install(str(scratch), file, readable, hidden, tuple(modules))
    result: dict[str, object]
    with contextlib.suppress(OSError):
        os.write(1, packing.STARTED)
    try:
        submission, remarks = loading.load_submission(job["file"], job["task"])
        for name, function in references.items():
            setattr(submission, name, function)
        _write(scratch / "loaded.json", json.dumps(remarks).encode())
        answer = getattr(submission, job["task"], None)
        if callable(answer):
            count = job["output_count"]
            records = [calls.make_calls(answer, case, count) for case in job["cases"]]
            result = {"cases": records}
        else:
            result = {"error": ["missing", f"does not define the function {job['task']}", None, ""]}
    except (Exception, SystemExit) as error:
        result = {"error": calls.error_record(error, job["file"])}
    _write(scratch / "results.bin", packing.to_bytes(result))
    with contextlib.suppress(OSError, ValueError):  # closed, for example
        sys.stdout.flush()
    os._exit(0)  # no exit handlers, no waiting for threads


def _hide_own_modules() -> None:
    """A submission cannot import the modules of this folder: their names are not taken."""
    sys.path.pop(0)
    for name in OWN_MODULES:
        del sys.modules[name]


def _stand_ins(job: dict[str, Any]) -> dict[str, types.ModuleType]:
    """The modules of minivgg that the submission gets."""
    references = None
    if job["importable"] is not None:
        references = types.ModuleType(stand_ins.REFERENCE_MODULE)
        for name, source in job["importable"].items():
            setattr(references, name, _function(name, source))
    is_notebook = job["file"].lower().endswith(".ipynb")
    return stand_ins.stand_ins(references, job["assignment"] if is_notebook else "")


def _function(name: str, source: str) -> Callable[..., object]:
    """A reference solution. Without its source it can be imported, and not called."""
    if not source:
        return stand_ins.later_function(name)
    module = types.ModuleType(stand_ins.REFERENCE_MODULE)
    exec(compile(source, stand_ins.REFERENCE_MODULE, "exec"), vars(module))
    function: Callable[..., object] = vars(module)[name]
    return function


def _write(path: Path, contents: bytes) -> None:
    """Write a file that does not exist yet, or nothing: the submission may have made it."""
    with contextlib.suppress(OSError):
        path.write_bytes(contents)


def _import_lazy_numpy() -> None:
    """What NumPy imports at first use is imported now, before reading files is restricted."""
    np.random.default_rng(0).random()
    np.einsum("i,i", [1.0], [1.0])
    np.linalg.norm([1.0])
