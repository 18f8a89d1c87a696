"""Teaching: exercises and assignments that check themselves and name the mistake; grading a class.

``check`` and ``hint`` are for students. ``bank`` holds the tasks, their known mistakes and hints.
``grading`` grades a class; each function runs in a child process (``isolation``).
"""

from minivgg.classroom.checking import check
from minivgg.classroom.exercises import Exercise
from minivgg.classroom.hints import hint
from minivgg.classroom.verdict import Verdict

__all__ = ["Exercise", "Verdict", "check", "hint"]
