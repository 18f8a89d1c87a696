"""Files as people write them: what counts of a notebook, what is left out, and how that is said."""

import builtins
import csv
import json
import sys

import pytest

from minivgg.classroom import check
from minivgg.classroom.bank import TASKS
from minivgg.classroom.grading.task_grading import grade_task
from minivgg.classroom.isolation.child_process import Limits
from minivgg.classroom.worker import restrictions, stand_ins
from minivgg.classroom.worker.loading import load_submission
from minivgg.classroom.worker.source_text import Cell, Unreadable
from minivgg.cli import main

NAME = "softmax_cross_entropy"
LOSS = """import numpy as np
def softmax_cross_entropy(logits, labels):
    z = logits - logits.max(axis=1, keepdims=True)
    logp = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    n = len(labels)
    loss = -logp[np.arange(n), labels].mean()
    d = np.exp(logp)
    d[np.arange(n), labels] -= 1
    return loss, d / n
"""
LSE = "np.log(np.exp(z).sum(axis=1, keepdims=True))"
LATER = f"def {NAME}(logits, labels):\n    return reference(logits, labels)"


def using(expression, line=""):
    """The function, with an expression that has to be 1, and perhaps a further line."""
    return LOSS.replace(".mean()", f".mean() * ({expression})").replace("    n =", f"{line}    n =")


def notebook(*cells, metadata=None, counts=()):
    counted = [*counts, *[None] * len(cells)]
    code = {"cell_type": "code", "metadata": {}, "outputs": []}
    return json.dumps(
        {
            "nbformat": 4,
            "nbformat_minor": 5,
            "metadata": metadata or {},
            "cells": [
                code | {"id": f"c{i}", "source": cell, "execution_count": count}
                for i, (cell, count) in enumerate(zip(cells, counted, strict=False))
            ],
        }
    )


def write(path, content):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.fixture
def load(tmp_path, monkeypatch):
    """Loads a file as the child process does: returns the module and the remarks."""
    monkeypatch.setattr(builtins, "__import__", builtins.__import__)  # as it is afterwards
    for name in stand_ins.SET_BY_JUPYTER:
        monkeypatch.setattr(builtins, name, None, raising=False)
    monkeypatch.setitem(sys.modules, "submission", None)

    def load(content, name="loss.ipynb", task=NAME):
        restrictions.forbid_imports(stand_ins.stand_ins(None, "loss"))
        stand_ins.set_names_of_jupyter()
        return load_submission(str(write(tmp_path / name, content)), task)

    limit = sys.getrecursionlimit()
    yield load
    sys.setrecursionlimit(limit)  # one of the submissions sets it


def assert_right(module):
    verdict = check(getattr(module, NAME), NAME, quiet=True)
    assert verdict.passed, verdict.message


# Cells around a function that is right in Jupyter.
COUNT = {
    "a constant that is computed": [
        "import numpy as np\nTINY = np.finfo(float).tiny",
        using("TINY / TINY"),
    ],
    "a constant with a type": ["ONE: float = float('1')", using("ONE")],
    "several names at once": ["(ONE, *REST), TWO = [1, 5], max(2, 1)", using("ONE * TWO / 2")],
    "a constant that is changed": ["ONE = 3\nONE -= 2", using("ONE")],
    "a constant of a constant": ["A = len('a')\nB = A * 2", "C = B - A", using("C")],
    "a list that is filled": [
        "T = []\nfor i in range(3):\n    T.append(i)\nT.sort()",
        using("T[1]"),
    ],
    "an item that is set": ["D = {}\nD['a'] = 1\nD.update(b=2)", using("D['a'] * D['b'] / 2")],
    "an attribute of a function": [using(f"{NAME}.one"), f"{NAME}.one = 1"],
    "an attribute of a module": ["import numpy as np\nnp.one = int(1)", using("np.one")],
    "a helper as lambda": ["lse = lambda z: " + LSE, LOSS.replace(LSE, "lse(z)")],
    "the answer as lambda": [LOSS.replace(NAME, "f"), f"{NAME} = lambda *a: f(*a)"],
    "the answer by another name": [LOSS.replace(NAME, "mine"), f"{NAME} = mine"],
    "the answer as partial": [
        "from functools import partial",
        LOSS.replace(NAME + "(", "f(mode, "),
        f"{NAME} = partial(f, 'mean')",
    ],
    "a class": [
        "class Helper:\n    one = 1\n    def get(self):\n        return self.one * ONE",
        "ONE = 1\nhelper = Helper()",
        using("helper.get()"),
    ],
    "a decorator": [
        "import functools\ndef same(f):\n    @functools.wraps(f)\n    def g(*a):\n"
        "        return f(*a)\n    return g",
        LOSS.replace("def ", "@same\ndef "),
    ],
    "a default": ["ONE = int(1)", using("one").replace("labels):", "labels, one=ONE):")],
    "a global that is counted": ["calls = 0", using("1", "    global calls\n    calls += 1\n")],
    "a guarded import": [
        "try:\n    import cupy as np\nexcept ImportError:\n    !pip install numpy\n"
        "    import numpy as np",
        LOSS.replace("import numpy as np\n", ""),
    ],
    "a definition in an if": [
        "if len('a') == 1:\n    def one(): return 1\nelse:\n    one = None",
        using("one()"),
    ],
    "names in a with": [
        "import numpy as np\nwith np.errstate(all='ignore'):\n    E = np.exp(0)",
        using("E"),
    ],
    "all names of a module": [
        "from math import *\nfrom minivgg.classroom import *",
        using("cos(0)"),
    ],
    "annotations of a later version": [
        "from __future__ import annotations",
        LOSS.replace("labels):", "labels: Array) -> Result:"),
    ],
    "a setting": [
        "import sys\nsys.setrecursionlimit(6000)",
        using("one(4000)", "    def one(k): return one(k - 1) if k else 1\n"),
    ],
    "a helper below": [LATER, LOSS.replace(NAME, "reference")],
    "the last definition": [LOSS.replace("d / n", "d"), LOSS],
    "%%time": ["%%time\n" + LOSS, "%%capture out\nONE = int(1)"],
    "%%timeit": ["%%timeit -n 3\n" + LOSS],
    "%%timeit after the definition": [LOSS, f"%%timeit\nnp = 3\ndef {NAME}(): pass"],
    "%%writefile": ["%%writefile loss.py\n" + LOSS, f"import loss\ncheck(loss.{NAME})"],
    "cells of other languages": ["%%bash\nls -l", LOSS, "%%html\n<b>x", "%%javascript\nvar x = {"],
    "commands": [
        "%matplotlib inline\n!pip install numpy",
        LOSS,
        "np.pad?\nfiles = !ls\nt = %timeit -o f()\nif files:\n    %cd ..\n,f a",
        "?np.pad",
    ],
    "operators at the beginning of lines": [
        using("1", "    labels = (\n        labels\n        % logits.shape[1]\n    )\n"),
    ],
    "waiting": [
        "import asyncio",
        LOSS,
        "await asyncio.sleep(1)\nx = await f()\nasync with a as b: c()",
    ],
    "progress bars": [
        "from tqdm.auto import tqdm, trange",
        using(
            "sum(1 for _ in tqdm([0]))", "    for i in tqdm(trange(2), desc='x'): tqdm.write('x')\n"
        ),
    ],
}


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


# Notebooks by themselves -------------------------------------------------------------------------


def old_notebook(source):
    cells = [
        {"cell_type": "heading", "level": 1, "source": "x"},
        {"cell_type": "code", "language": "python", "input": source, "prompt_number": 3},
    ]
    return json.dumps({"nbformat": 3, "metadata": {"name": ""}, "worksheets": [{"cells": cells}]})


def with_outputs(megabytes):
    found = json.loads(notebook(LOSS))
    text = ["x" * 1000 + "\n"] * (1000 * megabytes)
    found["cells"][0]["outputs"] = [{"output_type": "stream", "name": "stdout", "text": text}]
    return json.dumps(found)


@pytest.mark.parametrize(
    "content",
    [
        notebook(LOSS.splitlines(keepends=True)),
        notebook(LOSS.replace("\n", "\r\n")),
        notebook("", "  \n", "# only text", LOSS),
        notebook(LOSS + "\n".join(f"x{i} = {i}" for i in range(10_000))),
        notebook(LOSS, metadata={"kernelspec": {"language": "python"}}),
        notebook(LOSS, metadata={"language_info": {"name": "ipython"}}),
        old_notebook(LOSS),
        old_notebook(LOSS.splitlines(keepends=True)),
        with_outputs(megabytes=20),
        b"\xef\xbb\xbf" + notebook(LOSS).encode(),
        notebook(LOSS).encode("utf-16"),
    ],
    ids=[
        "list of lines",
        "Windows",
        "empty cells",
        "10,000 lines",
        "python",
        "ipython",
        "format 3",
        "format 3, list of lines",
        "20 MB of outputs",
        "UTF-8 with mark",
        "UTF-16",
    ],
)
def test_forms_of_a_notebook(content, load):
    module, remarks = load(content)
    assert_right(module)
    assert remarks == []


@pytest.mark.parametrize("cells", [[], ["# only text"], [""]])
def test_a_notebook_without_code_defines_nothing(cells, load):
    module, remarks = load(notebook(*cells))
    assert not hasattr(module, NAME)
    assert remarks == []


R = {"kernelspec": {"name": "ir", "language": "R"}}


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("loss.ipynb", "", "is empty"),
        ("loss.ipynb", notebook(LOSS)[:-9], "is a damaged notebook: open it in Jupyter"),
        ("loss.ipynb", "{}", "is a damaged notebook"),
        ("loss.ipynb", '{"cells": null}', "is a damaged notebook"),
        ("loss.ipynb", '{"cells": [1]}', "is a damaged notebook"),
        ("loss.ipynb", '{"cells":' + "[" * 100_000, "is a damaged notebook"),
        ("loss.ipynb", "<!DOCTYPE html>\n<html>", "is a web page: download the file itself"),
        ("loss.ipynb", notebook("x <- 1", metadata=R), "is a notebook in R: the assignments are"),
        (
            "loss.ipynb",
            notebook("x = 'ü'").replace("\\u00fc", "ü").encode("latin-1"),
            r"is not saved as UTF-8, see line 1: save it as UTF-8$",
        ),
        (
            "loss.py",
            "# ü\n\n# 가나\n".encode("cp949", "replace"),
            r"is not saved as UTF-8, see line 3: .* declare its encoding in the first line \(#",
        ),
        ("loss.py", b"# coding: ascii\n# \xfc", "is not saved as ascii, see line 2"),
        ("loss.py", "# coding: klingon", "declares an unknown encoding: klingon"),
        ("loss.py", "# coding: rot13", "declares the encoding rot13, which is not a text encoding"),
        ("loss.py", bytes(range(256)), "is not a text file: it contains null bytes"),
        ("loss.py", "x = 1\0", "null bytes"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(name, content, sentence, load):
    with pytest.raises(Unreadable, match=sentence):
        load(content, name)


def test_a_file_that_cannot_be_read_is_a_sentence_with_its_name(tmp_path):
    path = write(tmp_path / "loss.py", b"# \xb0\xa1")
    mark, loaded = grade_task(path, TASKS[NAME])
    assert not loaded
    assert mark.verdict.message == (
        "loss.py is not saved as UTF-8, see line 1: save it as UTF-8, or declare its encoding in "
        "the first line (# -*- coding: cp949 -*-)."
    )


@pytest.mark.parametrize(
    "content",
    [
        ("# -*- coding: cp949 -*-\n# 가나\n" + LOSS).encode("cp949"),
        ("# coding=latin-1\n# ü\n" + LOSS).encode("latin-1"),
        ("#!/usr/bin/python\n# vim: set fileencoding=latin-1 :\n# ü\n" + LOSS).encode("latin-1"),
        b"\xef\xbb\xbf" + ("# ü\n" + LOSS).encode(),
        ("# ü\n" + LOSS).encode("utf-16"),
        LOSS.replace("\n", "\r\n"),
        LOSS.replace("\n", "\r"),
    ],
    ids=["cp949", "latin-1", "vim", "UTF-8 with mark", "UTF-16", "Windows", "old Mac"],
)
def test_encodings_and_line_ends_of_a_script(content, load):
    module, remarks = load(content, "loss.py")
    assert_right(module)
    assert remarks == []


@pytest.mark.parametrize(
    ("name", "content", "remark"),
    [
        (
            "loss.py",
            notebook(LOSS),
            "is a notebook and was read as one: its suffix should be .ipynb.",
        ),
        ("loss.ipynb", LOSS, "is a Python program and was read as one: its suffix should be .py."),
    ],
)
def test_a_file_with_the_suffix_of_the_other_kind_counts(name, content, remark, load):
    module, remarks = load(content, name)
    assert_right(module)
    assert remarks == [f"{name} {remark}"]


@pytest.mark.parametrize(("name", "content"), [("LOSS.PY", LOSS), ("Loss.IPYNB", notebook(LOSS))])
def test_capital_letters_in_a_suffix_change_nothing(name, content, load):
    module, remarks = load(content, name)
    assert_right(module)
    assert remarks == []


def test_a_script_that_was_a_notebook_may_hold_commands(load):
    """Colab writes them into the .py that it exports."""
    module, remarks = load("!pip install numpy\n%matplotlib inline\n" + LOSS, "loss.py")
    assert_right(module)
    assert remarks == ["loss.py: commands of a notebook are left out, as in line 1."]
    with pytest.raises(SyntaxError, match="never closed") as error:
        load("!pip install numpy\n\nx = (\n", "loss.py")
    assert error.value.lineno == 3


# Imports -----------------------------------------------------------------------------------------

HARMLESS = [
    "import minivgg\nprint(minivgg.__version__)",
    "import minivgg.classroom as mc\nmc.check(3, '0.1').passed",
    "from minivgg.classroom import check, hint\nprint(f'{check(1).score:.2f}', round(2 * hint(1)))",
    "from minivgg.classroom import *\nassert check(3)",
    "from minivgg.plots import figures\nfigures.lines([1])",
    "import minivgg.plots\nminivgg.plots.figures.maps([1])",
    "from google.colab import drive, files\ndrive.mount('/x')\nfor f in files.upload(): f()",
    "import google.colab\ngoogle.colab.drive.mount('/x')",
    "from IPython.display import display, Image\ndisplay(Image('x.png'))\nx = Image.y['z']",
    "from IPython import get_ipython\nget_ipython().run_line_magic('matplotlib', 'inline')",
    "import IPython\nIPython.get_ipython().x",
    "get_ipython().system('pip install numpy')\ndisplay(3)",
    "import ipywidgets as widgets\n@widgets.interact(x=(0, 1))\ndef f(x): pass\nwith f: pass",
    "import tqdm.notebook as bars\nfor i in bars.tqdm(range(3)): x = i\nassert x == 2",
    "from tqdm import tqdm\nwith tqdm(total=3) as bar: bar.update(1)",
    "import matplotlib.pyplot as plt",
    "import pandas as pd\npd.set_option('display.max_rows', 3)",
]


@pytest.mark.parametrize("lines", HARMLESS)
def test_what_a_notebook_imports_for_its_cells_is_harmless(lines, load):
    assert_right(load(f"{lines}\n{LOSS}", "loss.py")[0])
    assert_right(load(notebook(lines, using(f"id({_first_name(lines)}) > 0")))[0])


def _first_name(lines):
    """A name that the lines import: a function that uses it needs the import."""
    if not lines.startswith(("from", "import")):
        return "get_ipython"
    name = lines.splitlines()[0].split()[-1].split(".")[0]
    return name if name != "*" else "check"


def test_a_missing_library_for_plots_is_harmless_and_another_one_is_not(load, monkeypatch):
    for name in ("matplotlib", "not_there"):
        monkeypatch.setitem(sys.modules, name, None)
    assert_right(load(f"import matplotlib.pyplot as plt\nplt.plot([1])\n{LOSS}", "loss.py")[0])
    with pytest.raises(ModuleNotFoundError, match="not_there"):
        load(f"import not_there\n{LOSS}", "loss.py")


@pytest.mark.parametrize(
    "lines",
    [
        "from minivgg import ops",
        "import minivgg\nminivgg.ops.relu",
        "import minivgg.ops",
        "import minivgg.classroom.bank.loss",
        "from minivgg.classroom import check, bank",
        "import minivgg.classroom as mc\nmc.bank",
        "from minivgg.plots import runs",
        "import torch.nn as nn",
    ],
)
def test_other_parts_of_minivgg_and_other_libraries_are_refused(lines, load):
    with pytest.raises(ImportError, match=r"^imports .*: the assignments are solved"):
        load(f"{lines}\n{LOSS}", "loss.py")


def test_the_answer_cannot_be_had_through_the_package_that_holds_it(tmp_path):
    lines = "import minivgg.classroom.reference_solutions as given\n"
    path = write(tmp_path / "loss.py", f"{lines}{NAME} = given.{NAME}\n")
    mark, loaded = grade_task(path, TASKS[NAME])
    assert not loaded
    assert "has no attribute" in mark.verdict.message


# From Jupyter to the marks -----------------------------------------------------------------------

CHECKED = f'verdict = check({NAME}, "{NAME}")'
IN_JUPYTER = {
    "as the page says": ["from minivgg.classroom import check", LOSS, CHECKED],
    "black": [
        "from minivgg.classroom import check, hint, reference_solutions",
        *COUNT["operators at the beginning of lines"],
        CHECKED,
    ],
    "constant": [
        *COUNT["a constant that is computed"],
        "import minivgg.classroom as mc",
        f"mc.{CHECKED[10:]}",
    ],
    "lambda": ["from minivgg.classroom import check", *COUNT["a helper as lambda"], CHECKED],
    "help": ["from minivgg.classroom import check\n?np.pad", LOSS, "np.pad?\nx = !echo 1", CHECKED],
    "a day's work": [
        "%matplotlib inline\nimport asyncio\nimport minivgg\nfrom IPython.display import display",
        "%%capture\nfrom minivgg.classroom import check\nfrom minivgg.plots import figures",
        "%%time\n" + using("ONE"),
        "%%bash\necho done",
        "ONE: int = len([1])\nif ONE:\n    %cd .\n    !echo {ONE}",
        "await asyncio.sleep(0)\nx = np.random.randn(50, 5)",
        "for step in range(200):\n"
        "    loss, dx = softmax_cross_entropy(x, np.zeros(50, int))\n    x -= dx",
        "display(figures.lines([1, 2], {'loss': [1, loss]}, 'step', 'loss'))",
        CHECKED,
    ],
}


@pytest.mark.slow
@pytest.mark.parametrize("cells", IN_JUPYTER.values(), ids=IN_JUPYTER)
def test_a_notebook_that_is_right_in_jupyter_gets_all_points(cells, tmp_path, monkeypatch, capsys):
    nbclient, nbformat = pytest.importorskip("nbclient"), pytest.importorskip("nbformat")
    executed = nbformat.reads(notebook(*cells), as_version=4)
    context = {"metadata": {"path": str(tmp_path)}}
    nbclient.NotebookClient(executed, timeout=120, resources=context).execute()
    outputs = [out.get("text", "") for cell in executed.cells for out in cell.outputs]
    assert f"{NAME}: public checks passed." in "".join(outputs)
    path = write(tmp_path / "class" / "ada" / "loss.ipynb", nbformat.writes(executed))
    monkeypatch.chdir(tmp_path)
    assert main(["grade", "class", "--out", "grades"]) == 0
    table = (tmp_path / "grades" / "marks.csv").read_text(encoding="utf-8-sig")
    (row,) = csv.DictReader(table.splitlines())
    assert (row["student"], row["points"], row["remarks"]) == ("ada", "20", "")
    capsys.readouterr()
    assert main(["assignment", "check", str(path)]) == 0
    assert capsys.readouterr().out.startswith(f"{NAME}: public checks passed.")


def test_what_is_left_out_is_said_in_the_marks_and_by_check(tmp_path, monkeypatch, capsys):
    path = write(tmp_path / "class" / "ada" / "loss.ipynb", notebook(LOSS, "x = (", counts=[1, 4]))
    remark = "loss.ipynb: cell 2 (In [4]) is left out: line 1: '(' was never closed."
    monkeypatch.chdir(tmp_path)
    assert main(["grade", "class", "--out", "grades"]) == 0
    assert f"20,20,20,,{remark}" in (tmp_path / "grades" / "marks.csv").read_text(encoding="utf-8")
    assert remark.split("(")[0] in (tmp_path / "grades" / "students" / "ada.html").read_text()
    capsys.readouterr()
    assert main(["assignment", "check", str(path)]) == 0
    assert capsys.readouterr().out.startswith(f"{remark}\n{NAME}: public checks passed.")


def test_remarks_that_a_submission_makes_up_are_few_and_short(tmp_path):
    text = "import json\njson.dump(['x' * 10**6] * 10**3, open('loaded.json', 'w'))\n"
    line = "    import json; json.dump(['x' * 10**6] * 9, open('loaded.json', 'w'))\n"
    path = write(tmp_path / "loss.py", text + using("1", line))
    mark, _ = grade_task(path, TASKS[NAME], limits=Limits(seconds=10))
    assert sum(map(len, mark.remarks)) < 5000


@pytest.mark.parametrize("count", ["A" * 140_000, 10**400, [1], True, -3, None])
def test_a_cell_is_not_named_after_anything_but_a_number(count):
    assert Cell(7, count, "").name == "cell 7"
    assert Cell(7, 12, "").name == "cell 7 (In [12])"
