"""``assignment gradescope``: the zip runs where Gradescope's folders are, and nothing else is."""

import io
import json
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import minivgg
from minivgg.classroom.case_generators import generate_cases
from minivgg.classroom.reports import autograder
from minivgg.classroom.reports.autograder import autograder_zip, package_files, requirements
from minivgg.cli import main

RELU = "import numpy as np\n\n\ndef relu_forward(x):\n    return np.maximum(x, 0)\n"
on_posix = pytest.mark.skipif(os.name != "posix", reason="Gradescope's scripts run on Linux")


@pytest.fixture
def hidden(tmp_path):
    """A folder of hidden checks of two assignments."""
    folder = tmp_path / "hidden"
    folder.mkdir()
    for name in ("relu_forward", "softmax_cross_entropy"):
        (folder / f"{name}.json").write_text(json.dumps(generate_cases(name, 3, 11)))
    return folder


def run(capsys, *arguments):
    status = main(["assignment", "gradescope", *map(str, arguments)])
    out, err = capsys.readouterr()
    return status, out, err


def test_the_zip_holds_scripts_this_package_and_the_hidden_checks_of_the_assignment(
    hidden, tmp_path, capsys
):
    path = tmp_path / "new" / "autograder.zip"
    arguments = ("relu_dropout", "--hidden", hidden, "--to", path, "--time", 7)
    status, out, _ = run(capsys, *arguments)
    assert status == 0
    assert "do not share it" in out
    with zipfile.ZipFile(path) as archive:
        names = set(archive.namelist())
        script = archive.read("run_autograder").decode()
        for name in ("setup.sh", "run_autograder"):
            assert archive.getinfo(name).external_attr >> 16 == 0o100755
            assert archive.read(name).startswith(b"#!/usr/bin/env bash\n")
            assert b"\r" not in archive.read(name)
    assert {"failure.json", "requirements.txt", "hidden/relu_forward.json"} < names
    assert "hidden/softmax_cross_entropy.json" not in names
    assert "minivgg/classroom/worker/__main__.py" in names
    assert not [name for name in names if "__pycache__" in name or "tests/" in name]
    assert "    relu_dropout\n" in script
    assert '    "$SOURCE/hidden"\n' in script
    assert "    --time\n    7\n" in script
    assert autograder_zip(["relu_dropout"], hidden, seconds=7) == path.read_bytes()
    status, _, err = run(capsys, *arguments)
    assert status == 2
    assert "--force replaces it" in err
    assert run(capsys, *arguments, "--force")[0] == 0


def test_without_hidden_checks_it_is_said_what_counts(tmp_path, capsys):
    status, out, _ = run(capsys, "loss", "--to", tmp_path / "a.zip")
    assert status == 0
    assert "only the public checks count" in out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("los", "--to", "a.zip"), "did you mean 'loss'"),
        (("loss", "--to", "a.tar"), "should end in .zip"),
        (("loss", "--to", "."), "is a folder: name the zip"),
        (("loss", "--to", "a.zip", "--time", "0"), "--time must be greater than 0"),
        (("loss", "--to", "a.zip", "--time", "nan"), "--time must be greater than 0"),
        (("loss", "--to", "a.zip", "--hidden", "none"), "there are no hidden checks in none"),
        (("pooling", "--to", "a.zip", "--hidden", "hidden"), "no hidden checks for pooling"),
        (("loss", "--to", "a.zip", "--scheme", "none.toml"), "there is no file none.toml"),
        (("loss", "--to", "a.zip", "--scheme", "a.toml"), "a.toml"),
    ],
)
def test_what_cannot_be_used_is_one_sentence_and_nothing_is_written(
    arguments, words, hidden, tmp_path, capsys, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.toml").write_text("[points\n")
    status, _, err = run(capsys, *arguments)
    assert status == 2
    assert words in err
    assert err.count("\n") == 1
    assert not list(tmp_path.glob("*.zip"))


def test_the_requirements_are_the_installed_versions(monkeypatch):
    lines = requirements()
    assert any(re.fullmatch(r"numpy==\d+\.\d+(\.\d+)?", line) for line in lines)
    assert all("==" in line for line in lines)
    monkeypatch.setattr(autograder.installation, "checkout", lambda: None)  # as in a wheel
    required = ["numpy>=2.0,<3", 'torch>=2; extra == "benchmarks"', "Pillow (>=10)"]
    monkeypatch.setattr(autograder.metadata, "requires", lambda name: required)
    assert [line.split("==")[0] for line in requirements()] == ["numpy", "Pillow"]


def test_every_module_that_is_imported_now_is_in_the_zip():
    root = Path(minivgg.__file__).parent
    imported = {
        Path(module.__file__).relative_to(root).as_posix()
        for name, module in list(sys.modules.items())
        if name.startswith("minivgg.") and getattr(module, "__file__", None)
    }
    assert len(imported) > 50
    assert imported <= set(package_files())


@pytest.fixture
def site(hidden, tmp_path):
    """The folders of Gradescope, with the unpacked zip."""
    return unpacked(autograder_zip(["relu_dropout"], hidden), tmp_path)


def unpacked(autograder, tmp_path):
    root = tmp_path / "autograder"
    zipped = io.BytesIO(autograder)
    with zipfile.ZipFile(zipped) as archive:
        archive.extractall(root / "source")
    (root / "submission").mkdir()
    return root


def run_autograder(site, python=sys.executable):
    environment = {"PATH": os.environ["PATH"], "AUTOGRADER": str(site), "PYTHON": python}
    command = ["bash", str(site / "source" / "run_autograder")]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    results = json.loads((site / "results" / "results.json").read_text(encoding="utf-8"))
    return done, results


@on_posix
@pytest.mark.slow
def test_the_unpacked_zip_grades_a_submission_with_public_and_hidden_checks(site):
    (site / "submission" / "relu_dropout.py").write_text(RELU)
    done, results = run_autograder(site)
    assert done.returncode == 0, done.stderr
    tests = {test["name"]: test for test in results["tests"]}
    hidden = tests["relu_dropout: relu_forward (hidden checks)"]
    assert hidden["score"] == hidden["max_score"] > 0
    assert hidden["visibility"] == "after_published"
    assert results["score"] == 5
    assert (site / "submission" / "relu_dropout.py").read_text() == RELU


@on_posix
@pytest.mark.slow
def test_what_gradescope_says_about_a_submission_counts(hidden, tmp_path):
    (tmp_path / "late.toml").write_text("late-factor = 0.5\n")
    site = unpacked(autograder_zip(["relu_dropout"], hidden, tmp_path / "late.toml"), tmp_path)
    (site / "submission" / "relu_dropout.py").write_text(RELU)
    metadata = {
        "users": [{"name": "Ada Byron", "id": 1}],
        "created_at": "2026-01-02T10:00:00+01:00",
        "assignment": {"due_date": "2026-01-01T23:59:00-07:00"},
    }
    (site / "submission_metadata.json").write_text(json.dumps(metadata))
    done, results = run_autograder(site)
    assert done.returncode == 0, done.stderr
    assert results["score"] == 2.5


@on_posix
def test_where_grading_fails_the_student_is_told(site):
    done, results = run_autograder(site, python="/no/python")
    assert done.returncode == 0
    assert results["score"] == 0
    assert "could not be graded" in results["output"]


@on_posix
def test_the_scripts_are_valid(site):
    for name in ("setup.sh", "run_autograder"):
        subprocess.run(["bash", "-n", str(site / "source" / name)], check=True)
