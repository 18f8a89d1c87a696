"""What the README says is true: its Python runs, its numbers are those of the code and the tables.

Its commands, pictures and links are tested with those of the other pages, in tests/docs.
"""

import ast
import re

import numpy as np
import pytest
from support import documents

from minivgg import models, ops
from minivgg.textbook import im2col

README = documents.README.read_text(encoding="utf-8")
QUOTED = re.findall(r"<!-- from: (.*?) -->\n```python\n(.*?)```", README, re.DOTALL)
EXAMPLES = re.findall(r"(?<!-->\n)```python\n(.*?)```", README, re.DOTALL)
MAX_LINES, MAX_COLUMNS = 150, 122


def first_command(name):
    """The command that .ci/run takes from the README."""
    return re.search(rf"<!-- command: {name} -->\n```bash\n(.*)\n```", README)[1]


def rows(text, heading):
    """The rows of the table below a heading, as lists of cells."""
    section = re.search(rf"^## {heading}\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)[1]
    found = [[cell.strip() for cell in line.strip("|").split("|")] for line in section.splitlines()]
    return [row for row in found if len(row) > 1][2:]


def is_rounded(text, number):
    """Whether a decimal number is another one, rounded."""
    unit = 10.0 ** -len(text.partition(".")[2])
    return abs(float(text) - number) <= 0.501 * unit


def test_the_readme_is_short():
    lines = README.splitlines()
    assert len(lines) <= MAX_LINES
    prose = [line for line in lines if not line.startswith(("|", "!["))]
    assert [line for line in prose if len(line) > MAX_COLUMNS] == []


def test_quoted_code_is_that_of_its_file():
    """Function by function: the body to the letter, without docstring; the arguments, no types."""
    assert [file for file, _ in QUOTED] == ["minivgg/textbook/im2col.py"]
    for file, code in QUOTED:
        text = (documents.ROOT / file).read_text(encoding="utf-8")
        functions = {f.name: f for f in ast.parse(text).body if isinstance(f, ast.FunctionDef)}
        quoted = ast.parse(code).body
        assert {f.name for f in quoted} == {"im2col", "col2im", "conv2d", "conv2d_backward"}
        for function in quoted:
            whole = functions[function.name]
            assert body(code, function.body) == body(text, whole.body[1:]), function.name
            assert ast.unparse(function.args) == ast.unparse(without_types(whole.args))


def body(text, statements):
    """The lines of these statements, comments included."""
    return text.splitlines()[statements[0].lineno - 1 : statements[-1].end_lineno]


def without_types(arguments):
    for argument in arguments.args:
        argument.annotation = None
    return arguments


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


def test_the_python_example_runs_and_trains(capsys):
    names = {}
    assert len(EXAMPLES) == 1
    exec(compile(EXAMPLES[0], "README.md", "exec"), names)
    assert "138,357,544" in capsys.readouterr().out
    last_loss = names["loss"].forward(names["net"](names["images"]), names["labels"])
    assert last_loss < 0.75 * np.log(10)  # that of guessing


@pytest.mark.parametrize("name", ["train", "test"])
def test_the_two_commands_make_their_own_environment(name):
    assert first_command(name).startswith("python3 -m venv .venv && ")


def test_the_lines_for_windows_are_the_first_command():
    (block,) = documents.blocks(documents.README, "bat")
    lines = [line.replace(".venv\\Scripts\\", ".venv/bin/") for line in block.splitlines()]
    assert " && ".join(lines).replace("py -m venv", "python3 -m venv") == first_command("train")


def test_the_counts_of_parameters_are_those_of_the_nets():
    _, here = rows(README, "What it reproduces of the paper")[0]
    counts = [
        sum(p.data.size for p in models.vgg(net, initializer="zeros").parameters().values())
        for net in "ABCDE"
    ]
    assert re.findall(r"\d+\.\d", here) == [f"{count / 1e6:.1f}" for count in counts]


def test_the_findings_are_counted_as_in_their_table():
    table = (documents.ROOT / "benchmarks/paper/results.md").read_text(encoding="utf-8")
    verdicts = [row[-1] for row in rows(table, "The paper's findings")]
    finding, here = rows(README, "What it reproduces of the paper")[-1]
    counts = [verdicts.count(v) for v in ("reproduced", "the opposite here", "within noise")]
    assert re.findall(r"\d+", here) == list(map(str, counts))
    assert finding.startswith(f"{len(verdicts)} findings")


def test_the_times_are_those_of_the_benchmarks():
    """minivgg's, and the least of the others', rounded as the README rounds them."""
    table = (documents.ROOT / "benchmarks/results.md").read_text(encoding="utf-8")
    measured = {
        row[0]: [float(re.match(r"\**([\d.]+)", cell)[1]) for cell in row[1:9] if cell != "–"]
        for row in rows(table, "nets")
        if row[1].endswith(" s")
    }
    assert len(rows(README, "Speed")) == len(measured) == 4
    for net, ours, other, ratio in rows(README, "Speed"):
        own, *others, median_ratio = measured[net]
        assert is_rounded(ours, own)
        assert is_rounded(other.split()[0], min(others))
        assert float(ratio) <= median_ratio


def test_the_guides_repeat_the_numbers_of_the_readme():
    performance = (documents.DOCS / "guides/performance.md").read_text(encoding="utf-8")
    assert [row[:4] for row in rows(performance, "Figures")] == rows(README, "Speed")
    protocol = (documents.DOCS / "guides/protocol.md").read_text(encoding="utf-8")
    jitter = rows(README, "What it reproduces of the paper")[2][1]
    assert all(f"{number} %" in protocol for number in re.findall(r"\d+\.\d+", jitter))
