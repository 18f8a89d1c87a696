"""What a submission may read: the folders of Python and NumPy, without forbidden packages."""

import os
import sys
import sysconfig
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np

FORBIDDEN_PACKAGES = (
    "minivgg",
    "torch",
    "tensorflow",
    "keras",
    "jax",
    "cupy",
    "scipy",
    "skimage",
    "cv2",
    "dezero",
)
NATIVE_PACKAGES = (  # of the packages outside of Python itself, only these may run native code
    "numpy",
    "pandas",
    "matplotlib",
    "mpl_toolkits",
    "contourpy",
    "kiwisolver",
    "fontTools",
    "PIL",
)
PYTHON_FOLDERS = ("lib-dynload", "dlls")  # with the native code of Python itself
SYSTEM_PATHS = (  # what Python, NumPy, matplotlib and the system's libraries read
    "/dev/zero",
    "/dev/full",
    "/dev/random",
    "/dev/urandom",
    "/usr/share",
    "/usr/lib",
    "/usr/lib64",
    "/usr/local/lib",
    "/lib",
    "/lib64",
    "/etc/localtime",
    "/etc/ld.so.cache",
    "/proc/cpuinfo",
    "/proc/meminfo",
    "/sys/devices/system/cpu",
    "/System/Library",  # on macOS, as the following
    "/Library/Fonts",
    "/private/var/db/timezone",
)


def readable_paths(hidden: Collection[str]) -> tuple[str, ...]:
    """Folders and files that may be read, except for those in ``hidden_paths``.

    Parameters
    ----------
    hidden : collection of str
        From ``hidden_paths``.

    Returns
    -------
    paths : tuple of str
        Those of Python and its packages, of matplotlib's list of fonts, and of the system.
    """
    windows = os.environ.get("SYSTEMROOT")
    python = (
        windows and Path(windows) / "Fonts",
        os.environ.get("MPLCONFIGDIR"),
        sys.prefix,
        sys.base_prefix,
        *sys.path,
        Path(np.__file__).parent.parent,
    )
    found = {real_path(path) for path in (*python, *SYSTEM_PATHS) if path}
    return tuple(sorted(found - set(hidden)))


def hidden_paths(own: Iterable[str]) -> tuple[str, ...]:
    """What may not be read although it is in a readable folder.

    Parameters
    ----------
    own : iterable of str
        The folders of minivgg and those of the instructor.

    Returns
    -------
    paths : tuple of str
        With the packages that a submission may not import.
    """
    packages = (
        Path(folder, name + end)
        for folder in sys.path
        for name in FORBIDDEN_PACKAGES
        for end in ("", ".py")
    )
    return tuple(
        sorted({real_path(path) for path in (*map(Path, own), *packages) if path.exists()})
    )


def native_code() -> list[tuple[str, bool]]:
    """From which folders modules of native code may be loaded.

    Returns
    -------
    rules : list of (str, bool)
        Folders and whether they are allowed; the longest path decides.
    """
    paths = sysconfig.get_paths()
    python = [real_path(paths[name]) for name in ("stdlib", "platstdlib")]
    places = [Path(real_path(folder)) for folder in (*sys.path, str(Path(np.__file__).parents[1]))]
    rules = {str(place): place.name.lower() in PYTHON_FOLDERS for place in places}
    rules |= dict.fromkeys(python, True)
    rules |= {real_path(place / name): True for place in places for name in NATIVE_PACKAGES}
    return list(rules.items())


def real_path(path: str | os.PathLike[str]) -> str:
    """One spelling for each file.

    Parameters
    ----------
    path : path
        Of a file or folder.

    Returns
    -------
    path : str
        With all links followed; on Windows in lower case.
    """
    return os.path.normcase(os.path.realpath(path))


def without_hidden(readable: Sequence[str], hidden: Sequence[str]) -> list[str]:
    """The readable paths as a list of folders and files in which nothing is hidden.

    Parameters
    ----------
    readable : sequence of str
        From ``readable_paths``.
    hidden : sequence of str
        From ``hidden_paths``.

    Returns
    -------
    paths : list of str
        A folder in which something is hidden is replaced by what else is in it.
    """
    return [found for path in readable for found in _visible(path, hidden)]


def _visible(path: str, hidden: Sequence[str]) -> Iterator[str]:
    if path in hidden:
        return
    if not any(other.startswith(path + os.sep) for other in hidden):
        yield path
        return
    try:
        inside = [str(entry) for entry in Path(path).iterdir()]
    except OSError:
        return
    for entry in inside:
        yield from _visible(entry, hidden)
