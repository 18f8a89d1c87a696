"""The drawings of nets side by side show every layer, and all text lies on the page."""

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from support.figure_text import words

from minivgg import layers, models
from minivgg.plots import family

NETS = {"A": [8, "LRN", "M", 16, "M"], "B": [8, 8, "M", 16, (16, 1), "M"]}


def drawn_family():
    return family.family(NETS, dense=(32, 10))


def drawn_block():
    return family.inception_block([["1×1\n4"], ["pool 3×3\n8", "1×1\n4"]], "8 maps", "8 maps again")


def drawn_ranges():
    return family.ranges({"A, B": (0.3, 7.0), "B, C": (3.3, 23.0)}, 1.96, "z", "limit")


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


def test_a_range_is_blue_where_all_of_it_is_above_the_limit():
    first, second = (line for line in drawn_ranges().axes[0].lines if line.get_linewidth() == 9)
    assert first.get_color() != second.get_color() == family.BLUE
    assert list(second.get_xdata()) == [3.3, 23.0]


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
