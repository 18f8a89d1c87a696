"""Sliders: in a notebook one for each argument, and one picture; elsewhere the picture alone."""

import sys
from types import SimpleNamespace

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


class Widgets:
    """A stand-in for ipywidgets: it keeps what it is given."""

    def __init__(self):
        self.made = []

    def _slider(self, **options):
        self.made.append(options)
        return options["description"]

    IntSlider = FloatSlider = _slider

    def interactive_output(self, show, controls):
        """Show what is drawn for other values, once."""
        show(**dict.fromkeys(controls, 5))
        return ("shown", controls)

    def VBox(self, children):  # noqa: N802 (as in ipywidgets)
        """What a notebook shows."""
        return ("box", children)


@pytest.fixture
def notebook(monkeypatch):
    """In a notebook; the list holds what is displayed."""
    displayed = []
    display = SimpleNamespace(display=displayed.append)
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(display=display))
    monkeypatch.setitem(sys.modules, "IPython.display", display)
    monkeypatch.setattr(interactive, "in_notebook", lambda: True)
    monkeypatch.delenv(interactive.VARIABLE, raising=False)
    return displayed


def draw(kernel=3, the_share=0.5):
    return f"kernel {kernel}, share {the_share}"


def test_a_notebook_shows_a_slider_for_each_argument_and_the_picture(notebook, monkeypatch):
    widgets = Widgets()
    monkeypatch.setitem(sys.modules, "ipywidgets", widgets)
    slider(draw, kernel=(1, 7), the_share=(0, 1, 0.25))
    controls = {"kernel": "kernel", "the_share": "the share"}
    assert notebook == [
        "kernel 5, share 5",
        ("box", ["kernel", "the share", ("shown", controls)]),
    ]
    assert widgets.made[0] == {
        "value": 3, "min": 1, "max": 7, "step": 1, "description": "kernel",
        "style": {"description_width": "initial"}, "continuous_update": False,
    }  # fmt: skip


def test_where_nobody_moves_sliders_a_notebook_shows_the_picture(notebook, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "ipywidgets", Widgets())
    monkeypatch.setenv(interactive.VARIABLE, "0")
    slider(draw, kernel=(1, 7))
    assert notebook == ["kernel 3, share 0.5"]
    assert capsys.readouterr().out == "In a notebook, sliders change this picture.\n"
    slider(lambda kernel=1: None, kernel=(1, 7))  # it has printed something
    assert len(notebook) == 1


def test_without_ipywidgets_a_notebook_shows_the_picture(notebook, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "ipywidgets", None)
    slider(draw, kernel=(1, 7))
    assert notebook == ["kernel 3, share 0.5"]
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("values", "is_whole"),
    [((1, 7, 1), True), ((1.0, 7.0, 2.0), True), ((0.5, 7, 1), False), ((1, 7.5, 1), False),
     ((1, 7, 0.5), False)],
)  # fmt: skip
def test_a_slider_has_whole_numbers_if_all_its_values_are(values, is_whole):
    kinds = SimpleNamespace(IntSlider=lambda **_: True, FloatSlider=lambda **_: False)
    assert interactive._control(kinds, "x", 1, *values) is is_whole
