"""``check``: one function for the exercises of the lessons and the functions of the assignments."""

import sys

from minivgg.classroom.bank import TASKS
from minivgg.classroom.exercises import EXERCISES, check_answer
from minivgg.classroom.grader import grade_results
from minivgg.classroom.results import Results
from minivgg.classroom.verdict import Verdict
from minivgg.utils.suggest import suggest


def check(answer, name, quiet=False):
    """Check an answer; returns the verdict, and prints it unless ``quiet``.

    name: of an exercise of a lesson ("3.1"), where ``answer`` is the value that it asks for; or of
    a task of the assignments ("conv_forward"), where ``answer`` is the function. The function is
    called in this process, and a wrong result is compared with the results of known mistakes. In a
    notebook the wrong entries are drawn. Raises ``ValueError`` for an unknown name.
    """
    if name in EXERCISES:
        verdict = check_answer(answer, name)
    elif name in TASKS:
        verdict = _check_function(answer, TASKS[name])
    else:
        suggestion = suggest(name, [*EXERCISES, *TASKS])
        raise ValueError(f"there is no exercise or task {name!r}: did you mean {suggestion!r}?")
    if not quiet:
        print(verdict.message)
        if verdict.picture is not None and _in_notebook():
            from IPython.display import display

            display(verdict.picture())
    return verdict


def _check_function(function, task):
    if not callable(function):
        call = f"check({task.name}, {task.name!r})"
        message = f"check takes the function itself: {call}, got {type(function).__name__}."
        return Verdict(False, 0.0, (), f"{task.name}: {message}")
    return grade_results(Results.from_function(function, task, task.cases))


def _in_notebook():
    """Whether pictures can be shown: in a notebook's kernel, not in a terminal."""
    if "IPython" not in sys.modules:
        return False
    from IPython import get_ipython

    return get_ipython() is not None and hasattr(get_ipython(), "kernel")
