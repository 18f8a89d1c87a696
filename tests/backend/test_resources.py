"""How many CPUs and how much memory a process may use: affinity, and both versions of cgroups."""

import os

import pytest

from minivgg.backend import resources


def files(root, contents):
    for name, text in contents.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


@pytest.mark.parametrize(
    ("own", "groups", "expected"),
    [
        ("0::/a/b\n", {"a/b/cpu.max": "max 100000\n", "a/cpu.max": "250000 100000\n"}, 3),
        ("0::/\n", {"cpu.max": "50000 100000\n"}, 1),
        ("0::/a\n", {"a/cpu.max": "max 100000\n"}, 64),
        ("0::/gone\n", {}, 64),
        (
            "4:cpu,cpuacct:/a\n",
            {"cpu/a/cpu.cfs_quota_us": "200000\n", "cpu/a/cpu.cfs_period_us": "100000\n"},
            2,
        ),
        (
            "4:cpu:/a\n",
            {"cpu/a/cpu.cfs_quota_us": "-1\n", "cpu/a/cpu.cfs_period_us": "100000\n"},
            64,
        ),
        ("3:memory:/a\n", {"memory/a/cpu.max": "100000 100000\n"}, 64),
    ],
)
def test_the_limits_of_a_container_are_respected(tmp_path, monkeypatch, own, groups, expected):
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(64)), raising=False)
    files(tmp_path / "root", groups)
    (tmp_path / "own").write_text(own)
    system = resources.SystemFiles(tmp_path / "root", tmp_path / "own")
    assert resources.cpus(system) == expected


def test_the_affinity_of_the_process_is_respected(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 5, 7}, raising=False)
    assert resources.cpus(resources.SystemFiles(own_cgroups=tmp_path / "none")) == 3


@pytest.mark.parametrize(
    ("own", "groups", "expected"),
    [
        ("0::/a\n", {"a/memory.max": "1000\n", "a/memory.current": "400\n"}, 600),
        (
            "0::/a/b\n",
            {
                "a/b/memory.max": "max\n",
                "a/b/memory.current": "1\n",
                "a/memory.max": "500\n",
                "a/memory.current": "499\n",
            },
            1,
        ),
        ("0::/a\n", {"a/memory.max": "100\n", "a/memory.current": "400\n"}, 0),
        (
            "5:memory:/a\n",
            {"memory/a/memory.limit_in_bytes": "900\n", "memory/a/memory.usage_in_bytes": "100\n"},
            800,
        ),
        ("0::/a\n", {}, 2048 << 10),
    ],
)
def test_the_memory_that_is_left(tmp_path, own, groups, expected):
    files(tmp_path / "root", groups)
    files(tmp_path, {"own": own, "meminfo": "MemTotal: 4096 kB\nMemAvailable:    2048 kB\n"})
    system = resources.SystemFiles(tmp_path / "root", tmp_path / "own", tmp_path / "meminfo")
    assert resources.memory(system) == expected


def test_where_nobody_says_how_much_memory_is_left(tmp_path):
    assert resources.memory(resources.SystemFiles(*[tmp_path / "none"] * 3)) is None
