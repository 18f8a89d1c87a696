"""What counts of the cells of a notebook, what is left out, and how that is said."""

import builtins
import sys
import warnings

import pytest
from support.submissions import write
from support.written_functions import COUNT, LOSS, NAME, assert_right, notebook, using

from minivgg.classroom import check
from minivgg.classroom.bank import TASKS
from minivgg.classroom.grading.task_grading import grade_task
from minivgg.classroom.worker import loading
from minivgg.classroom.worker.source_text import Cell, Unreadable


@pytest.mark.parametrize("cells", COUNT.values(), ids=COUNT)
def test_what_a_function_needs_counts(cells, load):
    module, remarks = load(notebook(*cells))
    assert_right(module)
    assert remarks == []


DEMONSTRATIONS = {
    "a training": "x = 1\nwhile True:\n    loss, d = softmax_cross_entropy(x, [0])\n    x -= d",
    "data": "data = open('data.csv').read()\nn, d = len(data), np.load('x.npy')",
    "plots": "import matplotlib.pyplot as plt\nplt.plot([1])\nplt.rcParams['x.y'] = 3\nplt.show()",
    "checks": "from minivgg.classroom import check\nassert check(softmax_cross_entropy) == 3",
    "the name for a result": f"{NAME} = {NAME}(np.ones((1, 2)), np.array([0]))",
    "deleting": f"del {NAME}, np",
    "leaving": "import sys\nsys.exit()\nexit()",
    "other libraries": "import torch\nfrom scipy.special import logsumexp\nfrom minivgg import ops",
    "what is not installed": "import not_there\nfrom google.colab import drive\ndrive.mount('/x')",
    "an error": "1 / 0",
}


@pytest.mark.parametrize("cell", DEMONSTRATIONS.values(), ids=DEMONSTRATIONS)
def test_what_tries_functions_out_is_not_run(cell, load):
    module, remarks = load(notebook(LOSS, cell))
    assert_right(module)
    assert remarks == []


def test_a_cell_that_cannot_be_parsed_is_left_out_and_named(load):
    unfinished = ["\n\nfor i in range(3", "return 3", "print 'x'", "x = " + "[" * 5000, "x = '\0'"]
    module, remarks = load(notebook(*unfinished, LOSS, counts=[12]))
    assert_right(module)
    assert remarks[0] == "loss.ipynb: cell 1 (In [12]) is left out: line 3: '(' was never closed."
    assert remarks[1] == "loss.ipynb: cell 2 is left out: line 1: 'return' outside function."
    assert len(remarks) == len(unfinished)


def test_only_the_first_cells_that_are_left_out_are_named(load):
    remarks = load(notebook(*["("] * 20))[1]
    assert len(remarks) == 6
    assert remarks[-1] == "loss.ipynb: 15 more parts are left out."


@pytest.mark.parametrize(
    ("cell", "remark"),
    [
        (
            "\nDATA = np.load('x.npy')",
            "line 2 of cell 1 is left out: NameError: name 'np' is not defined.",
        ),
        (
            "import torch as DATA",
            "line 1 of cell 1 is left out: ImportError: imports torch: the assignments are solved "
            "with NumPy alone.",
        ),
        ("DATA = exit(3)", "line 1 of cell 1 is left out: SystemExit: calls sys.exit(3)."),
        (
            "DATA = await f()",
            "line 1 of cell 1 is left out: RuntimeError: 'await' outside functions is not run.",
        ),
        ("%%bash\ndef DATA", "cell 1 is left out: what follows %%bash is not graded."),
    ],
)
def test_what_is_needed_and_fails_is_named(cell, remark, load, monkeypatch):
    monkeypatch.setattr(builtins, "exit", sys.exit, raising=False)
    module, remarks = load(notebook(cell, using("DATA")))
    assert remarks == [f"loss.ipynb: {remark}"]
    verdict = check(getattr(module, NAME), NAME, quiet=True)
    assert "NameError" in verdict.message
    assert "name 'DATA' is not defined" in verdict.message


def test_an_error_is_said_with_its_line_and_cell(tmp_path):
    cells = ["import numpy as np", "# a helper\ndef helper():\n    return none", using("helper()")]
    path = write(tmp_path / "loss.ipynb", notebook(*cells, counts=[1, None, 7]))
    mark, loaded = grade_task(path, TASKS[NAME])
    assert loaded
    assert "NameError in line 3 of cell 2: name 'none' is not defined" in mark.verdict.message
    write(path, notebook(LOSS.replace("len(labels)", "len(label)"), counts=[7]))
    assert "in line 5 of cell 1 (In [7]): " in grade_task(path, TASKS[NAME])[0].verdict.message


@pytest.mark.parametrize("count", ["A" * 140_000, 10**400, [1], True, -3, None])
def test_a_cell_is_not_named_after_anything_but_a_number(count):
    assert Cell(7, count, "").name == "cell 7"
    assert Cell(7, 12, "").name == "cell 7 (In [12])"


def test_a_script_is_a_module_of_its_own(load, tmp_path):
    module, remarks = load("import sys\nown = sys.modules[__name__]\nplace = __file__\n", "a.py")
    assert module.own is module
    assert (module.__name__, module.place) == ("submission", str(tmp_path / "a.py"))
    assert remarks == []


def test_a_script_that_was_a_notebook_is_run_without_its_commands(load):
    module, remarks = load("x = 1\n\n%matplotlib inline\n!ls\ny = 2\n", "a.py")
    assert (module.x, module.y) == (1, 2)
    assert remarks == ["a.py: commands of a notebook are left out, as in line 3."]
    with pytest.raises(SyntaxError):
        load("x = (\n%matplotlib inline\n", "b.py")


def test_half_a_character_is_no_python(load):
    """UTF-7 and JSON can have one."""
    with pytest.raises(Unreadable, match=r"^is not a Python program: 'utf-8' codec can't encode"):
        load("# coding: utf-7\nx = '+2AA-'\n", "a.py")
    module, (remark,) = load(notebook("x = '\ud800'", LOSS))
    assert_right(module)
    assert remark.startswith("loss.ipynb: cell 1 is left out: 'utf-8' codec can't encode")


def test_why_a_cell_is_not_parsed():
    for error, reason in (
        (SyntaxError("bad", ("a", 3, 1, "x")), "line 3: bad"),
        (SyntaxError("bad"), "bad"),
        (ValueError("odd"), "odd"),
        (RecursionError("deep"), "it is nested too deeply"),
        (MemoryError(), "it is nested too deeply"),
    ):
        assert loading._why_not_parsed(error) == reason


def test_five_cells_that_are_left_out_are_named(load):
    for count, last in ((5, "cell 5 is left out"), (6, "1 more parts are left out.")):
        remarks = load(notebook(*["("] * count))[1]
        assert len(remarks) == count
        assert remarks[-1].startswith(f"loss.ipynb: {last}")


def test_annotations_are_not_evaluated_after_the_import_that_says_so(load):
    cells = ["from __future__ import annotations", "import numpy as np", "one = 1"]
    function = using("one").replace("(logits, labels)", "(logits: Unknown, labels)")
    module, remarks = load(notebook(*cells, function))
    assert remarks == []
    assert_right(module)
    assert NAME not in vars(load(notebook(*cells[1:], function))[0])


def test_what_the_notebook_defines_itself_counts(load):
    """Not what a cell writes into a file or only measures, wherever it stands."""
    wrong = f"def {NAME}(logits, labels):\n    return None\n"
    for magic in ("%%writefile loss.py", "%%timeit"):
        for cells in ((f"{magic}\n{wrong}", LOSS), (LOSS, f"{magic}\n{wrong}")):
            module, remarks = load(notebook(*cells))
            assert_right(module)
            assert remarks == []
    assert_right(load(notebook(f"%%writefile loss.py\n{LOSS}"))[0])


def test_a_cell_of_another_language_is_named_only_if_it_defines_something(load):
    cells = ("%%bash -e\nls", "%%html\n<b>", "%%cython -a\ndef f(int x): pass", LOSS)
    remark = "loss.ipynb: cell 3 is left out: what follows %%cython is not graded."
    assert load(notebook(*cells))[1] == [remark]


def test_warnings_of_the_parser_are_nobody_s_concern(load):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        module, remarks = load(notebook("pattern = '\\d'", using("len(pattern) / 2")))
    assert remarks == []
    assert_right(module)
