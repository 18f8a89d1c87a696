"""How far an accuracy measured on N images can be trusted, and whether two of them differ.

All of it by hand: these are sums of binomial probabilities, and roots of a quadratic.
"""

from math import erfc, exp, fsum, lgamma, log, sqrt

import numpy as np

Z95 = 1.959963984540054  # of a standard normal distribution, 95 % lies between -Z95 and Z95


def wilson_interval(right: int, total: int, z: float = Z95) -> tuple[float, float]:
    """Wilson's interval for the accuracy on all such images, from a count on some of them.

    It stays within 0 and 1, and is right for few images and for accuracies near 1, where
    accuracy ± z·√(p(1 − p)/N) is not.

    Parameters
    ----------
    right, total : int
        How many of how many images are right.
    z : float
        1.96 for a confidence of 95 %.

    Returns
    -------
    low, high : float
        From 0 to 1.

    Raises
    ------
    ValueError
        If there are no images, or more are right than there are.

    Examples
    --------
    >>> low, high = wilson_interval(95, 100)
    >>> round(low, 4), round(high, 4)
    (0.8882, 0.9785)
    """
    if not 0 <= right <= total or total < 1:
        raise ValueError(
            f"wilson_interval: right must be from 0 to total, and total at least 1; got {right} of "
            f"{total}"
        )
    p, shrink = right / total, 1 + z * z / total
    centre = (p + z * z / (2 * total)) / shrink
    half = z * sqrt(p * (1 - p) / total + z * z / (4 * total * total)) / shrink
    # exactly 0 and 1 at the ends, which rounding would miss
    return (0.0 if right == 0 else centre - half), (1.0 if right == total else centre + half)


def mcnemar(only_first: int, only_second: int) -> float:
    """McNemar's exact test: how often equally good nets disagree at least this unevenly.

    Images that both have right, or both wrong, say nothing about which is better. On the others,
    equally good nets win as often as a coin shows heads.

    Parameters
    ----------
    only_first, only_second : int
        How many images only the first net has right, and how many only the second.

    Returns
    -------
    p : float
        The probability, with equally good nets, of a difference at least as large.

    Examples
    --------
    >>> round(mcnemar(10, 10), 9), round(mcnemar(0, 5), 9)
    (1.0, 0.0625)
    """
    total, fewer = only_first + only_second, min(only_first, only_second)
    # logarithms of n over k: the numbers themselves have thousands of digits
    log_terms = [
        lgamma(total + 1) - lgamma(k + 1) - lgamma(total - k + 1) - total * log(2)
        for k in range(fewer + 1)
    ]
    largest = max(log_terms)
    return min(1.0, 2 * exp(largest) * fsum(exp(term - largest) for term in log_terms))


def two_proportions(right: tuple[int, int], total: tuple[int, int]) -> float:
    """The test of two accuracies on different images, by the normal approximation.

    Parameters
    ----------
    right : (int, int)
        How many images each net has right.
    total : (int, int)
        Of how many.

    Returns
    -------
    p : float
        The probability, with equally good nets, of a difference at least as large.

    Examples
    --------
    >>> round(two_proportions((90, 80), (100, 100)), 4)
    0.0477
    """
    pooled = sum(right) / sum(total)
    spread = sqrt(pooled * (1 - pooled) * (1 / total[0] + 1 / total[1]))
    if spread == 0:
        return 1.0
    z = abs(right[0] / total[0] - right[1] / total[1]) / spread
    return erfc(z / sqrt(2))  # how often a standard normal number is at least z away from 0


def disagreements(first: np.ndarray, second: np.ndarray) -> tuple[int, int]:
    """How many images only one of two nets has right.

    Parameters
    ----------
    first, second : array of bool of shape (N,)
        Whether each net has each image right.

    Returns
    -------
    only_first, only_second : int
        For ``mcnemar``.

    Examples
    --------
    >>> first = np.array([True, True, False, False])
    >>> disagreements(first, np.array([True, False, False, True]))
    (1, 1)
    """
    return int((first & ~second).sum()), int((second & ~first).sum())
