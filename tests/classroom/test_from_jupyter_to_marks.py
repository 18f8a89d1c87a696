"""A notebook that is right in Jupyter gets all points, and what is left out is said."""

import csv

import pytest
from support.submissions import write
from support.written_functions import COUNT, LOSS, NAME, notebook, using

from minivgg.classroom.bank import TASKS
from minivgg.classroom.grading.task_grading import grade_task
from minivgg.classroom.isolation.child_process import Limits
from minivgg.cli import main

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
