"""Grades made by hand, for tests of the reports."""

from minivgg.classroom.bank import TASKS
from minivgg.classroom.grading.grades import AssignmentGrade, Student, TaskGrade
from minivgg.classroom.verdict import Verdict

NAUGHTY = [  # names and remarks that are more than text somewhere
    '=HYPERLINK("http://example.org")',
    "+1",
    "-1",
    "@SUM(A1)",
    "＝1",
    "\t=1",
    "\r=1",
    "\x1b]0;title\x07\x1b[31mred",
    "# <script>alert(1)</script>",
    "[link](http://example.org) ![](x.png) <http://example.org> www.example.org",
    "`code` *bold* _it_ | a | b |\n|---|---|\n# heading\n===",
    "a\x85b\u202ec\ud800d",
]
PICTURE = b"\x89PNG\r\n\x1a\n"


def task_grade(name, score, message="", mistakes=(), **more):
    """The grade of a function, with a score from 0 to 1 on the public checks."""
    text = message or f"{name}: {'public checks passed.' if score == 1 else 'not correct yet.'}"
    verdict = Verdict(score == 1, score, tuple(mistakes), text)
    return TaskGrade(TASKS[name], verdict, public_count=10, seconds=0.3, **more)


def graded_student(name, **more):
    """A student with 7.5 of 10 points: one function is right, one half wrong."""
    tasks = [
        task_grade("relu_forward", 1.0),
        task_grade("relu_backward", 0.5, mistakes=["mask-inverted"], picture=PICTURE),
    ]
    return Student(name, [AssignmentGrade("relu_dropout", "relu_dropout.py", tasks)], **more)
