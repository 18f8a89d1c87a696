"""The README tells the truth: its Python runs, its commands parse, its links to files exist."""

import re
import shlex
from pathlib import Path

import pytest

from minivgg.cli import parser

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^python -m minivgg (.*?)(?:\s+#.*)?$", README, re.MULTILINE)


def test_the_python_example_runs(capsys):
    (code,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    exec(compile(code, "README.md", "exec"), {})
    out = capsys.readouterr().out
    assert "the gradients are right" in out
    assert "138,357,544" in out


@pytest.mark.parametrize("command", COMMANDS)
def test_commands_parse(command):
    assert parser().parse_args(shlex.split(command)).command


def test_pictures_exist():
    for path in re.findall(r"!\[.*?\]\((.*?)\)", README):
        assert (ROOT / path).is_file()


@pytest.mark.parametrize("name", ["train", "test"])
def test_the_two_commands_make_their_own_environment(name):
    command = re.search(rf"<!-- command: {name} -->\n```bash\n(.*)\n```", README)[1]
    assert command.startswith("python3 -m venv .venv && ")
