"""How to install an extra is said in one way everywhere, and never by a name that nobody owns."""

import importlib
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest

from minivgg.utils import installation
from minivgg.utils.installation import how_to_install, lines_for_notebooks

ROOT = Path(__file__).parents[2]
PLACEHOLDER, REAL = "https://github.com/OWNER/minivgg", "https://github.com/somebody/minivgg"


def test_in_a_checkout_the_extra_is_installed_from_there():
    assert installation.checkout() == ROOT
    assert how_to_install("onnx") == f'pip install -e ".[onnx]" in {ROOT}'


@pytest.mark.parametrize(
    ("address", "words"),
    [
        (
            PLACEHOLDER,
            'pip install ".[onnx]" in a checkout, or '
            'pip install "minivgg-1.2.3-py3-none-any.whl[onnx]"',
        ),
        (REAL, f'pip install "minivgg[onnx] @ git+{REAL}@v1.2.3"'),
    ],
)
def test_an_installed_package_names_the_wheel_or_the_address(address, words, monkeypatch):
    monkeypatch.setattr(installation, "checkout", lambda: None)
    monkeypatch.setattr(installation, "address", lambda: address)
    monkeypatch.setattr(metadata, "version", lambda name: "1.2.3")
    assert how_to_install("onnx") == words


def test_the_address_of_an_installed_package_is_that_of_its_metadata(monkeypatch):
    class Metadata:
        def get_all(self, name, default):
            return ["Changelog, https://elsewhere/?a, b", f"Repository, {REAL}"]

    monkeypatch.setattr(installation, "checkout", lambda: None)
    monkeypatch.setattr(metadata, "metadata", lambda name: Metadata())
    assert installation.address() == REAL


def test_a_notebook_installs_nothing_while_the_address_is_a_placeholder():
    lines = lines_for_notebooks(PLACEHOLDER, "1.2.3")
    assert "subprocess" not in lines
    with pytest.raises(
        ModuleNotFoundError, match=r"from a checkout \(pip install \.\) or from a wheel"
    ) as stop:
        run_without_minivgg(lines)
    assert f"not installed for {sys.executable}" in str(stop.value)
    assert "choose the kernel" in str(stop.value)


def test_a_notebook_beside_a_folder_named_minivgg_does_not_take_it_for_the_package(tmp_path):
    """The folder that a clone makes: Python imports it as a namespace package, without code."""
    (tmp_path / "minivgg" / "minivgg").mkdir(parents=True)
    program = "import importlib.util\n" + lines_for_notebooks(PLACEHOLDER, "1.2.3")
    stopped = subprocess.run(
        [sys.executable, "-S", "-c", program], cwd=tmp_path, env={}, capture_output=True, text=True
    )
    assert "ModuleNotFoundError: minivgg is not installed for" in stopped.stderr


def test_a_notebook_says_nothing_where_minivgg_is_installed():
    exec(lines_for_notebooks(PLACEHOLDER, "1.2.3"), {"importlib": importlib})


def test_a_notebook_installs_the_tagged_version_once_there_is_an_address(monkeypatch):
    commands = []
    monkeypatch.setattr("subprocess.run", lambda command, check: commands.append(command))
    run_without_minivgg(lines_for_notebooks(REAL, "1.2.3"))
    assert commands[0][1:4] == ["-m", "pip", "install"]
    assert commands[0][-1] == f"minivgg @ git+{REAL}@v1.2.3"


@pytest.mark.parametrize(
    ("made", "is_checkout"),
    [(("pyproject.toml", "lessons/"), True), (("pyproject.toml",), False), (("lessons/",), False),
     (("pyproject.toml", "lessons"), False), (("pyproject.toml/", "lessons/"), False), ((), False)],
)  # fmt: skip
def test_a_checkout_has_a_project_and_its_lessons(tmp_path, monkeypatch, made, is_checkout):
    for name in made:
        (tmp_path / name).mkdir() if name.endswith("/") else (tmp_path / name).write_text("")
    monkeypatch.setattr(installation, "__file__", str(tmp_path / "minivgg" / "utils" / "i.py"))
    assert installation.checkout() == (tmp_path if is_checkout else None)


def test_the_address_of_a_checkout_is_that_of_its_project(tmp_path, monkeypatch):
    text = f'[project]\nname = "é"\n[project.urls]\nOther = "x"\nRepository = "{REAL}"\n'
    (tmp_path / "pyproject.toml").write_bytes(text.encode())
    monkeypatch.setattr(installation, "checkout", lambda: tmp_path)
    assert installation.address() == REAL


def run_without_minivgg(lines):
    class Importlib:
        class util:  # noqa: N801 (the name of the module)
            @staticmethod
            def find_spec(name):
                return None

    exec(lines, {"importlib": Importlib})
