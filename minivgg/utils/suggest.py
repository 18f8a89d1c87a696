"""Floor 0: what somebody may have meant who wrote a name that there is not."""

import difflib


def nearest(name, known):
    """The one of the ``known`` names (at least one) that is most like ``name``, whatever it is."""
    return difflib.get_close_matches(str(name), list(known), n=1, cutoff=0)[0]
