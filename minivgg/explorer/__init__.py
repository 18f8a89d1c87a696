"""The explorer: a page in which a net is built, and what its units see is shown.

``page`` puts it together from the files in ``web``; ``sources`` finds the net of a name or a path.
"""

from minivgg.explorer.page import page

__all__ = ["page"]
