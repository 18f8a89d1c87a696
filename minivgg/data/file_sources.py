"""Where the files of a dataset are: in a folder, a zip or a tar. Archives are never unpacked."""

import zipfile
from collections.abc import Hashable
from pathlib import Path, PurePosixPath

from minivgg.data.archive_members import ARCHIVE_ERRORS, MAX_IMAGE_BYTES, counted, reason
from minivgg.data.archive_sources import ProtectedError, is_tar, open_tar, open_zip
from minivgg.data.image_formats import is_image
from minivgg.data.images import ImageFile
from minivgg.data.source import Source
from minivgg.utils.archive_names import unreadable_archive
from minivgg.utils.folders import contents


def open_source(path: Path) -> Source:
    """What is at a path, whatever its name ends with.

    Parameters
    ----------
    path : Path
        Of a folder, a zip, or a tar with or without compression.

    Returns
    -------
    source : Source
        All that is visible in it.

    Raises
    ------
    FileNotFoundError
        If there is nothing at the path.
    OSError
        If it is something else, damaged or protected by a password.
    """
    if path.is_dir():
        return _Folder(path)
    if not path.exists():
        raise FileNotFoundError(f"there is no folder or zip file {path}")
    if not path.is_file():
        raise OSError(f"{path} is neither a folder nor a file")
    with path.open("rb") as file:
        start = file.read(6)
    if not start:
        raise OSError(f"{path} is an empty file")
    if name := unreadable_archive(start):
        raise OSError(
            f"{path} is an archive in {name} format, which cannot be read here: unpack it, and "
            "name the folder"
        )
    try:
        if start.startswith(b"PK"):
            return open_zip(path)
        if is_tar(path):
            return open_tar(path)
        if zipfile.is_zipfile(path):  # with something before it
            return open_zip(path)
    except ProtectedError:
        raise
    except ARCHIVE_ERRORS as error:
        raise OSError(
            f"{path} is neither a folder nor a complete zip or tar file: {reason(error)}"
        ) from error
    if is_image(path.name):
        raise OSError(f"{path} is a single image: name the folder that holds the class folders")
    raise OSError(f"{path} is neither a folder nor a complete zip or tar file")


class _Folder:
    """A folder on the disk, in which links are followed."""

    def __init__(self, path: Path) -> None:
        self.path = path
        found = contents(path)
        if found.unreadable:
            raise PermissionError(
                f"the folder {path / found.unreadable[0]} cannot be read: its permissions do not "
                "allow it"
            )
        self.files, self.folders = found.files, found.folders
        self.left_out = counted("broken link", found.broken)
        self.left_out += counted("link to a folder above it", found.circular)

    def open(self, file: PurePosixPath) -> ImageFile:
        return self.path / file

    def content(self, file: PurePosixPath, limit: int = MAX_IMAGE_BYTES) -> bytes:
        with (self.path / file).open("rb") as opened:
            return opened.read(limit)

    def key(self, file: PurePosixPath) -> Hashable:
        return self.files[file]
