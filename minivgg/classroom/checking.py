"""``check``: one function for the exercises of the lessons and the functions of the assignments."""

from dataclasses import replace

from minivgg.classroom.bank import TASKS
from minivgg.classroom.exercise_functions import check_exercise_function, is_unwritten
from minivgg.classroom.exercises import EXERCISES, Exercise, check_answer
from minivgg.classroom.grader import grade_results
from minivgg.classroom.interactive import in_notebook
from minivgg.classroom.messages import NOT_WRITTEN
from minivgg.classroom.reference_solutions import Reference
from minivgg.classroom.results import Results
from minivgg.classroom.tasks import Task
from minivgg.classroom.verdict import Verdict
from minivgg.utils.suggest import which_there_are


def check(answer: object, name: str = "", quiet: bool = False) -> Verdict:
    """Check an answer to an exercise of a lesson, or a function of an assignment.

    Parameters
    ----------
    answer : number, str, array, sequence of them, or function
        The value that the exercise asks for, or the function that solves the task. The function is
        called in this process, and a wrong result is compared with the results of known mistakes.
    name : str
        Of the exercise ("3.1") or of the task ("conv_forward").
    quiet : bool
        Do not print the verdict, and do not draw the wrong entries, which a notebook shows.

    Returns
    -------
    verdict : Verdict
        True if the answer is right. Its message names the mistake, if it is a known one.

    Raises
    ------
    ValueError
        For an unknown name, or none.

    Examples
    --------
    >>> verdict = check(4, "0.2")
    0.2: not correct yet. hint('0.2') gives a hint.
    >>> verdict = check(lambda x: abs(x), "relu_forward", quiet=True)
    >>> verdict.passed, verdict.mistakes
    (False, ('absolute-value',))
    >>> for line in verdict.message.splitlines()[2:5]:
    ...     print(line)
    Wrong, for example: three negative numbers
      x = [−1, −2, −3]
      y should be [0, 0, 0]
    """
    if not name:
        raise ValueError(
            'check needs the answer and the name of its exercise or task, as in check(9, "3.1")'
        )
    if name in EXERCISES:
        verdict = _check_exercise(answer, EXERCISES[name])
    elif name in TASKS:
        verdict = _check_function(answer, TASKS[name], name)
    else:
        known = [*EXERCISES, *TASKS]
        raise ValueError(f"there is no exercise or task {name!r}: {which_there_are(name, known)}")
    if not quiet:
        print(verdict.message)
        if verdict.picture is not None and in_notebook():
            from IPython.display import display

            display(verdict.picture())
    return verdict


def _check_exercise(answer: object, exercise: Exercise) -> Verdict:
    if exercise.cases is not None:
        return check_exercise_function(answer, exercise)
    if not exercise.bank_task:
        return check_answer(answer, exercise.name)
    name = exercise.name
    if answer is ... or is_unwritten(answer):
        message = "not answered yet. Write the body of the function in place of the three dots."
        return Verdict(False, 0.0, (NOT_WRITTEN,), f"{name}: {message}")
    verdict = _check_function(answer, TASKS[exercise.bank_task], name)
    result = "correct." if verdict.passed else "not correct yet."
    return replace(verdict, message=f"{name}: {result}\n{verdict.message}")


def _check_function(function: object, task: Task, name: str) -> Verdict:
    """The verdict on a function. name: by which ``hint`` is called for it."""
    if not callable(function):
        call = f"check({task.name}, {task.name!r})"
        message = f"check takes the function itself: {call}, got {type(function).__name__}."
        return Verdict(False, 0.0, (), f"{task.name}: {message}")
    if isinstance(function, Reference) or function is task.answer:
        message = "this is the reference solution: check takes a function of your own."
        return Verdict(False, 0.0, (), f"{task.name}: {message}")
    verdict = grade_results(Results.from_function(function, task, task.cases))
    if verdict.passed:
        return verdict
    return replace(verdict, message=f"{verdict.message}\nhint({name!r}) gives a hint.")
