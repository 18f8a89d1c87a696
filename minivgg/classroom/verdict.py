"""The result of a check."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Verdict:
    """passed; score from 0 to 1; mistakes: names of the recognised ones; message: for the student.

    conventions: names of recognised conventions, which are not mistakes. picture: a function that
    draws the wrong entries, or None.
    """

    passed: bool
    score: float
    mistakes: tuple
    message: str
    conventions: tuple = ()
    picture: object = None

    def __bool__(self):
        return self.passed

    def __repr__(self):
        return self.message

    def _ipython_display_(self):
        """Show nothing: ``check`` has printed the message already."""
