"""Classes of generated students, graded as an instructor grades: ``python -m benchmarks.school``.

Right submissions are the solved sources. In wrong ones, some functions are replaced by wrong
answers of the corpus (``tests/classroom/submissions``). Hostile ones hang, exit, fork, print
without end and so on in one of their files (``tests/support/hostile.py``).
"""

from benchmarks.school.classes import (
    SOURCES,
    build_class,
    load_module,
    unexpected_grades,
    wrong_answers,
)
from benchmarks.school.runs import running_processes

__all__ = [
    "SOURCES",
    "build_class",
    "load_module",
    "running_processes",
    "unexpected_grades",
    "wrong_answers",
]
