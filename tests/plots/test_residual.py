"""The figures of lesson 11: every value is drawn, and no text lies off the page."""

import numpy as np
import pytest
from support.figure_text import smallest_text, texts_off_the_page

from minivgg.plots import residual

LOSSES = {("plain", 20): [2.0, 1.0], ("plain", 56): [2.0, 1.9], ("residual", 56): [2.0, 0.5]}
SIZES = {"plain": np.geomspace(1, 1e-4, 7), "residual": np.geomspace(1e-2, 1e-3, 7)}
DRAWN = {
    "blocks": residual.blocks,
    "training_losses": lambda: residual.training_losses(LOSSES),
    "errors_by_depth": lambda: residual.errors_by_depth(
        {18: (27.94, 27.88), 34: (28.54, 25.03)}, "error, %"
    ),
    "gradient_sizes": lambda: residual.gradient_sizes(SIZES),
    "without_one_block": lambda: residual.without_one_block(
        {"plain": [90.0, 80.0], "residual": [40.0, 3.0]}, {"plain": 9.0, "residual": 2.0}, [1, 2]
    ),
}


def texts(figure):
    return [text for axes in figure.axes for text in axes.texts]


def curves(figure):
    """The values of each line by its label."""
    return {line.get_label(): list(line.get_ydata()) for line in figure.axes[0].lines}


@pytest.mark.parametrize("name", DRAWN)
def test_all_text_lies_on_the_page_and_can_be_read(name):
    figure = DRAWN[name]()
    assert figure.get_figwidth() <= 6.2
    assert texts_off_the_page(figure) == []
    assert smallest_text(figure) >= 9


def test_only_the_residual_block_has_a_shortcut():
    plain, block = ([text.get_text() for text in axes.texts] for axes in residual.blocks().axes)
    assert "y = ReLU(F(x))" in plain
    assert "y = ReLU(F(x) + x)" in block
    assert [text.count("shortcut") for text in (" ".join(plain), " ".join(block))] == [0, 1]
    assert [found.count("3×3 conv") for found in (plain, block)] == [2, 2]


def test_losses_of_each_net_are_drawn_and_the_deepest_are_solid():
    figure = DRAWN["training_losses"]()
    assert curves(figure) == {f"{kind}, {n} layers": v for (kind, n), v in LOSSES.items()}
    styles = {line.get_label(): line.get_linestyle() for line in figure.axes[0].lines}
    assert styles["plain, 20 layers"] == "--"
    assert styles["plain, 56 layers"] == styles["residual, 56 layers"] == "-"


def test_both_errors_of_each_depth_are_written():
    written = {text.get_text() for text in texts(DRAWN["errors_by_depth"]())}
    assert {"27.94", "27.88", "28.54", "25.03", "plain", "residual"} <= written


def test_gradients_are_drawn_from_the_first_layer_to_the_last():
    figure = DRAWN["gradient_sizes"]()
    for line in figure.axes[0].lines:
        assert np.array_equal(line.get_ydata(), SIZES[line.get_label()])
        assert np.array_equal(line.get_xdata(), np.arange(1, 8))


def test_errors_without_a_block_are_beside_those_of_the_complete_nets():
    lines = [list(line.get_ydata()) for line in DRAWN["without_one_block"]().axes[0].lines]
    assert [9.0, 9.0] in lines
    assert [90.0, 80.0] in lines
    assert [40.0, 3.0] in lines
    written = {text.get_text() for text in texts(DRAWN["without_one_block"]())}
    assert written == {"stage 1", "stage 2"}
    assert [1.5, 1.5] in [
        list(line.get_xdata()) for line in DRAWN["without_one_block"]().axes[0].lines
    ]
