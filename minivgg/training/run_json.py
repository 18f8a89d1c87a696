"""The files of a run in JSON format, config.json and state.json: with a checksum of themselves."""

import json
import sys
from collections.abc import Collection, Iterable
from pathlib import Path

from minivgg.utils import files
from minivgg.utils.files import JsonObject, StrPath
from minivgg.weights.tensor_checksums import checksum_of_json, require_same

CHECKSUM = "checksum"  # its key
MAX_BYTES = 64 << 20  # the history of 100,000 epochs has 30 MB


def write(path: StrPath, value: JsonObject, editable: Collection[str] = ()) -> None:
    """Write an object and its checksum, whole or not at all.

    Parameters
    ----------
    path : path
        Of the file.
    value : dict
        Values that JSON can hold.
    editable : collection of str
        Keys that are not part of the checksum, because people may change them.

    Raises
    ------
    OSError
        If the file cannot be written.
    """
    whole = {**value, CHECKSUM: _checksum(value, editable)}
    files.write_text(path, json.dumps(whole, indent=1) + "\n")


def read(
    path: StrPath,
    needs: Iterable[str] = (),
    editable: Collection[str] = (),
    known: Collection[str] | None = None,
) -> JsonObject:
    """Read what ``write`` wrote, in this version or in an earlier one, without checksums.

    Parameters
    ----------
    path : path
        Of the file.
    needs : iterable of str
        Keys that the object must have.
    editable : collection of str
        As for ``write``.
    known : collection of str, optional
        All keys that it can have. One damaged letter in the key of the checksum makes another key.

    Returns
    -------
    dict
        Without the checksum.

    Raises
    ------
    OSError
        If the file is missing, too large or damaged. The message names it.
    """
    path = Path(path)
    if path.exists() and not path.is_file():  # a pipe would be waited for
        raise OSError(f"{path} is not an ordinary file")
    if path.is_file() and path.stat().st_size > MAX_BYTES:
        raise OSError(f"{path} has more than {MAX_BYTES:,} bytes, which no run writes")
    try:
        value = files.read_json(path, needs)
    except RecursionError as error:
        raise OSError(f"{path} is damaged: it is nested too deeply") from error
    if CHECKSUM in value:
        written = value.pop(CHECKSUM)
        try:
            require_same(path, written, _checksum(value, editable))
        except OSError as error:
            raise OSError(
                f"{error} (if it was changed by hand, remove the line {CHECKSUM!r} from it)"
            ) from error
    unknown = next((key for key in value if known is not None and key not in known), None)
    if unknown is not None:
        raise OSError(
            f"{path} has an unknown entry {unknown!r:.60}: it is damaged, or of a later version"
        )
    return value


def is_number(value: object) -> bool:
    """Whether a value that was read is a number that a float can hold.

    Parameters
    ----------
    value : object
        What JSON can hold.

    Returns
    -------
    bool
        False for true and false as well, which Python counts among the integers.
    """
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return abs(value) <= sys.float_info.max  # integers of JSON have any number of digits


def _checksum(value: JsonObject, editable: Collection[str]) -> str:
    return checksum_of_json({k: v for k, v in value.items() if k not in editable})
