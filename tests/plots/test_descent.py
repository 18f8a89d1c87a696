"""Figures of losses show the curves, tangents, paths and numbers that they are given."""

import numpy as np
import pytest
from support.figure_text import texts_off_the_page, words

from minivgg.plots import descent

X = np.linspace(-1, 3, 41)


def bowl(w, b):
    return w**2 + 4 * b**2 + 0.1


PATH = np.array([[-1.0, 0.5], [0.5, -0.2], [0, 0]])
DRAWN = {
    "curves": lambda: descent.curves(
        X, {"a": X**2, "b": X}, "w", "loss", [(1, 1, -2.0)], [(2, 4, "here")], logy=False
    ),
    "neuron": lambda: descent.neuron(
        X, (X > 1).astype(int), lambda x, w, b: w * x + b, [(1.0, 0), (-0.5, 1)], [0.25, 1.5]
    ),
    "surface": lambda: descent.surface(bowl, (-2, 2), (-1, 1), (0, 0), {"rate 1": PATH}),
    "softmax": lambda: descent.softmax_gradient([0.2, 0.7, 0.1], 0, ["cat", "dog", "ship"]),
}


@pytest.mark.parametrize("name", DRAWN)
def test_figures_fit_a_phone_and_their_texts_the_page(name):
    figure = DRAWN[name]()
    assert figure.get_figwidth() <= 4.6
    assert texts_off_the_page(figure) == []


def test_a_tangent_has_the_slope_that_is_written():
    figure = DRAWN["curves"]()
    x, y = figure.axes[0].lines[2].get_data()
    assert (y[1] - y[0]) / (x[1] - x[0]) == pytest.approx(-2)
    assert "slope −2.00" in words(figure)
    assert "here" in words(figure)


def test_logarithmic_axes_are_possible():
    axes = descent.curves([1, 10], {"a": [1, 10]}, "x", "y", logx=True, logy=True).axes[0]
    assert (axes.get_xscale(), axes.get_yscale()) == ("log", "log")


def test_a_neuron_has_its_losses_in_the_legend():
    assert "w = −0.5, b = 1: loss 1.50" in words(DRAWN["neuron"]())


def test_a_path_goes_through_its_points():
    line = DRAWN["surface"]().axes[0].lines[0]
    assert np.array_equal(np.transpose(line.get_data()), PATH)


def test_without_paths_a_surface_has_no_legend():
    assert descent.surface(bowl, (-2, 2), (-1, 1), (0, 0)).axes[0].get_legend() is None


def test_the_gradient_of_the_logits_is_p_minus_y():
    heights = [bar.get_height() for bar in DRAWN["softmax"]().axes[0].patches]
    assert heights[-3:] == pytest.approx([-0.8, 0.7, 0.1])
    assert "−0.80" in words(DRAWN["softmax"]())
