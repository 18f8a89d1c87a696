"""Sliders: in a notebook one for each argument, and one picture; elsewhere the picture alone."""

import nbformat
import pytest

from minivgg.classroom import interactive, lessons, slider

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


@pytest.mark.parametrize("draw", [lambda: None, lambda kernel: kernel])
def test_a_function_needs_the_argument_and_a_default_to_begin_with(draw):
    with pytest.raises(TypeError, match="needs an argument kernel with a default"):
        slider(draw, kernel=(1, 7))


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # of the libraries that run notebooks
def test_a_page_shows_the_picture_once_and_says_that_a_notebook_has_sliders(tmp_path):
    path = tmp_path / "01_tiny.py"
    path.write_text(SOURCE, encoding="utf-8")
    notebook = lessons.execute(path)
    outputs = notebook.cells[0].outputs
    assert [o.text for o in outputs if o.output_type == "stream"] == [
        f"{interactive.INSTEAD_OF_SLIDERS}\nkernel 3 share 0.5\n"
    ]
    (picture,) = [o for o in outputs if o.output_type == "display_data"]
    assert picture.metadata["image/png"]["alt"] == "a map of one number"
    nbformat.validate(notebook)


@pytest.mark.parametrize(
    ("values", "kind", "step"), [((1, 7, 2), "IntSlider", 2), ((0, 1, 0.25), "FloatSlider", 0.25)]
)
def test_an_argument_has_a_slider_of_its_range(values, kind, step):
    ipywidgets = pytest.importorskip("ipywidgets")
    slider = interactive._control(ipywidgets, "the_kernel", values[0], *values)
    assert type(slider).__name__ == kind
    assert (slider.description, slider.min, slider.max, slider.step, slider.value) == (
        "the kernel",
        *values[:2],
        step,
        values[0],
    )
