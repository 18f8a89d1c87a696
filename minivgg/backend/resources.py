"""How many CPUs and how much memory this process may use.

By the system, and by the limits of a container (its cgroups).
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple


class SystemFiles(NamedTuple):
    """The files in which Linux says it.

    Parameters
    ----------
    cgroup_root : Path
        The root of the cgroups.
    own_cgroups : Path
        Which cgroups this process is in.
    meminfo : Path
        The system's memory.
    """

    cgroup_root: Path = Path("/sys/fs/cgroup")
    own_cgroups: Path = Path("/proc/self/cgroup")
    meminfo: Path = Path("/proc/meminfo")


SYSTEM_FILES = SystemFiles()


def cpus(files: SystemFiles = SYSTEM_FILES) -> int:
    """How many CPUs this process may use at once.

    Parameters
    ----------
    files : SystemFiles
        Where to read the limits.

    Returns
    -------
    cpus : int
        The least of its affinity and of the quotas, rounded up, of its cgroup and those around it.
    """
    has_affinity = hasattr(os, "sched_getaffinity")
    limits = [len(os.sched_getaffinity(0)) if has_affinity else os.cpu_count() or 1]
    for folder, version in _cgroups("cpu", files):
        if version == 2:
            quota, period = (_read(folder / "cpu.max") or "max 1").split()
        else:
            quota, period = (
                _read(folder / f"cpu.cfs_{name}_us") or "-1" for name in ("quota", "period")
            )
        if quota != "max" and int(quota) > 0:
            limits.append(max(1, -(-int(quota) // int(period))))
    return min(limits)


def memory(files: SystemFiles = SYSTEM_FILES) -> int | None:
    """How much more memory this process can have.

    Parameters
    ----------
    files : SystemFiles
        Where to read the limits.

    Returns
    -------
    memory : int or None
        In bytes, by the system and its cgroups; None if unknown.
    """
    left = [
        int(line.split()[1]) << 10
        for line in (_read(files.meminfo) or "").splitlines()
        if line.startswith("MemAvailable:")
    ]
    for folder, version in _cgroups("memory", files):
        names = (
            ("memory.max", "memory.current")
            if version == 2
            else ("memory.limit_in_bytes", "memory.usage_in_bytes")
        )
        limit, used = (_read(folder / name) for name in names)
        if limit and used and limit != "max":
            left.append(max(0, int(limit) - int(used)))
    return min(left, default=None)


def _cgroups(controller: str, files: SystemFiles) -> Iterator[tuple[Path, int]]:
    """(folder, version 1 or 2) of this process's cgroup for a controller, and of all around it."""
    for line in (_read(files.own_cgroups) or "").splitlines():
        _, controllers, path = line.split(":", 2)
        if controllers and controller not in controllers.split(","):
            continue
        root = files.cgroup_root / controller if controllers else files.cgroup_root
        group = Path(path.lstrip("/"))
        for ancestor in (group, *group.parents):
            yield root / ancestor, 1 if controllers else 2


def _read(path: Path) -> str | None:
    """The text of a file, or None if there is none (another system, or no such limit)."""
    try:
        return path.read_text().strip()
    except OSError:
        return None
