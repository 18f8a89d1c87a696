"""Checksums of what a run writes: CRC-32, at 7 GB/s, which misses one damage in four billion.

They find damage, not forgery: whoever can change a file can change its checksum, too.
"""

import json
import zlib
from collections.abc import Mapping

import numpy as np

from minivgg import backend
from minivgg.backend import thread_pool
from minivgg.backend.types import Array

CHECKSUM = "minivgg_checksum"  # its key in the metadata of a file of weights


def checksum_of(arrays: Mapping[str, Array]) -> str:
    """The checksum of arrays: of their names, dtypes, shapes and numbers, in any order in memory.

    Parameters
    ----------
    arrays : dict of str to array
        Of any device.

    Returns
    -------
    str
        Eight hexadecimal digits.
    """
    found: dict[str, tuple[str, tuple[int, ...], int]] = {}

    def read(name: str) -> None:
        array = backend.to_numpy(arrays[name])
        numbers = np.asarray(array, array.dtype.newbyteorder("<"), order="C")  # as in the file
        crc = zlib.crc32(numbers.reshape(-1).view(np.uint8).data)
        found[name] = numbers.dtype.str, numbers.shape, crc

    # the largest first, so that no thread is left with it at the end
    thread_pool.for_each(read, sorted(arrays, key=lambda name: -arrays[name].size))
    return checksum_of_json(sorted(found.items()))


def checksum_of_json(value: object) -> str:
    """The checksum of what a file in JSON format says, whatever its line breaks.

    Parameters
    ----------
    value : dict, list, str, number or None
        As it is written, or as it is read.

    Returns
    -------
    str
        Eight hexadecimal digits.
    """
    return f"{zlib.crc32(json.dumps(value).encode()):08x}"


def with_checksum(metadata: Mapping[str, str], checksum: str) -> dict[str, str]:
    """The metadata of a file of weights, with the checksum that ``require_checksum`` compares.

    Parameters
    ----------
    metadata : dict of str to str
        Its "epoch" becomes part of the checksum.
    checksum : str
        Of all tensors of the file, see ``checksum_of``.

    Returns
    -------
    dict of str to str
        With one more key.
    """
    return {**metadata, CHECKSUM: checksum_of_json([metadata.get("epoch"), checksum])}


def require_checksum(
    path: object, metadata: Mapping[str, str], arrays: Mapping[str, Array]
) -> None:
    """Refuse a damaged file of weights, if it has a checksum.

    Parameters
    ----------
    path : path
        Of the file, for the message.
    metadata : dict of str to str
        Of the file; files of earlier versions have no checksum.
    arrays : dict of str to array
        What was read.

    Raises
    ------
    OSError
        If the checksum is another one.
    """
    if CHECKSUM in metadata:
        expected = with_checksum(metadata, checksum_of(arrays))
        require_same(path, metadata[CHECKSUM], expected[CHECKSUM])


def require_same(path: object, written: object, found: str) -> None:
    """Refuse a file whose checksum is not the one that was written.

    Parameters
    ----------
    path : path
        Of the file, for the message.
    written : str
        The checksum of what was to be in the file.
    found : str
        The checksum of what is in it.

    Raises
    ------
    OSError
        If they differ.
    """
    if written != found:
        raise OSError(f"{path} is damaged: its checksum is wrong")
