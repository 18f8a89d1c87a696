"""Finding one student of a class by name, number or key."""

from collections.abc import Sequence

from minivgg.classroom.handins.submission import Submission
from minivgg.utils.printable_text import printable
from minivgg.utils.suggest import suggest

COUNTS = {2: "two", 3: "three"}
SIMILAR = 0.6  # less is no resemblance


def find_student(wanted: str, submissions: Sequence[Submission]) -> int:
    """The index of the student who is meant.

    Parameters
    ----------
    wanted : str
        A key, a platform's number or a name, in upper or lower case.
    submissions : sequence of Submission
        Of the class.

    Returns
    -------
    index : int
        Of the student's submission.

    Raises
    ------
    ValueError
        If there is no such student, or more than one.
    """
    asked = wanted.strip().casefold()
    for names in (
        [one.key for one in submissions],
        [one.number for one in submissions],
        [one.student for one in submissions],
        [_own_name(one) for one in submissions],
        [one.entry for one in submissions],
    ):
        found = [i for i, name in enumerate(names) if name and name.casefold() == asked]
        if len(found) == 1:
            return found[0]
        if found:
            labels = [_label(submissions[i]) for i in found]
            raise ValueError(
                f"{COUNTS.get(len(found), len(found))} students have this name: "
                f"{', '.join(map(printable, labels))}: give the number"
            )
    known = {one.student.casefold(): one.student for one in submissions}
    similar = suggest(asked, known, SIMILAR)
    advice = f": did you mean {printable(known[similar])!r}?" if similar else ""
    raise ValueError(f"there is no student {wanted!r}{advice}")


def _own_name(one: Submission) -> str:
    """The name without the number that tells students of one name apart."""
    return one.student.removesuffix(f" ({one.number or one.entry})")


def _label(one: Submission) -> str:
    return f"{_own_name(one)} ({one.number or one.entry or one.key})"
