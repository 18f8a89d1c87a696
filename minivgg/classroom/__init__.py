"""Floor 5: what teaches: exercises and assignments that check themselves and name the mistake, and what grades a class.

``check`` for students; ``bank`` has the tasks and their known mistakes; ``grading`` marks a class, each function in a process of its own
(``isolation``).
"""

from minivgg.classroom.checking import check
from minivgg.classroom.exercises import Exercise, hint
from minivgg.classroom.verdict import Verdict

__all__ = ["Exercise", "Verdict", "check", "hint"]
