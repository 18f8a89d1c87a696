"""Floor 0: how much of the machine is ours: CPUs and memory, by the system and by the limits of a container (its cgroups)."""

import os
from pathlib import Path

ROOT, OWN, MEMINFO = Path("/sys/fs/cgroup"), Path("/proc/self/cgroup"), Path("/proc/meminfo")


def cpus():
    """How many CPUs this process may use at once: its affinity, and the quotas of its cgroup and of those around it, rounded up."""
    affinity = (
        len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    )
    quotas = [affinity]
    for folder, version in _groups("cpu"):
        if version == 2:
            quota, period = (_read(folder / "cpu.max") or "max 1").split()
        else:
            quota, period = (
                _read(folder / f"cpu.cfs_{name}_us") or "-1" for name in ("quota", "period")
            )
        if quota != "max" and int(quota) > 0:
            quotas.append(max(1, -(-int(quota) // int(period))))
    return min(quotas)


def memory():
    """How many bytes this process can still have: what the system says, and what its cgroups leave; None where nobody says."""
    left = [
        int(line.split()[1]) << 10
        for line in (_read(MEMINFO) or "").splitlines()
        if line.startswith("MemAvailable:")
    ]
    for folder, version in _groups("memory"):
        names = (
            ("memory.max", "memory.current")
            if version == 2
            else ("memory.limit_in_bytes", "memory.usage_in_bytes")
        )
        limit, used = (_read(folder / name) for name in names)
        if limit and used and limit != "max":
            left.append(max(0, int(limit) - int(used)))
    return min(left, default=None)


def _groups(controller):
    """(folder, version 1 or 2) of the cgroup of this process that a controller works on, and of all groups around it."""
    for line in (_read(OWN) or "").splitlines():
        _, controllers, path = line.split(":", 2)
        if controllers and controller not in controllers.split(","):
            continue
        group = Path(path.lstrip("/"))
        for place in (group, *group.parents):
            yield (ROOT / controller / place, 1) if controllers else (ROOT / place, 2)


def _read(path):
    """The text of a file, or None where there is none (another system, or no such limit)."""
    try:
        return path.read_text().strip()
    except OSError:
        return None
