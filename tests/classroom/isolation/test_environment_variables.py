"""The variables of a child process, and folders that only look like those of packages."""

import sys

from minivgg.classroom.isolation import environment


def test_few_variables_are_kept_and_some_are_set(monkeypatch):
    monkeypatch.setattr(environment, "matplotlib_cache", lambda: "/fonts")
    kept = {"PATH": "/bin", "LANG": "C", "LD_LIBRARY_PATH": "/lib"}
    given = {**kept, "HOME": "/home/ada", "PYTHONPATH": "/x", "SECRET": "1", "MPLBACKEND": "Qt"}
    monkeypatch.setattr(environment.os, "environ", given)
    assert environment.variables("/scratch") == {
        **kept, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1",
        "HOME": "/scratch", "TMPDIR": "/scratch", "MPLBACKEND": "Agg", "MPLCONFIGDIR": "/fonts",
    }  # fmt: skip


def test_a_folder_of_packages_has_its_name_or_one_of_three_packages(tmp_path, monkeypatch):
    files = ("a/numpy/__init__.py", "b/pandas/__init__.py", "c/matplotlib/__init__.py",
             "d/numpy/core.py", "e/torch/__init__.py", "g/site-packages")  # fmt: skip
    for file in files:
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).touch()
    (tmp_path / "f/site-packages").mkdir(parents=True)
    names = ("e", "f/site-packages", "c", "b", "a", "d", "g/site-packages", "h/site-packages", "a")
    monkeypatch.setattr(sys, "path", [str(tmp_path / name) for name in names])
    found = [str(tmp_path / name) for name in ("f/site-packages", "c", "b", "a")]
    assert environment.package_folders() == found
