"""Run folders: finding the newest run, and a free folder for a new one."""

from pathlib import Path

from minivgg.training.run import CONFIG, Run


def newest_run(root: str | Path = "runs") -> Path:
    """The folder of the run below ``root`` that was started or extended last and has weights.

    Raises ``FileNotFoundError`` if there is none.
    """
    configs = sorted(Path(root).glob(f"*/{CONFIG}"), key=lambda path: path.stat().st_mtime)
    folders = [path.parent for path in configs if Run(path.parent, {}).weights_file()]
    if not folders:
        raise FileNotFoundError(
            f"there are no runs in {root}/: train a net first, or give a run folder"
        )
    return folders[-1]


def free_folder(name: str, root: str | Path = "runs") -> Path:
    """runs/NAME, or runs/NAME-2, runs/NAME-3, ... if that exists."""
    folder, number = Path(root) / name, 1
    while folder.exists():
        number += 1
        folder = Path(root) / f"{name}-{number}"
    return folder
