"""Drawings of computational graphs: every number is written, where it belongs."""

from itertools import combinations

import pytest
from support.figure_text import smallest_text, texts_off_the_page

from minivgg.plots import graphs
from minivgg.plots.figure import BLUE, ORANGE

VALUES = {"w": 0.5, "x": 2, "b": -1, "q": 1, "z": 0, "p": 0.25, "L": 1.386}
GRADIENTS = {"w": -1.5, "x": -0.375, "b": -0.75, "q": -0.75, "z": -0.75, "p": -4, "L": 1}


def numbers(figure, colour):
    return [
        text.get_text()
        for text in figure.axes[0].texts
        if text.get_color() == colour and text.get_text()[-1].isdigit()
    ]


def test_values_are_blue_and_derivatives_orange():
    figure = graphs.graph(graphs.NEURON, VALUES, GRADIENTS)
    assert numbers(figure, BLUE) == ["0.5", "2", "1", "−1", "0", "0.25", "1.39"]
    assert numbers(figure, ORANGE) == ["−1.5", "−0.375", "−0.75", "−0.75", "−0.75", "−4", "1"]


def test_without_derivatives_there_are_none():
    figure = graphs.graph(graphs.NEURON, VALUES)
    assert numbers(figure, ORANGE) == []
    assert "derivative of L" not in [text.get_text() for text in figure.axes[0].texts]


@pytest.mark.parametrize("layout", [graphs.NEURON, graphs.USED_TWICE])
def test_texts_are_on_the_page_apart_and_large_enough(layout):
    names = {name: -0.25 for _, _, name in layout.edges}
    figure = graphs.graph(layout, names, names)
    assert texts_off_the_page(figure) == []
    assert smallest_text(figure) >= 9
    boxes = [(t.get_text(), t.get_window_extent()) for t in figure.axes[0].texts if t.get_text()]
    assert [(a, b) for (a, box), (b, other) in combinations(boxes, 2) if box.overlaps(other)] == []


def test_derivatives_from_several_edges_are_added_up_at_their_node():
    values = {"b": 4, "a to mul": 3, "a to add": 3, "q": 12, "f": 15}
    gradients = {"b": 3, "a to mul": 4, "a to add": 1, "q": 1, "f": 1}
    assert "4 + 1 = 5" in numbers(graphs.graph(graphs.USED_TWICE, values, gradients), ORANGE)
    assert "4 + 1 = 5" not in numbers(graphs.graph(graphs.USED_TWICE, values), ORANGE)
