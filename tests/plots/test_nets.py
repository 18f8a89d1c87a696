"""Figures of nets say what they show."""

import numpy as np
from support.figure_text import words

from minivgg import plots


def test_the_border_effect_says_how_much_differs():
    maps = {
        "pool1": np.pad(np.zeros((6, 6)), 1, constant_values=0.5),
        "pool2": np.full((4, 4), 0.3),
    }
    text = words(plots.border_effect(maps))
    assert "pool1, 8×8" in text
    assert "44 % of positions" in text
    assert "100 % of positions" in text
