"""The images of a command, read a chunk at a time; what cannot be read is reported and left out."""

import sys
from collections.abc import Callable, Iterator

import numpy as np
from tqdm.auto import tqdm

from minivgg.cli.image_arguments import Photographs
from minivgg.utils.files import StrPath

CHUNK_IMAGES = 64  # that are read before the net sees them


def read_chunks(
    found: Photographs, read: Callable[[StrPath], np.ndarray], description: str
) -> Iterator[tuple[list[StrPath], list[np.ndarray]]]:
    """(paths, images) of one chunk after another, with a progress bar on a terminal.

    A file that cannot be read is left out with a message. If it is named on the command line
    itself, its ``OSError`` is raised where there is no such file, or no other image. ``OSError`` is
    raised as well if none can be read.
    """
    paths = found.paths
    any_read = False
    with tqdm(
        total=len(paths),
        desc=description,
        unit=" images",
        leave=False,
        disable=len(paths) < 2 or not sys.stderr.isatty(),
    ) as bar:
        for start in range(0, len(paths), CHUNK_IMAGES):
            chunk = []
            for path in paths[start : start + CHUNK_IMAGES]:
                try:
                    chunk.append((path, read(path)))
                except OSError as error:
                    missing_or_alone = len(paths) == 1 or isinstance(error, FileNotFoundError)
                    if path in found.named and missing_or_alone:
                        raise
                    tqdm.write(f"minivgg: left out: {error}", file=sys.stderr)
                bar.update()
            if chunk:
                any_read = True
                yield [path for path, _ in chunk], [image for _, image in chunk]
    if not any_read:
        raise OSError("none of these images can be read")
