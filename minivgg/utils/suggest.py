"""Suggestions for mistyped names."""

import difflib
from collections.abc import Iterable

from minivgg.utils.foreign_spellings import our_name


def suggest(name: object, known: Iterable[str], cutoff: float = 0.0) -> str:
    """The known name that was probably meant: the one other libraries spell so, else the nearest.

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
    >>> suggest("block5_pool", ["conv5_1", "pool4", "pool5"])  # as Keras calls it
    'pool5'
    """
    known = list(known)
    ours = our_name(str(name))
    if ours in known:
        return str(ours)
    return "".join(difflib.get_close_matches(str(name), known, n=1, cutoff=cutoff))
