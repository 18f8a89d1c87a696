"""The order of the course: each assignment follows the last of the lessons that it needs."""

from minivgg.classroom.bank import ASSIGNMENTS
from minivgg.classroom.exercises import EXERCISES

NEEDED_LESSONS = {
    "convolution": ("1",),
    "convolution_backward": ("2",),
    "pooling": ("2",),
    "relu_dropout": ("5",),
    "loss": ("5",),
    "learning": ("6",),
    "architecture": ("3", "4", "7"),
    "dense_evaluation": ("9",),
}


def exercises_by_lesson() -> dict[str, list[str]]:
    """The exercises of each lesson.

    Returns
    -------
    exercises : dict
        {number of the lesson, such as "3" or "1b": names such as "3.1"}, both in order.
    """
    found: dict[str, list[str]] = {}
    for name in EXERCISES:
        found.setdefault(name.partition(".")[0], []).append(name)
    return dict(sorted(found.items(), key=lambda item: _place(item[0])))


def _place(lesson: str) -> tuple[int, str]:
    """What lessons are sorted by: lesson 1b is between 1 and 2."""
    digits = lesson.rstrip("abcdefghijklmnopqrstuvwxyz")
    return int(digits), lesson


def steps() -> list[str]:
    """The lessons and assignments in the order of the course.

    Returns
    -------
    steps : list of str
        Numbers of lessons and names of assignments.

    Examples
    --------
    >>> steps()[:5]
    ['0', '1', 'convolution', '1b', '2']
    """
    found: list[str] = []
    for lesson in exercises_by_lesson():
        found.append(lesson)
        found += [name for name in ASSIGNMENTS if NEEDED_LESSONS[name][-1] == lesson]
    return found
