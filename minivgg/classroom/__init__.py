"""Teaching: exercises and assignments that check themselves and name the mistake; grading a class.

``check``, ``hint``, ``solution``, ``guess`` and ``slider`` are for students. ``bank`` holds the
tasks, their known mistakes and hints. ``grading`` grades a class; each function runs in a child
process (``isolation``).
"""

from minivgg.classroom.checking import check
from minivgg.classroom.exercises import Exercise
from minivgg.classroom.guesses import guess
from minivgg.classroom.hints import hint
from minivgg.classroom.interactive import slider
from minivgg.classroom.verdict import Verdict
from minivgg.classroom.worked_answers import solution

__all__ = ["Exercise", "Verdict", "check", "guess", "hint", "slider", "solution"]
