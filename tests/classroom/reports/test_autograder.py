"""What is in the zip for Gradescope, without the files of the package."""

import io
import json
import re
import tomllib
import zipfile
from importlib import metadata
from types import SimpleNamespace

import pytest

from minivgg.classroom.case_generators import generate_cases
from minivgg.classroom.reports import autograder
from minivgg.classroom.reports.autograder import (
    FAILED,
    autograder_zip,
    package_files,
    requirements,
)
from minivgg.classroom.reports.gradescope import gradescope_failure

BETWEEN = re.compile(r"^arguments=\(\n(.*?)\n\)$", re.DOTALL | re.MULTILINE)


@pytest.fixture
def made(monkeypatch):
    """Makes the zip: {name: content}, with the arguments of grade; of the package one file."""
    monkeypatch.setattr(autograder, "package_files", lambda: {"zero.py": b"0\n"})

    def make(*arguments, **options):
        with zipfile.ZipFile(io.BytesIO(autograder_zip(*arguments, **options))) as archive:
            files = {name: archive.read(name) for name in archive.namelist()}
            modes = {name: archive.getinfo(name).external_attr >> 16 for name in files}
        executable = {name for name, mode in modes.items() if mode == 0o100755}
        assert executable == {"setup.sh", "run_autograder"}
        script = files["run_autograder"].decode()
        assert "@" not in script.replace("[@]", "")
        return files, BETWEEN.search(script)[1].split("\n")

    return make


def test_the_files_are_sorted_and_by_default_there_are_no_hidden_checks(made):
    files, arguments = made(["loss", "pooling"])
    assert list(files) == [
        "failure.json", "minivgg/zero.py", "requirements.txt", "run_autograder", "setup.sh",
    ]  # fmt: skip
    assert files["minivgg/zero.py"] == b"0\n"
    words = ["--assignment", "loss", "pooling", "--visibility", "after_published"]
    assert arguments == [f"    {word}" for word in words]
    failure = files["failure.json"].decode()
    assert json.loads(failure) == gradescope_failure(FAILED)
    assert failure.startswith('{\n "score": 0,\n')
    assert failure.endswith("}\n")
    assert files["requirements.txt"].decode() == "".join(f"{line}\n" for line in requirements())


def test_hidden_checks_of_these_assignments_a_scheme_and_a_limit_go_along(made, tmp_path):
    texts = {}
    for name in ("softmax_cross_entropy", "maxpool_forward", "maxpool_backward", "im2col"):
        texts[name] = json.dumps(generate_cases(name, 2, 11))
        (tmp_path / f"{name}.json").write_text(texts[name])
    scheme = tmp_path / "my scheme.toml"
    scheme.write_bytes(b"late-factor = 0.5\r\n")
    files, arguments = made(["loss", "pooling"], tmp_path, scheme, "hidden", 2.5)
    hidden = {name: text.decode() for name, text in files.items() if name.startswith("hidden/")}
    del texts["im2col"]
    assert hidden == {f"hidden/{name}.json": text for name, text in texts.items()}
    assert files["scheme.toml"] == b"late-factor = 0.5\r\n"
    assert [line.strip() for line in arguments] == [
        "--assignment", "loss", "pooling", "--visibility", "hidden",
        "--hidden", '"$SOURCE/hidden"', "--scheme", '"$SOURCE/scheme.toml"', "--time", "2.5",
    ]  # fmt: skip


def test_what_cannot_be_used_is_told(made, tmp_path):
    with pytest.raises(ValueError, match=r"^there is no assignment 'los': did you mean 'loss'\? "):
        made(["pooling", "los"])
    (tmp_path / "im2col.json").write_text(json.dumps(generate_cases("im2col", 2, 11)))
    with pytest.raises(FileNotFoundError) as refused:
        made(["loss", "pooling"], tmp_path)
    assert str(refused.value) == (
        f"{tmp_path} contains no hidden checks for loss, pooling; see: assignment hidden"
    )
    (tmp_path / "a.toml").write_text("[points]\nim2cl = 1\n")
    with pytest.raises(ValueError, match="no function 'im2cl'"):
        made(["loss"], scheme=tmp_path / "a.toml")


def test_compiled_hidden_and_test_files_of_the_package_stay_here(tmp_path, monkeypatch):
    names = (
        "z.py", "a/b.json", "a/test.py", "__pycache__/x.pyc", "a/__pycache__/y.pyc", "tests/t.py",
        "a/tests/t.py", ".hidden", ".h/x.py", "a/.h/x.py",
    )  # fmt: skip
    for name in names:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    monkeypatch.setattr(
        autograder, "minivgg", SimpleNamespace(__file__=str(tmp_path / "__init__.py"))
    )
    files = package_files()
    assert list(files.items()) == [
        (name, name.encode()) for name in ("a/b.json", "a/test.py", "z.py")
    ]


def test_requirements_are_those_of_the_project_or_of_the_installed_package(monkeypatch, tmp_path):
    text = '[project]\ndependencies = ["numpy>=2", "Pillow ; x", "!"]\n# naïve: ö\n'
    (tmp_path / "pyproject.toml").write_text(text, encoding="utf-8")
    assert tomllib.loads(text)
    monkeypatch.setattr(autograder.installation, "checkout", lambda: tmp_path)
    both = [f"numpy=={metadata.version('numpy')}", f"Pillow=={metadata.version('Pillow')}"]
    assert requirements() == both
    monkeypatch.setattr(autograder.installation, "checkout", lambda: None)
    asked = []
    found = ["numpy>=2", 'torch; extra == "gpu"', "Pillow"]
    monkeypatch.setattr(autograder.metadata, "requires", lambda name: asked.append(name) or found)
    assert requirements() == both
    assert asked == ["minivgg"]
    monkeypatch.setattr(autograder.metadata, "requires", lambda name: None)
    assert requirements() == []
