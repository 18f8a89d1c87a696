"""A file on a server: its address, size and checksum, and what its download may take."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from minivgg.utils.files import StrPath


@dataclass(frozen=True)
class Limits:
    """What a download may use and how long it may take.

    Parameters
    ----------
    schemes : tuple of str
        Beginnings of addresses that are asked, also after a redirection.
    idle_seconds : float
        How long nothing may come.
    slow_bytes, slow_seconds : int, float
        So many bytes must come in so many seconds.
    total_seconds : float
        For the whole download, with all its attempts.
    attempts : int
        How many in a row may bring less than ``slow_bytes``.
    first_wait_seconds : float
        Before the second attempt; it doubles with each.
    longest_wait_seconds : float
        Between two attempts, also where the server asks for more.
    """

    schemes: tuple[str, ...] = ("https",)
    idle_seconds: float = 30
    slow_bytes: int = 1 << 16
    slow_seconds: float = 60
    total_seconds: float = 6 * 3600
    attempts: int = 4
    first_wait_seconds: float = 1
    longest_wait_seconds: float = 60


class RemoteFile(NamedTuple):
    """What is known of a file before it is downloaded.

    Parameters
    ----------
    url : str
        Where it is.
    sha256 : str
        Its SHA-256 in hexadecimal digits, or the first of them where no more are published.
    size : int
        In bytes.
    rounding : int
        By how much the size may differ, where it was published rounded.
    """

    url: str
    sha256: str
    size: int
    rounding: int = 0

    @property
    def name(self) -> str:
        """The last part of the address."""
        return self.url.rsplit("/", 1)[-1]

    @property
    def largest(self) -> int:
        """The most bytes that it may have."""
        return self.size + self.rounding

    def may_have(self, size: int) -> bool:
        """Whether a file of this size may be the whole file.

        Parameters
        ----------
        size : int
            In bytes.

        Returns
        -------
        bool
            Whether it is the known size, up to the rounding.
        """
        return abs(size - self.size) <= self.rounding

    def is_at(self, path: StrPath) -> bool:
        """Whether a file on this machine is this file.

        Parameters
        ----------
        path : path
            It is read once, if its size is right.

        Returns
        -------
        bool
            Whether size and checksum are the known ones.
        """
        path = Path(path)
        return (
            path.is_file()
            and self.may_have(path.stat().st_size)
            and sha256(path).startswith(self.sha256.lower())
        )


def sha256(path: StrPath) -> str:
    """The SHA-256 of a file on this machine.

    Parameters
    ----------
    path : path
        The file.

    Returns
    -------
    digits : str
        In hexadecimal.
    """
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
