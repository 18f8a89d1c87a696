"""The images that a command is given: files, patterns and folders."""

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from minivgg import data
from minivgg.cli.arguments import expanded
from minivgg.cli.left_out import report_files_left_out
from minivgg.evaluation.predictor import images_in, visible_files
from minivgg.training.checkpointer import CHECKPOINTS
from minivgg.training.run import CONFIG
from minivgg.training.run_weights import WEIGHTS
from minivgg.utils.file_names import is_address
from minivgg.utils.files import StrPath

ARCHIVES = (".zip", ".tar", ".tgz", ".gz", ".bz2", ".xz", ".7z", ".rar")
FOLDERS_UP_TO_RUN = 3  # from an image in it, as in RUN/samples/cat.png


class Photographs(NamedTuple):
    """Images by their paths.

    Parameters
    ----------
    paths : list of path
        Of all images.
    named : list of str
        The arguments, in which patterns are replaced by the files that match.
    folders : list of str
        Those that are folders.
    """

    paths: list[StrPath]
    named: list[str]
    folders: list[str]


def photographs(arguments: Iterable[StrPath]) -> Photographs:
    """The images that arguments name; a line on stderr says which files of folders are left out.

    Raises ``FileNotFoundError`` for a folder without images, an address, or a pattern that nothing
    matches, and ``ValueError`` for an archive.
    """
    given = list(map(str, arguments))
    for path in given:
        if is_address(path):
            raise FileNotFoundError(f"{path} is an address: download the image, and name its file")
    named = expanded(given)
    for path in named:
        if Path(path).is_file() and path.lower().endswith(ARCHIVES):
            raise ValueError(
                f"{path} is an archive, of which no images are read here: unpack it, and name the "
                "folder"
            )
        if path != path.strip() and not Path(path).exists():
            without = "; without the blanks around it there is" * Path(path.strip()).exists()
            raise FileNotFoundError(f"there is no image {path!r}{without}")
    folders = [path for path in named if Path(path).is_dir()]
    paths: list[StrPath] = []
    for path in named:
        paths += images_in(path) if path in folders else [path]
    report_files_left_out(
        [file for path in folders for file in visible_files(path) if not data.is_image(file.name)]
    )
    return Photographs(paths, named, folders)


def run_around(paths: Iterable[StrPath]) -> Path | None:
    """The one run folder in which all these images lie, as in RUN/samples; else None."""
    runs = {_run_above(Path(path)) for path in paths}
    return runs.pop() if len(runs) == 1 else None


def _run_above(path: Path) -> Path | None:
    return next(filter(is_run, [*path.parents][:FOLDERS_UP_TO_RUN]), None)


def is_run(folder: Path) -> bool:
    """Whether a folder has what runs have; other programs, too, write a config.json."""
    has_weights = (folder / WEIGHTS).is_file() or (folder / CHECKPOINTS).is_dir()
    return has_weights and (folder / CONFIG).is_file()
