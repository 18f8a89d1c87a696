"""Gradescope's file of results: a test for the public checks of each function, one for the hidden.

Points are whole numbers of hundredths here, so the scores add up to the student's points.
"""

from typing import Literal, TypeAlias

from minivgg.classroom.grading.grades import Student, TaskGrade
from minivgg.classroom.reports.page_parts import hidden_lines
from minivgg.classroom.reports.points import hundredths
from minivgg.utils.files import JsonObject
from minivgg.utils.printable_text import without_control_characters

Visibility: TypeAlias = Literal["hidden", "after_due_date", "after_published", "visible"]

RESULTS_FILE = "results.json"
VISIBILITIES: tuple[Visibility, ...] = ("hidden", "after_due_date", "after_published", "visible")
VISIBLE: Visibility = "visible"
AFTER_PUBLISHED: Visibility = "after_published"  # when the instructor publishes the grades


def gradescope_results(student: Student, visibility: Visibility = AFTER_PUBLISHED) -> JsonObject:
    """Gradescope's autograder output: points and message of each function.

    Parameters
    ----------
    student : Student
        A graded one.
    visibility : {"hidden", "after_due_date", "after_published", "visible"}
        When students see the results of the hidden checks.

    Returns
    -------
    results : dict
        The content of results.json. The scores of the tests add up to ``student.points``.
    """
    grades = [(a, grade) for a in student.assignments for grade in a.tasks]
    scores = hundredths(a.weight * grade.points for a, grade in grades)
    largest = hundredths(a.weight * grade.out_of for a, grade in grades)
    tests: list[JsonObject] = []
    for (assignment, grade), score, max_score in zip(grades, scores, largest, strict=True):
        name = f"{assignment.name}: {grade.task.name}"
        tests += _tests(grade, name, score, max_score, visibility)
    if difference := round(100 * student.points) - sum(scores):
        tests.append(_difference(student, difference))
    return _results(student.points, _remarks(student), tests, student.seconds)


def _difference(student: Student, difference: int) -> JsonObject:
    """The difference between the sum of the functions' points and the student's."""
    name = "Late submission" if student.points_by_hand is None else "Changed by the instructor"
    return {
        "name": name,
        "score": difference / 100,
        "max_score": 0,
        "status": "passed" if difference > 0 else "failed",
        "output": without_control_characters(student.reason),
        "output_format": "text",
        "visibility": VISIBLE,
    }


def gradescope_failure(sentence: str) -> JsonObject:
    """The output if the grading itself failed, so that the student sees why.

    Parameters
    ----------
    sentence : str
        What happened.

    Returns
    -------
    results : dict
        The content of results.json, with a score of 0.
    """
    return _results(0, sentence, [], 0)


def _results(score: float, output: str, tests: list[JsonObject], seconds: float) -> JsonObject:
    return {
        "score": score,
        "output": without_control_characters(output),
        "output_format": "text",
        "visibility": VISIBLE,
        "stdout_visibility": "hidden",
        "execution_time": round(seconds, 2),
        "tests": tests,
    }


def _tests(
    grade: TaskGrade, name: str, score: int, max_score: int, visibility: Visibility
) -> list[JsonObject]:
    """The tests of a function, which share its points."""
    if grade.hidden is None:
        message = _with_reason(grade.verdict.message, grade)
        return [_test(grade, name, score, max_score, message, grade.verdict.passed, VISIBLE)]
    share = grade.share_of_hidden
    max_public = round((1 - share) * max_score)
    if grade.points_by_hand is None and not grade.all_or_nothing:
        score_of_public = min(int(max_public * grade.public.score), score)
        score_of_public = max(score_of_public, score - (max_score - max_public))
    else:
        score_of_public = round((1 - share) * score)
    public = _with_reason(grade.public.message, grade)
    hidden = "\n".join(hidden_lines(grade)) or "All hidden checks passed."
    checks = f"{name} (public checks)"
    tests = [
        _test(grade, checks, score_of_public, max_public, public, grade.public.passed, VISIBLE)
    ]
    checks, passed = f"{name} (hidden checks)", grade.hidden.passed
    score, max_score = score - score_of_public, max_score - max_public
    return [*tests, _test(grade, checks, score, max_score, hidden, passed, visibility)]


def _test(
    grade: TaskGrade,
    name: str,
    score: int,
    max_score: int,
    output: str,
    passed: bool,
    visibility: Visibility,
) -> JsonObject:
    return {
        "name": name,
        "score": score / 100,
        "max_score": max_score / 100,
        "status": "passed" if passed else "failed",
        "output": without_control_characters(output),
        "output_format": "text",
        "visibility": visibility,
        "extra_data": {"seconds": round(grade.seconds, 2)},
    }


def _with_reason(message: str, grade: TaskGrade) -> str:
    if grade.points_by_hand is None:
        return message
    reason = f": {grade.reason}" if grade.reason else "."
    return f"{message}\nThe points were changed by hand{reason}"


def _remarks(student: Student) -> str:
    """Remarks about the submission and its files, at the top of the page."""
    remarks = [*student.remarks, *(r for a in student.assignments for r in a.remarks)]
    return "\n".join(dict.fromkeys(remarks)) or "Graded by minivgg."
