"""The drawings of copied layers and of fits show each layer, point and curve."""

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from support.figure_text import words

from minivgg.plots.figure import BLUE
from minivgg.plots.fits import fits
from minivgg.plots.weight_transfer import copied_layers

X = np.linspace(0, 1, 5)


def copied():
    nets = {"net A": ["conv1_1", "fc6"], "net B": ["conv1_1", "conv1_2", "fc6"]}
    return copied_layers(nets, ["conv1_1", "fc6"])


def fitted():
    return fits((X, X**2), X, {"truth": X**2, "a fit": X, "another fit": 1 - X})


def test_copied_layers_are_blue_in_both_nets_and_the_others_are_said_to_be_random():
    figure = copied()
    text = words(figure)
    assert text.count("conv1_1") == text.count("fc6") == 2
    assert text.count("conv1_2") == text.count("random") == 1
    colours = [box.get_facecolor() for box in figure.axes[0].patches if hasattr(box, "get_x")]
    blue = tuple(int(BLUE[i : i + 2], 16) / 255 for i in (1, 3, 5))
    assert sum(np.allclose(colour[:3], blue) for colour in colours) == 4
    assert len(colours) == 5


def test_points_and_curves_of_a_fit_are_drawn():
    axes = fitted().axes[0]
    assert [line.get_label() for line in axes.lines] == [
        "truth",
        "a fit",
        "another fit",
        "training points",
    ]
    assert np.allclose(axes.lines[-1].get_ydata(), X**2)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("draw", [copied, fitted])
def test_all_text_lies_on_the_page(draw):
    figure = draw()
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    width, height = canvas.get_width_height()
    for text in figure.axes[0].texts:
        box = text.get_window_extent()
        assert -2 < box.x0 < box.x1 < width + 2 or not text.get_text(), text
        assert -2 < box.y0 < box.y1 < height + 2 or not text.get_text(), text
