"""What the README says is true: its Python runs, its commands parse, its pictures exist."""

import ast
import json
import re
import shlex
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from support import foreign

from minivgg import models, ops
from minivgg.cli import parser
from minivgg.textbook import im2col

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^python -m minivgg (.*?)(?:\s+#.*)?$", README, re.MULTILINE)
QUOTED = re.findall(r"<!-- from: (.*?) -->\n```python\n(.*?)```", README, re.DOTALL)
EXAMPLES = re.findall(r"(?<!-->\n)```python\n(.*?)```", README, re.DOTALL)


def test_quoted_code_is_that_of_its_file():
    """Function by function, without docstrings."""
    assert [file for file, _ in QUOTED] == ["minivgg/textbook/im2col.py"]
    for file, code in QUOTED:
        text = (ROOT / file).read_text(encoding="utf-8")
        functions = {f.name: f for f in ast.parse(text).body if isinstance(f, ast.FunctionDef)}
        for quoted in ast.parse(code).body:
            whole = ast.get_source_segment(text, functions[quoted.name])
            docstring = ast.get_source_segment(text, functions[quoted.name].body[0])
            without = whole.replace(f"    {docstring}\n", "")
            assert ast.get_source_segment(code, quoted) == without, quoted.name


def test_the_convolution_in_the_readme_computes_the_convolution(rng):
    """As it is printed, with the two helpers of its file."""
    names = vars(im2col) | {}
    exec(compile(QUOTED[0][1], "README.md", "exec"), names)
    x, w, b = rng.random((2, 3, 6, 5)), rng.random((4, 3, 3, 2)), rng.random(4)
    y, saved = names["conv2d"](x, w, b, stride=2, padding=1)
    expected, fast_saved = ops.conv2d(x, w, b, stride=2, padding=1)
    assert np.allclose(y, expected)
    dy = rng.random(y.shape)
    gradients = names["conv2d_backward"](dy, saved), ops.conv2d_backward(dy, fast_saved)
    assert all(np.allclose(a, b) for a, b in zip(*gradients, strict=True))


def test_the_first_python_example_runs(capsys):
    exec(compile(EXAMPLES[0], "README.md", "exec"), {})
    out = capsys.readouterr().out
    assert "the gradients are right" in out
    assert "138,357,544" in out


@pytest.mark.slow
def test_the_example_with_published_weights_runs(tmp_path, monkeypatch, capsys, rng):
    """With a VGG-16 of random weights and 8 hidden units for the published one, on noise."""
    build, classes = models.vgg16, {str(k): [f"n{k}", f"thing_{k}"] for k in range(1000)}
    monkeypatch.setattr(models, "vgg16", lambda *args: build(*args, hidden=(8, 8)))
    monkeypatch.setenv("MINIVGG_DATA", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    foreign.torch_zip(tmp_path / models.IMAGENET["vgg16"].file, build(hidden=(8, 8)).state_dict())
    (tmp_path / "imagenet_class_index.json").write_text(json.dumps(classes))
    for name in [
        "photo.jpg",
        *(
            f"pets.zip/{split}/{pet}/{i}.jpg"
            for split in ("train", "test")
            for pet in ("cat", "dog")
            for i in (0, 1)
        ),
    ]:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(rng.integers(0, 256, (240, 300, 3), np.uint8)).save(tmp_path / name)
    exec(compile(EXAMPLES[1], "README.md", "exec"), {})
    out = capsys.readouterr().out.splitlines()
    assert len(EXAMPLES) == 2
    assert all(re.fullmatch(r"thing \d+  [\d.]+ %", line) for line in out[:5])
    assert 0 <= float(out[5]) <= 1


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
