"""A submission in a child process: whatever it does ends in a sentence, in time.

``pytest --every-attack`` tries all submissions of ``support.hostile``, otherwise a part.
"""

import json
import re
import signal
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pytest
from support.hostile import HOSTILE

from benchmarks.school import running_processes
from minivgg.classroom.bank import TASKS
from minivgg.classroom.grading.task_grading import grade_task
from minivgg.classroom.isolation.child_process import Limits, run_isolated

TASK = TASKS["conv_forward"]
QUICK = Limits(seconds=3, memory_bytes=2**29)
AT_ONCE = Limits(seconds=1, memory_bytes=2**29)
ENDLESS = ("endless import", "endless function", "sleeps")
FAST = ("syntax error", "hard exit", "shell", "the answer itself", "reads files")
SLOW = (
    *("endless import", "endless function", "prints a gigabyte", "more and more memory"),
    *("large result", "a crash", "equal to anything", "exit in function", "null bytes"),
)

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="the system's limits on memory and files are tested on Linux"
)


def pytest_generate_tests(metafunc):
    if "hostile" in metafunc.fixturenames:
        every = metafunc.config.getoption("--every-attack")
        slow = [name for name in HOSTILE if name not in FAST] if every else SLOW
        metafunc.parametrize(
            "hostile", [*FAST, *(pytest.param(name, marks=pytest.mark.slow) for name in slow)]
        )


def test_whatever_it_does_is_a_sentence_and_no_points(hostile, tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    text, message = HOSTILE[hostile]
    path = tmp_path / "convolution.py"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    started = time.monotonic()
    grade, _ = grade_task(path, TASK, limits=AT_ONCE if hostile in ENDLESS else QUICK)
    assert time.monotonic() - started < 30
    assert not grade.verdict.passed
    assert grade.points == 0
    assert re.search(message, grade.verdict.message), grade.verdict.message
    assert path.exists()
    assert not Path("/tmp/minivgg-was-here").exists()
    assert not running_processes(tmp_path)


def test_a_right_function_passes_and_its_output_is_kept(tmp_path):
    path = tmp_path / "relu.py"
    path.write_text(
        "import numpy as np\nprint('hello')\ndef relu_forward(x):\n    return np.maximum(x, 0)\n"
    )
    grade, loaded = grade_task(path, TASKS["relu_forward"], limits=QUICK)
    assert loaded
    assert grade.verdict.passed
    assert grade.printed.strip() == "hello"


def test_a_notebook_is_read_for_its_definitions(tmp_path):
    cells = [
        "%matplotlib inline\nimport numpy as np\n!pip list\nzero = 0",
        "# only text",
        "def relu_forward(x):\n    return np.maximum(x, zero)",
        "print(1 / 0)\nx = undefined()",
    ]
    notebook = {
        "cells": [{"cell_type": "code", "source": cell.splitlines(keepends=True)} for cell in cells]
    }
    path = tmp_path / "relu.ipynb"
    path.write_text(json.dumps(notebook))
    assert grade_task(path, TASKS["relu_forward"], limits=QUICK)[0].verdict.passed
    path.write_text("{}")
    grade, _ = grade_task(path, TASKS["relu_forward"], limits=QUICK)
    assert "damaged notebook" in grade.verdict.message


def test_the_reference_versions_of_other_assignments_can_be_imported(tmp_path):
    path = tmp_path / "convolution.py"
    path.write_text(
        "from minivgg.classroom.reference_solutions import col2im as im2col\n"
        "def conv_forward(*a):\n    raise ValueError(im2col.__name__)\n"
    )
    assert run_isolated(path, TASK, TASK.cases, QUICK).records
    grade, _ = grade_task(path, TASK, limits=QUICK, references=("conv_forward",))
    assert grade.verdict.passed


CHECKED = """
from minivgg.classroom import check, hint
{more}
def relu_forward(x):
    return np.maximum(x, 0)
check(relu_forward, "relu_forward").passed
hint("5.1")
"""


@pytest.mark.parametrize("suffix", [".py", ".ipynb"])
def test_check_and_hint_can_be_imported_and_do_nothing(suffix, tmp_path):
    """What the page of the assignments tells students to write into their notebooks."""
    text = CHECKED.format(more="import numpy as np")
    path = tmp_path / f"relu{suffix}"
    cell = {"cell_type": "code", "source": [text]}
    path.write_text(text if suffix == ".py" else json.dumps({"cells": [cell]}))
    grade, _ = grade_task(path, TASKS["relu_forward"], limits=QUICK)
    assert grade.verdict.passed, grade.verdict.message


@pytest.mark.parametrize(
    "more",
    [
        "from minivgg.classroom import bank",
        "import minivgg.classroom.bank",
        "import minivgg.classroom as mc; mc.bank",
        "from minivgg.plots import runs",
        "from minivgg.classroom.bank import TASKS",
    ],
)
def test_nothing_else_of_minivgg_can_be_imported(more, tmp_path):
    path = tmp_path / "relu.py"
    path.write_text(CHECKED.format(more=more))
    grade, loaded = grade_task(path, TASKS["relu_forward"], limits=QUICK)
    assert not loaded
    assert "the assignments are solved with NumPy alone" in grade.verdict.message


def test_the_answer_is_not_among_the_reference_solutions_of_a_notebook(tmp_path):
    text = (
        "from minivgg.classroom import check, reference_solutions\n"
        "import relu_dropout\n"
        "def relu_forward(x):\n    return reference_solutions.relu_forward(x)\n"
        "def relu_backward(dy, x):\n    return check(relu_dropout, 'relu_backward').score\n"
    )
    path = tmp_path / "relu.ipynb"
    path.write_text(json.dumps({"cells": [{"cell_type": "code", "source": [text]}]}))
    for name, words in (("relu_forward", "AttributeError"), ("relu_backward", "returns Nothing")):
        grade, _ = grade_task(path, TASKS[name], limits=QUICK)
        assert grade.points == 0
        assert words in grade.verdict.message


def test_arguments_and_results_travel_unchanged(tmp_path):
    """A student sees the types and orders of ``check``; what comes back is always an array."""
    path = tmp_path / "s.py"
    path.write_text(
        "def softmax_cross_entropy(z, y):\n"
        "    assert y.dtype.kind == 'i'\n"
        "    return [float(z[0, 0]), z.T.T.tolist()]\n"
    )
    task = TASKS["softmax_cross_entropy"]
    records = run_isolated(path, task, task.cases, QUICK).records
    assert len(records) == len(task.cases) + 1
    for case, (record,) in zip(task.cases, records, strict=False):
        np.testing.assert_array_equal(record["arrays"][1], case.arguments()[0][0])


def test_a_system_without_a_signal_for_processor_time_grades_all_the_same(tmp_path, monkeypatch):
    """As Windows."""
    monkeypatch.delattr(signal, "SIGXCPU")
    path = tmp_path / "relu.py"
    path.write_text("def relu_forward(x):\n    return (x + abs(x)) / 2\n")
    assert grade_task(path, TASKS["relu_forward"], limits=QUICK)[0].verdict.passed


def test_text_is_utf8_whatever_the_system_prefers(tmp_path, monkeypatch):
    monkeypatch.setenv("LC_ALL", "en_US.ISO-8859-1")
    path = tmp_path / "relu.py"
    path.write_text(
        "import sys\nprint(sys.flags.utf8_mode, '→')\n"
        "def relu_forward(x):\n    return (x + abs(x)) / 2\n",
        encoding="utf-8",
    )
    grade, _ = grade_task(path, TASKS["relu_forward"], limits=QUICK)
    assert grade.verdict.passed
    assert grade.printed.strip() == "1 →"


@pytest.mark.slow
def test_a_slow_answer_that_is_right_gets_all_points(tmp_path):
    path = tmp_path / "slow.py"
    path.write_text(
        "import time\n"
        "def relu_forward(x):\n"
        "    time.sleep(0.05)\n"
        "    return [[max(v, 0) for v in x.ravel()]] if 0 else (x + abs(x)) / 2\n"
    )
    grade, _ = grade_task(path, TASKS["relu_forward"], limits=QUICK)
    assert grade.points == TASKS["relu_forward"].points


def test_the_child_knows_neither_answers_nor_package(tmp_path):
    path = tmp_path / "relu.py"
    path.write_text(
        "import importlib.util, sys\n"
        "print([name for name in sys.modules if name.startswith('minivgg')])\n"
        "print(importlib.util.find_spec('restrictions'))\n"
        "def relu_forward(x):\n    return (x + abs(x)) / 2\n"
    )
    result = run_isolated(path, TASKS["relu_forward"], TASKS["relu_forward"].cases, QUICK)
    assert result.records
    assert result.printed.split() == ["[]", "None"]
