"""Floating-point numbers of 16 and 8 bits that NumPy does not have, as float32.

bfloat16       the upper half of a float32
float8_e5m2    the upper half of a float16
float8_e4m3fn  a sign, 4 bits of exponent (bias 7) and 3 of mantissa; no infinity, all ones is nan
"""

import numpy as np

from minivgg.weights.memory_map import Budget

NARROW: dict[str, np.dtype] = {  # as which integers their bits are read
    "bfloat16": np.dtype("<u2"),
    "float8_e4m3fn": np.dtype("u1"),
    "float8_e5m2": np.dtype("u1"),
}


def widen(bits: np.ndarray, kind: str, name: str, budget: Budget) -> np.ndarray:
    """The numbers of which these are the bits, exactly.

    Parameters
    ----------
    bits : array
        Of the dtype in ``NARROW``.
    kind : str
        A key of ``NARROW``.
    name : str
        Of the array, for the errors.
    budget : Budget
        The memory that the file may take.

    Returns
    -------
    array
        Read-only, float32.

    Raises
    ------
    CorruptFileError
        If there is not enough memory.
    """
    budget.take(name, 4 * bits.size)
    return as_float32(bits, kind)


def as_float32(bits: np.ndarray, kind: str) -> np.ndarray:
    """The numbers of which these are the bits, for arrays that need no limit of memory.

    Parameters
    ----------
    bits : array
        Of the dtype in ``NARROW``.
    kind : str
        A key of ``NARROW``.

    Returns
    -------
    array
        Read-only, float32.
    """
    if kind == "bfloat16":
        found = bits.astype("<u4")
        found <<= 16
        found = found.view("<f4")
    else:
        found = _FLOAT8[kind][bits]
    found = found.astype(np.float32, copy=False)
    found.flags.writeable = False
    return found


def _e5m2() -> np.ndarray:
    with np.errstate(invalid="ignore"):  # some of the nans are signalling ones
        return (np.arange(256, dtype="<u2") << 8).view("<f2").astype(np.float32)


def _e4m3fn() -> np.ndarray:
    bits = np.arange(128)
    exponent, mantissa = bits >> 3, bits & 7
    found = np.where(
        exponent == 0, mantissa * 2.0**-9, (8 + mantissa) * 2.0 ** (exponent.astype(float) - 10)
    )
    found[127] = np.nan
    return np.concatenate([found, -found]).astype(np.float32)


_FLOAT8 = {"float8_e4m3fn": _e4m3fn(), "float8_e5m2": _e5m2()}
