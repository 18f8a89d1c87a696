"""The figures of lesson 12: values are drawn where they belong, and no text is off the page."""

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgba
from support.figure_text import smallest_text, texts_off_the_page

from minivgg.plots import speed

POINTS = {"conv": (100.0, 5e10), "fc": (0.25, 4e9)}
TIMES = {"conv1": {"im2col": 20.0, "winograd": 12.5}, "conv2": {"im2col": 8.0, "winograd": 9.0}}
BLOCKS = [9.0, 6, 5, 7, 8], [9.5, 7, 5, 8, 8]  # smallest times and medians
DRAWN = {
    "roofline": lambda: speed.roofline(POINTS, 1e11, 2e10),
    "memory_orders": speed.memory_orders,
    "block_times": lambda: speed.block_times(
        [0.25, 1, 4, 16, 28], [9.0, 6, 5, 7, 8], [9.5, 7, 5, 8, 8]
    ),
    "layer_times": lambda: speed.layer_times(TIMES),
}


@pytest.mark.parametrize("name", DRAWN)
def test_all_text_lies_on_the_page_and_can_be_read(name):
    figure = DRAWN[name]()
    assert figure.get_figwidth() <= 6.2
    assert texts_off_the_page(figure) == []
    assert smallest_text(figure) >= 9


def test_the_roof_is_the_lower_of_two_limits_and_layers_are_where_they_were_measured():
    lines = DRAWN["roofline"]().axes[0].lines
    x, y = next(line.get_data() for line in lines if len(line.get_xdata()) > 10)
    assert np.allclose(y, np.minimum(100, 20 * x))
    dots = [tuple(np.ravel(line.get_data())) for line in lines if line.get_marker() == "o"]
    assert dots == [(100.0, 50.0), (0.25, 4.0)]


def test_a_line_leads_to_the_lowest_intensity_of_a_layer():
    lines = speed.roofline(POINTS, 1e11, 2e10, {"conv": 25.0, "fc": 0.25}).axes[0].lines
    (line,) = (line for line in lines if line.get_marker() == "|")
    assert line.get_xydata().tolist() == [[25, 50], [100, 50]]


def test_the_runs_of_a_window_in_memory_are_counted():
    titles = [axes.get_title() for axes in speed.memory_orders().axes]
    assert titles[1:] == [
        "channels first: 6 runs of 2 numbers",
        "channels last: 2 runs of 6 numbers",
    ]


def test_both_orders_show_every_number_and_frame_each_run_of_the_window():
    frames = []
    for axes in speed.memory_orders().axes:
        filled = [patch for patch in axes.patches if patch.get_fill()]
        assert len(filled) == 4 * 4 * 3
        strong = {to_rgba(colour) for colour in speed.CHANNEL_COLOURS}
        assert sum(patch.get_facecolor() in strong for patch in filled) == 2 * 2 * 3
        frames.append([p.get_width() for p in axes.patches if not p.get_fill()])
    assert frames == [[2] * 3, [2] * 6, [6] * 2]


def test_the_axis_of_times_begins_at_zero():
    axes = DRAWN["block_times"]().axes[0]
    assert axes.get_ylim()[0] == 0


def test_the_whole_matrix_has_a_mark_of_its_own_and_bars_lead_to_the_medians():
    axes = DRAWN["block_times"]().axes[0]
    assert [list(line.get_ydata()) for line in axes.lines] == [[9.0, 6, 5, 7], [8]]
    labels = [text.get_text() for text in axes.get_legend().get_texts()]
    assert labels == ["blocks", "the whole matrix"]
    ends = [segment[:, 1].tolist() for segment in axes.collections[0].get_segments()]
    assert ends == [[9, 9.5], [6, 7], [5, 5], [7, 8], [8, 8]]


def test_sizes_of_blocks_are_written_without_an_exponent():
    figure = speed.block_times([0.49, 7.88, 110.25], [9.0, 6, 8], [9.0, 6, 8])
    FigureCanvasAgg(figure).draw()
    labels = [label.get_text() for label in figure.axes[0].get_xticklabels()]
    assert labels == ["0.5", "7.9", "110"]


def test_each_time_is_a_bar_with_its_value():
    axes = DRAWN["layer_times"]().axes[0]
    assert [patch.get_width() for patch in axes.patches] == [20.0, 12.5, 8.0, 9.0]
    assert [text.get_text() for text in axes.texts] == ["20", "12.5", "8", "9"]
    legend = [text.get_text() for text in axes.get_legend().get_texts()]
    assert legend == ["im2col", "winograd"]
