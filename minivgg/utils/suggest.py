"""Suggestions for mistyped names."""

import difflib
from collections.abc import Iterable

from minivgg.utils.foreign_spellings import our_name
from minivgg.utils.printable_text import listed

MAX_LISTED = 40
SIMILAR = 0.6  # difflib's own measure, from 0 to 1: "trian" and "train" have 0.8


def which_there_are(name: object, known: Iterable[str]) -> str:
    """The end of the sentence about a name that there is not.

    Parameters
    ----------
    name : object
        What was given.
    known : iterable of str
        The names that there are.

    Returns
    -------
    text : str
        The one that is similar to the given name, if there is one, then all (of more than 40, the
        similar one alone or the first 40).

    Examples
    --------
    >>> which_there_are("vgg61", ["vgg11", "vgg16"])
    "did you mean 'vgg16'? There are vgg11, vgg16"
    >>> which_there_are("resnet", ["vgg11", "vgg16"])
    'there are vgg11, vgg16'
    """
    known = list(known)
    similar = suggest(name, known, cutoff=SIMILAR)
    if similar and len(known) > MAX_LISTED:
        return f"did you mean {similar!r}?"
    names = f"here are {listed(known, MAX_LISTED)}"
    return f"did you mean {similar!r}? T{names}" if similar else f"t{names}"


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
    >>> suggest("VGG16", ["vgg11", "vgg16"], cutoff=0.6)  # in any case
    'vgg16'
    >>> suggest("block5_pool", ["conv5_1", "pool4", "pool5"])  # as Keras calls it
    'pool5'
    """
    known = list(known)
    ours = our_name(str(name))
    if ours in known:
        return str(ours)
    by_lower = {each.lower(): each for each in reversed(known)}
    found = difflib.get_close_matches(str(name).lower(), by_lower, n=1, cutoff=cutoff)
    return by_lower[found[0]] if found else ""
