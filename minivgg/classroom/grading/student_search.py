"""Finding one student of a class by name, number or key."""

from collections.abc import Sequence

from minivgg.classroom.handins.submission import Submission
from minivgg.utils.printable_text import printable
from minivgg.utils.suggest import suggest


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
        [one.entry for one in submissions],
    ):
        found = [i for i, name in enumerate(names) if name and name.casefold() == asked]
        if len(found) == 1:
            return found[0]
        if found:
            numbers = [submissions[i].number or submissions[i].key for i in found]
            raise ValueError(
                f"{len(found)} students are called {wanted!r}: give the number instead, "
                f"{' or '.join(map(printable, numbers))}"
            )
    known = {one.student.casefold(): one.student for one in submissions}
    similar = known[suggest(asked, known)]
    raise ValueError(f"there is no student {wanted!r}: did you mean {printable(similar)!r}?")
