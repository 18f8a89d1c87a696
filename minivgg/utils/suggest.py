"""Suggestions for mistyped names."""

import difflib


def suggest(name, known):
    """The most similar of the ``known`` names (at least one); ``name`` can be anything."""
    return difflib.get_close_matches(str(name), list(known), n=1, cutoff=0)[0]
