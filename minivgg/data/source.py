"""What a source of files is: the methods of a folder, a zip or a tar."""

from collections.abc import Hashable
from pathlib import PurePosixPath
from typing import Protocol

from minivgg.data.archive_members import MAX_IMAGE_BYTES
from minivgg.data.images import ImageFile


class Source(Protocol):
    """A folder or an archive, with the paths of what is visible in it.

    Attributes
    ----------
    files : dict
        {path: size in bytes}.
    folders : list of PurePosixPath
        Folders, which may be empty.
    left_out : list of str
        What is not read, such as "2 broken links (a.jpg, …)".
    """

    files: dict[PurePosixPath, int]
    folders: list[PurePosixPath]
    left_out: list[str]

    def open(self, file: PurePosixPath) -> ImageFile:
        """What ``read_image`` reads.

        Parameters
        ----------
        file : PurePosixPath
            A key of ``files``.

        Returns
        -------
        opened : path or binary file
            ``OSError`` is raised for a damaged member of an archive.
        """

    def content(self, file: PurePosixPath, limit: int = MAX_IMAGE_BYTES) -> bytes:
        """The first bytes of a file.

        Parameters
        ----------
        file : PurePosixPath
            A key of ``files``.
        limit : int
            How many bytes at most.

        Returns
        -------
        content : bytes
            ``OSError`` is raised if it cannot be read.
        """

    def key(self, file: PurePosixPath) -> Hashable:
        """What is equal for equal files, and is known without reading them.

        Parameters
        ----------
        file : PurePosixPath
            A key of ``files``.

        Returns
        -------
        key : hashable
            To be compared within one source, or two of one kind.
        """
