"""Floor 5: what teaches: exercises that check themselves at once, with hints for whoever asks."""

from minivgg.classroom.exercises import Exercise, check, hint

__all__ = ["Exercise", "check", "hint"]
