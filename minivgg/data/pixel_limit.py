"""How many pixels an image may have: Pillow's hard limit, or one that the user sets.

A small file can describe an image that fills the memory, so there is a limit. Pillow warns at half
of it, and has no way to raise it for one file: while images are read here, its own limit is raised.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from math import inf

from PIL import Image

_lock = threading.Lock()
_limits: list[float] = []  # of the images that are being read now
_pillows_limit: int | None = None  # Pillow's own, while images are read
_chosen: int | None = None  # by the user, for the whole process


def set_max_pixels(count: int | None) -> None:
    """Set how many pixels an image may have that is read from a file.

    Parameters
    ----------
    count : int or None
        Height times width; None for Pillow's hard limit, 178,956,970.

    Raises
    ------
    ValueError
        If the number is not positive.

    Examples
    --------
    >>> from minivgg import data
    >>> data.set_max_pixels(400_000_000)  # scans of 20,000×20,000 pixels
    >>> data.set_max_pixels(None)
    """
    global _chosen
    if count is not None and count < 1:
        raise ValueError(
            f"the largest number of pixels of an image must be at least 1, got {count}"
        )
    _chosen = count


def max_pixels() -> float:
    """How many pixels an image may have.

    Returns
    -------
    count : float
        What ``set_max_pixels`` was given, else twice ``PIL.Image.MAX_IMAGE_PIXELS``, where Pillow
        refuses images; infinite if that is None.
    """
    if _chosen is not None:
        return _chosen
    own = _pillows_limit if _limits else Image.MAX_IMAGE_PIXELS
    return inf if own is None else 2 * own


@contextmanager
def pillow_allows(limit: float) -> Iterator[None]:
    """Raise Pillow's own limit, which some decoders ask for, while an image is read.

    Parameters
    ----------
    limit : float
        A number of pixels. The largest one counts while several threads read.

    Yields
    ------
    None
        While the image is read.
    """
    global _pillows_limit
    with _lock:
        if not _limits:
            _pillows_limit = Image.MAX_IMAGE_PIXELS
        _limits.append(limit)
        _raise_pillows_limit()
    try:
        yield
    finally:
        with _lock:
            _limits.remove(limit)
            _raise_pillows_limit()


def _raise_pillows_limit() -> None:
    own = inf if _pillows_limit is None else _pillows_limit
    largest = max([own, *_limits])
    Image.MAX_IMAGE_PIXELS = None if largest == inf else int(largest)
