"""Which images of a folder without splits are test images: by a seed, and for each file alone."""

import hashlib
import unicodedata
from collections.abc import Sequence
from pathlib import PurePosixPath


def choose_test_images(
    files: Sequence[PurePosixPath], share: float, seed: int
) -> frozenset[PurePosixPath]:
    """The test images among those of one class.

    Each file has a number that depends on the seed and its own path alone, and the files with the
    lowest numbers are chosen. When images are added, hardly any of the others changes sides.

    Parameters
    ----------
    files : sequence of PurePosixPath
        The images of the class, relative to the dataset.
    share : float
        The fraction that is chosen, above 0 and below 1.
    seed : int
        Another seed makes another choice.

    Returns
    -------
    chosen : frozenset of PurePosixPath
        At least one file, and not all, if there are two or more; none of a single one.

    Raises
    ------
    ValueError
        If the share is not between 0 and 1.
    """
    if not 0 < share < 1:
        raise ValueError(
            f"the share of test images must be above 0 and below 1, got {share:g}: it is taken "
            "from images that are not in folders train and test"
        )
    if len(files) < 2:
        return frozenset()
    count = min(max(round(share * len(files)), 1), len(files) - 1)
    return frozenset(sorted(files, key=lambda file: (_number(file, seed), file))[:count])


def _number(file: PurePosixPath, seed: int) -> bytes:
    # the same name on macOS, which decomposes letters, and for names that are not UTF-8
    name = unicodedata.normalize("NFC", file.as_posix()).encode("utf-8", "surrogatepass")
    return hashlib.sha256(b"%d/%b" % (seed, name)).digest()
