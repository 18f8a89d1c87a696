"""What a child process gets from the grader's environment: folders of packages, and variables."""

import os
import sys
from functools import cache
from pathlib import Path

from minivgg.classroom.worker.readable_paths import real_path
from minivgg.utils import installation

KEPT_VARIABLES = ("PATH", "SYSTEMROOT", "LANG", "LC_ALL", "VIRTUAL_ENV", "LD_LIBRARY_PATH")
FOLDER_NAMES = ("site-packages", "dist-packages")
PACKAGES = ("numpy", "matplotlib", "pandas")


def package_folders() -> list[str]:
    """The folders in which the grader finds packages, also those of the user and of PYTHONPATH.

    Returns
    -------
    folders : list of str
        In the order of ``sys.path``, without the current directory and the checkout.
    """
    left_out = {real_path(folder) for folder in (Path.cwd(), installation.checkout()) if folder}
    paths = dict.fromkeys(Path(path).absolute() for path in sys.path if path)
    return [str(p) for p in paths if _has_packages(p) and real_path(p) not in left_out]


def _has_packages(path: Path) -> bool:
    is_named_so = path.name in FOLDER_NAMES and path.is_dir()
    return is_named_so or any((path / name / "__init__.py").is_file() for name in PACKAGES)


def variables(scratch: str | os.PathLike[str]) -> dict[str, str]:
    """The variables of a child process.

    Parameters
    ----------
    scratch : path
        Its folder.

    Returns
    -------
    values : dict
        {name: value}.
    """
    return {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ} | {
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "MKL_NUM_THREADS": "1",
        "HOME": str(scratch),
        "TMPDIR": str(scratch),
        "MPLBACKEND": "Agg",
        "MPLCONFIGDIR": matplotlib_cache(),
    }


@cache
def matplotlib_cache() -> str:
    """The folder of matplotlib's list of fonts.

    The list is made now if it does not exist: a submission that imports matplotlib has no time to
    look for fonts.

    Returns
    -------
    folder : str
        Of this user.
    """
    import matplotlib.font_manager

    return matplotlib.get_cachedir()
