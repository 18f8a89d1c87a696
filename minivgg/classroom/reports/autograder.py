"""autograder.zip: all that Gradescope needs to grade assignments, including minivgg itself."""

import json
import re
import shlex
import tomllib
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path

import minivgg
from minivgg.classroom.bank import ASSIGNMENTS
from minivgg.classroom.grading.hidden_cases import load_hidden_cases
from minivgg.classroom.grading.scheme import load_scheme
from minivgg.classroom.reports import autograder_scripts as scripts
from minivgg.classroom.reports.gradescope import AFTER_PUBLISHED, Visibility, gradescope_failure
from minivgg.utils import installation
from minivgg.utils.files import StrPath
from minivgg.utils.suggest import which_there_are
from minivgg.utils.zips import zip_of

LEFT_OUT = {"__pycache__", "tests"}
FAILED = (
    "Your submission could not be graded: the autograder stopped before it had a result. Your "
    "instructor can see why. This says nothing about your functions."
)
_DEPENDENCY_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def autograder_zip(
    names: Sequence[str],
    hidden: StrPath | None = None,
    scheme: StrPath | None = None,
    visibility: Visibility = AFTER_PUBLISHED,
    seconds: float | None = None,
) -> bytes:
    """The autograder of assignments, which an instructor uploads to Gradescope.

    It contains setup.sh and run_autograder, the hidden checks of these assignments, this package,
    and requirements.txt with the versions of its dependencies that are installed here.

    Parameters
    ----------
    names : sequence of str
        Of the assignments.
    hidden : path, optional
        A folder of hidden checks.
    scheme : path, optional
        A TOML file with points and weights.
    visibility : {"hidden", "after_due_date", "after_published", "visible"}
        When students see the results of the hidden checks.
    seconds : float, optional
        The limit of time for each function.

    Returns
    -------
    zipped : bytes
        The same for the same contents.

    Raises
    ------
    FileNotFoundError
        If there are no hidden checks of these assignments, or no scheme.
    ValueError
        For an unknown assignment, and for hidden checks or a scheme that cannot be used.
    """
    for name in names:
        if name not in ASSIGNMENTS:
            which = which_there_are(name, ASSIGNMENTS)
            raise ValueError(f"there is no assignment {name!r}: {which}")
    arguments = ["--assignment", *names, "--visibility", visibility]
    files: dict[str, str | bytes] = {
        f"minivgg/{name}": content for name, content in package_files().items()
    }
    if hidden is not None:
        arguments += ["--hidden", "$SOURCE/hidden"]
        files |= {f"hidden/{file}": text for file, text in _hidden_files(names, hidden).items()}
    if scheme is not None:
        arguments += ["--scheme", "$SOURCE/scheme.toml"]
        load_scheme(scheme)  # a mistake in it is found here, not at Gradescope
        files["scheme.toml"] = Path(scheme).read_bytes()
    if seconds is not None:
        arguments += ["--time", f"{seconds:g}"]
    quoted = "\n".join(f"    {_quote(argument)}" for argument in arguments)
    run = scripts.RUN_TEXT.replace(scripts.ARGUMENTS, quoted)
    failure = json.dumps(gradescope_failure(FAILED), indent=1) + "\n"
    files |= {
        scripts.SETUP: scripts.SETUP_TEXT,
        scripts.RUN_AUTOGRADER: run,
        scripts.FAILURE: failure,
        "requirements.txt": "".join(f"{line}\n" for line in requirements()),
    }
    return zip_of(dict(sorted(files.items())), executable=(scripts.SETUP, scripts.RUN_AUTOGRADER))


def _quote(argument: str) -> str:
    """An argument for bash, in which the variable SOURCE is replaced."""
    return f'"{argument}"' if argument.startswith("$SOURCE/") else shlex.quote(argument)


def package_files() -> dict[str, bytes]:
    """The files of this package, from a checkout or as it is installed.

    Returns
    -------
    files : dict
        {path inside of the package: content}, without compiled files and tests.
    """
    root = Path(minivgg.__file__).parent
    files = {}
    for path in sorted(root.rglob("*")):
        relative = path.relative_to(root)
        is_hidden = any(part.startswith(".") for part in relative.parts)
        if path.is_file() and not is_hidden and not LEFT_OUT & set(relative.parts):
            files[relative.as_posix()] = path.read_bytes()
    return files


def requirements() -> list[str]:
    """The dependencies of this package, in the versions that are installed.

    Returns
    -------
    lines : list of str
        For pip, such as "numpy==2.4.6".
    """
    if root := installation.checkout():
        text = (root / "pyproject.toml").read_text(encoding="utf-8")
        lines = tomllib.loads(text)["project"]["dependencies"]
    else:
        required = metadata.requires("minivgg") or []
        lines = [line for line in required if "extra ==" not in line]
    names = [match[0] for line in lines if (match := _DEPENDENCY_NAME.match(line))]
    return [f"{name}=={metadata.version(name)}" for name in names]


def _hidden_files(names: Sequence[str], hidden: StrPath) -> dict[str, bytes]:
    """The files of hidden checks of these assignments."""
    cases = load_hidden_cases(hidden)
    tasks = [task.name for name in names for task in ASSIGNMENTS[name] if task.name in cases]
    if not tasks:
        raise FileNotFoundError(
            f"{hidden} contains no hidden checks for {', '.join(names)}; see: assignment hidden"
        )
    return {f"{task}.json": (Path(hidden) / f"{task}.json").read_bytes() for task in tasks}
