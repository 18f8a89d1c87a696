"""Figures about single units show each value, and all text lies on the page."""

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from support.figure_text import words

from minivgg.plots import activations

Z = np.linspace(-2, 2, 9)
DRAWN = {
    "activations": lambda: activations.activations(
        Z, {"ReLU": (np.maximum(Z, 0), Z > 0), "identity": (Z, np.ones(9))}
    ),
    "by_channel": lambda: activations.by_channel(
        {"weak": [0.5, 0.6, 0.5], "strong": [0.5, 0.2, 0.5]}, "factor"
    ),
    "ensemble": lambda: activations.ensemble(
        np.random.default_rng(0).random((20, 3)),
        {"net": np.full(3, 0.4), "geometric": np.full(3, 0.4), "mean": np.full(3, 0.5)},
        ["a", "b", "c"],
        "probability",
    ),
}


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("name", DRAWN)
def test_all_text_lies_on_the_page(name):
    figure = DRAWN[name]()
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    width, height = canvas.get_width_height()
    for axes in figure.axes:
        legend = axes.get_legend()
        for text in [axes.title, axes.xaxis.label, *(legend.get_texts() if legend else ())]:
            box = text.get_window_extent()
            assert not text.get_text() or (box.x0 > -2 and box.x1 < width + 2), text
            assert not text.get_text() or (box.y0 > -2 and box.y1 < height + 2), text


def test_functions_and_slopes_have_a_panel_each():
    left, right = DRAWN["activations"]().axes
    assert np.allclose(left.lines[0].get_ydata(), np.maximum(Z, 0))
    assert np.allclose(right.lines[0].get_ydata(), Z > 0)
    assert "identity" in words(DRAWN["activations"]())


def test_channels_are_not_joined_by_lines():
    axes = DRAWN["by_channel"]().axes[0]
    assert [line.get_linestyle() for line in axes.lines] == ["None", "None"]
    assert np.allclose(axes.lines[1].get_ydata(), [0.5, 0.2, 0.5])


def test_every_net_of_an_ensemble_is_a_point_of_its_class():
    axes = DRAWN["ensemble"]().axes[0]
    clouds = [line for line in axes.lines if line.get_marker() == "."]
    assert [len(cloud.get_ydata()) for cloud in clouds] == [20, 20, 20]
    for k, cloud in enumerate(clouds):
        assert np.all(abs(cloud.get_xdata() - k) <= 0.3)


def test_where_a_function_has_no_slope_its_curve_ends_in_open_circles():
    z = np.array([-1.0, 0, 1])
    figure = activations.activations(z, {"ReLU": (np.maximum(z, 0), np.array([0, np.nan, 1]))})
    rings = [line for line in figure.axes[1].lines if line.get_marker() == "o"]
    assert [ring.get_xydata().tolist() for ring in rings] == [[[-1, 0], [1, 1]]]
    assert rings[0].get_markerfacecolor() == "white"
    assert not [line for line in figure.axes[0].lines if line.get_marker() == "o"]
