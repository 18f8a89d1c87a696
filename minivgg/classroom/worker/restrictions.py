"""What a submission may not do: system limits, an audit hook, and forbidden imports.

They stop accidents and mischief, not an attacker: this is not a sandbox.
"""

import builtins
import contextlib
import os
import sys
import threading
from pathlib import Path

import numpy as np

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
NOT_ALLOWED = "which is not allowed during grading"


class Forbidden(PermissionError):
    """A submission did something that is not allowed during grading."""


def limit_resources(memory_bytes, cpu_seconds, file_bytes):
    """Set limits that the system enforces: memory, processor time, size of files, no core files."""
    threading.stack_size(THREAD_STACK_BYTES)  # 256 default stacks would exceed the memory limit
    try:
        import resource
    except ImportError:  # on Windows there is only the grader's time limit
        return
    limits = {
        "RLIMIT_AS": memory_bytes,
        "RLIMIT_CPU": cpu_seconds,
        "RLIMIT_FSIZE": file_bytes,
        "RLIMIT_CORE": 0,
        "RLIMIT_NPROC": MAX_PROCESSES,
    }
    for name, value in limits.items():
        with contextlib.suppress(AttributeError, ValueError, OSError):
            hard = resource.getrlimit(getattr(resource, name))[1]
            value = value if hard == resource.RLIM_INFINITY else min(value, hard)
            resource.setrlimit(getattr(resource, name), (value, value))


def forbid_imports(allowed):
    """Refuse a submission's imports of minivgg and of deep learning libraries.

    allowed: the name of a module that it can import all the same.
    """
    original = builtins.__import__

    def guarded_import(name, globals=None, locals=None, fromlist=(), level=0):
        is_submission = (globals or {}).get("__name__") == "submission"
        if is_submission and name.split(".")[0] in FORBIDDEN_IMPORTS and name != allowed:
            raise ImportError(f"imports {name}: the assignments are solved with NumPy alone")
        return original(name, globals, locals, fromlist, level)

    builtins.__import__ = guarded_import


def install_audit_hook(scratch, submission):
    """Forbid other processes, the network, and most files.

    From now on, files can be read from Python's own folders and written in ``scratch`` only. An
    audit hook cannot be removed again.
    """
    scratch, submission = os.path.realpath(scratch), os.path.realpath(submission)
    readable = (scratch, *_readable_folders())

    def is_within(path, folders):
        real = os.path.realpath(os.fsdecode(path))
        return real == submission or any(
            real == folder or real.startswith(folder + os.sep) for folder in folders
        )

    def hook(event, arguments):
        if event in PROCESS_EVENTS:
            raise Forbidden(f"starts another process, {NOT_ALLOWED}")
        if event in OUTSIDE_EVENTS:
            raise Forbidden(f"uses {event}, {NOT_ALLOWED}")
        if event == "open" and isinstance(arguments[0], str | bytes | os.PathLike):
            path, mode = arguments[:2]
            writes = isinstance(mode, str) and set(mode) & set("wax+")
            if not is_within(path, (scratch, "/dev/null") if writes else readable):
                verb = "writes" if writes else "reads"
                raise Forbidden(f"{verb} the file {os.fsdecode(path)}, {NOT_ALLOWED}")
        elif event in FILE_CHANGE_EVENTS and not is_within(arguments[0], (scratch,)):
            raise Forbidden(f"uses {event} on {arguments[0]}, {NOT_ALLOWED}")

    sys.addaudithook(hook)


def _readable_folders():
    """Folders of Python and its packages, of matplotlib's font cache, and of the system."""
    python = (
        os.environ.get("MPLCONFIGDIR"),
        sys.prefix,
        sys.base_prefix,
        *sys.path,
        Path(np.__file__).parent.parent,
    )
    return (
        *sorted({os.path.realpath(folder) for folder in python if folder}),
        "/dev",
        "/usr/share",
        "/usr/lib",
        "/etc/localtime",
        "/proc/self",
        "/sys/devices/system/cpu",
    )
