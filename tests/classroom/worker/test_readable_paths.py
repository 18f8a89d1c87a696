"""Which folders a submission may read, and from which it may load native code."""

import os
import sys
from pathlib import Path

import numpy as np
import pytest

from minivgg.classroom.worker import readable_paths
from minivgg.classroom.worker.readable_paths import hidden_paths, real_path, without_hidden

pytestmark = pytest.mark.skipif(os.name != "posix", reason="paths of POSIX")


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A folder with packages, which is the only one on ``sys.path``."""
    place = Path(real_path(tmp_path))
    for folder in ("packages/torch", "packages/other", "fonts", "course"):
        (place / folder).mkdir(parents=True)
    (place / "packages/dezero.py").touch()
    monkeypatch.setattr(sys, "path", [str(place / "packages"), ""])
    monkeypatch.setenv("MPLCONFIGDIR", str(place / "fonts"))
    monkeypatch.delenv("SYSTEMROOT", raising=False)
    monkeypatch.chdir(place)
    return place


def test_python_and_its_packages_can_be_read(place, monkeypatch):
    numpy = Path(np.__file__).parents[1]
    expected = {
        real_path(path)
        for path in (sys.prefix, sys.base_prefix, place / "packages", place / "fonts", numpy)
    }
    system = {real_path(path) for path in readable_paths.SYSTEM_PATHS}
    found = readable_paths.readable_paths([])
    assert set(found) == expected | system
    assert list(found) == sorted(found)
    monkeypatch.setenv("SYSTEMROOT", str(place / "windows"))
    assert set(readable_paths.readable_paths([])) == {*found, str(place / "windows/Fonts")}
    monkeypatch.delenv("MPLCONFIGDIR")
    hidden = [str(place / "packages"), str(place / "windows/Fonts")]
    assert set(readable_paths.readable_paths(hidden)) == {*found} - {*hidden, str(place / "fonts")}


def test_hidden_are_the_own_folders_and_forbidden_packages(place):
    own = [f"{place}/course", f"{place}/packages/../course", f"{place}/not-there"]
    names = ("course", "packages/dezero.py", "packages/torch")
    assert hidden_paths(own) == tuple(str(place / name) for name in names)


def test_native_code_is_that_of_python_and_of_few_packages(place, monkeypatch):
    monkeypatch.setattr(sys, "path", [str(place / "packages"), str(place / "lib/LIB-dynload")])
    stdlib = {"stdlib": str(place / "std"), "platstdlib": str(place / "platform")}
    monkeypatch.setattr(readable_paths.sysconfig, "get_paths", lambda: stdlib)
    rules = readable_paths.native_code()
    assert len(dict(rules)) == len(rules)
    own = {path: is_allowed for path, is_allowed in rules if path.startswith(str(place))}
    folders = {"packages": False, "lib/LIB-dynload": True, "std": True, "platform": True}
    assert {name: own[f"{place}/{name}"] for name in folders} == folders
    packages = {Path(p).name: ok for p, ok in own.items() if p.startswith(f"{place}/packages/")}
    assert packages == dict.fromkeys(readable_paths.NATIVE_PACKAGES, True)
    numpy = real_path(Path(np.__file__).parents[1])
    assert (dict(rules)[numpy], dict(rules)[f"{numpy}{os.sep}numpy"]) == (False, True)


def test_a_folder_of_packages_in_that_of_python_does_not_count_as_python(monkeypatch):
    stdlib = str(Path(np.__file__).parents[1])
    paths = {"stdlib": stdlib, "platstdlib": stdlib}
    monkeypatch.setattr(readable_paths.sysconfig, "get_paths", lambda: paths)
    assert dict(readable_paths.native_code())[real_path(stdlib)] is True


def test_a_path_has_one_spelling(place):
    (place / "link").symlink_to("course")
    assert real_path(place / "link" / ".." / "link" / "a") == f"{place}/course/a"


def test_what_is_visible_is_listed_in_its_smallest_parts(place):
    for name in ("a/shown", "a/hidden", "a/inner/hidden", "a/inner/shown", "b", "hidden-not"):
        (place / "all" / name).mkdir(parents=True)
    base = place / "all"
    hidden = [f"{base}/a/hidden", f"{base}/a/inner/hidden", f"{base}/hidden"]
    found = without_hidden([str(base), f"{base}/a/hidden", f"{base}/b"], hidden)
    names = ["a/inner/shown", "a/shown", "b", "b", "hidden-not"]
    assert sorted(found) == [f"{base}/{name}" for name in names]
    assert without_hidden([f"{place}/none"], [f"{place}/none/inner"]) == []
