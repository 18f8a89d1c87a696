"""The figure of layers shows means, ranges and the line of reference in every panel."""

import numpy as np

from minivgg.plots.by_layer import by_layer


def test_each_panel_shows_means_and_ranges_on_one_scale():
    first = {"trained": [[1, 3], [4, 8]], "untrained": [[0, 0], [1, 1]]}
    second = {"trained": [[10, 10], [20, 20]]}
    left, right = by_layer(["a", "b"], {"one": first, "two": second}, "y", ("pixels", 5.0)).axes
    assert [axes.get_title() for axes in (left, right)] == ["one", "two"]
    trained, untrained = left.containers
    np.testing.assert_allclose(trained.lines[0].get_ydata(), [2, 6])
    np.testing.assert_allclose(untrained.lines[0].get_ydata(), [0, 1])
    ends = [cap.get_ydata().tolist() for cap in trained.lines[1]]
    assert ends == [[1, 4], [3, 8]]
    assert left.get_ylim() == right.get_ylim()
    assert [t.get_text() for t in left.get_xticklabels()] == ["a", "b"]
    for axes in (left, right):
        assert any(list(line.get_ydata()) == [5.0, 5.0] for line in axes.lines)


def test_with_a_label_of_the_x_axis_the_names_are_upright():
    (axes,) = by_layer(["8", "12"], {"a": {"net": [[1, 2], [30, 50]]}}, "wrong", xlabel="Q").axes
    assert axes.get_xlabel() == "Q"
    assert [text.get_rotation() for text in axes.get_xticklabels()] == [0, 0]
