"""What a submission may import: what a notebook needs is harmless, the answers are out of reach."""

import sys

import pytest
from support.submissions import write
from support.written_functions import LOSS, NAME, assert_right, notebook, using

from minivgg.classroom.bank import TASKS
from minivgg.classroom.grading.task_grading import grade_task

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
