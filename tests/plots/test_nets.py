"""Figures of nets say what they show."""

import numpy as np
import pytest
from support.figure_text import words

from minivgg import layers, models, plots


def test_the_border_effect_says_how_much_differs():
    maps = {
        "pool1": np.pad(np.zeros((6, 6)), 1, constant_values=0.5),
        "pool2": np.full((4, 4), 0.3),
    }
    text = words(plots.border_effect(maps))
    assert "pool1, 8×8" in text
    assert "44 % of positions" in text
    assert "100 % of positions" in text


def test_branches_side_by_side_are_one_box_cut_into_their_channels():
    block = layers.Concat(
        layers.Conv2d(3, 6, 1), layers.Sequential(layers.Conv2d(3, 4, 1), layers.Conv2d(4, 2, 1))
    )
    figure = plots.architecture(layers.Sequential(block, layers.MaxPool2d(2)), (3, 8, 8))
    *parts, pool = [box for box in figure.axes[0].patches if box.get_height() > 0]
    assert [box.get_width() / pool.get_width() for box in parts] == pytest.approx([0.75, 0.25])
    assert "branches side by side" in words(figure)


def test_a_net_without_branches_has_none_in_its_legend():
    figure = plots.architecture(models.vgg([4, "M"], 2, (3, 8, 8), ()), (3, 8, 8))
    assert "fully connected" in words(figure)
    assert "side by side" not in words(figure)
