"""Sentences for the user about what was assumed or left out, which are not errors.

In Python they are warnings of the class ``Notice``; the command line prints them as one line each.
"""

import warnings


class Notice(UserWarning):
    """What was assumed or left out; the result can be used."""


def notify(text: str) -> None:
    """Give a notice to the user of the package.

    Parameters
    ----------
    text : str
        One sentence: what was assumed, and how to say otherwise.
    """
    warnings.warn(text, Notice, stacklevel=3)
