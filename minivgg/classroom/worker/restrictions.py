"""What a submission may not do: system limits, an audit hook, and forbidden imports.

They stop accidents and mischief, not an attacker: this is not a sandbox. Run as a program,
``python -I restrictions.py BYTES``, this file prints the limits that the system does not enforce.
"""

import builtins
import json
import mmap
import os
import sys
import threading
import types
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING or __package__:
    from minivgg.classroom.worker import stand_ins
else:  # in the child process
    import stand_ins

FORBIDDEN_IMPORTS = (
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

# Audit events: https://docs.python.org/3/library/audit_events.html
PROCESS_EVENTS = (
    "os.fork",
    "os.forkpty",
    "os.posix_spawn",
    "os.exec",
    "os.spawn",
    "os.system",
    "os.startfile",
    "subprocess.Popen",
    "pty.spawn",
)
OUTSIDE_EVENTS = (
    "socket.connect",
    "socket.bind",
    "socket.getaddrinfo",
    "os.kill",
    "os.killpg",
    "ctypes.dlopen",
)
FILE_CHANGE_EVENTS = (
    "os.remove",
    "os.rmdir",
    "os.rename",
    "os.chmod",
    "os.chown",
    "os.link",
    "os.symlink",
    "os.mkdir",
    "os.truncate",
    "shutil.rmtree",
)
MAX_PROCESSES = 256
THREAD_STACK_BYTES = 2**20
SYSTEM_FOLDERS = (  # what Python, NumPy and matplotlib read there
    "/dev",
    "/usr/share",
    "/usr/lib",
    "/etc/localtime",
    "/proc/self",
    "/sys/devices/system/cpu",
    "/System/Library",  # on macOS, as the following
    "/Library/Fonts",
    "/private/var/db/timezone",
)
NOT_ALLOWED = "which is not allowed during grading"


class Forbidden(PermissionError):
    """A submission did something that is not allowed during grading."""


def limit_resources(memory_bytes: int, cpu_seconds: int, file_bytes: int) -> list[str]:
    """Set limits that the system enforces: memory, processor time, size of files, no core files.

    Parameters
    ----------
    memory_bytes : int
        Of the address space.
    cpu_seconds : int
        Of processor time.
    file_bytes : int
        Of the largest file.

    Returns
    -------
    unenforced : list of str
        Which of "memory" and "size of files" the system does not enforce. Processor time needs no
        report: the grader measures the elapsed time on every system.
    """
    threading.stack_size(THREAD_STACK_BYTES)  # 256 default stacks would exceed the memory limit
    try:
        import resource
    except ImportError:  # on Windows
        return ["memory", "size of files"]
    limits = {
        "RLIMIT_AS": memory_bytes,
        "RLIMIT_CPU": cpu_seconds,
        "RLIMIT_FSIZE": file_bytes,
        "RLIMIT_CORE": 0,
        "RLIMIT_NPROC": MAX_PROCESSES,
    }
    refused = set()
    for name, value in limits.items():
        try:
            hard = resource.getrlimit(getattr(resource, name))[1]
            value = value if hard == resource.RLIM_INFINITY else min(value, hard)
            resource.setrlimit(getattr(resource, name), (value, value))
        except (AttributeError, ValueError, OSError):
            refused.add(name)
    names = ["memory"] if _can_reserve(memory_bytes) else []
    return names + ["size of files"] * ("RLIMIT_FSIZE" in refused)


def _can_reserve(size: int) -> bool:
    """Whether this process can have so many more bytes. A system may accept a limit and ignore it.

    They are not touched, so this costs no memory.
    """
    try:
        mmap.mmap(-1, size).close()
    except (OSError, ValueError, OverflowError):
        return False
    return True


def forbid_imports(modules: dict[str, types.ModuleType]) -> None:
    """Refuse a submission's imports of minivgg and of deep learning libraries.

    Parameters
    ----------
    modules : dict
        From ``stand_ins``: what it gets instead of parts of minivgg.
    """
    original = builtins.__import__

    def guarded_import(
        name: str,
        globals: Mapping[str, object] | None = None,
        locals: Mapping[str, object] | None = None,
        fromlist: Sequence[str] | None = (),
        level: int = 0,
    ) -> types.ModuleType | stand_ins.Nothing:
        if (globals or {}).get("__name__") != "submission":
            return original(name, globals, locals, fromlist, level)
        instead = stand_ins.find(name, fromlist or (), modules)
        if instead is not None:
            return instead
        if name.split(".")[0] in FORBIDDEN_IMPORTS:
            raise stand_ins.refusal(name)
        try:
            return original(name, globals, locals, fromlist, level)
        except ModuleNotFoundError:
            if (nothing := stand_ins.find_for_missing(name)) is None:
                raise
            return nothing

    builtins.__import__ = guarded_import  # type: ignore[assignment]


def install_audit_hook(scratch: str, submission: str) -> None:
    """Forbid other processes, the network, and most files.

    From now on, files can be read from Python's own folders and written in ``scratch`` only. An
    audit hook cannot be removed again.

    Parameters
    ----------
    scratch : str
        The folder of the child process.
    submission : str
        The student's file.
    """
    scratch, submission = _real(scratch), _real(submission)
    readable = (scratch, _real(os.devnull), *_readable_folders())

    def is_within(path: str | bytes | os.PathLike[str], folders: Iterable[str]) -> bool:
        real = _real(os.fsdecode(path))
        return real == submission or any(
            real == folder or real.startswith(folder + os.sep) for folder in folders
        )

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if event in PROCESS_EVENTS:
            raise Forbidden(f"starts another process, {NOT_ALLOWED}")
        if event in OUTSIDE_EVENTS:
            raise Forbidden(f"uses {event}, {NOT_ALLOWED}")
        if event == "open" and isinstance(arguments[0], str | bytes | os.PathLike):
            path, mode = arguments[:2]
            writes = isinstance(mode, str) and set(mode) & set("wax+")
            if not is_within(path, (scratch, _real(os.devnull)) if writes else readable):
                verb = "writes" if writes else "reads"
                raise Forbidden(f"{verb} the file {os.fsdecode(path)}, {NOT_ALLOWED}")
        elif event in FILE_CHANGE_EVENTS and not is_within(arguments[0], (scratch,)):
            raise Forbidden(f"uses {event} on {arguments[0]}, {NOT_ALLOWED}")

    sys.addaudithook(hook)


def _real(path: str | os.PathLike[str]) -> str:
    """One spelling for each file: links are followed; on Windows letters become lower case."""
    return os.path.normcase(os.path.realpath(path))


def _readable_folders() -> tuple[str, ...]:
    """Folders of Python and its packages, of matplotlib's font cache, and of the system."""
    windows = os.environ.get("SYSTEMROOT")
    python = (
        windows and Path(windows) / "Fonts",
        os.environ.get("MPLCONFIGDIR"),
        sys.prefix,
        sys.base_prefix,
        *sys.path,
        Path(np.__file__).parent.parent,
    )
    return (
        *sorted({_real(folder) for folder in python if folder}),
        *map(os.path.normcase, SYSTEM_FOLDERS),
    )


if __name__ == "__main__":
    print(json.dumps(limit_resources(int(sys.argv[1]), 60, 2**20)))
