"""The drawings of nets side by side show every layer, and all text lies on the page."""

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgba
from support.figure_text import words

from minivgg import layers, models
from minivgg.plots import family

NETS = {"A": [8, "LRN", "M", 16, "M"], "B": [8, 8, "M", 16, (16, 1), "M"]}


def drawn_family():
    return family.family(NETS, dense=(32, 10))


def drawn_block():
    return family.inception_block([["1×1\n4"], ["pool 3×3\n8", "1×1\n4"]], "8 maps", "8 maps again")


def drawn_ranges():
    intervals = {"A, B": (1, 90, 50), "B, C": (0.5, 30.0, 50), "C, D": (0.2, 0, 60)}
    marks = "marked", [40, 20, 10]
    return family.split_ranges(intervals, "images, %", ("below", "above"), marks)


def drawn_side_by_side():
    block = layers.Concat(
        layers.Conv2d(8, 4, 1), layers.Sequential(layers.Conv2d(8, 2, 1), layers.Conv2d(2, 2, 1))
    )
    parts = layers.Conv2d(3, 8, 3, padding=1), block, layers.GlobalAvgPool2d(), layers.Linear(6, 10)
    vgg = models.vgg([8, "M"], 10, (3, 8, 8), ())
    return family.side_by_side({"plain": vgg, "branches": layers.Sequential(*parts)}, (3, 8, 8))


DRAWN = [drawn_family, drawn_block, drawn_ranges, drawn_side_by_side]


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("draw", DRAWN)
def test_all_text_lies_on_the_page(draw):
    figure = draw()
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    width, height = canvas.get_width_height()
    axes = figure.axes[0]
    legend = axes.get_legend()
    texts = [axes.title, *axes.texts, *(legend.get_texts() if legend else ())]
    for text in filter(lambda text: text.get_text(), texts):
        box = text.get_window_extent()
        assert -2 < box.x0 < box.x1 < width + 2, text
        assert -2 < box.y0 < box.y1 < height + 2, text


def test_added_layers_and_1x1_have_their_own_colours():
    axes = drawn_family().axes[0]
    colours = [box.get_facecolor() for box in axes.patches]
    kinds = {colour: colours.count(colour) for colour in colours}
    # A's convolutions in both nets, four pools, four fully connected layers; one 3×3 and one 1×1
    assert sorted(kinds.values()) == [1, 1, 4, 4, 4]


def test_a_range_is_blue_below_its_limit_and_grey_above():
    axes = drawn_ranges().axes[0]
    blue = [bar for bar in axes.patches if bar.get_facecolor() == to_rgba(family.BLUE)]
    assert [(bar.get_x(), bar.get_x() + bar.get_width()) for bar in blue] == [
        (1, 50),
        (0.5, 30),
        (0.2, 0.2),
    ]
    assert [text.get_text() for text in axes.texts] == ["30.0"]  # limits outside are not written
    assert axes.lines[0].get_xydata().tolist() == [[40, 0], [20, 1], [10, 2]]
    legend = [text.get_text() for text in axes.get_legend().get_texts()]
    assert legend == ["below", "above", "marked"]


def test_layers_inside_branches_are_one_box():
    text = words(drawn_side_by_side())
    assert "inception, 6" in text
    assert "mean, 6" in text
    assert "8×8" in text
    assert "1×1" not in text
    assert text.count("3×3, 8") == 2


def test_a_block_names_its_branches_input_and_output():
    text = words(drawn_block())
    for part in ("1×1\n4", "pool 3×3\n8", "8 maps again"):
        assert part in text


def test_max_pools_are_thin_bars_without_text():
    heights = [box.get_height() for box in drawn_side_by_side().axes[0].patches]
    assert heights.count(family.POOL) == 1
    assert len(set(np.round(heights, 6))) == 2
