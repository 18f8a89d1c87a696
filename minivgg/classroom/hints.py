"""``hint``: three hints for each exercise of the lessons and each function of the assignments."""

from minivgg.classroom.bank import ASSIGNMENTS
from minivgg.classroom.bank.hints import TASK_HINTS
from minivgg.classroom.exercises import EXERCISES
from minivgg.utils.suggest import which_there_are

HINTS = TASK_HINTS | {
    name: exercise.hints or TASK_HINTS[exercise.bank_task] for name, exercise in EXERCISES.items()
}
LEVELS = 3
_last_level: dict[str, int] = {}  # of the hint that was printed last, for each name


def hint(name: str, level: int | None = None) -> None:
    """Print a hint for an exercise of a lesson, or for a function of an assignment.

    There are three: the first says what to look at or to try by hand, the second how it is
    computed, and the third is nearly the answer.

    Parameters
    ----------
    name : str
        Of the exercise ("3.1") or of the function ("im2col").
    level : {1, 2, 3}, optional
        Which hint. By default the one after the hint that was printed last; after the third, the
        first again.

    Raises
    ------
    ValueError
        For an unknown name or another level.
    TypeError
        If the name is not a string.

    Examples
    --------
    >>> hint("9.2")
    hint 1 of 3: Count the crops at one scale first.
    >>> hint("9.2", level=3)
    hint 3 of 3: There are 5·5·2 = 50 crops at each scale, and three scales.
    """
    hints = _find(name)
    if level is None:
        level = _last_level.get(name, 0) % LEVELS + 1
    if level not in range(1, LEVELS + 1):
        raise ValueError(f"the level of a hint is 1, 2 or 3, got {level!r}")
    _last_level[name] = level
    print(f"hint {level} of {LEVELS}: {hints[level - 1]}")


def _find(name: object) -> tuple[str, ...]:
    if not isinstance(name, str):
        kind = type(name).__name__
        raise TypeError(
            f'hint takes a name in quotation marks, as in hint("im2col") or hint("3.1"), got {kind}'
        )
    if name in ASSIGNMENTS:
        functions = ", ".join(task.name for task in ASSIGNMENTS[name])
        raise ValueError(f"{name!r} is an assignment: there are hints for {functions}")
    if name not in HINTS:
        raise ValueError(
            f"there is no exercise or function {name!r}: {which_there_are(name, HINTS)}"
        )
    return HINTS[name]
