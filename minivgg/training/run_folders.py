"""Run folders: finding the newest run, and a free folder for a new one."""

from pathlib import Path

from minivgg.training.run import CONFIG, Run
from minivgg.utils.files import StrPath


def newest_run(root: StrPath = "runs") -> Path:
    """The folder of the run that was started or extended last and has weights.

    Parameters
    ----------
    root : path
        The folder of the run folders.

    Returns
    -------
    Path
        A run folder.

    Raises
    ------
    FileNotFoundError
        If there is none.
    """
    configs = sorted(Path(root).glob(f"*/{CONFIG}"), key=lambda path: path.stat().st_mtime)
    folders = [path.parent for path in configs if Run(path.parent, {}).weights_file()]
    if not folders:
        raise FileNotFoundError(
            f"there are no runs in {root}/: train a net first, or give a run folder"
        )
    return folders[-1]


def free_folder(name: str, root: StrPath = "runs") -> Path:
    """A folder for a new run.

    Parameters
    ----------
    name : str
        Of the run.
    root : path
        The folder of the run folders.

    Returns
    -------
    Path
        runs/NAME, or runs/NAME-2, runs/NAME-3, ... if that exists.
    """
    folder, number = Path(root) / name, 1
    while folder.exists():
        number += 1
        folder = Path(root) / f"{name}-{number}"
    return folder
