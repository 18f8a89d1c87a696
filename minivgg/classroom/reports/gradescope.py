"""Gradescope's file of results."""

from minivgg.classroom.grading.grades import Student
from minivgg.utils.files import JsonObject


def gradescope_results(student: Student) -> JsonObject:
    """Gradescope's autograder output: points and message of each task.

    Parameters
    ----------
    student : Student
        A graded one.

    Returns
    -------
    results : dict
        The content of results.json.
    """
    tests = []
    for assignment in student.assignments:
        for number, grade in enumerate(assignment.tasks):
            remarks = assignment.remarks if number == 0 else []
            tests.append(
                {
                    "name": f"{assignment.name}: {grade.task.name}",
                    "score": grade.points,
                    "max_score": grade.out_of,
                    "output": "\n".join([*remarks, grade.verdict.message]),
                    "status": "passed" if grade.verdict.passed else "failed",
                }
            )
    return {
        "score": student.points,
        "output": " ".join(student.remarks) or "Graded by minivgg.",
        "visibility": "visible",
        "tests": tests,
    }
