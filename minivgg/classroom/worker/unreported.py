"""Functions and modules whose use Python does not report to an audit hook: they are removed."""

import importlib
import os
import sys
import types
from collections.abc import Callable
from typing import NoReturn

NOT_ALLOWED = "which is not allowed during grading"

FORBIDDEN_MODULES = (  # these run native code, or open files, or other interpreters, unreported
    "ctypes",
    "_ctypes",
    "_ctypes_test",
    "_cffi_backend",
    "_posixsubprocess",
    "_dbm",
    "_gdbm",
    "_tkinter",
    "_testcapi",
    "_testinternalcapi",
    "_xxsubinterpreters",
    "_interpreters",
    "readline",
    "spwd",
    "_posixshmem",
    "_multiprocessing",
    "_ssl",  # reads certificates
    "numba",
    "llvmlite",
)
UNREPORTED = {
    "posix": (
        "mkfifo",
        "mknod",
        "chroot",
        "pidfd_open",
        "setpriority",
        "sched_setaffinity",
        "sched_setscheduler",
        "sched_setparam",
        "memfd_create",
        "setns",
        "unshare",
        "setsid",
        "setpgid",
        "setpgrp",
        "nice",
        "lockf",
        "posix_fadvise",
        "preadv",
        "pwritev",
        "setuid",
        "setgid",
        "seteuid",
        "setegid",
        "setreuid",
        "setregid",
        "setresuid",
        "setresgid",
        "setgroups",
        "initgroups",
    ),
    "_signal": ("pidfd_send_signal",),
    "_posixsubprocess": ("fork_exec",),
    "_imp": ("create_builtin",),
}
COPIES = {"posix": "os", "_signal": "signal"}  # modules that have the same functions


class Forbidden(PermissionError):
    """A submission did something that is not allowed during grading."""


class Refused(types.ModuleType):
    """A module whose functions are all refused: some packages import it and seldom use it."""

    def __getattr__(self, name: str) -> Callable[..., NoReturn]:
        if name.startswith("__"):
            raise AttributeError(name)
        return refuse(f"{self.__name__}.{name}")


def refuse(name: str) -> Callable[..., NoReturn]:
    """A function that stands for one that is not allowed.

    Parameters
    ----------
    name : str
        Of the function.

    Returns
    -------
    function : function
        It raises ``Forbidden``.
    """

    def refused(*arguments: object, **options: object) -> NoReturn:
        raise Forbidden(f"uses {name}, {NOT_ALLOWED}")

    return refused


def remove_unreported() -> None:
    """Remove functions and modules whose use Python does not report to an audit hook.

    Modules that are part of the interpreter are imported before, since nothing can create them
    afterwards.
    """
    for name in sys.builtin_module_names:
        if name not in FORBIDDEN_MODULES and not name.startswith("_test"):
            importlib.import_module(name)
    for module_name, names in UNREPORTED.items():
        for place in (module_name, COPIES.get(module_name, module_name)):
            try:
                module = importlib.import_module(place)
            except ImportError:  # on another system
                continue
            for name in names:
                _remove(module, name)
    for name in ("ctypes", "_ctypes"):
        sys.modules[name] = Refused(name)
    for name, module in list(sys.modules.items()):
        if name.startswith("numpy.") and getattr(module, "ctypes", None) is not None:
            setattr(module, "ctypes", None)  # noqa: B010 (NumPy does without it)


def _remove(module: types.ModuleType, name: str) -> None:
    original = vars(module).get(name)
    if original is None:
        return
    setattr(module, name, refuse(f"{module.__name__.strip('_')}.{name}"))
    for found in vars(os).values():
        if isinstance(found, set):  # os.supports_dir_fd
            found.discard(original)
