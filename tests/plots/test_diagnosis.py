"""The figures of an examined training."""

import pytest

from minivgg import plots
from minivgg.training.diagnosis import LayerSizes, RangeTest


def rows(*outputs):
    return [
        LayerSizes(f"features.{k}", "Conv2d", output, 1e-3, 0.1, None, 1e-2)
        for k, output in enumerate(outputs)
    ]


def test_layers_are_curves_on_logarithmic_axes():
    figure = plots.layer_sizes([*rows(1.0, 0.1, 0.01), LayerSizes("flatten", "Flatten", 1.0, 1.0)])
    forward, backward, steps = figure.axes
    assert {axes.get_yscale() for axes in figure.axes} == {"log"}
    assert list(forward.lines[0].get_ydata()) == [1.0, 0.1, 0.01]
    assert list(backward.lines[0].get_ydata()) == [1e-3] * 3
    low, high = steps.get_ylim()
    assert low < 1e-3 < 1e-2 < high  # the usual length is in the picture
    names = [label.get_text() for label in steps.get_xticklabels()]
    assert names == ["features.0", "features.1", "features.2"]  # a layer without weights is not


def test_an_output_of_zero_is_marked_as_such():
    forward = plots.layer_sizes(rows(1.0, 0.0)).axes[0]
    assert list(forward.lines[0].get_xdata()) == [0]
    assert list(forward.lines[1].get_xdata()) == [1]
    assert "0" in [text.get_text() for text in forward.texts]


@pytest.mark.parametrize("output", [float("nan"), float("inf")])
def test_an_output_that_is_not_finite_is_marked_as_such(output, tmp_path):
    figure = plots.layer_sizes(rows(output, 1.0, output))
    forward = figure.axes[0]
    assert list(forward.lines[0].get_ydata()) == [1.0]
    assert list(forward.lines[1].get_xdata()) == [0, 2]
    assert str(output) in [text.get_text() for text in forward.texts]
    plots.save(figure, tmp_path / "layers.png")


def test_many_layers_do_not_name_all():
    assert len(plots.layer_sizes(rows(*[1.0] * 100)).axes[2].get_xticks()) <= 40


@pytest.mark.parametrize(("suggested", "current"), [(0.1, 0.01), (None, 0.01), (0.1, None)])
def test_the_range_test_marks_the_suggested_and_the_current_rate(suggested, current):
    test = RangeTest([0.001, 0.01, 0.1], [2.3, 2.0, 9.0], [2.3, 2.1, 4.0], suggested, current)
    (axes,) = plots.learning_rate_range(test).axes
    texts = [text.get_text().strip() for text in axes.texts]
    expected = {"suggested: 0.1": suggested, "current: 0.01": current}
    assert sorted(texts) == sorted(text for text, rate in expected.items() if rate)
    low, high = axes.get_ylim()
    assert low < 2.0
    assert high < 4.0  # a loss that explodes leaves the picture


@pytest.mark.filterwarnings("error::UserWarning")
@pytest.mark.parametrize("losses", [[-4.0, -4.2, 1.0], [0.0, 0.0, 0.0]])
def test_the_axis_of_a_loss_that_is_not_positive_points_upwards(losses):
    test = RangeTest([0.001, 0.01, 0.1], losses, losses, None, 0.01)
    low, high = plots.learning_rate_range(test).axes[0].get_ylim()
    assert low < min(losses) <= losses[0] < high


def test_a_range_test_without_any_step_is_drawn():
    plots.learning_rate_range(RangeTest([], [], [], None, 0.01))


@pytest.mark.filterwarnings("error::UserWarning")
def test_steps_and_a_rate_of_zero_are_drawn_without_a_warning(tmp_path):
    still = [LayerSizes(f"features.{k}", "Conv2d", 1.0, 1e-3, 0.1, None, 0.0) for k in range(3)]
    steps = plots.layer_sizes(still).axes[2]
    assert steps.get_ylim()[0] < 1e-3 / 4  # "0" stands below the line of the usual length
    test = RangeTest([0.001, 0.01, 0.1], [2.3, 2.0, 9.0], [2.3, 2.1, 4.0], 0.1, 0.0)
    figure = plots.learning_rate_range(test)
    assert [text.get_text().strip() for text in figure.axes[0].texts] == ["suggested: 0.1"]
    plots.save(figure, tmp_path / "rates.png")
