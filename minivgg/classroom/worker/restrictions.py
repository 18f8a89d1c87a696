"""What a submission may not do: limits of the system, and forbidden imports."""

import builtins
import mmap
import threading
import types
from collections.abc import Mapping, Sequence
from importlib import machinery
from typing import TYPE_CHECKING

if TYPE_CHECKING or __package__:
    from minivgg.classroom.worker import readable_paths, stand_ins
else:  # in the child process
    import readable_paths
    import stand_ins

MAX_PROCESSES = 256
THREAD_STACK_BYTES = 2**20


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
    """Whether this process can reserve so many bytes. A system may accept a limit and ignore it.

    They are not touched, so this costs no memory.
    """
    try:
        mmap.mmap(-1, size).close()
    except (OSError, ValueError, OverflowError):
        return False
    return True


class ModuleFinder:
    """Refuses minivgg and deep learning libraries, whoever imports them, except for stand-ins.

    Parameters
    ----------
    modules : dict
        {name: module}, from ``stand_ins``.
    """

    def __init__(self, modules: Mapping[str, types.ModuleType]) -> None:
        self._modules = modules

    def find_spec(
        self, name: str, path: object = None, target: object = None
    ) -> machinery.ModuleSpec | None:
        """A stand-in, or an error, or None for what others find."""
        if name in self._modules:
            return machinery.ModuleSpec(name, self)  # type: ignore[arg-type]
        if name.partition(".")[0] in readable_paths.FORBIDDEN_PACKAGES:
            raise stand_ins.refusal(name)
        return None

    def create_module(self, spec: machinery.ModuleSpec) -> types.ModuleType:
        """The stand-in itself."""
        return self._modules[spec.name]

    def exec_module(self, module: types.ModuleType) -> None:
        """Nothing is left to do."""


def forbid_imports(modules: dict[str, types.ModuleType]) -> None:
    """Give a submission's import statements stand-ins, or an error that names the module.

    Parameters
    ----------
    modules : dict
        From ``stand_ins``: what a submission gets instead of parts of minivgg.
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
        if name.split(".")[0] in readable_paths.FORBIDDEN_PACKAGES:
            raise stand_ins.refusal(name)
        try:
            return original(name, globals, locals, fromlist, level)
        except ModuleNotFoundError:
            if (nothing := stand_ins.find_for_missing(name)) is None:
                raise
            return nothing

    builtins.__import__ = guarded_import  # type: ignore[assignment]
