"""Unpacking archives: into one folder and nowhere else, and not more than is allowed."""

import os
import zipfile
from datetime import datetime
from pathlib import Path

from minivgg.utils.files import StrPath

MAX_FILE_BYTES = 20 * 2**20
MAX_ARCHIVE_BYTES = 500 * 2**20  # of a zip's contents
MAX_ARCHIVE_FILES = 100_000


def unpack(path: StrPath, target: StrPath) -> str:
    """Unpack a zip into a folder, and nowhere else.

    Parameters
    ----------
    path : path
        The zip.
    target : path
        The folder.

    Returns
    -------
    problem : str
        A sentence without its subject; "" if all went well.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            entries = [e for e in archive.infolist() if not e.is_dir()]
            size = sum(e.file_size for e in entries)
            if size > MAX_ARCHIVE_BYTES or len(entries) > MAX_ARCHIVE_FILES:
                return f"unpacks to more than {MAX_ARCHIVE_BYTES // 2**20} MB"
            for entry in entries:
                if entry.file_size <= MAX_FILE_BYTES or entry.filename.lower().endswith(".zip"):
                    written = Path(archive.extract(entry, target))
                    has_date = entry.date_time[1] and entry.date_time[2]
                    modified = datetime(*entry.date_time).timestamp() if has_date else 0
                    os.utime(written, (modified, modified))
    except (
        zipfile.BadZipFile,
        OSError,
        ValueError,
        RuntimeError,
        NotImplementedError,
        EOFError,
    ) as error:
        return f"cannot be unpacked: {error}"
    return ""
