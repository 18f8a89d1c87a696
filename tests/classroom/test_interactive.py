"""Sliders: in a notebook one for each argument, and one picture; elsewhere the picture alone."""

import nbformat
import pytest

from minivgg.classroom import lessons, slider

SOURCE = """# %%
from minivgg.classroom import slider
from minivgg.plots import figures

def draw(kernel=3, share=0.5):
    print("kernel", kernel, "share", share)
    return figures.maps([[[kernel]]], ["one"]).describe("a map of one number")

slider(draw, kernel=(1, 7, 2), share=(0, 1, 0.25))
"""


def test_elsewhere_the_function_is_called_once(capsys):
    slider(lambda kernel=3: print("kernel", kernel), kernel=(1, 7))
    assert capsys.readouterr().out == "kernel 3\n"


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # of the libraries that run notebooks
def test_a_notebook_shows_the_picture_once_with_a_slider_for_each_argument(tmp_path):
    path = tmp_path / "01_tiny.py"
    path.write_text(SOURCE, encoding="utf-8")
    notebook = lessons.execute(path)
    (output,) = notebook.cells[0].outputs
    states = notebook.metadata.widgets[lessons.WIDGET_STATE]["state"].values()
    sliders = [
        s["state"] for s in states if s["model_name"] in ("IntSliderModel", "FloatSliderModel")
    ]
    assert [(s["description"], s["min"], s["max"], s["step"]) for s in sliders] == [
        ("kernel", 1, 7, 2),
        ("share", 0, 1, 0.25),
    ]
    shown = lessons.without_slider(output, notebook.metadata.widgets)
    assert [o.get("text") for o in shown if o.output_type == "stream"] == ["kernel 3 share 0.5\n"]
    (picture,) = [o for o in shown if o.output_type == "display_data"]
    assert picture.metadata["image/png"]["alt"] == "a map of one number"
    nbformat.validate(notebook)
