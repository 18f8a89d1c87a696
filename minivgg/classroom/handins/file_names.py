"""What the names of files say: the assignment, whether it is a guide, which copy it is."""

import re
from pathlib import Path

from minivgg.classroom.bank import ASSIGNMENTS

COPY_MARK = re.compile(  # a browser's "file (1)", Canvas's "file-1", Jupyter's, those of systems
    r"(\s*(\(\d+\)|-\d+)|-copy\d+|[ _]-[ _](copy|복사본)|의 사본|[ _]copy([ _]\d+)?|[ _]\(copy\))$",
    re.IGNORECASE,
)


def is_named_after(name: str, assignment: str) -> bool:
    """Whether a file is named after an assignment, with what platforms and browsers add to it.

    Parameters
    ----------
    name : str
        Of the file.
    assignment : str
        The name of the assignment.

    Returns
    -------
    is_named : bool
        False if the file is named after another assignment whose name is longer.

    Examples
    --------
    >>> is_named_after("convolution (1).py", "convolution")
    True
    >>> is_named_after("convolution_backward.py", "convolution")
    False
    """
    stem = without_copy_marks(Path(name).stem)
    longer = [
        other
        for other in ASSIGNMENTS
        if len(other) > len(assignment) and other.endswith(assignment)
    ]
    is_named = re.fullmatch(rf"(.*[_\- ])?{assignment}", stem, re.IGNORECASE) is not None
    return is_named and not any(is_named_after(name, other) for other in longer)


def is_guide(name: str) -> bool:
    """Whether a file is a guiding notebook, which contains the stubs.

    Parameters
    ----------
    name : str
        Of the file.

    Returns
    -------
    is_guide : bool
        Whether its name ends with "_guide".
    """
    return without_copy_marks(Path(name).stem).endswith("_guide")


def without_copy_marks(stem: str) -> str:
    """The name of a file without what marks it as a copy.

    Parameters
    ----------
    stem : str
        Of a file.

    Returns
    -------
    stem : str
        "loss" for "loss-Copy1 (2)".
    """
    while (shorter := COPY_MARK.sub("", stem)) not in (stem, ""):
        stem = shorter
    return stem
