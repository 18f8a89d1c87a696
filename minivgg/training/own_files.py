"""What a run folder may not hold: links that lead out of it, when files are written or deleted."""

from pathlib import Path

from minivgg.utils.files import StrPath


def require_inside(folder: StrPath, name: str) -> Path:
    """Refuse a folder in a run folder that is a link to somewhere else.

    Parameters
    ----------
    folder : path
        The run folder; it may be a link itself.
    name : str
        Of a folder in it, which need not exist.

    Returns
    -------
    Path
        Of the folder in the run folder.

    Raises
    ------
    OSError
        If it leads out of the run folder.
    """
    path = Path(folder) / name
    if not path.resolve().is_relative_to(Path(folder).resolve()):
        raise OSError(
            f"{path} is a link that leads out of the run folder, to {path.resolve()}: files there "
            "are not written or deleted; replace the link by a folder"
        )
    return path
