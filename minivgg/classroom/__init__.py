"""Teaching: exercises and assignments that check themselves and name the mistake; grading a class.

``check`` is for students. ``bank`` holds the tasks and their known mistakes. ``grading`` grades a
class; each function runs in a child process (``isolation``).
"""

from minivgg.classroom.checking import check
from minivgg.classroom.exercises import Exercise, hint
from minivgg.classroom.verdict import Verdict

__all__ = ["Exercise", "Verdict", "check", "hint"]
