"""bubblewrap around a child process, where it is installed and allowed to start.

The process then has no network, sees no other processes, and only the folders that Python and NumPy
need, without minivgg. Containers often forbid bubblewrap.
"""

import functools
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import minivgg
from minivgg.classroom.isolation import environment
from minivgg.classroom.worker import kernel_rules, readable_paths
from minivgg.utils import installation

PROGRAM_FOLDER = Path(kernel_rules.__file__).parent
INSIDE = "/run/minivgg-worker"  # where the program of the child is in the sandbox
PYTHON_OPTIONS = ("-I", "-X", "utf8")  # -I ignores variables such as PYTHONUTF8
KINDS = ("auto", "bwrap", "audit")
SYSTEM = ("/usr", "/bin", "/lib", "/lib64", "/lib32", "/etc/ld.so.cache", "/etc/localtime",
          "/etc/alternatives", "/sys/devices/system/cpu")  # fmt: skip
TRIAL_SECONDS = 30
SENTENCES = {
    "landlock": "to files (Landlock)",
    "seccomp": "to other processes and the network (seccomp)",
}


def in_force(isolation: str) -> str:
    """The isolation that submissions get.

    Parameters
    ----------
    isolation : str
        "auto", "bwrap" or "audit".

    Returns
    -------
    kind : str
        "bwrap" or "audit"; for "auto" bubblewrap, if it starts here.

    Raises
    ------
    ValueError
        For any other value.
    RuntimeError
        For "bwrap", if bubblewrap does not start here. For any other, if the process of a
        submission does not start, or cannot import NumPy.
    """
    if isolation not in KINDS:
        raise ValueError(f"isolation must be one of {', '.join(KINDS)}, got {isolation!r}")
    if isolation != "audit":
        rules = _trial(True)
        if not isinstance(rules, str):
            return "bwrap"
        if isolation == "bwrap":
            raise RuntimeError(f"bubblewrap (bwrap) does not start here: {rules}")
    rules = _trial(False)
    if isinstance(rules, str):
        raise RuntimeError(
            "nothing was checked: the process in which a submission is to run does not start, or "
            f"cannot import NumPy: {rules}"
        )
    return "audit"


def describe(kind: str) -> str:
    """What isolates submissions, for a report.

    Parameters
    ----------
    kind : str
        From ``in_force``.

    Returns
    -------
    sentence : str
        It also names the rules of the kernel.
    """
    rules = rules_in_force(kind)
    limits = " and ".join(SENTENCES[rule] for rule in ("landlock", "seccomp") if rule in rules)
    kernel = f"the kernel restricts access {limits}" if limits else "the kernel enforces no rules"
    if kind == "bwrap":
        return f"Each submission ran in its own sandbox (bubblewrap); {kernel}."
    return (
        f"Each submission ran in a process with an audit hook, without a sandbox (bubblewrap); "
        f"{kernel}."
    )


def rules_in_force(kind: str) -> tuple[str, ...]:
    """The rules that the kernel enforces on a child process.

    Parameters
    ----------
    kind : str
        From ``in_force``.

    Returns
    -------
    rules : tuple of str
        Of "parent", "landlock" and "seccomp".
    """
    rules = _trial(kind == "bwrap")
    return () if isinstance(rules, str) else rules


def command(kind: str, scratch: Path, file: Path, fonts: str) -> list[str]:
    """The command that starts the child process.

    Parameters
    ----------
    kind : str
        From ``in_force``.
    scratch : path
        The folder of the child process.
    file : path
        The student's.
    fonts : str
        The folder of matplotlib's list of fonts.

    Returns
    -------
    command : list of str
        For ``subprocess``.
    """
    if kind != "bwrap":
        return program("job", str(scratch))
    own = ["--ro-bind", str(file), str(file), "--bind", str(scratch), str(scratch)]
    fonts_folder = ["--ro-bind-try", fonts, fonts]
    return [*_sandbox(), *fonts_folder, *own, "--chdir", str(scratch), "--",
            *program("job", str(scratch), INSIDE)]  # fmt: skip


def program(action: str, argument: str, folder: str = str(PROGRAM_FOLDER)) -> list[str]:
    """The command that starts the program of the worker, without a sandbox.

    Parameters
    ----------
    action : {"job", "rules", "limits"}
        What it does.
    argument : str
        Of the action.
    folder : str
        Where the program is.

    Returns
    -------
    command : list of str
        For ``subprocess``.
    """
    folders = environment.package_folders()
    return [sys.executable, *PYTHON_OPTIONS, folder, action, argument, *folders]


def hidden_paths() -> list[str]:
    """The folders of minivgg, which a submission must not read.

    Returns
    -------
    paths : list of str
        Of the package, and of the checkout.
    """
    folders = (Path(minivgg.__file__).parent, installation.checkout())
    return sorted({readable_paths.real_path(folder) for folder in folders if folder})


@functools.cache
def _sandbox() -> tuple[str, ...]:
    """The options of bubblewrap that are the same for all submissions."""
    options = ["bwrap", "--unshare-all", "--die-with-parent", "--new-session", "--cap-drop", "ALL"]
    for path in SYSTEM:
        options += ["--ro-bind-try", path, path]
    options += ["--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp"]
    hidden = readable_paths.hidden_paths(hidden_paths())
    for folder in _python_folders():
        options += ["--ro-bind", folder, folder]
    for path in hidden:
        if any(path.startswith(folder + os.sep) for folder in (*_python_folders(), "/usr")):
            is_folder = Path(path).is_dir()
            options += ["--tmpfs", path] if is_folder else ["--ro-bind", os.devnull, path]
    return (*options, "--ro-bind", str(PROGRAM_FOLDER), INSIDE)


@functools.cache
def _python_folders() -> tuple[str, ...]:
    """Where Python and its packages are, as they are spelled and with links followed."""
    found = {sys.prefix, sys.base_prefix, *environment.package_folders()}
    found |= {readable_paths.real_path(folder) for folder in found}
    found -= {"/usr", "/"}
    return tuple(sorted(found, key=len))


@functools.cache
def _trial(is_in_sandbox: bool) -> tuple[str, ...] | str:
    """Start a child process that imports NumPy: the kernel's rules, or why it does not start."""
    if is_in_sandbox and shutil.which("bwrap") is None:
        return "it is not installed"
    with tempfile.TemporaryDirectory(prefix="minivgg-", ignore_cleanup_errors=True) as folder:
        if is_in_sandbox:
            start = [*_sandbox(), "--bind", folder, folder, "--chdir", folder]
            start += program("rules", "0", INSIDE)
        else:
            start = program("rules", str(os.getpid()))
        try:
            done = subprocess.run(
                start,
                cwd=folder,
                env=environment.variables(folder),
                capture_output=True,
                text=True,
                check=False,
                timeout=TRIAL_SECONDS,
                stdin=subprocess.DEVNULL,
            )
            return tuple(json.loads(done.stdout)) if done.returncode == 0 else _last(done.stderr)
        except (OSError, ValueError, subprocess.TimeoutExpired) as error:
            return _last(str(error))


def _last(text: str) -> str:
    lines = text.strip().splitlines()
    return lines[-1] if lines else "it exits without a message"
