"""Suggestions for mistyped names."""

import difflib
from collections.abc import Iterable


def suggest(name: object, known: Iterable[str], cutoff: float = 0.0) -> str:
    """The most similar of the known names.

    Parameters
    ----------
    name : object
        What was given; it can be anything.
    known : iterable of str
        The names that there are, at least one.
    cutoff : float
        How similar it must be, between 0 and 1.

    Returns
    -------
    similar : str
        One of ``known``, or "" if none is similar enough.

    Examples
    --------
    >>> suggest("vgg-16", ["vgg11", "vgg16", "vgg19"])
    'vgg16'
    """
    return "".join(difflib.get_close_matches(str(name), list(known), n=1, cutoff=cutoff))
