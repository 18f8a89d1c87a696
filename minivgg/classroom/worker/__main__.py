"""The program: ``python -I minivgg/classroom/worker ACTION ARGUMENT FOLDER...``.

The action ``job`` runs the job in the folder ARGUMENT, ``rules`` prints which rules of the kernel
are in force, and ``limits`` which limits, of ARGUMENT bytes of memory, are not. FOLDER... are the
folders in which the grader finds NumPy and other packages: the option ``-I`` leaves out those of
the user and those of ``PYTHONPATH``.

Python puts a folder that it runs first on ``sys.path``, so the modules beside this one are imported
by their bare names, and minivgg is not imported.
"""

import json
import sys
from typing import TYPE_CHECKING


def main(action: str, argument: str, *folders: str) -> None:
    """Make the packages available, and only then import what needs them."""
    sys.path[:] = [path for path in sys.path if path not in folders] + [*folders]
    del sys.argv[1:]
    if TYPE_CHECKING:
        from minivgg.classroom.worker import kernel_rules, restrictions, run_job
    else:
        import kernel_rules
        import restrictions
        import run_job

    if action == "job":
        run_job.run_job(argument)
    elif action == "rules":
        print(json.dumps(kernel_rules.apply(["/"], [], int(argument))))
    else:
        print(json.dumps(restrictions.limit_resources(int(argument), 60, 2**20)))


if __name__ == "__main__":
    main(*sys.argv[1:])
