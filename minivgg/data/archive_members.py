"""What zips and tars of images have in common: which members count, and how much they may take."""

import lzma
import shutil
import struct
import tarfile
import tempfile
import zipfile
import zlib
from contextlib import ExitStack
from pathlib import PurePosixPath
from typing import IO

from minivgg.utils.folders import is_hidden

# what reading a damaged archive, or a member of it, raises
ARCHIVE_ERRORS = (
    zipfile.BadZipFile, tarfile.TarError, zlib.error, lzma.LZMAError, EOFError, OSError,
    RuntimeError, NotImplementedError, ValueError, OverflowError, IndexError, KeyError,
    struct.error,
    MemoryError,  # a size that is claimed for a header or a dictionary
)  # fmt: skip
MAX_FOLDERS = 64  # of a path in an archive
MAX_NAME = 255  # letters of a file or folder, as on all systems
MAX_IMAGE_BYTES = 1 << 28  # of a file in an archive, unpacked
COPY_BLOCK_BYTES = 1 << 20


def reason(error: BaseException) -> str:
    """What an error says, in short: it may repeat any bytes as a name.

    Parameters
    ----------
    error : exception
        One of ``ARCHIVE_ERRORS``.

    Returns
    -------
    text : str
        At most 200 characters.
    """
    return str(error)[:200] or "it asks for more memory than there is"


def check_size(count: int) -> None:
    """Refuse a member of an archive that is too large to be a picture.

    Parameters
    ----------
    count : int
        Its bytes, unpacked, as the archive says.

    Raises
    ------
    OSError
        If there are more than ``MAX_IMAGE_BYTES``.
    """
    if count > MAX_IMAGE_BYTES:
        raise OSError(
            f"unpacked, it has {count:,} bytes; at most {MAX_IMAGE_BYTES:,} are read from an "
            "archive: unpack it, and name the folder"
        )


def in_temporary_file(source: IO[bytes], plausible: int) -> IO[bytes]:
    """A copy of a file on the disk, which is removed when it is closed.

    Parameters
    ----------
    source : binary file
        Read to its end.
    plausible : int
        How many bytes it may have.

    Returns
    -------
    copy : binary file
        Without a name.

    Raises
    ------
    OSError
        If it has more bytes, or more than half of what is free for temporary files.
    """
    fitting = shutil.disk_usage(tempfile.gettempdir()).free // 2
    with ExitStack() as on_error:
        target = on_error.enter_context(tempfile.TemporaryFile())
        copied = 0
        while block := source.read(COPY_BLOCK_BYTES):
            copied += len(block)
            if copied > plausible:
                raise OSError(
                    f"unpacked, it takes more than {plausible / 1e9:.3g} GB, far more than images "
                    "should: unpack it, and name the folder"
                )
            if copied > fitting:
                raise OSError(
                    f"unpacked, it takes more than {fitting / 1e9:.3g} GB, half of the free space "
                    "for temporary files"
                )
            target.write(block)
        on_error.pop_all()
    return target


def visible_path(name: str) -> PurePosixPath | None:
    """The path of a member, below the archive whatever it says.

    Parameters
    ----------
    name : str
        As the archive has it.

    Returns
    -------
    path : PurePosixPath or None
        None for what is not looked at: hidden files, and names that no system allows.
    """
    parts = [part for part in name.replace("\\", "/").split("/") if part not in ("", ".", "..")]
    if not parts or any(map(is_hidden, parts)) or "\0" in name:
        return None
    if len(parts) > MAX_FOLDERS or max(map(len, parts)) > MAX_NAME:
        return None
    return PurePosixPath(*parts)


def counted(what: str, paths: list[PurePosixPath]) -> list[str]:
    """A sentence about paths of one kind that are not read.

    Parameters
    ----------
    what : str
        The kind, with the word "link".
    paths : list of PurePosixPath
        Where they are.

    Returns
    -------
    sentences : list of str
        Such as ["2 broken links (a.jpg, …)"]; none where there are no paths.
    """
    if not paths:
        return []
    plural = what.replace("link", "links", 1) if len(paths) > 1 else what
    return [f"{len(paths)} {plural} ({paths[0]}{', …' if len(paths) > 1 else ''})"]
