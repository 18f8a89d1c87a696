"""A submission in its own process: whatever it does ends in a sentence, in time, and leaves nothing running."""

import json
import re
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from support.hostile import HOSTILE

from minivgg.classroom.bank import TASKS
from minivgg.classroom.grading import marked
from minivgg.classroom.isolation import Limits, run

TASK = TASKS["conv_forward"]
QUICK = Limits(seconds=3, memory=2**29)

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="limits on memory and files are the system's: tried on Linux"
)


def processes():
    """Command lines of all processes."""
    found = set()
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            found.add((path.parent.name, path.read_bytes()))
        except OSError:
            continue
    return {line for _, line in found if b"worker.py" in line or b"sleep" in line}


@pytest.mark.parametrize("name", HOSTILE)
def test_whatever_it_does_is_a_sentence_and_no_points(name, tmp_path):
    text, words = HOSTILE[name]
    path = tmp_path / "convolution.py"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    started = time.monotonic()
    mark, _ = marked(path, TASK, limits=QUICK)
    assert time.monotonic() - started < 30
    assert not mark.verdict.passed
    assert mark.points == 0
    assert re.search(words, mark.verdict.message), mark.verdict.message
    assert path.exists()
    assert not Path("/tmp/minivgg-was-here").exists()
    assert not [
        line for line in processes() if str(tmp_path).encode() in line or b"sleep\x001000" in line
    ]


def test_a_right_function_passes_and_its_output_is_kept(tmp_path):
    path = tmp_path / "relu.py"
    path.write_text(
        "import numpy as np\nprint('hello')\ndef relu_forward(x):\n    return np.maximum(x, 0)\n"
    )
    mark, loaded = marked(path, TASKS["relu_forward"], limits=QUICK)
    assert loaded
    assert mark.verdict.passed
    assert mark.printed.strip() == "hello"


def test_a_notebook_is_read_for_its_definitions(tmp_path):
    cells = ["%matplotlib inline\nimport numpy as np\n!pip list\nzero = 0", "# only text",
             "def relu_forward(x):\n    return np.maximum(x, zero)", "print(1 / 0)\nx = undefined()"]  # fmt: skip
    found = {
        "cells": [{"cell_type": "code", "source": cell.splitlines(keepends=True)} for cell in cells]
    }
    path = tmp_path / "relu.ipynb"
    path.write_text(json.dumps(found))
    assert marked(path, TASKS["relu_forward"], limits=QUICK)[0].verdict.passed
    path.write_text("{}")
    assert (
        "damaged notebook" in marked(path, TASKS["relu_forward"], limits=QUICK)[0].verdict.message
    )


def test_the_reference_versions_of_other_assignments_can_be_imported(tmp_path):
    path = tmp_path / "convolution.py"
    path.write_text(
        "from minivgg.classroom.reference_solutions import col2im as im2col\ndef conv_forward(*a):\n    raise ValueError(im2col.__name__)\n"
    )
    outcome = run(path, TASK, TASK.cases, QUICK)
    assert outcome.records
    mark, _ = marked(path, TASK, limits=QUICK, given=("conv_forward",))
    assert mark.verdict.passed


def test_arguments_and_results_travel_unchanged(tmp_path):
    """Types and orders that a student sees are those of ``check``, and what comes back is an array, whatever it was."""
    path = tmp_path / "s.py"
    path.write_text(
        "def softmax_cross_entropy(z, y):\n    assert y.dtype.kind == 'i'\n    return [float(z[0, 0]), z.T.T.tolist()]\n"
    )
    task = TASKS["softmax_cross_entropy"]
    records = run(path, task, task.cases, QUICK).records
    assert len(records) == len(task.cases) + 1
    for case, (record,) in zip(task.cases, records, strict=False):
        np.testing.assert_array_equal(record["arrays"][1], case.drawn()[0][0])


def test_a_slow_answer_that_is_right_gets_all_points(tmp_path):
    path = tmp_path / "slow.py"
    path.write_text(
        "import time\ndef relu_forward(x):\n    time.sleep(0.2)\n    return [[max(v, 0) for v in x.ravel()]] if 0 else (x + abs(x)) / 2\n"
    )
    assert (
        marked(path, TASKS["relu_forward"], limits=QUICK)[0].points == TASKS["relu_forward"].points
    )


def test_the_child_knows_neither_answers_nor_package():
    lines = (
        "import sys, runpy",
        "sys.argv = ['child', '']",
        "runpy.run_path(%r, run_name='child')",
        "print('minivgg' in sys.modules)",
    )
    program = str(Path(__import__("minivgg").__file__).parent / "classroom" / "worker.py")
    done = subprocess.run(
        [sys.executable, "-I", "-c", "\n".join(lines) % program],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "False"
