"""``check``: one door for the lessons' exercises and the assignments' functions."""

import sys

from minivgg.classroom.bank import TASKS
from minivgg.classroom.exercises import EXERCISES, mark
from minivgg.classroom.grader import judge
from minivgg.classroom.results import Series
from minivgg.classroom.verdict import Verdict
from minivgg.utils.suggest import nearest


def check(answer, name, quiet=False):
    """Whether ``answer`` is right; prints the verdict, unless quiet, and returns it.

    name: of an exercise of a lesson, "3.1", and then ``answer`` is what it asks for; or of a task of the assignments, "conv_forward", and
    then ``answer`` is the function, which is called here and now, in this process. A wrong result is compared with what known mistakes
    would have made; in a notebook the wrong entries are drawn. Raises ``ValueError`` for an unknown name.
    """
    if name in EXERCISES:
        verdict = mark(answer, name)
    elif name in TASKS:
        verdict = _of_function(answer, TASKS[name])
    else:
        raise ValueError(
            f"there is no exercise or task {name!r}: did you mean {nearest(name, [*EXERCISES, *TASKS])!r}?"
        )
    if not quiet:
        print(verdict.message)
        if verdict.picture is not None and _in_notebook():
            from IPython.display import display

            display(verdict.picture())
    return verdict


def _of_function(function, task):
    if not callable(function):
        words = f"{task.name}: check takes the function itself: check({task.name}, {task.name!r}), got {type(function).__name__}."
        return Verdict(False, 0.0, (), words)
    return judge(Series.of(function, task, task.cases))


def _in_notebook():
    """Whether pictures can be shown: in a kernel, not in a terminal."""
    if "IPython" not in sys.modules:
        return False
    from IPython import get_ipython

    return get_ipython() is not None and hasattr(get_ipython(), "kernel")
